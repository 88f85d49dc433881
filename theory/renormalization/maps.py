"""Renormalization maps g′ = R_b(g): fixed points, multipliers, scaling dimensions, exponents.

Statement
    A map that removes the details below the length b has, at a fixed point g* = R(g*), the multipliers Λ_i: the
    eigenvalues of DR(g*). Then
        (1)  y_i = ln|Λ_i|/ln b, and y_i = −∞ where Λ_i = 0; relevant, marginal, irrelevant as |Λ_i| >, =, < 1;
        (2)  ν = ln b/ln|Λ| where Λ is the only multiplier with |Λ| > 1;
        (3)  a change of couplings with invertible derivative at g* leaves every Λ_i, and with it y_i, as it is.
    A negative multiplier makes its scaling field alternate in sign from step to step. A pair of multipliers with
    argument ± φ turns its fields by φ a step: y = (ln|Λ| ± iφ)/ln b, where φ is defined mod 2π.

Hypotheses
    H1  R is C¹ at g*, b > 1. The exponents belong to the couplings in which R is written: (3) fails for w → w².
    H2  coefficients are numbers. Every fixed point is found: by algebra for the rational maps and those of
        theory/renormalization/map_coordinates.py, else inside a bounded box, up to pieces that are listed as undecided.

Derivation
    One step multiplies the i-th scaling field by Λ_i = b^{y_i}. (3): φ ∘ R ∘ φ⁻¹ has the derivative Dφ DR Dφ⁻¹. Where a
    denominator vanishes R has no value; the equation z · (product of the denominators) = 1 removes such zeros of
    the numerators of R(g) − g.

Reference
    T. Niemeijer, J. van Leeuwen, in Phase Transitions and Critical Phenomena 6 (1976), chapter 7;
    J. Cardy, Scaling and Renormalization in Statistical Physics, chapter 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb
from sympy import Expr, Float, I, Matrix, Rational, S, Symbol, atan, expand_log, im, log, oo, re, sqrt, sympify

from theory import decision
from theory.balls import enclose
from theory.renormalization.enclosed_reals import ClosedReal, known_real
from theory.renormalization.exponents import Exponents, critical_exponents

if TYPE_CHECKING:
    from theory.number_fields import Eigenvalue
    from theory.renormalization.krawczyk import EnclosedZero

Interval = tuple[Expr | int, Expr | int]


@dataclass(frozen=True)
class RGMap:
    """g′ = R_b(g): `images` are R_1, …, R_n in the couplings; b > 1 is the factor by which the cut-off length grows.

    Raises ValueError for floats, for b ≤ 1 and for numbers of couplings and images that differ.
    """

    couplings: tuple[Symbol, ...]
    images: tuple[Expr, ...]
    b: Expr

    def __post_init__(self) -> None:
        if len(self.couplings) != len(self.images) or len(set(self.couplings)) != len(self.couplings):
            raise ValueError(f"map of the couplings {self.couplings} with {len(self.images)} images: one image each")
        if any(x.has(Float) for x in (*self.images, self.b)):
            raise ValueError(f"map {self} contains a float, so no zero is exact; write Rational(1, 10) for 0.1")
        above = decision.sign(self.b - 1)[0] if self.b.is_number else self.b.is_positive
        if above not in (1, True):
            raise ValueError(
                f"rescaling factor b = {self.b}: lengths are measured in a unit that grows by b > 1; for a map that "
                f"refines, give 1/b and the inverse map, and declare a symbolic b positive"
            )

    def __str__(self) -> str:
        rules = (f"{g}′ = {image}" for g, image in zip(self.couplings, self.images, strict=True))
        return f"{', '.join(rules)} (b = {self.b})"

    def derivative(self) -> Matrix:
        """DR, the n × n matrix ∂R_i/∂g_j."""
        return Matrix(self.images).jacobian(Matrix(self.couplings))

    def exponential(self, u: Symbol, rate: int) -> "RGMap":
        """The map of u = e^{rate · g}, one coupling, where it is rational in u; else NotImplementedError.

        With rate −2, w = exp(−2K): there K = ∞ is the point w = 0, and has multipliers.
        """
        from theory.renormalization.map_coordinates import exponential_image

        (g,), (image,) = self.couplings, self.images
        return RGMap((u,), (exponential_image(image, g, u, rate),), self.b)

    def in_coordinates(self, changed: Mapping[Symbol, Expr], inverse: Mapping[Symbol, Expr]) -> "RGMap":
        """φ ∘ R ∘ φ⁻¹, e.g. changed = {w: exp(−2K)}, inverse = {K: −log(w)/2}; `rational` forms are for the caller.

        Multipliers are kept where φ is differentiable with an invertible derivative: (3).
        """
        old = dict(zip(self.couplings, self.images, strict=True))
        images = tuple(phi.subs(old, simultaneous=True).subs(inverse, simultaneous=True) for phi in changed.values())
        return RGMap(tuple(changed), images, self.b)


def rg_map(rules: Mapping[Symbol, Expr | int], b: Expr | int) -> RGMap:
    """The map with g′ = rules[g] and rescaling factor b; errors as in `RGMap`."""
    return RGMap(tuple(rules), tuple(sympify(image) for image in rules.values()), sympify(b))


@dataclass(frozen=True)
class MapFixedPoint:
    """A real fixed point: its couplings, the multipliers there, the rescaling factor.

    `multiplicity`: as a zero of R(g) − g. `evidence`: "exact", or "ball" where existence and uniqueness are proven
    in a box and the numbers are known through balls. `jordan`: multipliers that sit in a Jordan block of size ≥ 2.
    """

    at: tuple[Expr, ...]
    multipliers: tuple[Expr, ...]
    b: Expr
    multiplicity: int = 1
    evidence: str = "exact"
    jordan: tuple[Expr, ...] = ()

    @property
    def dimensions(self) -> tuple[Expr, ...]:
        """(1)  y_i = ln|Λ_i|/ln b."""
        return tuple(dimension(multiplier, self.b) for multiplier in self.multipliers)

    @property
    def relevant(self) -> int:
        """The number of relevant directions."""
        return len(critical_exponents(self.dimensions).relevant)

    def exponents(self, space: Expr | int | None = None, field: Expr | int | None = None) -> Exponents:
        """ν, ω and, with d and the dimension y_h of the field, the others, as `critical_exponents` defines them."""
        jordan = [dimension(multiplier, self.b) for multiplier in self.jordan]
        found = critical_exponents(self.dimensions, space=space, field=field, jordan=jordan)
        notes = tuple(note for multiplier in self.multipliers if (note := _note(multiplier)))
        return replace(found, notes=(*found.notes, *notes))


@dataclass(frozen=True)
class MapFixedPoints:
    """What was found. `others`: how many more zeros of R(g) − g algebra counts, not real or outside `within`.

    `undecided`: pieces of the searched box where nothing is proven. `scope`: what is claimed of `points`.
    """

    points: tuple[MapFixedPoint, ...]
    others: int = 0
    undecided: tuple[str, ...] = ()
    scope: str = "all real ones"

    @property
    def phases(self) -> tuple[MapFixedPoint, ...]:
        """Those without a relevant direction: the sinks that the phases flow to, such as K = 0."""
        return tuple(p for p in self.points if p.relevant == 0)

    def critical(self, relevant: int = 1, near: Sequence[Expr | int] | None = None) -> MapFixedPoint:
        """The one with `relevant` relevant directions; of several, the one nearest to `near`, if that is given.

        Raises ValueError, listing all, where there is none or the choice is left open.
        """
        found = [p for p in self.points if p.relevant == relevant]
        if len(found) > 1 and near is not None:
            found = [min(found, key=lambda p: _distance(p, near))]
        if len(found) != 1:
            listed = "; ".join(f"{p.at} with {p.relevant} relevant" for p in self.points) or "none"
            raise ValueError(
                f"fixed point with {relevant} relevant direction(s): {len(found)} of {len(self.points)} qualify "
                f"({listed}); choose by `relevant` or `near`, or narrow `within`"
            )
        return found[0]


def _distance(p: MapFixedPoint, near: Sequence[Expr | int]) -> Expr:
    return sum(((x - y) ** 2 for x, y in zip(p.at, near, strict=True)), S.Zero).evalf(15)


def _note(multiplier: Expr) -> str:
    if multiplier == 0:
        return "multiplier 0: superstable, y = −∞"
    if multiplier.is_real and multiplier.is_negative:
        return f"negative multiplier {multiplier}: y from ln|Λ|, its scaling field alternates in sign"
    return ""


def dimension(multiplier: Expr | int, b: Expr | int) -> Expr:
    """(1)  y with |Λ| = b^{Re y}, −oo for Λ = 0; conjugate Λ have conjugate y, with a phase between −π and π.

    Raises NotImplementedError where it is undecided whether Λ = 0.
    """
    multiplier, b = sympify(multiplier), sympify(b)
    if multiplier == 0:
        return -oo
    if multiplier.is_real:
        return _logarithm(_magnitude(multiplier), b)
    side = decision.sign(im(multiplier))[0]
    upper = multiplier if side == 1 else multiplier.conjugate()
    modulus = known_real(sqrt((upper * upper.conjugate()).expand()))
    phase = known_real(2 * atan(im(upper) / (re(upper) + modulus)))
    return (log(modulus) + (I if side == 1 else -I) * phase) / log(b)


def _magnitude(multiplier: Expr) -> Expr:
    """|Λ| for a real Λ ≠ 0."""
    if multiplier.is_positive or multiplier.is_negative:
        return multiplier if multiplier.is_positive else -multiplier
    raise NotImplementedError(f"multiplier {multiplier}: no ball excludes 0, so whether y = −∞ is undecided")


def _logarithm(magnitude: Expr, b: Expr) -> Expr:
    """ln|Λ|/ln b, as a rational number where Λ and b are powers of one number."""
    ratio = expand_log(log(magnitude)) / expand_log(log(b))
    return ratio if ratio.is_Rational else log(magnitude) / log(b)


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
    return MapFixedPoints(tuple(kept), 0, found.undecided, f"all real ones with {found.box}")


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

    from theory.number_fields import Point, eigenvalues

    rows = [[fmpq_poly([fmpq(int(x.p), int(x.q))]) for x in slopes.row(i)] for i in range(slopes.rows)]
    return repeated(eigenvalues(rows, Point(fmpz_poly([0, 1]), 0, (), 1)))


def repeated(found: "Sequence[Eigenvalue]") -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Each eigenvalue as often as it is a root, and those that sit in a Jordan block."""
    values = tuple(e.value for e in found for _ in range(e.multiplicity))
    return values, tuple(e.value for e in found if e.jordan)


def _restricted(found: MapFixedPoints, R: RGMap, within: Mapping[Symbol, Interval]) -> MapFixedPoints:
    kept = tuple(p for p in found.points if _inside(p, R, within))
    outside = sum(p.multiplicity for p in found.points) - sum(p.multiplicity for p in kept)
    return MapFixedPoints(kept, found.others + outside, scope=_scope(within))


def _scope(within: Mapping[Symbol, Interval]) -> str:
    sides = ", ".join(f"{low} ≤ {g} ≤ {high}" for g, (low, high) in within.items())
    return f"all real ones with {sides}" if sides else "all real ones"


def _inside(p: MapFixedPoint, R: RGMap, within: Mapping[Symbol, Interval]) -> bool:
    at = dict(zip(R.couplings, p.at, strict=True))
    sides = [(at[g] - low, high - at[g]) for g, (low, high) in within.items()]
    return all(decision.sign(sympify(distance))[0] in (0, 1) for side in sides for distance in side)
