"""referee residues EXPR: the singular points of a function or a form, their residues, and what these sum to.

    referee residues '(3*z + 1)/(z**5 - z - 1)'
    referee residues 'exp(1/z)/(1 - z)' --digits 100
    referee residues 'dz/(z*(z - 1))' --form
    referee residues 'log(z)/(z - 1)**2' --at 1
    referee residues 'z/((z - a)*(z - b))' --parameters a,b
    referee residues '1/(exp(z) - z)' --within 10

Each value is exact and has two routes that agree: a Laurent series, and a contour integral in balls; --within gives
balls for poles without a closed form. Exit status 2, with the reason, where there is no residue (branch points, limits
of poles, functions that are not holomorphic), and where infinitely many residues have no sum over |z| < R as R grows.
A residue that is written in p is that at the pole p. With several branches, --at gives the residue that all of them
have there, and the order of the principal one.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sympy import Expr, Symbol

REFUSED, BROKEN = 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = __doc__
    parser.add_argument("expression", help="a function of z, or with --form a form such as 'dz/z'")
    parser.add_argument("--variable", default="z", metavar="NAME", help="the variable (default z)")
    parser.add_argument("--form", action="store_true", help="the expression is a form: it contains dz")
    parser.add_argument("--at", metavar="POINT", help="one point only; oo for infinity")
    parser.add_argument("--within", metavar="R", help="the poles with |z| < R only, also those without a closed form")
    parser.add_argument("--parameters", metavar="NAMES", help="names, with commas, that stand for generic numbers")
    parser.add_argument("--digits", type=int, default=50, help="digits of the balls (default 50)")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit (default 60)")
    parser.add_argument("--json", metavar="FILE", help="write the values to FILE as well ('-' for the terminal, alone)")


def run(options: argparse.Namespace) -> int:
    """Answer, print, and return the status."""
    from theory.propositions import Undefined
    from verify.clock import OutOfTime, time_limit

    options.expression = options.expression.strip()
    f, z = _read(options)
    try:
        with time_limit(options.seconds):
            data, text, status = _answer(f, z, options)
    except (Undefined, NotImplementedError) as reason:
        kind = "UNDEFINED" if isinstance(reason, Undefined) else "refused"
        why = f"{reason}{_one_point(f, z, options) if isinstance(reason, Undefined) else _way_out(options)}"
        data, text, status = {"expression": options.expression, kind: why}, f"{kind}: {why}", REFUSED
    except OutOfTime:
        why = f"not within {options.seconds:g} s; give more with --seconds, or one point with --at"
        data, text, status = {"expression": options.expression, "refused": why}, f"refused: {why}", REFUSED
    except ArithmeticError as error:
        print(f"referee residues: {error}", file=sys.stderr)
        return BROKEN
    _told(data, text, options.json)
    return status


def _told(data: dict[str, Any], text: str, file: str | None) -> None:
    written = json.dumps(data, indent=2, ensure_ascii=False)
    print(written if file == "-" else text)
    if file and file != "-":
        Path(file).write_text(written + "\n", encoding="utf-8")


def _read(options: argparse.Namespace) -> "tuple[Expr, Symbol]":
    """(f, z), f dz the form. ValueError for what is no function of z, or no multiple of dz."""
    from sympy import Symbol

    if not options.variable.isidentifier():
        raise ValueError(f"--variable {options.variable!r}: not a name")
    if options.digits < 1:
        raise ValueError(f"--digits {options.digits}: at least 1")
    z, dz = Symbol(options.variable), Symbol(f"d{options.variable}")
    form = _expression(options.expression, [z, dz] if options.form else [z], options)
    if not options.form:
        return form, z
    f = form.diff(dz)
    if f.has(dz) or form.subs(dz, 0) != 0:
        raise ValueError(f"{options.expression!r} is no form: a form is a function times {dz}")
    return f, z


def _expression(text: str, names: "list[Symbol]", options: argparse.Namespace) -> "Expr":
    """The expression, in these names and the parameters only."""
    from verify.expressions import expression

    parameters = [name.strip() for name in (options.parameters or "").split(",") if name.strip()]
    if not all(name.isidentifier() for name in parameters):
        raise ValueError(f"--parameters {options.parameters!r}: names with commas between them")
    strange = sorted({str(s) for s in expression(text).free_symbols} - {*map(str, names), *parameters})
    if strange:
        raise ValueError(
            f"{text!r}: {', '.join(strange)} is unknown; the names here are {', '.join(map(str, names)) or 'none'}. "
            f"A parameter is declared by --parameters {','.join(strange)}"
        )
    return expression(text, [*names, *parameters])


def _answer(f: "Expr", z: "Symbol", options: argparse.Namespace) -> tuple[dict[str, Any], str, int]:
    from theory.certified_residues import certified_residue
    from theory.meromorphic_forms import of_form
    from theory.residue_tables import table
    from verify.residue_report import as_data, as_text, point_row, shown_place

    at = None if options.at is None else _expression(options.at, [], options)
    if options.within is not None and (at is not None or options.parameters or options.form):
        raise ValueError("--within R goes with a function of one variable, without --at, --parameters and --form")
    if options.within is not None:
        return _within(f, z, options)
    if (f.free_symbols | (at.free_symbols if at is not None else set())) - {z}:
        return _with_parameters(f, z, at, options.form)
    if at is not None:
        found = certified_residue(f, z, at, options.digits)
        found = of_form(found, f, z) if options.form else found
        row = point_row(found, options.digits)
        row |= _branches(f, z, found.order)
        kind = f"pole of order {found.order}" if found.order else found.kind
        lines = [f"{shown_place(row, str(z))}: {kind}, residue {row['residue']}", f"    {row['ball']}"]
        return row, "\n".join([*lines, *(f"    {row[key]}" for key in ("branches",) if key in row)]), 0
    result = table(f, z, options.digits)
    data = as_data(f, z, result, options.digits, options.form)
    return data, as_text(data), REFUSED if result.plane.value is None else 0


def _branches(f: "Expr", z: "Symbol", order: int) -> dict[str, str]:
    """Whose order and residue a pole's are, if f has several branches or may have."""
    from theory.monodromy.multivalued import is_single_valued

    if not order or is_single_valued(f, z):
        return {}
    return {"branches": "the order is that of the principal branch, the residue that of every branch"}


