"""Enclosures of closed expressions in ball arithmetic.

Statement
    `enclose(x, digits)` is a complex ball that contains the number x. A ball that excludes 0
    proves x ≠ 0; a real ball on one side of 0 proves a sign. A ball that contains 0 proves
    nothing: more digits may still exclude it.

Hypotheses
    H1  x is closed: no free symbols, built from the constants and functions listed below.
    H2  branches are the principal ones, as in SymPy and in Arb.

Derivation
    By induction on the expression: each Arb operation maps balls that contain its arguments
    to a ball that contains its value (the inclusion principle of interval arithmetic).

Reference
    F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic,
    IEEE Transactions on Computers 66 (2017) 1281.
"""

from collections.abc import Callable

import flint
import sympy
from flint import acb, arb, fmpq
from sympy import Expr

CONSTANTS: dict[Expr, Callable[[], acb]] = {
    sympy.pi: lambda: acb(arb.pi()),
    sympy.E: lambda: acb(arb.const_e()),
    sympy.I: lambda: acb(0, 1),
    sympy.EulerGamma: lambda: acb(arb.const_euler()),
    sympy.Catalan: lambda: acb(arb.const_catalan()),
    sympy.GoldenRatio: lambda: acb((1 + arb(5).sqrt()) / 2),
}

FUNCTIONS: dict[type, Callable[[acb], acb]] = {
    sympy.exp: acb.exp,
    sympy.log: acb.log,
    sympy.sin: acb.sin,
    sympy.cos: acb.cos,
    sympy.tan: acb.tan,
    sympy.cot: acb.cot,
    sympy.sinh: acb.sinh,
    sympy.cosh: acb.cosh,
    sympy.tanh: acb.tanh,
    sympy.coth: acb.coth,
    sympy.asin: acb.asin,
    sympy.acos: acb.acos,
    sympy.atan: acb.atan,
    sympy.asinh: acb.asinh,
    sympy.acosh: acb.acosh,
    sympy.atanh: acb.atanh,
    sympy.erf: acb.erf,
    sympy.gamma: acb.gamma,
    sympy.loggamma: acb.lgamma,
    sympy.factorial: lambda x: (x + 1).gamma(),
    sympy.zeta: acb.zeta,
    sympy.digamma: acb.digamma,
    sympy.Abs: lambda x: acb(abs(x)),
    sympy.re: lambda x: acb(x.real),
    sympy.im: lambda x: acb(x.imag),
    sympy.conjugate: lambda x: x.conjugate(),
}

FUNCTIONS_OF_ORDER: dict[type, Callable[[acb, acb], acb]] = {
    sympy.polygamma: lambda order, x: x.polygamma(order),
    sympy.besseli: lambda order, x: x.bessel_i(order),
    sympy.besselj: lambda order, x: x.bessel_j(order),
}


def _power(base: Expr, exponent: Expr) -> acb:
    if exponent.is_Integer:
        return _ball(base) ** int(exponent)
    if exponent == sympy.Rational(1, 2):
        return _ball(base).sqrt()
    return _ball(base) ** _ball(exponent)


class Enclosed(Expr):
    """A number that knows its own balls: `enclosure()` at the working precision, e.g. an algebraic number."""

    def enclosure(self) -> acb:
        raise NotImplementedError(f"{type(self).__name__} gives no enclosure")


def _ball(x: Expr) -> acb:
    if isinstance(x, Enclosed):
        return x.enclosure()
    if x.is_Integer:
        return acb(int(x))
    if x.is_Rational:
        return acb(arb(fmpq(int(x.p), int(x.q))))
    if x in CONSTANTS:
        return CONSTANTS[x]()
    if x.is_Add:
        return sum((_ball(term) for term in x.args), acb(0))
    if x.is_Mul:
        product = acb(1)
        for factor in x.args:
            product *= _ball(factor)
        return product
    if x.is_Pow:
        return _power(*x.args)
    if len(x.args) == 2 and type(x) in FUNCTIONS_OF_ORDER:
        return FUNCTIONS_OF_ORDER[type(x)](_ball(x.args[0]), _ball(x.args[1]))
    if isinstance(x, sympy.stieltjes) and x.args[0].is_Integer:
        return acb.stieltjes(int(x.args[0]))
    if len(x.args) == 1 and type(x) in FUNCTIONS:
        return FUNCTIONS[type(x)](_ball(x.args[0]))
    raise NotImplementedError(
        f"no enclosure of {x} ({type(x).__name__}): not a number, a listed constant or a listed function "
        f"of one argument; rewrite it with exp, log, sqrt, gamma, ... or use Rational in place of a float"
    )


def enclosed(x: Expr | int) -> acb:
    """A ball that contains the closed expression x, at FLINT's working precision. Errors as `enclose`."""
    return _ball(sympy.sympify(x))


def enclose(x: Expr | int, digits: int = 30) -> acb:
    """A ball containing the closed expression x, computed with `digits` working digits.

    Raises NotImplementedError for an expression with free symbols, floats or unlisted functions.
    """
    bits = 10 * digits // 3 + 16
    with flint.ctx.workprec(bits):
        return _ball(sympy.sympify(x))
