"""Theorem 3, state-space models: does the sum of residues of a network survive its scaling?

Source      Holomorphic invariants, 5bcc98
Variants of Theorem 3
Undefined   What scaling does to the weights of a network: a change of basis, more states, or a fresh draw.
Setting     ψ(z) = C(zI − A)⁻¹B with n states, S(ψ) = CB. LeCun's initialisation: variance 1/(fan-in), [A B] one
            layer of fan-in n + 1 as in a recurrent cell, or A and B layers of fan-in n and 1; C of fan-in n.
Refuted by  One network and one scaling of that kind under which S, or E S², changes.
Finding     S is the first Markov parameter CB: kept by changes of basis, changed by new states and by a fresh draw.
            E S² = 1/(n + 1) for a recurrent cell; it is 1 at every width if B has a fan-in of its own.
Corrected   Scalings that keep CB keep S: a change of basis of two states (of three, as far as tried), and a new
            state that is not read.
"""

from sympy import Eq, Matrix, Ne, symbols

from theory.propositions import equal
from theory.residues import residue_sum
from theory.state_space import changed_basis, second_moment, side_by_side, single_state, transfer_function
from verify import PROVED, REFUTED, SUPPORTED, Page, every, integer_matrices

page = Page(__doc__)
z, a, b, c, f, g, h = symbols("z a b c f g h")
a0, a1, a2, a3, b0, b1, c0, c1, p0, p1, p2, p3 = symbols("a:4 b:2 c:2 p:4")
m, n, k = symbols("m n k", integer=True, positive=True)

SIZES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)


def conserved(model, changed):
    """S(changed) = S(model)."""
    return equal(residue_sum(transfer_function(*changed, z), z), residue_sum(transfer_function(*model, z), z))


@page.reading("E1", "change of basis, two states", PROVED, corrected=True, false_if="E3",
              given={"P has an inverse": Ne(p0 * p3 - p1 * p2, 0)}, a0=every(a0), a1=every(a1), a2=every(a2),
              a3=every(a3), b0=every(b0), b1=every(b1), c0=every(c0), c1=every(c1), p0=every(p0), p1=every(p1),
              p2=every(p2), p3=every(p3))
def sum_survives_a_change_of_basis(a0, a1, a2, a3, b0, b1, c0, c1, p0, p1, p2, p3):
    """S is the same for (P⁻¹AP, P⁻¹B, CP) and (A, B, C), A = (a0, a1; a2, a3), P = (p0, p1; p2, p3)."""
    model = Matrix([[a0, a1], [a2, a3]]), Matrix([b0, b1]), Matrix([[c0, c1]])
    return conserved(model, changed_basis(*model, Matrix([[p0, p1], [p2, p3]])))


@page.reading("E2", "change of basis, three states", SUPPORTED, corrected=True, false_if="E3",
              given={"P has an inverse": lambda P: Ne(P.det(), 0)}, A=integer_matrices(3, 3),
              B=integer_matrices(3, 1), C=integer_matrices(1, 3), P=integer_matrices(3, 3))
def sum_survives_a_change_of_three_states(A, B, C, P):
    """S is the same for (P⁻¹AP, P⁻¹B, CP) and (A, B, C), integer matrices."""
    return conserved((A, B, C), changed_basis(A, B, C, P))


@page.reading("E3", "a second state", REFUTED, a=every(a), b=every(b), c=every(c), f=every(f), g=every(g), h=every(h))
def sum_survives_widening(a, b, c, f, g, h):
    """S is the same for cb/(z − a) + hg/(z − f) and cb/(z − a)."""
    model = single_state(a, b, c)
    return conserved(model, side_by_side(model, single_state(f, g, h)))


@page.reading("E4", "a second state, not read", PROVED, corrected=True, given={"the new state is not read": Eq(h, 0)},
              a=every(a), b=every(b), c=every(c), f=every(f), g=every(g), h=every(h))
