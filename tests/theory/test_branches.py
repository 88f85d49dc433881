"""Branches: which expressions are single-valued around a point, and what their branches are."""

import cmath

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, cos, cosh, exp, lambdify, log, sin, sinh, sqrt, symbols, tan

from theory.branches import bases, branches, on_branch, straightened, turned

z = symbols("z")
even = st.sampled_from(
    [cos(sqrt(z)), sqrt(z) * sin(sqrt(z)), cosh(sqrt(z)), sinh(sqrt(z)) / sqrt(z), tan(sqrt(z)) ** 2]
)


@given(even, even, st.sampled_from([z, 1 / z, exp(z)]))
@settings(max_examples=25, deadline=None)
def test_functions_even_in_the_root_are_single_valued(f, g, h):
    assert turned(f * g + h, z, {z: 1}) is True
    assert turned(f + h * g, z, {z: 3}) is True


@given(even, st.sampled_from([sqrt(z), sin(sqrt(z)), log(z), z ** Rational(1, 3)]))
@settings(max_examples=25, deadline=None)
def test_nothing_is_shown_for_functions_that_are_not(f, g):
    assert turned(f + g, z, {z: 1}) is None


@given(st.sampled_from([1 / log(z), log(z) / (1 + z), (log(z) + z) ** 2, z / (log(z) - 3)]), st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_a_rational_function_of_a_logarithm_is_seen_to_change(f, v):
    assert turned(f, z, {z: v}) is False


def test_two_turns_close_a_square_root():
    assert turned(sqrt(z), z, {z: 2}) is True
    assert turned(sqrt(z) * sqrt(z**2 + z), z, {z: 1, z**2 + z: 1}) is True


def test_a_positive_factor_is_on_the_same_branch():
    assert bases(log(2 * z) - log(z), z) == {z: (1, True)}
    assert turned(log(2 * z) - log(z), z, {z: 1}) is True


def test_a_root_has_as_many_branches_as_its_index():
    assert [b[z] for b in branches(z ** Rational(1, 3), z)] == [0, 1, 2]
    (only,) = branches(log(z), z)
    assert only[z].is_integer
    assert len(list(branches(sqrt(z) + sqrt(z - 1), z))) == 4


def test_nested_roots_are_left_undecided():
    assert turned(sqrt(1 + sqrt(z)), z, {z: 1, 1 + sqrt(z): 0}) is None


def test_too_many_branches_are_refused():
    f = sum(sqrt(z - k) for k in range(7))
    with pytest.raises(NotImplementedError, match="128 branches"):
        list(branches(f, z))


def test_the_branches_written_out_are_all_the_solutions():
    """y = √(1 + √z) runs through the roots of (y² − 1)² = z."""
    f, at = sqrt(1 + sqrt(z)), Rational(5, 7)
    found = [complex(on_branch(f, b).subs(z, at)) for b in branches(f, z)]
    for y in found:
        assert abs((y**2 - 1) ** 2 - 5 / 7) < 1e-12
    assert all(abs(x - y) > 1e-3 for i, x in enumerate(found) for y in found[:i])


@given(st.integers(-2, 2))
@settings(max_examples=5, deadline=None)
def test_roots_and_logarithms_turn_together(j):
    f = log(2 * z) + z ** Rational(1, 3)
    turned_value = complex(on_branch(f, {z: Integer(j)}).subs(z, 3))
    expected = complex(log(6)) + 2j * cmath.pi * j + 3 ** (1 / 3) * cmath.exp(2j * cmath.pi * j / 3)
    assert abs(turned_value - expected) < 1e-12


@pytest.mark.parametrize("f", [exp(sqrt(3 - 2 * z)) * (3 - 2 * z), log(2 * z + 1) ** 2 * sqrt(2 * z + 1), sqrt(2 * z)])
def test_the_form_in_the_root_or_the_logarithm_is_the_same_form(f):
    """∫ f dz over [1/2, 1] is ∫ ψ du over its image."""
    (psi, u, p), (_, v, q) = straightened(f, z, Rational(1, 2)), straightened(f, z, Integer(1))
    before = mpmath.quad(lambdify(z, f, "mpmath"), [0.5, 1])
    after = mpmath.quad(lambdify(u, psi, "mpmath"), [mpmath.mpf(p.evalf(20)), mpmath.mpf(q.evalf(20))])
    assert u != v
    assert abs(before - after) < 1e-10


def test_roots_of_several_functions_are_not_straightened():
    assert straightened(sqrt(z) + sqrt(z + 1), z, Integer(1)) is None
    assert straightened(sqrt(z**2 + 1), z, Integer(1)) is None
    assert straightened(sqrt(z), z, Integer(0)) is None
