"""Correlation depth of tanh networks: the mean field as a second route, networks drawn one by one, refusals."""

import numpy as np
import pytest
from scipy.integrate import quad

from numerics.correlation_depth import critical_point, inverse_correlation_depths, ordered_side, tanh_means
from numerics.signal_propagation import Ensemble, fixed_point, propagated


def mean_field_inverse_depth(ensemble: Ensemble) -> float:
    """−ln χ_⊥ at the fixed point of the variance."""
    return -np.log(ensemble.sigma_w2 * tanh_means(np.array(fixed_point(ensemble)[0]))[1])


@pytest.mark.parametrize("v", [0.05, 0.3, 0.57])
def test_the_means_are_the_integrals(v):
    def normal(x):
        return np.exp(-(x**2) / (2 * v)) / np.sqrt(2 * np.pi * v)

    g, h = tanh_means(np.array([v]))
    assert g[0] == pytest.approx(quad(lambda x: normal(x) * np.tanh(x) ** 2, -30, 30, epsabs=1e-13)[0], abs=1e-6)
    assert h[0] == pytest.approx(quad(lambda x: normal(x) * np.cosh(x) ** -4, -30, 30, epsabs=1e-13)[0], abs=1e-6)


def test_the_order_chaos_line_is_that_of_the_reference():
    """σ_b² = 1/20: σ_c² = 1.76095463961, q* = 0.570047881641; 48 nodes give seven digits of them."""
    sigma_w2, q = critical_point(0.05)
    assert sigma_w2 == pytest.approx(1.76095463961, abs=1e-6)
    assert q == pytest.approx(0.570047881641, abs=1e-6)
    assert mean_field_inverse_depth(Ensemble(sigma_w2, 0.05, 2)) == pytest.approx(0, abs=1e-9)


def test_wide_networks_have_the_depth_of_the_mean_field():
    rng = np.random.default_rng(1)
    for sigma_w2 in (1.2, 1.6):
        ensemble = Ensemble(sigma_w2, 0.05, 512)
        values = inverse_correlation_depths(ensemble, fixed_point(ensemble)[0], 12, rng, 12, 16)
        assert values.mean() == pytest.approx(mean_field_inverse_depth(ensemble), abs=4 / 512)


def test_controls_keep_the_mean_and_take_the_noise():
    rng = np.random.default_rng(2)
    ensemble = Ensemble(1.5, 0.05, 32)
    q = fixed_point(ensemble)[0]
    plain, controlled = (inverse_correlation_depths(ensemble, q, 24, rng, 60, 32, controls=on) for on in (False, True))
    spread = np.hypot(plain.std(ddof=1), controlled.std(ddof=1)) / np.sqrt(60)
    assert abs(plain.mean() - controlled.mean()) < 4 * spread
    assert controlled.std() < plain.std() / 3


def test_networks_with_shared_weights_are_networks_drawn_one_by_one():
    rng = np.random.default_rng(3)
    ensemble = Ensemble(1.5, 0.05, 24)
    q = fixed_point(ensemble)[0]
    alone = propagated(ensemble, (q, 1.0), 28, rng, 400).inverse_depth(4)
    shared = inverse_correlation_depths(ensemble, q, 24, rng, 200, 8, controls=False)
    error = np.hypot(alone.std(ddof=1) / np.sqrt(400), shared.std(ddof=1) / np.sqrt(200))
    assert abs(alone.mean() - shared.mean()) < 4 * error


def test_the_inverse_depth_falls_as_the_distance_from_the_line():
    rng = np.random.default_rng(4)
    sizes = np.array([4, 8, 16])
    values = [ordered_side(int(size), rng, 16) for size in sizes]
    slopes = np.diff(np.log([v.mean() for v in values])) / np.log(2)
    assert slopes == pytest.approx([-1, -1], abs=0.08)  # noise below 1 %, corrections of order 1/size


def test_a_stream_gives_the_same_draws_again_and_no_two_alike():
    ensemble = Ensemble(1.5, 0.05, 16)
    once, again = (inverse_correlation_depths(ensemble, 0.5, 8, np.random.default_rng(5), 3, 8) for _ in range(2))
    assert (once == again).all()
    assert len(set(once)) == 3


def test_what_the_estimator_cannot_do_is_refused():
    rng = np.random.default_rng(6)
    with pytest.raises(ValueError, match="odd activation"):
        inverse_correlation_depths(Ensemble(1.5, 0.05, 16, "relu"), 0.5, 4, rng, 2, 8)
    with pytest.raises(ValueError, match="4 networks"):
        inverse_correlation_depths(Ensemble(1.5, 0.05, 16), 0.5, 4, rng, 2, 4)
    with pytest.raises(ValueError, match=r"σ_b² = 0"):
        critical_point(0)
