"""Small multilayer perceptrons, many replicates side by side in one tensor.

    f(x) = W_L φ(W_{L−1} … φ(W_1 x + b_1) …) + b_L,    W_l of shape (replicates, n_l, n_{l−1}).

Biases are optional, and so is standardising the output of every layer over the batch, which makes the
function invariant under the scale of each layer. The loss of a replicate is the mean over its samples
of ‖f(x) − y‖²/2. Everything is float64 on one thread: toy tensors lose an order of magnitude to a second one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
    orthogonal: bool = False,
    epsilon: float | None = None,
) -> Network:
    """Weights for the layer widths n_0, …, n_L: Gaussian of variance 1/n_in, or with orthonormal rows or columns
    (Haar distributed). Biases start at 0."""
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"random_network(widths={list(widths)}): input and output widths of at least 1 are needed")
    draw = _orthogonal if orthogonal else _gaussian
    weights = tuple(draw(rng, replicates, n_out, n_in) for n_in, n_out in pairwise(widths))
    shifts = tuple(np.zeros((replicates, n_out)) for n_out in widths[1:]) if biases else ()
    return Network(weights, shifts, activation, epsilon)


def _gaussian(rng: np.random.Generator, replicates: int, n_out: int, n_in: int) -> Array:
    return rng.standard_normal((replicates, n_out, n_in)) / np.sqrt(n_in)


def _orthogonal(rng: np.random.Generator, replicates: int, n_out: int, n_in: int) -> Array:
    """QR of a Gaussian matrix, the signs of R's diagonal moved into Q: uniform on the orthogonal group."""
    n = max(n_out, n_in)
    q, r = np.linalg.qr(rng.standard_normal((replicates, n, n)))
    signs = np.sign(np.diagonal(r, axis1=1, axis2=2))
    return (q * signs[:, None, :])[:, :n_out, :n_in]


@contextmanager
def one_thread() -> Iterator[Any]:
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


def forward(net: Network, parameters: Sequence["Tensor"], x: "Tensor") -> "Tensor":
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


def tensors(net: Network, x: Array, y: Array) -> tuple[list["Tensor"], "Tensor", "Tensor"]:
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
    with one_thread() as torch, torch.no_grad():
        parameters, inputs, _ = tensors(net, x, np.zeros((*x.shape[:-1], net.weights[-1].shape[1])))
        return forward(net, parameters, inputs).numpy()


def pairing(net: Network, x: Array, y: Array) -> Array:
    """E⟨f, ℓ′(f)⟩ = mean over the samples of ⟨f, f − y⟩, (replicates,)."""
    f = outputs(net, x)
    return np.broadcast_to((f * (f - y)).sum(axis=-1), f.shape[:2]).mean(axis=-1)
