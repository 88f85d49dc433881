"""referee witness CLAIM: a standalone script that reproduces the counterexample without our packages."""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("claim", help="theorem_3, 'Theorem 3', or one reading: theorem_3::a")
    parser.add_argument("path", nargs="?", help="where to look; the shipped paper if left out")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    """Print the script of the first refuted reading, printed readings first; 2 when there is none."""
    from verify.commands.selection import selected
    from verify.scripts import script_of

    pages, letter = selected(options.claim, options.path)
    readings = [r for page in pages for r in page.readings.values() if letter in (None, r.letter)]
    reasons = []
    for reading in sorted(readings, key=lambda r: not r.printed):
        script, why = script_of(reading, options.seed)
        if script:
            print(script)
            return 0
        reasons.append(f"({reading.letter}) {why}")
    print(f"referee witness: no counterexample to show: {'; '.join(reasons)}", file=sys.stderr)
    return 2
