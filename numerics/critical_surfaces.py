"""Where a line of initial couplings meets a critical surface, by bisection on the phase that the couplings flow to.

Method
    `critical_parameter` starts an iterated map at points of a line and asks of each orbit in which of two phases it
    ends. The last point of the line that flows to the first phase is K_c: a measurement that uses no fixed point and
    no derivative. Its error is the width of the last bracket, and rounding where orbits stay near criticality.

Reference
    T. Niemeijer, J. M. J. van Leeuwen, Physica 71 (1974) 17 (critical surface and K_c of the nearest-neighbour model).
"""

from collections.abc import Callable, Sequence

Couplings = Sequence[float]
MOST_STEPS = 500


def phase(step: Callable[..., Couplings], start: Couplings, weak: float, strong: float) -> bool | None:
    """Whether the first coupling grows beyond `strong`; False below `weak`, None if neither within MOST_STEPS.

    `step` takes the couplings as arguments and gives their images.
    """
    couplings = start
    for _ in range(MOST_STEPS):
        if not weak <= couplings[0] <= strong:
            return couplings[0] > strong
        couplings = step(*couplings)
    return None


def critical_parameter(
    step: Callable[..., Couplings],
    line: Callable[[float], Couplings],
    bracket: tuple[float, float],
    *,
    weak: float,
    strong: float,
    width: float = 1e-14,
) -> float:
    """The parameter at which line(parameter) meets the critical surface, between the two of `bracket`.

    `weak`, `strong`: values of the first coupling beyond which the phase is certain. Raises ValueError where the ends
    of the bracket do not lie in the weak and the strong phase, in this order.
    """
    low, high = bracket
    ends = tuple(phase(step, line(end), weak, strong) for end in bracket)
    if ends != (False, True):
        raise ValueError(
            f"bracket {bracket}: its ends flow to {ends}, where (False, True) is needed; take one in each phase, the "
            f"weakly coupled one first"
        )
    while high - low > width:
        middle = (low + high) / 2
        strongly = phase(step, line(middle), weak, strong)
        if strongly is None:
            return middle
        low, high = (low, middle) if strongly else (middle, high)
    return (low + high) / 2
