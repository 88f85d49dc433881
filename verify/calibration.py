"""Running planted laws through the decision, on several processes, and counting what came out.

A run of a law depends on its address alone, so what a journal holds is used again: the same law, seed, run
and code give the same trial. A run that was interrupted goes on from there.
"""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from numerics.planted import PlantedLaw, Trial

SCHEMA = "scale-referee/calibration/1"
BATCH = 10
TOLERATED = 0.05

Run = tuple["PlantedLaw", int]
Told = Callable[[int, int], None]


@dataclass
class Calibration:
    """Trials by law, in the order of the laws; `complete` unless it was interrupted."""

    laws: Sequence["PlantedLaw"]
    seed: int
    trials: dict[str, list["Trial"]] = field(default_factory=dict)
    complete: bool = True

    def rows(self) -> list[dict[str, Any]]:
        """One entry a law with at least one run."""
        return [self._row(law) for law in self.laws if self.trials[law.id]]

    def families(self) -> list[dict[str, Any]]:
        """One entry a family, its laws' runs together; the last is all of them."""
        names = dict.fromkeys(law.family for law in self.laws if self.trials[law.id])
        chosen = [(name, [law for law in self.laws if law.family == name]) for name in names]
        return [
            {"family": name, "laws": sum(bool(self.trials[law.id]) for law in laws)} | self._rates(laws)
            for name, laws in [*chosen, ("all", list(self.laws))]
        ]

    def flagged(self) -> list[str]:
        """Laws with a forbidden verdict in over 5 % of their runs; generated laws count by family."""
        laws = [row["id"] for row in self.rows() if row["forbidden_rate"] > TOLERATED and not _generated(row["family"])]
        families = [row["family"] for row in self.families() if row["forbidden_rate"] > TOLERATED]
        return laws + [name for name in families if _generated(name)]

    def document(self, problems: Sequence[str] = ()) -> dict[str, Any]:
        """The JSON document: laws, families, and the laws that could not be read."""
        return {
            "schema": SCHEMA,
            "complete": self.complete,
            "seed": self.seed,
            "laws": self.rows(),
            "families": self.families(),
            "unreadable": list(problems),
        }

    def _row(self, law: "PlantedLaw") -> dict[str, Any]:
        from numerics.inference import refusal

        found = self.trials[law.id]
        entry = {"id": law.id, "family": law.family, "ideal": law.ideal, "forbidden": list(law.forbidden)}
        verdicts = dict(Counter(trial.outcomes[0] for trial in found))
        reasons = dict(Counter(trial.reason for trial in found if trial.reason))
        told = {"verdicts": verdicts, "reasons": reasons, "refusal": refusal(law.claim, law.design)}
        return entry | self._rates([law]) | told

    def _rates(self, laws: Sequence["PlantedLaw"]) -> dict[str, Any]:
        from numerics.planted import METHODS, clopper_pearson

        pairs = [(law, trial) for law in laws for trial in self.trials[law.id]]
        runs = len(pairs)

        def rated(name: str, hits: int) -> dict[str, Any]:
            interval = [round(end, 5) for end in clopper_pearson(hits, runs)]
            return {f"{name}_rate": hits / runs if runs else 0.0, f"{name}_interval": interval}

        counts = {"runs": runs}
        counts |= rated("forbidden", sum(trial.outcomes[0] in law.forbidden for law, trial in pairs))
        counts |= rated("ideal", sum(trial.outcomes[0] == law.ideal for law, trial in pairs))
        counts |= rated("inconclusive", sum(trial.outcomes[0] == "INCONCLUSIVE" for _, trial in pairs))
        counts["looks"] = round(mean(trial.looks for _, trial in pairs), 2) if runs else 0
        counts["samples"] = round(mean(trial.samples for _, trial in pairs)) if runs else 0
        counts["seconds"] = round(median(trial.seconds for _, trial in pairs), 4) if runs else 0.0
        counts["beside"] = {
            method: rated("forbidden", sum(trial.outcomes[place] in law.forbidden for law, trial in pairs))
            for place, method in enumerate(METHODS)
            if place
        }
        return counts


def calibrate(
    laws: Sequence["PlantedLaw"],
    runs: Callable[["PlantedLaw"], int],
    seed: int = 0,
    workers: int = 1,
    journal: Path | None = None,
    told: Told | None = None,
) -> Calibration:
    """`runs(law)` trials of each law; an interrupt ends it early and keeps what there is. ValueError for equal ids."""
    found: dict[str, dict[int, Trial]] = {law.id: {} for law in laws}
    if len(found) < len(laws):
        twice = [name for name, count in Counter(law.id for law in laws).items() if count > 1]
        raise ValueError(f"planted laws {twice}: stand twice among the laws; give each its own id")
    kept = _kept(journal, laws, seed) if journal else {}
    wanted = [(law, run) for law in laws for run in range(runs(law))]
    for law, run in wanted:
        if trial := kept.get((_key(law, seed), run)):
            found[law.id][run] = trial
    todo = [(law, run) for law, run in wanted if run not in found[law.id]]
    complete, done = True, len(wanted) - len(todo)
    with _journal(journal) as file:
        try:
            for batch, trials in _results(todo, seed, workers):
                for (law, run), trial in zip(batch, trials, strict=True):
                    found[law.id][run] = trial
                    if file:
                        file.write(json.dumps([_key(law, seed), run, asdict(trial)]) + "\n")
                if file:
                    file.flush()
                done += len(batch)
                if told:
                    told(done, len(wanted))
        except KeyboardInterrupt:
            complete = False
    ordered = {name: [trials[run] for run in sorted(trials)] for name, trials in found.items()}
    return Calibration(laws, seed, ordered, complete)


def _results(todo: Sequence[Run], seed: int, workers: int) -> Iterator[tuple[Sequence[Run], list["Trial"]]]:
    batches = [todo[start : start + BATCH] for start in range(0, len(todo), BATCH)]
    if workers == 1 or len(batches) < 2:
        for batch in batches:
            yield batch, _ran(batch, seed)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(min(workers, len(batches)), mp_context=get_context("spawn"), initializer=_alone)
    try:
        waiting = {pool.submit(_ran, batch, seed): batch for batch in batches}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone() -> None:
    """A worker has one thread, set before NumPy is imported, and leaves interrupts to its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _ran(batch: Sequence[Run], seed: int) -> list["Trial"]:
    from threadpoolctl import threadpool_limits

    from numerics.planted import trial

    with threadpool_limits(1):
        return [trial(law, run, seed) for law, run in batch]


@contextmanager
def _journal(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n")  # ends a line that was cut off
        yield file


def _kept(path: Path, laws: Sequence["PlantedLaw"], seed: int) -> dict[tuple[str, int], "Trial"]:
    """What the journal holds of these laws; a last line that was cut off is left out."""
    from numerics.planted import Trial

    keys = {_key(law, seed) for law in laws}
    kept = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            key, run, trial = json.loads(line)
            if key in keys:
                kept[key, run] = Trial(**trial | {"outcomes": tuple(trial["outcomes"])})
        except (ValueError, TypeError, KeyError):
            continue
    return kept


def _key(law: "PlantedLaw", seed: int) -> str:
    from numerics.planted import entry_of

    address: Mapping[str, Any] = {"law": entry_of(law), "seed": seed, "code": _code()}
    return sha256(json.dumps(address, sort_keys=True).encode()).hexdigest()[:24]


@cache
def _code() -> str:
    """A fingerprint of what decides."""
    from numerics import inference, planted

    folders = [Path(package.__path__[0]) for package in (inference, planted)]
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _generated(family: str) -> bool:
    return family.startswith("random: ")
