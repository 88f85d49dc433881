"""Theorem 6, variants: what the scale symmetries of a loss do conserve along training.

Source      Conservation laws, 7baf84
Variants of Theorem 6
Setting     As for Theorem 6. Q = θᵀAθ with A diagonal; E⟨f, ℓ′(f)⟩ is a number, k the degree in a layer; two
            scalar layers, ℓ = (f − y)²/2, wherever w1, w2, x, y occur. T the horizon, η = T/steps.
Refuted by  One configuration in which the quantity moves, or moves at another rate.
Finding     Each symmetry has its own law: all weights at once Σ‖W_l‖², layers against each other the differences.
            Steps of size η break w2² − w1² by η² each, and differences of norms by O(η) at a fixed time, as
            measured; weight decay damps w2² − w1² by e^(−2λt).
Corrected   Σ‖W_l‖² is conserved if L(αθ) = L(θ), ‖W_1‖² + 2‖W_2‖² if k_1 + 2k_2 = 0, w2² − w1² − b² with a bias,
            (1 + w2)² − (1 + w1)² with skips.
"""

from sympy import Eq, sqrt, symbols

from theory.gradient_flow import (
    balance,
    damped_law_rate,
    gradient,
    network,
    norm_rate,
    rate,
    squared_error,
    step_change,
    weighted_norm,
)
from theory.propositions import equal
from verify import PROVED, REFUTED, SUPPORTED, Page, every

page = Page(__doc__)
w1, w2, b, x, y = symbols("w1 w2 b x y", real=True)
k, k1, k2, pairing, loss = symbols("k k1 k2 pairing loss", real=True)
eta, epsilon, decay, t = symbols("eta epsilon lambda t", positive=True)

SIZES = (4, 6, 8, 12, 16, 24, 32, 48)
ORDER, MARGIN = -3.25, 1.75  # as for Theorem 6: steps^−5 to steps^(−3/2) is conserved


@page.reading("T2c", "all weights scaled at once", PROVED, corrected=True, by="norms_change_by_their_degrees",
              given={"L(αθ) = L(θ)": Eq(k, 0)}, k=every(k), loss=every(loss))
def global_invariance_conserves_the_norm(k, loss):
    """d/dt Σ_l‖W_l‖² = −2 ⟨θ, ∇L⟩ = −2 k L = 0 for L(αθ) = α^k L(θ)."""
    return equal(norm_rate(k, loss), 0)


@page.reading("T3e", "normalised layer with ε > 0", REFUTED, w1=every(w1), epsilon=every(epsilon), x=every(x),
              y=every(y))
def normalised_norm_is_conserved(w1, epsilon, x, y):
    """d/dt w1² = 0 for f = w1 x / √(w1² + ε)."""
    return equal(rate(lambda w: w[0] ** 2, lambda w: squared_error(w[0] * x / sqrt(w[0] ** 2 + epsilon), y), (w1,)), 0)


@normalised_norm_is_conserved.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_with_positive_epsilon(size, rng, draws):
    """|D(T) − D(0)| on real digits, tanh layers standardised over the batch with ε = 1."""
    from numerics.training import depth_weights, drift, train_on_digits

    run = train_on_digits(rng, draws, size, widths=(10, 10, 10), activation="tanh", epsilon=1.0)
    return drift(run, depth_weights(2))


normalised_norm_is_conserved.script("""
    from sympy import S, diff, sqrt, symbols
    w, x, y, epsilon = symbols("w x y epsilon", positive=True)
    loss = (w * x / sqrt(w**2 + epsilon) - y) ** 2 / 2
    value = (-2 * w * diff(loss, w)).subs({w: S("{w1}"), epsilon: S("{epsilon}"), x: S("{x}"), y: S("{y}")})
    print("d w²/dt =", value, "and conserved means", 0)
    assert value != 0
""")


@page.reading("T4", "two layers, degrees with k_1 + 2 k_2 = 0", PROVED, by="norms_change_by_their_degrees",
              given={"Σ_l l k_l = 0": Eq(k1 + 2 * k2, 0)}, k1=every(k1), k2=every(k2), pairing=every(pairing))
def balanced_degrees_conserve_it(k1, k2, pairing):
    """d/dt (‖W_1‖² + 2‖W_2‖²) = −2 E⟨f, ℓ′(f)⟩ (k_1 + 2 k_2) = 0; so for f = w1²/w2."""
    return equal(norm_rate(k1, pairing) + 2 * norm_rate(k2, pairing), 0)


def first_order_step(w1, w2, x, y, eta):
    """η in place of η²."""
    return step_is(w1, w2, x, y, eta, eta)


def step_is(w1, w2, x, y, eta, factor):
    def error(w):
        return squared_error(network(w, x), y)

    g1, g2 = gradient(error, (w1, w2))
    return equal(step_change(balance, error, (w1, w2), eta), factor * (g2**2 - g1**2))


