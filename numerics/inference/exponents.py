"""The verdict on an exponent with free amplitude.

Statement
    Q_α is the least misfit of the class n^α(A + B (n/n₁)^−ω) at α (numerics.inference.fits). Windows
    are the sizes from n₁, n₂, … on, six at least; the first has half the level, the others share the
    other half. The first with min Q < ln 1/level is used; C = {α : Q_α < ln 1/level} is its confidence set.

    REFUTED       C is disjoint from [α₀ − δ, α₀ + δ]; or no window fits at all (MISFIT).
    SUPPORTED     C lies in [α₀ − δ, α₀ + δ], and no rival with a logarithm and an exponent outside fits;
                  and the best law passes Student's test at each size, since with few draws the evidence of
                  one size is bounded and the others would outvote it; and a χ² test over all sizes, since
                  the set of a law that hardly fits is narrow for no good reason. A shorter window must not
                  have sizes that would be refused as a design (numerics.inference.laws, 2).
    INCONCLUSIVE  else, with a reason code.

    If the true law is in the class on the window used, a wrong verdict at any of the looks, however many,
    has probability at most `level`: it needs Q ≥ ln 1/level at the truth on one of the windows.
    Nothing is said beyond the sizes measured.

Reference
    Equivalence and difference tested together: J. Goeman, A. Solari, T. Stijnen, Stat. Med. 29 (2010) 2117.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from scipy.special import chdtrc, ndtri, stdtr

from numerics.inference.estimates import Array, Estimates
from numerics.inference.fits import (
    LARGEST_CORRECTION,
    REACH,
    Profile,
    correction_profile,
    deviation,
    scanned,
    trend,
)
from numerics.inference.laws import FEWEST_SIZES, ClaimedLaw, Decision, aliased
from numerics.inference.mixture import threshold
from numerics.inference.rivals import fitting_rival

SMALLEST_CHANCE = 1e-300


@dataclass(frozen=True)
class Window:
    """The sizes from one on, the exponents tried there, their level, and the bound on Q."""

    data: Estimates
    trials: Profile
    level: float

    @property
    def bound(self) -> float:
        """ln 1/level."""
        return threshold(self.level)

    @property
    def fits(self) -> bool:
        """Whether some exponent is in the confidence set."""
        return bool(self.trials.misfit.min() < self.bound)


def exponent_verdict(claim: ClaimedLaw, data: Estimates, level: float) -> Decision:
    """SUPPORTED, REFUTED or INCONCLUSIVE, at `level` over all windows."""
    if not data.resolved.any():
        return undecided("AMPLITUDE-UNRESOLVED", "no value differs from zero by four errors; take more draws")
    levels = shares(level, len(data.sizes))
    windows = (_window(claim, data.tail(start), share) for start, share in enumerate(levels))
    window = _first_fitting(windows)
    claimed = window.trials.within(*claim.bounds)
    if not claim.bounds[0] < window.trials.exponent[window.trials.best] < claim.bounds[1]:
        claimed = scanned(window.data, *claim.bounds, 17)
        window = replace(window, trials=window.trials.joined(claimed))
    decision = _in_window(claim, window, claimed) if window.fits else _misfit(window)
    if decision.outcome == "SUPPORTED" and len(window.data.sizes) < len(data.sizes):
        decision = _audited(decision, window.data)
    return replace(
        decision,
        worst_pair=_worst_pair(window.data, claimed),
        location=data.functional,
        limits=(*data.notes, _scope(window.data), _shared(level, len(levels) - 1)),
    )


def _shared(level: float, tails: int) -> str:
    return f"level {level:g} at all looks together, half for all sizes, half for {tails} tail windows"


def shares(level: float, sizes: int) -> list[float]:
    """The level of each window: half for all sizes, the other half shared by the shorter ones."""
    shorter = sizes - FEWEST_SIZES
    return [level / 2, *[level / (2 * shorter)] * shorter] if shorter else [level]


def undecided(reason: str, text: str) -> Decision:
    """INCONCLUSIVE with its reason."""
    return Decision("INCONCLUSIVE", reason, text)


def _window(claim: ClaimedLaw, data: Estimates, level: float) -> Window:
    low, high = claim.bounds
    least, most = trend(data)
    trials = scanned(data, min(least, low) - REACH, max(most, high) + REACH, 65)
    return Window(data, trials, level)


def _first_fitting(windows: Iterator[Window]) -> Window:
    """The first window that fits, else the last."""
    window = next(windows)
    while not window.fits and (shorter := next(windows, None)):
        window = shorter
    return window


def _in_window(claim: ClaimedLaw, window: Window, claimed: Profile) -> Decision:
    low, high = claim.bounds
    left, right = confidence_interval(window)
    best = float(window.trials.exponent[window.trials.best])
    error = (right - left) / 2
    budget = (*_error_budget(window.data, error), *_finite_size(window, best))
    found = Decision("INCONCLUSIVE", exponent=best, error=error, interval=(left, right), error_budget=budget)
    shown = f"exponent {best:.4g} in [{left:.4g}, {right:.4g}], claimed [{low:.4g}, {high:.4g}]"
    if claimed.misfit.min() >= window.bound:
        return _sign_checked(replace(found, outcome="REFUTED", text=shown), window.data)
    if left < low or right > high:
        reason = "UNDERPOWERED" if error > claim.margin else "WIDE"
        return replace(found, reason=reason, text=f"{shown}; more draws or sizes would narrow it")
    if far := _far_off(window):
        return replace(found, reason="OUTLIER", text=f"{shown}, but {far}; more draws would tell")
    rival = fitting_rival(window.data, window.level, *claim.bounds)
    if rival:
        text = f"{shown}, but {rival} fits as well; more draws or a wider range would tell"
        return replace(found, reason="LOG-AMBIGUOUS", rival=rival, text=text)
    if poor := _poor_fit(window):
        return replace(found, reason="POOR-FIT", text=f"{shown}, but {poor}; more draws or sizes would tell")
    return replace(found, outcome="SUPPORTED", text=shown)


def _audited(decision: Decision, data: Estimates) -> Decision:
    """Support from a tail window whose sizes would be refused as a design is withdrawn, with its interval."""
    sizes = tuple(int(n) for n in data.sizes)
    if not aliased(sizes):
        return decision
    text = (
        f"{decision.text}; but the class fits only on {sizes}, powers of one ratio but for the first two at most, "
        f"on which a log-periodic law is a pure power; mix 2^k with 3·2^k up to the largest size"
    )
    return undecided("DESIGN", text)


def _far_off(window: Window) -> str:
    """The size that the best law misses by more than Student's t allows over all sizes; "" if none."""
    data = window.data
    away = np.abs(deviation(window.trials.law[window.trials.best], data)[0])
    chance = 2 * len(away) * stdtr(data.freedom, -away)
    worst = int(np.argmin(chance))
    return f"size {data.sizes[worst]:g} is off by {away[worst]:.3g} errors" if chance[worst] < window.level else ""


