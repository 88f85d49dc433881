"""Residues: ratios of speed against SymPy and mpmath, measured side by side in one run.

Each row runs two routes to the same values in turn, checks that they agree, and gives the median times and the median
of the ratios. `kernel` starts from polynomials of FLINT, `expression` from a SymPy expression, the conversion counted.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import flint
import mpmath
import sympy
from flint import acb, acb_poly, fmpq, fmpq_poly, fmpz_poly
from sympy.core.cache import clear_cache

from theory import rational_functions
from theory.rational_residues import as_flint, residues

z = sympy.Symbol("z")
SIMPLE = (2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7)
# Expanded: the form in which SymPy's residue is quickest, by a factor of ten.
F = (3 * z**7 + z + 2) / sympy.expand((z - 1) ** 5 * (z + 1) ** 4 * sympy.prod([z - k for k in SIMPLE]))
POLES = (1, -1, *SIMPLE)
Q = fmpz_poly([-1, -1] + [0] * 18 + [1])  # z^20 − z − 1, irreducible
P = fmpz_poly([2, 1, 0, 3])
Row = tuple[str, float, float, float]


def linear(root: int) -> fmpq_poly:
    return fmpq_poly([-root, 1])


def from_kernel() -> fmpq:
    """The sum of |residue| over the 13 poles, from FLINT's polynomials, not factored."""
    return _checksum(residues(NUMERATOR, DENOMINATOR))


NUMERATOR = fmpq_poly([2, 1, 0, 0, 0, 0, 0, 3])
DENOMINATOR = linear(1) ** 5 * linear(-1) ** 4
for root in SIMPLE:
    DENOMINATOR *= linear(root)


def from_expression() -> fmpq:
    """The same from the SymPy expression."""
    rational_functions._quotient.cache_clear()
    return _checksum(residues(*(as_flint(part) for part in rational_functions.quotient(F, z))))


def _checksum(found: list[Any]) -> fmpq:
    """Σ |Res| as a rational: one number that all residues enter."""
    return sum((abs_(poles.sum) for poles in found), fmpq(0))


def abs_(q: fmpq) -> fmpq:
    return q if q >= 0 else -q


def by_sympy_residue() -> fmpq:
    return sum((_rational(abs(sympy.residue(F, z, pole))) for pole in POLES), fmpq(0))


def by_apart() -> fmpq:
    """The numerators of the simple terms of the partial fractions."""
    total = fmpq(0)
    for term in sympy.Add.make_args(sympy.apart(F, z)):
        numerator, denominator = term.as_numer_denom()
        if sympy.degree(denominator, z) == 1:
            total += _rational(abs(numerator / sympy.LC(denominator, z)))
    return total


def _rational(x: Any) -> fmpq:
    return fmpq(int(x.p), int(x.q))


def certified_roots() -> complex:
    """Σ |P/Q′|² over the 20 roots, each residue in a ball of 30 digits."""
    with flint.ctx.workprec(120):
        above, below = acb_poly(P), acb_poly(Q.derivative())
        values = [above(root) / below(root) for root, _ in Q.complex_roots()]
        return complex(sum((abs(value) ** 2 for value in values), acb(0)))


def by_polyroots() -> complex:
    """The same with mpmath at 30 digits; no bound on the error."""
    above, below = ([int(c) for c in reversed(p.coeffs())] for p in (P, Q.derivative()))
    with mpmath.workdps(30):
        roots = mpmath.polyroots([int(c) for c in reversed(Q.coeffs())], maxsteps=200, extraprec=100)
        return complex(sum(abs(mpmath.polyval(above, r) / mpmath.polyval(below, r)) ** 2 for r in roots))


def seconds(route: Callable[[], Any]) -> tuple[float, Any]:
    """(time of one call with SymPy's cache cleared, its value)."""
    clear_cache()
    start = time.perf_counter()
    value = route()
    return time.perf_counter() - start, value


def row(name: str, slow: Callable[[], Any], fast: Callable[[], Any], rounds: int) -> Row:
    """(name, median seconds of the slow route, of the fast one, median ratio). ValueError if they disagree."""
    pairs = []
    for _ in range(rounds):
        (a, left), (b, right) = seconds(slow), seconds(fast)
        exact = isinstance(left, fmpq)
        if (exact and left != right) or (not exact and abs(left - right) > 1e-12 * abs(right)):
            raise ValueError(f"{name}: the routes disagree, {left} against {right}")
        pairs.append((a, b))
    slow_times, fast_times = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return name, statistics.median(slow_times), statistics.median(fast_times), ratio


def rows() -> list[Row]:
    """All rows; the first two take SymPy about a minute together on a quiet machine."""
    return [
        row("13 residues, degree 20: sympy.residue / kernel", by_sympy_residue, from_kernel, 1),
        row("13 residues, degree 20: sympy.residue / expression", by_sympy_residue, from_expression, 1),
        row("13 residues, degree 20: sympy.apart / kernel", by_apart, from_kernel, 5),
        row("13 residues, degree 20: sympy.apart / expression", by_apart, from_expression, 5),
        row("20 residues, irreducible: mpmath.polyroots / certified", by_polyroots, certified_roots, 7),
    ]


def main() -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "first, s", "second, s", "ratio")
    for name, slow, fast, ratio in rows():
        table.add_row(name, f"{slow:.4f}", f"{fast:.6f}", f"{ratio:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
