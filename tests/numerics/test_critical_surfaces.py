"""Critical surfaces: a map with a known one, Niemeijer and van Leeuwen's K_c, refusals."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import lambdify

from numerics.critical_surfaces import critical_parameter, phase
from theory.renormalization import niemeijer_van_leeuwen

CASES = ["NvL_second_cumulant"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}


@given(st.floats(0.6, 2.0), st.floats(-0.5, 0.5), st.floats(0.1, 0.9))
@settings(max_examples=20, deadline=None)
def test_a_linear_map_has_a_linear_critical_surface(fixed, slope, shrink):
    """u = x − fixed − slope·y is doubled and y shrinks: u = 0 is the critical surface."""

    def step(x, y):
        return fixed + slope * shrink * y + 2 * (x - fixed - slope * y), shrink * y

    found = critical_parameter(step, lambda x: (x, 1.0), (-4.0, 4.0), weak=-1e3, strong=1e3)
    assert found == pytest.approx(fixed + slope, abs=1e-12)


def test_the_nearest_neighbour_coupling_of_the_second_cumulant():
    expected = REFERENCE["NvL_second_cumulant"]["expected"]
    R = niemeijer_van_leeuwen.second_cumulant()
    step = lambdify(R.couplings, R.images, "math")
    found = critical_parameter(step, lambda K: (K, 0.0, 0.0), (0.2, 0.3), weak=0.02, strong=1.0)
    assert found == pytest.approx(float(expected["Kc_nn"]), abs=1e-9)
    assert found != pytest.approx(0.2514, abs=5e-3)


def test_a_bracket_in_one_phase_is_refused():
    with pytest.raises(ValueError, match=r"its ends flow to \(True, True\)"):
        critical_parameter(lambda x: (2 * x,), lambda x: (x,), (1.0, 2.0), weak=1e-3, strong=1e3)


def test_an_orbit_that_stays_is_undecided():
    assert phase(lambda x: (x,), (1.0,), 0.1, 10.0) is None
