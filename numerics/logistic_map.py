"""Period doubling measured: superstable orbits, band mergings and Lyapunov exponents of families of interval maps.

Statement
    For a family f_r of maps with one critical point c,
        superstable   R_n, n = 0, 1, …:  f^N(c) = c with N = 2^n and no earlier return;
        band merging  M_n, n = 1, 2, …:  f^(4N)(c) = f^(3N)(c) with N = 2^(n−1): 2^n bands join to 2^(n−1);
    both accumulate at r_∞, from below and from above. Then
        (1)  δ_n = (R_n − R_(n−1))/(R_(n+1) − R_n) → δ,    r_∞ = lim R_n;
        (2)  α_n = d_n/d_(n+1) → α,    d_n = f^(N/2)(c) − c at R_n: the distance of the nearest point of the orbit to c;
        (3)  Λ(M_n)/Λ(M_(n+1)) → 2 while (M_n − r_∞)/(M_(n+1) − r_∞) → δ, so Λ ~ (r − r_∞)^(ln 2/ln δ) along the M_n,
             Λ(r) = lim (1/T) Σ ln |f′(x_t)|, in nats per step.

Hypotheses
    H1  the family passes through the period doublings in order; parameters are found by Newton's method from the
        extrapolated value, and must rise (R_n) or fall (M_n), else an error is raised.

Error
    δ and α: the sequences approach their limits geometrically; the value is the last term of Aitken's transform and
    the error the larger of its last two steps. Λ: standard error over independent orbits. The power in (3): the last
    local slope; twice its standard error plus its distance from the slope before. None of these is a certificate:
    those are in theory/renormalization/period_doubling.py.

Reference
    M. J. Feigenbaum, J. Stat. Phys. 19 (1978) 25 (1, 2);
    B. A. Huberman and J. Rudnick, Scaling behavior of chaotic flows, Phys. Rev. Lett. 45 (1980) 154 (3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import flint
import numpy as np
from flint import arb
from numpy.typing import NDArray

Array = NDArray[np.float64]
DIGITS = 60
NEWTON_STEPS = 40


@dataclass(frozen=True)
class Family:
    """f_r: `step(x, r)` gives f, ∂f/∂x and ∂f/∂r; `first` holds R_0 and R_1, `ratio` about δ; c is `critical`."""

    name: str
    step: Callable[[arb, arb], tuple[arb, arb, arb]]
    critical: arb
    first: tuple[str, str]
    ratio: int


@dataclass(frozen=True)
class Limit:
    """`value` ± `error`, the limit of the sequence `terms`."""

    value: float
    error: float
    terms: tuple[float, ...]


def _logistic(x: arb, r: arb) -> tuple[arb, arb, arb]:
    return r * x * (1 - x), r * (1 - 2 * x), x * (1 - x)


def _sine(x: arb, r: arb) -> tuple[arb, arb, arb]:
    sine, cosine = x.sin_cos_pi()
    return r * sine, r * arb.pi() * cosine, sine


def _quartic(x: arb, r: arb) -> tuple[arb, arb, arb]:
    return r - x**4, -4 * x**3, arb(1)


LOGISTIC = Family("r x (1 − x)", _logistic, arb(0.5), ("2", "3.24"), 5)
SINE = Family("r sin(πx)", _sine, arb(0.5), ("0.5", "0.78"), 5)
QUARTIC = Family("r − x⁴", _quartic, arb(0), ("0", "1"), 7)


def orbit_of_critical_point(family: Family, r: arb, times: Sequence[int]) -> list[tuple[arb, arb]]:
    """f^t(c) and its derivative in r at the given times, which rise."""
    x, slope, found = family.critical, arb(0), []
    for t in range(1, times[-1] + 1):
        value, in_x, in_r = family.step(x, r)
        x, slope = value.mid(), (in_x * slope + in_r).mid()
        if t in times:
            found.append((x, slope))
    return found


def _newton(condition: Callable[[arb], tuple[arb, arb]], start: arb, what: str) -> arb:
    """A zero of the condition (value, derivative), to the working precision but for a few digits."""
    r, small = start, arb(10) ** (8 - DIGITS)
    for _ in range(NEWTON_STEPS):
        value, slope = condition(r)
        step = (value / slope).mid()
        r = (r - step).mid()
        if abs(step) < small:
            return r
    raise ArithmeticError(f"{what}: Newton's method did not settle in {NEWTON_STEPS} steps from r = {start.str(8)}")


def superstable(family: Family, count: int) -> list[arb]:
    """R_0, …, R_(count−1), exact numbers within about 10^−50 of the zeros.

    Raises ValueError for count < 3 and ArithmeticError where the parameters do not rise.
    """
    if count < 3:
        raise ValueError(f"superstable: count = {count}; at least 3 parameters make one ratio")
    with flint.ctx.workdps(DIGITS):

        def returns(period: int) -> Callable[[arb], tuple[arb, arb]]:
            def condition(r: arb) -> tuple[arb, arb]:
                x, slope = orbit_of_critical_point(family, r, [period])[0]
                return x - family.critical, slope

            return condition

        found: list[arb] = []
        for n in range(count):
            start = arb(family.first[n]) if n < 2 else _extrapolated(found, family.ratio)
            found.append(_newton(returns(2**n), start, f"{family.name}, R_{n}"))
            if n and not found[-2] + arb(10) ** (9 - DIGITS) < found[-1]:
                raise ArithmeticError(
                    f"{family.name}: R_{n} = {found[-1].str(10)} does not follow R_{n - 1} = {found[-2].str(10)}; "
                    f"another orbit was found, so give a closer start"
                )
        return found


def _extrapolated(found: Sequence[arb], ratio: int) -> arb:
    """The next parameter, if the last gap shrinks as the one before it, or by `ratio`."""
    gap = found[-1] - found[-2]
    shrink = gap / (found[-2] - found[-3]) if len(found) > 2 else arb(1) / ratio
    return (found[-1] + gap * shrink).mid()


def aitken(terms: Sequence[arb]) -> list[arb]:
    """Aitken's Δ² transform: two terms fewer, exact on a + b q^n."""
    return [c - (c - b) ** 2 / ((c - b) - (b - a)) for a, b, c in zip(terms, terms[1:], terms[2:], strict=False)]


