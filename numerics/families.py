"""Families of networks trained on real data, stored once and measured often.

Statement
    A family is one architecture at several widths with independent replicates at each. `digits_mlp` is
        x ↦ relu(relu(x W₁) W₂) W₃,   W₁: 64 × w, W₂: w × w, W₃: w × 10, no biases,
    for w in WIDTHS and REPLICATES replicates, trained on scikit-learn's 8 × 8 digits with cross-entropy by
    stochastic gradient descent with momentum. Entries start as N(0, 2/fan-in).

    `python -m numerics.families` trains what is missing: one safetensors file a width, written in one step, with
    its SHA-256 in manifest.json. A run that was interrupted goes on at the width it was at. Each replicate
    has a NumPy stream of its own, seeded (SEED, width, replicate), for its start and the order of its images,
    so that replicates are independent given the data. Other machines round differently: the hash identifies
    the stored weights, and a retrained family is a new sample of the same law.

    Nothing here unpickles, and reading needs no torch.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "families_data"
MANIFEST = "manifest.json"
NAME = "digits_mlp"
WIDTHS = (16, 24, 32, 48, 64, 96, 128)
REPLICATES = 24
LAYERS = ("input", "hidden", "output")
SEED = 7
EPOCHS, BATCH, STEP, MOMENTUM = 40, 64, 0.02, 0.9
TEST_EVERY = 5

Array = NDArray[np.floating]


class DamagedFamily(ValueError):
    """A stored family that is not what its manifest says."""


@dataclass(frozen=True)
class Family:
    """What is stored: widths, replicates, layers, and per width the accuracies, shape (replicates,)."""

    name: str
    folder: Path
    widths: tuple[int, ...]
    replicates: int
    layers: tuple[str, ...]
    train_accuracy: Mapping[int, Array]
    test_accuracy: Mapping[int, Array]
    sha256: Mapping[int, str]

    def path(self, width: int) -> Path:
        """The file that holds every replicate of one width."""
        if width not in self.widths:
            raise ValueError(f"{self.name}: no width {width}; the stored widths are {', '.join(map(str, self.widths))}")
        return self.folder / _file_name(width)


def family(name: str = NAME, folder: Path = FOLDER) -> Family:
    """The stored family `name`, from its manifest.

    Raises ValueError for an unknown name and DamagedFamily for a manifest that is missing or unreadable.
    """
    if name != NAME:
        raise ValueError(f"no family {name!r}; the stored one is {NAME!r}")
    try:
        records = {r["width"]: r for r in sorted(_manifest(folder)["files"].values(), key=lambda r: r["width"])}
        return Family(
            name,
            folder,
            widths=tuple(records),
            replicates=min((len(r["seeds"]) for r in records.values()), default=0),
            layers=LAYERS,
            train_accuracy={w: np.array(r["train_accuracy"]) for w, r in records.items()},
            test_accuracy={w: np.array(r["test_accuracy"]) for w, r in records.items()},
            sha256={w: r["sha256"] for w, r in records.items()},
        )
    except (KeyError, TypeError) as error:
        raise DamagedFamily(
            f"{folder / MANIFEST}: an entry lacks {error}; restore the manifest or run `make families`"
        ) from error


def weights(name: str, width: int, replicate: int, layer: str = "hidden", folder: Path = FOLDER) -> NDArray[np.float32]:
    """One trained matrix, shape (inputs, outputs), float32; the file's hash is checked before it is read.

    Raises ValueError for an unknown width, replicate or layer, and DamagedFamily when the file is missing, its
    hash is not the manifest's, or a weight is NaN or infinite.
    """
    stored = family(name, folder)
    path = stored.path(width)
    if layer not in stored.layers:
        raise ValueError(f"{name}: no layer {layer!r}; the layers are {', '.join(stored.layers)}")
    if not 0 <= replicate < stored.replicates:
        raise ValueError(f"{name}: no replicate {replicate}; there are {stored.replicates}, counted from 0")
    return _tensors(path, stored.sha256[width], width)[layer][replicate]


def initial_weights(width: int, replicate: int) -> dict[str, NDArray[np.float32]]:
    """Where the training of a replicate started: N(0, 2/inputs), layer → (inputs, outputs)."""
    return _start(_stream(width, replicate), width)


@cache
def _tensors(path: Path, sha256: str, width: int) -> dict[str, NDArray[np.float32]]:
    """Layer → (replicates, inputs, outputs), read once per process."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if not path.is_file():
        raise DamagedFamily(f"{path.name}: the file is missing; run `make families` to train it again")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DamagedFamily(
            f"{path.name}: SHA-256 is {found[:12]}…, the manifest says {sha256[:12]}…; the file was changed or cut "
            f"short, so restore it or run `make families`"
        )
    try:
        tensors = load(content)
    except SafetensorError as error:
        raise DamagedFamily(f"{path.name}: not a safetensors file ({error}); run `make families`") from error
    for layer, shape in zip(LAYERS, _shapes(width), strict=True):
        tensor = tensors.get(layer, np.empty(0))
        if tensor.shape[1:] != shape:
            raise DamagedFamily(
                f"{path.name}: no {layer} of shape (replicates, {shape[0]}, {shape[1]}) but {tensor.shape}; it was "
                f"made by another version, so run `make families`"
            )
        if not np.isfinite(tensor).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(tensor))[0])
            raise DamagedFamily(
                f"{path.name}: {layer} holds {tensor[where]} at {where} (replicate, row, column); weights are finite, "
                f"so the training diverged: run `make families` with a smaller step"
            )
        tensor.flags.writeable = False
    return tensors


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DamagedFamily(f"{path}: there is no manifest; run `make families` to train the family") from None
    except ValueError as error:
        raise DamagedFamily(f"{path}: not JSON ({error}); restore it or run `make families`") from error
    if not isinstance(manifest.get("files") if isinstance(manifest, dict) else None, dict):
        raise DamagedFamily(f"{path}: no entry 'files'; restore it or run `make families`")
    return manifest


