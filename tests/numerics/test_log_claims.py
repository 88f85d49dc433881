"""Claims with a logarithm: n^α (ln n)^p is judged as such, and a power is its rival."""

import numpy as np
import pytest

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, judge, plants, refusal
from numerics.streams import stream

SIZES = (32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
N = np.array(SIZES, float)
DESIGN = Design(SIZES, 100)


def draws(law, sigma=2e-3, seed=0):
    return law[:, None] * (1 + sigma * stream(seed, "log claim").standard_normal((len(law), 100)))


@pytest.mark.parametrize("p", [-1.0, 1.0, 2.0])
@pytest.mark.parametrize("alpha", [-1.0, 0.5])
def test_a_law_with_a_logarithm_is_not_refuted_and_its_power_is(alpha, p):
    data = draws(N**alpha * np.log(N) ** p)
    assert judge(ClaimedLaw(alpha, 0.05, log_power=p), DESIGN, data).outcome != "REFUTED"
    assert judge(ClaimedLaw(alpha, 0.05), DESIGN, data).outcome == "REFUTED"


def test_the_next_logarithm_is_a_correction_and_refutes_nothing():
    for seed in range(5):
        data = draws(N**0.5 * (np.log(N) + 3), seed=seed)
        decision = judge(ClaimedLaw(0.5, 0.05, log_power=1), DESIGN, data)
        assert decision.outcome != "REFUTED"
        left, right = decision.interval
        assert left <= 0.5 <= right


@pytest.mark.parametrize("off", [-0.4, 0.4])
def test_another_exponent_beside_the_logarithm_is_refuted(off):
    data = draws(N**0.5 * np.log(N))
    assert judge(ClaimedLaw(0.5 + off, 0.05, log_power=1), DESIGN, data).outcome == "REFUTED"


def test_a_power_is_never_supported_as_a_law_with_a_logarithm():
    for seed in range(10):
        data = draws(N**0.62, 0.02, seed)
        assert judge(ClaimedLaw(0.5, 0.05, log_power=1), DESIGN, data).outcome != "SUPPORTED"


def test_a_logarithm_is_supported_where_no_power_with_a_correction_can_follow_it():
    law = N**0.5 * np.log(N) ** 2
    decision = judge(ClaimedLaw(0.5, 0.2, log_power=2), DESIGN, draws(law, 2e-4))
    assert decision.outcome == "SUPPORTED" or decision.rival
    assert "(ln n)^2" in " ".join(decision.limits)


def test_without_a_logarithm_nothing_changes():
    data = draws(N**0.5)
    assert judge(ClaimedLaw(0.5, 0.1, log_power=0), DESIGN, data) == judge(ClaimedLaw(0.5, 0.1), DESIGN, data)


def test_multiplying_by_the_logarithm_moves_the_letter_with_it():
    data = draws(N**0.5)
    plain = judge(ClaimedLaw(0.5, 0.05, letter=True), DESIGN, data)
    logs = judge(ClaimedLaw(0.5, 0.05, letter=True, log_power=1), DESIGN, np.log(N)[:, None] * data)
    assert plain.outcome == logs.outcome == "SUPPORTED"
    assert judge(ClaimedLaw(0.5, 0.05, letter=True), DESIGN, np.log(N)[:, None] * data).outcome == "REFUTED"


def test_an_exact_n_log_n_has_its_exponent():
    data = np.repeat((N * np.log(N))[:, None], 2, axis=1)
    decision = judge(ClaimedLaw(1, 0.05, log_power=1), DESIGN, data)
    assert decision.outcome == "SUPPORTED"
    assert decision.exponent == pytest.approx(1, abs=1e-6)


def test_a_planted_logarithm_is_never_refuted():
    data = draws(N**0.5 * np.log(N))
    assert not plants(ClaimedLaw(0.5, 0.1, log_power=1), DESIGN, data).forbidden


def test_a_logarithm_begins_at_two_and_has_a_finite_power():
    assert "ln 1 = 0" in refusal(ClaimedLaw(1, 0.2, log_power=1), Design((1, *DEFAULT_SIZES)))
    with pytest.raises(ValueError, match="of ln n: not a finite number"):
        ClaimedLaw(1, 0.1, log_power=np.nan)
