"""Least misfit of a measured sequence to a power of the size with a correction.

Statement
    Class    n^α (A + B (n/n₁)^−ω),  A ≠ 0,  ½ ≤ ω ≤ 3,  |B| ≤ 20 |A|;  n₁ the first size.
             A claimed (ln n)^p is divided out first; then B ln n₁/ln n is a correction as well, since
             the next term of n^α (ln n)^p is n^α (ln n)^(p−1) as a rule.
    Misfit   Q = Σ_j ln M(T_j),  T_j = (y_j − m_j)/s_j, with ln M of numerics.inference.mixture.

    (1) The misfit of the true law stays below ln 1/a at all looks with probability 1 − a; so does the
        least misfit of the class at the true exponent.
    (2) For given (α, ω) the pair (A, B) is exact: the unconstrained one, or the better edge |B| = 20|A|.
    (3) ln M is concave in T²: repeated weighting by its slope lowers Q at each step.
    (4) Where single draws are skew, T + κ(1 + 2T²)/6 + κ²T³/27 is nearer to Student's t than T; κ is
        the skewness of the location.

Hypotheses
    H1  the hypotheses of numerics.inference.estimates.

Reference
    (1) H. Robbins, Ann. Math. Stat. 41 (1970) 1397.
    (2) variable projection: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413.
    (4) P. Hall, J. R. Stat. Soc. B 54 (1992) 221.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.inference.estimates import Array, Estimates
from numerics.inference.mixture import log_evidence, slope

LARGEST_CORRECTION = 20.0
OMEGA = (0.5, 3.0)
REACH = 3.5
CLOSE = 3e-3
HOPELESS = 60.0
ROUNDS = 6
NEARER = np.linspace(-1, 1, 13)
FINER = np.linspace(-1, 1, 33)


@dataclass(frozen=True)
class Profile:
    """At each trial exponent (K,): least misfit (K,), the law that attains it (K, J)."""

    exponent: Array
    misfit: Array
    law: Array

    @property
    def best(self) -> int:
        """Number of the trial with the least misfit."""
        return int(np.argmin(self.misfit))

    def within(self, low: float, high: float) -> "Profile":
        """The trials on [low, high]."""
        return self[(self.exponent >= low) & (self.exponent <= high)]

    def __getitem__(self, trials: slice | NDArray[np.bool_]) -> "Profile":
        return Profile(self.exponent[trials], self.misfit[trials], self.law[trials])

    def lower(self, other: "Profile") -> "Profile":
        """At each of the same trials the one with the smaller misfit."""
        mine = self.misfit <= other.misfit
        law = np.where(mine[:, None], self.law, other.law)
        return Profile(self.exponent, np.minimum(self.misfit, other.misfit), law)

    def joined(self, other: "Profile") -> "Profile":
        """Both sets of trials, by increasing exponent."""
        exponent = np.concatenate([self.exponent, other.exponent])
        order = np.argsort(exponent, kind="stable")
        misfit = np.concatenate([self.misfit, other.misfit])
        law = np.concatenate([self.law, other.law])
        return Profile(exponent[order], misfit[order], law[order])


def correction_profile(alpha: Array, data: Estimates) -> Profile:
    """Least misfit of the class at each α (K,); `data.centre` is (J,) or (K, J)."""
    found = power_profile(alpha, data)
    return found.lower(slow_profile(alpha, data)) if data.log_power else found


def scanned(data: Estimates, low: float, high: float, trials: int) -> Profile:
    """Trials of the class on [low, high], closer round the minima of either correction."""
    found = zoomed(power_profile, data, low, high, trials)
    if data.log_power == 0:
        return found
    slow = zoomed(slow_profile, data, low, high, trials)
    return correction_profile(np.union1d(found.exponent, slow.exponent), data)


def slow_profile(alpha: Array, data: Estimates) -> Profile:
    """Least misfit of n^α (A + B ln n₁/ln n) at each α (K,)."""
    power = in_units(alpha[:, None] * data.u, data)
    return polished(alpha, power, power * np.exp(data.slow[0] - data.slow), LARGEST_CORRECTION, data)


def power_profile(alpha: Array, data: Estimates) -> Profile:
    """Least misfit of n^α (A + B (n/n₁)^−ω) at each α (K,)."""
    start = _linearised(_smooth(data), data)
    power = in_units(alpha[:, None] * data.u, data)
    correction = power * np.exp(-_best_omega(power, *start, data.u)[:, None] * data.u)
    return polished(alpha, power, correction, LARGEST_CORRECTION, data, start)


def in_units(log_law: Array, data: Estimates) -> Array:
    """exp(log_law), (K, J), in the units of the data and each law divided by its largest value there."""
    relative = log_law - data.log_unit
    return np.exp(relative - relative.max(axis=-1, keepdims=True))


def misfit(law: Array, data: Estimates) -> Array:
    """Q of laws (..., J)."""
    return log_evidence(deviation(law, data)[0] ** 2, data.freedom, data.growth)


def trend(data: Estimates) -> tuple[float, float]:
    """Smallest and largest exponent that two neighbouring sizes with a resolved sign suggest."""
    clearest = data.centre[np.argmax(np.abs(data.centre / data.error))]
    keep = data.resolved & (data.centre * np.sign(clearest) > 0)
    if keep.sum() < 2:
        return 0.0, 0.0
    slopes = np.diff(np.log(np.abs(data.centre[keep])) + data.log_unit[keep]) / np.diff(data.u[keep])
    return float(slopes.min()), float(slopes.max())


def zoomed(
    profile: Callable[[Array, Estimates], Profile], data: Estimates, low: float, high: float, trials: int
) -> Profile:
    """Trials on [low, high], then closer and closer round the deepest minima, until these are resolved.

    A third centre is the minimum with errors taken for known, whose valley is wide also where draws are few.
    A minimum is left alone as well when no gain in sight would make it a member of any confidence set.
    """
    grid = np.linspace(low, high, trials)
    both = profile(np.tile(grid, 2), data.beside_certain(trials))
    found, wide = both[:trials], both.misfit[trials:]
    centre, step = grid[np.union1d(_deepest(found.misfit, 2), _deepest(wide, 1))], grid[1] - grid[0]
    for _ in range(4):
        near = np.clip(centre[:, None] + step * FINER, low, high)
        closer = profile(near.ravel(), data)
        found = found.joined(closer)
        misfits = closer.misfit.reshape(near.shape)
        place = np.arange(len(near)), misfits.argmin(axis=1)
        gain, least = rise(misfits, place), misfits[place]
        rough = (gain >= np.maximum(0.05, 1e-3 * least)) & (least - gain < HOPELESS)
        if not rough.any():
            break
        centre, step = np.unique(near[place][rough]), step / 16
    return found


def rise(rows: Array, place: tuple[Array, Array]) -> Array:
    """How much higher the neighbours of a place in each row lie on average: four times what a parabola gains."""
    padded = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
    row, column = place
    return (padded[row, column] + padded[row, column + 2]) / 2 - rows[place]


def _deepest(values: Array, count: int) -> Array:
    """Places of the deepest local minima of a sequence."""
    padded = np.concatenate([[np.inf], values, [np.inf]])
    minima = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]))
    return minima[np.argsort(values[minima], kind="stable")[:count]]


def _best_omega(power: Array, y: Array, weight: Array, u: Array) -> Array:
    """For each α the ω with the least weighted sum of squares, (K,): on a grid, on two closer ones, on a parabola."""
    inner = weight * power**2, weight * power * y
    low, high = np.log(OMEGA)
    trial, row = np.linspace(low, high, 49), np.arange(len(power))
    gain = _gain(trial, *inner, u)
    place = np.argmax(gain, axis=1)
    best, step = trial[place], trial[1] - trial[0]
    for _ in range(2):
        trial = np.clip(best[:, None] + step * NEARER, low, high)
        gain = _gain(trial, *inner, u)
        place = np.clip(np.argmax(gain, axis=1), 1, len(NEARER) - 2)
        best, step = trial[row, place], step / 6
    left, middle, right = (gain[row, place + k] for k in (-1, 0, 1))
    bend = 2 * middle - left - right
    vertex = np.where(bend > 0, (right - left) / (2 * np.where(bend > 0, bend, 1.0)), np.sign(right - left))
    return np.exp(np.clip(best + step * np.clip(vertex, -1, 1), low, high))


def _gain(log_omega: Array, first: Array, cross: Array, u: Array) -> Array:
    """What the best A, B take off the sum of squares, (K, M), at ln ω, (M,) or (K, M)."""
    decay = np.exp(-np.exp(log_omega)[..., None] * u)
    uv, vv, vy = (np.matvec(v, x) for v, x in ((decay, first), (decay**2, first), (decay, cross)))
    return _reduction(first.sum(-1)[:, None], uv, vv, cross.sum(-1)[:, None], vy, LARGEST_CORRECTION)


def _reduction(uu: Array, uv: Array, vv: Array, uy: Array, vy: Array, bound: float) -> Array:
    """By how much the best A, B of `_amplitudes` lower the sum of squares, from the inner products."""
    scale = uu * vv - uv**2
    a, b = vv * uy - uv * vy, uu * vy - uv * uy
    inside = (scale > 1e-14 * uu * vv) & (np.abs(b) <= bound * np.abs(a))
    free = (a * uy + b * vy) / np.where(inside, scale, 1.0)
    norm, twist, along = uu + bound**2 * vv, 2 * bound * uv, bound * vy
    edge = np.maximum((uy + along) ** 2 / (norm + twist), (uy - along) ** 2 / (norm - twist))
    return np.where(inside, free, edge)


def _amplitudes(uu: Array, uv: Array, vv: Array, uy: Array, vy: Array, bound: Array | float) -> tuple[Array, Array]:
    """A, B of least Σ w (y − A u − B v)² subject to |B| ≤ bound |A|, from the inner products."""
    scale = uu * vv - uv**2
    scale = np.where(scale > 1e-14 * uu * vv, scale, np.inf)
    a, b = (vv * uy - uv * vy) / scale, (uu * vy - uv * uy) / scale
    inside = np.isfinite(scale) & (np.abs(b) <= bound * np.abs(a))
    if inside.all():
        return a, b
    edges = [(uy + s * vy, uu + 2 * s * uv + s * s * vv, s) for s in (bound, -bound)]
    (top, top_norm, _), (bottom, bottom_norm, _) = edges
    upper = top**2 * bottom_norm >= bottom**2 * top_norm
    norm = np.where(upper, top_norm, bottom_norm)
    edge = np.where(upper, top, bottom) / np.where(norm > 0, norm, np.inf)  # all weights 0: nothing is fitted
    return np.where(inside, a, edge), np.where(inside, b, np.where(upper, bound, -bound) * edge)


def polished(
    exponent: Array,
    u: Array,
    v: Array,
    bound: Array | float,
    data: Estimates,
    start: tuple[Array, Array] | None = None,
) -> Profile:
    """A, B by repeated linearisation and weighting, (3), from `start`; the best law met is kept."""
    best = np.full(len(exponent), np.inf)
    law = np.zeros_like(u)
    y, weight = start or _linearised(_smooth(data), data)
    for _ in range(ROUNDS):
        wu, wv = weight * u, weight * v
        sums = [np.vecdot(x, z) for x, z in ((wu, u), (wu, v), (wv, v), (wu, y), (wv, y))]
        a, b = _amplitudes(*sums, bound)
        trial = a[:, None] * u + b[:, None] * v
        away = deviation(trial, data)
        score = log_evidence(away[0] ** 2, data.freedom, data.growth)
        law = np.where((score < best)[:, None], trial, law)
        gain = best - score
        best = np.minimum(score, best)
        if ((gain < np.maximum(1e-3, CLOSE * np.abs(score))) | (score > HOPELESS)).all():
            break
        y, weight = _near(trial, *away, data)
    return Profile(exponent, best, law)


def _linearised(law: Array, data: Estimates) -> tuple[Array, Array]:
    """y, w such that w (y − m)²/2 is ln M near the law m, but for a constant."""
    return _near(law, *deviation(law, data), data)


def _near(law: Array, t: Array, steepness: Array, data: Estimates) -> tuple[Array, Array]:
    return law + t / steepness, steepness**2 * slope(t**2, data.freedom, data.growth)


def deviation(law: Array, data: Estimates) -> tuple[Array, Array]:
    """T, corrected for skewness as in (4), and −dT/dm; T is between logarithms for the geometric mean."""
    if data.logarithmic:
        ratio = np.maximum(law / data.centre, 1e-6)
        error = np.abs(data.error / data.centre)
        t, steepness = -np.log(ratio) / error, 1 / (error * ratio * data.centre)
    else:
        t, steepness = (data.centre - law) / data.error, 1 / data.error
    third = data.skew / 3
    if not third.any():
        return t, steepness
    bent = third * t
    return t + third / 2 + bent * t * (1 + bent / 3), steepness * np.maximum((1 + bent) ** 2, 0.1)


def _smooth(data: Estimates) -> Array:
    """The centres; for the geometric mean a parabola through the logarithms."""
    if not data.logarithmic:
        return data.centre
    basis = np.stack([np.ones_like(data.u), data.u, data.u**2])
    logs = np.log(np.abs(data.centre)) + data.log_unit
    fit = np.linalg.lstsq(basis.T, logs.T, rcond=None)[0]
    return np.sign(data.centre) * np.exp((basis.T @ fit).T - data.log_unit)
