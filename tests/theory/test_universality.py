"""Universality: spectra under drawn changes of couplings, explicit inverses as a second route, the counterexamples."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import (
    Function,
    Integer,
    Matrix,
    Rational,
    S,
    diff,
    eye,
    simplify,
    symbols,
    sympify,
)

from theory.correlation_length import length_exponent
from theory.decision import truth
from theory.homogeneity import regular_variation_index
from theory.propositions import Undefined, equal
from theory.scaling import fixed_depth_count, fixed_ratio_count
from theory.universality import (
    changed_derivative,
    changed_stability_matrix,
    crossing_exponent,
    dimension_in_power_coordinate,
    jacobian,
    orbit_map,
    power_coordinate_conjugates,
    pushed_forward,
    same_matrix,
    same_spectrum,
    stability_matrices_are_similar,
    translated,
)
from verify import PROVED, REFUTED, TRIVIAL, check
from verify.auditing import PAPER
from verify.collection import load

CASES = [
    "conj_counterexample",
    "smooth_nondiffeo_counterexample",
    "verdict_D3a",
    "verdict_D3b",
    "verdict_D3d",
    "verdict_D3e",
    "verdict_T1b",
    "verdict_T1d",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
MEANS = {
    "true": PROVED.outcome,
    "true_with_hypothesis": PROVED.outcome,
    "false": REFUTED.outcome,
    "vacuous": TRIVIAL.outcome,
}
some_laws = settings(max_examples=25, deadline=None)
small = st.integers(-3, 3).map(Integer)
x, h = symbols("x h", real=True)


def holds(proposition):
    return truth(proposition).value is True


@st.composite
def quadratic_maps(draw, k):
    """(k couplings, J, components of Jg + quadratic) with integer coefficients."""
    g = symbols(f"g1:{k + 1}", real=True)
    J = Matrix(k, k, lambda i, j: draw(small))
    terms = [(g[i] * g[j]) for i in range(k) for j in range(i, k)]
    return g, J, [(J[i, :] * Matrix(g))[0] + sum(draw(small) * term for term in terms) for i in range(k)]


@given(st.integers(1, 3).flatmap(lambda k: st.tuples(quadratic_maps(k), quadratic_maps(k))))
@some_laws
def test_a_diffeomorphism_keeps_the_spectrum_at_a_fixed_point(drawn):
    (g, B, beta), (_, J, phi) = drawn
    assume(J.det() != 0)
    at = [0] * len(g)
    changed = changed_stability_matrix(beta, phi, g, at)
    assert holds(same_matrix(changed, changed_derivative(B, J)))
    assert holds(same_spectrum(changed, B))
    assert holds(stability_matrices_are_similar(beta, phi, g, at))


@given(quadratic_maps(2), small, small, small)
@some_laws
def test_the_flow_of_new_couplings_is_that_found_with_the_inverse(drawn, a, b, c):
    g, _, beta = drawn
    phi = (g[0] + a, g[1] + b * g[0] + c * g[0] ** 2)  # triangular: the inverse is a polynomial
    new = symbols("h1 h2", real=True)
    first = new[0] - a
    inverse = {g[0]: first, g[1]: new[1] - b * first - c * first**2}
    flow = [f.subs(inverse, simultaneous=True) for f in pushed_forward(beta, phi, g)]
    at = [f.subs({g[0]: 0, g[1]: 0}) for f in phi]
    assert holds(same_matrix(jacobian(flow, new, at), changed_stability_matrix(beta, phi, g, (0, 0))))


def test_for_unspecified_flows_and_couplings_the_second_order_comes_with_beta_alone():
    g = symbols("g1 g2", real=True)
    beta, phi = ([Function(f"{name}{i}")(*g) for i in (1, 2)] for name in ("beta", "phi"))
    left = Matrix([[diff(f, y) for y in g] for f in pushed_forward(beta, phi, g)])
    J, B = (Matrix([[diff(f, y) for y in g] for f in functions]) for functions in (phi, beta))
    rest = (left - J * B).expand()
    hessian = Matrix(2, 2, lambda i, k: sum(diff(phi[i], g[j], g[k]) * beta[j] for j in range(2)))
    assert (rest - hessian).expand().is_zero_matrix


def test_away_from_a_fixed_point_the_spectrum_changes():
    assert not holds(stability_matrices_are_similar([1 + x], [x + x**2], [x], [0]))
    assert changed_stability_matrix([1 + x], [x + x**2], [x], [0])[0] == 3


def test_exponents_of_random_flows_survive_random_analytic_changes():
    """The reference's experiment, exact: two couplings, a polynomial change, eigenvalues as roots."""
    g = symbols("g1 g2", real=True)
    beta = (2 * g[0] + 3 * g[1] - g[0] ** 2, g[0] - g[1] + g[0] * g[1])
    phi = (g[0] + 2 * g[1] + g[1] ** 2, 3 * g[0] + g[1] - g[0] ** 2)
    changed = changed_stability_matrix(beta, phi, g, (0, 0))
    assert sorted(changed.eigenvals(), key=str) == sorted(jacobian(beta, g, (0, 0)).eigenvals(), key=str)


