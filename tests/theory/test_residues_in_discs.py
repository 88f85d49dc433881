"""Residues in discs: closed forms, a quadrature as judge, poles without a closed form, refusals."""

import mpmath
import pytest
from sympy import (
    EulerGamma,
    I,
    Rational,
    S,
    cos,
    exp,
    gamma,
    lambdify,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
    tanh,
    zeta,
)

from theory import residues_in_discs
from theory.balls import enclose
from theory.exact_zeros import is_zero
from theory.propositions import Undefined
from theory.residues_in_discs import residues_in_disc

z, a = symbols("z a")


def by_quadrature(f, radius, nodes=400):
    """(1/2πi) ∮ f dz on |z| = R by the trapezoid rule."""
    g = lambdify(z, f, "mpmath")
    arms = [radius * mpmath.expjpi(mpmath.mpf(2 * k + 1) / nodes) for k in range(nodes)]
    return complex(sum(arm * g(arm) for arm in arms) / nodes)


@pytest.mark.parametrize(
    "f, radius, value, count",
    [
        (tan(z), 5, -4, 4),
        (1 / cos(sqrt(z)), 50, 2 * pi, 2),  # −π at π²/4, 3π at 9π²/4
        (1 / (1 - cos(sqrt(z))), 200, 10, 3),  # 2 at 0, and 4 at the double poles 4π², 16π²
        (1 / cos(sqrt(z - 1)), 30, 2 * pi, 2),
        (gamma(z), Rational(7, 2), 1 - 1 + Rational(1, 2) - Rational(1, 6), 4),
        (gamma(z) ** 2, Rational(1, 2), -2 * EulerGamma, 1),
        (exp(1 / z) / (z - 1), 3, 1, 2),
        (1 / (z**2 + 1), Rational(1, 2), 0, 0),
        (1 / (tan(z) - z), 4, Rational(-6, 5), 1),
    ],
)
def test_closed_forms(f, radius, value, count):
    found = residues_in_disc(f, z, S(radius))
    assert not found.poles
    assert len(found.points) == count
    assert is_zero(found.value - value)


@pytest.mark.parametrize(
    "f, radius, count",
    [
        (1 / (exp(z) - z), 10, 4),
        (z / (exp(z) - z) ** 2, 10, 4),
        (exp(z) / (z - 2) / (exp(z) - z), 5, 3),
        (tan(z) * tanh(z), 5, 8),
        (gamma(z) / (exp(z) - z), Rational(5, 2), 5),
        (zeta(z) / (cos(z) - z), 5, 4),
        (1 / (exp(z) - 1 - z), 10, 3),
        (1 / (cos(sqrt(z)) - z), 50, 3),
        (1 / (exp(z) + exp(I * z)), 10, 4),
        (1 / (z * sin(z) ** 2 * (exp(z) - z)), 2, 3),
    ],
)
def test_the_sum_is_the_integral_round_the_disc(f, radius, count):
    found = residues_in_disc(f, z, S(radius))
    poles = [p for p in found.points if p.order] + list(found.poles)
    assert len(poles) == count
    judge = by_quadrature(f, float(radius))
    assert abs(complex(found.ball.mid()) - judge) < 1e-8 * (1 + abs(judge))


def test_poles_without_a_closed_form_have_residues_in_balls():
    """At e^c = c the residue of 1/(e^z − z) is 1/D′(c) = 1/(c − 1), that of z/(e^z − z)² is 1/D′² − c D″/D′³."""
    for p in residues_in_disc(1 / (exp(z) - z), z, S(20), 40).poles:
        assert p.order == 1
        assert p.exact_order
        assert p.ball.overlaps(1 / (p.at - 1))
        assert p.contour.overlaps(1 / (p.at - 1))
    for p in residues_in_disc(z / (exp(z) - z) ** 2, z, S(20), 40).poles:
        assert p.order == 2
        assert p.ball.overlaps(1 / (p.at - 1) ** 2 - p.at**2 / (p.at - 1) ** 3)


def test_a_pole_that_a_numerator_may_cancel_has_an_order_at_most():
    (p,) = [p for p in residues_in_disc((sin(z) ** 2 + cos(z) ** 2 - 1) / (exp(z) - z), z, S(2)).poles if p.at.imag > 0]
    assert not p.exact_order
    assert p.ball.contains(0)


@pytest.mark.parametrize(
    "f, radius, kind, told",
    [
        (log(z), 1, Undefined, "branch point"),
        (sqrt(z) / (exp(z) - z), 3, Undefined, "branch point"),
        (1 / sin(1 / z), 1, Undefined, "accumulate"),
        (tan(z), pi / 2, ValueError, "another radius"),
        (1 / (z - 3), 3, ValueError, "another radius"),
        (tan(z), -1, ValueError, "positive"),
        (tan(z), a, ValueError, "positive"),
        (1 / (exp(z - 1) - z), 3, NotImplementedError, "told apart"),  # a double zero at 1
    ],
)
def test_what_is_refused_and_why(f, radius, kind, told):
    with pytest.raises(kind, match=told):
        residues_in_disc(f, z, S(radius))


def test_a_wrong_residue_would_be_an_error(monkeypatch):
    monkeypatch.setattr(residues_in_discs, "_round_the_disc", lambda pulled, radius: enclose(S(7)))
    with pytest.raises(ArithmeticError, match="internal error"):
        residues_in_disc(tan(z), z, S(2))
