"""Expressions as functions of balls, and of power series of balls.

Statement
    `compiled(f, z, c)` maps a ball x to a ball that contains f(ξ) for every ξ in x; it is not finite if a division by 0
    is not excluded. A root or a logarithm of g is, on balls with Re g/g(c) > 0, the analytic branch that continues the
    principal value at c; where g(c) is 0 or infinite it is the principal branch. `series_compiled(f, z)` maps the
    series x + t to the Taylor coefficients of f in balls: for a ball x they contain those at every point of x.

Hypotheses
    H1  f is built from z, closed numbers and the functions that theory/balls.py lists.

Derivation
    By induction on the expression, as for closed expressions. F(g) = F(g(c)) joined with F(g/g(c)), the argument in
    the right half-plane, is continuous, and it is F of a branch since F(uv) = F(u) F(v) or F(u) + F(v) up to branches.

Reference
    F. Johansson, Arb, IEEE Transactions on Computers 66 (2017) 1281.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from flint import acb, acb_series
from sympy import Expr, Pow, Symbol

from theory.balls import FUNCTIONS, enclosed
from theory.normal_forms import INVERSES, QUOTIENTS

Function = Callable[[acb], acb]
NOT_FINITE = acb("nan")


def compiled(f: Expr, z: Symbol, centre: acb) -> Function:
    """f as a function of balls. A root or logarithm of g is the branch that continues its principal value at the
    centre, g(centre) ≠ 0; where there is none it is the principal branch, discontinuous at its cut.
    """
    if not f.has(z):
        value = enclosed(f)
        return lambda x: value
    if f == z:
        return lambda x: x
    if f.is_Add or f.is_Mul:
        parts = [compiled(part, z, centre) for part in f.args]
        return (lambda x: sum((p(x) for p in parts), acb(0))) if f.is_Add else (lambda x: _product(parts, x))
    if isinstance(f, Pow) and f.exp.is_Integer:
        base, n = compiled(f.base, z, centre), int(f.exp)
        return lambda x: base(x) ** n
    if isinstance(f, Pow) and f.exp == sympy.Rational(1, 2):
        return _continued(f.base, z, centre, acb.sqrt, lambda c, w: c * w)
    if isinstance(f, Pow):
        exponent, logarithm = compiled(f.exp, z, centre), compiled(sympy.log(f.base), z, centre)
        return lambda x: (exponent(x) * logarithm(x)).exp()
    if isinstance(f, sympy.log):
        return _continued(f.args[0], z, centre, acb.log, lambda c, w: c + w)
    if isinstance(f, INVERSES):
        return compiled(f.rewrite(sympy.log), z, centre)
    if type(f) in QUOTIENTS and type(f) not in FUNCTIONS:
        return compiled(QUOTIENTS[type(f)](f.args[0]), z, centre)
    if isinstance(f, sympy.polygamma):
        order, g = enclosed(f.args[0]), compiled(f.args[1], z, centre)
        return lambda x: g(x).polygamma(order)
    if len(f.args) == 1 and type(f) in FUNCTIONS:
        function, g = FUNCTIONS[type(f)], compiled(f.args[0], z, centre)
        return lambda x: function(g(x))
    raise NotImplementedError(f"a contour integral of {f}: no enclosure of {type(f).__name__} as a function")


def _product(parts: Sequence[Function], x: acb) -> acb:
    value = acb(1)
    for part in parts:
        value *= part(x)
    return value


def _continued(base: Expr, z: Symbol, centre: acb, function: Function, join: Callable[[acb, acb], acb]) -> Function:
    """x → F(g(x)) for F a root or logarithm: F(c) joined with F(g/c) while Re g/c > 0, c = g(centre) ≠ 0."""
    g = compiled(base, z, centre)
    c = g(centre)
    if not c.is_finite() or c.contains(0):
        return lambda x: function(g(x))
    at_centre = function(c)

    def value(x: acb) -> acb:
        ratio = g(x) / c
        return join(at_centre, function(ratio)) if ratio.real > 0 else NOT_FINITE

    return value


SERIES: dict[type, Callable[[Any], Any]] = {
    sympy.exp: acb_series.exp,
    sympy.log: lambda x: _on_one_branch(x).log(),
    sympy.sin: acb_series.sin,
    sympy.cos: acb_series.cos,
    sympy.sinh: lambda x: (x.exp() - (-x).exp()) / 2,
    sympy.cosh: lambda x: (x.exp() + (-x).exp()) / 2,
    sympy.erf: acb_series.erf,
    sympy.zeta: acb_series.zeta,
}


class ReciprocalGamma(sympy.Function):
    """1/Γ, entire; its zeros are the poles of Γ and of ψ^(m)."""


SERIES[ReciprocalGamma] = acb_series.rgamma


def series_compiled(f: Expr, z: Symbol) -> Callable[[Any], Any]:
    """f as a function of power series of balls."""
    if not f.has(z):
        value = enclosed(f)
        return lambda x: acb_series([value], x.prec)
    if f == z:
        return lambda x: x
    if f.is_Add or f.is_Mul:
        first, *rest = (series_compiled(part, z) for part in f.args)

        def combined(x: Any) -> Any:
            total = first(x)
            for part in rest:
                total = total + part(x) if f.is_Add else total * part(x)
            return total

        return combined
    if isinstance(f, Pow) and f.exp.is_Integer:
        base, n = series_compiled(f.base, z), int(f.exp)
        return lambda x: _integer_power(base(x), n)
    if isinstance(f, Pow) and f.exp == sympy.Rational(1, 2):
        base = series_compiled(f.base, z)
        return lambda x: _on_one_branch(base(x)).sqrt()
    if isinstance(f, Pow):
        return series_compiled(sympy.exp(f.exp * sympy.log(f.base), evaluate=False), z)
    if len(f.args) == 1 and type(f) in SERIES:
        function, g = SERIES[type(f)], series_compiled(f.args[0], z)
        return lambda x: function(g(x))
    raise NotImplementedError(f"a disc without zeros of {f}: no series of {type(f).__name__} in balls")


def _on_one_branch(x: Any) -> Any:
    """x, unless derivatives are asked for and its values meet the cut of the root and the logarithm."""
    if x.prec > 1 and not x[0].log(analytic=True).is_finite():
        raise ValueError(f"values {x[0].str(5)} meet the branch cut")
    return x


def _integer_power(x: Any, n: int) -> Any:
    value = acb_series([1], x.prec)
    for _ in range(abs(n)):
        value = value * x
    return value if n >= 0 else acb_series([1], x.prec) / value
