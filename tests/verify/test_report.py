"""The summary of a run: why it is red, and one line of false-discovery control, which turns no item red or green."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.measurement import LEVEL
from verify.report import reading_line, summary_lines


def row(outcome, measured, **more):
    """A row as summary_lines reads it; `measured` is the outcome of its law, None where there is none."""
    law = None if measured is None else {"outcome": measured, "samples": 600} | more
    plain = {"claim": "Claim 1", "label": "Claim 1", "page": "claim_1.py", "sentence": "", "reading": "a"}
    plain |= {"state": "OK", "printed": True, "accurate": True, "recorded": outcome, "reason": None}
    return plain | {"corrected": False, "uses": [], "outcome": outcome, "measurement": law}


def red(rows):
    """The line of the summary that says why the run is red, without its beginning; None where it is green."""
    lines = [line for line, colour in summary_lines(rows) if colour == "red"]
    assert all(line.startswith("This report is not green: ") for line in lines)
    return lines[0].split(": ", 1)[1] if lines else None


def discoveries(rows):
    """The lines of the summary that speak of e-BH."""
    return [line for line, _ in summary_lines(rows) if "e-BH" in line]


def test_each_refutation_is_worth_one_over_its_level():
    rows = [row("REFUTED", "REFUTED")] * 2 + [row("SUPPORTED", "SUPPORTED")] * 3 + [row("PROVED", None)]
    assert discoveries(rows) == [
        "2 measured refutations among 5 measured laws, each at its own level; e-BH, over all of them at once, keeps 2 "
        "at a false discovery rate of 5% (this changes no verdict)"
    ]


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(0, 200))
def test_few_refutations_among_many_laws_are_not_kept(refuted, others):
    rows = [row("REFUTED", "REFUTED")] * refuted + [row("SUPPORTED", "SUPPORTED")] * others
    kept = refuted if refuted * 0.05 / LEVEL >= refuted + others else 0
    assert f"keeps {kept} at" in discoveries(rows)[0]


def test_an_e_value_of_the_decision_goes_before_the_calibrated_one():
    rows = [row("REFUTED", "REFUTED", evalue=1e6), *[row("SUPPORTED", "SUPPORTED", evalue=0.5)] * 99]
    assert "keeps 1 at" in discoveries(rows)[0]


@pytest.mark.parametrize("rows", [[row("PROVED", None)], [row("SUPPORTED", "SUPPORTED")]])
def test_without_a_measured_refutation_there_is_no_such_line(rows):
    assert discoveries(rows) == []


def test_the_line_changes_no_other_line():
    with_law, without = ([row("REFUTED", measured)] for measured in ("REFUTED", None))
    kept = [pair for pair in summary_lines(with_law) if "e-BH" not in pair[0]]
    assert kept == list(summary_lines(without))


@pytest.mark.parametrize(
    "changes, told",
    [
        ([{}], None),
        ([{}, {"accurate": False, "outcome": "REFUTED"}], "1 of 2 recorded verdicts came out otherwise"),
        (
            [{"accurate": False, "outcome": "INCONCLUSIVE", "reason": "BUDGET"}],
            "1 not run, recorded for a larger budget",
        ),
        ([{"accurate": False, "recorded": None, "state": "UNWRITTEN"}], "1 UNWRITTEN (no verdict recorded)"),
        ([{"accurate": False, "state": "STALE"}] * 2 + [{"accurate": False, "state": "BROKEN"}], "2 STALE; 1 BROKEN"),
    ],
)
def test_a_red_run_says_of_what_kind_its_reds_are(changes, told):
    rows = [row("PROVED", None) | change for change in changes]
    assert red(rows) == told
    assert list(summary_lines(rows))[-1][0].startswith("Green means")


@pytest.mark.parametrize(
    "change, mark",
    [
        ({}, ""),
        ({"accurate": False}, "  ← not what the page records"),
        ({"accurate": False, "recorded": None, "state": "UNWRITTEN"}, "  ← the page records no verdict"),
        ({"accurate": False, "recorded": None, "state": "STALE", "reading": "page"}, ""),
        ({"accurate": False, "reason": "BUDGET"}, ""),
    ],
)
def test_a_red_reading_is_marked_with_what_it_lacks(change, mark):
    one = row("PROVED", None) | {"verdict": "PROVED", "problem": None, "witness": None, "value": "true"} | change
    assert reading_line(one) == f"  *({one['reading']}) PROVED  true{mark}"
