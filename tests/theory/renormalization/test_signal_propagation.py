"""Signal propagation: the reference's values, quadrature as a second route, laws of the maps, classes, refusals."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr
from sympy import (
    Abs,
    Integer,
    Max,
    Min,
    Piecewise,
    Poly,
    Rational,
    Symbol,
    asin,
    cos,
    erf,
    exp,
    expand,
    log,
    pi,
    sign,
    simplify,
    sin,
    sqrt,
    symbols,
    sympify,
    tanh,
)

from theory.balls import enclose
from theory.decision import truth
from theory.gaussian_integrals import gaussian_mean_ball
from theory.gaussian_series import small_variance_series
from theory.propositions import equal
from theory.renormalization.activation_classes import (
    HalfStable,
    NotCritical,
    ScaleInvariant,
    VanishingVariance,
    correlations_at_a_kink_decay,
    universality_class,
)
from theory.renormalization.mean_field import ball, phase, variance_fixed_points
from theory.renormalization.order_chaos import (
    correlation_at_a_curved_tip,
    critical_points,
    slope_at_the_other_fixed_point,
    slopes_at_an_odd_tip,
    tip,
)
from theory.renormalization.signal_propagation import (
    correlation_map,
    parallel_susceptibility,
    perpendicular_susceptibility,
    variance_map,
)

CASES = [
    "dnn_correlation_length_generic",
    "dnn_tip_sigma_b0",
    "dnn_tanh_Kstar0",
    "dnn_sin_Kstar0",
    "dnn_gelu_half_stable",
]
STORED = json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
REFERENCE = {case["id"]: case for case in STORED}

x = Symbol("x")
K = symbols("K", positive=True)
q = symbols("q", positive=True)
c = Symbol("c", real=True)
gelu = x * (1 + erf(x / sqrt(2))) / 2
swish = x / (1 + exp(-x))
elu = Piecewise((x, x > 0), (exp(x) - 1, True))
hard_tanh = Max(-1, Min(1, x))
ACTIVATION = {"tanh": tanh(x), "sin": sin(x), "gelu": gelu}

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def reference(name):
    case = REFERENCE[name]
    return ACTIVATION[case["input"]["phi"]], case["input"], case["expected"], float(case["tolerance"])


def middle(value):
    return float(ball(value, 30).mid())


def mean(f, variance):
    """E f(√K t) by adaptive quadrature."""

    def density(t):
        return f(np.sqrt(variance) * t) * np.exp(-t * t / 2) / np.sqrt(2 * np.pi)

    return quad(density, -12, 12, epsabs=1e-12, limit=200)[0]


def test_the_line_of_the_reference():
    phi, given_, expected, tolerance = reference("dnn_correlation_length_generic")
    (point,) = critical_points(phi, x, Rational(given_["sigma_b2"]))
    for found, name in ((point.sigma_w2, "sigma_w2_c"), (point.variance, "q_star"), (point.rate, "dchi1_dsigma_w2")):
        rounding = 10.0 ** -len(expected[name].split(".")[1])
        assert abs(middle(found) - float(expected[name])) < max(tolerance, rounding)
    assert expected["xi_c"] == "-1/log(chi_1)"
    assert expected["nu"] == f"{point.nu} (both sides, amplitude ratio {point.ratio})"


def test_the_line_by_quadrature():
    (point,) = critical_points(tanh(x), x, Rational(1, 20))

    def line(v):
        return (v - 0.05) * mean(lambda z: np.cosh(z) ** -4.0, v) - mean(lambda z: np.tanh(z) ** 2, v)

    v = brentq(line, 0.3, 1.0, xtol=1e-14)
    assert middle(point.variance) == pytest.approx(v, abs=1e-9)
    assert middle(point.sigma_w2) == pytest.approx(1 / mean(lambda z: np.cosh(z) ** -4.0, v), abs=1e-9)


@pytest.mark.parametrize("phi", [tanh(x), erf(x)])
def test_both_sides_have_the_exponent_one_and_the_same_amplitude(phi):
    """ξ_c · distance is the amplitude to first order in the distance, so its error halves with the distance."""
    b = Rational(1, 20)
    (point,) = critical_points(phi, x, b, digits=12)
    assert point.ratio == 1
    at = Rational(str(middle(point.sigma_w2)))
    for side, name, digits in ((-1, "ordered", 10), (1, "chaotic", 7)):
        misses = []
        for distance in (Rational(1, 6), Rational(1, 12)):
            found = phase(phi, x, at * (1 + side * distance), b, digits=digits)
            assert found.name == name
            misses.append(middle(found.depth) * float(distance) / middle(point.amplitude) - 1)
        assert 1.6 < misses[0] / misses[1] < 2.6
        assert abs(misses[1]) < 0.3


def test_a_kink_makes_correlations_reach_twice_as_far_beyond_the_line():
    """Hard tanh: slope at c is σ_w² P(|u| < 1, |v| < 1), and c* where its mean over [c*, 1] is 1."""
    (point,) = critical_points(hard_tanh, x, Rational(1, 20), digits=12)
    assert point.ratio == 2
    ratios = []
    for distance in (1e-2, 1e-4):
        w = middle(point.sigma_w2) * (1 + distance)
        v = brentq(lambda v, w=w: w * mean(lambda z: np.clip(z, -1, 1) ** 2, v) + 0.05 - v, 0.2, 1)

        def slope(c, w=w, v=v):
            edge, spread = 1 / np.sqrt(v), np.sqrt(1 - c * c)

            def both(t):
                inside = ndtr((edge - c * t) / spread) - ndtr((-edge - c * t) / spread)
                return inside * np.exp(-t * t / 2) / np.sqrt(2 * np.pi)

            return w * quad(both, -edge, edge, epsabs=1e-13, limit=200, points=[-edge + spread, edge - spread])[0]

        def excess(root, slope=slope):
            """∫ (slope − 1) from c = 1 − root² to 1."""
            return quad(lambda s: 2 * s * (slope(1 - s * s) - 1), 1e-9, root, epsabs=1e-13)[0]

        root = brentq(excess, distance / 10, min(0.9, 60 * distance), xtol=1e-10)
        chi = w * 2 * (ndtr(1 / np.sqrt(v)) - 0.5)
        ratios.append(np.log(chi) / -np.log(slope(1 - root**2)))
    assert abs(ratios[1] - 2) < 0.01
    assert abs(ratios[1] - 2) < abs(ratios[0] - 2)


def test_the_slope_beyond_the_line_mirrors_that_before_it():
    """slope + χ_⊥ − 2 is of the second order in χ_⊥ − 1."""
    misses = []
    for distance in (Rational(1, 5), Rational(1, 10)):
        found = phase(tanh(x), x, Rational("1.76095463961") * (1 + distance), Rational(1, 20), digits=6)
        misses.append(middle(found.slope) + middle(found.perpendicular) - 2)
    assert 3 < misses[0] / misses[1] < 5
    assert truth(slope_at_the_other_fixed_point()).value is True


@pytest.mark.parametrize("w, b", [("1.2", "0.05"), ("2.5", "0.05"), ("3", "0.3")])
def test_a_phase_by_quadrature(w, b):
    found = phase(tanh(x), x, Rational(w), Rational(b), digits=8)
    v = middle(found.variance)
    assert float(w) * mean(lambda z: np.tanh(z) ** 2, v) + float(b) == pytest.approx(v, abs=1e-8)
    assert float(w) * mean(lambda z: np.cosh(z) ** -4.0, v) == pytest.approx(middle(found.perpendicular), abs=1e-8)
    rho = middle(found.correlation)
    pairs = np.sqrt(v) * (rho * NODES[:, None] + np.sqrt(max(0, 1 - rho**2)) * NODES)
    u = np.sqrt(v) * NODES
    step = float(w) * float(WEIGHTS * np.tanh(u) @ (np.tanh(pairs) @ WEIGHTS)) + float(b)
    slope = float(w) * float(WEIGHTS * np.cosh(u) ** -2.0 @ (np.cosh(pairs) ** -2.0 @ WEIGHTS))
    assert step / v == pytest.approx(rho, abs=1e-7)
    assert slope == pytest.approx(middle(found.slope), abs=1e-7)


def test_a_phase_in_closed_form():
    """erf at σ_b = 0: every number of the phase is an inverse trigonometric function of q*."""
    found = phase(erf(x), x, 2, 0, digits=10)
    t, at = Symbol("t", positive=True), Rational(str(middle(found.variance)))
    chi = perpendicular_susceptibility(erf(x), x, t, 2)
    assert middle(found.perpendicular) == pytest.approx(float(chi.subs(t, at)), abs=1e-12)
    slope = correlation_map(erf(x), x, t, c, 2, 0).diff(c).subs(c, 0)
    assert middle(found.slope) == pytest.approx(float(slope.subs(t, at)), abs=1e-12)


def test_the_tip_of_the_reference():
    phi, given_, expected, tolerance = reference("dnn_tip_sigma_b0")
    assert given_["sigma_b2"] == "0"
    found = tip(phi, x)
    e = found.epsilon
    assert (found.nu_ordered, found.nu_chaotic) == tuple(
        int(re.search(r"nu=(\d)", expected[side])[1]) for side in ("ordered_side", "chaotic_side")
    )
    leading = re.search(r"q\*=(.*?)\+\.\.\., chi_1-1=(.*?)\+\.\.\., .*c\*=0: (.*?)\+\.\.\.", expected["chaotic_side"])
    q_star, chi, slope = (sympify(text.replace("eps", "e"), {"e": e}) for text in leading.groups())
    assert found.variance.coeff(e, 1) * e == q_star
    assert expand(found.perpendicular - 1).coeff(e, 2) * e**2 == chi
    assert found.perpendicular.coeff(e, 1) == 0
    assert sum(found.slope.coeff(e, n) * e**n for n in (1, 2)) + 1 == slope
    assert found.correlation == 0
    for size, value in zip(expected["check_eps"], expected["check_chi1m1_over_eps2"], strict=True):
        by_series = (found.perpendicular - 1).subs(e, Rational(size)) / Rational(size) ** 2
        enclosed = phase(phi, x, 1 + Rational(size), 0, within=(Rational(size) / 4, 1), digits=10)
        assert float(by_series) == pytest.approx(float(value), abs=tolerance)
        by_balls = (middle(enclosed.perpendicular) - 1) / float(size) ** 2
        assert by_balls == pytest.approx(float(value), abs=1e-7)


@pytest.mark.parametrize("phi", [tanh(x), sin(x), erf(x), 3 * sin(x / 2), x - x**3 + 7 * x**5])
def test_at_the_tip_of_an_odd_activation_the_first_orders_are_the_same(phi):
    found = tip(phi, x, 2)
    e = found.epsilon
    assert [found.perpendicular.coeff(e, n) for n in (0, 1, 2)] == [1, 0, Rational(1, 3)]
    assert [found.slope.coeff(e, n) for n in (0, 1, 2)] == [1, 0, Rational(-1, 6)]
    assert truth(slopes_at_an_odd_tip()).value is True


def test_a_curved_activation_has_no_trap_at_the_tip():
    phi = x - x**2 / 2 - x**3
    found = tip(phi, x, 2)
    assert (found.nu_ordered, found.nu_chaotic, found.correlation) == (1, 1, Rational(1, 2))
    assert truth(correlation_at_a_curved_tip()).value is True
    size = Rational(1, 500)
    (v,) = variance_fixed_points(phi, x, 1 + size, 0, within=(size / 20, size * 5))
    at = Rational(str(middle(v)))
    step = expand(correlation_map(phi, x, at, c, 1 + size, 0) - c)
    (root,) = [r for r in Poly(step, c).nroots() if 0.1 < r < 0.9]
    assert float(root) == pytest.approx(0.5, abs=0.01)
    predicted = found.slope.subs(found.epsilon, size) - 1
    assert float(step.diff(c).subs(c, root)) == pytest.approx(float(predicted), rel=0.02)


@pytest.mark.parametrize("name", ["dnn_tanh_Kstar0", "dnn_sin_Kstar0"])
def test_vanishing_variance_of_the_reference(name):
    phi, given_, expected, tolerance = reference(name)
    found = universality_class(phi, x)
    assert isinstance(found, VanishingVariance)
    assert (found.sigma_w2, found.sigma_b2) == (given_["CW"], given_["Cb"])
    series = expected.get("series_phi2", expected.get("series"))
    assert expand(small_variance_series(phi**2, x, K, 3) - sympify(series, {"K": K})) == 0
    amplitude, exponent = found.decay
    l = Symbol("l", positive=True)
    stated = expected["decay"].split("~")[1].replace("2 l", "2*l")
    assert simplify(amplitude * l**exponent - sympify(stated, {"l": l})) == 0
    assert 1 - found.perpendicular / l == sympify(expected["chi_perp"], {"l": l})
    if "chi_par" in expected:
        assert 1 - found.parallel / l == sympify(expected["chi_par"], {"l": l})
        slopes = small_variance_series(phi.diff(x) ** 2, x, K, 2)
        assert expand(slopes - sympify(expected["series_dphi2"], {"K": K})) == 0
    if "exact" in expected:
        step = sympify(expected["exact"].split("=")[1], {"K": K})
        assert expand(variance_map(phi, x, K, 1, 0) - step) == 0
    steps = 10_000
    v = 1.0
    for _ in range(steps):
        v = (1 - np.exp(-2 * v)) / 2 if name == "dnn_sin_Kstar0" else float(WEIGHTS @ np.tanh(np.sqrt(v) * NODES) ** 2)
    assert steps * v == pytest.approx(float(amplitude), abs=tolerance)


def test_the_half_stable_point_of_the_reference():
    phi, _, expected, tolerance = reference("dnn_gelu_half_stable")
    found = universality_class(phi, x)
    assert isinstance(found, HalfStable)
    assert found.only
    assert truth(equal(found.variance, sympify(expected["K_star"]))).value is True
    for value, name in ((found.sigma_w2, "C_W"), (found.sigma_b2, "C_b"), (found.curvature, "curvature_a")):
        assert abs(enclose(value, 40).real - arb(expected[name])) < arb(tolerance)
    stated = sympify(expected["map"].split("]=")[1], {"K": K})
    assert simplify(variance_map(phi, x, K, 1, 0) - stated) == 0
    for at in (Rational(1, 3), Integer(5)):
        assert enclose(stated.subs(K, at), 30).real.overlaps(gaussian_mean_ball(phi**2, x, at, 25))
    assert f"attracts from {found.attracts_from}" in expected["half_stable"]
    assert middle(parallel_susceptibility(phi, x, found.variance, found.sigma_w2)) == pytest.approx(1, abs=1e-25)
    assert middle(perpendicular_susceptibility(phi, x, found.variance, found.sigma_w2)) == pytest.approx(1, abs=1e-25)


def test_half_stable_swish():
    """Values: section 8 of the reference; absence of others: one change of sign of φφ″(x) + φφ″(−x)."""
    found = universality_class(swish, x)
    assert isinstance(found, HalfStable)
    assert found.only
    assert found.attracts_from == "below"
    known = (14.320173618, 1.98800467827, 0.555143170722, 2.850e-6)
    values = (found.variance, found.sigma_w2, found.sigma_b2, found.curvature)
    assert [middle(value) for value in values] == [pytest.approx(k, rel=2e-4 if k < 1e-5 else 1e-9) for k in known]
    at, step = middle(found.variance), 0.1
    above, here, below = (mean(lambda z: (z / (1 + np.exp(-z))) ** 2, at + d) for d in (step, 0, -step))
    second_difference = middle(found.sigma_w2) * (above + below - 2 * here) / (2 * step**2)
    assert second_difference == pytest.approx(middle(found.curvature), rel=0.01)


@pytest.mark.parametrize("right, left", [(1, 0), (1, Rational(1, 10)), (1, -1), (2, 1)])
def test_correlations_at_a_kink_decay_as_the_square_of_the_depth(right, left):
    phi = Piecewise((right * x, x > 0), (left * x, True))
    found = universality_class(phi, x)
    assert isinstance(found, ScaleInvariant)
    assert variance_map(phi, x, q, found.sigma_w2, 0) == q
    step = correlation_map(phi, x, q, c, found.sigma_w2, 0)
    assert not step.has(q)
    law = np.vectorize(lambda value: float(step.subs(c, value)))
    a, b = float(right), float(left)
    spread, rho = (a - b) ** 2 / (a**2 + b**2) / np.pi, 0.0
    assert law(0.3) == pytest.approx(0.3 + spread * (np.sqrt(1 - 0.09) - 0.3 * np.arccos(0.3)))
    depth = 20_000
    for _ in range(depth):
        rho += spread * (np.sqrt(1 - rho**2) - rho * np.arccos(rho))
    assert depth**2 * (1 - rho) == pytest.approx(float(found.correlation_decay), rel=0.01)


def test_relu_and_leaky_relu_with_a_symbol():
    slope = Symbol("a", real=True)
    found = universality_class(Max(x, 0) + slope * Min(x, 0), x)
    assert isinstance(found, ScaleInvariant)
    assert simplify(found.sigma_w2 - 2 / (1 + slope**2)) == 0
    assert universality_class(Max(x, 0), x).correlation_decay == 9 * pi**2 / 2
    assert universality_class(3 * x, x).correlation_decay is None
    assert truth(correlations_at_a_kink_decay()).value is True
    after = correlation_map(Max(x, 0), x, q, c, 2, 0)
    assert simplify(after - (sqrt(1 - c**2) + c * (pi / 2 + asin(c))) / pi) == 0


@given(st.sampled_from([-2, -1, Rational(-1, 3)]), st.sampled_from([0, Rational(1, 2), 1, -1]))
@settings(max_examples=12, deadline=None)
def test_the_coefficients_of_a_vanishing_variance(s3, s2):
    phi = 5 * (x + Rational(s2) * x**2 / 2 + Rational(s3) * x**3 / 6)
    a, b = s3 + Rational(3, 4) * s2**2, s3 + s2**2
    if a < 0:
        found = universality_class(phi, x)
        assert (found.sigma_w2, found.a, found.b, found.power) == (Rational(1, 25), a, b, 2)
        assert (found.perpendicular, found.parallel, found.decay) == (b / a, 2, (-1 / a, -1))


@pytest.mark.parametrize("phi, amplitude", [(elu, 2 * pi), (x / (1 + Abs(x)), pi / 8)])
def test_a_kink_in_the_second_derivative_makes_the_variance_vanish_faster(phi, amplitude):
    found = universality_class(phi, x)
    assert (found.power, found.decay, found.parallel) == (Rational(3, 2), (amplitude, -2), 3)


@pytest.mark.parametrize(
    "phi, reason",
    [
        (1 / (1 + exp(-x)), "< 0 at every variance, and 0 < σ_b²"),
        (log(1 + exp(x)), "> 0 at every variance, and 0 < σ_b²"),
        (log((1 + exp(x)) / 2), "> 0 at every variance, and K* = 0 repels"),
        (x**2, "> 0 at every variance"),
        (cos(x), "< 0 at every variance"),
        (x + x**3, "> 0 at every variance, and K* = 0 repels"),
        (sign(x), "jumps at 0"),
    ],
)
def test_what_is_never_critical_and_why(phi, reason):
    found = universality_class(phi, x)
    assert isinstance(found, NotCritical)
    assert reason in found.reason


def test_refusals():
    with pytest.raises(ValueError, match="see tip"):
        critical_points(tanh(x), x, 0)
    with pytest.raises(ValueError, match="has no tip"):
        tip(1 + x, x)
    with pytest.raises(ValueError, match="φ′\\(0\\) = 0"):
        tip(x**2, x)
    with pytest.raises(NotImplementedError, match="not negative"):
        tip(x + x**3, x)
    with pytest.raises(NotImplementedError, match="not three times differentiable"):
        tip(x / (1 + Abs(x)), x)
    with pytest.raises(ValueError, match="jumps at 0"):
        perpendicular_susceptibility(sign(x), x, 1, 1)
    with pytest.raises(ValueError, match="has no value"):
        phase(tanh(Symbol("a") * x), x, 1, 1)
    with pytest.raises(NotImplementedError, match="its sign decides"):
        universality_class(x + Symbol("a", real=True) * x**3, x)
    with pytest.raises(NotImplementedError, match="no power of K"):
        universality_class(hard_tanh, x)
    with pytest.raises(NotImplementedError, match="gaussian_mean_ball"):
        variance_map(tanh(x), x, q, 1, 0)
