"""The picture of loops and sheets: the drawn ways end where the proven permutations say."""

import numpy as np
import pytest
from sympy import symbols

from numerics.figures_monodromy import curve_figure, followed_roots, loops_figure, midpoint
from theory.monodromy.algebraic_functions import permutation_monodromy

x, y = symbols("x y")
CURVES = [
    y**3 - 3 * y - x,
    y**4 + y - x,
    y**2 - x**2 * (x - 1),
    3 * y**5 - 10 * y**3 + 15 * y - 15 * x,
    # Sheets that become infinite, and run fast.
    2 * x**2 * y - x**2 + 3 * x * y - x + y**2 * (x - 1) - 4 * y - 4,
    4 * x**2 * y**3 + x**2 * y**2 - 2 * x**2 * y + 3 * x**2 + 4 * x * y**3 - 4 * x * y + y**4 * (x**2 + 1) + 4 * y - 2,
]


@pytest.mark.parametrize("P", CURVES)
def test_drawn_ways_end_on_the_sheets_of_the_proven_permutations(P):
    m = permutation_monodromy(P, x, y)
    sheets = np.array([midpoint(s) for s in m.sheets])
    for loop, sigma in zip(m.star.loops, m.permutations, strict=True):
        ways = followed_roots(m, loop, sigma)
        assert ways is not None
        assert ways.shape[1] == m.degree
        assert np.allclose(ways[0], sheets)
        assert np.allclose(ways[-1], sheets[sigma.array_form])


def test_ways_that_do_not_end_as_proven_are_left_out():
    m = permutation_monodromy(CURVES[0], x, y)
    wrong = m.permutations[0] * m.permutations[1]
    assert followed_roots(m, m.star.loops[0], wrong) is None


def test_figures_have_one_panel_for_loops_and_one_for_sheets():
    pytest.importorskip("matplotlib")
    m = permutation_monodromy(CURVES[0], x, y)
    assert [axes.get_title() for axes in curve_figure(m).axes] == ["loops", "sheets along the loops"]
    assert len(loops_figure(m.star, m.points, "title").axes) == 1
