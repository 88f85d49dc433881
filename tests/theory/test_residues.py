"""Residues: laws over drawn functions, roots in balls as a second route, the reference's values, refusals."""

import json
from pathlib import Path

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Add,
    I,
    Integer,
    Poly,
    Rational,
    Symbol,
    conjugate,
    diff,
    exp,
    log,
    pi,
    sqrt,
    symbols,
    sympify,
    tan,
    zoo,
)
from sympy import residue as laurent_residue

from theory.decision import truth
from theory.propositions import Undefined, equal
from theory.residues import (
    decaying_sum_vanishes,
    decays,
    derivatives_have_no_residue_sum,
    one_jet_at_infinity,
    partial_fractions,
    pull_back,
    residue,
    residue_at_infinity,
    residue_sum,
    residue_sum_at_poles,
    residues_sum_to_zero_on_the_sphere,
    sphere_residue_sum,
)
from verify.strategies import rational_functions

CASES = [
    "sum-1/z",
    "sum-1/(z**2+1)",
    "sum-z**3/(z-1)**2",
    "sum-(5*z**2+z+7)/(z**2+1)",
    "sum-z/(2*z-1)",
    "res-simple-0",
    "res-simple-oo",
    "res--i",
    "res-z2+1cu",
    "res-z4+1",
    "res-z3/(z-1)-oo",
    "res-z3/(z-1)^2-1",
    "res-z3/(z-1)^2-oo",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
SUMS = [name for name in CASES if name.startswith("sum-")]
RESIDUES = [name for name in CASES if name.startswith("res-")]

z, p, q, r, s = symbols("z p q r s")
factory = rational_functions(z).strategy
assert factory is not None
functions = factory()
poles_and_residues = st.lists(
    st.tuples(st.sampled_from([0, 1, -2, 3, Rational(1, 2), I, sqrt(2)]), st.integers(-5, 5), st.integers(1, 3)),
    min_size=1,
    max_size=3,
)
some_laws = settings(max_examples=40, deadline=None)


def holds(proposition):
    return truth(proposition).value is True


@given(poles_and_residues, st.integers(0, 3))
@some_laws
def test_the_sum_is_that_of_the_simple_terms(terms, power):
    psi = Add(*(c / (z - at) ** order for at, c, order in terms), z**power)
    assert residue_sum(psi, z) == sum(c for _, c, order in terms if order == 1)


@given(poles_and_residues, st.data())
@some_laws
def test_each_residue_is_that_of_its_simple_terms(terms, data):
    at = data.draw(st.sampled_from([at for at, _, _ in terms]))
    psi = Add(*(c / (z - x) ** order for x, c, order in terms))
    assert residue(psi, z, at) == sum(c for x, c, order in terms if order == 1 and x == at)


@given(functions, functions, st.integers(-3, 3))
@some_laws
def test_the_sum_is_linear(f, g, c):
    assert residue_sum(f + c * g, z) == residue_sum(f, z) + c * residue_sum(g, z)


@given(functions)
@some_laws
def test_residues_sum_to_zero_with_infinity(f):
    assert holds(residues_sum_to_zero_on_the_sphere(f, z))


@given(functions)
@some_laws
def test_a_derivative_has_no_residue_sum(f):
    assert holds(derivatives_have_no_residue_sum(f, z))


@given(functions)
@some_laws
def test_what_hermite_reduction_leaves_are_the_residues(f):
    assert holds(partial_fractions(f, z))


@given(functions)
@some_laws
def test_the_sum_is_the_derivative_at_infinity(f):
    g = f - Poly(f.as_numer_denom()[0], z).div(Poly(f.as_numer_denom()[1], z))[0].as_expr() + 5
    assert holds(one_jet_at_infinity(g, z))


@given(functions)
@some_laws
def test_a_decaying_function_has_sum_zero(f):
    assert holds(decaying_sum_vanishes(f / (z**4 + 1), z))
    assert decays(1 / z**2, z)
    assert not decays(1 / z, z)


@given(functions, functions)
@some_laws
def test_a_pull_back_of_a_derivative_is_a_derivative(f, T):
    assert residue_sum(pull_back(diff(f, z), T, z), z) == 0


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=7), st.lists(st.integers(-9, 9), max_size=5))
@some_laws
def test_the_sum_lies_in_the_ball_of_the_sum_over_roots(below, above):
    denominator = flint.fmpz_poly([*below, 1])
    numerator = flint.fmpz_poly(above)
    if denominator.gcd(denominator.derivative()).degree() > 0:
        return
    ball = flint.acb(0)
    for root, _ in denominator.complex_roots():
        ball += flint.acb_poly(numerator)(root) / flint.acb_poly(denominator.derivative())(root)
    f = Poly(above[::-1] or [0], z).as_expr() / Poly([1, *below[::-1]], z).as_expr()
    exact = residue_sum(f, z)
    assert ball.contains(flint.acb(flint.arb(flint.fmpq(int(exact.p), int(exact.q)))))
    assert not ball.contains(flint.acb(flint.arb(flint.fmpq(int(exact.p), int(exact.q)) + 1)))


