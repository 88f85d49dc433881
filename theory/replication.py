"""Definition 1 as a map on weights: replication, and why the sentence determines no weights.

Statement
    Let J_r be the r×r matrix of ones and W a square weight matrix. Replication of every neuron is
        (1)  S_r W = W ⊗ J_r / r.
    It has r² times the parameters of W, and
        (2)  S_a S_b = S_ab exactly;
        (3)  (S_r W)(x ⊗ 1_r) = (W x) ⊗ 1_r, so a network of replicated layers keeps its function,
             with any activation that acts entry by entry;
        (4)  the eigenvalues of S_r W are those of W and zeros, so that the mean of their k-th
             powers, k ≥ 1, is divided by r.
    Padding W with zeros has r² times the parameters too, composes too, and gives other weights:
    "the model with r² times the parameters" names no model unless W = 0.

Hypotheses
    H1  W is k×k; r, a, b are positive integers.

Derivation
    (2): ⊗ is associative and J_a ⊗ J_b = J_ab. (3), (4): the mixed product (A ⊗ B)(C ⊗ D) =
    AC ⊗ BD, with J_r 1_r = r 1_r, and the eigenvalues 1, 0, …, 0 of J_r / r.

Reference
    T. Chen, I. Goodfellow, J. Shlens, Net2Net, ICLR 2016 (function-preserving widening);
    R. Horn, C. Johnson, Topics in Matrix Analysis, section 4.2 (the Kronecker product).
"""

from sympy import (
    And,
    Eq,
    Expr,
    ImmutableMatrix,
    Integer,
    MatrixBase,
    Rational,
    diag,
    expand,
    kronecker_product,
    ones,
    sympify,
    zeros,
)
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal


def replicated(W: MatrixBase, r: Expr | int) -> MatrixBase:
    """(1)  W ⊗ J_r / r, shape (rk, rk) for W of shape (k, k)."""
    return kronecker_product(ImmutableMatrix(W), ImmutableMatrix(_replicas(r)) / r)


def _replicas(r: Expr | int) -> MatrixBase:
    if not (sympify(r).is_Integer and r > 0):
        raise ValueError(f"replication with r = {r}: the number of copies of a neuron is an integer ≥ 1")
    return ones(int(r), int(r))


def padded(W: MatrixBase, r: Expr | int) -> MatrixBase:
    """W with rows and columns of zeros added, shape (rk, rk): the new neurons are silent."""
    silent = W.rows * (_replicas(r).rows - 1)
    return ImmutableMatrix(diag(W, zeros(silent, silent)))


def weights_with_more_parameters(W: MatrixBase, r: Expr | int) -> MatrixBase:
    """The weights with r² times the parameters of W; Undefined when two scalings give different ones."""
    one, other = replicated(W, r), padded(W, r)
    if one != other:
        raise Undefined(
            f"the model with {r**2} times the parameters of W = {W.tolist()}",
            f"replication gives {one.tolist()} and padding with zeros {other.tolist()}; both compose and both "
            f"keep the proportions",
        )
    return one


def same_entries(A: MatrixBase, B: MatrixBase) -> Boolean:
    """A = B, entry by entry."""
    return And(*(equal(a, b) for a, b in zip(A, B, strict=True)))


def replications_compose(W: MatrixBase, a: Expr | int, b: Expr | int) -> Boolean:
    """(2)  S_a S_b W = S_ab W.    W ⊗ J_b ⊗ J_a = W ⊗ J_ab for all a, b, as ⊗ is associative."""
    return same_entries(replicated(replicated(W, b), a), replicated(W, Integer(a) * b))


def copied(x: MatrixBase, r: Expr | int) -> MatrixBase:
    """x ⊗ 1_r, each entry of the column x taken r times."""
    return kronecker_product(ImmutableMatrix(x), ImmutableMatrix(ones(int(r), 1)))


def replication_preserves_the_layer(W: MatrixBase, x: MatrixBase, r: Expr | int) -> Boolean:
    """(3)  (S_r W)(x ⊗ 1_r) = (W x) ⊗ 1_r, x a column of length k."""
    return same_entries(replicated(W, r) * copied(x, r), copied(W * x, r))


def replication_adds_only_zeros(W: MatrixBase, r: Expr | int, z: Expr) -> Eq:
    """(4)  det(z − S_r W) = z^(k(r − 1)) det(z − W), for every number z."""
    zeros_added = z ** (W.rows * (r - 1))
    return equal(replicated(W, r).charpoly().as_expr(z), expand(zeros_added * W.charpoly().as_expr(z)))


def eigenvalue_moment(W: MatrixBase, k: int) -> Expr:
    """M_k = tr W^k / N, N the number of rows."""
    return (W**k).trace() * Rational(1, W.rows)


def replication_divides_the_moments(W: MatrixBase, r: Expr | int, k: int) -> Eq:
    """M_k(S_r W) = M_k(W) / r,  k ≥ 1."""
    return equal(eigenvalue_moment(replicated(W, r), k), eigenvalue_moment(W, k) / r)
