"""Closed real numbers and real functions of balls.

Statement
    `ball_function(f, unknowns)` maps balls that contain x to a ball that contains f(x), and to one that is not finite
    where f is not known to be defined on all of them. An `EnclosedReal` is a SymPy number that is known through its
    balls: its sign is decided by the first ball without 0, and stays undecided if there is none.

Hypotheses
    H1  f is built by +, ·, powers and the functions listed in REAL; its constants are closed expressions.

Derivation
    The inclusion principle, as in theory/balls.py; Arb's real functions return nan outside their domain.

Reference
    F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic,
    IEEE Transactions on Computers 66 (2017) 1281.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from operator import mul
from typing import Any

import flint
import sympy
from flint import acb, arb
from sympy import Basic, Expr, Rational, Symbol
from sympy.core.expr import AtomicExpr
from sympy.printing.precedence import PRECEDENCE, precedence

from theory.balls import Enclosed, enclose

Ball = Callable[[Sequence[arb]], arb]
SIGN_BITS = (64, 256, 1024)

REAL: dict[type, Callable[[arb], arb]] = {
    sympy.exp: arb.exp,
    sympy.log: arb.log,
    sympy.sin: arb.sin,
    sympy.cos: arb.cos,
    sympy.tan: arb.tan,
    sympy.cot: arb.cot,
    sympy.sinh: arb.sinh,
    sympy.cosh: arb.cosh,
    sympy.tanh: arb.tanh,
    sympy.coth: arb.coth,
    sympy.asin: arb.asin,
    sympy.acos: arb.acos,
    sympy.atan: arb.atan,
    sympy.asinh: arb.asinh,
    sympy.acosh: arb.acosh,
    sympy.atanh: arb.atanh,
    sympy.erf: arb.erf,
    sympy.gamma: arb.gamma,
}


def ball_function(f: Expr, unknowns: tuple[Symbol, ...]) -> Ball:
    """x ↦ a ball that contains f(x), compiled once.

    Raises NotImplementedError for a function that theory/balls.py does not list.
    """
    if f in unknowns:
        place = unknowns.index(f)
        return lambda x: x[place]
    if not f.has(*unknowns):
        return _constant(f)
    if f.is_Pow and f.exp.is_Integer:
        base, power = ball_function(f.base, unknowns), int(f.exp)
        return lambda x: base(x) ** power
    parts = [ball_function(part, unknowns) for part in f.args]
    if f.is_Add:
        return lambda x: sum((part(x) for part in parts[1:]), parts[0](x))
    if f.is_Mul:
        return lambda x: reduce(mul, (part(x) for part in parts))
    if f.is_Pow:
        return lambda x: parts[0](x) ** parts[1](x)
    if len(parts) == 1 and type(f) in REAL:
        function = REAL[type(f)]
        return lambda x: function(parts[0](x))
    raise NotImplementedError(
        f"no real enclosure of {f} ({type(f).__name__}): write it with exp, log, tanh, atanh, ... of one argument"
    )


def _constant(f: Expr) -> Ball:
    if f.free_symbols:
        raise ValueError(f"{f}: the symbols {sorted(f.free_symbols, key=str)} have no value; give numbers for them")
    if not (f.is_real or enclose(f).imag.is_zero()):
        raise ValueError(f"{f}: a real number is needed here")

    @lru_cache(maxsize=8)
    def at(bits: int) -> arb:
        return enclose(f, 3 * bits // 10 + 1).real

    return lambda x: at(flint.ctx.prec)


def rational(x: arb) -> Rational:
    q = x.fmpq()
    return Rational(int(q.p), int(q.q))


class EnclosedReal(Enclosed, AtomicExpr):
    """A real number with balls of any radius; its sign is read off them. `content` determines the number."""

    content: tuple[Any, ...]
    is_number = True  # pyright: ignore[reportIncompatibleMethodOverride] -- a property in Expr, constant here
    is_commutative = True
    is_real = True
    is_finite = True

    def __new__(cls, *content: Any) -> "EnclosedReal":
        number = AtomicExpr.__new__(cls)
        number.content = content
        return number

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.content

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.content

    @property
    def free_symbols(self) -> set[Basic]:
        return set()

    def ball(self) -> arb:
        """The ball at the working precision."""
        raise NotImplementedError(f"{type(self).__name__} gives no ball")

    def enclosure(self) -> acb:
        return acb(self.ball())

    def _sign(self) -> int | None:
        for bits in SIGN_BITS:
            with flint.ctx.workprec(bits):
                ball = self.ball()
            if not ball.contains(0):
                return 1 if ball > 0 else -1
        return None

    def _eval_is_positive(self) -> bool | None:
        return None if (sign := self._sign()) is None else sign > 0

    def _eval_is_negative(self) -> bool | None:
        return None if (sign := self._sign()) is None else sign < 0

    def _eval_is_zero(self) -> bool | None:
        return None if self._sign() is None else False

    def _eval_evalf(self, prec: int) -> Expr:
        with flint.ctx.workprec(prec + 16):
            return rational(self.ball().mid())._eval_evalf(prec)

    @property
    def precedence(self) -> int:
        """For SymPy's printers: a negative decimal is put in brackets where a sum would be."""
        return PRECEDENCE["Add" if self.is_negative else "Atom"]

    def _sympystr(self, printer: Any) -> str:
        with flint.ctx.workprec(SIGN_BITS[0]):
            return self.ball().str(12, radius=False)

    _sympyrepr = _sympystr

    def _latex(self, printer: Any) -> str:
        return self._sympystr(printer)


class ClosedReal(EnclosedReal):
    """A closed expression known to be real, such as a polynomial in enclosed numbers; it prints as written."""

    content: tuple[Expr]

    def ball(self) -> arb:
        return enclose(self.content[0], 3 * flint.ctx.prec // 10).real

    @property
    def precedence(self) -> int:
        """That of the expression."""
        return precedence(self.content[0])

    def _sympystr(self, printer: Any) -> str:
        return printer.doprint(self.content[0])

    _sympyrepr = _sympystr


def known_real(x: Expr) -> Expr:
    """x itself if SymPy knows its sign, else `ClosedReal(x)`; x is closed and real."""
    return x if x.is_zero or x.is_positive or x.is_negative else ClosedReal(x)
