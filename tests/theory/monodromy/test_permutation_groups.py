"""Names of permutation groups against SymPy's own groups, and block systems by brute force."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.combinatorics import (
    AlternatingGroup,
    CyclicGroup,
    DihedralGroup,
    Permutation,
    PermutationGroup,
    SymmetricGroup,
)

from theory.monodromy.permutation_groups import block_systems, cycle_type, group, isomorphic, names, orbits, restricted


@pytest.mark.parametrize(
    "G, name",
    [
        (CyclicGroup(5), "C5"),
        (SymmetricGroup(2), "C2"),
        (SymmetricGroup(5), "S5"),
        (AlternatingGroup(3), "C3"),
        (AlternatingGroup(5), "A5"),
        (DihedralGroup(3), "S3"),
        (DihedralGroup(4), "D4"),
        (DihedralGroup(7), "D7"),
        (PermutationGroup(Permutation([1, 0, 3, 2]), Permutation([2, 3, 0, 1])), "V4"),
    ],
)
def test_groups_that_have_a_name(G, name):
    assert names(G)[0] == name


@pytest.mark.parametrize(
    "inner, outer, name",
    [
        (SymmetricGroup(2), SymmetricGroup(3), "C2 wr S3"),
        (SymmetricGroup(3), SymmetricGroup(2), "S3 wr C2"),
        (CyclicGroup(3), CyclicGroup(3), "C3 wr C3"),
    ],
)
def test_wreath_products(inner, outer, name):
    k, m = inner.degree, outer.degree
    within = [Permutation([*g.array_form, *range(k, k * m)]) for g in inner.generators]
    across = [Permutation([k * g(b) + i for b in range(m) for i in range(k)]) for g in outer.generators]
    G = PermutationGroup(*within, *across)
    assert G.order() == inner.order() ** m * outer.order()
    assert name in names(G)


def test_the_collineations_of_the_fano_plane_get_no_name():
    # x → x + 1 and x → 2x on the lines {0, 1, 3} + k modulo 7, and one more collineation.
    shift, double = Permutation([1, 2, 3, 4, 5, 6, 0]), Permutation([0, 2, 4, 6, 1, 3, 5])
    lines = [{k % 7, (k + 1) % 7, (k + 3) % 7} for k in range(7)]
    swaps = (p for p in SymmetricGroup(7).generate() if p(0) == 0 and p(1) == 3 and p(3) == 1)
    extra = next(p for p in swaps if all({p(k) for k in line} in lines for line in lines))
    G = PermutationGroup(shift, double, extra)
    assert G.order() == 168
    assert names(G) == ()


def test_intransitive_groups_are_products_only_when_the_orders_multiply():
    swap = Permutation([1, 0, 3, 2])
    assert names(PermutationGroup(swap)) == ("C2",)
    assert names(PermutationGroup(Permutation([1, 0, 2, 3]), Permutation([0, 1, 3, 2]))) == ("C2 x C2",)


permutations = st.integers(3, 6).flatmap(lambda n: st.lists(st.permutations(range(n)), min_size=1, max_size=3))


@given(permutations)
@settings(max_examples=30, deadline=None)
def test_orbits_and_blocks_are_what_they_say(arrays):
    ps = [Permutation(a) for a in arrays]
    degree = len(arrays[0])
    found = orbits(ps, degree)
    assert sorted(k for part in found for k in part) == list(range(degree))
    assert all(sorted(int(p(k)) for k in part) == sorted(part) for part in found for p in ps)
    assert sum(k * n for k, n in cycle_type(ps[0]).items()) == degree
    G = group(ps, degree)
    if len(found) == 1 and degree > 2:
        assert bool(block_systems(G)) != G.is_primitive()
        for system in block_systems(G):
            images = [sorted(int(p(k)) for k in block) for block in system for p in ps]
            assert all(image in map(sorted, system) for image in images)
    assert all(restricted(p, found[0]).size == len(found[0]) for p in ps)


def test_the_regular_quaternion_group_is_not_called_dihedral():
    i, j = Permutation([1, 2, 3, 0, 5, 6, 7, 4]), Permutation([4, 7, 6, 5, 2, 1, 0, 3])
    Q = PermutationGroup(i, j)
    assert (Q.order(), Q.is_abelian, (i * i) == (j * j)) == (8, False, True)
    assert not any("D4" in name for name in names(Q))
    D = PermutationGroup(i, Permutation([4, 7, 6, 5, 0, 3, 2, 1]))
    assert (D.order(), names(D)[0]) == (8, "D4 regular")


def test_redundant_generators_do_not_hide_an_isomorphism():
    a, b, c = Permutation([1, 0, 2]), Permutation([1, 2, 0]), Permutation([0, 2, 1])
    assert isomorphic(PermutationGroup(c, b, a), PermutationGroup(c, a))
    assert isomorphic(SymmetricGroup(4), PermutationGroup(*SymmetricGroup(4).generate()))
    with pytest.raises(NotImplementedError, match="use names"):
        isomorphic(SymmetricGroup(7), SymmetricGroup(7))


def test_isomorphic_groups_may_have_different_degrees():
    assert isomorphic(SymmetricGroup(3), DihedralGroup(3))
    assert isomorphic(CyclicGroup(6), PermutationGroup(Permutation([1, 0, 3, 4, 2])))
    assert not isomorphic(CyclicGroup(4), PermutationGroup(Permutation([1, 0, 2, 3]), Permutation([0, 1, 3, 2])))
