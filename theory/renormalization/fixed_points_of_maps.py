"""Fixed points of renormalization maps: by algebra where it reaches, else all of them in a box.

Statement
    `map_fixed_points(R)` lists the real solutions of g = R(g), with the eigenvalues of DR at each. `scope` of the
    result says of which region they are all, `undecided` which pieces of it are left open.

Hypotheses
    H1  R has no symbols but its couplings.
    H2  where balls are used the fixed point is simple, 1 no eigenvalue of DR; others are left undecided.

Derivation
    theory/renormalization/algebraic_fixed_points.py for rational maps and those with an exponential coordinate;
    Krawczyk's operator, theory/renormalization/searched_fixed_points.py, for others. A ball is replaced by simple
    fractions if these lie in the box that holds one fixed point only, and algebra confirms that they are fixed.

Reference
    A. Neumaier, Interval Methods for Systems of Equations, chapter 5; for the algebra see the modules named.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb
from sympy import Expr, Matrix, Rational, Symbol, sympify

from theory import decision
from theory.balls import enclose
from theory.renormalization.enclosed_reals import ClosedReal
from theory.renormalization.maps import MapFixedPoint, MapFixedPoints, RGMap

if TYPE_CHECKING:
    from theory.renormalization.krawczyk import EnclosedZero

Interval = tuple[Expr | int, Expr | int]


def map_fixed_points(
    R: RGMap, within: Mapping[Symbol, Interval] | None = None, near: Sequence[Expr | int] | None = None
) -> MapFixedPoints:
    """All real fixed points of R inside `within`, coupling → (lower, upper); bounds may be ±oo where algebra serves.

    Where it does not, a bounded box is searched, −8 to 8 for a coupling that is not named. With `near`, only the one
    that Newton's method reaches from there. Raises ValueError for the identity map and for a coupling that R does not
    have, NotImplementedError for symbols without a value and for curves of fixed points.
    """
    from theory.renormalization.algebraic_fixed_points import algebraic_fixed_points
    from theory.renormalization.map_coordinates import NotAlgebraic

    within = within or {}
    _checked(R, within)
    if near is not None:
        return MapFixedPoints((_nearby(R, near),), scope="the one next to the guess")
    try:
        return _restricted(algebraic_fixed_points(R), R, within)
    except NotAlgebraic:
        return _searched(R, within)


def _checked(R: RGMap, within: Mapping[Symbol, Interval]) -> None:
    unknown = set(within) - set(R.couplings)
    if unknown:
        raise ValueError(f"`within` names {', '.join(map(str, unknown))}; the couplings of {R} are {R.couplings}")
    parameters = set().union(*(image.free_symbols for image in R.images)) - set(R.couplings)
    if parameters:
        raise NotImplementedError(
            f"fixed points of {R}: give numbers for the parameters {', '.join(sorted(map(str, parameters)))}"
        )


def _searched(R: RGMap, within: Mapping[Symbol, Interval]) -> MapFixedPoints:
    """Every fixed point in a bounded box, each proven, and the pieces of the box that stay undecided."""
    from theory.renormalization.searched_fixed_points import zeros_found

    found = zeros_found(_differences(R), R.couplings, [within.get(g) for g in R.couplings])
    points = [_enclosed(R, zero) for zero in found.zeros]
    kept = sorted((p for p in points if _inside(p, R, within)), key=_order)
    scope = f"all real ones with {found.box}" + (", except in the undecided pieces" if found.undecided else "")
    return MapFixedPoints(tuple(kept), 0, found.undecided, scope)


def _order(p: MapFixedPoint) -> Expr:
    return p.at[0].evalf(15)


def _differences(R: RGMap) -> list[Expr]:
    return [image - g for g, image in zip(R.couplings, R.images, strict=True)]


def _nearby(R: RGMap, near: Sequence[Expr | int]) -> MapFixedPoint:
    from theory.renormalization.krawczyk import zero_near

    return _enclosed(R, zero_near(_differences(R), R.couplings, near))


def _enclosed(R: RGMap, zero: "tuple[EnclosedZero, ...]") -> MapFixedPoint:
    """The fixed point at an enclosed zero, made exact where simple fractions are fixed: the box holds one zero only."""
    simple = [_simplest(x.ball()) for x in zero]
    if all(side.contains(enclose(x).real) for side, x in zip(zero[0].box, simple, strict=True)) and _fixed(R, simple):
        return at_point(R, simple)
    at = dict(zip(R.couplings, zero, strict=True))
    slopes = R.derivative().applyfunc(lambda f: ClosedReal(f.xreplace(at)) if f.has(*R.couplings) else f)
    multipliers, jordan, _ = _eigenvalues(slopes)
    return MapFixedPoint(zero, multipliers, R.b, 1, "ball", jordan)


def _simplest(ball: arb) -> Rational:
    """The fraction of least denominator up to 1000 next to the middle of a ball."""
    q = ball.mid().fmpq()
    near = Fraction(int(q.p), int(q.q)).limit_denominator(1000)
    return Rational(near.numerator, near.denominator)


def _fixed(R: RGMap, point: Sequence[Expr]) -> bool:
    at = dict(zip(R.couplings, point, strict=True))
    return all(decision.vanishes(f.subs(at)).value for f in _differences(R))


def at_point(R: RGMap, point: Sequence[Expr | int]) -> MapFixedPoint:
    """The fixed point given exactly. Raises ValueError if algebra does not confirm R(g) = g there."""
    at = {g: sympify(x) for g, x in zip(R.couplings, point, strict=True)}
    if not _fixed(R, tuple(at.values())):
        raise ValueError(
            f"{tuple(at.values())} as a fixed point of {R}: its image {tuple(f.subs(at) for f in R.images)} is not "
            f"shown to be the same; give an exact point, or find one with map_fixed_points"
        )
    multipliers, jordan, evidence = _eigenvalues(R.derivative().subs(at))
    return MapFixedPoint(tuple(at.values()), multipliers, R.b, 1, evidence, jordan)


def _eigenvalues(slopes: Matrix) -> tuple[tuple[Expr, ...], tuple[Expr, ...], str]:
    """Multipliers, those in Jordan blocks, and the evidence: exact for a diagonal or rational matrix, else balls."""
    if all(x.is_Rational for x in slopes):
        return (*_rational_eigenvalues(slopes), "exact")
    if slopes.is_diagonal():
        found = tuple(slopes[i, i] for i in range(slopes.rows))
        return found, (), "ball" if slopes.has(ClosedReal) else "exact"
    from theory.renormalization.enclosed_eigenvalues import enclosed_eigenvalues

    return tuple(enclosed_eigenvalues(slopes)), (), "ball"


def _rational_eigenvalues(slopes: Matrix) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    from flint import fmpq, fmpq_poly, fmpz_poly

    from theory.number_fields import Point, eigenvalues, repeated

    rows = [[fmpq_poly([fmpq(int(x.p), int(x.q))]) for x in slopes.row(i)] for i in range(slopes.rows)]
    return repeated(eigenvalues(rows, Point(fmpz_poly([0, 1]), 0, (), 1)))


def _restricted(found: MapFixedPoints, R: RGMap, within: Mapping[Symbol, Interval]) -> MapFixedPoints:
    kept = tuple(p for p in found.points if _inside(p, R, within))
    outside = sum(p.multiplicity for p in found.points) - sum(p.multiplicity for p in kept)
    return MapFixedPoints(kept, found.others + outside, scope=_scope(within))


def _scope(within: Mapping[Symbol, Interval]) -> str:
    sides = ", ".join(f"{low} ≤ {g} ≤ {high}" for g, (low, high) in within.items())
    return f"all real ones with {sides}" if sides else "all real ones"


def _inside(p: MapFixedPoint, R: RGMap, within: Mapping[Symbol, Interval]) -> bool:
    at = dict(zip(R.couplings, p.at, strict=True))
    distances = [sympify(x) for g, (low, high) in within.items() for x in (at[g] - low, high - at[g])]
    signs = [decision.sign(x)[0] for x in distances]
    if None in signs and -1 not in signs:
        raise NotImplementedError(
            f"whether {p.at} lies in {_scope(within)} is undecided at {distances[signs.index(None)]}: shift that bound"
        )
    return -1 not in signs