def _within(f: "Expr", z: "Symbol", options: argparse.Namespace) -> tuple[dict[str, Any], str, int]:
    from theory.residues_in_discs import residues_in_disc
    from verify.residue_report import disc_data, disc_text

    radius = _expression(options.within, [], options)
    data = disc_data(f, z, str(radius), residues_in_disc(f, z, radius, options.digits), options.digits)
    return data, disc_text(data), 0


def _one_point(f: "Expr", z: "Symbol", options: argparse.Namespace) -> str:
    """The way out where one point of many spoils the table; none where f is nowhere holomorphic."""
    from theory.propositions import Undefined
    from theory.singularities import check_holomorphic

    if options.at is not None or options.parameters:
        return ""
    try:
        check_holomorphic(f, z)
    except Undefined:
        return ""
    return "; --at POINT answers for one other point"


def _way_out(options: argparse.Namespace) -> str:
    if options.at is not None or options.within is not None or options.parameters or options.form:
        return ""
    return f"; --within R lists the poles with |{options.variable}| < R, --at POINT answers for one point"


def _with_parameters(f: "Expr", z: "Symbol", at: "Expr | None", form: bool) -> tuple[dict[str, Any], str, int]:
    from theory.meromorphic_forms import of_form
    from theory.parametric_residues import parametric_residue, parametric_table
    from verify.residue_report import parametric_data, parametric_line, parametric_row, parametric_text

    if at is not None:
        found = parametric_residue(f, z, at)
        row = parametric_row(of_form(found, f, z) if form else found)
        return row, f"{parametric_line(row, str(z))}, for generic parameters", 0
    data = parametric_data(f, z, parametric_table(f, z), form)
    return data, parametric_text(data), 0
