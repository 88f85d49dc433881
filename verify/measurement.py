"""The measured route: sample the law, decide it, confirm a refutation, control the design.

Samples come from streams of their own, one per (page, reading, configuration, purpose, size, replicate):
the numbers do not depend on the selection of items, their order or the number of workers.

Listed configurations are all measured. Where a domain is drawn, Hypothesis looks for a configuration that the
law fails at and shrinks it; what it finds is a candidate, and counts once fresh draws confirm it. The k-th
confirmation within a reading has level 6/(π²k²) of the whole, so that a long search costs no error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, product
from typing import TYPE_CHECKING, Any

from verify.budgets import Budget
from verify.readings import Law, Reading
from verify.seeds import seed_of
from verify.verdicts import Measurement

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.01
ATTEMPTS = 3


class _Sampler:
    """(size, draws, purpose) → fresh values of the law's observable, one stream per draw or per batch."""

    def __init__(self, reading: Reading, law: Law, configuration: Mapping[str, Any], seed: int) -> None:
        self.law = law
        self.seed = seed
        self.name = reading.name
        self.configuration = {name: configuration[name] for name in law.parameters}
        self.used: dict[tuple[str, int], int] = {}
        self.label = ",".join(f"{name}={value}" for name, value in configuration.items())

    def __call__(self, size: int, draws: int, purpose: str) -> "np.ndarray[Any, Any]":
        import numpy as np

        from numerics.streams import stream

        labels = (self.name, self.label, purpose, size)
        if self.law.takes("draws"):
            values = self.law.sampler(size, stream(self.seed, *labels), draws=draws, **self.configuration)
        else:
            first = self._first_of(draws, size, purpose)
            values = [
                self._one(size, stream(self.seed, *labels, k), self._replicate(first + k, purpose))
                for k in range(draws)
            ]
        if np.iscomplexobj(values):
            raise ValueError(f"{self.name}: the sampler returned complex values at size {size}; measure a real one")
        return values if isinstance(values, np.ndarray) else np.array(values)

    def _first_of(self, draws: int, size: int, purpose: str) -> int:
        """How many were drawn before, in earlier looks of the same kind."""
        key = (purpose.split()[0], size)
        first = self.used.get(key, 0)
        self.used[key] = first + draws
        return first

    def _replicate(self, k: int, purpose: str) -> int:
        """Stored replicas are split: even ones decide, odd ones confirm."""
        return 2 * k + (1 if purpose.startswith("confirm") else 0)

    def _one(self, size: int, rng: Any, replicate: int) -> float:
        if self.law.takes("replicate"):
            return self.law.sampler(size, rng, replicate=replicate, **self.configuration)
        return self.law.sampler(size, rng, **self.configuration)


class _Experiment:
    """The law of a reading on the design of a budget; counts its confirmations."""

    def __init__(self, reading: Reading, law: Law, budget: Budget, seed: int) -> None:
        self.reading = reading
        self.law = law
        self.budget = budget
        self.seed = seed
        self.attempts = count(1)

    def measured(self, case: Mapping[str, Any], level: float) -> Measurement:
        """The decision at one configuration: confirmed if it refutes, controlled if it decides."""
        from numerics import inference

        claim, design, sample = self._claim(case), self._design(level), self._sampler(case)
        self._check_repeats(case, design.sizes[0])
        decision, rows = inference.measured(claim, design, sample)
        if decision.outcome == "REFUTED" and decision.reason != "MISFIT":
            decision = inference.confirmed(decision, claim, self._design(LEVEL), sample, next(self.attempts))
        if decision.reason == "MISFIT":  # the claimed exponent may still be right, outside the class that is fitted
            return _as_measurement(claim, self.law, case, decision, "INCONCLUSIVE", "MISFIT")
        if decision.outcome == "INCONCLUSIVE":
            return _as_measurement(claim, self.law, case, decision, decision.outcome, decision.reason)
        plants = inference.plants(claim, design, rows, seed_of(self.seed, self.reading.name, sample.label, "plants"))
        forbidden, undecided = _controls(claim, plants)
        if forbidden:
            return _as_measurement(claim, self.law, case, decision, "INCONCLUSIVE", "BROKEN", (forbidden,))
        if undecided and decision.outcome == "SUPPORTED":
            return _as_measurement(claim, self.law, case, decision, "INCONCLUSIVE", "UNDERPOWERED", (undecided,))
        return _as_measurement(claim, self.law, case, decision, decision.outcome, decision.reason)

    def _check_repeats(self, case: Mapping[str, Any], size: int) -> None:
        """ValueError where the sampler's values at one size do not come again from the same streams."""
        import numpy as np

        try:
            once, again = (np.asarray(self._sampler(case)(size, 2, "repeat"), float) for _ in range(2))
        except (TypeError, ValueError):
            return  # no numbers: the decision says which
        if once.shape == again.shape == (2,) and not np.allclose(once, again, rtol=1e-6, atol=0, equal_nan=True):
            raise ValueError(
                f"{self.reading.name}: at size {size} the sampler gave {once[0]:.6g}, and {again[0]:.6g} from the same "
                f"stream; take all randomness from rng"
            )

    def refuted_once(self, case: Mapping[str, Any], level: float) -> bool:
        """Whether the first look at a configuration refutes: it makes a candidate and nothing more."""
        from numerics import inference

        decision = inference.decide(self._claim(case), self._design(level), self._sampler(case))
        return decision.outcome == "REFUTED" and decision.reason != "MISFIT"

    def _sampler(self, case: Mapping[str, Any]) -> _Sampler:
        return _Sampler(self.reading, self.law, case, self.seed)

    def _claim(self, case: Mapping[str, Any]) -> Any:
        from numerics.inference import ClaimedLaw

        return ClaimedLaw(self.law.exponent_at(case), self.law.margin, self.law.letter, self.law.log_power)

    def _design(self, level: float) -> Any:
        from numerics.inference import DEFAULT_SIZES, Design

        replicates = self.law.replicas // 2 if self.law.replicas else self.budget.replicates
        sizes = self.law.sizes or DEFAULT_SIZES
        return Design(sizes, replicates, level, self.budget.looks, functional=self.law.location)


