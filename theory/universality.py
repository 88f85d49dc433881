"""Universality: which changes of couplings keep the exponents of a fixed point, and which do not.

Statement
    dg/dl = β(g) with l = ln b, and new couplings h = φ(g).
        (1)  h flows with β′(h) = Dφ(g) β(g) at h = φ(g).
        (2)  If β(g*) = 0 and J = Dφ(g*) is invertible, the stability matrices obey B′ = J B J⁻¹, and the
             derivatives of maps, R′ = φ R φ⁻¹, obey DR′ = J DR J⁻¹: same eigenvalues, same dimensions.
        (3)  φ(x) = sgn(x)|x|^s, s > 0, is a homeomorphism and turns x′ = y x into h′ = s y h: any two
             positive y are conjugate, and ν = 1/y goes to ν/s. For odd s = 3, 5, … φ is smooth, J = 0.
        (4)  A continuous φ takes any number to any other, x ↦ x + end − start, and any orbit {x n^α} onto any
             other {y n^γ}, α, γ ≠ 0, point by point: s ↦ y (s/x)^(γ/α).
        (5)  If ξ ~ |u|^−1/y with the scaling field u(τ) ~ τ^m of a model's control parameter τ, then
             ν = m/y: m = 1 where the model crosses the critical surface transversally.
        (6)  If size is counted as n = L^p (parameters: p = 2 at fixed depth, 3 at a fixed ratio of depth to
             width), then n_ξ = ξ^p ~ |τ|^−pν. Likewise ν_∥ = zν where L_∥ = L^z is a length along another axis.

Hypotheses
    H1  both flows are seen at the same l. A flow run k times as fast has k times the eigenvalues.
    H2  φ is C² for β in (2); for maps, or for the flow at one b, C¹ suffices.

Derivation
    (1) is the chain rule. (2): differentiate β′(φ(g)) = Dφ β at g*: B′J = D²φ·β(g*) + J B, and β(g*) = 0.
    (3): for x > 0, h′ = s x^(s−1) y x = s y h. (5), (6): substitute. A physical case of (3) with
    J = 0 is the Ising chain in w = e^−2K and in w²: see theory/renormalization/decimation.py.

Reference
    F. Wegner, J. Phys. C 7 (1974) 2098 (changes of couplings); P. Hartman, Proc. AMS 11 (1960) 610, and
    J. Palis, W. de Melo, Geometric Theory of Dynamical Systems, chapter 2 (topological conjugacy);
    J. Cardy, Scaling and Renormalization in Statistical Physics, chapter 3. (4) to (6) are elementary.
"""

from collections.abc import Sequence

from sympy import (
    And,
    Eq,
    Expr,
    Matrix,
    Symbol,
    cancel,
    diff,
    expand,
    expand_power_base,
    log,
    powdenest,
    simplify,
    symbols,
    sympify,
)
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal

Couplings = Sequence[Symbol]
Components = Sequence[Expr]


def pushed_forward(beta: Components, phi: Components, g: Couplings) -> list[Expr]:
    """(1)  Dφ(g) β(g): the flow of the new couplings, as a function of the old ones."""
    return [sum((diff(f, x) * rate for x, rate in zip(g, beta, strict=True)), sympify(0)) for f in phi]


def jacobian(functions: Components, g: Couplings, at: Sequence[Expr | int]) -> Matrix:
    """D functions at a point, entries expanded."""
    point = list(zip(g, at, strict=True))
    return Matrix([[expand(diff(f, x).subs(point)) for x in g] for f in functions])


def changed_stability_matrix(beta: Components, phi: Components, g: Couplings, at: Sequence[Expr | int]) -> Matrix:
    """dβ′/dh at φ(g*), from D(Dφ β) J⁻¹. Raises Undefined where J has no inverse: β′ then has no derivative by rule."""
    J = jacobian(phi, g, at)
    determinant = expand(J.det())
    if determinant == 0:
        raise Undefined(f"the stability matrix in the couplings {list(map(str, phi))}", "Dφ has no inverse there")
    return (jacobian(pushed_forward(beta, phi, g), g, at) * J.adjugate() / determinant).applyfunc(cancel)


def same_spectrum(A: Matrix, B: Matrix) -> Boolean:
    """Equal characteristic polynomials, coefficient by coefficient."""
    x = Symbol("x")
    polynomials = [M.charpoly(x).all_coeffs()[1:] for M in (A, B)]
    return And(*(equal(cancel(a), cancel(b)) for a, b in zip(*polynomials, strict=True)))


def same_matrix(A: Matrix, B: Matrix) -> Boolean:
    """A = B, entry by entry."""
    return And(*(equal(a, b) for a, b in zip(A, B, strict=True)))


def changed_derivative(DR: Matrix, J: Matrix) -> Matrix:
    """(2)  J DR J⁻¹, the derivative of φ R φ⁻¹ at φ(g*). Raises Undefined where J has no inverse."""
    determinant = expand(J.det())
    if determinant == 0:
        raise Undefined("the derivative of φ R φ⁻¹", "Dφ has no inverse there")
    return (J * DR * J.adjugate()).applyfunc(expand) / determinant


def stability_matrices_are_similar(
    beta: Components, phi: Components, g: Couplings, at: Sequence[Expr | int]
) -> Boolean:
    """(2)  B′J = J B.    False where g* is no fixed point."""
    J, B = jacobian(phi, g, at), jacobian(beta, g, at)
    difference = jacobian(pushed_forward(beta, phi, g), g, at) - J * B
    return And(*(equal(e, 0) for e in difference))


def power_coordinate(x: Expr, s: Expr | int) -> Expr:
    """(3)  φ(x) = x^s for x > 0; φ(−x) = −φ(x)."""
    return x**s


def power_coordinate_conjugates(y: Expr, z: Expr, s: Expr | int) -> Eq:
    """(3)  φ(b^y x) = b^z φ(x) for all b, x > 0: φ carries x′ = y x to h′ = z h. For x < 0 by oddness."""
    b, x = symbols("b x", positive=True)
    return equal(expand_power_base(power_coordinate(b**y * x, s)), b**z * power_coordinate(x, s))


def dimension_in_power_coordinate(y: Expr, s: Expr | int) -> Expr:
    """(3)  h′/h for h = x^s, x′ = y x, x > 0, by (1)."""
    x = Symbol("x", positive=True)
    h = power_coordinate(x, s)
    return simplify(pushed_forward([y * x], [h], [x])[0] / h)


def translated(x: Expr, start: Expr, end: Expr) -> Expr:
    """(4)  φ(x) = x + end − start, continuous, with φ(start) = end."""
    return x + end - start


def orbit_map(s: Expr, x: Expr, alpha: Expr, y: Expr, gamma: Expr) -> Expr:
    """(4)  φ(s) = y (s/x)^(γ/α) for s/x > 0, continuous, with φ(x n^α) = y n^γ."""
    return y * powdenest(s / x) ** (gamma / alpha)


def crossing_exponent(y: Expr, m: Expr | int = 1, p: Expr | int = 1) -> Expr:
    """(5), (6)  −d ln n_ξ/d ln τ for u = A τ^m, ξ = |u|^(−1/y), n_ξ = ξ^p; the amplitude A drops out."""
    tau, A = Symbol("tau", positive=True), Symbol("A", positive=True)
    size = ((A * tau**m) ** (-1 / y)) ** p
    return simplify(-tau * diff(log(size), tau))
