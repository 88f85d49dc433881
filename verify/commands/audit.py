"""referee audit PATH: judge every page at a path; exits 1 when a claim does not hold as printed."""

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("path", nargs="?", help="a page or a folder; the paper that ships with the program if left out")
    parser.add_argument("--budget", choices=("quick", "ci", "deep"), default="quick", help="how much to spend")
    parser.add_argument("--seed", type=int, default=0, help="the one seed (default 0)")
    parser.add_argument("--seconds", type=float, help="time limit of each step of a reading")
    parser.add_argument("--verdicts-json", metavar="FILE", type=Path, help="write a row for each reading")
    parser.add_argument("--continue", dest="resume", action="store_true", help="take over what FILE already holds")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line a claim")
    parser.add_argument("-v", "--verbose", action="store_true", help="with scope and limits")


def run(options: argparse.Namespace) -> int:
    """Judge, print page by page, write the file, and return the worst status."""
    from rich.console import Console

    from verify.auditing import audit
    from verify.records import write
    from verify.report import page_block, summary_lines

    if options.resume and not options.verdicts_json:
        raise ValueError(
            "--continue takes over what an earlier run wrote: name its file with --verdicts-json FILE as well"
        )
    console = Console(highlight=False, soft_wrap=True)
    verbosity = options.verbose - options.quiet

    def told(rows: list) -> None:
        for line, colour in page_block(rows, verbosity):
            console.print(line, style=colour or None, markup=False)

    result = audit(
        options.path,
        budget=options.budget,
        seed=options.seed,
        seconds=options.seconds,
        resume=options.verdicts_json if options.resume else None,
        told=told,
    )
    if options.verdicts_json:
        write(options.verdicts_json, result.document())
    if not result.complete:
        where = f"; continue with --continue --verdicts-json {options.verdicts_json}" if options.verdicts_json else ""
        print(f"interrupted after {len(result.rows)} readings{where}", file=sys.stderr)
        return 130
    if not result.rows:
        raise ValueError(
            f"no claim was checked: no page at {options.path or 'the shipped paper'}; a page is a .py file with "
            f"`page = Page(__doc__)` at module level (referee new NAME writes one)"
        )
    console.print()
    for line, colour in summary_lines(result.rows):
        console.print(line, style=colour or None, markup=False)
    return result.exit_code
