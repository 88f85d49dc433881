"""Fixed points of flows that are rational in the couplings.

Statement
    Let β_i = p_i/q_i in lowest terms. The fixed points are the zeros of all p_i where no q_i vanishes.
        (1)  Over ℚ every one is found, exact, and multiplicities add up to the certified count.
        (2)  With parameters, or constants such as ζ(3) in their place, every one is found for generic values as far as
             the system triangularises in square roots; the rest is returned as equations.
        (3)  On a set of positive dimension the dimensions of its generic point are functions of its free couplings;
             where one of them vanishes, a critical line ends.

Hypotheses
    H1  constants in β are treated as independent parameters. If they are not, a point may be listed that another one
        equals; none is lost.

Derivation
    theory/polynomial_systems.py, theory/parametric_systems.py.

Reference
    See those modules; for lines of fixed points L. P. Kadanoff, A. C. Brown, Ann. Phys. 121 (1979) 318.
"""

from collections.abc import Sequence
from dataclasses import replace

from sympy import Dummy, Expr, I, Pow, Symbol

from theory.parametric_systems import parametric_solutions
from theory.polynomial_systems import Component, integer_polynomials, solutions
from theory.renormalization.fixed_points import FixedPoint, FixedPoints
from theory.renormalization.flows import Flow
from theory.renormalization.spectrum import determinant, normal


def rational_fixed_points(flow: Flow) -> FixedPoints:
    """(1) or (2). NotImplementedError where the algebra outgrows its limits."""
    constants = _constants(flow)
    return _with_parameters(flow, constants) if flow.parameters or constants else _over_the_rationals(flow)


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
    if simple:
        matrix, point = point.matrix, replace(point, multiplicity=1)
        point.__dict__["matrix"] = matrix  # the cached property of the copy
    return point


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
