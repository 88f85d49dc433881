"""Zeros decided exactly: identities, numbers near zero, integer parameters; nothing is decided by a tolerance."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Function,
    Integer,
    Symbol,
    cos,
    cosh,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
)

from theory.algebraic_numbers import algebraic_numbers
from theory.exact_zeros import Exceptional, integer_roots, is_zero, reduced
from theory.rational_residues import as_flint

a, b = symbols("a b")
k = Symbol("k", integer=True)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=4), st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_the_integer_roots_of_a_product_are_its_zeros(roots, denominator):
    c = Integer(3)
    for root in roots:
        c *= k - root
    assert set(integer_roots(c * (denominator * k**2 + 7) / (k**2 + 1), k)) == set(roots)


@pytest.mark.parametrize(
    "zero",
    [
        sqrt(2) * sqrt(3) - sqrt(6),
        sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3),
        sin(1) ** 2 + cos(1) ** 2 - 1,
        exp(log(3)) - 3,
        2 - cosh(log(2 + sqrt(3))),
        1 - sinh(log(3 - 2 * sqrt(2)) / 2) ** 2,
        (a + b) ** 2 - a**2 - 2 * a * b - b**2,
        cos(a) ** 2 + sin(a) ** 2 - 1,
    ],
)
def test_identities_are_zero(zero):
    assert is_zero(zero)
    assert not is_zero(zero + Integer(10) ** -12)


def test_a_number_close_to_zero_is_not_zero():
    assert not is_zero(exp(pi * sqrt(163)) - 262537412640768744)


def test_an_integer_parameter_takes_every_value_but_the_excluded_ones():
    assert not is_zero(k**2 - 2, {k: ()})
    assert not is_zero((k - 1) * (k + 3), {k: {1, -3}})
    with pytest.raises(Exceptional, match="vanishes at k = 1"):
        is_zero((k - 1) * (k + 3), {k: {-3}})
    assert not is_zero(2 * pi * k + 1, {k: ()})


def test_a_polynomial_in_an_algebraic_number_is_reduced():
    (root, *_) = [x for x, _ in algebraic_numbers(as_flint((a**5 - a - 1).as_poly(a, domain="QQ")))]
    assert reduced(root**5) == root + 1
    assert is_zero(root**6 - root**2 - root)
    assert not is_zero(root**6 - root**2)


def test_what_is_not_decided_is_not_answered():
    with pytest.raises(NotImplementedError, match="not decided"):
        is_zero(Function("f")(1))
