"""Definition 2: an invariant of order alpha obeys I[S_n(M)] = n^alpha I[M] + o(n^alpha); order zero means exact
invariance.

Source      Formal framework, 50c7ab
Undefined   The limit that o(n^α) is taken in (n or the size of M); whether α may depend on M; "exact". At fixed n,
            n^α is a constant, and o of a constant is undefined, (c), unless it means "tends to 0", (c2) beside.
Setting     M a model of width w, A = I[M]; α real; S_n w = n w in examples, with P(w) = k w² + (k + 12) w + 1
            parameters; n^−α (I[S_n S_m M] − I[S_nm M]) → δ as n → ∞, so δ = 0 when scalings compose.
Uses        Definition 1
Refuted by  An invariant with a lower-order term for which no α will do; one of order 0 that changes.
Finding     Where scalings compose, order α means I[S_m M] = m^α I[M] exactly: the remainder is zero. So w + 1
            has no order at all, and the parameter count has not the order 2, only that index.
Corrected   I is asymptotically homogeneous of index α: n^−α I[S_n M] → C(M) ≠ 0, with C in place of I.
"""

from sympy import And, Eq, Gt, symbols

from theory.homogeneity import (
    has_an_order,
    index_and_amplitude,
    invariant_of_image,
    limit_ratio,
    relative_remainder,
    second_order_is_impossible,
)
from theory.propositions import equal
from theory.scaling import fixed_depth_count
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals

page = Page(__doc__)
n, m, k = symbols("n m k", integer=True, positive=True)
w, g = symbols("w g", positive=True)
alpha, A, delta = symbols("alpha A delta", real=True)
size = symbols("size", nonnegative=True)
scale = symbols("scale", positive=True)


def parameters(w, k=2):
    """P(w) of k + 1 hidden layers, 10 inputs, 1 output."""
    return fixed_depth_count(w, k + 1)


@page.reading("f", "order zero is exact invariance", PROVED, printed=True, m=every(m), A=every(A), delta=every(delta),
              by="remainder_is_a_difference_of_null_sequences", given={"scalings compose": Eq(delta, 0)})
def order_zero_is_exact(m, A, delta):
    """I[S_m M] = I[M],  where I[S_m M] = lim I[S_n S_m M] as n → ∞."""
    return equal(invariant_of_image(m, 0, A, delta), A)


@page.reading("b", "an invariant with a lower-order term has an order", REFUTED, printed=True, w=every(w))
def shifted_width_has_an_order(w):
    """n^−α I[S_n M] → I[M] for some α,  I = w + 1.    Only α = 1 has a limit other than 0, ∞; it is w."""
    return has_an_order(scale * w + 1, scale)


shifted_width_has_an_order.script("""
    from sympy import limit, oo, symbols
    n, w = symbols("n", positive=True), {w}
    for alpha in (0, 1, 2):
        print("alpha =", alpha, " limit of n^-alpha I[S_n M]:", limit((n*w + 1)/n**alpha, n, oo), " I[M] =", w + 1)
        assert limit((n*w + 1)/n**alpha, n, oo) != w + 1
""")


@page.reading("b2", "the parameter count has order 2, to the letter", REFUTED, w=every(w), n=every(n))
def parameters_are_homogeneous(w, n):
    """P(nw) = n² P(w),  the remainder being zero where scalings compose; k = 2."""
    return equal(parameters(n * w), n**2 * parameters(w))


@parameters_are_homogeneous.law(exponent=2, margin=0.1, size="width", letter=True)
def parameters_of_a_network(size, rng, draws):
    """Entries of all tensors of a torch network with three hidden layers."""
    import numpy as np

    from numerics.networks import Perceptron, network, parameter_count

    return np.full(draws, float(parameter_count(network(Perceptron(size, 3)))))


parameters_are_homogeneous.script("""
    from torch.nn import Linear, Sequential
    def P(w):
        net = Sequential(Linear(10, w), Linear(w, w), Linear(w, w), Linear(w, 1))
        return sum(t.numel() for t in net.parameters())
    w, n = {w}, {n}
    print("P(nw) =", P(n * w), " n^2 P(w) =", n**2 * P(w))
    assert P(n * w) != n**2 * P(w)
""")


def index_one(w, m, k):
    """n^−1 P(nw) has a finite limit"""
    return equal(index_and_amplitude(parameters(scale * w, k), scale)[0], 1)


@page.reading("b1", "asymptotically homogeneous", PROVED, corrected=True, w=every(w), m=every(m), k=every(k),
              false_if=index_one)
def parameters_are_asymptotically_homogeneous(w, m, k):
    """n^−2 P(nw) → C(w) as n → ∞, with C(w) > 0 and C(mw) = m² C(w)."""
    (index, C), (_, image) = (index_and_amplitude(parameters(scale * v, k), scale) for v in (w, m * w))
    return And(equal(index, 2), Gt(C, 0, evaluate=False), equal(image, m**2 * C))


@page.reading("a", "n → ∞ at fixed M: the remainder is zero", PROVED, by="remainder_is_a_difference_of_null_sequences",
              m=every(m), alpha=every(alpha), A=every(A), delta=every(delta),
              given={"scalings compose": Eq(delta, 0)})
def remainder_is_zero(m, alpha, A, delta):
    """I[S_m M] = m^α I[M],  where I[S_m M] = lim n^−α I[S_n S_m M] as n → ∞."""
    return equal(invariant_of_image(m, alpha, A, delta), m**alpha * A)


@page.reading("c", "w → ∞ at fixed n", UNDEFINED, n=naturals(2))
def remainder_is_small_at_fixed_n(n):
    """P(nw) − n² P(w) = o(n²) as w → ∞.    n² is a constant there; for "tends to 0" see the variants, (c2)."""
    return equal(relative_remainder(parameters(w), w, n, 2), 0)


def index_one_in_w(n, k):
    """P(nw)/P(w) → n"""
    return equal(limit_ratio(parameters(w, k), w, n), n)


@page.reading("c1", "regular variation: w → ∞ at fixed n", PROVED, corrected=True, n=every(n), k=every(k),
              false_if=index_one_in_w)
def parameters_vary_regularly(n, k):
    """P(nw)/P(w) → n² as w → ∞."""
    return equal(limit_ratio(parameters(w, k), w, n), n**2)


parameters_vary_regularly.law(exponent=2, margin=0.1, size="width")(parameters_of_a_network)


@page.reading("d", "α is unique", PROVED, size=every(size), g=every(g), given={"I[M] ≠ 0": Gt(size, 0)})
def order_is_unique(size, g):
    """lim n^−(α+g) |I[S_n M]| < |I[M]| < lim n^−(α−g) |I[S_n M]|,  I of order α, |I[M]| = size: no α ± g will do."""
    return second_order_is_impossible(size, g)
