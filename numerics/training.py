"""Training trajectories of small networks, for the laws of theory.gradient_flow.

A `Network` is a batch of replicates trained side by side: W_l has shape (replicates, n_l, n_{l−1}).
The loss of a replicate is the mean over its samples of ‖f(x) − y‖²/2. All in float64, on one thread.

`gradient_flow` integrates θ′ = −∇L − λθ with `steps` equal Runge–Kutta steps of order 4 over a fixed
horizon, so the law is read off the order of convergence: the error of a conserved quantity falls as
steps^−4 where the flow is smooth and as about steps^−2 where it crosses kinks of ReLU (at each stage
the computed gradient obeys the law, so a crossing costs O(dt²)); a quantity that is not conserved has
a drift that does not fall at all. `gradient_descent` is plain: θ ← θ − η(∇L + λθ).

Reference: E. Hairer, S. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, chapter II.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]

ACTIVATIONS = ("linear", "relu", "leaky", "tanh")
LEAKY_SLOPE = 0.1


@dataclass(frozen=True)
class Network:
    """W_L φ(W_{L−1} … φ(W_1 x + b_1) …) + b_L for each replicate.

    `weights[l]` is (replicates, n_{l+1}, n_l); `biases` is empty or holds one (replicates, n_{l+1}) for
    each layer. With `epsilon` set, the output of every layer is standardised over the batch,
    (z − mean)/√(variance + epsilon): epsilon = 0 makes the loss invariant under the scale of each layer.
    Raises ValueError for an empty network, a width 0, shapes that do not chain and NaN or infinite entries.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...] = ()
    activation: str = "relu"
    epsilon: float | None = None

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("Network(weights=()): a network has at least one layer; give one array per layer")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"Network(activation={self.activation!r}): unknown; take one of {', '.join(ACTIVATIONS)}")
        if self.epsilon is not None and not self.epsilon >= 0:
            raise ValueError(f"Network(epsilon={self.epsilon}): a variance cannot be lowered; take epsilon ≥ 0 or None")
        for l, weight in enumerate(self.weights, start=1):
            _check_array(f"W_{l}", weight, axes=3)
        for l, (first, second) in enumerate(pairwise(self.weights), start=1):
            if second.shape[::2] != first.shape[:2]:
                raise ValueError(
                    f"Network: W_{l} has shape {first.shape} and W_{l + 1} {second.shape}, which do not chain; "
                    f"shapes are (replicates, n_out, n_in) with n_in the n_out of the layer below"
                )
        _check_biases(self)

    @property
    def depth(self) -> int:
        return len(self.weights)


def _check_array(name: str, array: Array, axes: int) -> None:
    if array.ndim != axes or 0 in array.shape:
        raise ValueError(
            f"Network: {name} has shape {array.shape}; {axes} axes, replicates first, and no width 0 are needed: "
            f"give every layer at least one unit"
        )
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"Network: {name}{list(where)} is {array[where]}; weights are finite: drop that replicate")


def _check_biases(net: Network) -> None:
    if net.biases and [b.shape for b in net.biases] != [w.shape[:2] for w in net.weights]:
        raise ValueError(
            f"Network: biases of shapes {[b.shape for b in net.biases]} do not fit weights of shapes "
            f"{[w.shape for w in net.weights]}; give one (replicates, n_out) for each layer, or none"
        )
    for l, bias in enumerate(net.biases, start=1):
        _check_array(f"b_{l}", bias, axes=2)


def random_network(
    widths: Sequence[int],
    rng: np.random.Generator,
    replicates: int = 1,
    activation: str = "relu",
    biases: bool = False,
    gain: float = 1.0,
    epsilon: float | None = None,
) -> Network:
    """Gaussian weights of variance gain²/n_in (biases: gain²) for the layer widths n_0, …, n_L."""
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"random_network(widths={list(widths)}): input and output widths of at least 1 are needed")

    def normal(*shape: int) -> Array:
        return gain * rng.standard_normal((replicates, *shape))

    weights = tuple(normal(n_out, n_in) / np.sqrt(n_in) for n_in, n_out in pairwise(widths))
    shifts = tuple(normal(n_out) for n_out in widths[1:]) if biases else ()
    return Network(weights, shifts, activation, epsilon)


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


def drift(run: Trajectory, weights: Array) -> Array:
    """|Σ_l c_l (‖W_l‖² at the end − at the start)|, (replicates,)."""
    return np.abs((run.norms[:, -1] - run.norms[:, 0]) @ weights)


