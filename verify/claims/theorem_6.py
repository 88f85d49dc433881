"""Theorem 6: scale symmetry makes the depth-weighted norm D = Σ l‖W_l‖² conserved along training.

Source      Conservation laws, 7baf84
Undefined   "Scale symmetry": of each layer, of all weights at once, or of the input? "Conserved": along which
            training, for which data, with or without biases?
Setting     θ = (W_1, …, W_L); gradient flow θ′ = −∇L; f the network, ℓ the loss of an output, L = E ℓ(f);
            φ is homogeneous of degree 1. In (T1), (T6), (T10): scalar weights, ℓ = (f − y)²/2.
Refuted by  One network, weight, datum and one symmetry of that kind under which dD/dt ≠ 0.
Finding     dD/dt = −L(L+1) E⟨f, ℓ′(f)⟩ without biases: D moves whenever any norm does, on real digits too. No
            positive weighting of two layers helps. D is conserved if each layer is separately scale-invariant.
Corrected   Σ c_l‖W_l‖² is conserved by gradient flow, degree-1 layers, no biases, if Σ c_l = 0, as for l − (L+1)/2:
            for all c_l that are cubic in l, which up to L = 4 are all there are.
"""

from sympy import Eq, expand, summation, symbols

from theory.gradient_flow import (
    ACTIVATIONS,
    balance,
    depth_weighted_norm,
    layer_degree,
    network,
    positive_weighting_exists,
    rate,
    squared_error,
    step_change,
    weighted_norm_rate,
)
from theory.propositions import equal
from verify import PROVED, REFUTED, Page, every, naturals, one_of

page = Page(__doc__)
w1, w2, x, eta = symbols("w1 w2 x eta", positive=True)
y, b, k, pairing = symbols("y b k pairing", real=True)
p, q = symbols("p q", integer=True)
L, l = symbols("L l", integer=True, positive=True)
c0, c1, c2, c3 = symbols("c:4", real=True)

SIZES = (4, 6, 8, 12, 16, 24, 32, 48)
# A conserved quantity errs as the integrator does, steps^−4, or steps^−2 at ReLU's kinks: from −5 to −3/2. An
# error of steps^−1, as gradient descent makes, is outside.
ORDER, MARGIN = -3.25, 1.75


@page.reading("T1", "each pair of layers can be rescaled", REFUTED, printed=True, activation=one_of("linear", "relu"),
              w1=every(w1), w2=every(w2), x=every(x), y=every(y))
def depth_weighted_norm_is_conserved(activation, w1, w2, x, y):
    """d/dt (w1² + 2 w2²) = 0 for f = w2 φ(w1 x)."""
    phi = ACTIVATIONS[activation]
    return equal(rate(depth_weighted_norm, lambda w: squared_error(network(w, x, phi), y), (w1, w2)), 0)


@depth_weighted_norm_is_conserved.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_of_depth_weighted_norm(size, rng, draws, activation):
    """|D(T) − D(0)| on real digits, L = 3: the integrator's error if D is conserved."""
    from numerics.training import depth_weights, drift, train_on_digits

    return drift(train_on_digits(rng, draws, size, activation=activation), depth_weights(3))


depth_weighted_norm_is_conserved.script("""
    from sympy import S, diff, symbols
    w1, w2, x, y = symbols("w1 w2 x y")
    loss = (w2 * w1 * x - y) ** 2 / 2
    D = w1**2 + 2 * w2**2
    rate = -diff(D, w1) * diff(loss, w1) - diff(D, w2) * diff(loss, w2)
    value = rate.subs({w1: S("{w1}"), w2: S("{w2}"), x: S("{x}"), y: S("{y}")})
    print("dD/dt =", value, "and conserved means", 0)
    assert value != 0
""")


def cubic(l, c0, c1, c2, c3):
    """c_l = c0 + c1 l + c2 l² + c3 l³."""
    return c0 + c1 * l + c2 * l**2 + c3 * l**3


