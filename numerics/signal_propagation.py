"""Signal propagation measured on deep random networks: variance, correlation, slope and ξ_c, layer by layer.

Statement
    Layers z ↦ W φ(z) + b with N(0, σ_w²/n) weights and N(0, σ_b²) biases, fresh in each layer, act on two inputs u, v.
    Of each layer are measured
        variance     q = |u|²/n;
        correlation  c = u·v/|u||v|;
        slope        of the layer's own correlation map, at fixed norms (theory.renormalization.signal_propagation (5)):
                     σ_w² ⟨φ′(u)φ′(v)⟩ |u||v|/(n √(q′_u q′_v)), q′_u = σ_w² ⟨φ(u)²⟩ + σ_b², ⟨⟩ the mean over neurons.
    1/ξ_c = −⟨ln slope⟩ over layers after the start. Its values at |σ_w²/σ_w²c − 1| = 1/size go as size^−ν.

Hypotheses
    H1  the start is the fixed point (q*, c*) of the mean-field maps, by Gauss–Hermite quadrature: no layers are spent
        on reaching it; the first `settle` layers are left out all the same.
    H2  finite width: values differ from those of infinite width by O(1/n), as φ is smooth and layers are independent.
        At widths in proportion to ξ_c this is the same share of 1/ξ_c at every size: it moves the amplitude, not ν.

Derivation
    Given layer l, the neurons of layer l + 1 are independent normal pairs with covariance σ_w² ⟨φφᵀ⟩ + σ_b². So a
    network may be drawn with its weights, or neuron by neuron with the weights integrated out (`weights=False`):
    the law of (u, v) in all layers is the same, at a cost of n in place of n² a layer.

Reference
    S. Schoenholz et al., Deep information propagation, ICLR 2017, where ξ_c is measured by the decay of 1 − c.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from numerics.perceptrons import one_thread

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]
NODES = 48
SETTLE = 4
WIDTH, DEPTH = 16, 8  # neurons and layers a size, where weights are drawn
MARGINAL_WIDTH, MARGINAL_DEPTH = 768, 64  # neurons a size, and layers, where they are integrated out


@dataclass(frozen=True)
class Ensemble:
    """Weights N(0, sigma_w2/width), biases N(0, sigma_b2), φ one of ACTIVATIONS."""

    sigma_w2: float
    sigma_b2: float
    width: int
    activation: str = "tanh"

    def __post_init__(self) -> None:
        if not (0 < self.sigma_w2 < np.inf and 0 <= self.sigma_b2 < np.inf):
            raise ValueError(
                f"ensemble with σ_w² = {self.sigma_w2}, σ_b² = {self.sigma_b2}: finite variances are needed, σ_w² > 0, "
                f"σ_b² ≥ 0"
            )
        if self.width < 2:
            raise ValueError(f"ensemble of width {self.width}: at least 2 neurons make a correlation; widen it")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation {self.activation!r}: unknown; take one of {', '.join(ACTIVATIONS)}")


def _tanh(z: Any, lib: Any) -> tuple[Any, Any]:
    a = lib.tanh(z)
    return a, 1 - a * a


def _erf(z: Any, lib: Any) -> tuple[Any, Any]:
    from scipy.special import erf

    value = lib.erf(z) if hasattr(lib, "erf") else erf(z)
    return value, 2 / np.sqrt(np.pi) * lib.exp(-z * z)


def _relu(z: Any, lib: Any) -> tuple[Any, Any]:
    step = (z > 0) * 1.0
    return z * step, step


ACTIVATIONS: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {"tanh": _tanh, "erf": _erf, "relu": _relu}


@dataclass(frozen=True)
class Profile:
    """Of each replica and layer: variance, correlation and slope, each (replicas, layers); `width` neurons a layer.

    `chance` (replicas, layers, controls): how far moments of a layer's neurons are from their means given the layer
    below, which are known; each has the mean 0.
    """

    variance: Array
    correlation: Array
    slope: Array
    chance: Array
    width: int

    def inverse_depth(self, settle: int = 0) -> Array:
        """1/ξ_c = −⟨ln slope⟩ over the layers from number `settle` on, (replicas,)."""
        return -np.log(self.slope[:, settle:]).mean(axis=1)

    def controlled_inverse_depth(self, settle: int = 0) -> Array:
        """The same less its regression on the mean `chance`, (replicas,): same mean, a quarter or less of the variance.

        The coefficients of each half of the replicas are fitted on the other half, so that no value is its own
        control. Fewer than 24 replicas are left as they are.
        """
        values, controls = self.inverse_depth(settle), self.chance.mean(axis=1)
        half = len(values) // 2
        if half < 12:
            return values
        parts = slice(half), slice(half, None)
        away = [controls[one] @ _coefficients(controls[other], values[other]) for one, other in (parts, parts[::-1])]
        return values - np.concatenate(away)


def _coefficients(controls: Array, values: Array) -> Array:
    table = np.column_stack([np.ones(len(values)), controls])
    return np.linalg.lstsq(table, values, rcond=None)[0][1:]


def fixed_point(ensemble: Ensemble, steps: int = 4000) -> tuple[float, float]:
    """(q*, c*) of the mean-field maps, q by iteration from 1, c by its sign change, with 48 Gauss–Hermite nodes."""
    from scipy.optimize import brentq

    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    phi, w, b = ACTIVATIONS[ensemble.activation], ensemble.sigma_w2, ensemble.sigma_b2
    q = 1.0
    for _ in range(steps):
        before, q = q, w * float(weights @ phi(np.sqrt(q) * nodes, np)[0] ** 2) + b
        if abs(q - before) < 1e-14 * q:
            break
    u, slope = phi(np.sqrt(q) * nodes, np)

    def difference(c: float) -> float:
        mixed = np.sqrt(q) * (c * nodes[:, None] + np.sqrt(1 - c * c) * nodes)
        return (w * float(weights * u @ (phi(mixed, np)[0] @ weights)) + b) / q - c

    if w * float(weights @ slope**2) <= 1:
        return q, 1.0
    return q, 0.0 if difference(0.0) < 1e-12 else float(brentq(difference, 0.0, 1 - 1e-9))


def propagated(
    ensemble: Ensemble,
    start: tuple[float, float],
    depth: int,
    rng: np.random.Generator,
    replicas: int = 1,
    weights: bool = True,
) -> Profile:
    """`depth` layers of each of `replicas` networks, from normal inputs of variance q and correlation c = `start`.

    At c = 1 both inputs are one. With `weights` all weight matrices are drawn, in float32; without, neurons are.
    """
    q, c = start
    if depth < 1 or replicas < 1 or not (q > 0 and -1 <= c <= 1):
        raise ValueError(
            f"{replicas} networks of depth {depth} from (q, c) = {start}: at least one of each, q > 0, |c| ≤ 1"
        )
    layer = _drawn_layer if weights else _marginal_layer
    with one_thread() as torch:
        source = torch.Generator().manual_seed(int(rng.integers(2**62)))
        covariance = q * torch.tensor([[1, c], [c, 1]], dtype=torch.float64).expand(replicas, 2, 2)
        covariance = covariance[:, :1, :1] if c == 1 else covariance
        z = _correlated(covariance, torch.empty(replicas, len(covariance[0]), ensemble.width), source)
        rows, chances = [], []
        for _ in range(depth):
            chances.append(_chance(z, covariance))
            a, row, covariance = _measured(ensemble, z)
            rows.append(row)
            z = layer(ensemble, a, covariance, source)
        variance, correlation, slope = torch.stack(rows, dim=-1).double().numpy()
        chance = torch.stack(chances, dim=1).double().numpy()
    return Profile(variance, correlation, slope, chance, ensemble.width)


def _correlated(covariance: "Tensor", like: "Tensor", source: Any) -> "Tensor":
    """Neurons with the covariance (replicas, k, k) between k = 1 or 2 inputs: (replicas, k, width)."""
    import torch

    return torch.linalg.cholesky(covariance).to(like.dtype) @ torch.empty_like(like).normal_(generator=source)


def _chance(z: "Tensor", covariance: "Tensor") -> "Tensor":
    """Moments of z, whitened by its covariance given the layer below, less their means: (replicas, 2 or 8)."""
    import torch

    e = torch.linalg.solve_triangular(torch.linalg.cholesky(covariance).to(z.dtype), z, upper=False)
    squares = e * e
    moments = [squares.mean(-1) - 1, squares.square().mean(-1) - 3]
    if z.shape[1] == 2:
        product = e[:, 0] * e[:, 1]
        moments += [
            torch.stack([product.mean(-1), product.square().mean(-1) - 1], -1),
            (product.unsqueeze(1) * squares).mean(-1),
        ]
    return torch.cat(moments, dim=-1)


def _measured(ensemble: Ensemble, z: "Tensor") -> tuple["Tensor", "Tensor", "Tensor"]:
    """(φ(z), (3, replicas) of variance, correlation and slope, the covariance of the next layer)."""
    import torch

    a, d = ACTIVATIONS[ensemble.activation](z, torch)
    covariance = ensemble.sigma_w2 * (a @ a.mT).double() / ensemble.width + ensemble.sigma_b2
    now = z.square().mean(-1)
    both = (now[:, 0] * now[:, -1]).sqrt()
    gain = ensemble.sigma_w2 * (d[:, 0] * d[:, -1]).mean(-1)
    slope = gain * both / (covariance[:, 0, 0] * covariance[:, -1, -1]).sqrt()
    correlation = (z[:, 0] * z[:, -1]).mean(-1) / both
    return a, torch.stack([now[:, 0].double(), correlation.double(), slope]), covariance


def _drawn_layer(ensemble: Ensemble, a: "Tensor", covariance: "Tensor", source: Any) -> "Tensor":
    """W a + b with W and b drawn, replica by replica."""
    import torch

    n = ensemble.width
    matrix = torch.empty(n, n)
    z = torch.stack([one @ matrix.normal_(std=(ensemble.sigma_w2 / n) ** 0.5, generator=source).mT for one in a])
    return z + ensemble.sigma_b2**0.5 * torch.empty(len(a), 1, n).normal_(generator=source)


def _marginal_layer(ensemble: Ensemble, a: "Tensor", covariance: "Tensor", source: Any) -> "Tensor":
    """Neurons drawn with the covariance σ_w² ⟨φφᵀ⟩ + σ_b²."""
    return _correlated(covariance, a, source)


@lru_cache(maxsize=16)
def critical_weight_variance(sigma_b2: str) -> float:
    """σ_w² on the order–chaos line of tanh, from theory.renormalization: a ball's middle; 1 at σ_b² = 0."""
    from sympy import Rational, Symbol, tanh

    from theory.renormalization.order_chaos import critical_points

    if Rational(sigma_b2) == 0:
        return 1.0
    x = Symbol("x")
    (point,) = critical_points(tanh(x), x, Rational(sigma_b2), digits=12)
    return float(point.sigma_w2.mid())


