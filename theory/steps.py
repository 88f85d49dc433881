"""Functions with kinks and jumps, written with sgn.

Statement
    |t| = t sgn t, max(a, b) = (a + b)/2 + (a − b) sgn(a − b)/2, [t > 0] = (1 + sgn t)/2 for almost every real t; cases
    are sums of their values times the indicator that theirs holds and no earlier one does; and
        f(sgn t) = (1 + sgn t)/2 · f(1) + (1 − sgn t)/2 · f(−1).

Hypotheses
    H1  sets of measure zero do not matter: sgn 0 is not asked for.

Reference
    Elementary.
"""

from collections.abc import Sequence
from typing import Any

from sympy import Abs, Expr, Heaviside, Max, Min, Piecewise, S, Symbol, default_sort_key, sign, sympify
from sympy.core.relational import Relational


def on_the_line(x: Symbol, *functions: Expr | int) -> tuple[Any, ...]:
    """The real symbol of the same name, and the functions of it."""
    t = Symbol(x.name, real=True)
    return t, *(sympify(f).subs(x, t) for f in functions)


def in_steps(f: Expr, x: Symbol) -> Expr:
    """f with |t|, max, min, the step function and cases written with sgn; true for almost every real x."""
    g: Any = f.replace(Piecewise, lambda *cases: _cases(cases))
    g = g.replace(Heaviside, lambda t, *_: (1 + sign(t)) / 2)
    g = g.replace(Max, lambda *t: _extreme(t, 1)).replace(Min, lambda *t: _extreme(t, -1))
    return _unnested(g.replace(Abs, lambda t: t * sign(t) if t.has(x) else Abs(t)))


def _unnested(f: Expr) -> Expr:
    """f with no sgn inside of sgn: an inner one is split into its two cases."""
    nested = [s for s in f.atoms(sign) if s.args[0].has(sign)]
    if not nested:
        return f
    inner = min((s for s in nested[0].atoms(sign) if not s.args[0].has(sign)), key=default_sort_key)
    above, below = (_unnested(f.subs(inner, value)) for value in (1, -1))
    return above * (1 + inner) / 2 + below * (1 - inner) / 2


def _extreme(values: Sequence[Expr], side: int) -> Expr:
    result = values[0]
    for other in values[1:]:
        result = (result + other) / 2 + side * (result - other) * sign(result - other) / 2
    return result


def _cases(cases: Sequence[tuple[Expr, Expr]]) -> Expr:
    """Σ value · [its condition holds and no earlier one does]."""
    total, remaining = S.Zero, S.One
    for value, condition in cases:
        if condition in (True, S.true):
            return total + remaining * value
        if not isinstance(condition, Relational) or condition.rel_op in ("==", "!="):
            raise NotImplementedError(f"the case {condition} is no inequality; write it with <, ≤, > or ≥")
        holds = (1 + sign(condition.gts - condition.lts)) / 2
        total, remaining = total + remaining * holds * value, remaining * (1 - holds)
    return total
