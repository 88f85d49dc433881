"""Expressions as functions of balls, and of power series of balls.

Statement
    `compiled(f, z, c)` maps a ball x to a ball that contains f(ξ) for every ξ in x; it is not finite if a division by 0
    is not excluded. With g = u t^v (1 + …) at c, t = z − c, log g is log u + log(g/(u t^v)) + v log t, all principal,
    on balls where Re g/(u t^v) > 0, and g^r = e^(r log g): for v = 0 the analytic branch that continues the principal
    value at c, else one with the cut of log t, the same for every g. `series_compiled(f, z)` maps the
    series x + t to the Taylor coefficients of f in balls: for a ball x they contain those at every point of x.

Hypotheses
    H1  f is built from z, closed numbers and the functions that theory/balls.py lists.

Derivation
    By induction on the expression, as for closed expressions. In the right half-plane the principal logarithm is
    analytic. A function that does not change when all its g turn together (theory/branches.py) is analytic across the
    cut of log t.

Reference
    F. Johansson, Arb, IEEE Transactions on Computers 66 (2017) 1281.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import flint
import sympy
from flint import acb, acb_series, arb
from sympy import Expr, Pow, Symbol

from theory.balls import FUNCTIONS, enclosed
from theory.normal_forms import INVERSES, QUOTIENTS

Function = Callable[[acb], acb]
NOT_FINITE = acb("nan")


Lead = Callable[[Expr], tuple[int, acb]]


def compiled(f: Expr, z: Symbol, centre: acb, lead: Lead | None = None) -> Function:
    """f as a function of balls, its roots and logarithms continued from the centre, see the module.

    `lead(g)` gives (v, u) with g = u t^v (1 + …) at the centre, t = z − centre; it is needed where g(centre) is 0 or
    infinite, else the principal branch of g is taken there.
    """

    def inner(part: Expr) -> Function:
        return compiled(part, z, centre, lead)

    if not f.has(z):
        value = enclosed(f)
        return lambda x: value
    if f == z:
        return lambda x: x
    if f.is_Add or f.is_Mul:
        parts = [inner(part) for part in f.args]
        return (lambda x: sum((p(x) for p in parts), acb(0))) if f.is_Add else (lambda x: _product(parts, x))
    if isinstance(f, Pow) and f.exp.is_Integer:
        base, n = inner(f.base), int(f.exp)
        return lambda x: base(x) ** n
    if isinstance(f, Pow) and f.exp.is_Rational and f.exp > 0 and lead is None:
        return _root(inner(f.base), inner(sympy.log(f.base, evaluate=False)), f.exp)
    if isinstance(f, Pow):
        exponent, logarithm = inner(f.exp), inner(sympy.log(f.base, evaluate=False))
        return lambda x: (exponent(x) * logarithm(x)).exp()
    if isinstance(f, sympy.log):
        return _continued_logarithm(inner(f.args[0]), f.args[0], centre, lead)
    if isinstance(f, INVERSES):
        return inner(f.rewrite(sympy.log))
    if type(f) in QUOTIENTS and type(f) not in FUNCTIONS:
        return inner(QUOTIENTS[type(f)](f.args[0]))
    if isinstance(f, sympy.polygamma):
        order, g = enclosed(f.args[0]), inner(f.args[1])
        return lambda x: g(x).polygamma(order)
    if isinstance(f, ReciprocalGamma):
        g = inner(f.args[0])
        return lambda x: g(x).rgamma()
    if len(f.args) == 1 and type(f) in FUNCTIONS:
        function, g = FUNCTIONS[type(f)], inner(f.args[0])
        return lambda x: function(g(x))
    raise NotImplementedError(f"a contour integral of {f}: no enclosure of {type(f).__name__} as a function")


def _product(parts: Sequence[Function], x: acb) -> acb:
    value = acb(1)
    for part in parts:
        value *= part(x)
    return value


def _root(g: Function, logarithm: Function, r: Expr) -> Function:
    """x → g^r, r > 0; on a ball on which g may vanish a ball around 0 that contains every branch."""
    exponent = enclosed(r)

    def value(x: acb) -> acb:
        size = g(x)
        if not size.contains(0):
            return (exponent * logarithm(x)).exp()
        radius = (size.abs_upper() ** exponent.real).upper()
        return acb(arb(0, radius), arb(0, radius))

    return value


def _continued_logarithm(g: Function, base: Expr, centre: acb, lead: Lead | None) -> Function:
    """x → log u + log(g/(u t^v)) + v log t, while Re g/(u t^v) > 0; the principal log g if u is not known."""
    if lead is not None:
        v, u = lead(base)
    else:
        v, u = 0, g(centre)
    if not u.is_finite() or u.contains(0):
        return lambda x: g(x).log()
    at_centre = u.log()

    def value(x: acb) -> acb:
        t = x - centre
        ratio = g(x) / (u * t**v) if v else g(x) / u
        if not ratio.real > 0:
            return NOT_FINITE
        return at_centre + ratio.log() + (v * t.log() if v else 0)

    return value


@contextmanager
def series_terms(n: int) -> Iterator[None]:
    """Power series keep n terms inside. FLINT cuts every series at its cap, which is 10 unless it is raised."""
    before = flint.ctx.cap
    flint.ctx.cap = max(before, n)
    try:
        yield
    finally:
        flint.ctx.cap = before


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

    def _sympystr(self, printer: Any) -> str:
        return f"1/gamma({printer._print(self.args[0])})"


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
