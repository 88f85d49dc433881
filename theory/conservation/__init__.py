"""Conservation laws of gradient flow: which functions of the weights no training can change, and how many there are.

A name is imported from its module when it is first used.
"""

from importlib import import_module
from typing import Any

_HOME: dict[str, tuple[str, ...]] = {
    "architectures": (
        "attention",
        "batch_normed",
        "convolution",
        "dense",
        "gated",
        "layer_normed",
        "residual",
        "softmax_classifier",
        "weight_normed",
    ),
    "counting": ("Count", "conserved_count", "momentum_count"),
    "laws": ("Law", "conserved", "quadratic_laws"),
    "models": ("Model",),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"theory.conservation has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(f"theory.conservation.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
