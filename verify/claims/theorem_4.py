"""Theorem 4: scaling a model keeps its monodromy group, up to conjugation.

Source      Holomorphic invariants, c7551c
Undefined   The base point; whether ∞ is one of the b_j; and M_γ itself, when branches span no space of finite
            dimension: then no GL(n, ℂ) exists. n is the scale and the size of matrices. Which scaling.
Setting     Mon(ψ) acts on the span of the branches of ψ, or permutes them if ψ is algebraic. T Möbius, as the
            paper's T_n; p, q, t, ε parameters of a model. e(ρ) = exp 2πiρ. A root counts all its branches.
Refuted by  One ψ and one scaling of the kind that the reading names for which the groups are not isomorphic.
Finding     T ∘ ψ need not have a group at all (1/log z), nor one in the same GL(n): √z and 1 + √z. Another parameter
            is another group. With arguments mapped by T, or T after a ratio of solutions, the claim is true.
Corrected   (M1), (M2c), (M4a): a bijection of the sphere, or branch points that move without collision. For linear
            differential equations that is not enough, (M4b); Schlesinger's equations are, (M4c) of the variants.
"""

from sympy import And, I, Matrix, Rational, exp, log, oo, pi, sqrt, symbols

from theory.moebius import image, inverse
from theory.monodromy import (
    branch_space,
    function_monodromy,
    permutation_monodromy,
    schwarzian_derivative,
    translations,
)
from theory.monodromy.triangular_systems import rational_rank
from theory.propositions import equal
from theory.residues import pull_back, residue
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals, one_of

page = Page(__doc__)
x, y, z, b, d, p, q, r, f2, f3, m11, m12, m21, m22 = symbols("x y z b d p q r f2 f3 m11 m12 m21 m22")
s, f0, f1 = symbols("s f0 f1", zero=False)


@page.reading("M0", "the values are mapped, any ψ with branches", UNDEFINED, printed=True,
              psi=one_of(log(z), log(log(z)), z**z))
def every_function_has_a_group(psi):
    """Mon(1/ψ) and Mon(ψ) lie in one GL(n, ℂ);  ψ = log z, log log z, z^z."""
    return equal(branch_space(1 / psi, z).dimension, branch_space(psi, z).dimension)


@page.reading("M1", "the argument is mapped, ∞ may be a branch point", PROVED, corrected=True, by="partial_fractions",
              false_if="M1p", s=every(s), b=every(b), d=every(d), p=every(p), q=every(q), r=every(r))
def multipliers_survive_pull_back(s, b, d, p, q, r):
    """e(ρ′) = e(ρ) at T⁻¹x and x = p + b, b, ∞;  ψ = (z − p − b)^q (z − b)^r, T = b + s/(z + d), ρ = Res ψ′/ψ dz.

    T is a homeomorphism of the sphere and maps loops onto loops: any ψ keeps its group in the same way.
    """
    T, form = b + s / (z + d), q / (z - p - b) + r / (z - b)
    before = {x: image(inverse(T, z), z, x) for x in (p + b, b, oo)}
    exponents = [(residue(pull_back(form, T, z), z, at), residue(form, z, x)) for x, at in before.items()]
    return And(*(equal(exp(2 * pi * I * after), exp(2 * pi * I * rho)) for after, rho in exponents))


@page.reading("M1p", "the argument is mapped many-to-one", REFUTED, k=naturals(1))
def order_survives_powers_of_the_argument(k):
    """|Mon(√(z^k))| = |Mon(√z)|,  T = z^k."""
    return equal(function_monodromy(sqrt(z**k), z).group.order(), function_monodromy(sqrt(z), z).group.order())


@page.reading("M2b", "the values are mapped, matrices on the span of branches", REFUTED, printed=True, c=naturals(0))
def dimension_survives_mapped_values(c):
    """n is the same for c + √z and √z,  T(w) = w + c."""
    return equal(branch_space(c + sqrt(z), z).dimension, branch_space(sqrt(z), z).dimension)


def the_product_with_T(f0, f1, f2, f3, b, s, m11, m12, m21, m22):
    """TN in place of TNT⁻¹"""
    T, N = Matrix([[b, s], [1, 0]]), Matrix([[m11, m12], [m21, m22]])
    return equal((T * N).trace() ** 2 * N.det(), N.trace() ** 2 * (T * N).det())


@page.reading("M2c", "the values are mapped, ψ a ratio of two solutions", PROVED, corrected=True,
              false_if=the_product_with_T, f0=every(f0), f1=every(f1), f2=every(f2), f3=every(f3), b=every(b),
              s=every(s), m11=every(m11), m12=every(m12), m21=every(m21), m22=every(m22))
