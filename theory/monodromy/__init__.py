"""Monodromy: of algebraic functions, of linear differential equations and systems, and of what has none.

A name is imported from its module when it is first used.
"""

from theory.lazy_names import lazy_names

_HOME: dict[str, tuple[str, ...]] = {
    "algebraic_functions": (
        "PermutationMonodromy",
        "permutation_monodromy",
        "same_up_to_numbering",
    ),
    "continuation": (
        "LinearMonodromy",
        "monodromy",
    ),
    "curves": (
        "Curve",
        "curve",
    ),
    "cyclotomic_matrices": (
        "CyclotomicMatrix",
        "Size",
    ),
    "differential_equations": (
        "LinearEquation",
        "airy_equation",
        "bessel_equation",
        "equation",
        "euler_equation",
        "hypergeometric_equation",
        "linear_equation",
    ),
    "fuchsian_systems": (
        "FuchsianSystem",
        "common_base",
        "fuchsian_system",
        "moved",
        "schlesinger",
        "system_monodromy",
    ),
    "groups": (
        "agree",
        "commutator_trace",
        "irreducibility",
        "irreducible",
        "size_of_group",
        "traces",
        "words",
    ),
    "hypergeometric": (
        "Levelt",
        "hypergeometric_parameters",
        "levelt",
        "local_traces",
    ),
    "local_exponents": (
        "SingularPoint",
        "fuchsian",
        "singular_points",
    ),
    "local_monodromy": (
        "determinant",
        "diagonalisable",
        "local_order",
    ),
    "loops": (
        "Loop",
        "Star",
        "star",
    ),
    "multivalued": (
        "BranchSpace",
        "branch_space",
        "is_single_valued",
    ),
    "permutation_groups": (
        "cycle_type",
        "isomorphic",
        "names",
    ),
    "projective": (
        "conjugated",
        "invariant",
        "invariants",
        "schwarzian",
        "schwarzian_derivative",
    ),
    "radicals": (
        "equation_of",
        "function_monodromy",
    ),
    "riemann_schemes": (
        "riemann_scheme",
        "scheme_group",
        "scheme_is_irreducible",
    ),
    "triangular_systems": (
        "group_name",
        "square_root_system",
        "translations",
    ),
}
__all__, __getattr__ = lazy_names(__name__, _HOME, globals())  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return __all__
