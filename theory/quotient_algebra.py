"""The quotient algebra of a zero-dimensional ideal: its points and their multiplicities.

Statement
    Let I ⊂ ℚ[x₁, …, x_n] have finitely many zeros V in ℂⁿ, A = ℚ[x]/I, D = dim A.
        (1)  The monomials below all leading monomials of a Gröbner basis are a basis of A.
        (2)  If u = Σ c_i x_i takes different values on V, the characteristic polynomial of u on A is
             Π_p (T − u(p))^{multiplicity of p}.
        (3)  If moreover I is radical, x_i = h_i(u) with h_i ∈ ℚ[T]: each irreducible factor q of (2) is one class of
             conjugate points h(θ), q(θ) = 0.
        (4)  I + (squarefree part of the minimal polynomial of each x_i on A) is the radical of I.

Hypotheses
    H1  the basis is autoreduced, for a graded order, and I has finitely many zeros.

Derivation
    (1) Macaulay. (2) Stickelberger: A is the product of local algebras, on which u − u(p) is nilpotent. (3) D distinct
    eigenvalues make 1, u, …, u^{D−1} a basis of A; the x_i are their combinations, with rational coefficients, so
    conjugation acts on θ alone. (4) Seidenberg's lemma. Whether u separates is read off (2): its squarefree part has
    as many roots as there are points.

Reference
    D. Cox, J. Little, D. O'Shea, Using Algebraic Geometry, chapters 2 and 4; A. Seidenberg, Trans. Amer. Math. Soc. 197
    (1974) 273, Lemma 92; F. Rouillier, Appl. Algebra Engrg. Comm. Comput. 9 (1999) 433.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import product

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mpoly, fmpz_mpoly_vec, fmpz_poly

from theory.algebraic_numbers import primitive

LIMITS = (400, 20_000, 200_000)  # elements of a basis, terms of an element, bits of a coefficient
Monomial = tuple[int, ...]
Class = tuple[fmpz_poly, tuple[fmpq_poly, ...]]  # q and h of (3)


def groebner_basis(polynomials: Sequence[fmpz_mpoly], limits: tuple[int, int, int] | None = None) -> list[fmpz_mpoly]:
    """The autoreduced Gröbner basis, in the order of the polynomials' context.

    Raises NotImplementedError where it has more elements, terms or bits than `limits`, by default LIMITS.
    """
    limits = LIMITS if limits is None else limits
    context = polynomials[0].context()
    nonzero = [f for f in polynomials if f != 0]
    basis, complete = fmpz_mpoly_vec(nonzero, context).buchberger_naive(limits=limits)
    if not complete:
        raise NotImplementedError(
            f"a Gröbner basis of {len(nonzero)} polynomials has more than {limits[0]} elements, {limits[1]} terms or "
            f"{limits[2]} bits in a coefficient; fix a parameter or split the system"
        )
    return list(basis.autoreduction())


class Quotient:
    """The algebra A = ℚ[x]/I of a zero-dimensional ideal, from its Gröbner basis in a graded order."""

    def __init__(self, basis: Sequence[fmpz_mpoly], n: int) -> None:
        self.n = n
        self.reductions = {leading_monomial(f): f for f in basis}
        self.monomials = self._staircase()
        self.position = {m: k for k, m in enumerate(self.monomials)}
        self._normal: dict[Monomial, list[fmpq]] = {}

    def _staircase(self) -> list[Monomial]:
        """The monomials below all leading ones."""
        heights = [min(m[i] for m in self.reductions if sum(m) == m[i]) for i in range(self.n)]
        below = product(*(range(h) for h in heights))
        return sorted((m for m in below if not any(_divides(lead, m) for lead in self.reductions)), key=sum)

    def normal_form(self, m: Monomial) -> list[fmpq]:
        """The coefficients of a monomial on the staircase."""
        if m not in self._normal:
            self._normal[m] = self._reduced(m)
        return self._normal[m]

    def _reduced(self, m: Monomial) -> list[fmpq]:
        if m in self.position:
            return [fmpq(int(k == self.position[m])) for k in range(len(self.monomials))]
        if m in self.reductions:
            f = self.reductions[m]
            lead = fmpq(f.leading_coefficient())
            tail = [(-fmpq(c) / lead, tuple(map(int, e))) for e, c in f.terms() if tuple(map(int, e)) != m]
            return self._combination(tail)
        i = next(i for i in range(self.n) if m[i] and self._above(_lowered(m, i)))
        smaller = self.normal_form(_lowered(m, i))
        return self._combination([(c, _raised(b, i)) for c, b in zip(smaller, self.monomials, strict=True) if c != 0])

    def _above(self, m: Monomial) -> bool:
        return any(_divides(lead, m) for lead in self.reductions)

    def _combination(self, terms: list[tuple[fmpq, Monomial]]) -> list[fmpq]:
        total = [fmpq(0)] * len(self.monomials)
        for c, m in terms:
            total = [a + c * b for a, b in zip(total, self.normal_form(m), strict=True)]
        return total

    @cached_property
    def multiplications(self) -> list[fmpq_mat]:
        """The matrices of x₁, …, x_n; row k is x_i times the k-th monomial."""
        return [fmpq_mat([self.normal_form(_raised(m, i)) for m in self.monomials]) for i in range(self.n)]

    def element(self, weights: Sequence[int]) -> fmpq_mat:
        """The matrix of Σ c_i x_i."""
        size = len(self.monomials)
        total = fmpq_mat(size, size)
        for c, matrix in zip(weights, self.multiplications, strict=True):
            total = total + c * matrix
        return total


def leading_monomial(f: fmpz_mpoly) -> Monomial:
    return tuple(int(k) for k in f.monomial(0))


def _divides(a: Monomial, b: Monomial) -> bool:
    return all(i <= j for i, j in zip(a, b, strict=True))


def _lowered(m: Monomial, i: int) -> Monomial:
    return (*m[:i], m[i] - 1, *m[i + 1 :])


def _raised(m: Monomial, i: int) -> Monomial:
    return (*m[:i], m[i] + 1, *m[i + 1 :])


def _weights(n: int) -> list[tuple[int, ...]]:
    """Linear forms, simple ones first; among any D(D−1)n/2 of the later ones, one separates D points."""
    units = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    return units + [tuple(k**j for j in range(n)) for k in range(1, 500)]


def _squarefree(p: fmpq_poly) -> bool:
    return p.gcd(p.derivative()).degree() == 0


def _radical(basis: Sequence[fmpz_mpoly], n: int) -> Quotient:
    """(4)  The quotient by the radical of a zero-dimensional ideal."""
    algebra = Quotient(basis, n)
    polynomials = [m.minpoly() for m in algebra.multiplications]
    if all(_squarefree(p) for p in polynomials):
        return algebra
    variables = basis[0].context().gens()
    extra = [_in_variable(p, x) for p, x in zip(polynomials, variables, strict=True)]
    return Quotient(groebner_basis([*basis, *extra]), n)


def _in_variable(p: fmpq_poly, x: fmpz_mpoly) -> fmpz_mpoly:
    """The squarefree part of p, at x."""
    total = x * 0
    for c in reversed(primitive(p // p.gcd(p.derivative())).coeffs()):
        total = total * x + int(c)
    return total


def conjugate_points(basis: Sequence[fmpz_mpoly], n: int) -> list[Class]:
    """(3)  The classes of conjugate points of a zero-dimensional ideal, as (q, h)."""
    algebra = _radical(basis, n)
    for weights in _weights(n):
        matrix = algebra.element(weights)
        characteristic = matrix.charpoly()
        if _squarefree(characteristic):
            break
    else:
        raise ArithmeticError("no linear form separates the points")
    representation = _in_powers(algebra, matrix)
    classes = []
    for q, _ in primitive(characteristic).factor()[1]:
        q = primitive(q)
        classes.append((q, tuple(h % fmpq_poly(q) for h in representation)))
    return classes


def _in_powers(algebra: Quotient, matrix: fmpq_mat) -> list[fmpq_poly]:
    """The polynomials h_i with x_i = h_i(u): coordinates of the x_i on 1, u, u², …."""
    size = len(algebra.monomials)
    row = fmpq_mat([algebra.normal_form((0,) * algebra.n)])
    powers = []
    for _ in range(size):
        powers.append(row.entries())
        row = row * matrix
    variables = [algebra.normal_form(_raised((0,) * algebra.n, i)) for i in range(algebra.n)]
    solved = fmpq_mat(powers).transpose().solve(fmpq_mat(variables).transpose())
    return [fmpq_poly([solved[k, i] for k in range(size)]) for i in range(algebra.n)]


def multiplicities(classes: Sequence[Class], basis: Sequence[fmpz_mpoly], n: int) -> list[int]:
    """(2)  The multiplicity of each class, which together are all points of the ideal."""
    algebra = Quotient(basis, n)
    distinct = sum(q.degree() for q, _ in classes)
    for weights in _weights(n):
        characteristic = algebra.element(weights).charpoly()
        if (characteristic // characteristic.gcd(characteristic.derivative())).degree() == distinct:
            factors = [(fmpq_poly(primitive(q)), m) for q, m in primitive(characteristic).factor()[1]]
            return [_order(c, weights, factors) for c in classes]
    raise ArithmeticError("no linear form separates the points")


def _order(point: Class, weights: Sequence[int], factors: list[tuple[fmpq_poly, int]]) -> int:
    """The multiplicity of the factor that vanishes at u(point)."""
    q = fmpq_poly(point[0])
    u = sum((c * h for c, h in zip(weights, point[1], strict=True)), fmpq_poly([0])) % q
    for p, multiplicity in factors:
        value = fmpq_poly([0])
        for c in reversed(p.coeffs()):
            value = (value * u + c) % q
        if value == 0:
            return multiplicity
    raise ArithmeticError("a point is no root of the characteristic polynomial")
