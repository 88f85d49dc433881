"""Theorem 4, variants: single-valued networks, curves, collisions, and what moves singular points without harm.

Source      Holomorphic invariants, c7551c
Variants of Theorem 4
Undefined   Whether ∞ is a puncture; what "conjugate" means when a scaling changes the rank or the fundamental group.
Setting     As in Theorem 4; a network is the function that it computes of one complex input. A, B residue matrices
            without trace of Y′ = (A/(z − a) + B/(z − c) + …) Y; u = z − a, v = c − a; c moves.
Refuted by  One ψ and one scaling of the kind that the reading names for which the groups are not isomorphic.
Finding     Networks of tanh, sigmoid and softmax have one branch: the group is 1, and the claim says 1 = 1. Branch
            points that collide, or are added, change the group. If ∞ is not counted, T changes π₁ itself.
Corrected   (M1c), (M2a): Möbius maps on either side keep the permutations of branches. (M4c): Schlesinger's equations
            make the connection flat. (M4d): three singular points move by a Möbius map.
"""

from functools import cache

from sympy import And, I, Integer, Matrix, Ne, exp, numer, sqrt, symbols, tanh, together

from theory.moebius import inverse
from theory.monodromy import function_monodromy, is_single_valued, permutation_monodromy
from theory.propositions import equal
from theory.residues import pull_back, residue
from verify import PROVED, REFUTED, SUPPORTED, TRIVIAL, Page, every, naturals, one_of, some

page = Page(__doc__)
x, y, z, a11, a12, a21, b11, b12, b21, b, d, f, g, w = symbols("x y z a11 a12 a21 b11 b12 b21 b d f g w")
s, t, u, v = symbols("s t u v", zero=False)

ONE_LAYER = tanh(2 * z + 1) - 3 / (1 + exp(-z))
TWO_LAYERS = exp(tanh(z)) / (exp(tanh(z)) + exp(tanh(1 - tanh(2 * z))))
MAPS = (x, x + 1, -2 * x, I * x, 1 / x, x / (x - 1), (x + 1) / (2 * x - 1), 1 - 3 / (x + 2))
FAMILIES = (y**2 - x * (x - 1) * (x - t), y**3 - 3 * t * y - x, y**2 - x**2 + t**2)


@cache
def order(P):
    """|Mon| of the curve P(x, y) = 0."""
    return permutation_monodromy(P, x, y).group.order()


def an_unrelated_function(psi):
    """Mon(z³eᶻ) in place of Mon(ψ)"""
    return equal(Integer(bool(is_single_valued(z**3 * exp(z), z))), 1)


@page.reading("M0n", "networks of tanh, sigmoid and softmax", TRIVIAL, false_if=an_unrelated_function,
              psi=one_of(tanh(z), ONE_LAYER, TWO_LAYERS))
def networks_are_single_valued(psi):
    """Mon(ψ) = 1 for a network ψ of any size: what is composed of meromorphic functions has one branch."""
    return equal(Integer(bool(is_single_valued(psi, z))), 1)


@page.reading("M1c", "the argument is mapped, or the values: curves", SUPPORTED, corrected=True, false_if="M5",
              T=some(*MAPS))
def permutations_survive_moebius_maps(T):
    """|Mon(ψ ∘ T)| = |Mon(T ∘ ψ)| = 6,  ψ³ − 3ψ = x, T Möbius: on three sheets, order 6 is S₃."""
    cubic = y**3 - 3 * y - x
    pulled, mapped = cubic.subs(x, T), cubic.subs(y, inverse(T, x).subs(x, y))
    return And(*(equal(order(numer(together(P))), 6) for P in (pulled, mapped)))


@page.reading("M1s", "the argument is mapped, π₁(ℂ ∖ {b_j}) as printed", REFUTED, k=naturals(0))
def fundamental_group_survives_pull_back(k):
    """π₁(ℂ ∖ {b_j}) has the same rank for √T and √z,  T = z/(kz + 1): as many finite branch points."""
    return equal(*(Integer(len(function_monodromy(sqrt(T), z).branch_points)) for T in (z / (k * z + 1), z)))


def the_square_of_T(s, b, d, w):
    """T² in place of T, which has the same value where T is −T(w)"""
    T = b + s / (z + d)
    return equal(inverse(T, z).subs(z, -T.subs(z, w)), w)


@page.reading("M2a", "the values are mapped, permutations of branches", PROVED, corrected=True,
              false_if=the_square_of_T, s=every(s), b=every(b), d=every(d), w=every(w))
def branches_are_recovered(s, b, d, w):
    """T⁻¹(T(w)) = w for every branch w of ψ,  T = b + s/(w + d), and T = sw + d.

    Continuation commutes with T, and different branches keep different values: T ∘ ψ has the permutations of ψ.
    """
    maps = (b + s / (z + d), s * z + d)
    return And(*(equal(inverse(T, z).subs(z, T.subs(z, w)), w) for T in maps))


def curvature(A, B, change, u, v):
    """∂_c 𝒜 − ∂_z ℬ + [𝒜, ℬ],  𝒜 = A/(z − a) + B/(z − c), ℬ = −B/(z − c), ∂_c A = change = −∂_c B."""
    return change * (1 / u - 1 / (u - v)) - (A * B - B * A) / (u * (u - v))


