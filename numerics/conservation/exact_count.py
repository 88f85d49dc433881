"""A torch module as an exact program: its laws decided and counted by theory.conservation.

The steps of the module run over arrays of nodes, so that each law of the structure is tried modulo a prime, and the
count N is enclosed: at least what the laws of degree two give, at most D − rank of the brackets. ε and slopes enter as
the rationals that their floats are. Batch norm sees a batch of BATCH. Not taken: active dropout, integer inputs, masks
that are given with the input, and more weights than `limit`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

from numerics.conservation.exact_programs import outputs
from numerics.conservation.module_laws import Family, ModuleLaws, View
from numerics.conservation.structure import Structure, Unreadable
from theory.conservation.counting import Count, lie_rank
from theory.conservation.laws import SEARCHED, Law, conserved_at_once, independent, quadratic_laws, simple_laws
from theory.conservation.models import Model

BATCH = 4
LIMIT = 40
POINTS = 8


@dataclass(frozen=True)
class ExactAnswer:
    """The count, how many independent laws the structure lists, and laws of degree two at most that it does not list.

    Where the count is not complete these are all independent ones of that degree, up to SEARCHED weights; above, all
    of the form Σ a_i θ_i² + Σ b_i θ_i.
    """

    count: Count
    listed: int
    refuted: tuple[str, ...]
    others: tuple[str, ...]

    def __str__(self) -> str:
        more = f", and {len(self.others)} more of degree two at most, which the structure does not show"
        if not self.count.complete:
            have = f"undecided: the flow has between {self.count.lower} and {self.count.upper} independent laws"
            return f"{have}; {self.listed} of them are listed{f'{more}:' if self.others else ''}"
        number = self.count.upper
        told = f"complete: the flow has {number} independent law{'' if number == 1 else 's'}"
        if self.others:
            return f"{told}: {self.listed} among those listed{more}:"
        return told + {0: "", 1: ", and this is it"}.get(number, ", and these are they")


def exact_answer(laws: ModuleLaws, loss: str = "any", seed: int = 0, limit: int = LIMIT) -> ExactAnswer:
    """The laws of a small module against all of degree two, and the count. Errors: `exact_model`."""
    model = exact_model(laws.structure, loss, limit)
    own = transferred(laws, model)
    kept = conserved_at_once(model, own, seed)
    refuted = tuple(name for name, good in zip(laws.names, kept, strict=True) if not good)
    listed = [law for law, good in zip(own, kept, strict=True) if good]
    known = rank = independent(model, listed, seed)
    others: list[str] = []
    fields, closure = lie_rank(model, seed, model.dimension - known, 1)
    for search in _searches(model):
        if closure == model.dimension - known:
            break
        for law in search(model, seed):
            if independent(model, [*listed, law], seed) > known:
                listed.append(law)
                known += 1
                others.append(counted_from_0(str(law), model.shapes))
        if closure < model.dimension - known:
            more = lie_rank(model, seed + 1, model.dimension - known, POINTS)
            fields, closure = max((fields, closure), more, key=lambda pair: pair[1])
    count = Count(model.name, model.dimension, fields, closure, known, model.dimension - closure)
    return ExactAnswer(count, rank, refuted, tuple(others))


def counted_from_0(text: str, names: Iterable[str]) -> str:
    """A law as theory.conservation spells it, its indices counted as torch does: a[1,:] becomes a[0, :]."""
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))

    def shifted(match: re.Match[str]) -> str:
        marks = [m if m == ":" else str(int(m) - 1) for m in match[2].split(",")]
        return f"{match[1]}[{', '.join(marks)}]"

    return re.sub(rf"({known})\[([\d,:]+)\]", shifted, text)


def _searches(model: Model) -> tuple[Callable[[Model, int], list[Law]], ...]:
    """Ways to find laws that are not listed, the cheap one first."""
    return (simple_laws, quadratic_laws) if model.dimension <= SEARCHED else (simple_laws,)


def exact_model(found: Structure, loss: str = "any", limit: int = LIMIT) -> Model:
    """The module as a model of theory.conservation; `loss` "cross-entropy" puts a softmax behind it.

    Raises NotImplementedError above `limit` weights, Unreadable for a step without an exact program, ValueError where
    the shape of the input is not known: give an example.
    """
    trained = {n: s for n, s in found.shapes.items() if n not in found.frozen}
    size = sum(prod(s) for s in trained.values())
    if size > limit:
        raise NotImplementedError(
            f"{type(found.module).__name__} has {size} trained weights; the exact count is for at most {limit}: "
            f"count a narrower copy, whose laws have the same form, count numerically, or raise the limit"
        )
    shape = _input_shape(found)
    batch = BATCH if any(s.kind == "batch_norm" and s.options["live"] for s in found.steps) else 1
    softened = loss == "cross-entropy" or any(s.kind in ("softmax", "attention") for s in found.steps)
    program = partial(outputs, found, (batch, *shape), loss)
    held = {n: found.shapes[n] for n in sorted(found.frozen)}
    names = f"{type(found.module).__name__} of {size} weights"
    return Model(names, trained, program, batch * prod(shape), held, 2 if softened else 8)


def _input_shape(found: Structure) -> tuple[int, ...]:
    if sum(step.kind == "input" for step in found.steps) != 1:
        raise Unreadable("input", "several inputs, and the exact program takes one")
    if found.example is not None:
        if not found.example.is_floating_point():
            raise Unreadable("input", "the exact program takes real numbers, and these are integers")
        return tuple(found.example.shape[1:])
    first = next((s for s in found.steps if 0 in s.inputs), None)
    if first is None or first.kind != "linear":
        raise ValueError("the shape of an input is not known from the first layer: give an example batch")
    name = first.parameters["weight"]
    return (found.shapes[name][0 if first.options.get("transposed") else 1],)


def transferred(laws: ModuleLaws, model: Model) -> list[Law]:
    """The laws of a module, entry by entry, in the order of `laws.names`."""
    start = {}
    for name in model.shapes:
        start[name] = sum(prod(s) for s in list(model.shapes.values())[: len(start)])
    out: list[Law] = []
    for family in laws.families:
        out += [Law(model, _entries(family, k, start)) for k in range(family.count)]
    return out


def _entries(family: Family, number: int, start: Mapping[str, int]) -> dict[tuple[int, ...], Any]:
    from sympy import Rational

    def places(view: View, k: int) -> list[int]:
        return [start[view.parameter] + p for p in view.places(k)]

    terms: dict[tuple[int, ...], Any] = {}
    for t in family.terms:
        if family.form == "products":
            j, k = family.pairs()[number]
            both = zip(places(t.view, t.start + j), places(t.view, t.start + k), strict=True)
            keys = [(min(pair), max(pair)) for pair in both]
        elif family.form == "sums":
            keys = [(p,) for p in places(t.view, t.start + number)]
        else:
            parts = range(t.start, t.start + t.size) if family.form == "total" else [t.start + number]
            keys = [(p, p) for part in parts for p in places(t.view, part)]
        for key in keys:
            terms[key] = terms.get(key, Rational(0)) + Rational(t.c.numerator, t.c.denominator)
    return {key: c for key, c in terms.items() if c}
