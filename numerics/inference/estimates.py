"""One location with its error at each size, and what makes a sample unfit for that.

Statement
    From draws x_j1 … x_jt at sizes n_j: a location y_j, a standard error s_j and degrees of freedom
    ν_j, such that (y_j − m_j)/s_j is Student's t when m_j is the location at n_j.

    mean             of the draws.
    median of five   mean of the medians of successive fives: they have a variance whenever a moment of
                     the draws of order over 2/3 exists, as Cauchy's does. Needs sixty draws.
    geometric mean   of positive draws, with the error taken of the logarithms.

    All three have the same exponent when the draws at different sizes differ by a factor only; which of them is
    meant where nobody says, is the subject of numerics.inference.location.

Hypotheses
    H1  draws are independent within a size and between sizes; numerics.inference.dependence tests the first
        and notes where the second fails.
    H2  a value is accurate to 5·10⁻⁴ of itself at best; one in decimal steps that hardly varies is rounded to
        the step, uniformly.

Reference
    Combined errors have (s²+f²)²/s⁴ times the freedom: B. L. Welch, Biometrika 34 (1947) 28.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numerics.inference.dependence import common_sign, noticed
from numerics.inference.location import Draws, chosen_functional, padded
from numerics.inference.mixture import BEST_AT, Array, growth, tuned_growth

MODEL_FLOOR = 5e-4
FEWEST_DRAWS = 12
BLOCK = 5
RESOLVED = 4.0
LARGEST_LOG = 150.0
MANY = 1e9
MOST_STEPS = 1e9
WORTH_SAYING = 0.3


@dataclass(frozen=True)
class Estimates:
    """Locations `centre`, (J,) or (batch, J), with their `error`, its `sampling` part, `freedom` and `skew`.

    Centre and errors are in units of exp(log_unit), (J,), the largest draw of each size, so that a sequence
    may run from 10⁻³⁰⁰ to 10³⁰⁰. `skew` is the third standardised cumulant of the location (of its logarithm
    for the geometric mean). `growth` is c of numerics.inference.mixture.
    """

    sizes: Array
    log_unit: Array
    centre: Array
    error: Array
    sampling: Array
    freedom: Array
    skew: Array
    growth: Array
    functional: str
    notes: tuple[str, ...] = ()
    log_power: float = 0.0
    integrator: float = 0.0

    @cached_property
    def u(self) -> Array:
        """ln(n_j / n_1), (J,)."""
        return np.log(self.sizes / self.sizes[0])

    @property
    def slow(self) -> Array:
        """ln ln n, (J,), for sizes above 1."""
        return np.log(np.log(self.sizes))

    def divided(self, log_power: float) -> "Estimates":
        """The same for the values divided by (ln n)^log_power, of which `log_power` keeps account."""
        if log_power == 0:
            return self
        shifted = self.log_unit - log_power * self.slow
        return replace(self, log_unit=shifted, log_power=self.log_power + log_power)

    @property
    def own_unit(self) -> Array:
        """Logarithm of the unit of the values as drawn, (J,)."""
        return self.log_unit + self.log_power * self.slow if self.log_power else self.log_unit

    @property
    def logarithmic(self) -> bool:
        """Whether deviations are measured between logarithms."""
        return self.functional == "geometric mean"

    @property
    def resolved(self) -> NDArray[np.bool_]:
        """Where the location differs from zero by more than four errors; a geometric mean always does."""
        return self.logarithmic | (np.abs(self.centre) > RESOLVED * self.error)

    @property
    def certain(self) -> "Estimates":
        """The same with errors taken for known: misfits then grow without bound and have wide valleys."""
        return replace(self, freedom=np.full_like(self.freedom, MANY))

    def beside_certain(self, rows: int) -> "Estimates":
        """`rows` rows of these, then as many of `certain`, for laws (2·rows, J)."""
        return replace(self, freedom=np.repeat([self.freedom, self.certain.freedom], rows, axis=0))

    def tail(self, start: int) -> "Estimates":
        """The sizes from number `start` on."""
        per_size = ("sizes", "log_unit", "centre", "error", "sampling", "freedom", "skew", "growth")
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


def estimates(
    sizes: tuple[int, ...],
    data: Draws,
    functional: str = "auto",
    planned: int | None = None,
    best: float | None = None,
    integrator: float = 0.0,
) -> Estimates:
    """Locations of `data`, J rows of draws, finite and nowhere constantly zero.

    `planned` draws a size, by default those there are, and `best` are what the mixture is tuned for;
    `integrator` is a further relative error of each value.
    """
    if functional == "auto":
        functional = chosen_functional(data)
    unit = np.array([np.abs(row).max() for row in data])
    values = [singles(row / scale, functional) for row, scale in zip(data, unit, strict=True)]
    count, centre, deviation, skewness = _moments(values)
    varies = deviation > 0
    if functional == "geometric mean":
        centre = np.sign(data[0][0]) * np.exp(centre)
        deviation = deviation * np.abs(centre)
    spread = _without_accidents(deviation / np.sqrt(count), centre)
    step = decimal_unit(data)
    rounding = _rounding(data, unit, step, functional) / unit
    error = np.sqrt(spread**2 + (MODEL_FLOOR**2 + integrator**2) * centre**2 + rounding**2)
    share = spread / error
    freedom = (count - 1) / np.maximum(share, 1e-2) ** 4
    enough = varies & (count >= FEWEST_DRAWS)
    skew = (skewness[enough].mean() if enough.any() else 0.0) / np.sqrt(count) * share**3
    most = max(1, (planned or len(data[0])) // (BLOCK if functional == "median of five" else 1))
    told = count if varies.any() else np.full(len(data), BEST_AT * most)
    gain = growth(told, most, best or tuned_growth(0.01, len(data)))
    notes = (f"location: {functional} of {_counted(data)} draws a size", *_notes(data, step if rounding.any() else 0.0))
    numbers = np.array(sizes, float), np.log(unit), centre, error, spread, freedom, skew, gain
    return Estimates(*numbers, functional, notes, integrator=integrator)


def common(data: Draws) -> Array:
    """The first draws of each size, as many as all sizes have, (J, draws)."""
    fewest = min(len(row) for row in data)
    return np.array([row[:fewest] for row in data])


def singles(row: Array, functional: str) -> Array:
    """The values, (count,), whose mean is the location (its logarithm for the geometric mean)."""
    if functional == "geometric mean":
        return np.log(np.abs(row))
    if functional == "median of five":
        blocks = len(row) // BLOCK
        return np.sort(row[: blocks * BLOCK].reshape(blocks, BLOCK), axis=1)[:, BLOCK // 2]
    return row


def _moments(rows: Draws) -> tuple[Array, Array, Array, Array]:
    """Number, mean, standard deviation (0 where the values differ by rounding only), Fisher's skewness, (J,) each."""
    filled, drawn = padded(rows)
    count = drawn.sum(axis=1)
    mean = filled.sum(axis=1) / count
    away = np.where(drawn, filled - mean[:, None], 0.0)
    varies = np.ptp(away, axis=1) > 1e-13 * np.abs(filled).max(axis=1)
    square = np.where(varies, (away**2).sum(axis=1) / count, 0.0)
    third = (away**3).sum(axis=1) / count / np.where(varies, square, 1.0) ** 1.5
    skewness = np.where(varies, third, 0.0) * np.sqrt(count * (count - 1)) / np.maximum(1, count - 2)
    return count, mean, np.sqrt(square * count / np.maximum(1, count - 1)), skewness