@page.reading("T1c", "weights that sum to zero", PROVED, corrected=True, by="norms_change_by_their_degrees",
              given={"Σ c_l = 0": Eq(expand(summation(cubic(l, c0, c1, c2, c3), (l, 1, L)) / L), 0)},
              activation=one_of("linear", "relu"), L=every(L), pairing=every(pairing), c0=every(c0), c1=every(c1),
              c2=every(c2), c3=every(c3))
def norms_weighted_with_sum_zero_are_conserved(activation, L, pairing, c0, c1, c2, c3):
    """d/dt Σ_l c_l‖W_l‖² = −2 E⟨f, ℓ′(f)⟩ Σ_l c_l k_l = 0,  c_l = c0 + c1 l + c2 l² + c3 l³, k_l = 1."""
    degree = layer_degree(ACTIVATIONS[activation], L)
    return equal(weighted_norm_rate(lambda l: cubic(l, c0, c1, c2, c3), degree, L, pairing), 0)


@norms_weighted_with_sum_zero_are_conserved.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_of_centred_depth_norm(size, rng, draws, activation):
    """The same for Σ (l − (L+1)/2)‖W_l‖²; a draw is the median of five networks."""
    from numerics.training import centred_depth_weights, drift, medians, train_on_digits

    run = train_on_digits(rng, 5 * draws, size, activation=activation)
    return medians(drift(run, centred_depth_weights(3)), draws)


def half_the_rate(activation, L, pairing):
    """the rate −L(L+1)/2 E⟨f, ℓ′(f)⟩"""
    degree = layer_degree(ACTIVATIONS[activation], L)
    return equal(weighted_norm_rate(lambda l: l, degree, L, pairing), -L * (L + 1) * pairing / 2)


@page.reading("T1r", "the rate of D", PROVED, by="norms_change_by_their_degrees", false_if=half_the_rate,
              activation=one_of("linear", "relu"), L=every(L), pairing=every(pairing))
def depth_weighted_norm_changes_by_the_pairing(activation, L, pairing):
    """dD/dt = −2 E⟨f, ℓ′(f)⟩ Σ_l l k_l = −L(L+1) E⟨f, ℓ′(f)⟩,  k_l = 1."""
    degree = layer_degree(ACTIVATIONS[activation], L)
    return equal(weighted_norm_rate(lambda l: l, degree, L, pairing), -L * (L + 1) * pairing)


@page.reading("T1d", "some positive weighting", REFUTED, L=naturals(2))
def some_positive_weighting_is_conserved(L):
    """∃ c_1, …, c_L > 0: Σ_l c_l k_l = 0  ⟺  min k < 0 < max k, or min k = max k = 0; here every k_l = 1."""
    return positive_weighting_exists([layer_degree(ACTIVATIONS["relu"], L)(l) for l in range(1, L + 1)])


some_positive_weighting_is_conserved.script("""
    from sympy import symbols
    c = symbols(f"c1:{{L} + 1}", positive=True)
    rate = -2 * sum(c)  # of Σ c_l‖W_l‖², in units of E⟨f, ℓ′(f)⟩
    print(rate, "is negative for all positive weights:", rate.is_negative, "and conserved means", 0)
    assert rate.is_negative
""")


@page.reading("T2", "all weights scaled at once", REFUTED, printed=True, given={"L(αθ) = L(θ)": Eq(p + q, 0)},
              w1=every(w1), w2=every(w2), p=every(p), q=every(q))
def global_invariance_conserves_it(w1, w2, p, q):
    """d/dt (w1² + 2 w2²) = 0 for L = w1^p w2^q."""
    return equal(rate(depth_weighted_norm, lambda w: w[0] ** p * w[1] ** q, (w1, w2)), 0)


