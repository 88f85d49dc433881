"""Moments of random matrices, exactly, at every size.

Statement
    Let W have jointly Gaussian entries of mean μ and let E denote the expectation. Then
        (1)  E tr W^k = Σ_{partial pairings π} μ^(k − 2|π|) v^|π| Σ_{gluings of π} Π_{index classes} dimension,
    a polynomial in the sizes, so that it may be evaluated at N, at nN or at a symbol. In particular
        (2)  symmetric, off-diagonal variance v, diagonal dv:  M_2 = v(N − 1 + d),
             M_4 = v²(2N² + (4d − 3)N + 3d² − 4d + 1), …;  M_4 = v²(2N² + 5N + 5) at d = 2, which is orthogonally
             invariant;
        (3)  real iid entries:  M_2 = v, M_4 = v²(N + 2), …;    complex iid entries:  M_k = 0, k ≥ 1;
        (4)  WᵀW with W of M × N real iid entries:  M_1 = vM, M_2 = v²(M² + MN + M), …;
        (5)  v = 1/M, N/M → q:  M_k → Σ_j Narayana(k, j) q^(j−1), the Marchenko–Pastur moments.
    Everywhere M_k = E tr(·)^k / N, with N the number of eigenvalues.

Hypotheses
    H1  the entries are Gaussian, independent up to the symmetry; H2  sizes are positive integers, and
    k ≥ 1 is an integer with at most MOST_LETTERS factors under the trace.

Derivation
    A trace of k factors is a sum over k cyclic indices. Expand every factor into μ plus a centred part; by
    Wick's theorem the centred parts contribute their pairings. A pair of real iid factors w_ab w_cd has
    covariance v δ_ac δ_bd (`straight`), of a Hermitian matrix v δ_ad δ_bc (`twisted`), of a real symmetric one
    both, and (d − 2)v δ_abcd (`merged`) if d ≠ 2, of a complex iid one neither. Each δ identifies indices; each
    class left is summed freely, which gives the product in (1). A pairing without mean glues a polygon to a
    surface of Euler characteristic classes − k/2 + 1, so that the spheres lead: Catalan many for (2), Narayana
    many in each class for (4).

Reference
    G. 't Hooft, Nucl. Phys. B 72 (1974) 461; J. Harer and D. Zagier, Invent. Math. 85 (1986) 457; M. Ledoux,
    Ann. Inst. H. Poincaré 45 (2009) 754 (orthogonal ensemble); E. Wigner, Ann. Math. 62 (1955) 548;
    V. Marchenko and L. Pastur, Math. USSR-Sb. 1 (1967) 457; A. Soshnikov, Electron. Commun. Probab. 9 (2004) 82.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

from sympy import Dummy, Expr, Integer, Rational, S, binomial, cancel, expand, factor, limit, oo, powsimp, sympify

from theory.propositions import Undefined

Edge = tuple[int, int]
Gluing = Callable[[Edge, Edge], tuple[Edge, ...]]
MOST_LETTERS = 10


def straight(first: Edge, second: Edge) -> tuple[Edge, Edge]:
    """Row to row, column to column: δ_ac δ_bd."""
    return (first[0], second[0]), (first[1], second[1])


def twisted(first: Edge, second: Edge) -> tuple[Edge, Edge]:
    """Row to column, column to row: δ_ad δ_bc."""
    return (first[0], second[1]), (first[1], second[0])


def merged(first: Edge, second: Edge) -> tuple[Edge, Edge, Edge]:
    """All four indices: δ_abcd, two factors on one place of the diagonal."""
    return first, second, (first[0], second[0])


def partial_pairings(letters: tuple[int, ...]) -> Iterator[tuple[Edge, ...]]:
    """All sets of disjoint pairs of letters, the empty one included."""
    if not letters:
        yield ()
        return
    first, rest = letters[0], letters[1:]
    yield from partial_pairings(rest)
    for position, partner in enumerate(rest):
        for others in partial_pairings(rest[:position] + rest[position + 1 :]):
            yield ((first, partner), *others)


def index_classes(indices: int, identified: Iterator[Edge]) -> set[int]:
    """The smallest index of each class left when pairs among 0, …, indices − 1 are identified."""
    root = list(range(indices))
    for a, b in identified:
        low, high = sorted((root[a], root[b]))
        root = [low if r == high else r for r in root]
    return set(root)


@cache
def genus_expansion(edges: tuple[Edge, ...], ways: tuple[Gluing, ...]) -> Counter[tuple[int, int, int, int]]:
    """How often (pairs, merged pairs, classes of even indices, classes of odd indices) occurs in (1).

    `edges[t]` is the pair (row index, column index) of the t-th factor.
    """
    count: Counter[tuple[int, int, int, int]] = Counter()
    for pairs in partial_pairings(tuple(range(len(edges)))):
        for chosen in product(ways, repeat=len(pairs)):
            glued = (e for glue, (s, t) in zip(chosen, pairs, strict=True) for e in glue(edges[s], edges[t]))
            classes = index_classes(len(edges), glued)
            odd = sum(c % 2 for c in classes)
            count[len(pairs), chosen.count(merged), len(classes) - odd, odd] += 1
    return count


def cycle(k: int, start: int = 0) -> tuple[Edge, ...]:
    """The factors of tr W^k: (0, 1), (1, 2), …, (k − 1, 0), shifted by `start`."""
    return tuple((start + t, start + (t + 1) % k) for t in range(k))


def bipartite_cycle(k: int) -> tuple[Edge, ...]:
    """The factors of tr (WᵀW)^k as (row, column) of W: rows are the odd indices, columns the even ones."""
    return tuple((t + 1, t) if t % 2 == 0 else (t, (t + 1) % (2 * k)) for t in range(2 * k))


def growth(moment: Callable[[Expr], Expr], r: Expr | int) -> Expr:
    """lim moment(rN) / moment(N) as N → ∞; Undefined when the moment is zero."""
    N = Dummy("N", integer=True, positive=True)
    if moment(N) == 0:
        raise Undefined("the growth of a moment", "it is zero at every size, and zero has every order")
    return factor(limit(powsimp(cancel(factor(moment(r * N)) / factor(moment(N)))), N, oo))


def wigner_moment(
    k: int, N: Expr | int, variance: Expr | int = 1, mean: Expr | int = 0, diagonal: Expr | int = 2
) -> Expr:
    """E tr W^k / N, W real symmetric N × N, off-diagonal variance v, diagonal dv, entries of mean μ."""
    excess = sympify(diagonal) - 2
    ways = (straight, twisted) if excess == 0 else (straight, twisted, merged)
    return _moment(cycle(_power(k)), ways, N, N, variance, mean, excess)


def wigner_mean_square(k: int, N: Expr | int, variance: Expr | int = 1) -> Expr:
    """E (tr W^k / N)² for the centred ensemble of `wigner_moment`: what an odd k has instead of a mean."""
    k = _power(k)
    return expand(_moment(cycle(k) + cycle(k, k), (straight, twisted), N, N, variance, 0) / sympify(N))


def hermitian_moment(k: int, N: Expr | int, variance: Expr | int = 1) -> Expr:
    """E tr W^k / N, W Hermitian N × N (the unitary ensemble), E |w_ij|² = v."""
    return _moment(cycle(_power(k)), (twisted,), N, N, variance, 0)


def ginibre_moment(k: int, N: Expr | int, variance: Expr | int = 1, mean: Expr | int = 0) -> Expr:
    """E tr W^k / N, W N × N with real iid entries of variance v and mean μ."""
    return _moment(cycle(_power(k)), (straight,), N, N, variance, mean)


def complex_ginibre_moment(k: int, N: Expr | int) -> Expr:
    """E tr W^k / N = 0, W N × N with complex iid entries of mean 0 and E w² = 0."""
    return _moment(cycle(_power(k)), (), N, N, 1, 0)


def wishart_moment(k: int, M: Expr | int, N: Expr | int, variance: Expr | int = 1, mean: Expr | int = 0) -> Expr:
    """E tr (WᵀW)^k / N, W M × N with real iid entries of variance v and mean μ."""
    return _moment(bipartite_cycle(_power(k)), (straight,), N, M, variance, mean)


def narayana(k: int, j: int) -> Expr:
    """Narayana(k, j) = C(k, j) C(k, j − 1) / k: non-crossing partitions of k points into j blocks."""
    return binomial(k, j) * binomial(k, j - 1) / Integer(k)


def marchenko_pastur_moment(k: int, q: Expr | int) -> Expr:
    """lim M_k of WᵀW, W M × N of variance 1/M, N/M → q:  Σ_{j=1}^k Narayana(k, j) q^(j−1)."""
    return sum((narayana(k, j) * sympify(q) ** (j - 1) for j in range(1, _power(k) + 1)), S.Zero)


def heavy_tailed_order(k: int, a: Expr | int) -> Expr:
    """2k/a − 1, the order in N of the typical tr W^k / N, W symmetric with P(|w| > x) ~ x^−a, 0 < a < 2, k even.

    E |w|² is infinite. The largest of the N² entries has size N^(2/a), and the eigenvalues of largest modulus
    are ± the largest entries (Soshnikov), so that tr W^k is a sum of order N^(2k/a). For k = 2 this is the
    stable law of N² summands w² with tail index a/2.
    """
    if _power(k) % 2:
        raise NotImplementedError(f"typical order of tr W^{k}: for odd k the signs cancel; take an even k")
    if sympify(a).is_positive is False or (sympify(a) - 2).is_negative is False:
        raise ValueError(f"tail index a = {a}: heavy tails have 0 < a < 2; at a ≥ 2 use wigner_moment's order k/2")
    return 2 * Rational(int(k)) / a - 1


def _moment(
    edges: tuple[Edge, ...],
    ways: tuple[Gluing, ...],
    even: Expr | int,
    odd: Expr | int,
    variance: Expr | int,
    mean: Expr | int,
    excess: Expr | int = 0,
) -> Expr:
    """Right-hand side of (1) divided by the dimension of the even indices; a merged pair weighs `excess` v."""
    if len(edges) > MOST_LETTERS:
        raise NotImplementedError(
            f"a moment with {len(edges)} factors: the pairings grow as a double factorial; take {MOST_LETTERS} at most"
        )
    v, mu = sympify(variance), sympify(mean)
    even, odd = _size("N", even), _size("M", odd)
    terms = (
        count * v**pairs * excess**points * mu ** (len(edges) - 2 * pairs) * even ** (evens - 1) * odd**odds
        for (pairs, points, evens, odds), count in genus_expansion(edges, ways).items()
        if mu != 0 or 2 * pairs == len(edges)
    )
    return expand(sum(terms, S.Zero))


def _power(k: int) -> int:
    if not sympify(k).is_Integer or k < 1:
        raise ValueError(f"moment of order k = {k}: k is a positive integer; for all k at once use the limit laws")
    return int(k)


def _size(name: str, size: Expr | int) -> Expr:
    size = sympify(size)
    if size.is_positive is False or (size.is_number and not size.is_integer):
        raise ValueError(f"size {name} = {size}: a matrix has a positive integer number of rows and columns")
    return size
