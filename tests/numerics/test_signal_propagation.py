"""Signal propagation in real layers: against the mean-field maps, against each other, and the exponent measured."""

import numpy as np
import pytest
from sympy import Rational, Symbol, erf, tanh

from numerics.inference import ClaimedLaw, Design, decide
from numerics.signal_propagation import (
    Ensemble,
    critical_weight_variance,
    fixed_point,
    inverse_depths,
    propagated,
)
from numerics.streams import stream
from theory.renormalization.mean_field import phase
from theory.renormalization.order_chaos import tip

x = Symbol("x")
TANH = tanh(x)


def by_theory(sigma_w2, phi=TANH):
    found = phase(phi, x, Rational(str(sigma_w2)), Rational(1, 20), digits=6)
    return tuple(float(value.mid()) for value in (found.variance, found.correlation, found.slope))


def errors(values):
    """Mean over replicas and its standard error."""
    return values.mean(axis=0), values.std(axis=0, ddof=1) / len(values) ** 0.5


@pytest.mark.parametrize("sigma_w2", [1.2, 2.5])
def test_the_fixed_point_by_quadrature_is_that_in_balls(sigma_w2):
    assert fixed_point(Ensemble(sigma_w2, 0.05, 10)) == pytest.approx(by_theory(sigma_w2)[:2], abs=1e-4)


@pytest.mark.parametrize("sigma_w2", [1.2, 2.5])
@pytest.mark.parametrize("weights", [True, False])
def test_layers_follow_the_mean_field_maps_up_to_the_inverse_width(sigma_w2, weights):
    """Each mean over replicas and layers is within five errors and a shift of 10/n."""
    width, settle = 400, 5
    v, c, slope = by_theory(sigma_w2)
    profile = propagated(Ensemble(sigma_w2, 0.05, width), (v, c), 16, np.random.default_rng(3), 16, weights)
    for measured, expected in ((profile.variance, v), (profile.correlation, c), (profile.slope, slope)):
        centre, error = errors(measured[:, settle:].mean(axis=1))
        assert abs(centre - expected) <= 5 * error + (0 if expected == 1 else 10 / width)


def test_drawing_the_weights_and_integrating_them_out_have_one_law():
    """Means and spreads of variance, correlation and slope at the tenth layer, from inputs far from the fixed point."""
    ensemble, start = Ensemble(2.0, 0.1, 60), (2.0, 0.1)
    pair = [propagated(ensemble, start, 10, np.random.default_rng(k), 600, k == 1) for k in (1, 2)]
    for name in ("variance", "correlation", "slope"):
        one, other = (getattr(profile, name)[:, -1] for profile in pair)
        (a, error_a), (b, error_b) = errors(one), errors(other)
        assert abs(a - b) < 5 * np.hypot(error_a, error_b)
        assert one.std() == pytest.approx(other.std(), rel=5 / 600**0.5)


def test_correlations_decay_at_the_measured_slope():
    """Ordered side, real weights: 1 − c falls by the slope of the layers from layer to layer."""
    ensemble = Ensemble(1.2, 0.05, 800)
    v = fixed_point(ensemble)[0]
    pair = propagated(ensemble, (v, 0.9), 14, np.random.default_rng(5), 12)
    away = 1 - pair.correlation[:, 4:12]
    decay, error = errors(-np.log(away[:, -1] / away[:, 0]) / (away.shape[1] - 1))
    assert abs(decay + np.log(by_theory(1.2)[2])) < 5 * error + 10 / ensemble.width


def test_the_shift_of_a_finite_width_is_its_inverse():
    shifts = []
    for width in (32, 128):
        ensemble = Ensemble(1.5, 0.05, width)
        profile = propagated(ensemble, fixed_point(ensemble), 200, np.random.default_rng(width), 300, weights=False)
        mean, error = errors(profile.controlled_inverse_depth(5))
        shifts.append(((mean + np.log(by_theory(1.5)[2])) * width, error * width))
    (narrow, e), (wide, f) = shifts
    assert narrow > 5 * e
    assert abs(narrow - wide) < 5 * np.hypot(e, f) + 0.2 * abs(narrow)


