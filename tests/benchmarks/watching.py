"""What it costs to watch the laws of a model: the same training with and without, interleaved, on one thread.

A network 64 – 300 – 250 – 10 with biases (97,260 weights, 801 laws) is trained on batches of 64 digits for 1,000 steps
of SGD; the laws are looked at every 20 steps. The times are of the processor, the smallest of the rounds.
"""

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
        with watch(model, optimiser, every=20, loss="cross-entropy") as seen:
            steps()
        spent = time.process_time() - start
        print(seen)
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
    print(f"{weights} weights, {STEPS} steps: {min(plain):.2f} s, watched {min(watched):.2f} s: "
          f"{100 * (min(watched) / min(plain) - 1):+.1f} %")  # fmt: skip


if __name__ == "__main__":
    main()
