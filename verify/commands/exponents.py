"""referee exponents: fixed points, scaling dimensions and critical exponents of a flow, a map or a model.

    referee exponents --flow "u: eps*u - 3*u**2" --flow "t: (2 - u)*t" --parameter eps
    referee exponents --map "K: log(cosh(4*K))/2" --b 2 --within "K: 1/10, 1"
    referee exponents --model on --parameter N=1 --dimension 3 --resum

Flows are dg/d ln b, lengths growing (--convention mu for μ dg/dμ). A dimension y > 0 is relevant. Exit status 2 if ξ is
no power law at a fixed point that is shown: "no finite ν"; choose one with --at.
"""

import argparse
import json
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = __doc__
    add = parser.add_argument
    add("--flow", action="append", default=[], metavar='"g: β"', help="a coupling and its beta function; repeat")
    add("--map", action="append", default=[], metavar='"g: R"', help="a coupling and its image, g′ = R; repeat")
    add("--b", metavar="B", help="the factor by which a map changes lengths, > 1")
    add("--parameter", action="append", default=[], metavar="P", help="N, N=3, 'N > 2' or '2 < N < 4'; repeat")
    add("--small", metavar="NAME", help="the small positive parameter; eps and epsilon are small by name")
    add("--convention", choices=("b", "mu"), default="b", help="lengths (dg/d ln b, the default) or energies (mu)")
    add("--dimension", metavar="D", help="the dimension of space, for α, β, γ, δ, η")
    add("--field", metavar="Y", help="y_h, the dimension of the field; may use couplings and parameters")
    add("--upper-critical", metavar="D", help="refuse hyperscaling above this dimension")
    add("--at", metavar="POINT", help="one fixed point: its number in the list, or 'u = eps/3, t = 0'")
    add("--within", action="append", default=[], metavar='"g: low, high"', help="where to search if algebra cannot")
    add("--order", type=int, metavar="N", help="series in the small parameter, up to this power")
    add("--model", metavar="NAME", help="a model of the table; its parameters by --parameter NAME=VALUE")
    add("--models", action="store_true", help="list the models")
    add("--resum", action="store_true", help="sum a model's series in --dimension, with errors")
    add("--check-scheme", action="store_true", help="derive the dimensions again in other couplings")
    add("--latex", action="store_true", help="print LaTeX")
    add("--json", metavar="FILE", help="write the values to FILE as well ('-' for the terminal, alone)")


def run(options: argparse.Namespace) -> int:
    """Answer, print, and return the status."""
    chosen = [name for name in ("flow", "map", "model", "models") if getattr(options, name)]
    if len(chosen) != 1:
        raise ValueError("one of --flow, --map, --model and --models is needed, and not two of them")
    if options.models:
        from verify.model_report import listing

        print(listing())
        return 0
    try:
        return _answered(options, chosen[0])
    except NotImplementedError as reason:
        print(f"refused: {reason}")
        return 2


def _answered(options: argparse.Namespace, kind: str) -> int:
    if kind == "model":
        from verify.model_report import answer

        shown, values, status = answer(options)
    else:
        from verify.exponent_report import as_json, as_latex, text
        from verify.flow_exponents import flow_report, map_report

        report = (flow_report if kind == "flow" else map_report)(options)
        shown, values, status = (as_latex if options.latex else text)(report), as_json(report), report.status
    if options.json == "-":
        print(json.dumps(values, indent=2, ensure_ascii=False))
        return status
    print(shown)
    if options.json:
        Path(options.json).write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return status
