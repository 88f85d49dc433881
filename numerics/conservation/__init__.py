"""Conservation laws of torch modules: read from their structure, counted, and followed during training.

A name is imported from its module when it is first used; torch is loaded when a module is read.
"""

from importlib import import_module
from typing import Any

_HOME: dict[str, tuple[str, ...]] = {
    "blocks": ("GatedUnit", "SharedAttention"),
    "drifts": ("DriftStudy", "drift", "trained"),
    "exact_count": ("ExactAnswer", "exact_answer", "exact_model", "transferred"),
    "module_laws": ("Family", "ModuleLaws", "View", "norms"),
    "numerical_count": ("NumericalCount", "numerical_count"),
    "reading": ("read",),
    "rules": ("laws",),
    "structure": ("Step", "Structure", "Unreadable"),
    "units": ("Unit", "units"),
    "watching": ("Watch", "watch"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"numerics.conservation has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(f"numerics.conservation.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
