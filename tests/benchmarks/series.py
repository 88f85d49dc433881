"""Series benchmarks: exponents of the O(N) model to ε⁵, N symbolic, against the same expansion in plain SymPy.

`rows()` gives (name, plain, ours) for the table of ratios; run this file for absolute times as well.
"""

import time
from collections.abc import Callable
from typing import Any

from sympy import Expr, cancel, diff, expand, symbols
from sympy.core.cache import clear_cache

from theory.renormalization.models import MODELS

c = symbols("c1:6")
Row = tuple[str, Callable[[], Any], Callable[[], Any]]


def plain_exponents(order: int, **parameters: Any) -> dict[str, list[Expr]]:
    """ν⁻¹, η, ω by comparing coefficients of ε with unknown c_k in g* = Σ c_k ε^k, one after the other."""
    rg = MODELS["on"].rg_functions(**parameters)
    (g,), epsilon = rg.couplings, rg.small
    g_star = sum(c[k - 1] * epsilon**k for k in range(1, order + 1))
    equation = truncated(expand(rg.beta[0] / g).subs(g, g_star), epsilon, order)
    known: dict[Expr, Expr] = {}
    for k in range(1, order + 1):
        linear = equation.coeff(epsilon, k).subs(known)
        rest = linear.subs(c[k - 1], 0)
        known[c[k - 1]] = cancel(-rest / cancel(diff(linear, c[k - 1])))
    functions = {**rg.exponents, "omega": diff(rg.beta[0], g)}
    found = {}
    for name, f in functions.items():
        at = truncated(expand(f).subs(g, g_star), epsilon, order)
        found[name] = [cancel(at.coeff(epsilon, k).subs(known)) for k in range(order + 1)]
    return found


def truncated(f: Expr, x: Expr, order: int) -> Expr:
    """Terms of the expanded polynomial f up to x^order."""
    f = expand(f)
    return sum(f.coeff(x, k) * x**k for k in range(order + 1))


def at_one(found: dict[str, list[Expr]]) -> complex:
    """One number made of all coefficients at N = 1, for the comparison of the two routes."""
    names = ("nu_inverse", "eta", "omega")
    return complex(sum((k + 1) * x.subs("N", 1) for name in names for k, x in enumerate(found[name])))


def rows() -> list[Row]:
    """(what, plain, ours): both give the same number."""
    return [
        (
            f"O(N) to ε^{order}, N symbolic: plain SymPy / ours",
            lambda order=order: at_one(plain_exponents(order)),
            lambda order=order: at_one(MODELS["on"].series(order)),
        )
        for order in (3, 5)
    ]


def main() -> None:
    """Print seconds and ratio of each row, caches cleared before each side."""
    for name, plain, ours in rows():
        spent, values = [], []
        for route in (plain, ours):
            clear_cache()
            start = time.perf_counter()
            values.append(route())
            spent.append(time.perf_counter() - start)
        if abs(values[0] - values[1]) > 1e-9 * abs(values[1]):
            raise ValueError(f"{name}: the routes disagree, {values[0]} against {values[1]}")
        print(f"{name}: {spent[0]:.2f} s / {spent[1]:.3f} s = {spent[0] / spent[1]:.1f}")


if __name__ == "__main__":
    main()
