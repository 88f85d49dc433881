"""A fixed point of the period-doubling operator and its unstable eigenvalue, proved near given polynomials.

Statement
    X is 𝓐 of theory/analytic_functions.py, or ℝ × 𝓐 with the sum of the norms. For F: X → X of class C¹ near x̄,
    an injective bounded A and ρ > 0 let
        Y ≥ ‖A F(x̄)‖,    Z ≥ sup ‖1 − A DF(x)‖ over ‖x − x̄‖ ≤ ρ.
        (1)  If Z < 1 and Y ≤ (1 − Z) ρ, there is exactly one zero x* of F in ‖x − x̄‖ ≤ ρ, and ‖x* − x̄‖ ≤ Y/(1 − Z).
        (2)  F(f) = f − T f,    A = A_m on the first m coefficients, 1 beyond:
             Z = max( max_{k<m} ‖u^k − A(u^k − DT_f u^k)‖,  ‖A‖ B_m ),    all f with ‖f − f̄‖ ≤ ρ enclosed;
        (3)  G(s, v) = (v(1) − 1, DT_f v − s v),    f the zero of (2),    A = A_m on s and the first m coefficients,
             −1/s̄ beyond:    Z = max( max over s and k < m of ‖e − A DG e‖,  ‖A‖ (B_m + |u₁|^m) ) + ‖A‖ ρ;
        (4)  for invertible P = P_m ⊕ 1, let D_k and R_k be the diagonal entry and the sum of the moduli of the others
             in column k of P^−1 DT_f P; R_k + |D_k| ≤ ‖P^−1‖ B_m for k ≥ m. If a circle |ζ| = σ > 0 meets no disc
             |ζ − D_k| ≤ R_k, outside it lie as many eigenvalues of DT_f, with algebraic multiplicity, as numbers D_k.
    With (2) and (3): f* is a fixed point of T, s* an eigenvalue of DT at it, v*(1) = 1. Then, each by balls,
        (5)  f*(0) = 1, so g(x) = f*(x^z) solves g(x) = g(g(λx))/λ, g(0) = 1, λ = g(1), and α = 1/λ;
        (6)  f*′ < 0 on [0, 1]: on the interval g has one maximum, at 0, and it is of order z exactly;
        (7)  s* ≠ λ^−z, both of modulus > 1, so v*(0) = 0: v* is tangent to the normalisation g(0) = 1;
        (8)  by (4), with a ϱ < 1, DT has two eigenvalues outside |ζ| ≤ ϱ, both simple: λ^−z and s*. On the tangent
             space δ = s* is the only one, and the rest of the spectrum lies in |ζ| ≤ ϱ.

Hypotheses
    H1  the inclusions of domains of feigenbaum_operator.py, for every f within ρ of f̄ (checked with the enclosure).
    H2  every inequality is checked in balls; a check that fails raises NotProved with its number.
    Not claimed: that the ratios of the period doublings of a given family converge to δ. That needs a family which
    crosses the stable manifold transversally.

Derivation
    (1): x ↦ x − A F(x) maps the ball into itself and contracts it by Z; its fixed points are the zeros of F, as A is
    injective. ‖x* − x̄‖ ≤ Y + Z ‖x* − x̄‖. Injective: as ‖1 − A DF‖ < 1, A is onto; A is a square block plus a multiple
    c ≠ 0 of the identity, so the block is onto, hence invertible.
    (2): the norm of a bounded operator on ℓ¹ is the supremum over the columns. For k ≥ m, A u^k = u^k, so
    u^k − A(u^k − DT u^k) = A DT u^k, of norm ≤ ‖A‖ B_k ≤ ‖A‖ B_m. (3): for k ≥ m, A (0, u^k) = −(0, u^k)/s̄, so
    e − A DG e = −A (u₁^k, DT u^k); DG at (s, v) differs from that at (s̄, v̄) by (h, k) ↦ (0, (s̄ − s) k − h (v − v̄)), of
    norm ≤ ρ(|h| + ‖k‖). ‖A‖ is the largest column sum of the block, or the factor beyond if that is larger.
    (4): let M_t = D + t (P^−1 DT P − D), 0 ≤ t ≤ 1. On the circle M_t − ζ = (1 + t (M_1 − D)(D − ζ)^−1)(D − ζ), and
    the second term in the bracket has column sums t R_k/|D_k − ζ|, each < 1 and → 0 as k → ∞, as D_k, R_k → 0. So the
    circle misses every spectrum, and the rank of the Riesz projection on what lies outside is constant in t.
    (5): y = f*(0) and y = 1 both solve y = f*(y^z)/λ; the derivative of the difference of the sides has no zero between
    them. (6): balls on a subdivision. (7): (4) of feigenbaum_operator.py: s v(0) = κ v(0), κ = λ^−z by (6).
    (8): DT is compact, so its spectrum off 0 is eigenvalues. v ↦ v(0) intertwines DT with κ, so κ is an eigenvalue of
    the transpose, thus of DT, and the spectrum on {v(0) = 0} is the rest.

Reference
    O. E. Lanford III, Bull. AMS 6 (1982) 427 (the theorem, order 2); for the method: J.-P. Eckmann, P. Wittwer, A
    complete proof of the Feigenbaum conjectures, J. Stat. Phys. 46 (1987) 455; S. Day, J.-P. Lessard, K. Mischaikow,
    SIAM J. Numer. Anal. 45 (2007) 1398 (Newton–Kantorovich with a tail). (4) is Gershgorin's theorem by columns.
"""

