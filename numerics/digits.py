"""Real data that needs no download: the handwritten digits that ship with scikit-learn.

1797 images of 8 × 8 pixels with ten labels. Pixels are standardised over the whole set (mean 0,
variance 1); a pixel that never varies becomes 0. With `side` below 8 the image is first averaged
over blocks, which keeps the data real and the networks small.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998);
its test half is what scikit-learn ships.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIDE = 8
CLASSES = 10


@cache
def _loaded() -> tuple[Array, NDArray[np.int64]]:
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the digits come with scikit-learn, which is not installed: pip install 'scale-referee[data]'",
            name="sklearn",
        ) from error
    data = load_digits()
    return np.asarray(data.images, dtype=float), np.asarray(data.target, dtype=np.int64)


@cache
def digits(side: int = SIDE) -> tuple[Array, NDArray[np.int64]]:
    """Standardised images (1797, side²) and labels 0 … 9 (1797,), both read-only.

    Raises ValueError unless side is 1, 2, 4 or 8, ModuleNotFoundError without scikit-learn.
    """
    if side not in (1, 2, 4, SIDE):
        raise ValueError(f"digits(side={side}): blocks must tile the 8 × 8 image; take 1, 2, 4 or 8")
    images, labels = _loaded()
    block = SIDE // side
    pooled = images.reshape(-1, side, block, side, block).mean(axis=(2, 4)).reshape(-1, side * side)
    spread = pooled.std(axis=0)
    pixels = (pooled - pooled.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    for array in (pixels, labels):
        array.flags.writeable = False
    return pixels, labels


def one_hot(labels: NDArray[np.int64]) -> Array:
    """Labels (…,) as centred indicators (…, 10): 0.9 at the label and −0.1 elsewhere."""
    return np.eye(CLASSES)[labels] - 1 / CLASSES


def batches(
    samples: int, rng: np.random.Generator, replicates: int = 1, side: int = SIDE
) -> tuple[Array, NDArray[np.int64]]:
    """One batch without replacement for each replicate: (replicates, samples, side²), (replicates, samples).

    Raises ValueError when `samples` is not between 1 and 1797.
    """
    pixels, labels = digits(side)
    if not 1 <= samples <= len(labels):
        raise ValueError(
            f"batches(samples={samples}): a batch is drawn without replacement from {len(labels)} images; "
            f"take 1 to {len(labels)}"
        )
    chosen = rng.random((replicates, len(labels))).argpartition(samples - 1, axis=1)[:, :samples]
    return pixels[chosen], labels[chosen]
