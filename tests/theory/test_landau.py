"""Landau theory: minima and curvatures by elimination, finite differences of the free energy, the reference."""

import json
from pathlib import Path

import pytest
from sympy import Integer, Matrix, Rational, diag, diff, solve, symbols

from theory.correlation_length import local_exponent, order_parameter
from theory.landau import curvature, free_energy, gaussian_dimensions, magnetisation, soft_modes
from theory.renormalization.exponents import order_parameter_exponents

CASES = ["hyperscaling_fails_d5", "exact_mean_field"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
t, u, d = symbols("t u d", positive=True)
r = symbols("r", real=True)


@pytest.mark.parametrize("r_value", [Integer(-2), Rational(-1, 3), Integer(0), Integer(1)])
def test_the_magnetisation_is_where_the_free_energy_is_least(r_value):
    m = symbols("m", real=True)
    f = free_energy(Matrix([m]), r_value, Integer(3))
    stationary = solve(diff(f, m), m)
    least = min(stationary, key=lambda point: (f.subs(m, point), -point))
    assert abs(least) == magnetisation(r_value, Integer(3))
    assert diff(f, m, 2).subs(m, least) >= 0


@pytest.mark.parametrize("N", [1, 2, 3])
def test_the_ordered_phase_has_one_stiff_mode_and_the_others_soft(N):
    assert curvature(N, -t, u) == diag(2 * t, *[0] * (N - 1))
    assert curvature(N, t, u) == diag(*[t] * N)
    assert soft_modes(N) == N - 1


def test_case_exact_mean_field():
    expected = REFERENCE["exact_mean_field"]["expected"]
    assert local_exponent(magnetisation(-t, u), t) == Rational(expected["beta"])
    for side in (-t, t):
        assert -local_exponent(curvature(3, side, u)[0, 0], t) / -2 == Rational(expected["nu"])
    thermal, field, _ = gaussian_dimensions(d)
    assert 1 / thermal == Rational(expected["nu"])
    assert (d + 2 - 2 * field).expand() == Rational(expected["eta"])


def test_case_hyperscaling_fails_d5():
    case = REFERENCE["hyperscaling_fails_d5"]
    dimension, expected = case["input"]["d"], case["expected"]
    thermal, field, quartic = gaussian_dimensions(dimension)
    assert (thermal, field) == (Rational(case["input"]["y_t"]), Rational(case["input"]["y_h"]))
    assert order_parameter_exponents(dimension, field, thermal)[0] == Rational(expected["naive_beta"])
    m = order_parameter(t, u, dimension - field, thermal, quartic, Rational(1, 2))
    assert local_exponent(m, t) == local_exponent(magnetisation(-t, u), t) == Rational(expected["true_beta"])


def test_the_dangerous_field_restores_one_half_in_every_dimension():
    thermal, field, quartic = gaussian_dimensions(d)
    half = (Rational(1, 2), Rational(1, 3))
    assert [e.simplify() for e in order_parameter_exponents(d, field, thermal, quartic, half)] == [half[0], 3]


def test_an_order_parameter_has_components():
    with pytest.raises(ValueError, match="N = 0"):
        curvature(0, -t, u)
