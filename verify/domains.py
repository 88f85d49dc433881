"""Domains: over what a reading is quantified. The kind of domain makes the scope of a verdict computable.

every(x)      symbolic: the formula is decided at the symbol, and tried at small exact instances
one_of(…)     a finite set, exhausted
some(…)       listed values or a Hypothesis strategy: searched, never exhausted
naturals(k)   k, k + 1, k + 2, …: enumerated in order, never exhausted
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice, takewhile
from typing import Any

from sympy import I, Integer, Rational, Symbol


@dataclass(frozen=True)
class Domain:
    """One universally quantified variable.

    `kind` is every, one_of, some or naturals; `values` the listed ones; `symbol` that of `every`;
    `strategy` a function without arguments that returns a Hypothesis strategy.
    """

    kind: str
    values: tuple[Any, ...] = ()
    symbol: Symbol | None = None
    start: int = 1
    strategy: Callable[[], Any] | None = field(default=None, compare=False)
    name: str = ""

    @property
    def symbolic(self) -> bool:
        return self.symbol is not None

    @property
    def listed(self) -> bool:
        return bool(self.values)

    @property
    def proves(self) -> bool:
        """Whether truth on this domain as handled is truth for all of it."""
        return self.kind in ("every", "one_of")

    def in_order(self) -> Iterator[Any] | None:
        """The elements in their stated order, or None when only a search can produce them."""
        if self.symbol is not None:
            return instances(self.symbol)
        if self.kind == "naturals":
            return (Integer(k) for k in count(self.start))
        return iter(self.values) if self.listed else None

    def __str__(self) -> str:
        if self.symbol is not None:
            return f"every {self.name or _assumed(self.symbol)}"
        if self.kind == "naturals":
            return f"naturals from {self.start}"
        if self.listed:
            return ("" if self.kind == "one_of" else "some of ") + ", ".join(map(str, self.values))
        return self.name or "drawn"


def every(symbol: Symbol) -> Domain:
    """∀ symbol, within the assumptions that the symbol carries."""
    if not isinstance(symbol, Symbol):
        raise ValueError(f"every({symbol!r}): not a SymPy symbol; use one_of or some for values")
    return Domain("every", symbol=symbol)


def one_of(*values: Any) -> Domain:
    """A finite set, gone through completely."""
    if not values:
        raise ValueError("one_of(): an empty set makes every statement true; list the values")
    return Domain("one_of", values=values)


def some(*values: Any, name: str = "") -> Domain:
    """Listed values, or one function that returns a Hypothesis strategy: a search, no proof."""
    if not values:
        raise ValueError("some(): give values, or a function that returns a Hypothesis strategy")
    if len(values) == 1 and callable(values[0]):
        return Domain("some", strategy=values[0], name=name)
    return Domain("some", values=values, name=name)


def naturals(start: int = 1) -> Domain:
    """start, start + 1, …, enumerated: a counterexample that is found is the smallest."""
    return Domain("naturals", start=start)


def _assumed(symbol: Symbol) -> str:
    """Every assumption that the symbol carries, as it was made."""
    facts = [fact if truth else f"not {fact}" for fact, truth in symbol._assumptions_orig.items()]
    return " ".join(facts) or "complex"


def _rationals() -> Iterator[Rational]:
    """0, 1, −1, 2, −2, 1/2, −1/2, 3, …, by height."""
    yield Integer(0)
    for height in count(1):
        for p, q in _of_height(height):
            yield Rational(p, q)
            yield Rational(-p, q)


def _of_height(height: int) -> Iterator[tuple[int, int]]:
    from math import gcd

    yield from ((height, q) for q in range(1, height + 1) if gcd(height, q) == 1)
    yield from ((p, height) for p in range(1, height) if gcd(p, height) == 1)


def _complex_rationals() -> Iterator[Any]:
    for k, real in enumerate(_rationals()):
        yield real
        if k % 3 == 1:
            yield I * real


def instances(symbol: Symbol) -> Iterator[Any]:
    """Exact values that the symbol's assumptions admit, smallest height first."""
    source: Iterable[Any] = _rationals() if symbol.is_extended_real else _complex_rationals()
    if symbol.is_integer:
        source = _integers()
    bounded = takewhile(lambda pair: pair[0] < 10**5, enumerate(source))
    return (value for _, value in bounded if admitted(symbol, value))


def _integers() -> Iterator[Integer]:
    yield Integer(0)
    for k in count(1):
        yield Integer(k)
        yield Integer(-k)


def admitted(symbol: Symbol, value: Any) -> bool:
    """Whether the value satisfies every assumption of the symbol."""
    return all(getattr(value, f"is_{fact}") is truth for fact, truth in symbol._assumptions_orig.items())


def diagonal(streams: list[Iterator[Any]], limit: int) -> Iterator[tuple[Any, ...]]:
    """Tuples of elements by the sum of their ranks, then lexicographically; at most `limit`."""
    if not streams:
        yield ()
        return
    pools: list[list[Any]] = [list(islice(stream, limit)) for stream in streams]
    if not all(pools):
        return
    produced = 0
    for total in range(sum(len(pool) for pool in pools)):
        for ranks in _compositions(total, [len(pool) for pool in pools]):
            yield tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
            produced += 1
            if produced >= limit:
                return


def _compositions(total: int, lengths: list[int]) -> Iterator[tuple[int, ...]]:
    """Tuples of ranks, each below its length, that sum to `total`, in lexicographic order."""
    if len(lengths) == 1:
        if total < lengths[0]:
            yield (total,)
        return
    for first in range(min(total, lengths[0] - 1) + 1):
        for rest in _compositions(total - first, lengths[1:]):
            yield (first, *rest)
