"""The referee command: what it prints and with which status it ends."""

import json
import subprocess
import sys

import pytest

from verify.commands.cli import main

HOLDS = '''
@page.reading("a", "squares", PROVED, printed=True, x=every(x), false_if="b")
def square(x):
    """(x + 1)² = x² + 2x + 1."""
    return equal((x + 1) ** 2, x**2 + 2 * x + 1)


@page.reading("b", "wrongly expanded", REFUTED, x=every(x))
def without_the_middle_term(x):
    """(x + 1)² = x² + 1."""
    return equal((x + 1) ** 2, x**2 + 1)
'''
REFUTED = HOLDS.replace("REFUTED, x", "REFUTED, printed=True, x").replace("PROVED, printed=True", "PROVED")
UNDECIDED = '''
@page.reading("a", "unknown", INCONCLUSIVE("UNDECIDED"), printed=True, x=every(x))
def unknown(x):
    """f(x) = 0."""
    return equal(Function("f")(x), 0)
'''
BROKEN = HOLDS.replace("return equal((x + 1) ** 2, x**2 + 1)", "raise RuntimeError('no')")


@pytest.mark.parametrize(
    "body, status",
    [(HOLDS, 0), (REFUTED, 1), (UNDECIDED, 2), (BROKEN, 3), ("", 3), ("def broken(:\n", 3)],
)
def test_audit_ends_with_the_status_of_the_worst_claim(write_page, body, status, capsys):
    assert main(["audit", str(write_page(body))]) == status
    assert "Green means the report is accurate" in capsys.readouterr().out


