"""The verdict on a homogeneous law to the letter: value(n_j) = (n_j/n_1)^α value(n_1) for every j.

Statement
    Each of the J locations lies in its own time-uniform interval y_j ± h_j of numerics.inference.mixture,
    at level/J, so y_j − r_j y_1, r_j = (n_j/n_1)^α, lies within h_j + r_j h_1 of its value: at all looks,
    and for all sizes together,

    REFUTED       one interval leaves out 0 by more than the model floor of the two sides together;
    SUPPORTED     each lies within `margin` of the right-hand side;
    INCONCLUSIVE  else.

    The relative error of an integrator, where there is one, is part of each h_j.

    A correction to scaling, however small, refutes the letter once it exceeds the floor.

Reference
    H. Wang, A. Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means (2024).
"""

from dataclasses import replace

import numpy as np

from numerics.inference.estimates import LARGEST_LOG, MODEL_FLOOR, Estimates
from numerics.inference.exponents import undecided
from numerics.inference.laws import ClaimedLaw, Decision
from numerics.inference.mixture import half_width

NEVER = 1e6


def letter_verdict(claim: ClaimedLaw, data: Estimates, level: float) -> Decision:
    """SUPPORTED, REFUTED or INCONCLUSIVE, at `level` over all sizes."""
    factor = np.exp(np.minimum(claim.exponent * data.u - data.log_unit + data.log_unit[0], LARGEST_LOG))[1:]
    right = factor * data.centre[0]
    freedom = data.freedom * (data.sampling / data.error) ** 4
    each = np.where(data.sampling > 0, half_width(level / len(data.sizes), freedom, data.growth), 0.0)
    each = np.minimum(each, NEVER) * data.sampling + data.integrator * np.abs(data.centre)
    half = each[1:] + factor * each[0]
    miss = np.abs(data.centre[1:] - right)
    floor = MODEL_FLOOR * (np.abs(data.centre[1:]) + np.abs(right))
    worst = int(np.argmax((miss - half) / (floor + half)))
    pair = int(data.sizes[0]), int(data.sizes[1 + worst])
    unit = np.exp(data.own_unit[1 + worst])
    logs = f" (ln {pair[1]}/ln {pair[0]})^{claim.log_power:g}" if claim.log_power else ""
    text = (
        f"value({pair[1]}) = {unit * data.centre[1 + worst]:.6g} ± {unit * half[worst]:.2g}, "
        f"claimed ({pair[1]}/{pair[0]})^{claim.exponent:g}{logs} · value({pair[0]}) = {unit * right[worst]:.6g}"
    )
    limits = (*data.notes, f"level {level:g}, shared by {len(data.sizes)} sizes")
    decision = replace(undecided("WIDE", text), worst_pair=pair, location=data.functional, limits=limits)
    if (miss - half > floor).any():
        return replace(decision, outcome="REFUTED", reason="")
    if not data.resolved[0]:
        text = f"value({pair[0]}) is not told from zero; {text}"
        return replace(decision, reason="AMPLITUDE-UNRESOLVED", text=text)
    if (miss + half <= claim.margin * np.abs(right)).all():
        return replace(decision, outcome="SUPPORTED", reason="")
    return decision
