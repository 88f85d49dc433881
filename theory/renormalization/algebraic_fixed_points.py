"""Fixed points of algebraic maps: all of them, with multipliers in the field of the fixed point.

Statement
    Let R be rational, or one of the one-coupling maps of theory/renormalization/map_coordinates.py, with rational
    coefficients. The fixed points are the points of ℚ(θ)ⁿ, θ algebraic, at which the numerators of R(g) − g vanish and
    the denominators do not; DR there has entries in ℚ(θ), so a single multiplier is an element of ℚ(θ).

Hypotheses
    H1  rational coefficients, finitely many fixed points.

Derivation
    theory/polynomial_systems.py solves numerators = 0, z · denominators = 1, and certifies the count. Inverses in
    ℚ(θ) are those of Euclid's algorithm modulo the minimal polynomial.

Reference
    H. Cohen, A Course in Computational Algebraic Number Theory, section 4.2 (arithmetic of number fields).
"""

from flint import fmpq, fmpq_poly
from sympy import Dummy, Expr, Poly, PolynomialError, S, Symbol, cancel, fraction

from theory import decision
from theory.balls import enclose
from theory.number_fields import Point, eigenvalues, repeated
from theory.polynomial_systems import SolutionSet, solutions
from theory.renormalization.enclosed_reals import known_real
from theory.renormalization.map_coordinates import Equation, NotAlgebraic, equations
from theory.renormalization.maps import MapFixedPoint, MapFixedPoints, RGMap


def algebraic_fixed_points(R: RGMap) -> MapFixedPoints:
    """All real fixed points of R, exactly, and the number of the others.

    Raises NotAlgebraic where R has no algebraic form with rational coefficients, NotImplementedError for a curve
    of fixed points.
    """
    return _one_coupling(R) if len(R.couplings) == 1 else _several(R)


def _solved(expressions: list[Expr], unknowns: list[Symbol], R: RGMap) -> SolutionSet:
    try:
        found = solutions(expressions, unknowns)
    except NotImplementedError as reason:
        raise NotAlgebraic(str(reason)) from reason
    if found.count is None:
        listed = "; ".join(map(str, found.components))
        raise NotImplementedError(
            f"fixed points of {R}: not isolated, all of {listed} is fixed; along such a set one multiplier is 1"
        )
    return found


def _one_coupling(R: RGMap) -> MapFixedPoints:
    points: list[MapFixedPoint] = []
    others = 0
    for equation in equations(R.images[0], R.couplings[0]):
        for p in _solved([equation.numerator], [equation.t], R).points:
            root = p.coordinates[0]
            if not p.real or (equation.rate and not _is_fixed(R, equation, root)):
                others += p.multiplicity or 1
                continue
            at, multiplier = equation.coupling(root), _multiplier(equation, p)
            points = _joined(points, MapFixedPoint((at,), (multiplier,), R.b, p.multiplicity or 1))
    return MapFixedPoints(tuple(sorted(points, key=lambda p: p.at[0].evalf(15))), others)


def _is_fixed(R: RGMap, equation: Equation, root: Expr) -> bool:
    """Whether t = root > 0 solves R(g) = g itself: e^{cR} = e^{cg} may hold for a complex R. Both differ discretely."""
    if decision.sign(root)[0] != 1:
        return False
    g = equation.coupling(root)
    return enclose(R.images[0].xreplace({R.couplings[0]: g}) - g).contains(0)


def _joined(points: list[MapFixedPoint], new: MapFixedPoint) -> list[MapFixedPoint]:
    """One entry a place: in form (3) g = 0 may be a zero of a factor in g and of one in e^g."""
    for k, old in enumerate(points):
        if old.at == new.at:
            both = MapFixedPoint(old.at, old.multipliers, old.b, old.multiplicity + new.multiplicity)
            return [*points[:k], both, *points[k + 1 :]]
    return [*points, new]


def _multiplier(equation: Equation, p: Point) -> Expr:
    """dg′/dg, coefficient by coefficient of `other` where that occurs."""
    root = p.coordinates[0]
    numerator, denominator = fraction(equation.slope)
    if not equation.slope.has(equation.other):
        return p.number(field_element(equation.slope, (equation.t,), p))
    partner = equation.partner(root)
    if denominator.has(equation.other) or not numerator.is_polynomial(equation.other):
        return known_real(equation.slope.xreplace({equation.t: root, equation.other: partner}))
    total = S.Zero
    for (power,), c in Poly(numerator, equation.other).terms():
        total += p.number(field_element(c / denominator, (equation.t,), p)) * partner**power
    return known_real(total)


def field_element(f: Expr, unknowns: tuple[Symbol, ...], p: Point) -> fmpq_poly:
    """A rational function at a point, in ℚ(θ). Raises ZeroDivisionError where its denominator vanishes."""
    above, below = (_polynomial_at(part, unknowns, p) for part in fraction(cancel(f)))
    modulus = fmpq_poly(p.modulus)
    if below == 0:
        raise ZeroDivisionError(f"the denominator of {f} vanishes at {p.coordinates}")
    return above * below.xgcd(modulus)[1] % modulus


def _polynomial_at(f: Expr, unknowns: tuple[Symbol, ...], p: Point) -> fmpq_poly:
    modulus, total = fmpq_poly(p.modulus), fmpq_poly([0])
    for powers, c in Poly(f, *unknowns).terms():
        term = fmpq_poly([fmpq(int(c.p), int(c.q))])
        for h, k in zip(p.representation, powers, strict=False):
            for _ in range(k):
                term = term * h % modulus
        total += term
    return total % modulus


def _several(R: RGMap) -> MapFixedPoints:
    """Numerators of R(g) − g, and z · denominators = 1."""
    try:
        pairs = [fraction(cancel(image - g)) for g, image in zip(R.couplings, R.images, strict=True)]
        if not all(part.is_polynomial(*R.couplings) for pair in pairs for part in pair):
            raise NotAlgebraic("not all images are rational")
    except PolynomialError as reason:
        raise NotAlgebraic(str(reason)) from reason
    z, product = Dummy("z"), S.One
    for _, denominator in pairs:
        product *= denominator
    extra = [z * product - 1] if product.has(*R.couplings) else []
    found = _solved([n for n, _ in pairs] + extra, [*R.couplings, *([z] if extra else [])], R)
    points = [_exact(R, p) for p in found.points if p.real]
    return MapFixedPoints(tuple(points), (found.count or 0) - sum(p.multiplicity for p in points))


def _exact(R: RGMap, p: Point) -> MapFixedPoint:
    n = len(R.couplings)
    slopes = R.derivative()
    rows = [[field_element(slopes[i, j], R.couplings, p) for j in range(n)] for i in range(n)]
    multipliers, jordan = repeated(eigenvalues(rows, p))
    return MapFixedPoint(p.coordinates[:n], multipliers, R.b, p.multiplicity or 1, "exact", jordan)
