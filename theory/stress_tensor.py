"""Stress tensors: canonical from translations, improved for a scalar field.

Statement
    For a density 𝓛(φ, ∂φ) without explicit coordinates
        (1)  T^μ_ν = π_a^μ ∂_νφ_a − δ^μ_ν 𝓛,     ∂_μ T^μ_ν = −E_a ∂_νφ_a.
    For one scalar field with 𝓛 = ½ η^μν ∂_μφ ∂_νφ − V(φ) in d dimensions, η diagonal with entries ±1,
        (2)  Θ_μν = T_μν − ξ (∂_μ∂_ν − η_μν □) φ²,   ξ = (d − 2)/(4(d − 1)),
    is symmetric, has the divergence of T, and
        (3)  Θ^μ_μ = d V − ((d − 2)/2) φ V′ − ((d − 2)/2) φ E,
    so it is traceless on shell exactly where d V = ((d − 2)/2) φ V′: for V ∝ φ^(2d/(d−2)).

Hypotheses
    H1  d ≥ 2; indices are lowered with η.

Derivation
    (1) is theory.noether with X = ∂_νφ, K^μ = δ^μ_ν 𝓛. (∂_μ∂_ν − η_μν □) is divergence-free. For (3): T^μ_μ =
    (1 − d/2)(∂φ)² + dV, □φ² = 2(∂φ)² + 2φ□φ, (∂_μ∂^μ − d□)φ² = (1 − d)□φ², and E = −V′ − □φ.

Reference
    C. Callan, S. Coleman, R. Jackiw, Ann. Phys. 59 (1970) 42.
"""

from collections.abc import Sequence

from sympy import Expr, Matrix, Rational, S, diff, expand, eye
from sympy.logic.boolalg import Boolean

from theory.noether import Lagrangian
from theory.propositions import equal


def canonical_stress_tensor(lagrangian: Lagrangian) -> Matrix:
    """(1)  T^μ_ν, μ the row, in derivatives of the fields."""
    jets, axes = lagrangian.jets, lagrangian.coordinates
    tensor = -lagrangian.density * eye(len(axes))
    for a, field in enumerate(lagrangian.fields):
        momenta = Matrix([jets.back(p) for p in lagrangian.momenta(a)])
        tensor += momenta * Matrix([[diff(field, x) for x in axes]])
    return tensor.applyfunc(expand)


def divergence(lagrangian: Lagrangian, tensor: Matrix) -> list[Expr]:
    """∂_μ T^μ_ν for each ν."""
    axes = lagrangian.coordinates
    return [expand(sum((diff(tensor[mu, nu], x) for mu, x in enumerate(axes)), S.Zero)) for nu in range(len(axes))]


def improved_stress_tensor(lagrangian: Lagrangian, metric: Sequence[int]) -> Matrix:
    """(2)  Θ_μν of one scalar field, `metric` the diagonal of η.

    Raises NotImplementedError for several fields, ValueError for a metric of another length or with entries not ±1,
    and for a density that is not of the form of (2).
    """
    axes = lagrangian.coordinates
    if len(lagrangian.fields) != 1:
        raise NotImplementedError(f"improvement of {len(lagrangian.fields)} fields: derived for one scalar field")
    if len(metric) != len(axes) or any(abs(sign) != 1 for sign in metric) or len(axes) < 2:
        raise ValueError(
            f"metric {list(metric)}: give {len(axes)} entries ±1, the diagonal of η; two dimensions at least"
        )
    _check_kinetic_term(lagrangian, metric)
    d, square = len(axes), lagrangian.fields[0] ** 2
    box = sum((sign * diff(square, x, 2) for sign, x in zip(metric, axes, strict=True)), S.Zero)
    xi = Rational(d - 2, 4 * (d - 1))
    mixed = Matrix(d, d, lambda mu, nu: diff(square, axes[mu], axes[nu]) - int(mu == nu) * metric[mu] * box)
    return (lowered(canonical_stress_tensor(lagrangian), metric) - xi * mixed).applyfunc(lambda e: expand(e.doit()))


def _check_kinetic_term(lagrangian: Lagrangian, metric: Sequence[int]) -> None:
    """𝓛 − ½ η^μν ∂_μφ ∂_νφ has to be −V(φ)."""
    (field,) = lagrangian.fields
    kinetic = sum((sign * diff(field, x) ** 2 for sign, x in zip(metric, lagrangian.coordinates, strict=True)), S.Zero)
    rest = lagrangian.jets.of(expand(lagrangian.density - kinetic / 2))
    if lagrangian.jets.order(rest) or rest.free_symbols & set(lagrangian.coordinates):
        raise ValueError(
            f"Lagrangian {lagrangian.density}: not ½ η^μν ∂_μ{field} ∂_ν{field} − V({field}) with η = "
            f"diag{tuple(metric)}; the improvement is derived for that form"
        )


def lowered(tensor: Matrix, metric: Sequence[int]) -> Matrix:
    """T_μν = η_μμ T^μ_ν."""
    return Matrix(*tensor.shape, lambda mu, nu: metric[mu] * tensor[mu, nu])


def trace(tensor: Matrix, metric: Sequence[int]) -> Expr:
    """η^μν T_μν."""
    return expand(sum((sign * tensor[mu, mu] for mu, sign in enumerate(metric)), S.Zero))


def translations_conserve(lagrangian: Lagrangian) -> Boolean:
    """(1)  ∂_μ T^μ_ν + E_a ∂_νφ_a = 0 for every ν, as one sum of squares."""
    on_shell = lagrangian.motion()
    left = divergence(lagrangian, canonical_stress_tensor(lagrangian))
    pairs = [(nu, x) for nu, x in enumerate(lagrangian.coordinates)]
    rest = [left[nu] + sum(e * diff(f, x) for e, f in zip(on_shell, lagrangian.fields, strict=True)) for nu, x in pairs]
    return equal(sum(expand(r.doit()) ** 2 for r in rest), 0)


def improved_trace_is(lagrangian: Lagrangian, metric: Sequence[int], potential: Expr) -> Boolean:
    """(3)  Θ^μ_μ = d V − ((d − 2)/2) φ (V′ + E),  V the `potential`, in terms of φ(x)."""
    d, (phi,) = len(metric), lagrangian.fields
    half = Rational(d - 2, 2)
    right = d * potential - half * phi * (diff(potential, phi) + lagrangian.motion()[0])
    return equal(expand(trace(improved_stress_tensor(lagrangian, metric), metric) - right), 0)
