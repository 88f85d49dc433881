"""Linear state-space models: transfer function, changes of basis, widening.

Statement
    A model x′ = Ax + Bu, y = Cx with n states has the transfer function ψ(z) = C(zI − A)^−1 B. Let S(ψ) be
    the sum of the residues of ψ; the poles of ψ are eigenvalues of A. Then
        (1)  ψ(z) = Σ_k CA^k B z^(−k−1) near ∞, so S(ψ) = CB;
        (2)  (P^−1 AP, P^−1 B, CP) has the transfer function ψ for every invertible P;
        (3)  the model with the states of two models side by side has ψ₁ + ψ₂, so its sum is C₁B₁ + C₂B₂;
        (4)  if the entries of B and C are independent, centred, with variances v and w, then E S² = n v w.

Hypotheses
    H1  one input, one output; A is n×n, B n×1, C 1×n, n ≥ 1, with exact entries.

Derivation
    For |z| large (zI − A)^−1 = Σ A^k z^(−k−1): (1), with S = [z^−1] ψ for a proper ψ. CP(zI − P^−1 AP)^−1 P^−1 B
    = C(zI − A)^−1 B: (2). The resolvent of a block diagonal matrix is block diagonal: (3). E S² = Σ_ij E c_i c_j
    E b_i b_j, where only i = j remains: (4). The resolvent is computed by the Faddeev–LeVerrier recurrence.

Reference
    T. Kailath, Linear Systems, chapter 2 (realisations, Markov parameters). F. R. Gantmacher, The Theory of
    Matrices, chapter IV (the recurrence of Faddeev). (3) and (4) as counterexamples to conservation are ours.
"""

from sympy import Expr, ImmutableMatrix, Matrix, MatrixBase, S, Symbol, diag, eye, sympify
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal
from theory.residues import residue_sum

Model = tuple[MatrixBase, MatrixBase, MatrixBase]


def _checked(A: MatrixBase, B: MatrixBase, C: MatrixBase) -> int:
    n = A.rows
    if n < 1 or A.shape != (n, n) or B.shape != (n, 1) or C.shape != (1, n):
        raise ValueError(
            f"state-space model with A {A.shape}, B {B.shape}, C {C.shape}: the shapes must be (n, n), (n, 1), "
            f"(1, n) with n ≥ 1; a transposed row or column is the usual cause"
        )
    return n


def transfer_function(A: MatrixBase, B: MatrixBase, C: MatrixBase, z: Symbol) -> Expr:
    """ψ(z) = C(zI − A)^−1 B as one fraction. Raises ValueError if the shapes do not fit."""
    n = _checked(A, B, C)
    adjugate, numerator, denominator = eye(n), S.Zero, z**n
    for k in range(1, n + 1):
        numerator += (C * adjugate * B)[0, 0] * z ** (n - k)
        product = A * adjugate
        coefficient = -product.trace() / sympify(k)
        adjugate = product + coefficient * eye(n)
        denominator += coefficient * z ** (n - k)
    return numerator / denominator


def first_markov_parameter(B: MatrixBase, C: MatrixBase) -> Expr:
    """CB, the response to a unit impulse at the first step."""
    return (C * B)[0, 0]


def changed_basis(A: MatrixBase, B: MatrixBase, C: MatrixBase, P: MatrixBase) -> Model:
    """(P^−1 AP, P^−1 B, CP). Raises Undefined if P has no inverse."""
    if P.shape != A.shape:
        raise ValueError(f"change of basis {P.shape} for {A.rows} states; P must be ({A.rows}, {A.rows})")
    volume = P.det(method="berkowitz")
    if volume.expand() == 0:
        raise Undefined(f"the change of basis {P.tolist()}", "det P = 0, so P has no inverse")
    back = P.adjugate() / volume
    return back * A * P, back * B, C * P


def side_by_side(first: Model, second: Model) -> Model:
    """The states of both models, uncoupled, with their outputs added: `first` widened by `second`."""
    (A1, B1, C1), (A2, B2, C2) = first, second
    return diag(A1, A2), Matrix.vstack(Matrix(B1), Matrix(B2)), Matrix.hstack(Matrix(C1), Matrix(C2))


def single_state(a: Expr | int, b: Expr | int, c: Expr | int) -> Model:
    """The model x′ = ax + bu, y = cx, with ψ = cb/(z − a)."""
    return ImmutableMatrix([[a]]), ImmutableMatrix([[b]]), ImmutableMatrix([[c]])


def second_moment(n: Expr | int, v: Expr | int, w: Expr | int) -> Expr:
    """(4)  E S² = nvw for n states, variances v of the entries of B and w of those of C."""
    return sympify(n) * v * w


def sum_is_first_markov_parameter(A: MatrixBase, B: MatrixBase, C: MatrixBase, z: Symbol) -> Boolean:
    """(1)  S(ψ) = CB."""
    return equal(residue_sum(transfer_function(A, B, C, z), z), first_markov_parameter(B, C))


def basis_change_keeps_the_sum(A: MatrixBase, B: MatrixBase, C: MatrixBase, P: MatrixBase, z: Symbol) -> Boolean:
    """(2)  S(ψ) is the same for (P^−1 AP, P^−1 B, CP) and for (A, B, C)."""
    changed = changed_basis(A, B, C, P)
    return equal(residue_sum(transfer_function(*changed, z), z), residue_sum(transfer_function(A, B, C, z), z))


def widening_adds_the_sums(first: Model, second: Model, z: Symbol) -> Boolean:
    """(3)  S(ψ₁ + ψ₂) = C₁B₁ + C₂B₂ for the two models side by side."""
    parts = sum((first_markov_parameter(B, C) for _, B, C in (first, second)), S.Zero)
    return equal(residue_sum(transfer_function(*side_by_side(first, second), z), z), parts)
