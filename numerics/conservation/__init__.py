"""Conservation laws of torch modules: read from their structure, counted, and followed during training.

A name is imported from its module when it is first used; torch is loaded when a module is read.
"""

from theory.lazy_names import lazy_names

_HOME: dict[str, tuple[str, ...]] = {
    "blocks": ("GatedUnit", "SharedAttention"),
    "drifts": ("DriftStudy", "drift", "trained"),
    "exact_count": ("ExactAnswer", "exact_answer", "exact_model", "transferred"),
    "expressions": ("expression_model",),
    "module_laws": ("Family", "ModuleLaws", "View", "norms"),
    "numerical_count": ("NumericalCount", "numerical_count"),
    "reading": ("read",),
    "rules": ("laws",),
    "structure": ("Step", "Structure", "Unreadable"),
    "units": ("Unit", "units"),
    "watching": ("Watch", "watch"),
}
__all__, __getattr__ = lazy_names(__name__, _HOME, globals())  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return __all__
