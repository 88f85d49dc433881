"""The checker: eight steps from a reading to its verdict.

    1 lint      hypotheses that contradict each other, a conclusion that is one of them, `by`
    2 derive    the proposition at the symbols
    3 drop      each hypothesis in turn, or the declared variation `false_if`
    4 search    explicit instances, the smallest counterexample first
    5 measure   the law, on the sampler's own streams
    6 confirm   a measured refutation on fresh seeds; a witness up the precision ladder
    7 control   a planted truth and a planted falsehood on the same design
    8 repair    the corrected readings of the page, named beside a failure

Steps 2 and 4 are `statements.decide`, steps 5 to 7 `measurement.measure`; step 8 happens where a
claim is assembled, since the corrected statement is a reading of its own and has its own verdict.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from verify.budgets import BUDGETS, ORDER, Budget
from verify.clock import OutOfTime, time_limit
from verify.combination import BROKEN, FORMAL, MEASURED, combined
from verify.formal import Finding, decide
from verify.ladder import sides, visible_from
from verify.lint import lint
from verify.readings import Reading
from verify.seeds import seed_of
from verify.statements import Statement
from verify.verdicts import Measurement, Outcome, State, Verdict, Witness

SPENT = ("WIDE", "UNDERPOWERED", "LOG-AMBIGUOUS", "OUTLIER", "POOR-FIT", "AMPLITUDE-UNRESOLVED")


def statement_of(reading: Reading) -> Statement:
    """The reading's quantified statement."""
    return Statement(reading.name, reading.formula, reading.domains, reading.given)


def scope_of(reading: Reading) -> str:
    """∀ domains, given hypotheses: over what the verdict speaks."""
    over = "; ".join(f"{name}: {domain}" for name, domain in reading.domains.items())
    given = "; given " + ", ".join(reading.given) if reading.given else ""
    by = f"; reduced by {reading.by}" if reading.by else ""
    return (over or "one statement") + given + by


# 3 drop ---------------------------------------------------------------------------------------------


def dropped(reading: Reading, budget: Budget, seed: int) -> tuple[str, ...]:
    """What happens without each hypothesis: the instance that needs it, or that it was not used."""
    notes = []
    for name in reading.given:
        finding = decide(statement_of(reading).without(name), budget, seed_of(seed, reading.name, "drop", name))
        example = finding.counterexample
        if example is not None:
            happens = "has no meaning" if example.undefined else "fails"
            notes.append(f"without {name!r} it {happens}{_at(example.bindings)}")
        elif finding.truth == "true":
            notes.append(f"not used: {name}")
        else:
            notes.append(f"not seen to be needed: {name}")
    return tuple(notes)


@cache
def _decided(reading_key: "_Key", budget: Budget, seed: int) -> Finding:
    reading = reading_key.reading
    return decide(statement_of(reading), budget, seed_of(seed, reading.name, "search"))


