"""Linearised flows: what an eigenvalue of the stability matrix says about growth under a change of scale.

Statement
    Near a fixed point g* let δ = g − g*, let b be the factor by which lengths grow, and
    dδ/d ln b = B δ (a flow), or δ′ = A δ after each change of scale by a fixed b (a map).
        (1)  δ(b) = b^B δ(1). With the eigenvalues λ_1, …, λ_k of B, each as often as it is a root,
             b^B = Σ_j f[λ_1, …, λ_j] (B − λ_1) ⋯ (B − λ_{j−1}),  f(x) = b^x, in divided differences;
        (2)  if wB = λw, the scaling field w·δ grows as w·δ(b) = b^λ w·δ(1): its dimension is y = λ, and
             b does not enter. In another parametrisation δ grows by e^λ a step, lengths by b: y = λ/ln b;
        (3)  for a map a multiplier Λ of A gives |w·δ| = b^{ny} after n steps, y = ln|Λ|/ln b; none if Λ = 0;
        (4)  F(b) is a sum of the distinct powers b^p, p ∈ P, if and only if Π_p (b d/db − p) F = 0;
        (5)  u′ = λu, v′ = μv + ju + ru² has v(b) = b^μ v + j u f[λ, μ] + r u² f[2λ, μ], which is a sum of powers
             unless λ = μ (a Jordan block) or 2λ = μ (a resonance): there f[μ, μ] = b^μ ln b;
        (6)  the pair p ± iq, B = (p, −q; q, p), turns: b^B = b^p (cos, −sin; sin, cos)(q ln b);
        (7)  u′ = λu + au² has u(b) = b^λ u/(1 − a u f[λ, 0]): with λ = 0 no power but u/(1 − a u ln b).

Hypotheses
    H1  b > 0. Eigenvalues count as equal when algebra finds their difference to be 0; symbols are generic.

Derivation
    (1) is Newton's interpolation of x ↦ b^x at the spectrum, exact by Cayley and Hamilton. (2): the row w
    satisfies w(B − λ) = 0, so all terms but the first vanish with λ_1 = λ. (3): Λ^n = (b^n)^y. (4): b d/db
    multiplies b^p by p, and has b^p (ln b)^j, j < m, as the kernel of its m-th power. (5): variation of
    constants, ∫_1^b (b/s)^μ s^λ ds/s = f[λ, μ]. (6): the eigenvalues of B. (7): 1/u obeys a linear equation.

Reference
    K. Wilson, J. Kogut, Physics Reports 12 (1974) 75, section 3 (scaling fields, eigenvalues);
    F. Wegner, in Phase Transitions and Critical Phenomena 6 (1976), chapter 2 (resonances, logarithms);
    N. Higham, Functions of Matrices, chapter 4 (Newton's form).
"""

from collections.abc import Sequence

from sympy import And, Expr, Matrix, S, Symbol, cancel, cos, diff, expand, expand_log, factorial, log, sin, sympify
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal


def coincide(x: Expr, y: Expr) -> bool:
    """Whether algebra finds two exponents equal; generic symbols do not coincide."""
    return cancel(expand(x - y)) == 0


def _grouped(points: Sequence[Expr]) -> list[Expr]:
    """The points with equal ones side by side, in order of first appearance."""
    kinds = distinct(points)
    return [kind for kind in kinds for point in points if coincide(point, kind)]


def distinct(points: Sequence[Expr | int]) -> list[Expr]:
    """The points without repetition, in order of first appearance."""
    kinds: list[Expr] = []
    for point in map(sympify, points):
        if not any(coincide(point, kind) for kind in kinds):
            kinds.append(point)
    return kinds


def divided_difference(points: Sequence[Expr | int], b: Expr) -> Expr:
    """f[x_0, …, x_n] of f(x) = b^x, with derivatives where points coincide: f[x, x] = b^x ln b."""
    xs = _grouped([sympify(x) for x in points])
    n = len(xs) - 1
    if coincide(xs[0], xs[-1]):
        return b ** xs[0] * log(b) ** n / factorial(n)
    return (divided_difference(xs[1:], b) - divided_difference(xs[:-1], b)) / (xs[-1] - xs[0])


