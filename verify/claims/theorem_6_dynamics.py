"""Theorem 6, other dynamics and architectures: momentum, Newton's equation, the sign of the gradient, attention.

Source      Conservation laws, 7baf84
Variants of Theorem 6
Setting     f = w₂w₁x, Q = w₂² − w₁², L = F(w₁w₂). Heavy ball θ″ + γθ′ = −∇L, from any state (θ, v). Sign flow
            θ′ = −sgn ∇L. Counts N = D − rank Lie are those of small instances, exact modulo 2⁶¹ − 1.
Refuted by  One state, one loss with a rate that is not 0; one instance with another count.
Finding     With momentum the balanced laws are lost, and only rotations survive, weighted by e^{γt}. Scalings are no
            symmetry of the kinetic energy. Two layers with tanh or GELU conserve nothing for all losses.
Corrected   Heavy ball: e^{γt}(⟨u₁, u₂′⟩ − ⟨u₁′, u₂⟩ + the same in v) for linear layers; sign flow: |w₁| − |w₂|;
            attention: QQᵀ − KKᵀ and VVᵀ − OOᵀ for each head, fewer with rotary positions.
"""

from functools import cache

from sympy import Function, Integer, diff, exp, sign, symbols

from theory.conservation.architectures import attention, dense, one_matrix_residual, residual, scores
from theory.conservation.counting import conserved_count
from theory.jets import field
from theory.noether import Lagrangian, current_is_conserved, printed_divergence
from theory.propositions import equal
from verify import PROVED, REFUTED, Page, every, one_of

page = Page(__doc__)
t = symbols("t", real=True)
w1, w2, v1, v2, s, gamma = symbols("w1 w2 v1 v2 s gamma", real=True)
a, b = symbols("a b", real=True, nonzero=True)
F = Function("F")
u1, u2, z1, z2 = states = tuple(field(name, t) for name in ("u1", "u2", "z1", "z2"))
COUNTS = {"one head": 2, "two heads": 4, "two queries, one key": 2, "key bias": 3, "weights alone": 3,
          "rotary weights alone": 1}
BLOCKS = {"two blocks x + U relu(Vx)": 4, "one block": 2, "two blocks x + relu(Wx)": 0}


@page.reading("T8", "momentum, corrected weights", REFUTED, w1=every(w1), w2=every(w2), v1=every(v1), v2=every(v2))
def momentum_conserves_the_balance(w1, w2, v1, v2):
    """dQ/dt = 2(w₂v₂ − w₁v₁) = 0 at every state."""
    return equal(2 * (w2 * v2 - w1 * v1), 0)


momentum_conserves_the_balance.script("""
    w, v, dt = [{w1}, {w2}], [{v1}, {v2}], 1e-6
    start = w[1] ** 2 - w[0] ** 2  # no loss is needed: the balls roll on
    w = [x + dt * y for x, y in zip(w, v)]
    rate = (w[1] ** 2 - w[0] ** 2 - start) / dt
    print("dQ/dt =", rate)
    assert abs(rate) > 1e-3
""")


@page.reading("T8c", "momentum, rotations of linear layers", PROVED, corrected=True, false_if="T8")
def momentum_conserves_the_weighted_rotation():
    """d/dt e^{γt}(u₁u₂′ − u₂u₁′ + z₁z₂′ − z₂z₁′) = 0 for f = u₁z₁ + u₂z₂ and any loss F(f)."""
    kinetic = sum(diff(x, t) ** 2 for x in states) / 2
    damped = Lagrangian(exp(gamma * t) * (kinetic - F(u1 * z1 + u2 * z2)), (t,), states)
    return current_is_conserved(damped, (-u2, u1, -z2, z1))


@page.reading("T9", "Newton's equation, the scaling as printed", REFUTED, v1=every(v1), v2=every(v2))
def scaling_current_is_conserved(v1, v2):
    """d/dt (w₁w₁′ − w₂w₂′) = 0 on w″ = −∇F(w₁w₂), at the velocities (v₁, v₂).    It is w₁′² − w₂′²."""
    newton = Lagrangian((diff(u1, t) ** 2 + diff(u2, t) ** 2) / 2 - F(u1 * u2), (t,), (u1, u2))
    rate = printed_divergence(newton, (u1, -u2))
    return equal(rate.subs({diff(u1, t): v1, diff(u2, t): v2}), 0)


