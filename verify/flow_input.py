"""Flows, maps, parameters and points as a person types them, read into theory's values.

A rule is "g: expression". A parameter is "N", "N = 3", "N > 2", "N < 4" or "2 < N < 4"; one called eps or epsilon, or
named as small, is small and positive. A point is "u = eps/3, t = 0" or the number it was listed under.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Symbol, nan, oo, zoo

from theory.renormalization.signs import Assumptions
from verify.expressions import expression

SMALL = ("eps", "epsilon", "ε")
ONE = re.compile(r"^\s*(?P<name>[^\W\d]\w*)\s*(?:(?P<sign>[<>=])(?P<value>[^<>=]+))?$")
BETWEEN = re.compile(r"^(?P<low>[^<>=]+)<\s*(?P<name>[^\W\d]\w*)\s*(?P<sign><)?(?P<value>[^<>=]+)?$")


@dataclass(frozen=True)
class Parameters:
    """Symbols with what is assumed of them, and values to put in for others."""

    symbols: Mapping[str, Symbol]
    values: Mapping[Symbol, Expr] = field(default_factory=dict)
    assuming: Assumptions = field(default_factory=Assumptions)


def parameters(texts: Sequence[str], small: str | None = None) -> Parameters:
    """The parameters of repeated --parameter options. ValueError names the text that is not understood."""
    matches = [_comparison(text) for text in texts]
    symbols = {m["name"]: Symbol(m["name"]) for m in matches}
    if small is not None:
        symbols.setdefault(small, Symbol(small))
    values, bounds = {}, {}
    for text, m in zip(texts, matches, strict=True):
        p = symbols[m["name"]]
        if p in values or p in bounds:
            raise ValueError(f"--parameter {text!r}: {p} was given before; write both bounds as '2 < {p} < 4'")
        if m["sign"] == "=":
            values[p] = expression(m["value"], ())
        elif m["sign"] or m["low"]:
            bounds[p] = _bounds(m, text)
    free = [name for name, p in symbols.items() if p not in values and p not in bounds]
    chosen = small if small is not None else next((name for name in free if name in SMALL), None)
    if chosen is not None and chosen not in free:
        raise ValueError(f"--small {chosen}: a small parameter has neither a value nor bounds")
    return Parameters(symbols, values, Assumptions(None if chosen is None else symbols[chosen], bounds))


def _comparison(text: str) -> dict[str, str | None]:
    m = ONE.match(text.strip()) or BETWEEN.match(text.strip())
    if m is None or bool(m["sign"]) != bool(m["value"]):
        raise ValueError(f"--parameter {text!r}: write a name, 'N = 3', 'N > 2', 'N < 4' or '2 < N < 4'")
    return {"low": None, **m.groupdict()}


def _bounds(m: Mapping[str, str | None], text: str) -> tuple[Expr, Expr]:
    ends = [expression(part, ()) if part else None for part in (m["low"], m["value"])]
    lower, upper = (ends[1], None) if m["sign"] == ">" else ends
    low, high = -oo if lower is None else lower, oo if upper is None else upper
    if not bool(low < high):
        raise ValueError(f"--parameter {text!r}: no number lies between {low} and {high}")
    return low, high


def rules(texts: Sequence[str], given: Parameters, option: str) -> dict[Symbol, Expr]:
    """Coupling → expression, of repeated --flow or --map options; values of parameters are put in.

    ValueError for a text without a coupling, a repeated coupling, or a name that is neither coupling nor parameter.
    """
    split = [text.partition(":") for text in texts]
    names = [name.strip() for name, _, _ in split]
    for text, name, (_, colon, _) in zip(texts, names, split, strict=True):
        if not colon or not name.isidentifier():
            raise ValueError(f"{option} {text!r}: write 'coupling: expression', as in \"u: eps*u - 3*u**2\"")
        if names.count(name) > 1:
            raise ValueError(f"{option}: the coupling {name} has two rules")
        if name in given.symbols:
            raise ValueError(f"{option} {text!r}: {name} is also given as --parameter; a name is one or the other")
    known = {**given.symbols, **{name: Symbol(name) for name in names}}
    read = {known[name]: typed(text, known.values(), given) for name, (_, _, text) in zip(names, split, strict=True)}
    for name, value in read.items():
        if value.has(oo, -oo, zoo, nan):
            raise ValueError(f"{option} {name}: the expression is {value}, which is no finite function")
    return read


def typed(text: str, names: Sequence[Symbol] | object, given: Parameters) -> Expr:
    """An expression in these names, with the values of parameters put in."""
    try:
        return expression(text, names).subs(dict(given.values))  # pyright: ignore[reportAttributeAccessIssue]
    except ValueError as error:
        if "is unknown" in str(error):
            raise ValueError(f"{error}; a parameter has to be named: --parameter NAME") from None
        raise


def box(texts: Sequence[str], couplings: Sequence[Symbol]) -> dict[Symbol, tuple[Expr, Expr]]:
    """Coupling → (lower, upper), of repeated --within options such as "K: 1/100, 3"."""
    found = {}
    for text in texts:
        name, colon, ends = text.partition(":")
        parts = ends.split(",")
        if not colon or len(parts) != 2 or Symbol(name.strip()) not in couplings:
            known = ", ".join(map(str, couplings))
            raise ValueError(f"--within {text!r}: write 'coupling: lower, upper' for one of {known}")
        found[Symbol(name.strip())] = tuple(expression(part, ()) for part in parts)
    return found


def place(text: str, couplings: Sequence[Symbol], given: Parameters) -> int | dict[Symbol, Expr]:
    """What --at says: a position in the list, from 1, or values of couplings."""
    if text.strip().lstrip("#").isdigit():
        return int(text.strip().lstrip("#"))
    found = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals or Symbol(name.strip()) not in couplings:
            known = ", ".join(map(str, couplings))
            raise ValueError(f"--at {text!r}: write a number from the list, or 'coupling = value' for some of {known}")
        found[Symbol(name.strip())] = typed(value, given.symbols.values(), given)
    return found
