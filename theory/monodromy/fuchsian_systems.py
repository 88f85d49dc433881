"""Fuchsian systems Y′ = Σ A_i/(z − a_i) Y: monodromy, Schlesinger's deformation, isomonodromy.

Statement
    Let a_1, …, a_m be distinct and A_∞ = −Σ A_i.
        (1)  If no two eigenvalues of A_i differ by a positive integer, M_i is conjugate to e^{2πi A_i}; its eigenvalues
             are e^{2πiρ}, ρ those of A_i, in every case.
        (2)  Schlesinger:  dA_i = −Σ_{j≠i} [A_i, A_j] d log(a_i − a_j)   has a solution near every start, keeps A_∞, and
             along it the monodromy representation is constant up to conjugation.
        (3)  Where all A_i commute, (2) says that they are constant.
    For points that move straight, a_i(s) = a_i + s ȧ_i, with ω different velocities, let u(s) = Σ‖A_i(s) − tr A_i/r‖ in
    Frobenius' norm, c = √2 (1 − 1/ω), and e = min |a_i − a_j|/|ȧ_i − ȧ_j| over pairs with different velocities. Then
    the solution of (2) is holomorphic for |s| < e(1 − e^{−1/(c u_0)}), and there
        (4)  u(s) ≤ 1/(1/u_0 − c log(e/(e − |s|))),   ‖[s^n] A_i‖ ≤ 2u_0 σ^{−n},  n ≥ 1,  σ = e(1 − e^{−1/(2c u_0)}).

Hypotheses
    H1  points and residue matrices are exact; the points stay apart while they move.
    H2  the converse of (2), isomonodromy ⇒ Schlesinger, needs non-resonance: no eigenvalues of an A_i differ by an
        integer other than 0.

Derivation
    (1) is Frobenius' series. (2): the connection Σ A_i d log(z − a_i) is flat iff (2) holds. (4): traces are constant,
        so
    let them be 0. Then u′ ≤ Σ ‖[A_i, A_j]‖/(e − |s|) over ordered pairs with different velocities, ‖[A, B]‖ ≤ √2 ‖A‖‖B‖
    (Böttcher and Wenzel), and Σ ‖A_i‖‖A_j‖ ≤ (1 − 1/ω) u², which Cauchy and Schwarz give for the ω sums over equal
    velocities. Compare with v′ = c v²/(e − |s|), which has v(σ) = 2u_0, and use Cauchy's estimate. Each Taylor step in
    s therefore has a proved tail, and steps of σ/4 lose two bits a term.

Reference
    L. Schlesinger, J. reine angew. Math. 141 (1912) 96; M. Jimbo, T. Miwa, K. Ueno, Physica D 2 (1981) 306;
    D. V. Anosov, A. A. Bolibruch, The Riemann–Hilbert Problem, chapter 1; A. Böttcher, D. Wenzel, Linear Algebra Appl.
    429 (2008) 1864. The bound (4) is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import flint
from flint import acb, acb_mat, arb, fmpq
from sympy import Expr, ImmutableMatrix, Matrix, sympify, zeros

from theory.balls import enclosed
from theory.monodromy.continuation import LinearMonodromy, identity, representation
from theory.monodromy.loops import angle, least, star
from theory.monodromy.taylor_systems import SystemSteps

LAST_PIECES = 4096
SMALLEST_SIGMA = fmpq(1, 2**20)


@dataclass(frozen=True)
class FuchsianSystem:
    """Y′ = Σ residues[i]/(z − points[i]) Y. `origin` are the points that the residues belong to, before a deformation.

    Build it with `fuchsian_system`, deform it with `schlesinger` or `moved`.
    """

    points: tuple[Expr, ...]
    residues: tuple[ImmutableMatrix, ...]
    origin: tuple[Expr, ...]

    @property
    def size(self) -> int:
        """Rows of Y."""
        return self.residues[0].rows

    @property
    def residue_at_infinity(self) -> ImmutableMatrix:
        """A_∞ = −Σ A_i, which Schlesinger's deformation keeps."""
        return -sum(self.residues, zeros(self.size))

    def balls(self) -> list[acb_mat]:
        """The residue matrices at the working precision, after the deformation from `origin`."""
        A = [acb_mat([[enclosed(x) for x in row] for row in M.tolist()]) for M in self.residues]
        if self.origin == self.points:
            return A
        return _deformed([enclosed(a) for a in self.origin], [enclosed(a) for a in self.points], A)


