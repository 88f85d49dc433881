"""Standalone witness scripts: at most 15 lines, without our packages.

A page gives a template with `reading.script(…)`; the checker fills in the witness that it found. A
reading whose formula uses SymPy alone needs no template: its own source is the script.
"""

import ast
from typing import Any

import sympy
from sympy import Basic, srepr

from verify.budgets import BUDGETS
from verify.checker import check, statement_of
from verify.formal import decide
from verify.readings import Reading
from verify.seeds import seed_of
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
        body = filled(reading.template, dict(verdict.witness.bindings))
        return (f"{head}\n{body}" if len(body.splitlines()) < LIMIT else body), ""
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
    """A script from the formula's own source, if all that it names is SymPy's or stands on the page."""
    written = _top_level(ast.parse(reading.page.path.read_text(encoding="utf-8")))
    tree = written[reading.formula.__name__]
    assert isinstance(tree, ast.FunctionDef)
    pieces, imported, foreign = _gathered(tree, written)
    if "equal" in foreign:
        foreign.discard("equal")
        imported.add("Eq")
        pieces.insert(0, "equal = lambda a, b: Eq(sympify(a), sympify(b), evaluate=False)")
    if foreign:
        return None, f"its formula uses {', '.join(sorted(foreign))}: give a template with reading.script(…)"
    values = ", ".join(f"{name}={_as_source(value)}" for name, value in bindings.items())
    where = ", ".join(f"{name} = {value}" for name, value in bindings.items())
    words = (
        imported | {"sympify"} | {word for value in bindings.values() for word in _names(ast.parse(_as_source(value)))}
    )
    lines = "\n".join(
        [
            f"# {reading.page.label} ({reading.letter}): {reading.gloss}",
            f"from sympy import {', '.join(sorted(words))}",
            *pieces,
            f"claim = sympify({tree.name}({values}))",
            f"print({f'{tree.name} at {where}:'!r}, claim, 'is', bool(claim.doit()))",
            "assert not claim.doit()",
        ]
    )
    if len(lines.splitlines()) > LIMIT:
        return None, f"its formula takes more than {LIMIT} lines: give a template with reading.script(…)"
    return lines, ""


def _as_source(value: Any) -> str:
    return srepr(value) if isinstance(value, Basic) else repr(value)


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _top_level(tree: ast.Module) -> dict[str, ast.stmt]:
    """The statement of the page that gives each of its names a meaning."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {name: node for target in node.targets for name in _names(target)}
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {alias.asname or alias.name: node for alias in node.names}
    return found


def _gathered(tree: ast.FunctionDef, written: dict[str, ast.stmt]) -> tuple[list[str], set[str], set[str]]:
    """(source of what the formula needs, in order; names from SymPy; names from elsewhere)."""
    imported: set[str] = set()
    foreign: set[str] = set()
    needed: dict[int, ast.stmt] = {}

    def visit(node: ast.stmt) -> None:
        bare = _bare(node)
        if "*" in written:
            imported.update(name for name in _names(bare) - set(written) if hasattr(sympy, name))
        for name in sorted(_names(bare) & set(written)):
            source = written[name]
            if isinstance(source, ast.ImportFrom) and (source.module or "").split(".")[0] == "sympy":
                imported.add(name)
            elif isinstance(source, ast.ImportFrom | ast.Import):
                foreign.add(name)
            elif source is not node and id(source) not in needed:
                visit(source)
        needed.setdefault(id(node), bare)

    visit(tree)
    return [ast.unparse(node) for node in needed.values()], imported, foreign


def _bare(node: ast.stmt) -> ast.stmt:
    """A function without its decorators and docstring; anything else as it is."""
    if not isinstance(node, ast.FunctionDef):
        return node
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return ast.FunctionDef(
        name=node.name, args=node.args, body=body, decorator_list=[], lineno=node.lineno, type_params=[]
    )
