"""Monodromy: of algebraic functions, of linear differential equations and systems, and of what has none.

A name is imported from its module when it is first used.
"""

from importlib import import_module
from typing import Any

_HOME: dict[str, tuple[str, ...]] = {
    "loops": ("Loop", "Star", "star"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"theory.monodromy has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(f"theory.monodromy.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
