"""Theorem 7: the k-th spectral moment of the weights grows as n^(k/2).

Source      Spectral invariants, 9dc11f
Undefined   "Weight matrix": symmetric or not, of which variance? Eigenvalues of W, or of WᵀW as for
            Marchenko and Pastur? "n": factor of the width, or of the parameter count as in Definition 1?
Setting     M_k = E tr W^k / N, or E tr (WᵀW)^k / N; Gaussian entries of variance N^(−2a), a = 0 unless said, and
            d times that on the diagonal of a symmetric W, d = 2 unless said: W = (G + Gᵀ)/√2.
            Width × r means parameters × r^p: p = 2 at fixed depth, 3 at a fixed ratio of depth to width.
Refuted by  One N, n and k with M_k(nN) ≠ n^(k/2) M_k(N); for "as N grows", one k of another order.
Finding     The equality fails: at k = 4 for symmetric W, d = 1 or 2, at k = 2 for WᵀW. The exponent k/2 is right
            for symmetric W, k = 2, 4, 6, in the width (Wigner); for WᵀW, k = 1, 2, 3, in the parameter count at
            fixed depth (Marchenko and Pastur); both at a = 0.
Corrected   As N grows, k ≤ 3, W qN × N: M_k(WᵀW) grows by r^(k(1 − 2a)) with the width × r, n^(k/2) at a = 0,
            n = r², fixed depth.
"""

from math import isqrt

from sympy import Eq, Or, Rational, symbols

from theory.propositions import equal
from theory.random_matrices import ginibre_moment, growth, wigner_moment, wishart_moment
from verify import PROVED, REFUTED, TRIVIAL, Page, every, one_of, some

page = Page(__doc__)
N, M, n, r = symbols("N M n r", integer=True, positive=True)
d, p, q = symbols("d p q", positive=True)
a = symbols("a", real=True)
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
COUNTS = tuple(w * w for w in WIDTHS[2:])


def enough(size):
    """How many draws make one value: those that fill 2^13 entries, and one at least."""
    return 1 + 2**13 // size**2


def homogeneous(N, n, k, d):
    """M_k(nN) = n^(k/2) M_k(N) for W symmetric."""
    return equal(wigner_moment(k, n * N, diagonal=d), n ** Rational(k, 2) * wigner_moment(k, N, diagonal=d))


@page.reading("a0", "to the letter, W symmetric", REFUTED, printed=True, N=every(N), n=every(n), k=some(4, 6))
def moments_are_homogeneous(N, n, k):
    """M_k(nN) = n^(k/2) M_k(N), for d = 1 or for d = 2.    At k = 2 it holds for d = 1, where M_2 = N."""
    return Or(*(homogeneous(N, n, k, d) for d in (1, 2)))


@moments_are_homogeneous.law(exponent=lambda k: Rational(k, 2), margin=0.1, size="N", letter=True, sizes=WIDTHS)
def symmetric_draw(size, rng, k):
    """tr W^k / N, W symmetric, d = 2, the mean of a few draws."""
    from numerics.random_matrices import gaussian_orthogonal, spectral_moment

    return spectral_moment(gaussian_orthogonal(size, rng, draws=enough(size)), k).mean()


moments_are_homogeneous.script("""
from sympy import Integer, Matrix, Poly, Rational, Symbol, factorial2, prod

def M(k, N, d):  # E tr W^k / N, from E w^p = v^(p/2) (p - 1)!! for each entry, v = d on the diagonal, else 1
    W = Matrix(N, N, lambda i, j: Symbol(f"w_{min(i, j)}_{max(i, j)}"))
    w = sorted(W.free_symbols, key=str)
    v = [d if x.name.split("_")[1] == x.name.split("_")[2] else 1 for x in w]
    mean = lambda powers: prod(0 if p % 2 else c ** (p // 2) * factorial2(p - 1) for c, p in zip(v, powers))
    return sum(c * mean(powers) for powers, c in Poly((W**k).trace(), *w).terms()) / N

for d in (1, 2):
    left, right = M({k}, {n} * {N}, d), Integer({n}) ** Rational({k}, 2) * M({k}, {N}, d)
    print("d =", d, ":", left, "=", right, "is claimed")
    assert left != right
""")


@page.reading("a", "as the width grows, W symmetric, k even", PROVED, corrected=True, n=every(n), a=every(a),
              d=every(d), k=one_of(2, 4, 6), given={"variance independent of the width": Eq(a, 0)})
