"""Budgets: how much is spent on a reading. Counts decide, so that a verdict does not depend on speed.

quick   all pages of the paper within 120 s on two cores
ci      within 8 minutes
deep    hours
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Budget:
    """`seconds` is the limit at which a step of a reading is cut, its sampling at five times that; the others are
    counts of work.

    `replicates` a size of a measured law, taken in at most `looks` instalments; `configurations` of a domain
    that is drawn are measured at most.
    """

    name: str
    seconds: float
    instances: int
    examples: int
    replicates: int
    looks: int
    configurations: int

    @property
    def sampling_seconds(self) -> float:
        """The limit at which the measurement of a reading is cut."""
        return 5 * self.seconds

    def limited_to(self, seconds: float | None) -> "Budget":
        """The same budget with another time limit per step."""
        return self if seconds is None else replace(self, seconds=seconds)


BUDGETS = {
    b.name: b
    for b in (
        Budget("quick", seconds=20, instances=120, examples=150, replicates=40, looks=2, configurations=8),
        Budget("ci", seconds=90, instances=1_000, examples=1_000, replicates=160, looks=4, configurations=40),
        Budget("deep", seconds=3_600, instances=20_000, examples=20_000, replicates=2_000, looks=8, configurations=400),
    )
}
ORDER = tuple(BUDGETS)


def covers(budget: Budget, needed: str) -> bool:
    """Whether a run with this budget decides a verdict recorded @needed."""
    return ORDER.index(budget.name) >= ORDER.index(needed)