def _poor_fit(window: Window) -> str:
    """Whether the deviations of the best law, as normal scores, exceed χ²; at least A and α adapted to them."""
    data = window.data
    away = np.abs(deviation(window.trials.law[window.trials.best], data)[0])
    scores = ndtri(np.maximum(stdtr(data.freedom, -away), SMALLEST_CHANCE))
    square, degrees = float(scores @ scores), len(away) - 2
    return f"it fits poorly (χ² = {square:.3g} at {degrees} degrees)" if chdtrc(degrees, square) < window.level else ""


def _misfit(window: Window) -> Decision:
    sizes = window.data.sizes
    text = (
        f"no exponent fits: least misfit {window.trials.misfit.min():.4g} against {window.bound:.4g} "
        f"even on sizes {sizes[0]:g} to {sizes[-1]:g}"
    )
    return _sign_checked(Decision("REFUTED", "MISFIT", text), window.data)


def _sign_checked(decision: Decision, data: Estimates) -> Decision:
    """A refutation stands only where the last six sizes have one sign."""
    last = data.tail(len(data.sizes) - FEWEST_SIZES)
    signs = np.sign(last.centre[last.resolved])
    if len(signs) == 0 or (signs == signs[0]).all():
        return decision
    text = f"{decision.text}; but the value changes sign in the last six sizes, so its law begins beyond them"
    return replace(decision, outcome="INCONCLUSIVE", reason="CHANGING-SIGN", text=text)