@contextmanager
def _one_thread() -> Iterator[Any]:
    """torch on one thread: toy tensors lose an order of magnitude to a second one."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield torch
    finally:
        torch.set_num_threads(threads)


def _activated(name: str, z: "Tensor") -> "Tensor":
    if name == "linear":
        return z
    if name == "tanh":
        return z.tanh()
    return z.clamp(min=0) if name == "relu" else z.clamp(min=0) + LEAKY_SLOPE * z.clamp(max=0)


def _standardised(z: "Tensor", epsilon: float) -> "Tensor":
    centred = z - z.mean(dim=-2, keepdim=True)
    return centred / (centred.square().mean(dim=-2, keepdim=True) + epsilon).sqrt()


def _forward(net: Network, parameters: Sequence["Tensor"], x: "Tensor") -> "Tensor":
    """f(x), (replicates, samples, n_L); parameters are the weights, then the biases."""
    h = x
    for l in range(net.depth):
        z = h @ parameters[l].mT
        if net.biases:
            z = z + parameters[net.depth + l].unsqueeze(-2)
        if net.epsilon is not None:
            z = _standardised(z, net.epsilon)
        h = _activated(net.activation, z) if l + 1 < net.depth else z
    return h


def _tensors(net: Network, x: Array, y: Array) -> tuple[list["Tensor"], "Tensor", "Tensor"]:
    """Parameters, inputs and targets as float64 tensors, checked for finite data that fit."""
    import torch

    n_in, n_out = net.weights[0].shape[2], net.weights[-1].shape[1]
    if x.shape[-1] != n_in or y.shape[-1] != n_out or x.shape[:-1] != y.shape[:-1]:
        raise ValueError(
            f"training data: x has shape {x.shape} and y {y.shape}; the network needs (…, samples, {n_in}) and "
            f"(…, samples, {n_out})"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("training data: x or y holds NaN or infinity; remove those samples")
    parameters = [torch.tensor(p, dtype=torch.float64) for p in (*net.weights, *net.biases)]
    return parameters, torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)


def outputs(net: Network, x: Array) -> Array:
    """f(x), (replicates, samples, n_L), for x (samples, n_0) or (replicates, samples, n_0)."""
    with _one_thread() as torch, torch.no_grad():
        parameters, inputs, _ = _tensors(net, x, np.zeros((*x.shape[:-1], net.weights[-1].shape[1])))
        return _forward(net, parameters, inputs).numpy()


def pairing(net: Network, x: Array, y: Array) -> Array:
    """E⟨f, ℓ′(f)⟩ = mean over the samples of ⟨f, f − y⟩, (replicates,)."""
    f = outputs(net, x)
    return np.broadcast_to((f * (f - y)).sum(axis=-1), f.shape[:2]).mean(axis=-1)


def _downhill(net: Network, x: "Tensor", y: "Tensor", decay: float) -> Callable[[list["Tensor"]], list["Tensor"]]:
    """θ ↦ −∇L(θ) − λθ, replicate by replicate."""
    import torch

    def field_at(parameters: list["Tensor"]) -> list["Tensor"]:
        live = [p.detach().requires_grad_(True) for p in parameters]
        residual = _forward(net, live, x) - y
        loss = residual.square().sum() / (2 * residual.shape[-2])
        slopes = torch.autograd.grad(loss, live)
        return [-g - decay * p for g, p in zip(slopes, parameters, strict=True)]

    return field_at


def _moved(theta: list["Tensor"], step: float, velocity: list["Tensor"]) -> list["Tensor"]:
    return [p + step * v for p, v in zip(theta, velocity, strict=True)]


def _runge_kutta(theta: list["Tensor"], dt: float, at: Callable[[list["Tensor"]], list["Tensor"]]) -> list["Tensor"]:
    k1 = at(theta)
    k2 = at(_moved(theta, dt / 2, k1))
    k3 = at(_moved(theta, dt / 2, k2))
    k4 = at(_moved(theta, dt, k3))
    mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(k1, k2, k3, k4, strict=True)]
    return _moved(theta, dt, mean)


def _euler(theta: list["Tensor"], dt: float, at: Callable[[list["Tensor"]], list["Tensor"]]) -> list["Tensor"]:
    return _moved(theta, dt, at(theta))


def _run(net: Network, x: Array, y: Array, horizon: float, steps: int, decay: float, advance: Callable[..., Any]) -> Trajectory:
    if steps < 1 or not 0 < horizon < np.inf:
        raise ValueError(f"training for {steps} steps to time {horizon}: at least one step and a finite time > 0 are needed")
    with _one_thread() as torch:
        theta, inputs, targets = _tensors(net, x, y)
        at, path = _downhill(net, inputs, targets, decay), [theta]
        for _ in range(steps):
            path.append(advance(path[-1], horizon / steps, at))
        sums = torch.stack([torch.stack([p.flatten(1).square().sum(1) for p in point], 1) for point in path], 1)
    return _trajectory(net, np.linspace(0, horizon, steps + 1), sums.numpy(), [p.numpy() for p in path[-1]])


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
    return _run(net, x, y, horizon, steps, decay, _runge_kutta)


def gradient_descent(net: Network, x: Array, y: Array, rate: float, steps: int, decay: float = 0.0) -> Trajectory:
    """θ ← θ − η(∇L + λθ), `steps` times, with η = `rate`; times are multiples of η. Errors as gradient_flow."""
    return _run(net, x, y, rate * steps, steps, decay, _euler)
