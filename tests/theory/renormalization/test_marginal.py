"""Marginal directions: integrated flows as a second route to every law, the reference's cases, what is not derived."""

import json
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from sympy import Abs, Rational, S, Symbol, exp, log, oo, pi, simplify, sin, sqrt, symbols, sympify

from theory.renormalization.fixed_points import FixedPoint
from theory.renormalization.fixed_points_of_flows import all_fixed_points
from theory.renormalization.flows import flow
from theory.renormalization.invariants import homogeneous_invariant
from theory.renormalization.marginal import centre_manifold, marginal_laws
from theory.renormalization.marginal import t as distance
from theory.renormalization.signs import Assumptions

CASES = ["phi4_d4_log", "BKT"]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}

n, g, t, u, w, x, y, z = symbols("N g t u w x y z")


def at_origin(rules, assuming=None):
    f = flow(rules) if assuming is None else flow(rules, assuming=assuming)
    return FixedPoint(f, (S.Zero,) * len(rules), None, True)


def test_phi4_in_four_dimensions_has_logarithms():
    """The reference's flow, with the one-loop mass dimension γ = (N + 2)g/3 of the same source."""
    case = REFERENCE["phi4_d4_log"]
    beta = sympify(case["input"]["betas"]["g"], locals={"N": n})
    positive = Assumptions(None, {n: (S.Zero, oo)})
    (alone,) = all_fixed_points(flow({g: beta}, assuming=positive)).points
    assert alone.dimensions == (sympify(case["expected"]["eigenvalue"]),)
    assert "no finite ν" in alone.exponents().refusal
    point = at_origin({g: beta, t: (2 - (n + 2) / 3 * g) * t}, positive)
    law = next(law for law in marginal_laws(point) if law.where == "g > 0")
    power = (n + 2) / (2 * (n + 8))
    assert simplify(law.xi - distance ** Rational(-1, 2) * Abs(log(distance)) ** power) == 0
    assert power.subs(n, 1) == sympify(case["expected"]["N1_log_power"])
    assert case["expected"]["xi"] == "t**(-1/2)*|ln t|**((N+2)/(2*(N+8)))"


@given(st.integers(1, 4), st.integers(-3, 3).filter(bool), st.integers(1, 3))
@settings(max_examples=8, deadline=None)
def test_the_logarithm_is_that_of_the_integrated_flow(a, c, y_t):
    """g′ = −a g², t′ = (y + c g) t is solved by g/(1 + a g ln b); the power of |ln t| is read off two scales."""
    law = next(one for one in marginal_laws(at_origin({g: -a * g**2, t: (y_t + c * g) * t})) if one.where == "g > 0")

    def ln_xi(big):
        return mpmath.findroot(lambda L: y_t * L + mpmath.mpf(c) / a * mpmath.log(1 + a * L) - big, big / y_t)

    low, high = mpmath.mpf(10) ** 8, mpmath.mpf(10) ** 9
    slope = (ln_xi(high) - ln_xi(low) - (high - low) / y_t) / mpmath.log(10)
    rest = law.xi * distance ** Rational(1, y_t)
    near, far = (rest.subs(distance, exp(-L)).evalf(30) for L in (10, 100))  # |ln t| to a power: SymPy may write ln² t
    assert abs(slope - mpmath.log(mpmath.mpf(str(far / near))) / mpmath.log(10)) < 1e-6


@given(st.integers(1, 5), st.integers(-4, 4))
@settings(max_examples=8, deadline=None)
def test_the_essential_singularity_is_that_of_the_integrated_flow(a, c):
    """ln ξ(g) = ∫_g dg/(a g² + c g³): differences at two couplings, where the cut-off drops out."""
    (law,) = marginal_laws(at_origin({g: a * g**2 + c * g**3}))

    def difference(one, two):
        return mpmath.quad(lambda s: 1 / (a * s**2 + c * s**3), [one, two])

    def predicted(value):
        return mpmath.log(mpmath.mpf(str(law.xi.subs(law.variable, Rational(1, value)).evalf(40))))

    exact = difference(mpmath.mpf(1) / 4000, mpmath.mpf(1) / 2000)
    assert abs(predicted(4000) - predicted(2000) - exact) < 2e-2 * max(1, abs(c) ** 2)
    assert abs(predicted(4000) - predicted(2000) - exact) < abs(exact) * 1e-4


def test_kosterlitz_thouless_has_an_essential_singularity_and_no_nu():
    case = REFERENCE["BKT"]
    rules = {Symbol(k): sympify(v) for k, v in case["input"]["betas"].items()}
    point = at_origin(rules)
    assert point.matrix == case["expected"]["stability_matrix_at_origin"]
    found = point.exponents(space=2, field=Rational(15, 8))
    assert found.nu is case["expected"]["nu"] is None
    assert "no finite ν" in found.refusal
    assert found.eta == sympify(case["expected"]["eta"])
    (law,) = marginal_laws(point)
    assert simplify(law.xi - exp(pi / sqrt(law.variable))) == 0
    assert law.where == f"{sympify(case['expected']['invariant'])} < 0"
    assert case["expected"]["xi"] == "exp(c/sqrt(t))"


@pytest.mark.parametrize("level", [1e-4, 1e-6])
def test_the_escape_time_of_kosterlitz_thouless_is_pi_over_the_root(level):
    """Integrated from x = 1 to x = −1 on x² − y² = −I: π/√I − 2 + O(I)."""

    time = float(mpmath.pi / mpmath.sqrt(level)) - 2
    start = [1.0, (1 + level) ** 0.5]
    run = solve_ivp(lambda _, s: [-(s[1] ** 2), -s[0] * s[1]], (0, time), start, rtol=1e-11, atol=1e-13)
    assert abs(run.y[0, -1] + 1) < 1e-2


