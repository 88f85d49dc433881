"""Expansions at a point: against FLINT's power series, against values nearby, functional equations, special numbers."""

import flint
import pytest
from flint import acb, acb_series, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    EulerGamma,
    I,
    Integer,
    Rational,
    Symbol,
    asin,
    atan,
    besselj,
    cos,
    cosh,
    cot,
    coth,
    csc,
    csch,
    erf,
    exp,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    sec,
    sech,
    sin,
    sinh,
    sqrt,
    stieltjes,
    symbols,
    tan,
    tanh,
    zeta,
)

from theory.ball_functions import compiled
from theory.balls import enclose
from theory.local_expansions import LOG, EssentialPart, ZetaCoefficient, expansion
from theory.propositions import Undefined

z = symbols("z")
POINTS = st.sampled_from([Rational(1, 3), Integer(2), Rational(-3, 2), Integer(5), Rational(7, 4)])


@given(
    st.sampled_from(
        [
            exp(z) * sin(z) / (z + 10),
            tan(z) + cot(z),
            sec(z) - csc(z),
            sinh(z) / cosh(z) ** 2,
            tanh(z) * coth(z) ** 2,
            sech(z) + csch(z),
            gamma(z) ** 2,
            polygamma(1, z) - polygamma(0, z),
            zeta(z) * z,
            erf(z),
            exp(cos(z)),
            sqrt(z + 7) * log(z + 9),
        ]
    ),
    POINTS,
)
@settings(max_examples=40, deadline=None)
def test_the_series_sums_to_the_function_nearby(f, at):
    """At distance 2^−20 the terms left out are below 2^−50 of a moderate function."""
    series, e = expansion(f, z, at, upto=3)
    assert e == 1
    with flint.ctx.workprec(150):
        t = arb(2) ** -20
        total = sum((enclose(series[k], 40) * t**k for k in range(series.start, 4)), acb(0))
        value = compiled(f, z, enclose(at, 40))(enclose(at, 40) + t)
        assert abs(total - value) < arb(2) ** -55


@given(st.integers(0, 4), st.integers(-3, 5))
@settings(max_examples=25, deadline=None)
def test_gamma_at_its_poles_satisfies_the_functional_equation(n, shift):
    """Γ(z + 1) = z Γ(z)."""
    left, _ = expansion(gamma(z + 1 + shift), z, Integer(-n), upto=2)
    right, _ = expansion((z + shift) * gamma(z + shift), z, Integer(-n), upto=2)
    for k in range(min(left.start, right.start), 2):
        assert (left[k] - right[k]).expand().equals(0)


@pytest.mark.parametrize("n", range(4))
def test_the_reciprocal_gamma_agrees_with_flint(n):
    ours, _ = expansion(1 / gamma(z), z, Integer(-n), upto=4)
    theirs = acb_series([-n, 1], 6).rgamma()
    for k in range(1, 5):
        assert enclose(ours[k], 30).overlaps(theirs[k])


@pytest.mark.parametrize("m", [0, 1, 2])
def test_polygamma_at_a_pole_is_a_derivative_of_the_one_before(m):
    series, _ = expansion(polygamma(m, z), z, Integer(-2), upto=3)
    derived, _ = expansion(polygamma(m + 1, z), z, Integer(-2), upto=2)
    for k in range(-m - 2, 2):
        assert ((k + 1) * series[k + 1] - derived[k]).expand().equals(0)


def test_zeta_at_one_has_stieltjes_coefficients():
    series, _ = expansion(zeta(z), z, Integer(1), upto=2)
    assert [series[k] for k in range(-1, 3)] == [1, EulerGamma, -stieltjes(1), stieltjes(2) / 2]


def test_zeta_vanishes_at_minus_two_with_a_known_derivative():
    """ζ′(−2) = −ζ(3)/4π²."""
    series, _ = expansion(zeta(z), z, Integer(-2), upto=1)
    assert series[0] == 0
    assert enclose(series[1], 30).overlaps(enclose(-zeta(3) / (4 * pi**2), 30))
    assert "zeta^(1)(-2)/1!" in str(ZetaCoefficient(Integer(-2), Integer(1)))


def test_roots_raise_the_ramification():
    series, e = expansion(sqrt(z) + z ** Rational(1, 3), z, Integer(0), upto=1)
    assert e == 6
    assert (series[2], series[3]) == (1, 1)


def test_branches_are_chosen_for_each_base():
    principal, _ = expansion(sqrt(z) + log(z), z, Integer(4))
    other, _ = expansion(sqrt(z) + log(z), z, Integer(4), branches={z: Integer(1)})
    assert principal[0].equals(2 + log(4))
    assert other[0].equals(-2 + log(4) + 2 * pi * I)
    j = Symbol("j", integer=True)
    assert expansion(log(z), z, Integer(1), branches={z: j})[0][0] == 2 * pi * I * j


def test_a_logarithm_at_its_branch_point_is_a_letter():
    series, _ = expansion(log(z) / z, z, Integer(0))
    assert series[-1] == LOG
    assert expansion(log(z), z, oo)[0][0] == -LOG


def test_inverse_functions_expand_by_logarithms():
    assert [expansion(atan(z), z, Integer(0), upto=3)[0][k] for k in range(4)] == [0, 1, 0, Rational(-1, 3)]
    assert expansion(asin(z), z, Integer(0), upto=3)[0][3] == Rational(1, 6)


def test_at_infinity_the_parameter_is_one_over_z():
    series, _ = expansion((z**2 + 1) / (z - 1), z, oo, upto=2)
    assert [series[k] for k in range(-1, 3)] == [1, 1, 2, 2]


@pytest.mark.parametrize("f", [exp(1 / z), sin(1 / z), cosh(1 / z**2), exp(gamma(z))])
def test_an_entire_function_of_a_pole_is_essential(f):
    with pytest.raises(EssentialPart):
        expansion(f, z, Integer(0))


def test_unknown_functions_and_irrational_powers_are_refused():
    with pytest.raises(NotImplementedError, match="no series of besselj is known"):
        expansion(besselj(0, z), z, Integer(0))
    with pytest.raises(Undefined, match="branch point"):
        expansion(z**pi, z, Integer(0))
