"""Two pages of one label are two claims: their rows are kept apart by file before anything is summed up.

A page of further readings says "Variants of  LABEL" and belongs to the claim of that label; where several pages
carry the label, to the one in its own folder.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def _apart(label: str, page: str) -> str:
    return f"{label} [{page}]"


def owners(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The main pages of each label that more than one carries, in order: pages of variants have nothing printed."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["printed"] and row["claim"] in (row["label"], _apart(row["label"], row["page"])):
            found.setdefault(row["label"], {})[row["page"]] = None
    return {label: list(pages) for label, pages in found.items() if len(pages) > 1}


def kept_apart(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows, claims of one label on several pages renamed to "LABEL [page]"; rows kept apart stay as they are."""
    several = owners(rows)
    return [_renamed(row, several) for row in rows]


def _renamed(row: Row, several: Mapping[str, list[str]]) -> dict[str, Any]:
    if row["label"] in several and row["page"] in several[row["label"]]:
        claim = _apart(row["label"], row["page"])
    else:
        near = _nearest(row["claim"], row["page"], several)
        claim = near[0] if len(near) == 1 else row["claim"]
    uses = [name for used in row["uses"] for name in _nearest(used, row["page"], several)]
    return {**row, "claim": claim, "uses": uses}


def _nearest(label: str, page: str, several: Mapping[str, list[str]]) -> list[str]:
    """The claims that a page means by a label: that of its own folder, or all of them."""
    pages = several.get(label)
    if pages is None:
        return [label]
    beside = [other for other in pages if Path(other).parent == Path(page).parent]
    return [_apart(label, other) for other in (beside if len(beside) == 1 else pages)]


def remarks(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each label that several pages carry, with the ways out."""
    for label, pages in owners(rows).items():
        yield (
            f"{label} is the label of {len(pages)} pages, {', '.join(pages)}: each is counted as a claim of its own; "
            f"change a label, or say 'Variants of  {label}' on a page of further readings"
        )
