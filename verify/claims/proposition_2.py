"""Proposition 2: the Hamiltonian H = Σ_l [‖∇_l‖² + V(φ_l)] of a model obeys H[S_n(M)] = n^γ H[M].

Source      Conservation laws, 9d7dc3
Undefined   ∇_l: of f or of the loss, with respect to W_l or φ_l? V. γ: the dynamical exponent is that of a time,
            τ ~ ξ^z, not of an energy. Model at the start or trained? Its parametrisation? n: width or parameters?
Setting     V = 0, ∇_l = ∂f/∂w_l in raw weights, E over a Gaussian start, one input 1, one output, L layers of width n:
            W_l = n^(−a_l) w_l, w_l of standard deviation n^(−b_l), κs = 1, as in theory.network_energy.
Refuted by  Two terms of different exponents in one H; one n with E H(2n) E H(n/2) ≠ (E H(n))².
Finding     As printed H is not defined. Two terms with different exponents are no power. With V = 0 at the start
            E H is exact, for ReLU too, and its leading exponent is that of the parametrisation, not of the model.
Corrected   E Σ_l ‖∂f/∂w_l‖² ~ n^γ in the width: γ = 1 standard and muP, 0 NTK, −1 mean field; half of it in the
            parameter count, which is n² + 2n at L = 3 (at L = 2 it is 2n). Weighted by learning rates,
            Σ_l η_l ‖∂f/∂w_l‖² has γ = 0 in all four.
"""

from sympy import Eq, Rational, symbols

from theory.network_energy import (
    energy,
    exponent,
    is_a_power,
    parametrisation,
    printed_energy,
    reparametrised,
)
from theory.propositions import equal
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals, one_of

page = Page(__doc__)
n, m = symbols("n m", integer=True, positive=True)
A, B = symbols("A B", positive=True)
a, b = symbols("a b", real=True)
theta = symbols("theta", real=True)
N = symbols("N", positive=True)
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
GAMMA = {"standard": 1, "NTK": 0, "muP": 1, "mean field": -1}


def expected_energy(name, width, depth=3):
    return energy(parametrisation(name), depth, width)


@page.reading("P0", "as printed", UNDEFINED, printed=True, n=naturals(2))
def printed_energy_is_a_power(n):
    """H[S_n(M)] = n^γ H[M] for some γ."""
    return equal(printed_energy(n), 1)


@page.reading("P1", "two terms, one exponent", REFUTED, printed=True, A=every(A), B=every(B), a=naturals(0),
              b=naturals(0))
def two_powers_are_one(A, B, a, b):
    """H(2)² = H(1) H(4),  H(n) = A n^a + B n^b: what n^γ H(1) gives at n = 2, 4 whatever γ is."""
    return is_a_power(A, B, a, b)


two_powers_are_one.script("""
    from sympy import S, log
    A, B, a, b = S("{A}"), S("{B}"), {a}, {b}
    H = lambda n: A * S(n) ** a + B * S(n) ** b
    print("gamma from n = 2:", log(H(2) / H(1), 2).evalf(6), " from n = 4:", log(H(4) / H(1), 4).evalf(6))
    assert H(2) ** 2 != H(1) * H(4)
""")


@page.reading("P1c", "two terms of one exponent", PROVED, A=every(A), B=every(B), a=every(a), b=every(b),
              given={"a = b": Eq(a, b)})
def equal_powers_are_one(A, B, a, b):
    """H(2)² = H(1) H(4) if a = b; the difference is AB(2^a − 2^b)²."""
    return is_a_power(A, B, a, b)


@page.reading("P2", "standard parametrisation, to the letter", REFUTED, n=naturals(1))
def standard_energy_is_a_power(n):
    """E H(2n)² = E H(n) E H(4n),  E H = 2n + 1, L = 3."""
    one, two, four = (expected_energy("standard", k * n) for k in (1, 2, 4))
    return equal(two**2, one * four)


