"""Branches: which expressions are single-valued around a point, and what their branches are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, cos, cosh, exp, log, sin, sinh, sqrt, symbols, tan

from theory.branches import bases, branches, turned

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
