"""Resummed exponents beside the best values known otherwise, with both errors and whether they agree.

Two values agree when they differ by no more than the sum of their errors. The five-loop series are known to fall
short for ν of the XY and the Heisenberg class: there the table says that they disagree.
"""

from dataclasses import dataclass
from functools import cache

from numerics.resummation import Estimate
from numerics.resummed_exponents import resummed_exponents


@dataclass(frozen=True)
class Known:
    """An exponent of the O(N) class in d dimensions, `value` ± `error` (0 if exact), and who found it."""

    name: str
    N: int
    dimension: int
    exponent: str
    value: float
    error: float
    source: str


_ISING = "Chang et al. 2024, conformal bootstrap (arXiv:2411.15300)"
_XY = "Chester et al. 2020, conformal bootstrap (arXiv:1912.03324)"
_HEISENBERG = "Chester et al. 2021, conformal bootstrap (arXiv:2011.14647)"

KNOWN = (
    Known("Ising", 1, 3, "nu", 0.62997097, 1.2e-7, _ISING),
    Known("Ising", 1, 3, "eta", 0.036297612, 4.8e-8, _ISING),
    Known("Ising", 1, 3, "omega", 0.82968, 2.3e-4, "Simmons-Duffin 2017, conformal bootstrap (arXiv:1612.08471)"),
    Known("XY", 2, 3, "nu", 0.67175, 1.0e-4, _XY),
    Known("XY", 2, 3, "eta", 0.038176, 4.4e-5, _XY),
    Known("XY", 2, 3, "omega", 0.789, 4e-3, "Hasenbusch 2019, Monte Carlo (arXiv:1910.05916)"),
    Known("Heisenberg", 3, 3, "nu", 0.71169, 3.0e-4, _HEISENBERG),
    Known("Heisenberg", 3, 3, "eta", 0.037884, 1.02e-4, _HEISENBERG),
    Known("Heisenberg", 3, 3, "omega", 0.759, 2e-3, "Hasenbusch 2020, Monte Carlo of an icosahedral model"),
    Known("Ising", 1, 2, "nu", 1.0, 0.0, "Onsager 1944, exact"),
    Known("Ising", 1, 2, "eta", 0.25, 0.0, "Onsager, Yang 1952, exact"),
)


@dataclass(frozen=True)
class Row:
    """One line of the table: the resummed estimate beside the known value."""

    known: Known
    resummed: Estimate

    @property
    def agrees(self) -> bool:
        return abs(self.resummed.value - self.known.value) <= self.resummed.error + self.known.error

    @property
    def verdict(self) -> str:
        return "agrees" if self.agrees else "disagrees"


@cache
def comparison() -> tuple[Row, ...]:
    """The rows for `KNOWN`, conformal mapping of the five-loop series."""
    found = {
        (N, d): resummed_exponents("on", d, N=N) for N, d in sorted({(known.N, known.dimension) for known in KNOWN})
    }
    rows = []
    for known in KNOWN:
        best = found[known.N, known.dimension][known.exponent].best
        assert best is not None  # conformal mapping always gives one
        rows.append(Row(known, best))
    return tuple(rows)


def lines() -> list[str]:
    """The table as text, one line a row, with both errors and the verdict."""
    return [
        f"{row.known.name:<10} d={row.known.dimension}  {row.known.exponent:<5}  "
        f"{row.resummed.value:.4f} ± {row.resummed.error:.4f}   {row.known.value:.6g} ± {row.known.error:.2g}   "
        f"{row.verdict:<9}  {row.known.source}"
        for row in comparison()
    ]
