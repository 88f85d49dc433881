"""Equations of order 2 with three singular points, wherever these lie: the monodromy from the exponents alone.

Statement
    Let L be of order 2 with exactly three singular points on the sphere, all regular, with exponents (α, α′), (β, β′),
    (γ, γ′); their sum is 1 (Fuchs). Then
        (1)  with the Möbius map t that takes the points to 0, 1, ∞ the solutions are t^α (1 − t)^β times those of
             2F1(a, b; c; t),   a = α + β + γ,  b = α + β + γ′,  c = 1 + α − α′;
        (2)  up to conjugation the loops round the first two points are e(α) M_0 and e(β) M_1, e(x) = e^{2πix}, with
             Levelt's M_0 and M_1 of (a, b; c), if the group is irreducible;
        (3)  it is irreducible iff none of the numbers a, b, a − c, b − c is an integer.

Hypotheses
    H1  the exponents are rational; a point where no solution is singular does not count.

Derivation
    (1): division by t^α (1 − t)^β shifts the exponents to (0, 1 − c), (0, c − a − b), (a, b), and there is one equation
    with three singular points and given exponents (Riemann). (2), (3): theory/monodromy/hypergeometric.py, and a turn
    round 0 multiplies t^α by e(α).

Reference
    E. L. Ince, Ordinary Differential Equations, section 7.3 and chapter 15 (Riemann's P-function).
"""

from math import lcm

from flint import fmpz_poly
from sympy import Expr, Rational

from theory.monodromy.cyclotomic_matrices import CyclotomicMatrix, Size, size_of_group
from theory.monodromy.differential_equations import LinearEquation
from theory.monodromy.hypergeometric import is_irreducible, levelt
from theory.monodromy.local_exponents import SingularPoint, singular_points
from theory.monodromy.local_monodromy import is_ordinary

Scheme = tuple[tuple[Rational, Rational], ...]


def riemann_scheme(L: LinearEquation) -> tuple[tuple[Expr, ...], Scheme] | None:
    """(the three points, their exponents), None where the equation is of another kind or an exponent irrational."""
    if L.order != 2:
        return None
    points = [p for p in singular_points(L) if not is_ordinary(L, p)]
    if len(points) != 3 or not all(p.regular for p in points):
        return None
    scheme = tuple(_pair(p) for p in points)
    if not all(rho.is_Rational for pair in scheme for rho in pair):
        return None
    return tuple(p.point for p in points), scheme


def _pair(p: SingularPoint) -> tuple[Expr, Expr]:
    one, other = [rho for rho, multiplicity in p.exponents for _ in range(multiplicity)]
    return one, other


def parameters(scheme: Scheme) -> tuple[list[Rational], list[Rational]]:
    """(1)  (a, b) and (c)."""
    (alpha, other), (beta, _), (gamma, last) = scheme
    return [alpha + beta + gamma, alpha + beta + last], [1 + alpha - other]


def scheme_is_irreducible(scheme: Scheme) -> bool:
    """(3)"""
    return is_irreducible(*parameters(scheme))


def scheme_group(scheme: Scheme) -> Size | None:
    """(2)  The size of the group, by exact matrices; None where it is reducible."""
    if not scheme_is_irreducible(scheme):
        return None
    exact = levelt(*parameters(scheme))
    N = lcm(exact.around_0.N, int(scheme[0][0].q), int(scheme[1][0].q))
    generators = [_times(M, pair[0], N) for M, pair in zip((exact.around_0, exact.around_1), scheme, strict=False)]
    return size_of_group(generators, ("M_0", "M_1"))


def _times(M: CyclotomicMatrix, rho: Rational, N: int) -> CyclotomicMatrix:
    """e(ρ) M over ℤ[ζ_N]."""
    modulus, raised = fmpz_poly.cyclotomic(N), fmpz_poly([0] * (N // M.N) + [1])
    factor = fmpz_poly([0] * (int(rho * N) % N) + [1])
    return CyclotomicMatrix(N, tuple(tuple(x(raised) * factor % modulus for x in row) for row in M.rows))