def test_controls_keep_the_mean_and_take_out_chance():
    ensemble = Ensemble(1.5, 0.05, 512)
    profile = propagated(ensemble, fixed_point(ensemble), 60, np.random.default_rng(8), 200, weights=False)
    (mean, error), (controlled, less) = errors(profile.inverse_depth(4)), errors(profile.controlled_inverse_depth(4))
    assert abs(mean - controlled) < 5 * error
    assert less < 0.6 * error
    centre, spread = errors(profile.chance.mean(axis=1))
    assert (np.abs(centre) < 5 * spread).all()


def test_nu_is_one_on_the_ordered_side():
    draws, sizes = 24, (2, 3, 4, 6, 8, 12, 16, 24, 32)

    def sample(size, count, purpose):
        return inverse_depths(size, stream(1, "ordered", size, purpose), draws=count, weights=False)

    decision = decide(ClaimedLaw(-1, 0.25), Design(sizes, draws, 0.01), sample)
    assert (decision.outcome, decision.reason) == ("SUPPORTED", "")
    wrong = decide(ClaimedLaw(-2, 0.25), Design(sizes, draws, 0.01), sample)
    assert wrong.outcome == "REFUTED"


@pytest.mark.parametrize("side", ["ordered", "chaotic"])
def test_the_depth_near_the_line_is_that_of_theory(side):
    size = 8
    values = inverse_depths(size, np.random.default_rng(11), draws=30, side=side, weights=False)
    mean, error = errors(values)
    sign = 1 if side == "ordered" else -1
    slope = by_theory(critical_weight_variance("1/20") / (1 + sign / size))[2]
    assert abs(mean + np.log(slope)) < 5 * error + 2 / (768 * size)
    assert error < 0.05 * mean


def test_the_trap_at_the_tip():
    """σ_b = 0, chaotic side: 1/ξ_c over ε²/6 tends to 1; the series to ε³ tells the rest."""
    found = tip(tanh(x), x)
    for size in (8, 16):
        values = inverse_depths(
            size, np.random.default_rng(size), draws=24, side="chaotic", sigma_b2="0", weights=False
        )
        mean, error = errors(values)
        epsilon = 1 / (size - 1)
        series = float(1 - found.slope.subs(found.epsilon, epsilon))
        assert abs(mean - series) < 5 * error + 5 * epsilon**4
        assert abs(mean - epsilon / 6) > 20 * error


def test_other_activations():
    v, c, slope = by_theory(2, erf(x))
    ensemble = Ensemble(2, 0.05, 1000, "erf")
    profile = propagated(ensemble, fixed_point(ensemble), 30, np.random.default_rng(2), 20, weights=False)
    assert fixed_point(ensemble) == pytest.approx((v, c), abs=1e-4)
    centre, error = errors(profile.slope[:, 5:].mean(axis=1))
    assert abs(centre - slope) < 5 * error + 10 / ensemble.width


@pytest.mark.parametrize(
    "build, cause",
    [
        (lambda: Ensemble(0, 0.05, 10), "finite variances are needed"),
        (lambda: Ensemble(1, float("nan"), 10), "finite variances are needed"),
        (lambda: Ensemble(1, 0.05, 1), "at least 2 neurons"),
        (lambda: Ensemble(1, 0.05, 10, "swish"), "unknown; take one of"),
        (lambda: propagated(Ensemble(1, 0.05, 10), (0.0, 1.0), 3, np.random.default_rng(0)), "q > 0"),
        (lambda: inverse_depths(1, np.random.default_rng(0), side="chaotic"), "a size of 2 or more"),
        (lambda: inverse_depths(4, np.random.default_rng(0), side="ordered", sigma_b2="0"), "nothing propagates"),
        (lambda: inverse_depths(4, np.random.default_rng(0), side="left"), "take 'ordered' or 'chaotic'"),
    ],
)
def test_errors_name_the_value_and_the_rule(build, cause):
    with pytest.raises(ValueError, match=cause):
        build()
