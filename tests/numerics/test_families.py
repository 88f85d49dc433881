"""The stored family: what it holds, what it refuses, and how it is made."""

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from numerics import families
from numerics.digits import digits
from numerics.families import (
    FOLDER,
    LAYERS,
    MANIFEST,
    NAME,
    REPLICATES,
    WIDTHS,
    DamagedFamily,
    family,
    initial_weights,
    make,
    split_digits,
    train,
    weights,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path):
    """The narrowest width in a folder of its own."""
    name = f"{NAME}_0016.safetensors"
    shutil.copy(FOLDER / name, tmp_path / name)
    manifest = json.loads((FOLDER / MANIFEST).read_text("utf-8"))
    manifest["files"] = {name: manifest["files"][name]}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return tmp_path


def rewritten(folder, tensors):
    """Store tensors in place of the narrowest width, with the hash that belongs to them."""
    from safetensors.numpy import save

    name = f"{NAME}_0016.safetensors"
    (folder / name).write_bytes(save(tensors))
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["files"][name]["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")


# what is stored --------------------------------------------------------------------------------------


def test_every_width_has_a_dozen_and_more_replicates_that_learned_the_digits():
    stored = family(NAME)
    assert (stored.widths, stored.replicates, stored.layers) == (WIDTHS, REPLICATES, LAYERS)
    for width in stored.widths:
        assert stored.train_accuracy[width].shape == stored.test_accuracy[width].shape == (REPLICATES,)
        assert stored.train_accuracy[width].min() > 0.99
        assert stored.test_accuracy[width].min() > 0.93


def test_the_family_takes_less_than_eight_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 8e6


@pytest.mark.parametrize("width", WIDTHS)
def test_stored_hashes_are_those_of_the_files(width):
    stored = family()
    assert hashlib.sha256(stored.path(width).read_bytes()).hexdigest() == stored.sha256[width]


@pytest.mark.parametrize("width", WIDTHS)
def test_layers_have_the_shapes_of_the_architecture(width):
    shapes = [weights(NAME, width, REPLICATES - 1, layer).shape for layer in LAYERS]
    assert shapes == [(64, width), (width, width), (width, 10)]


@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_stored_weights_have_the_accuracies_of_the_manifest(width):
    (_, _), (images, labels) = split_digits()
    for replicate in (0, 7):
        x = images
        for layer in LAYERS[:-1]:
            x = np.maximum(x @ weights(NAME, width, replicate, layer), 0)
        accuracy = ((x @ weights(NAME, width, replicate, "output")).argmax(-1) == labels).mean()
        assert accuracy == pytest.approx(family().test_accuracy[width][replicate], abs=1.5 / len(labels))


def test_replicates_are_different_networks():
    first, second = (weights(NAME, 16, r) for r in (0, 1))
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.3


def test_training_moved_the_weights_and_the_start_is_reproducible():
    start = initial_weights(16, 3)
    assert all((start[layer] == initial_weights(16, 3)[layer]).all() for layer in LAYERS)
    assert not np.allclose(start["hidden"], weights(NAME, 16, 3), atol=1e-2)


def test_the_split_is_a_partition_of_the_digits():
    (images, labels), (test_images, test_labels) = split_digits()
    assert len(images) + len(test_images) == len(labels) + len(test_labels) == len(digits()[1])
    assert set(test_labels) == set(labels) == set(range(10))


def test_reading_needs_neither_torch_nor_scikit_learn():
    program = (
        "import sys; from numerics.families import weights; weights('digits_mlp', 16, 0); "
        "print(sorted({'torch', 'sklearn'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("digits_cnn", 16, 0), "no family 'digits_cnn'; the stored one is 'digits_mlp'"),
        ((NAME, 17, 0), "no width 17; the stored widths are 16, 24, 32"),
        ((NAME, 16, 24), "no replicate 24; there are 24, counted from 0"),
        ((NAME, 16, -1), "no replicate -1"),
        ((NAME, 16, 0, "bias"), "no layer 'bias'; the layers are input, hidden, output"),
    ],
)
def test_what_is_not_stored_is_named_with_what_is(arguments, message):
    with pytest.raises(ValueError, match=message):
        weights(*arguments)


def test_a_changed_file_is_refused(copy):
    path = family(NAME, copy).path(16)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFamily, match=r"0016.safetensors: SHA-256 is .* run `make families`"):
        weights(NAME, 16, 0, folder=copy)


def test_a_missing_file_is_named(copy):
    family(NAME, copy).path(16).unlink()
    with pytest.raises(DamagedFamily, match="the file is missing"):
        weights(NAME, 16, 0, folder=copy)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(copy, bad):
    tensors = {layer: np.stack([weights(NAME, 16, r, layer) for r in range(2)]) for layer in LAYERS}
    tensors["hidden"][1, 2, 3] = bad
    rewritten(copy, tensors)
    with pytest.raises(DamagedFamily, match=rf"hidden holds {bad} at \(1, 2, 3\)"):
        weights(NAME, 16, 0, folder=copy)


def test_a_file_with_other_layers_is_refused(copy):
    rewritten(copy, {"hidden": np.ones((24, 16, 16), np.float32)})
    with pytest.raises(DamagedFamily, match="input of shape"):
        weights(NAME, 16, 0, "input", folder=copy)


class Payload:
    """Pickled, this deletes the folder that it names as soon as somebody loads it."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return shutil.rmtree, (str(self.folder),)


def test_a_pickle_with_the_right_hash_is_refused_and_not_executed(copy):
    prey = copy / "prey"
    prey.mkdir()
    path = family(NAME, copy).path(16)
    path.write_bytes(pickle.dumps(Payload(prey)))
    manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
    manifest["files"][path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DamagedFamily, match="not a safetensors file"):
        weights(NAME, 16, 0, folder=copy)
    assert prey.is_dir()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "no entry 'files'"),
        ('{"files": 3}', "no entry 'files'"),
        ('{"files": {"a": {"width": 3}}}', "an entry lacks 'seeds'"),
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path, text, message):
    (tmp_path / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(DamagedFamily, match=message):
        family(NAME, tmp_path)


def test_a_missing_manifest_names_the_way_out(tmp_path):
    with pytest.raises(DamagedFamily, match="run `make families`"):
        family(NAME, tmp_path)


# how it is made --------------------------------------------------------------------------------------


def test_training_is_reproducible_on_one_machine_and_learns():
    first, second = (train(8, replicates=2, epochs=2) for _ in range(2))
    assert all((first[0][layer] == second[0][layer]).all() for layer in LAYERS)
    assert first[1].min() > 0.3


def test_replicates_do_not_depend_on_their_company():
    alone, together = (train(8, replicates=count, epochs=1)[0]["hidden"][0] for count in (1, 3))
    assert alone == pytest.approx(together, abs=1e-4)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    settings = {"replicates": 1, "epochs": 1}
    assert make(tmp_path, (4, 6), **settings) == [4, 6]
    assert make(tmp_path, (4, 6), **settings) == []
    (tmp_path / f"{NAME}_0006.safetensors").write_bytes(b"cut short")
    assert make(tmp_path, (4, 6, 8), **settings) == [6, 8]
    assert not list(tmp_path.glob("*.part"))
    assert weights(NAME, 6, 0, folder=tmp_path).shape == (6, 6)


def test_a_diverging_run_stores_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(families, "STEP", 1e6)
    with pytest.raises(FloatingPointError, match=r"the step 1000000\.0 is too large"):
        make(tmp_path, (8,), replicates=1, epochs=3)
    assert not list(tmp_path.iterdir())
