"""Transfer matrices of Potts strips: leading eigenvalues sector by sector, the gap and its slope.

Model
    q-state Potts spins on the square lattice, weight Π exp(K δ(s, s′)) over bonds; Ising is q = 2 with
    K = 2 K_Ising. The strip has L ≥ 3 sites across, periodic, and T acts along it:
        (1)  T = D^½ V D^½,   D = Π_i exp(K δ(s_i, s_i+1)),   V = ⊗_i (J + (e^K − 1) 1), J the matrix of ones.
    T is symmetric and positive definite for K > 0, and Tr T^n is the partition function of the L × n torus.

Sectors
    T commutes with the shift of all spins by one, s → s + 1 mod q. On a function of charge k,
    f(s + 1) = ω^k f(s), ω = e^{2πi/q}, everything follows from ψ = f(0, ·, …, ·), of shape (q,)*(L − 1):
    one site of V rolls every axis of ψ, the others act on one axis each, so that T costs q^L operations
    and is never stored. The largest eigenvalue Λ_0 has charge 0. The spin correlations decay as the
    largest eigenvalue Λ_1 of charge 1, so that
        (2)  gap = ln(Λ_0/Λ_1) = 1/ξ,   in units of the lattice spacing;
        (3)  L · gap → 2π x at K_c = ln(1 + √q), whatever ν is, with x = η/2 (q = 2: π/4, q = 3: 4π/15);
        (4)  d(L · gap)/dK at K_c grows as L^{1/ν}: the place where ν stands.
    The slope in (4) is that of the eigenvalues, ⟨ψ|dT/dK|ψ⟩ (Hellmann–Feynman); no difference is taken.

Precision
    Lanczos to relative accuracy 1e−12 in the eigenvalue; the residual |Tψ − Λψ|/Λ is checked, and bounds
    the error of Λ/Λ itself because T is Hermitian.

Reference
    C. Domb, Adv. Phys. 9 (1960) 149 (transfer matrices); J. Cardy, J. Phys. A 17 (1984) L385 (3);
    M. P. Nightingale, Physica A 83 (1976) 561 and M. E. Fisher, M. N. Barber, Phys. Rev. Lett. 28 (1972) 1516 (4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, eigsh

from numerics.measured_exponents import MeasuredExponent, extrapolated

Array = NDArray[np.inexact]
LARGEST = 2_000_000
RESIDUAL = 1e-9


@dataclass(frozen=True)
class Strip:
    """q-state Potts strip of circumference L at coupling K > 0 (weight e^K for equal neighbours).

    Raises ValueError for q < 2, L < 3 (two sites across would count one bond twice), K ≤ 0, and for more
    than LARGEST amplitudes q^(L − 1).
    """

    q: int
    L: int
    K: float

    def __post_init__(self) -> None:
        if self.q < 2 or self.L < 3 or not (np.isfinite(self.K) and self.K > 0):
            raise ValueError(
                f"Potts strip with q = {self.q}, L = {self.L}, K = {self.K}: needs q ≥ 2, L ≥ 3 and a finite K > 0"
            )
        if self.q ** (self.L - 1) > LARGEST:
            raise ValueError(
                f"Potts strip with q = {self.q}, L = {self.L}: {self.q ** (self.L - 1)} amplitudes are more than "
                f"{LARGEST}; take a narrower strip"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of ψ: the spins of sites 1, …, L − 1 relative to site 0."""
        return (self.q,) * (self.L - 1)


@dataclass(frozen=True)
class Level:
    """Largest eigenvalue of T in one sector: ln Λ and d ln Λ/dK."""

    log: float
    slope: float


def critical_coupling(q: int) -> float:
    """K_c = ln(1 + √q) of the square lattice, by self-duality; the transition is continuous for q ≤ 4."""
    return float(np.log(1 + np.sqrt(q)))


def satisfied_bonds(strip: Strip) -> NDArray[np.int64]:
    """Σ_i δ(s_i, s_{i+1}) around the strip with s_0 = 0, of shape `strip.shape`."""
    spins = [np.zeros((1,) * (strip.L - 1), dtype=int), *np.indices(strip.shape, sparse=True)]
    return sum((spins[i] == spins[(i + 1) % strip.L]).astype(int) for i in range(strip.L))


def _bond(psi: Array, axis: int, K: float) -> Array:
    """J + (e^K − 1) 1 along one axis."""
    return np.expm1(K) * psi + psi.sum(axis=axis, keepdims=True)


def _bond_at_origin(psi: Array, K: float, q: int, charge: int) -> Array:
    """The same on site 0: f(a, s) = ω^{ka} ψ(s − a), summed over a."""
    axes = tuple(range(psi.ndim))
    rolled = (phase(q, charge * a) * np.roll(psi, (a,) * psi.ndim, axes) for a in range(1, q))
    return np.exp(K) * psi + sum(rolled)


def phase(q: int, k: int) -> complex | float:
    """ω^k with ω = e^{2πi/q}, real where it is real."""
    k %= q
    if k == 0:
        return 1.0
    return -1.0 if 2 * k == q else complex(np.exp(2j * np.pi * k / q))


