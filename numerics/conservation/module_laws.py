"""Conservation laws of a module, as families over its parameters.

    squares     Σ_t c_t ‖V_t[s_t + k]‖²,                      one law for each k = 0 … n−1
    products    Σ_t c_t ⟨V_t[s_t + j], V_t[s_t + k]⟩,          one for each pair: j ≤ k, or j < k where k = j is no law
    total       Σ_t c_t Σ_{k < n_t} ‖V_t[s_t + k]‖²,          one law
    sums        Σ_t c_t Σ V_t[s_t + k],                       one for each k

A view V is a parameter in a shape of as many entries; V[k] is its part at index k of one axis. Indices count from 0,
as in Python. The laws are those of θ′ = −∇L with one learning rate; with several, θ_p′ = −η_p ∂_p L conserves the same
sums with the terms of parameter p divided by η_p (`weighted`).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from numerics.conservation.structure import Structure

if TYPE_CHECKING:
    from torch import Tensor

Parameters = Mapping[str, "Tensor"]
LONG = 1000


@dataclass(frozen=True)
class View:
    """`parameter` in `shape`, cut along `axis`; with `lead` only the part at that index of axis 0."""

    parameter: str
    shape: tuple[int, ...]
    axis: int = 0
    lead: int | None = None

    @property
    def length(self) -> int:
        """How many parts there are."""
        return self.shape[self.axis]

    def rows(self, parameters: Parameters) -> "Tensor":
        """The parts as rows, (length, the rest)."""
        tensor = parameters[self.parameter].reshape(self.shape)
        axis = self.axis
        if self.lead is not None:
            tensor, axis = tensor[self.lead], axis - 1
        return tensor.movedim(axis, 0).reshape(self.length, -1)

    def places(self, k: int) -> list[int]:
        """Where the entries of part k stand in the flattened parameter, in the order of `rows`."""
        import numpy as np

        place = np.arange(prod(self.shape)).reshape(self.shape)
        axis = self.axis
        if self.lead is not None:
            place, axis = place[self.lead], axis - 1
        return [int(p) for p in np.moveaxis(place, axis, 0)[k].ravel()]

    def spelled(self, index: str, natural: tuple[int, ...]) -> str:
        """0.weight[:, k], with the shape where it is not the parameter's own."""
        marks = [index if a == self.axis else ":" for a in range(len(self.shape))]
        if self.lead is not None:
            marks[0] = str(self.lead)
        if tuple(s for s in self.shape if s != 1) == tuple(s for s in natural if s != 1) and self.lead is None:
            kept = [m for m, s in zip(marks, self.shape, strict=True) if s != 1 or len(self.shape) == len(natural)]
            return f"{self.parameter}[{', '.join(kept)}]" if any(m != ":" for m in kept) else self.parameter
        return f"{self.parameter}({'×'.join(map(str, self.shape))})[{', '.join(marks)}]"


@dataclass(frozen=True)
class Term:
    """c times the part of a view from `start` on; `size` matters to totals only."""

    c: Fraction | int
    view: View
    start: int = 0
    size: int = 1


