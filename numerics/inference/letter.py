"""The verdict on a homogeneous law to the letter: value(n_j) = (n_j/n_1)^α value(n_1) for every j.

Statement
    d_j = y_j − r_j y_1 with r_j = (n_j/n_1)^α has the error √(s_j² + r_j² s_1²). Over J − 1
    simultaneous intervals (Bonferroni),

    REFUTED       one interval leaves out 0 by more than the model floor of the two sides together;
    SUPPORTED     each lies within `margin` of the right-hand side;
    INCONCLUSIVE  else.

    A correction to scaling, however small, refutes the letter once it exceeds the floor.

Reference
    Student's t with B. L. Welch's degrees of freedom, Biometrika 34 (1947) 28; C. E. Bonferroni (1936).
"""

from dataclasses import replace

import numpy as np
from scipy.special import stdtrit

from numerics.inference.estimates import LARGEST_LOG, MODEL_FLOOR, Estimates
from numerics.inference.exponents import undecided
from numerics.inference.laws import ClaimedLaw, Decision


def letter_verdict(claim: ClaimedLaw, data: Estimates, level: float) -> Decision:
    """SUPPORTED, REFUTED or INCONCLUSIVE, at `level` over all sizes."""
    factor = np.exp(np.minimum(claim.exponent * data.u - data.log_unit + data.log_unit[0], LARGEST_LOG))[1:]
    right = factor * data.centre[0]
    own, carried = data.sampling[1:], data.sampling[0] * factor
    spread = own**4 / data.freedom[1:] + carried**4 / data.freedom[0]
    freedom = np.where(spread > 0, np.hypot(own, carried) ** 4 / np.where(spread > 0, spread, 1.0), 1.0)
    half = -stdtrit(freedom, level / (2 * len(right))) * np.hypot(own, carried)
    miss = np.abs(data.centre[1:] - right)
    floor = MODEL_FLOOR * (np.abs(data.centre[1:]) + np.abs(right))
    worst = int(np.argmax((miss - half) / (floor + half)))
    pair = int(data.sizes[0]), int(data.sizes[1 + worst])
    unit = np.exp(data.log_unit[1 + worst])
    text = (
        f"value({pair[1]}) = {unit * data.centre[1 + worst]:.6g} ± {unit * half[worst]:.2g}, "
        f"claimed ({pair[1]}/{pair[0]})^{claim.exponent:g} · value({pair[0]}) = {unit * right[worst]:.6g}"
    )
    limits = (*data.notes, f"level {level:g}, shared by {len(right)} pairs of sizes")
    decision = replace(undecided("WIDE", text), worst_pair=pair, limits=limits)
    if (miss - half > floor).any():
        return replace(decision, outcome="REFUTED", reason="")
    if not data.resolved[0]:
        text = f"value({pair[0]}) is not told from zero; {text}"
        return replace(decision, reason="AMPLITUDE-UNRESOLVED", text=text)
    if (miss + half <= claim.margin * np.abs(right)).all():
        return replace(decision, outcome="SUPPORTED", reason="")
    return decision