def residues_are_fixed(a11, a12, a21, b11, b12, b21, u, v):
    """∂A/∂c = 0, residue matrices as they were"""
    A, B = Matrix([[a11, a12], [a21, -a11]]), Matrix([[b11, b12], [b21, -b11]])
    return And(*(equal(entry, 0) for entry in curvature(A, B, 0 * A, u, v)))


@page.reading("M4c", "singular points of a linear system move, and residues by Schlesinger's equations", PROVED,
              corrected=True, given={"z ≠ c": Ne(u, v)}, false_if=residues_are_fixed, a11=every(a11), a12=every(a12),
              a21=every(a21), b11=every(b11), b12=every(b12), b21=every(b21), u=every(u), v=every(v))
def schlesinger_makes_the_connection_flat(a11, a12, a21, b11, b12, b21, u, v):
    """∂_c 𝒜 − ∂_z ℬ + [𝒜, ℬ] = 0 if ∂A/∂c = [A, B]/(a − c): then Y(z, c) exists, and its monodromy is constant.

    Only pairs of residue matrices enter; where they commute nothing has to move. The converse, that a constant
    monodromy needs these equations, is for eigenvalues that do not differ by integers.
    """
    A, B = Matrix([[a11, a12], [a21, -a11]]), Matrix([[b11, b12], [b21, -b11]])
    return And(*(equal(entry, 0) for entry in curvature(A, B, (A * B - B * A) / -v, u, v)))


def a_fourth_point_stays(f, g, t):
    """a fourth point 2 that stays"""
    return equal(residue(pull_back(f / z + g / (z - 1) + f / (z - 2), z / t, z), z, 2), f)


@page.reading("M4d", "three singular points, the residue matrices do not change", PROVED, corrected=True,
              by="partial_fractions", false_if=a_fourth_point_stays, f=every(f), g=every(g), t=every(t))
def three_points_move_by_a_moebius_map(f, g, t):
    """T*(A/z + B/(z − 1)) dz = (A/z + B/(z − t)) dz,  T = z/t: (0, 1, ∞) → (0, t, ∞) is (M1).    f, g any entries."""
    form = pull_back(f / z + g / (z - 1), z / t, z)
    return And(equal(residue(form, z, 0), f), equal(residue(form, z, t), g))


@page.reading("M5", "branch points collide", REFUTED, curve=one_of(*FAMILIES))
def order_survives_collisions(curve):
    """|Mon| is the same at t = 0 and t = 2,  y² = x(x − 1)(x − t), y³ − 3ty = x, y² = x² − t²."""
    return equal(*(order(curve.subs(t, at)) for at in (0, 2)))


@page.reading("M6", "branch points are added", REFUTED, k=naturals(0))
def order_survives_another_branch_point(k):
    """|Mon(√z + k√(z − 1))| = |Mon(√z)|."""
    wider, narrow = (function_monodromy(h, z).group.order() for h in (sqrt(z) + k * sqrt(z - 1), sqrt(z)))
    return equal(wider, narrow)


fundamental_group_survives_pull_back.script("""
    from sympy import fraction, roots, symbols, together
    z, k = symbols("z"), {k}
    def finite_branch_points(T):  # of sqrt(T): zeros and poles of odd order
        found = [roots(part, z) for part in fraction(together(T))]
        return [p for part in found for p, order in part.items() if order % 2]
    before, after = finite_branch_points(z), finite_branch_points(z / (k * z + 1))
    print("sqrt(z) has", before, "and sqrt(z/(kz + 1))", after)
    assert len(before) != len(after)
""")

order_survives_collisions.script("""
    from sympy import discriminant, factor_list, symbols
    x, y, t = symbols("x y t")
    P = {curve}
    def order(at):  # of an irreducible cubic over C(x): C3 if the discriminant is a square, else S3
        D = discriminant(P.subs(t, at), y)
        return 3 if all(m % 2 == 0 for _, m in factor_list(D, x)[1]) else 6
    print("order", order(0), "at t = 0 and", order(2), "at t = 2")
    assert order(0) != order(2)
""")

order_survives_another_branch_point.script("""
    from cmath import exp, pi, sqrt
    k, base = {k}, 0.5 + 1j
    def sign(start, steps=1000):  # of sqrt(z), followed along a circle round 0 from z = start
        y = first = sqrt(start)
        for j in range(1, steps + 1):
            root = sqrt(start * exp(2j * pi * j / steps))
            y = min(root, -root, key=lambda w: abs(w - y))
        return round((y / first).real)
    signs = {(a, b) for a in (1, sign(base)) for b in (1, sign(base - 1))}  # by turns round 0 and round 1
    branches = [a * sqrt(base) + b * k * sqrt(base - 1) for a, b in signs]
    print("branches of sqrt(z):", sign(base), "times itself; of sqrt(z) + k sqrt(z - 1), k = {k}:", branches)
    assert len(branches) == 4 and min(abs(p - q) for p in branches for q in branches if p is not q) > 0.1
""")
