"""Linear flows: the differential equation as a law, SymPy's matrix exponential as a second route, the reference."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Integer,
    Matrix,
    Rational,
    S,
    cos,
    diag,
    diff,
    eye,
    limit,
    log,
    simplify,
    symbols,
)

from theory.decision import truth
from theory.linear_flows import (
    coincide,
    distinct,
    divided_difference,
    driven_coupling,
    flow_matrix,
    growth_exponent,
    is_a_sum_of_powers,
    quadratic_coupling,
    rotation,
    scaling_field_is_a_power,
    solves_the_linear_flow,
)
from theory.propositions import Undefined, equal
from verify import PROVED, REFUTED, check
from verify.auditing import PAPER
from verify.collection import load

CASES = ["printed_formula", "verdict_R1", "verdict_R3", "verdict_R4", "verdict_R5"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
MEANS = {"true": PROVED.outcome, "true_with_hypothesis": PROVED.outcome, "false": REFUTED.outcome}

b, c = symbols("b c", positive=True)
lam, mu, j, r, p, q, a = symbols("lam mu j r p q a", real=True)
u, v = symbols("u v", positive=True)
eigenvalues = st.sampled_from([Integer(0), Integer(1), Integer(-1), Integer(2), Rational(1, 2), Rational(-3, 2)])
some_laws = settings(max_examples=25, deadline=None)


def holds(proposition):
    return truth(proposition).value is True


@st.composite
def matrices(draw, largest=3):
    """(B, its eigenvalues): P T P⁻¹ with T upper triangular, so Jordan blocks occur."""
    k = draw(st.integers(1, largest))
    values = [draw(eigenvalues) for _ in range(k)]
    T = Matrix(k, k, lambda i, j: values[i] if i == j else (draw(st.integers(-2, 2)) if i < j else 0))
    P = eye(k) + Matrix(k, k, lambda i, j: draw(st.integers(-1, 1)) if i > j else 0)
    return P * T * P.inv(), values


@given(matrices())
@some_laws
def test_the_flow_matrix_solves_the_flow(drawn):
    B, values = drawn
    assert holds(solves_the_linear_flow(flow_matrix(B, values, b), B, b))


@given(matrices(2))
@some_laws
def test_changes_of_scale_compose(drawn):
    B, values = drawn
    both = flow_matrix(B, values, b) * flow_matrix(B, values, c) - flow_matrix(B, values, b * c)
    assert all(holds(equal(e.expand(power_base=True, log=True), 0)) for e in both)


@given(matrices(2))
@settings(max_examples=10, deadline=None)
def test_sympy_exponentiates_the_matrix_to_the_same(drawn):
    B, values = drawn
    ours, theirs = flow_matrix(B, values, Integer(3)), (B * log(3)).exp()
    assert all(simplify(e) == 0 for e in ours - theirs)


@given(matrices())
@some_laws
def test_every_left_eigenvector_gives_a_scaling_field(drawn):
    B, values = drawn
    delta = Matrix(symbols(f"d1:{B.rows + 1}", real=True))
    for value in distinct(values):
        for column in (B.T - value * eye(B.rows)).nullspace():
            assert holds(scaling_field_is_a_power(column.T, B, values, value, delta, b))


@given(eigenvalues, eigenvalues)
@some_laws
def test_a_driven_coupling_solves_its_equation_with_and_without_coincidences(x, y):
    w = driven_coupling(x, y, j, r, u, v, b)
    driven = y * w + j * u * b**x + r * u**2 * b ** (2 * x)
    assert holds(equal(b * diff(w, b), driven))
    assert w.subs(b, 1) == v


@given(eigenvalues, eigenvalues)
@some_laws
def test_powers_fail_exactly_at_jordan_blocks_and_resonances(x, y):
    w = driven_coupling(x, y, 1, 1, S.One, v, b)
    pure = holds(is_a_sum_of_powers(w, b, [x, y, 2 * x]))
    assert pure == (y != x and y != 2 * x)


def test_a_coincidence_is_the_limit_of_its_neighbours():
    near = driven_coupling(S(2), 2 + q, j, 0, u, v, b)  # SymPy's limit is wrong for b**lam with a symbol lam
    assert holds(equal(limit(near, q, 0), driven_coupling(S(2), S(2), j, 0, u, v, b)))
    assert divided_difference([lam, lam, lam], b) == b**lam * log(b) ** 2 / 2


def test_a_turning_pair_solves_its_flow():
    B = Matrix([[p, -q], [q, p]])
    assert holds(solves_the_linear_flow(rotation(p, q, b), B, b))
    complex_route = flow_matrix(B.subs({p: 1, q: 2}), [1 + 2 * I, 1 - 2 * I], Integer(3))
    assert all(
        abs((x - y).evalf()) < 1e-12 for x, y in zip(complex_route, rotation(S(1), S(2), Integer(3)), strict=True)
    )


def test_oscillations_are_no_sum_of_real_powers():
    assert not holds(is_a_sum_of_powers(b**p * cos(2 * log(b)), b, [p], at=2))
    assert holds(is_a_sum_of_powers(b**p + 3 * b**q, b, [p, q]))
    assert not holds(is_a_sum_of_powers(b**p * log(b), b, [p], at=2))


def test_a_quadratic_coupling_solves_its_equation():
    w = quadratic_coupling(lam, a, u, b)
    assert holds(equal(b * diff(w, b), lam * w + a * w**2))
    marginal = quadratic_coupling(0, a, u, b)
    assert holds(equal(b * diff(marginal, b), a * marginal**2))
    assert holds(equal(limit(w, lam, 0), marginal))


@given(st.fractions(-3, 3, max_denominator=5), st.sampled_from([2, 3, 10]))
@some_laws
def test_the_growth_exponent_undoes_the_power(y, base):
    power = Integer(base) ** Rational(y.numerator, y.denominator)
    assert holds(equal(growth_exponent(power, base), Rational(y.numerator, y.denominator)))
    assert holds(equal(growth_exponent(-power, base), Rational(y.numerator, y.denominator)))


def test_case_printed_formula():
    case = REFERENCE["printed_formula"]
    eigenvalue, base = Integer(case["input"]["lambda_"]), Integer(case["input"]["b"])
    expected, tolerance = case["expected"], float(case["tolerance"])
    assert abs(float(-eigenvalue / log(base)) - float(expected["printed"])) < tolerance
    assert growth_exponent(base**eigenvalue, base) == Integer(expected["correct_flow"])
    assert holds(equal(growth_exponent(Integer(4), base), Integer(expected["correct_map_if_multiplier_is_4"])))
    assert expected["only_if"] == "b=1/e"
    page = load(PAPER / "rg_flow.py")
    assert truth(page.readings["R1"].formula(eigenvalue, S.Exp1**-1)).value is True
    assert truth(page.readings["R1"].formula(eigenvalue, base)).value is False


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("verdict_")])
def test_the_formula_of_the_page_has_the_verdict_of_the_reference(case):
    expected = REFERENCE[case]["expected"]["verdict"]
    reading = replace(load(PAPER / "rg_flow.py").readings[case.removeprefix("verdict_")], measured=None)
    assert check(reading).outcome == MEANS[expected]
    assert expected != "true_with_hypothesis" or reading.given


def test_eigenvalues_count_as_equal_by_algebra_alone():
    assert coincide((lam + 1) ** 2, lam**2 + 2 * lam + 1)
    assert not coincide(lam, mu)


def test_numbers_that_are_no_eigenvalues_are_refused():
    with pytest.raises(ValueError, match=r"\['1', '3'\].*not the 2 eigenvalues"):
        flow_matrix(diag(1, 2), [1, 3], b)
    with pytest.raises(ValueError, match="not the 2 eigenvalues"):
        flow_matrix(diag(1, 2), [1], b)
    with pytest.raises(ValueError, match="left eigenvector"):
        scaling_field_is_a_power(Matrix([[1, 1]]), diag(1, 2), [1, 2], S.One, Matrix([u, v]), b)


def test_a_multiplier_of_zero_and_an_unchanged_scale_have_no_dimension():
    with pytest.raises(Undefined, match="y = −∞"):
        growth_exponent(S.Zero, 2)
    with pytest.raises(Undefined, match="b = 1"):
        growth_exponent(Integer(2), 1)
