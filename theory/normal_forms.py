"""One way to write elementary functions: quotients as quotients, inverse functions by logarithms.

Statement
    tan = sin/cos and so on for the circular and hyperbolic functions; asin, …, acoth by log and roots;
        (1)  sin x = (e^(ix) − e^(−ix))/2i, cos x = (e^(ix) + e^(−ix))/2, and the same without i for sinh, cosh.
    Roots and logarithms of g and of cg, c > 0, share their branch: (cg)^r = c^r g^r, log cg = log c + log g.

Hypotheses
    H1  none.

Derivation
    Definitions.

Reference
    L. Ahlfors, Complex Analysis, chapter 2, section 3.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, exp, polygamma

QUOTIENTS: dict[type, Callable[[Expr], Expr]] = {
    sympy.tan: lambda x: sympy.sin(x) / sympy.cos(x),
    sympy.cot: lambda x: sympy.cos(x) / sympy.sin(x),
    sympy.sec: lambda x: 1 / sympy.cos(x),
    sympy.csc: lambda x: 1 / sympy.sin(x),
    sympy.tanh: lambda x: sympy.sinh(x) / sympy.cosh(x),
    sympy.coth: lambda x: sympy.cosh(x) / sympy.sinh(x),
    sympy.sech: lambda x: 1 / sympy.cosh(x),
    sympy.csch: lambda x: 1 / sympy.sinh(x),
    sympy.factorial: lambda x: sympy.gamma(x + 1),
    sympy.digamma: lambda x: polygamma(0, x),
}
INVERSES = (
    *(sympy.asin, sympy.acos, sympy.atan, sympy.acot),
    *(sympy.asinh, sympy.acosh, sympy.atanh, sympy.acoth),
)
BY_EXP: dict[type, Callable[[Expr], Expr]] = {
    sympy.sin: lambda x: (exp(sympy.I * x) - exp(-sympy.I * x)) / (2 * sympy.I),
    sympy.cos: lambda x: (exp(sympy.I * x) + exp(-sympy.I * x)) / 2,
    sympy.sinh: lambda x: (exp(x) - exp(-x)) / 2,
    sympy.cosh: lambda x: (exp(x) + exp(-x)) / 2,
}
ENTIRE = (sympy.exp, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.erf)


def replaced(f: Expr, which: Any, by: Callable[[Any], Expr]) -> Expr:
    """f with every part that `which` holds of (a test, or a class) replaced."""
    result: Any = f.replace(which, by)
    return result


@lru_cache(maxsize=4096)
def normal_form(f: Expr) -> Expr:
    """f with quotients written as such (tan = sin/cos, …) and inverse functions by logarithms."""
    for function, quotient in QUOTIENTS.items():
        f = replaced(f, function, quotient)
    return replaced(f, lambda e: isinstance(e, INVERSES), lambda e: e.rewrite(sympy.log))


def with_exponentials(f: Expr, which: Callable[[Expr], bool] = lambda e: True) -> Expr:
    """(1)  A normal form with sin, cos, sinh, cosh, those that `which` holds of, written with exp."""
    f = replaced(f, lambda e: type(e) in BY_EXP and which(e), lambda e: BY_EXP[type(e)](e.args[0]))
    return replaced(f, exp, lambda x: exp(sympy.expand(x)))


def branch_base(base: Expr) -> Expr:
    """The base without a positive constant factor: roots and logarithms of g and of 2g share their branch."""
    c, rest = base.as_independent(*base.free_symbols, as_Add=False)
    return rest if c.is_positive else base
