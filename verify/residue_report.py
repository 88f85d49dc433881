"""What `referee residues` shows: rows of points, families and totals, as text and as data."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import acb
from sympy import Expr, Symbol

from theory.algebraic_numbers import AlgebraicNumber
from theory.certified_residues import Residue
from theory.exact_residues import ESSENTIAL, POLE
from theory.meromorphic_forms import form_order
from theory.pole_families import Family
from theory.residue_tables import Member, Table, Total

if TYPE_CHECKING:
    from theory.parametric_residues import ParametricPoint, ParametricTable
    from theory.poles_in_balls import PoleInBall
    from theory.residues_in_discs import DiscTable

Row = dict[str, Any]


def shown_ball(ball: acb, digits: int) -> str:
    """Real and imaginary part to `digits` digits, each with its radius; an exact 0 part is left out."""
    parts = [(part, unit) for part, unit in ((ball.real, ""), (ball.imag, "j")) if not part.is_zero()]
    return " + ".join(part.str(digits) + unit for part, unit in parts) or "0"


def point_row(r: Residue, digits: int) -> Row:
    """One singular point; where it is no radical the residue is written in p, the point itself. `confirmed` is the ball
    of the contour integral."""
    return {
        "at": str(r.at),
        "kind": r.kind,
        "order": r.order if r.kind == POLE else None,
        "residue": str(r.value.xreplace({r.at: Symbol("p")}) if isinstance(r.at, AlgebraicNumber) else r.value),
        "ball": shown_ball(r.ball, digits),
        "confirmed": shown_ball(r.contour, min(digits, 15)),
    }


def family_row(family: Family, members: Sequence[Member], digits: int) -> Row:
    """One sequence of poles, with balls for those of the smallest |index|."""
    numbers = "0, 1, 2, …" if family.index.is_nonnegative else "every integer"
    return {
        "at": str(family.location),
        "index": str(family.index),
        "runs over": numbers,
        "excluded": sorted(family.excluded),
        "order": family.order,
        "residue": str(family.residue),
        "balls": {
            str(i): {"ball": shown_ball(ball, digits), "confirmed": shown_ball(contour, min(digits, 15))}
            for i, ball, contour in members
        },
    }


def total_row(total: Total, digits: int) -> Row:
    """A sum or a residue at infinity, or the reason why there is none."""
    if total.value is None or total.ball is None:
        return {"value": None, "undefined": total.undefined, "reason": total.reason}
    return {"value": str(total.value), "ball": shown_ball(total.ball, digits)}


def as_data(f: Expr, z: Symbol, table: Table, digits: int, form: bool) -> Row:
    """Everything, for --json. With `form` ∞ is listed among the points if the form has a zero or a pole there."""
    data: Row = {"form" if form else "function": f"({f}) d{z}" if form else str(f), "variable": str(z)}
    data["points"] = [point_row(r, digits) for r in table.points]
    pairs = zip(table.families, table.members, strict=True)
    data["families"] = [family_row(family, members, digits) for family, members in pairs]
    data["sum over the plane"] = total_row(table.plane, digits)
    data["residue at infinity"] = total_row(table.infinity, digits)
    if form and table.at_infinity is not None:
        kind = table.at_infinity.kind
        data["order at infinity"] = None if kind == ESSENTIAL else form_order(f, z, "oo")
    return data


def as_text(data: Row) -> str:
    """The same, to read."""
    lines = [f"ω = {data['form']}" if "form" in data else f"f({data['variable']}) = {data['function']}"]
    for row in data["points"]:
        kind = f"pole of order {row['order']}" if row["order"] else f"{row['kind']} singularity"
        lines.append(f"  {shown_place(row, data['variable'])}: {kind}, residue {row['residue']}")
        lines.append(f"      {row['ball']}; by a contour integral {row['confirmed']}")
    for row in data["families"]:
        but = f" but {', '.join(map(str, row['excluded']))}" if row["excluded"] else ""
        lines.append(
            f"  {data['variable']} = {row['at']}, {row['index']} = {row['runs over']}{but}: poles of order "
            f"{row['order']}, residue {row['residue']}"
        )
        lines += [
            f"      {row['index']} = {i}: {shown['ball']}; by a contour integral {shown['confirmed']}"
            for i, shown in row["balls"].items()
        ]
    if not data["points"] and not data["families"]:
        lines.append("  no singular point in the plane")
    limit = f", the limit of the sums over |{data['variable']}| < R" if data["families"] else ""
    for name, note in (("sum over the plane", limit), ("residue at infinity", "")):
        lines.append(f"{name}: {_total(data[name], note)}")
    if "form" in data and data["residue at infinity"]["value"] is not None:
        order = data.get("order at infinity")
        place = (
            f"order {order} of the form at infinity" if order is not None else "infinity is an essential singularity"
        )
        lines.append(f"sum over the sphere: 0; {place}")
    return "\n".join(lines)


def _in_ball(row: Row) -> str:
    return "" if re.fullmatch(r"-?\d+(/\d+)?", row["value"]) else f", in the ball {row['ball']}"


def shown_place(row: Row, variable: str) -> str:
    """z = 1, or z = p = root(…) where the residue is written in p."""
    named = "p = " if re.search(r"\bp\b", row["residue"]) else ""
    return f"{variable} = {named}{row['at']}"


def _total(row: Row, note: str) -> str:
    """The value, with its ball unless it is a rational number, and the note; or why there is none."""
    if row["value"] is not None:
        return f"{row['value']}{_in_ball(row)}{note}"
    return f"{'UNDEFINED' if row['undefined'] else 'not decided'}: {row['reason']}"


def parametric_data(f: Expr, z: Symbol, table: "ParametricTable", form: bool) -> Row:
    """Formulas for generic parameters, for --json; the values are those at which balls agreed with them."""
    return {
        "form" if form else "function": f"({f}) d{z}" if form else str(f),
        "variable": str(z),
        "points": [parametric_row(p) for p in table.points],
        "sum over the plane": str(table.plane),
        "residue at infinity": str(table.infinity),
        "agrees in balls at": [{str(a): str(value) for a, value in chosen.items()} for chosen in table.checked],
    }


def parametric_row(p: "ParametricPoint") -> Row:
    """One point, or all roots of a polynomial, written in p."""
    named = {p.at: Symbol("p")} if p.polynomial is not None else {}
    row: Row = {"at": str(p.at.xreplace(named)), "kind": p.kind, "order": p.order or None}
    row["residue"] = str(p.value.xreplace(named))
    return row | ({"p is every root of": str(p.polynomial.xreplace(named))} if p.polynomial is not None else {})


def parametric_line(row: Row, variable: str) -> str:
    """The same, to read."""
    kind = f"pole of order {row['order']}" if row["order"] else row["kind"]
    which = row.get("p is every root of")
    return f"{variable} = {row['at']}{f', each root of {which}' if which else ''}: {kind}, residue {row['residue']}"


def parametric_text(data: Row) -> str:
    """The table with parameters, to read."""
    lines = [f"ω = {data['form']}" if "form" in data else f"f({data['variable']}) = {data['function']}"]
    points = [f"  {parametric_line(row, data['variable'])}" for row in data["points"]]
    lines += points or ["  no singular point in the plane"]
    lines += [f"{name}: {data[name]}" for name in ("sum over the plane", "residue at infinity")]
    shown = "; ".join(
        ", ".join(f"{a} = {value}" for a, value in chosen.items()) for chosen in data["agrees in balls at"]
    )
    return "\n".join([*lines, f"for generic parameters; balls agree at {shown}"])


def disc_data(f: Expr, z: Symbol, radius: str, table: "DiscTable", digits: int) -> Row:
    """The poles with |z| < R, for --json."""
    total: Row = {"value": None if table.value is None else str(table.value), "ball": shown_ball(table.ball, digits)}
    if table.contour is not None:
        total["by a contour integral"] = shown_ball(table.contour, min(digits, 15))
    return {
        "function": str(f),
        "variable": str(z),
        "points": [point_row(r, digits) for r in table.points] + [_ball_row(p, digits) for p in table.poles],
        f"sum over |{z}| < {radius}": total,
    }


def _ball_row(p: "PoleInBall", digits: int) -> Row:
    return {
        "at": shown_ball(p.at, digits),
        "kind": POLE,
        "order": p.order,
        "order is exact": p.exact_order,
        "ball": shown_ball(p.ball, digits),
        "confirmed": shown_ball(p.contour, min(digits, 15)),
    }


def disc_text(data: Row) -> str:
    """The same, to read."""
    z = data["variable"]
    lines = [f"f({z}) = {data['function']}"]
    for row in data["points"]:
        if "residue" in row:
            kind = f"pole of order {row['order']}" if row["order"] else f"{row['kind']} singularity"
            lines.append(f"  {shown_place(row, z)}: {kind}, residue {row['residue']}")
        else:
            order = f"order {row['order']}" if row["order is exact"] else f"order {row['order']} at most"
            lines.append(f"  {z} in {row['at']}: pole of {order}, residue in")
        lines.append(f"      {row['ball']}; by a contour integral {row['confirmed']}")
    if not data["points"]:
        lines.append("  no singular point in the disc")
    (name,) = (key for key in data if key.startswith("sum over"))
    total, again = data[name], data[name].get("by a contour integral")
    value = f"in the ball {total['ball']}" if total["value"] is None else f"{total['value']}{_in_ball(total)}"
    return "\n".join([*lines, f"{name}: {value}" + (f"; by a contour integral {again}" if again else "")])
