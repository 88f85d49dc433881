"""Solutions of a polynomial system with parameters, where it triangularises.

Statement
    Let f₁, …, f_m ∈ ℚ[p][x₁, …, x_n], p the parameters. Over K = ℚ(p) the common zeros are a union of sets, each the
    zeros of a basis of irreducible elements. `parametric_solutions` gives every point whose coordinates follow, one
    after the other, from an equation of degree 1 or 2 over those before, every set of positive dimension, and,
    unsolved, the triangular systems of higher degree.
        (1)  The points are all distinct, and together with what is unsolved or of positive dimension they are all
             zeros, for every value of p outside a proper algebraic subset (genericity).
        (2)  That subset contains the values at which a denominator vanishes or two points merge: `merging` lists the
             factors of the discriminants, and of the differences of points that are rational in p.

Hypotheses
    H1  coefficients are polynomials in p over ℚ.

Derivation
    V(I) = ∪ V(I + (g)) over the irreducible factors g of an element; a factor in p alone is a unit of K and is dropped.
    A Gröbner basis over ℚ[x, p], for an order that eliminates x₁, …, x_n in turn, is one over K[x]. Read from the
    last variable up, a set of dimension 0 is triangular.

Reference
    D. Cox, J. Little, D. O'Shea, Ideals, Varieties, and Algorithms, chapters 3 (elimination) and 6, section 3
    (specialisation of Gröbner bases).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import prod

from flint import fmpz_mpoly, fmpz_mpoly_ctx
from sympy import (
    Dummy,
    Expr,
    Integer,
    Poly,
    S,
    Symbol,
    fraction,
    simplify,
    sqrt,
    sympify,
    together,
)

from theory.fractions_of_polynomials import (
    NotRational,
    expression,
    factored,
    generators,
    in_lowest_terms,
    quotient,
    reduced,
)
from theory.polynomial_systems import Component, free_variables, integer_polynomials
from theory.quotient_algebra import groebner_basis

Branch = tuple[Expr, ...]


@dataclass(frozen=True)
class ParametricSolutions:
    """`points`: coordinates as expressions in the parameters. `unsolved`: triangular systems left as equations."""

    points: tuple[tuple[Expr, ...], ...]
    unsolved: tuple[tuple[Expr, ...], ...]
    components: tuple[Component, ...]
    merging: tuple[Expr, ...]


class _Ring:
    """ℚ[x, p] with the order that eliminates x₁ first; parameters come last."""

    def __init__(self, variables: Sequence[Symbol], parameters: Sequence[Symbol]) -> None:
        self.variables, self.parameters = tuple(variables), tuple(parameters)
        self.symbols = (*self.variables, *self.parameters)
        self.n = len(self.variables)
        self.context = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(self.symbols))], "lex")

    def unit(self, f: fmpz_mpoly) -> bool:
        """Whether f is an element of K: free of the variables."""
        return not any(f.degrees()[: self.n])

    def factors(self, f: fmpz_mpoly) -> list[fmpz_mpoly]:
        """The distinct irreducible factors that are not units."""
        return [g for g, _ in factored(f)[1] if not self.unit(g)]

    def leading(self, f: fmpz_mpoly) -> fmpz_mpoly:
        """The leading monomial of f over K: the variables' part of its leading one."""
        exponents = tuple(int(k) for k in f.monomial(0))[: self.n]
        return fmpz_mpoly_ctx.get([f"x{i}" for i in range(self.n)], "lex").from_dict({exponents: 1})

    def split(self, polynomials: Sequence[fmpz_mpoly]) -> list[list[fmpz_mpoly]]:
        """Bases over K with irreducible elements, whose zeros together are those of the polynomials."""
        found, waiting, seen = [], [[f for f in polynomials if f != 0]], set()
        while waiting:
            current = waiting.pop()
            if any(self.unit(f) for f in current):
                continue
            basis = groebner_basis(current)
            key = tuple(sorted(map(str, basis)))
            if key in seen or any(self.unit(f) for f in basis):
                continue
            seen.add(key)
            branches = self._branches(basis)
            waiting += branches
            if not branches:
                found.append(basis)
        return found

    def _branches(self, basis: list[fmpz_mpoly]) -> list[list[fmpz_mpoly]]:
        for i, f in enumerate(basis):
            factors = self.factors(f)
            if factors != [f] and factors != [-f]:
                return [[*basis[:i], g, *basis[i + 1 :]] for g in factors]
        return []


class _Tower:
    """K(√D₁, …, √D_k) with independent D_i ∈ K, the roots written as symbols until the end."""

    def __init__(self) -> None:
        self.radicands: dict[Symbol, Expr] = {}

    def root(self, radicand: Expr) -> Expr | None:
        """A square root of an element of K; None where the field is left or the degree of the tower is in doubt."""
        if radicand.has(*self.radicands):
            return None
        for s, d in self.radicands.items():
            if (square := _square(radicand * d)) is not None:
                return square / d * s
        if len(self.radicands) > 1:
            return None
        if (square := _square(radicand)) is not None:
            return square
        outside, inside = square_part(radicand)
        s = Dummy("s")
        self.radicands[s] = inside
        return outside * s

    def simple(self, x: Expr) -> Expr:
        """The normal form Σ c_i s^i, c_i ∈ K in lowest terms; 0 only for 0."""
        if not x.has(*self.radicands):
            return reduced(x)
        above, below = fraction(together(x))
        for s, d in self.radicands.items():
            below = _reduced(below, s, d)
            mirror = below.subs(s, -s)
            above, below = _reduced(above * mirror, s, d), _reduced(below * mirror, s, d)
        p = Poly(above, *self.radicands)
        terms = (reduced(c / below) * prod(s**k for s, k in zip(self.radicands, m, strict=True)) for m, c in p.terms())
        return sum(terms, S.Zero)

    def written(self, x: Expr) -> Expr:
        """The element with its square roots."""
        return x.xreplace({s: sqrt(d) for s, d in self.radicands.items()})


