"""Verdicts: an outcome and the evidence for it, two axes always shown together.

    PROVED        every universally quantified variable was symbolic, or ranged over a finite set
    SUPPORTED     not proved: exact at finitely many instances, or measured within a margin
    REFUTED       a witness shows it false
    TRIVIAL       true of everything in sight, or because nothing satisfies the hypotheses
    UNDEFINED     a term has no meaning as printed
    INCONCLUSIVE  not decided; the reason code says why

A state is no verdict: UNWRITTEN, STALE and BROKEN speak of the page, and are always red.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    PROVED = "PROVED"
    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    TRIVIAL = "TRIVIAL"
    UNDEFINED = "UNDEFINED"
    INCONCLUSIVE = "INCONCLUSIVE"


class State(StrEnum):
    """What is wrong with the page itself; OK when nothing is."""

    OK = "OK"
    UNWRITTEN = "UNWRITTEN"
    STALE = "STALE"
    BROKEN = "BROKEN"


REASONS: Mapping[str, str] = MappingProxyType(
    {
        "DESIGN": "the sizes cannot decide a law with this margin",
        "BUDGET": "the recorded verdict needs a larger budget than this run's",
        "UNDERPOWERED": "the same design does not recognise a planted law",
        "LOG-AMBIGUOUS": "a law with a logarithm fits as well",
        "TIMEOUT": "the time limit of the reading was reached",
        "UNDECIDED": "neither derived nor refuted, and no law to measure",
        "NO-CASE": "no case that was drawn satisfies the hypotheses",
        "NOT-INSTALLED": "a package that the measurement needs is missing",
        "UNCONFIRMED": "a refutation that fresh seeds did not confirm",
        "MISFIT": "no law of the declared class fits the data",
        "OUTLIER": "one size is far off the law that fits best",
        "POOR-FIT": "the law that fits best hardly fits, which makes its confidence set too narrow",
        "WIDE": "the confidence set reaches beyond the claim on both accounts",
        "NOT-FINITE": "the data contain NaN or an infinity",
        "ZERO": "the data are zero, and zero has every order",
        "AMPLITUDE-UNRESOLVED": "the signal does not stand out of its noise",
        "AUTOCORRELATED": "the replicates are not independent",
        "TOO-FEW-SIZES": "fewer than six sizes",
        "CHANGING-SIGN": "the data change sign with the size",
    }
)


@dataclass(frozen=True)
class Recorded:
    """A verdict as a page writes it down: SUPPORTED, SUPPORTED @ "ci", INCONCLUSIVE("DESIGN")."""

    outcome: Outcome
    reason: str | None = None
    budget: str = "quick"

    def __call__(self, reason: str) -> "Recorded":
        if self.outcome is not Outcome.INCONCLUSIVE:
            raise ValueError(f"{self.outcome}({reason!r}): only INCONCLUSIVE carries a reason code")
        if reason not in REASONS:
            raise ValueError(f"unknown reason code {reason!r}; the codes are {', '.join(REASONS)}")
        return replace(self, reason=reason)

    def __matmul__(self, budget: str) -> "Recorded":
        if budget not in ("quick", "ci", "deep"):
            raise ValueError(f"{self.outcome} @ {budget!r}: unknown budget; choose quick, ci or deep")
        return replace(self, budget=budget)

    def __str__(self) -> str:
        text = f"{self.outcome}({self.reason})" if self.reason else str(self.outcome)
        return text if self.budget == "quick" else f"{text}@{self.budget}"

    def matches(self, verdict: "Verdict") -> bool:
        """Whether the computed verdict is the recorded one (an INCONCLUSIVE with its reason)."""
        same_reason = self.outcome is not Outcome.INCONCLUSIVE or self.reason == verdict.reason
        return verdict.outcome is self.outcome and same_reason


PROVED = Recorded(Outcome.PROVED)
SUPPORTED = Recorded(Outcome.SUPPORTED)
REFUTED = Recorded(Outcome.REFUTED)
TRIVIAL = Recorded(Outcome.TRIVIAL)
UNDEFINED = Recorded(Outcome.UNDEFINED)
INCONCLUSIVE = Recorded(Outcome.INCONCLUSIVE)


@dataclass(frozen=True)
class Witness:
    """The object that refutes: bindings, the two sides there, and how it was found.

    `minimal` is "smallest" when the domain was enumerated in its stated order, "first" when a
    finite list was gone through (either with "decided" when an earlier case was not), "awkward" when it is
    one of the values where generic identities fail, "shrunk" when a search reduced it, "drawn" when it did
    not. `visible_from` names the coarsest arithmetic in which the two sides differ.
    """

    bindings: Mapping[str, str]
    statement: str
    minimal: str
    visible_from: str | None = None

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.bindings.items())
        return f"{where}: {self.statement}" if where else self.statement


@dataclass(frozen=True)
class Measurement:
    """What a measured law gave: the estimate of the exponent, its confidence `interval`, half of its width as the
    `error`, the `location` of the draws that it is about, and the limits of all."""

    outcome: str
    reason: str | None = None
    estimate: float | None = None
    error: float | None = None
    interval: tuple[float, float] | None = None
    location: str = ""
    power: float | None = None
    horizon: str | None = None
    rival: str | None = None
    best: str | None = None
    worst_pair: tuple[int, int] | None = None
    samples: int = 0
    claimed: str = ""
    limits: tuple[str, ...] = ()
    error_budget: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The checker's answer for one reading, with its evidence, its scope and its limits."""

    outcome: Outcome
    evidence: str | None = None
    value: str = ""
    witness: Witness | None = None
    measurement: Measurement | None = None
    scope: str = ""
    horizon: str | None = None
    limits: tuple[str, ...] = ()
    reason: str | None = None
    steps: tuple[str, ...] = ()
    state: State = State.OK
    problem: str = ""

    def __str__(self) -> str:
        """REFUTED [exact]; SUPPORTED [measured, power 0.95 at 0.07, n ≤ 2048]."""
        if self.state is not State.OK:
            return f"{self.state}"
        if self.outcome is Outcome.INCONCLUSIVE:
            return f"{self.outcome}({self.reason})"
        notes = [self.evidence] if self.evidence else []
        m = self.measurement
        if self.evidence == "measured" and m and m.power is not None and self.outcome is Outcome.SUPPORTED:
            notes.append(f"power 0.95 at {m.power:.2g}")
        if self.outcome is Outcome.SUPPORTED and self.horizon:
            notes.append(self.horizon)
        return f"{self.outcome} [{', '.join(notes)}]" if notes else str(self.outcome)
