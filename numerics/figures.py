"""A decision on a measured law in one picture: the data, the local exponent, the confidence set look by look.

Statement
    Three panels. Left: the value divided by n^α₀ (and by the logarithm that is claimed, if one is), flat under
    the claim; the wedge holds all laws with an exponent in α₀ ± δ; the fitted law of the class and the nearest
    rivals with a logarithm are drawn through.
    Middle: the local exponent d ln|value|/d ln n against 1/ln n. A power law is flat, a correction n^−ω
    bends away early, and n^α (ln n)^p is the straight line α + p/ln n that reaches α only at n = ∞, on the left.
    Right: the confidence set of the exponent after ever more of the draws, against the claim.

    Needs matplotlib: pip install 'scale-referee[plots]'.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from numerics.inference import ClaimedLaw, Decision, Design, judge
from numerics.inference.decision import obstacle
from numerics.inference.estimates import Array, Estimates, estimates
from numerics.inference.fits import correction_profile, trend
from numerics.inference.rivals import LOG_POWERS, rival_profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLAIM, FIT, RIVALS = "#8fbf8f", "#1f4e9c", ("#c44e1f", "#8a5fb0")
FEWEST = 12


def decision_figure(claim: ClaimedLaw, design: Design, data: Sequence[Array], decision: Decision) -> "Figure":
    """The picture of `decision` on `data`, J rows of draws; where they are unfit for any verdict, it says why.

    Raises ModuleNotFoundError without matplotlib, ValueError unless there is one row a size.
    """
    from matplotlib.figure import Figure

    if len(data) != len(design.sizes):
        raise ValueError(f"{len(data)} rows of draws for {len(design.sizes)} sizes: give one row a size")
    rows = [np.asarray(row, float) for row in data]
    figure = Figure(figsize=(13, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    figure.suptitle(_title(claim, decision), fontsize=10)
    unfit = obstacle(design, rows)
    if unfit:
        _draws(left, design, rows)
        for axes, text in ((middle, unfit.reason), (right, unfit.text)):
            axes.text(0.5, 0.5, text, ha="center", va="center", wrap=True, transform=axes.transAxes)
            axes.set_axis_off()
        return figure
    found = estimates(design.sizes, rows, design.functional).divided(claim.log_power)
    laws = list(_laws(found))
    _values(left, claim, found, laws)
    _local_exponents(middle, claim, found, laws)
    _confidence_sets(right, claim, design, rows, decision)
    return figure


def local_exponents(sizes: Array, value: Array, error: Array) -> tuple[Array, Array, Array]:
    """(1/ln n at the middle, d ln|value|/d ln n, its error) between sizes two apart; value and error are (J,)."""
    logs = np.log(sizes)
    span = logs[2:] - logs[:-2]
    slope = np.log(np.abs(value[2:] / value[:-2])) / span
    spread = np.hypot(error[2:] / value[2:], error[:-2] / value[:-2]) / span
    return 2 / (logs[2:] + logs[:-2]), slope, spread


def _title(claim: ClaimedLaw, decision: Decision) -> str:
    verdict = f"{decision.outcome} ({decision.reason})" if decision.reason else decision.outcome
    kind = "to the letter, " if claim.letter else ""
    slow = f" (ln n)^{claim.log_power:g}" if claim.log_power else ""
    return f"claimed {kind}n^{claim.exponent:g}{slow} ± {claim.margin:g}:  {verdict}\n{decision.text}"


def _laws(found: Estimates) -> Iterator[tuple[str, str, Array]]:
    """(label, colour, values in the units (J,)): the best of the class, and the best rival of either kind."""
    least, most = trend(found)
    best = correction_profile(np.linspace(least - 0.5, most + 0.5, 201), found)
    yield f"n^{best.exponent[best.best]:.3f} with a correction", FIT, best.law[best.best]
    if found.sizes[0] == 1:
        return
    for powers, colour in zip((LOG_POWERS, (np.nan,)), RIVALS, strict=True):
        a = np.tile(np.linspace(least - 1.5, most + 1.5, 301), len(powers))
        p = np.repeat(powers, 301)
        profile = rival_profile(a, p, found)
        place = profile.best
        tail = "(A ln n + C)" if np.isnan(p[place]) else f"(ln n)^{p[place]:g}"
        yield f"rival n^{a[place]:.2f} {tail}", colour, profile.law[place]


def _draws(axes: "Axes", design: Design, rows: Sequence[Array]) -> None:
    for size, row in zip(design.sizes, rows, strict=True):
        finite = row[np.isfinite(row)][:200]
        axes.plot(np.full(len(finite), size), finite, ".", color=FIT, alpha=0.3)
    axes.set(xscale="log", xlabel="n", ylabel="value", title="draws, where finite")


def _values(axes: "Axes", claim: ClaimedLaw, found: Estimates, laws: Sequence[tuple[str, str, Array]]) -> None:
    one_sign = found.resolved.all() and abs(np.sign(found.centre).sum()) == len(found.sizes)
    pivot = len(found.sizes) // 2 if one_sign else int(np.argmax(np.abs(found.centre / found.error)))
    arm = found.u - found.u[pivot]
    scale = np.exp(found.log_unit - found.log_unit[pivot] - claim.exponent * arm) / found.centre[pivot]
    if one_sign:
        wedge = np.exp(claim.margin * np.abs(arm))
        axes.fill_between(found.sizes, 1 / wedge, wedge, color=CLAIM, alpha=0.35, lw=0, label="claimed exponents")
    for label, colour, law in laws:
        axes.plot(found.sizes, law * scale, "-" if colour == FIT else "--", color=colour, lw=1.2, label=label)
    error = 2 * found.error * np.abs(scale)
    axes.errorbar(
        found.sizes, found.centre * scale, error, fmt="o", ms=3, color="black", lw=1, label="data, ± 2 errors"
    )
    far = one_sign and np.ptp(np.log(np.abs(found.centre * scale))) > 1
    axes.set(xscale="log", yscale="log" if far else "linear", xlabel="n", title="data, fitted law, rivals")
    axes.set_ylabel(f"value / n^{claim.exponent:g}, 1 at n = {found.sizes[pivot]:g}")
    axes.legend(fontsize=7)


def _local_exponents(axes: "Axes", claim: ClaimedLaw, found: Estimates, laws: Sequence[tuple[str, str, Array]]) -> None:
    def slopes(value: Array) -> tuple[Array, Array, Array]:
        x, slope, error = local_exponents(found.sizes, value, found.error)
        unit = (found.log_unit[2:] - found.log_unit[:-2]) / (np.log(found.sizes[2:] / found.sizes[:-2]))
        return x, slope + unit, error

    with np.errstate(all="ignore"):
        x, slope, error = slopes(found.centre)
        clear = found.resolved[2:] & found.resolved[:-2] & (found.centre[2:] * found.centre[:-2] > 0)
        axes.axhspan(*claim.bounds, color=CLAIM, alpha=0.35, lw=0, label="claimed")
        for label, colour, law in laws:
            same = np.where(law[2:] * law[:-2] > 0, 1.0, np.nan)
            axes.plot(x, same * slopes(law)[1], "-" if colour == FIT else "--", color=colour, lw=1.2, label=label)
    axes.errorbar(x[clear], slope[clear], 2 * error[clear], fmt="o", ms=3, color="black", lw=1, label="between sizes")
    axes.set(xlabel="1/ln n  (n = ∞ at the left edge)", ylabel="local exponent", title="local exponent")
    axes.set_xlim(left=0)


def _confidence_sets(
    axes: "Axes", claim: ClaimedLaw, design: Design, rows: Sequence[Array], decision: Decision
) -> None:
    axes.axhspan(*claim.bounds, color=CLAIM, alpha=0.35, lw=0, label="claimed")
    most, shortest = max(map(len, rows)), min(map(len, rows))
    counts = sorted({min(most, max(FEWEST, shortest >> k)) for k in range(6)} | {most})
    for draws in counts:
        looked = judge(claim, design, [row[:draws] for row in rows])
        if looked.interval is None:
            continue
        low, high = (
            end if np.isfinite(end) else claim.exponent + side * 10
            for side, end in zip((-1, 1), looked.interval, strict=True)
        )
        axes.plot([draws, draws], [low, high], "-_", color=FIT, lw=2, ms=8)
        axes.plot(draws, looked.exponent, "o", color=FIT, ms=4)
    reach = 4 * claim.margin
    inside = decision.exponent if decision.exponent is not None else claim.exponent
    low, high = min(claim.exponent - reach, inside - claim.margin), max(claim.exponent + reach, inside + claim.margin)
    axes.set(xscale="log", ylim=(low, high), xlabel="draws a size", ylabel="exponent")
    axes.set_xticks(counts, [str(draws) for draws in counts])
    axes.minorticks_off()
    axes.set_title("confidence set, look by look")
    if not any(line.get_linestyle() == "-" for line in axes.lines):
        text = "the letter has no exponent to fit" if claim.letter else "no exponent in the confidence set"
        axes.text(0.5, 0.9, text, ha="center", transform=axes.transAxes)
