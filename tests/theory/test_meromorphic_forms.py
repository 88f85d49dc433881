"""Forms: pull-back with ramification, degrees, residues on curves and tori, against elliptic functions in balls."""

import json
from pathlib import Path

import flint
import mpmath
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import cancel, cos, diff, exp, lambdify, oo, pi, sin, sqrt, symbols, sympify, tan, together

from theory.certified_residues import certified_residue
from theory.decision import truth
from theory.exact_residues import POLE, REGULAR, exact_residue
from theory.exact_zeros import is_zero
from theory.meromorphic_forms import (
    curve_residues,
    elliptic_residues,
    form_order,
    of_form,
    places_over,
    ramified_pull_back,
    value_and_index,
)
from theory.parametric_residues import parametric_residue
from theory.propositions import Undefined
from theory.rational_functions import poles
from theory.singularities import zeros
from verify.strategies import moebius_maps, rational_functions

CASES = ["torus-wp", "curve-y2=x(x-1)(x-3)"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
x, y, z = symbols("x y z")


def drawn(domain):
    assert domain.strategy is not None
    return domain.strategy()


functions, maps = drawn(rational_functions(z)), drawn(moebius_maps(z))
points = st.sampled_from([0, 1, -1, 2, oo])


def holds(proposition):
    return truth(proposition).value is True


@given(functions, functions, points)
@settings(max_examples=25, deadline=None)
def test_pull_back_multiplies_by_the_ramification_index(f, psi, q):
    assert holds(ramified_pull_back(f, psi, z, q))


@given(maps, functions, points)
@settings(max_examples=20, deadline=None)
def test_pull_back_by_a_moebius_map_keeps_each_residue(T, psi, q):
    assert value_and_index(T, z, q)[1] == 1
    assert holds(ramified_pull_back(T, psi, z, q))


@given(functions)
@settings(max_examples=20, deadline=None)
def test_a_form_on_the_sphere_has_degree_minus_two(psi):
    finite = {*poles(psi, z), *zeros(psi, z)}
    assert sum(form_order(psi, z, q) for q in finite) + form_order(psi, z, oo) == -2


@given(functions)
@settings(max_examples=20, deadline=None)
def test_the_type_of_a_form_at_infinity_is_that_in_the_coordinate_one_over_z(psi):
    found = of_form(certified_residue(psi, z, oo), psi, z)
    kind, order, value = exact_residue(cancel(-psi.subs(z, 1 / x) / x**2), x, sympify(0))
    assert (found.kind, found.order, found.value) == (kind, order, value)


@pytest.mark.parametrize(
    "psi, order",
    [
        (1 / z, 1),
        (z / (z**2 + 1), 1),
        (z**2, 4),
        (z**-2, 0),
        (1 / (z - 1) - 1 / z - z**-2 - z**-3 - z**-4 - z**-5, 0),
        (z * exp(1 / z), 3),
    ],
)
def test_types_at_infinity_against_the_argument_principle(psi, order):
    """(1/2πi) ∮ d log g, g = ψ(1/w)/w², is the number of zeros less that of the poles in |w| < 1/2."""
    found = of_form(certified_residue(psi, z, oo), psi, z)
    assert (found.kind, found.order) == (POLE if order else REGULAR, order)
    g = together(psi.subs(z, 1 / x) / x**2)
    slope = lambdify(x, diff(g, x) / g, "mpmath")
    turns = mpmath.quad(lambda t: slope(mpmath.expj(t) / 2) * mpmath.expj(t) / 2, [0, 2, 4, 2 * mpmath.pi])
    assert abs(turns / (2 * mpmath.pi) - form_order(psi, z, oo)) < 1e-9


def test_a_form_with_parameters_has_its_own_type_at_infinity():
    found = of_form(parametric_residue(y / z, z, oo), y / z, z)
    assert (found.kind, found.order, found.value) == (POLE, 1, -y)


def test_away_from_infinity_and_at_essential_points_form_and_function_have_one_type():
    for psi, at in ((1 / z**2, 0), (exp(z), oo), (z**2, 1), (0 * z, oo)):
        found = certified_residue(psi, z, at)
        assert of_form(found, psi, z) == found


def test_the_order_is_counted_in_z_where_roots_are_expanded():
    assert form_order(sqrt(z) * sqrt(z + 1), z, oo) == -3
    assert form_order(sqrt(z) * sin(sqrt(z)), z, 0) == 1
    with pytest.raises(NotImplementedError, match="fractional"):
        form_order(sqrt(z), z, 0)
    with pytest.raises(Undefined, match="it is 0"):
        form_order(0 * z, z, 0)


@pytest.mark.parametrize(
    "f, psi, q, index",
    [
        (exp(z), 1 / (z - 1), 0, 1),
        (cos(z), 3 / (z - 1) + 1 / (z - 1) ** 2, 0, 2),
        (sin(z) ** 3, 1 / z + 1 / z**2, pi, 3),
        (tan(z), 1 / z, pi / 2, 1),
        (z**3, 1 / z, oo, 3),
    ],
)
def test_maps_that_are_not_rational(f, psi, q, index):
    assert value_and_index(f, z, q)[1] == index
    assert holds(ramified_pull_back(f, psi, z, q))


def curve_of(case):
    left, right = case["input"]["curve"].split("=")
    assert left == "y**2"
    form = case["input"]["form"].replace("dx", "1")
    return sympify(form), sympify(right)


def test_the_reference_curve():
    case = REFERENCE["curve-y2=x(x-1)(x-3)"]
    found = [r.value for r in curve_residues(*_arguments(*curve_of(case))) if r.value != 0]
    for expected in case["expected"]["residues"]:
        assert any(is_zero(value - sympify(expected)) for value in found)
    assert is_zero(sum(found) - sympify(case["expected"]["sum"]))


def _arguments(R, P):
    return R, x, y, P


@pytest.mark.parametrize("g2, g3", [(4, 1), (0, 4), (-8, 3), (12, -5)])
def test_the_reference_torus(g2, g3):
    """The residues of ℘′/℘ do not depend on the lattice where ℘ has two zeros: g₃ ≠ 0."""
    case = REFERENCE["torus-wp"]
    assert case["input"]["f"] == "wp'(z)/wp(z)"
    found = sorted(r.value for r in elliptic_residues(y / x, x, y, g2, g3) if r.value != 0)
    assert found == sorted(case["expected"]["residues"])
    assert sum(found) == sympify(case["expected"]["sum"])


def test_the_torus_agrees_with_elliptic_functions_in_balls():
    """∮ ℘′/℘ dz around the pole and around the zeros, for the lattice ℤ + iℤ (periods 1, i; g₃ = 0: a double zero)."""
    with flint.ctx.workprec(80):
        tau = acb(0, 1)

        def f(w):
            h = arb(2) ** -30
            value, step = w.elliptic_p(tau), (w + h).elliptic_p(tau) - (w - h).elliptic_p(tau)
            return step / (2 * h) / value

        def around(centre):
            nodes = [arb("0.2") * acb(0, 2 * arb.pi() * k / 64).exp() for k in range(64)]
            return sum((t * f(centre + t) for t in nodes), acb(0)) / 64

        assert abs(around(acb(0)) + 2) < arb("1e-6")
        assert abs(around(acb(arb("0.5"), arb("0.5"))) - 2) < arb("1e-6")
    found = [r.value for r in elliptic_residues(y / x, x, y, 4, 0) if r.value != 0]
    assert sorted(found) == [-2, 2]


@given(
    st.lists(st.integers(-3, 3), min_size=2, max_size=4).filter(lambda c: c[-1] != 0 and any(c[:-1])),
    st.sampled_from([1 / y, x / y, 1 / (x - 5), 1 / ((x - 5) * y), y / x, 1 / (x * y)]),
    st.sampled_from([2, 3]),
)
@settings(max_examples=6, deadline=None)
def test_residues_on_a_curve_sum_to_zero(c, R, m):
    P = sum(a * x**k for k, a in enumerate(c))
    try:
        found = curve_residues(R, x, y, P, m)
    except ValueError as reducible:
        assert "is reducible" in str(reducible)  # noqa: PT017
        return
    assert is_zero(sum(r.value for r in found))
    for at in {r.place.over for r in found}:
        assert sum(p.index for p in places_over(P, x, m, at)) == m


def test_a_derivative_on_a_curve_has_no_residue():
    """d(x/y) on y² = P: (1/y − xP′/(2yP)) dx."""
    P = x**3 - x + 1
    assert all(r.value == 0 for r in curve_residues((1 - x * P.diff(x) / (2 * P)) / y, x, y, P))


@pytest.mark.parametrize("P, m", [((x - 1) ** 2, 2), (4 * x**4, 2), (x**3, 3), (sympify(5), 2), (pi * x, 2), (x, 1)])
def test_what_is_no_irreducible_curve_is_refused(P, m):
    with pytest.raises(ValueError, match="the curve"):
        curve_residues(1 / y, x, y, P, m)


def test_degenerate_lattices_and_constants_are_undefined():
    with pytest.raises(Undefined, match="not doubly periodic"):
        elliptic_residues(y / x, x, y, 3, 1)
    with pytest.raises(Undefined, match="it is constant"):
        value_and_index(sympify(3), z, 0)
