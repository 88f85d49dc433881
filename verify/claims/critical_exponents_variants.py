"""Critical exponents, variants: two relevant fields, dangerous irrelevant ones, marginal flows, first order.

Source      Renormalization group, e2b47a
Variants of Critical exponents
Undefined   In which field |g − g*| is measured; whether "~" allows logarithms; whether m may jump.
Setting     y_t, y_h, y_u dimensions of thermal, ordering and irrelevant field in d dimensions; φ⁴ in the
            normalisation t′ = (2 − u)t, u′ = (4 − d)u − 3u² of one loop; ξ = b where t(b) = 1.
Uses        RG flow
Refuted by  One model at which the formula gives another number than the model has.
Finding     The Ising model in d = 2 has ν = 1 in t and 8/15 in h. Above d = 4, (d − y_h)/y_t is not Landau's 1/2:
            u is dangerous. At d = 4 the power has a logarithm; a marginal coupling, or a pair of them as Kosterlitz
            and Thouless have, leaves no power at all.
Corrected   With m ~ u^(−1/2), β = (d − y_h + y_u/2)/y_t = 1/2, (E4p); the laws (E5m), (E5l), (E5k).
"""

from sympy import Gt, Integer, Le, Rational, exp, limit, oo, pi, powdenest, symbols

from theory.correlation_length import (
    four_dimensional_field,
    kosterlitz_thouless_time,
    local_exponent,
    log_length,
    order_parameter,
    ray_exponent,
)
from theory.landau import gaussian_dimensions, magnetisation
from theory.propositions import equal
from theory.renormalization.exponents import order_parameter_exponents
from verify import PROVED, REFUTED, Page, every, naturals, one_of

page = Page(__doc__)
N, X, a, d, d_h, s, t, u, y_t = symbols("N X a d d_h s t u y_t", positive=True)
HALF = Rational(1, 2)
ISING = (Integer(1), Rational(15, 8))


@page.reading("E1b", "the Ising model in d = 2, couplings t and h", REFUTED, direction=one_of((1, 0), (0, 1)))
def ising_exponent_is_that_of_every_ray(direction):
    """ν = 1 on the ray (t, h) = (c₁, c₂)r,  y_t = 1, y_h = 15/8."""
    return equal(ray_exponent(direction, ISING), 1)


def landau_exponent():
    """β of Landau's theory, from its minimum at r = −t."""
    return local_exponent(magnetisation(-t, u), t)


@page.reading("E4d", "hyperscaling above four dimensions", REFUTED, d=naturals(5))
def hyperscaling_gives_landau_exponent(d):
    """(d − y_h)/y_t = β,  y_t = 2, y_h = (d + 2)/2 of the Gaussian fixed point, β of Landau's theory."""
    thermal, field, _ = gaussian_dimensions(d)
    return equal(order_parameter_exponents(d, field, thermal)[0], landau_exponent())


def with_a_third(d):
    """m ~ u^(−1/3)"""
    thermal, field, quartic = gaussian_dimensions(d)
    return equal(local_exponent(order_parameter(t, u, d - field, thermal, quartic, Rational(1, 3)), t), HALF)


@page.reading("E4p", "corrected: with the dangerous field", PROVED, corrected=True, d=every(d), false_if=with_a_third)
def dangerous_field_restores_landau_exponent(d):
    """(d − y_h + y_u/2)/y_t = 1/2 for every d,  m ~ u^(−1/2), y_u = 4 − d."""
    thermal, field, quartic = gaussian_dimensions(d)
    m = order_parameter(t, u, d - field, thermal, quartic, HALF)
    return equal(local_exponent(m, t), landau_exponent())


def as_a_square_root(a):
    """√t ln ξ → 1/a"""
    return equal(limit(t**HALF * log_length(0, a, t), t, 0, "+"), 1 / a)


