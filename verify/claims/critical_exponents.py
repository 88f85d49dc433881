"""Critical exponents: in the distance of g from g*, the order parameter is a power β and the correlation length a
power −ν.

Source      Renormalization group, e2b47a
Undefined   The distance |g − g*| of several couplings; whether both sides of the transition are meant; which
            observable m is; what ξ is for a flow without a relevant direction.
Setting     u_i scaling fields of dimensions y_i; ξ the scale at which the largest relevant one is 1; t the thermal
            field; Landau's f = rm²/2 + um⁴/4; ν = lim −d ln ξ/d ln r on a ray.
Uses        RG flow
Refuted by  Two rays with different ν, one side on which m = 0, one fixed point at which ξ is no power.
Finding     ν depends on the direction: ξ = ∞ along an irrelevant one. m vanishes on one side. A marginal coupling
            makes ξ essentially singular. With one relevant field u, hyperbolic, ν = 1/y_t; β = (d − y_h)/y_t
            unless an irrelevant field is dangerous.
Corrected   ξ ~ |u|^(−1/y_t) in the one relevant field, (E2), (E2i); m ~ (−t)^β on one side, (E3c), (E4).
"""

from sympy import And, Eq, Gt, Lt, Ne, Rational, oo, sqrt, symbols

from theory.correlation_length import (
    length_exponent,
    limiting_amplitude,
    local_exponent,
    order_parameter,
    ray_exponent,
)
from theory.landau import magnetisation
from theory.propositions import equal
from verify import PROVED, REFUTED, Page, every, one_of

page = Page(__doc__)
a, y1, d, y_t, t, u = symbols("a y1 d y_t t u", positive=True)
y = symbols("y", nonnegative=True)
y2, c, v = symbols("y2 c v", real=True, nonzero=True)
r, w, y_h, y_u, kappa = symbols("r w y_h y_u kappa", real=True)

SIZES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


@page.reading("E1", "g a vector, |g − g*| its length", REFUTED, printed=True,
              direction=one_of((0, 1), (1, 1), (1, 0)), y1=every(y1), y2=every(y2))
def exponent_is_that_of_every_ray(direction, y1, y2):
    """ν = 1/y₁ on every ray g − g* = (c₁, c₂)r, r → 0,  B = diag(y₁, y₂), y₁ > 0."""
    return equal(ray_exponent(direction, (y1, y2)), 1 / y1)


@page.reading("E2", "one relevant coupling, hyperbolic", PROVED, corrected=True, given={"hyperbolic: y > 0": Gt(y, 0)},
              y=every(y), a=every(a))
def exponent_is_the_inverse_dimension(y, a):
    """ν = lim t/β(t) is finite and 1/ν = y,  dt/d ln b = β(t) = yt + at²."""
    nu = length_exponent(y * t + a * t**2, t)
    return And(Ne(nu, oo, evaluate=False), equal(1 / nu, y))


@page.reading("E2i", "the others irrelevant", PROVED, corrected=True, given={"v irrelevant: w > 0": Gt(w, 0)},
              c=every(c), v=every(v), w=every(w))
def irrelevant_couplings_change_the_amplitude_alone(c, v, w):
    """0 < lim ξu^(1/y) < ∞ as u → 0,  u′ = yu(1 + cv), v′ = −wv, y > 0: the limit is e^(−cv/w)."""
    amplitude = limiting_amplitude(c, v, w)
    return And(Gt(amplitude, 0, evaluate=False), Lt(amplitude, oo, evaluate=False))


@irrelevant_couplings_change_the_amplitude_alone.law(exponent=Rational(2, 3), margin=0.05, size="1/t", sizes=SIZES)
def length_of_the_ising_flow(size, rng, draws):
    """ξ at t = 1/size, by integrating t′ = (2 − u)t, u′ = εu − 3u² from u = 1/4 at ε = 3/2: y_t = 2 − ε/3 = 3/2."""
    import numpy as np

    from numerics.escape_times import log_escape_scale

    def flow(g):
        return np.array([(2 - g[1]) * g[0], 1.5 * g[1] - 3 * g[1] ** 2])

    return np.full(draws, np.exp(log_escape_scale(flow, [1 / size, 0.25])))


@page.reading("E3", "m on both sides", REFUTED, printed=True, r=every(r), u=every(u), given={"r ≠ 0": Gt(r**2, 0)})
def order_parameter_is_a_power_on_both_sides(r, u):
    """m(r) > 0 for every r ≠ 0, as a power A_±|r|^β with A_± > 0 is;  m the minimum of rm²/2 + um⁴/4."""
    return Gt(magnetisation(r, u), 0, evaluate=False)


@page.reading("E3c", "corrected: m on the ordered side", PROVED, corrected=True, given={"ordered side": Lt(r, 0)},
              r=every(r), u=every(u))
def order_parameter_is_a_power_below(r, u):
    """m(r) = u^(−1/2) |r|^(1/2),  r < 0."""
    return equal(magnetisation(r, u), sqrt(abs(r) / u))


@page.reading("E4", "β from y_t and y_h", PROVED, corrected=True, given={"no dangerous irrelevant field": Eq(kappa, 0)},
              d=every(d), y_h=every(y_h), y_t=every(y_t), y_u=every(y_u), u=every(u), kappa=every(kappa))
def order_parameter_exponent_is_codimension_over_dimension(d, y_h, y_t, y_u, u, kappa):
    """β = (d − y_h)/y_t,  m = t^((d − y_h)/y_t) M(u t^(−y_u/y_t)), M(x) ~ x^(−κ), t the distance below."""
    return equal(local_exponent(order_parameter(t, u, d - y_h, y_t, y_u, kappa), t), (d - y_h) / y_t)


@page.reading("E5", "always a power", REFUTED, y=every(y), a=every(a))
def correlation_length_is_always_a_power(y, a):
    """ν = lim t/β(t) is finite,  β(t) = yt + at², y ≥ 0, a > 0.    At y = 0, ln ξ = (1/t − 1)/a."""
    return Ne(length_exponent(y * t + a * t**2, t), oo, evaluate=False)


exponent_is_that_of_every_ray.script("""
    from math import log
    y, direction = ({y1}, {y2}), {direction}

    def length(r, longest=10**6):  # the scale b at which a coupling r c b^y has grown to 1
        b = 1.0
        while b < longest and max(abs(r * c) * b**a for c, a in zip(direction, y)) < 1:
            b *= 1.01
        return b

    nu = log(length(1e-4) / length(1e-2)) / log(1e2)
    print("nu on the ray is", round(nu, 2), "with lengths", length(1e-2), length(1e-4), "and claimed is", 1 / y[0])
    assert abs(nu - 1 / y[0]) > 0.1
""")

order_parameter_is_a_power_on_both_sides.script("""
    from sympy import S, real_roots, symbols
    r, u, m = S("{r}"), S("{u}"), symbols("m")
    f = r * m**2 / 2 + u * m**4 / 4
    minimum = min(real_roots(f.diff(m)), key=lambda x: f.subs(m, x))
    print("m at the minimum of f is", minimum, "at r =", r)
    assert r != 0 and minimum == 0
""")

correlation_length_is_always_a_power.script("""
    from sympy import S, exp, integrate, limit, log, oo, symbols
    y, a = S("{y}"), S("{a}")
    t, x = symbols("t x", positive=True)
    log_xi = integrate(1 / (y * x + a * x**2), (x, t, 1))
    nu = limit(-t * log_xi.diff(t), t, 0, "+")
    print("ln xi =", log_xi, " local exponent tends to", nu)
    assert nu == oo
""")
