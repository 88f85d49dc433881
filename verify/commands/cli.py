"""The `referee` command: one file a subcommand, each with `arguments(parser)` and `run(options)`.

Exit status of every subcommand: 0 answered or holds, 1 flagged, 2 undecided or refused with reason,
3 STALE, BROKEN or UNWRITTEN, 4 bad usage or unreadable input, 130 interrupted. The worst wins.
"""

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from re import findall, match
from typing import NoReturn

SUBCOMMANDS = {
    "audit": "judge every page at a path",
    "list": "the claims at a path, and the verdicts their pages record",
    "explain": "one claim: its words, its readings, how each was decided",
    "witness": "a standalone script that reproduces a counterexample",
    "new": "a page to fill in",
    "calibrate": "how often the decision is wrong, on laws whose truth is known",
    "conserved": "the conservation laws of a model under gradient flow, and how many there are",
    "exponents": "fixed points and critical exponents of a flow, a map or a model",
    "residues": "singular points, residues and their sum, exact and confirmed in balls",
    "monodromy": "the monodromy group of a curve, a linear differential equation or a function",
}
EXPRESSIONS = ("residues", "monodromy")  # they take no short option but -h
BAD_USAGE = 4


class Parser(argparse.ArgumentParser):
    """argparse with our exit status for bad usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(BAD_USAGE, f"{self.prog}: {message}\n")


def parser(named: str | None = None) -> Parser:
    """The command line; only the named subcommand's own module is imported."""
    top = Parser(prog="referee", description="Checks the mathematical claims of a paper about scaling.")
    top.add_argument("--traceback", action="store_true", help="show Python's traceback on bad input")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, line in SUBCOMMANDS.items():
        sub = commands.add_parser(name, help=line, description=line)
        if name == named:
            import_module(f"verify.commands.{name}").arguments(sub)
    return top


def _meant(word: str, command: str) -> str:
    """The options nearest to a misspelt one, as a question."""
    sub = Parser()
    import_module(f"verify.commands.{command}").arguments(sub)
    near = get_close_matches(word.split("=")[0], findall(r"--[\w-]+", sub.format_usage()), 2)
    return f"; did you mean {' or '.join(near)}?" if near else f"; see referee {command} --help"


def _shielded(word: str) -> str:
    """-1/z with a space ahead, without which argparse takes it for an option; expressions are read without spaces."""
    return f" {word}" if word != "-h" and match(r"-[\w.([]", word) else word


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    named = next((word for word in given if word in SUBCOMMANDS), None)
    if named in EXPRESSIONS:
        given = [_shielded(word) for word in given]
    line = parser(named)
    options, rest = line.parse_known_args(given)
    if rest:
        line.error(f"{' '.join(rest)}: no such argument of {options.command}{_meant(rest[0], options.command)}")
    try:
        return import_module(f"verify.commands.{options.command}").run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except (ValueError, OSError, LookupError) as error:
        if options.traceback:
            raise
        text = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"referee {options.command}: {text}", file=sys.stderr)
        return BAD_USAGE