def _limit(terms: Sequence[arb]) -> Limit:
    if len(terms) < 5:
        raise ValueError(f"a limit with an error needs 5 terms, there are {len(terms)}; take more period doublings")
    first, before, last = aitken(terms)[-3:]
    error = max(abs(last - before), abs(before - first))
    return Limit(float(last), float(error), tuple(float(x) for x in terms))


def delta_ratios(parameters: Sequence[arb]) -> list[arb]:
    """(1)  δ_n from parameters that accumulate geometrically."""
    with flint.ctx.workdps(DIGITS):
        gaps = [b - a for a, b in pairwise(parameters)]
        return [(a / b).mid() for a, b in pairwise(gaps)]


def measured_delta(family: Family, count: int = 11) -> Limit:
    """(1)  δ of the family from `count` superstable parameters, count ≥ 7."""
    with flint.ctx.workdps(DIGITS):
        return _limit(delta_ratios(superstable(family, count)))


def measured_alpha(family: Family, count: int = 11) -> Limit:
    """(2)  α of the family from `count` superstable parameters, count ≥ 7; negative."""
    with flint.ctx.workdps(DIGITS):
        parameters = superstable(family, count)
        nearest = [
            orbit_of_critical_point(family, parameters[n], [2 ** (n - 1)])[0][0] - family.critical
            for n in range(1, count)
        ]
        return _limit([(a / b).mid() for a, b in pairwise(nearest)])


def accumulation_point(family: Family, count: int = 12) -> Limit:
    """r_∞ from `count` superstable parameters, count ≥ 5."""
    with flint.ctx.workdps(DIGITS):
        return _limit(superstable(family, count))


def band_mergings(count: int) -> list[arb]:
    """M_1, …, M_count of the logistic family, falling to r_∞; M_1 = 3.6785735….

    Raises ArithmeticError where they do not fall.
    """
    with flint.ctx.workdps(DIGITS):
        end = accumulation_point(LOGISTIC).value
        found: list[arb] = []
        guess = arb("3.68")
        for n in range(1, count + 1):
            times = [3 * 2 ** (n - 1), 4 * 2 ** (n - 1)]

            def condition(r: arb, times: list[int] = times) -> tuple[arb, arb]:
                (early, early_slope), (late, late_slope) = orbit_of_critical_point(LOGISTIC, r, times)
                return late - early, late_slope - early_slope

            found.append(_newton(condition, guess, f"M_{n}"))
            if not end < found[-1] or (n > 1 and not found[-1] < found[-2]):
                raise ArithmeticError(f"M_{n} = {found[-1].str(10)} does not lie between r_∞ and M_{n - 1}")
            guess = (arb(end) + (found[-1] - arb(end)) / LOGISTIC.ratio).mid()
        return found


def logistic_lyapunov(
    r: float, rng: np.random.Generator, *, steps: int = 20_000, orbits: int = 400, transient: int = 2_000
) -> tuple[float, float]:
    """Λ(r) of the logistic map in nats per step and its standard error, over independent orbits.

    Starts are uniform on (0, 1). Raises ValueError unless 0 < r ≤ 4 and orbits ≥ 2, or if an orbit meets c, where
    Λ = −∞.
    """
    if not 0 < r <= 4 or orbits < 2:
        raise ValueError(f"logistic map at r = {r}, {orbits} orbits: need 0 < r ≤ 4 and at least 2 orbits")
    x = rng.uniform(0, 1, orbits)
    for _ in range(transient):
        x = r * x * (1 - x)
    total = np.zeros(orbits)
    for _ in range(steps):
        slope = np.abs(r * (1 - 2 * x))
        if not slope.all():
            raise ValueError(f"logistic map at r = {r}: an orbit meets the critical point, so Λ = −∞; r is superstable")
        total += np.log(slope)
        x = r * x * (1 - x)
    means = total / steps
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(orbits))


def measured_lyapunov_power(
    rng: np.random.Generator, *, count: int = 6, steps: int = 20_000, orbits: int = 400
) -> Limit:
    """(3)  The power of Λ ~ (r − r_∞)^power at the band mergings M_1, …, M_count; `terms` are the local slopes."""
    end = accumulation_point(LOGISTIC).value
    mergings = [float(m) for m in band_mergings(count)]
    distance = [log(m - end) for m in mergings]
    measured = [logistic_lyapunov(m, rng, steps=steps, orbits=orbits) for m in mergings]
    height, noise = [log(v) for v, _ in measured], [e / v for v, e in measured]
    slopes = [(height[k] - height[k + 1]) / (distance[k] - distance[k + 1]) for k in range(count - 1)]
    spread = float(np.hypot(noise[-1], noise[-2])) / (distance[-2] - distance[-1])
    return Limit(slopes[-1], 2 * spread + abs(slopes[-1] - slopes[-2]), tuple(slopes))
