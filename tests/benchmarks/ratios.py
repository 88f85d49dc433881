"""Ratios of speed, measured side by side in one run: `make bench`, or python tests/benchmarks/ratios.py [subject …].

Each row runs two routes to the same answer in turn, several times, checks that they agree, and prints the median of the
ratios of their times. Absolute seconds move with the machine; ratios hardly do. A subject is a module beside this one
with a function `rows`: comparisons (what, plain route, ours), or results (what, seconds, seconds, ratio).
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import sympy
from rich.console import Console
from rich.table import Table
from sympy.core.cache import clear_cache
from threadpoolctl import threadpool_limits

ROUNDS, LONG = 7, 20.0
SUBJECTS = ("ratios", "conservation", "flows", "maps", "series", "period_doubling", "residues", "monodromy")
z = sympy.Symbol("z")
F = (3 * z**7 + z + 2) / ((z - 1) ** 5 * (z + 2) ** 4 * (z**2 + 1) * (2 * z - 3))


def seconds(route: Callable[[], Any]) -> tuple[float, Any]:
    """(time of one call with SymPy's cache cleared, its value)."""
    clear_cache()
    start = time.perf_counter()
    value = route()
    return time.perf_counter() - start, value


def residues() -> tuple[str, Callable[[], Any], Callable[[], Any]]:
    """Sum of the residues of a rational function: one series coefficient against SymPy pole by pole."""
    from theory.residues import residue_sum

    poles = (1, -2, sympy.I, -sympy.I, sympy.Rational(3, 2))
    return (
        "sum of residues, 13 poles with multiplicity: sympy.residue / ours",
        lambda: sympy.nsimplify(sum(sympy.residue(F, z, p) for p in poles)),
        lambda: residue_sum(F, z),
    )


def moments() -> tuple[str, Callable[[], Any], Callable[[], Any]]:
    """Sixth spectral moment of a 256 × 256 matrix: eigenvalues against products."""
    from numerics.random_matrices import gaussian_orthogonal, spectral_moment

    w = gaussian_orthogonal(256, np.random.default_rng(0))
    return (
        "tr W⁶/N, N = 256: eigvalsh / products",
        lambda: float(np.mean(np.linalg.eigvalsh(w) ** 6)),
        lambda: float(spectral_moment(w, 6)),
    )


def wick() -> tuple[str, Callable[[], Any], Callable[[], Any]]:
    """Exact E tr W⁴/N at N = 3: Gaussian moments of every monomial against counted gluings."""
    from theory.random_matrices import wigner_moment

    def monomials() -> sympy.Expr:
        w = sympy.Matrix(3, 3, lambda i, j: sympy.Symbol(f"w{min(i, j)}{max(i, j)}"))
        names = sorted(w.free_symbols, key=str)
        variance = [2 if str(x)[1] == str(x)[2] else 1 for x in names]
        total = sympy.Integer(0)
        for powers, c in sympy.Poly((w**4).trace(), *names).terms():
            pairs = zip(variance, powers, strict=True)
            total += c * sympy.prod(0 if p % 2 else v ** (p // 2) * sympy.factorial2(p - 1) for v, p in pairs)
        return total / 3

    return "E tr W⁴/N at N = 3: monomial by monomial / gluings", monomials, lambda: wigner_moment(4, 3)


def row(name: str, plain: Callable[[], Any], ours: Callable[[], Any]) -> tuple[str, float, float, float]:
    """Name, median seconds and the median ratio; ValueError when the two routes disagree. Once where one is slow."""
    pairs: list[tuple[float, float]] = []
    while len(pairs) < ROUNDS and sum(map(sum, pairs)) < LONG:
        (a, left), (b, right) = seconds(plain), seconds(ours)
        if abs(complex(left) - complex(right)) > 1e-9 * abs(complex(right)):
            raise ValueError(f"{name}: the routes disagree, {left} against {right}")
        pairs.append((a, b))
    return name, *medians(pairs)


def looks() -> list[tuple[str, float, float, float]]:
    """The cost of one look at 15 sizes with 40 draws, and of the whole verdict, beside a plain log–log fit."""
    from numerics import inference
    from numerics.inference.decision import one_look

    rng = np.random.default_rng(0)
    sizes = np.array(inference.DEFAULT_SIZES)
    data = sizes[:, None] * (1 + 0.01 * rng.standard_normal((len(sizes), 40)))
    claim, design = inference.ClaimedLaw(1.0, 0.1), inference.Design()
    names = "one look, 15 sizes: ours / a log–log fit", "a verdict with its power: ours / a log–log fit"
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(6 * ROUNDS):
        for name, ours in zip(names, (one_look, inference.judge), strict=True):
            a, _ = seconds(lambda ours=ours: ours(claim, design, data))
            b, _ = seconds(lambda: np.polyfit(np.log(sizes), np.log(data.mean(axis=1)), 1))
            pairs[name].append((a, b))
    return [(name, *medians(found)) for name, found in pairs.items()]


def medians(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Of the first, of the second, of the ratios."""
    slow, fast = (statistics.median(times) for times in zip(*pairs, strict=True))
    return slow, fast, statistics.median(a / b for a, b in pairs)


def rows() -> list[Any]:
    """The comparisons of this module."""
    return [residues(), moments(), wick(), *looks()]


def main(subjects: Sequence[str] = ()) -> None:
    """Print the table of the subjects, of all if none is named; one thread on both sides."""
    table = Table("what", "first", "second", "ratio")
    with threadpool_limits(1):
        for subject in subjects or SUBJECTS:
            made = rows() if subject == "ratios" else import_module(subject).rows()
            for entry in made:
                name, slow, fast, ratio = row(*entry) if len(entry) == 3 else entry
                table.add_row(name, f"{slow * 1e3:.4g} ms", f"{fast * 1e3:.4g} ms", f"{ratio:.3g}")
    Console(width=None if sys.stdout.isatty() else 140).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
