"""Three singular points: exact matrices from the exponents against continuation, and groups that are known."""

import flint
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Rational, oo, prod, sqrt, symbols

from theory.monodromy.continuation import monodromy
from theory.monodromy.cyclotomic_matrices import embedded
from theory.monodromy.differential_equations import equation, linear_equation
from theory.monodromy.groups import irreducibility, irreducible, size_of_group
from theory.monodromy.hypergeometric import levelt
from theory.monodromy.local_monodromy import is_ordinary, singular_point
from theory.monodromy.riemann_schemes import _times, parameters, riemann_scheme, scheme_is_irreducible

z, y, y1, y2 = symbols("z y y1 y2")
exponents = st.builds(Rational, st.integers(-5, 5), st.sampled_from([2, 3, 4, 5, 6]))


def with_scheme(points, scheme):
    """Riemann's equation with these three finite points and pairs of exponents."""
    p = sum((1 - a - b) / (z - at) for at, (a, b) in zip(points, scheme, strict=True))
    q = sum(
        a * b * prod(at - other for other in points if other != at) / (z - at)
        for at, (a, b) in zip(points, scheme, strict=True)
    )
    return equation([q / prod(z - at for at in points), p, 1])


@given(st.lists(exponents, min_size=5, max_size=5), st.sampled_from([(0, 1, 3), (-1, I, 2), (0, 2 + I, 1)]))
@settings(max_examples=6, deadline=None)
def test_traces_of_the_exact_matrices_are_those_of_continuation(rho, points):
    """tr A, tr B, tr AB and the determinants fix an irreducible pair of 2 × 2 matrices up to conjugation."""
    scheme = ((rho[0], rho[1]), (rho[2], rho[3]), (rho[4], 1 - sum(rho)))
    assume(all(a != b for a, b in scheme))
    L = with_scheme(points, scheme)
    found = riemann_scheme(L)
    assume(found is not None and scheme_is_irreducible(found[1]))
    m = monodromy(L, digits=15)
    exact = levelt(*parameters(found[1]))
    N = exact.around_0.N * 60
    A, B = (_times(M, found[1][k][0], N) for k, M in enumerate((exact.around_0, exact.around_1)))
    with flint.ctx.workprec(150):
        a, b = (m.around(p) for p in found[0][:2])
        for M, continued in ((A, a), (B, b), (A @ B, a * b)):
            assert embedded(M.trace, N).overlaps(continued.trace())
        assert all(M.det().overlaps(M_.balls().det()) for M, M_ in ((a, A), (b, B)))


@pytest.mark.parametrize(
    "L, finite, order, irreducible",
    [
        (linear_equation((z**2 + 1) * y2 + z * y1 - y / 9), True, 6, True),
        (linear_equation((z**2 - 2) * y2 + z * y1 - y / 9), True, 6, True),
        # That of 2F1(1/4, −1/12; 2/3), with 0 and 1 exchanged and moved: tetrahedral; then exp(± asinh(t)/3): dihedral.
        (
            with_scheme((0, 1, -1), ((0, Rational(1, 2)), (0, Rational(1, 3)), (Rational(-1, 12), Rational(1, 4)))),
            True,
            48,
            True,
        ),
        (
            with_scheme((0, 1, -1), ((0, Rational(1, 2)), (0, Rational(1, 2)), (Rational(1, 3), Rational(-1, 3)))),
            True,
            6,
            True,
        ),
        (
            with_scheme((0, 1, sqrt(2)), ((0, Rational(1, 7)), (0, Rational(1, 7)), (0, Rational(5, 7)))),
            None,
            None,
            False,
        ),
    ],
)
def test_groups_that_are_known(L, finite, order, irreducible):
    size = size_of_group(L)
    assert (size.finite, size.order) == (finite, order)
    assert irreducibility(L, monodromy(L, digits=8)) is irreducible


def test_burnside_agrees_with_the_criterion():
    L = with_scheme((0, 1, 3), ((0, Rational(1, 2)), (0, Rational(1, 3)), (Rational(1, 5), Rational(-1, 30))))
    assert scheme_is_irreducible(riemann_scheme(L)[1])
    assert irreducible(monodromy(L, digits=20)) is True


def test_an_ordinary_point_at_infinity_is_none_of_the_three():
    L = with_scheme((0, 1, 3), ((0, Rational(1, 2)), (0, Rational(1, 3)), (Rational(1, 5), Rational(-1, 30))))
    assert is_ordinary(L, singular_point(L, oo))
    assert set(riemann_scheme(L)[0]) == {0, 1, 3}
    assert riemann_scheme(linear_equation("z*(z-1)*(z-2)*y2 + y")) is None
