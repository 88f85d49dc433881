"""Drift of the laws against the step: the integrator's, or a broken law.

Statement
    On θ′ = −∇L − λθ over a fixed horizon, full batch and float64, an integrator of order p moves a conserved law by
    O(h^p): p = 1 for gradient descent (η² a step), 2 for Heun (3 if quadratic), 4 for Runge–Kutta, and 2 at kinks. A
    function that is not conserved moves by an amount that does not fall.
        (1)  A law is broken where the cosine of ∇h and ∇L is above rounding at some point of a run.
        (2)  A drift is the integrator's where that is rounding and the drift falls, from the longest step to the
             shortest, at FRACTION of the order at least, or is rounding itself.
        (3)  Else undecided. The last step may be too long, or crossings of kinks too few to average.

Reference
    E. Hairer, S. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, chapter II.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from numerics.conservation.module_laws import ModuleLaws
from numerics.conservation.rules import laws as laws_of
from numerics.conservation.wrappers import unwrapped

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

Array = NDArray[np.float64]
Point = dict[str, "Tensor"]
Field = Callable[[Point], Point]
Loss = "str | Callable[[Tensor, Tensor], Tensor]"
ORDERS = {"sgd": 1, "heun": 2, "rk4": 4}
KINKED = 2
FRACTION = 0.5
ROUNDING = 1e-13  # of cosines, and of drifts over ‖∇h‖‖θ‖, in float64


@dataclass(frozen=True)
class DriftStudy:
    """`steps` (m,); `drifts` (m, laws), |h(T)e^{2λT} − h(0)|, for sums with e^{λT}; `slopes` (laws,), the largest
    cosines of the laws with a gradient; `scales` (laws,), ‖∇h‖‖θ‖ at the start."""

    laws: ModuleLaws
    method: str
    horizon: float
    steps: Array
    drifts: Array
    slopes: Array
    scales: Array
    kinked: bool

    @property
    def order(self) -> int:
        """What the integrator gives: at most 2 where kinks are crossed."""
        return min(ORDERS[self.method], KINKED) if self.kinked else ORDERS[self.method]

    @property
    def orders(self) -> Array:
        """The observed order of each law between the longest step and the shortest, (laws,); ∞ at rounding.

        A drift that is small by chance at the longest step is measured against the median of the laws, in their scales.
        """
        last = self.drifts[-1]
        tiny = last <= ROUNDING * self.scales
        moving = self.drifts[0] > ROUNDING * self.scales
        typical = np.median((self.drifts[0] / self.scales)[moving]) if moving.any() else 0.0
        first = np.maximum(self.drifts[0], typical * self.scales)
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = np.log(first / last) / np.log(self.steps[-1] / self.steps[0])
        return np.where(tiny, np.inf, seen)

    @property
    def verdicts(self) -> list[str]:
        """integrator, broken or undecided, law by law."""
        return [self._verdict(float(s), float(o)) for s, o in zip(self.slopes, self.orders, strict=True)]

    def _verdict(self, slope: float, order: float) -> str:
        if slope > ROUNDING:
            return "broken"
        return "integrator" if order >= FRACTION * self.order else "undecided"

    def __str__(self) -> str:
        steps = _listed([f"{s:g}" for s in self.steps])
        lines = [f"followed over a time of {self.horizon:g} by {self.method}, in {steps} steps:"]
        for verdict in dict.fromkeys(self.verdicts):
            own = np.array([v == verdict for v in self.verdicts])
            worst = _listed([f"{d:.2e}" for d in self.drifts[:, own].max(1)])
            laws = "1 law" if own.sum() == 1 else f"{own.sum()} laws"
            lines.append(f"    {laws}, {self._told(verdict)}: largest drift {worst}")
        return "\n".join(lines)

    def _told(self, verdict: str) -> str:
        if verdict == "integrator":
            return "moved by the integrator alone"
        if verdict == "broken":
            return "broken, gradients have a part along it"
        longer = "a longer time, with more kinks on the way" if self.kinked else "a shorter time"
        return f"undecided, as the drift does not fall with the step as it should; more steps may tell, or {longer}"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def trained(
    module: "Module",
    x: "Tensor",
    y: "Tensor",
    horizon: float,
    steps: int,
    method: str = "rk4",
    loss: "str | Callable[[Tensor, Tensor], Tensor]" = "squares",
    decay: float = 0.0,
    seen: "Callable[[Point, Point], None] | None" = None,
) -> Point:
    """The weights at the end of θ′ = −∇L − λθ, from the module's own, which are left as they are; float64.

    `seen(θ, ∇L)` is called at the start of each step. Raises ValueError for a method or loss that is not known and
    where a weight is not finite at the end.
    """
    import torch

    if method not in ORDERS or steps < 1:
        raise ValueError(f"trained(method={method!r}, steps={steps}): one of {', '.join(ORDERS)}, steps at least 1")
    module = unwrapped(module)
    downhill = loss_slope(module, x, y, loss)
    theta = {n: p.detach().double().clone() for n, p in module.named_parameters()}
    h = horizon / steps

    def velocity(at: Point) -> Point:
        return {n: -g - decay * at[n] for n, g in downhill(at).items()}

    for _ in range(steps):
        if seen is not None:
            seen(theta, downhill(theta))
        theta = _advanced(theta, h, velocity, method)
    if not all(torch.isfinite(p).all() for p in theta.values()):
        raise ValueError(f"trained: a weight is not finite after {steps} steps of {h:.3g}: take more steps")
    return theta


def _moved(theta: Point, h: float, *parts: tuple[float, Point]) -> Point:
    return {n: p + h * sum(c * v[n] for c, v in parts) for n, p in theta.items()}


def _advanced(theta: Point, h: float, field: Field, method: str) -> Point:
    a = field(theta)
    if method == "sgd":
        return _moved(theta, h, (1.0, a))
    if method == "heun":
        return _moved(theta, h, (0.5, a), (0.5, field(_moved(theta, h, (1.0, a)))))
    b = field(_moved(theta, h, (0.5, a)))
    c = field(_moved(theta, h, (0.5, b)))
    d = field(_moved(theta, h, (1.0, c)))
    return _moved(theta, h, (1 / 6, a), (1 / 3, b), (1 / 3, c), (1 / 6, d))


def loss_slope(module: "Module", x: "Tensor", y: "Tensor", loss: "str | Callable[[Tensor, Tensor], Tensor]") -> Field:
    """θ ↦ ∇L(θ) of the mean loss over the batch; 0 for weights that are held.

    Where dropout is active one mask is drawn and kept, so that there is one loss to flow down.
    """
    import copy

    import torch

    own = copy.deepcopy(module).double()
    random = any(_drops(part) for part in own.modules() if part.training)
    measure = _losses(loss)
    where = next(own.parameters()).device
    inputs, targets = (t.to(where, torch.float64) if t.is_floating_point() else t.to(where) for t in (x, y))

    def slope(theta: Point) -> Point:
        live = {n: p.detach().requires_grad_(True) for n, p in theta.items()}
        with torch.random.fork_rng(enabled=random):
            if random:
                torch.manual_seed(0)
            value = measure(torch.func.functional_call(own, live, (inputs,)), targets)
        names = [n for n, p in own.named_parameters() if p.requires_grad]
        slopes = torch.autograd.grad(value, [live[n] for n in names], allow_unused=True)
        found = dict(zip(names, slopes, strict=True))
        return {n: torch.zeros_like(p) if found.get(n) is None else found[n] for n, p in theta.items()}

    return slope


def _drops(part: "Module") -> bool:
    """Whether a part drops entries in training: its share is a number, where a weight of that name is none."""
    shares = (getattr(part, "p", 0), getattr(part, "dropout", 0))
    return any(isinstance(share, int | float) and share > 0 for share in shares)


def _losses(loss: "str | Callable[[Tensor, Tensor], Tensor]") -> "Callable[[Tensor, Tensor], Tensor]":
    from torch.nn import functional

    if callable(loss):
        return loss
    if loss == "squares":
        return lambda out, y: (out - y).square().sum() / (2 * len(y))
    if loss == "cross-entropy":
        return functional.cross_entropy
    raise ValueError(f"loss {loss!r}: must be squares, cross-entropy or a function of (output, target)")


def drift(
    module: "Module",
    x: "Tensor",
    y: "Tensor",
    horizon: float = 1.0,
    steps: Sequence[int] = (8, 16, 32),
    method: str = "rk4",
    loss: "str | Callable[[Tensor, Tensor], Tensor]" = "squares",
    decay: float = 0.0,
    laws: ModuleLaws | None = None,
) -> DriftStudy:
    """Train copies of a module with ever shorter steps and compare the drifts of its laws.

    Raises ValueError unless the numbers of steps increase; Unreadable where the structure cannot be read and no laws
    are given; the errors of `trained`.
    """
    if len(steps) < 2 or list(steps) != sorted(set(steps)):
        raise ValueError(f"drift(steps={list(steps)}): at least two numbers of steps, growing")
    module = unwrapped(module)
    own = laws if laws is not None else laws_of(module, x, "cross-entropy" if loss == "cross-entropy" else "any")
    start = {n: p.detach().double() for n, p in module.named_parameters()}
    degrees = np.array([1 if f.form == "sums" else 2 for f in own.families for _ in range(f.count)])
    before, slopes = own.values(start), []

    def look(theta: Point, slope: Point) -> None:
        slopes.append(own.cosines(theta, slope).cpu().numpy())

    ends = [trained(module, x, y, horizon, n, method, loss, decay, look if n == steps[0] else None) for n in steps]
    kept = np.array([(1 - decay * horizon / n) ** n if method == "sgd" else np.exp(-decay * horizon) for n in steps])
    factors = kept[:, None] ** degrees
    drifts = np.abs(np.array([own.values(end).cpu().numpy() for end in ends]) / factors - before.cpu().numpy())
    length = sum(float(p.square().sum()) for p in start.values()) ** 0.5
    scales = own.sizes(start).cpu().numpy() * length
    kinked = any(s.kind == "power" and s.options["degree"] == 1 for s in own.structure.steps)
    kinked = kinked or any(s.kind == "pool" and not s.options["linear"] for s in own.structure.steps)
    return DriftStudy(own, method, horizon, np.array(steps, float), drifts, np.max(slopes, 0), scales, kinked)
