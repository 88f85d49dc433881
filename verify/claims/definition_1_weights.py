"""Definition 1, on weights: what replication and multiplication by n do to functions and spectra.

Source      Formal framework, f99c78
Variants of  Definition 1
Undefined   Which values the new weights take, and what the scaled model is to have in common with the old.
Setting     W a 2×2 weight matrix with entries x, y, z, t; S_r W = W ⊗ J_r / r, with r² times the parameters;
            M_j the mean of the j-th powers of the eigenvalues.
Refuted by  One W and r at which the formula fails.
Finding     Replication keeps the function exactly and is no Marchenko–Pastur scaling: it divides the moments
            by r = √n. Multiplication by n gives M_j the factor n^j.
Corrected   As stated; each formula holds for every W of two rows, at the r and j that it names.
"""

from sympy import Matrix, symbols

from theory.propositions import equal
from theory.replication import (
    copied,
    eigenvalue_moment,
    replicated,
    replication_adds_only_zeros,
    replication_divides_the_moments,
    replication_preserves_the_layer,
    same_entries,
)
from theory.scaling import literal
from verify import PROVED, Page, every, one_of

page = Page(__doc__)
x, y, z, t, u, v = symbols("x y z t u v")
n = symbols("n", integer=True, positive=True)


def layer_without_the_division(x, y, z, t, u, v, r):
    """(W ⊗ J_r)(x ⊗ 1_r) = (W x) ⊗ 1_r"""
    W = Matrix([[x, y], [z, t]])
    return same_entries(r * replicated(W, r) * copied(Matrix([u, v]), r), copied(W * Matrix([u, v]), r))


@page.reading("f2", "replication, twice or thrice, keeps the function", PROVED, x=every(x), y=every(y), z=every(z),
              t=every(t), u=every(u), v=every(v), r=one_of(2, 3), false_if=layer_without_the_division)
def replication_keeps_the_function(x, y, z, t, u, v, r):
    """(S_r W)(x ⊗ 1_r) = (W x) ⊗ 1_r,  x = (u, v), r = 2, 3: each layer; ReLU acts entry by entry."""
    return replication_preserves_the_layer(Matrix([[x, y], [z, t]]), Matrix([u, v]), r)


def spectrum_is_the_same(x, y, z, t, v, r):
    """det(v − S_r W) = det(v − W)"""
    W = Matrix([[x, y], [z, t]])
    return equal(replicated(W, r).charpoly().as_expr(v), W.charpoly().as_expr(v))


@page.reading("f3", "eigenvalues under replication, twice or thrice", PROVED, x=every(x), y=every(y), z=every(z),
              t=every(t), v=every(v), r=one_of(2, 3), false_if=spectrum_is_the_same)
def replication_adds_zeros(x, y, z, t, v, r):
    """det(v − S_r W) = v^(2r − 2) det(v − W) for every v,  r = 2, 3: 2r − 2 zeros are added."""
    return replication_adds_only_zeros(Matrix([[x, y], [z, t]]), r, v)


def moments_are_kept(x, y, z, t, r, j):
    """M_j(S_r W) = M_j(W)"""
    W = Matrix([[x, y], [z, t]])
    return equal(eigenvalue_moment(replicated(W, r), j), eigenvalue_moment(W, j))


@page.reading("f4", "moments under replication, twice or thrice", PROVED, x=every(x), y=every(y), z=every(z),
              t=every(t), r=one_of(2, 3), j=one_of(1, 2, 3), false_if=moments_are_kept)
def replication_divides_moments(x, y, z, t, r, j):
    """M_j(S_r W) = M_j(W) / r,  M_j the mean j-th power of the eigenvalues; j = 1, 2, 3, r = 2, 3."""
    return replication_divides_the_moments(Matrix([[x, y], [z, t]]), r, j)


def moments_by_the_square_root(x, y, z, t, n, j):
    """M_j(nW)² = n^j M_j(W)²"""
    W = Matrix([[x, y], [z, t]])
    return equal(eigenvalue_moment(literal(n, W), j) ** 2, n**j * eigenvalue_moment(W, j) ** 2)


@page.reading("a3", "first three moments under multiplication", PROVED, x=every(x), y=every(y), z=every(z),
              t=every(t), n=every(n), j=one_of(1, 2, 3), false_if=moments_by_the_square_root)
def multiplication_gives_the_jth_power(x, y, z, t, n, j):
    """M_j(nW) = n^j M_j(W), not n^(j/2);  j = 1, 2, 3."""
    W = Matrix([[x, y], [z, t]])
    return equal(eigenvalue_moment(literal(n, W), j), n**j * eigenvalue_moment(W, j))