def sum_survives_an_unread_state(a, b, c, f, g, h):
    """S is the same for cb/(z − a) + hg/(z − f) and cb/(z − a) if h = 0."""
    return sum_survives_widening(a, b, c, f, g, h)


@page.reading("E5", "E S² of a fresh draw, [A B] one layer", REFUTED, n=every(n), k=every(k))
def mean_square_survives_width(n, k):
    """E S²(kn) = E S²(n), entries of B of variance 1/(n + 1), of C of variance 1/n."""
    return equal(second_moment(k * n, 1 / (k * n + 1), 1 / (k * n)), second_moment(n, 1 / (n + 1), 1 / n))


def root_mean_square(size, rng, draws, fan_in, probes):
    """√ mean |S|² over `probes`² networks on each A, from ψ on a circle around its eigenvalues; shape (draws,)."""
    from numerics.state_space import enclosed_residue_sum, lecun

    networks = lecun(size, rng, fan_in=fan_in, draws=draws, probes=probes)
    return (enclosed_residue_sum(networks, tolerance=1e-3).value ** 2).mean(axis=(-2, -1)) ** 0.5


@mean_square_survives_width.law(exponent=0, margin=0.1, size="n", sizes=SIZES)
def sum_of_a_cell(size, rng, draws):
    """S of fresh networks of width n, in root mean square."""
    return root_mean_square(size, rng, draws, "joint", 24)


@page.reading("E6", "the same, in the fan-in m = n + 1", PROVED, corrected=True, false_if="E5",
              given={"at least one state": m > 1}, m=every(m), k=every(k))
def mean_square_falls_with_fan_in(m, k):
    """E S²(km) = E S²(m)/k, entries of B of variance 1/m, of C of variance 1/(m − 1): E S² = 1/m."""
    return equal(second_moment(k * m - 1, 1 / (k * m), 1 / (k * m - 1)), second_moment(m - 1, 1 / m, 1 / (m - 1)) / k)


@mean_square_falls_with_fan_in.law(exponent=-0.5, margin=0.2, size="m", sizes=SIZES)
def sum_of_a_cell_of_fan_in(size, rng, draws):
    """S of fresh networks of fan-in m, in root mean square."""
    return root_mean_square(size - 1, rng, draws, "joint", 48)


@page.reading("E7", "E S² of a fresh draw, A and B layers of their own", PROVED, false_if="E5", n=every(n), k=every(k))
def mean_square_survives_width_of_separate_layers(n, k):
    """E S²(kn) = E S²(n), entries of B of variance 1, of C of variance 1/n: order 0, though S itself is redrawn."""
    return equal(second_moment(k * n, 1, 1 / (k * n)), second_moment(n, 1, 1 / n))


@mean_square_survives_width_of_separate_layers.law(exponent=0, margin=0.2, size="n", sizes=SIZES)
def sum_of_separate_layers(size, rng, draws):
    """S of fresh networks of width n, in root mean square."""
    return root_mean_square(size, rng, draws, "separate", 48)


sum_survives_widening.script("""
    from sympy import *
    z = symbols("z")
    a, b, c, f, g, h = {a}, {b}, {c}, {f}, {g}, {h}
    A, B, C = diag(a, f), Matrix([b, g]), Matrix([[c, h]])
    def residue_sum(psi):
        return sum(residue(cancel(psi), z, p) for p in roots(Poly(denom(cancel(psi)), z)))
    before, after = residue_sum(c*b/(z - a)), residue_sum((C*(z*eye(2) - A).inv()*B)[0])
    print("S with one state", before, "; with two", after)
    assert before != after
""")

mean_square_survives_width.script("""
    from sympy import *
    n, k = {n}, {k}
    def second_moment(n):  # C and B independent: the sum over i of E c_i**2 E b_i**2
        return sum(Rational(1, n)*Rational(1, n + 1) for i in range(n))
    print("E S^2 at width", n, "is", second_moment(n), "; at width", k*n, "it is", second_moment(k*n))
    assert second_moment(n) != second_moment(k*n)
""")
