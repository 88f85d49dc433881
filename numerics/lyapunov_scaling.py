"""Chaos of the logistic map above the accumulation of period doublings, averaged over its discrete scale.

Model
    x′ = r x (1 − x), and r_∞ where the period doublings accumulate. Λ(r) is the Lyapunov exponent and Λ⁺ = max(Λ, 0).

Statement
    One doubling takes r − r_∞ to δ (r − r_∞) and Λ to 2Λ. With ε = r − r_∞ therefore
        (1)  A(ε) = (1/ε) ∫_0^ε Λ⁺ dr = ε^p P(ln ε),  p = ln 2/ln δ,  P of period ln δ;
        (2)  exp ∫_0^1 ln A(ε δ^−s) ds = C ε^p:  the mean over one period of ln ε removes P, and needs no p.

Hypotheses
    H1  ε small: corrections fall as powers of ε. At ε = 1/8 the local exponents of (2) are within a few per cent.
    H2  Λ from `steps` steps after `transient` carries an error of order 1/steps, the same for each r.

Reference
    B. A. Huberman, J. Rudnick, Phys. Rev. Lett. 45 (1980) 154; D. Sornette, Phys. Rep. 297 (1998) 239 (periodic laws).
"""

import numpy as np

Array = np.ndarray
R_INFINITY = 3.5699456718709449
CHUNK = 10  # steps between two logarithms: a product of ten factors |f′| ≤ 4 stays a float


def lyapunov_exponents(r: Array, rng: np.random.Generator, steps: int, transient: int) -> Array:
    """Λ(r) from one orbit for each r, in nats per step, same shape as r. Starts are uniform on (0.1, 0.9).

    Raises ValueError unless 0 < r ≤ 4 and both counts are positive multiples of ten.
    """
    r = np.asarray(r, dtype=float)
    if not ((r > 0) & (r <= 4)).all() or min(steps, transient) < CHUNK or steps % CHUNK or transient % CHUNK:
        raise ValueError(
            f"logistic map at r from {r.min()} to {r.max()}, steps = {steps}, transient = {transient}: needs 0 < r ≤ 4 "
            f"and steps that are positive multiples of {CHUNK}"
        )
    x, total = rng.uniform(0.1, 0.9, r.shape), np.zeros(r.shape)
    for _ in range(transient):
        x = r * x * (1 - x)
    for _ in range(steps // CHUNK):
        slope = np.ones(r.shape)
        for _ in range(CHUNK):
            slope *= np.abs(r * (1 - 2 * x))
            x = r * x * (1 - x)
        total += np.log(np.maximum(slope, np.finfo(float).tiny))
    return total / steps


def chaos_above_accumulation(
    size: float,
    rng: np.random.Generator,
    draws: int,
    delta: float,
    *,
    scales: int = 12,
    parameters: int = 24,
    steps: int = 3000,
    transient: int = 1000,
) -> Array:
    """(2)  at ε = 1/size, shape (draws,): a mean over `scales` of one period, each over `parameters` values of r.

    Both are stratified. Raises ValueError where r_∞ + ε exceeds 4.
    """
    if size < 1 / (4 - R_INFINITY):
        raise ValueError(f"ε = 1/{size} above r_∞ = {R_INFINITY:.4f} is beyond r = 4; take a size of 3 or more")
    shift = (np.arange(scales) + rng.uniform(0, 1, (draws, 1))) / scales
    widths = delta**-shift / size
    within = (np.arange(parameters) + rng.uniform(0, 1, (draws, scales, parameters))) / parameters
    exponents = lyapunov_exponents(R_INFINITY + within * widths[:, :, None], rng, steps, transient)
    return np.exp(np.log(np.maximum(exponents, 0).mean(axis=2)).mean(axis=1))
