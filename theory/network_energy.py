"""The energy Σ_l E‖∂f/∂w_l‖² of a network at initialisation, and how it scales with width and depth.

Statement
    Let f = W_L φ(W_{L−1} … φ(W_1)) with one input x = 1, hidden width n, one output, W_l = n^(−a_l) w_l, and raw
    weights w_l independent, Gaussian, of variance s n^(−2b_l). Write κ = E φ(g)²/E g² (g standard normal): κ = 1 for
    linear φ, ½ for ReLU. Then, exactly for every n,
        (1)  E‖∂f/∂w_l‖² = κ^(L−1) s^(L−1) n^(−2a_l) Π_{k ≠ l} n_{k,l} n^(−2a_k−2b_k),
             n_{k,l} the width of layer k's output for k < l, of its input for k > l; widths 1, n, …, n, 1;
        (2)  standard a = 0, b = (0, ½, …, ½):          H = (L − 1) n + 1
             NTK a = (0, ½, …, ½), b = 0:               H = L
             muP a = 0, b = (0, ½, …, ½, 1):            H = n + (L − 2) + 1/n
             mean field a = (0, ½, …, ½, 1), b = 0:     H = L/n,         all at κ s = 1 and in raw weights;
        (3)  at κ s ≠ 1 each H is (κ s)^(L−1) times that: exponential in the depth;
        (4)  A n^a + B n^b = n^γ (A + B) for n = 2 and n = 4 forces AB = 0 or a = b;
        (5)  W_l = n^(−θ) w′_l, the same function, multiplies ‖∂f/∂w_l‖² by n^(2a_l−2θ): no γ belongs to a network,
             only Σ_l η_l ‖∂f/∂w_l‖² with learning rates η_l that are rescaled along, η_l ∝ n^(2θ_l), does.
        (6)  L = 2, φ linear, loss (f − y)²/2:  E Σ_l ‖∂loss/∂w_l‖² in closed form.

Hypotheses
    H1  φ is linear or ReLU; φ′(0) = 0 for ReLU.
    H2  x is a number; for x in ℝ^d multiply by ‖x‖²/d and put d for the first width.

Derivation
    (1) for linear φ: independent layers, E‖W_k h‖² = n_k σ_k² ‖h‖². For ReLU: given h ≠ 0, E w wᵀ[w·h > 0] = σ²/2 by
    w → −w, so E φ(Wh)φ(Wh)ᵀ and, from the last layer down, E[δδᵀ | h] = c diag[z > 0] are half of the linear ones; a
    layer that is dead contributes 0 to both sides. (4): the two equations give (A2^a + B2^b)² = (A + B)(A4^a + B4^b),
    whose difference is AB(2^a − 2^b)². (6): Isserlis' theorem.

Reference
    A. Jacot, F. Gabriel, C. Hongler, NeurIPS 2018 (NTK: H is the trace of the tangent kernel); G. Yang, E. Hu, Tensor
    Programs IV (2021): parametrisations by exponents a, b, c. (1) for ReLU: K. He et al., ICCV 2015 (the factor ½).
"""

from dataclasses import dataclass

from sympy import Dummy, Expr, Integer, Poly, Rational, S, Symbol, cancel, expand, fraction, simplify, sympify, together
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal

HALF = Rational(1, 2)


@dataclass(frozen=True)
class Parametrisation:
    """Exponents of the multiplier n^(−a), of the standard deviation n^(−b), of the learning rate n^c, each for the
    first, the hidden and the last layers."""

    name: str
    a: tuple[Expr, Expr, Expr]
    b: tuple[Expr, Expr, Expr]
    rate: tuple[Expr, Expr, Expr]


ZERO, ONE = Integer(0), Integer(1)
STANDARD = Parametrisation("standard", (ZERO, ZERO, ZERO), (ZERO, HALF, HALF), (-ONE, -ONE, -ONE))
NTK = Parametrisation("NTK", (ZERO, HALF, HALF), (ZERO, ZERO, ZERO), (ZERO, ZERO, ZERO))
MUP = Parametrisation("muP", (ZERO, ZERO, ZERO), (ZERO, HALF, ONE), (ONE, ZERO, -ONE))
MEAN_FIELD = Parametrisation("mean field", (ZERO, HALF, ONE), (ZERO, ZERO, ZERO), (ONE, ONE, ONE))
PARAMETRISATIONS = {p.name: p for p in (STANDARD, NTK, MUP, MEAN_FIELD)}
KAPPA = {"linear": ONE, "relu": HALF}


def parametrisation(name: str) -> Parametrisation:
    """The parametrisation of this name; ValueError names those there are."""
    if name not in PARAMETRISATIONS:
        raise ValueError(f"parametrisation {name!r}: unknown; there are {', '.join(PARAMETRISATIONS)}")
    return PARAMETRISATIONS[name]


def _place(l: int, depth: int) -> int:
    return 0 if l == 1 else 2 if l == depth else 1


