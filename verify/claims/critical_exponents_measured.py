"""Critical exponents, derived against measured: chain, diamond, strips, a deep network, the logistic map.

Source      Renormalization group, e2b47a
Variants of Critical exponents
Undefined   Which length ξ is, for a network or a map: here the depth, or the time, over which a deviation decays.
Setting     ξ of the Ising chain and of the diamond lattice by the iterated recursion, K = K_c(1 − τ); gaps of Potts
            strips of circumference L by transfer matrices; χ_⊥ the factor by which a tanh layer shrinks the distance
            of two inputs; Λ the Lyapunov exponent of r x(1 − x), Λ⁺ = max(Λ, 0), r_∞ where doublings accumulate.
Uses        RG flow
Refuted by  A measured exponent whose confidence set excludes the derived one; a derived one that is not its formula.
Finding     Each derived exponent is met by the measured one, as far as a measurement decides: at q = 3, L ≤ 11, that of
            ξ/L does, that of L · gap is compatible with 6/5 and open. Gaps fall as 1/L, not as L^(−1/ν) = L^(−6/5).
Corrected   ν = ln b/ln Λ, with Λ in the coupling in which ξ is measured; in strips, 1/ν is the exponent of
            d(L · gap)/dK, and the gap has the exponent −1.
"""

from functools import cache

from sympy import And, Function, Gt, Lt, Ne, Rational, Symbol, diff, limit, log, symbols

from theory.correlation_length import local_exponent
from theory.coulomb_gas import potts_dimensions
from theory.propositions import equal
from theory.renormalization import feigenbaum, map_fixed_points
from theory.renormalization.decimation import decimation_in_w, decimation_in_x
from theory.renormalization.fixed_points_of_maps import at_point
from theory.renormalization.migdal_kadanoff import hierarchical_potts
from verify import PROVED, Page, every, one_of

page = Page(__doc__)
delta, eps, rate = symbols("delta eps rate", positive=True)
y, t = symbols("y t", real=True)
L = Symbol("L", positive=True)

SIZES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
FEWER = (8, 12, 16, 32, 48, 96, 128, 256, 384, 768, 1024)
STRIPS = (3, 4, 5, 6, 7, 8, 9, 10, 11)
DEPTHS = (3, 4, 6, 8, 12, 16, 24, 32)


def chain_exponent(chain, b):
    """ν at w = 0, where the chain orders."""
    return at_point(chain(b), (0,)).exponents().nu


@page.reading("M1", "the Ising chain in w = e^(−2K)", PROVED, corrected=True, b=one_of(2, 3, 4),
              false_if=lambda b: equal(chain_exponent(decimation_in_x, b), 1))
def chain_has_exponent_one(b):
    """ν = ln b/ln Λ = 1,  tanh K′ = tanh^b K, b = 2, 3, 4."""
    return equal(chain_exponent(decimation_in_w, b), 1)


@chain_has_exponent_one.law(exponent=1, margin=0.05, size="1/w", sizes=SIZES)
def length_of_the_chain(size, rng, draws):
    """ξ at w = 1/size, by decimation until K is small."""
    import numpy as np

    from numerics.hierarchical_ising import CHAIN, correlation_length

    return np.full(draws, correlation_length(CHAIN, np.log(size) / 2))


@page.reading("M1x", "the same in x = e^(−4K)", PROVED, corrected=True, b=one_of(2, 3, 4),
              false_if=lambda b: equal(chain_exponent(decimation_in_w, b), Rational(1, 2)))
def chain_has_exponent_one_half_in_the_square(b):
    """ν = ln b/ln Λ = 1/2,  x = w², b = 2, 3, 4."""
    return equal(chain_exponent(decimation_in_x, b), Rational(1, 2))


@chain_has_exponent_one_half_in_the_square.law(exponent=Rational(1, 2), margin=0.05, size="1/x", sizes=SIZES)
def length_of_the_chain_in_the_square(size, rng, draws):
    """ξ at x = 1/size."""
    import numpy as np

    from numerics.hierarchical_ising import CHAIN, correlation_length

    return np.full(draws, correlation_length(CHAIN, np.log(size) / 4))


