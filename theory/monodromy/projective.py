"""Developing maps: the ratio of two solutions, and its monodromy in PGL(2, ℂ).

Statement
    Let y_1, y_2 be a basis of solutions of y″ + p y′ + q y = 0 and f = y_1/y_2. Then
        (1)  along a loop γ, (y_1, y_2) → (y_1, y_2) M and f → (M_11 f + M_21)/(M_12 f + M_22): a Möbius map of f;
        (2)  its class in PGL(2, ℂ) is fixed up to conjugation by tr² M / det M, unless that is 4, where it is 1 or
             parabolic;
        (3)  another basis, f → T f with a Möbius map T, conjugates all classes by T at once, and nothing else;
        (4)  the Schwarzian derivative {f, z} = f‴/f′ − (3/2)(f″/f′)² is 2q − p′ − p²/2, the same for all T f.

Hypotheses
    H1  order 2.

Derivation
    (1) divides the two columns. (2) The eigenvalues λ, μ of M have λ/μ + μ/λ + 2 = tr² M/det M. (3) is a change of
        basis.
    (4) f′ = −w/y_2² with the Wronskian w and w′ = −p w, so f″/f′ = −p − 2y_2′/y_2; differentiate once more.

Reference
    M. Yoshida, Hypergeometric Functions, My Love, chapter 1; E. Hille, Ordinary Differential Equations in the Complex
    Domain, chapter 10.
"""

from collections.abc import Sequence

import flint
from flint import acb, acb_mat
from sympy import Expr, Symbol, cancel, diff

from theory.monodromy.continuation import LinearMonodromy
from theory.monodromy.differential_equations import LinearEquation


def _order_two(L: LinearEquation) -> tuple[Expr, Expr]:
    """p and q."""
    if L.order != 2:
        raise ValueError(f"{L}: a developing map is the ratio of two solutions; the order is {L.order}, not 2")
    q, p, one = (a.as_expr() for a in L.polynomials)
    return p / one, q / one


def schwarzian(L: LinearEquation) -> Expr:
    """(4)  2q − p′ − p²/2, of every developing map. Raises ValueError unless the order is 2."""
    p, q = _order_two(L)
    return cancel(2 * q - diff(p, L.polynomials[0].gen) - p**2 / 2)


def schwarzian_derivative(f: Expr, z: Symbol) -> Expr:
    """(4)  {f, z} = f‴/f′ − (3/2)(f″/f′)²."""
    first = diff(f, z)
    return diff(f, z, 3) / first - (diff(f, z, 2) / first) ** 2 * 3 / 2


def invariant(M: acb_mat) -> acb:
    """(2)  tr² M / det M at the working precision."""
    if M.nrows() != 2:
        raise ValueError(f"a class in PGL(2) of a matrix with {M.nrows()} rows")
    return M.trace() ** 2 / M.det()


def moebius(M: acb_mat, f: acb) -> acb:
    """(1)  What continuation makes of a value f of y_1/y_2."""
    return (M[0, 0] * f + M[1, 0]) / (M[0, 1] * f + M[1, 1])


def conjugated(m: LinearMonodromy, T: acb_mat) -> LinearMonodromy:
    """(3)  The representation in the basis (y_1, y_2) T^−1: all matrices conjugated by T."""
    with flint.ctx.workprec(256):
        inverse = T.inv()
        matrices = tuple(T * M * inverse for M in m.matrices)
        return LinearMonodromy(m.star, m.points, matrices, T * m.at_infinity * inverse)


def invariants(m: LinearMonodromy, of: Sequence[Sequence[int]], bits: int = 256) -> list[acb]:
    """(2)  tr²/det of the words, the first letter's loop first."""
    with flint.ctx.workprec(bits):
        return [invariant(m.word(word)) for word in of]


def same_class(one: acb_mat, other: acb_mat) -> bool | None:
    """Whether two matrices are the same in PGL(2): False where balls prove that they are not, else None."""
    entries = list(zip(one.entries(), other.entries(), strict=True))
    minors = [a * d - b * c for (a, b), (c, d) in ((x, y) for x in entries for y in entries)]
    return None if all(minor.contains(0) for minor in minors) else False
