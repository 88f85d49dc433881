"""Hypothesis as a search that follows from its seed alone.

Hypothesis seasons its draws with constants from the modules that happen to be loaded. What is found
would then depend on which pages were selected before; so that pool is kept empty while we search.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def unseasoned() -> Iterator[None]:
    """No constants from loaded modules; nothing to do for versions of Hypothesis that have no such pool."""
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    if not hasattr(providers, "_get_local_constants"):
        yield
        return
    empty = Constants()
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        with patch.object(providers, "_get_local_constants", lambda: empty):
            yield
    finally:
        providers.CONSTANTS_CACHE.cache.clear()


def found(space: Any, wanted: Callable[[Any], bool], examples: int, seed: int) -> Any | None:
    """A shrunk example of the strategy `space` that is `wanted`, among at most `examples`; None if none is."""
    from hypothesis import HealthCheck, Phase, Verbosity, find, settings
    from hypothesis.errors import NoSuchExample, Unsatisfiable

    quiet = settings(
        database=None,
        deadline=None,
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    try:
        with unseasoned():
            return find(space, wanted, settings=quiet, random=random.Random(seed))
    except (NoSuchExample, Unsatisfiable):
        return None
