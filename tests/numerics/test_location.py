"""The location that is chosen where nobody names one: it stands for the mean only where that cannot matter."""

import numpy as np
import pytest

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, decide
from numerics.inference.location import chosen_functional, parting
from numerics.streams import stream

SHAPES = {
    "lognormal": lambda g: np.exp(0.8 * g),
    "square": lambda g: g**2,
    "negative": lambda g: -np.exp(0.8 * g),
}


def sampler(draw, run):
    return lambda n, draws, purpose: draw(n, stream(run, "location", n, purpose).standard_normal(draws))


def widening(n, g):
    """E x = n, exp E ln x = √n."""
    return n**0.5 * np.exp(np.log(n) ** 0.5 * g)


@pytest.mark.parametrize("claimed", [0.5, 1.0])
@pytest.mark.parametrize("replicates, looks", [(40, 2), (400, 4)])
def test_draws_that_widen_with_size_get_no_verdict_until_the_location_is_named(claimed, replicates, looks):
    for run in range(5):
        decision = decide(ClaimedLaw(claimed, 0.1), Design(replicates=replicates, looks=looks), sampler(widening, run))
        assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", "LOCATION")
        assert "the exponent of the mean differs from that of the geometric mean by about" in decision.text


def test_a_location_that_is_named_is_taken():
    decision = decide(ClaimedLaw(0.5, 0.3), Design(replicates=2000, functional="geometric mean"), sampler(widening, 0))
    assert decision.location == "geometric mean"
    assert decision.reason != "LOCATION"
    assert decision.interval is not None
    assert decision.interval[0] < 0.5 < decision.interval[1]


def test_the_parting_of_the_two_means_is_that_of_the_lognormal_law():
    data = [widening(n, stream(1, "parting", n).standard_normal(4000)) for n in DEFAULT_SIZES]
    assert parting(DEFAULT_SIZES, data, "geometric mean", 0.1) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("shape", SHAPES)
def test_draws_of_one_shape_are_let_pass(shape):
    held = 0
    for run in range(100):
        rows = [n**0.5 * SHAPES[shape](stream(run, shape, n).standard_normal(40)) for n in DEFAULT_SIZES]
        assert chosen_functional(rows) == "geometric mean"
        held += parting(DEFAULT_SIZES, rows, "geometric mean", 0.1) != 0
    assert held <= 12  # two errors, on 100 runs


def heavy(n, rng, skew):
    t = rng.standard_cauchy(400)
    return n**0.5 + n**0.8 * (t + skew * np.abs(t)) / 20


@pytest.mark.parametrize("skew, parted", [(0.0, False), (0.8, True)])
def test_a_median_stands_for_the_mean_where_heavy_tails_are_symmetric(skew, parted):
    rows = [heavy(n, stream(2, "heavy", n), skew) for n in DEFAULT_SIZES]
    assert chosen_functional(rows) == "median of five"
    assert (parting(DEFAULT_SIZES, rows, "median of five", 0.1) != 0) is parted
