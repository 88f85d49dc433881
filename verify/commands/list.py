"""referee list: the claims at a path and the verdicts that their pages record; nothing is judged."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.pages import Page


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("path", nargs="?", help="a page or a folder; the shipped paper if left out")
    parser.add_argument("--markdown", action="store_true", help="the table of findings, as it stands in the README")


def run(options: argparse.Namespace) -> int:
    """A line a claim, a line a reading."""
    from pathlib import Path

    from verify.auditing import PAPER, opened
    from verify.collection import pages_under
    from verify.pages import Page

    found = list(pages_under(Path(options.path) if options.path else PAPER))
    if not found:
        raise ValueError(f"no page at {options.path}: a page says `page = Page(__doc__)` at module level")
    opened_pages = [(file, opened(file)) for file in found]
    if options.markdown:
        print(findings([page for _, page in opened_pages if isinstance(page, Page)]))
        return 0
    status = 0
    for file, page in opened_pages:
        if not isinstance(page, Page):
            print(f"{file.stem}: BROKEN  {page}")
            status = 3
            continue
        print(f"{page.title}  [{page.name}]")
        for reading in page.readings.values():
            star = "*" if reading.printed else " "
            print(f"  {star}({reading.letter}) {reading.recorded or 'UNWRITTEN'}  {reading.gloss}")
    print("* printed: what a careful outsider takes the sentence to say. The verdicts are the recorded ones.")
    return status


def findings(pages: "list[Page]") -> str:
    """The table of findings: a row a claim, from the pages' recorded verdicts and their Finding lines."""
    head = ["| claim | as printed | finding | readings |", "|---|---|---|---|"]
    labels = dict.fromkeys(page.claim_label for page in pages)
    return "\n".join([*head, *(_row([p for p in pages if p.claim_label == label]) for label in labels)])


def _row(pages: "list[Page]") -> str:
    main = next((page for page in pages if page.printed), pages[0])
    outcomes = dict.fromkeys(str(main.readings[letter].recorded) for letter in main.printed)
    printed = outcomes.popitem()[0] if len(outcomes) == 1 else "AMBIGUOUS"
    finding = " ".join(main.fields.get("Finding", "").split()).replace("|", "\\|")
    count = sum(len(page.readings) for page in pages)
    return f"| **{main.label}**: {main.sentence} | {printed} | {finding} | {count} |"
