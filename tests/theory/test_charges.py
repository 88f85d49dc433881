"""Charges of travelling waves, worked out by hand, and refusals."""

import pytest
from sympy import Integral, Rational, cos, diff, exp, oo, pi, simplify, sin, sqrt, symbols

from theory.charges import charge
from theory.jets import field
from theory.noether import Lagrangian, translation

t, x = symbols("t x", real=True)
q, phi = field("q", t), field("phi", t, x)
wave = Lagrangian((diff(phi, t) ** 2 - diff(phi, x) ** 2) / 2, (t, x), (phi,))


def test_a_travelling_pulse_keeps_its_energy_and_has_the_same_momentum_against_its_direction():
    """φ = exp(−(x − t)²): ∫ φ_t² dx = 4 ∫ u² exp(−2u²) du = √(π/2), at every time."""
    pulse = {phi: exp(-((x - t) ** 2))}
    energy, momentum = (charge(wave, translation(wave, nu), pulse) for nu in (0, 1))
    assert simplify(energy.doit() - sqrt(pi / 2)) == 0
    assert simplify(momentum.doit() + sqrt(pi / 2)) == 0


def test_a_shift_of_a_massless_field_has_the_integral_of_its_velocity():
    assert charge(wave, (1,)) == Integral(diff(phi, t), (x, -oo, oo))


def test_in_mechanics_the_charge_is_the_current():
    oscillator = Lagrangian((diff(q, t) ** 2 - q**2) / 2, (t,), (q,))
    assert charge(oscillator, translation(oscillator, 0), {q: 3 * cos(t)}) == Rational(9, 2)
    assert simplify(charge(oscillator, (sin(t),), {q: cos(t)})) == -1


def test_no_symmetry_has_no_charge_and_no_solution_none_either():
    with pytest.raises(ValueError, match="no symmetry, so it has no charge"):
        charge(wave, (phi,))
    with pytest.raises(ValueError, match="no solution"):
        charge(wave, (1,), {phi: x**2})
