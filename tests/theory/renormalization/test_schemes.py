"""Changes of couplings: dimensions survive regular ones, singular ones are refused, and the check can fail."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Rational, S, Symbol, diff, sign, simplify, sqrt, symbols, sympify

from theory.propositions import Undefined
from theory.renormalization.fixed_points_of_flows import all_fixed_points
from theory.renormalization.flows import flow
from theory.renormalization.schemes import Change, random_change, regular, scheme_check, transformed
from theory.renormalization.signs import Assumptions

CASES = ["conj_counterexample", "smooth_nondiffeo_counterexample"]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}

eps, n, t, u, v, x, y, z = symbols("eps N t u v x y z")
coefficients = st.integers(-3, 3)


@given(st.lists(coefficients, min_size=4, max_size=4), st.integers(0, 99))
@settings(max_examples=5, deadline=None)
def test_dimensions_survive_a_random_change(c, seed):
    rules = {x: x * (c[0] + c[1] * y + x), y: y * (c[2] + c[3] * x) + x * y**2}
    for point in all_fixed_points(flow(rules)).points:
        if point.multiplicity == 1:
            assert scheme_check(point, seed).agree


@given(st.integers(0, 200), st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_a_random_change_has_the_inverse_that_it_claims(seed, size):
    couplings = (x, y, z)[:size]
    change = random_change(couplings, seed)
    there = dict(zip(couplings, change.forward, strict=True))
    assert all(
        simplify(back.subs(there, simultaneous=True) - g) == 0
        for g, back in zip(couplings, change.inverse, strict=True)
    )
    assert change.forward != couplings


def test_symbolic_dimensions_survive():
    rules = {u: eps * u - 3 * u**2, t: (2 - u) * t}
    for point in all_fixed_points(flow(rules, assuming=Assumptions(eps))).points:
        check = scheme_check(point, 5)
        assert check.agree
        assert check.after


def test_algebraic_dimensions_survive():
    (real,) = all_fixed_points(flow({x: x**3 - x**2 - x - 1})).real_points
    assert scheme_check(real, 1).agree


def test_a_transformed_flow_moves_the_fixed_points():
    f = flow({x: x * (1 - x)})
    change = Change((x,), (x / (1 + x),), (x / (1 - x),))
    new = transformed(f, change)
    assert simplify(new.beta[0] - x * (1 - 2 * x)) == 0
    assert {p.coordinates for p in all_fixed_points(new).points} == {(0,), (Rational(1, 2),)}


def test_the_check_can_fail():
    """A change that is no change of couplings: the 'inverse' is wrong, so the flow is another one."""
    (point, _) = all_fixed_points(flow({x: x * (1 - x)})).points
    wrong = Change((x,), (2 * x,), (x,))
    check = scheme_check(point, wrong)
    assert not check.agree
    assert not replace(check, after=check.after + check.after).agree


def conjugates(phi, beta, image):
    """φ′ β = image(φ) away from 0."""
    positive = Symbol("x", positive=True)
    p = phi.subs(x, positive)
    return simplify(diff(p, positive) * beta.subs(x, positive) - image.subs(x, p)) == 0


def right_side(text):
    return sympify(text.split("=")[1])


@pytest.mark.parametrize("name", CASES)
def test_a_conjugation_with_vanishing_jacobian_changes_the_exponent_and_is_refused(name):
    case = REFERENCE[name]
    one, two = right_side(case["input"]["flow1"]), right_side(case["input"]["flow2"])
    phi = sympify(case["input"]["phi"])
    assert conjugates(phi, one, two) is case["expected"]["conjugates"]
    (first,), (second,) = (all_fixed_points(flow({x: b})).points for b in (one, two))
    assert first.exponents().nu != second.exponents().nu
    with pytest.raises(ValueError, match=r"has a vanishing Jacobian at x = 0: it is no change of couplings"):
        regular([phi], first)
    if "nu1" in case["expected"]:
        assert first.exponents().nu == sympify(case["expected"]["nu1"])
        assert second.exponents().nu == sympify(case["expected"]["nu2"])
        assert phi == sign(x) * Abs(x) ** 2
        assert case["expected"]["homeomorphism"]
    else:
        assert diff(phi, x).subs(x, 0) == sympify(case["expected"]["jacobian_at_fp"])


def test_the_decimation_of_the_ising_chain_in_two_coordinates():
    """w = e^−2K and its square differ by a change that is singular at w = 0 (reference, T1d)."""
    (point,) = all_fixed_points(flow({x: x})).points
    with pytest.raises(ValueError, match="vanishing Jacobian"):
        regular([x**2], point)


def test_changes_without_a_derivative_are_undefined():
    (point,) = all_fixed_points(flow({x: x})).points
    with pytest.raises(Undefined, match="1 from above, -1 from below"):
        regular([Abs(x)], point)
    with pytest.raises(Undefined, match="the derivative of sqrt"):
        regular([sqrt(x)], point)
    assert regular([x + x**2], point) == 1


def test_a_change_needs_as_many_couplings():
    (point,) = all_fixed_points(flow({x: x, y: -y})).points
    with pytest.raises(ValueError, match="1 new couplings for 2 old ones"):
        regular([x], point)
    assert regular([x + y, x - y], point) == -2


def test_points_known_by_balls_are_refused():
    from sympy import exp

    (point,) = all_fixed_points(flow({x: exp(x) - 2 - x}), within={x: (0, 3)}).points
    with pytest.raises(NotImplementedError, match="rational flows and exact fixed points"):
        scheme_check(point)
    assert point.dimensions[0] > S.Zero
