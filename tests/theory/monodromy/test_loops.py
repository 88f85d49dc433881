"""Loops: each winds once round its point, in the stated order, and what does not decide is refused."""

from itertools import pairwise

import flint
import pytest
from flint import acb, arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.monodromy.loops import Loop, short, star

coordinates = st.integers(-12, 12)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=6, unique=True)


def winding(loop: Loop, a: acb) -> int:
    """The winding number round a, from the angles between neighbouring corners, which are balls."""
    corners = loop.corners()
    with flint.ctx.workprec(96):
        total = sum(((end - a) / (start - a)).arg() for start, end in pairwise(corners)) / (2 * arb.pi())
    number = total.unique_fmpz()
    assert number is not None
    return int(number)


@given(points)
@settings(max_examples=25, deadline=None)
def test_each_loop_winds_once_round_its_point_and_not_round_the_others(where):
    balls = [acb(*p) / 4 for p in where]
    found = star(balls)
    assert sorted(found.order) == list(range(len(balls)))
    for k, loop in zip(found.order, found.loops, strict=True):
        assert [winding(loop, a) for a in balls] == [int(j == k) for j in range(len(balls))]


@given(points)
@settings(max_examples=25, deadline=None)
def test_the_loop_round_infinity_winds_clockwise_round_every_point(where):
    balls = [acb(*p) / 4 for p in where]
    assert {winding(star(balls).at_infinity, a) for a in balls} == {-1}


@given(points, st.tuples(coordinates, coordinates))
@settings(max_examples=25, deadline=None)
def test_loops_start_and_end_at_the_base_that_was_asked_for(where, offset):
    balls = [acb(*p) / 4 for p in where]
    base = acb(*offset) / 4 + acb(arb(fmpq(1, 3)), arb(fmpq(1, 7)))
    found = star(balls, base)
    for loop in (*found.loops, found.at_infinity):
        assert loop.corners()[0] is base
        assert loop.corners()[-1] is base
        assert loop.circuit[0] is loop.circuit[-1]


def test_on_the_real_line_the_order_is_from_left_to_right():
    assert star([acb(2), acb(-1), acb(0)]).order == (1, 2, 0)
    assert star([acb(0), acb(1)]).base == acb(fmpq(1, 2))


def test_a_base_in_line_with_two_points_is_joined_to_a_centre_that_is_not():
    found = star([acb(0), acb(1), acb(2)], acb(-1))
    assert found.base == acb(-1)
    assert all(len(loop.approach) == 3 for loop in found.loops)


@given(st.tuples(coordinates, coordinates), st.integers(4, 30))
@settings(max_examples=25, deadline=None)
def test_a_short_point_is_near_and_has_a_short_expansion(where, bits):
    x = acb(*where) / 7
    with flint.ctx.workprec(128):
        near = short(x, arb(1), bits)
        assert abs(near - x) < arb(2) ** -bits
    assert near.is_exact()
    assert near.bits() <= bits + 8


def test_a_base_on_a_point_is_refused():
    with pytest.raises(ValueError, match="choose another"):
        star([acb(0), acb(1)], acb(1))


def test_points_that_are_not_told_apart_are_refused():
    with pytest.raises(ValueError, match="not told apart"):
        star([acb(0), acb(arb(0, 1))])
