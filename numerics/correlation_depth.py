"""The correlation depth of real random tanh networks near the order–chaos line, with control variates.

Model
    Layers z ↦ W tanh(z) + b, W normal of variance σ_w²/n, b normal of variance σ_b² > 0, fresh in each layer. On the
    ordered side two nearby inputs approach each other by the factor `slope` in a layer (numerics.signal_propagation):
        (1)  1/ξ_c = −⟨ln slope⟩,  which falls as |σ_w²/σ_c² − 1|^ν, ν = 1, towards 0 at σ_w² = σ_c².
    σ_c² is where χ_⊥ = 1: (q − σ_b²) h(q) = g(q), σ_c² = 1/h(q), with g = E tanh², h = E tanh′² at variance q.

Estimator
    Given a layer, the n neurons of the next are independent normal numbers of variance v = σ_w²⟨tanh²⟩ + σ_b². Hence
        (2)  ⟨z²⟩/v − 1,   ⟨tanh²(z)⟩ − g(v),   ⟨tanh′²(z)⟩ − h(v)
    have the mean 0 given the past, exactly. Their averages over layers explain nearly all of the noise of (1), and
    what a regression on them explains is subtracted.
    A draw is a mean over networks with the weights W S_r, one W a layer and independent random signs S_r = diag(±1) for
    network r: W S_r is distributed as W, so that each is a network of the model. Draws have weights of their own, and
    are independent; the networks of a draw share the norms of W's rows, and serve the regression.

Hypotheses
    H1  width and depth in proportion to 1/|σ_w²/σ_c² − 1|: the bias of order 1/width is the same share of (1) at every
        distance, and moves the amplitude alone. The regression adds a bias of order 1/networks to the noise it removes.

Reference
    S. Schoenholz et al., Deep information propagation, ICLR 2017. The control variates and the signs are ours.
"""

from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from numerics.perceptrons import one_thread
from numerics.signal_propagation import NODES, Ensemble, fixed_point

Array = np.ndarray
WIDTH, DEPTH, SETTLE = 4, 4, 4  # neurons and layers a size; layers left out at the start


def tanh_means(v: Array) -> tuple[Array, Array]:
    """g = E tanh² and h = E tanh′² at variance v, same shape as v, by quadrature: to 10⁻⁶ for v ≤ 0.6."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    square = np.tanh(np.sqrt(np.asarray(v, dtype=float))[..., None] * nodes) ** 2
    weights = weights / weights.sum()
    return square @ weights, (1 - square) ** 2 @ weights


@lru_cache(maxsize=8)
def critical_point(sigma_b2: float) -> tuple[float, float]:
    """(σ_c², q*) by quadrature and bisection. Raises ValueError unless 0.001 ≤ σ_b² ≤ 1."""
    if not 0.001 <= sigma_b2 <= 1:
        raise ValueError(
            f"order–chaos line at σ_b² = {sigma_b2}: sought for 0.001 ≤ σ_b² ≤ 1; at σ_b = 0 it lies at σ_w² = 1"
        )

    def excess(q: float) -> float:
        g, h = tanh_means(np.array(q))
        return float((q - sigma_b2) * h - g)

    q = float(brentq(excess, sigma_b2, 4.0, xtol=1e-14))
    return float(1 / tanh_means(np.array(q))[1]), q


def inverse_correlation_depths(
    ensemble: Ensemble, q: float, depth: int, rng: np.random.Generator, draws: int, networks: int, controls: bool = True
) -> Array:
    """(1)  for `draws` means over `networks` tanh networks, from normal inputs of variance q; shape (draws,).

    `depth` layers are measured after the first SETTLE. Without `controls` the plain means are returned. Raises
    ValueError for another activation, and for fewer than 8 networks to regress on.
    """
    if ensemble.activation != "tanh" or networks < 8:
        raise ValueError(
            f"{networks} networks with {ensemble.activation!r}: random signs keep the law of an odd activation, here "
            f"tanh, and a regression on three variables needs 8 networks or more"
        )
    values, innovations = _measured(ensemble, q, depth, rng, (draws, networks))
    if not controls:
        return values.mean(axis=1)
    return np.array([_without_noise(value, noise) for value, noise in zip(values, innovations, strict=True)])


def _without_noise(value: Array, noise: Array) -> float:
    """The mean of `value` (networks,) less what `noise` (networks, 3), of expectation 0, explains of it."""
    slopes = np.linalg.lstsq(noise - noise.mean(axis=0), value - value.mean(), rcond=None)[0]
    return float(value.mean() - noise.mean(axis=0) @ slopes)


def _measured(
    ensemble: Ensemble, q: float, depth: int, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[Array, Array]:
    """−⟨ln slope⟩ of each network, `shape`, and the means (2) over layers, (*shape, 3)."""
    n, w, b = ensemble.width, ensemble.sigma_w2, ensemble.sigma_b2
    values, innovations, variance = np.zeros(shape), np.zeros((*shape, 3)), np.full(shape, q)
    with one_thread() as torch:
        source = torch.Generator().manual_seed(int(rng.integers(2**62)))
        z = q**0.5 * torch.empty(*shape, n).normal_(generator=source)
        W, bias = torch.empty(shape[0], n, n), torch.empty(*shape, n)
        for layer in range(SETTLE + depth):
            a = torch.tanh(z)
            layers = (z.square(), a.square(), (1 - a.square()).square())
            second, squared, slope = (x.mean(-1).double().numpy() for x in layers)
            after = w * squared + b
            if layer >= SETTLE:
                g, h = tanh_means(variance)
                values -= np.log(w * slope * second / after) / depth
                innovations += np.stack([second / variance - 1, squared - g, slope - h], axis=-1) / depth
            variance = after
            signs = 2 * torch.randint(0, 2, z.shape, generator=source, dtype=torch.int8) - 1
            z = (a * signs) @ W.normal_(std=(w / n) ** 0.5, generator=source) + b**0.5 * bias.normal_(generator=source)
    return values, innovations


def ordered_side(size: int, rng: np.random.Generator, draws: int, sigma_b2: float = 0.05) -> Array:
    """1/ξ_c at σ_w² = σ_c²/(1 + 1/size), networks of WIDTH·size neurons and DEPTH·size layers; shape (draws,)."""
    ensemble = Ensemble(critical_point(sigma_b2)[0] / (1 + 1 / size), sigma_b2, WIDTH * size)
    networks = 16 + 512 // size
    return inverse_correlation_depths(ensemble, fixed_point(ensemble)[0], DEPTH * size, rng, draws, networks)
