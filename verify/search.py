"""The search for a counterexample: instances in order, awkward instances, drawn instances.

in order   cell by cell of the listed domains, then by the sum of ranks: the first one found in the only
           cell is the smallest
awkward    √2, π, 50, …, and the roots of what the formula divides by or takes powers of: where an
           identity for generic values is likeliest to fail
drawn      by Hypothesis, which then shrinks
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sympy import Integer, Pow, Rational, Symbol, denom, pi, real_roots, sqrt, together
from sympy.core.relational import Relational

from verify.budgets import Budget
from verify.clock import OutOfTime, time_limit
from verify.derivation import determinations
from verify.domains import Domain, admitted, diagonal
from verify.drawing import found
from verify.statements import Statement, admissible, at_instance, cells

SECOND_ROUTE = 24
FEWEST_IN_A_CELL = 6
AWKWARD = (sqrt(2), -sqrt(2), pi, pi / 2, sqrt(3), *map(Integer, (-2, -50, 50, -101, 101, -1000, 1000)))
AWKWARD_SECONDS, AWKWARD_MOST, AROUND = 0.5, 90, 4
DRAWING_SECONDS = 5.0
FAR = 10_000


@dataclass(frozen=True)
class Counterexample:
    """An admissible instance at which the statement is false or undefined.

    `minimal`: smallest, first (of a list, or of a later cell), awkward, shrunk or drawn.
    """

    bindings: Mapping[str, Any]
    proposition: Any
    minimal: str
    undefined: str = ""


class Trial:
    """Goes through instances and keeps what was decided, what was undefined, and how far it went."""

    def __init__(self, statement: Statement, seconds: float) -> None:
        self.statement = statement
        self.until = time.monotonic() + seconds
        self.phase = ""
        self.tried = 0
        self.admitted = 0
        self.decided = 0
        self.undecided = 0
        self.evidence: set[str] = set()
        self.seen: set[tuple[str, ...]] = set()
        self.cells: dict[tuple[str, ...], None] = {}
        self.furthest: Mapping[str, Any] = {}
        self.undefined: Counterexample | None = None

    @property
    def late(self) -> bool:
        return time.monotonic() > self.until

    def refuted_at(self, bindings: Mapping[str, Any], seconds: float = 2.0) -> Any | None:
        """The proposition that is false there, or None; past the time limit nothing is looked at any more."""
        self.tried += 1
        if self.late or not admissible(self.statement, bindings):
            return None
        self.admitted += 1
        decision, proposition, why = at_instance(self.statement, bindings, seconds)
        if why and self.undefined is None:
            self.undefined = Counterexample(dict(bindings), None, self.phase, why)
        if decision.value is None:
            self.undecided += not why
            return None
        self.decided += 1
        self.seen.add(tuple(str(value) for value in bindings.values()))
        self.evidence.add(decision.evidence or "exact")
        self.cells[tuple(str(bindings[name]) for name in self.statement.listed)] = None
        if self.phase in ("smallest", "first"):
            self.furthest = bindings
        return proposition if decision.value is False else None


def search(trial: Trial, budget: Budget, seed: int, derived: bool, proposition: Any = None) -> Counterexample | None:
    """A counterexample, or None; fewer instances where they only second a derivation."""
    statement = trial.statement
    limit = SECOND_ROUTE if derived else budget.instances
    example = in_order(trial, limit)
    if example is None and not statement.finite and (statement.drawn or not derived):
        example = drawn(trial, budget.examples, seed)
    if example is None and statement.symbols and not statement.drawn:
        example = awkward(trial, proposition)
    return example


def in_order(trial: Trial, limit: int) -> Counterexample | None:
    """The first counterexample in the stated order; a list is gone through to its end."""
    statement = trial.statement
    if statement.drawn:
        return None
    parts = list(cells(statement))
    share = max(FEWEST_IN_A_CELL, limit // len(parts))
    for cell in parts:
        trial.phase = "smallest" if len(parts) == 1 else "first"
        for bindings in _of_cell(statement, cell, share):
            proposition = trial.refuted_at(bindings)
            if proposition is not None:
                skipped = " decided" if trial.undecided else ""
                return Counterexample(bindings, proposition, trial.phase + skipped)
    return None


def _of_cell(statement: Statement, cell: Mapping[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    """Instances of one cell; what an equation among the hypotheses determines is computed, not listed."""
    determined = determinations(statement.given)
    free = {n: d for n, d in statement.domains.items() if n not in statement.listed and d.symbol not in determined}
    streams = [s for d in free.values() if (s := d.in_order()) is not None]
    for values in diagonal(streams, limit):
        bindings = {**cell, **dict(zip(free, values, strict=True))}
        known = {symbol: bindings[name] for name, symbol in statement.symbols.items() if name in bindings}
        computed = {n: determined[s].subs(known) for n, s in statement.symbols.items() if n not in bindings}
        if all(admitted(statement.symbols[name], value) for name, value in computed.items()):
            bindings |= computed
            yield {name: bindings[name] for name in statement.domains}


def awkward(trial: Trial, proposition: Any) -> Counterexample | None:
    """A counterexample at values where generic identities fail, one symbol at a time."""
    trial.phase = "awkward"
    for bindings in islice(_awkward(trial.statement, proposition), AWKWARD_MOST):
        if not all(admitted(s, bindings[name]) for name, s in trial.statement.symbols.items()):
            continue
        try:
            false = trial.refuted_at(bindings, AWKWARD_SECONDS)
        except (ValueError, TypeError, ArithmeticError, AttributeError):
            continue  # a formula need not accept every number; what it refuses decides nothing
        if false is not None:
            return Counterexample(bindings, false, "awkward")
    return None


def _awkward(statement: Statement, proposition: Any) -> Iterator[dict[str, Any]]:
    """Each awkward value of each symbol, with a few small values of the others, in the first cell."""
    cell = next(cells(statement), {})
    for name, symbol in statement.symbols.items():
        rest = {n: d for n, d in statement.domains.items() if n != name and n not in cell}
        around = list(diagonal([s for d in rest.values() if (s := d.in_order()) is not None], AROUND))
        others = {d.symbol: v for d, v in zip(rest.values(), around[0] if around else (), strict=False) if d.symbol}
        for value in dict.fromkeys((*_roots(statement, proposition, symbol, others), *AWKWARD)):
            for values in around:
                bindings = {**cell, name: value, **dict(zip(rest, values, strict=True))}
                yield {n: bindings[n] for n in statement.domains}


def _roots(statement: Statement, proposition: Any, symbol: Symbol, others: Mapping[Symbol, Any]) -> list[Any]:
    """Real roots, in the symbol, of the denominators and bases in the formula and of the hypotheses' differences."""
    sides = [side for r in _relations(proposition) for side in r.args]
    critical = {h.lhs - h.rhs for h in statement.given.values() if isinstance(h, Relational)}
    critical |= {power.base for side in sides for power in side.atoms(Pow)} | {denom(together(side)) for side in sides}
    roots: dict[Any, None] = {}
    for expression in sorted(critical, key=str):
        try:
            with time_limit(AWKWARD_SECONDS):
                reduced = expression.subs(others)
                if reduced.is_polynomial(symbol) and reduced.free_symbols == {symbol}:
                    roots |= dict.fromkeys(real_roots(reduced))
        except (OutOfTime, NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError):
            continue
    return list(roots)[:8]


def _relations(proposition: Any) -> list[Relational]:
    return list(proposition.atoms(Relational)) if hasattr(proposition, "atoms") else []


def drawn(trial: Trial, examples: int, seed: int) -> Counterexample | None:
    """A counterexample that Hypothesis finds and shrinks."""
    from hypothesis import strategies as st

    trial.phase = "drawn"
    space = st.fixed_dictionaries({name: strategy_of(d) for name, d in trial.statement.domains.items()})
    try:
        with time_limit(max(trial.until - time.monotonic(), 0) + DRAWING_SECONDS):
            bindings = found(space, lambda b: trial.refuted_at(b) is not None, examples, seed)
    except (OutOfTime, AssertionError):
        if trial.late:  # Hypothesis answers an interruption with an AssertionError of its own
            return None
        raise
    if bindings is None:
        return None
    return Counterexample(bindings, at_instance(trial.statement, bindings)[1], "shrunk")


def strategy_of(domain: Domain) -> Any:
    """The Hypothesis strategy that draws from the domain."""
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
