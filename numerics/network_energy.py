"""Σ_l ‖∂f/∂w_l‖² of real networks at initialisation, by automatic differentiation.

Statement
    f = W_L φ(W_{L−1} … φ(W_1)) at the input 1, in the parametrisations of theory.network_energy: W_l = n^(−a_l) w_l,
    raw weights w_l normal with standard deviation √s n^(−b_l); s = 1 for linear φ, 2 for ReLU, so that κs = 1.
    Gradients are taken with respect to the raw weights w_l.

Reference
    The expectation is theory.network_energy (1).
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from theory.network_energy import Parametrisation

if TYPE_CHECKING:
    from torch import Tensor

GAIN = {"linear": 1.0, "relu": 2.0}


def energies(
    parametrisation: Parametrisation,
    width: int,
    rng: np.random.Generator,
    draws: int = 1,
    depth: int = 3,
    activation: str = "linear",
    rates: bool = False,
    target: float | None = None,
) -> NDArray[np.float64]:
    """‖∂f/∂w_l‖² for each draw and layer, (draws, depth); times the learning rate n^c if `rates`.

    With `target` y of the loss (f − y)²/2 instead of f. Raises ValueError for an unknown activation or depth < 2.
    """
    import torch

    if activation not in GAIN:
        raise ValueError(f"activation {activation!r}: unknown; there are {', '.join(GAIN)}")
    if depth < 2:
        raise ValueError(f"depth {depth}: a network has a first and a last layer, so at least 2")
    places = [0, *[1] * (depth - 2), 2]
    sizes = [1, *[width] * (depth - 1), 1]
    raw = []
    for place, rows, columns in zip(places, sizes[1:], sizes[:-1], strict=True):
        spread = np.sqrt(GAIN[activation]) * float(width) ** -float(parametrisation.b[place])
        values = rng.standard_normal((draws, rows, columns)) * spread
        raw.append(torch.tensor(values, dtype=torch.float64, requires_grad=True))
    output = _forward(raw, [float(width) ** -float(parametrisation.a[p]) for p in places], activation)
    value = output.sum() if target is None else ((output - target) ** 2).sum() / 2
    gradients = torch.autograd.grad(value, raw)  # the draws do not mix, so the sum's gradient is each one's own
    found = np.stack([(g**2).sum(dim=(1, 2)).numpy() for g in gradients], axis=1)
    scale = np.array([float(width) ** float(parametrisation.rate[p]) for p in places]) if rates else 1.0
    return found * scale


def _forward(raw: "list[Tensor]", multipliers: list[float], activation: str) -> "Tensor":
    """f for each draw, (draws,)."""
    h = multipliers[0] * raw[0]
    for weight, multiplier in zip(raw[1:], multipliers[1:], strict=True):
        h = multiplier * (weight @ (h.relu() if activation == "relu" else h))
    return h[:, 0, 0]
