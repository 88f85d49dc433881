"""Developing maps: Möbius maps conjugate their monodromy and keep the Schwarzian derivative."""

import flint
import pytest
from flint import acb, acb_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol, cancel, simplify, tan

from theory.monodromy.continuation import monodromy
from theory.monodromy.differential_equations import VARIABLE, hypergeometric_equation, linear_equation
from theory.monodromy.groups import agree
from theory.monodromy.projective import (
    conjugated,
    invariant,
    invariants,
    moebius,
    same_class,
    schwarzian,
    schwarzian_derivative,
)

z = VARIABLE
small = st.integers(-4, 4)
invertible = st.tuples(small, small, small, small).filter(lambda t: t[0] * t[3] != t[1] * t[2])
L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [Rational(5, 4)])
REPRESENTATION = monodromy(L, digits=15)
WORDS = [[0], [1], [0, 1], [0, 0, 1], [0, 1, 1]]


@given(invertible)
@settings(max_examples=20, deadline=None)
def test_another_basis_keeps_the_invariants_of_all_words(t):
    T = acb_mat(2, 2, t)
    assert agree(invariants(REPRESENTATION, WORDS), invariants(conjugated(REPRESENTATION, T), WORDS))


@given(invertible, st.sampled_from([z**2, z**3 - z, tan(z), 1 / (z**2 + 1)]))
@settings(max_examples=6, deadline=None)
def test_moebius_maps_keep_the_schwarzian(t, f):
    a, b, c, d = t
    T = (a * f + b) / (c * f + d)
    assert simplify(schwarzian_derivative(T, z) - schwarzian_derivative(f, z)) == 0


def test_the_schwarzian_of_the_equation_is_that_of_a_ratio_of_solutions():
    # y″ + y = 0: the ratio is tan z.  z² y″ − 2y = 0: the ratio is z³.
    assert schwarzian(linear_equation("y2 + y")) == simplify(schwarzian_derivative(tan(z), z)) == 2
    assert cancel(schwarzian(linear_equation("z**2*y2 - 2*y")) - schwarzian_derivative(z**3, z)) == 0


def test_the_schwarzian_of_riemanns_equation_has_the_squares_of_the_exponent_differences():
    a, b, c = Rational(1, 3), Rational(1, 2), Rational(5, 4)
    p, q, r = 1 - c, c - a - b, a - b
    expected = (1 - p**2) / (2 * z**2) + (1 - q**2) / (2 * (z - 1) ** 2) + (p**2 + q**2 - r**2 - 1) / (2 * z * (z - 1))
    assert cancel(schwarzian(L) - expected) == 0


@given(invertible, invertible)
@settings(max_examples=20, deadline=None)
def test_two_loops_in_turn_are_two_maps_in_turn(s, t):
    M, N, f = acb_mat(2, 2, s), acb_mat(2, 2, t), acb(3, 7) / 5
    image = moebius(N, moebius(M, f))
    direct = moebius(M * N, f)
    if image.is_finite() and direct.is_finite():
        # f → (f, 1) M: row vectors, so M acts first.
        assert image.overlaps(direct)


def test_classes_in_pgl():
    M = acb_mat([[1, 2], [3, 4]])
    assert same_class(M, M * acb(0, 3)) is None
    assert same_class(M, acb_mat([[1, 2], [3, 5]])) is False
    with flint.ctx.workprec(100):
        assert invariant(M).overlaps(invariant(M * acb(2)))


def test_only_equations_of_order_2_have_developing_maps():
    with pytest.raises(ValueError, match="order is 3"):
        schwarzian(hypergeometric_equation(["1/4", "1/2", "3/4"], [1, 1]))
    with pytest.raises(ValueError, match="3 rows"):
        invariant(acb_mat(3, 3))


def test_the_variable_is_named():
    assert Symbol("z") == VARIABLE
