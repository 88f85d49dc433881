"""Models trained on a signal: recurrences are predicted exactly, training lowers the error, stored models are read."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.signal_models import (
    FOLDER,
    NAME,
    REPLICATES,
    WIDTHS,
    electroencephalogram,
    last_weight,
    model,
    trained,
)
from numerics.state_space import enclosed_residue_sum, residue_sum


@given(st.floats(0.2, 2.9), st.floats(0.2, 2.9), st.integers(4, 6))
@settings(max_examples=30, deadline=None)
def test_two_tones_are_predicted_without_error(first, second, order):
    """cos ωt obeys u_{t+1} = 2 cos ω u_t − u_{t−1}; two tones need four samples, with h₁ = 2 cos ω₁ + 2 cos ω₂."""
    t = np.arange(400)
    u = np.cos(first * t) + np.cos(second * t + 1)
    weight, error = last_weight(u, order)
    assert error < 1e-18
    if order == 4 and abs(first - second) > 0.3:
        assert weight == pytest.approx(2 * np.cos(first) + 2 * np.cos(second), abs=1e-6)


def test_training_lowers_the_error_and_is_reproducible():
    u = electroencephalogram()
    before = trained(u, 3, replicates=2, steps=1)
    after, again = (trained(u, 3, replicates=2, steps=60) for _ in range(2))
    assert (after[1] < before[1]).all()
    np.testing.assert_array_equal(after[0].A, again[0].A)


def test_the_signal_is_standardised_and_has_four_channels():
    u = electroencephalogram(3)
    assert u.shape == (800,)
    assert abs(u.mean()) < 1e-12
    assert abs(u.std() - 1) < 1e-12
    with pytest.raises(ValueError, match="there are 0, 1, 2 and 3"):
        electroencephalogram(4)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_contour_gives_the_closed_form_for_stored_models(width):
    network = model(width, 0)
    assert network.width == width
    circle = enclosed_residue_sum(network)
    assert abs(circle.value - residue_sum(network)).max() <= circle.error.max() + 1e-12


def test_the_stored_models_learnt_the_last_weight_of_the_best_predictor():
    """h₁ by least squares on 8 samples has the standard error √(σ² (XᵀX)^−1₁₁); S lies within two of it."""
    u = electroencephalogram()
    past = np.stack([u[7 - i : len(u) - 1 - i] for i in range(8)], axis=1)
    weight, error = last_weight(u, 8)
    standard_error = np.sqrt(error * np.linalg.inv(past.T @ past)[0, 0])
    sums = [float(residue_sum(model(width, r))[0, 0]) for width in WIDTHS for r in range(REPLICATES)]
    assert np.abs(np.median(sums) - weight) < 2 * standard_error


def test_a_stored_model_that_is_not_there_is_refused():
    for width, replicate in ((5, 0), (4, REPLICATES), (4, -1)):
        with pytest.raises(ValueError, match="no model of width"):
            model(width, replicate)


def test_a_file_that_was_changed_is_refused(tmp_path):
    record = json.loads((FOLDER / f"{NAME}.json").read_text("utf-8"))
    (tmp_path / f"{NAME}.json").write_text(json.dumps(record), "utf-8")
    content = (FOLDER / f"{NAME}.safetensors").read_bytes()
    (tmp_path / f"{NAME}.safetensors").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ValueError, match="is not the file of its record"):
        model(4, 0, tmp_path)
