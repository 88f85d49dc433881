"""Training trajectories of small networks, for the laws of theory.gradient_flow.

`gradient_flow` integrates θ′ = −∇L − λθ with `steps` equal Runge–Kutta steps of order 4 over a fixed
horizon, so a law is read off the order of convergence: the error of a conserved quantity falls as
steps^−4 where the flow is smooth and as about steps^−2 where it crosses kinks of ReLU (the gradient at
each stage obeys the law, so a crossing costs O(dt²)); a quantity that is not conserved has a drift
that does not fall at all. `gradient_descent` is plain: θ ← θ − η(∇L + λθ), η = horizon/steps.

Reference: E. Hairer, S. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, chapter II.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from numerics.perceptrons import Network, forward, one_thread, random_network, tensors

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]
Point = list["Tensor"]
Field = Callable[[Point], Point]
Method = Callable[[Point, float, Field], Point]


@dataclass(frozen=True)
class Trajectory:
    """Norms along a run: `times` (t,), `norms` (replicates, t, layers) of ‖W_l‖_F², `bias_norms` likewise
    of ‖b_l‖² (0 without biases), and the trained `network`."""

    times: Array
    norms: Array
    bias_norms: Array
    network: Network = field(repr=False)


def depth_weights(depth: int) -> Array:
    """(1, 2, …, L): the weights of D."""
    return np.arange(1.0, depth + 1)


def centred_depth_weights(depth: int) -> Array:
    """l − (L+1)/2 for l = 1 … L, which sum to 0."""
    return depth_weights(depth) - (depth + 1) / 2


def quantity(run: Trajectory, weights: Array, bias_weights: Array | None = None) -> Array:
    """Q = Σ_l c_l‖W_l‖² + Σ_l d_l‖b_l‖² along the run, (replicates, t); d = 0 unless given."""
    along = run.norms @ weights
    return along if bias_weights is None else along + run.bias_norms @ bias_weights


def drift(run: Trajectory, weights: Array, bias_weights: Array | None = None) -> Array:
    """|Q at the end − Q at the start|, (replicates,)."""
    along = quantity(run, weights, bias_weights)
    return np.abs(along[:, -1] - along[:, 0])


def norm_rates(net: Network, x: Array, y: Array) -> Array:
    """d‖W_l‖²/dt = −2⟨W_l, ∇_l L⟩ under gradient flow, (replicates, layers), by automatic differentiation."""
    with one_thread():
        theta, inputs, targets = tensors(net, x, y)
        velocity = _downhill(net, inputs, targets, 0.0)(theta)
    return np.stack([2 * (p * v).flatten(1).sum(1).numpy() for p, v in zip(theta, velocity, strict=True)], 1)[
        :, : net.depth
    ]


def _downhill(net: Network, x: "Tensor", y: "Tensor", decay: float) -> Field:
    """θ ↦ −∇L(θ) − λθ, replicate by replicate."""
    import torch

    def field_at(parameters: Point) -> Point:
        live = [p.detach().requires_grad_(True) for p in parameters]
        residual = forward(net, live, x) - y
        loss = residual.square().sum() / (2 * residual.shape[-2])
        slopes = torch.autograd.grad(loss, live)
        return [-g - decay * p for g, p in zip(slopes, parameters, strict=True)]

    return field_at


def _moved(theta: Point, step: float, velocity: Point) -> Point:
    return [p + step * v for p, v in zip(theta, velocity, strict=True)]


def _runge_kutta(theta: Point, dt: float, at: Field) -> Point:
    k1 = at(theta)
    k2 = at(_moved(theta, dt / 2, k1))
    k3 = at(_moved(theta, dt / 2, k2))
    k4 = at(_moved(theta, dt, k3))
    mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(k1, k2, k3, k4, strict=True)]
    return _moved(theta, dt, mean)


def _euler(theta: Point, dt: float, at: Field) -> Point:
    return _moved(theta, dt, at(theta))


def _run(net: Network, data: tuple[Array, Array], span: tuple[float, int], decay: float, advance: Method) -> Trajectory:
    horizon, steps = span
    if steps < 1 or not 0 < horizon < np.inf:
        raise ValueError(
            f"training for {steps} steps to time {horizon}: at least one step and a finite time > 0 are needed"
        )
    with one_thread() as torch:
        theta, inputs, targets = tensors(net, *data)
        at, sums = _downhill(net, inputs, targets, decay), [_squares(theta)]
        for _ in range(steps):
            theta = advance(theta, horizon / steps, at)
            sums.append(_squares(theta))
        along = torch.stack(sums, dim=1).numpy()
    return _trajectory(net, np.linspace(0, horizon, steps + 1), along, [p.numpy() for p in theta])


def _squares(theta: Point) -> "Tensor":
    """Sums of squares, (replicates, arrays)."""
    import torch

    return torch.stack([p.flatten(1).square().sum(1) for p in theta], dim=1)


def _trajectory(net: Network, times: Array, sums: Array, final: list[Array]) -> Trajectory:
    if not np.isfinite(sums).all():
        step = int(np.argwhere(~np.isfinite(sums).all(axis=(0, 2)))[0, 0])
        raise ValueError(
            f"training: a weight is NaN or infinite at step {step}, time {times[step]:.3g}; the step "
            f"{times[1]:.3g} is too long for this loss, or a normalised unit has variance 0: take more steps"
        )
    depth = net.depth
    trained = Network(tuple(final[:depth]), tuple(final[depth:]), net.activation, net.epsilon)
    shifts = sums[:, :, depth:] if net.biases else np.zeros_like(sums)
    return Trajectory(times, sums[:, :, :depth], shifts, trained)


def gradient_flow(net: Network, x: Array, y: Array, horizon: float, steps: int, decay: float = 0.0) -> Trajectory:
    """θ′ = −∇L − λθ on [0, horizon] by `steps` Runge–Kutta steps of order 4; λ is `decay`.

    x is (samples, n_0) or (replicates, samples, n_0), y alike with n_L. Raises ValueError when the data do
    not fit, are not finite, or the run leaves the finite numbers.
    """
    return _run(net, (x, y), (horizon, steps), decay, _runge_kutta)


def gradient_descent(net: Network, x: Array, y: Array, horizon: float, steps: int, decay: float = 0.0) -> Trajectory:
    """θ ← θ − η(∇L + λθ), `steps` times with η = horizon/steps. Shapes and errors as in gradient_flow."""
    return _run(net, (x, y), (horizon, steps), decay, _euler)


def train_on_digits(
    rng: np.random.Generator,
    replicates: int,
    steps: int,
    horizon: float = 1.0,
    widths: tuple[int, ...] = (4, 4, 4, 10),
    method: Callable[..., Trajectory] = gradient_flow,
    decay: float = 0.0,
    **network: Any,
) -> Trajectory:
    """Networks with orthogonal weights, each trained on its own 32 real digits: n_0 principal components, whitened
    within the batch, targets centred one-hot.

    `network` goes to random_network: activation, biases, epsilon. Needs scikit-learn.
    """
    from numerics.digits import batches, one_hot, whitened

    x, labels = batches(32, rng, replicates, components=widths[0])
    net = random_network(widths, rng, replicates, orthogonal=True, **network)
    return method(net, whitened(x), one_hot(labels), horizon, steps, decay=decay)


def medians(values: Array, draws: int) -> Array:
    """The medians of `draws` equal groups of the values, (draws,): one number for a group of networks."""
    return np.median(values.reshape(draws, -1), axis=1)
