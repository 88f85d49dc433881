"""Definition 1: the scaling operator S_n sends a model to one with n times the parameters, keeping its proportions, and scalings compose.

Source      Formal framework, f99c78
Undefined   Which quantity keeps its proportion (depth, or depth/width); which values the new weights take;
            what becomes of a width that is no integer.
Setting     P(w) parameters at width w; n, m the scale factors; W a square weight matrix; θ ∈ ℝ^d.
Refuted by  One model, n and m with S_n S_m ≠ S_nm, or with another count than n P(w). A model that
            does not exist, or is not the only one, leaves the sentence undefined.
Finding     As printed it names no model: the width is seldom an integer, and the weights are free. The
            formula nθ composes and leaves the number of parameters as it was.
Corrected   For real widths S_n w = P⁻¹(n P(w)) composes: width × √n at fixed depth, width and depth × n^(1/3)
            at fixed ratio. On weights, replication W ⊗ J_r / r composes exactly, for n = r².
"""

from sympy import Eq, Matrix, Rational, symbols

from theory.homogeneity import limit_ratio
from theory.propositions import equal
from theory.replication import replications_compose, weights_with_more_parameters
from theory.scaling import fixed_depth_count, integer_width, literal, real_width
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals, one_of

page = Page(__doc__)
n, m, r, k = symbols("n m r k", integer=True, positive=True)
w, c = symbols("w c", positive=True)
q = symbols("q", nonnegative=True)
x, y, z, u = symbols("x y z u")


def square(w):
    """The count of one square layer without biases."""
    return w**2


@page.reading("c", "an integer width, exactly n times the count", UNDEFINED, printed=True, w=naturals(1), n=naturals(2))
def integer_widths_exist(w, n):
    """P(S_n w) = n P(w),  S_n w an integer,  P(w) = w²."""
    return equal(square(integer_width(square, n, w)), n * square(w))


@page.reading("f", "a map on weights", UNDEFINED, printed=True, x=every(x), r=naturals(2))
def weights_are_determined(x, r):
    """S_n W is one matrix,  n = r², W = (x)."""
    scaled = weights_with_more_parameters(Matrix([[x]]), r)
    return equal(scaled[0, 0], x)


@page.reading("f1", "replication of neurons", PROVED, corrected=True, by="replications_compose", false_if="a2",
              x=every(x), y=every(y), z=every(z), u=every(u), r=one_of(1, 2, 3), m=one_of(1, 2, 3))
def replication_composes(x, y, z, u, r, m):
    """S_r S_m W = S_rm W,  S_r W = W ⊗ J_r / r, n = r².    J_r ⊗ J_m = J_rm, and ⊗ is associative."""
    return replications_compose(Matrix([[x, y], [z, u]]), r, m)


def factors_add(n, m, x):
    """S_n S_m = S_(n+m)"""
    return equal(literal(n, literal(m, x)), literal(n + m, x))


@page.reading("a", "the formula: θ is multiplied by n", PROVED, n=every(n), m=every(m), x=every(x), false_if=factors_add)
def literal_scalings_compose(n, m, x):
    """S_n S_m θ = S_nm θ,  S_n θ = nθ, for each coordinate x of θ."""
    return equal(literal(n, literal(m, x)), literal(n * m, x))


@page.reading("a2", "the formula has n times the parameters", REFUTED, r=naturals(1), m=naturals(2))
def literal_scaling_multiplies_the_count(r, m):
    """dim(S_m θ) = m dim θ,  S_m θ = mθ, dim θ = r."""
    theta = Matrix(symbols(f"theta:{r}"))
    return equal(len(literal(m, theta)), m * len(theta))


literal_scaling_multiplies_the_count.script("""
    from sympy import Matrix, symbols
    d, n = {r}, {m}
    theta = Matrix(symbols(f"theta:{d}"))
    print("parameters of n*theta:", len(n * theta), "claimed:", n * len(theta))
    assert len(n * theta) != n * len(theta)
""")


def depth_count(w, k):
    """P(w) of k + 1 hidden layers, 10 inputs, 1 output."""
    return fixed_depth_count(w, k + 1)


def widths_compose_by_adding(w, n, m, k):
    """S_n S_m w = S_(n+m) w"""
    return equal(real_width(lambda v: depth_count(v, k), n + m, w), composed(w, n, m, k))


def composed(w, n, m, k):
    return real_width(lambda v: depth_count(v, k), n, real_width(lambda v: depth_count(v, k), m, w))


@page.reading("b", "a real width, the depth kept", PROVED, corrected=True, w=every(w), n=every(n), m=every(m), k=every(k),
              false_if=widths_compose_by_adding)
def real_widths_compose(w, n, m, k):
    """S_n S_m w = S_nm w,  S_n w = P⁻¹(n P(w)),  P(w) = k w² + (k + 12) w + 1."""
    return equal(composed(w, n, m, k), real_width(lambda v: depth_count(v, k), n * m, w))


@page.reading("e", "depth grows with the width", PROVED, corrected=True, n=every(n), c=every(c), q=every(q),
              given={"depth/width kept": Eq(q, 1)})
def parameters_are_cubic_in_the_width(n, c, q):
    """P(n^(1/3) w) / P(w) → n as w → ∞,  for c w^q + 1 hidden layers."""
    return equal(limit_ratio(fixed_depth_count(w, c * w**q + 1), w, n ** Rational(1, 3)), n)


@parameters_are_cubic_in_the_width.law(exponent=3, margin=0.1, size="width")
def parameters_at_fixed_ratio(size, rng, draws):
    """Entries of all tensors of a torch network with depth = width/2."""
    import numpy as np

    from numerics.networks import fixed_ratio, network, parameter_count

    return np.full(draws, float(parameter_count(network(fixed_ratio(size, Rational(1, 2))))))
