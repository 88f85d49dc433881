"""Theorem 3, networks: does a network of ReLU or tanh, or a model trained on a signal, keep the sum of its residues?

Source      Holomorphic invariants, 5bcc98
Variants of Theorem 3
Undefined   The residues of a network, see the networks of Residue conservation; and whether a model of another size is
            trained again.
Setting     ψ(z) what the network computes at z; S(ψ) the sum of its residues, for infinitely many poles the limit over
            |z| < R. p = (iπ/2 − b)/w, a pole of v tanh(wz + b). State-space models x′ = Ax + Bu, y = Cx: S = CB.
Refuted by  One network and one scaling under which a residue, or S, changes.
Finding     Networks of ReLU or tanh have no S; a single residue v/w of tanh is divided by s when inputs are
            multiplied by s, and kept by the form. State-space models trained on one signal learn the same S at every
            width: the signal keeps it, not the scaling.
Corrected   Res s v tanh(wsz + b) = v/w at p/s. Trained on an electroencephalogram, S has order 0 in the width.
"""

from sympy import I, Max, Symbol, pi, re, symbols, tanh

from theory.exact_residues import exact_residue
from theory.propositions import equal
from theory.residue_tables import plane_residue_sum
from theory.residues import residue_sum
from theory.state_space import single_state, transfer_function
from verify import PROVED, REFUTED, SUPPORTED, UNDEFINED, Page, every, one_of

page = Page(__doc__)
z, v, b, c, f, g, a = symbols("z v b c f g a")
w, s = symbols("w s", nonzero=True)
n = Symbol("n", integer=True, positive=True)


@page.reading("G1", "ReLU, one unit and two", UNDEFINED, wider=one_of(Max(0, re(z)) + Max(0, re(z - 1))))
def sum_survives_a_second_unit_of_relu(wider):
    """S(max(0, Re z) + max(0, Re z − 1)) = S(max(0, Re z))."""
    return equal(plane_residue_sum(wider, z), plane_residue_sum(Max(0, re(z)), z))


@page.reading("G2", "tanh, one unit and two", UNDEFINED, wider=one_of(tanh(z) + tanh(2 * z), 2 * tanh(z + 1)))
def sum_survives_a_second_unit_of_tanh(wider):
    """S(tanh z + tanh 2z) = S(tanh z), S(2 tanh(z + 1)) = S(tanh z): infinitely many residues, all positive."""
    return equal(plane_residue_sum(wider, z), plane_residue_sum(tanh(z), z))


@page.reading("G3", "tanh, one layer and two", UNDEFINED, deeper=one_of(tanh(tanh(z)), 3 * tanh(2 * tanh(z))))
def sum_survives_a_second_layer(deeper):
    """S(tanh tanh z) = S(tanh z), S(3 tanh(2 tanh z)) = S(tanh z)."""
    return equal(plane_residue_sum(deeper, z), plane_residue_sum(tanh(z), z))


@page.reading("G4", "one unit of tanh, its inputs scaled", REFUTED, v=every(v), w=every(w), b=every(b), s=every(s))
def residue_survives_scaled_inputs(v, w, b, s):
    """Res(v tanh(wsz + b), p/s) = Res(v tanh(wz + b), p)."""
    p = (I * pi / 2 - b) / w
    return equal(exact_residue(v * tanh(w * s * z + b), z, p / s)[2], exact_residue(v * tanh(w * z + b), z, p)[2])


@page.reading("G5", "the same for the form, at the pole p", PROVED, corrected=True, false_if="G4",
              v=every(v), w=every(w), b=every(b), s=every(s))
def residue_survives_as_a_form(v, w, b, s):
    """Res(s v tanh(wsz + b), p/s) = Res(v tanh(wz + b), p)."""
    p = (I * pi / 2 - b) / w
    return equal(exact_residue(s * v * tanh(w * s * z + b), z, p / s)[2], exact_residue(v * tanh(w * z + b), z, p)[2])


@page.reading("G6", "two state-space models of one width", REFUTED, a=every(a), b=every(b), c=every(c), f=every(f),
              g=every(g))
def sum_depends_on_the_width_alone(a, b, c, f, g):
    """S is the same for cb/(z − a) and gf/(z − a)."""
    first, second = (transfer_function(*single_state(a, *pair), z) for pair in ((b, c), (f, g)))
    return equal(residue_sum(first, z), residue_sum(second, z))


@page.reading("G7", "state-space models trained on one signal", SUPPORTED, corrected=True, false_if="G6", n=every(n))
def trained_sum_survives_width(n):
    """S(ψ) ~ n^0 in the number n of states, one-step prediction of an electroencephalogram."""


@trained_sum_survives_width.law(exponent=0, margin=0.1, size="n", sizes=(4, 6, 8, 12, 16, 24, 32, 48), replicas=24)
def sum_of_a_trained_model(size, rng, replicate):
    """S of one stored model, from ψ on a circle around its eigenvalues."""
    from numerics.signal_models import model
    from numerics.state_space import enclosed_residue_sum

    return float(enclosed_residue_sum(model(size, replicate)).value[0, 0])


residue_survives_scaled_inputs.script("""
    from mpmath import exp, mpc, pi, quad, tanh
    from sympy import I, sympify
    v, w, b, s = (mpc(complex(sympify(x))) for x in ({v}, {w}, {b}, {s}))
    def residue(f, p):  # a circle around the pole p, half of the way to the next one
        r = pi/(abs(w)*max(1, abs(s)))/2
        return quad(lambda t: f(p + r*exp(1j*t))*r*exp(1j*t), [0, pi/2, pi, 3*pi/2, 2*pi])/(2*pi)
    p = (1j*pi/2 - b)/w
    before, after = residue(lambda z: v*tanh(w*z + b), p), residue(lambda z: v*tanh(w*s*z + b), p/s)
    print("before", before, "after", after)
    assert abs(before - after) > 1e-6
""")

sum_depends_on_the_width_alone.script("""
    from sympy import *
    z = symbols("z")
    a, b, c, f, g = {a}, {b}, {c}, {f}, {g}
    first, second = residue(c*b/(z - a), z, a), residue(g*f/(z - a), z, a)
    print("S of two models with one state:", first, "and", second)
    assert first != second
""")
