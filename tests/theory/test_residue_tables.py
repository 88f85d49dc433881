"""Tables: the reference's sums, infinitely many poles, laws over drawn functions, and what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Rational,
    Symbol,
    acos,
    besseli,
    binomial,
    cos,
    cot,
    coth,
    diff,
    exp,
    gamma,
    lambdify,
    log,
    pi,
    polygamma,
    sech,
    simplify,
    sin,
    sqrt,
    symbols,
    sympify,
    tan,
    tanh,
    zeta,
)

from theory.balls import enclose
from theory.certified_residues import certified_residue
from theory.exact_zeros import is_zero
from theory.pole_families import gamma_families, periodic, periodic_families
from theory.propositions import Undefined
from theory.residue_series import diverges, family_sum_ball, gamma_sum, gamma_sum_ball, limit_of_means, parity
from theory.residue_tables import table
from theory.residues import residue_sum
from verify.strategies import rational_functions

CASES = [
    "sum-1/z",
    "sum-1/(z**2+1)",
    "sum-z**3/(z-1)**2",
    "sum-exp(1/z)",
    "sum-exp(1/z)/(1-z)",
    "sum-(5*z**2+z+7)/(z**2+1)",
    "sum-z/(2*z-1)",
    "sum-gamma",
    "sum-cot",
    "sum-picot/z2",
    "sum-picot/(z2+1)",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
SPHERE = [name for name in CASES if REFERENCE[name]["kind"] == "residue_sum"]
z, a = symbols("z a")
strategy = rational_functions(z).strategy
assert strategy is not None
functions = strategy()


@given(functions)
@settings(max_examples=10, deadline=None)
def test_a_rational_function_has_the_sum_that_needs_no_poles(f):
    found = table(f, z)
    assert found.plane.value == residue_sum(f, z)
    assert found.plane.value + found.infinity.value == 0


@given(st.sampled_from([exp(z) / z, sin(z) / (z - 1) ** 2, exp(1 / z), z * cos(1 / z), exp(z) / (z**2 + 1)]), functions)
@settings(max_examples=5, deadline=None)
def test_the_residues_of_a_derivative_vanish_one_by_one(f, g):
    found = table(diff(f + g, z), z)
    assert all(is_zero(r.value) for r in found.points)
    assert is_zero(found.infinity.value)


@pytest.mark.parametrize("name", SPHERE)
def test_reference_sums(name):
    found, expected = table(sympify(REFERENCE[name]["input"]["f"]), z), REFERENCE[name]["expected"]
    assert is_zero(found.plane.value - sympify(expected["finite"]))
    assert is_zero(found.infinity.value - sympify(expected["infinity"]))
    assert is_zero(found.plane.value + found.infinity.value - sympify(expected["sphere"]))


@pytest.mark.parametrize("name", [name for name in CASES if name not in SPHERE])
def test_reference_sums_over_infinitely_many_poles(name):
    found, expected = table(sympify(REFERENCE[name]["input"]["f"]), z), REFERENCE[name]["expected"]
    written = expected["sum_over_poles"]
    if written.startswith("diverges"):
        assert found.plane.undefined
        assert "diverges" in found.plane.reason
    else:
        exact, _, decimal = written.partition("=")
        assert is_zero(found.plane.value - sympify(exact))
        assert not decimal or abs(complex(found.plane.ball) - float(decimal)) < 1e-12
    if expected.get("infinity") == "undefined":
        assert found.infinity.undefined
    if "at0" in expected:
        (at_zero,) = (r.value for r in found.points if r.at == 0)
        assert is_zero(at_zero - sympify(expected["at0"]))


PERIODIC = [
    pi * cot(pi * z) / (z**2 + 2),
    cot(z) / (z - 1),
    pi / sin(pi * z) / (z - Rational(1, 3)) ** 2,
    1 / (z**2 * (exp(z) - 1)),
    tanh(z) / (z - 2),
    tan(2 * z) / (z**2 + z),
]


@pytest.mark.parametrize("f", PERIODIC)
def test_the_ordered_sum_is_the_limit_of_contour_integrals(f):
    """The trapezoid rule on |z| = R_n between the poles, at two radii: the distance to the limit falls like 1/R."""
    total = complex(table(f, z).plane.ball)
    form = periodic(f, z)
    assert form is not None
    period = abs(complex(2 * pi * I / form.slope))
    g = lambdify(z, f, "mpmath")

    def inside(turns):
        radius = period * (turns + 0.3)
        nodes = [radius * mpmath.expjpi(mpmath.mpf(2 * k + 1) / 1500) for k in range(1500)]
        return complex(sum(x * g(x) for x in nodes) / 1500)

    assert abs(inside(10) - total) < 0.4
    assert abs(inside(30) - total) < 0.15


@pytest.mark.parametrize("f", PERIODIC[:4])
def test_the_residue_of_a_family_agrees_with_partial_sums(f):
    form = periodic(f, z)
    families, single = periodic_families(form, z)
    for family in families:
        for k in (-4, 5):
            at, value = (complex(x.subs(family.index, k)) for x in (family.location, family.residue))
            g, radius = lambdify(z, f, "mpmath"), 0.1
            nodes = [radius * mpmath.expjpi(mpmath.mpf(2 * j + 1) / 32) for j in range(32)]
            assert abs(complex(sum(t * g(at + t) for t in nodes) / 32) - value) < 1e-10
    assert limit_of_means(form, z) == 0
    assert len(single) <= 2


@pytest.mark.parametrize(
    "f, value",
    [
        (gamma(z), exp(-1)),
        (gamma(z) * z, exp(-1)),
        (gamma(z) * z**2, 0),
        (gamma(2 * z), exp(-1) / 2),
    ],
)
def test_sums_over_the_poles_of_gamma(f, value):
    """Σ (−1)^n/n! = 1/e, Σ (−1)^n (−n)/n! = 1/e, Σ (−1)^n n²/n! = 0."""
    assert is_zero(table(f, z).plane.value - value)
    families = gamma_families(f, z)
    assert families is not None
    assert gamma_sum_ball(families[0][0]).contains(0 if value == 0 else complex(0)) == (value == 0)
    assert is_zero(gamma_sum(families[0][0]) - value)


def test_the_sum_by_digamma_functions_is_another_route():
    form = periodic(pi * cot(pi * z) / (z**2 + 1), z)
    families, _ = periodic_families(form, z)
    assert abs(complex(family_sum_ball(families)) - complex((pi * coth(pi)).evalf(20))) < 1e-14


@pytest.mark.parametrize("f", [tanh(z), cot(z), 1 / sin(z), 1 / (exp(z) - 2), polygamma(0, z), z**2 * cot(z)])
def test_sums_that_diverge_are_undefined(f):
    found = table(f, z)
    assert found.plane.value is None
    assert found.plane.undefined
    assert found.infinity.undefined


def test_symmetry_makes_the_sum_zero():
    assert parity(z * cot(z), z) == 1
    assert parity(z / (exp(z) - 1), z) == 1
    assert parity(tanh(z), z) == -1
    assert table(sech(z), z).plane.value == 0
    assert table(z / (exp(z) - 1), z).plane.value == 0
    assert diverges(cot(z) / z**2, z, periodic_families(periodic(cot(z) / z**2, z), z)[0]) is None


@pytest.mark.parametrize(
    "f, plane",
    [
        (zeta(z), 1),
        (cos(sqrt(z)) / z, 1),
        (exp(z + 1 / z), besseli(1, 2)),
        (exp(exp(1 / z)), exp(1)),
        (exp(z) / (z**2 + pi**2), 0),
        (1 / ((z - sqrt(2)) * (z - pi)), 0),
    ],
)
def test_finitely_many_singular_points(f, plane):
    found = table(f, z)
    assert is_zero(found.plane.value - plane)
    assert is_zero(found.infinity.value + plane)


@pytest.mark.parametrize(
    "f, kind, told",
    [
        (log(z) / z, Undefined, "branch point"),
        (sqrt(z) / (z - 1), Undefined, "branch point"),
        (1 / sin(1 / z), Undefined, "accumulate"),
        (tanh(tanh(z)), Undefined, "accumulate"),
        (gamma(1 / z), Undefined, "accumulate"),
        (1 / log(z), Undefined, "branch point"),
        (1 / (1 + sqrt(1 - z)), Undefined, "branch point"),
        (acos(z), Undefined, "branch point"),
        (sqrt(1 + sqrt(z)) / z, Undefined, "branch point"),
        (log(log(z)), Undefined, "branch point"),
        (1 / (exp(z) - z), NotImplementedError, "no closed form"),
        (tan(z) * tanh(z), NotImplementedError, "not listed"),
        (a / z, NotImplementedError, "stand for no numbers"),
    ],
)
def test_what_has_no_table_is_refused_with_the_reason(f, kind, told):
    with pytest.raises(kind, match=told):
        table(f, z)


def test_each_point_of_a_table_is_confirmed():
    for f in (exp(1 / z) / (1 - z), (3 * z + 1) / (z**5 - z - 1), pi * cot(pi * z) / (z**2 + 1)):
        for r in table(f, z).points:
            assert r.contour.overlaps(r.ball)
            assert r.contour.rad() < 1e-8


def test_a_family_names_the_poles_that_are_treated_alone():
    found = table(pi * cot(pi * z) / z**2, z)
    (family,) = found.families
    assert (family.order, family.excluded) == (1, frozenset({0}))
    assert simplify(family.residue - 1 / family.index**2) == 0
    assert family.index == Symbol("k", integer=True)


@pytest.mark.parametrize(
    "f, at, kind, order",
    [
        (z * gamma(z), 0, "removable", 0),
        (z**2 * polygamma(2, z), 0, "pole", 1),
    ],
)
def test_zeros_of_the_factor_lower_the_order_and_are_treated_alone(f, at, kind, order):
    found = table(f, z)
    (point,) = found.points
    assert (point.at, point.kind, point.order) == (at, kind, order)
    assert found.families[0].excluded == {-at}


@pytest.mark.parametrize("f", [1 / (exp(2 * z) - 3 * exp(z) + 1), 1 / (z * (exp(2 * z) + 4 * exp(z) + 1))])
def test_poles_at_logarithms_of_algebraic_numbers_are_listed(f):
    found = table(f, z)
    assert len(found.families) == 2
    for family in found.families:
        at = family.location.subs(family.index, 2)
        assert certified_residue(f, z, at).ball.overlaps(enclose(family.residue.subs(family.index, 2), 30))


@pytest.mark.parametrize("gap", [Rational(1, 10**12), Rational(1, 10**40)])
def test_poles_that_agree_to_many_digits_are_told_apart(gap):
    first, second = table(1 / ((z - sqrt(2)) * (z - sqrt(2) - gap)), z).points
    assert {first.value, second.value} == {1 / gap, -1 / gap}
    assert (first.at - second.at) ** 2 == gap**2


def test_a_function_of_high_degree_has_its_residue_at_infinity():
    """[t^4] (2 + t)^300 = C(300, 4) 2^296."""
    found = table(z**300 / (z - 2) ** 5, z)
    assert found.plane.value == binomial(300, 4) * 2**296 == -found.infinity.value


def test_a_power_of_a_number_is_an_exponential():
    """Σ over k ≠ 0 of −log 2/(2πk)², and log 2/12 at 0."""
    found = table(1 / (z**2 * (2**z - 1)), z)
    assert found.plane.value == 0
    assert is_zero(found.points[0].value - log(2) / 12)


def partial_sum(f, radius, nodes=2000):
    """(1/2πi) ∮ f dz on |z| = R by the trapezoid rule."""
    arms = radius * np.exp(2j * np.pi * (np.arange(nodes) + 0.5) / nodes)
    return np.mean(arms * lambdify(z, f, "numpy")(arms))


@pytest.mark.parametrize("f, radii, value", [(1 / (2 + sin(z)), (6.5, 13), 0), (z / (2 + cos(z)), (8, 14), None)])
def test_levels_of_equal_modulus_decide_the_sum(f, radii, value):
    """The sum stays at 0, or the level at 3π adds Σ ± i(3π ± i log(2 + √3))/√3 = (4/√3) log(2 + √3)."""
    near, far = (partial_sum(f, radius) for radius in radii)
    found = table(f, z).plane
    if value is None:
        assert found.undefined
        assert abs(far - near) == pytest.approx(4 / 3**0.5 * np.log(2 + 3**0.5))
    else:
        assert found.value == value
        assert abs(near) < 1e-10
        assert abs(far) < 1e-10


@pytest.mark.parametrize("f", [z / (exp(z) - 1) ** 2, z / (exp(z) + 1) ** 2, z**2 / (exp(z) - 1)])
def test_a_level_that_does_not_tend_to_zero_is_a_divergence(f):
    assert "add up to" in table(f, z).plane.reason
    assert table(f, z).plane.undefined


@pytest.mark.parametrize("f", ["tanh(z)/z**3", "1/((exp(z) - 1)*(exp(-z) + 2))", "tanh(tanh(z))"])
def test_a_table_does_not_depend_on_the_hash_seed(f):
    code = f"""
from sympy import *
from theory.propositions import Undefined
from theory.residue_tables import table
z = Symbol("z")
try:
    print(table({f}, z, 15).families)
except Undefined as reason:
    print(reason)
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "0123"
    }
    assert len(said) == 1
