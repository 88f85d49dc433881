"""Laurent series: field laws, composition against SymPy's series, the orders to which they are known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, cos, exp, log, series, sin, sqrt, symbols

from theory.exact_zeros import is_zero
from theory.laurent import (
    LaurentSeries,
    MoreTerms,
    binomial_coefficients,
    constant,
    exponential_coefficients,
    logarithm_coefficients,
    monomial,
)

t = symbols("t")
numbers = st.fractions(-3, 3, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))
laurent = st.builds(
    lambda start, c: LaurentSeries(start, tuple(c)), st.integers(-3, 3), st.lists(numbers, min_size=1, max_size=6)
)
units = laurent.filter(lambda a: a.coefficients[0] != 0)
some_laws = settings(max_examples=60, deadline=None)


@given(laurent, laurent, laurent)
@some_laws
def test_multiplication_distributes(a, b, c):
    left, right = a * (b + c), a * b + a * c
    for k in range(max(left.start, right.start), min(left.end, right.end)):
        assert left[k] == right[k]


@given(units)
@some_laws
def test_a_series_times_its_inverse_is_one(a):
    product = a * a.inverse(is_zero)
    assert product.start == 0
    assert product.coefficients == (1, *(0,) * (len(a.coefficients) - 1))


@given(units, st.integers(-3, 3), st.integers(-3, 3))
@some_laws
def test_powers_add(a, m, n):
    left, right = a.power(m, is_zero) * a.power(n, is_zero), a.power(m + n, is_zero)
    for k in range(left.start, min(left.end, right.end)):
        assert left[k] == right[k]


@pytest.mark.parametrize(
    "function, coefficients",
    [
        (exp, exponential_coefficients(6)),
        (lambda x: log(1 + x), logarithm_coefficients(6)),
        (lambda x: sqrt(1 + x), binomial_coefficients(Rational(1, 2), 6)),
    ],
)
@pytest.mark.parametrize("inner", [t + t**2, -3 * t + t**3, 2 * t**2 - t**3])
def test_composition_agrees_with_sympy(function, coefficients, inner):
    h = LaurentSeries(1, tuple(inner.coeff(t, k) for k in range(1, 6)))
    found = h.composed(coefficients)
    expected = series(function(inner), t, 0, 6).removeO()
    assert [found[k] for k in range(6)] == [expected.coeff(t, k) for k in range(6)]


def test_nothing_is_read_beyond_the_known_order():
    a = constant(1, 3) + monomial(2, 1, 5)
    assert a.end == 3
    with pytest.raises(MoreTerms, match="known to O"):
        a[3]
    assert a[-7] == 0


def test_a_series_that_may_vanish_is_not_inverted():
    with pytest.raises(MoreTerms, match="vanishes to"):
        LaurentSeries(2, (S.Zero, sin(1) ** 2 + cos(1) ** 2 - 1)).inverse(is_zero)


def test_a_composition_needs_a_small_series():
    with pytest.raises(ValueError, match="it must start at s"):
        constant(1, 3).composed([S.One])
