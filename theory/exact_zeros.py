"""Whether an exact coefficient is zero, with integer parameters that stand for every pole of a family.

Statement
    `is_zero(c)` decides c = 0 for a closed c, or for c rational in symbols. A symbol k listed in `excluded` is an
    integer that takes every value but the excluded ones; then c must be 0 for all such k, or for none:
        (1)  a rational function of k that is not identically 0 vanishes at the integer roots of its numerator only.
    Other symbols are generic: c is zero if it vanishes identically.

Hypotheses
    H1  c is built from numbers that theory/balls.py encloses.

Derivation
    A ball that excludes 0, at one value of the symbols, shows that c is not identically 0; algebra shows that it is.
    If neither is reached, or if c is zero at some admitted k and not at others, NotImplementedError is raised: nothing
    is decided by a tolerance.

Reference
    Ours; for the undecidability in general: D. Richardson, J. Symbolic Logic 33 (1968) 514.
"""

from collections.abc import Collection, Mapping

from sympy import Expr, Integer, Poly, Rational, Symbol, cancel, exp, expand, fraction, roots, sympify, together
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.polys.polyerrors import NotInvertible, PolynomialError

from theory.algebraic_numbers import AlgebraicNumber
from theory.balls import enclose
from theory.decision import reduces_to_zero, vanishes

Excluded = Mapping[Symbol, Collection[int]]
SAMPLES = (Rational(1009, 7), Rational(-577, 11))
SAMPLED_INTEGER = Integer(1009)


class Exceptional(NotImplementedError):
    """An expression in the symbol k that vanishes at the integer `value` of k and not at others."""

    def __init__(self, c: Expr, k: Symbol, value: int) -> None:
        super().__init__(f"{c} vanishes at {k} = {value} and not at other {k}: take that case apart")
        self.symbol, self.value = k, value


def reduced(c: Expr) -> Expr:
    """c modulo the minimal polynomial of the one algebraic number that it contains, if it is rational in it."""
    numbers = c.atoms(AlgebraicNumber)
    if len(numbers) != 1:
        return c
    (number,) = numbers
    x = Symbol("x")
    written = c.xreplace({number: x})
    try:
        p = _polynomial_or_quotient(written, x, number)
        return p.rem(_minimal(number, p)).as_expr().xreplace({x: number})
    except (PolynomialError, NotInvertible):
        return c


def _polynomial_or_quotient(c: Expr, x: Symbol, number: AlgebraicNumber) -> Poly:
    """A polynomial in x that takes the value c at the number."""
    try:
        return Poly(c, x, field=True)
    except PolynomialError:
        numerator, denominator = (Poly(part, x, field=True) for part in fraction(together(c)))
        return numerator * denominator.invert(_minimal(number, denominator))


def _minimal(number: AlgebraicNumber, like: Poly) -> Poly:
    return Poly(number.minimal_polynomial().as_expr(), like.gen, domain=like.domain)


def _sampled(c: Expr) -> Expr:
    values = iter(SAMPLES * len(c.free_symbols))
    return c.subs({s: SAMPLED_INTEGER if s.is_integer else next(values) for s in sorted(c.free_symbols, key=str)})


def _excludes_zero(c: Expr) -> bool:
    try:
        ball = enclose(c, 30)
    except NotImplementedError:
        return False
    return bool(ball.is_finite() and not ball.contains(0))


def _with_exp(c: Expr) -> Expr:
    """cosh(log a) as (a + 1/a)/2, and so on."""
    return expand(c.rewrite(exp)) if c.has(TrigonometricFunction, HyperbolicFunction) else c


def _identically_zero(c: Expr) -> bool:
    if c.free_symbols:
        if _excludes_zero(_sampled(c)):
            return False
        if cancel(together(c)) == 0 or reduces_to_zero(c):
            return True
    else:
        for written in (c, _with_exp(c)):
            decided = vanishes(written).value
            if decided is not None:
                return decided
    raise NotImplementedError(f"whether {c} is zero is not decided: no ball excludes 0 and no identity found shows it")


def is_zero(c: Expr | int, excluded: Excluded | None = None) -> bool:
    """Whether c = 0, see the module. Raises NotImplementedError where that is not decided, or depends on k."""
    c = sympify(c)
    c = reduced(c) if c.has(AlgebraicNumber) else expand(c)
    if c.is_Rational:
        return bool(c == 0)
    if _identically_zero(c):
        return True
    for k in (excluded or {}).keys() & c.free_symbols:
        for root in integer_roots(c, k):
            if root not in (excluded or {})[k]:
                raise Exceptional(c, k, root)
    return False


def integer_roots(c: Expr, k: Symbol) -> list[int]:
    """(1)  The integers k at which c = 0. Raises NotImplementedError if c is not rational in k, or not solved."""
    try:
        p = Poly(fraction(together(c))[0], k)
    except PolynomialError as error:
        raise NotImplementedError(f"the integers {k} with {c} = 0: not rational in {k}") from error
    found = roots(p)
    if sum(found.values()) != p.degree():
        raise NotImplementedError(f"the integers {k} with {c} = 0: not solved in closed form")
    return [integer for root in found if (integer := _integer(root)) is not None]


def _integer(root: Expr) -> int | None:
    """The integer that a closed number is, or None if it is none."""
    if root.is_Rational:
        return int(root) if root.is_integer else None
    if root.is_integer is False or root.is_real is False:
        return None
    ball = enclose(root, 30)
    nearest = ball.real.unique_fmpz() if ball.imag.contains(0) else None
    if nearest is None and (not ball.imag.contains(0) or not ball.real.contains_integer()):
        return None
    if nearest is not None and is_zero(root - int(nearest)):
        return int(nearest)
    raise NotImplementedError(f"whether {root} is an integer is not decided")
