"""Conservation laws of gradient flow and of gradient descent.

Statement
    Let θ′ = −∇L(θ) − λθ with λ ≥ 0, let A be symmetric and Q(θ) = θᵀAθ.
        (1)  λ = 0:  dQ/dt = −2 d/dε L(e^{εA}θ) at ε = 0; so Q is conserved from every θ if and
             only if L(e^{εA}θ) = L(θ) for all θ and ε;
        (2)  if L = E ℓ(f), λ = 0, and f has degree k in the layer W, f(αW) = α^k f(W) for α > 0, then
             d‖W‖²/dt = −2k E⟨f, ℓ′(f)⟩;
        (3)  hence d/dt Σ_l c_l‖W_l‖² = −2 E⟨f, ℓ′(f)⟩ Σ_l c_l k_l, and with k_l = 1, c_l = l the
             depth-weighted norm D = Σ_l l‖W_l‖² has dD/dt = −L(L+1) E⟨f, ℓ′(f)⟩;
        (4)  some positive c has Σ c_l k_l = 0 if and only if the k_l take both signs or all vanish;
        (5)  one step θ − η∇L changes Q by −2η⟨Aθ, ∇L⟩ + η²⟨∇L, A∇L⟩;
        (6)  weight decay adds −2λQ to dQ/dt, so e^{2λt}Q is conserved where Q was;
        (7)  near a point with v(θ) ≠ 0, every field θ′ = v(θ) in dimension d has d − 1 independent
             first integrals.

Hypotheses
    H1  L is differentiable at θ. A piecewise linear activation is differentiable off its kinks; at
        u = 0 the branch of u < 0 is taken, as automatic differentiation does.
    H2  in (2) to (4) the activations are positively homogeneous: φ(αu) = α^q φ(u) for α > 0. Then a
        network of depth L without biases has degree k_l = q^(L−l) in its layer l.

Derivation
    (1) The chain rule gives d/dε L(e^{εA}θ) = ⟨Aϑ, ∇L(ϑ)⟩ at ϑ = e^{εA}θ, and dQ/dt = −2⟨Aθ, ∇L⟩
    since A is symmetric; a derivative that vanishes at every ϑ makes L constant on the orbit.
    (2) Differentiate ℓ(α^k f) at α = 1 (Euler). (3) Sum. (4) If all k_l ≥ 0 and one is positive,
    the sum is positive; with both signs, weigh the two groups against each other. (5), (6) Expand.
    (7) One field spans an involutive distribution of rank 1; apply Frobenius (or straighten it).

Reference
    S. Du, W. Hu, J. Lee, NeurIPS 2018, arXiv:1806.00900 (homogeneous layers); D. Kunin et al., ICLR
    2021, arXiv:2012.04728 (symmetry, decay); S. Marcotte, R. Gribonval, G. Peyré, arXiv:2307.00144
    (number of laws); V. Arnold, Ordinary Differential Equations, section 7 (straightening).
"""

from collections.abc import Callable, Sequence

from sympy import (
    And,
    Dummy,
    Equivalent,
    Expr,
    Integer,
    Lt,
    Matrix,
    Max,
    Min,
    Or,
    Piecewise,
    Rational,
    S,
    Symbol,
    cancel,
    diff,
    exp,
    expand,
    log,
    summation,
    sympify,
    together,
)
from sympy.logic.boolalg import Boolean

from theory.propositions import equal

Layer = Expr | Matrix
Parameters = Sequence[Layer]
Scalar = Callable[[Parameters], Expr]


def entries(theta: Parameters) -> list[Expr]:
    """The coordinates of θ, layer after layer, each matrix row by row."""
    return [e for layer in theta for e in (layer if isinstance(layer, Matrix) else [sympify(layer)])]


def _generic(theta: Parameters) -> tuple[Layer, ...]:
    """Real unknowns in the shape of θ."""
    # not applyfunc: it evaluates once for each distinct entry, and equal weights would share an unknown
    return tuple(
        Matrix(*layer.shape, lambda i, j: Dummy(real=True)) if isinstance(layer, Matrix) else Dummy(real=True)
        for layer in theta
    )


def _at(expression: Expr, generic: Parameters, theta: Parameters) -> Expr:
    return expression.subs(list(zip(entries(generic), entries(theta), strict=True)))


def gradient(function: Scalar, theta: Parameters) -> list[Expr]:
    """∇ function at θ, one entry for each coordinate of θ."""
    generic = _generic(theta)
    value = sympify(function(generic))
    return [_at(diff(value, unknown), generic, theta) for unknown in entries(generic)]


def rate(quantity: Scalar, loss: Scalar, theta: Parameters, decay: Expr | int = 0) -> Expr:
    """dQ/dt = −⟨∇Q, ∇L + λθ⟩ at θ, for the flow θ′ = −∇L − λθ."""
    downhill = [-g - decay * e for g, e in zip(gradient(loss, theta), entries(theta), strict=True)]
    return expand(sum((q * v for q, v in zip(gradient(quantity, theta), downhill, strict=True)), S.Zero))


