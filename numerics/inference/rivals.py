"""Laws with a logarithm that a power with a correction may be mistaken for.

Statement
    (1) n^a (ln n)^p,  p ∈ {±½, ±1, ±3/2, ±2};
    (2) n^a (A ln n + C);
    (3) n^a (A ln n + C)^p,  p ∈ {−1, ±½}: of a scale of its own as well, like a running coupling;
    (4) n^a (A + B n^−ω), where the claim has a logarithm; p = 0 joins (1) then, and its own p leaves.

    The p-th roots of (3) are linear in A and C and are fitted as such, with errors to first order; the law so
    found is judged as it is. Against a power, (3) has 1/|p| of the curvature of (2), so no larger |p| is tried:
    in the end every power is such a law.

    At the true rival the least misfit Q of numerics.inference.fits stays below ln 1/level at all looks
    with probability 1 − level: a rival fits where it does. The local exponent of (1) is a + p/ln n: over a range
    of ln n it moves so little that a correction to scaling absorbs it, and the fitted exponent is wrong.

Reference
    A. Clauset, C. R. Shalizi, M. E. J. Newman, SIAM Review 51 (2009) 661: fit the alternatives as well.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from numerics.inference.estimates import Array, Estimates
from numerics.inference.fits import HOPELESS, REACH, Profile, in_units, polished, rise, scanned, trend
from numerics.inference.mixture import threshold

LOG_POWERS = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
OFFSET_POWERS = (-1.0, 0.5, -0.5)
FREE = 1e9
SMALLEST = 1e-6


def rival_profile(a: Array, p: Array, data: Estimates) -> Profile:
    """Least misfit of n^a (ln n)^p at each pair a, p (K,); where p is nan, of n^a (A ln n + C)."""
    free = np.isnan(p)[:, None]
    slow = (np.nan_to_num(p) - data.log_power)[:, None] * data.slow
    power = in_units(a[:, None] * data.u + slow, data)
    return polished(a, power, power * data.u, np.where(free[:, 0], FREE, 0.0), data)


def offset_profile(a: Array, p: Array, data: Estimates) -> Profile:
    """Misfit of n^a (A ln n + C)^p at each pair a, p (K,), near the least one; inf where there is no such law."""
    data = data.divided(-data.log_power)
    sign = np.sign(data.centre[0])
    if not (data.resolved & (data.centre * sign > 0)).all():
        return Profile(a, np.full(len(a), np.inf), np.tile(data.centre, (len(a), 1)))
    p = p[:, None]
    roots = _roots(data, p)
    power = in_units(a[:, None] / p * roots.u, roots)
    line = polished(a, power, power * roots.u, FREE, roots).law / np.abs(roots.centre)
    law = np.abs(data.centre) * np.maximum(line, SMALLEST) ** p
    found = polished(a, sign * law, law, 0.0, data)
    return replace(found, misfit=np.where((line > SMALLEST).all(axis=1), found.misfit, np.inf))


def _roots(data: Estimates, p: Array) -> Estimates:
    """The p-th roots of the absolute values, (K, J) for p (K, 1)."""
    centre = np.abs(data.centre) ** (1 / p)
    ratio = np.abs(centre / data.centre / p)
    unit, flat = data.log_unit / p, np.zeros_like(data.skew)
    error, sampling = data.error * ratio, data.sampling * ratio
    return replace(data, log_unit=unit, centre=centre, error=error, sampling=sampling, skew=flat)


def fitting_rival(data: Estimates, level: float, low: float, high: float) -> str:
    """The rival with a < low or a > high that fits best, if it fits at `level`; else ""."""
    data = data.tail(int(data.sizes[0] == 1))
    least, most = trend(data)
    powers = _powers(data)
    p = np.tile(powers, 2)
    side = np.repeat([0, 1], len(powers))
    start = np.array([min(least, low) - REACH, high])[side]
    end = np.array([low, max(most, high) + REACH])[side]
    a, miss = _zoomed(rival_profile, p, start, end, data)
    best = int(np.argmin(miss))
    if miss[best] >= threshold(level):
        offset = _offset_instead(data, level, low, high)
        return offset or (_power_instead(data, level, low, high) if data.log_power else "")
    return _spelled(a[best], p[best])


def best_law(data: Estimates) -> str:
    """Of the class and its rivals, whatever their exponents, the law with the least misfit."""
    data = data.tail(int(data.sizes[0] == 1))
    least, most = trend(data)
    p = np.array(_powers(data))
    ends = np.tile([[least - REACH], [most + REACH]], len(p))
    a, miss = _zoomed(rival_profile, p, *ends, data)
    own = scanned(data, least - REACH, most + REACH, 65)
    rival = int(np.argmin(miss))
    if miss[rival] < own.misfit[own.best]:
        return _spelled(a[rival], p[rival])
    logs = f" (ln n)^{data.log_power:g}" if data.log_power else ""
    return f"n^{own.exponent[own.best]:.3g}{logs} (A + B n^−ω)"


def _powers(data: Estimates) -> list[float]:
    """p of the rivals; nan for (2)."""
    return [*(p for p in (*LOG_POWERS, 0.0) if p != data.log_power), np.nan]


def _spelled(a: float, p: float) -> str:
    return f"n^{a:.3g} (A ln n + C)" if np.isnan(p) else f"n^{a:.3g} (ln n)^{p:g}"


def _offset_instead(data: Estimates, level: float, low: float, high: float) -> str:
    """The law (3) with an exponent outside the claim that fits best, if it fits."""
    least, most = trend(data.divided(-data.log_power))
    p = np.tile(OFFSET_POWERS, 2)
    start = np.repeat([min(least, low) - REACH, high], len(OFFSET_POWERS))
    end = np.repeat([low, max(most, high) + REACH], len(OFFSET_POWERS))
    a, miss = _zoomed(offset_profile, p, start, end, data)
    best = int(np.argmin(miss))
    return f"n^{a[best]:.3g} (A ln n + C)^{p[best]:g}" if miss[best] < threshold(level) else ""


def _power_instead(data: Estimates, level: float, low: float, high: float) -> str:
    """(4), if it fits with an exponent outside the claim."""
    plain = data.divided(-data.log_power)
    least, most = trend(plain)
    for start, end in ((min(least, low) - REACH, low), (high, max(most, high) + REACH)):
        found = scanned(plain, start, end, 65)
        if found.misfit[found.best] < threshold(level):
            return f"n^{found.exponent[found.best]:.3g} (A + B n^−ω)"
    return ""


def _zoomed(
    profile: Callable[[Array, Array, Estimates], Profile], p: Array, start: Array, end: Array, data: Estimates
) -> tuple[Array, Array]:
    """For each rival its best exponent between start and end and the misfit there, all (K,).

    With few draws the misfit is bounded and its valley narrow, so the first rounds take the errors for known. The
    last one is for the rivals that may still fit.
    """
    low, high = start, end
    a, miss = np.empty_like(start), np.empty_like(start)
    open_ = np.arange(len(p))
    for turn in range(4):
        trial = np.linspace(low, high, 17, axis=1)
        found = profile(trial.ravel(), np.repeat(p[open_], 17), data if turn > 1 else data.certain)
        misfits = np.minimum(found.misfit, FREE).reshape(trial.shape)
        place = np.arange(len(trial)), misfits.argmin(axis=1)
        a[open_], miss[open_] = trial[place], misfits[place]
        keep = slice(None) if turn < 2 else misfits[place] - rise(misfits, place) < HOPELESS
        step = ((high - low) / 16)[keep]
        open_ = open_[keep]
        if len(open_) == 0:
            break
        low, high = np.maximum(start[open_], a[open_] - step), np.minimum(end[open_], a[open_] + step)
    return a, miss
