"""The pytest side: a page is a collector, a reading an item, and the report is written by the controller."""

import json
from collections.abc import Iterator
from importlib.abc import Loader
from pathlib import Path
from typing import Any

import pytest

from verify.auditing import judge, opened
from verify.budgets import BUDGETS, Budget
from verify.collection import is_page
from verify.labels import kept_apart
from verify.outcomes import HOLDS, summary
from verify.pages import Page
from verify.readings import PageError, Reading
from verify.records import document, page_row, page_trouble, write
from verify.report import failure, page_block, summary_lines
from verify.verdicts import State

PROPERTY = "referee"


class Inaccurate(Exception):
    """The report is not accurate here: its text is what the item shows."""


def budget_of(config: pytest.Config) -> Budget:
    """The budget that the command line chose."""
    return BUDGETS[config.getoption("budget")].limited_to(config.getoption("reading_seconds"))


class PageFile(pytest.Module):
    """A file that declares a page. Its readings are items; ordinary tests in it are collected too."""

    _page: Page | PageError | None = None

    @property
    def page(self) -> Page | PageError:
        if self._page is None:
            self._page = opened(self.path, loader=self._rewriting)
        return self._page

    def _rewriting(self, name: str, path: str) -> Loader | None:
        """pytest's assertion rewriting for a test module with a page."""
        hook = getattr(self.config.pluginmanager, "rewrite_hook", None)
        return hook if self.path.name.startswith("test_") and hasattr(hook, "exec_module") else None

    def _getobj(self) -> Any:
        import sys

        page = self.page
        return sys.modules[page.module] if isinstance(page, Page) else None

    def collect(self) -> Iterator[Any]:
        trouble = page_trouble(self.page, self.path)
        if trouble:
            yield PageItem.from_parent(self, name="page", trouble=trouble)
            return
        assert isinstance(self.page, Page)
        for reading in self.page.readings.values():
            yield ReadingItem.from_parent(self, name=reading.letter, reading=reading)
        if any(name.startswith(("test", "Test")) for name in vars(self.obj)):
            yield from super().collect()


class _Item(pytest.Item):
    def hand_over(self, row: dict[str, Any]) -> None:
        """Send the row to the controller with the report."""
        count = self.config.stash[SELECTED].get(str(self.path), 1)
        self.user_properties.append((PROPERTY, json.dumps({"of": count, "row": row})))

    def record(self, row: dict[str, Any]) -> None:
        """Hand the row over, and fail where the report is not accurate."""
        self.hand_over(row)
        publish = self.config.getoption("publish") and row["printed"] and row["outcome"] not in HOLDS
        if not row["accurate"] or publish:
            raise Inaccurate(failure(row, publish))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Inaccurate):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.stem} ({self.name})"


class ReadingItem(_Item):
    """One reading: green when the recorded verdict was computed again."""

    def __init__(self, *, reading: Reading, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reading = reading
        self.extra_keyword_matches.update(reading.page.words, {reading.letter, *reading.gloss.split()})

    def runtest(self) -> None:
        row = judge(self.reading, budget_of(self.config), self.config.getoption("referee_seed"))
        if row["reason"] == "BUDGET":
            self.hand_over(row)
            pytest.skip(f"recorded {row['recorded']}: needs a larger budget")
        self.record(row)


class PageItem(_Item):
    """A page that cannot be judged: one red item that says why."""

    def __init__(self, *, trouble: tuple[State, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.trouble = trouble

    def runtest(self) -> None:
        assert isinstance(self.parent, PageFile)
        page = self.parent.page
        known = page if isinstance(page, Page) else None
        seed = self.config.getoption("referee_seed")
        self.record(page_row(self.path, *self.trouble, known, budget_of(self.config), seed))


# collection -----------------------------------------------------------------------------------------

SELECTED = pytest.StashKey[dict[str, int]]()


def page_file(path: Path, parent: pytest.Collector) -> PageFile | None:
    """The collector for a file that is a page, or None."""
    return PageFile.from_parent(parent, path=path) if is_page(path) else None


def with_page(path: Path, parent: pytest.Collector, collectors: list[Any]) -> list[Any]:
    """The collectors of a file, with the page's among them once."""
    if any(isinstance(c, PageFile) for c in collectors):
        return collectors
    found = page_file(path, parent)
    return [*collectors, found] if found else collectors


def pytest_collection_finish(session: pytest.Session) -> None:
    counts: dict[str, int] = {}
    for item in session.items:
        if isinstance(item, _Item):
            counts[str(item.path)] = counts.get(str(item.path), 0) + 1
    session.config.stash[SELECTED] = counts


# the report, in the controller ----------------------------------------------------------------------


def _payload(report: pytest.TestReport) -> dict[str, Any] | None:
    if report.when != "call":
        return None
    return next((json.loads(value) for name, value in report.user_properties if name == PROPERTY), None)


class Terminal:
    """Gathers the rows that the reports carry and prints a page when its last row is in."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.shown: set[str] = set()

    @property
    def all_rows(self) -> list[dict[str, Any]]:
        return kept_apart([row for page in sorted(self.rows) for row in self.rows[page]])

    def add(self, report: pytest.TestReport) -> None:
        """Take the row of a report, and show its page when that was the last one."""
        payload = _payload(report)
        if payload is None:
            return
        rows = self.rows.setdefault(payload["row"]["page"], [])
        rows.append(payload["row"])
        if len(rows) == payload["of"]:
            self._show(payload["row"]["page"])

    def _show(self, page: str) -> None:
        self.shown.add(page)
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal is None or self.config.get_verbosity() < -1:
            return
        terminal.ensure_newline()
        for line, colour in page_block(self.rows[page], self.config.get_verbosity()):
            terminal.write_line(line, **({colour: True} if colour else {}))

    def finish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the verdicts file, and let --publish and an empty report decide the exit status."""
        rows = self.all_rows
        target = self.config.getoption("verdicts_json")
        publish = self.config.getoption("publish")
        if target and rows:
            ended_early = exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
            complete = not (ended_early or session.shouldstop or session.shouldfail)
            seed = self.config.getoption("referee_seed")
            write(Path(target), document(rows, complete, budget_of(self.config), seed))
        if not rows and (target or publish) and not self.config.option.collectonly and exitstatus == 0:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        unmet = [entry["claim"] for entry in summary(rows) if entry["outcome"] not in HOLDS]
        if publish and unmet and exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def summarise(self, terminalreporter: Any) -> None:
        """The remarks, the counts by verdict and the legend."""
        rows = self.all_rows
        if not rows:
            if self.config.getoption("verdicts_json") or self.config.getoption("publish"):
                terminalreporter.write_line("no claim was checked: no page was found or selected", red=True)
            return
        for page in sorted(set(self.rows) - self.shown):
            self._show(page)
        terminalreporter.section("claims")
        for line, colour in summary_lines(rows):
            terminalreporter.write_line(line, **({colour: True} if colour else {}))
        if self.config.getoption("verdicts_json"):
            terminalreporter.write_line(f"verdicts written to {self.config.getoption('verdicts_json')}")
