"""Renormalization maps g′ = R_b(g): multipliers, scaling dimensions, exponents.

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

Derivation
    One step multiplies the i-th scaling field by Λ_i = b^{y_i}. (3): φ ∘ R ∘ φ⁻¹ has the derivative Dφ DR Dφ⁻¹. How
    the fixed points are found: theory/renormalization/fixed_points_of_maps.py.

Reference
    T. Niemeijer, J. van Leeuwen, in Phase Transitions and Critical Phenomena 6 (1976), chapter 7;
    J. Cardy, Scaling and Renormalization in Statistical Physics, chapter 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Float, I, Matrix, S, Symbol, atan, expand_log, im, log, oo, re, sqrt, sympify

from theory import decision
from theory.renormalization.enclosed_reals import known_real
from theory.renormalization.exponents import Exponents, critical_exponents


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
        """φ ∘ R ∘ φ⁻¹ with φ = `changed` and φ⁻¹ = `inverse`, as {w: exp(−2K)} and {K: −log(w)/2}; not simplified.

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
            listed += f"; undecided: {', '.join(self.undecided)}" if self.undecided else ""
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
