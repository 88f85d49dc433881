"""Rational functions: laws of the degree and of values at infinity, exact zeros, refusals."""

import pytest
from hypothesis import given, settings
from sympy import I, Rational, cancel, exp, log, pi, sin, sqrt, symbols, zoo

from theory.propositions import Undefined
from theory.rational_functions import degree, lowest_terms, pole_count, poles, quotient, value_at_infinity
from verify.strategies import rational_functions

z, p, r = symbols("z p r")
factory = rational_functions(z).strategy
assert factory is not None
functions = factory()
some_laws = settings(max_examples=40, deadline=None)


@given(functions)
@some_laws
def test_the_quotient_is_the_function(f):
    numerator, denominator = quotient(f, z)
    assert cancel(f - numerator.as_expr() / denominator.as_expr()) == 0


@given(functions)
@some_laws
def test_lowest_terms_have_no_common_factor(f):
    numerator, denominator = lowest_terms(f, z)
    assert numerator.gcd(denominator).degree() == 0


@given(functions, functions)
@some_laws
def test_degrees_multiply_under_composition(f, g):
    assert degree(f.subs(z, g), z) == degree(f, z) * degree(g, z)


@given(functions)
@some_laws
def test_the_degree_counts_poles_and_zeros_alike(f):
    assert degree(f, z) == degree(1 / f, z) == pole_count(f, z) + at_infinity(f)


def at_infinity(f):
    """The multiplicity of the pole of f at infinity, from f(1/w) at w = 0."""
    return poles(f.subs(z, 1 / z), z).get(0, 0)


@given(functions)
@some_laws
def test_the_value_at_infinity_is_that_of_the_flipped_function_at_zero(f):
    flipped = cancel(f.subs(z, 1 / z))
    assert value_at_infinity(f, z) == flipped.subs(z, 0)


def test_a_common_factor_is_no_pole():
    assert pole_count((z - 1) / (z**2 - 1), z) == 1
    assert pole_count((z - sqrt(2)) / (z**2 - 2), z) == 1
    assert poles((z - I) / (z**2 + 1) ** 2, z) == {I: 1, -I: 2}


def test_nested_radicals_that_cancel_are_zero():
    f = (sqrt(2) + sqrt(3) - sqrt(5 + 2 * sqrt(6))) * z**2 + 1 / z
    assert degree(f, z) == 1
    assert value_at_infinity(f, z) == 0


def test_a_parameter_is_generic():
    assert degree(r / (z - p), z) == 1
    assert value_at_infinity((p * z + 1) / (r * z), z) == p / r


def test_constants_have_degree_zero():
    assert degree(0, z) == degree(p, z) == 0
    assert value_at_infinity(7, z) == 7
    assert value_at_infinity(z, z) is zoo


@pytest.mark.parametrize("f", [1 / ((z + 1) ** 2 - z**2 - 2 * z - 1), zoo * z])
def test_a_function_without_values_is_undefined(f):
    with pytest.raises(Undefined, match="the function"):
        quotient(f, z)


def test_a_float_is_refused():
    with pytest.raises(ValueError, match="contains a float"):
        quotient(z / 2.0, z)


@pytest.mark.parametrize("f", [sqrt(p) / z, sin(p) / z, log(2) * z, exp(1) * z + pi])
def test_coefficients_without_a_decidable_zero_are_refused(f):
    with pytest.raises(NotImplementedError, match="no field where zero is decidable"):
        quotient(f, z)


@pytest.mark.parametrize("f", [z**p, z ** Rational(1, 2), 2**z, sin(1 / z), 1 + 1 / (1 + exp(z))])
def test_a_function_that_is_not_rational_is_refused(f):
    with pytest.raises(NotImplementedError, match="only rational functions of z"):
        quotient(f, z)
