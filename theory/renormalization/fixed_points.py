"""All fixed points of a flow, and their scaling dimensions.

Statement
    `all_fixed_points(flow)` returns the zeros of β. Which of them are all, is said by the result:
        (1)  β rational over ℚ: every complex zero, exact, with multiplicities that add up to the certified count, and
             the sets of positive dimension (lines of fixed points);
        (2)  β rational with parameters or constants such as ζ(3): every zero for generic parameters, as far as
             the system triangularises in square roots; the rest is returned as equations;
        (3)  other β, and real zeros left by (2) without parameters: every zero in a stated box, except in pieces of
             it that are listed as undecided.

Hypotheses
    H1  zeros of a denominator of β are no fixed points. Fixed points at infinite coupling are not looked for.

Derivation
    theory/polynomial_systems.py; theory/parametric_systems.py; Krawczyk's operator, theory/renormalization/krawczyk.py.

Reference
    K. Wilson, J. Kogut, Physics Reports 12 (1974) 75; for the algebra see those modules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from flint import arb, fmpq, fmpq_poly
from sympy import Dummy, Expr, I, Matrix, Pow, Rational, Symbol, sympify

from theory.balls import enclose
from theory.number_fields import Eigenvalue, Point, eigenvalues
from theory.parametric_systems import parametric_solutions
from theory.polynomial_systems import Component, integer_polynomial, integer_polynomials, solutions
from theory.renormalization.exponents import Exponents, critical_exponents
from theory.renormalization.flows import Flow
from theory.renormalization.spectrum import determinant, normal, spectrum

Box = Mapping[Symbol, tuple[Expr | int, Expr | int]]


@dataclass(frozen=True)
class FixedPoint:
    """A zero of β. `multiplicity`: as a solution, None where it is not known; `real`: None where that is undecided.

    `along`: the couplings that stay free if the point stands for a line or surface of fixed points.
    """

    flow: Flow
    coordinates: tuple[Expr, ...]
    multiplicity: int | None
    real: bool | None
    along: tuple[Symbol, ...] = ()
    point: Point | None = None

    @cached_property
    def eigenvalues(self) -> tuple[Eigenvalue, ...]:
        """The distinct eigenvalues of the stability matrix. NotImplementedError where they have no closed form."""
        if self.point is not None:
            return tuple(eigenvalues(_matrix_over_field(self.flow, self.point), self.point))
        return tuple(_enclosed(self.matrix) if self.approximate else spectrum(self.matrix))

    @cached_property
    def matrix(self) -> list[list[Expr]]:
        """The stability matrix B_ij = ∂β_i/∂g_j here."""
        if self.point is not None:
            return [[self.point.number(x) for x in row] for row in _matrix_over_field(self.flow, self.point)]
        rows = self.flow.stability_matrix(self.coordinates)
        return rows if self.approximate else [[normal(x) for x in row] for row in rows]

    def __str__(self) -> str:
        return ", ".join(f"{g} = {x}" for g, x in zip(self.flow.couplings, self.coordinates, strict=True))

    @property
    def approximate(self) -> bool:
        """Whether the coordinates are known by balls only."""
        from theory.renormalization.enclosed_reals import EnclosedReal

        return any(x.has(EnclosedReal) for x in self.coordinates)

    @property
    def dimensions(self) -> tuple[Expr, ...]:
        """The scaling dimensions y_i, eigenvalues of ∂β/∂g in dg/d ln b, each as often as its multiplicity."""
        return tuple(e.value for e in self.eigenvalues for _ in range(e.multiplicity))

    def exponents(
        self,
        *,
        space: Expr | int | None = None,
        field: Expr | int | None = None,
        upper_critical: Expr | int | None = None,
    ) -> Exponents:
        """The critical exponents here; `field` is y_h, a number or a function of the couplings.

        Raises ValueError at a complex fixed point, NotImplementedError where a dimension has no closed form.
        """
        if self.real is False:
            raise ValueError(f"exponents at {self}: its couplings are not real, so it governs no real system")
        at = dict(zip(self.flow.couplings, self.coordinates, strict=True))
        return critical_exponents(
            self.dimensions,
            space=space,
            field=None if field is None else normal(sympify(field).subs(at)),
            upper_critical=upper_critical,
            jordan=[e.value for e in self.eigenvalues if e.jordan],
            exactly_marginal=len(self.along),
            assuming=self.flow.assuming,
        )


@dataclass(frozen=True)
class FixedPoints:
    """`points`: isolated ones, real ones first. `lines`: a generic point of each set of positive dimension.

    `components`: the equations of these sets, `complex_components` those without a real point.

    `count`: all complex solutions with multiplicity, None where that is not certified. `unsolved`: equations of the
    solutions that are not among the points. `undecided`: pieces of the box in which nothing is proven.
    `merging`: expressions in the parameters; where one vanishes, fixed points merge. `scope`: what is claimed.
    """

    points: tuple[FixedPoint, ...]
    lines: tuple[FixedPoint, ...] = ()
    components: tuple[Component, ...] = ()
    complex_components: tuple[Component, ...] = ()
    count: int | None = None
    unsolved: tuple[tuple[Expr, ...], ...] = ()
    undecided: tuple[str, ...] = ()
    merging: tuple[Expr, ...] = ()
    scope: str = ""

    @property
    def complete(self) -> bool:
        """Whether no solution can be missing from `points` and the components."""
        return not (self.unsolved or self.undecided)

    @property
    def real_points(self) -> tuple[FixedPoint, ...]:
        """The points not known to be complex."""
        return tuple(p for p in self.points if p.real is not False)


def all_fixed_points(flow: Flow, within: Box | None = None) -> FixedPoints:
    """All fixed points; `within`, coupling → (lower, upper), is the box searched where algebra does not reach.

    Raises NotImplementedError if β is not rational and depends on parameters without value, or if the algebra
    outgrows its limits.
    """
    if not flow.rational:
        return _searched(flow, within)
    constants = _constants(flow)
    if not (flow.parameters or constants):
        return _over_the_rationals(flow)
    found = _with_parameters(flow, constants)
    if found.unsolved and not flow.parameters:
        return _searched(flow, within, found)
    return found


def _over_the_rationals(flow: Flow) -> FixedPoints:
    """(1)"""
    numerators = [p for p, _ in flow.fractions]
    denominators = integer_polynomials([q for _, q in flow.fractions], flow.couplings)
    found = solutions(numerators, flow.couplings)
    kept = [p for p in found.points if all(p.value(q) != 0 for q in denominators)]
    points = tuple(FixedPoint(flow, p.coordinates, p.multiplicity, p.real, point=p) for p in kept)
    count = None if found.count is None else sum(p.multiplicity or 0 for p in points)
    scope = "all of them, complex ones included"
    return FixedPoints(points, *_sorted_lines(flow, found.components), count, scope=scope)


def _matrix_over_field(flow: Flow, point: Point) -> list[list[fmpq_poly]]:
    """∂p_i/∂g_j / q_i in ℚ(θ), for β_i = p_i/q_i at a zero of p_i, p_i and q_i over ℚ."""
    q = fmpq_poly(point.modulus)
    rows = []
    for above, below in flow.fractions:
        scale, numerator = integer_polynomial(above, flow.couplings)
        scale_below, denominator = integer_polynomial(below, flow.couplings)
        factor = point.value(denominator).xgcd(q)[1] * fmpq(scale_below, scale)
        rows.append([point.value(numerator.derivative(j)) * factor % q for j in range(len(flow.couplings))])
    return rows


def _constants(flow: Flow) -> dict[Expr, Symbol]:
    """The irrational closed numbers in β, such as ζ(3) or √2, each with a symbol in its place."""
    found: dict[Expr, Symbol] = {}
    for b in flow.beta:
        _collect(b, flow.couplings, found)
    return found


def _collect(e: Expr, couplings: Sequence[Symbol], found: dict[Expr, Symbol]) -> None:
    if e.is_number and not e.is_Rational and not (e.is_Add or e.is_Mul):
        found.setdefault(e, Dummy(f"c{len(found)}", real=True))
        return
    for part in e.args:
        _collect(part, couplings, found)


def _with_parameters(flow: Flow, constants: dict[Expr, Symbol]) -> FixedPoints:
    """(2)"""
    back = {symbol: number for number, symbol in constants.items()}
    parameters = (*flow.parameters, *back)
    numerators = [p.xreplace(constants) for p, _ in flow.fractions]
    found = parametric_solutions(numerators, flow.couplings, parameters)
    points = [_generic(flow, tuple(normal(x.xreplace(back)) for x in point)) for point in found.points]
    points = [p for p in points if all(normal(q.subs(_at(p))) != 0 for _, q in flow.fractions)]
    points.sort(key=lambda p: p.real is not True)
    components = tuple(
        Component(tuple(e.xreplace(back) for e in c.equations), c.free, c.dimension) for c in found.components
    )
    unsolved = tuple(tuple(e.xreplace(back) for e in system) for system in found.unsolved)
    merging = tuple(f for e in found.merging if (f := e.xreplace(back)).free_symbols)
    scope = "all of them, for generic parameters" if not unsolved else "those that follow in square roots"
    certified = not unsolved and not components and all(p.multiplicity for p in points)
    count = len(points) if certified else None
    sets = _sorted_lines(flow, components)
    return FixedPoints(tuple(points), *sets, count, unsolved, (), merging, scope)


def _at(point: FixedPoint) -> dict[Symbol, Expr]:
    return dict(zip(point.flow.couplings, point.coordinates, strict=True))


def _generic(flow: Flow, coordinates: tuple[Expr, ...], along: tuple[Symbol, ...] = ()) -> FixedPoint:
    """A point with parameters; it is simple if no eigenvalue vanishes identically."""
    signs = [
        flow.assuming.sign(p.base) for x in coordinates for p in x.atoms(Pow) if p.exp.is_Rational and p.exp.q == 2
    ]
    real = False if -1 in signs else None if None in signs else True
    if any(x.has(I) for x in coordinates):
        real = False
    point = FixedPoint(flow, coordinates, None, real, along)
    simple = not along and determinant(point.matrix) != 0
    return replace(point, multiplicity=1) if simple else point


def _sorted_lines(
    flow: Flow, components: Sequence[Component]
) -> tuple[tuple[FixedPoint, ...], tuple[Component, ...], tuple[Component, ...]]:
    """The generic points that may be real, the components that may be, and those that are not."""
    lines = {c: _lines(flow, c) for c in components}
    imaginary = tuple(c for c, found in lines.items() if found and all(p.real is False for p in found))
    points = tuple(p for found in lines.values() for p in found if p.real is not False)
    return points, tuple(c for c in components if c not in imaginary), imaginary


def _lines(flow: Flow, component: Component) -> list[FixedPoint]:
    """Points of a set of positive dimension, with its free couplings as parameters, where they follow in roots."""
    others = [g for g in flow.couplings if g not in component.free]
    if not others:
        return [_generic(flow, flow.couplings, component.free)]
    parameters = tuple(set().union(*(e.free_symbols for e in component.equations)) - set(others))
    try:
        found = parametric_solutions(component.equations, others, sorted(parameters, key=str))
    except NotImplementedError:
        return []
    points = []
    for solution in found.points:
        at = dict(zip(others, solution, strict=True))
        points.append(_generic(flow, tuple(at.get(g, g) for g in flow.couplings), component.free))
    return points


def _searched(flow: Flow, within: Box | None, beside: FixedPoints | None = None) -> FixedPoints:
    """(3)  All real zeros in a box; with `beside`, those that (2) did not solve."""
    from theory.renormalization.searched_fixed_points import zeros_found

    if flow.parameters:
        raise NotImplementedError(
            f"β is not rational in the couplings and depends on {', '.join(map(str, flow.parameters))}: "
            f"give numbers for them, so that zeros can be searched in balls"
        )
    found = zeros_found(flow.beta, flow.couplings, [(within or {}).get(g) for g in flow.couplings])
    known = () if beside is None else beside.points
    zeros = [zero for zero in found.zeros if not any(_coincide(zero, p) for p in known)]
    new = [FixedPoint(flow, _recognised(zero, flow), 1, True) for zero in zeros]
    scope = f"all real ones with {found.box}" + (", except in the undecided part" if found.undecided else "")
    return FixedPoints((*known, *new), undecided=found.undecided, scope=scope)


def _coincide(zero: Sequence[Expr], point: FixedPoint) -> bool:
    """Whether an exact point lies in the box in which the zero is the only one."""
    return point.real is True and all(
        side.contains(enclose(x).real) for side, x in zip(zero[0].box, point.coordinates, strict=True)
    )


def simplest(x: arb) -> Rational:
    """The fraction of least denominator up to 1000 next to the middle of a ball."""
    q = x.mid().fmpq()
    near = Fraction(int(q.p), int(q.q)).limit_denominator(1000)
    return Rational(near.numerator, near.denominator)


def _recognised(zero: Sequence[Expr], flow: Flow) -> tuple[Expr, ...]:
    """Simple rational coordinates in place of balls, if β vanishes there exactly: the box holds one zero only."""
    guess = tuple(simplest(x.ball()) for x in zero)
    at = dict(zip(flow.couplings, guess, strict=True))
    inside = all(side.contains(enclose(x).real) for side, x in zip(zero[0].box, guess, strict=True))
    return guess if inside and all(normal(b.subs(at)) == 0 for b in flow.beta) else tuple(zero)


def _enclosed(rows: list[list[Expr]]) -> list[Eigenvalue]:
    """Eigenvalues of a matrix of enclosed numbers, simple ones only."""
    from theory.renormalization.enclosed_eigenvalues import enclosed_eigenvalues
    from theory.renormalization.enclosed_reals import ClosedReal

    if len(rows) == 1:
        return [Eigenvalue(ClosedReal(rows[0][0]), 1, False)]
    return [Eigenvalue(value, 1, False) for value in enclosed_eigenvalues(Matrix(rows))]


def special_points(line: FixedPoint) -> list[FixedPoint]:
    """The points of a line of fixed points, one free coupling, where one of its dimensions vanishes.

    There a direction turns from relevant to irrelevant: the end of a critical line. None of them where the dimensions
    are not rational in the free coupling.
    """
    if len(line.along) != 1:
        return []
    (free,) = line.along
    found: dict[Expr, FixedPoint] = {}
    for y in line.dimensions:
        parameters = sorted(y.free_symbols - {free}, key=str)
        try:
            roots = parametric_solutions([y], [free], parameters).points if y.has(free) else ()
        except NotImplementedError:
            continue
        for (x,) in roots:
            at = tuple(normal(c.subs(free, x)) for c in line.coordinates)
            found.setdefault(x, FixedPoint(line.flow, at, None, line.real))
    return list(found.values())
