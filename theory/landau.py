"""Landau theory of an order parameter with N components: the exponents above four dimensions.

Statement
    f(m) = r|m|²/2 + u|m|⁴/4 with m ∈ ℝ^N, u > 0, r proportional to the distance from criticality.
        (1)  The minimum has |m|² = max(−r/u, 0): m ~ (−r)^1/2 for r < 0 and m = 0 for r ≥ 0, so β = 1/2.
        (2)  D²f at the minimum has the eigenvalue −2r once and 0 with multiplicity N − 1 for r < 0, and r with
             multiplicity N for r > 0. With a gradient term |∇m|²/2, ξ = (eigenvalue)^−1/2 of the longitudinal
             fluctuations: ν = 1/2 for every N; the N − 1 transverse ones stay infinitely long (Goldstone).
        (3)  The Gaussian fixed point has y_t = 2, y_h = (d + 2)/2 and y_u = 4 − d. For d > 4, where Landau's
             exponents hold, (d − y_h)/y_t = (d − 2)/4 exceeds 1/2: u is irrelevant and dangerous.

Hypotheses
    H1  u > 0. The exponents of (1), (2) are those of the model for d > 4; at d = 4 logarithms multiply them.

Derivation
    (1) ∇f = (r + u|m|²) m. (2) D²f = (r + u|m|²) 1 + 2u m mᵀ; put |m|² = −r/u. (3) power counting; m is
    singular as u → 0 by (1), m ~ u^−1/2, hence the correction y_u/(2 y_t) = (4 − d)/4 to (d − 2)/4.

Reference
    L. Landau, E. Lifshitz, Statistical Physics, part 1, chapter 14; M. Fisher, in Critical Phenomena, Lecture
    Notes in Physics 186 (1983), for (3).
"""

from sympy import Expr, Integer, Matrix, Piecewise, S, diff, sqrt, symbols, sympify


def free_energy(m: Matrix, r: Expr, u: Expr) -> Expr:
    """f = r|m|²/2 + u|m|⁴/4."""
    square = (m.T * m)[0]
    return r * square / 2 + u * square**2 / 4


def magnetisation(r: Expr, u: Expr) -> Expr:
    """(1)  |m| at the minimum of f."""
    return Piecewise((sqrt(-r / u), r < 0), (S.Zero, True))


def curvature(N: int, r: Expr, u: Expr) -> Matrix:
    """(2)  D²f at the minimum (|m|, 0, …, 0), an N × N matrix."""
    if int(N) < 1:
        raise ValueError(f"Landau theory with N = {N} components: an order parameter has at least one")
    m = Matrix(symbols(f"m1:{int(N) + 1}", real=True))
    minimum = list(zip(m, [magnetisation(sympify(r), sympify(u)), *[S.Zero] * (int(N) - 1)], strict=True))
    f = free_energy(m, sympify(r), sympify(u))
    return Matrix(int(N), int(N), lambda i, j: diff(f, m[i], m[j]).subs(minimum))


def soft_modes(N: int) -> Integer:
    """(2)  The number of directions without a restoring force in the ordered phase, at r = −1, u = 1."""
    return Integer(int(N) - curvature(N, Integer(-1), Integer(1)).rank())


def gaussian_dimensions(d: Expr | int) -> tuple[Expr, Expr, Expr]:
    """(3)  (y_t, y_h, y_u) at the Gaussian fixed point."""
    d = sympify(d)
    return Integer(2), (d + 2) / 2, 4 - d
