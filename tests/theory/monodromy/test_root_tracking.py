"""Tracked roots: closed paths that are known, refinements, reversals, and discs that hold one root each."""

from itertools import pairwise

import flint
import pytest
from flint import acb, acb_poly, arb, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from theory.monodromy import root_tracking
from theory.monodromy.root_tracking import Family, followed

SQUARE_ROOT = Family((acb_poly([0, -1]), acb_poly([]), acb_poly([1])))
CIRCLE = [acb(1), acb(0, 1), acb(-1), acb(0, -1), acb(1)]
small = st.integers(-4, 4)
cubics = st.tuples(small, st.tuples(small, st.integers(1, 3), small))
corners = st.lists(st.tuples(small, small), min_size=2, max_size=4, unique=True)


def family(drawn) -> Family:
    """y³ + p y + q(x), q not constant: its discriminant is not identically 0."""
    p, q = drawn
    return Family((acb_poly(list(q)), acb_poly([p]), acb_poly([]), acb_poly([1])))


def tracked(F, path):
    """The numbering, or a discarded example where the path meets a critical point."""
    try:
        return followed(F, path)
    except (ValueError, NotImplementedError):
        assume(False)


def test_the_square_root_changes_its_sign_round_0():
    assert followed(SQUARE_ROOT, CIRCLE) == [1, 0]
    assert followed(SQUARE_ROOT, CIRCLE + CIRCLE[1:]) == [0, 1]
    assert followed(SQUARE_ROOT, [x + 3 for x in CIRCLE]) == [0, 1]


@given(cubics, corners)
@settings(max_examples=30, deadline=None)
def test_there_and_back_is_the_identity(drawn, where):
    F, path = family(drawn), [acb(x, y) + acb(fmpq(5, 16), fmpq(3, 16)) for x, y in where]
    assert tracked(F, path + path[-2::-1]) == [0, 1, 2]


@given(cubics, corners)
@settings(max_examples=30, deadline=None)
def test_more_corners_on_the_same_path_change_nothing(drawn, where):
    F, path = family(drawn), [acb(x, y) + acb(fmpq(5, 16), fmpq(3, 16)) for x, y in where]
    finer = [p for a, b in pairwise(path) for p in (a, (3 * a + b) / 4, (a + b) / 2)] + path[-1:]
    assert tracked(F, path) == followed(F, finer)


@given(cubics, st.tuples(small, small), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_accepted_discs_hold_one_root_each_all_over_the_disc_of_x(drawn, where, size):
    F, m, w = family(drawn), acb(*where), arb(fmpq(1, 2**size))
    with flint.ctx.workprec(root_tracking.BITS):
        try:
            z = [root.mid() for root in F.roots(m)]
        except ValueError:
            assume(False)
        discs = root_tracking._certified(F, m, w, z)
        assume(discs is not None)
        assert discs is not None
        for direction in range(8):
            x = m + w * acb(fmpq(direction, 4)).exp_pi_i() * fmpq(255, 256)
            inside = [[abs(root - at) < radius for at, radius in discs] for root in F.roots(x.mid())]
            assert sorted(row.index(True) for row in inside) == [0, 1, 2]


def test_a_path_through_a_critical_point_is_refused():
    with pytest.raises(NotImplementedError, match="critical point"):
        followed(SQUARE_ROOT, [acb(-1), acb(1)])


def test_a_critical_base_is_refused():
    with pytest.raises(ValueError, match="not told apart"):
        followed(SQUARE_ROOT, [acb(0), acb(1)])
    with pytest.raises(ValueError, match="infinite"):
        followed(Family((acb_poly([1]), acb_poly([0, 1]))), [acb(0), acb(1)])


def test_discs_that_exchange_their_numbers_are_not_taken_for_the_same():
    one, other = (acb(0), arb(1)), (acb(3), arb(1))
    assert root_tracking._alike([one, other], [one, other])
    assert not root_tracking._alike([other, one], [one, other])
    assert not root_tracking._alike([(acb(fmpq(3, 2)), arb(1)), other], [one, other])