def fuchsian_system(points: Sequence[Expr | int], residues: Sequence[Matrix]) -> FuchsianSystem:
    """The system with these points and residue matrices, exact.

    Raises ValueError where numbers, shapes or points do not fit.
    """
    at = tuple(sympify(a) for a in points)
    A = tuple(ImmutableMatrix(M) for M in residues)
    if len(at) != len(A) or not at or len(set(at)) < len(at):
        raise ValueError(
            f"a Fuchsian system with {len(at)} points {at} and {len(A)} matrices: one matrix a point, points distinct"
        )
    if len({M.shape for M in A}) > 1 or A[0].rows != A[0].cols:
        raise ValueError(
            f"a Fuchsian system with matrices of shapes {[M.shape for M in A]}: they must be square and alike"
        )
    return FuchsianSystem(at, A, at)


def moved(system: FuchsianSystem, points: Sequence[Expr | int]) -> FuchsianSystem:
    """The same residue matrices at other points: no isomonodromic deformation in general."""
    return fuchsian_system(points, system.residues)


def schlesinger(system: FuchsianSystem, points: Sequence[Expr | int]) -> FuchsianSystem:
    """(2)  The deformation along straight lines to other points; exact and constant by (3) where the matrices commute.

    Raises ValueError where the number of points differs; `balls` and the monodromy raise where two of them collide.
    """
    to = tuple(sympify(a) for a in points)
    if len(to) != len(system.points) or len(set(to)) < len(to):
        raise ValueError(f"{len(system.points)} points cannot move to {to}: give as many, distinct")
    A = system.residues
    if all(A[i] * A[j] == A[j] * A[i] for i in range(len(A)) for j in range(i)):
        return replace(system, points=to, origin=to)
    if system.origin != system.points:
        raise NotImplementedError(
            "a second deformation starts from balls; deform from the exact start, or along another path"
        )
    return replace(system, points=to)


def _deformed(start: list[acb], end: list[acb], A: list[acb_mat]) -> list[acb_mat]:
    """The residue matrices at s = 1, by Taylor steps in s with tails from (4)."""
    n, velocity = A[0].nrows(), [b - a for a, b in zip(start, end, strict=True)]
    traces = [identity(n) * (M.trace() / n) for M in A]
    A = [M - t for M, t in zip(A, traces, strict=True)]
    omega = sum(all(not (v - w).is_zero() for w in velocity[:i]) for i, v in enumerate(velocity))
    c, s = arb(2).sqrt() * (1 - arb(1) / omega), arb(0)
    while s < 1:
        at = [a + s * v for a, v in zip(start, velocity, strict=True)]
        pairs = [(i, j) for i in range(len(at)) for j in range(i) if not (velocity[i] - velocity[j]).is_zero()]
        e = least([(at[i] - at[j]).abs_lower() / abs(velocity[i] - velocity[j]).upper() for i, j in pairs])
        u = sum((_frobenius(M) for M in A), arb(0)).upper()
        sigma = (e * (1 - (-1 / (2 * c * u)).exp())).lower()
        if not sigma > SMALLEST_SIGMA:
            raise NotImplementedError(f"points collide, or nearly, on the straight way from {start} to {end}")
        h = _dyadic(sigma / 4)
        h = h if h < 1 - s else 1 - s
        A, s = _schlesinger_step(at, velocity, A, h, (h / sigma).upper(), u), s + h
    return [M + t for M, t in zip(A, traces, strict=True)]


def _frobenius(M: acb_mat) -> arb:
    return sum((x.abs_upper() ** 2 for x in M.entries()), arb(0)).sqrt().upper()


