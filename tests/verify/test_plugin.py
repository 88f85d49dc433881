"""The pytest side: items, options, output, exit status."""

import json

import pytest

# Imported here once: pytester forgets what a run imported, and NumPy cannot be imported twice.
from numerics import inference  # noqa: F401
from verify import checker, measurement, plugin, strategies  # noqa: F401

TRUE = '''
@page.reading("a", "squares", PROVED, printed=True, x=every(x), false_if="b")
def square(x):
    """(x + 1)² = x² + 2x + 1."""
    return equal((x + 1) ** 2, x**2 + 2 * x + 1)


@page.reading("b", "wrongly expanded", REFUTED, x=every(x))
def without_the_middle_term(x):
    """(x + 1)² = x² + 1."""
    return equal((x + 1) ** 2, x**2 + 1)
'''
FALSE = TRUE.replace("REFUTED, x", "REFUTED, printed=True, x").replace("PROVED, printed=True, ", "PROVED, ")


@pytest.fixture
def pages(pytester, write_page, monkeypatch):
    """Write pages into pytester's folder: name → body. On a CI server pytest would print more."""
    for variable in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(variable, raising=False)

    def write(**bodies):
        for number, (name, body) in enumerate(bodies.items(), 1):
            write_page(body, name=name, title=f"Claim {number}: about {name}.", folder=pytester.path)
        return pytester

    return write


def run(pytester, *arguments):
    """pytest on the pages; in a process of its own where workers are asked for."""
    start = pytester.runpytest_subprocess if "-n" in arguments else pytester.runpytest_inprocess
    return start("-p", "no:cacheprovider", *arguments)


def test_green_means_that_the_recorded_verdicts_were_computed_again(pages):
    result = run(pages(sound=TRUE))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["Claim 1  PROVED*about sound.", "*(a) PROVED*", "*(b) REFUTED*x = 1: 4 ≠ 2*", "*Green means the report*"]
    )


@pytest.mark.parametrize("flipped", ["SUPPORTED", "REFUTED", "TRIVIAL", "UNDEFINED", "INCONCLUSIVE"])
def test_a_flipped_verdict_is_red_and_shows_recorded_against_computed(pages, flipped):
    result = run(pages(flipped=TRUE.replace("PROVED, printed", f"{flipped}, printed")))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f"recorded  {flipped}", "computed  PROVED*", "again *pytest*flipped.py::a"])


def test_a_red_reading_shows_its_bindings(pages):
    result = run(pages(wrong=TRUE.replace("REFUTED", "PROVED")))
    result.stdout.fnmatch_lines(["bindings  x = 1", "there     4 ≠ 2"])


def test_no_recorded_verdict_is_unwritten_and_shows_what_was_computed(pages):
    result = run(pages(blank=TRUE.replace("PROVED, printed", "printed")))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*UNWRITTEN*", "recorded  nothing*", "computed  PROVED*"])


