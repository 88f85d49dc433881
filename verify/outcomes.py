"""Claims: what the readings of a claim say together.

A claim's outcome is that of its printed readings, AMBIGUOUS where they differ; a state of one of its
pages outweighs every verdict. It is conditional when it rests on a claim that does not hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any

HOLDS = ("PROVED", "SUPPORTED")

Row = Mapping[str, Any]


def claim_outcome(rows: Sequence[Row]) -> str:
    """The claim's outcome: that of its printed readings, AMBIGUOUS where they differ, or a page state."""
    states = {row["state"] for row in rows} - {"OK"}
    for state in ("BROKEN", "STALE", "UNWRITTEN"):
        if state in states:
            return state
    outcomes = {row["outcome"] for row in rows if row["printed"]}
    if not outcomes:
        return "NOT RUN"
    return outcomes.pop() if len(outcomes) == 1 else "AMBIGUOUS"


def claims(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by claim, in order of appearance."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["claim"], []).append(row)
    return grouped


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One entry a claim: outcome, which printed readings hold, what it is conditional on, the repair."""
    grouped = claims(rows)
    outcomes = {label: claim_outcome(group) for label, group in grouped.items()}
    return [_entry(label, group, outcomes) for label, group in grouped.items()]


def _entry(label: str, group: Sequence[Row], outcomes: Mapping[str, str]) -> dict[str, Any]:
    printed = [row for row in group if row["printed"]]
    uses = list(dict.fromkeys(name for row in group for name in row["uses"]))
    shaky = [name for name in uses if outcomes.get(name) not in HOLDS]
    return {
        "claim": label,
        "sentence": group[0]["sentence"],
        "outcome": outcomes[label],
        "holds": [row["reading"] for row in printed if row["outcome"] in HOLDS],
        "fails": [row["reading"] for row in printed if row["outcome"] not in (*HOLDS, "INCONCLUSIVE")],
        "undecided": [row["reading"] for row in printed if row["outcome"] == "INCONCLUSIVE"],
        "conditional_on": {name: outcomes.get(name, "not in this run") for name in shaky},
        "corrected": [
            {"reading": row["reading"], "formula": row["formula"], "verdict": row["verdict"]}
            for row in group
            if row["corrected"]
        ],
        "accurate": all(row["accurate"] for row in group),
    }


def exit_code(rows: Sequence[Row]) -> int:
    """0 every claim holds, 1 flagged, 2 undecided, 3 STALE, BROKEN or UNWRITTEN; the worst wins."""
    worst = 0
    for entry in summary(rows):
        outcome = entry["outcome"]
        if outcome in ("STALE", "BROKEN", "UNWRITTEN"):
            worst = max(worst, 3)
        elif outcome in ("INCONCLUSIVE", "NOT RUN"):
            worst = max(worst, 2)
        elif outcome not in HOLDS or not entry["accurate"]:
            worst = max(worst, 1)
    return worst
