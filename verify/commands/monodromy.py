"""referee monodromy EXPR: the monodromy group of a curve, of a linear differential equation, or of a function.

    referee monodromy 'y**3 - 3*y - x'
    referee monodromy --ode 'z*(1 - z)*y2 + (5/4 - 11/6*z)*y1 - 1/6*y' --digits 50
    referee monodromy 'sqrt(z) + sqrt(z - 1)'
    referee monodromy '1/log(z)'

Loops run from the base straight to a point, once round it counterclockwise, and back. They are numbered by their
direction, counterclockwise from +i; the loop round oo is the last. σ(k) is where sheet k ends, and the product of all
σ, first loop first, is 1. Solutions Y become Y·M; first γ, then δ gives M_δ·M_γ, so M_oo·M_m⋯M_1 = 1.

An expression in x and y is a curve, P(x, y) = 0; with --ode it is an equation in y, y1 = y', y2 = y'', … and z; one
in z alone is a function. Permutations are proven by discs that follow the sheets, matrices are balls. Exit status 2,
with the reason, where there is no group in GL(n) (1/log z, z**z) or the method does not reach.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sympy import Expr

REFUSED, BROKEN = 2, 3
HIGHEST_ORDER = 20
DIGITS, LATEX_DIGITS = 30, 6


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = __doc__
    parser.add_argument("expression", help="a curve in x and y, an equation with --ode, or a function of z")
    parser.add_argument("--ode", action="store_true", help="the expression is a linear differential equation, = 0")
    parser.add_argument("--base", metavar="POINT", help="the base point; without it one with much room is taken")
    parser.add_argument("--digits", type=int, help="digits of the balls (default 30, in LaTeX 6)")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit (default 60)")
    parser.add_argument("--latex", action="store_true", help="print LaTeX in place of text")
    parser.add_argument("--json", metavar="FILE", help="write the values to FILE as well ('-' for the terminal, alone)")
    parser.add_argument("--figure", metavar="FILE", help="a picture of the loops and sheets (png, pdf or svg)")


def run(options: argparse.Namespace) -> int:
    """Answer, print, and return the status."""
    from theory.propositions import Undefined
    from verify.clock import OutOfTime, time_limit

    options.expression = options.expression.strip()
    if options.digits is not None and options.digits < 1:
        raise ValueError(f"--digits {options.digits}: at least 1")
    status = 0
    try:
        with time_limit(options.seconds):
            data, text = _answer(options)
    except (Undefined, NotImplementedError) as reason:
        kind = "UNDEFINED" if isinstance(reason, Undefined) else "refused"
        data, text, status = {"expression": options.expression, kind: str(reason)}, f"{kind}: {reason}", REFUSED
    except OutOfTime:
        why = f"not within {options.seconds:g} s; give more with --seconds, or fewer --digits"
        data, text, status = {"expression": options.expression, "refused": why}, f"refused: {why}", REFUSED
    except ArithmeticError as error:
        print(f"referee monodromy: {error}", file=sys.stderr)
        return BROKEN
    written = json.dumps(data, indent=2, ensure_ascii=False)
    print(written if options.json == "-" else text)
    if options.json and options.json != "-":
        Path(options.json).write_text(written + "\n", encoding="utf-8")
    return status


def _base(options: argparse.Namespace) -> "Expr | None":
    from verify.expressions import expression

    base = None if options.base is None else expression(options.base, [])
    if base is not None and not base.is_finite:
        raise ValueError(f"--base {options.base}: a base is a point of the plane; the loop round oo starts there too")
    return base


def _read(text: str, names: Any) -> "Expr":
    """The expression, in these names only."""
    from verify.expressions import expression

    f = expression(text)
    strange = sorted(map(str, f.free_symbols - set(names)))
    if strange:
        raise ValueError(
            f"{text!r}: {', '.join(strange)} is unknown; the names here are {', '.join(map(str, names))}. A group is "
            f"that of numbers: write a value, such as 1/3, for each parameter"
        )
    return f


def _answer(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from sympy import symbols

    x, y, z = symbols("x y z")
    if options.ode:
        derivatives = symbols(" ".join(["y", *(f"y{k}" for k in range(1, HIGHEST_ORDER + 1))]))
        return _equation(_read(options.expression, [z, *derivatives]), options)
    f = _read(options.expression, [x, y, z])
    if f.has(y) and not f.has(z):
        return _curve(f, x, y, options)
    if f.has(x, y):
        raise ValueError(
            f"{options.expression!r}: a curve is written in x and y, a function in z, an equation with --ode"
        )
    return _function(f, z, options)


def _curve(
    P: "Expr", x: Any, y: Any, options: argparse.Namespace, function: "Expr | None" = None
) -> tuple[dict[str, Any], str]:
    from sympy import oo

    from theory.monodromy.algebraic_functions import permutation_monodromy
    from verify.monodromy_report import curve_data, curve_latex, curve_text

    m = permutation_monodromy(P, x, y, _base(options))
    if options.figure:
        from numerics.figures_monodromy import curve_figure

        _drawn(curve_figure(m), [x, y], options.figure)
    data = curve_data(m, options.digits or DIGITS, function)
    if options.latex:
        return data, curve_latex([*m.points, oo], [*m.permutations, m.at_infinity])
    return data, curve_text(data)


def _equation(expression: "Expr", options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from theory.monodromy.continuation import monodromy
    from theory.monodromy.differential_equations import linear_equation
    from theory.monodromy.groups import irreducibility, size_of_group
    from verify.monodromy_report import equation_data, equation_latex, equation_text

    L = linear_equation(expression)
    digits = options.digits or DIGITS
    m = monodromy(L, _base(options), digits)
    if options.figure:
        from numerics.figures_monodromy import loops_figure

        _drawn(loops_figure(m.star, m.points, str(L)), ["z"], options.figure)
    data = equation_data(L, m, size_of_group(L, m), irreducibility(L, m), digits)
    return data, equation_latex(m, options.digits or LATEX_DIGITS) if options.latex else equation_text(data)


def _function(f: "Expr", z: Any, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Single-valued, algebraic, or a space of branches round 0."""
    from theory.monodromy.multivalued import branch_space, is_single_valued
    from theory.monodromy.radicals import equation_of
    from verify.monodromy_report import branches_latex, branches_text

    if is_single_valued(f, z):
        _check_no_loops(f, options)
        return {"function": str(f), "single-valued": True}, f"{f}: single-valued, so its monodromy is trivial"
    try:
        from sympy import Symbol

        y = Symbol("y")
        P = equation_of(f, z, y)
    except NotImplementedError:
        space = branch_space(f, z)
        _check_no_loops(f, options)
        blocks = [[str(rho), size] for rho, size in space.blocks]
        data = {"function": str(f), "dimension": space.dimension, "blocks": blocks, "order": space.order}
        return data, branches_latex(space) if options.latex else branches_text(f, space)
    return _curve(P, z, y, options, f)


def _drawn(figure: Any, names: list[Any], file: str) -> None:
    """Label the axes of each picture with its variable, and write the file."""
    for axes, name in zip(figure.axes, names, strict=True):
        axes.set(xlabel=f"Re {name}", ylabel=f"Im {name}")
    figure.savefig(file)


def _check_no_loops(f: "Expr", options: argparse.Namespace) -> None:
    for name in ("figure", "base"):
        if getattr(options, name) is not None:
            raise ValueError(f"--{name}: {f} is answered from its form, without loops; leave it out")
