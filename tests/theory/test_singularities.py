"""Singular points: divisors, what is not holomorphic, which points are listed."""

import pytest
from hypothesis import given, settings
from sympy import (
    Abs,
    I,
    Integer,
    Max,
    Sum,
    conjugate,
    cos,
    exp,
    gamma,
    im,
    log,
    oo,
    pi,
    re,
    sin,
    sqrt,
    symbols,
    tan,
    zeta,
)

from theory.ball_functions import ReciprocalGamma
from theory.propositions import Undefined
from theory.rational_functions import poles
from theory.singularities import analytic_at, candidates, check_holomorphic, divisor_order, divisors, has_pole, zeros
from verify.strategies import rational_functions

z, n = symbols("z n")
strategy = rational_functions(z).strategy
assert strategy is not None
functions = strategy()


@given(functions)
@settings(max_examples=40, deadline=None)
def test_the_poles_of_a_rational_function_are_candidates(f):
    assert set(poles(f, z)) <= set(candidates(f, z))


@given(functions)
@settings(max_examples=40, deadline=None)
def test_a_function_is_analytic_exactly_away_from_its_divisors(f):
    for at in (0, 1, -1, 2, 5, 7):
        assert analytic_at(f, z, Integer(at)) == all(divisor_order(D, z, Integer(at)) == 0 for D in divisors(f, z))


def test_a_function_is_analytic_only_if_all_its_branches_are():
    arctan = I * (log(1 - I * z) - log(1 + I * z)) / 2
    for f in (sqrt(z), sin(sqrt(z)) / sqrt(z), 1 / (2 + sqrt(z)), 1 / (log(z) + 1), 1 / (1 + arctan.subs(z, z - 1))):
        assert analytic_at(f, z, Integer(1))
    for f in (1 / (1 + sqrt(z)), 1 / (log(z) + 6 * pi * I), 1 / (3 * pi + arctan.subs(z, z - 1))):
        assert not analytic_at(f, z, Integer(1))


@pytest.mark.parametrize(
    "f, found",
    [
        (exp(1 / (z - 1)), {z - 1}),
        (sin(z) / z**3, {z}),
        (tan(z), {cos(z)}),
        (gamma(z + 1) / gamma(z), {ReciprocalGamma(z + 1)}),
        (zeta(z), {z - 1}),
        (sqrt(z) * log(z - 2), {z, z - 2}),
        (exp(z) * z**2, set()),
    ],
)
def test_divisors(f, found):
    assert set(divisors(f, z)) == found


def test_orders_of_zeros():
    assert divisor_order(1 - exp(z) + z, z, Integer(0)) == 2
    assert divisor_order(ReciprocalGamma(z), z, Integer(-3)) == 1
    assert divisor_order(z - 1, z, Integer(0)) == 0


def test_poles_are_seen():
    assert has_pole(1 / sin(z), z, Integer(0))
    assert has_pole(exp(1 / z), z, Integer(0))
    assert not has_pole(sin(z) / z, z, Integer(0))


@pytest.mark.parametrize("f", [conjugate(z) / z, Abs(z), re(z) + 1 / z, im(z), Max(0, re(z))])
def test_what_is_nowhere_holomorphic_is_undefined(f):
    with pytest.raises(Undefined, match="not holomorphic in any disc"):
        check_holomorphic(f, z)


def test_a_lacunary_series_has_a_natural_boundary_and_a_geometric_one_has_not():
    with pytest.raises(Undefined, match="natural boundary"):
        check_holomorphic(Sum(z ** (3**n), (n, 0, oo)), z)
    check_holomorphic(Sum(z**n, (n, 0, oo)), z)


def test_zeros_without_radicals_and_with_them():
    assert len(zeros(z**5 - z - 1, z)) == 5
    assert set(zeros((z**2 - 2) / (z + 1), z)) == {sqrt(2), -sqrt(2)}
    assert zeros(Integer(3), z) == []


def test_zeros_of_transcendental_functions_are_not_listed():
    with pytest.raises(NotImplementedError, match="the zeros of z \\+ exp\\(z\\) are not listed"):
        candidates(1 / (exp(z) + z), z)
