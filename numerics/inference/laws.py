"""What is asked of a measurement and what it answers: claimed law, design, decision.

Statement
    A claimed law says that the value at size n behaves as n^α with a free amplitude and
    |α − α₀| ≤ δ. A design says at which sizes it is measured, how often, at what level.

    (1) Two exponents δ apart differ by the factor (n_max/n_min)^δ over the range. The rival
        n^(α₀−δ)(A ln n + C) follows n^α₀ to within (δ ln(n_max/n_min))²/16; below
        δ ln(n_max/n_min) = 0.24 that is 0.4 %, and logarithms and powers become one.
    (2) On n₁λ^k the law n^α(1 + c cos(2π ln n / ln λ + φ)) is a pure power: sizes in geometric
        progression cannot see it. On two progressions of one ratio, as 2^k and 3·2^k, it is one only at
        the two phases φ with equal cosines on both, half a period apart; three leave no such phase.

Reference
    D. Sornette, Phys. Rep. 297 (1998) 239 (log-periodic laws). (1) is ours: Chebyshev's
    error of a straight line against e^(δu) on 0 ≤ u ≤ ln(n_max/n_min), to second order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import exp, isfinite, log

DEFAULT_SIZES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
FEWEST_SIZES = 6
NARROWEST = 0.24
FUNCTIONALS = ("auto", "mean", "median of five", "geometric mean")


@dataclass(frozen=True)
class ClaimedLaw:
    """value ~ A n^α (ln n)^log_power, |α − exponent| ≤ margin; with `letter`, value(n_j) is exactly
    (n_j/n_1)^exponent (ln n_j/ln n_1)^log_power value(n_1).

    With `letter` the margin is the relative error of the value that still counts as equal.
    """

    exponent: float
    margin: float
    letter: bool = False
    log_power: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "exponent", float(self.exponent))
        object.__setattr__(self, "margin", float(self.margin))
        object.__setattr__(self, "log_power", float(self.log_power))
        if not isfinite(self.log_power):
            raise ValueError(f"claimed power {self.log_power} of ln n: not a finite number; 0 means no logarithm")
        if not isfinite(self.exponent):
            raise ValueError(f"claimed exponent {self.exponent}: not a finite number; state the law's own")
        if not (isfinite(self.margin) and self.margin > 0):
            raise ValueError(
                f"margin {self.margin} of the claimed exponent {self.exponent}: a measurement decides "
                f"only up to a positive, finite margin; state how large a deviation would not matter"
            )

    @property
    def bounds(self) -> tuple[float, float]:
        """The claim as a closed interval of exponents."""
        return self.exponent - self.margin, self.exponent + self.margin


@dataclass(frozen=True)
class Design:
    """Increasing sizes, draws a size (in all looks together), and the level of a wrong verdict.

    `looks` > 1 measures in as many instalments, the first of replicates/2^(looks−1) draws a size, and stops
    at the first verdict; `cost` of a draw at a size, by default the size, tells where the later ones go
    (numerics.inference.allocation). `integrator`: relative error of a value from the step of an integrator,
    where it is known; it joins the model floor. The level holds for all looks together.
    `functional`: the location whose law is meant, "auto" (see numerics.inference.estimates) or one of
    "mean", "median of five", "geometric mean".
    """

    sizes: tuple[int, ...] = DEFAULT_SIZES
    replicates: int = 40
    level: float = 0.01
    looks: int = 1
    functional: str = "auto"
    cost: Callable[[int], float] = float
    integrator: float = 0.0

    def __post_init__(self) -> None:
        if any(a >= b for a, b in pairwise(self.sizes)) or min(self.sizes, default=0) < 1:
            raise ValueError(f"sizes {self.sizes}: must be positive and increasing; sort them, drop repeats")
        if not 0 < self.level < 1:
            raise ValueError(f"level {self.level}: a chance of error lies between 0 and 1; 0.01 is usual")
        if self.replicates < 1 or self.looks < 1:
            raise ValueError(f"{self.replicates} replicates in {self.looks} looks: both must be at least 1")
        if not (isfinite(self.integrator) and self.integrator >= 0):
            raise ValueError(f"integrator error {self.integrator}: a relative error is finite and not negative")
        if self.functional not in FUNCTIONALS:
            raise ValueError(f"functional {self.functional!r}: not one of {', '.join(FUNCTIONALS)}")


@dataclass(frozen=True)
class Decision:
    """A measured verdict with its evidence. Exponents are None where none was estimated.

    outcome       SUPPORTED, REFUTED or INCONCLUSIVE; `reason` is a code, `text` says it in words
    exponent      best exponent; `interval` the confidence set's hull; `error` its half-width
    power         smallest error of the exponent beyond the margin that this design refutes with 95 %
    location      of the draws that the exponent is about
    horizon       largest size measured, 0 if none was
    rival         a law with a logarithm and an exponent outside the claim that fits as well, or ""
    best          the law that fits best of the class and all its rivals, or ""
    worst_pair    the two sizes whose ratio the claim misses most
    looks, samples   instalments taken, draws in all
    limits        what the verdict rests on; `error_budget` the sources of `error` with their sizes
    """

    outcome: str
    reason: str = ""
    text: str = ""
    exponent: float | None = None
    error: float | None = None
    interval: tuple[float, float] | None = None
    power: float | None = None
    location: str = ""
    horizon: int = 0
    rival: str = ""
    best: str = ""
    worst_pair: tuple[int, int] | None = None
    looks: int = 0
    samples: int = 0
    limits: tuple[str, ...] = ()
    error_budget: tuple[tuple[str, float], ...] = ()


def refusal(claim: ClaimedLaw, design: Design) -> str:
    """Why this design cannot decide this claim whatever is drawn, and what would do; "" if it can."""
    sizes = design.sizes
    if len(sizes) < FEWEST_SIZES:
        return f"{len(sizes)} sizes {sizes}: corrections to scaling need at least {FEWEST_SIZES}; add sizes"
    if claim.log_power and sizes[0] == 1:
        return f"sizes {sizes[:3]}…: ln 1 = 0, so a law with (ln n)^{claim.log_power:g} begins at 2; leave out size 1"
    if aliased(sizes):
        return (
            f"sizes {sizes} are powers of one ratio but for the first two at most, and on those a log-periodic law "
            f"is a pure power; "
            f"mix 2^k with 3·2^k, as in {DEFAULT_SIZES[:6]}"
        )
    span = log(sizes[-1] / sizes[0])
    if not claim.letter and claim.margin * span < NARROWEST:
        return (
            f"margin {claim.margin:g} over sizes {sizes[0]} to {sizes[-1]}: margin·ln(range) = "
            f"{claim.margin * span:.3f} < {NARROWEST}, so a logarithm cannot be told from a power; "
            f"a largest size of {_size(sizes[0], NARROWEST / claim.margin)}, or a margin of "
            f"{NARROWEST / span:.3f}, would do"
        )
    return ""


def aliased(sizes: tuple[int, ...]) -> bool:
    """Whether sizes are a progression, or all but the first one or two are powers of one ratio: what a
    log-periodic law does at the first two, a correction to scaling can do as well."""
    return progression(sizes) or any(_multiples(_logs(sizes[k:]), _smallest_gap(sizes[k:]), 0.02) for k in (1, 2))


def progression(sizes: tuple[int, ...]) -> bool:
    """Whether all ln(n_j/n_1) are multiples of one number: of the smallest gap, or, to a tenth of it
    (sizes are rounded to integers), of the range divided by some number up to twice the gaps."""
    logs = _logs(sizes)
    gaps = len(logs) - 1
    units = [(_smallest_gap(sizes), 0.02), *((logs[-1] / k, 0.1) for k in range(gaps, 2 * gaps + 1))]
    return any(_multiples(logs, unit, slack) for unit, slack in units)


def _logs(sizes: tuple[int, ...]) -> list[float]:
    return [log(n / sizes[0]) for n in sizes]


def _smallest_gap(sizes: tuple[int, ...]) -> float:
    return min(b - a for a, b in pairwise(_logs(sizes)))


def _multiples(logs: list[float], unit: float, slack: float) -> bool:
    return all(abs(u / unit - round(u / unit)) < slack for u in logs)


def _size(smallest: int, span: float) -> str:
    return f"{smallest * exp(span):.3g}" if span < 50 else "astronomical magnitude"
