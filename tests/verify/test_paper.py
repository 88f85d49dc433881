"""The paper under audit: every page of verify/claims, judged once, then held against what it records."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from verify.auditing import PAPER, audit, opened
from verify.collection import pages_under
from verify.commands.list import findings
from verify.pages import Page
from verify.scripts import script_of

ROOT = Path(__file__).parents[2]
PAGES = {path.stem: opened(path) for path in pages_under(PAPER)}
READINGS = {f"{name}::{r.letter}": r for name, page in PAGES.items() for r in page.readings.values()}
REFUTED = sorted(key for key, r in READINGS.items() if str(r.recorded).startswith("REFUTED"))
OTHER = {
    "PROVED": "REFUTED",
    "SUPPORTED": "REFUTED",
    "REFUTED": "PROVED",
    "TRIVIAL": "PROVED",
    "UNDEFINED": "REFUTED",
    "INCONCLUSIVE": "PROVED",
}
JUDGED = {
    *("Definition 1", "Definition 2", "Definition 3", "RG flow", "Critical exponents", "Theorem 1"),
    *("Residue conservation", "Theorem 3", "Theorem 4", "Noether current", "Theorem 6", "Proposition 2", "Theorem 7"),
}


@pytest.fixture(scope="module")
def judged():
    return audit()


def test_each_claim_that_is_said_to_be_judged_has_a_page():
    assert {page.claim_label for page in PAGES.values()} >= JUDGED


def test_every_recorded_verdict_is_computed_again(judged):
    assert [(row["page"], row["reading"], row["verdict"]) for row in judged.rows if not row["accurate"]] == []


def test_glosses_of_theorem_3_name_the_hypothesis_under_which_the_formula_holds():
    named = {"A1": "a translation", "B1": "a translation", "A2plus": "ψ(∞) and T(ψ(∞)) finite", "C2": "T affine"}
    proved = {k: r for k, r in PAGES["theorem_3"].readings.items() if r.given and str(r.recorded) == "PROVED"}
    assert set(proved) == set(named)
    assert [letter for letter, words in named.items() if words not in proved[letter].gloss] == []


def test_the_shipped_paper_is_flagged(judged):
    assert judged.exit_code == 1


def flipped(source: str) -> str:
    """The page with the recorded verdict of every reading changed to another one."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reading":
            recorded = ast.unparse(node.args[2])
            node.args[2] = ast.Name(OTHER[re.findall(r"[A-Z]+", recorded)[0]])
    return ast.unparse(tree).replace("page = Page(__doc__)", "from verify import PROVED, REFUTED\npage = Page(__doc__)")


def test_every_flipped_verdict_is_red(tmp_path):
    """Each page is copied with every verdict changed; not one item stays green."""
    for path in pages_under(PAPER):
        (tmp_path / path.name).write_text(flipped(path.read_text(encoding="utf-8")), encoding="utf-8")
    (tmp_path / "paper.md").write_text((PAPER / "paper.md").read_text(encoding="utf-8"), encoding="utf-8")
    result = audit(tmp_path)
    assert len(result.rows) == len(READINGS)
    assert {row["state"] for row in result.rows} == {"OK"}
    assert [f"{row['page']}::{row['reading']}" for row in result.rows if row["accurate"]] == []


def test_every_failing_claim_has_a_checked_repair(judged):
    for entry in judged.claims:
        if entry["outcome"] not in ("PROVED", "SUPPORTED"):
            assert any(repair["verdict"].startswith(("PROVED", "SUPPORTED")) for repair in entry["corrected"]), entry


def test_no_proof_stands_without_a_test_of_its_hypotheses(judged):
    loose = [
        (Path(row["page"]).stem, row["reading"])
        for row in judged.rows
        if row["outcome"] in ("PROVED", "SUPPORTED")
        if any("no variation was declared" in limit or "was not refuted" in limit for limit in row["limits"])
    ]
    assert loose == []


def test_no_listed_hypothesis_is_idle(judged):
    idle = [
        (Path(row["page"]).stem, row["reading"], limit)
        for row in judged.rows
        for limit in row["limits"]
        if limit.startswith("not used")
    ]
    assert idle == []


@pytest.mark.parametrize("key", REFUTED)
def test_every_refuted_reading_has_a_script_that_reproduces_it_alone(key):
    script, why = script_of(READINGS[key])
    assert script is not None, why
    assert len(script.splitlines()) <= 15
    assert "assert" in script
    alone = f"import sys\nfor name in ('theory', 'numerics', 'verify'): sys.modules[name] = None\n{script}"
    ran = subprocess.run([sys.executable, "-I", "-c", alone], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, f"{script}\n{ran.stderr}"
    assert ran.stdout.strip()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_has_the_shape_of_a_page(name):
    page = PAGES[name]
    assert isinstance(page, Page)
    assert page.staleness() is None
    assert len(page.readings) <= 8
    assert {"Source", "Setting", "Refuted by", "Finding", "Corrected"} <= set(page.fields)
    assert len(page.fields["Finding"].splitlines()) <= 3
    code = re.sub(r'\.script\(\s*"""(?s:.*?)"""\s*\)', "", page.path.read_text(encoding="utf-8"))
    assert all(re.search(r"\bseed\b|default_rng", line) is None for line in code.splitlines())


def test_every_paragraph_of_the_paper_with_a_page_is_found_by_its_label():
    assert all(page.fields["Source"].split(",")[0] in (PAPER / "paper.md").read_text() for page in PAGES.values())


def test_the_table_of_findings_in_the_readme_is_that_of_the_pages():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("<!-- findings -->")[1].strip()
    assert table == findings(list(PAGES.values())), "run: referee list --markdown"


def test_the_example_of_the_readme_runs_and_prints_what_the_readme_shows(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Audit a claim of your own")[1]
    (tmp_path / "claim_1.py").write_text(section.split("```python\n")[1].split("```")[0], encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "claim_1.py", "-p", "no:cacheprovider", "--color=no"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    shown = section.split("$ pytest claim_1.py\n")[1].split("\n\n`every")[0]
    assert ran.returncode == 0
    assert [line for line in map(str.strip, shown.splitlines()) if line not in ran.stdout] == []
