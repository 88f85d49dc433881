"""Coulomb gas: the exactly solved planar models, and the points where two families of models meet."""

import json
from pathlib import Path

import pytest
from sympy import Rational, sqrt

from theory.coulomb_gas import on_thermal_dimension, potts_dimensions
from theory.renormalization.exponents import critical_exponents

CASES = ["exact_Ising2d", "exact_Potts3_2d", "exact_Potts4_2d", "exact_percolation2d", "exact_SAW2d"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
STATES = {"exact_percolation2d": 1, "exact_Ising2d": 2, "exact_Potts3_2d": 3, "exact_Potts4_2d": 4}


def expected(case):
    return {name: Rational(value) for name, value in REFERENCE[case]["expected"].items()}


@pytest.mark.parametrize("case", STATES)
def test_potts_models_have_the_exponents_of_the_reference(case):
    thermal, field = potts_dimensions(STATES[case])
    found = critical_exponents([thermal], space=2, field=field)
    values = expected(case)
    assert (found.nu, found.beta, found.eta) == (values["nu"], values["beta"], values["eta"])
    assert {"y_t": thermal, "y_h": field}.items() >= {k: v for k, v in values.items() if k.startswith("y_")}.items()


def test_the_self_avoiding_walk_has_the_exponent_of_the_reference():
    assert 1 / on_thermal_dimension(0) == expected("exact_SAW2d")["nu"]


def test_the_two_families_meet_at_the_ising_model_and_at_the_free_field():
    assert on_thermal_dimension(1) == potts_dimensions(2)[0] == 1
    assert on_thermal_dimension(-2) == 2  # ν = 1/2, as for a Gaussian field
    assert on_thermal_dimension(2) == 0  # Kosterlitz and Thouless: no power


def test_the_tricritical_branch_is_not_taken():
    """n = √2 has g = 5/4, the dilute branch; the dense one would give g = 3/4."""
    assert on_thermal_dimension(sqrt(2)) == Rational(4, 5)


def test_models_without_a_critical_point_are_refused():
    with pytest.raises(ValueError, match="q = 5"):
        potts_dimensions(5)
    with pytest.raises(ValueError, match="n = 3"):
        on_thermal_dimension(3)
