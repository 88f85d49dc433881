"""A planted law: a law whose truth is known, a claim about it, and the verdicts that would be wrong.

Statement
    The JSON form is described in numerics/planted_laws/README.md. Labels must be consistent:
    `ideal` is acceptable, `forbidden` and `acceptable` are disjoint.

    What is not as documented raises ValueError, which names the law, the field, the value, the
    rule and a way out; `read_laws` collects these, so that one bad law does not hide the others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from numerics.inference import ClaimedLaw, Design
from numerics.inference.estimates import Array
from numerics.planted.expressions import evaluated
from numerics.planted.noise import checked, noisy

SHIPPED = Path(__file__).parents[1] / "planted_laws"
OUTCOMES = ("SUPPORTED", "REFUTED", "INCONCLUSIVE")
TRUTHS = ("HOLDS", "FAILS", "VACUOUS", "UNDEFINED")
FUNCTIONALS = {"auto": "auto", "mean": "mean", "median5": "median of five", "geomean": "geometric mean"}
REQUIRED = ("id", "law", "claim", "ideal", "forbidden", "noise", "sizes", "reps")
OPTIONAL = ("family", "true_alpha", "truth", "acceptable", "functional", "note")
LOOKS = 4


@dataclass(frozen=True)
class PlantedLaw:
    """value(n) of `law` with `noise`, a claim about it, and the labels of each verdict."""

    id: str
    family: str
    law: str
    claim: ClaimedLaw
    true_alpha: float | None
    truth: str
    ideal: str
    acceptable: tuple[str, ...]
    forbidden: tuple[str, ...]
    noise: Mapping[str, Any]
    sizes: tuple[int, ...]
    reps: int
    functional: str
    note: str

    @property
    def design(self) -> Design:
        """The design of the measurement: all replicates, in four looks at most."""
        return Design(self.sizes, self.reps, looks=LOOKS, functional=FUNCTIONALS[self.functional])

    @property
    def claimed_logarithm(self) -> Array:
        """(ln n)^log_power of the claim, (J,): for methods that know of powers only."""
        return np.log(np.array(self.sizes, float)) ** self.claim.log_power


def simulate(law: PlantedLaw, rng: np.random.Generator, draws: int | None = None) -> Array:
    """Draws (J, draws) of the law, `reps` if not said otherwise."""
    n = np.array(law.sizes, float)
    return noisy(evaluated(law.law, n), n, draws or law.reps, law.noise, rng)


def shipped_laws() -> tuple[PlantedLaw, ...]:
    """The laws that come with the program, in the order of their files."""
    laws = []
    for file in sorted(SHIPPED.glob("*.json")):
        found, problems = read_laws(file)
        if problems:
            raise ValueError("; ".join(problems))
        laws += found
    return tuple(laws)


def read_laws(path: Path) -> tuple[list[PlantedLaw], list[str]]:
    """(the laws of a JSON file, what is wrong with those that cannot be read).

    Raises ValueError where the file as a whole is no list of laws.
    """
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path}: no JSON ({error}); planted laws are a list of objects") from None
    if isinstance(entries, Mapping):
        entries = entries.get("laws")
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{path}: holds no law; planted laws are a list of objects, one a law")
    laws, problems = [], []
    for number, entry in enumerate(entries, 1):
        try:
            law = planted_law(entry, f"number {number}")
            if law.id in {other.id for other in laws}:
                raise ValueError(f"planted law {law.id!r}, id: stands twice in {path}; give each its own")
            laws.append(law)
        except ValueError as error:
            problems.append(str(error))
    return laws, problems


def planted_law(entry: Any, place: str = "") -> PlantedLaw:
    """The law that a JSON object describes."""
    if not isinstance(entry, Mapping):
        raise ValueError(f"planted law {place}: {entry!r:.60} is no object; write {{'id': …, 'law': …, …}}")
    name = entry["id"] if isinstance(entry.get("id"), str) and entry["id"] else place
    missing = [field for field in REQUIRED if field not in entry]
    if missing:
        raise ValueError(f"planted law {name!r}: {', '.join(missing)} is missing; each law needs {', '.join(REQUIRED)}")
    unknown = [field for field in entry if field not in REQUIRED + OPTIONAL]
    if unknown:
        raise ValueError(f"planted law {name!r}: no field is called {', '.join(unknown)}; remarks belong in note")
    fields = {}
    for field, read in READERS.items():
        try:
            fields[field] = read(entry)
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"planted law {name!r}, {field}: {error}") from None
    law = PlantedLaw(**fields)
    try:
        _ = law.design
    except ValueError as error:
        raise ValueError(f"planted law {name!r}, sizes: {error}") from None
    return law


def entry_of(law: PlantedLaw) -> dict[str, Any]:
    """The JSON object that describes the law; `planted_law` reads it back."""
    claim: dict[str, Any] = {"alpha0": law.claim.exponent, "delta": law.claim.margin, "log_power": law.claim.log_power}
    if law.claim.letter:
        claim["letter"] = True
    plain = {field: getattr(law, field) for field in ("id", "family", "law")}
    rest = ("true_alpha", "truth", "ideal", "acceptable", "forbidden", "noise", "sizes", "reps", "functional", "note")
    entry = plain | {"claim": claim} | {field: getattr(law, field) for field in rest}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in entry.items()}


def _text(entry: Mapping[str, Any], field: str, default: str | None = None) -> str:
    value = entry.get(field, default)
    if not isinstance(value, str) or (default is None and not value):
        raise ValueError(f"{value!r}: must be a text")
    return value


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{what} {value!r}: must be a finite number")
    return float(value)


def _one_of(entry: Mapping[str, Any], field: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = entry.get(field, default)
    if value not in allowed:
        raise ValueError(f"{value!r}: must be one of {', '.join(allowed)}")
    return value


def _law(entry: Mapping[str, Any]) -> str:
    text = _text(entry, "law")
    evaluated(text, np.array([2.0, 1000.0]))
    return text


def _claim(entry: Mapping[str, Any]) -> ClaimedLaw:
    claim = entry["claim"]
    if not isinstance(claim, Mapping) or not {"alpha0", "delta"} <= set(claim):
        raise ValueError(f"{claim!r}: must be an object with alpha0 and delta")
    extra = set(claim) - {"alpha0", "delta", "log_power", "letter"}
    if extra:
        raise ValueError(f"no field is called {', '.join(sorted(extra))}; there are alpha0, delta, log_power, letter")
    letter = claim.get("letter", False)
    if not isinstance(letter, bool):
        raise ValueError(f"letter {letter!r}: must be true or false")
    power = _number(claim.get("log_power", 0), "log_power")
    if power and 1 in entry["sizes"]:
        raise ValueError(f"log_power {power:g}: at size 1 the logarithm is zero; leave that size out")
    return ClaimedLaw(_number(claim["alpha0"], "alpha0"), _number(claim["delta"], "delta"), letter, power)


def _true_alpha(entry: Mapping[str, Any]) -> float | None:
    value = entry.get("true_alpha")
    return None if value is None else _number(value, "true exponent")


def _verdicts(entry: Mapping[str, Any], field: str) -> tuple[str, ...]:
    words = entry[field]
    if not isinstance(words, list) or not all(word in OUTCOMES for word in words):
        raise ValueError(f"{words!r}: must be a list of {', '.join(OUTCOMES)}")
    return tuple(words)


def _acceptable(entry: Mapping[str, Any]) -> tuple[str, ...]:
    forbidden = _verdicts(entry, "forbidden")
    words = _verdicts(entry, "acceptable") if "acceptable" in entry else tuple(set(OUTCOMES) - set(forbidden))
    both = [word for word in words if word in forbidden]
    if both:
        raise ValueError(f"{', '.join(both)} is forbidden as well; a verdict is one or the other")
    return words


def _ideal(entry: Mapping[str, Any]) -> str:
    ideal = _one_of(entry, "ideal", OUTCOMES)
    if ideal not in _acceptable(entry):
        raise ValueError(f"{ideal}: is not acceptable by the law's own labels; add it there or change it")
    return ideal


def _sizes(entry: Mapping[str, Any]) -> tuple[int, ...]:
    sizes = entry["sizes"]
    whole = isinstance(sizes, list) and sizes and all(type(n) in (int, float) and n == int(n) for n in sizes)
    if not whole:
        raise ValueError(f"{sizes!r}: must be a list of whole numbers")
    return tuple(int(n) for n in sizes)


def _reps(entry: Mapping[str, Any]) -> int:
    reps = entry["reps"]
    if type(reps) is not int or not 1 <= reps <= 10**6:
        raise ValueError(f"{reps!r}: must be a whole number of draws a size, 1 to 10⁶")
    return reps


READERS = {
    "id": lambda entry: _text(entry, "id"),
    "family": lambda entry: _text(entry, "family", "unnamed"),
    "law": _law,
    "sizes": _sizes,
    "claim": _claim,
    "true_alpha": _true_alpha,
    "truth": lambda entry: _one_of(entry, "truth", (*TRUTHS, ""), ""),
    "acceptable": _acceptable,
    "forbidden": lambda entry: _verdicts(entry, "forbidden"),
    "ideal": _ideal,
    "noise": lambda entry: checked(entry["noise"], _sizes(entry)),
    "reps": _reps,
    "functional": lambda entry: _one_of(entry, "functional", tuple(FUNCTIONALS), "auto"),
    "note": lambda entry: _text(entry, "note", ""),
}