def inverse_depths(
    size: int,
    rng: np.random.Generator,
    draws: int = 1,
    side: str = "ordered",
    sigma_b2: str = "1/20",
    weights: bool = True,
) -> Array:
    """1/ξ_c of `draws` tanh networks at |σ_w²c/σ_w² − 1| = 1/size, (draws,); it goes as size^−ν.

    With 24 draws or more, chance is taken out by controls whose mean is 0. The mean is wanted, not each value: one may
    be negative. Raises ValueError at size 1 on the chaotic side, and on
    the ordered side at σ_b = 0.
    """
    if side not in ("ordered", "chaotic"):
        raise ValueError(f"side {side!r} of the order–chaos line: take 'ordered' or 'chaotic'")
    critical, sign = critical_weight_variance(sigma_b2), (1 if side == "ordered" else -1)
    if side == "chaotic" and size < 2:
        raise ValueError(f"chaotic side at size {size}: σ_w² = σ_w²c/(1 − 1/size) needs a size of 2 or more")
    if side == "ordered" and critical == 1.0:
        raise ValueError("ordered side at σ_b = 0: q* = 0 there, nothing propagates, and χ_⊥ = σ_w² needs no network")
    width, depth = (WIDTH * size, DEPTH * size) if weights else (MARGINAL_WIDTH * size, MARGINAL_DEPTH)
    ensemble = Ensemble(critical / (1 + sign / size), _number(sigma_b2), width)
    return propagated(ensemble, fixed_point(ensemble), SETTLE + depth, rng, draws, weights).controlled_inverse_depth(
        SETTLE
    )


def _number(text: str) -> float:
    from fractions import Fraction

    return float(Fraction(text))