@given(functions, st.sampled_from([0, 1, -1, 2]))
@settings(max_examples=15, deadline=None)
def test_sympy_agrees_at_rational_poles(f, at):
    assert residue(f, z, at) == laurent_residue(f, z, at)


@pytest.mark.parametrize("name", SUMS)
def test_reference_sums(name):
    f, expected = sympify(REFERENCE[name]["input"]["f"]), REFERENCE[name]["expected"]
    assert residue_sum(f, z) == sympify(expected["finite"])
    assert residue_at_infinity(f, z) == sympify(expected["infinity"])
    assert sphere_residue_sum(f, z) == sympify(expected["sphere"])


@pytest.mark.parametrize("name", RESIDUES)
def test_reference_residues(name):
    given_, expected = REFERENCE[name]["input"], sympify(REFERENCE[name]["expected"]["value"])
    value = residue(sympify(given_["f"]), z, sympify(given_["at"]))
    assert holds(equal(value.rewrite(sqrt), expected.rewrite(sqrt)))


def test_parameters_are_generic():
    assert residue_sum(r / (z - p), z) == r
    assert residue(r / (z - p) ** 2 / (z - q), z, p) == -r / (p**2 - 2 * p * q + q**2)
    assert residue_sum(s * r / (s * z - p), z) == r


def test_infinity_has_a_residue_without_a_pole():
    assert residue(1 / z, z, zoo) == -1
    assert residue_sum_at_poles(1 / z, z) == 1
    assert residue_sum_at_poles(z + 1 / z, z) == 0


def test_an_irreducible_denominator_needs_no_roots():
    f = (7 * z**4 + 1) / (z**5 - z - 1)
    assert residue_sum(f, z) == 7
    with pytest.raises(NotImplementedError, match=r"z\*\*5 - z - 1 = 0 is not solved in closed form"):
        partial_fractions(f, z)


@pytest.mark.parametrize(
    "f, cause",
    [
        (exp(1 / z), "essential singularity"),
        (tan(z), "infinitely many poles"),
        (log(z) / z, "branch point"),
        (sqrt(z) / (z - 1), "branch point"),
        (conjugate(z) / z, "not holomorphic"),
    ],
)
def test_a_function_that_is_not_rational_is_refused_with_its_cause(f, cause):
    for at in (0, zoo):
        with pytest.raises(NotImplementedError, match=cause):
            residue(f, z, at)
    with pytest.raises(NotImplementedError, match=cause):
        residue_sum(f, z)


def test_an_expansion_at_a_pole_at_infinity_is_undefined():
    with pytest.raises(Undefined, match="it has a pole there"):
        one_jet_at_infinity(z + 1 / z, z)


def test_a_transcendental_pole_is_exact():
    assert residue((z - 1) / (z - pi), z, pi) == pi - 1


def test_a_symbol_is_needed():
    with pytest.raises(ValueError, match=r"not a SymPy symbol"):
        residue_sum(1 / z, Integer(2))  # pyright: ignore


def test_the_variable_counts():
    w = Symbol("w")
    assert residue_sum(1 / (z - w), w) == -1
