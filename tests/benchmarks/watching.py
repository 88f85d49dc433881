"""What it costs to watch the laws of a model: the same training with and without, interleaved, on one thread.

A network 64 – 300 – 250 – 10 with biases (97,260 weights, 801 laws) is trained on batches of 64 digits for 1,000 steps
of SGD; the laws are looked at every 50 steps. The times are of the processor:
the smallest of the rounds, and the median of pairs in turn.
"""

import statistics
import time

import torch
from torch import nn

from numerics.conservation import watch
from numerics.digits import digits

ROUNDS, STEPS, BATCH = 9, 1000, 64


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 300), nn.ReLU(), nn.Linear(300, 250), nn.ReLU(), nn.Linear(250, 10))


def training(watched: bool) -> float:
    """Seconds of the processor for STEPS steps."""
    images, labels = digits()
    x, y = torch.tensor(images.copy(), dtype=torch.float32), torch.tensor(labels.copy())
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.02)
    draw = torch.Generator().manual_seed(1)

    def steps() -> None:
        for _ in range(STEPS):
            batch = torch.randint(len(y), (BATCH,), generator=draw)
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()

    start = time.process_time()
    if watched:
        with watch(model, optimiser, every=50, loss="cross-entropy") as seen:
            steps()
        spent = time.process_time() - start
        if len(seen.steps) != STEPS // 50 + 1 or {row.verdict for row in seen.followed()} != {"integrator"}:
            raise AssertionError(f"not what was to be measured: {seen}")
        return spent
    steps()
    return time.process_time() - start


def main() -> None:
    torch.set_num_threads(1)
    training(False)
    plain, watched = [], []
    for _ in range(ROUNDS):
        plain.append(training(False))
        watched.append(training(True))
    weights = sum(p.numel() for p in network().parameters())
    extra = statistics.median(b / a - 1 for a, b in zip(plain, watched, strict=True))
    print(
        f"{weights} weights, {STEPS} steps: {min(plain):.2f} s, watched {min(watched):.2f} s, "
        f"{100 * (min(watched) / min(plain) - 1):+.1f} %; median of {ROUNDS} pairs {100 * extra:+.1f} %"
    )


if __name__ == "__main__":
    main()