def configurations(reading: Reading, law: Law) -> list[dict[str, Any]] | None:
    """The values of the reading's listed domains; None where the sampler takes a domain that is drawn."""
    listed = {name: d.values for name, d in reading.domains.items() if d.listed}
    if any(name not in listed for name in law.parameters):
        return None
    return [dict(zip(listed, values, strict=True)) for values in product(*listed.values())]


def measure(reading: Reading, budget: Budget, seed: int) -> Measurement:
    """The law's decision over all its configurations: SUPPORTED if each is, REFUTED if one is."""
    law = reading.measured
    assert law is not None
    try:
        from threadpoolctl import threadpool_limits

        experiment = _Experiment(reading, law, budget, seed)
        cases = configurations(reading, law)
        with threadpool_limits(1):  # small matrices: a second thread costs more than it brings
            if cases is None:
                results = list(_searched(experiment))
            else:
                results = [experiment.measured(case, LEVEL / len(cases)) for case in cases]
    except ModuleNotFoundError as error:
        note = f"{error.name or error} is not installed: pip install 'scale-referee[data]' brings what the pages use"
        return Measurement("INCONCLUSIVE", "NOT-INSTALLED", limits=(note,))
    for outcome in ("REFUTED", "INCONCLUSIVE"):
        for result in results:
            if result.outcome == outcome and (result.reason == "BROKEN" or not _broken(results)):
                return result
    return max(results, key=lambda r: r.error or 0.0)


def _searched(experiment: _Experiment) -> Iterator[Measurement]:
    """What the configurations that Hypothesis finds, or else the first that it draws, give."""
    from hypothesis import strategies as st

    from verify.drawing import found
    from verify.search import strategy_of

    reading, law, budget = experiment.reading, experiment.law, experiment.budget
    space = st.fixed_dictionaries({name: strategy_of(reading.domains[name]) for name in law.parameters})
    level = LEVEL / budget.configurations
    drawn: dict[str, Mapping[str, Any]] = {}
    once: dict[str, bool] = {}

    def candidate(case: Mapping[str, Any]) -> bool:
        key = str(case)
        if key not in once:
            if len(once) >= budget.configurations * (1 + any(once.values())):  # shrinking may look at as many again
                return False
            drawn[key] = case
            once[key] = experiment.refuted_once(case, level)
        return once[key]

    for attempt in range(ATTEMPTS):
        case = found(
            space, candidate, 4 * budget.configurations, seed_of(experiment.seed, reading.name, "cases", str(attempt))
        )
        if case is None:
            break
        result = experiment.measured(case, level)
        if result.outcome == "REFUTED" or result.reason == "BROKEN":
            yield result
            return
        once[str(case)] = False
    cases = list(drawn.values())[: budget.configurations]
    for case in cases:
        result = experiment.measured(case, level)
        yield replace(result, horizon=f"{result.horizon}, {len(cases)} drawn configurations")


def _broken(results: list[Measurement]) -> bool:
    return any(result.reason == "BROKEN" for result in results)


def _controls(claim: Any, controls: Any) -> tuple[str, str]:
    """(the control that gave a forbidden verdict, the control that was not decided), each or ''."""
    if controls.forbidden:
        false = "" if controls.false_exponent is None else f" or {controls.false_exponent:.3g}"
        return f"control: a planted law, exponent {claim.exponent:g}{false}, got the verdict it must never get", ""
    return "", "" if controls.decided else "control: a planted law was not recognised on this design"


def _as_measurement(
    claim: Any,
    law: Law,
    case: Mapping[str, Any],
    decision: Any,
    outcome: str,
    reason: str,
    notes: tuple[str, ...] = (),
) -> Measurement:
    configuration = ", ".join(f"{name} = {value}" for name, value in case.items())
    fit = [f"best fit {decision.best}"] if decision.best else []
    limits = (*notes, *([decision.text] if decision.text else []), *fit, *decision.limits)
    return Measurement(
        outcome,
        reason or None,
        estimate=decision.exponent,
        error=decision.error,
        interval=decision.interval,
        location=decision.location,
        power=decision.power,
        horizon=f"{law.size} ≤ {decision.horizon}",
        rival=decision.rival or None,
        best=decision.best or None,
        worst_pair=decision.worst_pair,
        samples=decision.samples,
        claimed=f"{claim.exponent:.4g} ± {claim.margin:g}" + (f" at {configuration}" if configuration else ""),
        limits=tuple(limits),
        error_budget=dict(decision.error_budget),
    )
