"""Signs under assumptions: sampled parameters never contradict a decision; leading terms and series."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Integer, Poly, Rational, cos, oo, sin, sqrt, symbols, sympify

from theory.renormalization.signs import Assumptions, leading_term, power_series

eps, N, q = symbols("eps N q")
integers = st.integers(-4, 4)
some_laws = settings(max_examples=30, deadline=None)
polynomials = st.lists(st.tuples(integers, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4).map(
    lambda terms: sum((c * N**i * eps**j for c, i, j in terms), Integer(0))
)


@given(polynomials, polynomials, st.integers(1, 6))
@some_laws
def test_a_decided_sign_holds_at_every_sampled_point(p, r, shift):
    """With 3 < N and ε → 0⁺; ε = 10⁻⁹ is small against these coefficients."""
    if r == 0:
        return
    x = p / r
    decided = Assumptions(eps, {N: (Integer(3), oo)}).sign(x)
    value = sympify(x).subs({N: 3 + Rational(shift, 2), eps: Rational(1, 10**9)})
    if decided is not None and value.is_finite:
        assert int(bool(value > 0)) - int(bool(value < 0)) == decided


@given(polynomials, polynomials, st.integers(0, 4))
@some_laws
def test_a_power_series_multiplies_back(p, r, order):
    if r == 0 or p == 0:
        return
    series = power_series(p / r, eps, order)
    lowest = min(m for (m,), c in Poly(r, eps).terms())
    left = Poly(((series * r - p) * eps**lowest).together().as_numer_denom()[0], eps)
    assert left.is_zero or min(m for (m,), c in left.terms()) > order + lowest


@pytest.mark.parametrize(
    "x, expected",
    [
        (2 - eps / 3, 1),
        (-eps, -1),
        ((4 - N) / (N + 8) * eps, -1),
        (sqrt(eps) * (N - 4), 1),
        (q**2 + 1, 1),
        (q, None),
        ((N - 4) * q**2, None),
        (2 - (5 * N + 6 + sqrt(N**2 + 132 * N + 36)) / (6 * (N + 6)) * eps, 1),
        (-1 + I * eps, -1),
        (sqrt(2) - sqrt(3), -1),
        (sqrt(2) * sqrt(3) - sqrt(6), 0),
        (oo, 1),
        (sin(1) ** 2 + cos(1) ** 2 - 1, 0),
    ],
)
def test_signs_with_a_small_parameter_and_a_bound(x, expected):
    assert Assumptions(eps, {N: (Integer(4), oo)}).sign(x) == expected


def test_bounds_on_both_sides():
    between = Assumptions(None, {N: (Integer(1), Integer(4))})
    assert between.sign((N - 1) * (4 - N)) == 1
    assert between.sign(N - 2) is None
    assert str(Assumptions(eps, {N: (Integer(1), Integer(4))})) == "eps small and positive, 1 < N < 4"


def test_leading_terms():
    assert leading_term(eps**2 * N / (eps - 3), eps) == (-N / 3, 2)
    assert leading_term(sqrt(eps) + eps, eps) == (1, Rational(1, 2))
    with pytest.raises(NotImplementedError, match="is not a power series"):
        leading_term(eps**N, eps)
    with pytest.raises(NotImplementedError, match="is not a rational function of eps"):
        power_series(sqrt(1 + eps), eps, 2)


def test_the_largest_is_found_only_where_that_is_decided():
    assuming = Assumptions(eps)
    assert assuming.largest([eps, Integer(2), -eps]) == 2
    assert assuming.largest([eps, N * eps]) is None
