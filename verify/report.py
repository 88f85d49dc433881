"""Lines for people: a block a page as it is decided, what a failing reading shows, the summary."""

from collections import Counter
from collections.abc import Iterator, Sequence

from verify.labels import kept_apart, remarks
from verify.outcomes import HOLDS, Row, claims, summary
from verify.records import LEGEND, rerun_command
from verify.verdicts import REASONS

INK = {
    "PROVED": "green",
    "SUPPORTED": "green",
    "REFUTED": "red",
    "AMBIGUOUS": "yellow",
    "TRIVIAL": "yellow",
    "UNDEFINED": "yellow",
    "INCONCLUSIVE": "blue",
}
FALSE_DISCOVERIES = 0.05
ORDER = ("PROVED", "SUPPORTED", "REFUTED", "TRIVIAL", "UNDEFINED", "INCONCLUSIVE", "UNWRITTEN", "STALE", "BROKEN")


def ink(outcome: str) -> str:
    """The colour of an outcome; a page state is magenta."""
    return INK.get(outcome, "purple")


def detail(row: Row) -> str:
    """The value or the witness of a reading, or what is wrong with its page."""
    if row["problem"]:
        return str(row["problem"])
    if row["witness"]:
        return witness_text(row["witness"])
    return str(row["value"] or (row["formula"].splitlines() or [row["gloss"]])[0])


def witness_text(witness: Row) -> str:
    """psi = 1/z, s = 2: 2 ≠ 1 (smallest)."""
    where = ", ".join(f"{name} = {value}" for name, value in witness["bindings"].items())
    body = f"{where}: {witness['statement']}" if where else witness["statement"]
    return f"{body}  ({witness['minimal']})"


def reading_line(row: Row) -> str:
    """One reading on one line."""
    star = "*" if row["printed"] else " "
    return f"  {star}({row['reading']}) {row['verdict']}  {detail(row)}{_mark(row)}"


def _mark(row: Row) -> str:
    """What a red reading lacks; a page that could not be judged and a reading that was not run say so themselves."""
    if row["accurate"] or row["reading"] == "page" or row["reason"] == "BUDGET":
        return ""
    return "  ← the page records no verdict" if row["recorded"] is None else "  ← not what the page records"


def page_block(rows: Sequence[Row], verbosity: int = 0) -> Iterator[tuple[str, str]]:
    """(line, colour) for a page: its claim and outcome, then its readings; -q leaves the readings out."""
    entry = summary(rows)[0]
    outcome = entry["outcome"]
    if outcome == "NOT RUN":
        yield f"{rows[0]['label']}  {entry['sentence']}", ""
    else:
        yield f"{rows[0]['label']}  {outcome}{_evidence(rows, outcome)}  {entry['sentence']}", ink(outcome)
    troubles = {row["problem"] for row in rows if row["state"] == "STALE"}
    if len(troubles) == 1 and all(row["state"] == "STALE" for row in rows):
        yield f"  {troubles.pop()}", ink("STALE")
        return
    if verbosity < 0:
        rows = [row for row in rows if not row["accurate"]]
    for row in rows:
        yield reading_line(row), ink(row["outcome"] if row["state"] == "OK" else row["state"])
        if verbosity > 0:
            yield f"        scope: {row['scope']}", ""
            for limit in row["limits"]:
                yield f"        limit: {limit}", ""


def _evidence(rows: Sequence[Row], outcome: str) -> str:
    """[exact], the evidence behind a claim's outcome; for AMBIGUOUS, which printed readings hold."""
    printed = [row for row in rows if row["printed"] and row["state"] == "OK"]
    if outcome == "AMBIGUOUS":
        return ": " + ", ".join(f"({row['reading']}) {row['outcome']}" for row in printed)
    found = dict.fromkeys(row["evidence"] for row in printed if row["evidence"] and row["outcome"] == outcome)
    return f" [{', '.join(found)}]" if found else ""


