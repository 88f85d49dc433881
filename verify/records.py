"""Rows of a report: one for each reading, in a documented, versioned JSON form.

`schema/verdicts-1.json` is the JSON Schema of the file. A change that an old reader would misread
raises the number.
"""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from verify.budgets import Budget, covers
from verify.outcomes import Row, summary
from verify.pages import Page
from verify.readings import PageError, Reading
from verify.verdicts import Outcome, State, Verdict

SCHEMA = "scale-referee/verdicts/1"
SCHEMA_FILE = Path(__file__).parent / "schema" / "verdicts-1.json"
LEGEND = (
    "Green means the report is accurate: every recorded verdict was computed again, known-false claims "
    "included. It does not mean that the claims are true."
)


@cache
def versions() -> dict[str, str]:
    """Versions of what the verdicts rest on."""
    found = {"python": platform.python_version()}
    for name in ("scale-referee", "sympy", "mpmath", "numpy", "scipy", "python-flint", "hypothesis", "torch"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def row_of(reading: Reading, verdict: Verdict, budget: Budget, seed: int, seconds: float) -> dict[str, Any]:
    """The record of one reading; plain JSON values only."""
    measured = verdict.measurement
    recorded = reading.recorded
    return {
        "claim": reading.page.claim_label,
        "label": reading.page.label,
        "sentence": reading.page.sentence,
        "page": shown_path(reading.page.path),
        "reading": reading.letter,
        "gloss": reading.gloss,
        "formula": reading.text,
        "printed": reading.printed,
        "corrected": reading.corrected,
        "recorded": str(recorded) if recorded else None,
        "state": str(state_of(reading, verdict)),
        "problem": verdict.problem or None,
        "outcome": str(verdict.outcome),
        "verdict": str(verdict),
        "accurate": accurate(reading, verdict),
        "reason": verdict.reason,
        "evidence": verdict.evidence,
        "value": verdict.value,
        "witness": asdict(verdict.witness) if verdict.witness else None,
        "estimate": measured.estimate if measured else None,
        "error": measured.error if measured else None,
        "power": measured.power if measured else None,
        "horizon": verdict.horizon,
        "scope": verdict.scope,
        "limits": list(verdict.limits),
        "steps": list(verdict.steps),
        "measurement": asdict(measured) if measured else None,
        "uses": list(reading.page.uses),
        "budget": budget.name,
        "seed": seed,
        "versions": versions(),
        "seconds": round(seconds, 3),
    }


def state_of(reading: Reading, verdict: Verdict) -> State:
    """The page's state as this reading shows it: UNWRITTEN while no verdict is recorded."""
    if verdict.state is State.OK and reading.recorded is None:
        return State.UNWRITTEN
    return verdict.state


def accurate(reading: Reading, verdict: Verdict) -> bool:
    """Whether the recorded verdict was computed again."""
    healthy = state_of(reading, verdict) is State.OK
    return healthy and reading.recorded is not None and reading.recorded.matches(verdict)


def needs_more(reading: Reading, budget: Budget) -> bool:
    """Whether the recorded verdict asks for a larger budget than this run has."""
    return reading.recorded is not None and not covers(budget, reading.recorded.budget)


def page_row(path: Path, state: State, problem: str, page: Page | None, budget: Budget, seed: int) -> dict[str, Any]:
    """The record of a page that could not be judged: one red item."""
    empty = dict.fromkeys(
        ("recorded", "reason", "evidence", "witness", "estimate", "error", "power", "horizon", "measurement")
    )
    label = page.claim_label if page else path.stem
    return empty | {
        "claim": label,
        "label": page.label if page else label,
        "sentence": page.sentence if page else "",
        "page": shown_path(path),
        "reading": "page",
        "gloss": "the page itself",
        "formula": "",
        "printed": True,
        "corrected": False,
        "state": str(state),
        "problem": problem,
        "outcome": str(Outcome.INCONCLUSIVE),
        "verdict": str(state),
        "accurate": False,
        "value": "",
        "scope": "",
        "limits": [],
        "steps": [],
        "uses": list(page.uses) if page else [],
        "budget": budget.name,
        "seed": seed,
        "versions": versions(),
        "seconds": 0.0,
    }


def page_trouble(page: Page | PageError, path: Path) -> tuple[State, str] | None:
    """Why a page as a whole is red, or None when its readings can be judged."""
    if isinstance(page, PageError):
        return State.BROKEN, str(page)
    problem = page.problem()
    if problem:
        return State.BROKEN, problem
    if not page.readings:
        return State.UNWRITTEN, f"{path.name} has no reading yet; add one with @page.reading(…)"
    return None


def document(rows: Sequence[Row], complete: bool, budget: Budget, seed: int) -> dict[str, Any]:
    """The whole report as one JSON document."""
    return {
        "schema": SCHEMA,
        "legend": LEGEND,
        "complete": complete,
        "budget": budget.name,
        "seed": seed,
        "versions": versions(),
        "claims": summary(rows),
        "readings": list(rows),
    }


def write(path: Path, contents: Mapping[str, Any]) -> None:
    """Write JSON so that a reader sees the old file or the new one, never half of one."""
    text = json.dumps(contents, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def jsonable(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with NaN and infinities as text, which JSON cannot carry as numbers."""

    def plain(value: Any) -> Any:
        if isinstance(value, float) and (value != value or abs(value) == float("inf")):
            return str(value)
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [plain(v) for v in value]
        return value

    return plain(row)


def rerun_command(row: Row) -> str:
    """The command that judges this reading again."""
    extra = "" if row["budget"] == "quick" else f" --budget {row['budget']}"
    seed = "" if row["seed"] == 0 else f" --referee-seed {row['seed']}"
    python = "pytest" if sys.argv and "pytest" in Path(sys.argv[0]).name else "python -m pytest"
    return f"{python} {shown_path(row['page'])}::{row['reading']}{extra}{seed}"


def shown_path(path: str | Path) -> str:
    """The path as one would type it here."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
