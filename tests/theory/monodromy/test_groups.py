"""What is certain of a group: finite, infinite, irreducible, or undecided; local monodromy exactly."""

import flint
import pytest
from flint import acb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, oo, sqrt

from theory.monodromy.continuation import monodromy
from theory.monodromy.differential_equations import (
    VARIABLE,
    airy_equation,
    bessel_equation,
    equation,
    hypergeometric_equation,
    linear_equation,
)
from theory.monodromy.groups import (
    _order_modulo_one,
    agree,
    commutator_trace,
    irreducibility,
    irreducible,
    is_identity,
    size_of_group,
    traces,
    words,
)
from theory.monodromy.local_monodromy import determinant, diagonalisable, local_order, singular_point

z = VARIABLE
quarters = st.integers(-9, 9).map(lambda k: Rational(k, 4))


@pytest.mark.parametrize(
    "L, finite, order",
    [
        (airy_equation(), True, 1),
        (linear_equation("z**2*y2 - 2*y"), True, 1),
        (bessel_equation(Rational(1, 2)), True, 2),
        (bessel_equation(Rational(1, 3)), True, 3),
        (bessel_equation(0), False, None),
        (bessel_equation(1), False, None),
        (bessel_equation(sqrt(2)), False, None),
        (linear_equation("z*y1 - y/7"), True, 7),
        (equation([-sqrt(2), z]), False, None),
        (hypergeometric_equation(["1/4", "-1/12"], ["2/3"]), True, 48),
        (hypergeometric_equation(["1/2", "1/2"], [1]), False, None),
        (hypergeometric_equation([1, 1], [2]), False, None),
        (linear_equation("(z**3 - 2)*y2 + z*y1 + y"), False, None),
        (linear_equation("z**2*y1 + y"), True, 1),  # e^(1/z)
        (linear_equation("z**2*(z - 1)*y1 + (1 + z/2)*y"), True, 2),  # residues ± 3/2
        (linear_equation("(z**2 - 2)*y1 - 2*z*y/5"), True, 5),
        (linear_equation("(z**2 - 2)**2*y1 - y"), False, None),  # residues of 1/(z² − 2)² are ± √2/16
        (equation([Rational(-1, 3), z - sqrt(2)]), True, 3),
        (linear_equation("(z - 2)*z*y2 - (2*z - 2)*y1 + 2*y"), True, 1),  # z − 1 and z²: apparent singularities
        (linear_equation("z**2*y2 + 2*y/9"), True, 3),  # z^(1/3) and z^(2/3)
        (linear_equation("z**4*y2 + y"), True, 1),  # z e^(± i/z)
        (linear_equation("z**4*y2 + 2*z**3*y1 + y"), True, 1),  # e^(± i/z), with ∞ an ordinary point
        (linear_equation("z*y2 + 2*y1 + z*y"), True, 1),  # sin z/z and cos z/z
    ],
)
def test_groups_whose_size_is_decided(L, finite, order):
    size = size_of_group(L)
    assert (size.finite, size.order) == (finite, order)


@pytest.mark.parametrize(
    "L, where", [("z**3*y2 + y", "oo"), ("(z**3 - 2)*y2 + y", "root"), ("(z**2 + 1)*y2 - 2*y", "I")]
)
def test_a_unipotent_that_is_not_1_has_infinite_order(L, where):
    """Integral exponents, and a logarithm that only balls see: at ∞, or at a point that is not rational."""
    equation_ = linear_equation(L)
    assert size_of_group(equation_).finite is None
    size = size_of_group(equation_, monodromy(equation_, digits=10))
    assert size.finite is False
    assert f"M at {where}" in size.because


def test_without_an_exact_form_the_size_is_undecided():
    # Four regular points with rational exponents, and eigenvalues of short words on the unit circle.
    L = equation([0, Rational(1, 2) * (1 / z + 1 / (z - 1) + 1 / (z + 1)), 1])
    assert size_of_group(L).finite is None
    assert size_of_group(L).order is None


