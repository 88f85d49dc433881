"""Channels with their rates while the steps of a module are read, and the conditions that are put on them.

What the rules of numerics.conservation.rules say of one step is said here of channels: fix them, tie them, let no
matrix act on them, let them scale the rows and columns of a weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from numerics.conservation.module_laws import View
from numerics.conservation.rates import Expression, Number, Rates
from numerics.conservation.structure import Step, Structure, Unreadable

Block = tuple[int, int, Expression]


@dataclass(frozen=True)
class Signal:
    """A tensor's channels: a rate each (none where all are 0), and the blocks on which symmetric matrices act.

    `axis`: where the channels are, "last" or "first" (axis 1, positions behind), "any" while nothing tells. `joined`:
    flattened with the positions, the channel changing slowest ("channel") or fastest ("position").
    """

    rates: tuple[Expression, ...] | None = None
    blocks: tuple[Block, ...] = ()
    axis: str = "any"
    joined: str | None = None
    transposed: bool = False


class Accounts:
    """Rates, what each parameter contributes, and remarks, while the steps are read."""

    def __init__(self, found: Structure, exact_norms: bool) -> None:
        self.found = found
        self.exact_norms = exact_norms
        self.rates = Rates()
        self.remarks: list[str] = []
        self.used: dict[str, tuple[str, Signal, Signal]] = {}

    def fresh(self, n: int, full: bool = True, axis: str = "last", size: int | None = None) -> Signal:
        """A signal with unknown rates, in blocks of `size` on which symmetric matrices act."""
        size = size or n or 1
        unknown = tuple(self.rates.unknowns(n, size))
        blocks = tuple((a, a + size, self.rates.matrix()) for a in range(0, n, size)) if full else ()
        return Signal(unknown, blocks, axis)

    def fix(self, signal: Signal) -> None:
        """All rates 0, and no matrices."""
        for rate in signal.rates or ():
            self.rates.zero(rate)
        self.diagonal(signal)

    def diagonal(self, signal: Signal) -> None:
        """No matrices: only rates of single channels."""
        for _, _, token in signal.blocks:
            self.rates.zero(token)

    def even(self, signal: Signal) -> None:
        """One rate for all channels, and no matrices."""
        self.diagonal(signal)
        for rate in (signal.rates or ())[1:]:
            self.tie(rate, signal.rates[0] if signal.rates else {})

    def tie(self, a: Expression, b: Expression, factor: int = 1) -> None:
        """a = factor·b."""
        self.rates.zero(combined(a, b, -factor))

    def aligned(self, place: str, a: Signal, b: Signal) -> None:
        """Unreadable where the channels of two tensors stand on different axes."""
        if {a.axis, b.axis} == {"first", "last"}:
            raise Unreadable(place, "two tensors of which one has its channels on axis 1 and the other on the last")

    def equal(self, place: str, a: Signal, b: Signal) -> Signal:
        """The same rates and matrices on both; where one is fixed, so is the other."""
        self.aligned(place, a, b)
        if a.rates is None or b.rates is None:
            self.fix(a)
            self.fix(b)
            return Signal(axis=b.axis if a.axis == "any" else a.axis, joined=a.joined or b.joined)
        if len(a.rates) != len(b.rates) or a.joined != b.joined:
            raise Unreadable(place, f"a sum of {len(a.rates)} with {len(b.rates)} channels")
        for x, y in zip(a.rates, b.rates, strict=True):
            self.tie(x, y)
        if [t[:2] for t in a.blocks] == [t[:2] for t in b.blocks]:
            for (_, _, x), (_, _, y) in zip(a.blocks, b.blocks, strict=True):
                self.tie(x, y)
        else:
            self.diagonal(a)
            self.diagonal(b)
        return a

    def contribute(self, sign: int, view: View, signal: Signal, start: int = 0) -> None:
        """± Σ_k s_k ‖V[start + k]‖², and the products within the blocks."""
        for k, rate in enumerate(signal.rates or ()):
            self.rates.square(sign, view, start + k, rate)
        for a, b, token in signal.blocks:
            self.rates.products(sign, view, start + a, b - a, token)

    def matrix(self, step: Step, name: str, rows: tuple[View, Signal], columns: tuple[View, Signal]) -> None:
        """A weight from the channels of `columns` to those of `rows`; frozen and shared weights bind the rates."""
        above, below = rows[1], columns[1]
        for view, signal in (rows, columns):
            self.fitting(step.place, view, signal)
        if name in self.found.still:
            self._bound(above, below)
            return
        if name in self.used:
            self._shared(step, self._earlier(step.place, name, _use(rows[0], columns[0])), (above, below))
            return
        self.used[name] = _use(rows[0], columns[0]), above, below
        self.contribute(1, rows[0], above)
        self.contribute(-1, columns[0], below)

    def vector(self, name: str | None, signal: Signal, view: View | None = None) -> None:
        """A bias, gain or shift that is scaled like the channels it belongs to."""
        if name is None:
            return
        if name in self.found.still:
            self.fix(signal)
            return
        view = view or View(name, (prod(self.found.shapes[name]),))
        self.fitting(name, view, signal)
        use = f"vector along axis {view.axis}"
        if name in self.used:
            self.equal(name, self._earlier(name, name, use)[0], signal)
            return
        self.used[name] = use, signal, Signal()
        self.contribute(1, view, signal)

    def fitting(self, place: str, view: View, signal: Signal) -> None:
        """Unreadable where a weight has another number of parts than there are channels, as behind a broadcast."""
        if signal.rates is not None and len(signal.rates) != view.length:
            why = f"{view.parameter} has {view.length} parts along axis {view.axis} for {len(signal.rates)} channels"
            raise Unreadable(place, why)

    def _earlier(self, place: str, name: str, use: str) -> tuple[Signal, Signal]:
        """The channels at the first use of a parameter, which must be a use of the same kind."""
        kind, above, below = self.used[name]
        if kind != use:
            raise Unreadable(place, f"{name} is used as a {kind} and as a {use}")
        return above, below

    def _bound(self, above: Signal, below: Signal) -> None:
        """A held weight: one rate for all channels on both sides."""
        rates = [*(above.rates or ()), *(below.rates if below.rates is not None else ({},))]
        for rate in rates[1:]:
            self.tie(rate, rates[0])
        self.diagonal(above)
        self.diagonal(below)

    def _shared(self, step: Step, first: tuple[Signal, Signal], second: tuple[Signal, Signal]) -> None:
        """A weight used twice changes alike both times: the rates differ by one number on both sides."""
        (above, below), (above2, below2) = first, second
        gap = self.rates.unknowns(1, 1)[0]
        for one, two in ((above, above2), (below, below2)):
            if len(one.rates or ()) != len(two.rates or ()) and one.rates is not None and two.rates is not None:
                raise Unreadable(step.place, "a weight used twice, on different shapes")
            n = len(one.rates or two.rates or ())
            for x, y in zip(one.rates or ({},) * max(n, 1), two.rates or ({},) * max(n, 1), strict=True):
                self.tie(combined(y, x, -1), gap)
            self.diagonal(one)
            self.diagonal(two)


def _use(rows: View, columns: View) -> str:
    """How a matrix is used: twice the same way binds rates, two ways are not known."""
    turned, shape = "transposed matrix" if rows.axis == 1 else "matrix", "×".join(map(str, columns.shape))
    return f"{turned} {shape} with its inputs along axis {columns.axis}"


def combined(a: Mapping[int, Number], b: Mapping[int, Number], factor: Number) -> Expression:
    """a + factor·b."""
    out = dict(a)
    for unknown, c in b.items():
        out[unknown] = out.get(unknown, 0) + factor * c
    return {u: c for u, c in out.items() if c}
