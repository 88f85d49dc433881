"""Names of a package that are imported when they are first asked for, so that `import theory` stays fast."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, home: Mapping[str, Iterable[str]], known: dict[str, Any]
) -> tuple[list[str], Callable[[str], Any]]:
    """`__all__` and `__getattr__` of a package with globals `known`, from module → its public names.

    Raises AttributeError, from the second, for a name that no module offers; the message lists those there are.
    """
    where = {name: module for module, names in home.items() for name in names}
    offered = sorted(where)

    def found(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"{package} has no name {name!r}; it offers {', '.join(offered)}")
        known[name] = getattr(import_module(f"{package}.{where[name]}"), name)
        return known[name]

    return offered, found
