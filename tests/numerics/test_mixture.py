"""Evidence that may be looked at after every draw: it has mean one at the truth, and its supremum obeys Ville."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from scipy.stats import t as student

from numerics.inference import ClaimedLaw, Design, judge
from numerics.inference.estimates import estimates
from numerics.inference.exponents import shares
from numerics.inference.fits import misfit
from numerics.inference.mixture import growth, half_width, log_evidence, slope, threshold, tuned_growth
from numerics.streams import stream

few = settings(deadline=None, max_examples=40)
freedoms = st.floats(5, 500)
growths = st.floats(1.05, 30)
SIZES = (32, 48, 64, 96, 128, 192, 256, 384)
N = np.array(SIZES, float)


def evidence(t, nu, c):
    return float(log_evidence(np.array([t * t]), np.array([nu]), np.array([c])))


@few
@given(freedoms, growths)
def test_the_evidence_has_mean_one_under_students_t(nu, c):
    mean, _ = quad(lambda t: np.exp(evidence(t, nu, c) + student.logpdf(t, nu)), -np.inf, np.inf, limit=200)
    assert mean == pytest.approx(1, abs=1e-6)


@few
@given(growths)
def test_with_many_degrees_of_freedom_it_is_robbins_normal_mixture(c):
    prior = np.sqrt(c - 1)
    for z in (0.0, 1.0, 3.0):
        mixed, _ = quad(lambda d, z=z: norm.pdf(d, scale=prior) * np.exp(d * z - d * d / 2), -np.inf, np.inf)
        assert evidence(z, 1e9, c) == pytest.approx(np.log(mixed), abs=1e-5)


@few
@given(st.floats(0, 20), freedoms, growths)
def test_the_slope_is_the_derivative_and_falls(t, nu, c):
    square, step = np.array([t * t]), 1e-4
    freedom, growth_to = np.array([nu]), np.array([c])
    rise = log_evidence(square + step, freedom, growth_to) - log_evidence(square, freedom, growth_to)
    assert slope(square + step / 2, nu, c)[0] == pytest.approx(2 * float(rise) / step, rel=1e-3, abs=1e-8)
    assert slope(square + 1, nu, c)[0] < slope(square, nu, c)[0]


@few
@given(st.floats(1e-4, 0.2), freedoms, growths)
def test_the_half_width_is_where_the_evidence_reaches_the_threshold(level, nu, c):
    t = float(half_width(level, np.array([nu]), np.array([c]))[0])
    if np.isfinite(t):
        assert evidence(t, nu, c) == pytest.approx(threshold(level), rel=1e-6)
    else:
        assert evidence(1e12, nu, c) <= threshold(level)


@few
@given(st.floats(1e-4, 0.2), st.integers(1, 30))
def test_the_tuned_growth_asks_for_the_least_misfit(level, sizes):
    def needed(c):
        return (2 * threshold(level) + sizes * np.log(c)) / (1 - 1 / c)

    best = tuned_growth(level, sizes)
    assert best - 1 - np.log(best) == pytest.approx(2 * threshold(level) / sizes, rel=1e-6)
    assert needed(best) <= min(needed(0.9 * best), needed(1.1 * best)) + 1e-9


def test_the_truth_is_left_out_at_any_look_no_more_often_than_stated():
    runs, level, most = 2000, 0.05, 120
    rng = stream(0, "ville")
    crossed = np.zeros(runs, bool)
    draws = rng.standard_normal((runs, len(SIZES), most))
    total, square = draws.cumsum(axis=2), (draws**2).cumsum(axis=2)
    best = tuned_growth(level, len(SIZES))
    for count in range(3, most + 1):
        mean = total[..., count - 1] / count
        variance = (square[..., count - 1] - count * mean**2) / (count - 1)
        c = growth(np.full(len(SIZES), count), most, best)
        crossed |= log_evidence(count * mean**2 / variance, np.full(len(SIZES), count - 1.0), c) >= threshold(level)
    assert crossed.mean() <= level
    # The bound is not empty: crossing does happen.
    assert crossed.mean() > level / 20


@pytest.mark.parametrize("functional, noise", [("mean", "normal"), ("median of five", "cauchy")])
def test_the_true_law_stays_in_its_class_at_every_look(functional, noise):
    runs, level, missed = 150, 0.05, 0
    for run in range(runs):
        rng = stream(run, "looks", noise)
        shape = (len(SIZES), 400 if noise == "cauchy" else 60)
        data = N[:, None] ** 0.5 * (1 + 0.02 * getattr(rng, f"standard_{noise}")(shape))
        worst = -np.inf
        for count in range(shape[1] // 5, shape[1] + 1, shape[1] // 20):
            found = estimates(SIZES, data[:, :count], functional, shape[1], tuned_growth(level, len(SIZES)))
            worst = max(worst, misfit(N**0.5 * np.exp(-found.log_unit), found))
        missed += worst >= threshold(level)
    assert missed <= runs * level


def test_the_windows_share_the_level():
    assert sum(shares(0.01, 15)) == pytest.approx(0.01)
    assert shares(0.01, 15)[0] == 0.005
    assert shares(0.01, 6) == [0.01]


def test_the_verdict_at_a_look_does_not_depend_on_how_many_looks_there_are():
    data = N[:, None] ** 0.5 * (1 + 0.02 * stream(0, "once").standard_normal((len(SIZES), 60)))
    claim = ClaimedLaw(0.5, 0.2)
    assert judge(claim, Design(SIZES, 60, looks=9), data) == judge(claim, Design(SIZES, 60), data)
