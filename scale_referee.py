"""The pytest entry point of scale-referee.

Standard library only: a project without pages pays a few milliseconds, and its own packages named
theory, numerics or verify are never touched. The engine is imported when the first page is met.
"""

import ast
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parent
SOURCE = b"Page(__doc__"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("scale-referee", "judging pages of claims")
    group.addoption("--verdicts-json", metavar="FILE", help="write a row for each reading to FILE")
    group.addoption("--publish", action="store_true", help="red unless every printed reading is PROVED or SUPPORTED")
    group.addoption("--budget", choices=("quick", "ci", "deep"), default="quick", help="how much to spend")
    group.addoption("--referee-seed", type=int, default=0, metavar="N", help="the one seed (default 0)")
    group.addoption("--reading-seconds", type=float, metavar="S", help="time limit of each step of a reading")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config), "scale-referee-report")


class Report:
    """In the controller: what the items sent, handed to `verify.plugin` when there is something to say."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.terminal: Any = None

    def _needed(self) -> Any:
        if self.terminal is None:
            self.terminal = _engine(self.config).Terminal(self.config)
        return self.terminal

    @property
    def _asked(self) -> bool:
        wanted = self.config.getoption("verdicts_json") or self.config.getoption("publish")
        return self.terminal is not None or bool(wanted)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.when == "call" and _judged(report):
            return report.outcome, "", report.outcome.upper()
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and _judged(report):
            self._needed().add(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._asked:
            self._needed().finish(session, exitstatus)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._asked:
            self._needed().summarise(terminalreporter)


def _judged(report: pytest.TestReport) -> bool:
    return any(name == "referee" for name, _ in report.user_properties)


def mentions_a_page(path: Path) -> bool:
    """Whether the file may declare a page; `verify.collection` decides."""
    try:
        source = path.read_bytes()
    except OSError:
        return False
    if SOURCE not in source:
        return False
    try:
        return any(isinstance(node, ast.Assign) for node in ast.parse(source).body)
    except (SyntaxError, ValueError):
        return True


def _engine(config: pytest.Config) -> Any:
    """Our plug-in proper; a usage error if another theory, numerics or verify stands in its place."""
    import importlib

    for name in ("theory", "numerics", "verify"):
        found = Path(getattr(importlib.import_module(name), "__file__", None) or ".").resolve().parent
        if found != HOME / name:
            raise pytest.UsageError(
                f"scale-referee's package `{name}` is {HOME / name}, but the one that Python finds is {found}. Ways "
                f"out: rename or move that folder, run pytest from another directory or with --import-mode=importlib, "
                f"or leave the pages out with -p no:scale_referee."
            )
    return importlib.import_module("verify.plugin")


IN_THE_WAY = pytest.StashKey[str]()


def _collecting(config: pytest.Config, page: Path) -> Any:
    """The plug-in, registered once; None, with the reason kept, where it cannot be had."""
    try:
        loaded = _engine(config)
    except pytest.UsageError as error:
        config.stash[IN_THE_WAY] = f"{page} is a page of claims. {error}"
        return None
    if not config.pluginmanager.is_registered(loaded):
        config.pluginmanager.register(loaded, "scale-referee-engine")
    return loaded


def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """A collector cannot end the run with a usage error; this hook can."""
    if IN_THE_WAY in config.stash:
        raise pytest.UsageError(config.stash[IN_THE_WAY])


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Any:
    collectors = yield
    if file_path.suffix == ".py" and mentions_a_page(file_path):
        engine = _collecting(parent.config, file_path)
        return engine.with_page(file_path, parent, collectors) if engine else collectors
    return collectors


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    engine = _collecting(parent.config, module_path) if mentions_a_page(module_path) else None
    return engine.page_file(module_path, parent) if engine else None
