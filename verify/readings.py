"""Readings: one formal meaning of a claim each, with its domains, hypotheses, conclusion, and perhaps a law."""

import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from verify.domains import Domain
from verify.verdicts import Recorded

if TYPE_CHECKING:
    from verify.pages import Page


class PageError(ValueError):
    """A page that cannot be judged: the message names the page, the rule and a way out."""


LOCATIONS = ("auto", "mean", "geometric mean", "median of five")


@dataclass(frozen=True)
class Law:
    """A measured law: value ~ size^exponent (ln size)^log_power within ± margin of the exponent, amplitude free.

    With `letter` the amplitude is claimed too: value(n·size) = n^exponent value(size). `sizes` and
    `replicas` are set when the model imposes them (a stored family); otherwise the checker chooses. So it does
    with the `location` of the draws that the law is about, if that is "auto", where it cannot matter.
    """

    exponent: Any
    margin: float
    size: str
    sampler: Callable[..., Any]
    letter: bool = False
    sizes: tuple[int, ...] | None = None
    replicas: int | None = None
    log_power: float = 0.0
    location: str = "auto"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the reading's parameters that the sampler takes."""
        taken = inspect.signature(self.sampler).parameters
        return tuple(name for name in taken if name not in ("size", "rng", "draws", "replicate"))

    def takes(self, name: str) -> bool:
        return name in inspect.signature(self.sampler).parameters

    def exponent_at(self, bindings: Mapping[str, Any]) -> float:
        """The claimed exponent for a configuration."""
        if not callable(self.exponent):
            return float(self.exponent)
        wanted = inspect.signature(self.exponent).parameters
        return float(self.exponent(**{name: bindings[name] for name in wanted}))


@dataclass
class Reading:
    """One formal meaning of a claim: domains, hypotheses, conclusion, and perhaps a law."""

    page: "Page"
    letter: str
    gloss: str
    recorded: Recorded | None
    formula: Callable[..., Any]
    domains: Mapping[str, Domain]
    printed: bool = False
    corrected: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    false_if: str | Callable[..., Any] | None = None
    measured: Law | None = None
    template: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.formula(*args, **kwargs)

    @property
    def name(self) -> str:
        """theorem_3::a, the reading's key in streams and records."""
        return f"{self.page.name}::{self.letter}"

    @property
    def text(self) -> str:
        """The formula as a person wrote it."""
        return inspect.cleandoc(self.formula.__doc__ or "").strip()

    def law(
        self,
        *,
        exponent: Any,
        margin: float,
        size: str,
        letter: bool = False,
        sizes: tuple[int, ...] | None = None,
        replicas: int | None = None,
        log_power: Any = 0,
        location: str = "auto",
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Attach a sampler (size, rng, …) → value that measures the reading.

        `location`: "mean", "geometric mean" or "median of five" of the draws, or "auto".
        """
        if location not in LOCATIONS:
            raise PageError(f"{self.name}: location {location!r}; write one of {', '.join(map(repr, LOCATIONS))}")

        def attach(sampler: Callable[..., Any]) -> Callable[..., Any]:
            law = Law(exponent, float(margin), size, sampler, letter, sizes, replicas, float(log_power), location)
            unknown = set(law.parameters) - set(self.domains)
            if unknown:
                raise PageError(
                    f"{self.name}: the sampler {sampler.__name__} takes {', '.join(sorted(unknown))}, which the "
                    f"reading does not range over; its parameters are {', '.join(self.domains) or 'none'}"
                )
            self.measured = law
            return sampler

        return attach

    def script(self, template: str) -> None:
        """A standalone program, at most 15 lines, that reproduces the counterexample at {bindings}."""
        lines = textwrap.dedent(template).strip().splitlines()
        if len(lines) > 15:
            raise PageError(f"{self.name}: the witness script has {len(lines)} lines; 15 are allowed")
        self.template = "\n".join(lines)


def check_declaration(reading: Reading) -> None:
    page, letter = reading.page, reading.letter
    where = f"{page.path.name}, reading ({letter})"
    if letter in page.readings:
        raise PageError(f"{where}: the letter is taken by {page.readings[letter].formula.__name__}; choose another")
    if not re.fullmatch(r"\w+", letter):
        raise PageError(f"{where}: a reading's letter is made of letters, digits and _; it is part of a node id")
    if reading.recorded is not None and not isinstance(reading.recorded, Recorded):
        raise PageError(
            f"{where}: the recorded verdict is {reading.recorded!r}; write PROVED, SUPPORTED, REFUTED, TRIVIAL, "
            f"UNDEFINED or INCONCLUSIVE('reason') from verify"
        )
    for name, domain in reading.domains.items():
        if not isinstance(domain, Domain):
            raise PageError(
                f"{where}: {name}={domain!r} is no domain; write every(symbol), one_of(…), some(…) or naturals(k)"
            )
    parameters = set(inspect.signature(reading.formula).parameters)
    if parameters != set(reading.domains):
        odd = ", ".join(sorted(parameters ^ set(reading.domains)))
        raise PageError(
            f"{where}: {odd}: the parameters of {reading.formula.__name__} and the domains differ; "
            f"give every parameter a domain of its name"
        )
    _check_symbols(reading, where)
    _check_hypotheses(reading, where)


def _check_symbols(reading: "Reading", where: str) -> None:
    """Two variables are two symbols: one symbol twice would make them equal."""
    owner: dict[object, str] = {}
    for name, domain in reading.domains.items():
        if domain.symbol is not None and domain.symbol in owner:
            raise PageError(
                f"{where}: {owner[domain.symbol]} and {name} both range over the symbol {domain.symbol}; "
                f"give each variable a symbol of its own"
            )
        owner[domain.symbol] = name


def _check_hypotheses(reading: Reading, where: str) -> None:
    """A hypothesis speaks of the reading's own variables, and of nothing else."""
    known = {d.symbol for d in reading.domains.values() if d.symbol is not None}
    for name, hypothesis in reading.given.items():
        if isinstance(hypothesis, bool) or hasattr(hypothesis, "free_symbols"):
            strange = getattr(hypothesis, "free_symbols", set()) - known
        elif callable(hypothesis):
            strange = set(inspect.signature(hypothesis).parameters) - set(reading.domains)
        else:
            raise PageError(f"{where}: the hypothesis {name!r} is {hypothesis!r}; give a SymPy proposition")
        if strange:
            raise PageError(
                f"{where}: the hypothesis {name!r} speaks of {', '.join(sorted(map(str, strange)))}, over which the "
                f"reading is not quantified; its variables are {', '.join(reading.domains) or 'none'}"
            )
