"""RG flow, variants: maps with negative or vanishing multipliers, and the logarithms that spoil pure powers.

Source      Renormalization group, 5b5a72
Variants of RG flow
Undefined   The base of the logarithm in dg/d(log b); what λ is when a multiplier is negative or a pair is complex.
Setting     b the factor of lengths; u, v scaling fields at b = 1, u(b), v(b) after the flow; Λ a multiplier.
Refuted by  One multiplier, or one start, at which the formula fails.
Finding     A negative multiplier has a dimension only by |Λ|, and 0 has none. Equal eigenvalues, λ₂ = 2λ₁ and
            λ = 0 bring logarithms, complex pairs a period in ln b: the eigenvalues alone do not give the powers.
Corrected   y = ln|Λ|/ln b for maps, (R2c); the laws (R5j), (R5r), (R5c), (R5z1) in place of pure powers.
"""

from sympy import Matrix, Ne, exp, limit, log, oo, pi, symbols

from theory.linear_flows import driven_coupling, growth_exponent, quadratic_coupling, rotation
from theory.propositions import equal
from verify import PROVED, REFUTED, Page, every

page = Page(__doc__)
lam, p = symbols("lam p", real=True)
j, k, r, Lam = symbols("j k r Lam", real=True, nonzero=True)
M = symbols("M", real=True)
a, b, q, u, v, L = symbols("a b q u v L", positive=True)
n = symbols("n", integer=True, positive=True)


@page.reading("R2c", "corrected: a map, multiplier Λ = M", PROVED, corrected=True, M=every(M), b=every(b), n=every(n),
              given={"b ≠ 1": Ne(b, 1), "Λ ≠ 0": Ne(M, 0)})
def map_has_the_dimension_of_its_multiplier(M, b, n):
    """ln |Λ|^n = y ln b^n with y = ln|Λ| / ln b:  u after n steps, lengths larger by b^n."""
    return equal(n * log(abs(M)), growth_exponent(M, b) * n * log(b))


@page.reading("R2n", "a map, any sign of Λ", REFUTED, Lam=every(Lam), b=every(b), given={"b ≠ 1": Ne(b, 1)})
def dimension_is_the_logarithm_of_the_multiplier(Lam, b):
    """y = ln Λ / ln b is the real number with |u′| = b^y |u|, u′ = Λu.    At Λ < 0 it is complex."""
    return equal(log(Lam) / log(b), growth_exponent(Lam, b))


def in_any_base(lam, b, k):
    """y = λ whatever the base is"""
    return equal(growth_exponent(exp(lam * log(b) / k), b), lam)


@page.reading("R1b", "the logarithm to another base, c = e^k", PROVED, corrected=True, lam=every(lam), b=every(b),
              k=every(k), given={"b ≠ 1": Ne(b, 1)}, false_if=in_any_base)
def dimension_in_another_base(lam, b, k):
    """y = λ / ln c,  du/d log_c b = λu: a logarithm divides λ, but that of the base, and with the sign +."""
    return equal(growth_exponent(exp(lam * log(b) / k), b), lam / k)


def without_the_logarithm(lam, j, u, v, b):
    """v(b) = b^λ (v + ju)"""
    return equal(driven_coupling(lam, lam, j, 0, u, v, b), b**lam * (v + j * u))


@page.reading("R5j", "a Jordan block", PROVED, corrected=True, lam=every(lam), j=every(j), u=every(u), v=every(v),
              b=every(b), false_if=without_the_logarithm)
def jordan_block_brings_a_logarithm(lam, j, u, v, b):
    """v(b) = b^λ (v + ju ln b),  u′ = λu, v′ = λv + ju."""
    return equal(driven_coupling(lam, lam, j, 0, u, v, b), b**lam * (v + j * u * log(b)))


def without_the_resonant_logarithm(lam, r, u, v, b):
    """v(b) = b^2λ (v + ru²)"""
    return equal(driven_coupling(lam, 2 * lam, 0, r, u, v, b), b ** (2 * lam) * (v + r * u**2))


@page.reading("R5r", "a resonance", PROVED, corrected=True, lam=every(lam), r=every(r), u=every(u), v=every(v),
              b=every(b), false_if=without_the_resonant_logarithm)
def resonance_brings_a_logarithm(lam, r, u, v, b):
    """v(b) = b^2λ (v + ru² ln b),  u′ = λu, v′ = 2λv + ru²: as d = 2y_t does for the specific heat in d = 2."""
    return equal(driven_coupling(lam, 2 * lam, 0, r, u, v, b), b ** (2 * lam) * (v + r * u**2 * log(b)))


def with_half_the_period(p, q, u, v, b):
    """the period π/q"""
    start = Matrix([u, v])
    return equal((rotation(p, q, b * exp(pi / q)) * start)[0], exp(pi * p / q) * (rotation(p, q, b) * start)[0])


@page.reading("R5c", "a complex pair", PROVED, corrected=True, p=every(p), q=every(q), u=every(u), v=every(v),
              b=every(b), false_if=with_half_the_period)
def complex_pair_is_periodic_in_the_logarithm(p, q, u, v, b):
    """u(b e^(2π/q)) = e^(2πp/q) u(b),  eigenvalues p ± iq: b^p times a function of period 2π/q in ln b."""
    start = Matrix([u, v])
    return equal((rotation(p, q, b * exp(2 * pi / q)) * start)[0], exp(2 * pi * p / q) * (rotation(p, q, b) * start)[0])


@page.reading("R5z", "the eigenvalue zero", REFUTED, a=every(a), u=every(u), b=every(b))
def marginal_coupling_stays(a, u, b):
    """u(b) = b^0 u(1),  u′ = 0·u − au²."""
    return equal(quadratic_coupling(0, -a, u, b), u)


def as_a_square(a, u):
    """u(b) (ln b)² → 1/a"""
    return equal(limit(quadratic_coupling(0, -a, u, exp(L)) * L**2, L, oo), 1 / a)


@page.reading("R5z1", "the same: the law", PROVED, corrected=True, a=every(a), u=every(u), false_if=as_a_square)
def marginal_coupling_decays_as_a_logarithm(a, u):
    """u(b) ln b → 1/a as b = e^L → ∞,  u′ = −au²: no power of b."""
    return equal(limit(quadratic_coupling(0, -a, u, exp(L)) * L, L, oo), 1 / a)


dimension_is_the_logarithm_of_the_multiplier.script("""
    from sympy import N, S, im, log
    Lam, b = S("{Lam}"), S("{b}")
    y = log(Lam) / log(b)
    print("ln(Lam)/ln(b) =", N(y), "and a dimension is real:", N(log(abs(Lam)) / log(b)))
    assert im(y) != 0
""")

marginal_coupling_stays.script("""
    from sympy import N, S, integrate, log, solve, symbols
    a, start, b = S("{a}"), S("{u}"), S("{b}")
    x, end = symbols("x end", positive=True)
    flow_time = integrate(-1 / (a * x**2), x)  # dl = du/(-a u^2)
    value = solve(flow_time.subs(x, end) - flow_time.subs(x, start) - log(b), end)[0]
    print("u(b) =", N(value), "and u(1) =", start)
    assert abs(N(value - start)) > 1e-9
""")