from dataclasses import dataclass
from functools import cached_property

import flint
from flint import acb, acb_mat, arb, arb_mat, arb_poly, fmpq

from theory.analytic_functions import Enclosure, norm_of, upper
from theory.renormalization.feigenbaum_approximation import bordered, matrix_of, one_minus
from theory.renormalization.feigenbaum_operator import Disc, Linearisation, linearised, renormalized

BLOCK_BITS = 256  # the block is explicit and small: only the residuals need the digits asked for
BLOCK = 64
CORNER = 32  # of the block, for approximate eigenvectors
MARGIN = 16  # coefficients kept beyond the block
UNIQUE = fmpq(1, 10**4)
DEFLATED, STRETCH = 10, 10**6  # eigenvectors in P, and their length there
PIECES = 32


class NotProved(ArithmeticError):
    """An inequality that the proof needs does not hold of the balls at hand. It may still be true."""


@dataclass(frozen=True)
class ApproximateInverse:
    """A = `block` on the scalars and the first coefficients, `beyond` times the identity on the others; exact."""

    block: arb_mat
    beyond: arb
    scalars: int = 0

    @property
    def coefficients(self) -> int:
        """m, the coefficients in the block."""
        return self.block.nrows() - self.scalars

    @cached_property
    def norm(self) -> arb:
        """‖A‖: the largest column sum."""
        columns = (norm_of(column) for column in self.block.transpose().tolist())
        return max([*columns, upper(abs(self.beyond))])

    def apply(self, scalars: list[arb], function: Enclosure) -> tuple[list[arb], arb]:
        """The block's part of A(scalars, function) in balls, and a bound on the norm of the rest."""
        found = function.resized(max(function.length, self.coefficients)).coefficients()
        head = self.block * arb_mat([[a] for a in [*scalars, *found[: self.coefficients]]])
        rest = abs(self.beyond) * norm_of(found[self.coefficients :]) + self.norm * function.error
        return head.entries(), upper(rest)

    def image_norm(self, scalars: list[arb], function: Enclosure) -> arb:
        """A bound on ‖A(scalars, function)‖."""
        head, rest = self.apply(scalars, function)
        return upper(norm_of(head) + rest)

    def defect(self, index: int, scalars: list[arb], function: Enclosure) -> arb:
        """A bound on ‖e − A(scalars, function)‖ for the unit vector e number `index` of the block."""
        head, rest = self.apply(scalars, function)
        head[index] -= 1
        return upper(norm_of(head) + rest)


