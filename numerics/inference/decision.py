"""The decision on a measured scaling law.

Statement
    A claimed law and a design give one verdict, from draws that `sample(size, draws, purpose)` supplies:
    by numerics.inference.exponents, or by numerics.inference.letter when the claim is meant to the letter.

    The evidence is time-uniform (numerics.inference.mixture): the level holds for all looks together,
    so measuring on until something is decided costs no error, and looks share nothing out.
    Draws come in instalments (numerics.inference.allocation) and end with the first certain verdict.
    A design that cannot decide is refused before sampling.

Hypotheses
    H1  the hypotheses of numerics.inference.estimates; those that a sample shows to fail are refused.

Reference
    H. Robbins, Ann. Math. Stat. 41 (1970) 1397 (confidence sequences).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import pi

import numpy as np

from numerics.inference.allocation import instalment
from numerics.inference.dependence import dependent
from numerics.inference.estimates import (
    BLOCK,
    FEWEST_DRAWS,
    Array,
    Estimates,
    common,
    decimal_unit,
    estimates,
)
from numerics.inference.exact import exact_values, extrapolation, with_extrapolation
from numerics.inference.exponents import exponent_verdict, shares, undecided
from numerics.inference.laws import FEWEST_SIZES, ClaimedLaw, Decision, Design, refusal
from numerics.inference.letter import letter_verdict
from numerics.inference.location import Draws, chosen_functional, one_sign, parting
from numerics.inference.mixture import tuned_growth
from numerics.inference.power import smallest_detectable
from numerics.inference.rivals import best_law
from numerics.inference.samples import floats, sampled

Sample = Callable[[int, int, str], Array]

TINY = 1e-300
OPEN = ("WIDE", "UNDERPOWERED", "LOG-AMBIGUOUS", "OUTLIER", "POOR-FIT", "AMPLITUDE-UNRESOLVED", "LOCATION")


def decide(claim: ClaimedLaw, design: Design, sample: Sample, purpose: str = "measure") -> Decision:
    """The verdict from `sample(size, draws, purpose)` → (draws,), called at most once a size and look.

    Rationals (Fraction, SymPy, int in an array of objects) are taken exactly when all draws at a size agree.
    The purpose of look k > 1 is "measure k": fresh draws, added to the earlier ones.
    """
    return measured(claim, design, sample, purpose)[0]


def measured(
    claim: ClaimedLaw, design: Design, sample: Sample, purpose: str = "measure"
) -> tuple[Decision, list[Array]]:
    """The verdict of `decide` with the draws it rests on, a row a size."""
    rows = [np.empty(0) for _ in design.sizes]
    if reason := refusal(claim, design):
        return undecided("DESIGN", reason), rows
    decision = undecided("DESIGN", "no look was taken")
    for look in range(1, design.looks + 1):
        label = purpose if look == 1 else f"{purpose} {look}"
        more = instalment(design, floats(rows), look)
        drawn = _drawn(design.sizes, more, sample, label)
        rows = [np.append(row, new) if len(row) else new for row, new in zip(rows, drawn, strict=True)]
        decision = replace(one_look(claim, design, rows), looks=look)
        if decision.reason not in OPEN or min(map(len, rows)) == design.replicates:
            break
    decision = _with_power(decision, claim, design, rows)
    if decision.power is not None:
        decision = replace(decision, best=best_law(located(claim, design, floats(rows))))
    return decision, rows


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
    """The draws (J, draws), as floats. Raises ValueError when a sample has another shape."""
    return np.array(floats(_drawn(sizes, [draws] * len(sizes), sample, purpose)))


def _drawn(sizes: tuple[int, ...], draws: Sequence[int], sample: Sample, purpose: str) -> list[Array]:
    rows = []
    for size, count in zip(sizes, draws, strict=True):
        rows.append(sampled(sample(size, count, purpose) if count else [], size, count))
    return rows


def judge(claim: ClaimedLaw, design: Design, data: Draws) -> Decision:
    """The verdict on `data`, J rows of draws, at any one look; its range is not examined."""
    return _with_power(one_look(claim, design, data), claim, design, data)


def one_look(claim: ClaimedLaw, design: Design, data: Draws) -> Decision:
    """The verdict after an instalment: as `judge`, without the power, which is found once, at the end."""
    numbers = floats(data)
    decision = obstacle(design, numbers)
    if decision is None:
        decision = _verdict(claim, design, numbers)
        values = None if claim.letter else exact_values(data)
        if values is not None and (found := extrapolation(design.sizes, values, claim.log_power)):
            rounded = all(row.dtype != object for row in data) and decimal_unit(numbers) > 0
            decision = with_extrapolation(claim, decision, found, rounded)
        if doubt := _location_in_doubt(claim, design, numbers):
            decision = undecided("LOCATION", doubt)
    return replace(decision, horizon=design.sizes[-1], samples=sum(map(len, data)), looks=1)


def _location_in_doubt(claim: ClaimedLaw, design: Design, data: Draws) -> str:
    """Why a location that nobody named cannot stand for the mean; "" where it can, or one is named."""
    if design.functional != "auto" or (chosen := chosen_functional(data)) == "mean":
        return ""
    apart = parting(design.sizes, data, chosen, claim.margin)
    text = (
        f"the draws change their shape with size: the exponent of the mean differs from that of the {chosen} by about "
        f"{apart:.2g}; say which is meant, location='mean', 'geometric mean' or 'median of five'"
    )
    return text if apart else ""


def _with_power(decision: Decision, claim: ClaimedLaw, design: Design, data: Draws) -> Decision:
    if claim.letter or (decision.interval is None and decision.reason != "MISFIT"):
        return decision
    level = shares(design.level, len(design.sizes))[0]
    return replace(decision, power=smallest_detectable(claim, located(claim, design, floats(data)), level)[0])


def obstacle(design: Design, data: Draws) -> Decision | None:
    """What makes `data`, J rows of draws, unfit for any verdict, or None."""
    sizes, draws = np.array(design.sizes), min(map(len, data))
    if len(sizes) < FEWEST_SIZES:
        return undecided("TOO-FEW-SIZES", f"{len(sizes)} sizes; at least {FEWEST_SIZES} are needed")
    bad = np.array([len(row) - np.isfinite(row).sum() for row in data])
    if bad.any():
        which = f"{bad.sum()} of {sum(map(len, data))} values"
        text = f"{which} are nan, infinite or out of the range of floats, first at size {sizes[bad > 0][0]}"
        return undecided("NOT-FINITE", text)
    null = np.array([not row.any() for row in data])
    if null.any():
        where = "every size" if null.all() else f"sizes {sizes[null].tolist()}"
        return undecided("ZERO", f"all values are 0 at {where}, and 0 = n^α·0 for every α")
    if design.functional == "geometric mean" and not one_sign(data):
        return undecided("CHANGING-SIGN", "values of both signs, or zero, have no geometric mean; use the mean")
    fewest, why = _fewest_draws(design, data)
    if draws < fewest:
        return undecided("UNDERPOWERED", f"{draws} draws a size, and {why}; take {fewest} or more")
    if draws >= FEWEST_DRAWS and (lag := dependent(_scaled(common(data)))):
        text = "successive draws" if lag == 1 else f"draws {lag} apart"
        return undecided("AUTOCORRELATED", f"{text} are correlated; give each draw a stream of its own")
    return None


def _scaled(data: Array) -> Array:
    return data / np.maximum(np.abs(data).max(axis=1, keepdims=True), TINY)


def _fewest_draws(design: Design, data: Draws) -> tuple[int, str]:
    if not any(np.ptp(row) for row in data):
        return 2, "only a second one shows that the value is deterministic"
    functional = chosen_functional(data) if design.functional == "auto" else design.functional
    if functional == "median of five":
        return FEWEST_DRAWS * BLOCK, "some are so far out that only medians of five carry an error"
    return FEWEST_DRAWS, "fewer than a dozen carry no error"


def _verdict(claim: ClaimedLaw, design: Design, data: Draws) -> Decision:
    verdict = letter_verdict if claim.letter else exponent_verdict
    return verdict(claim, located(claim, design, data), design.level)


def located(claim: ClaimedLaw, design: Design, data: Draws) -> Estimates:
    """The location at each size, divided by the logarithm of the claim, with the mixture tuned for the design."""
    sizes = len(design.sizes)
    best = tuned_growth(design.level / sizes, 1) if claim.letter else tuned_growth(design.level, sizes)
    found = estimates(design.sizes, data, design.functional, design.replicates, best, design.integrator)
    return found.divided(claim.log_power)
