"""Monodromy against plain routes to the same numbers; `rows()` is read by `ratios.py`.

The equation is that of 2F1(1/3, 1/2; 5/4; z), the path the circle |z − 1| = 1/2 from 1/2, counterclockwise, as a
polygon of 16 edges. mpmath.odefun runs along an eighth of the circle itself, and its time is multiplied by 8; ours does
the whole polygon. The recurrences do the polygon, and one edge of it at 1,000 digits.
"""

import random
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import flint
import mpmath
import numpy as np
import sympy
from flint import acb, acb_mat, arb, fmpq

Row = tuple[str, Callable[[], Any], Callable[[], Any]]
Result = tuple[str, float, float, float]
A, B, C = (sympy.Rational(*x) for x in ((1, 3), (1, 2), (5, 4)))
EDGES = 16
OCTAVES = 1.35  # bits that a term gains on an edge: −log₂ (2 sin π/16)


def corners() -> list[acb]:
    """The polygon, on points with a short binary expansion, whose distance from the circle is below 1/1000."""
    from theory.monodromy.loops import short

    return [short(1 - acb(fmpq(2 * k, EDGES)).exp_pi_i() / 2, arb(1)) for k in range(EDGES + 1)]


def enclosed(path: list[acb], digits: int) -> acb_mat:
    """The transition matrix along the path in balls of radius below 10^−digits."""
    from theory.monodromy.continuation import along, equation_steps
    from theory.monodromy.differential_equations import hypergeometric_equation

    bits = 10 * digits // 3 + 16
    with flint.ctx.workprec(bits + 40):
        M = along(equation_steps(hypergeometric_equation([A, B], [C])), path, bits)
        assert all(x.rad() < arb(10) ** -digits for x in M.entries())
        return M


def number(x: acb) -> complex:
    """The midpoint."""
    return complex(float(x.real.mid()), float(x.imag.mid()))


def recurrence(path: list[acb], digits: int) -> complex:
    """The same Taylor recurrence in mpmath, with as many terms as the digits need, and no bound."""
    mpmath.mp.dps = digits + 10
    a, b, c = (mpmath.mpf(x.p) / x.q for x in (A, B, C))
    points = [mpmath.mpc(*(mpmath.mpf(part.mid().str(40, radius=False)) for part in (x.real, x.imag))) for x in path]
    total = mpmath.eye(2)
    terms = int((digits + 5) * 3.33 / OCTAVES) + 8
    for z, end in pairwise(points):
        h = end - z
        q = z * (1 - z), (1 - 2 * z) * h, -h * h
        p = (c - (a + b + 1) * z) * h, -(a + b + 1) * h * h
        r = -a * b * h * h
        columns = []
        for start in ((mpmath.mpf(1), mpmath.mpf(0)), (mpmath.mpf(0), h)):
            y = list(start)
            for n in range(terms):
                total_n = ((n + 1) * n * q[1] + (n + 1) * p[0]) * y[n + 1] + (n * (n - 1) * q[2] + n * p[1] + r) * y[n]
                y.append(-total_n / (q[0] * ((n + 2) * (n + 1))))
            columns.append((mpmath.fsum(y), mpmath.fsum(k * x for k, x in enumerate(y)) / h))
        total = mpmath.matrix([[columns[0][0], columns[1][0]], [columns[0][1], columns[1][1]]]) * total
    return complex(total[0, 0])


def odefun(digits: int) -> complex:
    """mpmath.odefun along the first eighth of the circle, one column of the matrix."""
    mpmath.mp.dps = digits
    a, b, c = (mpmath.mpf(x.p) / x.q for x in (A, B, C))

    def slope(t: Any, y: Any) -> list[Any]:
        z = 1 - mpmath.expj(t) / 2
        second = (a * b * y[0] - (c - (a + b + 1) * z) * y[1]) / (z * (1 - z))
        return [y[1] * -1j * mpmath.expj(t) / 2, second * -1j * mpmath.expj(t) / 2]

    return complex(mpmath.odefun(slope, 0, [mpmath.mpc(1), mpmath.mpc(0)])(mpmath.pi / 4)[0])