def _reduced(x: Expr, s: Symbol, d: Expr) -> Expr:
    """x mod s² − d."""
    if not x.has(s):
        return x
    p = Poly(x, s)
    return sum((c * d ** (m // 2) * s ** (m % 2) for (m,), c in p.terms()), S.Zero)


def square_part(x: Expr) -> tuple[Expr, Expr]:
    """(a, b) with x = a² b, b a squarefree polynomial. NotRational if x is no rational function over ℚ."""
    symbols = generators(x)
    above, below = in_lowest_terms(*quotient(x, symbols))
    if above == 0:
        return S.Zero, S.One
    content, factors = factored(above * below)
    outside = prod((expression(f, symbols) ** (m // 2) for f, m in factors), start=S.One)
    inside = prod((expression(f, symbols) for f, m in factors if m % 2), start=S.One)
    rational, irrational = sqrt(Integer(content)).as_coeff_Mul()
    return outside * rational / expression(below, symbols), (inside * irrational**2).expand()


def _square(x: Expr) -> Expr | None:
    """A square root of x in K, if there is one."""
    outside, inside = square_part(x)
    return outside if inside == 1 else None


def parametric_solutions(
    expressions: Sequence[Expr | int], variables: Sequence[Symbol], parameters: Sequence[Symbol]
) -> ParametricSolutions:
    """All solutions for generic parameters; see the module's statement.

    Raises NotImplementedError if an expression is no polynomial over ℚ or a basis grows beyond the limits.
    """
    ring = _Ring(variables, parameters)
    polynomials = integer_polynomials([sympify(e) for e in expressions], ring.symbols, ring.context)
    if all(f == 0 for f in polynomials):
        return ParametricSolutions((), (), (Component((), tuple(variables), ring.n),), ())
    points: list[Branch] = []
    unsolved: list[Branch] = []
    components: list[Component] = []
    merging: dict[Expr, None] = {}
    for basis in ring.split(polynomials):
        free = free_variables([ring.leading(f) for f in basis], ring.n)
        equations = tuple(expression(f, ring.symbols) for f in basis)
        if free:
            components.append(Component(equations, tuple(variables[i] for i in free), len(free)))
            continue
        tower = _Tower()
        solved = _triangular(equations, variables, tower)
        points += [tuple(tower.written(x) for x in point) for point in solved]
        merging |= dict.fromkeys(f for d in tower.radicands.values() for f in _factors(d))
        if not solved:
            unsolved.append(equations)
    points = list(dict.fromkeys(p for p in points if not any(_on(p, c, variables) for c in components)))
    merging |= dict.fromkeys(f for a, b in combinations(points, 2) for f in _differences(a, b))
    return ParametricSolutions(tuple(points), tuple(unsolved), _largest(components), tuple(merging))


def _triangular(equations: Branch, variables: Sequence[Symbol], tower: _Tower) -> list[Branch]:
    """The points, from the last variable up; none where an equation leaves degree 2."""
    known: list[dict[Symbol, Expr]] = [{}]
    for i in reversed(range(len(variables))):
        usable = [e for e in equations if e.has(variables[i]) and not e.has(*variables[:i])]
        known = [{**point, variables[i]: r} for point in known for r in _roots(usable, variables[i], point, tower)]
    return [tuple(point[x] for x in variables) for point in known]


def _roots(usable: Branch | list[Expr], x: Symbol, point: dict[Symbol, Expr], tower: _Tower) -> list[Expr]:
    """The values of x over known coordinates: the roots of the equation of least degree that survives there."""
    least: Poly | None = None
    for e in usable:
        p = Poly([tower.simple(c.subs(point)) for c in Poly(e, x).all_coeffs()], x)
        if p.degree() > 0 and (least is None or p.degree() < least.degree()):
            least = p
    if least is None or least.degree() > 2:
        return []
    if least.degree() == 1:
        a, b = least.all_coeffs()
        return [tower.simple(-b / a)]
    a, b, c = least.all_coeffs()
    root = tower.root(tower.simple(b**2 - 4 * a * c))
    return [] if root is None else [tower.simple((sign * root - b) / (2 * a)) for sign in (-1, 1)]


def _factors(*expressions: Expr) -> list[Expr]:
    """The irreducible factors, not constant, of the greatest common divisor of the numerators."""
    symbols = generators(*expressions)
    numerators = [in_lowest_terms(*quotient(e, symbols))[0] for e in expressions]
    common = reduce(lambda a, b: a.gcd(b), numerators)
    return [expression(f, symbols) for f, _ in factored(common)[1]] if common != 0 else []


def _differences(a: Branch, b: Branch) -> list[Expr]:
    """The factors in the parameters that vanish with all differences of coordinates, for rational points."""
    try:
        return _factors(*(x - y for x, y in zip(a, b, strict=True) if x != y))
    except NotRational:
        return []


def _on(point: Branch, component: Component, variables: Sequence[Symbol]) -> bool:
    """Whether the point lies on the set: such points are not isolated."""
    at = dict(zip(variables, point, strict=True))
    return all(simplify(e.subs(at)) == 0 for e in component.equations)


def _largest(components: list[Component]) -> tuple[Component, ...]:
    """Each set once, and without those whose equations contain all equations of another."""
    return tuple(
        c
        for i, c in enumerate(components)
        if not any(
            set(d.equations) < set(c.equations) or (d.equations == c.equations and j < i)
            for j, d in enumerate(components)
        )
    )
