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
from math import gcd

from sympy import Dummy, Expr, Float, Poly, S, Symbol, cancel, factor_list, fraction, together
from sympy.functions import atanh, cosh, coth, exp, log, sinh, tanh

RATES = (1, 2, 4)


class NotAlgebraic(NotImplementedError):
    """The map has none of the forms (1), (2), (3)."""


@dataclass(frozen=True)
class Equation:
    """numerator(t) = 0, where t = g (`rate` 0) or t = e^{rate g} > 0; `slope` is dg′/dg there.

    In form (3) `slope` may contain `other`: ln t where t = e^g, and e^t where t = g.
    """

    numerator: Expr
    t: Symbol
    rate: int
    slope: Expr
    other: Symbol

    def coupling(self, root: Expr) -> Expr:
        """g at t = root."""
        return root if self.rate == 0 else log(root) / self.rate

    def partner(self, root: Expr) -> Expr:
        """The value of `other` at t = root."""
        return exp(root) if self.rate == 0 else log(root)


def equations(image: Expr, g: Symbol) -> list[Equation]:
    """Polynomial equations whose zeros are the fixed points of g′ = image, in the first of the forms (1), (2), (3).

    Raises NotAlgebraic where the map has none, ValueError for a map that contains floats, or is the identity.
    """
    if image.has(Float):
        raise ValueError(f"map {g}′ = {image} contains a float, so no zero is exact; write it with Rational")
    if image.is_rational_function(g):
        t = Dummy(g.name, real=True)
        return [_one(image.xreplace({g: t}), t, 0, image)]
    for rate in RATES:
        u = Dummy("u", positive=True)
        try:
            exponential = _exponential(image * rate, g, u, rate)
        except NotAlgebraic:
            continue
        return [_one(exponential, u, rate, image)]
    return _separated(image, g)


def exponential_image(image: Expr, g: Symbol, u: Symbol, rate: int) -> Expr:
    """e^{rate · image} as a rational function of u = e^{rate · g}; NotAlgebraic where it is none."""
    return cancel(_exponential(image * rate, g, u, rate))


def _one(U: Expr, t: Symbol, rate: int, image: Expr) -> Equation:
    """(1), (2)  The numerator of U(t) − t."""
    U = cancel(U)
    if t == U:
        raise ValueError(f"the map {image} is the identity: every point is fixed and none is isolated")
    return Equation(fraction(cancel(U - t))[0], t, rate, cancel(U.diff(t)), Dummy("other"))


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


def _separated(image: Expr, g: Symbol) -> list[Equation]:
    """(3)  Factors in g alone or in u = e^g alone, of the numerator of R(g) − g."""
    t, u = Dummy(g.name, real=True), Dummy("u", positive=True)
    mixed = cancel(together(_with_bare_coupling(image, g, t, u)))
    slope = cancel(mixed.diff(t) + u * mixed.diff(u))
    found = []
    for part, multiplicity in factor_list(fraction(cancel(mixed - t))[0])[1]:
        names = part.free_symbols & {t, u}
        if len(names) != 1:
            raise NotAlgebraic(f"{part.xreplace({t: g, u: exp(g)})} = 0 mixes {g} with its exponential")
        if names == {t}:
            found.append(Equation(part**multiplicity, t, 0, slope, u))
        else:
            found.append(_deflated(part**multiplicity, slope, u, t))
    return found


def _deflated(numerator: Expr, slope: Expr, u: Symbol, t: Symbol) -> Equation:
    """The equation in u^k, k the largest power such that numerator and slope depend on u^k alone; ln(u^k) = k t."""
    parts = [Poly(part, u) for part in (numerator, *fraction(cancel(slope)))]
    k = gcd(*(power for part in parts for (power,) in part.monoms()))
    lowered = [Poly({(m // k,): c for (m,), c in part.terms()}, u).as_expr() for part in parts]
    other = Dummy("other")
    return Equation(lowered[0], u, k, (lowered[1] / lowered[2]).xreplace({t: other / k}), other)


def _with_bare_coupling(f: Expr, g: Symbol, t: Symbol, u: Symbol) -> Expr:
    """f as a rational function of t = g and u = e^g."""
    if f == g:
        return t
    if f.is_Add or f.is_Mul:
        return f.func(*(_with_bare_coupling(part, g, t, u) for part in f.args))
    if f.is_Pow and f.exp.is_Integer:
        return _with_bare_coupling(f.base, g, t, u) ** f.exp
    return _rational(f, g, u, 1)
