"""The measured route: sample the law, decide it, confirm a refutation, control the design.

Samples come from streams of their own, one per (page, reading, configuration, purpose, size, replicate):
the numbers do not depend on the selection of items, their order or the number of workers.
"""

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from verify.budgets import Budget
from verify.readings import Law, Reading
from verify.seeds import seed_of
from verify.verdicts import Measurement

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.01


class _Sampler:
    """(size, draws, purpose) → values of the law's observable, one stream per draw or per batch."""

    def __init__(self, reading: Reading, law: Law, configuration: Mapping[str, Any], seed: int) -> None:
        self.law = law
        self.seed = seed
        self.name = reading.name
        self.configuration = {name: configuration[name] for name in law.parameters}
        self.kept: dict[tuple[int, int, str], np.ndarray[Any, Any]] = {}
        self.label = ",".join(f"{name}={value}" for name, value in configuration.items())

    def __call__(self, size: int, draws: int, purpose: str) -> "np.ndarray[Any, Any]":
        key = (size, draws, purpose)
        if key not in self.kept:
            self.kept[key] = self._drawn(size, draws, purpose)
        return self.kept[key]

    def _drawn(self, size: int, draws: int, purpose: str) -> "np.ndarray[Any, Any]":
        import numpy as np

        from numerics.streams import stream

        labels = (self.name, self.label, purpose, size)
        if self.law.takes("draws"):
            values = self.law.sampler(size, stream(self.seed, *labels), draws=draws, **self.configuration)
        else:
            values = [self._one(size, stream(self.seed, *labels, k), self._replicate(k, purpose)) for k in range(draws)]
        if np.iscomplexobj(values):
            raise ValueError(f"{self.name}: the sampler returned complex values at size {size}; measure a real one")
        return np.asarray(values, dtype=float)

    def _replicate(self, k: int, purpose: str) -> int:
        """Stored replicas are split: even ones decide, odd ones confirm."""
        return 2 * k + (1 if purpose == "confirm" else 0)

    def _one(self, size: int, rng: Any, replicate: int) -> float:
        if self.law.takes("replicate"):
            return self.law.sampler(size, rng, replicate=replicate, **self.configuration)
        return self.law.sampler(size, rng, **self.configuration)


def configurations(reading: Reading, law: Law) -> list[dict[str, Any]]:
    """The values of the reading's listed domains that the sampler or the exponent depends on."""
    listed = {name: d.values for name, d in reading.domains.items() if d.listed}
    missing = [name for name in law.parameters if name not in listed]
    if missing:
        raise ValueError(
            f"{reading.name}: the sampler takes {', '.join(missing)}, which has no listed values; "
            f"use one_of(…) or some(…) for what is measured"
        )
    return [dict(zip(listed, values, strict=True)) for values in product(*listed.values())]


def measure(reading: Reading, budget: Budget, seed: int) -> Measurement:
    """The law's decision over all its configurations: SUPPORTED if each is, REFUTED if one is."""
    law = reading.measured
    assert law is not None
    try:
        from threadpoolctl import threadpool_limits

        cases = configurations(reading, law)
        with threadpool_limits(1):  # small matrices: a second thread costs more than it brings
            results = [_measured(reading, law, case, LEVEL / len(cases), budget, seed) for case in cases]
    except ModuleNotFoundError as error:
        note = f"{error.name or error} is not installed: pip install 'scale-referee[data]' brings what the pages use"
        return Measurement("INCONCLUSIVE", "NOT-INSTALLED", limits=(note,))
    for outcome in ("REFUTED", "INCONCLUSIVE"):
        for result in results:
            if result.outcome == outcome and (result.reason == "BROKEN" or not _broken(results)):
                return result
    return max(results, key=lambda r: r.error or 0.0)


def _broken(results: list[Measurement]) -> bool:
    return any(result.reason == "BROKEN" for result in results)


def _measured(
    reading: Reading, law: Law, case: Mapping[str, Any], level: float, budget: Budget, seed: int
) -> Measurement:
    from numerics import inference

    claim = inference.ClaimedLaw(law.exponent_at(case), law.margin, law.letter)
    replicates = law.replicas // 2 if law.replicas else budget.replicates
    design = inference.Design(law.sizes or inference.DEFAULT_SIZES, replicates, level)
    sample = _Sampler(reading, law, case, seed)
    decision = inference.decide(claim, design, sample)
    if decision.reason == "MISFIT":  # the claimed exponent may still be right, outside the class that is fitted
        return _as_measurement(claim, law, case, decision, "INCONCLUSIVE", "MISFIT")
    decision = inference.confirmed(decision, claim, design, sample)
    if decision.outcome == "INCONCLUSIVE":
        return _as_measurement(claim, law, case, decision, decision.outcome, decision.reason)
    forbidden, undecided = _controls(claim, design, sample, seed_of(seed, reading.name, sample.label, "plants"))
    if forbidden:
        return _as_measurement(claim, law, case, decision, "INCONCLUSIVE", "BROKEN", (forbidden,))
    if undecided and decision.outcome == "SUPPORTED":
        return _as_measurement(claim, law, case, decision, "INCONCLUSIVE", "UNDERPOWERED", (undecided,))
    return _as_measurement(claim, law, case, decision, decision.outcome, decision.reason)


def _controls(claim: Any, design: Any, sample: _Sampler, seed: int) -> tuple[str, str]:
    """(the control that gave a forbidden verdict, the control that was not decided), each or ''."""
    from numerics import inference

    data = inference.measurements(design.sizes, design.replicates, sample, "measure")
    controls = inference.plants(claim, design, data, seed)
    if controls.forbidden:
        false = "" if controls.false_exponent is None else f" or {controls.false_exponent:.3g}"
        return f"control: a planted law, exponent {claim.exponent:g}{false}, got the verdict it must never get", ""
    if not controls.decided:
        return "", "control: a planted law was not recognised on this design"
    return "", ""


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
    limits = (*notes, *([decision.text] if decision.text else []), *decision.limits)
    return Measurement(
        outcome,
        reason or None,
        estimate=decision.exponent,
        error=decision.error,
        power=decision.power,
        horizon=f"{law.size} ≤ {decision.horizon}",
        rival=decision.rival or None,
        worst_pair=decision.worst_pair,
        samples=decision.samples,
        claimed=f"{claim.exponent:.4g} ± {claim.margin:g}" + (f" at {configuration}" if configuration else ""),
        limits=tuple(limits),
        error_budget=dict(decision.error_budget),
    )
