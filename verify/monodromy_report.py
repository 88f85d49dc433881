"""What `referee monodromy` shows: permutations, matrices, groups, as data, as text and as LaTeX."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import flint
from flint import acb, acb_mat
from sympy import Expr, I, exp, latex, oo, pi

if TYPE_CHECKING:
    from sympy.combinatorics import Permutation

    from theory.monodromy.algebraic_functions import PermutationMonodromy
    from theory.monodromy.continuation import LinearMonodromy
    from theory.monodromy.cyclotomic_matrices import Size
    from theory.monodromy.differential_equations import LinearEquation
    from theory.monodromy.local_exponents import SingularPoint
    from theory.monodromy.multivalued import BranchSpace

Row = dict[str, Any]
LOOPS = (
    "each loop runs from the base straight to its point, once round it counterclockwise, and back; "
    "they are numbered by their direction, counterclockwise from +i; the loop round oo is the last"
)
PERMUTATIONS = "σ(k) is where sheet k ends; the product of all, first loop first, is 1"
MATRICES = "Y becomes Y·M; first γ, then δ gives M_δ·M_γ, so M_oo·M_m⋯M_1 = 1"

ORDER = "loops counterclockwise, by direction from +i, oo last"  # in full in --help and the JSON
CURVE_LINE = f"{ORDER}; σ(k) is where sheet k ends; σ, first loop first, multiply to 1"
EQUATION_LINE = f"{ORDER}; Y becomes Y·M; M_oo·M_m⋯M_1 = 1"


def shown(x: acb, digits: int) -> str:
    """Real and imaginary part to `digits` digits, each with its radius; an exact 0 part is left out."""
    parts = [(part, unit) for part, unit in ((x.real, ""), (x.imag, "j")) if not part.is_zero()]
    return " + ".join(part.str(digits) + unit for part, unit in parts) or "0"


def _cycles(sigma: "Permutation") -> str:
    cycles = ["(" + " ".join(str(k + 1) for k in cycle) + ")" for cycle in sigma.cyclic_form]
    return "".join(cycles) or "1"


def curve_data(m: "PermutationMonodromy", digits: int, function: Expr | None = None) -> Row:
    """Everything about a curve, or about a function whose branches are its sheets; these are numbered from 1."""
    from theory.monodromy.permutation_groups import cycle_type

    points = [*m.points, oo]
    permutations = [*m.permutations, m.at_infinity]
    return ({} if function is None else {"function": str(function)}) | {
        "curve": str(m.curve.expression),
        "variable": str(m.curve.x),
        "reduced": None if m.curve.reduced is None else str(m.curve.reduced),
        "sheets": [shown(y, min(digits, 15)) for y in m.sheets],
        "base": shown(m.star.base, min(digits, 15)),
        "points": [
            {"at": str(p), "permutation": _cycles(s), "cycle type": {str(k): n for k, n in cycle_type(s).items()}}
            for p, s in zip(points, permutations, strict=True)
        ],
        "product is 1": bool(m.product.is_Identity),
        "order": int(m.group.order()),
        "names": list(m.names),
        "irreducible": m.irreducible,
        "orbits": [[k + 1 for k in orbit] for orbit in m.orbits],
        "primitive": m.primitive,
        "genera": list(m.genera),
        "convention": f"{LOOPS}; {PERMUTATIONS}",
    }


def curve_text(data: Row) -> str:
    """The data of a curve as lines."""
    x, count = data["variable"], len(data["sheets"])
    left_out = f" (repeated factors once, those in {x} left out: {data['reduced']} = 0)" if data["reduced"] else ""
    of = f"y = {data['function']}, " if "function" in data else ""
    sheets = f"{count} sheet{'' if count == 1 else 's'}"
    lines = [f"{of}{data['curve']} = 0{left_out}: {sheets} over the base {x} = {data['base']}"]
    lines += [f"    sheet {k}: y = {y}" for k, y in enumerate(data["sheets"], start=1)]
    width = max(len(row["at"]) for row in data["points"])
    lines += [f"    {x} = {row['at']:<{width}}  {row['permutation']}" for row in data["points"]]
    named = ", trivial" if data["order"] == 1 else f", {' = '.join(data['names'])}" if data["names"] else ""
    lines.append(f"group: order {data['order']}{named}")
    if data["irreducible"]:
        primitive = {True: "primitive", False: "imprimitive", None: ""}[data["primitive"]]
        lines.append(f"irreducible over C({x}){', ' + primitive if primitive else ''}; genus {data['genera'][0]}")
    else:
        orbits = ", ".join("{" + " ".join(map(str, o)) + "}" for o in data["orbits"])
        lines.append(f"reducible over C({x}): sheets {orbits}; genera {', '.join(map(str, data['genera']))}")
    return "\n".join([*lines, CURVE_LINE])


def _matrix(M: acb_mat, digits: int) -> list[list[str]]:
    return [[shown(x, digits) for x in row] for row in M.tolist()]


def _point(p: "SingularPoint") -> Row:
    row: Row = {"at": str(p.point), "kind": "regular" if p.regular else "irregular"}
    row["exponents"] = [str(rho) for rho, multiplicity in p.exponents for _ in range(multiplicity)]
    if not p.regular:
        row |= {"slopes": [[str(s), n] for s, n in p.slopes], "irregularity": p.irregularity}
    return row


def equation_data(
    L: "LinearEquation", m: "LinearMonodromy", size: "Size", irreducible: bool | None, digits: int
) -> Row:
    """Everything about an equation."""
    from theory.monodromy.local_exponents import singular_points
    from theory.monodromy.local_monodromy import determinant

    with flint.ctx.workprec(10 * digits // 3 + 64):
        loops = [
            {
                "at": str(p),
                "matrix": _matrix(M, digits),
                "trace": shown(M.trace(), digits),
                "determinant": shown(M.det(), digits),
            }
            for p, M in zip([*m.points, oo], [*m.matrices, m.at_infinity], strict=True)
        ]
        liouville = all(determinant(L, p).overlaps(M.det()) for p, M in zip(m.points, m.matrices, strict=True))
    if not liouville or not m.product.contains(acb_mat(m.size, m.size, _unit(m.size))):
        raise ArithmeticError(f"internal error: {L}: matrices against Liouville's formula, or a product that is not 1")
    return {
        "equation": f"{L.expression} = 0",
        "order": L.order,
        "singular points": [_point(p) for p in singular_points(L)],
        "base": shown(m.star.base, min(digits, 15)),
        "loops": loops,
        "product encloses 1": True,
        "determinants enclose Liouville's": True,
        "group": {
            "finite": size.finite,
            "order": size.order,
            "projective order": size.projective_order,
            "because": size.because,
        },
        "irreducible": irreducible,
        "convention": f"{LOOPS}; {MATRICES}",
    }


def _unit(n: int) -> list[int]:
    return [int(i == j) for i in range(n) for j in range(n)]


def _group_lines(group: Row, irreducible: bool | None) -> list[str]:
    if group["finite"]:
        size = f"finite, order {group['order']}, modulo scalars {group['projective order']}"
    else:
        size = "infinite" if group["finite"] is False else "finite or infinite: undecided"
    proven = {True: "irreducible", False: "reducible", None: "irreducible or not: undecided"}[irreducible]
    return [f"group: {size} ({group['because']}); {proven}"]


def equation_text(data: Row) -> str:
    """The data of an equation as lines."""
    lines = [data["equation"]]
    for p in data["singular points"]:
        exponents = ", ".join(p["exponents"]) or "none"
        line = f"    z = {p['at']}: {p['kind']}, exponents {exponents}"
        if p["kind"] == "irregular":
            slopes = ", ".join(f"{s} ({n} times)" for s, n in p["slopes"])
            line += (
                f", slopes {slopes}, irregularity {p['irregularity']}; its Stokes matrices are no part of this group"
            )
        lines.append(line)
    lines.append(f"base z = {data['base']}")
    for loop in data["loops"]:
        lines.append(f"M at {loop['at']}:")
        lines += ["    [" + ", ".join(row) + "]" for row in loop["matrix"]]
        lines.append(f"    trace {loop['trace']}, determinant {loop['determinant']}")
    lines.append("product with oo encloses 1: yes; determinants enclose Liouville's: yes")
    return "\n".join([*lines, *_group_lines(data["group"], data["irreducible"]), EQUATION_LINE])


def _latex_number(x: acb, digits: int) -> str:
    real, imaginary = (part.mid().str(digits, radius=False) for part in (x.real, x.imag))
    small = [part.contains(0) for part in (x.real, x.imag)]
    if all(small):
        return "0"
    if small[1]:
        return real
    sign, size = ("-", imaginary[1:]) if imaginary.startswith("-") else ("+", imaginary)
    return f"{'' if small[0] else real}{sign if not small[0] or sign == '-' else ''}{size}\\,i"


def equation_latex(m: "LinearMonodromy", digits: int = 6) -> str:
    """The matrices, rounded to few digits."""
    lines = []
    for p, M in zip([*m.points, oo], [*m.matrices, m.at_infinity], strict=True):
        rows = r" \\ ".join(" & ".join(_latex_number(x, digits) for x in row) for row in M.tolist())
        lines.append(rf"M_{{{latex(p)}}} &\approx \begin{{pmatrix}} {rows} \end{{pmatrix}}")
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def curve_latex(points: Sequence[Expr], permutations: "Sequence[Permutation]") -> str:
    """The permutations."""
    lines = [
        rf"\sigma_{{{latex(p)}}} &= {_cycles(s).replace(' ', chr(92) + ' ')}"
        for p, s in zip(points, permutations, strict=True)
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def branches_text(f: Expr, space: "BranchSpace") -> str:
    """The space that the branches round 0 span."""
    count = space.dimension
    span = f"{count} dimension{'' if count == 1 else 's'}"
    blocks = ", ".join(f"size {size} with eigenvalue {_eigenvalue(rho)}" for rho, size in space.blocks)
    order = "infinite order" if space.order is None else f"order {space.order}"
    return f"{f}: round 0 the branches span {span}; the loop has {order} and the Jordan blocks: {blocks}"


def _eigenvalue(rho: Expr) -> str:
    """e^{2πiρ}; 1 and −1 as such."""
    value = exp(2 * pi * I * rho)
    return str(value) if value.is_Integer else f"e^(2πi·{rho})" if rho.is_Rational else f"e^(2πi·({rho}))"


def branches_latex(space: "BranchSpace") -> str:
    """The Jordan form of the loop round 0."""
    blocks = [rf"J_{{{size}}}\left({latex(exp(2 * pi * I * rho))}\right)" for rho, size in space.blocks]
    return r"M_{0} \sim " + r" \oplus ".join(blocks)
