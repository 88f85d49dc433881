"""Seeds for the search, addressed by purpose like the streams of the measurements."""

import hashlib


def seed_of(seed: int, *labels: str) -> int:
    """A seed for one purpose: independent of order, selection and number of workers."""
    digest = hashlib.sha256("\x1f".join([str(seed), *labels]).encode()).digest()
    return int.from_bytes(digest[:8], "big")
