"""The formal route: is a quantified statement true, false, undefined, or true wherever it was tried?

1. at the symbols, one cell for each element of the finite domains: a derivation;
2. at explicit instances, in their stated order: a second route for what was derived, and the search
   for the smallest counterexample;
3. by Hypothesis, where a domain can only be drawn from, or where the order does not reach far.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from inspect import signature
from itertools import product
from typing import Any

from sympy import Basic, Dummy, Eq, Ge, Gt, Integer, Le, Lt, Rational, Symbol, solve
from sympy.core.relational import Relational

from theory.decision import UNDECIDED, Truth, truth
from theory.propositions import Undefined
from verify.budgets import Budget
from verify.clock import OutOfTime, time_limit
from verify.domains import Domain, admitted, diagonal

SECOND_ROUTE = 24
INSTANCE_SECONDS = 2.0
DRAWING_SECONDS = 5.0
FAR = 10_000


@dataclass(frozen=True)
class Statement:
    """∀ domains: given ⟹ formula."""

    name: str
    formula: Callable[..., Any]
    domains: Mapping[str, Domain]
    given: Mapping[str, Any]

    @property
    def symbols(self) -> dict[str, Symbol]:
        return {name: d.symbol for name, d in self.domains.items() if d.symbol is not None}

    @property
    def listed(self) -> dict[str, Domain]:
        return {name: d for name, d in self.domains.items() if d.listed}

    @property
    def drawn(self) -> dict[str, Domain]:
        return {name: d for name, d in self.domains.items() if d.strategy is not None}

    @property
    def proves(self) -> bool:
        return all(d.proves for d in self.domains.values())

    def without(self, hypothesis: str) -> "Statement":
        kept = {name: h for name, h in self.given.items() if name != hypothesis}
        return replace(self, given=kept)


@dataclass(frozen=True)
class Counterexample:
    """An admissible instance at which the statement is false or undefined."""

    bindings: Mapping[str, Any]
    proposition: Any
    minimal: str
    undefined: str = ""


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


def cells(statement: Statement) -> Iterator[dict[str, Any]]:
    """One assignment for each element of the product of the listed domains."""
    names = list(statement.listed)
    for values in product(*(statement.listed[name].values for name in names)):
        yield dict(zip(names, values, strict=True))


def substitution(given: Mapping[str, Any]) -> dict[Symbol, Any]:
    """What the hypotheses let us replace: v = 1 gives v → 1; n > 1 gives n → 1 + p with p positive."""
    found: dict[Symbol, Any] = {}
    for hypothesis in given.values():
        if isinstance(hypothesis, Eq):
            found.update(_solved(hypothesis, found))
        elif isinstance(hypothesis, Gt | Ge | Lt | Le):
            found.update(_shifted(hypothesis, found))
    return found


def _solved(hypothesis: Eq, found: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    equation = hypothesis.subs(found)
    if not isinstance(equation, Relational):
        return {}
    for symbol in sorted(equation.free_symbols, key=str, reverse=True):
        solutions = solve(equation, symbol)
        if len(solutions) == 1 and symbol not in solutions[0].free_symbols:
            return {symbol: solutions[0]}
    return {}


def _shifted(hypothesis: Relational, found: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    greater, smaller = hypothesis.gts, hypothesis.lts
    strict = isinstance(hypothesis, Gt | Lt)
    fact = {"positive": True} if strict else {"nonnegative": True}
    if isinstance(greater, Symbol) and not smaller.free_symbols and greater not in found:
        return {greater: smaller + Dummy(integer=greater.is_integer, **fact)}
    if isinstance(smaller, Symbol) and not greater.free_symbols and smaller not in found:
        return {smaller: greater - Dummy(integer=smaller.is_integer, **fact)}
    return {}


def at_symbols(statement: Statement, cell: Mapping[str, Any]) -> Truth:
    """The truth of the formula at the symbols, under the hypotheses; undefined terms raise."""
    proposition = statement.formula(**statement.symbols, **cell)
    if proposition is None:
        return UNDECIDED
    replaced = substitution({k: h for k, h in statement.given.items() if isinstance(h, Relational)})
    if not replaced:
        return truth(proposition)
    decided = truth(proposition.subs(replaced)) if hasattr(proposition, "subs") else truth(proposition)
    if decided.value is None:
        values = {name: symbol.subs(replaced) for name, symbol in statement.symbols.items()}
        decided = truth(statement.formula(**values, **cell))
    return decided


def admissible(statement: Statement, bindings: Mapping[str, Any]) -> bool:
    """Whether an instance satisfies every hypothesis; an undecided one does not."""
    values = {symbol: bindings[name] for name, symbol in statement.symbols.items()}
    for hypothesis in statement.given.values():
        if isinstance(hypothesis, Basic):
            held = hypothesis.subs(values)
        elif callable(hypothesis):
            held = hypothesis(**{name: bindings[name] for name in signature(hypothesis).parameters})
        else:
            held = hypothesis
        try:
            if truth(held).value is not True:
                return False
        except Undefined:
            return False
    return True


def satisfied_somewhere(statement: Statement, limit: int) -> bool:
    """Whether one of the first `limit` instances satisfies the hypotheses; True where none can be listed."""
    streams = [d.in_order() for d in statement.domains.values()]
    if any(stream is None for stream in streams):
        return True
    instances = diagonal([s for s in streams if s is not None], limit)
    return any(admissible(statement, dict(zip(statement.domains, values, strict=True))) for values in instances)


def at_instance(statement: Statement, bindings: Mapping[str, Any]) -> tuple[Truth, Any, str]:
    """(truth, proposition, why undefined) at an explicit instance; one that takes too long is undecided."""
    try:
        with time_limit(INSTANCE_SECONDS):
            proposition = statement.formula(**bindings)
            return (UNDECIDED if proposition is None else truth(proposition)), proposition, ""
    except OutOfTime:
        return UNDECIDED, None, ""
    except Undefined as undefined:
        return UNDECIDED, None, str(undefined)
    except ZeroDivisionError as error:
        return UNDECIDED, None, f"a term has no meaning: {error}"
    except NotImplementedError:
        return UNDECIDED, None, ""


class _Trial:
    """Goes through instances and keeps the first counterexample, the first undefined one, the counts."""

    def __init__(self, statement: Statement, seconds: float) -> None:
        self.statement = statement
        self.until = time.monotonic() + seconds
        self.decided = 0
        self.admitted = 0
        self.evidence: set[str] = set()
        self.last: Mapping[str, Any] = {}
        self.undefined: tuple[Mapping[str, Any], str] | None = None

    @property
    def late(self) -> bool:
        return time.monotonic() > self.until

    def refuted_at(self, bindings: Mapping[str, Any]) -> Any | None:
        """The proposition that is false there, or None; past the time limit nothing is looked at any more."""
        if self.late or not admissible(self.statement, bindings):
            return None
        self.admitted += 1
        decided, proposition, why = at_instance(self.statement, bindings)
        if why and self.undefined is None:
            self.undefined = (dict(bindings), why)
        if decided.value is None:
            return None
        self.decided += 1
        self.last = bindings
        self.evidence.add(decided.evidence or "exact")
        return proposition if decided.value is False else None


def enumerated(trial: _Trial, limit: int) -> Counterexample | None:
    """The first counterexample in the stated order of the domains, if every domain has one."""
    domains = trial.statement.domains
    streams = [d.in_order() for d in domains.values()]
    if any(stream is None for stream in streams):
        return None
    infinite = any(not d.listed for d in domains.values())
    for values in diagonal([s for s in streams if s is not None], limit):
        bindings = dict(zip(domains, values, strict=True))
        proposition = trial.refuted_at(bindings)
        if proposition is not None:
            return Counterexample(bindings, proposition, "smallest" if infinite else "first")
    return None


def _strategy(domain: Domain) -> Any:
    from hypothesis import strategies as st

    if domain.strategy is not None:
        return domain.strategy()
    if domain.listed:
        return st.sampled_from(domain.values)
    if domain.symbol is None:
        return st.integers(min_value=domain.start, max_value=domain.start + FAR).map(Integer)
    symbol = domain.symbol
    low = 0 if symbol.is_nonnegative else None
    if symbol.is_integer:
        numbers = st.integers(min_value=low).map(Integer)
    else:
        numbers = st.fractions(min_value=low, max_denominator=12).map(lambda q: Rational(q.numerator, q.denominator))
    return numbers.filter(lambda value: admitted(symbol, value))


def drawn(trial: _Trial, examples: int, seed: int) -> Counterexample | None:
    """A counterexample that Hypothesis finds and shrinks."""
    from hypothesis import strategies as st

    from verify.drawing import found

    space = st.fixed_dictionaries({name: _strategy(d) for name, d in trial.statement.domains.items()})
    try:
        with time_limit(trial.until - time.monotonic() + DRAWING_SECONDS):
            bindings = found(space, lambda b: trial.refuted_at(b) is not None, examples, seed)
    except (OutOfTime, AssertionError):
        if trial.late:  # Hypothesis answers an interruption with an AssertionError of its own
            return None
        raise
    if bindings is None:
        return None
    return Counterexample(bindings, at_instance(trial.statement, bindings)[1], "shrunk")


def search(trial: _Trial, budget: Budget, seed: int, derived: bool) -> Counterexample | None:
    """A counterexample among instances in order, then among drawn ones; fewer where one only seconds."""
    statement = trial.statement
    found = enumerated(trial, SECOND_ROUTE if derived else budget.instances)
    finite = all(d.listed for d in statement.domains.values())
    if found is None and not finite and (statement.drawn or not derived):
        found = drawn(trial, budget.examples, seed)
    return found


def decide(statement: Statement, budget: Budget, seed: int) -> Finding:
    """Decide a statement formally; OutOfTime never leaves this function."""
    derived, evidence, timed_out = False, None, False
    notes: list[str] = []
    try:
        with time_limit(budget.seconds):
            derived, evidence = _derive(statement)
    except OutOfTime:
        notes.append(f"the derivation was cut after {budget.seconds:g} s")
        timed_out = True
    trial = _Trial(statement, budget.seconds)
    found = search(trial, budget, seed, derived)
    if trial.late and found is None:
        notes.append(f"the search was cut after {budget.seconds:g} s and {trial.admitted} instances")
        timed_out = True
    return _finding(statement, derived, evidence, trial, found, notes, timed_out)


def _derive(statement: Statement) -> tuple[bool, str | None]:
    """(true at the symbols in every cell, weakest evidence)."""
    if statement.drawn or any(d.kind == "naturals" for d in statement.domains.values()):
        return False, None
    evidence: set[str] = set()
    for cell in cells(statement):
        try:
            decided = at_symbols(statement, cell)
        except (Undefined, NotImplementedError, ZeroDivisionError):
            return False, None
        if decided.value is not True:
            return False, None
        evidence.add(decided.evidence or "exact")
    if "ball" in evidence:
        return True, "ball"
    return True, "derivation" if statement.symbols else "exact"


def _finding(
    statement: Statement,
    derived: bool,
    evidence: str | None,
    trial: _Trial,
    found: Counterexample | None,
    notes: list[str],
    timed_out: bool,
) -> Finding:
    counted = {"tried": trial.decided, "reach": _reach(trial), "timed_out": timed_out}
    if found is not None:
        if derived:
            notes.append("an identity for generic values that fails at the witness")
        strongest = "ball" if trial.evidence == {"ball"} else "exact"
        return Finding("false", strongest, found, notes=tuple(notes), **counted)
    if trial.undefined is not None:
        bindings, why = trial.undefined
        example = Counterexample(bindings, None, "smallest" if not statement.drawn else "drawn", why)
        return Finding("undefined", "exact", example, notes=tuple(notes), **counted)
    if derived and statement.proves:
        return Finding("true", evidence, notes=tuple(notes), **counted)
    if trial.decided or derived:
        kind = "ball" if "ball" in trial.evidence else "exact"
        return Finding("tried", kind, notes=tuple(notes), **counted)
    if not trial.admitted and statement.given:
        notes.append("no case that was tried satisfies " + "; ".join(statement.given))
    return Finding("undecided", notes=tuple(notes), **counted)


def _reach(trial: _Trial) -> str:
    """How far the instances go, for the horizon of a verdict that is not a proof."""
    statement = trial.statement
    listed = [f"{name} = {', '.join(map(str, d.values))}" for name, d in statement.listed.items()]
    if len(listed) == len(statement.domains):
        return "; ".join(listed)
    return "; ".join([*listed, f"{trial.decided} instances"])
