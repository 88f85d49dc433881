"""The monodromy of pFq in closed form, after Levelt.

Statement
    Let D(α; β) be the equation of pFq(α_1, …, α_n; β_1, …, β_{n−1}; z), β_n = 1, and e(x) = e^{2πix}. Let A and B be
    the companion matrices of Π(t − e(α_j)) and Π(t − e(β_j)). If no α_i − β_j is an integer, the monodromy is, up to
    conjugation,
        (1)  M_∞ = A,   M_0 = B^−1,   M_1 = A^−1 B,   so that M_∞ M_1 M_0 = 1;
        (2)  M_1 − 1 has rank 1, and M_1 the special eigenvalue e(Σβ − Σα);
        (3)  the representation is irreducible; conversely it is reducible if some α_i − β_j is an integer;
        (4)  for rational α, β with common denominator N the group is finite iff, for every k prime to N, the numbers
             e(kα_i) and e(kβ_j) alternate on the unit circle.
    For every α, β:  tr M_∞ = Σ e(α_i), tr M_0 = Σ e(−β_j), tr M_1 = n − 1 + e(Σβ − Σα).

Hypotheses
    H1  (1) is refused where an α_i − β_j is an integer: these matrices then do not describe the conjugacy class.
    H2  exact matrices are for rational parameters, over ℤ[ζ_N].

Derivation
    The exponents at 0, ∞, 1 are 1 − β_j, α_i and 0, 1, …, n − 2, Σβ − Σα, the last Fuchs' relation; Pochhammer's
    theorem makes M_1 − 1 of rank at most 1. Two matrices A, B with rank(A − B) = 1 and no common eigenvalue are
    determined by their characteristic polynomials up to simultaneous conjugation (Levelt).

Reference
    A. H. M. Levelt, Hypergeometric Functions, thesis, Amsterdam 1961; F. Beukers, G. Heckman, Invent. math. 95 (1989)
    325, Theorems 3.5 and 4.8, Proposition 3.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, lcm

from flint import acb, fmpz_poly
from sympy import Expr, Rational, S, sympify

from theory.balls import enclosed
from theory.monodromy.continuation import LinearMonodromy
from theory.monodromy.cyclotomic_matrices import CyclotomicMatrix, Size, embedded, identity, size_of_group
from theory.monodromy.differential_equations import LinearEquation, hypergeometric_equation
from theory.monodromy.local_exponents import singular_points

Parameters = tuple[tuple[Expr, ...], tuple[Expr, ...]]


@dataclass(frozen=True)
class Levelt:
    """(1)  M_0, M_1 and M_∞ over ℤ[ζ_N]."""

    around_0: CyclotomicMatrix
    around_1: CyclotomicMatrix
    around_infinity: CyclotomicMatrix

    def word(self, letters: Sequence[int]) -> CyclotomicMatrix:
        """The matrix of the loops round the points 0 and 1 in this order, the first first."""
        total = identity(self.around_0.N, self.around_0.size)
        for k in letters:
            total = (self.around_1 if k else self.around_0) @ total
        return total

    def size_of_group(self) -> Size:
        """The order of the group, by listing it, or an element of infinite order."""
        return size_of_group([self.around_0, self.around_1], ("M_0", "M_1"))


def parameters(upper: Sequence[Expr | int | str], lower: Sequence[Expr | int | str]) -> Parameters:
    """α and β with β_n = 1 appended. Raises ValueError unless there is one β less than α."""
    alpha, beta = (tuple(sympify(x, rational=True) for x in part) for part in (upper, lower))
    if len(alpha) != len(beta) + 1:
        raise ValueError(f"pFq with upper {list(upper)} and lower {list(lower)}: p = q + 1 is needed")
    return alpha, (*beta, S.One)


def is_irreducible(upper: Sequence[Expr | int | str], lower: Sequence[Expr | int | str]) -> bool:
    """(3)  Whether no α_i − β_j is an integer, β_n = 1 included.

    Raises NotImplementedError where that is not decided.
    """
    alpha, beta = parameters(upper, lower)
    integral = [(a - b).is_integer for a in alpha for b in beta]
    if any(integral):
        return False
    if None in integral:
        raise NotImplementedError(f"pFq with {alpha}; {beta}: whether a difference is an integer is not decided")
    return True


def _companion(roots: Sequence[Rational], N: int) -> CyclotomicMatrix:
    """The companion matrix of Π(t − e(ρ)), ones below the diagonal."""
    modulus, coefficients = fmpz_poly.cyclotomic(N), [fmpz_poly([1])]
    for rho in roots:
        zeta = _root_of_unity(rho, N)
        raised = [fmpz_poly([]), *coefficients]
        coefficients = [(a - zeta * b) % modulus for a, b in zip(raised, [*coefficients, fmpz_poly([])], strict=True)]
    n = len(roots)
    return CyclotomicMatrix(
        N,
        tuple(
            tuple(-coefficients[i] if j == n - 1 else fmpz_poly([int(i == j + 1)]) for j in range(n)) for i in range(n)
        ),
    )


def _root_of_unity(rho: Rational, N: int) -> fmpz_poly:
    k = int(rho * N) % N
    return fmpz_poly([0] * k + [1]) % fmpz_poly.cyclotomic(N)


def _inverse(M: CyclotomicMatrix, trace: Rational) -> CyclotomicMatrix:
    """The inverse of `_companion` for roots with the sum `trace`: −c_{i+1}/c_0 in the first column, −1/c_0 below."""
    n, N = M.size, M.N
    unit = _root_of_unity(-trace, N) * (-1) ** n
    last = [*(M.rows[i][n - 1] for i in range(1, n)), fmpz_poly([-1])]
    return CyclotomicMatrix(
        N,
        tuple(
            tuple(
                unit * last[i] % fmpz_poly.cyclotomic(N) if j == 0 else fmpz_poly([int(j == i + 1)]) for j in range(n)
            )
            for i in range(n)
        ),
    )


def levelt(upper: Sequence[Expr | int | str], lower: Sequence[Expr | int | str]) -> Levelt:
    """(1)  The exact monodromy of pFq(upper; lower; z), up to conjugation.

    Raises NotImplementedError for parameters that are not rational, and where α_i − β_j is an integer: continuation in
    balls still works there.
    """
    alpha, beta = parameters(upper, lower)
    if not all(x.is_Rational for x in (*alpha, *beta)):
        raise NotImplementedError(
            f"pFq with {alpha}; {beta}: exact matrices are for rational parameters; continue in balls"
        )
    if not is_irreducible(upper, lower):
        raise NotImplementedError(
            f"pFq with {alpha}; {beta}: a difference α − β is an integer, so the representation is reducible and "
            f"Levelt's form does not give its conjugacy class; continue in balls"
        )
    N = lcm(*(int(x.q) for x in (*alpha, *beta)))
    A, B = _companion(alpha, N), _companion(beta, N)
    A_inverse, B_inverse = (_inverse(M, sum(part, S.Zero)) for M, part in ((A, alpha), (B, beta)))
    return Levelt(B_inverse, A_inverse @ B, A)


def alternates(alpha: Sequence[Rational], beta: Sequence[Rational]) -> bool:
    """Whether e(α_i) and e(β_j) alternate on the unit circle."""
    marks = sorted([(a % 1, 0) for a in alpha] + [(b % 1, 1) for b in beta])
    kinds = [kind for _, kind in marks]
    distinct = len({x for x, _ in marks}) == len(marks)
    return distinct and all(one != other for one, other in pairwise(kinds))


def is_finite(upper: Sequence[Expr | int | str], lower: Sequence[Expr | int | str]) -> bool:
    """(4)  Whether the group is finite, by the criterion of Beukers and Heckman. Errors as in `levelt`."""
    alpha, beta = parameters(upper, lower)
    levelt(upper, lower)
    N = lcm(*(int(x.q) for x in (*alpha, *beta)))
    return all(alternates([k * a for a in alpha], [k * b for b in beta]) for k in range(1, N + 1) if gcd(k, N) == 1)


def local_traces(upper: Sequence[Expr | int | str], lower: Sequence[Expr | int | str]) -> tuple[acb, acb, acb]:
    """tr M_0, tr M_1, tr M_∞ as balls at the working precision, for all parameters."""
    alpha, beta = parameters(upper, lower)
    e = [[(2 * enclosed(x)).exp_pi_i() for x in part] for part in (alpha, [-b for b in beta])]
    special = (2 * enclosed(sum(beta, S.Zero) - sum(alpha, S.Zero))).exp_pi_i()
    return sum(e[1], acb(0)), len(alpha) - 1 + special, sum(e[0], acb(0))


def agrees(exact: Levelt, continued: LinearMonodromy, words: Sequence[Sequence[int]]) -> bool:
    """Whether every word's exact trace lies in the ball of the continued one; words in 0 and 1 as in `Levelt.word`."""
    where = [continued.points.index(S.Zero), continued.points.index(S.One)]
    return all(
        continued.word([where[k] for k in word]).trace().overlaps(embedded(exact.word(word).trace, exact.around_0.N))
        for word in words
    )


def hypergeometric_parameters(L: LinearEquation) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
    """(α, β without β_n) with L = D(α; β), read off the exponents at ∞ and 0 and checked; None where there are none."""
    at = {p.point: p for p in singular_points(L)}
    if not all(x in at and at[x].regular for x in (S.Zero, S.Infinity)):
        return None
    zero, infinite = ([rho for rho, m in at[x].exponents for _ in range(m)] for x in (S.Zero, S.Infinity))
    if S.Zero not in zero or len(infinite) != len(zero) or not all(x.is_Rational for x in (*zero, *infinite)):
        return None
    zero.remove(S.Zero)
    alpha, beta = tuple(infinite), tuple(1 - rho for rho in zero)
    candidate = hypergeometric_equation(alpha, beta, L.polynomials[0].gen)
    a, b = candidate.polynomials, L.polynomials
    same = len(a) == len(b) and all(p * b[-1] == q * a[-1] for p, q in zip(a, b, strict=True))
    return (alpha, beta) if same else None
