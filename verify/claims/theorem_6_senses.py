"""Theorem 6, other senses: "scale" of the input, of the width, without homogeneity; some other conserved quantity.

Source      Conservation laws, 7baf84
Variants of Theorem 6
Setting     D = Σ l‖W_l‖²; scalar layers and ℓ = (f − y)²/2 in (T4k), (T5), (T16). In (T15), LeCun: L layers
            N × N, entries of variance 1/N, so that E‖W_l‖² = N: outputs scale too. In (T14), L is any function.
Refuted by  One network and datum with dD/dt ≠ 0; one width at which E D is not what it was.
Finding     A symmetry that acts on the data says nothing about the weights. D of a wider model is larger. Without
            homogeneous activations the corrected law fails too. That some quantity is conserved is trivial.
Corrected   At the start, E D grows as the width of square layers: E D(nN) = n E D(N). With powers ReLU^k layer l
            weighs k^(L−l).
"""

from sympy import Function, summation, symbols, tanh

from theory.gradient_flow import (
    ACTIVATIONS,
    balance,
    depth_weighted_norm,
    gradient,
    local_first_integrals,
    network,
    rate,
    relu_power,
    squared_error,
    weighted_norm,
)
from theory.propositions import equal
from verify import PROVED, REFUTED, TRIVIAL, Page, every, one_of

page = Page(__doc__)
w1, w2, x, alpha = symbols("w1 w2 x alpha", positive=True)
y = symbols("y", real=True)
N, n, L, l = symbols("N n L l", integer=True, positive=True)
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)


def homogeneous_in_the_input(w1, w2, x, alpha):
    relu = ACTIVATIONS["relu"]
    return equal(network((w1, w2), alpha * x, relu), alpha * network((w1, w2), x, relu))


def start(width, depth):
    """E D = Σ_l l · N²/N."""
    return summation(l * width, (l, 1, depth))


@page.reading("T16", "the input is scaled", REFUTED, given={"f(αx) = αf(x)": homogeneous_in_the_input}, w1=every(w1),
              w2=every(w2), x=every(x), y=every(y), alpha=every(alpha))
def input_scaling_conserves_it(w1, w2, x, y, alpha):
    """dD/dt = 0 for f = w2 max(w1 x, 0)."""
    relu = ACTIVATIONS["relu"]
    return equal(rate(depth_weighted_norm, lambda w: squared_error(network(w, x, relu), y), (w1, w2)), 0)


input_scaling_conserves_it.script("""
    from sympy import S, diff, symbols
    w1, w2 = symbols("w1 w2", positive=True)
    f = lambda x: w2 * w1 * x  # what w2 max(w1 x, 0) is for positive x
    assert f(S("{alpha}") * S("{x}")) == S("{alpha}") * f(S("{x}"))
    loss = (f(S("{x}")) - S("{y}")) ** 2 / 2
    rate = (-2 * w1 * diff(loss, w1) - 4 * w2 * diff(loss, w2)).subs({w1: S("{w1}"), w2: S("{w2}")})
    print("dD/dt =", rate, "and conserved means", 0)
    assert rate != 0
""")


@page.reading("T15", "under S_n, at the start", REFUTED, N=every(N), n=every(n), L=every(L))
def wider_models_have_the_same_norm(N, n, L):
    """E D(nN) = E D(N)."""
    return equal(start(n * N, L), start(N, L))


@wider_models_have_the_same_norm.law(exponent=0, margin=0.2, size="N", sizes=WIDTHS)
def depth_weighted_norm_at_the_start(size, rng):
    """Mean D of a few starts, three layers N × N; more starts where they are small."""
    import numpy as np

    starts = rng.standard_normal((1 + 2**14 // size**2, 3, size, size)) / np.sqrt(size)
    return (starts**2).sum(axis=(2, 3)).mean(axis=0) @ np.arange(1.0, 4.0)


wider_models_have_the_same_norm.script("""
    import torch
    torch.manual_seed(0)

    def D(width):  # mean of D over 4000 starts
        starts = torch.randn({L}, 4000, width, width, dtype=torch.float64) / width**0.5
        return sum((l + 1) * (W**2).sum() / 4000 for l, W in enumerate(starts)).item()

    small, large = D({N}), D({n} * {N})
    print("E D of the wider model is", large, "and of the narrow one", small)
    assert abs(large / small - {n}) < 0.2 and {n} != 1
""")


@page.reading("T15c", "under S_n, at the start", PROVED, corrected=True, false_if="T15", N=every(N), n=every(n),
              L=every(L))
def wider_models_have_n_times_the_norm(N, n, L):
    """E D(nN) = n E D(N)."""
    return equal(start(n * N, L), n * start(N, L))


at_the_start = wider_models_have_n_times_the_norm.law(exponent=1, margin=0.1, size="N", letter=True, sizes=WIDTHS)
at_the_start(depth_weighted_norm_at_the_start)


@page.reading("T5", "tanh, corrected weights", REFUTED, w1=every(w1), w2=every(w2), x=every(x), y=every(y))
def tanh_keeps_the_balance(w1, w2, x, y):
    """d/dt (w2² − w1²) = 0 for f = w2 tanh(w1 x)."""
    return equal(rate(balance, lambda w: squared_error(network(w, x, tanh), y), (w1, w2)), 0)


tanh_keeps_the_balance.script("""
    from sympy import N, S, diff, symbols, tanh
    w1, w2 = symbols("w1 w2")
    loss = (w2 * tanh(w1 * S("{x}")) - S("{y}")) ** 2 / 2
    rate = (2 * w1 * diff(loss, w1) - 2 * w2 * diff(loss, w2)).subs({w1: S("{w1}"), w2: S("{w2}")})
    print("d(w2² − w1²)/dt =", N(rate, 30), "and conserved means", 0)
    assert abs(N(rate, 30)) > 1e-20
""")


def depth_weights(k, w1, w2, x, y):
    """w1² + 2 w2², the depth-weighted norm."""
    return relu_power_law(k, w1, w2, x, y, 2)


def relu_power_law(k, w1, w2, x, y, weight):
    def error(w):
        return squared_error(network(w, x, relu_power(int(k))), y)

    return equal(rate(lambda w: weighted_norm(w, (1, weight)), error, (w1, w2)), 0)


@page.reading("T4k", "powers of ReLU", PROVED, corrected=True, false_if=depth_weights, k=one_of(2, 3), w1=every(w1),
              w2=every(w2), x=every(x), y=every(y))
def powers_of_relu_weigh_by_their_degrees(k, w1, w2, x, y):
    """d/dt (w1² − k w2²) = 0 for f = w2 max(w1 x, 0)^k: Σ_l c_l k^(L−l) = 0 with c = (1, −k)."""
    return relu_power_law(k, w1, w2, x, y, -k)


def any_field_has_first_integrals(d):
    """an arbitrary vector field in place of −∇L."""
    theta = symbols(f"theta1:{d + 1}", real=True)
    return equal(local_first_integrals([[Function(f"v{i}")(*theta) for i in range(d)]], theta), d - 1)


@page.reading("T14", "one fixed data set, some quantity", TRIVIAL, false_if=any_field_has_first_integrals,
              d=one_of(2, 3, 4))
def one_data_set_has_first_integrals(d):
    """θ′ = −∇L(θ) has d − rank(∇L) = d − 1 first integrals near a θ with ∇L(θ) ≠ 0 (Frobenius);  d = 2, 3, 4."""
    theta = symbols(f"theta1:{d + 1}", real=True)
    return equal(local_first_integrals([gradient(lambda w: Function("L")(*w), theta)], theta), d - 1)
