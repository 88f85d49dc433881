"""Which equations of motion come from a Lagrangian: Helmholtz's conditions for ordinary differential equations.

Statement
    Let Δ_a(t, q, q′, q″) = 0 and A_k = ∂Δ/∂q^(k), matrices with row a and a column for each coordinate. Δ_a is the
    Euler–Lagrange expression of some Lagrangian, as it stands and not after multiplication, if and only if
        (1)  A_2ᵀ = A_2,   A_1ᵀ = −A_1 + 2 D A_2,   A_0ᵀ = A_0 − D A_1 + D² A_2,
    D the total derivative in t.
        (2)  Gradient flow, Δ = θ′ + ∇L, has A_2 = 0, A_1 = 1: the second condition reads 1 = −1.
        (3)  e^{γt}(θ″ + γθ′ + ∇L) is that of e^{γt}(‖θ′‖²/2 − L).

Hypotheses
    H1  Δ is smooth on a star-shaped domain.

Derivation
    (1) says that the linearisation A_0 + A_1 D + A_2 D² is its own formal adjoint, which for an Euler–Lagrange
    expression is the symmetry of second derivatives; the converse integrates along rays.

Reference
    P. Olver, Applications of Lie Groups to Differential Equations, theorem 5.92.
"""

from collections.abc import Sequence

from sympy import Expr, Matrix, Symbol, diff, expand
from sympy.core.function import AppliedUndef

from theory.jets import Jets
from theory.propositions import Undefined


def linearisation(jets: Jets, equations: Sequence[Expr]) -> tuple[Matrix, Matrix, Matrix]:
    """A_0, A_1, A_2 of equations in jet variables. Raises NotImplementedError for a third derivative."""
    if len(jets.coordinates) != 1 or max(map(jets.order, equations)) > 2:
        raise NotImplementedError(f"equations {list(map(jets.back, equations))}: one time and second order at most")
    size = len(jets.fields)
    order = (Matrix(len(equations), size, lambda a, b, k=k: diff(equations[a], jets.symbol(b, (k,)))) for k in range(3))
    first, second, third = order
    return first, second, third


def helmholtz_defects(time: Symbol, fields: Sequence[AppliedUndef], equations: Sequence[Expr]) -> tuple[Matrix, ...]:
    """(1)  Left minus right of the three conditions; all zero exactly for Euler–Lagrange expressions.

    Raises ValueError unless there is an equation for each field.
    """
    if len(equations) != len(fields):
        raise ValueError(f"{len(equations)} equations for {len(fields)} fields: give one for each")
    jets = Jets((time,), fields)
    a0, a1, a2 = linearisation(jets, [jets.of(e) for e in equations])
    d1, d2 = (_total(jets, a) for a in (a1, a2))
    defects = (a2.T - a2, a1.T + a1 - 2 * d2, a0.T - a0 + d1 - _total(jets, d2))
    return tuple(m.applyfunc(lambda e: jets.back(expand(e))) for m in defects)


def _total(jets: Jets, matrix: Matrix) -> Matrix:
    return Matrix(*matrix.shape, lambda a, b: jets.total(matrix[a, b], 0))


def gradient_flow(time: Symbol, weights: Sequence[AppliedUndef], loss: Expr) -> list[Expr]:
    """(2)  θ′ + ∇L for each weight."""
    return [diff(w, time) + diff(loss, w) for w in weights]


def heavy_ball(time: Symbol, weights: Sequence[AppliedUndef], loss: Expr, gamma: Expr | int) -> list[Expr]:
    """θ″ + γθ′ + ∇L for each weight; (3) is this times e^{γt}."""
    return [diff(w, time, 2) + gamma * diff(w, time) + diff(loss, w) for w in weights]


def current_of_a_loss(loss: Expr, weights: Sequence[Symbol], change: Sequence[Expr]) -> Expr:
    """Undefined: ∂L/∂(∂_μθ) · X for a function of the weights alone, which names no coordinates x^μ."""
    moved = ", ".join(map(str, change))
    raise Undefined(
        f"∂L/∂(∂_μ θ) · ({moved})",
        f"L = {loss} is a function of the weights {', '.join(map(str, weights))} alone: it has no coordinates x^μ",
    )
