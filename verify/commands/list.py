"""referee list: the claims at a path and the verdicts that their pages record; nothing is judged."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("path", nargs="?", help="a page or a folder; the shipped paper if left out")


def run(options: argparse.Namespace) -> int:
    """A line a claim, a line a reading."""
    from pathlib import Path

    from verify.auditing import PAPER, opened
    from verify.collection import pages_under
    from verify.pages import Page

    found = list(pages_under(Path(options.path) if options.path else PAPER))
    if not found:
        raise ValueError(f"no page at {options.path}: a page says `page = Page(__doc__)` at module level")
    status = 0
    for file in found:
        page = opened(file)
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
