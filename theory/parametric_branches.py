"""The zeros of polynomials with parameters as a union of simpler sets.

Statement
    Let f₁, …, f_m ∈ ℚ[p][x₁, …, x_n], K = ℚ(p). `Ring.split` gives branches whose zeros over K together are those of
    the f's. A branch is a list of eliminations a x_i + r = 0, with a ∈ K not 0 and r free of x_i and of what was
    eliminated before, and a Gröbner basis in the remaining variables with irreducible elements.

Hypotheses
    H1  parameters are generic: a polynomial in p alone is a unit of K.
    H2  bases stay within LIMITS; beyond, NotImplementedError.

Derivation
    V(I) = ∪ V(I + (g)) over the irreducible factors g of an element; factors in p alone are dropped. If f = a x_i + r,
    the resultant of f and g in x_i is ± a^d g(−r/a): it takes the place of g. A Gröbner basis over ℚ[x, p] for an
    order that eliminates x₁, …, x_n in turn is one over K[x].

Reference
    D. Cox, J. Little, D. O'Shea, Ideals, Varieties, and Algorithms, chapters 3 (elimination, resultants) and 6, section
    3 (specialisation of Gröbner bases).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Expr, Symbol

from theory.fractions_of_polynomials import expression, factored
from theory.quotient_algebra import groebner_basis

LIMITS = (60, 1500, 4000)  # elements of a basis, terms of an element, bits of a coefficient


@dataclass(frozen=True)
class Branch:
    """`eliminated`: (i, a x_i + r) in the order of elimination; `basis`: in the other variables."""

    eliminated: tuple[tuple[int, fmpz_mpoly], ...]
    basis: tuple[fmpz_mpoly, ...]

    @property
    def polynomials(self) -> tuple[fmpz_mpoly, ...]:
        """All equations of the branch."""
        return (*(f for _, f in self.eliminated), *self.basis)

    def order(self, n: int) -> list[int]:
        """The variables so that each equation solves for one of them in terms of later ones."""
        first = [i for i, _ in self.eliminated]
        return first + [i for i in range(n) if i not in first]

    def leading(self, ring: "Ring") -> list[fmpz_mpoly]:
        """The leading monomials over K."""
        gens = ring.over_parameters.gens()
        return [gens[i] for i, _ in self.eliminated] + [ring.leading(f) for f in self.basis]


class Ring:
    """ℚ[x, p] with the order that eliminates x₁ first; parameters come last."""

    def __init__(self, variables: Sequence[Symbol], parameters: Sequence[Symbol]) -> None:
        self.symbols = (*variables, *parameters)
        self.n = len(variables)
        self.context = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(self.symbols))], "lex")
        self.over_parameters = fmpz_mpoly_ctx.get([f"x{i}" for i in range(self.n)], "lex")

    def unit(self, f: fmpz_mpoly) -> bool:
        """Whether f is an element of K: free of the variables."""
        return not any(f.degrees()[: self.n])

    def factors(self, f: fmpz_mpoly) -> list[fmpz_mpoly]:
        """The distinct irreducible factors that are not units."""
        return [g for g, _ in factored(f)[1] if not self.unit(g)]

    def leading(self, f: fmpz_mpoly) -> fmpz_mpoly:
        """The leading monomial of f over K: the variables' part of its leading one."""
        return self.over_parameters.from_dict({tuple(int(k) for k in f.monomial(0))[: self.n]: 1})

    def coefficients(self, f: fmpz_mpoly, i: int) -> list[Expr]:
        """The coefficients of f as a polynomial in variable i, from the highest power down."""
        parts: list[dict[tuple[int, ...], int]] = [{} for _ in range(int(f.degrees()[i]) + 1)]
        for exponents, c in f.terms():
            m = tuple(map(int, exponents))
            parts[m[i]][(*m[:i], 0, *m[i + 1 :])] = int(c)
        return [expression(self.context.from_dict(part), self.symbols) for part in reversed(parts)]

    def split(self, polynomials: Sequence[fmpz_mpoly]) -> list[Branch]:
        """The branches, each once. NotImplementedError where a basis grows beyond LIMITS."""
        found: list[Branch] = []
        waiting, seen = [Branch((), tuple(polynomials))], set()
        while waiting:
            branch = waiting.pop()
            branch = Branch(branch.eliminated, tuple(f for f in branch.basis if f != 0))
            key = tuple(i for i, _ in branch.eliminated), tuple(sorted(map(str, branch.polynomials)))
            if key in seen or any(self.unit(f) for f in branch.basis):
                continue
            seen.add(key)
            further = self._divided(branch) or self._eliminated(branch) or self._reduced(branch)
            waiting += further
            if not further:
                found.append(branch)
        return found

    def _divided(self, branch: Branch) -> list[Branch]:
        """One branch a factor of the first element that is not irreducible."""
        for i, f in enumerate(branch.basis):
            factors = self.factors(f)
            if factors not in ([f], [-f]):
                rest = branch.basis[:i], branch.basis[i + 1 :]
                return [Branch(branch.eliminated, (*rest[0], g, *rest[1])) for g in factors]
        return []

    def _eliminated(self, branch: Branch) -> list[Branch]:
        """The branch after one variable is eliminated by an equation linear in it."""
        for f in sorted(branch.basis, key=len):
            for i in range(self.n):
                if f.degrees()[i] == 1 and self.unit(f.derivative(i)):
                    others = [g for g in branch.basis if g is not f]
                    left = tuple(g.resultant(f, i) if g.degrees()[i] else g for g in others)
                    return [Branch((*branch.eliminated, (i, f)), left)]
        return []

    def _reduced(self, branch: Branch) -> list[Branch]:
        """The branch with a Gröbner basis, unless it has one."""
        if len(branch.basis) < 2:
            return []
        basis = groebner_basis(branch.basis, LIMITS)
        same = {str(f) for f in basis} == {str(f) for f in branch.basis}
        return [] if same else [Branch(branch.eliminated, tuple(basis))]
