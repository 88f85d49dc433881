"""A time limit around code that may hang (SymPy can)."""

import gc
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 0.25


class OutOfTime(BaseException):
    """The time limit was reached. Not an Exception, so that `except Exception` does not swallow it."""


def can_limit() -> bool:
    """Whether this thread can interrupt itself: the main thread, on a system with SIGALRM."""
    return hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()


def _in_a_callback(frame: FrameType | None) -> bool:
    """Whether the interpreter is collecting garbage, where an exception would be lost with a warning."""
    collecting = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        code = frame.f_code
        if code in collecting or code.co_name == "__del__" or code.co_filename == weakref.__file__:
            return True
        frame = frame.f_back
    return False


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after `seconds`; without SIGALRM the block runs unlimited.

    The alarm is repeated, in case the block's own code swallows the first one. Limits nest:
    an inner one never outlasts an outer one, which goes on with what is left of it.
    """
    if not can_limit():
        yield
        return

    def ring(_signum: int, frame: FrameType | None) -> None:
        if not _in_a_callback(frame):
            raise OutOfTime

    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, min(seconds, left) if left else seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 1e-3), AGAIN)
