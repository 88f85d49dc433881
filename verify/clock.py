"""A time limit around code that may hang (SymPy can)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTime(BaseException):
    """The time limit was reached. Not an Exception, so that `except Exception` does not swallow it."""


def can_limit() -> bool:
    """Whether this thread can interrupt itself: the main thread, on a system with SIGALRM."""
    return hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after `seconds`; without SIGALRM the block runs unlimited.

    The alarm is repeated every second, in case the block's own code swallows the first one.
    """
    if not can_limit():
        yield
        return

    def ring(_signum: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
