"""Definition 1, variants: rounded widths, and the growth of the width.

Source      Formal framework, f99c78
Variants of  Definition 1
Undefined   How a width is rounded; which growth of width or depth "n times the parameters" stands for.
Setting     P(w) parameters at width w; n, m scale factors; ½ − a, ½ − b, ½ − e errors of the three roundings.
Refuted by  One w, n and m with S_n S_m w ≠ S_nm w.
Finding     Rounded widths fail to compose at the smallest case there is, w = 1 and n = m = 2, whichever
            way ties are rounded: √n w is never a tie.
Corrected   |S_n S_m w − S_nm w| ≤ √n/2 + 1: scalings of rounded widths compose up to O(1/w). Real widths compose.
"""

from sympy import Le, Rational, limit, oo, sqrt, symbols

from theory.homogeneity import limit_ratio
from theory.propositions import equal
from theory.scaling import (
    conjugates_of_multiplication_compose,
    fixed_depth_count,
    fixed_ratio_count,
    real_width,
    relative_rounding_defect,
    rounded_width,
    rounding_defect_is_bounded,
)
from verify import PROVED, REFUTED, Page, every, naturals

page = Page(__doc__)
n, m, k = symbols("n m k", integer=True, positive=True)
w, c = symbols("w c", positive=True)
a, b, e = symbols("a b e", nonnegative=True)


@page.reading("d", "rounded widths", REFUTED, w=naturals(1), n=naturals(2), m=naturals(2))
def rounded_widths_compose(w, n, m):
    """S_n S_m w = S_nm w,  S_n w = round(√n w)."""
    return equal(rounded_width(n, rounded_width(m, w)), rounded_width(n * m, w))


rounded_widths_compose.script("""
    from math import isqrt
    w, n, m = {w}, {n}, {m}
    S = lambda n, w: (isqrt(4 * n * w * w) + 1) // 2  # round(sqrt(n) w), half up
    print("in two steps:", S(n, S(m, w)), "in one:", S(n * m, w))
    assert S(n, S(m, w)) != S(n * m, w)
""")


def bound_without_the_last_rounding(n, a, b, e):
    """the bound √n/2 + 1/2"""
    return Le(rounding_defect_is_bounded(n, a, b, e).lhs, sqrt(n) / 2 + Rational(1, 2), evaluate=False)


@page.reading("d1", "rounded widths, up to a bound", PROVED, corrected=True, n=every(n), a=every(a), b=every(b),
              e=every(e), false_if=bound_without_the_last_rounding)
def rounded_widths_nearly_compose(n, a, b, e):
    """√n(½ − a) + (½ − b) + (½ − e) ≤ √n/2 + 1 for a, b, e ≥ 0.

    The left side is S_n S_m w − S_nm w when the three roundings err by ½ − a, ½ − b, −(½ − e). Below by symmetry.
    """
    return rounding_defect_is_bounded(n, a, b, e)


def defect_without_the_width(n, m):
    """(√n/2 + 1)/√(nm) in place of (√n/2 + 1)/(√(nm) w)"""
    return equal((sqrt(n) / 2 + 1) / sqrt(n * m), 0)


@page.reading("d2", "rounded widths, as the width grows", PROVED, n=every(n), m=every(m),
              false_if=defect_without_the_width)
def rounded_widths_compose_asymptotically(n, m):
    """|S_n S_m w − S_nm w| / (√(nm) w) ≤ (√n/2 + 1)/(√(nm) w) → 0 as w → ∞."""
    return equal(relative_rounding_defect(n, m), 0)


def factors_add(n, m, w):
    """S_n S_m w = S_(n+m) w, for P(w) = w²"""
    return equal(sqrt(n) * sqrt(m) * w, sqrt(n + m) * w)


@page.reading("b0", "a real width, whatever P", PROVED, corrected=True, n=every(n), m=every(m), w=every(w),
              false_if=factors_add)
def real_widths_compose_for_every_count(n, m, w):
    """S_n S_m w = S_nm w,  S_n w = P⁻¹(n P(w)),  P: [0, ∞) → [P(0), ∞) any bijection, as at a fixed ratio."""
    return conjugates_of_multiplication_compose(n, m, w)


def width_grows_by_n(n, k):
    """S_n w / w → n"""
    return equal(growth_of_width(n, k), n)


def growth_of_width(n, k):
    """lim S_n w / w for k + 1 hidden layers."""
    return limit(real_width(lambda v: fixed_depth_count(v, k + 1), n, w) / w, w, oo)


@page.reading("b1", "the width at fixed depth", PROVED, n=every(n), k=every(k), false_if=width_grows_by_n)
def widths_grow_by_the_square_root(n, k):
    """S_n w / w → √n as w → ∞,  P(S_n w) = n P(w) = n (k w² + (k + 12) w + 1)."""
    return equal(growth_of_width(n, k), sqrt(n))


@widths_grow_by_the_square_root.law(exponent=2, margin=0.1, size="width")
def parameters_at_fixed_depth(size, rng, draws):
    """Entries of all tensors of a torch network with three hidden layers."""
    import numpy as np

    from numerics.networks import Perceptron, network, parameter_count

    return np.full(draws, float(parameter_count(network(Perceptron(size, 3)))))


def parameters_grow_by_the_square(n, c):
    """n times the width is n² times the parameters"""
    return equal(limit_ratio(fixed_ratio_count(w, c), w, n), n**2)


@page.reading("e1", "n times the width, depth/width kept", PROVED, n=every(n), c=every(c),
              false_if=parameters_grow_by_the_square)
def parameters_grow_by_the_cube(n, c):
    """P(nw) / P(w) → n³ as w → ∞,  for c w hidden layers."""
    return equal(limit_ratio(fixed_ratio_count(w, c), w, n), n**3)
