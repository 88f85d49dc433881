"""Maps and strips against the plain route to the same number; `rows()` is read by `ratios.py`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

Row = tuple[str, Callable[[], Any], Callable[[], Any]]
K, u = sympy.symbols("K u", positive=True)


def critical_exponent() -> Row:
    """ν of Migdal–Kadanoff, d = 3 and b = 3: the map handed to SymPy in u = e^{2K}, against the certified route."""
    from theory.renormalization.fixed_points_of_maps import map_fixed_points
    from theory.renormalization.migdal_kadanoff import K as coupling
    from theory.renormalization.migdal_kadanoff import ising

    def plain() -> float:
        t = (u**9 - 1) / (u**9 + 1)
        image = sympy.cancel((1 + t**3) / (1 - t**3))
        roots = sympy.Poly(sympy.fraction(sympy.cancel(image - u))[0], u).nroots(n=30)
        (fixed,) = [x for x in roots if x.is_real and x > 1 + sympy.Rational(1, 10**9)]
        return float(sympy.log(3) / sympy.log(image.diff(u).subs(u, fixed)))

    def ours() -> float:
        found = map_fixed_points(ising(3, 3), within={coupling: (0, sympy.oo)}).critical()
        return float(found.exponents().nu.evalf(15))

    return "ν, Migdal–Kadanoff d = 3, b = 3: cancel and nroots, uncertified / ours, exact", plain, ours


def strip_gap() -> Row:
    """Gap of the 3-state Potts strip with L = 7: the whole matrix and its two largest levels, against two sectors."""
    from scipy.sparse.linalg import eigsh

    from numerics.transfer_matrices import critical_coupling, scaled_gap

    q, L = 3, 7

    def plain() -> float:
        rows = np.indices((q,) * L).reshape(L, -1)
        across = (rows == np.roll(rows, 1, 0)).sum(0)
        along = sum((row[:, None] == row[None]).astype(int) for row in rows)
        T = np.exp(critical_coupling(q) * (across[:, None] / 2 + along + across[None] / 2))
        levels = np.sort(eigsh(T, k=3, which="LA", return_eigenvectors=False))
        return float(L * np.log(levels[-1] / levels[-2]))

    return "L · gap, 3-state strip, L = 7: whole matrix / two sectors", plain, lambda: scaled_gap(q, L)


def rows() -> list[Row]:
    """(name, plain route, ours) of each comparison."""
    return [critical_exponent(), strip_gap()]
