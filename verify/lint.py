"""Step 1, lint: what can be said of a reading before it is decided.

Hypotheses that contradict each other and a conclusion that is one of them make a statement TRIVIAL; a
reducing theorem that is none makes the page BROKEN.
"""

import inspect
import sys
from typing import Any

from sympy import And, Eq, Symbol, reduce_inequalities
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse

from theory.propositions import Undefined
from verify.formal import satisfied_somewhere
from verify.readings import PageError, Reading
from verify.search import SECOND_ROUTE
from verify.statements import Statement, admissible, cells


def lint(reading: Reading, statement: Statement) -> str | None:
    """Why the reading is TRIVIAL before it is looked at, or None; PageError for an unknown theorem."""
    if reading.by:
        reducing_theorem(reading)
    if contradictory(statement):
        return f"nothing satisfies the hypotheses {' and '.join(statement.given)} together"
    same = circular(statement)
    return f"the conclusion is the hypothesis {same!r}" if same else None


def reducing_theorem(reading: Reading) -> Any:
    """The theorem that `by` names: defined in a theory/ module that the page uses, and returning a proposition."""
    used = {getattr(value, "__module__", "") for value in reading.formula.__globals__.values() if callable(value)}
    modules = sorted(name for name in used if str(name).startswith("theory."))
    for module in modules:
        theorem = getattr(sys.modules[module], reading.by or "", None)
        if inspect.isfunction(theorem) and theorem.__module__ == module and _concludes(theorem):
            if theorem.__name__ in reading.formula.__code__.co_names:
                raise PageError(
                    f"{reading.name}: by={reading.by!r} is what the formula itself computes; it reduces nothing"
                )
            return theorem
    raise PageError(
        f"{reading.name}: by={reading.by!r} is no theorem, a function that returns a proposition, of a theory/ module "
        f"that the page imports from ({', '.join(modules) or 'it imports from none'})"
    )


def _concludes(theorem: Any) -> bool:
    returned = inspect.get_annotations(theorem, eval_str=True).get("return")
    return isinstance(returned, type) and issubclass(returned, Boolean)


def contradictory(statement: Statement) -> bool:
    """Whether no case satisfies the hypotheses: proved by SymPy, and seconded by instances; or all cases looked at."""
    if not statement.given:
        return False
    if statement.finite:
        return not any(admissible(statement, cell) for cell in cells(statement))
    propositions = [h for h in statement.given.values() if isinstance(h, bool) or hasattr(h, "free_symbols")]
    if not propositions:
        return False
    together = And(*propositions)
    empty = isinstance(together, BooleanFalse) or isinstance(together.simplify(), BooleanFalse)
    return (empty or _no_solution(propositions)) and not satisfied_somewhere(statement, SECOND_ROUTE)


def _no_solution(propositions: list[Any]) -> bool:
    """Whether plain inequalities in one real symbol have no common solution."""
    parts = [part for p in propositions for part in (p.args if isinstance(p, And) else (p,))]
    symbols: set[Symbol] = set().union(*(getattr(p, "free_symbols", set()) for p in parts))
    plain = all(isinstance(part, Relational) for part in parts)
    if not plain or len(symbols) != 1 or not next(iter(symbols)).is_extended_real:
        return False
    try:
        return isinstance(reduce_inequalities(parts, list(symbols)), BooleanFalse)
    except (NotImplementedError, TypeError, ValueError):
        return False


def circular(statement: Statement) -> str | None:
    """The hypotheses that already are the conclusion, part by part, or None."""
    if statement.listed or statement.drawn or len(statement.symbols) < len(statement.domains):
        return None
    try:
        conclusion = statement.formula(**statement.symbols)
    except (Undefined, NotImplementedError, ZeroDivisionError):
        return None
    names = [_assumed(part, statement) for part in (conclusion.args if isinstance(conclusion, And) else (conclusion,))]
    return " and ".join(dict.fromkeys(n for n in names if n)) if names and all(names) else None


def _assumed(part: Any, statement: Statement) -> str | None:
    return next((name for name, h in statement.given.items() if h == part or _same_equation(h, part)), None)


def _same_equation(one: Any, other: Any) -> bool:
    """Whether two equations have the same sides. More would be too much: a theorem may compute its hypothesis."""
    return isinstance(one, Eq) and isinstance(other, Eq) and set(one.args) == set(other.args)
