"""Zeros in squares: as many as there are, each in a ball, and refusals where they are not simple."""

import flint
import mpmath
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, cos, exp, prod, sin, symbols

from theory.zeros_in_squares import newton, sharpened, square, value_and_slope, zeros_in_square

z = symbols("z")
gaussian = st.tuples(st.integers(-4, 4), st.integers(-4, 4))


def nowhere(X):
    return False


def zeros(D, half, outside=nowhere):
    with flint.ctx.workprec(96):
        return zeros_in_square(value_and_slope(D, z), acb(arb("0.013"), arb("0.017")), arb(half), outside)


@given(st.lists(gaussian, min_size=1, max_size=5, unique=True))
@settings(max_examples=15, deadline=None)
def test_the_zeros_of_a_polynomial_times_an_exponential_are_found(roots):
    D = exp(z) * prod(z - x - I * y for x, y in roots)
    found = zeros(D, 5)
    assert len(found) == len(roots)
    for x, y in roots:
        assert sum(ball.contains(acb(x, y)) for ball in found) == 1


@pytest.mark.parametrize("half", [5, 20])
def test_the_zeros_of_e_to_the_z_minus_z_are_those_of_lambert(half):
    found = zeros(exp(z) - z, half)
    inside = 0
    with mpmath.workdps(25):
        for k in range(-20, 20):
            c = complex(-mpmath.lambertw(-1, k))
            if max(abs(c.real), abs(c.imag)) < half - 0.5:
                inside += 1
                assert sum(abs(complex(ball.mid()) - c) < 1e-9 for ball in found) == 1
    assert inside == len(found)


def test_zeros_outside_are_not_sought():
    assert len(zeros(sin(z), 10)) == 7
    assert len(zeros(sin(z), 10, lambda X: bool(abs(X) > 4))) == 3


def test_newtons_operator_keeps_every_zero():
    """N contains π for every box around π on which cos does not vanish, and none is made where cos may."""
    D = value_and_slope(sin(z), z)
    with flint.ctx.workprec(96):
        for middle, half in (("3.2", "0.5"), ("3.2", "0.1"), ("3.1416", "0.001")):
            assert newton(D, square(acb(arb(middle)), arb(half))).contains(acb.pi())
        assert newton(D, square(acb(1), arb(1))) is None


def test_a_zero_is_sharpened_to_as_many_digits_as_asked():
    (one,) = [c for c in zeros(cos(z) - z, 1) if c.imag.contains(0)]
    assert sharpened(cos(z) - z, z, one, 700).rad() < arb(10) ** -200


@pytest.mark.parametrize("D", [(exp(z) - 1) ** 2, 1 - cos(z)])
def test_zeros_that_are_not_simple_are_refused(D):
    with pytest.raises(NotImplementedError, match="not told apart"):
        zeros(D, 1)
