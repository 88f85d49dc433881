"""The one table that combines the formal route with the measured one, as data.

Rows are what was derived, columns what was measured; a cell is the outcome and whose evidence it
carries. A contradiction is never averaged away: it makes the page BROKEN.
"""

from verify.verdicts import Outcome

BROKEN = "BROKEN"
FORMAL, MEASURED, NEITHER = "formal", "measured", "neither"

TABLE: dict[tuple[str, str], tuple[Outcome | str, str]] = {
    ("true", "SUPPORTED"): (Outcome.PROVED, FORMAL),
    ("true", "REFUTED"): (BROKEN, NEITHER),
    ("true", "INCONCLUSIVE"): (Outcome.PROVED, FORMAL),
    ("true", "none"): (Outcome.PROVED, FORMAL),
    ("false", "SUPPORTED"): (BROKEN, NEITHER),
    ("false", "REFUTED"): (Outcome.REFUTED, FORMAL),
    ("false", "INCONCLUSIVE"): (Outcome.REFUTED, FORMAL),
    ("false", "none"): (Outcome.REFUTED, FORMAL),
    ("undefined", "SUPPORTED"): (Outcome.UNDEFINED, FORMAL),
    ("undefined", "REFUTED"): (Outcome.UNDEFINED, FORMAL),
    ("undefined", "INCONCLUSIVE"): (Outcome.UNDEFINED, FORMAL),
    ("undefined", "none"): (Outcome.UNDEFINED, FORMAL),
    ("trivial", "SUPPORTED"): (Outcome.TRIVIAL, FORMAL),
    ("trivial", "REFUTED"): (BROKEN, NEITHER),
    ("trivial", "INCONCLUSIVE"): (Outcome.TRIVIAL, FORMAL),
    ("trivial", "none"): (Outcome.TRIVIAL, FORMAL),
    ("tried", "SUPPORTED"): (Outcome.SUPPORTED, FORMAL),
    ("tried", "REFUTED"): (Outcome.REFUTED, MEASURED),
    ("tried", "INCONCLUSIVE"): (Outcome.SUPPORTED, FORMAL),
    ("tried", "none"): (Outcome.SUPPORTED, FORMAL),
    ("undecided", "SUPPORTED"): (Outcome.SUPPORTED, MEASURED),
    ("undecided", "REFUTED"): (Outcome.REFUTED, MEASURED),
    ("undecided", "INCONCLUSIVE"): (Outcome.INCONCLUSIVE, MEASURED),
    ("undecided", "none"): (Outcome.INCONCLUSIVE, NEITHER),
}


def combined(derived: str, measured: str) -> tuple[Outcome | str, str]:
    """(outcome or BROKEN, whose evidence) for what was derived and what was measured."""
    return TABLE[derived, measured]
