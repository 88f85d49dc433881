"""Noether current: a transformation that leaves the Lagrangian unchanged has the current J^μ = ∂L/∂(∂_μφ) · X[φ],
which is conserved.

Source      Conservation laws, 90d8f2
Undefined   "Lagrangian" for a network: of which coordinates x^μ, if L is the training loss? "Invariance": δ𝓛 = 0, or
            up to a divergence ∂_μK^μ, as for every motion of space and time?
Setting     𝓛(x, φ, ∂φ) of first order, E = ∂𝓛/∂φ − ∂_μπ^μ, π^μ = ∂𝓛/∂(∂_μφ), δ𝓛 = X ∂𝓛/∂φ + π^μ ∂_μX. One particle:
            𝓛 = q′²/2 − s q²/2, X = a q′ + b t + c, on the path q = t (s = 0), q = cos t (s = 1), at t = π/4.
Refuted by  One 𝓛, one X with δ𝓛 = ∂_μK^μ, one solution along which π^μX is not conserved.
Finding     True where δ𝓛 = 0, for any 𝓛 and X. False for symmetries up to a divergence: boosts, time, dilations.
            Undefined for a training loss; gradient flow is the Euler–Lagrange equation of nothing as it stands.
Corrected   J^μ = π^μX − K^μ where δ𝓛 = ∂_μK^μ; for heavy-ball training J = e^{γt}⟨θ′, Aθ⟩, A antisymmetric.
"""

from functools import cache

from sympy import And, Function, Rational, cos, diff, exp, pi, symbols

from theory.jets import field
from theory.noether import (
    Lagrangian,
    current_divergence,
    current_is_conserved,
    dilation,
    printed_current,
    printed_current_misses_the_variation,
    printed_divergence,
    symmetry,
    translation,
)
from theory.propositions import equal
from theory.variational_equations import current_of_a_loss, gradient_flow, heavy_ball, helmholtz_defects
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals, one_of

page = Page(__doc__)
t, x, y, z = axes = symbols("t x y z", real=True)
u, lam, gamma, theta1, theta2 = symbols("u lambda gamma theta1 theta2", real=True)
F, G = Function("F"), Function("G")
q, phi = field("q", t), field("phi", t, x)
anything = Lagrangian(F(t, x, phi, diff(phi, t), diff(phi, x)), (t, x), (phi,))
uniform = Lagrangian(F(phi, diff(phi, t), diff(phi, x)), (t, x), (phi,))


def particle(s):
    return Lagrangian(diff(q, t) ** 2 / 2 - s * q**2 / 2, (t,), (q,))


def motion(a, b, c):
    return (a * diff(q, t) + b * t + c,)


def is_a_symmetry(s, a, b, c):
    """δ𝓛 is 0 or a total derivative"""
    return symmetry(particle(s), motion(a, b, c)).kind != "none"


@page.reading("N1", "δ𝓛 = 0, any 𝓛 and X", PROVED, printed=True, false_if="N2")
def printed_current_moves_by_the_variation():
    """∂_μ(π^μX) + X E = δ𝓛 for 𝓛 = F(t, x, φ, ∂_tφ, ∂_xφ), X = G(t, x, φ); so it is conserved where δ𝓛 = 0."""
    return printed_current_misses_the_variation(anything, [G(t, x, phi)])


@page.reading("N5", "L is the training loss", UNDEFINED, printed=True, c=every(symbols("c", positive=True)))
def a_loss_has_a_current(c):
    """∂_μJ^μ = 0,  J^μ = ∂L/∂(∂_μθ) X,  L = (θ₁θ₂ − 1)²,  X = c (θ₁, −θ₂)."""
    return equal(current_of_a_loss((theta1 * theta2 - 1) ** 2, (theta1, theta2), (c * theta1, -c * theta2)), 0)


@page.reading("N2", "a symmetry up to a divergence", REFUTED, s=one_of(0, 1), a=naturals(0), b=naturals(0),
              c=naturals(0), given={"X is a symmetry": is_a_symmetry})
def printed_current_is_conserved(s, a, b, c):
    """d/dt (q′X) = 0 along the path, at t = π/4."""
    path = (t, cos(t))[int(s)]
    return equal(printed_divergence(particle(s), motion(a, b, c)).subs(q, path).doit().subs(t, pi / 4), 0)


printed_current_is_conserved.script("""
    from sympy import cos, diff, pi, symbols
    t = symbols("t")
    q = (t, cos(t))[{s}]  # solves q'' = -s q
    assert diff(q, t, 2) == -{s} * q
    X = {a} * diff(q, t) + {b} * t + {c}  # a boost, or a translation of time or space
    rate = diff(diff(q, t) * X, t).subs(t, pi / 4)
    print("d/dt of the printed current is", rate)
    assert rate != 0
""")