class _Key:
    """A reading as a cache key, by identity."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def __hash__(self) -> int:
        return id(self.reading)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.reading is self.reading


def varied(reading: Reading, budget: Budget, seed: int) -> tuple[str | None, tuple[str, ...]]:
    """(why the reading is trivial or None, notes) from the variation that ought to be false."""
    changed = reading.false_if
    if changed is None:
        return None, () if reading.given else ("no variation was declared that must fail",)
    if isinstance(changed, str):
        finding, name = _decided(_Key(reading.page.readings[changed]), budget, seed), f"reading ({changed})"
    else:
        statement = Statement(reading.name, changed, reading.domains, reading.given)
        finding = decide(statement, budget, seed_of(seed, reading.name, "variation"))
        name = (changed.__doc__ or "the variation").strip().rstrip(".")
    if finding.truth == "true":
        return f"it stays true when changed to: {name}", ()
    if finding.counterexample is not None and not finding.counterexample.undefined:
        return None, (f"{name} fails{_at(finding.counterexample.bindings)}, as it must",)
    return None, (f"{name} was not refuted, so the test of the hypotheses has no force",)


# 6 confirm ------------------------------------------------------------------------------------------


def _at(bindings: Mapping[str, Any]) -> str:
    return f" at {', '.join(f'{name} = {value}' for name, value in bindings.items())}" if bindings else ""


def witness_of(finding: Finding) -> Witness | None:
    """The counterexample as a witness, with the arithmetic from which on it is visible."""
    example = finding.counterexample
    if example is None:
        return None
    bindings = {name: str(value) for name, value in example.bindings.items()}
    if example.undefined:
        return Witness(bindings, example.undefined, example.minimal)
    return Witness(bindings, sides(example.proposition), example.minimal, visible_from(example.proposition))


# the verdict ----------------------------------------------------------------------------------------


def check(reading: Reading, budget: Budget = BUDGETS["quick"], seed: int = 0) -> Verdict:
    """The verdict of a reading. Nothing that the page does, except a crash of Python, leaves this function."""
    stale = reading.page.staleness()
    if stale:
        return Verdict(Outcome.INCONCLUSIVE, state=State.STALE, problem=stale, scope=scope_of(reading))
    try:
        return _checked(reading, budget, seed)
    except OutOfTime:
        return Verdict(Outcome.INCONCLUSIVE, reason="TIMEOUT", scope=scope_of(reading), value="cut by the time limit")
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        return Verdict(Outcome.INCONCLUSIVE, state=State.BROKEN, problem=problem, scope=scope_of(reading))


def _checked(reading: Reading, budget: Budget, seed: int) -> Verdict:
    with time_limit(budget.seconds):
        trivial = lint(reading, statement_of(reading))
    if trivial:
        return Verdict(Outcome.TRIVIAL, "derivation", trivial, scope=scope_of(reading), steps=(f"lint: {trivial}",))
    finding = _decided(_Key(reading), budget, seed)
    measured = _measured(reading, budget, seed) if reading.measured else None
    notes: tuple[str, ...] = finding.notes
    kind = finding.truth
    if kind in ("true", "tried"):
        trivial, changed = varied(reading, budget, seed)
        notes += changed + dropped(reading, budget, seed)
        kind = "trivial" if trivial else kind
    return _concluded(reading, finding, kind, trivial, measured, notes)


def _measured(reading: Reading, budget: Budget, seed: int) -> Measurement:
    """The measurement, cut where a sampler takes too long."""
    from verify.measurement import measure

    try:
        with time_limit(budget.sampling_seconds):
            found = measure(reading, budget, seed)
        larger = ORDER[ORDER.index(budget.name) + 1 :]
        if found.reason in SPENT and larger and not (reading.measured and reading.measured.replicas):
            return replace(found, limits=(*found.limits, f"--budget {larger[0]} draws more"))
        return found
    except OutOfTime:
        note = (
            f"the sampler did not finish within {budget.sampling_seconds:g} s; make it faster, or give more --seconds"
        )
        return Measurement("INCONCLUSIVE", "TIMEOUT", limits=(note,))


def _concluded(
    reading: Reading,
    finding: Finding,
    kind: str,
    trivial: str | None,
    measured: Measurement | None,
    notes: tuple[str, ...],
) -> Verdict:
    outcome, source = combined(kind, measured.outcome if measured else "none")
    limits = notes + (measured.limits if measured else ())
    if measured and measured.outcome == "INCONCLUSIVE":
        rest = "nothing else decides" if outcome is Outcome.INCONCLUSIVE else "the verdict rests on the formula alone"
        limits += (f"the measurement is INCONCLUSIVE({measured.reason}): {rest}",)
    steps = _steps(finding, kind, trivial, measured)
    if outcome == BROKEN:
        problem = f"the formula says {kind}, the measurement says {measured.outcome if measured else 'nothing'}"
        return Verdict(
            Outcome.INCONCLUSIVE,
            state=State.BROKEN,
            problem=problem,
            witness=witness_of(finding),
            measurement=measured,
            scope=scope_of(reading),
            limits=limits,
            steps=steps,
        )
    assert isinstance(outcome, Outcome)
    if measured and measured.reason == "BROKEN":
        return Verdict(
            Outcome.INCONCLUSIVE,
            state=State.BROKEN,
            problem="; ".join(measured.limits),
            measurement=measured,
            scope=scope_of(reading),
            steps=steps,
        )
    formal = source == FORMAL
    return Verdict(
        outcome,
        evidence=(finding.evidence or "exact") if formal else "measured" if source == MEASURED else None,
        value=trivial or ("" if formal else _value(measured)),
        witness=witness_of(finding) if formal else _pair(measured),
        measurement=measured,
        scope=scope_of(reading),
        horizon=finding.reach if formal and outcome is Outcome.SUPPORTED else measured.horizon if measured else None,
        limits=limits,
        reason=_reason(outcome, finding, measured),
        steps=steps,
    )


def _reason(outcome: Outcome, finding: Finding, measured: Measurement | None) -> str | None:
    if outcome is not Outcome.INCONCLUSIVE:
        return None
    if measured:
        return measured.reason
    if finding.timed_out:
        return "TIMEOUT"
    return "NO-CASE" if any(note.startswith("no case") for note in finding.notes) else "UNDECIDED"


def _value(measured: Measurement | None) -> str:
    if measured is None or measured.estimate is None:
        return ""
    of = f" of the {measured.location}" if measured.location not in ("", "mean") else ""
    within = " in [{:.3g}, {:.3g}]".format(*measured.interval) if measured.interval else ""
    return f"exponent{of} {measured.estimate:.3g}{within}, claimed {measured.claimed}"


def _pair(measured: Measurement | None) -> Witness | None:
    if measured is None or measured.outcome != "REFUTED" or measured.worst_pair is None:
        return None
    small, large = measured.worst_pair
    return Witness({"sizes": f"{small} and {large}"}, _value(measured), "largest misfit")


def _steps(finding: Finding, kind: str, trivial: str | None, measured: Measurement | None) -> tuple[str, ...]:
    steps = [f"formula: {finding.truth}" + (f" [{finding.evidence}]" if finding.evidence else "")]
    steps.append(f"instances: {finding.tried} decided" + (f" ({finding.reach})" if finding.reach else ""))
    if kind == "trivial":
        steps.append(f"variation: {trivial}")
    if measured:
        value = f", {_value(measured)}" if measured.estimate is not None else ""
        steps.append(f"measured: {measured.outcome}{value}")
    return tuple(steps)
