"""What is concluded: pages, verdicts, the checker and its reports.

    from verify import Page, every, PROVED, …     to write a page
    from verify import audit                      to judge pages; the result shows itself in a notebook

Names are loaded when they are first used, so that `import verify` stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.auditing import Audit, audit
    from verify.checker import check
    from verify.domains import Domain, every, naturals, one_of, some
    from verify.pages import Page
    from verify.readings import Law, PageError, Reading
    from verify.strategies import integer_matrices, moebius_maps, rational_functions
    from verify.verdicts import (
        INCONCLUSIVE,
        PROVED,
        REFUTED,
        SUPPORTED,
        TRIVIAL,
        UNDEFINED,
        Verdict,
    )

_HOME = {
    "verify.auditing": ("Audit", "audit"),
    "verify.checker": ("check",),
    "verify.domains": ("Domain", "every", "naturals", "one_of", "some"),
    "verify.pages": ("Page",),
    "verify.readings": ("Law", "PageError", "Reading"),
    "verify.strategies": ("integer_matrices", "moebius_maps", "rational_functions"),
    "verify.verdicts": ("INCONCLUSIVE", "PROVED", "REFUTED", "SUPPORTED", "TRIVIAL", "UNDEFINED", "Verdict"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "INCONCLUSIVE",
    "PROVED",
    "REFUTED",
    "SUPPORTED",
    "TRIVIAL",
    "UNDEFINED",
    "Audit",
    "Domain",
    "Law",
    "Page",
    "PageError",
    "Reading",
    "Verdict",
    "audit",
    "check",
    "every",
    "integer_matrices",
    "moebius_maps",
    "naturals",
    "one_of",
    "rational_functions",
    "some",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'verify' has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