def moebius_maps_conjugate_projective_monodromy(f0, f1, f2, f3, b, s, m11, m12, m21, m22):
    """{T ∘ ψ, z} = {ψ, z}, and tr²/det of TNT⁻¹ is that of N;  T = b + s/w, ψ = f₀ + f₁z + f₂z² + f₃z³ + … at z = 0.

    If a loop does N to ψ, it does TNT⁻¹ to T ∘ ψ. ψ belongs to y″ + ½{ψ, z}y = 0. Every Möbius map is composed of
    such T.
    """
    psi, T, N = f0 + f1 * z + f2 * z**2 + f3 * z**3, Matrix([[b, s], [1, 0]]), Matrix([[m11, m12], [m21, m22]])
    before, after = (schwarzian_derivative(f, z).subs(z, 0) for f in (psi, b + s / psi))
    changed = T * N * T.inv()
    return And(equal(after, before), equal(changed.trace() ** 2 * N.det(), N.trace() ** 2 * changed.det()))


@page.reading("M3", "another parameter", REFUTED, p=naturals(2), q=naturals(2))
def order_survives_another_exponent(p, q):
    """|Mon(z^(1/p))| = |Mon(z^(1/q))|."""
    first, second = (function_monodromy(z ** Rational(1, k), z).group.order() for k in (p, q))
    return equal(first, second)


@page.reading("M4a", "branch points of an algebraic function move without meeting", PROVED, corrected=True,
              given={"no collision": lambda eps: eps != 0}, eps=one_of(1, 2, Rational(-1, 2), I, 3 - 2 * I, 0))
def group_survives_without_collision(eps):
    """|Mon(y³ − 3εy = x)| = 6 if ε ≠ 0;  the branch points are ± 2ε√ε and ∞. On three sheets, order 6 is S₃.

    (x, y) = (ε√ε u, √ε v) takes one curve to the other, so the values stand for all ε ≠ 0. For other families an
    isotopy of the branch points lifts to the covering.
    """
    return equal(permutation_monodromy(y**3 - 3 * eps * y - x, x, y).group.order(), 6)


@page.reading("M4b", "singular points of a linear system move, residue matrices do not", REFUTED, t=naturals(2))
def rank_survives_moved_points(t):
    """The rank of the translations is the same at t and at 4,  y₁′ = y₂(1/(z − 1) + 1/(z − t)), y₂′ = y₂/(2z).

    The group is ℤ^rank ⋊ C₂: the loops round 1 and t add 2πi and 2πi√t, that round 0 is diag(1, −1).
    """
    return equal(*(rational_rank(translations([1, at], [1, 1])) for at in (t, 4)))


order_survives_powers_of_the_argument.script("""
    from cmath import exp, pi, sqrt
    def turned(k, steps=1000):  # y with y^2 = z^k from z = 1 once round 0, starting with y = 1
        y = 1
        for j in range(1, steps + 1):
            root = sqrt(exp(2j * pi * j / steps) ** k)
            y = min(root, -root, key=lambda w: abs(w - y))
        return y
    print("sqrt(z) ends at", turned(1), "and sqrt(z^k), k = {k}, at", turned({k}))
    assert abs(turned(1) + 1) < 1e-6 and abs(turned({k}) - 1) < 1e-6  # order 2 and order 1
""")

dimension_survives_mapped_values.script("""
    from sympy import Matrix
    c = {c}
    def rank(f):  # of the branches f(w), f(-w), w = sqrt(z), at w = 1 and w = 2
        return Matrix([[f(w), f(-w)] for w in (1, 2)]).rank()
    before, after = rank(lambda w: w), rank(lambda w: c + w)
    print("the branches of sqrt(z) span", before, "dimension, those of c + sqrt(z)", after)
    assert (before, after) == (1, 2)
""")

order_survives_another_exponent.script("""
    from cmath import exp, pi
    def order(p, steps=100):  # turns after which y = z^(1/p) is back at 1, followed root by root
        y, turns = 1, 0
        while turns == 0 or abs(y - 1) > 1e-6:
            for j in range(1, steps + 1):
                roots = [exp(2j * pi * (j / steps + k) / p) for k in range(p)]
                y = min(roots, key=lambda w: abs(w - y))
            turns += 1
        return turns
    print("z^(1/p), p = {p}, returns after", order({p}), "turns; p = {q} after", order({q}))
    assert order({p}) != order({q})
""")

rank_survives_moved_points.script("""
    from mpmath import exp, pi, quad, sqrt
    from sympy import S
    t = {t}
    def translation(a):  # of y1 round a, divided by 2 pi i
        return quad(lambda u: sqrt(a + exp(1j * u) / 4) / (2 * pi), [0, pi, 2 * pi])
    found = [translation(a) for a in (1, t, 4)]
    print("round 1, t, 4: translations by", found, "times 2 pi i")
    assert all(abs(x**2 - a) < 1e-10 for x, a in zip(found, (1, t, 4)))
    assert S(t)**S.Half not in S.Rationals  # two independent translations; at t = 4 they are 1 and 2
""")
