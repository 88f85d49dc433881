"""One location with its error at each size, and what makes a sample unfit for that.

Statement
    From draws x_j1 … x_jt at sizes n_j: a location y_j, a standard error s_j and degrees of freedom
    ν_j, such that (y_j − m_j)/s_j is Student's t when m_j is the location at n_j.

    mean             of the draws.
    median of five   mean of the medians of successive fives: they have a variance whenever a moment of
                     the draws of order over 2/3 exists, as Cauchy's does. Needs sixty draws.
    geometric mean   of positive draws, with the error taken of the logarithms.

    All three have the same exponent when the draws at different sizes differ by a factor only.

Hypotheses
    H1  draws are independent within a size and between sizes; the first is tested.
    H2  a value is accurate to 5·10⁻⁴ of itself at best, and an integer that hardly varies to ±½, uniformly.

Reference
    H1: lag-one autocorrelation, M. S. Bartlett, J. R. Stat. Soc. Suppl. 8 (1946) 27.
    Combined errors have (s²+f²)²/s⁴ times the freedom: B. L. Welch, Biometrika 34 (1947) 28.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MODEL_FLOOR = 5e-4
FEWEST_DRAWS = 12
BLOCK = 5
RESOLVED = 4.0
LARGEST_LOG = 150.0


@dataclass(frozen=True)
class Estimates:
    """Locations `centre`, (J,) or (batch, J), with their `error`, its `sampling` part, `freedom` and `skew`.

    Centre and errors are in units of exp(log_unit), (J,), the largest draw of each size, so that a sequence
    may run from 10⁻³⁰⁰ to 10³⁰⁰. `skew` is the third standardised cumulant of the location (of its logarithm
    for the geometric mean).
    """

    sizes: Array
    log_unit: Array
    centre: Array
    error: Array
    sampling: Array
    freedom: Array
    skew: Array
    functional: str
    notes: tuple[str, ...] = ()

    @cached_property
    def u(self) -> Array:
        """ln(n_j / n_1), (J,)."""
        return np.log(self.sizes / self.sizes[0])

    @property
    def logarithmic(self) -> bool:
        """Whether deviations are measured between logarithms."""
        return self.functional == "geometric mean"

    @property
    def resolved(self) -> NDArray[np.bool_]:
        """Where the location differs from zero by more than four errors; a geometric mean always does."""
        return self.logarithmic | (np.abs(self.centre) > RESOLVED * self.error)

    def tail(self, start: int) -> "Estimates":
        """The sizes from number `start` on."""
        per_size = ("sizes", "log_unit", "centre", "error", "sampling", "freedom", "skew")
        return replace(self, **{name: getattr(self, name)[..., start:] for name in per_size})

    def moved(self, law: Array) -> "Estimates":
        """The same design on another law, (..., J): relative errors are kept, absolute ones where unresolved."""
        ratio = self.ratio(law)
        return replace(self, centre=law, error=self.error * ratio, sampling=self.sampling * ratio)

    def ratio(self, law: Array) -> Array:
        """|law / centre| where the centre is resolved, else 1."""
        return np.where(self.resolved, np.abs(law / np.where(self.resolved, self.centre, 1.0)), 1.0)

    def pure_power(self, exponent: Array | float) -> Array:
        """A n^α through the middle of the resolved sizes, (..., J) for exponents (...,), in the units."""
        keep = self.resolved
        log_power = np.asarray(exponent)[..., None] * self.u - self.log_unit
        level = (np.log(np.abs(self.centre[keep])) - log_power[..., keep]).mean(axis=-1, keepdims=True)
        sign = 1.0 if self.centre[keep].sum() >= 0 else -1.0
        return sign * np.exp(np.clip(log_power + level, -LARGEST_LOG, LARGEST_LOG))


def estimates(sizes: tuple[int, ...], data: Array, functional: str = "auto") -> Estimates:
    """Locations of `data`, (J, draws), finite and nowhere constantly zero."""
    if functional == "auto":
        functional = chosen_functional(data)
    unit = np.abs(data).max(axis=1)
    values = singles(data / unit[:, None], functional)
    count = values.shape[1]
    spread = np.where(_varying(values), values.std(axis=1, ddof=1), 0.0) / np.sqrt(count)
    centre = values.mean(axis=1)
    if functional == "geometric mean":
        centre = np.sign(data[0, 0]) * np.exp(centre)
        spread = spread * np.abs(centre)
    spread = _without_accidents(spread, centre)
    rounding = _rounding(data, functional) / unit
    error = np.sqrt(spread**2 + (MODEL_FLOOR * centre) ** 2 + rounding**2)
    share = spread / error
    freedom = (count - 1) / np.maximum(share, 1e-2) ** 4
    skew = _skewness(values) / np.sqrt(count) * share**3
    notes = (f"location: {functional} of {data.shape[1]} draws a size", *_notes(data, rounding))
    return Estimates(np.array(sizes, float), np.log(unit), centre, error, spread, freedom, skew, functional, notes)


def chosen_functional(data: Array) -> str:
    """Geometric mean where all draws have one sign and the logarithms at most sizes a spread (interquartile)
    over 0.4; else median of five where a draw is far out; else the mean."""
    if one_sign(data):
        high, low = np.quantile(np.log(np.abs(data)), (0.75, 0.25), axis=1)
        if np.median(high - low) > 0.4:
            return "geometric mean"
    return "median of five" if far_out(data) else "mean"


def one_sign(data: Array) -> bool:
    """Whether all draws are positive, or all negative."""
    return bool((data > 0).all() or (data < 0).all())


def far_out(data: Array) -> bool:
    """Whether some draw lies over twenty interquartile ranges from the median of its size."""
    low, middle, high = np.quantile(data, (0.25, 0.5, 0.75), axis=1)
    far = np.abs(data - middle[:, None]).max(axis=1) > 20 * (high - low)
    return bool((far & (high - low > 1e-9 * np.abs(middle))).any())


def singles(data: Array, functional: str) -> Array:
    """The values, (J, count), whose mean is the location (its logarithm for the geometric mean)."""
    if functional == "geometric mean":
        return np.log(np.abs(data))
    if functional == "median of five":
        blocks = data.shape[1] // BLOCK
        return np.median(data[:, : blocks * BLOCK].reshape(len(data), blocks, BLOCK), axis=2)
    return data


def autocorrelation(values: Array) -> float:
    """Mean lag-one autocorrelation over the sizes, in its standard errors under independence."""
    values = values[_varying(values)]
    if len(values) == 0:
        return 0.0
    low, high = np.quantile(values, (0.05, 0.95), axis=1, keepdims=True)
    z = np.clip(values, low, high)
    z = (z - z.mean(axis=1, keepdims=True))[_varying(z)]
    if len(z) == 0:
        return 0.0
    count = z.shape[1]
    lag_one = (z[:, 1:] * z[:, :-1]).sum(axis=1) / (z**2).sum(axis=1)
    shared = max(0.0, _common_sign(values)[0])
    rows = len(z) / (1 + (len(z) - 1) * shared)
    return float((lag_one + 1 / count).mean() * np.sqrt(count * rows))


def _varying(values: Array) -> NDArray[np.bool_]:
    """At which sizes the values differ by more than rounding."""
    return np.ptp(values, axis=1) > 1e-13 * np.abs(values).max(axis=1)


def _skewness(values: Array) -> float:
    """Fisher's third standardised cumulant, averaged over the sizes whose values differ."""
    deviation = values - values.mean(axis=1, keepdims=True)
    square = (deviation**2).mean(axis=1)
    varying = _varying(values)
    count = values.shape[1]
    if not varying.any() or count < FEWEST_DRAWS:
        return 0.0
    third = (deviation**3).mean(axis=1)[varying] / square[varying] ** 1.5
    return float(third.mean() * np.sqrt(count * (count - 1)) / (count - 2))


