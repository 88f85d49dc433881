"""Decimation of the Ising chain: tracing b − 1 of every b spins.

Statement
    Weights exp(K s s′ + h (s + s′)/2) between neighbours; every b-th spin is kept. Up to a constant factor,
        (1)  tanh K′ = tanh^b K at h = 0;
        (2)  w′ = ((1 + w)^b − (1 − w)^b)/((1 + w)^b + (1 − w)^b) in w = e^{−2K};
        (3)  dw′/dw = b at w = 0, for every b: y = 1, ν = 1, and ξ = −1/ln tanh K obeys ξ′ = ξ/b;
        (4)  dh′/dh = b at w = 0, h = 0: y_h = 1 = d, so that β = (d − y_h)/y = 0: the order parameter jumps;
        (5)  dK′/dK = 0 at K = 0, b > 1: the high-temperature fixed point is superstable, y = −∞;
        (6)  in x = w² the multiplier is b² and ν = 1/2: w → w² has no invertible derivative at w = 0.

Hypotheses
    H1  (1), (2), (3), (5), (6) hold for real b > 1, as maps; as a trace over spins b is an integer ≥ 2. (4) is derived
        for an integer b.

Derivation
    The transfer matrix T = (e^{K + h}, e^{−K}; e^{−K}, e^{K − h}) has T^b ∝ T′; so e^{4K′} = (T^b)₁₁(T^b)₂₂/(T^b)₁₂²
    and e^{2h′} = (T^b)₁₁/(T^b)₂₂. At h = 0 the eigenvalues of T are 2 cosh K and 2 sinh K: (1). (2) is (1) with
    tanh K = (1 − w)/(1 + w). At w = 0, T is diagonal and its powers multiply h by b.

Reference
    D. Nelson, M. Fisher, Ann. Phys. 91 (1975) 226.
"""

from sympy import Eq, Expr, Matrix, Symbol, atanh, cancel, diff, exp, log, simplify, sqrt, symbols, sympify, tanh

from theory.propositions import equal
from theory.renormalization.fixed_points_of_maps import at_point
from theory.renormalization.maps import MapFixedPoint, RGMap, rg_map

K, w, h, x = symbols("K w h x", real=True)


def decimation(b: Expr | int) -> RGMap:
    """(1)  K′ = artanh(tanh^b K)."""
    return rg_map({K: atanh(tanh(K) ** b)}, b)


def decimation_in_w(b: Expr | int) -> RGMap:
    """(2)  the same in w = e^{−2K}, where K = ∞ is w = 0."""
    return rg_map({w: ((1 + w) ** b - (1 - w) ** b) / ((1 + w) ** b + (1 - w) ** b)}, b)


def decimation_in_x(b: int) -> RGMap:
    """(6)  the same in x = e^{−4K} = w², rational for an integer b: w′ is odd in w."""
    image = cancel(decimation_in_w(b).images[0].subs(w, sqrt(x)) ** 2)
    return rg_map({x: image}, b)


def decimation_with_field(b: int) -> RGMap:
    """(w, h) ↦ (w′, h′), from T^b. Raises ValueError unless b is an integer ≥ 2."""
    if b != int(b) or b < 2:
        raise ValueError(f"decimation with b = {b}: b − 1 spins are traced, so b is an integer ≥ 2")
    power = Matrix([[exp(h), w], [w, exp(-h)]]) ** int(b)  # T e^{−K}
    image = power[0, 1] / sqrt(power[0, 0] * power[1, 1])
    return rg_map({w: image, h: log(power[0, 0] / power[1, 1]) / 2}, b)


def zero_temperature(b: int) -> MapFixedPoint:
    """(4)  The fixed point w = 0, h = 0 with both multipliers."""
    return at_point(decimation_with_field(b), (0, 0))


def correlation_length(coupling: Expr) -> Expr:
    """ξ = −1/ln tanh K in lattice spacings: the correlation of two spins at distance r is tanh^r K."""
    return -1 / log(tanh(coupling))


def multiplier_is_b(b: Expr) -> Eq:
    """(3)  dw′/dw = b at w = 0."""
    return equal(simplify(diff(decimation_in_w(b).images[0], w).subs(w, 0)), b)


def correlation_length_shrinks_by_b(b: Expr, t: Symbol) -> Eq:
    """(3)  ξ′ = ξ/b, with t = tanh K and tanh K′ = t^b.

    0 < t < 1 has to be declared positive, b as well.
    """
    return equal(-1 / log(t ** sympify(b)), -1 / log(t) / b)
