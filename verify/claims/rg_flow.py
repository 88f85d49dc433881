"""RG flow: the eigenvalues λ_i of the linearised flow give the scaling dimensions y_i = −λ_i / log b.

Source      Renormalization group, 5b5a72
Undefined   Whether b is the factor of lengths or of momenta; "scaling dimension" (of a coupling, y, or of its
            operator, d − y); whether B is meant, as printed, or the derivative of a map at a fixed b.
Setting     δ = g − g*, dδ/d ln b = Bδ; w a left eigenvector of B, u = w·δ its scaling field; y is the number with
            u(b) = b^y u(1). Λ is the multiplier of a map, u′ = Λu for lengths larger by the factor b.
Refuted by  One flow and one b at which u grows with another power of b.
Finding     A flow has y_i = λ_i: b does not enter. As printed, y = −2.885 in place of 2 at λ = 2, b = 2. A map
            has y = ln Λ / ln b. Except at b = 1/e the formula needs λ = ln Λ, of a step that shrinks momenta by b.
Corrected   y_i = λ_i, (R1c), and the couplings are sums of powers of b if λ_i are real, distinct and not resonant,
            (R5), both for two couplings; otherwise there are logarithms or oscillations, see the variants.
"""

from sympy import Eq, Matrix, Ne, exp, log, symbols

from theory.linear_flows import (
    distinct,
    driven_coupling,
    growth_exponent,
    is_a_sum_of_powers,
    rotation,
    scaling_field_is_a_power,
)
from theory.propositions import equal
from verify import PROVED, REFUTED, Page, every

page = Page(__doc__)
lam, mu, a, p, q, x, y = symbols("lam mu a p q x y", real=True)
c, j, r, lam1, mu1 = symbols("c j r lam1 mu1", real=True, nonzero=True)
b, m, Lam, u, v, scale = symbols("b m Lam u v scale", positive=True)


@page.reading("R1", "λ an eigenvalue of B, as printed", REFUTED, printed=True, given={"b ≠ 1": Ne(b, 1)},
              lam=every(lam), b=every(b))
def dimension_is_minus_eigenvalue_over_log(lam, b):
    """y = −λ / log b,  where u(b) = b^λ u(1) solves du/d ln b = λu."""
    return equal(growth_exponent(b**lam, b), -lam / log(b))


def with_the_printed_dimension(lam, mu, a, c, x, y, b):
    """y = −λ / log b"""
    u = scaling_field_is_a_power(*two_couplings(lam, mu, a, c), Matrix([x, y]), b)
    return equal(u.lhs, b ** (-lam / log(b)) * u.rhs / b**lam)


def two_couplings(lam, mu, a, c):
    """w, B, its eigenvalues and λ, for every B with these eigenvalues, b₁₁ = a and b₁₂ = c ≠ 0."""
    return Matrix([[a - mu, c]]), Matrix([[a, c], [(lam - a) * (a - mu) / c, lam + mu - a]]), [lam, mu], lam


@page.reading("R1c", "corrected: the dimension is the eigenvalue", PROVED, corrected=True, lam=every(lam), mu=every(mu),
              a=every(a), c=every(c), x=every(x), y=every(y), b=every(b), false_if=with_the_printed_dimension)
def dimension_is_the_eigenvalue(lam, mu, a, c, x, y, b):
    """w·δ(b) = b^λ w·δ(1),  δ(b) = b^B δ(1), δ(1) = (x, y), wB = λw;  B = (a, c; ·, ·), c ≠ 0, eigenvalues λ, μ."""
    return scaling_field_is_a_power(*two_couplings(lam, mu, a, c), Matrix([x, y]), b)


@page.reading("R2", "λ the multiplier Λ of a map", REFUTED, given={"b ≠ 1": Ne(b, 1)}, Lam=every(Lam), b=every(b))
def dimension_is_minus_multiplier_over_log(Lam, b):
    """y = −Λ / log b,  where u′ = Λu."""
    return equal(growth_exponent(Lam, b), -Lam / log(b))


def with_lengths_for_momenta(lam, b):
    """lengths grow by b"""
    return equal(growth_exponent(exp(lam), b), -lam / log(b))


@page.reading("R3", "λ = ln Λ, a step shrinks momenta by b < 1", PROVED, given={"b ≠ 1": Ne(b, 1)}, lam=every(lam),
              b=every(b), false_if=with_lengths_for_momenta)
def dimension_of_a_step_that_shrinks_momenta(lam, b):
    """y = −λ / log b,  where u′ = e^λ u and lengths grow by 1/b."""
    return equal(growth_exponent(exp(lam), 1 / b), -lam / log(b))


@page.reading("R4", "flow in the momentum scale μ", PROVED, given={"lengths grow as momenta shrink": Eq(m * b, 1)},
              lam=every(lam), m=every(m), b=every(b))
def dimension_is_minus_eigenvalue_in_momenta(lam, m, b):
    """u(μ) = b^y u(1) with y = −λ,  where du/d ln μ = λu, μ = m, mb = 1: the sign is a convention, log b is not."""
    return equal(m**lam, b**-lam)


@page.reading("R5", "pure powers of two couplings", PROVED, corrected=True,
              given={"no Jordan block": Ne(mu1, lam1), "no resonance": Ne(mu1, 2 * lam1)},
              u=every(u), v=every(v), j=every(j), r=every(r), b=every(b), lam=every(lam1), mu=every(mu1))
def couplings_are_sums_of_powers(u, v, j, r, b, lam, mu):
    """v(b) is a sum of b^λ, b^μ, b^2λ,  u′ = λu, v′ = μv + ju + ru²;  Π_p (b d/db − p) v = 0 over the distinct p."""
    powers = distinct([lam, mu, 2 * lam])
    return is_a_sum_of_powers(driven_coupling(lam, mu, j, r, u, v, scale), scale, powers, at=b)


@page.reading("R5x", "pure powers need real eigenvalues", PROVED, corrected=True, given={"real eigenvalues": Eq(q, 0)},
              p=every(p), q=every(q), u=every(u), v=every(v), b=every(b))
def turning_couplings_are_powers(p, q, u, v, b):
    """u(b) = b^p u(1),  B = (p, −q; q, p) with the eigenvalues p ± iq."""
    return equal((rotation(p, q, b) * Matrix([u, v]))[0], b**p * u)


dimension_is_minus_eigenvalue_over_log.script("""
    from sympy import N, S, exp, log
    lam, b = S("{lam}"), S("{b}")
    start, l = S(3), log(b)  # u(l) = e^(lam l) u(0) solves du/dl = lam u
    u = exp(lam * l) * start
    grown, printed = log(u / start) / l, -lam / l
    print("u grows as b to the power", N(grown), "and printed is", N(printed))
    assert abs(N(grown - printed)) > 1e-9
""")

dimension_is_minus_multiplier_over_log.script("""
    from sympy import N, S, log
    Lam, b = S("{Lam}"), S("{b}")
    steps = 5
    grown = log(Lam**steps) / log(b**steps)  # u after five steps, lengths larger by b^5
    print("u grows as b to the power", N(grown), "and printed is", N(-Lam / log(b)))
    assert abs(N(grown + Lam / log(b))) > 1e-9
""")
