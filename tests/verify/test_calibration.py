"""referee calibrate: the rates it counts, its statuses, and that nothing that was computed is lost."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from numerics.planted import planted_law, random_laws, shipped_laws, trial
from verify import calibration
from verify.calibration import calibrate
from verify.commands.cli import main

FOUR = [law for law in shipped_laws() if law.id in ("pure_0.5", "wrong_by_0.1_delta.03", "zero", "letter_plus_one")]
RAN = calibration._ran


def entry(**changes):
    """A law in JSON form: a pure power."""
    plain = {
        "id": "plain",
        "law": "2*n**0.5",
        "claim": {"alpha0": 0.5, "delta": 0.05},
        "ideal": "SUPPORTED",
        "forbidden": ["REFUTED"],
        "noise": {"kind": "mult_gauss", "sigma": 0.02},
        "sizes": [32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096],
        "reps": 200,
    }
    return plain | changes


@pytest.fixture
def laws_file(tmp_path):
    def write(*entries):
        path = tmp_path / "laws.json"
        path.write_text(json.dumps(entries))
        return path

    return write


def rates(document):
    """What does not depend on the clock."""
    return [{k: v for k, v in row.items() if k != "seconds"} for row in document["laws"]]


def test_rates_are_counts_over_runs():
    result = calibrate(FOUR, lambda law: 3)
    for law, row in zip(FOUR, result.rows(), strict=True):
        outcomes = Counter(trial(law, run).outcomes[0] for run in range(3))
        assert (row["id"], row["runs"], row["verdicts"]) == (law.id, 3, dict(outcomes))
        assert row["ideal_rate"] == outcomes[law.ideal] / 3
        assert row["inconclusive_rate"] == outcomes["INCONCLUSIVE"] / 3
        assert row["forbidden_rate"] == sum(outcomes[word] for word in law.forbidden) / 3
        assert row["forbidden_interval"][0] <= row["forbidden_rate"] <= row["forbidden_interval"][1]
    together = result.families()[-1]
    assert (together["family"], together["laws"], together["runs"]) == ("all", 4, 12)


def test_two_workers_find_what_one_finds():
    laws = random_laws(24, 3)
    one, two = (calibrate(laws, lambda law: 1, 3, workers) for workers in (1, 2))
    assert rates(one.document()) == rates(two.document())


def test_a_journal_is_used_again_for_the_same_law_seed_and_code_only(tmp_path, monkeypatch):
    journal, ran = tmp_path / "journal", []
    monkeypatch.setattr(calibration, "_ran", lambda batch, seed: ran.extend(batch) or RAN(batch, seed))
    first = calibrate(FOUR, lambda law: 2, 0, journal=journal)
    assert len(ran) == 8
    again = calibrate(FOUR, lambda law: 3, 0, journal=journal)
    assert len(ran) == 8 + 4
    assert [row["runs"] for row in again.rows()] == [3] * 4
    assert again.trials["pure_0.5"][:2] == first.trials["pure_0.5"]
    calibrate(FOUR, lambda law: 1, 1, journal=journal)
    assert len(ran) == 8 + 4 + 4
    monkeypatch.setattr(calibration, "_code", lambda: "other")
    calibrate(FOUR, lambda law: 1, 0, journal=journal)
    assert len(ran) == 8 + 4 + 4 + 4


def test_a_journal_cut_off_in_a_line_loses_that_line_only(tmp_path):
    journal = tmp_path / "journal"
    whole = calibrate(FOUR, lambda law: 2, journal=journal)
    journal.write_text(journal.read_text()[:-40])
    assert len(calibration._kept(journal, FOUR, 0)) == 7
    again = calibrate(FOUR, lambda law: 2, journal=journal)
    assert rates(again.document()) == rates(whole.document())
    assert len(calibration._kept(journal, FOUR, 0)) == 8


def test_an_interrupted_run_keeps_what_it_has_and_goes_on(laws_file, tmp_path, monkeypatch, capsys):
    file, target, ran = laws_file(entry(), entry(id="other")), tmp_path / "rates.json", []

    def interrupted(batch, seed):
        ran.append(batch)
        if len(ran) == 3:
            raise KeyboardInterrupt
        return RAN(batch, seed)

    monkeypatch.setattr(calibration, "_ran", interrupted)
    command = ["calibrate", "--laws", str(file), "--runs", "15", "--workers", "1", "--json", str(target)]
    assert main(command) == 130
    assert "the same command goes on" in capsys.readouterr().err
    half = json.loads(target.read_text())
    assert (half["complete"], [row["runs"] for row in half["laws"]]) == (False, [15, 5])
    assert main(command) == 0
    whole = json.loads(target.read_text())
    assert (whole["complete"], [row["runs"] for row in whole["laws"]]) == (True, [15, 15])
    assert len(ran) == 4
    assert not list(tmp_path.glob("*.journal"))


def test_a_forbidden_verdict_is_told_and_flagged(laws_file, capsys):
    wrong = entry(id="mislabelled", ideal="REFUTED", forbidden=["SUPPORTED"])
    assert main(["calibrate", "--laws", str(laws_file(entry(), wrong)), "--runs", "2", "--workers", "1"]) == 1
    out = capsys.readouterr().out
    assert "mislabelled: SUPPORTED forbidden, 100.0%" in out
    assert "the decision on 1" in out


def test_an_unreadable_law_is_named_and_the_others_run(laws_file, tmp_path, capsys):
    file = laws_file(entry(), entry(id="evil", law="__import__('os').abort()"))
    target = tmp_path / "rates.json"
    assert main(["calibrate", "--laws", str(file), "--runs", "1", "--json", str(target)]) == 4
    assert "planted law 'evil', law: \"__import__('os').abort()\"" in capsys.readouterr().err
    document = json.loads(target.read_text())
    assert [row["id"] for row in document["laws"]] == ["plain"]
    assert "evil" in document["unreadable"][0]


@pytest.mark.parametrize(
    "words, told",
    [
        (["--laws", "{tmp}/nowhere.json"], "nowhere.json"),
        (["--laws", "{tmp}/empty.json"], "holds no law"),
    ],
)
def test_a_file_without_laws_ends_with_four(words, told, tmp_path, capsys):
    (tmp_path / "empty.json").write_text("[]")
    assert main(["calibrate", *(word.format(tmp=tmp_path) for word in words)]) == 4
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--runs", "0"], ["--workers", "-1"], ["--random", "many"]])
def test_a_count_is_a_whole_number(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", *words])
    assert ended.value.code == 4
    assert "whole number, 1 or more" in capsys.readouterr().err


def test_generated_laws_are_counted_by_family(tmp_path, capsys):
    target = tmp_path / "rates.json"
    assert main(["calibrate", "--random", "6", "--seed", "4", "--workers", "1", "--json", str(target)]) == 0
    document = json.loads(target.read_text())
    assert [row["runs"] for row in document["laws"]] == [1] * 6
    assert [row["family"] for row in document["families"]][-2:] == ["random: log-periodic", "all"]
    assert "random: adversarial log" in capsys.readouterr().out


def test_two_laws_of_one_name_are_refused():
    law = planted_law(entry())
    with pytest.raises(ValueError, match="stand twice"):
        calibrate([law, law], lambda law: 1)


def test_importing_the_command_loads_neither_numpy_nor_rich():
    code = (
        "import sys, verify.commands.calibrate as c, argparse; c.arguments(argparse.ArgumentParser())\n"
        "print([m for m in ('numpy', 'rich', 'torch', 'scipy') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