@dataclass(frozen=True)
class Family:
    """Laws of one form: `size` of squares and sums, one total, and of products the pairs within 0 … size − 1."""

    form: str
    terms: tuple[Term, ...]
    size: int = 1
    diagonal: bool = True

    @property
    def count(self) -> int:
        """How many laws it lists."""
        if self.form == "products":
            return self.size * (self.size + 1) // 2 if self.diagonal else self.size * (self.size - 1) // 2
        return 1 if self.form == "total" else self.size

    def slope(self, theta: Parameters, direction: Parameters) -> "Tensor":
        """⟨∇h, direction⟩ for each law, (count,)."""
        if self.form == "sums":
            return sum(float(t.c) * self._rows(t, direction, self.size).sum(1) for t in self.terms)
        return 2 * self._polar(theta, direction)

    def values(self, theta: Parameters) -> "Tensor":
        """h(θ) for each law, (count,)."""
        if self.form == "sums":
            return sum(float(t.c) * self._rows(t, theta, self.size).sum(1) for t in self.terms)
        return self._polar(theta, theta)

    def sizes(self, theta: Parameters) -> "Tensor":
        """Σ_t |c_t| ‖∇h_t‖ for each law, (count,): the length of the gradient, without cancellation between terms."""
        total: Tensor | int = 0
        for t in self.terms:
            size = t.size if self.form == "total" else self.size
            rows = self._rows(t, theta, size)
            a = rows.norm(dim=1)
            if self.form == "sums":
                part = a.new_full(a.shape, rows.shape[1] ** 0.5)
            elif self.form == "products":
                j, k = self._pairs(a)
                part = a[j] + a[k]
            else:
                part = 2 * (rows.norm()[None] if self.form == "total" else a)
            total = total + float(abs(t.c)) * part
        return total

    @staticmethod
    def _rows(term: Term, theta: Parameters, size: int) -> "Tensor":
        return term.view.rows(theta)[term.start : term.start + size]

    def _polar(self, theta: Parameters, direction: Parameters) -> "Tensor":
        """The symmetric bilinear form of the family."""
        total: Tensor | int = 0
        for t in self.terms:
            size = t.size if self.form == "total" else self.size
            a = self._rows(t, theta, size)
            b = a if theta is direction else self._rows(t, direction, size)
            if self.form == "products":
                gram = a @ b.mT
                part = ((gram + gram.mT) / 2)[self._pairs(a)]
            else:
                part = (a * b).sum()[None] if self.form == "total" else (a * b).sum(1)
            total = total + float(t.c) * part
        return total

    def _pairs(self, like: "Tensor") -> tuple["Tensor", "Tensor"]:
        import torch

        j, k = torch.triu_indices(self.size, self.size, 0 if self.diagonal else 1, device=like.device)
        return j, k

    def pairs(self) -> list[tuple[int, int]]:
        """(j, k) of each law of products, in the order of the values."""
        return [(j, k) for j in range(self.size) for k in range(j if self.diagonal else j + 1, self.size)]

    def spelled(self, shapes: Mapping[str, tuple[int, ...]]) -> str:
        """The family as a formula in k (and j)."""
        words = [(t.c, self._word(t, shapes)) for t in self.terms]
        text = ""
        for c, word in words:
            size = _factor(abs(c), word)
            text += f"{' + ' if c > 0 else ' − '}{size}{word}" if text else f"{'' if c > 0 else '−'}{size}{word}"
        if self.form == "products":
            return f"{text},  0 ≤ j {'≤' if self.diagonal else '<'} k < {self.size}"
        return text if self.count == 1 else f"{text},  k = 0 … {self.size - 1}"

    def _word(self, t: Term, shapes: Mapping[str, tuple[int, ...]]) -> str:
        natural = shapes[t.view.parameter]
        single = prod(s for a, s in enumerate(t.view.shape) if a != t.view.axis) == 1

        def part(letter: str) -> str:
            index = str(t.start) if self.size == 1 else letter if not t.start else f"{letter}+{t.start}"
            return t.view.spelled(index, natural)

        if self.form == "products":
            return f"{part('j')}·{part('k')}" if single else f"⟨{part('j')}, {part('k')}⟩"
        if self.form == "total":
            whole = t.size == t.view.length and t.view.lead is None
            piece = f"{t.start}:{t.start + t.size}" if t.size > 1 else str(t.start)
            return f"‖{t.view.parameter if whole else t.view.spelled(piece, natural)}‖²"
        if self.form == "sums":
            return part("k") if single else f"Σ{part('k')}"
        return f"{part('k')}²" if single else f"‖{part('k')}‖²"

    def named(self, shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
        """Each law of the family, its indices put in, in the order of the values."""
        text = self.spelled(shapes).split(",  ")[0]
        if self.form == "products":
            return [f"{text} at j = {j}, k = {k}" for j, k in self.pairs()]
        return [text] if self.count == 1 else [f"{text} at k = {k}" for k in range(self.count)]


@dataclass(frozen=True)
class ModuleLaws:
    """The laws that the structure shows, those that a positive ε breaks, and remarks."""

    structure: Structure
    families: tuple[Family, ...]
    broken: tuple[Family, ...] = ()
    remarks: tuple[str, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """Every law as a formula, in the order of the values."""
        return [name for f in self.families for name in f.named(self.structure.shapes)]

    @property
    def count(self) -> int:
        """How many laws are listed; at a generic point some may depend on others (`independent`)."""
        return sum(f.count for f in self.families)

    def values(self, theta: Parameters) -> "Tensor":
        """Every law, (count,)."""
        return _joined([f.values(theta) for f in self.families], theta)

    def slopes(self, theta: Parameters, direction: Parameters) -> "Tensor":
        """⟨∇h, direction⟩ of every law, (count,)."""
        return _joined([f.slope(theta, direction) for f in self.families], theta)

    def sizes(self, theta: Parameters) -> "Tensor":
        """At least ‖∇h‖ of every law, (count,)."""
        return _joined([f.sizes(theta) for f in self.families], theta)

    def cosines(self, theta: Parameters, direction: Parameters) -> "Tensor":
        """|⟨∇h, direction⟩| over the two lengths, (count,): 0 up to rounding for a law, the direction being ∇L.

        The length of the whole direction is taken: a part of it that vanishes identically is rounding, and over its own
        length that would be anything.
        """
        whole = sum(d.square().sum() for d in direction.values()) ** 0.5
        return self.slopes(theta, direction).abs() / (self.sizes(theta) * whole).clamp(min=1e-300)

    def independent(self, theta: Parameters | None = None) -> int:
        """The rank of the gradients at a random point, or at θ, in float64.

        Raises ValueError above 10⁸ entries of the gradients.
        """
        import torch

        shapes = self.structure.shapes
        size = sum(map(prod, shapes.values()))
        if self.count * size > 10**8:
            raise ValueError(f"{self.count} gradients of {size} weights: too many for a rank; take a narrower copy")
        if theta is None:
            draw = torch.Generator().manual_seed(0)
            theta = {n: torch.randn(s, generator=draw, dtype=torch.float64) for n, s in shapes.items()}
        if not self.count:
            return 0
        rows = torch.func.jacrev(lambda p: self.values(p))({n: p.detach().double() for n, p in theta.items()})
        return int(torch.linalg.matrix_rank(torch.cat([r.reshape(self.count, -1) for r in rows.values()], 1)))

    def weighted(self, rates: Mapping[str, float]) -> "ModuleLaws":
        """The laws where parameter p has the learning rate rates[p], in units of the largest."""
        top = max(rates.values())

        def own(term: Term) -> Term:
            return replace(term, c=term.c * simple(top / rates[term.view.parameter]))

        families = tuple(replace(f, terms=tuple(own(t) for t in f.terms)) for f in self.families)
        return replace(self, families=families)

    def only(self, families: Sequence[Family]) -> "ModuleLaws":
        """The same module with these families instead."""
        return replace(self, families=tuple(families), broken=())

    def __str__(self) -> str:
        lines = [f"{f.count:6d}  {f.spelled(self.structure.shapes)}" for f in self.families]
        return "\n".join(lines) or "     0  no law is seen in the structure"


def _factor(c: Fraction | int, word: str) -> str:
    """c before a word: in digits where the fraction is long, with a × where the word begins with a digit."""
    if c == 1:
        return ""
    number = str(c) if c.denominator <= LONG else f"{float(c):.6g}"
    return f"{number} × " if word[0].isdigit() else f"{number} "


def simple(x: float) -> Fraction:
    """The fraction of denominator up to LONG that x is up to rounding, else x itself."""
    near = Fraction(x).limit_denominator(LONG)
    return near if abs(float(near) - x) <= 2 * sys.float_info.epsilon * abs(x) else Fraction(x)


def _joined(parts: "Sequence[Tensor]", theta: Parameters) -> "Tensor":
    import torch

    return torch.cat(list(parts)) if parts else next(iter(theta.values())).new_zeros(0)


def norms(structure: Structure, weights: Mapping[str, Fraction | int]) -> Family:
    """The candidate Σ_p c_p ‖p‖², as of someone who claims that it is conserved.

    Raises ValueError for a name that is no parameter, and for no names.
    """
    unknown = [name for name in weights if name not in structure.shapes]
    if unknown or not weights:
        raise ValueError(f"{unknown or 'no name'}: not a parameter; the parameters are {', '.join(structure.shapes)}")
    terms = [
        Term(Fraction(c), View(name, (prod(structure.shapes[name]),)), 0, prod(structure.shapes[name]))
        for name, c in weights.items()
    ]
    return Family("total", tuple(terms))