scaling_current_is_conserved.script("""
    from sympy import Function, diff, simplify, symbols
    t, F = symbols("t"), Function("F")
    x, y = Function("x")(t), Function("y")(t)
    p = symbols("p")
    force = diff(F(p), p).subs(p, x * y)
    rate = diff(x * diff(x, t) - y * diff(y, t), t).subs({diff(x, t, 2): -y * force, diff(y, t, 2): -x * force})
    rate = simplify(rate).subs({diff(x, t): {v1}, diff(y, t): {v2}})
    print("d/dt of the printed current =", rate)
    assert rate != 0
""")


@page.reading("T13", "the sign of the gradient, corrected weights", REFUTED, a=every(a), b=every(b))
def sign_flow_conserves_the_balance(a, b):
    """d/dt (w₂² − w₁²) = 0 on θ′ = −sgn ∇L,  L = w₁w₂, at w = (a, b)."""
    return equal(-2 * b * sign(a) + 2 * a * sign(b), 0)


sign_flow_conserves_the_balance.script("""
    from sympy import sign
    a, b = {a}, {b}
    rate = 2 * b * -sign(a) - 2 * a * -sign(b)  # L = w1 w2 has the gradient (w2, w1)
    print("d/dt (w2^2 - w1^2) =", rate)
    assert rate != 0
""")


@page.reading("T13c", "the sign of the gradient, absolute values of two weights", PROVED, corrected=True,
              false_if="T13", a=every(a), b=every(b), s=every(s))
def sign_flow_conserves_absolute_values(a, b, s):
    """d/dt (|w₁| − |w₂|) = 0 on θ′ = −sgn ∇L,  ∇L = s(w₂, w₁), s = L′(w₁w₂), at w = (a, b);  |w|′ = sgn(w) w′."""
    first, second = -sign(s) * sign(b), -sign(s) * sign(a)
    return equal(sign(a) * first, sign(b) * second)


@cache
def number(model):
    return Integer({
        "tanh": lambda: conserved_count(dense((2, 2, 1), "tanh")).upper,
        "gelu": lambda: conserved_count(dense((2, 2, 1), "gelu")).upper,
        "relu": lambda: conserved_count(dense((2, 2, 1), "relu")).upper,
        "one head": lambda: conserved_count(attention(2, 1)).upper,
        "two heads": lambda: conserved_count(attention(2, 1, heads=2)).upper,
        "two queries, one key": lambda: conserved_count(attention(2, 1, heads=2, shared=2)).upper,
        "key bias": lambda: conserved_count(attention(2, 1, key_bias=True)).upper,
        "one block": lambda: conserved_count(residual(2, 2)).upper,
        "two blocks x + U relu(Vx)": lambda: conserved_count(residual(2, 2, 2)).upper,
        "two blocks x + relu(Wx)": lambda: conserved_count(one_matrix_residual(2, 2, "relu")).upper,
        "weights alone": lambda: conserved_count(scores(2, 2)).upper,
        "rotary weights alone": lambda: conserved_count(scores(2, 2, rotary=True)).upper,
    }[model]())


def relu_has_none(phi):
    """for ReLU as well"""
    return equal(number("relu"), 0)


@page.reading("T5n", "tanh and GELU, two layers, anything at all", PROVED, false_if=relu_has_none, phi=one_of("tanh",
              "gelu"))
def smooth_networks_conserve_nothing(phi):
    """N = 0: fields and brackets span all directions, [2, 2, 1] network.    A full rank modulo p is a full rank."""
    return equal(number(phi), 0)


def three_everywhere(kind):
    """three in each"""
    return equal(number(kind), 3)


@page.reading("T12", "attention, small heads", PROVED, false_if=three_everywhere, kind=one_of(*COUNTS))
def attention_has_its_laws(kind):
    """N = 2 for each head of width 1, 2 for two that share K and V, 1 more for a key bias; 3 for softmax(KX·QX) of
    width 2, QQᵀ − KKᵀ, and 1 of these with rotary positions."""
    return equal(number(kind), COUNTS[kind])


def blocks_share_a_law(kind):
    """one law more than its blocks"""
    return equal(number(kind), BLOCKS[kind] + 1)


@page.reading("T11n", "residual blocks of width 2", PROVED, false_if=blocks_share_a_law, kind=one_of(*BLOCKS))
def laws_stay_within_a_block(kind):
    """N = 2 for x + U relu(Vx), 2 wide; 4 for two such blocks, none across; 0 for two blocks x + relu(Wx)."""
    return equal(number(kind), BLOCKS[kind])