global_invariance_conserves_it.script("""
    from sympy import S, diff, simplify, symbols
    w1, w2, alpha = symbols("w1 w2 alpha", positive=True)
    loss = w1 ** S("{p}") * w2 ** S("{q}")
    assert simplify(loss.subs({w1: alpha * w1, w2: alpha * w2}, simultaneous=True) - loss) == 0
    rate = -2 * w1 * diff(loss, w1) - 4 * w2 * diff(loss, w2)
    value = rate.subs({w1: S("{w1}"), w2: S("{w2}")})
    print("dD/dt =", value, "and conserved means", 0)
    assert value != 0
""")


@page.reading("T3", "every layer scale-invariant", PROVED, by="norms_change_by_their_degrees",
              given={"each layer has degree 0": Eq(k, 0)}, L=every(L), k=every(k), pairing=every(pairing))
def layerwise_invariance_conserves_it(L, k, pairing):
    """d/dt Σ_l l‖W_l‖² = −2 E⟨f, ℓ′(f)⟩ Σ_l l k = 0."""
    return equal(weighted_norm_rate(lambda l: l, lambda l: k, L, pairing), 0)


@layerwise_invariance_conserves_it.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_with_normalised_layers(size, rng, draws):
    """|D(T) − D(0)| on real digits, tanh, every layer standardised over the batch with ε = 0."""
    from numerics.training import depth_weights, drift, medians, train_on_digits

    run = train_on_digits(rng, 3 * draws, size, horizon=2.0, widths=(10, 10, 10), activation="tanh", epsilon=0.0)
    return medians(drift(run, depth_weights(2)), draws)


@page.reading("T6", "gradient descent, corrected weights", REFUTED, w1=every(w1), w2=every(w2), x=every(x),
              y=every(y), eta=every(eta))
def one_step_conserves_the_corrected_law(w1, w2, x, y, eta):
    """w2² − w1² after a step θ − η∇L is w2² − w1² before it."""
    return equal(step_change(balance, lambda w: squared_error(network(w, x), y), (w1, w2), eta), 0)


one_step_conserves_the_corrected_law.script("""
    from sympy import S, diff, symbols
    w1, w2 = symbols("w1 w2")
    loss, eta = (w2 * w1 * S("{x}") - S("{y}")) ** 2 / 2, S("{eta}")
    start = {w1: S("{w1}"), w2: S("{w2}")}
    after = {w: (w - eta * diff(loss, w)).subs(start) for w in (w1, w2)}
    Q = w2**2 - w1**2
    print(Q.subs(after), "after the step,", Q.subs(start), "before it")
    assert Q.subs(after) != Q.subs(start)
""")


@page.reading("T10", "biases, corrected weights", REFUTED, w1=every(w1), w2=every(w2), b=every(b), x=every(x),
              y=every(y))
def biases_leave_the_corrected_law(w1, w2, b, x, y):
    """d/dt (w2² − w1²) = 0 for f = w2 (w1 x + b)."""
    return equal(rate(balance, lambda w: squared_error(network(w[:2], x, biases=w[2:]), y), (w1, w2, b)), 0)


@biases_leave_the_corrected_law.law(exponent=ORDER, margin=MARGIN, size="steps", sizes=SIZES)
def drift_with_biases(size, rng, draws):
    """|‖W_2‖² − ‖W_1‖² at T − at 0| on real digits, linear with biases; medians of five networks."""
    from numerics.training import centred_depth_weights, drift, medians, train_on_digits

    run = train_on_digits(rng, 5 * draws, size, widths=(4, 4, 10), activation="linear", biases=True)
    return medians(drift(run, 2 * centred_depth_weights(2)), draws)


biases_leave_the_corrected_law.script("""
    import torch
    witness = torch.tensor([{w1}, {w2}, {b}, {x}, {y}], dtype=torch.float64)
    w1, w2, b, x, y = (value.requires_grad_() for value in witness.unbind())
    loss = (w2 * (w1 * x + b) - y) ** 2 / 2
    g1, g2 = torch.autograd.grad(loss, (w1, w2))
    rate = (-2 * w2 * g2 + 2 * w1 * g1).item()
    print("d(w2² − w1²)/dt =", rate, "and conserved means", 0.0)
    assert rate != 0
""")
