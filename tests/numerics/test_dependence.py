"""Draws that are not independent are found at whatever lag they are correlated; independent ones are let pass."""

import numpy as np
import pytest

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, decide, judge
from numerics.inference.dependence import autocorrelations, dependent, noticed
from numerics.streams import stream

SHAPE = (6, 40)
NOISE = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "exponential": lambda rng, shape: rng.exponential(1, shape),
    "Cauchy": lambda rng, shape: rng.standard_cauchy(shape),
    "coin": lambda rng, shape: 1.0 * (rng.random(shape) < 0.1),
    "shared seeds": lambda rng, shape: np.ones((shape[0], 1)) * rng.standard_normal((1, shape[1])),
}


def interleaved(rng, chains, rho):
    """`chains` autoregressions that take turns, (6, 40 chains)."""
    shape = (SHAPE[0], SHAPE[1], chains)
    red = rng.standard_normal(shape)
    for k in range(1, SHAPE[1]):
        red[:, k] = rho * red[:, k - 1] + np.sqrt(1 - rho**2) * red[:, k]
    return red.reshape(SHAPE[0], -1)


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("shape", [(6, 12), SHAPE])
def test_independent_draws_are_rarely_called_dependent(noise, shape):
    found = [dependent(NOISE[noise](stream(k, "white"), shape)) for k in range(400)]
    assert np.count_nonzero(found) <= 4


def test_the_score_is_the_mean_autocorrelation_in_its_errors():
    """The second route: the sums of products one by one, of values within their middle nine tenths."""
    values = stream(0, "route").uniform(size=SHAPE)
    low, high = np.quantile(values, (0.05, 0.95), axis=1, keepdims=True)
    z = np.clip(values, low, high)
    z -= z.mean(axis=1, keepdims=True)
    signs = np.corrcoef(np.sign(values - np.median(values, axis=1, keepdims=True)))
    shared = max(0.0, (signs.sum() - len(z)) / (len(z) * (len(z) - 1)))
    rows, t = len(z) / (1 + (len(z) - 1) * shared), SHAPE[1]
    for lag, score in enumerate(autocorrelations(values), 1):
        r = np.mean([row[lag:] @ row[:-lag] / (row @ row) for row in z])
        share = (t - lag) / t**2
        assert score == pytest.approx((r + share) / np.sqrt(share / rows), rel=1e-9)


@pytest.mark.parametrize("chains", [1, 2, 3])
def test_chains_are_found_also_where_they_take_turns(chains):
    for run in range(10):
        assert dependent(interleaved(stream(run, "turns"), chains, 0.8)) == chains


@pytest.mark.parametrize("period", [6, 13, 20])
def test_a_set_that_is_gone_through_again_is_found(period):
    values = np.resize(stream(0, "cycle").standard_normal((period, SHAPE[0])), SHAPE[::-1]).T
    assert dependent(values) == period


def test_a_stream_that_starts_anew_with_each_look_decides_nothing():
    def sample(size, draws, purpose):
        return size**0.5 * (1 + 0.5 * stream(7, size).standard_normal(draws))

    decision = decide(ClaimedLaw(0.5, 0.06), Design(DEFAULT_SIZES, 200, looks=4), sample)
    assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", "AUTOCORRELATED")


def test_constant_values_have_no_autocorrelation():
    assert not autocorrelations(np.ones(SHAPE)).any()
    assert dependent(np.ones(SHAPE)) == 0


@pytest.mark.parametrize("sizes, draws", [(6, 24), (10, 12), (15, 40), (15, 800)])
def test_the_correlation_that_is_noticed_is_noticed(sizes, draws):
    """Chains with that correlation of neighbours: found in 95 %, nearly; in 85 % here."""
    rng, r = stream(3, "noticed", sizes, draws), noticed(sizes, draws)
    found = 0
    for _ in range(100):
        z = rng.standard_normal((sizes, draws))
        for k in range(1, draws):
            z[:, k] = r * z[:, k - 1] + (1 - r * r) ** 0.5 * z[:, k]
        found += dependent(z) > 0
    assert found >= 85


def test_a_dozen_draws_at_six_sizes_show_no_correlation_and_the_limits_say_so():
    assert noticed(6, 12) == 1
    sizes = DEFAULT_SIZES[:6]
    few, many = (
        judge(
            ClaimedLaw(0.5, 0.3),
            Design(sizes),
            np.sqrt(sizes)[:, None] * (1 + 0.01 * stream(0, "few", n).standard_normal((6, n))),
        )
        for n in (12, 400)
    )
    assert any("correlation below 1.00 would not be noticed" in limit for limit in few.limits)
    assert not any("noticed" in limit for limit in many.limits)