def flow_matrix(B: Matrix, eigenvalues: Sequence[Expr | int], b: Expr) -> Matrix:
    """(1)  b^B from the eigenvalues of B with multiplicity, in any order.

    Raises ValueError when (B − λ_1) ⋯ (B − λ_k) ≠ 0: then they are not the eigenvalues of B.
    """
    k = B.rows
    total, product = Matrix.zeros(k, k), Matrix.eye(k)
    points = _grouped([sympify(x) for x in eigenvalues])
    for j, point in enumerate(points, 1):
        total += divided_difference(points[:j], b) * product
        product = (product * (B - point * Matrix.eye(k))).applyfunc(lambda e: cancel(expand(e)))
    if len(points) != k or not product.is_zero_matrix:
        raise ValueError(
            f"flow_matrix({B.tolist()}, {list(map(str, points))}): these are not the {k} eigenvalues of the matrix, "
            f"each as often as it is a root of its characteristic polynomial; B.eigenvals() lists them"
        )
    return total


def solves_the_linear_flow(G: Matrix, B: Matrix, b: Symbol) -> Boolean:
    """(1)  b dG/db = B G and G(1) = 1: then G(b) = b^B."""
    rate = b * G.applyfunc(lambda e: diff(e, b)) - B * G
    start = G.subs(b, 1) - Matrix.eye(B.rows)
    return And(*(equal(e, 0) for e in (*rate, *start)))


def scaling_field_is_a_power(
    w: Matrix, B: Matrix, eigenvalues: Sequence[Expr | int], lam: Expr, delta: Matrix, b: Expr
) -> Boolean:
    """(2)  w·b^B δ = b^λ w·δ for a row w with wB = λw.    Raises ValueError for a row that is no left eigenvector."""
    if not (w * B - lam * w).applyfunc(lambda e: cancel(expand(e))).is_zero_matrix:
        raise ValueError(f"w = {w.tolist()}: wB ≠ {lam} w, so w·δ is no scaling field; take a left eigenvector of B")
    return equal((w * flow_matrix(B, eigenvalues, b) * delta)[0], b**lam * (w * delta)[0])


def growth_exponent(factor: Expr, b: Expr) -> Expr:
    """y with |factor| = b^y: by how much a field grows when lengths grow by b.

    Raises Undefined for the factor 0, which is no power of b (y = −∞), and for b = 1.
    """
    factor, b = sympify(factor), sympify(b)
    if factor.is_zero:
        raise Undefined(f"the dimension y of the multiplier {factor}", "0 is no power of b; one says y = −∞")
    if b == 1:
        raise Undefined("the dimension y at b = 1", "lengths do not change, so every y would do")
    return expand_log(log(factor if factor.is_nonnegative else abs(factor))) / log(b)


def is_a_sum_of_powers(F: Expr, b: Symbol, powers: Sequence[Expr | int], at: Expr | int | None = None) -> Boolean:
    """(4)  Π_p (b d/db − p) F = 0 over the distinct p; with `at`, the left side at that b."""
    rest = F
    for p in distinct(powers):
        rest = expand(b * diff(rest, b) - p * rest)
    return equal(rest if at is None else rest.subs(b, at), 0)


def driven_coupling(lam: Expr, mu: Expr, j: Expr | int, r: Expr | int, u: Expr, v: Expr, b: Expr) -> Expr:
    """(5)  v(b) of u′ = λu, v′ = μv + ju + ru² from (u, v) at b = 1."""
    linear, quadratic = divided_difference([lam, mu], b), divided_difference([2 * lam, mu], b)
    return b**mu * v + j * u * linear + r * u**2 * quadratic


def rotation(p: Expr, q: Expr, b: Expr) -> Matrix:
    """(6)  b^B for B = (p, −q; q, p), whose eigenvalues are p ± iq."""
    angle = q * log(b)
    return b**p * Matrix([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])


def quadratic_coupling(lam: Expr, a: Expr, u: Expr, b: Expr) -> Expr:
    """(7)  u(b) of u′ = λu + au² from u at b = 1, as long as 1 − a u f[λ, 0] > 0."""
    return b**lam * u / (1 - a * u * divided_difference([lam, S.Zero], b))
