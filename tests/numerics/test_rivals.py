"""Laws with a logarithm of n over a scale of its own: found as rivals, and no price to true powers."""

import numpy as np
import pytest
from scipy.optimize import minimize

from numerics.inference import ClaimedLaw, Design, judge
from numerics.inference.estimates import estimates
from numerics.inference.fits import misfit
from numerics.inference.rivals import OFFSET_POWERS, offset_profile
from numerics.planted.generator import SIZES, faked_exponent
from numerics.streams import stream

N = np.array(SIZES, float)


def draws(law, *address, replicates=200, sigma=0.01):
    return law[:, None] * (1 + sigma * stream(*address).standard_normal((len(law), replicates)))


def offset_law(a, p, c, sign=1):
    return sign * N**a * (np.log(N) + c) ** p


@pytest.mark.parametrize("p, c, sign", [(-1, 1.0, 1), (0.5, 0.3, -1), (-0.5, 4.0, 1)])
def test_the_misfit_is_that_of_a_search_over_both_parameters(p, c, sign):
    data = estimates(SIZES, draws(offset_law(0.7, p, c, sign), 3, str(p)), "mean")

    def score(q):
        law = sign * np.exp(q[0] + 0.7 * data.u - data.log_unit) * (1 + np.exp(q[1]) * data.u) ** p
        return misfit(law, data)

    starts = [(level, slope) for level in (-5, 0, 5) for slope in (-3, 0, 2)]
    found = min(minimize(score, start, method="Nelder-Mead", options={"maxiter": 2000}).fun for start in starts)
    assert offset_profile(np.array([0.7]), np.array([p]), data).misfit[0] == pytest.approx(found, abs=1e-2)


@pytest.mark.parametrize("p", OFFSET_POWERS)
@pytest.mark.parametrize("a", [-1.0, 0.4])
def test_a_power_that_such_a_law_imitates_is_not_supported(p, a):
    seen = 0
    for c in (-1.5, 0.5, 2.0):
        claimed = faked_exponent(f"n**({a})*(log(n)+({c}))**({p})")
        if abs(claimed - a) > 0.05:
            seen += 1
            for run in range(3):
                data = draws(offset_law(a, p, c), run, str(p), str(c))
                assert judge(ClaimedLaw(claimed, 0.05), Design(SIZES, 200), data).outcome != "SUPPORTED"
    assert seen


def test_an_inverse_logarithm_is_named():
    found = judge(ClaimedLaw(0.89, 0.05), Design(SIZES, 200), draws(offset_law(1, -1, 2.0), 0, "named"))
    assert (found.outcome, found.reason) == ("INCONCLUSIVE", "LOG-AMBIGUOUS")
    assert found.rival.endswith("(A ln n + C)^-1")


def test_values_of_both_signs_have_no_such_law():
    data = estimates(SIZES, draws(np.where(N < 40, -N, N), 0, "signs"), "mean")
    assert np.isinf(offset_profile(np.array([1.0]), np.array([-1.0]), data).misfit).all()


@pytest.mark.parametrize("b", [-0.5, 0.0, 3.0])
def test_a_true_power_stays_supported(b):
    for run in range(3):
        data = draws(N**0.5 * (1 + b * (N / N[0]) ** -1.0), run, "power", replicates=400)
        assert judge(ClaimedLaw(0.5, 0.05), Design(SIZES, 400), data).outcome == "SUPPORTED"
