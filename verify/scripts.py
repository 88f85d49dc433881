"""Standalone witness scripts: at most 15 lines, without our packages.

A page gives a template with `reading.script(…)`; the checker fills in the witness that it found. A
reading whose formula uses SymPy alone needs no template: its own source is the script.
"""

import ast
import inspect
import textwrap
from types import ModuleType
from typing import Any

from sympy import Basic, Symbol, srepr

from verify.budgets import BUDGETS
from verify.checker import check, statement_of
from verify.pages import Reading
from verify.seeds import seed_of
from verify.statements import decide
from verify.verdicts import Outcome

LIMIT = 15


def script_of(reading: Reading, seed: int = 0) -> tuple[str | None, str]:
    """(the script, '') or (None, why there is none)."""
    budget = BUDGETS["quick"]
    verdict = check(reading, budget, seed)
    if verdict.outcome is not Outcome.REFUTED:
        return None, f"{verdict}"
    if reading.template and verdict.witness:
        head = f"# {reading.page.label} ({reading.letter}): {reading.gloss}; {verdict.witness.minimal} counterexample"
        return f"{head}\n{filled(reading.template, dict(verdict.witness.bindings))}", ""
    found = decide(statement_of(reading), budget, seed_of(seed, reading.name, "search")).counterexample
    if found is None:
        return None, f"{verdict}, measured: it needs a template (reading.script)"
    return inlined(reading, dict(found.bindings))


def filled(template: str, bindings: dict[str, str]) -> str:
    """The template with {name} replaced by the witness's value; other braces stay as they are."""
    for name, value in bindings.items():
        template = template.replace("{" + name + "}", value)
    return template


def inlined(reading: Reading, bindings: dict[str, Any]) -> tuple[str | None, str]:
    """A script from the formula's own source, if all that it names is SymPy's or the page's symbols."""
    source = textwrap.dedent(inspect.getsource(reading.formula))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.decorator_list = []
    tree.body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(bindings)
    imported, symbols, foreign = [], [], []
    for name in sorted(names & set(reading.formula.__globals__)):
        value = reading.formula.__globals__[name]
        if isinstance(value, Symbol):
            symbols.append(f"{name} = {srepr(value)}")
        elif isinstance(value, ModuleType) or not str(getattr(value, "__module__", "")).startswith("sympy"):
            foreign.append(name)
        else:
            imported.append(name)
    if "equal" in foreign:
        foreign.remove("equal")
        symbols.append("equal = lambda a, b: Eq(sympify(a), sympify(b), evaluate=False)")
    if foreign:
        return None, f"its formula uses {', '.join(foreign)}: give a template with reading.script(…)"
    values = ", ".join(f"{k}={srepr(v) if isinstance(v, Basic) else repr(v)}" for k, v in bindings.items())
    lines = [
        f"# {reading.page.label} ({reading.letter}): {reading.gloss}",
        "from sympy import *",
        *symbols,
        *ast.unparse(tree).splitlines(),
        f"claim = {tree.name}({values})",
        "print(claim, 'is', bool(claim.doit()))",
        "assert not claim.doit()",
    ]
    if len(lines) > LIMIT:
        return None, f"its formula takes {len(lines)} lines, {LIMIT} are allowed: give a template with reading.script(…)"
    return "\n".join(lines), ""
