"""Theorem 4, networks: the eigenvalues of A + tB for two trained matrices, as a function with branches.

Source      Holomorphic invariants, c7551c
Variants of Theorem 4
Undefined   Which function with branches belongs to a network: what it computes has one branch, (M0n) of the variants.
            Here ψ(t) are the eigenvalues of W(t) = A + tB, whose branch points are the exceptional points.
Setting     A, B the leading k × k blocks of the hidden matrices of two networks of one width, trained on digits, each
            entry rounded to 1/32; Mon permutes the k eigenvalues round the exceptional points, by balls.
Refuted by  Two widths at which the groups are not isomorphic.
Finding     Width moves the k(k − 1) exceptional points and keeps the group: it is S_k, as for almost every pair of
            matrices, trained or not. That is true, and says nothing about scaling.
Corrected   (E2): the group is S_k with k(k − 1) exceptional points, unless A and B are special, as when they commute.
"""

from sympy import And, Integer, factorial

from theory.propositions import equal
from verify import PROVED, TRIVIAL, Page, one_of

page = Page(__doc__)


def eigenvalues_of_trained(width, k):
    """The permutation monodromy of the eigenvalues between replicates 0 and 1."""
    from numerics.eigenvalue_branches import between_replicates

    return between_replicates(width, k)


def before_training(width, k):
    """two networks before training, their entries drawn at random"""
    from numerics.eigenvalue_branches import eigenvalue_monodromy, rounded
    from numerics.families import initial_weights

    A, B = (rounded(initial_weights(width, replicate)["hidden"][:k, :k]) for replicate in (0, 1))
    return equal(eigenvalue_monodromy(A, B).group.order(), eigenvalues_of_trained(16, k).group.order())


@page.reading("E1", "the width is scaled, the block is not", TRIVIAL, false_if=before_training,
              width=one_of(24, 32, 64, 128), k=one_of(2, 3))
def order_survives_width(width, k):
    """|Mon| at this width is |Mon| at width 16."""
    return equal(eigenvalues_of_trained(width, k).group.order(), eigenvalues_of_trained(16, k).group.order())


def commuting_matrices(width, k):
    """A² in place of B, which commutes with A"""
    from numerics.eigenvalue_branches import eigenvalue_monodromy, rounded_block

    A = rounded_block(width, 0, k)
    return equal(eigenvalue_monodromy(A, A * A).group.order(), factorial(k))


@page.reading("E2", "the same: which group it is", PROVED, corrected=True, false_if=commuting_matrices,
              width=one_of(16, 32, 64), k=one_of(2, 3))
def group_is_symmetric(width, k):
    """|Mon| = k!, so Mon = S_k, with k(k − 1) exceptional points."""
    mon = eigenvalues_of_trained(width, k)
    return And(equal(mon.group.order(), factorial(k)), equal(Integer(len(mon.branch_points)), k * (k - 1)))
