"""referee calibrate: how often the decision on a measured law is wrong, on laws whose truth is known."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from verify.calibration import Calibration

LEGEND = (
    "forbidden: a verdict that the truth rules out, share of the runs with its 95 % interval (Clopper–Pearson). "
    "two sizes: the paper's protocol, accepted if off by less than 5 %. log-log fit: a straight line, "
    "a z-test, four looks. Both see the same draws."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("--laws", metavar="FILE", type=Path, help="planted laws of your own (JSON); else those shipped")
    parser.add_argument("--random", metavar="N", type=_count, default=0, help="N laws from the generator instead")
    parser.add_argument("--runs", metavar="N", type=_count, help="runs a law (default 60; 1 of a generated law)")
    parser.add_argument("--seed", type=int, default=0, help="the one seed (default 0)")
    parser.add_argument("--workers", metavar="N", type=_count, default=2, help="processes (default 2)")
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write the rates; an interrupted run goes on from there"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number, 1 or more")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Run the laws, print a line a family; 1 when a law's forbidden verdicts exceed 5 %, 4 when one is unreadable."""
    from rich.console import Console

    from verify.records import write

    laws, problems = _laws(options)
    for problem in problems:
        print(f"referee calibrate: {problem}", file=sys.stderr)
    if not laws:
        raise ValueError(f"{options.laws}: no law could be read")
    journal = options.json.with_name(options.json.name + ".journal") if options.json else None
    result = _with_progress(laws, options, journal)
    if options.json:
        write(options.json, result.document(problems))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(table(result))
    if problems:
        console.print(
            f"{len(problems)} of {len(problems) + len(laws)} laws could not be read and are left out, see above"
        )
    for line in remarks(result):
        console.print(line, markup=False, soft_wrap=True)
    if not result.complete:
        way = "the same command goes on" if journal else "with --json FILE a run can go on"
        print(f"interrupted; {way}", file=sys.stderr)
        return 130
    if journal:
        journal.unlink(missing_ok=True)
    return 4 if problems else 1 if result.flagged() else 0


def _laws(options: argparse.Namespace) -> tuple[list[Any], list[str]]:
    """The laws that are asked for, and what is wrong with those that cannot be read."""
    from numerics.planted import random_laws, read_laws, shipped_laws

    laws, problems = read_laws(options.laws) if options.laws else ([], [])
    if options.random:
        laws = laws + random_laws(options.random, options.seed)
    elif not options.laws:
        laws = list(shipped_laws())
    return laws, problems


def _with_progress(laws: list[Any], options: argparse.Namespace, journal: Path | None) -> "Calibration":
    from rich.console import Console
    from rich.progress import Progress

    from verify.calibration import calibrate

    def runs(law: Any) -> int:
        return options.runs or (1 if law.family.startswith("random: ") else 60)

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(f"{len(laws)} planted laws", total=None)
        return calibrate(
            laws,
            runs,
            options.seed,
            options.workers,
            journal,
            lambda done, total: progress.update(bar, completed=done, total=total),
        )


def table(result: "Calibration") -> "Table":
    """A row a family: rates with their intervals, what they took, and the two other methods on the same draws."""
    from rich.table import Table

    from verify.calibration import TOLERATED

    shown = Table(box=None, pad_edge=False)
    shown.add_column("family")
    for name in (
        "laws",
        "runs",
        "forbidden",
        "ideal",
        "inconclusive",
        "looks",
        "draws",
        "ms",
        "two sizes",
        "log-log fit",
    ):
        shown.add_column(name, justify="right")
    for row in result.families():
        beside = [f"{entry['forbidden_rate']:.1%}" for entry in row["beside"].values()]
        shown.add_row(
            row["family"],
            str(row["laws"]),
            str(row["runs"]),
            *(_rate(row, name) for name in ("forbidden", "ideal", "inconclusive")),
            f"{row['looks']:.1f}",
            str(row["samples"]),
            f"{1000 * row['seconds']:.0f}",
            *beside,
            style="bold" if row["family"] == "all" else "red" if row["forbidden_rate"] > TOLERATED else None,
        )
    return shown


def _rate(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[f'{name}_rate']:.1%} [{100 * low:.1f}, {100 * high:.1f}]"


def remarks(result: "Calibration") -> "Iterator[str]":
    """Each law with a forbidden verdict, how many laws each method got wrong, the legend."""
    from verify.calibration import TOLERATED

    rows = result.rows()
    for row in rows:
        if row["forbidden_rate"]:
            told = ", ".join(f"{count} {verdict}" for verdict, count in row["verdicts"].items())
            yield f"{row['id']}: {', '.join(row['forbidden'])} forbidden, {_rate(row, 'forbidden')} of {told}"
    rates = [{"the decision": row} | row["beside"] for row in rows]
    counts = {name: sum(rate[name]["forbidden_rate"] > TOLERATED for rate in rates) for name in (rates or [{}])[0]}
    shares = ", ".join(f"{name} on {count}" for name, count in counts.items())
    yield f"forbidden in over 5 % of the runs, of {len(rows)} laws: {shares}"
    refused = [row for row in rows if row["refusal"]]
    if refused:
        which = f"{refused[0]['id']}: {refused[0]['refusal']}" if len(refused) == 1 else f"{len(refused)} laws"
        yield f"{which} (a design that is refused before sampling); judged all the same, which is harder"
    yield LEGEND
