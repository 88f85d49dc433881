"""Real data that needs no download: the handwritten digits that ship with scikit-learn.

1797 images of 8 × 8 pixels with ten labels. Pixels are standardised over the whole set (mean 0,
variance 1); a pixel that never varies becomes 0. `principal_components` projects them on their leading
directions, which keeps the data real and the networks small. `whitened` gives each batch mean 0 and
covariance 1, so that no batch is stiffer than another.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998);
its test half is what scikit-learn ships.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

CLASSES = 10


@cache
def digits() -> tuple[Array, Labels]:
    """Standardised pixels (1797, 64) and labels 0 … 9 (1797,), both read-only.

    Raises ModuleNotFoundError, naming the extra to install, without scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the digits come with scikit-learn, which is not installed: pip install 'scale-referee[data]'",
            name="sklearn",
        ) from error
    data = load_digits()
    pixels, labels = np.asarray(data.data, dtype=float), np.asarray(data.target, dtype=np.int64)
    spread = pixels.std(axis=0)
    pixels = (pixels - pixels.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return _frozen(pixels), _frozen(labels)


@cache
def principal_components(k: int) -> Array:
    """The k leading principal components of the standardised digits, scaled to variance 1, (1797, k).

    Raises ValueError unless 1 ≤ k ≤ 61: three of the 64 pixels never vary.
    """
    pixels, _ = digits()
    left, values, _ = np.linalg.svd(pixels, full_matrices=False)
    rank = int((values > 1e-9 * values[0]).sum())
    if not 1 <= k <= rank:
        raise ValueError(f"principal_components({k}): the digits have rank {rank}; take 1 to {rank} components")
    return _frozen(left[:, :k] * np.sqrt(len(pixels)))


def _frozen(array: NDArray) -> NDArray:
    array.flags.writeable = False
    return array


def one_hot(labels: Labels) -> Array:
    """Labels (…,) as centred indicators (…, 10): 0.9 at the label and −0.1 elsewhere."""
    return np.eye(CLASSES)[labels] - 1 / CLASSES


def batches(
    samples: int, rng: np.random.Generator, replicates: int = 1, components: int | None = None
) -> tuple[Array, Labels]:
    """One batch without replacement for each replicate: inputs (replicates, samples, 64 or components)
    and labels (replicates, samples).

    Raises ValueError when `samples` is not between 1 and 1797.
    """
    _, labels = digits()
    inputs = digits()[0] if components is None else principal_components(components)
    if not 1 <= samples <= len(labels):
        raise ValueError(
            f"batches(samples={samples}): a batch is drawn without replacement from {len(labels)} images; "
            f"take 1 to {len(labels)}"
        )
    chosen = rng.random((replicates, len(labels))).argpartition(samples - 1, axis=1)[:, :samples]
    return inputs[chosen], labels[chosen]


def whitened(x: Array) -> Array:
    """The batches (…, samples, n), each shifted and turned to mean 0 and covariance 1 (ZCA).

    Raises ValueError for a batch that does not span n dimensions.
    """
    centred = x - x.mean(axis=-2, keepdims=True)
    values, vectors = np.linalg.eigh(centred.mT @ centred / x.shape[-2])
    if values.min() <= 1e-9 * values.max():
        raise ValueError(
            f"whitened: a batch of {x.shape[-2]} samples has a covariance of rank below {x.shape[-1]}; "
            f"take more samples or fewer components"
        )
    return centred @ (vectors / np.sqrt(values)[..., None, :]) @ vectors.mT
