"""Ranks of fields and brackets: modulo a prime, in SymPy at a rational point, in float64."""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import sympy
from sympy import Matrix, Rational, symbols

from theory.conservation.architectures import dense, factorised
from theory.conservation.counting import lie_rank

Row = tuple[Any, ...]


def sympy_rank(n: int, r: int, m: int) -> int:
    """Rank of the fields ∇(UVᵀ)_ij and their brackets at one rational point, level by level until one adds nothing."""
    u, v = symbols(f"u0:{n * r}"), symbols(f"v0:{m * r}")
    theta = Matrix([*u, *v])
    product = Matrix(n, r, u) * Matrix(m, r, v).T
    rng = Random(0)
    at = {x: Rational(rng.randint(-50, 50), rng.randint(1, 50)) for x in theta}
    generators = [Matrix([sympy.diff(f, x) for x in theta]) for f in product]
    level, rows, rank = generators, [f.subs(at) for f in generators], -1
    while rank < (now := Matrix.hstack(*rows).rank()):
        rank = now
        level = [y.jacobian(theta) * x - x.jacobian(theta) * y for x in generators for y in level]
        level = [f for f in level if any(f)]
        rows += [f.subs(at) for f in level]
    return rank


def float_rank(n: int, r: int, m: int) -> int:
    """The same with derivatives of the fields in closed form and NumPy's rank."""
    rng = np.random.default_rng(0)
    u, v = rng.standard_normal((n, r)), rng.standard_normal((m, r))

    def field(i: int, j: int, u: Any, v: Any) -> Any:
        du, dv = np.zeros((n, r)), np.zeros((m, r))
        du[i], dv[j] = v[j], u[i]
        return du, dv

    values = {(i, j): field(i, j, u, v) for i in range(n) for j in range(m)}
    rows = [np.concatenate([a.ravel(), b.ravel()]) for a, b in values.values()]
    for first in values:
        for second in values:  # the fields are linear: DY X = Y(X)
            (a, b), (c, d) = field(*second, *values[first]), field(*first, *values[second])
            rows.append(np.concatenate([(a - c).ravel(), (b - d).ravel()]))
    return int(np.linalg.matrix_rank(np.array(rows)))


def once(name: str, route: Callable[[], Any]) -> Row:
    """A time without a rival."""
    start = time.perf_counter()
    route()
    spent = time.perf_counter() - start
    return name, spent, spent, 1.0


def rank(n: int, r: int, m: int) -> int:
    """Ours, at one point; the law count is known, so the second point is not needed."""
    return lie_rank(factorised(n, r, m), enough=r * (n + m) - r * (r + 1) // 2)[1]


def rows() -> Sequence[Row]:
    """(what, plain, ours) or a time of its own."""
    return [
        (
            "rank for UVᵀ (3, 2, 3): SymPy at a rational point / ours",
            lambda: sympy_rank(3, 2, 3),
            lambda: rank(3, 2, 3),
        ),
        ("rank for UVᵀ (3, 2, 3): ours / float64", lambda: rank(3, 2, 3), lambda: float_rank(3, 2, 3)),
        once("rank for UVᵀ (5, 3, 5), 30 weights", lambda: rank(5, 3, 5)),
        once("rank for UVᵀ (30, 3, 70), 300 weights", lambda: rank(30, 3, 70)),
        once("rank for a ReLU network [3, 3, 2, 2]", lambda: lie_rank(dense((3, 3, 2, 2)), points=1)),
    ]
