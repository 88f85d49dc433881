"""Möbius maps: laws over drawn maps and functions, contour integrals as a second route, the reference's values."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Matrix, cancel, oo, symbols, sympify, together, zoo

from numerics.contours import enclosing_radius, residue_sum_inside
from theory.decision import truth
from theory.moebius import (
    coefficients,
    compose,
    degree_is_kept,
    image,
    inverse,
    kept_for_every_function_implies,
    local_degree,
    moebius,
    only_translations_keep_every_sum,
    pull_back_keeps_each_residue,
    pull_back_moves_infinity,
    ramified_pull_back_multiplies,
    simple_pole_at_infinity_forgets_the_sum,
    sum_is_multiplied_by_the_derivative,
)
from theory.propositions import Undefined
from theory.rational_functions import lowest_terms, value_at_infinity
from theory.residues import pull_back, residue_sum, sphere_residue_sum
from verify.strategies import moebius_maps, rational_functions

CASES = [
    "moebius-post-1/z-2*z",
    "moebius-post-1/z-z+3",
    "moebius-post-1/z-1/z",
    "moebius-post-1/z-z/(z+1)",
    "moebius-post-(z+2)/(z**2+1)+5-1/z",
    "moebius-post-(z+2)/(z**2+1)+5-(2*z+1)/(z+1)",
    "moebius-post-(z+2)/(z**2+1)+5-1/(z-4)",
    "moebius-pre-1/(z-2)-2*z",
    "moebius-pre-1/(z-2)-1/z",
    "moebius-pre-1/(z-2)-z/(z+1)",
    "moebius-pre-1/z**2-z/(z+1)",
    "moebius-pullback-1/z-2*z+3",
    "moebius-pullback-1/(z-2)-1/(z-5)+1/z**2-1/z",
    "moebius-pullback-1/(z-2)-1/(z-5)+1/z**2-(2*z+1)/(z+1)",
    "moebius-pullback-1/z-z**3",
    "moebius-pullback-1/(z-1)-z**2",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
SCALED = {
    "post": lambda psi, T: compose(T, psi, z),
    "pre": lambda psi, T: compose(psi, T, z),
    "pullback": lambda psi, T: pull_back(psi, T, z),
}

z, a, b, c, d, p, r, s = symbols("z a b c d p r s")
alpha = symbols("alpha", zero=False)
T0 = moebius(a, b, c, d, z)


def drawn(domain):
    assert domain.strategy is not None
    return domain.strategy()


functions, maps = drawn(rational_functions(z)), drawn(moebius_maps(z))
points = st.sampled_from([0, 1, -1, 2, 3, oo])
some_laws = settings(max_examples=40, deadline=None)


def holds(proposition):
    return truth(proposition).value is True


@given(maps, maps)
@some_laws
def test_composition_is_the_product_of_matrices(T, U):
    product = Matrix(2, 2, coefficients(T, z)) * Matrix(2, 2, coefficients(U, z))
    assert cancel(together(compose(T, U, z) - moebius(*product, z))) == 0


@given(maps, points)
@some_laws
def test_the_inverse_brings_points_back(T, point):
    assert image(inverse(T, z), z, image(T, z, point)) == (zoo if point is oo else point)


@given(maps, functions)
@some_laws
def test_mapped_values_multiply_the_sum(T, psi):
    at_infinity = value_at_infinity(psi, z)
    assume(at_infinity is not zoo and image(T, z, at_infinity) is not zoo)
    assert holds(sum_is_multiplied_by_the_derivative(T, psi, z))


@given(maps, functions, st.sampled_from([1, -1, 2, 3]))
@some_laws
def test_a_pole_at_infinity_forgets_the_sum(T, psi, slope):
    f = slope * z + 1 / psi
    assume(coefficients(T, z)[2] != 0 and value_at_infinity(1 / psi, z) is not zoo)
    assert holds(simple_pole_at_infinity_forgets_the_sum(T, f, z))


@given(maps, functions)
@some_laws
def test_the_degree_is_kept(T, psi):
    assert holds(degree_is_kept(T, psi, z))


@given(maps, functions, points)
@some_laws
def test_pull_back_keeps_each_residue(T, psi, point):
    assert holds(pull_back_keeps_each_residue(T, psi, z, point))


@given(maps, functions)
@some_laws
def test_pull_back_moves_infinity(T, psi):
    assert holds(pull_back_moves_infinity(T, psi, z))


@given(functions, functions, st.sampled_from([0, 1, -1, 2]))
@some_laws
def test_ramified_pull_back_multiplies(f, psi, q):
    assert holds(ramified_pull_back_multiplies(f, psi, z, q))


@given(maps, functions)
@settings(max_examples=25, deadline=None)
def test_a_contour_integral_gives_the_sum_of_the_mapped_function(T, psi):
    mapped = compose(T, psi, z)
    numerator, denominator = (part.all_coeffs() for part in lowest_terms(mapped, z))
    above, below = (np.array([float(x) for x in part]) for part in (numerator, denominator))
    radius = enclosing_radius(list(below))
    circle = residue_sum_inside(lambda x: np.polyval(above, x) / np.polyval(below, x), radius, tolerance=1e-10)
    assert abs(circle.value - float(residue_sum(mapped, z))) <= circle.error


@pytest.mark.parametrize("name", CASES)
def test_reference_cases(name):
    case = REFERENCE[name]
    psi, T = (sympify(case["input"][key]) for key in ("psi", "T"))
    after = SCALED[case["input"]["reading"]](psi, T)
    found = {
        "finite_sum_before": residue_sum(psi, z),
        "finite_sum_after": residue_sum(after, z),
        "sphere_before": sphere_residue_sum(psi, z),
        "sphere_after": sphere_residue_sum(after, z),
    }
    assert found == {key: sympify(value) for key, value in case["expected"].items()}


def test_the_laws_hold_for_generic_parameters():
    assert holds(sum_is_multiplied_by_the_derivative(T0, p + r / z, z))
    assert holds(simple_pole_at_infinity_forgets_the_sum(T0, alpha * z + p + r / z, z))
    assert holds(pull_back_keeps_each_residue(T0, r / (z - p), z, p))
    assert holds(pull_back_moves_infinity(T0, r / (z - p), z))


def test_only_translations_keep_every_sum():
    assert only_translations_keep_every_sum() == True  # noqa: E712  SymPy's true
    assert not kept_for_every_function_implies(b, a, b, c, d)
    assert not kept_for_every_function_implies(a - 1, a, b, c, d)


def test_z_cubed_is_three_to_one_at_zero_only():
    assert (local_degree(z**3, z, 0), local_degree(z**3, z, 1), local_degree(1 / z**2, z, 0)) == (3, 1, 2)


def test_a_determinant_zero_is_refused():
    with pytest.raises(Undefined, match=r"a, b, c, d = 1, 2, 2, 4 has no meaning: ad − bc = 0"):
        moebius(1, 2, 2, 4, z)


def test_a_map_of_degree_two_is_refused():
    with pytest.raises(ValueError, match=r"z\*\*2 is no Möbius map of z: its degree is 2"):
        coefficients(z**2, z)


def test_a_constant_has_no_local_degree():
    with pytest.raises(ValueError, match="it has no local degree"):
        local_degree(sympify(3), z, 0)


def test_a_constant_at_the_pole_of_the_map_is_undefined():
    with pytest.raises(Undefined, match="at the pole of the outer one"):
        compose(1 / (z - 2), sympify(2), z)


@pytest.mark.parametrize("psi", [z + 1 / z, 1 / z])
def test_an_infinite_derivative_is_undefined(psi):
    with pytest.raises(Undefined, match="must be finite"):
        sum_is_multiplied_by_the_derivative(1 / z, psi, z)


def test_the_law_at_a_pole_at_infinity_needs_one():
    with pytest.raises(Undefined, match="must be neither 0 nor infinite"):
        simple_pole_at_infinity_forgets_the_sum(1 / z, 1 / z, z)
