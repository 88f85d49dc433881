"""What a torch module computes, as a list of steps: each names the earlier steps it reads and the parameters it uses.

The vocabulary is small, so that rules (numerics.conservation.rules) and the exact program
(numerics.conservation.exact_count) can be checked kind by kind:

    input, parameter, constant     where values come from
    linear, convolution, embedding, attention
    power                          positively homogeneous and entrywise: relu, leaky relu, PReLU, |u|, u², relu(u)²
    bend                           entrywise and not homogeneous: tanh, sigmoid, GELU, SiLU, exp, clamp, …
    dropout                        one that is active: a random mask
    batch_norm, layer_norm, rms_norm
    add, multiply, scale           of two earlier steps; by a number that is not trained
    pool, mean, flatten, swap      over positions: pooling, means and sums, joining with the channels, transposing
    softmax, output
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

NUMERICAL = (
    "count its laws without reading it, on inputs: numerics.conservation.numerical_count(module, inputs), "
    "or --numerical with a factory that returns (module, inputs)"
)


RATED = ("add", "multiply", "scale")  # what may read a parameter by itself so that it has rates


class Unreadable(NotImplementedError):
    """A part of a module whose structure cannot be read; `part` is its name in the module, `way` a way out."""

    def __init__(self, part: str, why: str, way: str = NUMERICAL) -> None:
        super().__init__(f"{part}: {why}; {way}")
        self.part = part
        self.why = why


@dataclass(frozen=True)
class Step:
    """One operation. `place`: where it stands in the module; `inputs`: numbers of steps; `parameters` go by role."""

    kind: str
    place: str
    inputs: tuple[int, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Structure:
    """The steps in an order in which they can be computed; the last is the output.

    `shapes` of all parameters, by the name that `named_parameters` gives; `frozen` are those that are not trained.
    """

    module: "Module"
    steps: tuple[Step, ...]
    shapes: Mapping[str, tuple[int, ...]]
    frozen: frozenset[str]
    example: "Tensor | None" = None

    @cached_property
    def still(self) -> frozenset[str]:
        """Parameters that no action moves: those that are not trained, and those that are read by more than sums and
        products (tanh of a weight, its mean), where no rate of theirs is known."""
        odd = [s for k, s in enumerate(self.steps) if s.kind == "parameter" and not self._plain(k)]
        return self.frozen | {name for step in odd for name in step.parameters.values()}

    def _plain(self, index: int) -> bool:
        return all(self.steps[k].kind in RATED for k in self.readers(index))

    def readers(self, index: int) -> list[int]:
        """The steps that read a step."""
        return [k for k, step in enumerate(self.steps) if index in step.inputs]
