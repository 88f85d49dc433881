"""Ising spins on hierarchical lattices and on the chain, measured by iterating the exact recursion.

Model
    A bond is replaced by m chains of b bonds, again and again; m = 1 is the chain, b = m = 2 the diamond lattice. A
    lattice of n levels has (bm)^n bonds and its ends lie b^n apart, so that d = 1 + ln m/ln b. Each bond has the weight
    exp(K s s′). Tracing the b − 1 inner spins of each of the smallest chains,
        (1)  K′ = m artanh(tanh^b K),   ln Z_n(K) = (bm)^{n−1} g(K) + ln Z_{n−1}(K′),   ln Z_0 = ln(4 cosh K),
             g = m (b ln(2 cosh K) − ln 2 + ½ ln(1 − tanh^{2b} K)).

Observables
    The correlation of the two ends of a lattice of n levels is tanh K_n. With L = ln tanh K, L′ = bL + ln m up to terms
    of order tanh² K, so that in the disordered phase
        (2)  tanh K_n ~ e^{−c} e^{−r/ξ} with r = b^n, c = ln m/(b − 1), and ξ = −lim b^n/(L_n + c), in bonds.
    ξ(K′) = ξ(K)/b holds by construction; the derivative of the recursion is nowhere used, and the exponent
        (3)  ξ ~ |K − K_c|^−ν
    is measured: K_c by bisection on the phase to which the couplings flow, ν by regression. ξ |t|^ν is periodic in
    ln|t| with the period ln b/ν; the windows of the regression hold several periods.

Precision
    Iteration stops where tanh² K is below the rounding of floats; K_c is known to a few units of rounding, so that
    t = 1 − K/K_c carries a relative error of about 1e−15/t.

Reference
    M. Kaufman, R. B. Griffiths, Phys. Rev. B 24 (1981) 496; D. Nelson, M. Fisher, Ann. Phys. 91 (1975) 226 (m = 1).
    The fixed points are in theory.renormalization.migdal_kadanoff and theory.renormalization.decimation.
"""

from dataclasses import dataclass

import numpy as np

from numerics.measured_exponents import MeasuredExponent, measured_slope

LINEAR = -40.0  # L below which L′ = bL + ln m to rounding: tanh² K < e^−80
ORDERED = 40.0
MOST_STEPS = 2000


@dataclass(frozen=True)
class Lattice:
    """m chains of b bonds for every bond. Raises ValueError unless b ≥ 2 and m ≥ 1 are integers."""

    b: int
    m: int

    def __post_init__(self) -> None:
        if self.b != int(self.b) or self.m != int(self.m) or self.b < 2 or self.m < 1:
            raise ValueError(f"hierarchical lattice with b = {self.b}, m = {self.m}: needs integers b ≥ 2 and m ≥ 1")

    @property
    def dimension(self) -> float:
        """d = 1 + ln m/ln b."""
        return float(1 + np.log(self.m) / np.log(self.b))


CHAIN = Lattice(2, 1)
DIAMOND = Lattice(2, 2)


def log_tanh(K: float) -> float:
    """L = ln tanh K, to rounding for small and for large K."""
    if K > 1:
        return float(np.log1p(-2 / (np.exp(2 * K) + 1)))
    return float(np.log(-np.expm1(-2 * K)) - np.log1p(np.exp(-2 * K)))


def decimated(lattice: Lattice, K: float) -> float:
    """(1)  K′ = m artanh(tanh^b K)."""
    return lattice.m * _artanh_exp(lattice.b * log_tanh(_positive(K)))


def _artanh_exp(x: float) -> float:
    """artanh e^x for x < 0, to rounding near 0 and far below it."""
    return float(np.arctanh(np.exp(x)) if x < -1 else (np.log1p(np.exp(x)) - np.log(-np.expm1(x))) / 2)


def _positive(K: float) -> float:
    if not (np.isfinite(K) and K > 0):
        raise ValueError(f"coupling K = {K}: a finite ferromagnetic coupling K > 0 is needed")
    return K


def is_ordered(lattice: Lattice, K: float) -> bool | None:
    """Whether the couplings flow to K = ∞; None if within MOST_STEPS they flow neither there nor to K = 0."""
    for _ in range(MOST_STEPS):
        if K > ORDERED:
            return True
        if log_tanh(K) < LINEAR:
            return False
        K = decimated(lattice, K)
    return None


def critical_coupling(lattice: Lattice) -> float:
    """K_c, by bisection to rounding. Raises ValueError for the chain, which orders at K = ∞ alone."""
    if lattice.m == 1:
        raise ValueError(f"critical coupling of {lattice}: a chain has none, K_c = ∞; measure against exp(−2K)")
    low, high = 1e-12, ORDERED
    while (middle := (low + high) / 2) not in (low, high):
        ordered = is_ordered(lattice, middle)
        if ordered is None:
            return middle
        low, high = (low, middle) if ordered else (middle, high)
    return low


def correlation_length(lattice: Lattice, K: float) -> float:
    """(2)  ξ in bonds, for K in the disordered phase; −1/ln tanh K on the chain.

    Raises ValueError where the couplings flow to order instead.
    """
    start, scale = K, 1.0
    for _ in range(MOST_STEPS):
        L = log_tanh(_positive(K))
        if L < LINEAR:
            return scale / -(L + np.log(lattice.m) / (lattice.b - 1))
        if lattice.m > 1 and K > ORDERED:
            break
        K, scale = decimated(lattice, K), scale * lattice.b
    raise ValueError(f"correlation length of {lattice} at K = {start}: not in the disordered phase; take K < K_c")


def log_partition_function(lattice: Lattice, K: float, levels: int) -> float:
    """(1)  ln Z_n of a lattice with n = `levels` ≥ 0."""
    total, bonds = 0.0, float((lattice.b * lattice.m) ** levels)
    for _ in range(levels):
        bonds /= lattice.b * lattice.m
        total += bonds * _constant(lattice, K)
        K = decimated(lattice, K)
    return total + np.log(2) + _log_two_cosh(K)


def _constant(lattice: Lattice, K: float) -> float:
    """g(K) of (1)."""
    rest = np.log(-np.expm1(2 * lattice.b * log_tanh(K))) / 2
    return lattice.m * float(lattice.b * _log_two_cosh(K) - np.log(2) + rest)


def _log_two_cosh(K: float) -> float:
    return float(K + np.log1p(np.exp(-2 * K)))


def measured_nu(lattice: Lattice, decades: tuple[float, float] = (-7.0, -3.0), points: int = 240) -> MeasuredExponent:
    """(3)  ν from ln ξ against ln t, t = 1 − K/K_c between the powers of ten `decades`, in the disordered phase."""
    t = np.logspace(*decades, points)
    critical = critical_coupling(lattice)
    lengths = [correlation_length(lattice, critical * (1 - s)) for s in t]
    slope = measured_slope(np.log(t), np.log(lengths))
    return MeasuredExponent(-slope.value, slope.error, slope.points)


def measured_chain_nu(
    power: float = 1.0, decades: tuple[float, float] = (-7.0, -3.0), points: int = 240
) -> MeasuredExponent:
    """ν of the chain from ln ξ against ln u, u = exp(−2 power K): 1 for w = e^{−2K}, 1/2 for x = w²."""
    u = np.logspace(*decades, points)
    lengths = [correlation_length(CHAIN, float(-np.log(s) / (2 * power))) for s in u]
    slope = measured_slope(np.log(u), np.log(lengths))
    return MeasuredExponent(-slope.value, slope.error, slope.points)