def _without_accidents(spread: Array, centre: Array) -> Array:
    """Where the draws of one size agree by accident while others vary: the median relative error of those."""
    varying = (spread > 0) & (centre != 0)
    if not varying.any() or (spread > 0).all():
        return spread
    typical = np.median(spread[varying] / np.abs(centre[varying]))
    return np.where(spread > 0, spread, typical * np.abs(centre))


def _rounding(data: Array, functional: str) -> Array:
    """1/√12, the error of rounding, where draws are integers that differ between sizes but hardly at one."""
    if np.ptp(data) == 0 or (data != np.round(data)).any():
        return np.zeros(len(data))
    unit = np.abs(data).max(axis=1)
    hardly = (unit * (data / unit[:, None]).std(axis=1) < 0.5) | (functional == "median of five")
    return np.where(hardly, 1 / np.sqrt(12), 0.0)


def _notes(data: Array, rounding: Array) -> tuple[str, ...]:
    notes = []
    if rounding.any():
        notes.append("integer values: a systematic ±½, uniform, where they hardly vary")
    common, error = _common_sign(data)
    if common > 5 * error:
        notes.append(f"draws at different sizes agree in sign ({common:.2f}); the errors assume no shared seeds")
    return tuple(notes)


def _common_sign(data: Array) -> tuple[float, float]:
    """Mean correlation between sizes of the sign about the median, and its error under independence."""
    signs = np.sign(data - np.median(data, axis=1, keepdims=True))
    signs = signs[signs.any(axis=1)]
    if len(signs) < 2:
        return 0.0, 1.0
    pairs = len(signs) * (len(signs) - 1)
    common = ((signs.sum(axis=0) ** 2).mean() - (signs**2).sum(axis=0).mean()) / pairs
    return float(common), float(np.sqrt(2 / (pairs * data.shape[1])))
