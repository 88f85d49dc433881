"""A fixed point of a flow with its stability matrix and scaling dimensions, and the set of all of them.

theory/renormalization/fixed_points_of_flows.py finds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_poly
from sympy import Expr, Matrix, Symbol, sympify

from theory.number_fields import Eigenvalue, Point, eigenvalues
from theory.polynomial_systems import Component, integer_polynomial
from theory.renormalization.exponents import Exponents, critical_exponents
from theory.renormalization.flows import Flow
from theory.renormalization.spectrum import normal, spectrum

Box = Mapping[Symbol, tuple[Expr | int, Expr | int]]


@dataclass(frozen=True)
class FixedPoint:
    """A zero of β. `multiplicity`: as a solution, None where it is not known; `real`: None where that is undecided.

    `along`: the couplings that stay free if the point stands for a line or surface of fixed points.
    """

    flow: Flow
    coordinates: tuple[Expr, ...]
    multiplicity: int | None
    real: bool | None
    along: tuple[Symbol, ...] = ()
    point: Point | None = None

    @cached_property
    def eigenvalues(self) -> tuple[Eigenvalue, ...]:
        """The distinct eigenvalues of the stability matrix. NotImplementedError where they have no closed form."""
        if self.point is not None:
            return tuple(eigenvalues(_matrix_over_field(self.flow, self.point), self.point))
        return tuple(_enclosed(self.matrix) if self.approximate else spectrum(self.matrix))

    @cached_property
    def matrix(self) -> list[list[Expr]]:
        """The stability matrix B_ij = ∂β_i/∂g_j here."""
        if self.point is not None:
            return [[self.point.number(x) for x in row] for row in _matrix_over_field(self.flow, self.point)]
        rows = self.flow.stability_matrix(self.coordinates)
        return rows if self.approximate else [[normal(x) for x in row] for row in rows]

    def __str__(self) -> str:
        return ", ".join(f"{g} = {x}" for g, x in zip(self.flow.couplings, self.coordinates, strict=True))

    @property
    def approximate(self) -> bool:
        """Whether the coordinates are known by balls only."""
        from theory.renormalization.enclosed_reals import EnclosedReal

        return any(x.has(EnclosedReal) for x in self.coordinates)

    @property
    def dimensions(self) -> tuple[Expr, ...]:
        """The scaling dimensions y_i, eigenvalues of ∂β/∂g in dg/d ln b, each as often as its multiplicity."""
        return tuple(e.value for e in self.eigenvalues for _ in range(e.multiplicity))

    def exponents(
        self,
        *,
        space: Expr | int | None = None,
        field: Expr | int | None = None,
        upper_critical: Expr | int | None = None,
    ) -> Exponents:
        """The critical exponents here; `field` is y_h, a number or a function of the couplings.

        Raises ValueError at a complex fixed point, NotImplementedError where a dimension has no closed form.
        """
        if self.real is False:
            raise ValueError(f"exponents at {self}: its couplings are not real, so it governs no real system")
        at = dict(zip(self.flow.couplings, self.coordinates, strict=True))
        return critical_exponents(
            self.dimensions,
            space=space,
            field=None if field is None else normal(sympify(field).subs(at)),
            upper_critical=upper_critical,
            jordan=[e.value for e in self.eigenvalues if e.jordan],
            exactly_marginal=len(self.along),
            assuming=self.flow.assuming,
        )


@dataclass(frozen=True)
class FixedPoints:
    """`points`: isolated ones, real ones first. `lines`: a generic point of each set of positive dimension.

    `components`: the equations of these sets, `complex_components` those without a real point.

    `count`: all complex solutions with multiplicity, None where that is not certified. `unsolved`: equations of the
    solutions that are not among the points. `undecided`: pieces of the box in which nothing is proven.
    `merging`: expressions in the parameters; where one vanishes, fixed points merge. `scope`: what is claimed.
    """

    points: tuple[FixedPoint, ...]
    lines: tuple[FixedPoint, ...] = ()
    components: tuple[Component, ...] = ()
    complex_components: tuple[Component, ...] = ()
    count: int | None = None
    unsolved: tuple[tuple[Expr, ...], ...] = ()
    undecided: tuple[str, ...] = ()
    merging: tuple[Expr, ...] = ()
    scope: str = ""

    @property
    def complete(self) -> bool:
        """Whether no solution can be missing from `points` and the components."""
        return not (self.unsolved or self.undecided)

    @property
    def real_points(self) -> tuple[FixedPoint, ...]:
        """The points not known to be complex."""
        return tuple(p for p in self.points if p.real is not False)


def _matrix_over_field(flow: Flow, point: Point) -> list[list[fmpq_poly]]:
    """∂p_i/∂g_j / q_i in ℚ(θ), for β_i = p_i/q_i at a zero of p_i, p_i and q_i over ℚ."""
    q = fmpq_poly(point.modulus)
    rows = []
    for above, below in flow.fractions:
        scale, numerator = integer_polynomial(above, flow.couplings)
        scale_below, denominator = integer_polynomial(below, flow.couplings)
        factor = point.value(denominator).xgcd(q)[1] * fmpq(scale_below, scale)
        rows.append([point.value(numerator.derivative(j)) * factor % q for j in range(len(flow.couplings))])
    return rows


def _enclosed(rows: list[list[Expr]]) -> list[Eigenvalue]:
    """Eigenvalues of a matrix of enclosed numbers, simple ones only."""
    from theory.renormalization.enclosed_eigenvalues import enclosed_eigenvalues
    from theory.renormalization.enclosed_reals import ClosedReal

    if len(rows) == 1:
        return [Eigenvalue(ClosedReal(rows[0][0]), 1, False)]
    return [Eigenvalue(value, 1, False) for value in enclosed_eigenvalues(Matrix(rows))]