def layer_energy(p: Parametrisation, l: int, depth: int, n: Expr, gain: Expr | int = 1) -> Expr:
    """(1)  E‖∂f/∂w_l‖², 1 ≤ l ≤ depth, depth ≥ 2; `gain` is κs. ValueError for another layer."""
    if depth < 2 or not 1 <= l <= depth:
        raise ValueError(f"layer {l} of depth {depth}: layers run from 1 to the depth, which is at least 2")
    energy = sympify(gain) ** (depth - 1) * n ** (-2 * p.a[_place(l, depth)])
    for k in range(1, depth + 1):
        if k != l:
            place = _place(k, depth)
            energy *= n ** (1 - 2 * p.a[place] - 2 * p.b[place])
    return simplify(energy)


def energy(p: Parametrisation, depth: int, n: Expr, gain: Expr | int = 1, rates: bool = False) -> Expr:
    """Σ_l E‖∂f/∂w_l‖², each times its learning rate n^c if `rates`."""
    weights = (n ** p.rate[_place(l, depth)] if rates else S.One for l in range(1, depth + 1))
    return expand(sum((w * layer_energy(p, l, depth, n, gain) for l, w in enumerate(weights, 1)), S.Zero))


def energy_at_depth(p: Parametrisation, depth: Expr, n: Expr, gain: Expr | int = 1) -> Expr:
    """(2)  The same for a symbolic depth ≥ 3: the hidden layers are alike."""
    first, hidden, last = (layer_energy(p, l, 3, n) for l in (1, 2, 3))
    growth = n ** (1 - 2 * p.a[1] - 2 * p.b[1])  # of each further hidden layer, 1 in all four
    if simplify(growth - 1) != 0:
        raise NotImplementedError(f"{p.name}: signals grow by {growth} a layer, so the depth is an exponent; fix it")
    return expand(sympify(gain) ** (depth - 1) * (first + (depth - 2) * hidden + last))


def exponent(value: Expr, n: Symbol) -> Expr:
    """γ with value ~ C n^γ as n → ∞, for a value rational in √n: difference of degrees, other symbols generic.

    Raises NotImplementedError for a value that is not rational in √n.
    """
    root = Dummy(positive=True)
    parts = fraction(cancel(together(sympify(value).subs(n, root**2))))
    if not all(part.is_polynomial(root) for part in parts):
        raise NotImplementedError(f"{value}: not rational in the square root of {n}, so no exponent is read off")
    above, below = (Poly(part, root).degree() for part in parts)
    return Rational(above - below, 2)


def reparametrised(p: Parametrisation, theta: tuple[Expr, Expr, Expr]) -> Parametrisation:
    """(5)  Multipliers n^(−θ) in place of n^(−a), standard deviations to match: the same random functions."""
    b = tuple(a + b - t for a, b, t in zip(p.a, p.b, theta, strict=True))
    rate = tuple(c + 2 * (t - a) for a, c, t in zip(p.a, p.rate, theta, strict=True))
    return Parametrisation(f"{p.name}, rescaled", theta, b, rate)


def two_layer_loss_energy(p: Parametrisation, n: Expr, y: Expr) -> Expr:
    """(6)  E[(f − y)² Σ_l ‖∂f/∂w_l‖²],  f = Σ v_i u_i n^(−a₁−a₂), linear."""
    (a1, _, a2), (b1, _, b2) = p.a, p.b
    multiplier, u, v = n ** (-2 * a1 - 2 * a2), n ** (-2 * b1), n ** (-2 * b2)  # squares of scale, variances
    fourth = n**2 + 2 * n  # E‖g‖⁴ for n standard normals
    square = multiplier**2 * (u**2 * fourth * v + v**2 * fourth * u)  # E f² (‖u‖² + ‖v‖²)
    return expand(simplify(square + y**2 * multiplier * n * (u + v)))


def is_a_power(A: Expr, B: Expr, a: Expr, b: Expr, base: Expr | int = 2) -> Boolean:
    """(4)  H(n) = n^γ H(1) at n = base and base² for one γ, H = A n^a + B n^b:  H(base)² = H(1) H(base²)."""
    one, two, four = (A * sympify(base) ** (k * a) + B * sympify(base) ** (k * b) for k in (0, 1, 2))
    return equal(expand(two**2), expand(one * four))


def two_powers_are_one_only_if_equal(A: Expr, B: Expr, a: Expr, b: Expr) -> Boolean:
    """(4)  H(1) H(4) − H(2)² = AB (2^a − 2^b)²."""
    one, two, four = (A * 2 ** (k * a) + B * 2 ** (k * b) for k in (0, 1, 2))
    return equal(expand(one * four - two**2), expand(A * B * (2**a - 2**b) ** 2))


def printed_energy(n: Expr) -> Expr:
    """Undefined: Σ_l [‖∇_l‖² + V(φ_l)] as printed."""
    raise Undefined(
        f"H[S_{n}(M)]",
        "nothing says of what ∇_l is the gradient and with respect to what, which V is meant, whether the model is "
        "trained, or in which parametrisation; each changes the exponent",
    )
