"""Residue conservation, networks: ψ is what a network with one input and one output computes.

Source      Holomorphic invariants, cffa1f
Variants of Residue conservation
Undefined   How a network of real inputs is a function on ℂ: a formula in max(0, Re z) is holomorphic nowhere, and one
            in tanh continues, with poles that no layer knows of.
Setting     ψ = Σ_i v_i tanh(w_i z + b_i), one hidden layer; S(ψ) the limit of the sum over |z| < R. p_k =
            (iπ(k + ½) − b)/w, k ∈ ℤ, are the poles of v tanh(wz + b).
Refuted by  One network whose residues have a sum, and it is not 0.
Finding     No network here has a sum to conserve: ReLU has no residue, one layer of tanh has infinitely many that do
            not decay, and two layers have singularities that are not isolated. What a layer of tanh has is the
            residue v/w at every pole of a unit.
Corrected   Res(v tanh(wz + b), p_k) = v/w for every k.
"""

from sympy import I, Max, Rational, Symbol, pi, re, symbols, tanh

from theory.exact_residues import exact_residue
from theory.propositions import equal
from theory.residue_tables import plane_residue_sum
from verify import PROVED, UNDEFINED, Page, every, one_of

page = Page(__doc__)
z, v, b = symbols("z v b")
w = Symbol("w", nonzero=True)
k = Symbol("k", integer=True)


def pole(w, b, k):
    """p_k."""
    return (I * pi * (k + Rational(1, 2)) - b) / w


@page.reading("R9", "ReLU", UNDEFINED, net=one_of(Max(0, re(z)), 2 * Max(0, re(3 * z - 1)) - Max(0, re(z))))
def residues_of_relu_sum_to_zero(net):
    """S(ψ) = 0 for ψ = max(0, Re z) and a network of two units: Re z is not holomorphic in any disc."""
    return equal(plane_residue_sum(net, z), 0)


@page.reading("R9tanh", "one hidden layer of tanh", UNDEFINED,
              net=one_of(tanh(z), 3 * tanh(2 * z), 2 * tanh(z) + tanh(2 * z + 1), tanh(z) - tanh(2 * z) / 3))
def residues_of_tanh_sum_to_zero(net):
    """S(ψ) = 0 for ψ = tanh z, 3 tanh 2z, 2 tanh z + tanh(2z + 1), tanh z − tanh(2z)/3."""
    return equal(plane_residue_sum(net, z), 0)


@page.reading("R9nested", "two hidden layers of tanh", UNDEFINED,
              net=one_of(tanh(tanh(z)), tanh(2 * tanh(z)) - tanh(z), tanh(tanh(z) + 1)))
def residues_of_two_layers_sum_to_zero(net):
    """S(ψ) = 0 for ψ = tanh tanh z, tanh(2 tanh z) − tanh z, tanh(1 + tanh z): poles accumulate at iπ/2."""
    return equal(plane_residue_sum(net, z), 0)


def residue_without_the_input_weight(v, w, b, k):
    """Res(v tanh(wz + b), p_k) = v"""
    return equal(exact_residue(v * tanh(w * z + b), z, pole(w, b, k))[2], v)


@page.reading("R9c", "each pole of one unit", PROVED, corrected=True, false_if=residue_without_the_input_weight,
              v=every(v), w=every(w), b=every(b), k=every(k))
def every_pole_of_a_unit_has_one_residue(v, w, b, k):
    """Res(v tanh(wz + b), p_k) = v/w."""
    return equal(exact_residue(v * tanh(w * z + b), z, pole(w, b, k))[2], v / w)
