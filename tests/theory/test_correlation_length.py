"""Correlation lengths of flows: integrals and limits by SymPy as a second route, Onsager's numbers, the reference."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, S, diff, exp, integrate, limit, log, oo, pi, simplify, sqrt, symbols

from theory.correlation_length import (
    amplitude_at,
    four_dimensional_field,
    kosterlitz_thouless_time,
    length_exponent,
    limiting_amplitude,
    local_exponent,
    local_length_exponent,
    log_length,
    order_parameter,
    ray_exponent,
)
from theory.decision import truth
from theory.propositions import Undefined, equal
from theory.renormalization.exponents import critical_exponents, order_parameter_exponents
from verify import PROVED, REFUTED, check
from verify.auditing import PAPER
from verify.collection import load

CASES = [
    "verdict_E2",
    "verdict_E3",
    "verdict_E4",
    "exact_Ising2d",
    "exact_Potts3_2d",
    "exact_Potts4_2d",
    "exact_percolation2d",
    "exact_spherical_d3",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
MEANS = {"true_with_hypothesis": PROVED.outcome, "false": REFUTED.outcome}
t, u, b, s, N = symbols("t u b s N", positive=True)
x = symbols("x", positive=True)
c, v = symbols("c v", real=True, nonzero=True)
positive = st.fractions(Rational(1, 4), 4, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))
some_laws = settings(max_examples=20, deadline=None)


def holds(proposition):
    return truth(proposition).value is True


@given(positive, positive, st.sampled_from([Rational(1, 10), Rational(1, 3), Rational(1)]))
@some_laws
def test_the_logarithm_of_the_length_is_the_integral_of_one_over_beta(y, a, start):
    assert holds(equal(log_length(y, a, start), integrate(1 / (y * x + a * x**2), (x, start, 1))))
    assert holds(equal(log_length(0, a, start), integrate(1 / (a * x**2), (x, start, 1))))


@given(positive, positive)
@some_laws
def test_the_local_exponent_is_the_derivative_of_the_length(y, a):
    beta = y * t + a * t**2
    assert simplify(-t * diff(log_length(y, a, t), t) - local_length_exponent(beta, t)) == 0
    assert limit(local_length_exponent(beta, t), t, 0, "+") == length_exponent(beta, t) == 1 / y


def test_a_marginal_coupling_has_no_exponent_and_an_essential_singularity():
    assert length_exponent(3 * t**2 + t**3, t) == oo
    assert limit(t**5 * exp(log_length(0, 3, t)), t, 0, "+") == oo


@given(st.lists(positive, min_size=2, max_size=3), st.data())
@some_laws
def test_on_a_ray_the_exponent_is_that_of_the_length(dimensions, data):
    ys = [y * data.draw(st.sampled_from([1, -1])) for y in dimensions]
    direction = [data.draw(st.sampled_from([0, 1, -2])) for _ in ys]
    nu = ray_exponent(direction, ys)
    near = Rational(1, 10**60)
    lengths = [(abs(part) * near) ** (-1 / y) for part, y in zip(direction, ys, strict=True) if part and y > 0]
    if not lengths:
        assert nu == oo
        return
    slope = min(float(log(length)) for length in lengths) / float(log(1 / near))
    assert abs(slope - float(nu)) < 1.01 * float(4 * log(2) / log(1 / near))  # the amplitude 2, at the least y = 1/4


@pytest.mark.parametrize("w", [Integer(2), Rational(1, 2), Integer(-1)])
def test_the_amplitude_tends_to_its_limit(w):
    for product in (1, -1):
        found = limit(amplitude_at(S(1), S(product), w, b), b, oo)
        assert found == limiting_amplitude(S(1), S(product), w)


def test_the_two_coupling_flow_reaches_one_at_its_length():
    y, w = symbols("y w", positive=True)
    start = b**-y * amplitude_at(c, v, w, b) ** y
    position, scale = start * s**y * exp(c * y * v * (1 - s**-w) / w), symbols("scale")
    assert holds(equal(s * diff(position, s), y * position * (1 + c * v * s**-w)))
    assert simplify(position.subs(s, b)) == 1
    assert scale not in position.free_symbols


def test_the_vortex_flow_takes_its_time():
    X = symbols("X", positive=True)
    assert holds(equal(kosterlitz_thouless_time(c**2, X), integrate(1 / (s**2 + c**4), (s, -X, X))))
    assert limit(t * kosterlitz_thouless_time(t, X), t, 0, "+") == pi


@pytest.mark.parametrize("components", [1, 2, 3])
def test_at_four_dimensions_the_field_flows_to_one(components):
    coupling = u / (1 + (components + 8) * u * s / 3)
    assert holds(equal(diff(coupling, s), -Rational(components + 8, 3) * coupling**2))
    rate = -diff(log(four_dimensional_field(components, u, s)), s)
    assert holds(equal(rate, 2 - Rational(components + 2, 3) * coupling))
    assert four_dimensional_field(components, u, S.Zero) == 1


@given(positive, positive, positive, positive)
@some_laws
def test_the_order_parameter_has_the_exponent_of_the_scaling_relations(codimension, y_t, y_u, kappa):
    m = order_parameter(t, u, codimension, y_t, -y_u, kappa)
    expected = order_parameter_exponents(codimension, S.Zero, y_t, -y_u, (kappa, S.Zero))[0]
    assert holds(equal(local_exponent(m, t), expected))


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("exact_")])
def test_hyperscaling_holds_in_the_exactly_solved_models(case):
    expected = {name: Rational(value) for name, value in REFERENCE[case]["expected"].items()}
    d = 3 if case.endswith("d3") else 2
    y_t, y_h = 1 / expected["nu"], (d + 2 - expected["eta"]) / 2
    found = critical_exponents([y_t], space=d, field=y_h)
    assert (found.nu, found.beta, found.eta) == (expected["nu"], expected["beta"], expected["eta"])
    assert local_exponent(order_parameter(t, u, d - y_h, y_t, S.NegativeOne, S.Zero), t) == expected["beta"]
    assert ray_exponent((1, 0), (y_t, y_h)) == expected["nu"] != ray_exponent((0, 1), (y_t, y_h))


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("verdict_")])
def test_the_formula_of_the_page_has_the_verdict_of_the_reference(case):
    expected = REFERENCE[case]["expected"]["verdict"]
    reading = replace(load(PAPER / "critical_exponents.py").readings[case.removeprefix("verdict_")], measured=None)
    assert check(reading).outcome == MEANS[expected]
    assert expected != "true_with_hypothesis" or reading.given


def test_what_is_no_fixed_point_or_has_no_sign_is_refused():
    with pytest.raises(ValueError, match=r"t = 0 is no fixed point"):
        length_exponent(1 + t, t)
    with pytest.raises(Undefined, match="does not flow"):
        local_length_exponent(S.Zero, t)
    with pytest.raises(Undefined, match="does not flow"):
        log_length(0, 0, t)
    with pytest.raises(NotImplementedError, match="sign of the dimension c"):
        ray_exponent((1,), (c,))


def test_the_critical_isotherm_is_another_ray():
    assert ray_exponent((0, 1), (1, Rational(15, 8))) == Rational(8, 15)
    assert ray_exponent((1, 1), (1, sqrt(2))) == 1 / sqrt(2)
