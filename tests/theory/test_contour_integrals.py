"""Contour integrals in balls: closed values, other circles, poles that are near, and the zeros that a disc contains."""

import flint
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Integer, cos, exp, gamma, log, pi, sin, sqrt, symbols

from theory.ball_functions import ReciprocalGamma, compiled, series_compiled
from theory.balls import enclose
from theory.contour_integrals import (
    Germ,
    NotIsolated,
    circle_integral,
    contour_residue,
    derivative_half_plane,
    isolating_radius,
    largest_on_circle,
)

z = symbols("z")
coefficients = st.lists(st.integers(-9, 9), min_size=1, max_size=5)


@given(coefficients, coefficients, st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_the_ball_contains_the_residue_of_a_laurent_polynomial(negative, regular, outer):
    def f(t):
        tail = sum((c * t**-k for k, c in enumerate(negative, 1)), acb(0))
        return tail + sum((c * t**k for k, c in enumerate(regular)), acb(0))

    ball = circle_integral(f, arb(outer) / 4, 96)
    assert ball.contains(negative[0])
    assert not ball.contains(negative[0] + 1)
    assert ball.rad() < arb(10) ** -18


@given(st.floats(0.05, 0.9))
@settings(max_examples=20, deadline=None)
def test_acb_integral_agrees(shift):
    """A pole inside the annulus of the bound is no obstacle to the other route: a polygon of four segments."""
    f = lambda x: (x * 3).exp() / (x - acb(shift) / 8) ** 2  # noqa: E731
    corners = [acb(1, 1), acb(-1, 1), acb(-1, -1), acb(1, -1)]
    sides = zip(corners, [*corners[1:], corners[0]], strict=True)
    polygon = sum((acb.integral(lambda x, _: f(x), p, q) for p, q in sides), acb(0)) / acb(0, 2 * arb.pi())
    assert polygon.overlaps(circle_integral(lambda t: f(t + acb(shift) / 8), arb(1), 96))


@given(st.integers(2, 200))
@settings(max_examples=20, deadline=None)
def test_the_isolating_disc_is_smaller_than_the_distance_to_the_next_pole(n):
    f = 1 / (z * (z - Integer(1) / n))
    ball = contour_residue(Germ(f, z, Integer(0)), [(z, 1), (z - Integer(1) / n, 0)])
    assert ball.contains(-n)
    radius = isolating_radius([(z, 1), (z - Integer(1) / n, 0)], z, acb(0))
    assert radius < arb(1) / n


def test_the_bound_on_a_circle_is_a_bound():
    bound = largest_on_circle(lambda t: t.exp() / (t - 2), arb(1))
    assert bound >= arb(1).exp() * arb("0.99")
    assert bound < 3 * arb(1).exp()
    assert not largest_on_circle(lambda t: 1 / (t - 1), arb(1)).is_finite()


def test_the_order_of_the_zero_must_be_the_true_one():
    assert derivative_half_plane(1 - cos(z), z, acb(0), arb(1) / 2, 2)
    assert not derivative_half_plane(1 - cos(z), z, acb(0), arb(1) / 2, 0)
    assert not derivative_half_plane(z * (z - 1), z, acb(0), arb(2), 1)
    assert derivative_half_plane(ReciprocalGamma(z), z, acb(-3), arb(1) / 4096, 1)


@pytest.mark.parametrize("n", [4, 6, 8])
def test_zeros_of_an_order_beyond_ten_are_seen(n):
    """FLINT cuts power series at 10 terms unless told otherwise: e^(z^n) − 1 − z^n has a zero of order 2n."""
    assert derivative_half_plane(exp(z**n) - 1 - z**n, z, acb(0), arb(1) / 16, 2 * n)


def test_two_zeros_that_are_not_told_apart_are_refused():
    with pytest.raises(NotIsolated, match="no disc contains one only"):
        isolating_radius([(z**2, 1)], z, acb(0))


def test_a_root_is_continued_from_the_centre_across_its_cut():
    f = compiled(sqrt(z) + log(z), z, acb(-1))
    above, below = f(acb(-1, arb("0.1"))), f(acb(-1, arb("-0.1")))
    assert abs(above - below) < arb("0.5")
    assert f(acb(-1)).overlaps(enclose(I + I * pi))


def test_a_root_where_it_cannot_be_continued_is_not_finite():
    assert not compiled(sqrt(z), z, acb(1))(acb(-1)).is_finite()


def test_taylor_coefficients_of_a_ball_contain_those_of_its_points():
    f = exp(z) * sin(z) / (z + 3) + 2**z
    wide = series_compiled(f, z)(flint.acb_series([acb(arb(0, arb("0.1"))), 1], 4))
    point = series_compiled(f, z)(flint.acb_series([acb("0.05"), 1], 4))
    assert all(wide[k].contains(point[k]) for k in range(4))


def test_unknown_functions_are_refused():
    with pytest.raises(NotImplementedError, match="no series of gamma in balls"):
        series_compiled(gamma(z), z)
