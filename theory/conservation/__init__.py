"""Conservation laws of gradient flow: which functions of the weights no training can change, and how many there are.

A name is imported from its module when it is first used.
"""

from theory.lazy_names import lazy_names

_HOME: dict[str, tuple[str, ...]] = {
    "architectures": (
        "attention",
        "batch_normed",
        "convolution",
        "dense",
        "gated",
        "layer_normed",
        "residual",
        "softmax_classifier",
        "weight_normed",
    ),
    "counting": ("Count", "conserved_count", "momentum_count"),
    "laws": ("Law", "conserved", "quadratic_laws"),
    "models": ("Model",),
}
__all__, __getattr__ = lazy_names(__name__, _HOME, globals())  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return __all__
