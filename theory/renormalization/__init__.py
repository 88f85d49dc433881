"""The renormalization group: flows, maps, series, the functional equation, signal propagation of deep networks.

A name is imported from its module when it is first used, so that a one-coupling flow does not pay for the rest.
"""

from theory.lazy_names import lazy_names

_HOME: dict[str, tuple[str, ...]] = {
    "activation_classes": ("NotCritical", "ScaleInvariant", "VanishingVariance", "universality_class"),
    "expansion": ("ExpandedPoint", "expanded_fixed_points"),
    "exponents": ("Exponents", "critical_exponents", "order_parameter_exponents"),
    "fixed_points": ("FixedPoint", "FixedPoints"),
    "fixed_points_of_flows": ("all_fixed_points",),
    "fixed_points_of_maps": ("map_fixed_points",),
    "flows": ("Flow", "flow"),
    "half_stable": ("HalfStable",),
    "large_n": ("LARGE_N", "LargeN"),
    "maps": ("MapFixedPoint", "MapFixedPoints", "RGMap", "rg_map"),
    "marginal": ("marginal_laws",),
    "marginal_law": ("MarginalLaw",),
    "mean_field": ("Phase", "phase", "variance_fixed_points"),
    "models": ("MODELS", "Model"),
    "order_chaos": ("CriticalPoint", "Tip", "critical_points", "tip"),
    "period_doubling": ("CertifiedFeigenbaum", "EstimatedFeigenbaum", "feigenbaum"),
    "schemes": ("Change", "SchemeCheck", "random_change", "scheme_check"),
    "series": ("RGFunctions", "exponent_series"),
    "signal_propagation": (
        "correlation_map",
        "parallel_susceptibility",
        "perpendicular_susceptibility",
        "variance_map",
    ),
    "signs": ("Assumptions",),
}
__all__, __getattr__ = lazy_names(__name__, _HOME, globals())  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return __all__
