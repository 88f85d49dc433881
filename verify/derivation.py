"""The derivation: a statement at its symbols, with what the hypotheses let us replace.

An equation is used only where it is linear in a symbol with a coefficient that cannot vanish: `solve` drops
branches and divides by factors that may be 0, and a derivation from its answer would prove falsehoods.
"""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from sympy import Dummy, Eq, Expr, Ge, Gt, Le, Lt, Ne, Poly, Symbol, ceiling, factor_list, floor
from sympy.core.relational import Relational
from sympy.polys.polyerrors import PolynomialError

from theory.decision import UNDECIDED, Truth, truth
from theory.propositions import Undefined
from verify.statements import Statement, admissible, cells


class Unsteady(ValueError):
    """A formula that gives two answers to one question."""


def substitution(given: Mapping[str, Any]) -> dict[Symbol, Expr]:
    """v = 1 gives v → 1; n > 1 gives n → 1 + p with p positive (n → 2 + p, p ≥ 0, for an integer n)."""
    relations = [h for h in given.values() if isinstance(h, Relational)]
    found: dict[Symbol, Expr] = {}
    for hypothesis in relations:
        if isinstance(hypothesis, Eq):
            found.update(_solved(hypothesis, found, relations))
    for hypothesis in relations:
        if isinstance(hypothesis, Gt | Ge | Lt | Le):
            found.update(_shifted(hypothesis, found))
    return found


def determinations(given: Mapping[str, Any]) -> dict[Symbol, Expr]:
    """The part of the substitution that comes from equations: symbols that the others determine."""
    return substitution({name: h for name, h in given.items() if isinstance(h, Eq | Ne)})


def _solved(hypothesis: Eq, found: Mapping[Symbol, Expr], relations: list[Relational]) -> dict[Symbol, Expr]:
    difference = (hypothesis.lhs - hypothesis.rhs).subs(found)
    for symbol in sorted(difference.free_symbols - set(found), key=str, reverse=True):
        try:
            line = Poly(difference, symbol)
        except PolynomialError:
            continue
        slope, rest = line.coeff_monomial(symbol), line.coeff_monomial(1)
        if line.degree() == 1 and not rest.has(symbol) and _never_zero(slope, relations):
            value = -rest / slope
            if all(symbol not in other.free_symbols for other in found.values()):
                return {symbol: value}
    return {}


def _never_zero(slope: Expr, relations: list[Relational]) -> bool:
    """Whether a coefficient is a non-zero number, or a product of factors that are known not to vanish."""
    if slope.is_zero is False:
        return True
    named = {r.lhs - r.rhs for r in relations if isinstance(r, Ne | Gt | Lt)}
    named |= {-difference for difference in named}
    factors = factor_list(slope)[1]
    return bool(factors) and all(f.is_zero is False or f in named for f, _ in factors)


def _shifted(hypothesis: Relational, found: Mapping[Symbol, Expr]) -> dict[Symbol, Expr]:
    greater, smaller = hypothesis.gts, hypothesis.lts
    strict = isinstance(hypothesis, Gt | Lt)
    for symbol, bound, sign in ((greater, smaller, 1), (smaller, greater, -1)):
        free = isinstance(symbol, Symbol) and symbol not in found
        if free and bound.is_finite and bound.is_number and symbol.is_extended_real and bound.is_real:
            return {symbol: _beyond(symbol, bound, sign, strict)}
    return {}


def _beyond(symbol: Symbol, bound: Expr, sign: int, strict: bool) -> Expr:
    """bound + p, or bound − p; an integer starts at the first integer on the right side of the bound."""
    if not symbol.is_integer:
        return bound + sign * Dummy(**({"positive": True} if strict else {"nonnegative": True}))
    if sign > 0:
        first = floor(bound) + 1 if strict else ceiling(bound)
    else:
        first = ceiling(bound) - 1 if strict else floor(bound)
    return first + sign * Dummy(integer=True, nonnegative=True)


def derived(statement: Statement) -> tuple[bool, str | None]:
    """(true at the symbols in every admitted cell, weakest evidence); False says nothing.

    Raises Unsteady for a formula that answers twice differently.
    """
    if statement.drawn or not statement.symbols or any(d.kind == "naturals" for d in statement.domains.values()):
        return False, None
    evidence: set[str] = set()
    for cell in cells(statement):
        if _excluded(statement, cell):
            continue
        try:
            decided = _at_symbols(statement, cell)
        except (Undefined, NotImplementedError, ZeroDivisionError):
            return False, None
        if decided.value is not True:
            return False, None
        evidence.add(decided.evidence or "exact")
    return bool(evidence), "ball" if "ball" in evidence else "derivation"


def _excluded(statement: Statement, cell: Mapping[str, Any]) -> bool:
    """Whether the hypotheses on listed values alone rule the cell out."""
    about_cell = {
        name: h
        for name, h in statement.given.items()
        if callable(h) and not hasattr(h, "free_symbols") and set(signature(h).parameters) <= set(cell)
    }
    only = Statement(statement.name, statement.formula, statement.listed, about_cell)
    return not admissible(only, cell)


def _at_symbols(statement: Statement, cell: Mapping[str, Any]) -> Truth:
    proposition = statement.formula(**statement.symbols, **cell)
    if proposition != statement.formula(**statement.symbols, **cell):
        raise Unsteady(f"{statement.name}: the formula gives two answers at its symbols; it must not draw at random")
    if proposition is None:
        return UNDECIDED
    replaced = substitution(statement.given)
    if not replaced:
        return truth(proposition)
    decided = truth(proposition.subs(replaced)) if hasattr(proposition, "subs") else truth(proposition)
    if decided.value is None:
        values = {name: symbol.subs(replaced) for name, symbol in statement.symbols.items()}
        decided = truth(statement.formula(**values, **cell))
    return decided
