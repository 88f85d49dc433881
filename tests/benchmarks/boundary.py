"""False verdicts at the boundary of a claim, stopped at any of six looks: python tests/benchmarks/boundary.py [runs].

At |Δα| = δ REFUTED is false, at |Δα| = δ + 10⁻³ SUPPORTED is; both counts stand against the level. Half of the
laws are pure powers, half carry a correction. The last line searches 1,000 configurations of a true law,
puts each up for confirmation, and counts searches with a false refutation.
"""

import sys

from numerics.inference import ClaimedLaw, Decision, Design, confirmed, decide
from numerics.streams import stream

SIZES = (32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
SIX = (8, 12, 32, 48, 256, 384)
LEVEL, MARGIN = 0.01, 0.05
DESIGNS = {
    "800 draws, medians of five": Design(SIZES, 800, LEVEL, looks=6, functional="median of five"),
    "64 draws, means": Design(SIZES, 64, LEVEL, looks=6, functional="mean"),
}


def sampler(alpha, run, b):
    """Draws of n^α (1 + b (n/32)^−0.7) with a normal noise of 2 %."""

    def sample(size, draws, purpose):
        noise = stream(run, "boundary", str(b), size, purpose).standard_normal(draws)
        return size**alpha * (1 + b * (size / 32) ** -0.7) * (1 + 0.02 * noise)

    return sample


def false_verdicts(design, beyond, forbidden, runs):
    """How many of the runs end in the forbidden verdict."""
    claims = (ClaimedLaw(0.5 + (-1) ** run * (MARGIN + beyond), MARGIN) for run in range(runs))
    samples = (sampler(0.5, run, 2.0 * (run // 2 % 2)) for run in range(runs))
    return sum(decide(c, design, s).outcome == forbidden for c, s in zip(claims, samples, strict=True))


def misled_searches(searches, configurations=1000):
    """How many searches end with a confirmed refutation of a law whose claim holds at the boundary."""
    design, claim, refuted = Design(SIX, 16, level=LEVEL), ClaimedLaw(0.5, 0.1), Decision("REFUTED")

    def misled(search):
        runs = ((k, search * configurations + k) for k in range(1, configurations + 1))
        return any(confirmed(refuted, claim, design, sampler(0.6, run, 0.0), k).outcome == "REFUTED" for k, run in runs)

    return sum(misled(search) for search in range(searches))


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, design in DESIGNS.items():
        for beyond, forbidden in ((0.0, "REFUTED"), (1e-3, "SUPPORTED")):
            false = false_verdicts(design, beyond, forbidden, runs)
            print(f"{name}, |Δα| = δ + {beyond:g}: {forbidden} {false}/{runs} at level {LEVEL:g}", flush=True)
    searches = max(1, runs // 100)
    print(f"searches of 1,000 configurations of a true law: {misled_searches(searches)}/{searches} misled", flush=True)
