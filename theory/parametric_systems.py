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
    theory/parametric_branches.py gives each part as equations a x_i + r = 0, a ∈ K, one for each variable that they
    eliminate, and a Gröbner basis in the other variables, for an order that eliminates one after the other. From the
    last variable up, the common zeros over a point already found are those of the element of least degree that does
    not vanish there.

Reference
    D. Cox, J. Little, D. O'Shea, Ideals, Varieties, and Algorithms, chapter 3 (elimination); for the last step
    P. Gianni and M. Kalkbrener, in EUROCAL '87, Lecture Notes in Computer Science 378.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import prod

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
from theory.parametric_branches import Branch, Ring
from theory.polynomial_systems import Component, free_variables, integer_polynomials

Equations = tuple[Expr, ...]


@dataclass(frozen=True)
class ParametricSolutions:
    """`points`: coordinates as expressions in the parameters. `unsolved`: triangular systems left as equations."""

    points: tuple[tuple[Expr, ...], ...]
    unsolved: tuple[tuple[Expr, ...], ...]
    components: tuple[Component, ...]
    merging: tuple[Expr, ...]


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
    ring = Ring(variables, parameters)
    polynomials = integer_polynomials([sympify(e) for e in expressions], ring.symbols, ring.context)
    if all(f == 0 for f in polynomials):
        return ParametricSolutions((), (), (Component((), tuple(variables), ring.n),), ())
    points: list[Equations] = []
    unsolved: list[Equations] = []
    components: list[Component] = []
    merging: dict[Expr, None] = {}
    for branch in ring.split(polynomials):
        free = free_variables(branch.leading(ring), ring.n)
        equations = tuple(expression(f, ring.symbols) for f in branch.polynomials)
        if free:
            components.append(Component(equations, tuple(variables[i] for i in free), len(free)))
            continue
        tower = _Tower()
        solved = _triangular(branch, ring, tower)
        points += [tuple(tower.written(point[x]) for x in variables) for point in solved]
        merging |= dict.fromkeys(f for d in tower.radicands.values() for f in _factors(d))
        if not solved:
            unsolved.append(equations)
    points = list(dict.fromkeys(p for p in points if not any(_on(p, c, variables) for c in components)))
    merging |= dict.fromkeys(f for a, b in combinations(points, 2) for f in _differences(a, b))
    return ParametricSolutions(tuple(points), tuple(unsolved), _largest(components), tuple(merging))


def _triangular(branch: Branch, ring: Ring, tower: _Tower) -> list[dict[Symbol, Expr]]:
    """The points, from the last variable up; none where an equation leaves degree 2."""
    known: list[dict[Symbol, Expr]] = [{}]
    order = branch.order(ring.n)
    for place in reversed(range(ring.n)):
        i = order[place]
        usable = [
            ring.coefficients(f, i)
            for f in branch.polynomials
            if f.degrees()[i] and not any(f.degrees()[k] for k in order[:place])
        ]
        known = [{**point, ring.symbols[i]: r} for point in known for r in _roots(usable, point, tower)]
    return known


def _roots(usable: list[list[Expr]], point: dict[Symbol, Expr], tower: _Tower) -> list[Expr]:
    """The roots over known coordinates of the equation of least degree that survives there; coefficients descend."""
    least: list[Expr] = []
    for coefficients in usable:
        values = [tower.simple(c.xreplace(point)) for c in coefficients]
        while values and values[0] == 0:
            values.pop(0)
        if len(values) > 1 and (not least or len(values) < len(least)):
            least = values
    if len(least) == 2:
        return [tower.simple(-least[1] / least[0])]
    if len(least) != 3:
        return []
    a, b, c = least
    root = tower.root(tower.simple(b**2 - 4 * a * c))
    return [] if root is None else [tower.simple((sign * root - b) / (2 * a)) for sign in (-1, 1)]


def _factors(*expressions: Expr) -> list[Expr]:
    """The irreducible factors, not constant, of the greatest common divisor of the numerators."""
    symbols = generators(*expressions)
    numerators = [in_lowest_terms(*quotient(e, symbols))[0] for e in expressions]
    common = reduce(lambda a, b: a.gcd(b), numerators)
    return [expression(f, symbols) for f, _ in factored(common)[1]] if common != 0 else []


def _differences(a: Equations, b: Equations) -> list[Expr]:
    """The factors in the parameters that vanish with all differences of coordinates, for rational points."""
    try:
        return _factors(*(x - y for x, y in zip(a, b, strict=True) if x != y))
    except NotRational:
        return []


def _on(point: Equations, component: Component, variables: Sequence[Symbol]) -> bool:
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
