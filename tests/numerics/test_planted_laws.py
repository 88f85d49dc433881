"""Laws with a known truth: no verdict may be one that the truth forbids.

The laws are tests/data/planted_laws.json. Most have a margin of 0.03, which over their range is too narrow
for a design to be accepted (margin·ln(range) < 0.24); so the verdict on the data is asked for directly,
which is the harder test. The naive verdict is that of a straight line through the log-log means.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import linregress

from numerics.inference import ClaimedLaw, Design, judge, refusal
from numerics.streams import stream

LAWS = {law["id"]: law for law in json.loads((Path(__file__).parents[1] / "data/planted_laws.json").read_text())}
WORDS = {name: getattr(np, name) for name in ("log", "log2", "exp", "cos", "where", "nan", "inf", "pi")}
RUNS = 6


def draws_of(law: dict, rng: np.random.Generator) -> np.ndarray:
    """Draws (J, reps) of a planted law with its noise; contamination grows from 2 % to 14 %."""
    n = np.array(law["sizes"], float)
    shape = (len(n), law["reps"])
    with np.errstate(invalid="ignore"):
        value = np.broadcast_to(eval(law["law"], WORDS | {"n": n}), n.shape)[:, None] * np.ones(shape)
    noise = law["noise"]
    match noise["kind"]:
        case "none":
            return value
        case "mult_gauss":
            return value * (1 + noise["sigma"] * rng.standard_normal(shape))
        case "add_gauss":
            return value + noise["sigma"] * rng.standard_normal(shape)
        case "mult_t":
            return value * (1 + noise["sigma"] * rng.standard_t(noise["df"], shape))
        case "lognormal":
            return value * np.exp(noise["sigma"] * rng.standard_normal(shape))
        case "shared":
            return value * (1 + noise["sigma"] * rng.standard_normal(shape[1]))
        case "ar1":
            return value * (1 + noise["sigma"] * autoregressive(noise["rho"], rng.standard_normal(shape)))
        case "outliers_n":
            far = rng.random(shape) < noise["p"] * (n[:, None] / n[0]) ** 0.4
            return value * (1 + noise["sigma"] * rng.standard_normal(shape)) * np.where(far, noise["scale"], 1)
    raise NotImplementedError(f"planted noise {noise['kind']}")


def autoregressive(rho: float, white: np.ndarray) -> np.ndarray:
    red = white.copy()
    for i in range(1, white.shape[1]):
        red[:, i] = rho * red[:, i - 1] + np.sqrt(1 - rho**2) * white[:, i]
    return red


def naive(claim: ClaimedLaw, sizes: tuple[int, ...], data: np.ndarray) -> str:
    """Whether the slope of log |mean| against log n is within the margin; that is all."""
    mean = np.abs(data.mean(axis=1)) if np.isfinite(data).all() else np.zeros(len(data))
    if not mean.all():
        return "INCONCLUSIVE"
    slope = linregress(np.log(sizes), np.log(mean)).slope
    return "SUPPORTED" if abs(slope - claim.exponent) <= claim.margin else "REFUTED"


def verdicts(law: dict, runs: int) -> tuple[Counter, Counter]:
    """Outcomes of the referee and of the straight line over independent runs."""
    claim = ClaimedLaw(law["claim"]["alpha0"], law["claim"]["delta"])
    design = Design(tuple(law["sizes"]), law["reps"], functional="median of five")
    referee, line = Counter(), Counter()
    for run in range(runs):
        data = draws_of(law, stream(0, "planted", law["id"], run))
        referee[judge(claim, design, data).outcome] += 1
        line[naive(claim, design.sizes, data)] += 1
    return referee, line


@pytest.mark.parametrize("name", LAWS)
def test_no_planted_law_gets_a_forbidden_verdict(name):
    law = LAWS[name]
    referee, line = verdicts(law, RUNS)
    print(f"{name}: referee {dict(referee)}, straight line {dict(line)}, ideal {law['ideal']}")
    assert not set(referee) & set(law["forbidden"])


def test_a_straight_line_falls_into_the_trap_that_was_laid_for_it():
    referee, line = verdicts(LAWS["naive_ols_trap"], RUNS)
    assert line["SUPPORTED"] == RUNS
    assert referee["REFUTED"] == RUNS


def test_the_benchmark_distinguishes_the_verdicts():
    decided = {name: verdicts(LAWS[name], 1)[0] for name in ("corr_om1.0_b5.0", "wrong_by_0.1_delta.03", "zero")}
    assert [outcome for count in decided.values() for outcome in count] == ["SUPPORTED", "REFUTED", "INCONCLUSIVE"]


def test_margins_too_narrow_for_the_range_are_refused():
    narrow = [law for law in LAWS.values() if law["claim"]["delta"] * np.log(law["sizes"][-1] / law["sizes"][0]) < 0.24]
    assert len(narrow) >= 40
    for law in narrow:
        claim = ClaimedLaw(law["claim"]["alpha0"], law["claim"]["delta"])
        assert refusal(claim, Design(tuple(law["sizes"]), law["reps"]))