def confidence_interval(window: Window) -> tuple[float, float]:
    """Hull of {α : Q_α < bound}; infinite where it reaches the end of the trials."""
    inside = np.flatnonzero(window.trials.misfit < window.bound)
    alpha = window.trials.exponent
    first, last = inside[0], inside[-1]
    end = len(alpha) - 1
    left, right = _edges(window, alpha[[first, last]], alpha[[max(first - 1, 0), min(last + 1, end)]])
    return (left if first > 0 else -inf), (right if last < end else inf)


def _edges(window: Window, inner: Array, outer: Array) -> tuple[float, float]:
    """The outermost member between each member and non-member, to 1/64 of their distance, from outside."""
    for _ in range(2):
        trial = np.linspace(inner, outer, 9, axis=1)
        member = (correction_profile(trial.ravel(), window.data).misfit < window.bound).reshape(trial.shape)
        last = np.where(member.any(axis=1), 8 - np.argmax(member[:, ::-1], axis=1), 0)
        inner, outer = trial[[0, 1], last], trial[[0, 1], np.minimum(last + 1, 8)]
    return float(outer[0]), float(outer[1])


def _worst_pair(data: Estimates, claimed: Profile) -> tuple[int, int] | None:
    """Sizes with the highest and the lowest residual under the best claimed law; None where it is exact."""
    law = claimed.law[claimed.best]
    residual = (data.centre - law) / data.error
    first, second = sorted((int(np.argmax(residual)), int(np.argmin(residual))))
    return (int(data.sizes[first]), int(data.sizes[second])) if first != second else None


def _error_budget(data: Estimates, error: float) -> tuple[tuple[str, float], ...]:
    """Standard error of a log-log slope from sampling, integrator and floor; the factor from there to `error`."""
    keep = data.resolved
    if keep.sum() < 2:
        return ()
    total, sampling = (part[keep] / np.abs(data.centre[keep]) for part in (data.error, data.sampling))
    weight = total**-2.0
    arm = data.u[keep] - np.average(data.u[keep], weights=weight)
    lever = weight * arm / (weight * arm**2).sum()
    drawn, whole = (float(np.sqrt(((lever * part) ** 2).sum())) for part in (sampling, total))
    stepped = data.integrator * float(np.sqrt((lever**2).sum()))
    return (
        ("sampling", drawn),
        *((("integrator step", stepped),) if stepped else ()),
        ("model floor", float(np.sqrt(max(0.0, whole**2 - drawn**2 - stepped**2)))),
        ("factor for confidence and corrections", error / whole),
    )


def _finite_size(window: Window, exponent: float) -> tuple[tuple[str, float], ...]:
    """How far the best law's slope between the two largest sizes still is from its exponent."""
    data, law = window.data, window.trials.law[window.trials.best]
    if law[-1] * law[-2] <= 0:
        return ()
    rise = np.log(law[-1] / law[-2]) + data.log_unit[-1] - data.log_unit[-2]
    return (("finite size", float(abs(rise / (data.u[-1] - data.u[-2]) - exponent))),)


def _scope(data: Estimates) -> str:
    logs = f"divided by (ln n)^{data.log_power:g}, " if data.log_power else ""
    return (
        f"{logs}on sizes {data.sizes[0]:g} to {data.sizes[-1]:g}, in the class n^α(A + B n^−ω), "
        f"½ ≤ ω ≤ 3, |B| ≤ {LARGEST_CORRECTION:g}|A| at the first"
    )
