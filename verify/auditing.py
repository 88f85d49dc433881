"""Auditing in Python: `audit(path)` judges the pages at a path and returns what it found."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from verify.budgets import BUDGETS, Budget
from verify.checker import check
from verify.clock import OutOfTime, time_limit
from verify.collection import load, pages_under
from verify.labels import kept_apart
from verify.outcomes import Row, exit_code, summary
from verify.pages import Page
from verify.readings import PageError, Reading
from verify.records import (
    LEGEND,
    document,
    jsonable,
    needs_more,
    page_row,
    page_trouble,
    row_of,
)
from verify.report import detail, ink, page_block, summary_lines
from verify.verdicts import Outcome, State, Verdict

PAPER = Path(__file__).parent / "claims"
LOADING_SECONDS = 60


def judge(reading: Reading, budget: Budget, seed: int) -> dict[str, Any]:
    """The row of one reading; below the budget that it names it is not run, and says so."""
    started = time.perf_counter()
    if needs_more(reading, budget):
        verdict = Verdict(Outcome.INCONCLUSIVE, reason="BUDGET", value=f"recorded {reading.recorded}: not run")
    else:
        verdict = check(reading, budget, seed)
    return jsonable(row_of(reading, verdict, budget, seed, time.perf_counter() - started))


def opened(path: Path, **options: Any) -> Page | PageError:
    """The page in a file, or what is wrong with it."""
    try:
        with time_limit(LOADING_SECONDS):
            return load(path, **options)
    except PageError as error:
        return error
    except OutOfTime:
        return PageError(f"{path.name}: loading was cut after {LOADING_SECONDS} s; a page only declares readings")


def rows_of(path: Path, budget: Budget, seed: int, done: dict[str, Row] | None = None) -> Iterator[Row]:
    """The rows of one page file, as they are decided; `done` gives rows that need not be computed again."""
    page = opened(path)
    trouble = page_trouble(page, path)
    if trouble:
        known = page if isinstance(page, Page) else None
        yield page_row(path, State(trouble[0]), trouble[1], known, budget, seed)
        return
    assert isinstance(page, Page)
    for reading in page.readings.values():
        yield (done or {}).get(reading.letter) or judge(reading, budget, seed)


@dataclass(frozen=True, repr=False)
class Audit:
    """The rows of an audit, and what follows from them. Shows itself as text and in a notebook."""

    rows: tuple[Row, ...]
    budget: Budget
    seed: int
    complete: bool = True

    @property
    def claims(self) -> list[dict[str, Any]]:
        """One entry a claim: outcome, readings that hold and fail, conditions, corrected statements."""
        return summary(kept_apart(self.rows))

    @property
    def exit_code(self) -> int:
        """0 holds, 1 flagged, 2 undecided, 3 STALE, BROKEN or UNWRITTEN."""
        return exit_code(kept_apart(self.rows))

    @property
    def accurate(self) -> bool:
        """Whether every recorded verdict was computed again."""
        return all(row["accurate"] for row in self.rows)

    def document(self) -> dict[str, Any]:
        """The report as the JSON document of --verdicts-json."""
        return document(kept_apart(self.rows), self.complete, self.budget, self.seed)

    def __getitem__(self, key: str) -> Row:
        """The row of a reading: audit["theorem_3::a"] or audit["Theorem 3::a"]."""
        for row in self.rows:
            if key in (f"{Path(row['page']).stem}::{row['reading']}", f"{row['claim']}::{row['reading']}"):
                return row
        raise KeyError(f"no reading {key!r}; keys are page::letter, as in {Path(self.rows[0]['page']).stem}::a")

    def __str__(self) -> str:
        pages = dict.fromkeys(row["page"] for row in self.rows)
        blocks = [page_block([r for r in self.rows if r["page"] == page]) for page in pages]
        lines = [line for block in blocks for line, _ in block]
        return "\n".join([*lines, "", *(line for line, _ in summary_lines(self.rows))])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "<tr><th>claim</th><th></th><th>verdict</th><th>value or witness</th><th>formula</th></tr>"
        body = "".join(
            f"<tr><td>{escape(row['claim'])}</td><td>{'<b>' if row['printed'] else ''}({escape(row['reading'])})</td>"
            f"<td style='color:{ink(row['outcome'])};white-space:nowrap'>{escape(row['verdict'])}</td>"
            f"<td style='text-align:left'>{escape(detail(row))}</td>"
            f"<td style='text-align:left'>{escape(row['formula'])}</td></tr>"
            for row in self.rows
        )
        return f"<table>{head}{body}</table><p>{escape(LEGEND)}</p>"


def audit(
    path: str | Path | None = None,
    *,
    budget: str = "quick",
    seed: int = 0,
    seconds: float | None = None,
    resume: str | Path | None = None,
    told: Callable[[list[Row]], None] | None = None,
) -> Audit:
    """Judge every page at or below `path`; without a path, the paper that ships with the program.

    `seconds` limits each step of a reading. `resume` names a verdicts file of an interrupted run:
    rows with the same page contents, budget and seed are taken from it. `told` is called with the
    rows of each page as it is decided. Interrupting returns what was decided, `complete` False.
    Raises FileNotFoundError for a missing path and ValueError for an unknown budget.
    """
    if budget not in BUDGETS:
        raise ValueError(f"unknown budget {budget!r}; choose {', '.join(BUDGETS)}")
    chosen = BUDGETS[budget].limited_to(seconds)
    kept = remembered(Path(resume), budget, seed) if resume else {}
    rows: list[Row] = []
    complete = True
    try:
        for file in pages_under(Path(path) if path else PAPER):
            before = len(rows)
            for row in rows_of(file, chosen, seed, kept.get(str(file.resolve()))):
                rows.append(row)
            if told:
                told(rows[before:])
    except KeyboardInterrupt:
        complete = False
    return replace(Audit(tuple(rows), chosen, seed), complete=complete)


def remembered(file: Path, budget: str, seed: int) -> dict[str, dict[str, Row]]:
    """Rows of an earlier verdicts file by page and reading, where page, budget and seed are the same."""
    if not file.is_file():
        return {}
    earlier = json.loads(file.read_text(encoding="utf-8"))
    if (earlier.get("budget"), earlier.get("seed")) != (budget, seed):
        return {}
    found: dict[str, dict[str, Row]] = {}
    written = file.stat().st_mtime
    for row in earlier["readings"]:
        page = Path(row["page"])
        if page.is_file() and page.stat().st_mtime < written and row["state"] == "OK":
            found.setdefault(str(page.resolve()), {})[row["reading"]] = row
    return found
