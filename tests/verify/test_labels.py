"""Pages of one label: each is a claim of its own, in the summary, in the status and in the file of verdicts."""

import pytest

from verify import audit
from verify.commands.cli import main
from verify.labels import kept_apart, owners

TRUE = '''
@page.reading("a", "squares", PROVED, printed=True, x=every(x), false_if=lambda x: equal(x, x + 1))
def square(x):
    """(x + 1)² = x² + 2x + 1."""
    return equal((x + 1) ** 2, x**2 + 2 * x + 1)
'''
FALSE = '''
@page.reading("a", "wrongly expanded", REFUTED, printed=True, x=every(x))
def square(x):
    """(x + 1)² = x² + 1."""
    return equal((x + 1) ** 2, x**2 + 1)
'''


@pytest.fixture
def two_sevens(write_page, tmp_path, monkeypatch):
    """Claim 7 twice, true and false, a page of variants beside the false one, and a claim that uses it."""
    monkeypatch.chdir(tmp_path)
    write_page(TRUE, "seven", "Claim 7: true.", folder=tmp_path / "new")
    write_page(FALSE, "seven", "Claim 7: false.", folder=tmp_path / "old")
    variants = FALSE.replace("REFUTED, printed=True", "REFUTED")
    write_page(variants, "more", "Claim 7, more: false.", "Variants of  Claim 7\n", folder=tmp_path / "old")
    write_page(TRUE, "eight", "Claim 8: true.", "Uses        Claim 7\n", folder=tmp_path / "eight")
    return audit(tmp_path)


def test_pages_of_one_label_are_kept_apart_by_file(two_sevens):
    outcomes = {entry["claim"]: entry["outcome"] for entry in two_sevens.claims}
    new, old = "Claim 7 [new/seven.py]", "Claim 7 [old/seven.py]"
    assert outcomes == {"Claim 8": "PROVED", new: "PROVED", old: "REFUTED"}
    assert next(e for e in two_sevens.claims if e["claim"] == "Claim 8")["conditional_on"] == {old: "REFUTED"}
    assert [entry["claim"] for entry in two_sevens.document()["claims"]] == [e["claim"] for e in two_sevens.claims]
    assert kept_apart(kept_apart(two_sevens.rows)) == kept_apart(two_sevens.rows)


def test_the_summary_names_the_files_and_the_way_out(two_sevens, capsys):
    assert main(["audit", "."]) == 1
    out = capsys.readouterr().out
    assert "Claim 7 is the label of 2 pages, new/seven.py, old/seven.py: each is counted as a claim of its own" in out
    assert "'Variants of  Claim 7'" in out
    assert "3 claims, 4 readings: 2 PROVED, 2 REFUTED" in out
    assert "AMBIGUOUS" not in out


@pytest.mark.parametrize("label", ["Claim 7", "Claim 7, more"])
def test_a_page_of_variants_is_no_second_claim(write_page, tmp_path, label):
    write_page(TRUE, "seven", "Claim 7: true.")
    write_page(FALSE.replace("REFUTED, printed=True", "REFUTED"), "more", f"{label}: no.", "Variants of  Claim 7\n")
    rows = audit(tmp_path).rows
    assert owners(rows) == {}
    assert kept_apart(rows) == list(rows)
