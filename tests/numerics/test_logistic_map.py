"""Period doubling measured against the certified constants, exact exponents, and the refusals."""

from dataclasses import replace
from math import log

import flint
import numpy as np
import pytest
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics.logistic_map import (
    LOGISTIC,
    QUARTIC,
    SINE,
    accumulation_point,
    aitken,
    band_mergings,
    delta_ratios,
    logistic_lyapunov,
    measured_alpha,
    measured_delta,
    measured_lyapunov_power,
    orbit_of_critical_point,
    superstable,
)
from theory.renormalization import CertifiedFeigenbaum, feigenbaum

FAMILIES = [(LOGISTIC, 2), (SINE, 2), (QUARTIC, 4)]


@pytest.fixture(scope="module")
def proved():
    found = {order: feigenbaum(12, order) for order in (2, 4)}
    assert all(isinstance(constants, CertifiedFeigenbaum) for constants in found.values())
    return found


@given(st.floats(-5, 5), st.floats(0.1, 5), st.floats(-0.8, 0.8), st.integers(3, 8))
@settings(max_examples=50, deadline=None)
def test_aitken_is_exact_on_a_geometric_approach(limit, amplitude, ratio, count):
    assume(abs(ratio) > 0.05)
    with flint.ctx.workdps(60):
        terms = [arb(limit) + arb(amplitude) * arb(ratio) ** n for n in range(count)]
        assert len(aitken(terms)) == count - 2
        assert all(abs(x - arb(limit)) < arb("1e-30") for x in aitken(terms))


@pytest.mark.parametrize("family, order", FAMILIES)
def test_the_certified_delta_lies_within_the_measured_error(proved, family, order):
    found = measured_delta(family)
    assert abs(found.value - float(proved[order].delta)) <= found.error
    assert found.error < 1e-3


@pytest.mark.parametrize("family, order", FAMILIES)
def test_the_certified_alpha_lies_within_the_measured_error(proved, family, order):
    found = measured_alpha(family)
    assert abs(found.value - float(proved[order].alpha)) <= found.error
    assert found.error < 1e-3


def test_the_order_of_the_maximum_decides_the_class():
    logistic, sine, quartic = (measured_delta(family) for family, _ in FAMILIES)
    assert abs(logistic.value - sine.value) <= logistic.error + sine.error
    assert abs(logistic.value - quartic.value) > 2


@pytest.mark.parametrize("family", [LOGISTIC, SINE, QUARTIC])
def test_superstable_orbits_return_at_their_period_and_not_before(family):
    with flint.ctx.workdps(60):
        for n, r in enumerate(superstable(family, 6)):
            times = [2**k for k in range(n + 1)]
            distances = [abs(x - family.critical) for x, _ in orbit_of_critical_point(family, r, times)]
            assert distances[-1] < arb("1e-45")
            assert all(d > arb("1e-4") for d in distances[:-1])


def test_parameters_that_are_algebraic_have_their_exact_values():
    with flint.ctx.workdps(60):
        assert abs(superstable(LOGISTIC, 3)[1] - (1 + arb(5).sqrt())) < arb("1e-45")
        m = band_mergings(1)[0]
        assert abs(m**3 - 2 * m**2 - 4 * m - 8) < arb("1e-45")


def test_the_accumulation_point_is_the_published_one():
    """OEIS A098587."""
    found = accumulation_point(LOGISTIC, 14)
    assert abs(found.value - 3.5699456718709449) <= max(found.error, 1e-14)
    assert found.error < 1e-9


def test_band_mergings_accumulate_at_the_same_rate_from_above(proved):
    ratios = [float(x) for x in delta_ratios(band_mergings(7))]
    delta = float(proved[2].delta)
    assert abs(ratios[-1] - delta) < abs(ratios[0] - delta)
    assert ratios[-1] == pytest.approx(delta, abs=0.02)


@given(st.floats(1.2, 2.8), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_a_stable_fixed_point_has_the_exponent_of_its_slope(r, seed):
    assume(abs(r - 2) > 0.05)
    value, error = logistic_lyapunov(r, np.random.default_rng(seed), steps=200, orbits=10, transient=1000)
    assert value == pytest.approx(log(abs(2 - r)), abs=1e-9)
    assert error < 1e-9


@pytest.mark.parametrize("r", [3.1, 3.2, 3.4])
def test_a_stable_two_cycle_has_the_exponent_of_its_multiplier(r):
    value, _ = logistic_lyapunov(r, np.random.default_rng(0), steps=200, orbits=10, transient=2000)
    assert value == pytest.approx(log(abs(4 + 2 * r - r * r)) / 2, abs=1e-9)


def test_full_chaos_has_exponent_ln_2():
    value, error = logistic_lyapunov(4.0, np.random.default_rng(0), steps=2000, orbits=200, transient=100)
    assert abs(value - log(2)) <= 4 * error
    assert error < 1e-3


def test_the_exponent_grows_with_the_power_ln_2_over_ln_delta(proved):
    found = measured_lyapunov_power(np.random.default_rng(1), steps=10_000, orbits=200)
    power = float(proved[2].lyapunov_power())
    assert power == pytest.approx(log(2) / log(float(proved[2].delta)))
    assert abs(found.value - power) <= found.error
    assert found.error < 0.02


def test_a_superstable_parameter_has_no_finite_exponent():
    with pytest.raises(ValueError, match=r"r = 2\.0: an orbit meets the critical point, so Λ = −∞"):
        logistic_lyapunov(2.0, np.random.default_rng(0), steps=100, orbits=3)


@pytest.mark.parametrize("r, orbits", [(4.1, 10), (0.0, 10), (float("nan"), 10), (3.7, 1)])
def test_parameters_outside_the_family_are_refused(r, orbits):
    with pytest.raises(ValueError, match=r"need 0 < r ≤ 4 and at least 2 orbits"):
        logistic_lyapunov(r, np.random.default_rng(0), orbits=orbits)


def test_too_few_doublings_give_no_limit():
    with pytest.raises(ValueError, match=r"count = 2; at least 3"):
        superstable(LOGISTIC, 2)
    with pytest.raises(ValueError, match=r"needs 5 terms, there are 3"):
        measured_delta(LOGISTIC, 5)


def test_a_start_that_leads_to_another_orbit_is_refused():
    with pytest.raises(ArithmeticError, match=r"R_1 = .* does not follow R_0 = .* give a closer start"):
        superstable(replace(LOGISTIC, first=("2", "2.01")), 4)
    with pytest.raises(ArithmeticError, match=r"R_0: Newton's method did not settle"):
        superstable(replace(LOGISTIC, step=lambda x, r: (x + r * r + 1, arb(1), 2 * r)), 4)