def even_moments_have_order_k_over_2(n, a, d, k):
    """M_k(nN) / M_k(N) → n^(k/2) as N → ∞, for every d,  k = 2, 4, 6."""
    return equal(growth(lambda N: wigner_moment(k, N, N ** (-2 * a), diagonal=d), n), n ** Rational(k, 2))


even_moments_have_order_k_over_2.law(exponent=lambda k: Rational(k, 2), margin=0.15, size="N")(symmetric_draw)


def odd_moments_with_exponent_k(N, n, k):
    """the exponent k in place of k/2"""
    return equal(wigner_moment(k, n * N), n**k * wigner_moment(k, N))


@page.reading("b", "W symmetric, k odd", TRIVIAL, N=every(N), n=every(n), k=one_of(1, 3, 5),
              false_if=odd_moments_with_exponent_k)
def odd_moments_are_homogeneous(N, n, k):
    """M_k(nN) = n^(k/2) M_k(N),  k = 1, 3, 5: both sides are 0, with any exponent."""
    return equal(wigner_moment(k, n * N), n ** Rational(k, 2) * wigner_moment(k, N))


@page.reading("c", "as N grows, eigenvalues of iid weights", REFUTED, printed=True, n=every(n), k=one_of(2, 4, 6))
def moments_of_iid_weights_have_order_k_over_2(n, k):
    """M_k(nN) / M_k(N) → n^(k/2) as N → ∞,  k = 2, 4, 6."""
    return equal(growth(lambda N: ginibre_moment(k, N), n), n ** Rational(k, 2))


@moments_of_iid_weights_have_order_k_over_2.law(exponent=lambda k: Rational(k, 2), margin=0.1, size="N", sizes=WIDTHS)
def draws_of_iid_weights(size, rng, k):
    """tr W^k / N, W real iid, the mean of a few draws: one draw has the size of its own fluctuation."""
    from numerics.random_matrices import ginibre, spectral_moment

    return spectral_moment(ginibre(size, rng, draws=8 + enough(size)), k).mean()


moments_of_iid_weights_have_order_k_over_2.script("""
import numpy as np

rng = np.random.default_rng(0)


def M(k, N, draws=2000):  # tr W^k / N, its mean over draws and the standard error
    values = [np.trace(np.linalg.matrix_power(rng.standard_normal((N, N)), k)) / N for _ in range(draws)]
    return np.mean(values), np.std(values) / draws**0.5


(small, e), (large, f), claimed = M({k}, 24), M({k}, 24 * {n}), {n} ** ({k} / 2)
print(f"{large:.4g} ± {f:.1g} = {claimed * small:.4g} ± {claimed * e:.1g} is claimed")
assert abs(large - claimed * small) > 5 * (f**2 + (claimed * e) ** 2) ** 0.5
""")


@page.reading("d", "as the width grows, eigenvalues of WᵀW", REFUTED, n=every(n), q=every(q), k=one_of(1, 2, 3))
def singular_moments_have_order_k_over_2(n, q, k):
    """M_k(WᵀW) grows by n^(k/2) with the width, W qN × N,  k = 1, 2, 3."""
    return equal(growth(lambda N: wishart_moment(k, q * N, N), n), n ** Rational(k, 2))


@singular_moments_have_order_k_over_2.law(exponent=lambda k: Rational(k, 2), margin=0.1, size="N", sizes=WIDTHS)
def square_draw(size, rng, k):
    """tr (WᵀW)^k / N, W square, the mean of a few draws."""
    from numerics.random_matrices import ginibre, singular_moment

    return singular_moment(ginibre(size, rng, draws=enough(size)), k).mean()


singular_moments_have_order_k_over_2.script("""
import numpy as np

rng = np.random.default_rng(0)


def M(k, N, draws=2000):  # tr (W^T W)^k / N, its mean over draws and the standard error
    W = (rng.standard_normal((int({q} * N), N)) for _ in range(draws))
    values = [np.trace(np.linalg.matrix_power(w.T @ w, k)) / N for w in W]
    return np.mean(values), np.std(values) / draws**0.5


(small, e), (large, f), claimed = M({k}, 24), M({k}, 24 * {n}), {n} ** ({k} / 2)
print(f"{large:.4g} ± {f:.1g} = {claimed * small:.4g} ± {claimed * e:.1g} is claimed")
assert abs(large - claimed * small) > 5 * (f**2 + (claimed * e) ** 2) ** 0.5
""")