@dataclass(frozen=True)
class Contraction:
    """(1)  `residual` Y, `rate` Z on the ball of radius `unique_within`, and `radius` = Y/(1 − Z)."""

    residual: arb
    rate: arb
    unique_within: arb
    radius: arb


def contraction(what: str, residual: arb, rate: arb, unique_within: fmpq) -> Contraction:
    """(1)  The conclusion, or NotProved with the number that fails."""
    rho = arb(unique_within)
    if not rate < 1:
        raise NotProved(
            f"{what}: the bound on the contraction is Z = {rate.str(3)}, not below 1; take a larger block or a disc "
            f"that is mapped deeper into itself"
        )
    if not residual <= (1 - rate) * rho:
        raise NotProved(
            f"{what}: the residual Y = {residual.str(3)} exceeds (1 − Z) ρ = {((1 - rate) * rho).str(3)}; start from a "
            f"closer approximation, with more coefficients"
        )
    return Contraction(residual, rate, rho, upper(residual / (1 - rate)))


def prove_fixed_point(
    f: Enclosure, order: int, disc: Disc, block: int = BLOCK, unique_within: fmpq = UNIQUE
) -> Contraction:
    """(2)  A fixed point of T near the polynomial f, at the working precision.

    Raises NotProved or OutsideDisc when an inequality fails.
    """
    residual = f - renormalized(f, disc, order)
    with flint.ctx.workprec(BLOCK_BITS):
        short = f.resized(block + MARGIN)
        middle = one_minus(matrix_of(linearised(short.midpoint(), disc, order), block))
        inverse = ApproximateInverse(middle.inv().mid(), arb(1))
        nearby = linearised(short.widened(arb(unique_within)), disc, order)
        rates = [inverse.norm * nearby.column_bound(block)]
        for k, column in enumerate(nearby.columns(block)):
            unit = Enclosure(arb_poly([0] * k + [1]), column.length)
            rates.append(inverse.defect(k, [], unit - column))
        return contraction("fixed point", inverse.image_norm([], residual), max(map(upper, rates)), unique_within)


def prove_eigenpair(
    f: Enclosure, v: Enclosure, s: arb, order: int, disc: Disc, block: int = BLOCK, unique_within: fmpq = UNIQUE
) -> Contraction:
    """(3)  An eigenvalue of DT_f near s for every member of the enclosure f, with an eigenvector near v, v(1) = 1.

    Raises NotProved or OutsideDisc when an inequality fails.
    """
    operator = linearised(f, disc, order)
    one, residual = operator.one, operator(v) - v * s
    excess = v(one) - 1
    with flint.ctx.workprec(BLOCK_BITS):
        near = linearised(f.resized(block + MARGIN), disc, order)
        head = [a.mid() for a in v.resized(max(v.length, block)).coefficients()[:block]]
        matrix = bordered(matrix_of(near, block), s, head, one).mid()
        inverse = ApproximateInverse(matrix.inv().mid(), (-1 / s).mid(), 1)
        size = inverse.norm
        rates = [size * (near.column_bound(block) + abs(one) ** block), inverse.defect(0, [arb(0)], -v)]
        for k, column in enumerate(near.columns(block)):
            unit = Enclosure(arb_poly([0] * k + [1]), column.length)
            rates.append(inverse.defect(k + 1, [one**k], column - unit * s))
        rate = upper(max(map(upper, rates)) + size * unique_within)
        return contraction("eigenvalue", inverse.image_norm([excess], residual), rate, unique_within)


