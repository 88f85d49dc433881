"""The monodromy round one regular singular point, exactly: eigenvalues, logarithms, determinant.

Statement
    Let α be a regular singular point with local exponents ρ_1, …, ρ_r, and t = z − α. Write t^{−u} L = Σ_j t^j p_j(θ),
    θ = t d/dt. Then
        (1)  the eigenvalues of the local monodromy are e^{2πiρ_i};
        (2)  Σ c_n t^{ρ+n} is a solution iff Σ_j p_j(ρ + n − j) c_{n−j} = 0 for all n ≥ 0. If ρ, …, ρ + m is the range
             of the exponents that differ from ρ by integers, the solutions without logarithms in this class are as many
             as the equations with n ≤ m leave free; the local monodromy is diagonalisable iff there is no logarithm in
             any class;
        (3)  for every point, regular or not: det M = e^{2πi Res_α(−a_{r−1}/a_r)} (Liouville).

Hypotheses
    H1  (2) is for rational coefficients, rational α and rational exponents.

Derivation
    p_0 is the indicial polynomial, nonzero beyond ρ + m, so that every solution of the first equations continues. (3)
    is Liouville's formula for the Wronskian, whose logarithmic derivative is −a_{r−1}/a_r.

Reference
    E. L. Ince, Ordinary Differential Equations, chapter 16 (Frobenius).
"""

from collections.abc import Sequence
from math import lcm

from flint import acb, acb_poly, fmpq, fmpq_mat, fmpq_poly, fmpz_poly
from sympy import Expr, Poly, Rational, S, diff, expand, oo

from theory.balls import enclosed
from theory.monodromy.differential_equations import LinearEquation, equation
from theory.monodromy.local_exponents import SingularPoint, singular_points


def singular_point(L: LinearEquation, point: Expr) -> SingularPoint:
    """The point's data. Raises ValueError where it is not singular."""
    for found in singular_points(L):
        if found.point == point:
            return found
    raise ValueError(f"{point} is no singular point of {L}; these are {[str(p.point) for p in singular_points(L)]}")


def determinant(L: LinearEquation, point: Expr) -> acb:
    """(3)  det M round a finite singular point, counterclockwise; a ball at the working precision."""
    where = singular_point(L, point)
    if point is oo:
        raise ValueError("the determinant round ∞ is the inverse of the product of the others")
    order, line = where.multiplicity, acb_poly([enclosed(point), 1])
    above, below = (p(line) for p in L.balls()[-2:])
    below = [below[order + k] for k in range(order)]
    series: list[acb] = []
    for k in range(order):
        total = above[k] - sum((below[j] * series[k - j] for j in range(1, k + 1)), acb(0))
        series.append(total / below[0])
    return (-2 * series[order - 1]).exp_pi_i()


def _theta_form(L: LinearEquation, at: Rational) -> list[fmpq_poly]:
    """p_0, p_1, … of (2)."""
    shift, falling = fmpq_poly([fmpq(int(at.p), int(at.q)), 1]), fmpz_poly([1])
    parts: dict[int, fmpq_poly] = {}
    for k, row in enumerate(L.coefficients):
        local = fmpq_poly([c[0] for c in row])(shift) if row else fmpq_poly([])
        for j in range(local.degree() + 1):
            parts[j - k] = parts.get(j - k, fmpq_poly([])) + local[j] * fmpq_poly(falling)
        falling *= fmpz_poly([-k, 1])
    low = min(j for j, p in parts.items() if p != 0)
    return [parts.get(j, fmpq_poly([])) for j in range(low, max(parts) + 1)]


def _without_logarithms(p: Sequence[fmpq_poly], rho: fmpq, m: int) -> int:
    """How many solutions the equations of (2) with n ≤ m leave free."""
    rows = [[p[n - k](rho + k) if 0 <= n - k < len(p) else fmpq(0) for k in range(m + 1)] for n in range(m + 1)]
    return m + 1 - fmpq_mat(rows).rank()


def diagonalisable(L: LinearEquation, point: Expr) -> bool:
    """(2)  Whether the local monodromy is diagonalisable, that is, whether no solution has a logarithm.

    Raises NotImplementedError beyond H1 where exponents differ by integers.
    """
    where = singular_point(L, point)
    if not where.regular:
        raise NotImplementedError(
            f"{point} is an irregular singular point of {L}: its exponents do not give the monodromy"
        )
    classes: list[list[tuple[Expr, int]]] = []
    for rho, multiplicity in where.exponents:
        home = next((c for c in classes if (c[0][0] - rho).is_integer), None)
        (home.append if home is not None else lambda one: classes.append([one]))((rho, multiplicity))
    return all(_class_is_free(L, point, c) for c in classes)


def _class_is_free(L: LinearEquation, point: Expr, members: list[tuple[Expr, int]]) -> bool:
    if len(members) == 1 and members[0][1] == 1:
        return True
    if any(multiplicity > 1 for _, multiplicity in members):
        return False
    if not (L.field.rational and point.is_Rational and all(rho.is_Rational for rho, _ in members)):
        raise NotImplementedError(
            f"logarithms at {point}: exponents {members} differ by integers, and not all is rational"
        )
    low, high = min(rho for rho, _ in members), max(rho for rho, _ in members)
    return _without_logarithms(_theta_form(L, point), fmpq(int(low.p), int(low.q)), int(high - low)) == len(members)


def local_order(L: LinearEquation, point: Expr) -> int | None:
    """The order of the local monodromy of a regular point; None where it is infinite. Errors as in `diagonalisable`."""
    exponents = [rho for rho, _ in singular_point(L, point).exponents]
    if not all(rho.is_Rational for rho in exponents) or not diagonalisable(L, point):
        return None
    return lcm(*(int(rho.q) for rho in exponents))


def infinity_at_zero(L: LinearEquation) -> LinearEquation:
    """The equation in w = 1/z, named z again: d/dz = −w² d/dw, (d/dz)^k = Σ_j c_kj(w) (d/dw)^j."""
    w = L.polynomials[0].gen
    row, total = [S.One], [S.Zero] * (L.order + 1)
    for p in L.polynomials:
        for j, c in enumerate(row):
            total[j] += p.as_expr().subs(w, 1 / w) * c
        # −w² d/dw of Σ_j c_j (d/dw)^j
        below, above = [diff(c, w) for c in row] + [S.Zero], [S.Zero, *row]
        row = [expand(-(w**2) * (a + b)) for a, b in zip(below, above, strict=True)]
    return equation(total, w)


def is_ordinary(L: LinearEquation, p: SingularPoint) -> bool:
    """Whether ∞ is no singular point at all: with w = 1/z and y′ = −w² dy/dw the equation of order 2 has no pole there.

    False at finite points, where a coefficient has a pole, and for other orders.
    """
    if p.point is not oo or L.order != 2:
        return False
    a0, a1, a2 = L.polynomials
    degree = a2.degree()
    below = a0.is_zero or a0.degree() <= degree - 4
    # y'' + (2/z + b/z^2 + ...) y' + O(z^-4) y: the coefficient of dy/dw is 2/w - a1/(a2 w^2).
    if not below or a1.degree() != degree - 1:
        return False
    rest = 2 * a2 - a1 * Poly(a1.gen, a1.gen, domain=a1.domain)
    return bool(rest.is_zero or rest.degree() <= degree - 1)