def _column(strip: Strip, charge: int, psi: Array, sites: range) -> Array:
    """V restricted to the given sites."""
    for i in sites:
        psi = _bond(psi, i - 1, strip.K) if i else _bond_at_origin(psi, strip.K, strip.q, charge)
    return psi


def operator(strip: Strip, charge: int = 0) -> LinearOperator:
    """T of (1) on functions of the given charge, as a SciPy operator of dimension q^(L − 1).

    The scalar product is that of f, divided by q. Raises ValueError for a charge outside 0, …, q − 1.
    """
    if not 0 <= charge < strip.q:
        raise ValueError(f"charge {charge}: the sectors of a {strip.q}-state strip are 0, …, {strip.q - 1}")
    half = np.exp(strip.K * satisfied_bonds(strip) / 2)

    def apply(vector: Array) -> Array:
        psi = half * vector.reshape(strip.shape)
        return (half * _column(strip, charge, psi, range(strip.L))).ravel()

    real = 2 * charge % strip.q == 0
    size = half.size
    return LinearOperator((size, size), matvec=apply, dtype=np.dtype(float if real else complex))


def level(strip: Strip, charge: int = 0) -> Level:
    """The largest eigenvalue of T with the given charge, and its slope in K.

    Raises ArithmeticError when the residual exceeds RESIDUAL. Source: (1), (4) of this module.
    """
    T = operator(strip, charge)
    start = np.random.default_rng(0).random(T.shape[0])  # fixed, so that a result can be repeated to the bit
    values, vectors = eigsh(T, k=1, which="LA", tol=1e-12, v0=start.astype(T.dtype))
    value, psi = float(values[0]), vectors[:, 0]
    residual = float(np.linalg.norm(T @ psi - value * psi)) / value
    if not residual < RESIDUAL:
        raise ArithmeticError(
            f"largest eigenvalue of {strip}, charge {charge}: residual {residual:.1e} above {RESIDUAL}; Lanczos has "
            f"not converged"
        )
    return Level(float(np.log(value)), _slope(strip, charge, value, psi.reshape(strip.shape)))


def _slope(strip: Strip, charge: int, value: float, psi: Array) -> float:
    """⟨ψ|dT/dK|ψ⟩/Λ: bonds across the strip, and L times one bond along it, ψ being invariant under translation."""
    bonds = satisfied_bonds(strip)
    across = float(np.sum(bonds * np.abs(psi) ** 2))
    phi = np.exp(strip.K * bonds / 2) * psi
    others = _column(strip, charge, phi, range(strip.L - 1))  # all sites but the last
    along = strip.L * np.exp(strip.K) * float(np.real(np.vdot(phi, others))) / value
    return across + along


def gap(strip: Strip) -> float:
    """(2)  ln(Λ_0/Λ_1) = 1/ξ, per lattice spacing."""
    return level(strip, 0).log - level(strip, 1).log


def correlation_length(strip: Strip) -> float:
    """ξ = 1/gap of the spin correlations along the strip, in lattice spacings."""
    return 1 / gap(strip)


def scaled_gap(q: int, L: int, K: float | None = None) -> float:
    """L · gap, at K_c unless a coupling is given: (3)."""
    return L * gap(Strip(q, L, critical_coupling(q) if K is None else K))


def scaled_gap_slope(q: int, L: int, K: float | None = None) -> float:
    """−d(L · gap)/dK > 0, at K_c unless a coupling is given: (4), of order L^{1/ν}."""
    strip = Strip(q, L, critical_coupling(q) if K is None else K)
    return L * (level(strip, 1).slope - level(strip, 0).slope)


def local_slopes(sizes: Sequence[int], values: Sequence[float]) -> NDArray[np.floating]:
    """ln(v_{i+1}/v_i)/ln(L_{i+1}/L_i): the exponent between neighbouring sizes, of shape (len − 1,)."""
    return np.diff(np.log(np.asarray(values, float))) / np.diff(np.log(np.asarray(sizes, float)))


def measured_thermal_dimension(q: int, sizes: Sequence[int] = tuple(range(3, 11))) -> MeasuredExponent:
    """1/ν from (4): `local_slopes` of the slope of L · gap between neighbouring sizes, extrapolated.

    Raises NotImplementedError for q ≥ 4: logarithms at q = 4, and a first-order transition above.
    """
    slopes = local_slopes(sizes, [scaled_gap_slope(_power_law(q), L) for L in sizes])
    between = np.sqrt(np.asarray(sizes[1:], float) * np.asarray(sizes[:-1], float))
    return extrapolated(between.tolist(), slopes.tolist())


def measured_spin_dimension(q: int, sizes: Sequence[int] = tuple(range(3, 11))) -> MeasuredExponent:
    """x = η/2 from (3): L · gap/2π, extrapolated. Errors as in `measured_thermal_dimension`."""
    return extrapolated(sizes, [scaled_gap(_power_law(q), L) / (2 * np.pi) for L in sizes])


def _power_law(q: int) -> int:
    if q >= 4:
        kind = "is first-order" if q > 4 else "has logarithmic corrections"
        raise NotImplementedError(
            f"{q}-state Potts: the transition {kind}, so sizes are not extrapolated by powers; use scaled_gap and "
            f"scaled_gap_slope as they are"
        )
    return q