def failure(row: Row, publish: bool) -> str:
    """What a red item shows: recorded against computed, the bindings, the command to run it again."""
    lines = [f"{row['claim']} ({row['reading']}): {row['gloss']}"]
    if row["formula"]:
        lines.append(f"    {row['formula']}")
    if row["state"] in ("STALE", "BROKEN", "UNWRITTEN") and row["problem"]:
        lines += [f"state     {row['state']}", f"because   {row['problem']}"]
    elif row["state"] == "UNWRITTEN":
        lines.append("recorded  nothing: give the verdict as the third argument of @page.reading")
        lines.append(f"computed  {row['verdict']}")
    elif not row["accurate"]:
        lines += [f"recorded  {row['recorded']}", f"computed  {row['verdict']}"]
    elif publish:
        lines += [f"computed  {row['verdict']}", "--publish  a printed reading must be PROVED or SUPPORTED"]
    if row["witness"]:
        bindings = ", ".join(f"{k} = {v}" for k, v in row["witness"]["bindings"].items())
        lines += [f"bindings  {bindings}", f"there     {row['witness']['statement']}"]
    if row["reason"]:
        lines.append(f"reason    {row['reason']}: {REASONS.get(row['reason'], '')}")
    lines += [f"limit     {limit}" for limit in row["limits"]]
    return "\n".join([*lines, f"again     {rerun_command(row)}"])


def summary_lines(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """(line, colour): a line a claim that is not plainly true, counts by verdict, what is red, the legend."""
    rows = kept_apart(rows)
    for line in remarks(rows):
        yield line, ""
    for entry in summary(rows):
        for line in _remarks(entry):
            yield line, ""
    counts = Counter(row["outcome"] if row["state"] == "OK" else row["state"] for row in rows)
    shown = ", ".join(f"{counts[name]} {name}" for name in ORDER if counts[name])
    yield f"{_count(len(claims(rows)), 'claim')}, {_count(len(rows), 'reading')}: {shown}", ""
    yield from _discoveries(rows)
    red = "; ".join(_reds(rows))
    if red:
        yield f"This report is not green: {red}", "red"
    yield LEGEND, ""


def _reds(rows: Sequence[Row]) -> Iterator[str]:
    """What keeps a report from being green, counted by kind."""
    wrong = [row for row in rows if not row["accurate"]]
    judged = [row for row in wrong if row["state"] == "OK"]
    small = sum(row["reason"] == "BUDGET" for row in judged)
    if other := len(judged) - small:
        recorded = sum(row["recorded"] is not None for row in rows)
        yield f"{other} of {_count(recorded, 'recorded verdict')} came out otherwise"
    if small:
        yield f"{small} not run, recorded for a larger budget"
    for state in ("UNWRITTEN", "STALE", "BROKEN"):
        if found := sum(row["state"] == state for row in wrong):
            yield f"{found} {state}{' (no verdict recorded)' if state == 'UNWRITTEN' else ''}"


def _discoveries(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """How many measured refutations e-BH keeps over the whole run; it changes no item."""
    measured = [m for row in rows if (m := row.get("measurement")) and m["samples"]]
    if not any(m["outcome"] == "REFUTED" for m in measured):
        return
    from numerics.evalues import e_benjamini_hochberg

    refuted = sum(m["outcome"] == "REFUTED" for m in measured)
    kept = int(e_benjamini_hochberg([_evalue(m) for m in measured], FALSE_DISCOVERIES).sum())
    yield (
        f"{_count(refuted, 'measured refutation')} among {_count(len(measured), 'measured law')}, each at its own "
        f"level; e-BH, over all of them at once, keeps {kept} at a false discovery rate of {FALSE_DISCOVERIES:.0%} "
        f"(this changes no verdict)",
        "",
    )


def _evalue(measurement: Row) -> float:
    """The e-value against a measured law: the decision's own, else 1/level where it was refuted at LEVEL."""
    from numerics.evalues import from_test
    from verify.measurement import LEVEL

    own = measurement.get("evalue")
    return float(own) if own is not None else from_test(measurement["outcome"] == "REFUTED", LEVEL)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _remarks(entry: Row) -> Iterator[str]:
    if entry["outcome"] == "AMBIGUOUS":
        parts = (("hold", entry["holds"]), ("do not", entry["fails"]), ("are undecided", entry["undecided"]))
        told = "; ".join(f"{', '.join(letters)} {verb}" for verb, letters in parts if letters)
        yield f"{entry['claim']}: AMBIGUOUS: of its printed readings {told}"
    for name, outcome in entry["conditional_on"].items():
        yield f"{entry['claim']}: conditional on {name} ({outcome})"
    repairs = [repair for repair in entry["corrected"] if repair["verdict"].startswith(HOLDS)]
    if entry["outcome"] not in HOLDS and repairs:
        repair, more = repairs[0], len(repairs) - 1
        formula = repair["formula"].splitlines()[0] if repair["formula"] else ""
        others = f"  (and {more} more)" if more else ""
        yield f"{entry['claim']}: nearest true statement ({repair['reading']}) {repair['verdict']}  {formula}{others}"
