"""Signal propagation: the reference's values, quadrature as a second route, both sides of the line, the tip."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr
from sympy import (
    Abs,
    Max,
    Min,
    Poly,
    Rational,
    Symbol,
    erf,
    expand,
    sign,
    sin,
    symbols,
    sympify,
    tanh,
)

from theory.decision import truth
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
    perpendicular_susceptibility,
    variance_map,
)

CASES = [
    "dnn_correlation_length_generic",
    "dnn_tip_sigma_b0",
]
STORED = json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
REFERENCE = {case["id"]: case for case in STORED}

x = Symbol("x")
q = symbols("q", positive=True)
c = Symbol("c", real=True)
hard_tanh = Max(-1, Min(1, x))
ACTIVATION = {"tanh": tanh(x)}

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
    with pytest.raises(NotImplementedError, match="gaussian_mean_ball"):
        variance_map(tanh(x), x, q, 1, 0)
