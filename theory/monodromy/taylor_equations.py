"""One Taylor step of a linear differential equation, every entry an enclosure.

Statement
    Let z = z_0 + hτ, α_k(τ) = h^{r−k} a_k(z_0 + hτ) = Σ_j α_{k,j} τ^j. A solution y = Σ c_m τ^m of Σ a_k y^(k) = 0
    obeys
        (1)  Σ_s β_s(M − s) c_{M−s} = 0,   β_s(m) = Σ_k α_{k,s−r+k} m(m − 1)⋯(m − k + 1),   for all M ≥ r.
    Let Y = Σ_{m<N} c_m τ^m with any numbers c_m that agree with those of y for m < r, and let R = Σ α_k Y^(k). With
    |α_r| ≥ δ > 0 and max(1, Σ_{k<r} |α_k|/δ) ≤ κ on 0 ≤ τ ≤ 1,
        (2)  |y^(k)(1) − Y^(k)(1)| ≤ (e^κ/δ) Σ_n |R_n|/(n + 1)   for k = 0, …, r − 1, derivatives in τ.

Hypotheses
    H1  |h| is less than the distance from z_0 to the roots of a_r. δ comes from these distances d_i:
        |α_r| ≥ |α_{r,0}| Π (1 − |h|/d_i).

Derivation
    (1) is the coefficient of τ^{M−r}. T = y − Y vanishes at 0 with r − 1 derivatives and solves Σ α_k T^(k) = −R. For
    v = (T, T′, …, T^(r−1)) this gives |v|′ ≤ κ|v| + |R|/δ in the maximum norm, and Gronwall's inequality is (2).
    Each c_M is the exact midpoint of the ball that (1) gives for it, so R_{M−r} is at most α_{r,0} M(M − 1)⋯(M − r + 1)
    times the radius of that ball: rounding errors enter (2) once and are not carried through the recurrence. Beyond
    M = N only as many R_n are left as (1) has terms. z_0, h and the coefficients may be balls: the enclosure then
    holds for all their members. A step with a large κ is cut in two.

Reference
    The recurrence is Cauchy's, the inequality Gronwall's; bounding by the residual is ours. Tails by majorants, another
    way: M. Mezzarobba, B. Salvy, J. Symb. Comput. 45 (2010) 1075.
"""

from collections.abc import Sequence
from math import factorial

import flint
from flint import acb, acb_mat, acb_poly, arb, fmpz_poly

from theory.monodromy.differential_equations import LinearEquation

GROWTH = 5
ATTEMPTS = 6
RATE = 8
BLOCK = 32
FEWEST_BITS = 64
LARGEST_KAPPA = 24


