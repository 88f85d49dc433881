"""Definition 2, variants: zero invariants, logarithms, scalings that do not compose, discrete scale invariance.

Source      Formal framework, 50c7ab
Variants of  Definition 2
Undefined   Whether "for some α" comes before or after "for every M"; over which n the limit runs.
Setting     S_n w = n w; A = I[M]; P(w) parameters at width w; p an unspecified function of period 1.
Uses        Definition 1
Refuted by  An invariant and an n at which the formula fails.
Finding     A logarithm such as 1 + log n has no order, and log w has index 0 of regular variation: the readings
            differ. I = 0 has many orders. Log-periodic invariants have an order for n = b^k, not for every n.
Corrected   State slowly varying factors and the set of n beside the exponent.
"""

from sympy import cos, expand, limit, log, oo, pi, sqrt, symbols

from theory.homogeneity import has_an_order, limit_ratio, log_periodic, second_order_is_impossible
from theory.propositions import equal
from theory.scaling import fixed_depth_count
from verify import PROVED, REFUTED, Page, every, naturals

page = Page(__doc__)
n, m = symbols("n m", integer=True, positive=True)
k = symbols("k", integer=True)
w, g, b, scale = symbols("w g b scale", positive=True)
A, c = symbols("A c", real=True, nonzero=True)
a, x = symbols("a x", real=True)
size = symbols("size", nonnegative=True)


def parameters(w):
    """P(w) of three hidden layers, 10 inputs, 1 output."""
    return fixed_depth_count(w, 3)


@page.reading("c2", "w → ∞ at fixed n, the remainder tending to zero", REFUTED, n=naturals(2))
def remainder_vanishes_in_the_width(n):
    """P(nw) − n² P(w) → 0 as w → ∞,  P(w) = 2 w² + 14 w + 1."""
    return equal(limit(expand(parameters(n * w) - n**2 * parameters(w)), w, oo), 0)


remainder_vanishes_in_the_width.script("""
    from sympy import expand, limit, oo, symbols
    w, n = symbols("w", positive=True), {n}
    P = lambda w: 2*w**2 + 14*w + 1
    print("remainder:", expand(P(n*w) - n**2*P(w)), " limit:", limit(expand(P(n*w) - n**2*P(w)), w, oo))
    assert limit(expand(P(n*w) - n**2*P(w)), w, oo) != 0
""")


@page.reading("d1", "α is unique, also where I[M] = 0", REFUTED, size=every(size), g=every(g))
def order_is_unique_without_exception(size, g):
    """lim n^−(α+g) |I[S_n M]| < |I[M]| < lim n^−(α−g) |I[S_n M]|,  I of order α, |I[M]| = size."""
    return second_order_is_impossible(size, g)


order_is_unique_without_exception.script("""
    from sympy import limit, oo, symbols
    n, I = symbols("n", positive=True), {size}
    for alpha in (0, 1, 2):
        print("alpha =", alpha, " limit of n^-alpha I[S_n M]:", limit(n**-alpha * I, n, oo), " I[M] =", I)
    assert all(limit(n**-alpha * I, n, oo) == I for alpha in (0, 1, 2))  # every alpha is an order
""")


@page.reading("e", "an invariant that grows by a logarithm has an order", REFUTED, A=every(A), c=every(c))
def logarithmic_correction_has_an_order(A, c):
    """n^−α I[S_n M] → I[M] for some α,  I[S_n M] = A + c log n."""
    return has_an_order(A + c * log(scale), scale)


logarithmic_correction_has_an_order.script("""
    from sympy import limit, log, oo, symbols
    n, A, c = symbols("n", positive=True), {A}, {c}
    for alpha in (-1, 0, 1):
        print("alpha =", alpha, " limit:", limit((A + c*log(n))/n**alpha, n, oo), " I[M] =", A)
        assert limit((A + c*log(n))/n**alpha, n, oo) != A
""")


@page.reading("e1", "the logarithm of the width has an order", REFUTED, w=naturals(1))
def log_width_has_an_order(w):
    """n^−α I[S_n M] → I[M] for some α,  I = log w.    At w = 1, where I = 0, every α > 0 will do."""
    return has_an_order(log(scale * w), scale)


log_width_has_an_order.script("""
    from sympy import limit, log, oo, symbols
    n, w = symbols("n", positive=True), {w}
    for alpha in (-1, 0, 1):
        print("alpha =", alpha, " limit:", limit(log(n*w)/n**alpha, n, oo), " I[M] =", log(w))
        assert limit(log(n*w)/n**alpha, n, oo) != log(w)
""")


def log_width_has_index_one(n):
    """log(nw)/log w → n"""
    return equal(limit_ratio(log(w), w, n), n)


@page.reading("e2", "the logarithm varies regularly with index 0", PROVED, corrected=True, n=every(n),
              false_if=log_width_has_index_one)
def log_width_varies_slowly(n):
    """log(nw)/log w → n^0 as w → ∞."""
    return equal(limit_ratio(log(w), w, n), 1)


@page.reading("f1", "order zero is exact, scalings that do not compose", REFUTED, a=every(a), n=every(n))
def order_zero_is_exact_without_composition(a, n):
    """I[S_n M] = I[M],  S_n(w, a) = (nw, a + (n − 1)/n²), I(w, a) = a: order 0, as I[S_n M] → I[M]."""
    return equal(a + (n - 1) / n**2, a)


order_zero_is_exact_without_composition.script("""
    from sympy import Rational, limit, oo, symbols
    a, n, N = {a}, {n}, symbols("N", positive=True)
    I = lambda n: a + Rational(n - 1, n**2)  # I[S_n M]; S_1 M = M
    print("limit of I[S_n M]:", limit(a + (N - 1)/N**2, N, oo), " I[M] =", I(1), " I[S_n M] =", I(n))
    assert limit(a + (N - 1)/N**2, N, oo) == I(1) != I(n)
""")


@page.reading("g", "n = b^k, discrete scale invariance", PROVED, corrected=True, x=every(x), a=every(a), b=every(b),
              k=every(k), false_if="g1")
def log_periodic_invariant_has_an_order(x, a, b, k):
    """I[S_n M] = n^a I[M],  I = w^a p(log_b w), n = b^k, w = b^x: S_n is x ↦ x + k."""
    return equal(log_periodic(x + k, a, b), (b**k) ** a * log_periodic(x, a, b))


@page.reading("g1", "the same for every n", REFUTED, n=naturals(1))
def log_periodic_invariant_has_an_order_for_every_n(n):
    """I[S_n M] = n^(1/2) I[M],  I = w^(1/2) (2 + cos(2π log₂ w)), w = 1."""
    return equal(sqrt(n) * (2 + cos(2 * pi * log(n) / log(2))), sqrt(n) * 3)


log_periodic_invariant_has_an_order_for_every_n.script("""
    from sympy import N, cos, log, pi, sqrt
    I = lambda w: sqrt(w) * (2 + cos(2*pi*log(w)/log(2)))
    n = {n}
    print("I[S_n M] =", N(I(n)), " n^(1/2) I[M] =", N(sqrt(n) * I(1)))
    assert abs(N(I(n) - sqrt(n) * I(1))) > 1
""")
