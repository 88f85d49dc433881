"""Residues of functions with parameters: formulas for generic parameters, checked at numbers.

Statement
    Let f depend on parameters a, b, … besides z. For all values but those on a proper analytic subset, f has singular
    points p(a, b, …) of fixed orders, its residues there are analytic in a, b, …, and
        (1)  S(f) + Res(f, ∞) = 0   identically.
    For f = N/(q^m Q₀) rational, q irreducible of degree above 2, the simple poles (m = 1) with q(p) = 0 have
        (2)  Res(f, p) = N(p)/(q′(p) Q₀(p)).

Hypotheses
    H1  parameters are generic complex numbers: no difference of singular points, no leading coefficient vanishes unless
        it does so identically.

Derivation
    Zeros of the divisors are analytic in the parameters off discriminants, and Laurent coefficients are rational in
    what they are computed from. The first route is that of theory/certified_residues.py with symbols; the second takes
    rational values of the parameters, and there residues in balls.

Reference
    Ours; L. Ahlfors, Complex Analysis, chapter 8 (analytic dependence on parameters).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Dummy, Expr, Rational, S, Symbol, cancel, factor_list, oo, simplify, sympify

from theory.balls import enclose
from theory.certified_residues import certified_residue
from theory.exact_residues import exact_residue
from theory.rational_functions import lowest_terms
from theory.residue_tables import table
from theory.residues import residue_at_infinity, residue_sum
from theory.singularities import candidates, check_holomorphic, zeros

SAMPLES = ((5, 7), (-11, 13), (17, 9), (-19, 6), (23, 15), (29, 8))
DIGITS = 30
Values = Mapping[Symbol, Rational]


@dataclass(frozen=True)
class ParametricPoint:
    """A singular point `at`, or every root `at` of `polynomial` in it, with the residue there as a formula."""

    at: Expr
    kind: str
    order: int
    value: Expr
    polynomial: Expr | None = None


@dataclass(frozen=True)
class ParametricTable:
    """The points, S(f) and Res(f, ∞) for generic parameters; `checked` are the values at which balls agreed."""

    points: tuple[ParametricPoint, ...]
    plane: Expr
    infinity: Expr
    checked: tuple[Values, ...]


def samples(f: Expr, z: Symbol) -> tuple[Values, ...]:
    """Two choices of rational numbers for the parameters."""
    names = sorted(f.free_symbols - {z}, key=str)
    if len(names) + 1 > len(SAMPLES):
        raise NotImplementedError(f"{f}: {len(names)} parameters; at most {len(SAMPLES) - 1} are checked")
    return tuple({a: Rational(*SAMPLES[i + k]) for i, a in enumerate(names)} for k in range(2))  # pyright: ignore[reportReturnType]


def parametric_residue(f: Expr, z: Symbol, at: Expr) -> ParametricPoint:
    """The residue at a point, which may contain the parameters. Errors as in `certified_residue`."""
    f, at = sympify(f), oo if sympify(at).is_infinite else sympify(at)
    kind, order, value = exact_residue(f, z, at)
    for chosen in samples(f + (0 if at.is_infinite else at), z):
        there = certified_residue(f.subs(chosen), z, at.subs(chosen), DIGITS)
        formula = enclose(value.subs(chosen), DIGITS)
        if not there.ball.overlaps(formula):
            raise ArithmeticError(f"internal error: {f} at {at}: {value} by symbols, {there.value} at {chosen}")
    return ParametricPoint(at, kind, order, value)


def parametric_table(f: Expr, z: Symbol) -> ParametricTable:
    """The table of f for generic parameters.

    Raises Undefined or NotImplementedError as `table` does, ArithmeticError where a value in balls disagrees.
    """
    f = sympify(f)
    check_holomorphic(f, z)
    points = _rational_points(f, z) if f.is_rational_function(z) else _points(f, z)
    if f.is_rational_function(z):
        plane, infinity = residue_sum(f, z), residue_at_infinity(f, z)
    else:
        plane = simplify(sum((p.value for p in points), S.Zero))
        infinity = parametric_residue(f, z, oo).value
    chosen = samples(f, z)
    for values in chosen:
        _compare(f, z, points, values, plane, infinity)
    return ParametricTable(tuple(points), plane, infinity, chosen)


def _points(f: Expr, z: Symbol) -> list[ParametricPoint]:
    found = [parametric_residue(f, z, at) for at in candidates(f, z)]
    return [p for p in found if p.kind != "regular"]


def _rational_points(f: Expr, z: Symbol) -> list[ParametricPoint]:
    numerator, denominator = (part.as_expr() for part in lowest_terms(f, z))
    found: list[ParametricPoint] = []
    for q, m in factor_list(denominator, z)[1]:
        try:
            found += [parametric_residue(f, z, at) for at in zeros(q, z)]
        except NotImplementedError:
            if m > 1:
                raise
            p = Dummy("p")
            rest = cancel(denominator / q)
            value = cancel(numerator / (q.diff(z) * rest))
            found.append(ParametricPoint(p, "pole", 1, value.subs(z, p), q.subs(z, p)))
    return found


def _compare(f: Expr, z: Symbol, points: list[ParametricPoint], chosen: Values, plane: Expr, infinity: Expr) -> None:
    """The formulas at these values against a table in balls: sums, and residues at roots."""
    there = table(f.subs(chosen), z, DIGITS)
    pairs = [(there.plane.ball, plane), (there.infinity.ball, infinity)]
    for point in (p for p in points if p.polynomial is not None):
        for r in there.points:
            if enclose(point.polynomial.subs(chosen).subs(point.at, r.at), DIGITS).contains(0):  # pyright: ignore[reportOptionalMemberAccess]
                pairs.append((r.ball, point.value.subs(point.at, r.at)))
    for ball, formula in pairs:
        if ball is None or not ball.overlaps(enclose(formula.subs(chosen), DIGITS)):
            raise ArithmeticError(f"internal error: {f}: {formula} by symbols, {ball} at {chosen}")