def prove_normalised(f: Enclosure, order: int, disc: Disc) -> None:
    """(5)  f(0) = 1 for the fixed point in the enclosure f."""
    scale, y = f(disc.coordinate(1)), f(disc.coordinate(0))
    both = y.union(arb(1))
    slope = order * both ** (order - 1) * f.derivative_at(disc.coordinate(both**order)) / (disc.radius * scale)
    if not abs(slope - 1) > 0:
        raise NotProved(f"normalisation: the slope of f(y^z)/λ near y = 1 is {slope.str(3)}, which may be 1")


def prove_decreasing(f: Enclosure, disc: Disc) -> None:
    """(6)  f′ < 0 on [0, 1] for every member."""
    with flint.ctx.workprec(BLOCK_BITS):
        short = f.resized(BLOCK)
        for k in range(PIECES):
            piece = arb(fmpq(2 * k + 1, 2 * PIECES), fmpq(1, 2 * PIECES))
            slope = short.derivative_at(disc.coordinate(piece))
            if not slope < 0:
                raise NotProved(f"one maximum: f′ on {piece.str(3)} is {slope.str(3)}, which may reach 0")


def prove_not_dilation(s: arb, scale: arb, order: int) -> None:
    """(7)  s ≠ λ^−z, and both exceed 1 in modulus."""
    dilation = 1 / scale**order
    if not (abs(s - dilation) > 0 and abs(s) > 1 and dilation > 1):
        raise NotProved(
            f"eigenvalue: {s.str(5)} must be told apart from the dilations' λ^−{order} = {dilation.str(5)}, and both "
            f"from the unit disc; take more digits"
        )


def deflating_basis(operator: Linearisation, size: int) -> acb_mat:
    """P_m of (4): the leading eigenvectors of a corner of the block, stretched, then unit vectors; exact entries."""
    corner = min(size, CORNER)
    values, vectors = acb_mat(arb_mat(matrix_of(operator, corner))).eig(right=True, algorithm="approx")
    leading = sorted(range(corner), key=lambda k: abs(values[k]).mid(), reverse=True)[:DEFLATED]
    columns = [[vectors[i, k] * STRETCH if i < corner else acb(0) for i in range(size)] for k in leading]
    columns += [[acb(i == k) for i in range(size)] for k in range(DEFLATED, size)]
    return acb_mat(columns).transpose().mid()


def prove_hyperbolic(f: Enclosure, order: int, disc: Disc, block: int = BLOCK) -> arb:
    """(4), (8)  A bound ϱ < 1 on all but two eigenvalues of DT_f, counted with multiplicity, which exceed 1 in modulus.

    Holds for every member of the enclosure f. Raises NotProved or OutsideDisc when an inequality fails.
    """
    with flint.ctx.workprec(BLOCK_BITS):
        operator = linearised(f.resized(block + MARGIN), disc, order)
        columns = operator.columns(block)
        basis = deflating_basis(operator, block)
        inverse = basis.inv()
        heads = acb_mat(arb_mat([column.coefficients()[:block] for column in columns]).transpose())
        tails = [norm_of(column.coefficients()[block:]) + column.error for column in columns]
        size = max([arb(1), *(_column_sum(column) for column in inverse.transpose().tolist())])
        inside, outside = [upper(size * operator.column_bound(block))], 0
        image = (inverse * heads * basis).transpose().tolist()
        for k, column in enumerate(image):
            beyond = sum((abs(basis[j, k]) * tail for j, tail in enumerate(tails)), arb(0))
            off = _column_sum(column[:k] + column[k + 1 :]) + size * beyond
            if abs(column[k]) - off > 1:
                outside += 1
            else:
                inside.append(upper(abs(column[k]) + off))
        rest = max(inside)
        if outside != 2 or not rest < 1:
            raise NotProved(f"spectrum: {outside} discs outside the unit circle, the others reach to {rest.str(3)}")
        return rest


def _column_sum(column: list[acb]) -> arb:
    return upper(sum((abs(a) for a in column), arb(0)))