class EquationSteps:
    """Steps of one equation at the working precision; make a new one after the precision changes."""

    def __init__(self, L: LinearEquation, points: Sequence[acb], multiplicities: Sequence[int]) -> None:
        self.order, self.polynomials = L.order, L.balls()
        self.points, self.multiplicities = points, multiplicities
        falling = fmpz_poly([1])
        self.falling = [acb_poly(1)]
        for k in range(self.order):
            falling *= fmpz_poly([-k, 1])
            self.falling.append(acb_poly(falling))

    @property
    def size(self) -> int:
        """r: vectors are (y, y′, …, y^(r−1))."""
        return self.order

    def step(self, start: acb, end: acb, bits: int) -> acb_mat:
        """The matrix that takes (y, y′, …)(start) to (y, y′, …)(end), straight on; errors near 2^−bits times its size
        where the working precision is some 30 bits higher.

        Raises ValueError where the circle of convergence does not contain the end.
        """
        h = end - start
        if h.is_zero():
            return acb_mat([[int(i == j) for j in range(self.order)] for i in range(self.order)])
        alpha = self._local(start, h)
        delta = self._denominator(start, h, alpha[-1][0])
        kappa = (sum((abs(c) for a in alpha[:-1] for c in a), arb(0)) / delta).max(arb(1))
        if kappa > LARGEST_KAPPA:
            middle = start + h / 2
            return self.step(middle, end, bits) * self.step(start, middle, bits)
        bound = kappa.exp() / delta
        beta = self._recurrence(alpha)
        columns = [_Column([acb(int(i == j)) for j in range(self.order)]) for i in range(self.order)]
        rate = self._rate(start, h)
        N = self.order + 8 + RATE * bits // rate
        tails: list[arb] = []
        for attempt in range(ATTEMPTS):
            self._extend(columns, beta, N, rate)
            tails = [self._tail(column, beta, bound) for column in columns]
            if attempt == ATTEMPTS - 1 or all(t < arb(2) ** (-bits) for t in tails):
                break
            N += N // GROWTH + 4
        return self._matrix(columns, tails, h)

    def _local(self, start: acb, h: acb) -> list[list[acb]]:
        """α_k by powers of τ."""
        line = acb_poly([start, h])
        local = []
        for k, p in enumerate(self.polynomials):
            shifted = p(line) * h ** (self.order - k)
            local.append([shifted[j] for j in range(shifted.degree() + 1)])
        return local

    def _denominator(self, start: acb, h: acb, leading: acb) -> arb:
        """δ of H1."""
        delta, length = leading.abs_lower(), abs(h).upper()
        for a, multiplicity in zip(self.points, self.multiplicities, strict=True):
            factor = (1 - length / (a - start).abs_lower()).lower()
            if not factor > 0:
                raise ValueError(f"a step from {start} by {h} leaves the circle of convergence, which ends at {a}")
            delta *= factor**multiplicity
        return delta.lower()

    def _recurrence(self, alpha: list[list[acb]]) -> list[acb_poly | None]:
        """β_0, β_1, …; None for those that vanish."""
        r = self.order
        beta = []
        for s in range(max(len(a) - 1 - k for k, a in enumerate(alpha)) + r + 1):
            total = acb_poly([])
            for k, a in enumerate(alpha):
                if 0 <= s - r + k < len(a):
                    total += a[s - r + k] * self.falling[k]
            beta.append(total if total.degree() >= 0 else None)
        return beta

    def _rate(self, start: acb, h: acb) -> int:
        """About how many bits c_m loses from each m to the next, in units of 1/RATE bit, at least 1."""
        if not self.points:
            return 3 * RATE
        d = min((a - start).abs_lower() for a in self.points)
        octaves = ((d / abs(h).upper()).log() / arb(2).log()).mid()
        return max(1, min(8 * RATE, int((RATE * octaves).floor().unique_fmpz())))

    def _extend(self, columns: "list[_Column]", beta: list[acb_poly | None], N: int, rate: int) -> None:
        """c_m for m < N, by (1). They need an absolute precision only, so fewer bits as they decrease."""
        full, first = flint.ctx.prec, len(columns[0].c)
        for M in range(first, N, BLOCK):
            with flint.ctx.workprec(max(FEWEST_BITS, full - 3 * rate * (M - first) // (4 * RATE))):
                self._block(columns, beta, range(M, min(M + BLOCK, N)))

    def _block(self, columns: "list[_Column]", beta: list[acb_poly | None], indices: range) -> None:
        terms = [(s, b) for s, b in enumerate(beta) if s and b is not None]
        r = self.order
        leading = (beta[0] or acb_poly([]))(r) / _falling(r, r)
        inverse, size = -1 / leading, abs(leading).upper()
        for M in indices:
            weights = [(M - s, b(M - s)) for s, b in terms if s <= M]
            falling = _falling(M, r)
            share = size * falling / (M - r + 1)
            for column in columns:
                total, c = acb(0), column.c
                for m, weight in weights:
                    total += weight * c[m]
                ball = total * inverse / falling
                column.residual += share * ball.rad()
                c.append(ball.mid())

    def _tail(self, column: "_Column", beta: list[acb_poly | None], bound: arb) -> arb:
        """(2), with `bound` for e^κ/δ."""
        N, r = len(column.c), self.order
        total = column.residual
        for M in range(N, N + len(beta)):
            R = acb(0)
            for s, b in enumerate(beta):
                if b is not None and 0 <= M - s < N:
                    R += b(M - s) * column.c[M - s]
            total += abs(R) / (M - r + 1)
        return (bound * total).upper()

    def _matrix(self, columns: "list[_Column]", tails: list[arb], h: acb) -> acb_mat:
        rows = [[acb(0)] * self.order for _ in range(self.order)]
        for j, (column, tail) in enumerate(zip(columns, tails, strict=True)):
            p, error = acb_poly(column.c), arb(0, tail)
            for k in range(self.order):
                rows[k][j] = (p(1) + acb(error, error)) * h ** (j - k) / factorial(j)
                p = p.derivative()
        return acb_mat(rows)


class _Column:
    """c_0, c_1, …, exact, of a solution with one of the first r equal to 1, and Σ |R_n|/(n + 1) so far."""

    def __init__(self, c: list[acb]) -> None:
        self.c, self.residual = c, arb(0)


def _falling(M: int, r: int) -> int:
    product = 1
    for k in range(r):
        product *= M - k
    return product
