"""How finely the gradients of a training are rounded, and the weights in float64.

Gradients are rounded as the weights are, unless the forward pass runs under autocast, or products of matrices are
allowed to be coarser than float32 (TF32 or bfloat16).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from torch.nn import Module

SINGLE = 2.0**-23  # float32; losses are often in it where the weights are in float64
TF32 = 2.0**-10
BFLOAT16 = 2.0**-7


class Precision:
    """The rounding of the gradients of some weights; `listen` looks for autocast at the next call of the module.

    `convolves`: whether there are convolutions, which are coarser on a GPU unless that is switched off.
    """

    def __init__(self, parameters: Iterable[Tensor], convolves: bool = False) -> None:
        self._convolves = convolves
        self._parameters = list(parameters)
        self._device = self._parameters[0].device.type if self._parameters else "cpu"
        self._autocast = 0.0
        self._handle: Any = None

    def listen(self, module: "Module") -> None:
        """Ask before the next forward pass, once: a hook at every one would cost what watching does."""
        if self._handle is None and not self._autocast:
            self._handle = module.register_forward_pre_hook(self._before_forward)

    def deafen(self) -> None:
        """No longer ask."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _before_forward(self, *_: object) -> None:
        self.deafen()
        if torch.is_autocast_enabled(self._device):
            self._autocast = torch.finfo(torch.get_autocast_dtype(self._device)).eps

    @property
    def of_weights(self) -> float:
        """The rounding of the weights, the coarsest."""
        return max((torch.finfo(p.dtype).eps for p in self._parameters), default=0.0)

    @property
    def rounding(self) -> float:
        """The coarsest that shows."""
        return max(
            self.of_weights, self._autocast, self._products() if any(_single(p) for p in self._parameters) else 0.0
        )

    def _products(self) -> float:
        """The rounding of products of float32 matrices and of convolutions on this device."""
        allowed = torch.get_float32_matmul_precision()
        if allowed == "medium":
            return BFLOAT16
        maps = self._convolves and self._device == "cuda" and torch.backends.cudnn.allow_tf32
        return TF32 if maps or allowed == "high" else 0.0


def _single(p: Tensor) -> bool:
    return p.dtype == torch.float32


class Exact:
    """Parameters in float64, in one row on a device that has float64; `parts` are they in their shapes.

    Raises ValueError for complex weights.
    """

    def __init__(self, parameters: Mapping[str, Tensor]) -> None:
        crooked = [n for n, p in parameters.items() if p.is_complex()]
        if crooked:
            raise ValueError(f"{crooked[0]} is complex: the laws are sums over real weights; train its two parts")
        self._sources = list(parameters.values())
        first = next(iter(self._sources), torch.zeros(0))
        self.row = torch.empty(
            sum(p.numel() for p in self._sources),
            dtype=torch.float64,
            device="cpu" if first.device.type == "mps" else first.device,
        )
        rows = self.row.split([p.numel() for p in self._sources])
        self.parts = {n: row.view(p.shape) for (n, p), row in zip(parameters.items(), rows, strict=True)}
        self._targets = list(self.parts.values())
        self.fill()

    def fill(self) -> None:
        """Copy the parameters as they are now."""
        with torch.no_grad():
            for part, p in zip(self._targets, self._sources, strict=True):
                part.copy_(p)


def exact_copies(parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The parameters in float64, in their shapes; raises as `Exact`."""
    return Exact(parameters).parts
