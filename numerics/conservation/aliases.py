"""Nodes of a traced graph that are written over in place: what reads them later reads what was written."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numerics.conservation.structure import Unreadable

if TYPE_CHECKING:
    from torch.fx import Node

IN_PLACE = ("iadd", "isub", "imul", "itruediv", "imatmul", "ipow")
VIEWS = ("view", "reshape", "flatten", "transpose", "Flatten", "Identity", "Dropout", "Dropout1d", "Dropout2d")


def written_over(node: "Node", modules: Mapping[str, Any]) -> "Node | None":
    """The node whose tensor this one writes over, None for one that does not.

    Raises Unreadable where the same numbers go by another name as well, as a view, that is used later.
    """
    if not _in_place(node, modules):
        return None
    target = _first(node)
    if any(_later(user, node) for other in _names(target, modules) if other is not target for user in other.users):
        raise Unreadable(f"{node.name}", "it writes over a tensor of which a view is used later: write it out of place")
    return target  # pyright: ignore[reportReturnType]


def _in_place(node: "Node", modules: Mapping[str, Any]) -> bool:
    if node.op == "call_module":
        return bool(getattr(modules[str(node.target)], "inplace", False))
    if node.op not in ("call_function", "call_method"):
        return False
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    return name in IN_PLACE or (name.endswith("_") and not name.endswith("__")) or bool(node.kwargs.get("inplace"))


def _names(target: Any, modules: Mapping[str, Any]) -> "set[Node]":
    """The nodes that may share their numbers with `target`, itself among them."""
    found, todo = set(), [target]
    while todo:
        node = todo.pop()
        if node in found:
            continue
        found.add(node)
        todo += [user for user in node.users if _is_view(user, modules)]
        todo += [_first(node)] if _is_view(node, modules) else []
    return found


def _first(node: "Node") -> Any:
    """The tensor that a node acts on, by position or by name."""
    given = [*node.args[:1], *(node.kwargs[key] for key in ("input", "self") if key in node.kwargs)]
    if not given:
        raise Unreadable(f"{node.name}", "the tensor that it writes over, or of which it is a view, has another name")
    return given[0]


def _is_view(node: "Node", modules: Mapping[str, Any]) -> bool:
    if node.op == "call_module":
        return type(modules[str(node.target)]).__name__ in VIEWS
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    return node.op in ("call_function", "call_method") and name in (*VIEWS, "getattr", "getitem")


def _later(user: "Node", node: "Node") -> bool:
    return user is not node and user > node
