"""referee conserved FILE.py:FACTORY: the conservation laws of a model under gradient flow, and how many there are.

    referee conserved network.py:relu
    referee conserved network.py:block --loss cross-entropy --json laws.json
    referee conserved network.py:relu --law '0.weight: 1, 2.weight: -1'
    referee conserved network.py:odd --numerical

FACTORY names a function without arguments, a class without arguments, or the object itself. What it gives is
    a torch module, (module, inputs), or (module, inputs, targets);
    SymPy's (outputs, weights, inputs): expressions, {name: matrix of symbols}, a list of symbols;
    a Model of theory.conservation, such as dense([2, 3, 1], "relu").
FILE.py is run as a program: give only files that you trust. Laws hold for all data, and for all losses with --loss
any. On inputs, dead units are looked for. With targets the laws are followed by gradient flow, too, and their drift is
compared at N, 3N and 9N steps.

Exit status 0 if the list is complete (and every --law is conserved), 1 if a --law is not conserved, or a law breaks on
the data, 2 if the number of laws is not decided or a part cannot be read, 4 for a file or factory that cannot be used.
"""

import argparse
import json
import sys
from pathlib import Path

BROKEN = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = __doc__
    add = parser.add_argument
    add("target", metavar="FILE.py:FACTORY", help="a file that is run, and a function, class or object in it")
    add("--loss", choices=("any", "cross-entropy"), default="any", help="of the outputs (default any)")
    add("--law", action="append", default=[], metavar="'P: c, …'", help="a candidate Σ c‖P‖² of parameters; repeat")
    add("--numerical", action="store_true", help="measure the number of laws, without reading the structure")
    add("--local", action="store_true", help="with --numerical: at the model's own weights, on its own inputs")
    add("--limit", type=int, default=40, metavar="N", help="count exactly up to N weights (default 40)")
    add("--horizon", type=float, default=1.0, metavar="T", help="how long the laws are followed (default 1)")
    add("--steps", type=int, default=8, metavar="N", help="in how many steps, and in 3N and 9N (default 8)")
    add("--seed", type=int, default=0, help="of the random points (default 0)")
    add("--json", metavar="FILE", help="write the values to FILE as well ('-' for the terminal, alone)")


def run(options: argparse.Namespace) -> int:
    """Answer, print, and return the status."""
    from verify.conservation_report import answer

    try:
        values, text, status = answer(options)
    except ArithmeticError as error:
        print(f"referee conserved: {error}", file=sys.stderr)
        return BROKEN
    written = json.dumps(values, indent=2, ensure_ascii=False)
    print(written if options.json == "-" else text)
    if options.json and options.json != "-":
        Path(options.json).write_text(written + "\n", encoding="utf-8")
    return status
