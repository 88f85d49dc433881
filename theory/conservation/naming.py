"""Laws in the words of their arrays: squared norms and inner products of rows, columns and whole arrays.

A quadratic law is split by array into terms c⟨slice, slice⟩ as long as whole slices with one coefficient are found;
what is left is written out entry by entry.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from sympy import Rational

from theory.conservation.models import Model

Index = tuple[int, ...]


def spelled(model: Model, terms: Mapping[Index, Rational]) -> str:
    """‖W1[1,:]‖² − ‖W2[:,1]‖², counted from 1."""
    entries = model.entries
    place = {entry: i for i, entry in enumerate(entries)}
    left = dict(terms)
    words: list[tuple[Rational, str]] = []
    for name, shape in model.shapes.items():
        for text, indices in _slices(name, shape, place):
            found = {left.get(index) for index in indices}
            c = next(iter(found))
            if len(found) == 1 and c is not None:
                words.append((c, text))
                for index in indices:
                    del left[index]
    words += [(c, _monomial([_entry(*entries[i]) for i in index])) for index, c in left.items()]
    return _joined(words)


def _slices(
    name: str, shape: tuple[int, ...], place: Mapping[tuple[str, tuple[int, ...]], int]
) -> Iterator[tuple[str, list[Index]]]:
    """Whole arrays, then slices and pairs of slices along each axis, with the monomials they are the sum of."""

    def monomial(a: tuple[int, ...], b: tuple[int, ...]) -> Index:
        i, j = sorted((place[name, a], place[name, b]))
        return i, j

    everything = list(product(*map(range, shape)))
    yield f"‖{name}‖²", [monomial(k, k) for k in everything]
    yield f"Σ{name}", [(place[name, k],) for k in everything]
    if len(shape) == 1:
        return
    for axis, size in enumerate(shape):
        rest = [k for k in everything if k[axis] == 0]
        groups = [[(*k[:axis], s, *k[axis + 1 :]) for k in rest] for s in range(size)]
        names = [_slice(name, len(shape), axis, s) for s in range(size)]
        for label, group in zip(names, groups, strict=True):
            yield f"‖{label}‖²", [monomial(k, k) for k in group]
            yield f"Σ{label}", [(place[name, k],) for k in group]
        for (one, first), (two, second) in combinations(zip(names, groups, strict=True), 2):
            yield f"⟨{one}, {two}⟩", [monomial(a, b) for a, b in zip(first, second, strict=True)]


def _slice(name: str, axes: int, axis: int, s: int) -> str:
    return f"{name}[{','.join(str(s + 1) if k == axis else ':' for k in range(axes))}]"


def _entry(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{','.join(str(k + 1) for k in index)}]"


def _monomial(factors: list[str]) -> str:
    return f"{factors[0]}²" if len(factors) == 2 and factors[0] == factors[1] else "·".join(factors)


def _joined(words: list[tuple[Rational, str]]) -> str:
    text = ""
    for c, word in words:
        size = "" if abs(c) == 1 else f"{abs(c)} "
        sign = ("− " if c < 0 else "+ ") if text else ("−" if c < 0 else "")
        text += f"{' ' if text else ''}{sign}{size}{word}"
    return text or "0"
