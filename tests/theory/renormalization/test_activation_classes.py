"""Classes of activations: the reference's values, iterated maps as a second route, absence with its reason."""

import json
from pathlib import Path

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from sympy import (
    Abs,
    Integer,
    Max,
    Min,
    Piecewise,
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
from theory.renormalization.mean_field import ball
from theory.renormalization.signal_propagation import (
    correlation_map,
    parallel_susceptibility,
    perpendicular_susceptibility,
    variance_map,
)

CASES = [
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


def test_what_is_not_decided_is_refused():
    with pytest.raises(NotImplementedError, match="its sign decides"):
        universality_class(x + Symbol("a", real=True) * x**3, x)
    with pytest.raises(NotImplementedError, match="no power of K"):
        universality_class(hard_tanh, x)