def test_balls_can_show_that_a_group_is_infinite():
    # Heun's equation with exponents 0, 1/2 at three points and −1/2, 1 at ∞: only a word's eigenvalue shows it.
    half = Rational(1, 2) * (1 / z + 1 / (z - 1) + 1 / (z + 1))
    L = equation([(2 - z) / 2 / (z * (z - 1) * (z + 1)), half, 1])
    assert size_of_group(L).finite is None
    size = size_of_group(L, monodromy(L, digits=10))
    assert size.finite is False
    assert "unit circle" in size.because


def test_the_commutator_of_legendre_is_18():
    m = monodromy(hypergeometric_equation(["1/2", "1/2"], [1]), digits=12)
    assert commutator_trace(m, 0, 1).overlaps(acb(18))
    assert agree(traces(m, [[0, 1], [0, 0, 1]]), [acb(-2), acb(-6)])
    assert not agree(traces(m, [[0, 1]]), [acb(2)])


@pytest.mark.parametrize(
    "L, value",
    [
        (hypergeometric_equation(["1/3", "1/2"], ["5/4"]), True),
        (hypergeometric_equation([1, 1], [2]), False),
        (airy_equation(), False),
        (bessel_equation(0), False),
        (linear_equation("z*y1 - y/7"), True),
    ],
)
def test_irreducibility_is_decided_by_exact_forms(L, value):
    assert irreducibility(L, monodromy(L, digits=8)) is value


@given(st.lists(st.tuples(*[st.fractions(0, 1, max_denominator=6)] * 2), min_size=1, max_size=3))
@settings(max_examples=20, deadline=None)
def test_the_order_of_diagonal_matrices_is_that_of_the_group_they_list(vectors):
    seen = {(0, 0)}
    queue = list(seen)
    for x in queue:
        for v in vectors:
            new = tuple((a + b) % 1 for a, b in zip(x, v, strict=True))
            if new not in seen:
                seen.add(new)
                queue.append(new)
    assert _order_modulo_one([[Rational(x.numerator, x.denominator) for x in v] for v in vectors]) == len(seen)


def test_words_are_listed_short_ones_first():
    assert words(2, 2) == [(0,), (1,), (0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_direct_sum_is_never_called_irreducible():
    # z^(1/2) and (z − 1)^(1/3) span the solutions; their group is diagonal.
    f, g = z ** Rational(1, 2), (z - 1) ** Rational(1, 3)
    w = f * g.diff(z) - g * f.diff(z)
    p = -w.diff(z) / w
    q = (f.diff(z) * g.diff(z, 2) - g.diff(z) * f.diff(z, 2)) / w
    L = equation([q.simplify(), p.simplify(), 1])
    m = monodromy(L, digits=10)
    assert irreducible(m) is None
    assert is_identity(m.around(3))  # the zero of the Wronskian is an apparent singularity
    assert not is_identity(m.around(0))


@given(quarters, quarters, st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_logarithms_are_seen_exactly_where_balls_see_them(p, q, k):
    """z² y″ + p z y′ + (q + z^k) y = 0 at 0: M^n − 1 for the order n that the exponents allow."""
    L = equation([q + z**k, p * z, z**2])
    try:
        order = local_order(L, S.Zero)
    except NotImplementedError:
        return
    m = monodromy(L, digits=10)
    power = m.word([0] * (order or 1))
    if order is not None:
        assert is_identity(power)
    elif all(rho.is_Rational for rho, _ in singular_point(L, S.Zero).exponents):
        # M^8 is not 1, although rational exponents here have denominators up to 8.
        assert not diagonalisable(L, S.Zero)
        assert not is_identity(m.word([0] * 8))


def test_liouville_at_irregular_points():
    L = linear_equation("z**2*y1 - (1 + z/3)*y")
    with flint.ctx.workprec(100):
        assert determinant(L, S.Zero).overlaps((acb(2) / 3).exp_pi_i())


@pytest.mark.parametrize(
    "call, error, word",
    [
        (lambda: diagonalisable(airy_equation(), oo), NotImplementedError, "irregular"),
        (lambda: diagonalisable(airy_equation(), S.One), ValueError, "no singular point"),
        (lambda: determinant(airy_equation(), oo), ValueError, "inverse"),
    ],
)
def test_what_has_no_local_answer_is_refused(call, error, word):
    with pytest.raises(error, match=word):
        call()