def test_the_worst_claim_wins(write_page, tmp_path, capsys):
    write_page(HOLDS, "one", "Claim 1: holds.")
    write_page(UNDECIDED, "two", "Claim 2: undecided.")
    write_page(REFUTED, "three", "Claim 3: fails.")
    assert main(["audit", str(tmp_path), "-q"]) == 2
    assert capsys.readouterr().out.count("\n") >= 4


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["audit", "{nothing}"], "no such file"),
        (["audit", "{empty}"], "no claim was checked"),
        (["list", "{empty}"], "no page at"),
        (["explain", "theorem_99"], "there is"),
        (["witness", "theorem_3::Z9"], "its readings are"),
        (["new", "not a name"], "Python identifier"),
        (["audit", "--continue"], "name its file with --verdicts-json FILE"),
        (["explain", "claim_1"], "named by its file, as in claim_1.py, or with the folder"),
    ],
)
def test_bad_input_names_the_value_and_a_way_out(arguments, told, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    places = {"nothing": tmp_path / "nothing", "empty": tmp_path / "empty"}
    assert main([word.format(**places) for word in arguments]) == 4
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["audit", "--budget", "generous"]])
def test_bad_usage_ends_with_four(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 4


def test_list_shows_recorded_verdicts_and_judges_nothing(write_page, capsys):
    assert main(["list", str(write_page(HOLDS.replace("x**2 + 2 * x", "1/0")))]) == 0
    assert "*(a) PROVED  squares" in capsys.readouterr().out


@pytest.mark.parametrize("name, way", [("claim_1", "claim_1.py"), ("Claim 1::b", "claim_1.py::b")])
def test_a_page_that_lies_here_is_named_by_its_file(name, way, write_page, tmp_path, monkeypatch, capsys):
    write_page(REFUTED)
    monkeypatch.chdir(tmp_path)
    assert main(["explain", name]) == 4
    told = capsys.readouterr().err
    assert "(the shipped paper)" in told
    assert f"For the page in this folder write {way}\n" in told
    assert main(["explain", way]) == 1


def test_explain_shows_words_readings_and_steps(write_page, capsys):
    path = write_page(REFUTED)
    assert main(["explain", "claim_1", str(path)]) == 1
    out = capsys.readouterr().out
    for told in ("Claim 1: a sentence.", "formula   (x + 1)² = x² + 1.", "because   x = 1: 4 ≠ 2"):
        assert told in out
    assert "step      formula: false" in out


def test_a_witness_script_runs_without_our_packages(write_page, capsys):
    assert main(["witness", "claim_1", str(write_page(REFUTED))]) == 0
    script = capsys.readouterr().out
    assert len(script.splitlines()) <= 15
    alone = f"import sys\nfor name in ('theory', 'numerics', 'verify'): sys.modules[name] = None\n{script}"
    ran = subprocess.run([sys.executable, "-I", "-c", alone], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "is False" in ran.stdout


def test_a_witness_script_takes_a_reading_that_answers_with_a_python_bool(write_page, capsys):
    body = "from sympy import isprime\n" + REFUTED.replace("equal((x + 1) ** 2, x**2 + 1)", "isprime(x**2 + x + 41)")
    path = write_page(body.replace("REFUTED, printed=True, x=every(x)", "REFUTED, printed=True, x=naturals(1)"))
    assert main(["witness", "claim_1::b", str(path)]) == 0
    ran = subprocess.run([sys.executable, "-I", "-c", capsys.readouterr().out], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "without_the_middle_term at x = 40: False is False\n"


def test_a_claim_that_holds_has_no_witness_and_says_so(write_page, capsys):
    path = write_page(HOLDS)
    assert main(["witness", "claim_1::a", str(path)]) == 2
    assert "(a) PROVED" in capsys.readouterr().err


def test_a_new_page_is_unwritten_and_never_overwritten(tmp_path, capsys):
    assert main(["new", "--blank", "theorem_9", "--in", str(tmp_path)]) == 0
    page = tmp_path / "theorem_9.py"
    assert main(["audit", str(page)]) == 3
    before = page.read_text()
    assert main(["new", "--blank", "theorem_9", "--in", str(tmp_path)]) == 4
    assert page.read_text() == before
    assert "theorem_9" in capsys.readouterr().err


def test_a_folder_that_a_new_page_makes_is_told(tmp_path, capsys):
    for told in (True, False):
        assert main(["new", f"theorem_{told:d}", "--in", str(tmp_path / "made")]) == 0
        assert (f"in the new folder {tmp_path / 'made'}: fill it in" in capsys.readouterr().out) is told


def test_a_new_page_takes_its_fingerprint_from_the_paper(tmp_path):
    (tmp_path / "paper.md").write_text("**Theorem 9.** All is well.\n")
    main(["new", "theorem_9", "--in", str(tmp_path)])
    assert "000000" not in (tmp_path / "theorem_9.py").read_text()
    assert main(["audit", str(tmp_path / "theorem_9.py")]) == 3


def test_an_interrupted_audit_keeps_what_it_has_and_continues(write_page, tmp_path, monkeypatch, capsys):
    from verify import auditing as module

    write_page(HOLDS, "one", "Claim 1: holds.")
    write_page(HOLDS, "two", "Claim 2: holds.")
    judge, judged = module.judge, []

    def interrupted(reading, budget, seed):
        if len(judged) == 3:
            raise KeyboardInterrupt
        judged.append(reading.name)
        return judge(reading, budget, seed)

    monkeypatch.setattr(module, "judge", interrupted)
    target = tmp_path / "verdicts.json"
    assert main(["audit", str(tmp_path), "--verdicts-json", str(target)]) == 130
    assert "--continue" in capsys.readouterr().err
    assert json.loads(target.read_text())["complete"] is False
    again = []
    monkeypatch.setattr(module, "judge", lambda r, b, s: again.append(r.name) or judge(r, b, s))
    assert main(["audit", str(tmp_path), "--verdicts-json", str(target), "--continue"]) == 0
    written = json.loads(target.read_text())
    assert written["complete"] is True
    assert len(written["readings"]) == 4
    assert again == ["two::b"]


def test_help_imports_neither_sympy_nor_torch():
    code = (
        "import sys\nfrom verify.commands.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('sympy', 'torch', 'numpy', 'hypothesis') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("[]")


def test_an_audit_shows_itself_in_a_notebook(write_page):
    from verify import audit

    result = audit(write_page(REFUTED))
    assert "REFUTED" in result._repr_html_()
    assert result["claim_1::b"]["witness"]["bindings"] == {"x": "1"}
    assert (result.exit_code, result.accurate) == (1, True)
    with pytest.raises(KeyError, match="claim_1::a"):
        result["nowhere::a"]


def test_a_misspelt_option_is_named_with_the_nearest_one(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["audit", "--contine", "."])
    assert stopped.value.code == 4
    assert "--contine: no such argument of audit; did you mean --continue?" in capsys.readouterr().err


def test_a_page_is_never_written_over_another_file(tmp_path, capsys):
    (tmp_path / "theorem_8.py").write_text("mine", encoding="utf-8")
    assert main(["new", "theorem_8", "--in", str(tmp_path)]) == 4
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "theorem_8.py").read_text(encoding="utf-8") == "mine"
