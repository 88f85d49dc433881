"""referee new NAME: a page to fill in, UNWRITTEN until it has a reading with a recorded verdict."""

import argparse
from pathlib import Path

BLANK = '''"""{label}: state the claim in one line, in your own words.

Source      Section heading, {fingerprint}
Undefined   Terms that the paper leaves undefined.
Setting     The symbols, with their domains.
Refuted by  What would refute the claim: write it before any check runs.
Finding     Three lines at most, once the checks have run.
Corrected   The strongest statement that survives.
"""

from verify import Page

page = Page(__doc__)
'''

EXAMPLE = '''
n = symbols("n", integer=True, positive=True)


@page.reading("a", "to the letter", printed=True, n=every(n))
def conclusion_in_words(n):
    """The formula, as a person writes it: (n + 1)² = n² + 1."""
    return equal((n + 1) ** 2, n**2 + 1)
'''


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("name", help="the page's file name, after the paper's number: theorem_3")
    parser.add_argument("--blank", action="store_true", help="no example reading")
    parser.add_argument("--in", dest="folder", type=Path, default=Path("."), help="the folder (default: here)")


def run(options: argparse.Namespace) -> int:
    """Write the page, never over an existing file."""
    from verify.pages import PAPER, fingerprint, sentence_in_paper

    stem = options.name.removesuffix(".py")
    if not stem.isidentifier():
        raise ValueError(f"{options.name!r}: a page's name is a Python identifier, like theorem_3")
    target = options.folder / f"{stem}.py"
    label = stem.replace("_", " ").capitalize()
    paper = options.folder / PAPER
    sentence = sentence_in_paper(paper.read_text(encoding="utf-8"), label) if paper.is_file() else None
    text = BLANK.format(label=label, fingerprint=fingerprint(sentence) if sentence else "000000")
    if not options.blank:
        imports = "from sympy import symbols\n\nfrom theory.propositions import equal\nfrom verify import Page, every\n"
        text = text.replace("from verify import Page\n", imports) + EXAMPLE
    if target.exists():
        raise ValueError(
            f"{target} is there already, and is left as it is: take another name, or another folder with --in"
        )
    made = not options.folder.is_dir()
    options.folder.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(text)
    place = f" in the new folder {options.folder.resolve()}" if made else ""
    print(f"wrote {target}{place}: fill it in, then run  pytest {target}")
    return 0