def test_case_conj_counterexample():
    case = REFERENCE["conj_counterexample"]
    phi = sympify(case["input"]["phi"], locals={"x": x})
    y1, y2 = (sympify(case["input"][flow].split("=")[1]).coeff(symbols("x")) for flow in ("flow1", "flow2"))
    b = symbols("b", positive=True)
    for point in (x, -x, S.Zero):
        assert (
            holds(equal(simplify(phi.subs(x, b**y1 * point) - b**y2 * phi.subs(x, point)), 0))
            == case["expected"]["conjugates"]
        )
    assert phi.subs(x, -x) == -phi  # odd and increasing for x > 0: a homeomorphism
    assert dimension_in_power_coordinate(y1, 2) == y2
    assert power_coordinate_conjugates(y1, y2, S(2)).doit()
    assert 1 / y1 == Rational(case["expected"]["nu1"])
    assert 1 / y2 == Rational(case["expected"]["nu2"])


def test_case_smooth_nondiffeo_counterexample():
    case = REFERENCE["smooth_nondiffeo_counterexample"]
    phi = sympify(case["input"]["phi"], locals={"x": x})
    y1, y2 = (sympify(case["input"][flow].split("=")[1]).coeff(symbols("x")) for flow in ("flow1", "flow2"))
    assert case["expected"]["conjugates"]
    assert holds(equal(pushed_forward([y1 * x], [phi], [x])[0], y2 * phi))
    assert jacobian([phi], [x], [0])[0] == Integer(case["expected"]["jacobian_at_fp"])
    with pytest.raises(Undefined, match="no inverse"):
        changed_stability_matrix([y1 * x], [phi], [x], [0])


@given(st.fractions(1, 5, max_denominator=4), st.fractions(Rational(1, 4), 4, max_denominator=4))
@some_laws
def test_any_two_growing_flows_are_conjugate_by_one_power(y, z):
    y, z = Rational(y.numerator, y.denominator), Rational(z.numerator, z.denominator)
    assert holds(power_coordinate_conjugates(y, z, z / y))
    assert not holds(power_coordinate_conjugates(y, z, z / y + 1))
    assert dimension_in_power_coordinate(y, z / y) == z


@given(small, small)
@some_laws
def test_numbers_and_orbits_are_always_linked(start, end):
    assert translated(start, start, end) == end
    n = symbols("n", positive=True)
    assert holds(equal(orbit_map(3 * n**2, 3, 2, 5, Rational(1, 3)), 5 * n ** Rational(1, 3)))


def test_counting_parameters_multiplies_the_exponent():
    w, y, r = symbols("w y r", positive=True)
    assert crossing_exponent(y, 1, regular_variation_index(fixed_depth_count(w), w)) == 2 / y
    assert crossing_exponent(y, 1, regular_variation_index(fixed_ratio_count(w, r), w)) == 3 / y
    assert crossing_exponent(y, 2) == 2 / y
    assert crossing_exponent(y) == length_exponent(y * x, x)


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("verdict_")])
def test_the_formula_of_the_page_has_the_verdict_of_the_reference(case):
    expected, letter = REFERENCE[case]["expected"]["verdict"], case.removeprefix("verdict_")
    page = load(PAPER / ("definition_3.py" if letter.startswith("D3") else "theorem_1.py"))
    reading = replace(page.readings[letter], measured=None)
    assert check(reading).outcome == MEANS[expected]
    assert expected != "true_with_hypothesis" or reading.given


def test_a_change_with_vanishing_jacobian_is_refused():
    with pytest.raises(Undefined, match="no inverse"):
        changed_derivative(eye(2), Matrix([[1, 1], [1, 1]]))
