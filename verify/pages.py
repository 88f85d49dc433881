"""Pages: a claim, its formal readings, and the verdict recorded for each.

A page is a Python file with `page = Page(__doc__)` at module level. Its docstring carries the claim;
each reading is a function that returns a SymPy proposition, decorated with the letter, a gloss, the
recorded verdict and the domains of its parameters.
"""

import hashlib
import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from verify.domains import Domain
from verify.readings import PageError, Reading, check_declaration
from verify.verdicts import Recorded

FIELDS = (
    "Source",
    "Undefined",
    "Setting",
    "Uses",
    "Refuted by",
    "Finding",
    "Corrected",
    "Variants of",
)
PAPER = "paper.md"


def normalised(sentence: str) -> str:
    """The sentence without markup, case and spacing: what the fingerprint sees."""
    plain = unicodedata.normalize("NFKC", sentence).replace("*", "").replace("`", "")
    return " ".join(plain.split()).casefold()


def fingerprint(sentence: str) -> str:
    """The first six hexadecimal digits of the SHA-256 of the normalised sentence."""
    return hashlib.sha256(normalised(sentence).encode()).hexdigest()[:6]


def sentence_in_paper(paper: str, label: str) -> str | None:
    """The paragraph of a paper that begins with **label.**, with the formula block after it."""
    pattern = rf"^\*\*{re.escape(label)}\.\*\*.*?(?=^\*\*|^#|\Z)"
    found = re.search(pattern, paper, re.MULTILINE | re.DOTALL)
    return found.group(0).strip() if found else None


def _sections(doc: str) -> dict[str, str]:
    """The fields of a page's docstring; continuation lines are indented."""
    pattern = rf"^({'|'.join(FIELDS)})(?:[ \t]+(\S.*)|[ \t]*)$"
    parts: dict[str, str] = {}
    current = ""
    for line in doc.splitlines():
        match = re.match(pattern, line)
        if match:
            current = match.group(1)
            parts[current] = match.group(2) or ""
        elif current and line.startswith(" "):
            parts[current] += "\n" + line.strip()
        elif line.strip():
            current = ""
    return parts


class Page:
    """A claim and its readings, in the order in which the file gives them."""

    def __init__(self, doc: str | None, path: str | Path | None = None) -> None:
        frame = inspect.currentframe()
        caller = frame.f_back.f_globals if frame and frame.f_back else {}
        self.path = Path(path or caller.get("__file__") or ".")
        self.module: str = caller.get("__name__", "")
        self.doc = inspect.cleandoc(doc or "")
        if not self.doc:
            raise PageError(
                f"{self.path.name}: the page has no docstring; its first line is the claim, "
                f"as in 'Theorem 3: scaling leaves the sum of residues unchanged.'"
            )
        self.readings: dict[str, Reading] = {}
        self.fields = _sections(self.doc)

    @property
    def name(self) -> str:
        """The file's stem, theorem_3."""
        return self.path.stem

    @cached_property
    def title(self) -> str:
        """The claim in one line."""
        return " ".join(self.doc.split("\n\n")[0].split())

    @property
    def label(self) -> str:
        """Theorem 3, the words before the colon."""
        return self.title.split(":")[0].strip()

    @property
    def claim_label(self) -> str:
        """The label of the claim judged: that of the main page, for a page of variants."""
        return self.fields.get("Variants of", "").strip() or self.label

    @property
    def sentence(self) -> str:
        """The claim without its label."""
        return self.title.split(":", 1)[-1].strip()

    @property
    def uses(self) -> tuple[str, ...]:
        """Labels of the claims that this one rests on."""
        return tuple(part.strip() for part in self.fields.get("Uses", "").split(",") if part.strip())

    @property
    def printed(self) -> tuple[str, ...]:
        return tuple(r.letter for r in self.readings.values() if r.printed)

    @property
    def words(self) -> set[str]:
        """The words that -k can select the page by."""
        return set(re.findall(r"\w+", self.title)) | {self.label, self.name}

    def reading(
        self,
        letter: str,
        gloss: str,
        recorded: Recorded | None = None,
        *,
        printed: bool = False,
        corrected: bool = False,
        given: Mapping[str, Any] | None = None,
        by: str | None = None,
        false_if: str | Callable[..., Any] | None = None,
        **domains: Domain,
    ) -> Callable[[Callable[..., Any]], Reading]:
        """Declare a reading: its letter, a gloss, the recorded verdict, hypotheses and domains."""

        def declare(formula: Callable[..., Any]) -> Reading:
            reading = Reading(
                self, letter, gloss, recorded, formula, domains, printed, corrected, given or {}, by, false_if
            )
            check_declaration(reading)
            self.readings[letter] = reading
            return reading

        return declare

    def problem(self) -> str | None:
        """What makes the page as a whole unfit to be judged, or None."""
        if self.readings and not self.printed and "Variants of" not in self.fields:
            return (
                f"{self.path.name}: no reading is marked printed=True; mark the one that a careful outsider "
                f"would take the sentence to say, or add a line 'Variants of  <label of the main page>'"
            )
        for reading in self.readings.values():
            if isinstance(reading.false_if, str) and reading.false_if not in self.readings:
                return (
                    f"{reading.name}: false_if={reading.false_if!r} is no reading of this page; "
                    f"the readings are {', '.join(self.readings)}"
                )
        return None

    def staleness(self) -> str | None:
        """Why the page no longer speaks of the paper's sentence, or None."""
        paper = self.path.parent / PAPER
        source = self.fields.get("Source", "")
        if not paper.is_file() or not source:
            return None
        sentence = sentence_in_paper(paper.read_text(encoding="utf-8"), self.claim_label)
        if sentence is None:
            return f"{PAPER} has no paragraph that begins with **{self.claim_label}.**"
        written = source.replace(",", " ").split()[-1]
        now = fingerprint(sentence)
        if written != now:
            return (
                f"the claim's text has changed since the page was written: Source says {written}, {PAPER} now "
                f"gives {now}; read the sentence again, mend the readings, then write {now} in the Source line"
            )
        return None
