"""Fixed points and exponents as text, LaTeX and JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr, Poly, Symbol, fraction, latex, oo, together

from theory.algebraic_numbers import AlgebraicNumber
from theory.balls import Enclosed, enclose
from theory.renormalization.exponents import Exponents
from theory.renormalization.signs import power_series

DIGITS, LONGEST = 15, 44
SIGNS = {"nu": "ν", "omega": "ω", "beta": "β", "gamma": "γ", "delta": "δ", "alpha": "α", "eta": "η"}
TEX = {name: "\\" + name for name in SIGNS}


@dataclass(frozen=True)
class Entry:
    """One fixed point, or a line of them, ready to be shown. `status`: 0 answered, 2 refused."""

    at: dict[Symbol, Expr]
    exponents: Exponents | None = None
    facts: tuple[tuple[str, str], ...] = ()
    laws: tuple[str, ...] = ()
    refusal: str | None = None
    multipliers: tuple[Expr, ...] = ()

    @property
    def status(self) -> int:
        return 2 if self.refusal else 0


@dataclass(frozen=True)
class Report:
    """Everything one run found; `head` and `tail` are lines of text around the entries."""

    head: tuple[str, ...]
    entries: tuple[Entry, ...]
    tail: tuple[str, ...]
    small: Symbol | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = 0


def decimal(x: Expr, digits: int = DIGITS) -> str | None:
    """A closed number to the digits that its ball proves; None for others."""
    if x.free_symbols or x in (oo, -oo):
        return None
    try:
        ball = enclose(x, 2 * digits + 10)
    except NotImplementedError:
        return None
    real = _digits(ball.real, digits)
    if ball.imag == 0 or x.is_real:
        return real
    imaginary = _digits(ball.imag, digits)
    return f"{real} {'-' if imaginary.startswith('-') else '+'} {imaginary.lstrip('-')}*I"


def _digits(ball: Any, digits: int) -> str:
    return "0" if ball == 0 else ball.str(digits, radius=False)


def shown(x: Expr, small: Symbol | None = None) -> str:
    """An exact form, and digits where it is not rational; with a small parameter in ascending powers."""
    if x in (oo, -oo):
        return "∞" if x == oo else "−∞"
    if x.is_Rational or (x.is_number and all(part.is_Rational for part in x.as_real_imag())):
        return str(x)
    if x.free_symbols:
        return _in_powers(x, small)
    digits = decimal(x)
    if isinstance(x, AlgebraicNumber):
        p = x.minimal_polynomial()
        origin = f"root of {p.as_expr()}" if p.degree() <= 6 else f"algebraic of degree {p.degree()}"
        return f"{digits}, {origin}"
    exact = None if x.has(Enclosed) or len(str(x)) > LONGEST else str(x)
    if exact is None or digits is None:
        return digits or str(x)
    return f"{exact} = {digits}"


def _in_powers(x: Expr, small: Symbol | None) -> str:
    """A (Laurent) polynomial in the small parameter in ascending powers; else the form found and its first order."""
    if small is None or not x.has(small):
        return str(x)
    above, below = fraction(together(x))
    if not (above.is_polynomial(small) and below.is_polynomial(small)):
        return str(x)
    if Poly(below, small).is_monomial:
        return ascending(power_series(x, small, Poly(above, small).degree() - Poly(below, small).degree()), small)
    return f"{x} = {ascending(power_series(x, small, 1), small)} + O({small}**2)"


def ascending(x: Expr, small: Symbol) -> str:
    """A sum of powers, the lowest first."""
    terms = sorted(Add.make_args(x), key=lambda e: e.as_coeff_exponent(small)[1])
    text = str(terms[0])
    for e in terms[1:]:
        part = str(e)
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def text(report: Report) -> str:
    """The report for a terminal."""
    lines = list(report.head)
    for number, entry in enumerate(report.entries, 1):
        fixed = [f"{g} = {shown(x, report.small)}" for g, x in entry.at.items() if x != g]
        free = [f"{g} free" for g, x in entry.at.items() if x == g]
        lines += ["", f"#{number}  {', '.join([*fixed, *free])}"]
        lines += [f"    {name:<13} {value}" for name, value in _rows(entry, report.small)]
    return "\n".join([*lines, *(["", *report.tail] if report.tail else [])])


def _rows(entry: Entry, small: Symbol | None) -> list[tuple[str, str]]:
    rows = list(entry.facts)
    found = entry.exponents
    if found is not None:
        if entry.multipliers:
            rows.append(("multipliers", _list(entry.multipliers, small)))
        for name in ("relevant", "marginal", "irrelevant", "undecided"):
            if values := getattr(found, name):
                rows.append((f"{name} y", _list(values, small)))
        rows += [(SIGNS[name], shown(value, small)) for name, value in found.values().items()]
        if found.crossover:
            rows.append(("φ", _list(found.crossover, small)))
        if found.frequency is not None:
            rows.append(("log-periodic", f"angular frequency {shown(found.frequency, small)} in ln b"))
    rows += [("ξ", law) for law in entry.laws]
    if entry.refusal:
        rows.append(("no ν", entry.refusal))
    if found is not None:
        rows += [("note", note) for note in found.notes]
    return rows


def _list(values: Sequence[Expr], small: Symbol | None) -> str:
    return ", ".join(shown(v, small) for v in values)


def as_latex(report: Report) -> str:
    """One align* block a fixed point."""
    blocks = []
    for entry in report.entries:
        rows = [f"{latex(g)}^{{*}} &= {_tex(x)}" for g, x in entry.at.items()]
        if entry.exponents is not None:
            rows += [f"y_{{{i}}} &= {_tex(y)}" for i, y in enumerate(entry.exponents.dimensions, 1)]
            rows += [f"{TEX[name]} &= {_tex(value)}" for name, value in entry.exponents.values().items()]
        body = " \\\\\n    ".join(rows)
        comment = f"% {entry.refusal}\n" if entry.refusal else ""
        blocks.append(f"{comment}\\begin{{align*}}\n    {body}\n\\end{{align*}}")
    return "\n".join(blocks)


def _tex(x: Expr) -> str:
    return decimal(x) or latex(x) if x.has(Enclosed) else latex(x)


def as_json(report: Report) -> dict[str, Any]:
    """Plain values: exact forms as text, digits where a number is closed."""
    return {
        **report.facts,
        "fixed_points": [_entry_json(entry) for entry in report.entries],
        "remarks": [line for line in report.tail if line],
        "status": report.status,
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    found = entry.exponents
    return {
        "at": {str(g): _number(x) for g, x in entry.at.items()},
        "facts": dict(entry.facts),
        "dimensions": [] if found is None else [_number(y) for y in found.dimensions],
        "exponents": {} if found is None else {name: _number(x) for name, x in found.values().items()},
        "crossover": [] if found is None else [_number(x) for x in found.crossover],
        "frequency": None if found is None or found.frequency is None else _number(found.frequency),
        "correlation_length": list(entry.laws),
        "refusal": entry.refusal,
        "notes": [] if found is None else list(found.notes),
    }


def _number(x: Expr) -> dict[str, str | None]:
    return {"exact": None if x.has(Enclosed) else str(x), "digits": decimal(x)}