standard_energy_is_a_power.script("""
    import numpy as np
    rng, draws = np.random.default_rng(0), 400000
    def H(n):  # f = v.T W u, variance 1/fan-in; mean and standard error of the squared gradients
        u, W = rng.standard_normal((draws, n, 1)), rng.standard_normal((draws, n, n)) / n**0.5
        v = rng.standard_normal((draws, 1, n)) / n**0.5
        back, ahead = v @ W, W @ u
        E = (back**2).sum((1, 2)) + (v**2).sum((1, 2)) * (u**2).sum((1, 2)) + (ahead**2).sum((1, 2))
        return E.mean(), E.std() / draws**0.5
    (h1, e1), (h2, e2), (h4, e4) = H({n}), H(2 * {n}), H(4 * {n})
    print("H(2n)^2 - H(n) H(4n) =", h2**2 - h1 * h4, "+-", 2 * h2 * e2 + h1 * e4 + h4 * e1)
    assert abs(h2**2 - h1 * h4) > 3 * (2 * h2 * e2 + h1 * e4 + h4 * e1)
""")


def one_exponent_for_all(name):
    """γ = 1 in every parametrisation"""
    return equal(exponent(expected_energy(name, N), N), 1)


@page.reading("P5", "the leading exponent", PROVED, corrected=True, false_if=one_exponent_for_all, name=one_of(*GAMMA))
def energy_has_the_exponent_of_its_parametrisation(name):
    """E H ~ C n^γ,  γ = 1 (standard), 0 (NTK), 1 (muP), −1 (mean field);  L = 3, φ linear or ReLU."""
    return equal(exponent(expected_energy(name, N), N), GAMMA[name])


@energy_has_the_exponent_of_its_parametrisation.law(exponent=lambda name: GAMMA[name], margin=0.1, size="width",
                                                    sizes=WIDTHS)
def energy_of_a_network(size, rng, draws, name):
    """Σ_l ‖∂f/∂w_l‖² of torch networks with three layers and ReLU."""
    from numerics.network_energy import energies

    return energies(parametrisation(name), size, rng, draws, 3, "relu").sum(axis=1)


@page.reading("P6", "the same functions, rescaled", REFUTED, name=one_of(*GAMMA), theta=one_of(Rational(1, 2), 1))
def energy_does_not_depend_on_the_parametrisation(name, theta):
    """γ stays when every w_l is written n^(−θ) w′_l: the same functions, trained alike with rescaled rates."""
    p = parametrisation(name)
    again = reparametrised(p, tuple(x + theta for x in p.a))
    return equal(exponent(energy(again, 3, N), N), exponent(energy(p, 3, N), N))


energy_does_not_depend_on_the_parametrisation.script("""
    from sympy import Rational, log, symbols
    n, theta = symbols("n", positive=True), Rational("{theta}")
    known = {"standard": (1, n, n), "NTK": (1, 1, 1), "muP": (1 / n, 1, n), "mean field": (1 / n,) * 3}
    layers = known["{name}"]
    # w = n^-theta w': the gradient with respect to w' is n^-theta times that with respect to w
    plain, rescaled = sum(layers), sum(n ** (-2 * theta) * e for e in layers)
    gamma = lambda H: log((H.subs(n, 10**9) / H.subs(n, 10**8)), 10).evalf()
    print("gamma =", gamma(plain + 0 * n), "and", gamma(rescaled + 0 * n), "for the same functions")
    assert abs(gamma(plain + 0 * n) - gamma(rescaled + 0 * n)) > 0.9 * 2 * theta
""")


def unweighted(name, theta):
    """without the rates, at θ = 1, γ = 0"""
    p = parametrisation(name)
    return equal(exponent(energy(reparametrised(p, tuple(x + 1 for x in p.a)), 3, N), N), 0)


@page.reading("P6c", "weighted by the learning rates", PROVED, corrected=True, false_if=unweighted, name=one_of(*GAMMA),
              theta=one_of(0, Rational(1, 2), 1))
def weighted_energy_does_not_depend_on_the_parametrisation(name, theta):
    """Σ_l η_l E‖∂f/∂w_l‖² ~ C n^0, in every parametrisation and after rescaling each layer by n^θ."""
    p = parametrisation(name)
    again = reparametrised(p, tuple(x + theta for x in p.a))
    return equal(exponent(energy(again, 3, N, rates=True), N), 0)


@weighted_energy_does_not_depend_on_the_parametrisation.law(exponent=0, margin=0.1, size="width", sizes=WIDTHS)
def weighted_energy_of_a_network(size, rng, draws, name):
    """Σ_l η_l ‖∂f/∂w_l‖² of torch networks with three layers."""
    from numerics.network_energy import energies

    return energies(parametrisation(name), size, rng, draws, rates=True).sum(axis=1)
