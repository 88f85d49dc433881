"""Theorem 1, variants: maps, the Ising chain in two couplings, flows run at other speeds, a touching crossing.

Source      Renormalization group, da870f
Variants of Theorem 1
Undefined   Whether conjugate flows are compared at the same b; how a model's parameter enters its scaling field.
Setting     R a map for lengths larger by b, Λ its multiplier, y = ln Λ/ln b, ν = 1/y; w = e^(−2K) for the Ising
            chain; u the scaling field, τ the control parameter; φ⁴ to one loop: t′ = (2 − u)t, u′ = εu − 3u².
Uses        Definition 3
Refuted by  Two models of one class, in the sense that the reading gives the word, with different ν.
Finding     The same chain, decimated by the same b, has ν = 1 in w and 1/2 in w². Equal orbits, or a line of fixed
            points, do not fix ν, nor does dimensional analysis: it gives 1/2 for every ε. A model whose field only
            touches zero, u ~ τ², has 2ν.
Corrected   (T1m) for maps, (T1o1) for flows at another speed, (T1t1) for the order of the crossing.
"""

from sympy import Matrix, Ne, symbols

from theory.propositions import equal
from theory.renormalization.decimation import decimation_in_w, decimation_in_x
from theory.renormalization.fixed_points_of_maps import at_point
from theory.universality import changed_derivative, crossing_exponent, jacobian, same_spectrum
from verify import PROVED, REFUTED, Page, every, naturals

page = Page(__doc__)
b11, b12, b21, b22, q, r, D = symbols("b11 b12 b21 b22 q r D", real=True)
p = symbols("p", real=True, nonzero=True)
x1, x2, k, y, m, eps = symbols("x1 x2 k y m eps", positive=True)
x, v, t, u = symbols("x v t u", real=True)


@page.reading("T1m", "maps of two couplings, φ a diffeomorphism", PROVED, corrected=True, given={"det J ≠ 0": Ne(D, 0)},
              b11=every(b11), b12=every(b12), b21=every(b21), b22=every(b22), p=every(p), q=every(q), r=every(r),
              D=every(D))
def diffeomorphisms_keep_the_multipliers(b11, b12, b21, b22, p, q, r, D):
    """det(x − DR′) = det(x − DR),  R′ = φRφ⁻¹, DR′ = J DR J⁻¹, J = (p, q; r, ·), det J = D, p ≠ 0: same y at b."""
    DR, J = Matrix([[b11, b12], [b21, b22]]), Matrix([[p, q], [r, (D + q * r) / p]])
    return same_spectrum(changed_derivative(DR, J), DR)


@page.reading("T1d2", "the Ising chain in w and in w²", REFUTED, b=naturals(2))
def couplings_of_the_chain_agree(b):
    """ν in x = w² = e^(−4K) is ν in w = e^(−2K),  decimation by b: tanh K′ = tanh^b K, fixed point w = 0."""
    in_the_square, in_w = (at_point(chain(b), (0,)).exponents().nu for chain in (decimation_in_x, decimation_in_w))
    return equal(in_the_square, in_w)


@page.reading("T1o", "φ maps orbits to orbits", REFUTED, y=every(y), k=every(k))
def orbits_fix_the_exponent(y, k):
    """ν is the same for g′ = yg and g′ = k·yg,  which have the same orbits, φ = id."""
    return equal(crossing_exponent(k * y), crossing_exponent(y))


@page.reading("T1o1", "the same: the law", PROVED, corrected=True, y=every(y), k=every(k), false_if="T1o")
def speed_divides_the_exponent(y, k):
    """ν of g′ = k·yg is ν/k: exponents are compared at the same b."""
    return equal(crossing_exponent(k * y), crossing_exponent(y) / k)


@page.reading("T1f2", "the proof: dimensional analysis", REFUTED, eps=every(eps))
def dimension_is_that_of_power_counting(eps):
    """y_t = 2, the dimension of t by power counting,  at u* = ε/3, where y_t = 2 − ε/3."""
    return equal(jacobian(((2 - u) * t, eps * u - 3 * u**2), (t, u), (0, eps / 3))[0, 0], 2)


