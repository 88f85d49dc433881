"""The formal route: is a quantified statement true, false, undefined, or true wherever it was tried?"""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from theory.propositions import Undefined
from verify.budgets import Budget
from verify.clock import OutOfTime, time_limit
from verify.derivation import derived
from verify.domains import diagonal
from verify.search import Counterexample, Trial, search
from verify.statements import Statement, admissible

FEWEST = 5
GENERIC = "symbols are generic: true wherever both sides are defined"


@dataclass(frozen=True)
class Finding:
    """What the formal route found.

    `truth` is true, false, undefined, tried (true at every instance decided) or undecided; `tried`
    counts the instances decided, `reach` says how far they go.
    """

    truth: str
    evidence: str | None = None
    counterexample: Counterexample | None = None
    tried: int = 0
    reach: str = ""
    notes: tuple[str, ...] = ()
    timed_out: bool = False


def decide(statement: Statement, budget: Budget, seed: int) -> Finding:
    """Decide a statement formally; OutOfTime never leaves this function."""
    proved, evidence, timed_out = False, None, False
    notes: list[str] = []
    try:
        with time_limit(budget.seconds):
            proved, evidence = derived(statement)
    except OutOfTime:
        notes.append(f"the derivation was cut after {budget.seconds:g} s")
        timed_out = True
    trial = Trial(statement, budget.seconds)
    example = search(trial, budget, seed, proved, _at_its_symbols(statement, budget))
    if trial.late and example is None:
        notes.append(f"the search was cut after {budget.seconds:g} s and {trial.admitted} instances")
        timed_out = True
    return _finding(trial, proved, evidence, example, notes, timed_out)


def _at_its_symbols(statement: Statement, budget: Budget) -> Any:
    """The proposition as it stands, for its denominators; None where it cannot be written."""
    first = {name: d.values[0] for name, d in statement.listed.items()}
    if not statement.symbols or len(first) + len(statement.symbols) < len(statement.domains):
        return None
    try:
        with time_limit(budget.seconds):
            return statement.formula(**statement.symbols, **first)
    except (OutOfTime, Undefined, ArithmeticError, NotImplementedError, ValueError, TypeError):
        return None


def _finding(
    trial: Trial,
    proved: bool,
    evidence: str | None,
    example: Counterexample | None,
    notes: list[str],
    timed_out: bool,
) -> Finding:
    statement = trial.statement
    counted = {"tried": trial.decided, "reach": reach(trial), "timed_out": timed_out}
    kind = "ball" if "ball" in trial.evidence else "exact"
    if example is not None:
        strongest = "ball" if trial.evidence == {"ball"} else "exact"
        if proved:
            notes.append("an identity for generic values that fails at the witness")
        return Finding("false", strongest, example, notes=tuple(notes), **counted)
    if trial.undefined is not None:
        return Finding("undefined", "exact", trial.undefined, notes=tuple(notes), **counted)
    if not trial.admitted and (statement.given or statement.symbols):
        why = " and ".join(statement.given) or "the assumptions of the symbols"
        notes.append(f"no case that was tried satisfies {why}: a proof would be about nothing")
        return Finding("undecided", notes=tuple(notes), **counted)
    if proved and statement.proves:
        return Finding("true", evidence, notes=(*notes, GENERIC), **counted)
    exhausted = statement.finite and statement.proves and trial.decided == trial.admitted and not timed_out
    if exhausted and trial.decided:
        return Finding("true", kind, notes=tuple(notes), **counted)
    if trial.undecided:
        notes.append(f"{trial.undecided} of {trial.admitted} admitted instances were not decided")
    few = len(trial.seen) < FEWEST and not statement.finite
    if few and not proved:
        notes.append(f"only {len(trial.seen)} cases could be decided: too few to support anything")
    elif trial.decided or proved:
        return Finding("tried", kind, notes=tuple(notes), **counted)
    return Finding("undecided", notes=tuple(notes), **counted)


def reach(trial: Trial) -> str:
    """What was decided: the listed values, the number of instances, and the last one in order."""
    names = list(trial.statement.listed)
    columns = zip(*trial.cells, strict=True) if trial.cells else [() for _ in names]
    listed = [f"{name} = {', '.join(dict.fromkeys(column))}" for name, column in zip(names, columns, strict=False)]
    if trial.statement.finite:
        return "; ".join(listed)
    last = {k: v for k, v in trial.furthest.items() if k not in names}
    to = ", in order to " + ", ".join(f"{k} = {v}" for k, v in last.items()) if last else ""
    return "; ".join([*listed, f"{trial.decided} instances{to}"])


def satisfied_somewhere(statement: Statement, limit: int) -> bool:
    """Whether one of the first `limit` instances satisfies the hypotheses; True where none can be listed."""
    streams = [d.in_order() for d in statement.domains.values()]
    if any(stream is None for stream in streams):
        return True
    instances = islice(diagonal([s for s in streams if s is not None], limit), limit)
    return any(admissible(statement, dict(zip(statement.domains, values, strict=True))) for values in instances)
