"""Theorem 1: models of one universality class share β and ν.

Source      Renormalization group, da870f
Undefined   "Class": by Definition 3 the exponents are preserved by assumption; without that clause, which φ. Whether
            ν is measured in lengths or in numbers of parameters; what the sketched proof takes from uniqueness.
Setting     Flows dg/d ln b = β(g) with β(g*) = 0; φ new couplings; y, y_t, y_h dimensions, y > 0; ν = 1/y for a
            model whose scaling field is u = Aτ, τ its control parameter; m = τ^((d − y_h)/y_t) M, M(x) ~ x^(−κ).
Uses        Definition 3, Critical exponents
Refuted by  Two models of one class, in the sense that the reading gives the word, with different ν or β.
Finding     With Definition 3 as printed it is a tautology. With a continuous φ it is false, by any factor, and also
            with a smooth φ of vanishing derivative. With a diffeomorphism, or within one basin with transversal
            crossing, it is true. The sketched proof fails: fixed points are not unique. Counting parameters changes ν.
Corrected   (T1b): diffeomorphisms keep the eigenvalues of B, of two couplings. (T1e): one basin, transversal crossing,
            no dangerous irrelevant field, one unit of length. (T1g1): in n = L^p, ν becomes pν.
"""

from sympy import And, Eq, Integer, Ne, Poly, real_roots, symbols

from theory.correlation_length import local_exponent, order_parameter
from theory.propositions import equal
from theory.universality import (
    changed_stability_matrix,
    crossing_exponent,
    dimension_in_power_coordinate,
    jacobian,
    same_spectrum,
)
from verify import PROVED, REFUTED, TRIVIAL, Page, every, naturals, one_of

page = Page(__doc__)
nu1, nu2, beta1, beta2, kappa = symbols("nu1 nu2 beta1 beta2 kappa", real=True)
b11, b12, b21, b22, q, r, h2, f, D = symbols("b11 b12 b21 b22 q r h2 f D", real=True)
p, h1 = symbols("p h1", real=True, nonzero=True)
y, y_t, sigma, m, unit, d, v, tau, eps = symbols("y y_t sigma m unit d v tau eps", positive=True)
u, y_h, y_u = symbols("u y_h y_u", real=True)
g = symbols("g1 g2", real=True)

SIZES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


@page.reading("T1a", "one class by Definition 3 as printed", TRIVIAL, printed=True,
              given={"φ preserves ν": Eq(nu1, nu2), "φ preserves β": Eq(beta1, beta2)},
              nu1=every(nu1), nu2=every(nu2), beta1=every(beta1), beta2=every(beta2))
def preserved_exponents_are_shared(nu1, nu2, beta1, beta2):
    """ν₁ = ν₂ and β₁ = β₂ if ν₁ = ν₂ and β₁ = β₂."""
    return And(Eq(nu1, nu2), Eq(beta1, beta2))


@page.reading("T1b", "φ a diffeomorphism that conjugates flows of two couplings", PROVED, corrected=True,
              given={"β(g*) = 0": Eq(f, 0), "det J ≠ 0": Ne(D, 0)}, b11=every(b11), b12=every(b12), b21=every(b21),
              b22=every(b22), p=every(p), q=every(q), r=every(r), h1=every(h1), h2=every(h2), f=every(f), D=every(D))
def diffeomorphisms_keep_the_dimensions(b11, b12, b21, b22, p, q, r, h1, h2, f, D):
    """det(x − B′) = det(x − B) at g* = 0,  β = (f, 0) + Bg, φ = Jg + (h₁g₁², h₂g₁g₂), J = (p, q; r, ·), det J = D.

    B′ is the derivative of Dφ β in φ; p, h₁ ≠ 0. Higher orders of β and φ do not enter it, and the second of φ
    only with β(g*).
    """
    beta = (f + b11 * g[0] + b12 * g[1], b21 * g[0] + b22 * g[1])
    phi = (p * g[0] + q * g[1] + h1 * g[0] ** 2, r * g[0] + (D + q * r) / p * g[1] + h2 * g[0] * g[1])
    return same_spectrum(changed_stability_matrix(beta, phi, g, (0, 0)), jacobian(beta, g, (0, 0)))


@page.reading("T1c", "φ continuous with continuous inverse", REFUTED, printed=True, y=every(y), sigma=every(sigma))
def homeomorphisms_keep_the_exponent(y, sigma):
    """ν is the same for x′ = yx and for h = φ(x) = sgn(x)|x|^σ, where h′ = σyh."""
    return equal(1 / dimension_in_power_coordinate(y, sigma), 1 / y)


@homeomorphisms_keep_the_exponent.law(exponent=1, margin=0.1, size="1/h", sizes=SIZES)
def length_in_the_new_coupling(size, rng, draws):
    """ξ from h = x² = 1/size, by integrating x′ = x up to |x| = 1; ν = 1 in x."""
    import numpy as np

    from numerics.escape_times import log_escape_scale

    return np.full(draws, np.exp(log_escape_scale(lambda x: x, [size**-0.5])))


