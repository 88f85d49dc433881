"""Planted truth and planted falsehood: whether a design would have told one from the other.

Statement
    A plant is the law A n^α through the measured values, with the measured residuals drawn again
    with replacement and scaled with the law. Planted truth: α = α₀. Planted falsehood:
    α = α₀ ± (δ + 2ε), ε the smallest detectable error, on the side where that is harder.

    Each is drawn as often as the design allows, also where the measurement itself stopped sooner.

    A truth that is REFUTED, or a falsehood that is SUPPORTED, is a forbidden verdict.

Reference
    B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), §9 (resampled residuals).
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from numerics.inference.decision import judge, located, obstacle
from numerics.inference.estimates import LARGEST_LOG, MODEL_FLOOR, Array, Draws, Estimates
from numerics.inference.exponents import shares
from numerics.inference.laws import ClaimedLaw, Decision, Design
from numerics.inference.power import smallest_detectable
from numerics.inference.samples import floats
from numerics.streams import stream


@dataclass(frozen=True)
class Controls:
    """The decisions on the two plants and the false exponent; None where nothing could be planted."""

    truth: Decision | None
    falsehood: Decision | None
    false_exponent: float | None = None

    @property
    def forbidden(self) -> bool:
        """Whether a plant got the verdict that it must never get."""
        return _outcome(self.truth) == "REFUTED" or _outcome(self.falsehood) == "SUPPORTED"

    @property
    def decided(self) -> bool:
        """Whether both plants got the verdict that they should get."""
        return _outcome(self.truth) == "SUPPORTED" and _outcome(self.falsehood) == "REFUTED"


def plants(claim: ClaimedLaw, design: Design, data: Draws, seed: int = 0) -> Controls:
    """Both plants on `data`, J rows of draws, from the stream (seed, "plants")."""
    data = floats(data)
    if obstacle(design, data):
        return Controls(None, None)
    found = located(claim, design, data)
    if not found.resolved.any() or np.abs(np.log(np.abs(found.pure_power(claim.exponent)))).max() >= LARGEST_LOG:
        return Controls(None, None)
    rng = stream(seed, "plants")
    draws = max(design.replicates, max(len(row) for row in data))
    truth = judge(claim, design, planted(found, data, claim.exponent, draws, rng))
    error, side = _false_step(claim, design, found)
    if not isfinite(error):
        return Controls(truth, None)
    false = claim.exponent + side * error
    return Controls(truth, judge(claim, design, planted(found, data, false, draws, rng)), false)


def planted(found: Estimates, data: Draws, exponent: float, draws: int, rng: np.random.Generator) -> Array:
    """A n^α, with A of order one, and residuals of `data` resampled and scaled with the law, (J, draws)."""
    law = found.pure_power(exponent)
    drawn = np.array([row[rng.integers(len(row), size=draws)] for row in data])
    unit = np.exp(found.own_unit - found.own_unit.mean())[:, None]
    residual = (drawn / np.exp(found.own_unit)[:, None] - found.centre[:, None]) * found.ratio(law)[:, None]
    return unit * (law[:, None] + residual)


def _false_step(claim: ClaimedLaw, design: Design, found: Estimates) -> tuple[float, int]:
    """How far from the claimed exponent the falsehood is planted, and on which side."""
    if claim.letter:
        error = MODEL_FLOOR + np.hypot(*(found.sampling / np.abs(found.centre))[[0, -1]])
        return float(np.log1p(claim.margin + 12 * error) / found.u[-1]), 1
    error, side = smallest_detectable(claim, found, shares(design.level, len(design.sizes))[0])
    return claim.margin + 2 * error, side


def _outcome(decision: Decision | None) -> str:
    return decision.outcome if decision else ""
