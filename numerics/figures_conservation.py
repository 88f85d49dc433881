"""Drift of conservation laws in one picture: against the step, and along a run.

Needs matplotlib: pip install 'scale-referee[plots]'.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.conservation.drifts import DriftStudy
    from numerics.conservation.watching import Watch

COLOURS = {"integrator": "#1f4e9c", "broken": "#c44e1f", "undecided": "#8a5fb0"}
OTHER = "#777777"  # no verdict


def drift_figure(study: "DriftStudy") -> "Figure":
    """|drift| of each law against the step, with a line of the integrator's order; colours by verdict.

    Raises ModuleNotFoundError without matplotlib.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    h = study.horizon / study.steps
    shown: set[str] = set()
    for column, verdict in zip(study.drifts.T, study.verdicts, strict=True):
        label = None if verdict in shown else verdict
        shown.add(verdict)
        axes.plot(h, np.maximum(column, 1e-18), "o-", color=COLOURS[verdict], ms=3, lw=0.8, alpha=0.6, label=label)
    largest = float(study.drifts[0].max()) if study.drifts.size else 0.0
    if largest > 0:
        axes.plot(h, 2 * largest * (h / h[0]) ** study.order, "k--", lw=1, label=f"order {study.order}")
    axes.set(xscale="log", yscale="log", xlabel="step", ylabel="|drift| at the horizon")
    axes.set_title(f"{study.laws.count} laws, {study.method}, horizon {study.horizon:g}", fontsize=10)
    if axes.lines:
        axes.legend(fontsize=7)
    return figure


def watch_figure(seen: "Watch") -> "Figure":
    """The change of each watched law along the run, weight decay divided out, against the step number; colours by
    verdict.

    Raises ModuleNotFoundError without matplotlib.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    values = seen.values
    shown: set[str] = set()
    for column, row in zip((values - values[0]).T, seen.followed(), strict=True):
        label = None if row.verdict in shown else row.verdict
        shown.add(row.verdict)
        axes.plot(seen.steps, column, lw=0.8, color=COLOURS.get(row.verdict, OTHER), alpha=0.6, label=label)
    if shown:
        axes.legend(fontsize=7)
    axes.set(xlabel="step of the optimiser", ylabel="change of the law")
    axes.set_title(f"{values.shape[1]} laws of {type(seen.laws.structure.module).__name__}", fontsize=10)
    return figure
