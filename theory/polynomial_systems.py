"""All solutions of a polynomial system over ℚ, counted with multiplicity.

Statement
    Let f₁, …, f_m ∈ ℚ[x₁, …, x_n] and V their common zeros in ℂⁿ. `solutions` returns every isolated point of V, exact,
    with its multiplicity, and, where V is infinite, the components of positive dimension.
        (1)  V(I) = ∪ V(I + (g)) over the irreducible factors g of an element of I;
        (2)  V is finite iff each x_i has a power among the leading monomials of a Gröbner basis; then V has D points,
             counted with multiplicity, D = dim ℚ[x]/I;
        (3)  a point is simple if the Jacobian has rank n there; a point h(θ) is real iff θ is.

Hypotheses
    H1  rational coefficients; with parameters see theory/parametric_systems.py.
    H2  the bases stay within the limits of theory/quotient_algebra.py; beyond, NotImplementedError.

Derivation
    V is split by (1) until every basis element is irreducible. A finite part gives its points by the quotient
    algebra; an infinite one is reported by its equations, undivided, with isolated points that it may contain. Points
    in several parts are counted once: their exact coordinates agree. The multiplicities, from (3) or the quotient
    algebra of the whole system, must add up to D: this is checked on every call and certifies that no point is lost.

Reference
    D. Cox, J. Little, D. O'Shea, Using Algebraic Geometry, chapters 2 and 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import fmpq_poly, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Expr, Symbol, sympify

from theory.fractions_of_polynomials import NotRational, expression, factored, in_lowest_terms, quotient
from theory.number_fields import Point, minimal_polynomial, rank
from theory.quotient_algebra import (
    Class,
    Quotient,
    conjugate_points,
    groebner_basis,
    leading_monomial,
    multiplicities,
)


@dataclass(frozen=True)
class Component:
    """A set of positive dimension: the zeros of `equations`, with `dimension` free directions."""

    equations: tuple[Expr, ...]
    free: tuple[Symbol, ...]
    dimension: int

    def __str__(self) -> str:
        return f"{', '.join(f'{e} = 0' for e in self.equations)} ({', '.join(map(str, self.free))} free)"


@dataclass(frozen=True)
class SolutionSet:
    """`points`: all isolated solutions, real ones first. `count`: D of (1), None if there are infinitely many."""

    points: tuple[Point, ...]
    components: tuple[Component, ...]
    count: int | None

    @property
    def real_points(self) -> tuple[Point, ...]:
        """The real ones among the isolated solutions."""
        return tuple(p for p in self.points if p.real)


def integer_polynomials(
    expressions: Sequence[Expr | int], variables: Sequence[Symbol], context: fmpz_mpoly_ctx | None = None
) -> list[fmpz_mpoly]:
    """The expressions times a common denominator, in FLINT's form.

    Raises NotImplementedError for an expression that is not a polynomial with rational coefficients.
    """
    return [integer_polynomial(e, variables, context)[1] for e in expressions]


def integer_polynomial(
    e: Expr | int, variables: Sequence[Symbol], context: fmpz_mpoly_ctx | None = None
) -> tuple[int, fmpz_mpoly]:
    """(c, c e) with c the common denominator of the coefficients. Errors as `integer_polynomials`."""
    try:
        p, q = in_lowest_terms(*quotient(sympify(e), variables, context))
    except NotRational as error:
        raise NotImplementedError(f"{e} is not a polynomial in {', '.join(map(str, variables))} over ℚ") from error
    if not q.is_constant():
        raise NotImplementedError(f"{e} is not a polynomial in {', '.join(map(str, variables))}: it has a denominator")
    return int(q.leading_coefficient()), p


def _split(polynomials: Sequence[fmpz_mpoly]) -> list[list[fmpz_mpoly]]:
    """Gröbner bases with irreducible elements, whose zeros together are those of the polynomials."""
    found, waiting, seen = [], [list(polynomials)], set()
    while waiting:
        basis = groebner_basis(waiting.pop())
        key = tuple(sorted(str(f) for f in basis))
        if key in seen or any(f.is_constant() for f in basis):
            continue
        seen.add(key)
        for i, f in enumerate(basis):
            factors = factored(f)[1]
            if len(factors) > 1 or factors[0][1] > 1:
                waiting += [[*basis[:i], g, *basis[i + 1 :]] for g, _ in factors]
                break
        else:
            found.append(basis)
    return found


def free_variables(basis: Sequence[fmpz_mpoly], n: int) -> tuple[int, ...]:
    """A largest set of variables independent modulo the leading monomials; its size is the dimension of V."""
    leading = [leading_monomial(f) for f in basis]
    for size in range(n, 0, -1):
        for chosen in combinations(range(n), size):
            if all(any(k and i not in chosen for i, k in enumerate(m)) for m in leading):
                return chosen
    return ()


def jacobian(polynomials: Sequence[fmpz_mpoly]) -> list[list[fmpz_mpoly]]:
    """∂f_i/∂x_j."""
    n = polynomials[0].context().nvars()
    return [[f.derivative(j) for j in range(n)] for f in polynomials]


def _simple(point: Point, derivatives: list[list[fmpz_mpoly]], n: int) -> bool:
    """Whether the Jacobian has rank n at the point, so that its multiplicity is 1."""
    q = fmpq_poly(point.modulus)
    rows = [[point.value(f) for f in row] for row in derivatives]
    return rank(rows, q, n) == n


def solutions(expressions: Sequence[Expr | int], variables: Sequence[Symbol]) -> SolutionSet:
    """All solutions in ℂⁿ of expressions = 0; see the module's statement.

    Raises NotImplementedError if an expression is no polynomial over ℚ or a basis exceeds LIMITS.
    """
    n = len(variables)
    polynomials = integer_polynomials(expressions, variables)
    if all(f == 0 for f in polynomials):
        return SolutionSet((), (Component((), tuple(variables), n),), None)
    whole = groebner_basis(polynomials)
    isolated, components = [], []
    for basis in _split(polynomials):
        free = free_variables(basis, n)
        if free:
            components.append((basis, free))
        else:
            isolated += conjugate_points(basis, n)
    components = _largest(components)
    classes = _distinct(isolated)
    classes = [p for p in classes if not any(all(p.value(f) == 0 for f in c) for c, _ in components)]
    finite = not free_variables(whole, n) if not whole[0].is_constant() else True
    counted = _counted(classes, polynomials, whole if finite else None, n)
    points = [Point(p.modulus, k, p.representation, p.multiplicity) for p in counted for k in range(p.modulus.degree())]
    points.sort(key=lambda p: not p.real)
    described = tuple(_described(basis, free, variables) for basis, free in components)
    return SolutionSet(tuple(points), described, sum(p.multiplicity or 0 for p in points) if finite else None)


def _distinct(classes: Sequence[Class]) -> list[Point]:
    """Each class once, though several branches of the split may contain it."""
    kept: dict[Any, Point] = {}
    for q, representation in classes:
        point = Point(q, 0, representation, None)
        minimal = tuple(str(minimal_polynomial(h, q)) for h in representation)
        others = [p for key, p in kept.items() if key[0] == minimal]
        if not any(_same_class(point, p) for p in others):
            kept[minimal, len(kept)] = point
    return list(kept.values())


def _same_class(a: Point, b: Point) -> bool:
    """Whether two classes of conjugate points have a point in common, and so are equal."""
    if a.modulus.degree() != b.modulus.degree():
        return False
    conjugates = (Point(b.modulus, k, b.representation, None) for k in range(b.modulus.degree()))
    return any(a.coordinates == p.coordinates for p in conjugates)


def _counted(
    classes: list[Point], polynomials: list[fmpz_mpoly], whole: list[fmpz_mpoly] | None, n: int
) -> list[Point]:
    """The classes with their multiplicities; with a finite V these are checked to add up to D."""
    derivatives = jacobian(polynomials)
    orders = [1 if _simple(p, derivatives, n) else None for p in classes]
    if whole is not None and None in orders:
        orders = multiplicities([(p.modulus, p.representation) for p in classes], whole, n)
    if whole is not None:
        expected = 0 if whole[0].is_constant() else len(Quotient(whole, n).monomials)
        total = sum((m or 0) * p.modulus.degree() for p, m in zip(classes, orders, strict=True))
        if total != expected:
            raise ArithmeticError(f"{total} solutions with multiplicity found, {expected} exist")
    return [Point(p.modulus, 0, p.representation, m) for p, m in zip(classes, orders, strict=True)]


def _largest(
    components: list[tuple[list[fmpz_mpoly], tuple[int, ...]]],
) -> list[tuple[list[fmpz_mpoly], tuple[int, ...]]]:
    """Without the components that lie in another: V(J) ⊂ V(K) if every generator of K lies in J."""
    kept = []
    for i, (basis, free) in enumerate(components):
        inside = any(
            j != i and len(other) >= len(free) and (_inside(basis, larger) and not (j > i and _inside(larger, basis)))
            for j, (larger, other) in enumerate(components)
        )
        if not inside:
            kept.append((basis, free))
    return kept


def _inside(smaller: list[fmpz_mpoly], larger: list[fmpz_mpoly]) -> bool:
    """Whether every generator of `larger` lies in the ideal of `smaller`: adding it does not change the basis."""
    return {str(f) for f in groebner_basis([*smaller, *larger])} == {str(f) for f in smaller}


def _described(basis: list[fmpz_mpoly], free: tuple[int, ...], variables: Sequence[Symbol]) -> Component:
    equations = tuple(expression(f, variables) for f in basis)
    return Component(equations, tuple(variables[i] for i in free), len(free))
