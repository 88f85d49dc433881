"""Conservation laws of degree two at most: all of them, and a law that is given, decided.

Statement
    h(θ) = θᵀAθ + bᵀθ is conserved for every data set and loss exactly where ⟨2Aθ + b, X_{x,w}(θ)⟩ = 0 for all θ, x, w:
    linear conditions on (A, b).
        (1)  The conditions at enough random points and data, modulo p, leave a space of candidates; in echelon form its
             entries are small rationals.
        (2)  Each candidate is tried again at fresh points: one that is no law fails there but with probability at most
             degree/p, below 10^−15.
        (3)  The number of independent laws is the rank of their gradients at a generic point, which may be less than
             the dimension of the space.

Hypotheses
    H1, H2  of theory.conservation.counting.

Reference
    (1) is linear algebra. The laws: S. Du, W. Hu, J. Lee, arXiv:1806.00900; D. Kunin et al., arXiv:2012.04728.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations_with_replacement
from math import prod
from operator import mul
from random import Random

from flint import nmod_mat
from sympy import QQ, Expr, Float, Poly, PolynomialError, Rational, Symbol, diff, fraction, together
from sympy.polys.polyerrors import CoercionFailed

from theory.conservation import residues_mod_p as mod
from theory.conservation.generic_points import base, drawn_point, most_directions
from theory.conservation.models import Model, field_at, random_point
from theory.conservation.naming import Index, spelled
from theory.conservation.residues_mod_p import PRIME, Element
from theory.conservation.vector_fields import Echelon

FRESH, SPARE, SEARCHED = 4, 40, 60
LARGEST = 10**6


@dataclass(frozen=True)
class Law:
    """Σ c θ_i θ_j + Σ c θ_i, by monomial: (i, j) with i ≤ j, or (i,)."""

    model: Model
    terms: Mapping[Index, Rational]

    def gradient(self, theta: Sequence[int]) -> list[int]:
        """∇h modulo p."""
        out = [0] * len(theta)
        for index, c in self.terms.items():
            value = int(c.p) * pow(int(c.q), -1, PRIME)
            if len(index) == 1:
                out[index[0]] += value
            else:
                i, j = index
                out[i] += value * theta[j]
                out[j] += value * theta[i]
        return [x % PRIME for x in out]

    def value(self, theta: Sequence[Expr]) -> Expr:
        """h(θ)."""
        total: Expr = Rational(0)
        for index, c in self.terms.items():
            product: Expr = c
            for i in index:
                product = product * theta[i]
            total = total + product
        return total

    def __str__(self) -> str:
        return spelled(self.model, self.terms)


def monomials(dimension: int) -> list[Index]:
    """θ_i θ_j, i ≤ j, then θ_i."""
    return [*combinations_with_replacement(range(dimension), 2), *((i,) for i in range(dimension))]


def quadratic_laws(model: Model, seed: int = 0, limit: int = SEARCHED) -> list[Law]:
    """A basis of the laws of degree two at most, in echelon form, each tried at fresh points.

    Errors: those of `laws_among`; NotImplementedError above `limit` weights, whose monomials are too many.
    """
    if model.dimension > limit:
        raise NotImplementedError(
            f"{model.name}: {model.dimension} weights; all laws of degree two are searched for up to {limit}: try a "
            f"law of your own with `conserved`, or raise the limit (the time grows as its sixth power)"
        )
    return laws_among(model, monomials(model.dimension), seed)


def simple_laws(model: Model, seed: int = 0) -> list[Law]:
    """A basis of the laws Σ a_i θ_i² + Σ b_i θ_i, for models that are too large for `quadratic_laws`."""
    size = model.dimension
    return laws_among(model, [*((i, i) for i in range(size)), *((i,) for i in range(size))], seed)


def laws_among(model: Model, names: Sequence[Index], seed: int = 0) -> list[Law]:
    """A basis of the laws that are combinations of the monomials, in echelon form, each tried at fresh points.

    Errors: those of `drawn_point`; NotImplementedError where a candidate's entries are no small rationals.
    """
    rng, rows = Random(f"laws {seed}"), list[list[int]]()
    while len(rows) < len(names) + SPARE:
        rows += _conditions(model, rng, names)
    space, idle = null_space(rows, len(names)), 0
    while space and idle < FRESH:
        kept = _restricted(space, _conditions(model, rng, names))
        idle = idle + 1 if len(kept) == len(space) else 0
        space = kept
    laws = [_law(model, names, vector) for vector in space]
    return [law for law, good in zip(laws, conserved_at_once(model, laws, seed + 1), strict=True) if good]


def _conditions(model: Model, rng: Random, names: Sequence[Index]) -> list[list[int]]:
    """⟨∂ monomial, X⟩ for some data at one point, a row each."""
    point, data = drawn_point(model, rng, _few(model))
    at = base(point)
    theta = [mod.base_value(x) for x in at]
    rows = []
    for datum in data:
        field = [mod.base_value(x) for x in field_at(model, point, datum, at)]
        rows.append(
            [
                field[i[0]] if len(i) == 1 else (theta[i[0]] * field[i[1]] + theta[i[1]] * field[i[0]]) % PRIME
                for i in names
            ]
        )
    return rows


def _few(model: Model) -> int:
    return min(model.dimension + 4, 24)


def null_space(conditions: Sequence[Sequence[int]], size: int) -> list[list[int]]:
    """Vectors modulo p that satisfy the conditions, in echelon form: each ends in a 1 where the others have 0."""
    rows, pivots = _echelon(conditions, size)
    free = sorted(set(range(size)) - set(pivots))
    vectors = []
    for k in free:
        vector = [0] * size
        vector[k] = 1
        for i, pivot in enumerate(pivots):
            if pivot > k:
                break
            vector[pivot] = -int(rows[i, k]) % PRIME
        vectors.append(vector)
    return vectors


def _echelon(rows: Sequence[Sequence[int]], size: int) -> tuple[nmod_mat, list[int]]:
    """Reduced echelon form modulo p and its pivot columns."""
    matrix, rank = nmod_mat(len(rows), size, [x for row in rows for x in row], PRIME).rref()
    pivots, k = [], 0
    for i in range(rank):
        while not matrix[i, k]:
            k += 1
        pivots.append(k)
    return matrix, pivots


def _restricted(space: list[list[int]], conditions: Sequence[Sequence[int]]) -> list[list[int]]:
    """The vectors of a space that satisfy more conditions, in the same form."""
    values = [[sum(map(mul, row, vector)) % PRIME for vector in space] for row in conditions]
    if not any(map(any, values)):
        return space
    inner, size = null_space(values, len(space)), len(space[0])
    columns = list(zip(*space, strict=True))
    found = [[sum(map(mul, c, column)) % PRIME for column in columns][::-1] for c in inner]
    matrix, pivots = _echelon(found, size)
    return [[int(matrix[i, k]) for k in range(size)][::-1] for i in range(len(pivots))][::-1]


def _law(model: Model, names: Sequence[Index], vector: Sequence[int]) -> Law:
    terms = {index: small_fraction(x) for index, x in zip(names, vector, strict=True) if x}
    lead = next(iter(terms.values()))
    return Law(model, {index: c / lead for index, c in terms.items()})


def small_fraction(residue: int) -> Rational:
    """The rational r/s with |r|, s ≤ 10⁶ that is congruent to the residue, by the extended Euclidean algorithm.

    Raises NotImplementedError where there is none.
    """
    found = mod.small_ratio(residue, LARGEST, LARGEST)
    if found is None:
        raise NotImplementedError(f"{residue} modulo p is no small rational; the law has an unusual coefficient")
    return Rational(*found)


def conserved(law: "Law | Callable[[Sequence[int]], Sequence[int]]", seed: int = 0, model: Model | None = None) -> bool:
    """Whether ⟨∇h, X⟩ = 0 at fresh points and data, for a law or the gradient modulo p of any function.

    A False is exact: a point and a datum that refute. A True errs with probability below 10⁻¹⁵.
    """
    if isinstance(law, Law):
        model, gradient = law.model, law.gradient
    else:
        gradient = law
    if model is None:
        raise ValueError("conserved(gradient): a gradient needs its model; give model=…")
    return all(rate == 0 for theta, fields in _witnesses(model, seed) for rate in _rates(gradient(theta), fields))


def conserved_at_once(model: Model, laws: Sequence[Law], seed: int = 0) -> list[bool]:
    """`conserved` for each law, all at the same points and data."""
    kept = [True] * len(laws)
    for theta, fields in _witnesses(model, seed):
        kept = [good and not any(_rates(law.gradient(theta), fields)) for good, law in zip(kept, laws, strict=True)]
    return kept


def _witnesses(model: Model, seed: int) -> Iterator[tuple[list[int], list[list[int]]]]:
    """Points and fields there, modulo p; with kinks every other point is one where few units are dead."""
    rng, kinked = Random(f"conserved {seed}"), True
    for k in range(FRESH):
        point, data = (most_directions if k % 2 and kinked else drawn_point)(model, rng, _few(model))
        kinked = bool(data[0].sites.signs)
        at = base(point)
        yield residues(at), [residues(field_at(model, point, datum, at)) for datum in data]


def residues(values: Sequence[Element]) -> list[int]:
    """Without infinitesimals."""
    return [mod.base_value(x) for x in values]


def _rates(slope: Sequence[int], fields: Sequence[Sequence[int]]) -> Iterator[int]:
    """⟨∇h, X⟩ for each field."""
    return (sum(map(mul, slope, field)) % PRIME for field in fields)


def polynomial_gradient(h: Expr, symbols: Sequence[Symbol]) -> Callable[[Sequence[int]], list[int]]:
    """∇h modulo p for a rational function h with rational coefficients, for `conserved`.

    Raises ValueError for any other h. The gradient raises ZeroDivisionError at a pole.
    """
    parts = [[_terms(h, p, symbols) for p in fraction(together(diff(h, x)))] for x in symbols]

    def value(terms: Sequence[tuple[tuple[int, ...], int]], theta: Sequence[int]) -> int:
        products = (c * prod(map(partial(pow, mod=PRIME), theta, powers)) for powers, c in terms)
        return sum(products) % PRIME

    def gradient(theta: Sequence[int]) -> list[int]:
        pairs = ((value(above, theta), mod.inverse(value(below, theta))) for above, below in parts)
        return [a * int(b) % PRIME for a, b in pairs]

    return gradient


def _terms(h: Expr, polynomial: Expr, symbols: Sequence[Symbol]) -> list[tuple[tuple[int, ...], int]]:
    """Powers and coefficients modulo p."""
    try:
        if h.has(Float):
            raise CoercionFailed("a float stands for many rationals")
        terms = Poly(polynomial, *symbols, domain=QQ).terms()
    except (PolynomialError, CoercionFailed) as error:
        names = ", ".join(map(str, symbols))
        raise ValueError(
            f"h = {h}: no rational function of {names} with rational coefficients; write fractions for floats, and a "
            f"power of h in place of a root: it is conserved where h is"
        ) from error
    return [(powers, int(c.p) * pow(int(c.q), -1, PRIME) % PRIME) for powers, c in terms]


def independent(model: Model, laws: Sequence[Law], seed: int = 0) -> int:
    """(3)  The rank of the gradients at a random point."""
    theta = [mod.base_value(x) for x in base(random_point(model, Random(f"independent {seed}")))]
    echelon = Echelon()
    return sum(echelon.grows(law.gradient(theta)) for law in laws)
