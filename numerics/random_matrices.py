"""Spectra of weight matrices: random ensembles, and moments through products.

Statement
    M_k(W) = tr W^k / N for W of shape (…, N, N), and of WᵀW: tr (WᵀW)^k / N for W of shape (…, M, N).
    With A = W^⌈k/2⌉ and B = W^⌊k/2⌋, tr W^k = Σ_ij A_ij B_ji: half of the products and no eigenvalues. The
    trace needs no eigenvalue decomposition, and the rounding of products is that of a sum.

Ensembles (rng is a NumPy Generator; `draws` adds a leading axis of independent draws)
    gaussian_orthogonal   symmetric, off-diagonal variance v, diagonal 2v, mean μ
    ginibre               real iid Gaussian entries, variance v, mean μ
    complex_ginibre       complex iid Gaussian entries, E |w|² = 1, E w² = 0
    wishart_factor        M × N real iid Gaussian entries: the W of WᵀW
    fan_in                M × N of variance gain/M: M inputs, N outputs, x ↦ xW
    pareto                symmetric, P(|w| > x) = x^−a for x ≥ 1, random signs

Reference
    The exact means are in theory.random_matrices.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def ginibre(
    size: int, rng: np.random.Generator, *, variance: float = 1.0, mean: float = 0.0, draws: int | None = None
) -> Array:
    """Real iid entries N(μ, v), shape (size, size) or (draws, size, size)."""
    return wishart_factor(size, size, rng, variance=variance, mean=mean, draws=draws)


def wishart_factor(
    rows: int,
    columns: int,
    rng: np.random.Generator,
    *,
    variance: float = 1.0,
    mean: float = 0.0,
    draws: int | None = None,
) -> Array:
    """Real iid entries N(μ, v), shape (rows, columns) or (draws, rows, columns)."""
    return mean + np.sqrt(_positive("variance", variance)) * rng.standard_normal(_shape(rows, columns, draws))


def gaussian_orthogonal(
    size: int, rng: np.random.Generator, *, variance: float = 1.0, mean: float = 0.0, draws: int | None = None
) -> Array:
    """Symmetric, entries N(μ, v) off the diagonal and N(μ, 2v) on it, shape (size, size) or (draws, size, size)."""
    w = ginibre(size, rng, variance=variance, draws=draws)
    return mean + (w + w.swapaxes(-1, -2)) / np.sqrt(2)


def complex_ginibre(size: int, rng: np.random.Generator, *, draws: int | None = None) -> NDArray[np.complexfloating]:
    """Complex iid entries, real and imaginary part N(0, 1/2), shape (size, size) or (draws, size, size)."""
    real, imaginary = (ginibre(size, rng, variance=0.5, draws=draws) for _ in range(2))
    return real + 1j * imaginary


def fan_in(
    inputs: int, outputs: int, rng: np.random.Generator, *, gain: float = 1.0, draws: int | None = None
) -> Array:
    """iid entries N(0, gain/inputs), shape (inputs, outputs); gain 1 is LeCun's initialisation, 2 is He's."""
    _shape(inputs, outputs, draws)
    return wishart_factor(inputs, outputs, rng, variance=gain / inputs, draws=draws)


def pareto(size: int, tail: float, rng: np.random.Generator, *, draws: int | None = None) -> Array:
    """Symmetric, entries ± x with P(x > t) = t^−tail for t ≥ 1, shape (size, size) or (draws, size, size)."""
    shape = _shape(size, size, draws)
    signs = 1 - 2 * rng.integers(2, size=shape, dtype=np.int8)
    entries = signs * (1.0 - rng.random(shape)) ** (-1.0 / _positive("tail", tail))
    upper = np.triu(entries)
    return upper + np.triu(entries, 1).swapaxes(-1, -2)


def replicated(w: Array, r: int) -> Array:
    """W ⊗ J_r / r: each weight copied into an r × r block and divided by r, which keeps the function of the layer."""
    return np.kron(_checked(w), np.full(_shape(r, r, None), 1.0 / r))


def spectral_moment(w: Array, k: int) -> NDArray[np.inexact]:
    """tr W^k / N, shape (…, N, N) → (…): a float for one matrix.

    Raises ValueError for entries that are NaN or infinite, an empty or a rectangular matrix, k < 1, and a
    moment beyond the range of floats.
    """
    w = _checked(w)
    if w.shape[-1] != w.shape[-2]:
        raise ValueError(
            f"weights of shape {w.shape}: eigenvalues need a square matrix; take singular_moment for {w.shape[-2]} × "
            f"{w.shape[-1]}"
        )
    _positive_integer(k)
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(_trace_of_power(w, int(k)), int(k)) / w.shape[-1]


def singular_moment(w: Array, k: int) -> NDArray[np.inexact]:
    """tr (WᵀW)^k / N, W of shape (…, M, N) → (…), through the smaller of the two Gram matrices.

    Raises ValueError as `spectral_moment` does; a rectangular matrix is welcome.
    """
    w = _checked(w)
    _positive_integer(k)
    t = w.conj().swapaxes(-1, -2)
    with np.errstate(over="ignore", invalid="ignore"):
        if k == 1:
            return _finite(np.einsum("...ij,...ij->...", w, w.conj()).real, 2) / w.shape[-1]
        gram = t @ w if w.shape[-1] <= w.shape[-2] else w @ t
        return _finite(_trace_of_power(gram, int(k)), 2 * int(k)) / w.shape[-1]


def _trace_of_power(w: Array, k: int) -> NDArray[np.inexact]:
    """tr W^k = Σ_ij A_ij B_ji with A = W^⌈k/2⌉, B = W^⌊k/2⌋."""
    if k == 1:
        return np.trace(w, axis1=-2, axis2=-1)
    half = np.linalg.matrix_power(w, k // 2)
    other = half if k % 2 == 0 else half @ w
    return np.einsum("...ij,...ji->...", other, half)


def _positive_integer(k: int) -> None:
    if k < 1 or k != int(k):
        raise ValueError(f"moment of order k = {k}: k is a positive integer, since the 0th moment is 1")


def _finite(moment: NDArray[np.inexact], degree: int) -> NDArray[np.inexact]:
    if not np.isfinite(moment).all():
        raise ValueError(
            f"a moment of degree {degree} in the weights is beyond the range of {moment.dtype}; divide W by a number c "
            f"and multiply the moment by c^{degree} exactly"
        )
    return moment


def _checked(w: Array) -> Array:
    """The weights as floats of at least single precision, finite and not empty."""
    w = np.asarray(w)
    if w.ndim < 2 or 0 in w.shape:
        raise ValueError(
            f"weights of shape {w.shape}: a matrix has at least one row and one column; a layer of width 0 has no "
            f"spectrum, so leave it out"
        )
    if not np.isfinite(w).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(w))[0])
        raise ValueError(
            f"weight {w[bad]} at index {bad} of shape {w.shape}: weights are finite numbers; look for a diverged run "
            f"or a damaged file"
        )
    return w.astype(np.result_type(w.dtype, np.float32), copy=False)


def _shape(rows: int, columns: int, draws: int | None) -> tuple[int, ...]:
    shape = (rows, columns) if draws is None else (draws, rows, columns)
    if min(shape) < 1:
        raise ValueError(f"matrices of shape {shape}: widths and draws are at least 1")
    return shape


def _positive(name: str, number: float) -> float:
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} = {number}: a finite positive number is needed")
    return float(number)
