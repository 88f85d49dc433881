"""The decision on a measured scaling law.

Statement
    A claimed law and a design give one verdict, from draws that `sample(size, draws, purpose)` supplies:
    by numerics.inference.exponents, or by numerics.inference.letter when the claim is meant to the letter.

    Looks are shared out beforehand, level/looks each, so that measuring on until something is decided
    costs no error (Bonferroni over looks). A design that cannot decide is refused before sampling.

Hypotheses
    H1  the hypotheses of numerics.inference.estimates; those that a sample shows to fail are refused.

Reference
    Repeated significance tests on accumulating data: P. Armitage, C. K. McPherson, B. C. Rowe,
    J. R. Stat. Soc. A 132 (1969) 235.
"""

from collections.abc import Callable
from dataclasses import replace
from math import pi

import numpy as np

from numerics.inference.estimates import (
    BLOCK,
    FEWEST_DRAWS,
    Array,
    autocorrelation,
    chosen_functional,
    estimates,
    one_sign,
)
from numerics.inference.exponents import exponent_verdict, undecided
from numerics.inference.laws import FEWEST_SIZES, ClaimedLaw, Decision, Design, refusal
from numerics.inference.letter import letter_verdict

Sample = Callable[[int, int, str], Array]

DEPENDENT = 4.0
OPEN = ("WIDE", "UNDERPOWERED", "LOG-AMBIGUOUS", "AMPLITUDE-UNRESOLVED")


def decide(claim: ClaimedLaw, design: Design, sample: Sample, purpose: str = "measure") -> Decision:
    """The verdict from `sample(size, draws, purpose)` → (draws,), called once a size and look.

    The purpose of look k > 1 is "measure k": fresh draws, added to the earlier ones.
    """
    if reason := refusal(claim, design):
        return undecided("DESIGN", reason)
    data = np.empty((len(design.sizes), 0))
    decision = undecided("DESIGN", "no look was taken")
    for look, draws in enumerate(design.schedule, 1):
        label = purpose if look == 1 else f"{purpose} {look}"
        data = np.hstack([data, measurements(design.sizes, draws, sample, label)])
        decision = replace(judge(claim, design, data), looks=look)
        if decision.reason not in OPEN:
            break
    return decision


def confirmed(decision: Decision, claim: ClaimedLaw, design: Design, sample: Sample, attempt: int = 1) -> Decision:
    """A refutation once more, on fresh draws at level·6/(π² attempt²); only the second one counts."""
    if decision.outcome != "REFUTED":
        return decision
    strict = replace(design, level=design.level * 6 / (pi * attempt) ** 2)
    again = decide(claim, strict, sample, "confirm" if attempt == 1 else f"confirm {attempt}")
    if again.outcome == "REFUTED":
        return again
    text = f"refuted once; on fresh draws {again.outcome} {again.reason}: {again.text}"
    return replace(again, outcome="INCONCLUSIVE", reason="UNCONFIRMED", text=text)


def measurements(sizes: tuple[int, ...], draws: int, sample: Sample, purpose: str) -> Array:
    """The draws (J, draws). Raises ValueError when a sample has another shape."""
    rows = []
    for size in sizes:
        row = np.asarray(sample(size, draws, purpose), dtype=float)
        if row.shape != (draws,):
            raise ValueError(f"sample at size {size}: shape {row.shape}, expected ({draws},); return one value a draw")
        rows.append(row)
    return np.array(rows)


def judge(claim: ClaimedLaw, design: Design, data: Array) -> Decision:
    """The verdict on `data` (J, draws) at one of the design's looks; its range is not examined."""
    decision = obstacle(design, data) or _verdict(claim, design, data)
    return replace(decision, horizon=design.sizes[-1], samples=data.size, looks=1)


def obstacle(design: Design, data: Array) -> Decision | None:
    """What makes `data` (J, draws) unfit for any verdict, or None."""
    sizes, draws = np.array(design.sizes), data.shape[1]
    if len(sizes) < FEWEST_SIZES:
        return undecided("TOO-FEW-SIZES", f"{len(sizes)} sizes; at least {FEWEST_SIZES} are needed")
    bad = ~np.isfinite(data)
    if bad.any():
        first = sizes[bad.any(axis=1)][0]
        text = f"{bad.sum()} of {data.size} values are nan or inf, first at size {first}"
        return undecided("NOT-FINITE", text)
    null = ~data.any(axis=1)
    if null.any():
        where = "every size" if null.all() else f"sizes {sizes[null].tolist()}"
        return undecided("ZERO", f"all values are 0 at {where}, and 0 = n^α·0 for every α")
    if design.functional == "geometric mean" and not one_sign(data):
        return undecided("CHANGING-SIGN", "values of both signs, or zero, have no geometric mean; use the mean")
    fewest, why = _fewest_draws(design, data)
    if draws < fewest:
        return undecided("UNDERPOWERED", f"{draws} draws a size, and {why}; take {fewest} or more")
    if draws >= FEWEST_DRAWS and autocorrelation(data / np.abs(data).max(axis=1, keepdims=True)) > DEPENDENT:
        return undecided("AUTOCORRELATED", "successive draws are correlated; give each a stream of its own")
    return None


def _fewest_draws(design: Design, data: Array) -> tuple[int, str]:
    if not np.ptp(data, axis=1).any():
        return 2, "only a second one shows that the value is deterministic"
    functional = chosen_functional(data) if design.functional == "auto" else design.functional
    if functional == "median of five":
        return FEWEST_DRAWS * BLOCK, "some are so far out that only medians of five carry an error"
    return FEWEST_DRAWS, "fewer than a dozen carry no error"


def _verdict(claim: ClaimedLaw, design: Design, data: Array) -> Decision:
    found = estimates(design.sizes, data, design.functional)
    verdict = letter_verdict if claim.letter else exponent_verdict
    return verdict(claim, found, design.level / design.looks)