def step_change(quantity: Scalar, loss: Scalar, theta: Parameters, eta: Expr) -> Expr:
    """Q(θ − η∇L) − Q(θ): what one step of gradient descent does to Q."""
    generic = _generic(theta)
    moved = [e - eta * g for e, g in zip(entries(theta), gradient(loss, theta), strict=True)]
    value = sympify(quantity(generic))
    after = value.subs(list(zip(entries(generic), moved, strict=True)))
    return expand(after - _at(value, generic, theta))


def squared_norm(layer: Layer) -> Expr:
    """‖W‖_F²."""
    return sum((e**2 for e in entries([layer])), S.Zero)


def weighted_norm(theta: Parameters, weights: Sequence[Expr | int]) -> Expr:
    """Σ_l c_l ‖W_l‖²."""
    return sum((c * squared_norm(layer) for c, layer in zip(weights, theta, strict=True)), S.Zero)


def depth_weighted_norm(theta: Parameters) -> Expr:
    """D = Σ_l l ‖W_l‖², layers counted from 1."""
    return weighted_norm(theta, range(1, len(theta) + 1))


def centred_depth_norm(theta: Parameters) -> Expr:
    """Σ_l (l − (L+1)/2) ‖W_l‖²."""
    return weighted_norm(theta, [l - Rational(len(theta) + 1, 2) for l in range(1, len(theta) + 1)])


def balance(theta: Parameters) -> Expr:
    """‖W_2‖² − ‖W_1‖², the conserved difference of two adjacent layers of degree 1."""
    return squared_norm(theta[1]) - squared_norm(theta[0])


def linear(u: Expr) -> Expr:
    """φ(u) = u."""
    return u


def leaky(slope: Expr | int) -> Callable[[Expr], Expr]:
    """φ(u) = u for u > 0, slope·u for u ≤ 0; slope 0 is ReLU."""
    return lambda u: Piecewise((u, u > 0), (slope * u, True))


def relu_power(k: int) -> Callable[[Expr], Expr]:
    """φ(u) = max(u, 0)^k."""
    return lambda u: Piecewise((u**k, u > 0), (S.Zero, True))


ACTIVATIONS: dict[str, Callable[[Expr], Expr]] = {
    "linear": linear,
    "relu": leaky(0),
    "leaky": leaky(Rational(1, 10)),
}


def homogeneity_degree(activation: Callable[[Expr], Expr]) -> Expr:
    """The q with φ(αu) = α^q φ(u) for α > 0 and u ≠ 0.

    Raises NotImplementedError when no such q is found, as for tanh.
    """
    alpha, u = Dummy("alpha", positive=True), Dummy("u", positive=True)
    unit = sympify(activation(S.One))
    if unit != 0 and (ratio := sympify(activation(Integer(2))) / unit).is_positive:
        q = log(ratio, 2)
        if all(expand(activation(alpha * v) - alpha**q * activation(v)) == 0 for v in (u, -u)):
            return q
    raise NotImplementedError(
        f"no degree of the activation {activation(u)}: it is not positively homogeneous, so Euler's "
        f"theorem gives no rate; use a power of ReLU, a leaky ReLU or a linear unit"
    )


def network(
    weights: Parameters,
    x: Layer,
    activation: Callable[[Expr], Expr] = linear,
    biases: Parameters = (),
) -> Layer:
    """W_L φ(W_{L−1} … φ(W_1 x + b_1) …) + b_L; layers are scalars or matrices, missing biases are 0."""
    h = x
    for l, weight in enumerate(weights):
        h = weight * h + biases[l] if l < len(biases) else weight * h
        if l + 1 < len(weights):
            h = h.applyfunc(activation) if isinstance(h, Matrix) else activation(h)
    return h


def squared_error(f: Layer, y: Layer) -> Expr:
    """‖f − y‖²/2."""
    return squared_norm(f - y) / 2


def quadratic_form(a: Matrix, theta: Parameters) -> Expr:
    """θᵀAθ."""
    point = Matrix(entries(theta))
    return expand((point.T * a * point)[0])


def variation(loss: Callable[..., Expr], theta: Parameters, a: Matrix) -> Expr:
    """d/dε L(e^{εA}θ) at ε = 0, by differentiating along the orbit; θ a list of scalars."""
    epsilon = Dummy("epsilon", real=True)
    orbit = (a * epsilon).exp() * Matrix(entries(theta))
    return diff(loss(tuple(orbit)), epsilon).subs(epsilon, 0).doit()


def rate_is_minus_twice_the_variation(loss: Scalar, theta: Parameters, a: Matrix) -> Boolean:
    """(1)  d/dt θᵀAθ = −2 d/dε L(e^{εA}θ) at ε = 0, A symmetric."""
    return equal(rate(lambda w: quadratic_form(a, w), loss, theta), -2 * variation(loss, theta, a))