def diamond_exponent():
    """ν = ln 2/ln Λ at the critical point of the diamond lattice, q = 2."""
    return map_fixed_points(hierarchical_potts(2)).critical().exponents().nu


def onsager_exponent():
    """ν = 1, as on the square lattice"""
    return equal(diamond_exponent(), 1)


@page.reading("M2", "the Ising model on the diamond lattice", PROVED, corrected=True, false_if=onsager_exponent)
def diamond_has_its_exponent():
    """1.33826 < ν < 1.33827,  ν = ln 2/ln Λ, Λ³ + 4Λ² = 16 (the recursion of Migdal and Kadanoff, d = b = 2)."""
    nu = diamond_exponent()
    return And(Gt(nu, Rational(133826, 10**5)), Lt(nu, Rational(133827, 10**5)))


@diamond_has_its_exponent.law(exponent=diamond_exponent, margin=0.05, size="1/τ", sizes=SIZES)
def length_of_the_diamond(size, rng, draws):
    """ξ at τ = 1/size above T_c, K_c by bisection."""
    import numpy as np

    from numerics.hierarchical_ising import DIAMOND, correlation_length, critical_coupling

    return np.full(draws, correlation_length(DIAMOND, critical_coupling(DIAMOND) * (1 - 1 / size)))


def scaled_gap(L, t, y):
    """L · gap = F(t L^y), F unspecified: ξ(t, 1/L) = b ξ(t b^y, b/L) at b = L."""
    return Function("F")(t * L**y)


@page.reading("M3", "the gap of a critical strip, assuming finite-size scaling", PROVED, corrected=True, y=every(y),
              q=one_of(2, 3), false_if=lambda y, q: equal(local_exponent(L**-y, L), -1))
def gap_falls_as_the_inverse_width(y, q):
    """gap ~ L^−1 at K_c for every ν,  L · gap = F((K − K_c) L^(1/ν)), y = 1/ν, F(0) ≠ 0."""
    return equal(local_exponent(scaled_gap(L, 0, y) / L, L), -1)


@cache
def levels(q, circumference):
    """ln Λ and its slope in K for the charges 0 and 1, at K_c."""
    from numerics.transfer_matrices import Strip, critical_coupling, level

    strip = Strip(int(q), circumference, critical_coupling(int(q)))
    return level(strip, 0), level(strip, 1)


@gap_falls_as_the_inverse_width.law(exponent=-1, margin=0.2, size="L", sizes=STRIPS)
def gap_of_a_strip(size, rng, draws, q):
    """ln(Λ₀/Λ₁) of the transfer matrix with q states at K_c = ln(1 + √q)."""
    import numpy as np

    even, odd = levels(q, size)
    return np.full(draws, even.log - odd.log)


def thermal_dimension(q):
    """den Nijs's y_t."""
    return potts_dimensions(q)[0]


@page.reading("M4", "the slope of its gap, assuming finite-size scaling and y_t", PROVED, corrected=True,
              q=one_of(2, 3), false_if=lambda q: equal(thermal_dimension(q), 1))
def slope_grows_with_the_thermal_dimension(q):
    """d(L · gap)/dK ~ L^(1/ν) at K_c, 1/ν = 1 at q = 2 (Onsager) and 6/5 at q = 3 (den Nijs).    L · gap as in (M3)."""
    slope = diff(scaled_gap(L, t, thermal_dimension(q)), t).doit().subs(t, 0)
    return equal(local_exponent(slope, L), {2: 1, 3: Rational(6, 5)}[q])


@slope_grows_with_the_thermal_dimension.law(exponent=thermal_dimension, margin=0.2, size="L", sizes=STRIPS)
def slope_of_a_strip(size, rng, draws, q):
    """−d(L · gap)/dK at K_c, by Hellmann and Feynman."""
    import numpy as np

    even, odd = levels(q, size)
    return np.full(draws, size * (odd.slope - even.slope))