def _dyadic(x: arb) -> arb:
    """A number with a short binary expansion, a little below a positive x; 1 where x is infinite."""
    if not x.is_finite():
        return arb(1)
    mantissa, exponent = x.mid().man_exp()
    cut = max(0, len(bin(int(mantissa))) - 12)
    return arb(int(mantissa) >> cut) * arb(2) ** (int(exponent) + cut)


def _schlesinger_step(
    at: list[acb], velocity: list[acb], A: list[acb_mat], h: arb, ratio: arb, u: arb
) -> list[acb_mat]:
    """A_i(s + h) with h = ratio · σ: for G_ij = d log(a_i − a_j)/dτ and W_i = Σ_j G_ij A_j,  dA_i/dτ = −[A_i, W_i]."""
    m, n = len(A), A[0].nrows()
    g = {(i, j): h * (velocity[i] - velocity[j]) / (at[i] - at[j]) for i, j in product(range(m), repeat=2) if i != j}
    series, B = [[M] for M in A], {pair: acb_mat(n, n) for pair in g}
    W: list[list[acb_mat]] = [[] for _ in A]
    N = 4 + flint.ctx.prec // 2
    for k in range(N):
        for i in range(m):
            W[i].append(acb_mat(n, n))
            for j in range(m):
                if i != j:
                    B[i, j] = (series[j][k] - B[i, j]) * g[i, j]
                    W[i][k] = W[i][k] + B[i, j]
        for i in range(m):
            total = _convolution(W[i], series[i]) - _convolution(series[i], W[i])
            series[i].append(total * (acb(1) / (k + 1)))
    tail = (2 * u * ratio ** (N + 1) / (1 - ratio)).upper()
    error = acb_mat([[acb(arb(0, tail), arb(0, tail))] * n for _ in range(n)])
    return [sum(terms[1:], terms[0]) + error for terms in series]


def _convolution(one: list[acb_mat], other: list[acb_mat]) -> acb_mat:
    """Σ_l one[k − l] · other[l] for lists of length k + 1, as a row of blocks times a column of blocks."""
    tables = [M.tolist() for M in reversed(one)]
    row = [[x for table in tables for x in table[i]] for i in range(len(tables[0]))]
    return acb_mat(row) * acb_mat([r for M in other for r in M.tolist()])


def system_monodromy(system: FuchsianSystem, base: Expr | int | None = None, digits: int = 30) -> LinearMonodromy:
    """The monodromy of the system; every entry's ball has a radius below 10^−digits. Errors as in `representation`."""
    return representation(
        system.points, lambda: SystemSteps([enclosed(a) for a in system.points], system.balls()), base, digits
    )


def common_base(start: Sequence[Expr], end: Sequence[Expr]) -> acb:
    """A base from which the points keep their directions apart while they move straight from start to end.

    The loops of `star` from it then move along without crossing. Raises NotImplementedError where none is found.
    """
    with flint.ctx.workprec(64):
        a, b = ([enclosed(x) for x in points] for points in (start, end))
        both = list(a)
        both += [y for y in b if not any((y - x).contains(0) for x in both)]
        centre = star(both).base
        if _keeps_order(a, b, centre, arb(0), arb(1), 1):
            return centre
    raise NotImplementedError(
        f"while {list(start)} move to {list(end)} their directions cross, seen from {centre}; give a base"
    )


def _keeps_order(a: list[acb], b: list[acb], centre: acb, low: arb, high: arb, pieces: int) -> bool:
    s = low.union(high)
    seen = sorted((angle(x + s * (y - x), centre) for x, y in zip(a, b, strict=True)), key=lambda t: t.mid())
    if all(t.is_finite() for t in seen) and all(p < q for p, q in pairwise(seen)):
        return True
    if pieces > LAST_PIECES:
        return False
    middle = ((low + high) / 2).mid()
    return all(_keeps_order(a, b, centre, *part, 2 * pieces) for part in ((low, middle), (middle, high)))
