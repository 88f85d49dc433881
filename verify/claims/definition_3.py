"""Definition 3: two models lie in one universality class when a continuous φ : I[M₁] → I[M₂] preserves the critical
exponents.

Source      Formal framework, 8135d6
Undefined   What φ maps: the numbers I[M_i] of Definition 2, the orbits {I[S_n M_i]}, or the couplings of two flows;
            how a map of numbers preserves the exponents of a flow.
Setting     x = I[M₁], y = I[M₂]; I[S_n M₁] = x n^α, I[S_n M₂] = y n^γ. Flows dg/d ln b = β(g), β(g*) = 0, stability
            matrix B at g*; J = Dφ(g*). Landau's model with N components: β and ν from its minimum.
Uses        Definition 2
Refuted by  A pair of models that the definition puts in one class although their exponents, or symmetries, differ.
Finding     Between numbers, or orbits, a continuous φ exists for every pair: φ says nothing. A homeomorphism of flows
            conjugates all positive dimensions. Equal β and ν do not make a class: Landau's models have them for
            every N.
Corrected   φ a diffeomorphism that conjugates the flows at the same b: an equivalence relation that keeps the spectrum
            of B, (D3d), (D3d1), for two couplings. A class is the basin of one fixed point, with its symmetry and
            dimension.
"""

from sympy import And, Matrix, Ne, symbols

from theory.correlation_length import local_exponent
from theory.landau import curvature, magnetisation, soft_modes
from theory.propositions import equal
from theory.universality import (
    changed_derivative,
    orbit_map,
    power_coordinate_conjugates,
    same_matrix,
    same_spectrum,
    translated,
)
from verify import PROVED, REFUTED, TRIVIAL, Page, every, naturals

page = Page(__doc__)
x, y = symbols("x y", real=True)
alpha, gamma = symbols("alpha gamma", real=True, nonzero=True)
X, Y, y1, y2, power, t = symbols("X Y y1 y2 power t", positive=True)
scale = symbols("scale", integer=True, positive=True)
b11, b12, b21, b22, q, r, l, m = symbols("b11 b12 b21 b22 q r l m", real=True)
p, s, k, n = symbols("p s k n", real=True, nonzero=True)


def to_an_unrelated_number(x, y):
    """I[M₂] = y² + 1, an unrelated model."""
    return equal(translated(x, x, y**2 + 1), y**2 + 1)


@page.reading("D3a", "I[M₁] and I[M₂] are numbers", TRIVIAL, printed=True, x=every(x), y=every(y),
              false_if=to_an_unrelated_number)
def numbers_are_linked(x, y):
    """φ(x) = y for a continuous φ: the translation by y − x."""
    return equal(translated(x, x, y), y)


def to_an_orbit_of_another_order(X, Y, alpha, gamma, n):
    """an orbit of the order γ³ in place of γ."""
    return equal(orbit_map(X * n**alpha, X, alpha, Y, gamma**3), Y * n ** (gamma**3))


@page.reading("D3b", "I[M₁] and I[M₂] are orbits under S_n", TRIVIAL, printed=True, X=every(X), Y=every(Y),
              alpha=every(alpha), gamma=every(gamma), n=every(scale), false_if=to_an_orbit_of_another_order)
def orbits_are_linked(X, Y, alpha, gamma, n):
    """φ(X n^α) = Y n^γ for every n, for a continuous φ: φ(s) = Y (s/X)^(γ/α), whatever α and γ are."""
    return equal(orbit_map(X * n**alpha, X, alpha, Y, gamma), Y * n**gamma)


@page.reading("D3c", "φ a homeomorphism that conjugates the flows", REFUTED,
              given={"φ(b^y₁ g) = b^y₂ φ(g)": power_coordinate_conjugates}, y=every(y1), z=every(y2), s=every(power))
def conjugate_flows_have_one_dimension(y, z, s):
    """y₁ = y₂ if φ = sgn(g)|g|^s conjugates g′ = y₁g to h′ = y₂h for all b and g,  y₁ = y, y₂ = z."""
    return equal(y, z)


def matrix(b11, b12, b21, b22):
    return Matrix([[b11, b12], [b21, b22]])


