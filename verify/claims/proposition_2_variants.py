"""Proposition 2, variants: each parametrisation to the letter, the depth, both together, trained models, the loss.

Source      Conservation laws, 9d7dc3
Variants of Proposition 2
Setting     E H = Σ_l E‖∂f/∂w_l‖² at the start, L layers of width n; P = (L − 2)n² + 2n parameters, L ≥ 3 fixed.
            Depth: hidden layers alike, κs the gain of a layer. (P10): L = 2, linear, loss (f − y)²/2.
Refuted by  One n (or L) with E H(2n)² ≠ E H(n) E H(4n).
Finding     NTK and mean field are powers of the width exactly; standard and muP are not. In the depth E H is
            exponential unless κs = 1. At an interpolating minimum the claim says 0 = 0. For the loss, γ needs y ≠ 0.
Corrected   With depth and width together, E H ~ P^(2/3) (standard), P^(1/3) (NTK); with fixed depth L ≥ 3 P^(γ/2).
"""

from sympy import Eq, Ne, Rational, symbols

from theory.network_energy import energy, energy_at_depth, exponent, parametrisation, two_layer_loss_energy
from theory.propositions import equal
from verify import PROVED, REFUTED, TRIVIAL, Page, every, naturals, one_of

page = Page(__doc__)
n, m = symbols("n m", integer=True, positive=True)
N, s = symbols("N s", positive=True)
h, gamma, y = symbols("h gamma y", real=True)
GAMMA = {"standard": 1, "NTK": 0, "muP": 1, "mean field": -1}


def letter(name, n):
    return equal(energy(parametrisation(name), 3, n), n ** GAMMA[name] * energy(parametrisation(name), 3, 1))


@page.reading("P3", "NTK and mean field, to the letter", PROVED, false_if="P4", n=every(n),
              name=one_of("NTK", "mean field"))
def energy_is_a_power(name, n):
    """E H(n) = n^γ E H(1),  E H = 3 and 3/n, for ReLU as well."""
    return letter(name, n)


@page.reading("P4", "standard and muP, to the letter", REFUTED, name=one_of("standard", "muP"), n=naturals(2))
def energy_is_not_a_power(name, n):
    """E H(n) = n^γ E H(1),  E H = 2n + 1 and n + 1 + 1/n."""
    return letter(name, n)


energy_is_not_a_power.script("""
    from sympy import Rational
    n, name = {n}, "{name}"
    H = dict(standard=lambda n: 2 * n + 1, muP=lambda n: n + 1 + Rational(1, n))[name]
    print("E H(n) =", H(n), " n^gamma E H(1) =", n * H(1))
    assert H(n) != n * H(1)
""")


def not_half(name):
    """by P^γ"""
    return equal(exponent_in_the_count(name), GAMMA[name])


def exponent_in_the_count(name):
    """Of E H in P = n² + 2n: degrees of both in n."""
    return exponent(energy(parametrisation(name), 3, N), N) / exponent(N**2 + 2 * N, N)


@page.reading("P5n", "in the parameter count, fixed depth", PROVED, false_if=not_half, name=one_of(*GAMMA))
def exponent_in_the_count_is_half(name):
    """E H ~ C P^(γ/2),  P = n² + 2n, L = 3."""
    return equal(exponent_in_the_count(name), Rational(GAMMA[name], 2))


@page.reading("P7", "the depth is scaled", PROVED, name=one_of(*GAMMA), s=every(s), m=every(m),
              given={"κs = 1": Eq(s, 1)})
def energy_is_of_first_order_in_the_depth(name, s, m):
    """E H(m + 3) − E H(m + 2) = E H(4) − E H(3),  m hidden layers, n = 2: linear in the depth.    Else by (κs)^L."""
    p = parametrisation(name)
    step = energy_at_depth(p, m + 3, 2, s) - energy_at_depth(p, m + 2, 2, s)
    return equal(step, energy_at_depth(p, 4, 2, 1) - energy_at_depth(p, 3, 2, 1))


def width_alone(name):
    """by P^(γ/2), as at fixed depth"""
    return equal(exponent(energy_at_depth(parametrisation(name), N, N), N) / 3, Rational(GAMMA[name], 2))


@page.reading("P8", "depth and width together", PROVED, corrected=True, false_if=width_alone, name=one_of(*GAMMA))
def exponent_with_depth_and_width(name):
    """E H ~ C P^c,  c = 2/3 (standard), 1/3 (NTK), 1/3 (muP), 0 (mean field);  L = n, P ~ n³."""
    thirds = {"standard": 2, "NTK": 1, "muP": 1, "mean field": 0}
    return equal(exponent(energy_at_depth(parametrisation(name), N, N), N) / 3, Rational(thirds[name], 3))


def another_exponent(h, n, gamma):
    """H[S_n M] = n^(γ+1) H[M]"""
    return equal(h, n ** (gamma + 1) * h)


@page.reading("P9", "at an interpolating minimum, V = 0", TRIVIAL, given={"∇ loss = 0": Eq(h, 0)}, h=every(h),
              n=every(n), gamma=every(gamma), false_if=another_exponent)
def minimum_has_every_exponent(h, n, gamma):
    """H[S_n M] = n^γ H[M],  both energies of the loss gradient being h = 0."""
    return equal(h, n**gamma * h)


@page.reading("P10", "the gradient of the loss, L = 2", PROVED, name=one_of(*GAMMA), y=every(y), given={"y ≠ 0": Ne(y,
              0)})
def loss_energy_has_the_exponent(name, y):
    """E Σ_l ‖∂loss/∂w_l‖² ~ C n^γ, γ that of f,  L = 2.    At y = 0 muP has 0 for 1, mean field −2 for −1."""
    return equal(exponent(two_layer_loss_energy(parametrisation(name), N, y), N), GAMMA[name])