@page.reading("T1f3", "a line of fixed points", REFUTED, x1=every(x1), x2=every(x2))
def a_line_has_one_dimension(x1, x2):
    """The eigenvalue of y at (x₁, 0) is that at (x₂, 0),  x′ = −y², y′ = −xy (Kosterlitz, Thouless): it is −x."""
    at_first, at_second = (jacobian((-(v**2), -x * v), (x, v), (at, 0))[1, 1] for at in (x1, x2))
    return equal(at_first, at_second)


@page.reading("T1t", "one basin, any crossing", REFUTED, y=every(y), m=every(m))
def touching_models_have_the_same_exponent(y, m):
    """ν for u ~ τ^m is ν for u ~ τ.    At m = 2 the model touches the critical surface."""
    return equal(crossing_exponent(y, m), crossing_exponent(y))


@page.reading("T1t1", "the same: the law", PROVED, corrected=True, y=every(y), m=every(m), false_if="T1t")
def crossing_multiplies_the_exponent(y, m):
    """ν for u ~ τ^m is mν."""
    return equal(crossing_exponent(y, m), m * crossing_exponent(y))


couplings_of_the_chain_agree.script("""
    from sympy import cancel, diff, log, symbols
    b, w = {b}, symbols("w")
    T = ((1 - w) / (1 + w)) ** b  # tanh K' = tanh(K)^b with w = e^(-2K), tanh K = (1 - w)/(1 + w)
    image = cancel((1 - T) / (1 + T))
    multiplier = diff(image, w).subs(w, 0)
    square = multiplier**2  # x = w^2: x'/x = (w'/w)^2 -> multiplier^2 at w = 0
    assert cancel(image**2 / w**2).subs(w, 0) == square
    nu_w, nu_x = (float(log(b) / log(M)) for M in (multiplier, square))
    print("nu in e^(-2K) is", nu_w, "and in e^(-4K)", nu_x)
    assert abs(nu_w - nu_x) > 0.1
""")

orbits_fix_the_exponent.script("""
    from sympy import S, diff, log, simplify, symbols
    y, k, g = S("{y}"), S("{k}"), symbols("g", positive=True)
    lengths = [g ** (-1 / rate) for rate in (y, k * y)]  # e^l with g e^(rate l) = 1
    nu = [simplify(-g * diff(log(length), g)) for length in lengths]
    print("nu =", nu[0], "and, run", k, "times as fast,", nu[1])
    assert nu[0] != nu[1]
""")

dimension_is_that_of_power_counting.script("""
    from sympy import Matrix, S, symbols
    t, u = symbols("t u")
    eps = S("{eps}")
    flow = Matrix([(2 - u) * t, eps * u - 3 * u**2])
    at = {t: 0, u: eps / 3}
    y_t = flow.jacobian([t, u]).subs(at)[0, 0]
    print("flow at the fixed point", list(flow.subs(at)), "y_t =", y_t, "and by power counting", 2)
    assert y_t != 2
""")

a_line_has_one_dimension.script("""
    from sympy import Matrix, S, symbols
    x, y = symbols("x y")
    flow = Matrix([-y**2, -x * y])
    eigenvalues = [flow.jacobian([x, y]).subs({x: S(at), y: 0})[1, 1] for at in ("{x1}", "{x2}")]
    print("eigenvalues of y on the line y = 0:", eigenvalues)
    assert eigenvalues[0] != eigenvalues[1]
""")

touching_models_have_the_same_exponent.script("""
    from sympy import S, diff, log, simplify, symbols
    y, m, tau = S("{y}"), S("{m}"), symbols("tau", positive=True)
    nu = [simplify(-tau * diff(log((3 * tau**k) ** (-1 / y)), tau)) for k in (1, m)]
    print("nu at a crossing", nu[0], "and where u ~ tau to the power", m, "it is", nu[1])
    assert nu[0] != nu[1]
""")