def conserved_iff_invariant(loss: Scalar, theta: Sequence[Symbol], powers: Sequence[int]) -> Boolean:
    """(1)  Σ a_i θ_i² is conserved ⟺ L(α^{a_i} θ_i) = L(θ): both identities in θ; L rational, a_i integers."""
    alpha = Dummy("alpha", positive=True)
    scaled = loss(tuple(alpha**a * e for a, e in zip(powers, theta, strict=True)))
    drift = rate(lambda w: weighted_norm(w, powers), loss, theta)
    return Equivalent(*(S(cancel(together(e)) == 0) for e in (drift, scaled - loss(tuple(theta)))))


def norm_rate(degree: Expr | int, pairing: Expr | int) -> Expr:
    """(2)  d‖W‖²/dt = −2k E⟨f, ℓ′(f)⟩, the pairing being E⟨f, ℓ′(f)⟩."""
    return -2 * sympify(degree) * pairing


def layer_degree(activation: Callable[[Expr], Expr], depth: Expr | int) -> Callable[[Expr], Expr]:
    """H2: l ↦ k_l = q^(L−l), the degree of a network of depth L in its layer l."""
    q = homogeneity_degree(activation)
    return lambda l: q ** (depth - l)


def weighted_norm_rate(
    weight: Callable[[Expr], Expr], degree: Callable[[Expr], Expr], depth: Expr | int, pairing: Expr | int
) -> Expr:
    """(3)  d/dt Σ_l c_l‖W_l‖² = −2 E⟨f, ℓ′(f)⟩ Σ_l c_l k_l, for numbers or a symbolic depth L ≥ 1."""
    l = Dummy("l", integer=True, positive=True)
    return expand(summation(weight(l) * norm_rate(degree(l), pairing), (l, 1, depth)))


def norms_change_by_their_degrees(
    f: Scalar, outer: Callable[[Expr], Expr], theta: Parameters, degrees: Sequence[Expr | int]
) -> Boolean:
    """(2)  d‖W_l‖²/dt = −2 k_l f ℓ′(f) for every layer l of a network with one output f and one datum."""
    alpha, value = Dummy("alpha", positive=True), f(theta)
    pairing = diff(outer(alpha * value), alpha).subs(alpha, 1).doit()
    return And(
        *(
            equal(rate(lambda w, l=l: squared_norm(w[l]), lambda w: outer(f(w)), theta), norm_rate(k, pairing))
            for l, k in enumerate(degrees)
        )
    )


def positive_weighting_exists(degrees: Sequence[Expr | int]) -> Boolean:
    """(4)  ∃ c_1, …, c_L > 0 with Σ_l c_l k_l = 0  ⟺  min k < 0 < max k, or k = 0."""
    lowest, highest = Min(*degrees), Max(*degrees)
    return Or(And(Lt(lowest, 0), Lt(0, highest)), And(equal(lowest, 0), equal(highest, 0)))


def step_changes_a_quadratic_law(loss: Scalar, theta: Parameters, a: Matrix, eta: Expr) -> Boolean:
    """(5)  Q(θ − η∇L) − Q(θ) = −2η⟨Aθ, ∇L⟩ + η²⟨∇L, A∇L⟩."""

    def law(w: Parameters) -> Expr:
        return quadratic_form(a, w)

    slope = gradient(loss, theta)
    expected = eta * rate(law, loss, theta) + eta**2 * quadratic_form(a, slope)
    return equal(step_change(law, loss, theta, eta), expected)


def decay_damps_the_law(loss: Scalar, theta: Parameters, a: Matrix, decay: Expr) -> Boolean:
    """(6)  dQ/dt with weight decay λ is dQ/dt without it, minus 2λQ."""

    def law(w: Parameters) -> Expr:
        return quadratic_form(a, w)

    return equal(rate(law, loss, theta, decay), rate(law, loss, theta) - 2 * decay * law(theta))


def damped_law_rate(quantity: Scalar, loss: Scalar, theta: Parameters, decay: Expr, t: Expr) -> Expr:
    """d/dt of e^{2λt}Q(θ(t)) along θ′ = −∇L − λθ."""
    return exp(2 * decay * t) * expand(rate(quantity, loss, theta, decay) + 2 * decay * quantity(theta))


def lie_bracket(v: Sequence[Expr], w: Sequence[Expr], theta: Sequence[Symbol]) -> list[Expr]:
    """[v, w] = (Dw)v − (Dv)w."""
    first, second, point = Matrix(v), Matrix(w), Matrix(theta)
    return list(second.jacobian(point) * first - first.jacobian(point) * second)


def local_first_integrals(fields: Sequence[Sequence[Expr]], theta: Sequence[Symbol]) -> int:
    """(7)  d − rank of the fields: the number of independent functions that all of them leave unchanged,
    near a generic point.

    Raises NotImplementedError when the fields are not in involution: the bracket that leaves their span
    has to be added first.
    """
    rank = Matrix(fields).rank()
    for i, v in enumerate(fields):
        for w in fields[i:]:
            if Matrix([*fields, lie_bracket(v, w, theta)]).rank() > rank:
                raise NotImplementedError(
                    f"first integrals of {list(map(list, fields))}: [v, w] for v = {v}, w = {w} leaves their "
                    f"span; add the bracket to the list and count again"
                )
    return len(theta) - rank
