"""Finding the page and the readings that a person names: theorem_3, "Theorem 3", theorem_3::a."""

from pathlib import Path

from verify.auditing import PAPER, opened
from verify.collection import pages_under
from verify.pages import Page


def selected(name: str, path: str | None) -> tuple[list[Page], str | None]:
    """(the pages of the claim, the letter after :: if any); ValueError names what there is."""
    wanted, _, letter = name.partition("::")
    root = Path(path) if path else PAPER
    if Path(wanted).suffix == ".py" and Path(wanted).is_file():
        root, wanted = Path(wanted), Path(wanted).stem
    pages = [page for file in pages_under(root) if isinstance(page := opened(file), Page)]
    same = wanted.casefold().replace("_", " ")
    exact = [p for p in pages if p.name.casefold().replace("_", " ") == same]
    chosen = exact or [p for p in pages if p.claim_label.casefold() == same]
    if not chosen:
        known = ", ".join(dict.fromkeys(page.name for page in pages)) or "no page at all"
        raise ValueError(f"no claim {wanted!r} at {_place(root)}; there is {known}{_beside(name, path)}")
    if letter and not any(letter in page.readings for page in chosen):
        letters = ", ".join(l for page in chosen for l in page.readings)
        raise ValueError(f"{wanted} has no reading ({letter}); its readings are {letters}")
    return chosen, letter or None


def _place(root: Path) -> str:
    return f"{root} (the shipped paper)" if root == PAPER else str(root)


def _beside(name: str, path: str | None) -> str:
    """How to name a page of one's own where no path was given."""
    if path is not None:
        return ""
    stem, _, letter = name.partition("::")
    file = Path(f"{stem.removesuffix('.py').casefold().replace(' ', '_')}.py")
    if not file.is_file():
        return f". A page of your own is named by its file, as in {file}, or with the folder that it lies in"
    return f". For the page in this folder write {file}{f'::{letter}' if letter else ''}"
