"""One Taylor step of a system Y′ = Σ A_i/(z − a_i) Y, every entry an enclosure.

Statement
    Let z = z_0 + hτ, q(τ) = Π(z − a_i) = Σ q_j τ^j and P(τ) = h Σ_i A_i Π_{j≠i}(z − a_j) = Σ P_j τ^j, so that
    q dY/dτ = P Y. With Y = Σ Y_M τ^M,
        (1)  M q_0 Y_M = Σ_j P_j Y_{M−1−j} − Σ_{j≥1} (M − j) q_j Y_{M−j}.
    Let S = Σ_{M<N} Y_M τ^M with any matrices Y_M, Y_0 = 1, and R = q S′ − P S. With |q| ≥ δ > 0 and ‖P‖/δ ≤ κ on
    0 ≤ τ ≤ 1, in the row-sum norm,
        (2)  ‖Y(1) − S(1)‖ ≤ (e^κ/δ) Σ_n ‖R_n‖/(n + 1).

Hypotheses
    H1  |h| is less than the distance d_i from z_0 to each a_i: δ = |q_0| Π (1 − |h|/d_i).

Derivation
    As in theory/monodromy/taylor_equations.py: T = Y − S solves q T′ = P T − R with T(0) = 0, and Gronwall's inequality
    bounds it. Y_M is the exact midpoint of the balls that (1) gives, and R_{M−1} is M q_0 times their radii.

Reference
    The recurrence is Cauchy's, the inequality Gronwall's; bounding by the residual is ours.
"""

from collections.abc import Sequence

from flint import acb, acb_mat, acb_poly, arb

from theory.monodromy.taylor_equations import ATTEMPTS, GROWTH, LARGEST_KAPPA


def row_sum(M: acb_mat) -> arb:
    """The row-sum norm, an upper bound."""
    return max((sum((abs(x) for x in row), arb(0)).upper() for row in M.tolist()), default=arb(0))


def _radius(M: acb_mat) -> arb:
    return max((sum((x.rad() for x in row), arb(0)).upper() for row in M.tolist()), default=arb(0))


class SystemSteps:
    """Steps of one system at the working precision."""

    def __init__(self, points: Sequence[acb], residues: Sequence[acb_mat]) -> None:
        self.points, self.residues = points, residues

    @property
    def size(self) -> int:
        """Rows of Y."""
        return self.residues[0].nrows()

    def step(self, start: acb, end: acb, bits: int) -> acb_mat:
        """The matrix that takes Y(start) to Y(end), straight on; errors near 2^−bits.

        Raises ValueError where the circle of convergence does not contain the end.
        """
        h = end - start
        q, P = self._local(start, h)
        delta = self._denominator(start, h, q[0])
        kappa = sum((row_sum(p) for p in P), arb(0)) / delta
        if kappa > LARGEST_KAPPA:
            middle = start + h / 2
            return self.step(middle, end, bits) * self.step(start, middle, bits)
        bound = kappa.exp() / delta
        Y, residual = [acb_mat([[int(i == j) for j in range(self.size)] for i in range(self.size)])], arb(0)
        N, tail = 8 + 2 * bits // 3, arb.pos_inf()
        for attempt in range(ATTEMPTS):
            residual += self._extend(Y, q, P, N)
            tail = (bound * (residual + self._beyond(Y, q, P))).upper()
            if attempt == ATTEMPTS - 1 or tail < arb(2) ** (-bits):
                break
            N += N // GROWTH + 4
        total, error = Y[0], acb(arb(0, tail), arb(0, tail))
        for term in Y[1:]:
            total = total + term
        return total + acb_mat([[error] * self.size for _ in range(self.size)])

    def _local(self, start: acb, h: acb) -> tuple[list[acb], list[acb_mat]]:
        """q_j and P_j."""
        factors = [acb_poly([start - a, h]) for a in self.points]
        q = acb_poly([1])
        for factor in factors:
            q *= factor
        P = [acb_mat(self.size, self.size) for _ in factors]
        for i, A in enumerate(self.residues):
            rest = acb_poly([h])
            for j, factor in enumerate(factors):
                if j != i:
                    rest *= factor
            P = [p + A * rest[k] for k, p in enumerate(P)]
        return [q[j] for j in range(len(factors) + 1)], P

    def _denominator(self, start: acb, h: acb, q0: acb) -> arb:
        """δ of H1."""
        delta = q0.abs_lower()
        for a in self.points:
            factor = (1 - abs(h).upper() / (a - start).abs_lower()).lower()
            if not factor > 0:
                raise ValueError(f"a step from {start} by {h} leaves the circle of convergence, which ends at {a}")
            delta *= factor
        return delta.lower()

    def _sum(self, Y: list[acb_mat], q: list[acb], P: list[acb_mat], M: int, known: int) -> acb_mat:
        """The right-hand side of (1), from the terms with index below `known`."""
        total = acb_mat(self.size, self.size)
        for j, p in enumerate(P):
            if 0 <= M - 1 - j < known:
                total = total + p * Y[M - 1 - j]
        for j in range(1, len(q)):
            if 0 < M - j < known:
                total = total - Y[M - j] * ((M - j) * q[j])
        return total

    def _extend(self, Y: list[acb_mat], q: list[acb], P: list[acb_mat], N: int) -> arb:
        """Y_M for M < N; the sum of ‖R_n‖/(n + 1) that they leave."""
        residual, size = arb(0), abs(q[0]).upper()
        for M in range(len(Y), N):
            ball = self._sum(Y, q, P, M, M) * (1 / (M * q[0]))
            residual += size * _radius(ball)
            Y.append(ball.mid())
        return residual

    def _beyond(self, Y: list[acb_mat], q: list[acb], P: list[acb_mat]) -> arb:
        """The sum of ‖R_n‖/(n + 1) for n ≥ N − 1."""
        N = len(Y)
        return sum((row_sum(self._sum(Y, q, P, M, N)) / M for M in range(N, N + len(q))), arb(0))
