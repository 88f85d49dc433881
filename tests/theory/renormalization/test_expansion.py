"""Series of fixed points: exact fixed points expanded as a second route, the reference's σ model, what is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, S, oo, series, simplify, symbols, sympify

from theory.renormalization.expansion import expanded_fixed_points, reach
from theory.renormalization.fixed_points_of_flows import all_fixed_points
from theory.renormalization.flows import flow
from theory.renormalization.signs import Assumptions

CASES = ["NLSM_2plus_eps"]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}

eps, n, q, t, u, v = symbols("eps N q t u v")
small = Assumptions(eps)


def test_the_nonlinear_sigma_model_to_four_loops():
    case = REFERENCE["NLSM_2plus_eps"]
    beta = sympify(case["input"]["betas"]["t"], locals={"N": n})
    f = flow({t: beta}, convention="mu", assuming=Assumptions(eps, {n: (Integer(2), oo)}))
    assert reach(f) == 4
    gaussian, critical = expanded_fixed_points(f, 4)
    assert gaussian.dimensions == (-eps,)
    expected = sum(sympify(c, locals={"N": n}) * eps**k for k, c in enumerate(case["expected"]["nu_inverse"]))
    assert simplify(critical.dimensions[0] - expected) == 0
    assert simplify(critical.exponents().nu * critical.dimensions[0] - 1).series(eps, 0, 2).removeO() == 0


def test_eta_of_the_sigma_model_at_two_loops():
    """y_h = d − (d − 2 + η)/2 with η = γ(t*) − ε, γ = (N − 1)t to this order: Brézin and Zinn-Justin 1976."""
    case = REFERENCE["NLSM_2plus_eps"]
    beta = eps * t - (n - 2) * t**2 - (n - 2) * t**3
    f = flow({t: beta}, convention="mu", assuming=Assumptions(eps, {n: (Integer(2), oo)}))
    critical = expanded_fixed_points(f, 2)[1]
    eta = ((n - 1) * t - eps).subs(t, critical.coordinates[0])
    assert simplify(eta - sympify(case["expected"]["eta_2loop"], locals={"N": n})) == 0
    found = critical.exponents(space=2 + eps, field=(2 + eps + 2 - ((n - 1) * t - eps)) / 2)
    assert simplify(found.eta - eta) == 0


@given(st.integers(1, 4), st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 2))
@settings(max_examples=5, deadline=None)
def test_series_are_those_of_the_exact_fixed_points(a, b, c, order):
    rules = {u: eps * u - a * u**2 + b * u**3, t: (2 - u + c * u**2) * t}
    exact = all_fixed_points(flow(rules, assuming=small)).points
    for point in expanded_fixed_points(flow(rules, assuming=small), order):
        matching = [
            p
            for p in exact
            if all(
                simplify(series(x, eps, 0, order + 1).removeO() - y) == 0
                for x, y in zip(p.coordinates, point.coordinates, strict=True)
            )
        ]
        assert len(matching) == 1
        expanded = {series(y, eps, 0, order + 1).removeO().expand() for y in matching[0].dimensions}
        assert expanded == {y.expand() for y in point.dimensions}


def test_phi4_at_two_loops():
    """ν = 1/2 + ε/12 + 7ε²/162 and ω = ε − 17ε²/27 for N = 1: Wilson and Fisher 1972, Brézin et al. 1973."""
    rules = {u: eps * u - 3 * u**2 + Rational(17, 3) * u**3, t: (2 - u + Rational(5, 6) * u**2) * t}
    critical = next(p for p in expanded_fixed_points(flow(rules, assuming=small), 2) if p.coordinates[0] != 0)
    found = critical.exponents()
    assert found.nu == Rational(1, 2) + eps / 12 + 7 * eps**2 / 162
    assert found.omega.expand() == eps - 17 * eps**2 / 27


def test_several_couplings_and_their_patterns():
    rules = {u: -eps * u + (n + 8) / 3 * u**2 + 2 * u * v, v: -eps * v + 4 * u * v + 3 * v**2}
    f = flow(rules, convention="mu", assuming=small)
    found = expanded_fixed_points(f, 3)
    exact = all_fixed_points(f).points
    assert {tuple(simplify(x) for x in p.coordinates) for p in found} == {
        tuple(simplify(x) for x in p.coordinates) for p in exact
    }
    for point in found:
        other = next(
            p for p in exact if all(simplify(a - b) == 0 for a, b in zip(p.coordinates, point.coordinates, strict=True))
        )
        assert all(any(simplify(y - z) == 0 for z in other.dimensions) for y in point.dimensions)


def test_what_divides_by_a_small_dimension_is_known_to_lower_order():
    f = flow({t: eps * t - t**2 - t**3 - t**4}, convention="mu", assuming=small)
    critical = expanded_fixed_points(f, 3)[1]
    nu = critical.exponents().nu
    assert nu.coeff(eps, -1) == 1
    assert nu.coeff(eps, 2) == 0


def test_a_series_needs_a_small_parameter_and_polynomials():
    with pytest.raises(ValueError, match="needs a small parameter"):
        expanded_fixed_points(flow({u: u - u**2}), 2)
    with pytest.raises(NotImplementedError, match="has to be polynomial"):
        expanded_fixed_points(flow({u: eps * u - u**2 / (1 + u)}, assuming=small), 2)


def test_fixed_points_that_do_not_vanish_are_not_listed():
    found = expanded_fixed_points(flow({u: eps * u - u**2 + q * u**3}, assuming=small), 2)
    assert [p.coordinates[0].coeff(eps, 0) for p in found] == [0, 0]


def test_a_degenerate_lowest_order_gives_no_power_series():
    """u′ = εu − u³ has u = ±√ε: no power series in ε, so only the Gaussian point is one."""
    found = expanded_fixed_points(flow({u: eps * u - u**3}, assuming=small), 2)
    assert [p.coordinates for p in found] == [(S.Zero,)]
