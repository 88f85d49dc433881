"""Noether's first theorem for Lagrangian densities of first order.

Statement
    Let 𝓛(x, φ, ∂φ) be a Lagrangian density and X_a(x, φ, ∂φ) an infinitesimal change of the fields φ_a,
    E_a = ∂𝓛/∂φ_a − D_μ π_a^μ with π_a^μ = ∂𝓛/∂(∂_μφ_a), and
        (1)  δ𝓛 = X_a ∂𝓛/∂φ_a + π_a^μ D_μ X_a.
    X is a symmetry if δ𝓛 = D_μ K^μ for some K; it leaves 𝓛 invariant if δ𝓛 = 0. Then, for all fields,
        (2)  D_μ J^μ + X_a E_a = 0  with  J^μ = π_a^μ X_a − K^μ,
    so J is conserved wherever E = 0. Without −K^μ
        (3)  D_μ(π_a^μ X_a) + X_a E_a = δ𝓛:
    the current π X is conserved on shell only where δ𝓛 = 0.

Hypotheses
    H1  𝓛 has derivatives of first order at most. A complex field is two: φ and its conjugate, with a change each.
    H2  a change of the coordinates x → x + ε ξ(x, φ) enters as X_a = η_a − ξ^μ ∂_μ φ_a, at a fixed point.

Derivation
    (3) is the product rule: D_μ(π^μ X) = X D_μ π^μ + π^μ D_μ X = δ𝓛 − X E. Subtract D_μ K^μ for (2). That K exists is
    decided by the Euler operator of theory.jets; −ξ^μ 𝓛 is tried first, what every change of coordinates that is a
    symmetry in the narrow sense has.

Reference
    E. Noether, Invariante Variationsprobleme (1918); P. Olver, Applications of Lie Groups to Differential Equations,
    section 4.4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Rational, S, Symbol, diff, expand, prime, simplify, sympify
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import Boolean

from theory.decision import vanishes
from theory.jets import Jets, divergence_potential
from theory.propositions import equal

POINTS = 6


@dataclass(frozen=True)
class Lagrangian:
    """A density in the coordinates and fields, of first order.

    Raises NotImplementedError for higher derivatives, ValueError for a field that is no function of the coordinates.
    """

    density: Expr
    coordinates: tuple[Symbol, ...]
    fields: tuple[AppliedUndef, ...]

    def __post_init__(self) -> None:
        order = self.jets.order(self.value)
        if order > 1:
            raise NotImplementedError(
                f"Lagrangian {self.density}: has derivatives of order {order}; the method takes first order. "
                f"Remove a total divergence, or introduce a field for the derivative"
            )

    @cached_property
    def jets(self) -> Jets:
        """The jet variables of the coordinates and fields."""
        return Jets(self.coordinates, self.fields)

    @cached_property
    def value(self) -> Expr:
        """𝓛 in jet variables."""
        return self.jets.of(self.density)

    def momenta(self, a: int) -> tuple[Expr, ...]:
        """π_a^μ, in jet variables."""
        jets = self.jets
        units = (tuple(int(mu == nu) for nu in range(len(self.coordinates))) for mu in range(len(self.coordinates)))
        return tuple(diff(self.value, jets.symbol(a, unit)) for unit in units)

    @cached_property
    def equations(self) -> tuple[Expr, ...]:
        """E_a, in jet variables."""
        return self.jets.euler(self.value)

    def motion(self) -> tuple[Expr, ...]:
        """E_a, written with derivatives of the fields: the equations of motion are E_a = 0."""
        return tuple(self.jets.back(e) for e in self.equations)


@dataclass(frozen=True)
class Symmetry:
    """What a change X does to a Lagrangian.

    kind       "invariant": δ𝓛 = 0; "divergence": δ𝓛 = D_μ K^μ ≠ 0; "none": neither
    variation  δ𝓛;  `potential` K^μ, () where there is none;  `current` J^μ = π X − K, () where there is none
    printed    π X, the current without K
    """

    kind: str
    variation: Expr
    potential: tuple[Expr, ...]
    current: tuple[Expr, ...]
    printed: tuple[Expr, ...]


def variation(lagrangian: Lagrangian, change: Sequence[Expr]) -> Expr:
    """(1)  δ𝓛, in jet variables; `change` X_a, in terms of fields, their derivatives and coordinates."""
    jets, total = lagrangian.jets, S.Zero
    for a, x in enumerate(_changes(lagrangian, change)):
        total += x * diff(lagrangian.value, jets.symbol(a, jets.zero))
        total += sum((p * jets.total(x, mu) for mu, p in enumerate(lagrangian.momenta(a))), S.Zero)
    return expand(total)


def _changes(lagrangian: Lagrangian, change: Sequence[Expr]) -> list[Expr]:
    if len(change) != len(lagrangian.fields):
        raise ValueError(
            f"{len(change)} changes for {len(lagrangian.fields)} fields: give one for each field, 0 if none"
        )
    return [lagrangian.jets.of(x) for x in change]


def _printed(lagrangian: Lagrangian, change: Sequence[Expr]) -> list[Expr]:
    """π_a^μ X_a, in jet variables."""
    changes = _changes(lagrangian, change)
    momenta = [lagrangian.momenta(a) for a in range(len(changes))]
    return [expand(sum((p[mu] * x for p, x in zip(momenta, changes, strict=True)), S.Zero)) for mu in _axes(lagrangian)]


def _axes(lagrangian: Lagrangian) -> range:
    return range(len(lagrangian.coordinates))


def _displacement(lagrangian: Lagrangian, change: Sequence[Expr]) -> list[Expr]:
    """ξ^μ with X_a = η_a − ξ^μ ∂_μφ_a, read off the first field; zeros where X is not of that form."""
    jets = lagrangian.jets
    first = _changes(lagrangian, change)[0]
    units = [tuple(int(mu == nu) for nu in _axes(lagrangian)) for mu in _axes(lagrangian)]
    xi = [-diff(first, jets.symbol(0, unit)) for unit in units]
    return xi if all(jets.order(entry) == 0 for entry in xi) else [S.Zero] * len(xi)


def symmetry(lagrangian: Lagrangian, change: Sequence[Expr]) -> Symmetry:
    """What X does to 𝓛, with K found and the current J.

    Raises NotImplementedError where δ𝓛 is a divergence of no K in closed form, or where neither algebra nor exact
    values decide whether it is one.
    """
    jets, delta, printed = lagrangian.jets, variation(lagrangian, change), _printed(lagrangian, change)
    potential = _potential(lagrangian, change, delta)
    kind = "none" if potential is None else "divergence" if any(potential) else "invariant"
    current = [] if potential is None else _difference(printed, potential)
    shown = (tuple(map(jets.back, entries)) for entries in (potential or (), current, printed))
    return Symmetry(kind, jets.back(delta), *shown)


def _difference(printed: Sequence[Expr], potential: Sequence[Expr]) -> list[Expr]:
    return [expand(p - k) for p, k in zip(printed, potential, strict=True)]


def _potential(lagrangian: Lagrangian, change: Sequence[Expr], delta: Expr) -> list[Expr] | None:
    """K in jet variables, zeros where δ𝓛 = 0; None where δ𝓛 is no divergence."""
    jets = lagrangian.jets
    if simplify(delta) == 0:
        return [S.Zero] * len(lagrangian.coordinates)
    shift = [expand(-xi * lagrangian.value) for xi in _displacement(lagrangian, change)]
    rest = expand(delta - jets.divergence(shift))
    if simplify(rest) == 0:
        return shift
    if _is_no_divergence(jets, rest):
        return None
    return [expand(a + b) for a, b in zip(shift, divergence_potential(jets, rest), strict=True)]


def _is_no_divergence(jets: Jets, expression: Expr) -> bool:
    """Whether an E_a(F) is certainly not 0: at an exact point of jet space. False where all reduce to 0."""
    reduced = [simplify(part) for part in jets.euler(expression)]
    if not any(reduced):
        return False
    if any(vanishes(value).value is False for part in reduced for value in _values(part)):
        return True
    raise NotImplementedError(
        f"{jets.back(expression)}: not decided whether it is a total divergence; simplify it by hand"
    )


def _values(expression: Expr) -> Iterator[Expr]:
    """The expression at exact points, with Σ (u + k)^5 in place of each arbitrary function of u, k = 2, 3, …"""
    for k, f in enumerate(sorted({f.func for f in expression.atoms(AppliedUndef)}, key=str), start=2):
        expression = expand(expression.replace(f, lambda *u, k=k: sum((v + k) ** 5 for v in u)).doit())
    names = sorted(expression.free_symbols, key=str)
    for start in range(POINTS):
        yield expression.subs({x: Rational(prime(start + k + 2), start + k + 3) for k, x in enumerate(names)})


def current_divergence(lagrangian: Lagrangian, change: Sequence[Expr], current: Sequence[Expr]) -> Expr:
    """D_μ J^μ + X_a E_a for any J, written with derivatives of the fields: 0 if J is the current of X."""
    return lagrangian.jets.back(_divergence(lagrangian, change, [lagrangian.jets.of(j) for j in current]))


def _divergence(lagrangian: Lagrangian, change: Sequence[Expr], current: Sequence[Expr]) -> Expr:
    """D_μ J^μ + X_a E_a, in jet variables."""
    return simplify(lagrangian.jets.divergence(current) + _off_shell(lagrangian, change))


def _off_shell(lagrangian: Lagrangian, change: Sequence[Expr]) -> Expr:
    """X_a E_a, in jet variables."""
    pairs = zip(_changes(lagrangian, change), lagrangian.equations, strict=True)
    return expand(sum((x * e for x, e in pairs), S.Zero))


def current_is_conserved(lagrangian: Lagrangian, change: Sequence[Expr]) -> Boolean:
    """(2)  D_μ J^μ = −X_a E_a, X a symmetry; in jet variables, so for all fields."""
    delta = variation(lagrangian, change)
    potential = _potential(lagrangian, change, delta)
    if potential is None:
        raise ValueError(
            f"generator {list(change)}: no symmetry, δ𝓛 = {lagrangian.jets.back(delta)} is no total divergence"
        )
    current = _difference(_printed(lagrangian, change), potential)
    return equal(lagrangian.jets.divergence(current), -_off_shell(lagrangian, change))


def printed_current_misses_the_variation(lagrangian: Lagrangian, change: Sequence[Expr]) -> Boolean:
    """(3)  D_μ(π^μ X) = δ𝓛 − X_a E_a; in jet variables, so for all fields."""
    right = variation(lagrangian, change) - _off_shell(lagrangian, change)
    return equal(lagrangian.jets.divergence(_printed(lagrangian, change)), right)


def printed_current(lagrangian: Lagrangian, change: Sequence[Expr]) -> tuple[Expr, ...]:
    """π_a^μ X_a, written with derivatives of the fields."""
    return tuple(map(lagrangian.jets.back, _printed(lagrangian, change)))


def printed_divergence(lagrangian: Lagrangian, change: Sequence[Expr]) -> Expr:
    """D_μ(π^μ X) on shell: δ𝓛, by (3)."""
    return simplify(lagrangian.jets.back(variation(lagrangian, change)))


def translation(lagrangian: Lagrangian, nu: int) -> tuple[Expr, ...]:
    """X_a = ∂_ν φ_a, the change under x^ν → x^ν − ε."""
    return tuple(diff(f, lagrangian.coordinates[nu]) for f in lagrangian.fields)


def dilation(lagrangian: Lagrangian, dimension: Expr | int | Sequence[Expr | int]) -> tuple[Expr, ...]:
    """X_a = −(x^μ ∂_μ + Δ_a) φ_a, the change under x → e^ε x; one scaling dimension Δ for all fields, or one for each.

    Raises ValueError for another number of dimensions than fields.
    """
    axes, fields = lagrangian.coordinates, lagrangian.fields
    weights = list(dimension) if isinstance(dimension, Sequence) else [dimension] * len(fields)
    if len(weights) != len(fields):
        raise ValueError(
            f"{len(weights)} scaling dimensions for {len(fields)} fields: give one for each, or one for all"
        )
    moved = zip(fields, weights, strict=True)
    return tuple(-sum((x * diff(f, x) for x in axes), sympify(w) * f) for f, w in moved)
