"""The loops of a monodromy group, and what the sheets do along them, in one picture.

Statement
    Left: the singular points, the base, and the loop round each in a colour of its own; the loop round ∞ dashed.
    Right, for a curve: the roots over the base with their numbers, and their ways along each loop in its colour. The
    ways are drawn with NumPy's roots, matched from point to point on the Riemann sphere, on more points until they end
    as the proven permutation says; ways that never do are left out.

    Needs matplotlib: pip install 'scale-referee[plots]'.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from flint import acb
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from theory.monodromy.algebraic_functions import PermutationMonodromy
from theory.monodromy.loops import Loop, Star

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from sympy import Expr
    from sympy.combinatorics import Permutation

POINTS_ON_AN_EDGE = (60, 240, 960)
LONGEST_LABEL = 12


def midpoint(x: acb) -> complex:
    """The midpoint of a ball, rounded."""
    return complex(float(x.real.mid()), float(x.imag.mid()))


def _path(loop: Loop, points: int = POINTS_ON_AN_EDGE[0]) -> NDArray[np.complex128]:
    corners = [midpoint(c) for c in loop.corners()]
    edges = [np.linspace(a, b, points, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*edges, corners[-1:]])


def _label(point: "Expr") -> str:
    text = str(point)
    if len(text) <= LONGEST_LABEL:
        return text
    value = complex(point.evalf(8))
    return f"{value.real:.4g}" if abs(value.imag) < 1e-12 else f"{value.real:.4g}{value.imag:+.4g}i"


def _loops(axes: "Axes", star: Star, points: Sequence["Expr"], notes: Sequence[str]) -> None:
    axes.set_title("loops")
    outer = _path(star.at_infinity)
    axes.plot(outer.real, outer.imag, "--", color="#999999", lw=1)
    for k, (loop, point, note) in enumerate(zip(star.loops, points, notes, strict=True)):
        path, at = _path(loop), complex(point.evalf(15))
        axes.plot(path.real, path.imag, color=f"C{k % 10}", lw=1.2)
        axes.plot(at.real, at.imag, "x", color="black", ms=6)
        axes.annotate(f" {_label(point)} {note}", (at.real, at.imag), fontsize=8)
    base = midpoint(star.base)
    axes.plot(base.real, base.imag, "o", color="black", ms=4)
    axes.set_aspect("equal")


def loops_figure(star: Star, points: Sequence["Expr"], title: str) -> "Figure":
    """The loops round the points, in their order. Raises ModuleNotFoundError without matplotlib."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    _loops(figure.subplots(), star, points, [""] * len(points))
    return figure


def followed_roots(m: PermutationMonodromy, loop: Loop, sigma: "Permutation") -> NDArray[np.complex128] | None:
    """The roots along a loop, shape (points of the path, sheets), which end as `sigma` says; None if none are found.

    Each point's roots are assigned to those before it, so that the sum of distances on the sphere is least.
    """
    sheets = np.array([midpoint(y) for y in m.sheets])
    for points in POINTS_ON_AN_EDGE:
        ways = _ways(m, _path(loop, points), sheets)
        if ways is not None and list(_assigned(ways[-1], sheets)) == [sigma(k) for k in range(m.degree)]:
            return ways
    return None


def _ways(
    m: PermutationMonodromy, path: NDArray[np.complex128], sheets: NDArray[np.complex128]
) -> NDArray[np.complex128] | None:
    parts = reversed(m.curve.coefficients)
    rows = [np.polyval(_descending(re), path) + 1j * np.polyval(_descending(im), path) for re, im in parts]
    ways = [sheets]
    for column in np.array(rows).T:
        roots = np.roots(column)
        if len(roots) != m.degree:
            return None
        ways.append(roots[_assigned(ways[-1], roots)])
    return np.array(ways[1:])


def _assigned(old: NDArray[np.complex128], new: NDArray[np.complex128]) -> NDArray[np.intp]:
    """For each old value the index of a new one, one to one, by chordal distances."""
    size = np.sqrt(1 + np.abs(old[:, None]) ** 2) * np.sqrt(1 + np.abs(new[None]) ** 2)
    return linear_sum_assignment(np.abs(old[:, None] - new[None]) / size)[1]


def _descending(p: "object") -> list[float]:
    return [float(int(c)) for c in reversed(p.coeffs())] or [0.0]  # pyright: ignore[reportAttributeAccessIssue]


def curve_figure(m: PermutationMonodromy) -> "Figure":
    """Loops and sheets of a curve. Raises ModuleNotFoundError without matplotlib."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6), layout="constrained")
    name = f", {m.names[0]}" if m.names else ""
    figure.suptitle(f"{m.curve.expression} = 0: group of order {m.group.order()}{name}", fontsize=10)
    left, right = figure.subplots(1, 2)
    notes = ["".join(str(tuple(k + 1 for k in c)).replace(",", "") for c in p.cyclic_form) for p in m.permutations]
    _loops(left, m.star, m.points, notes)
    right.set_title("sheets along the loops")
    for k, (loop, sigma) in enumerate(zip(m.star.loops, m.permutations, strict=True)):
        ways = followed_roots(m, loop, sigma)
        if ways is not None:
            right.plot(ways.real, ways.imag, color=f"C{k % 10}", lw=1)
    for k, ball in enumerate(m.sheets, start=1):
        at = midpoint(ball)
        right.plot(at.real, at.imag, "o", color="black", ms=4)
        right.annotate(f" {k}", (at.real, at.imag), fontsize=9)
    right.set_aspect("equal", adjustable="datalim")
    return figure