@page.reading("D3d", "φ a diffeomorphism, two couplings: the spectrum", PROVED, corrected=True,
              given={"det J ≠ 0": Ne(p * s - q * r, 0)}, b11=every(b11), b12=every(b12), b21=every(b21),
              b22=every(b22), p=every(p), s=every(s), q=every(q), r=every(r))
def diffeomorphisms_keep_the_spectrum(b11, b12, b21, b22, p, s, q, r):
    """det(x − JBJ⁻¹) = det(x − B),  J = (p, q; r, s), p, s ≠ 0; B = (b₁₁, b₁₂; b₂₁, b₂₂)."""
    B = matrix(b11, b12, b21, b22)
    return same_spectrum(changed_derivative(B, matrix(p, q, r, s)), B)


@page.reading("D3d1", "φ a diffeomorphism, two couplings: equivalent matrices", PROVED, corrected=True,
              given={"det J ≠ 0": Ne(p * s - q * r, 0), "det K ≠ 0": Ne(k * n - l * m, 0)},
              b11=every(b11), b12=every(b12), b21=every(b21), b22=every(b22), p=every(p), s=every(s), k=every(k),
              n=every(n), q=every(q), r=every(r), l=every(l), m=every(m))
def diffeomorphisms_make_an_equivalence(b11, b12, b21, b22, p, s, k, n, q, r, l, m):
    """1B1⁻¹ = B,  J⁻¹(JBJ⁻¹)J = B,  K(JBJ⁻¹)K⁻¹ = (KJ)B(KJ)⁻¹,  K = (k, l; m, n), k, n ≠ 0, J and B as before."""
    B, J, K = matrix(b11, b12, b21, b22), matrix(p, q, r, s), matrix(k, l, m, n)
    second = changed_derivative(B, J)
    reflexive = same_matrix(changed_derivative(B, Matrix.eye(2)), B)
    symmetric = same_matrix(changed_derivative(second, J.adjugate()), B)
    return And(reflexive, symmetric, same_matrix(changed_derivative(second, K), changed_derivative(B, K * J)))


def same_exponents(N, M):
    """β from |m| ~ t^β, ν from ξ = (longitudinal curvature)^(−1/2) ~ t^(−ν), at r = −t, u = 1."""
    below = [(magnetisation(-t, 1), curvature(components, -t, 1)[0, 0]) for components in (N, M)]
    beta, curved = ([local_exponent(quantity, t) for quantity in pair] for pair in zip(*below, strict=True))
    return And(equal(*beta), equal(*curved))


@page.reading("D3e", "equal exponents make one class", REFUTED, given={"same β and ν": same_exponents},
              N=naturals(1), M=naturals(1))
def equal_exponents_make_a_class(N, M):
    """As many modes without a restoring force below T_c,  Landau's models with N and M components.

    A universal difference: the transverse susceptibility is infinite for N ≥ 2, and there is none at N = 1.
    """
    return equal(soft_modes(N), soft_modes(M))


conjugate_flows_have_one_dimension.script("""
    from sympy import S, sign, simplify, symbols
    y, z, s = S("{y}"), S("{z}"), S("{s}")
    b, g = symbols("b g", positive=True)
    phi = lambda g: sign(g) * abs(g) ** s  # continuous, with the inverse sign(h) |h|^(1/s)
    differences = [simplify(phi(b**y * x) - b**z * phi(x)) for x in (g, -g, S(0))]
    print("phi(b^y g) - b^z phi(g) =", differences, "for the dimensions", y, "and", z)
    assert differences == [0, 0, 0] and y != z
""")

equal_exponents_make_a_class.script("""
    from sympy import diff, log, simplify, sqrt, symbols
    t = symbols("t", positive=True)

    def model(N):  # Landau's f = -t|m|^2/2 + |m|^4/4 at its minimum (sqrt t, 0, ..., 0)
        m = symbols(f"m1:{N + 1}")
        square = sum(x**2 for x in m)
        f, at = -t * square / 2 + square**2 / 4, {x: 0 for x in m} | {m[0]: sqrt(t)}
        curved = [simplify(diff(f, x, 2).subs(at)) for x in m]
        exponents = [simplify(t * diff(log(q), t)) for q in (at[m[0]], 1 / sqrt(curved[0]))]
        return exponents, curved.count(0)

    print("beta, -nu and soft modes:", model({N}), model({M}))
    assert model({N})[0] == model({M})[0] and model({N})[1] != model({M})[1]
""")
