"""Fixed points and exponents of flows against SymPy, side by side in one run: `python -m tests.benchmarks.flows`.

Each row is (what, seconds of the plain route, seconds of ours, ratio): medians over interleaved rounds, of processor
time, but of wall time for the cold start. SymPy's cache is cleared before each call, and the two routes have to agree.
"""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import sympy
from sympy import Poly, Rational, Symbol, groebner, symbols
from sympy.core.cache import clear_cache

ROUNDS = 7
Row = tuple[str, float, float, float]
u, v, eps, N = symbols("u v eps N")


def seconds(route: Callable[[], Any]) -> tuple[float, Any]:
    """(processor time of one call with SymPy's cache cleared and no garbage of the other route, its value)."""
    clear_cache()
    gc.collect()
    start = time.process_time()
    value = route()
    return time.process_time() - start, value


def row(name: str, plain: Callable[[], Any], ours: Callable[[], Any], agree: Callable[[Any, Any], bool]) -> Row:
    """One comparison. ValueError where the two routes disagree."""
    pairs = []
    for _ in range(ROUNDS):
        (a, left), (b, right) = seconds(plain), seconds(ours)
        if not agree(left, right):
            raise ValueError(f"{name}: the routes disagree, {left} against {right}")
        pairs.append((a, b))
    slow, fast = (statistics.median(times) for times in zip(*pairs, strict=True))
    return name, slow, fast, statistics.median(a / b for a, b in pairs)


def two_loop() -> dict[Symbol, sympy.Expr]:
    """The cubic model at N = 3, ε = 1, two loops."""
    return {
        u: u - Rational(11, 3) * u**2 - 2 * u * v
        + Rational(23, 3) * u**3 + Rational(22, 3) * u**2 * v + Rational(5, 3) * u * v**2,
        v: v - 4 * u * v - 3 * v**2
        + Rational(17, 3) * v**3 + Rational(46, 3) * u * v**2 + Rational(97, 9) * u**2 * v,
    }  # fmt: skip


def basis_and_roots(rules: dict[Symbol, sympy.Expr]) -> list[tuple[complex, complex]]:
    """A careful script: lexicographic basis by FGLM, roots of the eliminant, back substitution; nothing certified."""
    basis = groebner(list(rules.values()), u, v, order="grevlex").fglm("lex")
    eliminant = next(p for p in basis.exprs if not p.has(u))
    found = []
    for y in set(Poly(eliminant, v).sqf_part().nroots(n=30)):
        candidates = [Poly(p.subs(v, y), u) for p in basis.exprs if p.has(u)]
        for x in candidates[0].nroots(n=30) if candidates[0].degree() > 0 else []:
            if all(abs(complex(b.subs({u: x, v: y}).evalf(30))) < 1e-15 for b in rules.values()):
                found.append((complex(x), complex(y)))
    return found


def certified(rules: dict[Symbol, sympy.Expr]) -> list[tuple[complex, complex]]:
    """Ours: exact points, multiplicities added up, then their digits."""
    from theory.polynomial_systems import solutions

    found = solutions(list(rules.values()), [u, v])
    if found.count != 9:
        raise ValueError(f"{found.count} solutions with multiplicity")
    return [tuple(complex(*_mid(p.ball(h, 160))) for h in p.representation) for p in found.points]  # pyright: ignore


def _mid(ball: Any) -> tuple[float, float]:
    return float(ball.real.mid()), float(ball.imag.mid())


def same_points(left: list[tuple[complex, complex]], right: list[tuple[complex, complex]]) -> bool:
    """Whether each point of one list is near one of the other; a multiple root of the script may come twice."""

    def near(p: tuple[complex, complex], others: list[tuple[complex, complex]]) -> bool:
        return any(abs(p[0] - q[0]) + abs(p[1] - q[1]) < 1e-9 for q in others)

    return all(near(p, right) for p in left) and all(near(p, left) for p in right)


def one_loop(components: sympy.Expr, small: sympy.Expr) -> dict[Symbol, sympy.Expr]:
    """The cubic model at one loop."""
    return {
        u: small * u - (components + 8) / 3 * u**2 - 2 * u * v,
        v: small * v - 4 * u * v - 3 * v**2,
    }


def by_sympy(rules: dict[Symbol, sympy.Expr]) -> list[dict[sympy.Expr, int]]:
    """solve and eigenvals."""
    jacobian = sympy.Matrix(list(rules.values())).jacobian([u, v])
    return [jacobian.subs({u: x, v: y}).eigenvals() for x, y in sympy.solve(list(rules.values()), [u, v])]


def by_ours(rules: dict[Symbol, sympy.Expr]) -> list[tuple[sympy.Expr, ...]]:
    """Fixed points, dimensions and exponents."""
    from theory.renormalization.fixed_points_of_flows import all_fixed_points
    from theory.renormalization.flows import flow
    from theory.renormalization.signs import Assumptions

    points = all_fixed_points(flow(rules, assuming=Assumptions(eps))).points
    for p in points:
        p.exponents()
    return [p.dimensions for p in points]


def same_spectra(left: list[dict[sympy.Expr, int]], right: list[tuple[sympy.Expr, ...]]) -> bool:
    """Whether the lists of eigenvalues agree at N = 5, ε = 1/7."""
    at = {N: 5, eps: Rational(1, 7)}
    plain = sorted(sorted(str(sympy.nsimplify(y.subs(at))) for y, m in s.items() for _ in range(m)) for s in left)
    return plain == sorted(sorted(str(sympy.nsimplify(y.subs(at))) for y in s) for s in right)


def cold_start() -> Row:
    """The command for one coupling against the import of SymPy, in fresh processes."""

    def fresh(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        return time.perf_counter() - start

    command = (
        "from verify.commands.cli import main; main(['exponents', '--flow', 'u: eps*u-3*u**2', '--parameter', 'eps'])"
    )
    pairs = [(fresh(command), fresh("import sympy")) for _ in range(ROUNDS)]
    ours, plain = (statistics.median(times) for times in zip(*pairs, strict=True))
    return "referee exponents, one coupling, cold: ours / import sympy", ours, plain, ours / plain


def rows() -> list[Row]:
    """All comparisons; `sympy.solve` does not finish on the two-loop system and is left out."""
    symbolic = one_loop(N, eps)
    return [
        row(
            "cubic model, two loops, N = 3: nine fixed points, Gröbner basis and nroots / certified",
            lambda: basis_and_roots(two_loop()),
            lambda: certified(two_loop()),
            same_points,
        ),
        row(
            "cubic model, one loop, symbolic N and ε: solve and eigenvals / with exponents",
            lambda: by_sympy(symbolic),
            lambda: by_ours(symbolic),
            same_spectra,
        ),
        cold_start(),
    ]


if __name__ == "__main__":
    for name, slow, fast, ratio in rows():
        print(f"{name}: {slow:.3f} s, {fast:.4f} s, ratio {ratio:.1f}")