@page.reading("e0", "to the letter, WᵀW, n counts parameters", REFUTED, printed=True, M=every(M), N=every(N),
              r=every(r), k=some(1, 2, 3))
def singular_moments_are_homogeneous_in_the_count(M, N, r, k):
    """M_k(WᵀW) at width × r, so n = r² parameters for one, is n^(k/2) M_k(WᵀW)."""
    return equal(wishart_moment(k, r * M, r * N), (r**2) ** Rational(k, 2) * wishart_moment(k, M, N))


@singular_moments_are_homogeneous_in_the_count.law(exponent=lambda k: Rational(k, 2), margin=0.05, size="parameters",
                                                   letter=True, sizes=COUNTS)
def square_draw_by_count(size, rng, k):
    """tr (WᵀW)^k / N, W square with `size` entries."""
    return square_draw(isqrt(size), rng, k)


singular_moments_are_homogeneous_in_the_count.script("""
from sympy import Integer, Matrix, Poly, Rational, Symbol, factorial2, prod


def M(k, rows, N):  # E tr (W^T W)^k / N, from E w^p = (p - 1)!! for each entry
    W = Matrix(rows, N, lambda i, j: Symbol(f"w_{i}_{j}"))
    w = sorted(W.free_symbols, key=str)
    mean = lambda powers: prod(0 if p % 2 else factorial2(p - 1) for p in powers)
    return sum(c * mean(powers) for powers, c in Poly(((W.T * W) ** k).trace(), *w).terms()) / N


left, right = M({k}, {r} * {M}, {r} * {N}), Integer({r} ** 2) ** Rational({k}, 2) * M({k}, {M}, {N})
print(left, "=", right, "is claimed")
assert left != right
""")


def order_k_over_2(r, q, a, p, k):
    """by n^(k/2), at every a and p"""
    return equal(growth(lambda N: wishart_moment(k, q * N, N, N ** (-2 * a)), r), (r**p) ** Rational(k, 2))


@page.reading("e", "as the parameter count grows, WᵀW", PROVED, corrected=True, false_if=order_k_over_2, r=every(r),
              q=every(q), a=every(a), p=every(p), k=one_of(1, 2, 3))
def singular_moments_have_their_order_in_the_count(r, q, a, p, k):
    """M_k(WᵀW) grows by r^(k(1 − 2a)) = n^(k(1 − 2a)/p), n = r^p, W qN × N;  k = 1, 2, 3.

    By n^(k/2) at a = 0, p = 2.
    """
    return equal(growth(lambda N: wishart_moment(k, q * N, N, N ** (-2 * a)), r), (r**p) ** (k * (1 - 2 * a) / p))


singular_moments_have_their_order_in_the_count.law(
    exponent=lambda k: Rational(k, 2), margin=0.1, size="parameters", sizes=COUNTS
)(square_draw_by_count)


@page.reading("f", "as the parameter count grows, W symmetric", REFUTED, r=every(r), k=one_of(2, 4, 6))
def even_moments_have_order_k_over_2_in_the_count(r, k):
    """M_k grows by n^(k/2) with the parameters, n = r²; it grows by n^(k/4)."""
    return equal(growth(lambda N: wigner_moment(k, N), r), (r**2) ** Rational(k, 2))


@even_moments_have_order_k_over_2_in_the_count.law(exponent=lambda k: Rational(k, 2), margin=0.05, size="parameters",
                                                   sizes=COUNTS)
def symmetric_draw_by_count(size, rng, k):
    """tr W^k / N, W symmetric with `size` entries."""
    return symmetric_draw(isqrt(size), rng, k)


even_moments_have_order_k_over_2_in_the_count.script("""
import numpy as np

rng = np.random.default_rng(0)


def M(k, N, draws=2000):  # tr W^k / N, W symmetric, its mean over draws and the standard error
    G = (rng.standard_normal((N, N)) for _ in range(draws))
    values = [np.trace(np.linalg.matrix_power((g + g.T) / 2**0.5, k)) / N for g in G]
    return np.mean(values), np.std(values) / draws**0.5


(small, e), (large, f), claimed = M({k}, 24), M({k}, 24 * {r}), ({r} ** 2) ** ({k} / 2)
print(f"{large:.4g} ± {f:.1g} = {claimed * small:.4g} ± {claimed * e:.1g} is claimed")
assert abs(large - claimed * small) > 5 * (f**2 + (claimed * e) ** 2) ** 0.5
""")
