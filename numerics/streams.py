"""Independent, reproducible streams of random numbers, addressed by name.

A stream belongs to one (page, reading, configuration, purpose, replicate). Its state is a hash of
that address alone, so a draw depends neither on the order in which streams are opened, nor on
which others are, nor on the number of workers.

Reference
    NumPy, Parallel random number generation (`SeedSequence`); SHA-256 is FIPS 180-4.
"""

import json
from hashlib import sha256
from operator import index

import numpy as np


def stream(seed: int, *labels: str | int) -> np.random.Generator:
    """The generator at the address (seed, labels): PCG-64 seeded with SHA-256 of the address.

    Addresses are kept apart by type and by place: 1 is not "1", and ("a", "b") is not ("ab",).
    Raises ValueError for a label that is neither a string nor an integer.
    """
    address = json.dumps([_spelled(word) for word in (seed, *labels)])
    digest = sha256(address.encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest)))


def _spelled(word: str | int) -> str | int:
    if isinstance(word, str):
        return word
    try:
        return index(word)
    except TypeError:
        raise ValueError(
            f"stream label {word!r} is a {type(word).__name__}, which has no unique spelling; "
            f"use a string or an integer"
        ) from None
