"""Exponents as series: invariance under changes of coupling, Lagrange's inversion as a second route, refusals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Expr,
    I,
    Integer,
    Matrix,
    Poly,
    Rational,
    Symbol,
    cancel,
    catalan,
    diff,
    expand,
    eye,
    log,
    sqrt,
    symbols,
    zeta,
)

from theory.renormalization.models import MODELS
from theory.renormalization.series import (
    RGFunctions,
    exponent_series,
    fixed_point_series,
    polynomial,
    stability_eigenvalues,
)
from theory.renormalization.truncated_series import implicit_series

g, h, c, epsilon, N = symbols("g h c epsilon N")
rationals = st.fractions(-3, 3, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))
nonzero = rationals.filter(lambda q: q != 0)


def product(a: list[Expr], b: list[Expr]) -> list[Expr]:
    """The product of two power series known to the same order."""
    return [expand(sum(a[j] * b[k - j] for j in range(k + 1))) for k in range(len(a))]


def inverse(a: list[Expr]) -> list[Expr]:
    """1/a for a[0] = 1 or a number."""
    terms = [1 / a[0]]
    for k in range(1, len(a)):
        terms.append(expand(-sum(a[j] * terms[k - j] for j in range(1, k + 1)) / a[0]))
    return terms


def coefficients(f: Expr, x: Symbol, order: int) -> list[Expr]:
    found = Poly(f, x)
    return [found.coeff_monomial(x**k) for k in range(order + 1)]


def truncated(f: Expr, x: Symbol, order: int) -> Expr:
    return polynomial(coefficients(f, x, order), x)


def one_coupling(beta: Expr, exponents: dict[str, Expr], loops: int, coupling: Symbol = g) -> RGFunctions:
    known = dict.fromkeys([*exponents, "omega"], loops)
    return RGFunctions((coupling,), epsilon, (beta,), exponents, known)


def rescheme(functions: RGFunctions, old: Expr, loops: int) -> RGFunctions:
    """The same theory in the coupling h, g = old(h)."""
    moved = [coefficients(f, h, loops + 1) for f in (functions.beta[0].subs(g, old), diff(old, h))]
    beta = polynomial(product(moved[0], inverse(moved[1])), h)
    exponents = {name: truncated(f.subs(g, old), h, loops) for name, f in functions.exponents.items()}
    return one_coupling(beta, exponents, loops, h)


@settings(max_examples=25, deadline=None)
@given(nonzero, st.lists(rationals, min_size=2, max_size=2), st.lists(rationals, min_size=3, max_size=3), nonzero)
def test_exponents_do_not_depend_on_the_scheme(one_loop, higher, gamma, change):
    beta = -epsilon * g + g**2 * polynomial([one_loop, *higher], g)
    functions = one_coupling(beta, {"f": g * polynomial(gamma, g)}, 3)
    old = h + change * h**2 - change**2 * h**3 / 2
    assert exponent_series(rescheme(functions, old, 3), 3) == exponent_series(functions, 3)


def test_exponents_of_the_on_model_do_not_depend_on_the_scheme():
    full = MODELS["on"].rg_functions()
    functions = one_coupling(
        truncated(full.beta[0], g, 4), {name: truncated(f, g, 3) for name, f in full.exponents.items()}, 3
    )
    changed = exponent_series(rescheme(functions, h + c * h**2 + N * c**2 * h**3, 3), 3)
    for name, plain in exponent_series(functions, 3).items():
        assert all(cancel(a - b) == 0 for a, b in zip(plain, changed[name], strict=True))


def to_degree(f: Expr, variables: tuple[Symbol, ...], degree: int) -> Expr:
    terms = Poly(f, *variables).as_dict()
    return Poly(
        {m: a for m, a in terms.items() if sum(m) <= degree} or {(0,) * len(variables): 0}, *variables
    ).as_expr()


def test_exponents_of_two_couplings_do_not_depend_on_the_scheme():
    x, y = symbols("x y")
    full = MODELS["cubic"].rg_functions(N=3)
    u, v = full.couplings
    beta = [to_degree(b, (u, v), 3) for b in full.beta]
    exponents = {name: to_degree(f, (u, v), 2) for name, f in full.exponents.items()}
    known = dict.fromkeys([*exponents, "omega"], 2)
    plain = RGFunctions((u, v), epsilon, tuple(beta), exponents, known)
    old = {u: x + 2 * x * y, v: y - x * y + y**2}  # both axes stay where they are
    bend = Matrix([[diff(old[w], z) for z in (x, y)] for w in (u, v)]) - eye(2)
    inverse_jacobian = eye(2) - bend + bend**2
    pulled = Matrix([f.subs(old, simultaneous=True) for f in beta])
    new_beta = [to_degree(f, (x, y), 3) for f in inverse_jacobian * pulled]
    new_exponents = {name: to_degree(f.subs(old, simultaneous=True), (x, y), 2) for name, f in exponents.items()}
    changed = RGFunctions((x, y), epsilon, tuple(new_beta), new_exponents, known)
    assert exponent_series(changed, 2) == exponent_series(plain, 2)


@settings(max_examples=40, deadline=None)
@given(nonzero, st.lists(rationals, min_size=4, max_size=4))
def test_the_fixed_point_is_lagranges_inversion(one_loop, higher):
    # ε = g E(g): [ε^k] g = [g^{k−1}] E^{−k}/k
    factor = [one_loop, *higher]
    (found,), _ = fixed_point_series(one_coupling(-epsilon * g + g**2 * polynomial(factor, g), {}, 4), 4)
    power, expected = [Integer(1), *[Integer(0)] * 4], [Integer(0)]
    for k in range(1, 5):
        power = product(power, inverse(factor))
        expected.append(power[k - 1] / k)
    assert found.coefficients() == expected


def test_the_inverse_of_x_minus_x_squared_counts_binary_trees():
    x = Symbol("x")
    (found,), _ = implicit_series([x - x**2 - epsilon], [x], epsilon, 8)
    assert found.coefficients() == [0, *(catalan(k) for k in range(8))]


@settings(max_examples=25, deadline=None)
@given(st.lists(rationals, min_size=6, max_size=6), nonzero)
def test_the_solution_of_two_equations_solves_them(coefficients, diagonal):
    x, y = symbols("x y")
    p, q, r, s, t, w = coefficients
    equations = [
        diagonal * x + p * y - epsilon + q * x * y + r * x**2,
        y + 2 * epsilon + s * y**2 + t * epsilon * x + w * x**3,
    ]
    solution, residuals = implicit_series(equations, [x, y], epsilon, 5, equations)
    assert [f.coefficients() for f in residuals] == [[0] * 6] * 2
    assert all(f.terms[0] == 0 for f in solution)


def test_closed_numbers_and_parameters_are_carried_exactly():
    (found,), _ = implicit_series([g * (N + 1) - epsilon + zeta(3) * sqrt(2) * g**2], [g], epsilon, 3)
    assert found.coefficients() == [0, 1 / (N + 1), -sqrt(2) * zeta(3) / (N + 1) ** 3, 4 * zeta(3) ** 2 / (N + 1) ** 5]


def test_the_eigenvalues_have_the_trace_and_the_determinant_of_the_matrix():
    functions = MODELS["cubic"].rg_functions(N=5)
    entries = [diff(b, w) for b in functions.beta for w in functions.couplings]
    _, (p, q, r, s) = fixed_point_series(functions, 4, entries)
    first, second = stability_eigenvalues([[p, q], [r, s]])
    sums = zip(first.coefficients(), second.coefficients(), (p + s).coefficients(), strict=True)
    assert all(expand(a + b - c) == 0 for a, b, c in sums)
    pairs = [polynomial(e.coefficients(), epsilon) for e in (first, second, p * s - q * r)]
    assert all(expand(pairs[0] * pairs[1] - pairs[2]).coeff(epsilon, k) == 0 for k in range(5))


@pytest.mark.parametrize(
    "name, parameters", [("on", {"N": 1}), ("on", {"N": 3}), ("percolation", {}), ("cubic", {"N": 5})]
)
def test_rushbrooke_and_widom_hold_to_every_order(name, parameters):
    model = MODELS[name]
    order = model.known(**parameters)["nu_inverse"]
    found = {k: polynomial(v[: order + 1], epsilon) for k, v in model.series(order, **parameters).items()}
    widom = found["gamma"] - found["beta"] * (found["delta"] - 1)
    assert expand(found["alpha"] + 2 * found["beta"] + found["gamma"]) == 2
    assert Poly(widom, epsilon).rem(Poly(epsilon ** (order + 1), epsilon)) == 0


def test_order_beyond_the_loops_is_refused():
    with pytest.raises(ValueError, match="order 6 in epsilon: the RG functions at hand give 1 to 5"):
        MODELS["on"].series(6, N=1)


def test_no_one_loop_term_is_refused():
    with pytest.raises(ValueError, match="no fixed point that is a power series in epsilon"):
        fixed_point_series(one_coupling(-epsilon * g + g**3, {}, 2), 2)


def test_a_beta_without_couplings_is_refused():
    with pytest.raises(ValueError, match="does not depend on g"):
        fixed_point_series(one_coupling(epsilon, {}, 1), 1)


def test_roundings_are_refused():
    with pytest.raises(ValueError, match="no rounded and no complex numbers in an exact series; use Rational"):
        fixed_point_series(one_coupling(-epsilon * g + 0.1 * g**2, {}, 1), 1)


def test_what_is_not_polynomial_is_refused():
    with pytest.raises(ValueError, match="is not polynomial in g, epsilon; expand it"):
        fixed_point_series(one_coupling(-epsilon * g + g**2, {}, 1), 1, [log(1 + g)])


def test_more_than_two_couplings_have_no_eigenvalue_series():
    _, (f,) = fixed_point_series(one_coupling(-epsilon * g + g**2, {}, 1), 1, [g])
    with pytest.raises(NotImplementedError, match="at most 2 × 2"):
        stability_eigenvalues([[f] * 3] * 3)


def test_the_inverse_of_a_series_without_constant_term_is_refused():
    _, (f,) = fixed_point_series(one_coupling(-epsilon * g + g**2, {}, 1), 1, [g])
    with pytest.raises(ValueError, match="must be a rational number other than 0; keep the series itself"):
        f.inverse()


def test_no_linear_part_is_refused():
    x = Symbol("x")
    with pytest.raises(ValueError, match="singular: no solution in integer powers"):
        implicit_series([x**2 - epsilon], [x], epsilon, 2)
    with pytest.raises(ValueError, match="do not hold at x = 0"):
        implicit_series([x - 1 - epsilon], [x], epsilon, 2)


def test_complex_couplings_are_refused():
    with pytest.raises(ValueError, match="no rounded and no complex numbers in an exact series"):
        implicit_series([g + I * g**2 - epsilon], [g], epsilon, 3)
