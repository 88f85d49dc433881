"""Eigenvalue branches: laws of pencils, agreement with eigenvalues followed by NumPy, trained matrices, refusals."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import ImmutableMatrix, Integer, Matrix, eye, symbols

from numerics.eigenvalue_branches import (
    GRID,
    between_replicates,
    eigenvalue_curve,
    eigenvalue_monodromy,
    rounded_block,
)
from numerics.families import NAME, weights
from theory.monodromy.permutation_groups import cycle_type

t, x = symbols("t x")
SHEAR = Matrix([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
entries = st.lists(st.integers(-3, 3), min_size=9, max_size=9)
few = settings(max_examples=6, deadline=None)


def matrix(numbers):
    return ImmutableMatrix(3, 3, numbers)


def followed(A, B, centre, radius, steps=400):
    """Where each eigenvalue goes on a circle round `centre`, in floating point: the cycle lengths."""
    path = [centre + radius * np.exp(2j * np.pi * k / steps) for k in range(steps + 1)]
    first = current = np.linalg.eigvals(A + path[0] * B)
    for point in path[1:]:
        left = list(np.linalg.eigvals(A + point * B))
        current = np.array([left.pop(int(np.argmin([abs(c - e) for e in left]))) for c in current])
    image = [int(np.argmin(abs(first - c))) for c in current]
    assert sorted(image) == list(range(len(first)))
    lengths, seen = [], set()
    for k in range(len(first)):
        length = 0
        while k not in seen:
            seen.add(k)
            k, length = image[k], length + 1
        lengths += [length] if length else []
    return sorted(lengths)


@given(entries, entries)
@few
def test_a_change_of_basis_changes_neither_curve_nor_permutations(a, b):
    A, B = matrix(a), matrix(b)
    changed = [ImmutableMatrix(SHEAR * M * SHEAR.inv()) for M in (A, B)]
    assert eigenvalue_curve(*changed, t, x) == eigenvalue_curve(A, B, t, x)


@given(entries, st.integers(-2, 2), st.integers(-2, 2))
@few
def test_the_eigenvalues_of_commuting_matrices_are_not_exchanged(a, p, q):
    A = matrix(a)
    m = eigenvalue_monodromy(A, ImmutableMatrix(A * A * p + A * q))
    assert m.group.order() == 1


@given(entries, entries, st.integers(-3, 3))
@few
def test_a_step_along_the_pencil_moves_the_exceptional_points_back(a, b, c):
    A, B = matrix(a), matrix(b)
    assume(A * B != B * A)
    here, there = eigenvalue_monodromy(A, B), eigenvalue_monodromy(ImmutableMatrix(A + c * B), B)
    assert here.group.order() == there.group.order()
    before, after = ([complex(p.evalf(20)) for p in m.branch_points] for m in (here, there))
    assert len(before) == len(after)
    assert all(min(abs(p - q - c) for q in after) < 1e-9 for p in before)


def test_the_smallest_exceptional_point():
    m = eigenvalue_monodromy(ImmutableMatrix([[0, 1], [0, 0]]), ImmutableMatrix([[0, 0], [1, 0]]))
    assert (m.branch_points, m.names) == ((Integer(0),), ("C2",))


@pytest.mark.parametrize("width, size", [(16, 2), (32, 3), (128, 3), (16, 4)])
def test_trained_matrices_have_the_symmetric_group_and_the_genus_of_a_smooth_plane_curve(width, size):
    m = between_replicates(width, size)
    assert m.names == ((f"S{size}",) if size > 2 else ("C2",))
    assert len(m.branch_points) == size * (size - 1)
    assert m.at_infinity.is_Identity
    assert m.genera == ((size - 1) * (size - 2) // 2,)


@pytest.mark.parametrize("width", [16, 64])
def test_eigenvalues_followed_in_floating_point_are_permuted_alike(width):
    A, B = (rounded_block(width, replicate, 3) for replicate in (0, 1))
    m = eigenvalue_monodromy(A, B)
    points = [complex(p.evalf(20)) for p in m.points]
    floats = [np.array(M.tolist(), dtype=float) for M in (A, B)]
    for k, (p, sigma) in enumerate(zip(points, m.permutations, strict=True)):
        radius = min(abs(p - q) for j, q in enumerate(points) if j != k) / 3
        lengths = sorted(length for length, count in cycle_type(sigma).items() for _ in range(count))
        assert followed(*floats, p, radius) == lengths


def test_blocks_are_rounded_to_the_grid():
    W, block = weights(NAME, 16, 3), rounded_block(16, 3, 4)
    assert all((GRID * entry).is_Integer for entry in block)
    assert np.abs(np.array(block.tolist(), dtype=float) - W[:4, :4]).max() <= 1 / (2 * GRID)


@pytest.mark.parametrize(
    "call, word",
    [
        (lambda: rounded_block(16, 0, 17), "16"),
        (lambda: rounded_block(16, 0, 0), "take a size"),
        (lambda: eigenvalue_curve(eye(2), eye(3), t, x), "square and alike"),
    ],
)
def test_what_is_no_block_or_no_pencil_is_refused(call, word):
    with pytest.raises(ValueError, match=word):
        call()
