"""Chaos of the logistic map: exact exponents, the doubling of one discrete scale, refusals."""

import numpy as np
import pytest

from numerics.logistic_map import LOGISTIC, accumulation_point
from numerics.lyapunov_scaling import R_INFINITY, chaos_above_accumulation, lyapunov_exponents

DELTA = 4.669201609102990


def test_at_r_equal_four_the_exponent_is_ln_two():
    values = lyapunov_exponents(np.full(400, 4.0), np.random.default_rng(0), 4000, 100)
    assert abs(values.mean() - np.log(2)) < 4 * values.std(ddof=1) / 20


@pytest.mark.parametrize("r", [1.5, 2.5, 2.9])
def test_at_a_stable_fixed_point_the_exponent_is_that_of_its_slope(r):
    value = lyapunov_exponents(np.array([r]), np.random.default_rng(0), 100, 2000)
    assert value[0] == pytest.approx(np.log(abs(2 - r)), abs=1e-10)


def test_below_the_accumulation_the_exponent_of_a_two_cycle_is_half_that_of_its_slope():
    r = 3.3  # f²′ = 1 − (r − 3)(r + 1) on the cycle
    value = lyapunov_exponents(np.array([r]), np.random.default_rng(0), 100, 2000)
    assert value[0] == pytest.approx(np.log(abs(1 - (r - 3) * (r + 1))) / 2, abs=1e-10)


def test_the_accumulation_point_is_where_superstable_orbits_accumulate():
    assert accumulation_point(LOGISTIC).value == pytest.approx(R_INFINITY, abs=1e-12)


def test_one_doubling_halves_the_chaos():
    """(2) at ε and at ε/δ: the ratio is 2 up to corrections to scaling of a few per cent at ε = 1/16."""
    rng = np.random.default_rng(1)
    near, far = (chaos_above_accumulation(16 * factor, rng, 24, DELTA) for factor in (DELTA, 1.0))
    ratio = far.mean() / near.mean()
    assert ratio == pytest.approx(2, rel=0.05)


def test_without_the_mean_over_a_period_the_power_is_modulated():
    """The local exponents of A(ε) itself stray from ln 2/ln δ by more than a tenth; those of its mean do not."""
    rng = np.random.default_rng(2)
    sizes = 16 * DELTA ** np.array([0, 0.25, 0.5, 0.75, 1.0])
    averaged = [chaos_above_accumulation(s, rng, 24, DELTA).mean() for s in sizes]
    bare = [chaos_above_accumulation(s, rng, 24, 1 + 1e-9).mean() for s in sizes]
    exponent, step = np.log(2) / np.log(DELTA), np.log(DELTA) / 4
    strayed = [np.abs(-np.diff(np.log(values)) / step - exponent).max() for values in (averaged, bare)]
    assert strayed[0] < 0.1 < strayed[1]


def test_parameters_outside_the_map_and_odd_counts_are_refused():
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match=r"0 < r ≤ 4"):
        lyapunov_exponents(np.array([4.1]), rng, 100, 100)
    with pytest.raises(ValueError, match="multiples of 10"):
        lyapunov_exponents(np.array([3.9]), rng, 105, 100)
    with pytest.raises(ValueError, match="size of 3 or more"):
        chaos_above_accumulation(2, rng, 1, DELTA)
