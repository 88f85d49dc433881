"""Slopes and limits of data without noise: planted laws come back, and what is no law is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.measured_exponents import extrapolated, measured_slope

some = settings(max_examples=40, deadline=None)
numbers = st.floats(-3, 3)


@given(numbers, numbers)
@some
def test_a_straight_line_has_its_slope_without_error(a, c):
    x = np.linspace(-5.0, 2.0, 30)
    found = measured_slope(x, a * x + c)
    assert found.value == pytest.approx(a, abs=1e-12)
    assert found.error < 1e-12
    assert found.points == 30


@given(numbers, st.floats(0.01, 0.3), st.floats(3.0, 9.0))
@some
def test_a_periodic_modulation_averages_out(a, amplitude, frequency):
    x = np.linspace(-16.0, -6.0, 400)
    found = measured_slope(x, a * x + amplitude * np.sin(frequency * x))
    assert abs(found.value - a) < 0.05 * amplitude  # 12 A (1 + 2/ωT)/(ω T²) with T = 10, ω ≥ 3
    assert found.error > 0


@given(numbers, st.floats(0.1, 3.0), st.sampled_from([-1, 1]), st.floats(0.3, 4.0))
@some
def test_one_power_is_extrapolated_exactly(limit, amplitude, side, w):
    sizes = np.arange(3.0, 10.0)
    found = extrapolated(sizes.tolist(), (limit + side * amplitude * sizes**-w).tolist())
    assert found.value == pytest.approx(limit, abs=1e-6)
    assert found.error < 1e-6


@given(numbers, st.floats(0.5, 1.5), st.floats(0.0, 0.3))
@some
def test_the_error_covers_a_second_power(limit, w, second):
    sizes = np.arange(4.0, 12.0)
    values = limit + sizes**-w * (1 + second / sizes)
    found = extrapolated(sizes.tolist(), values.tolist())
    assert abs(found.value - limit) <= found.error + 1e-9


def test_a_constant_is_its_own_limit():
    assert extrapolated([3, 4, 5, 6], [1.0, 1.0, 1.0, 1.0]).value == 1.0


def test_what_approaches_no_limit_is_refused():
    with pytest.raises(ValueError, match="at least four are needed"):
        extrapolated([3, 4, 5], [1.0, 0.9, 0.85])
    with pytest.raises(ValueError, match="do not approach a limit"):
        extrapolated([3, 4, 5, 6], [1.0, 1.1, 1.0, 1.1])
    with pytest.raises(ValueError, match="do not approach a limit"):
        extrapolated([3, 4, 5, 6], [1.0, 2.0, 4.0, 8.0])