def test_the_anisotropic_kondo_flow_is_of_the_same_type():
    """J_z′ = J_⊥², J_⊥′ = J_z J_⊥ (Anderson, Yuval, Hamann 1970)."""
    (law,) = marginal_laws(at_origin({x: y**2, y: x * y}))
    assert (law.where, simplify(law.xi - exp(pi / sqrt(law.variable)))) == ("x**2 - y**2 < 0", 0)


def test_two_loops_of_a_gauge_theory():
    """Λ ~ exp(−1/(11 g)) g^{−102/121}: pure SU(3) with g = α_s/4π, doubled units removed (Caswell; Jones 1974)."""
    (law,) = marginal_laws(at_origin({g: 11 * g**2 + 102 * g**3}))
    assert simplify(law.xi - law.variable ** Rational(102, 121) * exp(1 / (11 * law.variable))) == 0


def test_a_cubic_marginal_coupling_stretches_the_power():
    laws = {law.where: law.xi for law in marginal_laws(at_origin({g: -(g**3), t: (1 + g) * t}))}
    assert simplify(laws["g > 0"] * distance - exp(-sqrt(2) * sqrt(Abs(log(distance))))) == 0
    assert simplify(laws["g < 0"] * distance - exp(sqrt(2) * sqrt(Abs(log(distance))))) == 0
    even = marginal_laws(at_origin({g: -(g**3), t: (1 + g**2) * t}))[0]
    assert simplify(even.xi * distance - Abs(log(distance)) ** Rational(-1, 2)) == 0
    none = marginal_laws(at_origin({g: -(g**2), t: (1 + g**2) * t}))[0]
    assert none.xi == 1 / distance


def test_the_centre_manifold_is_invariant():
    """w = h(u) must satisfy w′ = h′(u) u′, checked by substitution."""
    rules = {u: -(u**2) + u * w, w: -w + u**2 - u * w}
    manifold = centre_manifold(at_origin(rules))
    h = sum(c[1] * u**k for k, c in enumerate(manifold.shape))
    rate = sum(c * u**k for k, c in enumerate(manifold.rate))
    defect = (rules[w].subs(w, h) - h.diff(u) * rules[u].subs(w, h)).expand()
    assert all(defect.coeff(u, k) == 0 for k in range(6))
    assert all((rules[u].subs(w, h) - rate).expand().coeff(u, k) == 0 for k in range(6))


def test_an_irrelevant_coupling_that_follows_changes_the_logarithm():
    """u′ = −u², w = u² on the manifold: c stays −1, and a′ = 1 enters where u grows."""
    laws = {one.where: one for one in marginal_laws(at_origin({u: -(u**2) + u * w, w: -w + u**2, t: (2 - u) * t}))}
    assert simplify(laws["u > 0"].xi - sqrt(Abs(log(distance))) / sqrt(distance)) == 0
    below = laws["u < 0"]
    assert simplify(below.xi - below.variable * exp(1 / below.variable)) == 0


def test_a_transcendental_flow():
    (law, _) = marginal_laws(at_origin({x: sin(x) - x, t: t * (1 - x)}))
    assert simplify(law.xi * distance - exp(2 * sqrt(3) * sqrt(Abs(log(distance))))) == 0


@pytest.mark.parametrize(
    "rules, reason",
    [
        ({x: y * z, y: x * z, z: x * y}, "3 marginal directions"),
        ({x: -y * (x**2 + y**2), y: x * (x**2 + y**2)}, "no level of I leads away"),
        ({x: x * y, y: S.Zero}, "no level of I leads away"),
        ({x: x**2, y: x * y + y**2 + y * x}, "without a homogeneous invariant|every level of I meets fixed points"),
        ({x: x**2 * 0, t: t}, "does not flow up to order"),
        ({x: -(x**3), t: t, y: y}, "no single field is the most relevant"),
        ({x: -3 * x + x**2}, "no marginal direction"),
        ({x: y, y: -x, u: u**2 - x**2 - y**2}, "Re y = 0 at .* for y = -I, I, too"),
        ({x: n * x**2}, "the sign of N is undecided"),
        ({x: y, y: x**2}, "two couplings with a vanishing stability matrix"),
    ],
)
def test_no_law_is_invented(rules, reason):
    with pytest.raises(NotImplementedError, match=reason):
        marginal_laws(at_origin(rules))


def test_invariants_are_conserved():
    for beta in [(-(y**2), -x * y), (x * y, -(x**2)), (2 * x * y, x**2 - y**2), (y**3, x**3)]:
        j, invariant = homogeneous_invariant(beta, (x, y))
        assert sum(b * invariant.diff(s) for b, s in zip(beta, (x, y), strict=True)).expand() == 0
        assert j >= 1
    assert homogeneous_invariant((x**2, y**2 + x * y), (x, y)) is None


def test_an_invariant_of_the_lowest_order_alone_gives_no_law():
    """x′ = −y², y′ = −xy − y³: I = x² − y² moves by 2y⁴, and the separatrix is y = x + x²/3 + …"""
    x, y = symbols("x y")
    with pytest.raises(NotImplementedError, match="to lowest order only"):
        marginal_laws(at_origin({x: -(y**2), y: -x * y - y**3}))
