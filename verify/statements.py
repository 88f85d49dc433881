"""Statements: ∀ domains, given hypotheses, a formula; and its truth at one explicit instance."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from inspect import signature
from itertools import product
from typing import Any

from sympy import Basic, Symbol

from theory.decision import UNDECIDED, Truth, truth
from theory.propositions import Undefined
from verify.clock import OutOfTime, time_limit
from verify.domains import Domain

INSTANCE_SECONDS = 2.0
NO_VALUE = ("comparison of non-real", "NaN comparison")


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
    def finite(self) -> bool:
        """Whether the domains are all lists: every case can be looked at."""
        return len(self.listed) == len(self.domains)

    @property
    def proves(self) -> bool:
        return all(d.proves for d in self.domains.values())

    def without(self, hypothesis: str) -> "Statement":
        kept = {name: h for name, h in self.given.items() if name != hypothesis}
        return replace(self, given=kept)


def cells(statement: Statement) -> Iterator[dict[str, Any]]:
    """One assignment for each element of the product of the listed domains, in the listed order."""
    names = list(statement.listed)
    for values in product(*(statement.listed[name].values for name in names)):
        yield dict(zip(names, values, strict=True))


def admissible(statement: Statement, bindings: Mapping[str, Any]) -> bool:
    """Whether an instance satisfies every hypothesis; an undecided or meaningless one does not."""
    values = {symbol: bindings[name] for name, symbol in statement.symbols.items()}
    return all(_holds(hypothesis, bindings, values) for hypothesis in statement.given.values())


def _holds(hypothesis: Any, bindings: Mapping[str, Any], values: Mapping[Symbol, Any]) -> bool:
    try:
        if isinstance(hypothesis, Basic):
            return truth(hypothesis.subs(values)).value is True
        if callable(hypothesis):
            hypothesis = hypothesis(**{name: bindings[name] for name in signature(hypothesis).parameters})
        return truth(hypothesis).value is True
    except (Undefined, ZeroDivisionError):
        return False
    except TypeError as error:
        if any(words in str(error) for words in NO_VALUE):
            return False
        raise


def at_instance(
    statement: Statement, bindings: Mapping[str, Any], seconds: float = INSTANCE_SECONDS
) -> tuple[Truth, Any, str]:
    """(truth, proposition, why undefined) at an explicit instance; one that takes too long is undecided."""
    try:
        with time_limit(seconds):
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
    except TypeError as error:
        if any(words in str(error) for words in NO_VALUE):
            return UNDECIDED, None, f"a term has no meaning: {error}"
        raise
