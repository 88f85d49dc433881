"""What it costs to watch the laws of a model: the same training with and without, in turns of 20 steps, on one thread.

    python tests/benchmarks/watching.py [PAIRS] [EVERY …]

A network 64 – 300 – 250 – 10 with biases (97,260 weights, 801 laws) is trained on batches of 64 digits for 1,000 steps
of SGD; its laws are looked at every 100 steps, which is the default, or every EVERY. Reading the structure and the last
look are counted. The times are of the processor; each pair gives a ratio, and the median and the quartiles are told.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext

import torch
from torch import nn

from numerics.conservation import Watch, watch
from numerics.digits import digits

STEPS, TURN, BATCH = 1000, 20, 64


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 300), nn.ReLU(), nn.Linear(300, 250), nn.ReLU(), nn.Linear(250, 10))


def turns(x: torch.Tensor, y: torch.Tensor, every: int | None) -> Iterator[Watch | None]:
    """The training, TURN steps at a time, and at last what watched it; nothing does if `every` is None."""
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.02)
    draw = torch.Generator().manual_seed(1)
    with nullcontext() if every is None else watch(model, optimiser, every, loss="cross-entropy") as seen:
        for _ in range(STEPS // TURN):
            for _ in range(TURN):
                batch = torch.randint(len(y), (BATCH,), generator=draw)
                optimiser.zero_grad()
                nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
                optimiser.step()
            yield None
    yield seen


def pair(x: torch.Tensor, y: torch.Tensor, every: int) -> tuple[float, float]:
    """Seconds of the processor for one training and for the same one watched, in turns."""
    trainings, spent = [turns(x, y, None), turns(x, y, every)], [0.0, 0.0]
    seen = None
    for turn in range(STEPS // TURN + 1):
        for k in (0, 1) if turn % 2 else (1, 0):
            start = time.process_time()
            found = next(trainings[k])
            spent[k] += time.process_time() - start
            seen = found or seen
    if seen is None or len(seen.steps) != STEPS // every + 1 or {r.verdict for r in seen.followed()} != {"integrator"}:
        raise AssertionError(f"not what was to be measured: {seen}")
    return spent[0], spent[1]


def main(pairs: int = 15, *everies: int) -> None:
    torch.set_num_threads(1)
    images, labels = digits()
    x, y = torch.tensor(images.copy(), dtype=torch.float32), torch.tensor(labels.copy())
    pair(x, y, 100)
    weights = sum(p.numel() for p in network().parameters())
    for every in everies or (100,):
        times = [pair(x, y, every) for _ in range(pairs)]
        extra = [100 * (b / a - 1) for a, b in times]
        low, middle, high = statistics.quantiles(extra, n=4)
        print(
            f"{weights} weights, {STEPS} steps, every {every}: {statistics.median(a for a, _ in times):.2f} s; "
            f"watched {middle:+.1f} % (quartiles {low:+.1f} and {high:+.1f} of {pairs} pairs)"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