def _counted(data: Draws) -> str:
    fewest, most = min(len(row) for row in data), max(len(row) for row in data)
    return f"{most}" if fewest == most else f"{fewest} to {most}"


def _without_accidents(spread: Array, centre: Array) -> Array:
    """Where the draws of one size agree by accident while others vary: the median relative error of those."""
    varying = (spread > 0) & (centre != 0)
    if not varying.any() or (spread > 0).all():
        return spread
    typical = np.median(spread[varying] / np.abs(centre[varying]))
    return np.where(spread > 0, spread, typical * np.abs(centre))


def decimal_unit(data: Draws) -> float:
    """The largest of 1, 0.1, … 10⁻⁸ that all values are multiples of, in few enough steps to tell; 0 if none is."""
    values = np.abs(np.concatenate(data))
    values = values[values > 0]
    for places in range(9):
        steps = values * 10.0**places
        if steps.max() >= MOST_STEPS:
            return 0.0
        if (np.abs(steps - np.round(steps)) < np.minimum(1e-6, steps)).all():
            return 10.0**-places
    return 0.0


def _rounding(data: Draws, unit: Array, step: float, functional: str) -> Array:
    """step/√12, the error of rounding, where the draws differ between sizes but hardly at one."""
    if step == 0 or all((row == data[0][0]).all() for row in data):
        return np.zeros(len(data))
    deviation = unit * np.array([(row / scale).std() for row, scale in zip(data, unit, strict=True)])
    return np.where((deviation < step / 2) | (functional == "median of five"), step / np.sqrt(12), 0.0)


def _notes(data: Draws, step: float) -> tuple[str, ...]:
    notes = []
    if step:
        notes.append(f"values are multiples of {step:g}: rounded, uniformly, where they hardly vary")
    shared, error = common_sign(common(data))
    least = noticed(*common(data).shape)
    if least > WORTH_SAYING and any(np.ptp(row) for row in data):
        notes.append(f"the errors assume independent draws; a correlation below {least:.2f} would not be noticed")
    if shared > 5 * error:
        notes.append(f"draws at different sizes agree in sign ({shared:.2f}); the errors assume no shared seeds")
    return tuple(notes)