@page.reading("T1d", "φ a smooth homeomorphism, det J = 0", REFUTED, y=every(y), k=naturals(0))
def smooth_homeomorphisms_keep_the_exponent(y, k):
    """ν is the same for x′ = yx and for h = x^(2k + 1)."""
    return equal(1 / dimension_in_power_coordinate(y, 2 * k + 1), 1 / y)


@page.reading("T1e", "one basin", PROVED, corrected=True,
              given={"transversal crossing": Eq(m, 1), "one unit of length": Eq(unit, 1),
                     "no dangerous irrelevant field": Eq(kappa, 0)},
              y_t=every(y_t), d=every(d), y_h=every(y_h), y_u=every(y_u), v=every(v), m=every(m), unit=every(unit),
              kappa=every(kappa))
def one_basin_has_one_pair_of_exponents(y_t, d, y_h, y_u, v, m, unit, kappa):
    """ν₁ = ν₂ and β₁ = β₂,  u₁ = A₁τ, u₂ = A₂τ^m, lengths of the second model in n = L^unit, M₂(x) = x^(−κ)."""
    magnetisations = (tau ** ((d - y_h) / y_t), order_parameter(tau**m, v, d - y_h, y_t, y_u, kappa))
    beta = [local_exponent(magnetisation, tau) for magnetisation in magnetisations]
    return And(equal(crossing_exponent(y_t), crossing_exponent(y_t, m, unit)), equal(*beta))


@page.reading("T1f", "the proof: the fixed point is unique", REFUTED, eps=every(eps))
def fixed_point_is_unique(eps):
    """du/d ln b = εu − 3u², φ⁴ at d = 4 − ε to one loop, has one fixed point."""
    return equal(Integer(len(real_roots(Poly(eps * u - 3 * u**2, u)))), 1)


@page.reading("T1g", "size is the number of parameters", REFUTED, y=every(y), p=one_of(2, 3))
def exponent_does_not_depend_on_the_unit(y, p):
    """ν in n = L^p is ν in L;  p = 2: width at fixed depth, p = 3: width at a fixed ratio of depth to width."""
    return equal(crossing_exponent(y, 1, p), crossing_exponent(y, 1, 1))


def with_the_power_of_the_crossing(y, m, p):
    """p in place of the crossing's m: the same ν as in L"""
    return equal(crossing_exponent(y, m, p), crossing_exponent(y, m, 1))


@page.reading("T1g1", "the same: the law", PROVED, corrected=True, y=every(y), m=every(m), p=every(unit),
              false_if=with_the_power_of_the_crossing)
def exponent_is_multiplied_by_the_power(y, m, p):
    """ν in n = L^p is p times ν in L,  u = Aτ^m."""
    return equal(crossing_exponent(y, m, p), p * crossing_exponent(y, m, 1))


homeomorphisms_keep_the_exponent.script("""
    from math import exp, log
    from scipy.integrate import quad
    y, sigma = float({y}), float({sigma})

    def length(x):  # from x to 1 along dx/dl = y x
        return exp(quad(lambda x: 1 / (y * x), x, 1)[0])

    nu_x = log(length(0.01) / length(0.1)) / log(10)
    nu_h = log(length(0.01 ** (1 / sigma)) / length(0.1 ** (1 / sigma))) / log(10)  # h = sgn(x)|x|^sigma
    print("nu in x is", round(nu_x, 6), "and in h", round(nu_h, 6))
    assert abs(nu_x - nu_h) > 1e-3
""")

smooth_homeomorphisms_keep_the_exponent.script("""
    from sympy import S, diff, simplify, symbols
    y, n, x = S("{y}"), 2 * {k} + 1, symbols("x", real=True)
    h = x**n  # smooth and invertible, with derivative 0 at the fixed point
    rate = simplify(diff(h, x) * y * x / h)
    print("x' =", y, "x and h' =", rate, "h: nu =", 1 / y, "and", 1 / rate, " dh/dx at 0:", diff(h, x).subs(x, 0))
    assert 1 / rate != 1 / y
""")

fixed_point_is_unique.script("""
    from sympy import S, solve, symbols
    u, eps = symbols("u"), S("{eps}")
    found = solve(eps * u - 3 * u**2, u)
    slopes = [(eps - 6 * u).subs("u", x) for x in found]
    print("fixed points", found, "with eigenvalues", slopes)
    assert len(found) != 1
""")

exponent_does_not_depend_on_the_unit.script("""
    from sympy import S, diff, log, simplify, symbols
    y, p, tau = S("{y}"), {p}, symbols("tau", positive=True)
    length = tau ** (-1 / y)
    nu_L, nu_n = (simplify(-tau * diff(log(size), tau)) for size in (length, length**p))
    print("nu in lengths", nu_L, "and in n = L^p", nu_n)
    assert nu_L != nu_n
""")