@page.reading("T6c", "one step of gradient descent, f = w2·w1·x", PROVED, corrected=True, false_if=first_order_step,
              w1=every(w1), w2=every(w2), x=every(x), y=every(y), eta=every(eta))
def step_changes_the_law_by(w1, w2, x, y, eta):
    """Q(θ − η∇L) − Q(θ) = η² ((∂L/∂w2)² − (∂L/∂w1)²) for Q = w2² − w1², f = w2 w1 x."""
    return step_is(w1, w2, x, y, eta, eta**2)


@page.reading("T6t", "gradient descent to a fixed time", SUPPORTED)
def drift_at_a_fixed_time():
    """|Q(T) − Q(0)| ~ 1/steps ~ η for Q = Σ_l (l − (L+1)/2)‖W_l‖² and η = T/steps."""


@drift_at_a_fixed_time.law(exponent=-1, margin=0.5, size="steps", sizes=(8, 12, 24, 32, 64, 96, 192, 384, 512))
def drift_of_gradient_descent(size, rng, draws):
    """|Q(T) − Q(0)| on real digits, linear, L = 2; medians of five networks."""
    from numerics.training import centred_depth_weights, drift, gradient_descent, medians, train_on_digits

    run = train_on_digits(rng, 5 * draws, size, widths=(4, 4, 10), method=gradient_descent, activation="linear")
    return medians(drift(run, centred_depth_weights(2)), draws)


def undamped(w1, w2, x, y, decay, t):
    """Q in place of e^(2λt) Q."""
    return equal(rate(balance, lambda w: squared_error(network(w, x), y), (w1, w2), decay), 0)


@page.reading("T7", "weight decay λ, f = w2·w1·x", PROVED, false_if=undamped, w1=every(w1), w2=every(w2), x=every(x),
              y=every(y), decay=every(decay), t=every(t))
def decay_damps_the_law_exponentially(w1, w2, x, y, decay, t):
    """d/dt e^(2λt) (w2² − w1²) = 0 along θ′ = −∇L − λθ, f = w2 w1 x: Q(t) = Q(0) e^(−2λt)."""
    return equal(damped_law_rate(balance, lambda w: squared_error(network(w, x), y), (w1, w2), decay, t), 0)


@decay_damps_the_law_exponentially.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_of_the_damped_law(size, rng, draws):
    """|e^(2λT) Q(T) − Q(0)| on real digits, linear, L = 2, λ = 1/2, T = 1."""
    import numpy as np

    from numerics.training import centred_depth_weights, quantity, train_on_digits

    run = train_on_digits(rng, draws, size, widths=(4, 4, 10), activation="linear", decay=0.5)
    along = quantity(run, centred_depth_weights(2))
    return np.abs(np.e * along[:, -1] - along[:, 0])


def without_bias(w1, w2, b, x, y):
    """w2² − w1², the bias left out."""
    return bias_law(w1, w2, b, x, y, 0)


def bias_law(w1, w2, b, x, y, weight):
    def error(w):
        return squared_error(network(w[:2], x, biases=w[2:]), y)

    return equal(rate(lambda w: weighted_norm(w, (-1, 1, -weight)), error, (w1, w2, b)), 0)


@page.reading("T10c", "a bias counted with its layer, f = w2(w1 x + b)", PROVED, corrected=True,
              false_if=without_bias, w1=every(w1), w2=every(w2), b=every(b), x=every(x), y=every(y))
def biases_count_with_their_layer(w1, w2, b, x, y):
    """d/dt (w2² − w1² − b²) = 0 for f = w2 (w1 x + b)."""
    return bias_law(w1, w2, b, x, y, 1)


@biases_count_with_their_layer.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_with_biases_counted(size, rng, draws):
    """|‖W_2‖² − ‖W_1‖² − ‖b_1‖² at T − at 0| on real digits, linear; medians of five networks."""
    import numpy as np

    from numerics.training import drift, medians, train_on_digits

    run = train_on_digits(rng, 5 * draws, size, widths=(4, 4, 10), activation="linear", biases=True)
    return medians(drift(run, np.array([-1.0, 1.0]), np.array([-1.0, 0.0])), draws)


def skip_left_out(w1, w2, x, y):
    """w2² − w1², the skip connection left out."""
    return residual_law(w1, w2, x, y, 0)


def residual_law(w1, w2, x, y, skip):
    def error(w):
        return squared_error((1 + w[1]) * (1 + w[0]) * x, y)

    return equal(rate(lambda w: (skip + w[1]) ** 2 - (skip + w[0]) ** 2, error, (w1, w2)), 0)


@page.reading("T11", "two residual layers", PROVED, false_if=skip_left_out, w1=every(w1), w2=every(w2), x=every(x),
              y=every(y))
def residual_layers_count_the_skip(w1, w2, x, y):
    """d/dt ((1 + w2)² − (1 + w1)²) = 0 for f = (1 + w2)(1 + w1) x."""
    return residual_law(w1, w2, x, y, 1)