def _file_name(width: int) -> str:
    return f"{NAME}_{width:04d}.safetensors"


def _stream(width: int, replicate: int) -> np.random.Generator:
    return np.random.default_rng([SEED, width, replicate])


def _start(rng: np.random.Generator, width: int) -> dict[str, NDArray[np.float32]]:
    return {
        layer: (np.sqrt(2 / shape[0]) * rng.standard_normal(shape)).astype(np.float32)
        for layer, shape in zip(LAYERS, _shapes(width), strict=True)
    }


def _shapes(width: int) -> tuple[tuple[int, int], ...]:
    return (64, width), (width, width), (width, 10)


def split_digits() -> tuple[tuple[Array, NDArray[np.int64]], tuple[Array, NDArray[np.int64]]]:
    """(images, labels) to train on and to test on: every fifth image is kept for the test."""
    from numerics.digits import digits

    images, labels = digits()
    test = np.arange(len(labels)) % TEST_EVERY == 0
    return (images[~test], labels[~test]), (images[test], labels[test])


def train(
    width: int, replicates: int = REPLICATES, epochs: int = EPOCHS
) -> tuple[dict[str, NDArray[np.float32]], Array, Array]:
    """All replicates of one width at once: layer → (replicates, inputs, outputs), train and test accuracy.

    Accuracies have shape (replicates,). One thread. Raises FloatingPointError when a loss is not finite.
    """
    import torch

    torch.set_num_threads(1)
    (images, labels), (test_images, test_labels) = split_digits()
    x, y = torch.tensor(images, dtype=torch.float32), torch.tensor(labels)
    streams = [_stream(width, r) for r in range(replicates)]
    starts = [_start(rng, width) for rng in streams]
    layers = [torch.tensor(np.stack([s[layer] for s in starts]), requires_grad=True) for layer in LAYERS]
    optimiser = torch.optim.SGD(layers, lr=STEP, momentum=MOMENTUM)
    for _ in range(epochs):
        order = torch.tensor(np.stack([rng.permutation(len(y)) for rng in streams]))
        for batch in order.split(BATCH, dim=1):
            scores = _scores(x[batch], layers)
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), y[batch].flatten(), reduction="sum")
            if not torch.isfinite(loss):
                raise FloatingPointError(f"width {width}: the loss is {loss.item()}; the step {STEP} is too large")
            optimiser.zero_grad()
            (loss / batch.shape[1]).backward()
            optimiser.step()
    tested = torch.tensor(test_images, dtype=torch.float32), torch.tensor(test_labels)
    tensors = {layer: w.detach().numpy() for layer, w in zip(LAYERS, layers, strict=True)}
    return tensors, _accuracy(x, y, layers), _accuracy(*tested, layers)


def _scores(x: Any, layers: list[Any]) -> Any:
    """Images (replicates, images, 64), or (images, 64) for all alike → scores (replicates, images, 10)."""
    for w in layers[:-1]:
        x = (x @ w).relu()
    return x @ layers[-1]


def _accuracy(x: Any, y: Any, layers: list[Any]) -> Array:
    import torch

    with torch.no_grad():
        return (_scores(x, layers).argmax(-1) == y).double().mean(-1).numpy()


def make(
    folder: Path = FOLDER, widths: tuple[int, ...] = WIDTHS, replicates: int = REPLICATES, epochs: int = EPOCHS
) -> list[int]:
    """Train and store the widths that are not stored with the right hash; returns those that were trained."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    records = _manifest(folder)["files"] if (folder / MANIFEST).is_file() else {}
    trained = []
    for width in widths:
        path = folder / _file_name(width)
        if path.is_file() and _hash(path) == records.get(path.name, {}).get("sha256"):
            continue
        tensors, train_accuracy, test_accuracy = train(width, replicates, epochs)
        content = save(tensors)
        _write(path, content)
        records[path.name] = {
            "width": width,
            "sha256": hashlib.sha256(content).hexdigest(),
            "seeds": [[SEED, width, r] for r in range(replicates)],
            "train_accuracy": [round(float(a), 4) for a in train_accuracy],
            "test_accuracy": [round(float(a), 4) for a in test_accuracy],
        }
        manifest = {"family": NAME, "training": _training(epochs), "versions": _versions(), "files": records}
        _write(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        trained.append(width)
    return trained


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """In one step: an interrupted run leaves the old file or the new one."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, path)


def _training(epochs: int) -> dict[str, Any]:
    return {
        "data": "scikit-learn digits, every fifth image kept for the test",
        "loss": "cross-entropy",
        "optimiser": "SGD",
        "step": STEP,
        "momentum": MOMENTUM,
        "batch": BATCH,
        "epochs": epochs,
        "start": "N(0, 2/fan-in), no biases",
        "dtype": "float32",
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {package: version(package) for package in ("numpy", "torch", "scikit-learn", "safetensors")}


def main() -> None:
    """Train what is missing and say how good it is."""
    trained = make()
    stored = family()
    for width in stored.widths:
        state = "trained" if width in trained else "kept"
        train_mean, test_mean = stored.train_accuracy[width].mean(), stored.test_accuracy[width].mean()
        print(f"width {width:4d}  {state:7s}  accuracy {train_mean:.3f} (train) {test_mean:.3f} (test)")


if __name__ == "__main__":
    main()
