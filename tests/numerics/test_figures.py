"""The picture of a decision: what is drawn is what was decided."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.figures import decision_figure, local_exponents
from numerics.inference import ClaimedLaw, Design, judge
from numerics.planted import planted_law, shipped_laws, simulate
from numerics.streams import stream

pytest.importorskip("matplotlib")
LAWS = {law.id: law for law in shipped_laws()}


def drawn(name):
    """(law, decision, figure) of a shipped law."""
    law = LAWS[name]
    data = simulate(law, stream(0, "figure", name))
    decision = judge(law.claim, law.design, data)
    return law, decision, decision_figure(law.claim, law.design, data, decision)


@settings(deadline=None, max_examples=50)
@given(st.floats(-3, 3), st.floats(0.01, 100), st.sampled_from([-1, 1]))
def test_the_local_exponent_of_a_power_is_its_exponent(alpha, amplitude, sign):
    n = np.array([4.0, 6, 8, 12, 16, 24])
    x, slope, error = local_exponents(n, sign * amplitude * n**alpha, np.zeros(6))
    assert slope == pytest.approx(alpha, abs=1e-9)
    assert error == pytest.approx(0)
    assert (np.diff(x) < 0).all()


@pytest.mark.parametrize(
    "name",
    [
        "corr_om1.0_b5.0",
        "wrong_by_0.3_delta.05",
        "log_adv_alone",
        "pure_-1_negative",
        "corr_sign_change_inside",
        "logclaim_true",
    ],
)
def test_a_figure_shows_data_law_rivals_exponents_and_sets(name):
    law, decision, figure = drawn(name)
    left, middle, right = figure.axes
    assert decision.outcome in figure.get_suptitle()
    labels = left.get_legend_handles_labels()[1]
    assert [label.split()[0] for label in labels][-1] == "data,"
    assert sum(label.startswith("rival") for label in labels) == 2
    assert len(left.containers[0][0].get_xdata()) == len(law.sizes)
    assert (left.get_xlabel(), middle.get_xlabel()[:6], right.get_xlabel()) == ("n", "1/ln n", "draws a size")
    low, high = law.claim.bounds
    for axes in (middle, right):
        assert axes.patches[0].get_y() == pytest.approx(low)
        assert axes.patches[0].get_height() == pytest.approx(high - low)


def test_the_last_set_is_that_of_the_decision_and_lies_within_the_first():
    _, decision, figure = drawn("corr_om1.0_b5.0")
    sets = [line for line in figure.axes[2].lines if line.get_linestyle() == "-"]
    assert len(sets) >= 3
    first, last = (line.get_ydata() for line in (sets[0], sets[-1]))
    assert last == pytest.approx(decision.interval)
    assert np.ptp(last) < np.ptp(first)


@pytest.mark.parametrize("name", ["nan", "zero", "two_sizes_log", "one_draw", "geometric_mean_of_signs"])
def test_data_unfit_for_a_verdict_are_shown_with_the_reason(name):
    _, decision, figure = drawn(name)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert decision.reason in texts


def test_a_figure_is_written_as_a_picture(tmp_path):
    drawn("pure_tiny_values")[2].savefig(tmp_path / "decision.png")
    assert (tmp_path / "decision.png").read_bytes().startswith(b"\x89PNG")


def test_rows_must_match_the_sizes():
    law = planted_law({**_plain(), "sizes": [32, 48, 64, 96, 128, 192, 1000]})
    data = simulate(law, stream(0, "rows"))
    with pytest.raises(ValueError, match="3 rows of draws for 7 sizes"):
        decision_figure(law.claim, law.design, data[:3], judge(law.claim, law.design, data))


def _plain():
    claim, noise = {"alpha0": 0.5, "delta": 0.1}, {"kind": "mult_gauss", "sigma": 0.02}
    return {
        "id": "p",
        "law": "n**0.5",
        "claim": claim,
        "ideal": "SUPPORTED",
        "forbidden": [],
        "noise": noise,
        "reps": 60,
    }


def test_the_letter_has_a_picture_too():
    claim, design = ClaimedLaw(1, 0.05, letter=True), Design(replicates=20)
    data = np.array(design.sizes)[:, None] * (1 + 0.01 * stream(0, "letter").standard_normal((15, 20)))
    figure = decision_figure(claim, design, data, judge(claim, design, data))
    assert "to the letter" in figure.get_suptitle()
