"""Definition 1: the scaling operator S_n sends a model to one with n times the parameters, keeping its
proportions, and scalings compose.

Source      Formal framework, f99c78
Undefined   Which proportion is kept (depth, or depth/width); the values of the new weights; what becomes
            of a width that is no integer.
Setting     P(w) parameters at width w; n, m scale factors; W a square weight matrix; θ ∈ ℝ^d.
Refuted by  One model, n and m with S_n S_m ≠ S_nm, or with another count than n P(w). A model that
            does not exist, or is not the only one, leaves the sentence undefined.
Finding     As printed it names no model: the width is seldom an integer, and the weights are free. The
            formula nθ composes, and leaves the number of parameters as it was.
Corrected   For real widths S_n w = P⁻¹(n P(w)) composes, whatever P, (b0) of the variants. As w → ∞, the width
            grows by √n at fixed depth, width and depth by n^(1/3) at a fixed ratio. W ⊗ J_r / r composes, for
            n = r² = 4, 9.
"""

from sympy import Eq, Matrix, Rational, symbols

from theory.homogeneity import limit_ratio
from theory.propositions import equal
from theory.replication import replicated, replications_compose, same_entries, weights_with_more_parameters
from theory.scaling import fixed_depth_count, integer_width, literal, real_width
from verify import PROVED, REFUTED, UNDEFINED, Page, every, naturals, one_of

page = Page(__doc__)
n, m, r, k = symbols("n m r k", integer=True, positive=True)
w, c = symbols("w c", positive=True)
q = symbols("q", nonnegative=True)
x, y, z, t = symbols("x y z t")


def square(w):
    """The parameters of one square layer without biases."""
    return w**2


@page.reading("c", "an integer width, exactly n times the count", UNDEFINED, printed=True, w=naturals(1), n=naturals(2))
def integer_widths_exist(w, n):
    """P(S_n w) = n P(w),  S_n w an integer,  P(w) = w²."""
    return equal(square(integer_width(square, n, w)), n * square(w))


def width_times_n(r, w):
    """S_n w = n w"""
    return equal(real_width(square, r**2, w), r**2 * w)


@page.reading("c1", "an integer width, n = r²", PROVED, corrected=True, r=every(r), w=every(w), false_if=width_times_n)
def widths_of_square_factors_are_integers(r, w):
    """S_n w = r w,  n = r², P(w) = w²."""
    return equal(real_width(square, r**2, w), r * w)


@page.reading("f", "a map on weights", UNDEFINED, printed=True, x=every(x), r=one_of(2, 3))
def weights_are_determined(x, r):
    """The first entry of S_n W is that of W,  W = (x), n = r² = 4, 9."""
    return equal(weights_with_more_parameters(Matrix([[x]]), r)[0, 0], x)


def replication_without_the_division(x, y, z, t, r, m):
    """S_r S_m W = rm S_rm W"""
    W = Matrix([[x, y], [z, t]])
    return same_entries(replicated(replicated(W, m), r), r * m * replicated(W, r * m))


@page.reading("f1", "replication of neurons, twice or thrice", PROVED, corrected=True, x=every(x), y=every(y),
              z=every(z), t=every(t), r=one_of(2, 3), m=one_of(2, 3), false_if=replication_without_the_division)
def replication_composes(x, y, z, t, r, m):
    """S_r S_m W = S_rm W,  S_r W = W ⊗ J_r / r,  W = (x y; z t),  r, m = 2, 3."""
    return replications_compose(Matrix([[x, y], [z, t]]), r, m)


def factors_add(n, m, x):
    """S_n S_m = S_(n+m)"""
    return equal(literal(n, literal(m, x)), literal(n + m, x))


@page.reading("a", "the formula: θ is multiplied by n", PROVED, n=every(n), m=every(m), x=every(x),
              false_if=factors_add)
def literal_scalings_compose(n, m, x):
    """S_n S_m θ = S_nm θ,  S_n θ = nθ, for each coordinate x of θ."""
    return equal(literal(n, literal(m, x)), literal(n * m, x))


@page.reading("a2", "the formula has n times the parameters", REFUTED, d=naturals(1), n=naturals(2))
def literal_scaling_multiplies_the_count(d, n):
    """dim(S_n θ) = n dim θ,  S_n θ = nθ, θ ∈ ℝ^d."""
    return equal(len(literal(n, Matrix(symbols(f"theta:{d}")))), n * d)


literal_scaling_multiplies_the_count.script("""
    from sympy import Matrix, symbols
    d, n = {d}, {n}
    theta = Matrix(symbols(f"theta:{d}"))
    print("parameters of n*theta:", len(n * theta), "and claimed:", n * len(theta))
    assert len(n * theta) != n * len(theta)
""")


def widened(n, w, k):
    """P⁻¹(n P(w)) for k + 1 hidden layers, 10 inputs and 1 output."""
    return real_width(lambda v: fixed_depth_count(v, k + 1), n, w)


def widths_add(w, n, m, k):
    """S_n S_m w = S_(n+m) w"""
    return equal(widened(n, widened(m, w, k), k), widened(n + m, w, k))


@page.reading("b", "a real width, the depth kept", PROVED, corrected=True, w=every(w), n=every(n), m=every(m),
              k=every(k), false_if=widths_add)
def real_widths_compose(w, n, m, k):
    """S_n S_m w = S_nm w,  S_n w = P⁻¹(n P(w)),  P(w) = k w² + (k + 12) w + 1."""
    return equal(widened(n, widened(m, w, k), k), widened(n * m, w, k))


@page.reading("e", "depth/width kept", PROVED, corrected=True, n=every(n), c=every(c), q=every(q),
              given={"depth proportional to width": Eq(q, 1)})
def widths_grow_by_the_cube_root(n, c, q):
    """P(n^(1/3) w) / P(w) → n as w → ∞,  for c w^q + 1 hidden layers: width and depth × n^(1/3)."""
    return equal(limit_ratio(fixed_depth_count(w, c * w**q + 1), w, n ** Rational(1, 3)), n)


@widths_grow_by_the_cube_root.law(exponent=3, margin=0.1, size="width")
def parameters_at_fixed_ratio(size, rng, draws):
    """Entries of all tensors of a torch network of depth width/2."""
    import numpy as np

    from numerics.networks import fixed_ratio, network, parameter_count

    return np.full(draws, float(parameter_count(network(fixed_ratio(size, Rational(1, 2))))))
