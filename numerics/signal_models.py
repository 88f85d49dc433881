"""State-space models trained on a real signal: one electroencephalogram, several widths, two dozen replicates each.

Model
    x_{t+1} = A x_t + B u_t predicts the next sample by û_{t+1} = C x_{t+1} = Σ_k C A^k B u_{t−k}, so that
    S = CB, the sum of the residues of ψ(z) = C(zI − A)^−1 B, is the weight of the last sample. The best linear
    predictor of a stationary signal has one such weight, h₁, whatever the width: `last_weight` is its estimate by
    least squares on the last `order` samples.

Training
    LeCun's initialisation (fan-in "joint"), A scaled to a spectral radius of at most 0.95; mean squared error on
    windows of 64 samples after 8 of warm-up; Adam with a learning rate that falls linearly to 0 and gradients of norm
    at most 1; all replicates at once in one tensor, float64, one thread. The stored file is made by
    python -m numerics.signal_models  in about three minutes; it holds A, B, C and no signal.

Data
    The first channel of `eeg.dat`, 800 samples, that matplotlib ships with its examples, standardised.

Reference
    H. Akaike, Annals of the Institute of Statistical Mathematics 21 (1969) 243 (prediction by autoregression);
    D. Kingma, J. Ba, ICLR 2015 (Adam).
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.perceptrons import one_thread
from numerics.state_space import StateSpace, lecun
from numerics.streams import stream

FOLDER = Path(__file__).parent / "families_data"
NAME = "eeg_state_space"
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48)
REPLICATES, STEPS, RATE = 24, 800, 0.01
WINDOW, WARM_UP = 64, 8
Array = NDArray[np.float64]


def electroencephalogram(channel: int = 0) -> Array:
    """The standardised signal, (800,). Raises ValueError for a channel that is not 0, 1, 2 or 3."""
    import matplotlib.cbook

    if channel not in range(4):
        raise ValueError(f"channel {channel} of the electroencephalogram: there are 0, 1, 2 and 3")
    with matplotlib.cbook.get_sample_data("eeg.dat") as file:
        u = np.frombuffer(file.read(), dtype=np.float64).reshape(800, 4)[:, channel]
    return (u - u.mean()) / u.std()


def last_weight(u: Array, order: int) -> tuple[float, float]:
    """(h₁, mean squared error) of the best linear prediction from the last `order` samples, by least squares."""
    past = np.stack([u[order - 1 - i : len(u) - 1 - i] for i in range(order)], axis=1)
    weights = np.linalg.lstsq(past, u[order:], rcond=None)[0]
    return float(weights[0]), float(np.mean((u[order:] - past @ weights) ** 2))


def trained(u: Array, width: int, *, replicates: int = REPLICATES, steps: int = STEPS) -> tuple[StateSpace, Array]:
    """(models, mean squared errors (replicates,)): `replicates` models (replicates, n, n), … trained on u."""
    start = _stable(lecun(width, stream(11, width), draws=replicates))
    with one_thread() as torch:
        parameters = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in (start.A, start.B, start.C)]
        windows = torch.tensor(np.stack([u[i : i + WINDOW + 1] for i in range(0, len(u) - WINDOW, WINDOW)]))
        optimiser = torch.optim.Adam(parameters, lr=RATE)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, total_iters=steps)
        for _ in range(steps):
            optimiser.zero_grad()
            _errors(parameters, windows).sum().backward()
            _clip(parameters)
            optimiser.step()
            schedule.step()
        errors = _errors(parameters, windows).detach().numpy()
    A, B, C = (p.detach().numpy() for p in parameters)
    return StateSpace(A, B, C), errors


def _stable(model: StateSpace) -> StateSpace:
    """A scaled to a spectral radius of at most 0.95: from beyond 1 the error explodes along a window."""
    radius = np.abs(np.linalg.eigvals(model.A)).max(axis=-1)
    return StateSpace(model.A * np.minimum(1, 0.95 / radius)[:, None, None], model.B, model.C)


def _clip(parameters: list[Any]) -> None:
    """Scale the gradient of each replicate to norm at most 1, lest one explosion stall Adam for good."""
    squares = sum((p.grad**2).sum(dim=(1, 2)) for p in parameters)
    factor = squares.sqrt().clamp(min=1.0) ** -1
    for p in parameters:
        p.grad *= factor[:, None, None]


def _errors(parameters: list[Any], windows: Any) -> Any:
    """Mean squared error of each replicate, (replicates,)."""
    import torch

    A, B, C = parameters
    x = torch.zeros(A.shape[0], windows.shape[0], A.shape[1], dtype=A.dtype)
    predicted = []
    for t in range(WINDOW):
        x = x @ A.transpose(1, 2) + windows[None, :, t, None] * B.transpose(1, 2)
        predicted.append(x @ C.transpose(1, 2))
    differences = torch.cat(predicted, dim=2) - windows[None, :, 1:]
    return (differences[:, :, WARM_UP:] ** 2).mean(dim=(1, 2))


def model(width: int, replicate: int, folder: Path = FOLDER) -> StateSpace:
    """One stored model, A (n, n), B (n, 1), C (1, n). Raises ValueError for an unknown width or replicate, or a file
    that is not the one its record describes.
    """
    if width not in WIDTHS or not 0 <= replicate < REPLICATES:
        raise ValueError(
            f"{NAME}: no model of width {width}, replicate {replicate}; widths are {', '.join(map(str, WIDTHS))}, "
            f"replicates 0 to {REPLICATES - 1}"
        )
    tensors = _stored(folder)
    A, B, C = (tensors[f"{name}_{width:04d}"][replicate].astype(np.float64) for name in "ABC")
    return StateSpace(A, B, C)


@cache
def _stored(folder: Path) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load

    record = json.loads((folder / f"{NAME}.json").read_text("utf-8"))
    content = (folder / f"{NAME}.safetensors").read_bytes()
    if hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise ValueError(f"{NAME}.safetensors is not the file of its record; run python -m numerics.signal_models")
    return load(content)


def main(folder: Path = FOLDER) -> None:
    """Train every width and write the file with its record."""
    from safetensors.numpy import save

    u, tensors, errors = electroencephalogram(), {}, {}
    for width in WIDTHS:
        models, error = trained(u, width)
        errors[width] = [round(float(e), 5) for e in error]
        print(f"width {width}: mean squared error {error.min():.4f} to {error.max():.4f}")
        tensors |= {f"{name}_{width:04d}": getattr(models, name).astype(np.float32) for name in "ABC"}
    content = save(tensors)
    (folder / f"{NAME}.safetensors").write_bytes(content)
    record = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "errors": errors,
        "training": {"steps": STEPS, "rate": RATE, "window": WINDOW, "warm_up": WARM_UP, "replicates": REPLICATES},
    }
    (folder / f"{NAME}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