@page.reading("E5m", "one marginal coupling: the law", PROVED, corrected=True, a=every(a), false_if=as_a_square_root)
def marginal_length_is_an_exponential(a):
    """t ln ξ → 1/a as t → 0,  dt/d ln b = at²."""
    return equal(limit(t * log_length(0, a, t), t, 0, "+"), 1 / a)


def logarithm(N):
    """(N + 2)/(2N + 16), which is 1/6 for the Ising model."""
    return (N + 2) / (2 * N + 16)


def power_of_the_length(N, u, p):
    """(ξ t^(1/2))^(1/p) / ln ξ at ξ = e^s."""
    return powdenest((exp(s) * four_dimensional_field(N, u, s) ** HALF) ** (1 / p)) / s


def with_twice_the_logarithm(N, u):
    """p = (N + 2)/(N + 8)"""
    return equal(limit(power_of_the_length(N, u, 2 * logarithm(N)), s, oo), (N + 8) * u / 3)


@page.reading("E5l", "φ⁴ at d = 4: the law", PROVED, corrected=True, N=every(N), u=every(u),
              false_if=with_twice_the_logarithm)
def power_is_multiplied_by_a_logarithm(N, u):
    """(ξ t^(1/2))^(1/p) / ln ξ → (N + 8)u/3 as t → 0,  p = (N + 2)/(2N + 16): ξ ~ t^(−1/2) |ln t|^p, one loop."""
    return equal(limit(power_of_the_length(N, u, logarithm(N)), s, oo), (N + 8) * u / 3)


def squared_scale(X):
    """c² ln ξ → π"""
    return equal(limit(kosterlitz_thouless_time(1 / s, X) / s**2, s, oo), pi)


@page.reading("E5k", "Kosterlitz and Thouless: the law", PROVED, corrected=True, X=every(X), false_if=squared_scale)
def vortex_length_is_an_exponential(X):
    """c ln ξ → π as c = 1/s → 0,  x′ = −y², y′ = −xy from x = X to −X, c² = y² − x² ~ t: ln ξ ~ t^(−1/2), no power."""
    return equal(limit(kosterlitz_thouless_time(1 / s, X) / s, s, oo), pi)


@page.reading("E5f", "m vanishes at every transition", REFUTED, d=every(d), d_h=every(d_h), y_t=every(y_t),
              given={"y_h ≤ d": Le(d_h, d)})
def order_parameter_exponent_is_positive(d, d_h, y_t):
    """β = (d − y_h)/y_t > 0.    At y_h = d m jumps: first order, and the Ising chain at T = 0."""
    return Gt(order_parameter_exponents(d, d_h, y_t)[0], 0, evaluate=False)


ising_exponent_is_that_of_every_ray.script("""
    from sympy import Rational
    direction, y = {direction}, (1, Rational(15, 8))  # Onsager's y_t, Yang's y_h
    nu = 1 / max(a for c, a in zip(direction, y) if c)  # b at which c r b^y = 1 is the smallest (c r)^(-1/y)
    print("nu on the ray", direction, "is", nu, "and claimed is 1")
    assert nu != 1
""")

hyperscaling_gives_landau_exponent.script("""
    from sympy import Rational, diff, log, simplify, solve, symbols
    t, u, m = symbols("t u m", positive=True)
    d = {d}
    m_of_t = solve(diff(-t * m**2 / 2 + u * m**4 / 4, m), m)[0]
    landau = simplify(t * diff(log(m_of_t), t))
    hyperscaling = (d - Rational(d + 2, 2)) / 2
    print("beta from hyperscaling is", hyperscaling, "and Landau's", landau)
    assert hyperscaling != landau
""")

order_parameter_exponent_is_positive.script("""
    from sympy import S
    d, y_h, y_t = S("{d}"), S("{d_h}"), S("{y_t}")
    print("beta =", (d - y_h) / y_t, "and m ~ t^beta has the limit", 1 if y_h == d else 0)
    assert y_h <= d and not (d - y_h) / y_t > 0
""")
