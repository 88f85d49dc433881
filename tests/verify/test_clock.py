"""The time limit: it cuts, it nests, and it keeps out of the garbage collector's way."""

# ruff: noqa: PT012 (the whole block is what the limit is around)

import gc
import time

import pytest

from verify.clock import OutOfTime, time_limit


def spin(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_a_limit_cuts_what_takes_too_long():
    started = time.monotonic()
    with pytest.raises(OutOfTime), time_limit(0.05):
        spin(10)
    assert time.monotonic() - started < 5


def test_a_limit_leaves_alone_what_is_quick():
    with time_limit(5):
        spin(0.01)
    spin(0.1)


def test_an_inner_limit_never_outlasts_the_outer_one():
    with pytest.raises(OutOfTime), time_limit(0.1), time_limit(60):
        spin(10)


def test_the_outer_limit_goes_on_after_the_inner_one():
    with pytest.raises(OutOfTime), time_limit(0.3):
        with pytest.raises(OutOfTime), time_limit(0.05):
            spin(10)
        spin(10)


def test_code_that_swallows_the_first_ring_hears_another():
    heard = 0
    with pytest.raises(OutOfTime), time_limit(0.05):
        while True:
            try:
                spin(10)
            except OutOfTime:
                heard += 1
                if heard == 2:
                    raise
    assert heard == 2


def test_no_ring_while_garbage_is_collected():
    """A callback of the collector outlasts the limit: the ring comes after it, with nothing lost."""
    finished = []

    def slow(phase, _info):
        if phase == "start":
            spin(0.2)
            finished.append(phase)

    gc.callbacks.append(slow)
    try:
        with pytest.raises(OutOfTime), time_limit(0.05):
            gc.collect()
            spin(10)
    finally:
        gc.callbacks.remove(slow)
    assert finished
