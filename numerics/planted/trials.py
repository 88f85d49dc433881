"""One run of a planted law: the decision, and on the same draws what the protocols beside it say.

Statement
    The draws of run r of a law come from the stream (seed, "planted", id, r, …): they do not depend on
    which other laws run, in what order, or on how many workers. The decision takes as many of them as
    it asks for, up to the law's `reps` a size; the straight line looks as often, at ⅛, ¼, ½ and all of them.

    Where the design is refused before sampling, the decision on all the draws is asked for all the same
    and counted: that is the harder test. The refusal is reported beside it.
"""

import time
from dataclasses import dataclass

import numpy as np

from numerics.inference import Decision, decide, judge, refusal
from numerics.inference.estimates import Array
from numerics.planted.laws import PlantedLaw, simulate
from numerics.planted.protocols import log_log_fit, two_size_protocol
from numerics.streams import stream

METHODS = ("decision", "two sizes", "log-log fit")


@dataclass(frozen=True)
class Trial:
    """Outcomes by method, in the order of METHODS, and what the decision took."""

    outcomes: tuple[str, ...]
    reason: str
    looks: int
    samples: int
    seconds: float


class Draws:
    """(size, draws, purpose) → values of one run, each used once; draws beyond `reps` open a further block."""

    def __init__(self, law: PlantedLaw, run: int, seed: int) -> None:
        self.law = law
        self.address = (seed, "planted", law.id, run)
        self.blocks: dict[str, Array] = {}
        self.used: dict[tuple[str, int], int] = {}

    def __call__(self, size: int, draws: int, purpose: str) -> Array:
        kind = purpose.split()[0]
        first = self.used.get((kind, size), 0)
        self.used[kind, size] = first + draws
        return self.values(kind, first + draws)[self.law.sizes.index(size), first : first + draws]

    def values(self, kind: str, draws: int) -> Array:
        """The first draws (J, at least draws) of one purpose."""
        have = self.blocks.get(kind, np.empty((len(self.law.sizes), 0)))
        while have.shape[1] < draws:
            rng = stream(*self.address, kind, have.shape[1])
            have = np.hstack([have, simulate(self.law, rng)])
        self.blocks[kind] = have
        return have


def trial(law: PlantedLaw, run: int, seed: int = 0) -> Trial:
    """Run number `run` of the law."""
    draws, design = Draws(law, run, seed), law.design
    data = draws.values("measure", law.reps)[:, : law.reps]
    started = time.perf_counter()
    decision = decided(law, draws, data)
    seconds = time.perf_counter() - started
    looks = tuple(max(1, law.reps >> k) for k in reversed(range(design.looks)))
    power = data / law.claimed_logarithm[:, None]
    beside = (
        two_size_protocol(law.claim, law.sizes, power),
        log_log_fit(law.claim, law.sizes, power, looks),
    )
    return Trial((decision.outcome, *beside), decision.reason, decision.looks, decision.samples, seconds)


def decided(law: PlantedLaw, draws: Draws, data: Array) -> Decision:
    """By looks, or on all the data (J, reps) where the design would be refused."""
    if refusal(law.claim, law.design):
        return judge(law.claim, law.design, data)
    return decide(law.claim, law.design, draws)