@page.reading("N2c", "a motion of time, with its K, any 𝓛", PROVED, corrected=True, false_if="N2")
def corrected_current_is_conserved():
    """∂_μ(π^μX − K^μ) + X E = 0,  X = ∂_tφ, K = (𝓛, 0), 𝓛 = F(φ, ∂_tφ, ∂_xφ); and X = t, K = q for a free particle."""
    free = current_is_conserved(particle(0), (t,))
    return And(current_is_conserved(uniform, translation(uniform, 0)), free, evaluate=False)


@page.reading("N3", "a translation in space, as printed", REFUTED, k=naturals(1))
def printed_momentum_is_conserved(k):
    """∂_μ(π^μ ∂_xφ) = 0,  𝓛 = ((∂_tφ)² − (∂_xφ)² − φ²)/2,  φ = cos(ωt − kx), ω² = k² + 1, at t = 0, x = π/(4k)."""
    klein_gordon = Lagrangian((diff(phi, t) ** 2 - diff(phi, x) ** 2 - phi**2) / 2, (t, x), (phi,))
    rate = printed_divergence(klein_gordon, translation(klein_gordon, 1))
    wave = cos((k**2 + 1) ** Rational(1, 2) * t - k * x)
    return equal(rate.subs(phi, wave).doit().subs({t: 0, x: pi / (4 * k)}), 0)


printed_momentum_is_conserved.script("""
    from sympy import cos, diff, pi, sqrt, symbols
    t, x = symbols("t x")
    k = {k}
    f = cos(sqrt(k**2 + 1) * t - k * x)
    assert (diff(f, t, 2) - diff(f, x, 2) + f).expand() == 0
    J = diff(f, t) * diff(f, x), -diff(f, x) * diff(f, x)
    rate = (diff(J[0], t) + diff(J[1], x)).subs({t: 0, x: pi / (4 * k)})
    print("the printed current has the divergence", rate)
    assert rate != 0
""")


def four_dimensions(d):
    return d == 4


def no_mass(m):
    return m == 0


@cache
def broken_dilation(d, m):
    """∂_μ(π^μX + x^μ𝓛) + X E, X = −(x^μ∂_μ + (d − 2)/2)φ, at φ = u."""
    f = field("phi", *axes[:d])
    kinetic = diff(f, t) ** 2 - sum(diff(f, c) ** 2 for c in axes[1:d])
    scalar = Lagrangian(kinetic / 2 - m * f**2 / 2 - lam * f**4 / 24, axes[:d], (f,))
    change = dilation(scalar, Rational(d - 2, 2))
    current = [p + c * scalar.density for p, c in zip(printed_current(scalar, change), axes, strict=False)]
    return current_divergence(scalar, change, current).subs(f, u)


@page.reading("N4", "the dilation of φ⁴", PROVED, d=one_of(2, 3, 4), m=one_of(0, 1), u=every(u),
              given={"d = 4": four_dimensions, "m = 0": no_mass})
def dilation_is_a_symmetry(d, m, u):
    """∂_μ(π^μX + x^μ𝓛) + X E = 0,  V = mφ²/2 + λφ⁴/24,  K = −x𝓛, at φ = u.    Else −mu² + (d − 4)λu⁴/24."""
    return equal(broken_dilation(int(d), int(m)).subs(symbols("u", real=True), u), 0)


theta = field("theta1", t), field("theta2", t)


@page.reading("N5a", "gradient flow comes from a Lagrangian", REFUTED, w=every(lam))
def gradient_flow_is_variational(w):
    """Helmholtz: A₁ᵀ + A₁ = 0 in its first entry, for θ′ + ∇L, L = w(θ₁² + θ₂²)/2, as it stands."""
    equations = gradient_flow(t, theta, w * (theta[0] ** 2 + theta[1] ** 2) / 2)
    return equal(helmholtz_defects(t, theta, equations)[1][0, 0], 0)


gradient_flow_is_variational.script("""
    from sympy import Matrix, symbols
    v1, v2, q1, q2, w = symbols("v1 v2 q1 q2 w")
    flow = Matrix([v1 + w * q1, v2 + w * q2])  # theta' + grad L
    A1 = flow.jacobian([v1, v2])
    print("A1^T + A1 =", (A1.T + A1).tolist(), "and an Euler-Lagrange expression of first order has 0")
    assert A1.T != -A1
""")


@page.reading("N5b", "a rotation, in heavy-ball training", PROVED, corrected=True, false_if="N2")
def heavy_ball_conserves_angular_momentum():
    """d/dt e^{γt}(θ₁θ₂′ − θ₂θ₁′) = 0 on θ″ + γθ′ + ∇L = 0, for any loss L = F(θ₁² + θ₂²)."""
    loss = F(theta[0] ** 2 + theta[1] ** 2)
    kinetic = (diff(theta[0], t) ** 2 + diff(theta[1], t) ** 2) / 2
    damped = Lagrangian(exp(gamma * t) * (kinetic - loss), (t,), theta)
    moved = zip(damped.motion(), heavy_ball(t, theta, loss, gamma), strict=True)
    same = [equal((e + exp(gamma * t) * h).doit().expand(), 0) for e, h in moved]
    return And(current_is_conserved(damped, (-theta[1], theta[0])), *same, evaluate=False)
