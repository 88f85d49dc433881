"""Random laws of known truth, from a seed: the checker has not seen them, and nobody has tuned it on them.

Statement
    n = 32 … 4096 (15 sizes 2^k and 3·2^k), δ = 0.05, x = n/32, amplitude A with |A| log-uniform on
    [0.1, 100] and either sign, α₀ uniform on [−2, 2]; noise normal, t₃ or log-normal, σ log-uniform
    on [0.002, 0.03], 800 draws a size.

    in class         A n^α₀ (1 + b x^−ω),  |b| log-uniform on [0.05, 5], b > −0.9,  ω uniform on [½, 2½]
    two corrections  A n^α₀ (1 + b x^−ω + b′ x^−ω′), b and b′ on [−0.45, 2], ω on [½, 1½], ω′ − ω on [0.3, 1.5]
    wrong exponent   in class with the exponent α₀ ± Δ,  Δ uniform on [δ + 0.04, 0.3]
    log              A n^α₀ (ln n)^p, p ∈ {±½, ±1, ±3/2, ±2}, or A n^α₀ (ln n + c), 0 ≤ c ≤ 5
    adversarial log  the same law, claimed to have the exponent that the class fits to it, which is off by over δ
    log-periodic     A n^α₀ (1 + c cos(2π ln n/ln λ + φ)), c on [0.05, 0.3], λ on [1.5, 6]

    Labels: REFUTED is forbidden of the first two, SUPPORTED of the others.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from numerics.inference import ClaimedLaw
from numerics.inference.estimates import Array
from numerics.inference.fits import LARGEST_CORRECTION
from numerics.planted.expressions import evaluated
from numerics.planted.laws import PlantedLaw
from numerics.streams import stream

SIZES = (32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
MARGIN = 0.05
FARTHER = 0.04
LOG_POWERS = (-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2)
Rng = np.random.Generator


def random_laws(count: int, seed: int = 0, families: Sequence[str] | None = None) -> list[PlantedLaw]:
    """`count` laws, the families in turn; law k depends on (seed, family, k) alone."""
    names = tuple(families or FAMILIES)
    unknown = [name for name in names if name not in FAMILIES]
    if unknown:
        raise ValueError(f"families {unknown}: unknown; there are {', '.join(FAMILIES)}")
    return [_random_law(names[k % len(names)], seed, k) for k in range(count)]


def faked_exponent(formula: str, sizes: tuple[int, ...] = SIZES) -> float:
    """The exponent of the class n^α(A + B x^−ω) that is nearest to a formula in relative least squares."""
    n = np.array(sizes, float)
    value, x = evaluated(formula, n), np.log(n / n[0])
    slope = np.polyfit(x, np.log(np.abs(value)), 1)[0]
    coarse = min(slope + np.linspace(-0.6, 0.6, 61), key=lambda alpha: _least(value, x, alpha))
    return float(min(coarse + np.linspace(-0.02, 0.02, 21), key=lambda alpha: _least(value, x, alpha)))


def _least(value: Array, x: Array, alpha: float) -> float:
    return min(_misfit(value, x, alpha, omega) for omega in (0.5, 0.8, 1.3, 2.0, 3.0))


def _misfit(value: Array, x: Array, alpha: float, omega: float) -> float:
    power = np.exp(alpha * x)
    basis = np.stack([power, power * np.exp(-omega * x)], axis=1) / value[:, None]
    fit = np.linalg.lstsq(basis, np.ones(len(x)), rcond=None)[0]
    if abs(fit[1]) > LARGEST_CORRECTION * abs(fit[0]):
        return np.inf
    return float(((basis @ fit - 1) ** 2).sum())


def _random_law(family: str, seed: int, k: int) -> PlantedLaw:
    rng = stream(seed, "random law", family, k)
    exponent = round(float(rng.uniform(-2, 2)), 3)
    amplitude = _rounded(rng.choice([-1, 1]) * _log_uniform(rng, 0.1, 100))
    formula, true, claimed = FAMILIES[family](rng, f"{amplitude}*n**({exponent})", exponent)
    holds = family in ("in class", "two corrections")
    forbidden = "REFUTED" if holds else "SUPPORTED"
    ideal = "SUPPORTED" if holds else "INCONCLUSIVE" if family == "adversarial log" else "REFUTED"
    return PlantedLaw(
        id=f"random {seed}/{k}",
        family=f"random: {family}",
        law=formula,
        claim=ClaimedLaw(claimed, MARGIN),
        true_alpha=true,
        truth="HOLDS" if holds else "FAILS",
        ideal=ideal,
        acceptable=tuple(word for word in ("SUPPORTED", "REFUTED", "INCONCLUSIVE") if word != forbidden),
        forbidden=(forbidden,),
        noise=_noise(rng),
        sizes=SIZES,
        reps=800,
        functional="median5",
        note=f"number {k} of the generator with seed {seed}",
    )


def _in_class(rng: Rng, power: str, exponent: float) -> tuple[str, float, float]:
    return f"{power}*(1+({_amplitude(rng)})*(n/32)**(-{rng.uniform(0.5, 2.5):.3f}))", exponent, exponent


def _two_corrections(rng: Rng, power: str, exponent: float) -> tuple[str, float, float]:
    first = rng.uniform(0.5, 1.5)
    second = first + rng.uniform(0.3, 1.5)
    b, c = rng.uniform(-0.45, 2, 2)
    return f"{power}*(1+({b:.3f})*(n/32)**(-{first:.3f})+({c:.3f})*(n/32)**(-{second:.3f}))", exponent, exponent


def _wrong_exponent(rng: Rng, power: str, exponent: float) -> tuple[str, float, float]:
    shift = rng.choice([-1, 1]) * rng.uniform(MARGIN + FARTHER + 5e-4, 0.3)
    return *_in_class(rng, power, exponent)[:2], round(exponent + float(shift), 4)


def _log(rng: Rng, power: str, exponent: float) -> tuple[str, float, float]:
    if rng.random() < 0.5:
        return f"{power}*log(n)**({rng.choice(LOG_POWERS):g})", exponent, exponent
    return f"{power}*(log(n)+{rng.uniform(0, 5):.3f})", exponent, exponent


def _adversarial_log(rng: Rng, power: str, exponent: float) -> tuple[str, float, float]:
    while True:
        formula, true, _ = _log(rng, power, exponent)
        claimed = round(faked_exponent(formula), 3)
        if abs(claimed - true) > MARGIN:
            return formula, true, claimed


def _log_periodic(rng: Rng, power: str, exponent: float) -> tuple[str, None, float]:
    c, ratio, phase = rng.uniform(0.05, 0.3), rng.uniform(1.5, 6), rng.uniform(0, 2 * np.pi)
    return f"{power}*(1+{c:.3f}*cos(2*pi*log(n)/log({ratio:.3f})+{phase:.3f}))", None, exponent


def _amplitude(rng: Rng) -> float:
    size = _log_uniform(rng, 0.05, 5)
    return _rounded(-size if size < 0.9 and rng.random() < 0.5 else size)


def _log_uniform(rng: Rng, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _noise(rng: Rng) -> dict[str, str | float]:
    sigma = _rounded(_log_uniform(rng, 0.002, 0.03))
    kind = str(rng.choice(["mult_gauss", "mult_t", "lognormal"]))
    return {"kind": kind, "sigma": sigma} | ({"df": 3} if kind == "mult_t" else {})


FAMILIES: Mapping[str, Callable[[Rng, str, float], tuple[str, float | None, float]]] = {
    "in class": _in_class,
    "two corrections": _two_corrections,
    "wrong exponent": _wrong_exponent,
    "log": _log,
    "adversarial log": _adversarial_log,
    "log-periodic": _log_periodic,
}
