"""Coordinates in which the fixed points of a one-coupling map are zeros of polynomials.

Statement
    Let g′ = R(g). In each of the three cases the fixed points are zeros of polynomials over one field:
        (1)  R is rational in g;
        (2)  e^{cR} = U(u) is rational in u = e^{cg}, c = 1, 2 or 4: then u = U(u), and g = ln(u)/c for u > 0;
        (3)  the numerator of R(g) − g, a polynomial in g and u = e^{cg}, is a product of polynomials in g alone
             and in u alone.
    The multiplier in (2) is the same in both coordinates: dg′/dg = U′(u) u/U(u) = U′(u) at u = U(u).

Hypotheses
    H1  R is real for real g and built by +, ·, /, integer powers, exp, cosh, sinh, tanh, coth and, in (2), by log
        and atanh of such functions.
    H2  only u > 0 belongs to a real g. u → 0 and u → ∞ are g = ∓∞: no fixed points in g. They may be fixed points in
        another coordinate, whose multipliers depend on the coordinate; name it, as in w = exp(−2g).

Derivation
    tanh h = (e^{2h} − 1)/(e^{2h} + 1), e^{k atanh h} = ((1 + h)/(1 − h))^{k/2}, e^{k ln h} = h^k. Zeros of a
    denominator are no fixed points: numerators are taken in lowest terms, where no common zero is left.

Reference
    Elementary; the statement is ours.
"""

from dataclasses import dataclass

from sympy import Dummy, Expr, Float, Poly, PolynomialError, S, Symbol, cancel, factor_list, fraction, together
from sympy.functions import atanh, cosh, coth, exp, log, sinh, tanh

RATES = (1, 2, 4)


class NotAlgebraic(NotImplementedError):
    """The map has none of the forms (1), (2), (3)."""


@dataclass(frozen=True)
class Coordinate:
    """t = g (`rate` 0) or t = e^{rate · g}."""

    t: Symbol
    rate: int

    def coupling(self, root: Expr) -> Expr:
        """g at t = root > 0, or at t = g."""
        return root if self.rate == 0 else log(root) / self.rate


@dataclass(frozen=True)
class Factor:
    """An irreducible polynomial in t whose zeros are fixed points, with its multiplicity; all fields in one place.

    `slope` is dg′/dg as an expression in t, and in g where (3) leaves it there.
    """

    polynomial: Poly
    multiplicity: int
    coordinate: Coordinate
    slope: Expr


def factors(image: Expr, g: Symbol) -> list[Factor]:
    """The irreducible factors of R(g) − g in the first of the forms (1), (2), (3) that R has.

    Raises NotAlgebraic where it has none, ValueError for a map that contains floats, or R(g) = g.
    """
    if image.has(Float):
        raise ValueError(f"map {g}′ = {image} contains a float, so no zero is exact; write it with Rational")
    if image.is_rational_function(g):
        t = Dummy(g.name, real=True)
        return _of_rational(image.xreplace({g: t}), Coordinate(t, 0), image)
    for rate in RATES:
        u = Dummy("u", positive=True)
        try:
            exponential = cancel(_exponential(image * rate, g, u, rate))
        except NotAlgebraic:
            continue
        return _of_rational(exponential, Coordinate(u, rate), image)
    return _separated(image, g)


def _of_rational(U: Expr, coordinate: Coordinate, image: Expr) -> list[Factor]:
    """(1), (2)  The factors of the numerator of U(t) − t."""
    t = coordinate.t
    difference = cancel(U - t)
    if difference == 0:
        raise ValueError(f"the map {image} is the identity: every point is fixed and none is isolated")
    slope = cancel(U.diff(t))
    return [Factor(p, m, coordinate, slope) for p, m in _irreducible(fraction(difference)[0], t)]


def _irreducible(numerator: Expr, t: Symbol) -> list[tuple[Poly, int]]:
    try:
        return [(Poly(part, t), m) for part, m in factor_list(numerator)[1] if part.has(t)]
    except PolynomialError as error:
        raise NotAlgebraic(f"{numerator}: {error}") from error


def _integer(power: Expr, what: Expr) -> int:
    if not power.is_Integer:
        raise NotAlgebraic(f"{what} enters with the power {power}")
    return int(power)


def _exponential(f: Expr, g: Symbol, u: Symbol, rate: int) -> Expr:
    """e^f as a rational function of u = e^{rate g}."""
    if f == 0:
        return S.One
    if f.is_Add:
        result = S.One
        for term in f.args:
            result *= _exponential(term, g, u, rate)
        return result
    k, rest = f.as_coeff_Mul()
    if rest == g:
        return u ** _integer(k / rate, u)
    if isinstance(rest, log):
        return _rational(rest.args[0], g, u, rate) ** _integer(k, rest.args[0])
    if isinstance(rest, atanh):
        h = _rational(rest.args[0], g, u, rate)
        return ((1 + h) / (1 - h)) ** _integer(k / 2, rest)
    raise NotAlgebraic(f"exp({f}) is not rational in exp({rate}*{g})")


def _rational(f: Expr, g: Symbol, u: Symbol, rate: int) -> Expr:
    """f as a rational function of u = e^{rate g}."""
    if not f.has(g):
        return f
    if f.is_Add or f.is_Mul:
        return f.func(*(_rational(part, g, u, rate) for part in f.args))
    if f.is_Pow and f.exp.is_Integer:
        return _rational(f.base, g, u, rate) ** f.exp
    if isinstance(f, exp):
        return _exponential(f.args[0], g, u, rate)
    if isinstance(f, tanh | coth):
        square = _exponential(2 * f.args[0], g, u, rate)
        ratio = (square - 1) / (square + 1)
        return ratio if isinstance(f, tanh) else 1 / ratio
    if isinstance(f, cosh | sinh):
        e = _exponential(f.args[0], g, u, rate)
        return (e + 1 / e) / 2 if isinstance(f, cosh) else (e - 1 / e) / 2
    raise NotAlgebraic(f"{f} is not rational in exp({rate}*{g})")


def _separated(image: Expr, g: Symbol) -> list[Factor]:
    """(3)  Factors in g alone or in u = e^g alone, of the numerator of R(g) − g."""
    t, u = Dummy(g.name, real=True), Dummy("u", positive=True)
    mixed = _with_bare_coupling(image, g, t, u)
    numerator = fraction(cancel(together(mixed - t)))[0]
    slope = cancel(mixed.diff(t) + u * mixed.diff(u))
    found = []
    for part, multiplicity in factor_list(numerator)[1]:
        names = part.free_symbols & {t, u}
        if len(names) != 1:
            raise NotAlgebraic(f"{part.xreplace({t: g, u: exp(g)})} = 0 mixes {g} with its exponential")
        coordinate = Coordinate(*((t, 0) if names == {t} else (u, 1)))
        at = slope.xreplace({t: log(u)}) if names == {u} else slope.xreplace({u: exp(t)})
        found.append(Factor(Poly(part, coordinate.t), multiplicity, coordinate, at))
    return found


def _with_bare_coupling(f: Expr, g: Symbol, t: Symbol, u: Symbol) -> Expr:
    """f as a rational function of t = g and u = e^g."""
    if f == g:
        return t
    if f.is_Add or f.is_Mul:
        return f.func(*(_with_bare_coupling(part, g, t, u) for part in f.args))
    if f.is_Pow and f.exp.is_Integer:
        return _with_bare_coupling(f.base, g, t, u) ** f.exp
    return _rational(f, g, u, 1)
