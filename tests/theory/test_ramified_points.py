"""Even functions of a root: the residue is that of the form in the root's own coordinate, divided by its index."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, Symbol, cos, cosh, exp, log, oo, pi, sin, sqrt, tan

from theory.certified_residues import certified_residue
from theory.ramified_points import unramified

z, w = Symbol("z"), Symbol("w")
nonzero = st.integers(-3, 3).filter(bool)


@given(nonzero, nonzero, st.integers(0, 2), nonzero)
@settings(max_examples=15, deadline=None)
def test_the_residue_is_half_that_of_the_pull_back_by_a_square(a, b, k, p):
    """F(w) = cos(aw)/((1 − cos bw) w^2k) is even: Res_p F(√(z − p)) dz = ½ Res_0 F(w) 2w dw."""

    def F(x):
        return cos(a * x) / (1 - cos(b * x)) / x ** (2 * k)

    downstairs = certified_residue(F(sqrt(z - p)), z, p)
    upstairs = certified_residue(F(w) * w, w, 0)
    assert downstairs.value == upstairs.value
    assert downstairs.contour.overlaps(upstairs.contour)


@pytest.mark.parametrize(
    "f, at, value",
    [
        (1 / (1 - cos(sqrt(z))), S.Zero, 2),  # 1 − cos √z = z/2 − …
        (1 / (sqrt(z) * sin(sqrt(z))), S.Zero, 1),
        (sqrt(z) * tan(sqrt(z)) / z**3, S.Zero, Rational(1, 3)),  # √z tan √z = z + z²/3 + …
        (cosh(sqrt(z**2 - 1)) / (z - 1) ** 2, S.One, 1),
        (1 / (1 - cos(sqrt(2 * z - 1))), Rational(1, 2), 1),
        (1 / (sqrt(z) * sin(1 / sqrt(z))), oo, Rational(-1, 6)),
        (1 / (1 - cos(sqrt(z))), 4 * pi**2, 4),  # u²/2 at √z = 2π + u, z = 4π² + 4πu + u²
    ],
)
def test_even_functions_of_a_root_are_answered(f, at, value):
    assert certified_residue(f, z, at).value == value


def test_what_has_no_vanishing_root_of_a_rational_function_is_left_alone():
    for f in (sqrt(1 + z), exp(z) / z, sqrt(log(1 + z))):
        assert unramified(f, z, S.Zero)[2] == 1