def exact_eighth() -> list[acb]:
    """The first eighth of the circle, from its exact end points."""
    with flint.ctx.workprec(400):
        return [1 - acb(fmpq(k, 8)).exp_pi_i() / 2 for k in range(3)]


def random_curve(degree: int) -> sympy.Expr:
    """A dense curve with integer coefficients up to 9, always the same."""
    x, y = sympy.symbols("x y")
    draw = random.Random(1)
    return sum(draw.randint(-9, 9) * x**i * y**k for k in range(degree + 1) for i in range(degree + 1 - k))


def moved_sheets(degree: int) -> complex:
    """The number of sheets that are moved, over all critical points and ∞, with proven permutations."""
    from theory.monodromy.algebraic_functions import permutation_monodromy

    m = permutation_monodromy(random_curve(degree))
    return complex(sum(degree - p.cycle_structure.get(1, 0) for p in (*m.permutations, m.at_infinity)))


def moved_sheets_by_matching(degree: int, points: int = 40) -> complex:
    """The same along the same loops with numpy.roots at `points` points an edge, matched to the nearest, unproven."""
    from theory.balls import enclose
    from theory.monodromy.curves import curve
    from theory.monodromy.loops import star

    x, y = sympy.symbols("x y")
    c = curve(random_curve(degree), x, y)
    rows = [np.array([float(v) for v in reversed(real.coeffs())] or [0.0]) for real, _ in reversed(c.coefficients)]
    with flint.ctx.workprec(128):
        found = star([enclose(p, 30) for p in c.critical_points])
    moved = 0
    for loop in (*found.loops, found.at_infinity):
        path = [number(v) for v in loop.corners()]
        ways = np.concatenate([np.linspace(a, b, points, endpoint=False) for a, b in pairwise(path)] + [path[-1:]])
        start = sheets = np.roots([np.polyval(row, ways[0]) for row in rows])
        for at in ways[1:]:
            new = np.roots([np.polyval(row, at) for row in rows])
            sheets = new[np.abs(new[None] - sheets[:, None]).argmin(1)]
        moved += int((np.abs(start[None] - sheets[:, None]).argmin(1) != np.arange(degree)).sum())
    return complex(moved)


def _against_odefun(loop: list[acb], digits: int = 30) -> Result:
    """mpmath.odefun along an eighth of the circle, eight times that, against the whole loop in balls."""
    eighth = exact_eighth()
    start = time.perf_counter()
    plain = odefun(digits)
    slow, spent = 8 * (time.perf_counter() - start), []
    for _ in range(5):
        start = time.perf_counter()
        enclosed(loop, digits)
        spent.append(time.perf_counter() - start)
    fast = statistics.median(spent)
    assert abs(plain - number(enclosed(eighth, digits)[0, 0])) < 1e-12
    name = f"2F1 round z = 1, the loop, {digits} digits: mpmath.odefun, 8 × an eighth / ours, in balls"
    return name, slow, fast, slow / fast


def _within(limit: int) -> Result:
    """A dense curve of degree 8, 56 critical points, against a limit in seconds; numpy.roots loses sheets there."""
    start = time.perf_counter()
    assert moved_sheets(8) == 2 * 56
    spent = time.perf_counter() - start
    name = f"permutations of a curve of degree 8, 56 critical points: limit of {limit} s / ours, proven"
    return name, limit, spent, limit / spent


def rows() -> list[Row | Result]:
    """(name, plain route, ours) of each comparison, and one result with its times."""
    loop = corners()
    return [
        _against_odefun(loop),
        *(
            (
                f"2F1 round z = 1, {what}, {digits} digits: Taylor recurrence in mpmath / ours, in balls",
                lambda path=path, digits=digits: recurrence(path, digits),
                lambda path=path, digits=digits: number(enclosed(path, digits)[0, 0]),
            )
            for what, path, digits in (("the loop", loop, 30), ("the loop", loop, 100), ("one edge", loop[:2], 1000))
        ),
        (
            "permutations of a curve of degree 6: numpy.roots on the same loops, unproven / ours, proven",
            lambda: moved_sheets_by_matching(6),
            lambda: moved_sheets(6),
        ),
        _within(10),
    ]
