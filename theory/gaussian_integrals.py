"""Expectations over a Gaussian variable, enclosed in balls.

Statement
    Let |f(x)| ≤ A e^(B|x|) on the real line, β = B√K and T > β. Then
        (1)  |E f(√K t) − (2π)^−½ ∫_{−T}^{T} f(√K t) e^(−t²/2) dt| ≤ A e^(β²/2) erfc((T − β)/√2),  t standard normal.
    The integral is a sum of certified ones between the kinks of f, between which f is analytic.

Hypotheses
    H1  f is written with sgn of linear functions (so |x|, max, min, cases), and between the kinks with what
        theory.exponential_bounds bounds; the bound is needed beyond the outer kinks only.

Derivation
    (1): A e^(β|t|) times the density, its exponent completed to a square, integrates to the right side beyond ±T.
    A bound A e^(By) of f(k ± y) for y ≥ 0, k the outer kink, is one of f by A e^(B|k|) e^(B|x|).

Reference
    F. Johansson, Numerical integration in arbitrary-precision ball arithmetic, ICMS 2018 (the integrals between kinks).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import flint
import sympy
from flint import acb, arb
from sympy import Expr, Symbol, cse, erf, exp, sign

from theory.balls import FUNCTIONS, enclose
from theory.exponential_bounds import Majorant, majorant
from theory.steps import in_steps, on_the_line

Evaluator = Callable[[acb, bool], acb]
WIDEST = arb(3) / 10  # a relatively wider ball of deviations gives nothing and takes long

MEROMORPHIC: dict[type, Callable[[acb], acb]] = {
    **{f: FUNCTIONS[f] for f in (exp, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, erf)},
    sympy.sech: acb.sech,
    sympy.erfc: acb.erfc,
}


def evaluator(f: Expr, x: Symbol) -> Evaluator:
    """f as a function of (ball, analytic): not finite where `analytic` is asked and a branch cut is met."""
    shared, (last,) = cse([f], symbols=sympy.numbered_symbols("shared"))
    steps = [(name, _compiled(part)) for name, part in shared]
    value = _compiled(last)

    def at(t: acb, analytic: bool) -> acb:
        known = {x: t}
        for name, part in steps:
            known[name] = part(known, analytic)
        return value(known, analytic)

    return at


def _compiled(f: Expr) -> Callable[[dict[Symbol, acb], bool], acb]:
    """A closure that evaluates f at the balls of its symbols."""
    if f.is_Symbol:
        return lambda known, analytic: known[f]
    if not f.free_symbols:
        return lambda known, analytic: _constant(f, flint.ctx.prec)
    parts = [_compiled(part) for part in f.args]
    if f.is_Add:
        return lambda known, analytic: sum((part(known, analytic) for part in parts), acb(0))
    if f.is_Mul:
        return lambda known, analytic: _product([part(known, analytic) for part in parts])
    if f.is_Pow and f.exp.is_Integer:
        power = int(f.exp)
        return lambda known, analytic: parts[0](known, analytic) ** power
    if f.is_Pow and f.exp.is_Rational:
        return lambda known, analytic: parts[0](known, analytic).pow(
            _constant(f.exp, flint.ctx.prec), analytic=analytic
        )
    return _compiled_function(f, parts[0])


def _product(values: list[acb]) -> acb:
    product = acb(1)
    for value in values:
        product *= value
    return product


@lru_cache(maxsize=4096)
def _constant(f: Expr, bits: int) -> acb:
    return enclose(f, bits * 3 // 10)


def _compiled_function(
    f: Expr, argument: Callable[[dict[Symbol, acb], bool], acb]
) -> Callable[[dict[Symbol, acb], bool], acb]:
    kind = type(f)
    if kind in MEROMORPHIC:
        return lambda known, analytic: MEROMORPHIC[kind](argument(known, analytic))
    if kind is sympy.log:
        return lambda known, analytic: argument(known, analytic).log(analytic=analytic)
    if kind in (sympy.atan, sympy.asinh):
        return lambda known, analytic: _uncut(FUNCTIONS[kind], argument(known, analytic), analytic)
    if kind is sympy.asin:
        return lambda known, analytic: acb("nan") if analytic else argument(known, analytic).asin()
    raise NotImplementedError(f"{f}: no evaluation in complex balls; write it with exp, log, tanh, sin, erf, atan, ...")


def _uncut(function: Callable[[acb], acb], t: acb, analytic: bool) -> acb:
    """atan and asinh, whose cuts lie on the imaginary axis beyond ±i."""
    return acb("nan") if analytic and t.real.contains(0) and not abs(t.imag) < 1 else function(t)


@dataclass(frozen=True)
class Piece:
    """f between two of its kinks, left and right (None: infinite), where it is the analytic `formula`."""

    left: Expr | None
    right: Expr | None
    formula: Expr


@lru_cache(maxsize=512)
def pieces(f: Expr, x: Symbol) -> tuple[Piece, ...]:
    """f, written with sgn of linear functions, as analytic pieces from left to right."""
    f = in_steps(f, x)
    kinks: list[Expr] = []
    for s in f.atoms(sign):
        p = sympy.Poly(s.args[0], x) if s.args[0].is_polynomial(x) else None
        if p is None or p.degree() > 1 or p.free_symbols_in_domain:
            raise NotImplementedError(f"{s} in {f}: a kink is found where sgn is taken of a x + b with numbers a, b")
        kinks += [-p.coeff_monomial(1) / p.coeff_monomial(x)] if p.degree() == 1 else []
    ends = [None, *sorted(set(kinks), key=lambda k: enclose(k).real.mid()), None]
    return tuple(_piece(f, x, left, right) for left, right in pairwise(ends))


def _piece(f: Expr, x: Symbol, left: Expr | None, right: Expr | None) -> Piece:
    if left is None:
        inside = sympy.S.Zero if right is None else right - 1
    else:
        inside = left + 1 if right is None else (left + right) / 2
    signs = {s: s.subs(x, inside) for s in f.atoms(sign)}
    return Piece(left, right, f.subs(signs))


@dataclass(frozen=True)
class _Prepared:
    """What is integrated: pieces with their evaluators, a bound beyond the outer kinks, the largest |kink|."""

    parts: tuple[tuple[Piece, Evaluator], ...]
    tail: Majorant
    furthest: arb


@lru_cache(maxsize=512)
def _prepared(f: Expr, x: Symbol) -> _Prepared:
    parts = pieces(f, x)
    y = sympy.Dummy(nonnegative=True)
    outer = ((parts[0].formula, parts[0].right, -1), (parts[-1].formula, parts[-1].left, 1))
    scale, rate, furthest = arb(0), arb(0), arb(0)
    for formula, kink, side in outer:
        start = sympy.S.Zero if kink is None else kink
        bound = majorant(formula.subs(x, start + side * y), y)
        away = abs(enclose(start).real)
        scale, rate = scale.max(bound.scale * (bound.rate * away).exp()), rate.max(bound.rate)
        furthest = furthest.max(away)
    return _Prepared(tuple((part, evaluator(part.formula, x)) for part in parts), Majorant(scale, rate), furthest)


def gaussian_mean_ball(f: Expr | int, x: Symbol, K: arb | Expr | int, digits: int = 30, order: int = 0) -> arb:
    """A ball that contains E f(x) he_n(x/√K), x normal with mean 0 and a variance K > 0, or any in the ball K.

    n is `order`, he_n = He_n/√n! the n-th Hermite polynomial with E he_n(t)² = 1; he_0 = 1. Computed with `digits`
    digits; less are right where K is wide. Raises NotImplementedError where H1 fails or the integral is not bounded.
    """
    x, f = on_the_line(x, f)
    prepared = _prepared(f, x)
    with flint.ctx.workprec(10 * digits // 3 + 24):
        variance = K if isinstance(K, arb) else enclose(sympy.sympify(K), digits + 8).real
        if not variance > 0:
            raise ValueError(f"E {f} at the variance {variance}: a variance is positive; at 0 take the value at 0")
        mean = _integral(prepared, variance.sqrt(), digits, order)
    if not mean.is_finite():
        raise NotImplementedError(
            f"E {f} at the variance {variance}: not enclosed; the variance is too wide a ball, or {f} has a pole on "
            f"the line"
        )
    return mean


def _integral(f: _Prepared, deviation: arb, digits: int, order: int) -> arb:
    """(1) in t = x/σ, σ the middle of the ball `deviation`, so that f is taken at sharp points."""
    scale, beta = f.tail.scale, f.tail.rate * deviation.upper()
    if order:
        scale, beta = scale * _hermite_scale(order), beta + 1
    wanted = 5 * (digits + 4) + beta**2 + 2 * (1 + scale).log()
    reach = (beta + wanted.sqrt()).max(f.furthest / deviation.lower()).upper().ceil()
    tail = scale * (beta**2 / 2).exp() * ((reach - beta) / arb(2).sqrt()).erfc()
    middle = arb(deviation.mid())
    if deviation.rad() > middle * WIDEST:
        return arb("nan")
    ratio, limit = middle / deviation, (reach * deviation / middle).upper()
    tolerance = arb(10) ** (-digits - 3) + (deviation.rad() / middle).upper()
    total = arb(0)
    for piece, at in f.parts:
        left, right = (_end(end, middle, default) for end, default in ((piece.left, -limit), (piece.right, limit)))
        total += _between(at, (middle, ratio), (left, right), tolerance, order)
    return ratio * total / (2 * arb.pi()).sqrt() + arb(0, tail.upper())


def _between(at: Evaluator, scales: tuple[arb, arb], ends: tuple[arb, arb], tolerance: arb, order: int) -> arb:
    middle, ratio = scales

    def integrand(t: acb, analytic: bool) -> acb:
        u = ratio * t
        return at(middle * t, analytic) * (-u * u / 2).exp() * _hermite(order, u)

    return acb.integral(integrand, *ends, rel_tol=tolerance, abs_tol=tolerance).real


def _hermite(order: int, t: acb) -> acb:
    """he_n(t), by √(k+1) he_{k+1} = t he_k − √k he_{k−1}."""
    before, value = acb(0), acb(1)
    for k in range(order):
        before, value = value, (t * value - arb(k).sqrt() * before) / arb(k + 1).sqrt()
    return value


def _hermite_scale(order: int) -> arb:
    """C with |he_n(t)| ≤ C e^|t|: the sum of k! |c_k| over the coefficients, as |t|^k ≤ k! e^|t|."""
    terms = (arb.fac_ui(order) / (arb.fac_ui(j) * arb(2) ** j) for j in range(order // 2 + 1))
    return sum(terms, arb(0)) / arb.fac_ui(order).sqrt()


def _end(kink: Expr | None, deviation: arb, default: arb) -> arb:
    return default if kink is None else enclose(kink, 60).real / deviation
