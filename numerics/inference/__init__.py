"""Inference on a measured scaling law: one function decides, the others prepare, confirm and control it."""

from numerics.inference.controls import Controls, plants
from numerics.inference.decision import Sample, confirmed, decide, judge, measured, measurements
from numerics.inference.laws import DEFAULT_SIZES, ClaimedLaw, Decision, Design, refusal

__all__ = [
    "DEFAULT_SIZES",
    "ClaimedLaw",
    "Controls",
    "Decision",
    "Design",
    "Sample",
    "confirmed",
    "decide",
    "judge",
    "measured",
    "measurements",
    "plants",
    "refusal",
]