def test_a_page_without_readings_is_unwritten(pages):
    result = run(pages(skeleton=""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*UNWRITTEN*"])


def test_an_unknown_hypothesis_is_one_red_item_that_names_it(pages):
    body = TRUE.replace("x=every(x), false_if", 'x=every(x), given={"n is large": n > 9}, false_if')
    result = run(pages(strange=body, sound=TRUE))
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*'n is large' speaks of n*"])


def test_an_edited_sentence_makes_the_page_stale(pages, pytester):
    from verify.pages import fingerprint

    sentence = "**Claim 1.** Squares expand."
    (pytester.path / "paper.md").write_text(sentence + "\n")
    pages(sound=TRUE)
    page = pytester.path / "sound.py"
    page.write_text(page.read_text().replace("000000", fingerprint(sentence)))
    run(pytester).assert_outcomes(passed=2)
    (pytester.path / "paper.md").write_text(sentence.replace("expand", "never expand") + "\n")
    result = run(pytester)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*STALE*", "*the claim's text has changed*"])


def test_publish_asks_that_the_printed_readings_hold(pages):
    run(pages(holds=TRUE), "--publish").assert_outcomes(passed=2)
    result = run(pages(fails=FALSE), "--publish")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["--publish*must be PROVED or SUPPORTED"])


def test_publish_notices_a_printed_reading_that_was_not_run(pages):
    assert run(pages(holds=TRUE), "--publish", "holds.py::b").ret == 1


def test_the_verdicts_file_follows_its_schema(pages, pytester):
    import jsonschema

    from verify import records

    result = run(pages(sound=TRUE, wrong=FALSE), "--verdicts-json", "out/verdicts.json")
    assert result.ret == 0
    written = json.loads((pytester.path / "out" / "verdicts.json").read_text())
    schema = json.loads((records.SCHEMA_FILE).read_text())
    jsonschema.validate(written, schema)
    assert [r["reading"] for r in written["readings"]] == ["a", "b", "a", "b"]
    assert written["complete"] is True
    assert {c["claim"]: c["outcome"] for c in written["claims"]} == {"Claim 1": "PROVED", "Claim 2": "REFUTED"}


@pytest.mark.parametrize("option", ["--publish", "--verdicts-json=out.json"])
def test_no_claim_at_all_is_an_error_when_a_report_is_asked_for(pytester, option):
    pytester.makepyfile("def test_x(): pass")
    assert run(pytester).ret == 0
    result = run(pytester, option)
    assert result.ret == 5
    result.stdout.fnmatch_lines(["*no claim was checked*"])


def verdicts(pytester, name, *arguments):
    run(pytester, "--verdicts-json", name, *arguments)
    rows = json.loads((pytester.path / name).read_text())["readings"]
    timeless = [{k: v for k, v in row.items() if k != "seconds"} for row in rows]
    return {(row["page"], row["reading"]): row for row in timeless}


MEASURED = '''
@page.reading("m", "measured", SUPPORTED, printed=True)
def grows():
    """v ~ n."""


@grows.law(exponent=1, margin=0.1, size="n")
def draw(size, rng):
    return size * (1 + 0.01 * rng.standard_normal())


@page.reading("s", "searched", REFUTED, x=every(x), y=every(y))
def far(x, y):
    """x² + y ≠ 87/2."""
    return Ne(x**2 + y, Rational(87, 2))
'''


def test_a_verdict_does_not_depend_on_selection_order_or_workers(pages):
    here = pages(measured=MEASURED, sound=TRUE)
    whole = verdicts(here, "whole.json")
    assert verdicts(here, "two.json", "-n", "2") == whole
    assert verdicts(here, "backwards.json", "sound.py", "measured.py::s", "measured.py::m") == whole
    alone = verdicts(here, "alone.json", "measured.py::m")
    assert alone.items() <= whole.items()


def test_another_seed_draws_other_numbers(pages):
    here = pages(measured=MEASURED)
    seeds = [verdicts(here, f"{s}.json", "--referee-seed", str(s), "measured.py::m") for s in (0, 1)]
    first, second = (next(iter(rows.values()))["estimate"] for rows in seeds)
    assert first != second


def test_selection_by_words_of_the_page(pages):
    here = pages(apples=TRUE, pears=TRUE)
    run(here, "-k", "apples and wrongly").assert_outcomes(passed=1, deselected=3)


def test_first_failure_stops_and_the_rest_of_the_report_stands(pages, pytester):
    here = pages(a_wrong=TRUE.replace("PROVED", "REFUTED"), b_sound=TRUE)
    result = run(here, "-x", "--verdicts-json", "out.json")
    result.assert_outcomes(failed=1)
    written = json.loads((pytester.path / "out.json").read_text())
    assert len(written["readings"]) == 1
    assert written["complete"] is False


def test_last_failed_runs_only_what_failed(pages, pytester):
    here = pages(wrong=TRUE.replace("REFUTED", "PROVED"))
    pytester.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    pytester.runpytest_inprocess("--lf").assert_outcomes(failed=1, deselected=0)
    assert here is pytester


def test_quiet_and_no_traceback_keep_the_summary(pages):
    result = run(pages(wrong=FALSE.replace("PROVED", "REFUTED")), "-q", "--tb=no")
    result.stdout.fnmatch_lines(["*← not what the page records", "*claim, 2 readings*", "1 failed, 1 passed*"])
    assert "recorded  " not in result.stdout.str()


def test_two_workers_report_every_page_once(pages):
    result = run(pages(one=TRUE, two=TRUE, three=FALSE), "-n", "2")
    result.assert_outcomes(passed=6)
    lines = result.stdout.str()
    assert [lines.count(f"Claim {k}  ") for k in (1, 2, 3)] == [1, 1, 1]


def test_a_recorded_budget_that_is_not_reached_counts_as_not_run(pages):
    here = pages(deep=TRUE.replace("PROVED, printed", 'PROVED @ "deep", printed'))
    result = run(here)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*(a) INCONCLUSIVE(BUDGET)*"])


def test_a_reading_that_hangs_is_cut_and_hides_no_other(pages):
    body = (
        TRUE
        + '''

@page.reading("c", "endless", INCONCLUSIVE("TIMEOUT"), x=every(x))
def endless(x):
    """Never."""
    while True:
        pass
'''
    )
    run(pages(hanging=body), "--reading-seconds", "0.5").assert_outcomes(passed=3)


def test_a_claim_that_rests_on_a_refuted_one_is_conditional(pages, pytester, write_page):
    pages(first=FALSE)
    write_page(TRUE, "second", "Claim 2: it rests.", "Uses        Claim 1, Claim 9\n", pytester.path)
    result = run(pytester)
    rests = "Claim 2: conditional on Claim"
    result.stdout.fnmatch_lines([f"{rests} 1 (REFUTED)", f"{rests} 9 (not in this run)"])


def test_printed_readings_that_differ_make_the_claim_ambiguous(pages):
    result = run(pages(both=TRUE.replace("REFUTED, x", "REFUTED, printed=True, x")))
    result.stdout.fnmatch_lines(["Claim 1  AMBIGUOUS: (a) PROVED, (b) REFUTED*", "*printed readings a hold; b do not"])


def test_a_wrong_budget_is_a_usage_error(pages):
    assert run(pages(sound=TRUE), "--budget", "generous").ret == 4
