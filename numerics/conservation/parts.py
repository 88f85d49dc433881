"""The laws of a module from sums over parts of its weights, each weight squared and summed once for all laws.

Statement
    For a view V (numerics.conservation.module_laws) a part sum is Σ V[k]² or Σ V[k]. Every family but the products is
    a fixed combination of part sums, so that what is kept along a training is the sums, and the laws are put together
    when they are asked for. Products are their own parts.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.conservation.module_laws import ModuleLaws, View
from numerics.conservation.precision import Exact

Array = NDArray[np.float64]
Parameters = Mapping[str, Tensor]


class PartSums:
    """The part sums of a list of laws at the weights `at`, in the order: of weights, of squares, products."""

    def __init__(self, laws: ModuleLaws, at: Exact) -> None:
        self.at = at
        self.families = laws.families
        self.products = [f for f in laws.families if f.form == "products"]
        self.plain: dict[View, int] = {}
        self.squares: dict[View, int] = {}
        for f in laws.families:
            for t in f.terms if f.form != "products" else ():
                kind = self.plain if f.form == "sums" else self.squares
                kind.setdefault(t.view, 0)
        self.first_square = _numbered(self.plain, 0)
        self.first_product = _numbered(self.squares, self.first_square)
        self.count = laws.count
        self._plain = [_placed(view, at.parts) for view in self.plain]
        self._squares = [_placed(view, at.parts) for view in self.squares]
        self._combine()

    def _combine(self) -> None:
        """Which part enters which law, and how often: three arrays."""
        laws, parts, weights = [], [], []
        law, product = 0, self.first_product
        for f in self.families:
            own = np.arange(law, law + f.count)
            for t in f.terms if f.form != "products" else ():
                size = t.size if f.form == "total" else f.size
                start = (self.plain if f.form == "sums" else self.squares)[t.view] + t.start
                laws.append(np.full(size, law) if f.form == "total" else own)
                parts.append(np.arange(start, start + size))
                weights.append(np.full(size, float(t.c)))
            if f.form == "products":
                laws.append(own)
                parts.append(np.arange(product, product + f.count))
                weights.append(np.ones(f.count))
                product += f.count
            law += f.count
        empty = [np.zeros(0, int)]
        self._laws, self._parts = np.concatenate(empty + laws), np.concatenate(empty + parts)
        self._weights = np.concatenate([np.zeros(0), *weights])

    def now(self) -> Tensor:
        """The parts of the weights as they are, (parts,); `at` is left squared."""
        self.at.fill()
        plain = [_total(*place) for place in self._plain]
        products = [f.values(self.at.parts) for f in self.products]
        self.at.row.square_()
        return _joined([*plain, *(_total(*place) for place in self._squares), *products])

    def along(self, theta: Parameters, direction: Parameters) -> Tensor:
        """The derivatives of the parts along a direction, (parts,); it is multiplied by θ in place."""
        plain = [_summed(view, direction) for view in self.plain]
        products = [f.slope(theta, direction) for f in self.products]
        for n, w in direction.items():
            w.mul_(theta[n])
        return _joined([*plain, *(2 * _summed(view, direction) for view in self.squares), *products])

    def lengths(self, theta: Parameters, parts: Tensor) -> Tensor:
        """The lengths of the gradients of the parts, (parts,), from θ and its parts."""
        squares = 2 * parts[self.first_square : self.first_product].sqrt()
        ones = [parts.new_full((v.length,), (_entries(v) / v.length) ** 0.5) for v in self.plain]
        return _joined([*ones, squares, *(f.sizes(theta) for f in self.products)])

    def bends(self, direction: Parameters) -> Tensor:
        """At least what a step of length 1 along a direction adds to the parts beyond its slope, (parts,)."""
        plain = direction[next(iter(direction))].new_zeros(self.first_square)
        squared = {n: w.square() for n, w in direction.items()}
        squares = [_summed(view, squared) for view in self.squares]
        return _joined([plain, *squares, *(f.sizes(direction).square() / 4 for f in self.products)])

    def extents(self, theta: Parameters, parts: Tensor, lengths: Tensor) -> Tensor:
        """The sums of what each part is summed of, without signs, (parts,), from θ, its parts, and their lengths."""
        sizes = {view.parameter: theta[view.parameter].abs() for view in self.plain}
        plain = [_summed(view, sizes) for view in self.plain]
        squares = parts[self.first_square : self.first_product]
        return _joined([*plain, squares, lengths[self.first_product :].square() / 4])

    def laws(self, parts: Array, weights: Array | None = None) -> Array:
        """The laws from their parts, (…, parts) → (…, laws)."""
        own = self._weights if weights is None else weights
        rows = [np.bincount(self._laws, own * row[self._parts], self.count) for row in np.atleast_2d(parts)]
        return np.array(rows).reshape(*parts.shape[:-1], self.count)

    def bounds(self, lengths: Array) -> Array:
        """At least the length of the gradient of each law, from those of the parts, without cancellation."""
        return self.laws(lengths, np.abs(self._weights))


def _numbered(views: dict[View, int], start: int) -> int:
    """Give each view the number of its first part; the number behind the last."""
    for view in views:
        views[view] = start
        start += view.length
    return start


def _entries(view: View) -> int:
    return int(np.prod(view.shape[1:] if view.lead is not None else view.shape))


def _placed(view: View, theta: Parameters) -> tuple[Tensor, list[int]]:
    """The view of a contiguous parameter, and the axes that its parts are summed over."""
    tensor = theta[view.parameter].view(view.shape)
    kept = view.axis if view.lead is None else view.axis - 1
    tensor = tensor if view.lead is None else tensor[view.lead]
    return tensor, [a for a in range(tensor.ndim) if a != kept]


def _total(tensor: Tensor, axes: list[int]) -> Tensor:
    return tensor.sum(axes) if axes else tensor.clone()


def _summed(view: View, theta: Parameters) -> Tensor:
    """Σ V[k] for each k."""
    return _total(*_placed(view, theta))


def _joined(parts: list[Tensor]) -> Tensor:
    return torch.cat(parts) if parts else torch.zeros(0, dtype=torch.float64)