@page.reading("M4x", "the slope of ξ/L, assuming the same", PROVED, corrected=True, q=one_of(2, 3),
              false_if=lambda q: equal(thermal_dimension(q), 1))
def slope_of_xi_grows_with_the_thermal_dimension(q):
    """d(ξ/L)/dK ~ L^(1/ν) at K_c, 1/ν = 1 and 6/5,  ξ/L = 1/(L · gap)."""
    slope = diff(1 / scaled_gap(L, t, thermal_dimension(q)), t).doit().subs(t, 0)
    return equal(local_exponent(slope, L), {2: 1, 3: Rational(6, 5)}[q])


@slope_of_xi_grows_with_the_thermal_dimension.law(exponent=thermal_dimension, margin=0.2, size="L", sizes=STRIPS)
def slope_of_the_length_of_a_strip(size, rng, draws, q):
    """d(ξ/L)/dK at K_c, with corrections to scaling that fall faster."""
    import numpy as np

    even, odd = levels(q, size)
    return np.full(draws, (odd.slope - even.slope) / (size * (even.log - odd.log) ** 2))


def with_the_exponent_of_the_tip(rate):
    """ν = 2, as for tanh on the chaotic side at σ_b = 0"""
    return equal(limit(eps**2 * depth_of(rate), eps, 0, "+"), 1 / rate)


def depth_of(rate):
    """ξ_c = −1/ln χ with χ = 1 − rate·ε."""
    return -1 / log(1 - rate * eps)


@page.reading("M5", "deep tanh networks at σ_b² = 1/20, assuming that χ_⊥ crosses 1 with a slope", PROVED,
              corrected=True, rate=every(rate), false_if=with_the_exponent_of_the_tip)
def depth_diverges_with_exponent_one(rate):
    """ε ξ_c → 1/rate as ε → 0,  ξ_c = −1/ln χ_⊥, χ_⊥ = 1 − rate·ε, ε = |σ_w²/σ_c² − 1| on the ordered side: ν = 1."""
    return equal(limit(eps * depth_of(rate), eps, 0, "+"), 1 / rate)


@depth_diverges_with_exponent_one.law(exponent=-1, margin=0.2, size="1/ε", sizes=DEPTHS)
def inverse_depth_of_networks(size, rng, draws):
    """1/ξ_c of torch networks, weights drawn, 4·size neurons wide and 4·size layers deep."""
    from numerics.correlation_depth import ordered_side

    return ordered_side(size, rng, draws)


def power_of_doubling(delta):
    """p = ln 2/ln δ."""
    return log(2) / log(delta)


def inverted(delta, eps):
    """p = ln δ/ln 2"""
    return equal((log(eps) - log(delta)) / power_of_doubling(delta), log(eps) / power_of_doubling(delta) - log(2))


@page.reading("M6", "chaos above period doubling", PROVED, corrected=True, delta=every(delta), eps=every(eps),
              given={"δ ≠ 1": Ne(delta, 1)}, false_if=inverted)
def lyapunov_exponent_has_the_power_of_doubling(delta, eps):
    """p ln(ε/δ) = p ln ε − ln 2, p = ln 2/ln δ: one doubling takes Λ = ε^p to Λ(ε/δ) = Λ(ε)/2, ε = r − r_∞."""
    p = power_of_doubling(delta)
    return equal(p * (log(eps) - log(delta)), p * log(eps) - log(2))


@lyapunov_exponent_has_the_power_of_doubling.law(exponent=lambda: -power_of_doubling(feigenbaum_delta()), margin=0.1,
                                                 size="1/ε", sizes=FEWER)
def chaos_of_the_logistic_map(size, rng, draws):
    """The mean of Λ⁺ over r_∞ < r < r_∞ + ε, and over one period ln δ of ln ε."""
    from numerics.lyapunov_scaling import chaos_above_accumulation

    return chaos_above_accumulation(size, rng, draws, float(feigenbaum_delta()))


@cache
def feigenbaum_delta():
    """Feigenbaum's δ, certified to 9 digits."""
    return Rational(feigenbaum(9).delta.mid().str(10, radius=False))
