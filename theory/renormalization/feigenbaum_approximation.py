"""Approximate fixed point and eigenvector of the period-doubling operator, to as many digits as asked.

Statement
    For f = T f: Newton's method in the first m coefficients, then the chord iteration
        (1)  f ← f − A (f − T f),    A = (1 − DT)_m^−1 on the first m coefficients and the identity beyond,
    with the length and the precision rising as digits are gained. For DT_f v = s v with v(1) = 1, the same with the
    pair (s, v), A the inverse of its derivative on s and the first m coefficients, and −1/s beyond.
    What is returned are polynomials with exact coefficients and an exact s: points, about which nothing is claimed.
    That true solutions are near is proved in feigenbaum_proof.py, which does not ask how the points were found.

Hypotheses
    H1  the tabulated start is close enough for Newton's method; an iteration that gains nothing raises an error.

Derivation
    The derivative of the step (1) is 1 − A(1 − DT): nearly 0 on the first m coefficients and A·DT beyond, which is
    small as ‖DT u^k‖ → 0. So an inverse with few digits gains a fixed number of digits at each step, and a step
    costs one evaluation of T, where Newton's method needs N columns and an N × N system at full precision.

Reference
    The start values are rounded from the solution itself; for order 2 they are those of M. J. Feigenbaum, The
    universal metric properties of nonlinear transformations, J. Stat. Phys. 21 (1979) 669. The iteration is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass

import flint
from flint import arb, arb_mat, arb_poly, fmpq

from theory.analytic_functions import Enclosure, norm_of
from theory.renormalization.feigenbaum_operator import Disc, Linearisation, linearised, renormalized

GUARD_BITS = 64
FIRST_LENGTH, FIRST_STEPS, NEWTON_STEPS = 14, 6, 2
BASE_LENGTH, BASE_BITS = 24, 160
SHARE, BITS_A_COLUMN = 4, 7
CORNER, PAIR_STEPS = 16, 5
# The disc, and f on it in units of 10^−5 u^k, by the order z of the maximum.
START = {
    2: (Disc(fmpq(3, 5), fmpq(4, 5)), (12647, -110080, 9311, 954, -130, 5)),
    4: (Disc(fmpq(3, 5), fmpq(4, 5)), (-3855, -124105, 25185, 5234, -3525, 465, 177, -88, 8, 6, -2)),
    6: (
        Disc(fmpq(11, 20), fmpq(3, 5)),
        (-3999, -102381, 20235, 5466, -3708, 422, 306, -136, 2, 16, -5, -1, 1),
    ),
}


@dataclass(frozen=True)
class Approximation:
    """f̄, v̄ with exact coefficients, of one length, and s̄, for maxima of order z; v̄(1) ≈ 1."""

    order: int
    disc: Disc
    function: Enclosure
    vector: Enclosure
    eigenvalue: arb


def size_in_bits(x: arb) -> int:
    """−log₂ |x| for the midpoint of x, rounded up; a large number for 0."""
    mantissa, exponent = x.mid().man_exp()
    return 1 << 40 if mantissa == 0 else -int(exponent) - int(abs(mantissa)).bit_length() + 1


def started(order: int, disc: Disc) -> Enclosure:
    """The tabulated start, on the disc."""
    home, coefficients = START[order]
    start = arb_poly([arb(fmpq(c, 10**5)) for c in coefficients])
    return Enclosure(
        start(arb_poly([home.coordinate(disc.centre), disc.radius / home.radius])), FIRST_LENGTH
    ).midpoint()


def matrix_of(operator: Linearisation, size: int) -> list[list[arb]]:
    """Rows of DT_f on the first `size` coefficients, midpoints: `columns` without the errors, which are not needed."""
    outer, inner, weight, drift = (
        getattr(operator, name).polynomial.truncate(size) for name in ("outer", "inner", "weight", "drift")
    )
    columns, outer_power, inner_power, one_power = [], arb_poly([1]), arb_poly([1]), arb(1)
    for _ in range(size):
        image = outer_power * (1 / operator.scale) + (weight * inner_power).truncate(size) + drift * one_power
        found = [a.mid() for a in image.coeffs()]
        columns.append(found + [arb(0)] * (size - len(found)))
        outer_power, inner_power = (outer_power * outer).truncate(size), (inner_power * inner).truncate(size)
        one_power *= operator.one
    return [list(row) for row in zip(*columns, strict=True)]


def one_minus(rows: list[list[arb]]) -> arb_mat:
    """1 − M."""
    return arb_mat([[(i == j) - x for j, x in enumerate(row)] for i, row in enumerate(rows)])


def bordered(rows: list[list[arb]], s: arb, v: list[arb], one: arb) -> arb_mat:
    """The derivative of (v(1) − 1, DT v − s v) in (s, v)."""
    top = [arb(0)] + [one**k for k in range(len(v))]
    return arb_mat([top, *([-v[i]] + [x - s * (i == j) for j, x in enumerate(row)] for i, row in enumerate(rows))])


def newton_step(x: list[arb], matrix: arb_mat, residual: list[arb]) -> list[arb]:
    """x − matrix^−1 residual, with exact entries."""
    step = matrix.solve(arb_mat([[a.mid()] for a in residual]), algorithm="approx").entries()
    return [(a - b).mid() for a, b in zip(x, step, strict=True)]


def newton_fixed_point(order: int, disc: Disc, size: int) -> Enclosure:
    """The solution in the first `size` coefficients, by Newton's method on lengths that double."""
    f, length, steps = started(order, disc), FIRST_LENGTH, FIRST_STEPS
    while True:
        f = f.resized(length).midpoint()
        with flint.ctx.workprec(GUARD_BITS + 5 * length):
            for _ in range(steps):
                operator = linearised(f, disc, order)
                residual = (f - operator.image).coefficients()
                x = newton_step(f.coefficients(), one_minus(matrix_of(operator, length)), residual)
                f = Enclosure(arb_poly(x), length)
        if length >= size:
            return f
        length, steps = min(2 * length, size), NEWTON_STEPS


def leading_pair(rows: list[list[arb]], dilation: arb, one: arb) -> list[arb]:
    """s, v from a corner of the matrix: the eigenvalue of modulus > 1 that is farthest from the dilations' λ^−z."""
    size = min(len(rows), CORNER)
    values, vectors = arb_mat([row[:size] for row in rows[:size]]).eig(right=True, algorithm="approx")
    index = max(range(size), key=lambda k: (abs(values[k]) > 1) * abs(values[k].real - dilation).mid())
    v = [vectors[i, index].real for i in range(size)]
    scale = sum((a * one**k for k, a in enumerate(v)), arb(0))
    return [values[index].real.mid(), *((a / scale).mid() for a in v), *[arb(0)] * (len(rows) - size)]


def newton_eigenpair(operator: Linearisation, order: int, size: int) -> list[arb]:
    """s, v in the first `size` coefficients, by Newton's method."""
    rows, one = matrix_of(operator, size), operator.one
    matrix, x = arb_mat(rows), leading_pair(rows, 1 / operator.scale**order, one)
    for _ in range(PAIR_STEPS):
        s, *v = x
        image = (matrix * arb_mat([[a] for a in v])).entries()
        residual = [sum((a * one**k for k, a in enumerate(v)), arb(-1))]
        residual += [a - s * b for a, b in zip(image, v, strict=True)]
        x = newton_step(x, bordered(rows, s, v, one), residual)
    return x


def corrected(x: list[arb], inverse: arb_mat, tail: arb, residual: list[arb]) -> list[arb]:
    """x − A · residual: the matrix on the first entries, `tail` beyond; exact entries."""
    size = inverse.nrows()
    head = (inverse * arb_mat([[a] for a in residual[:size]])).entries()
    return [(a - b).mid() for a, b in zip(x, head + [tail * a for a in residual[size:]], strict=True)]


def chord(
    x: list[arb], residual: Callable[[list[arb]], list[arb]], inverse: arb_mat, tail: arb, bits: int, rate: fmpq
) -> list[arb]:
    """Iterate x ← x − A F(x) until ‖F(x)‖ < 2^−bits, x growing by one entry for each `rate` bits.

    Raises ArithmeticError if a step gains nothing: the start was too far, or the block too small.
    """
    known, aim = 0, min(bits, 2 * inverse.nrows())
    while True:
        x = x + [arb(0)] * (int(((aim + GUARD_BITS) / rate).ceil()) - len(x))
        with flint.ctx.workprec(aim + 2 * GUARD_BITS):
            error = residual(x)
            found = min(aim, size_in_bits(norm_of(error)))
            if found == bits:
                return x
            if found <= known:
                raise ArithmeticError(f"the chord iteration stalls at a residual of 2^−{found}; take a larger block")
            x = corrected(x, inverse, tail, error)
        known, aim = found, min(bits, found + 2 * (found - known)) if known else min(bits, found + GUARD_BITS)


def bits_a_coefficient(f: Enclosure) -> fmpq:
    """How fast the coefficients fall: their mean rate, or the slope over the second half if that is less."""
    sizes = [size_in_bits(a) for a in f.polynomial.coeffs()]
    middle, end = len(sizes) // 2, min(sizes[-3:])
    return min(fmpq(end, len(sizes)), fmpq(end - min(sizes[middle - 3 : middle]), len(sizes) - middle))


def block_size(bits: int) -> int:
    """Coefficients in the block: more cost more once, fewer gain less at each step."""
    return max(BASE_LENGTH, bits // BITS_A_COLUMN)


def fixed_point(order: int, disc: Disc, bits: int) -> Enclosure:
    """f̄ with ‖f̄ − T f̄‖ < 2^−bits in the coefficients kept; a fourth of the bits gives the start and the block."""
    f = fixed_point(order, disc, bits // SHARE) if bits > BASE_BITS else newton_fixed_point(order, disc, BASE_LENGTH)
    size = min(f.length, block_size(bits))
    with flint.ctx.workprec(GUARD_BITS + 2 * size):
        short = f.resized(size).midpoint()
        inverse = one_minus(matrix_of(linearised(short, disc, order), size)).inv().mid()

    def residual(x: list[arb]) -> list[arb]:
        g = Enclosure(arb_poly(x), len(x))
        return [a.mid() for a in (g - renormalized(g, disc, order)).coefficients()]

    x = chord(f.coefficients(), residual, inverse, arb(1), bits, bits_a_coefficient(f))
    return Enclosure(arb_poly(x), len(x))


def eigenpair(f: Enclosure, order: int, disc: Disc, bits: int) -> list[arb]:
    """s̄ and the coefficients of v̄, with |v̄(1) − 1| + ‖DT v̄ − s̄ v̄‖ < 2^−bits in those kept."""
    start = eigenpair(f, order, disc, bits // SHARE) if bits > BASE_BITS else None
    size = min(f.length, block_size(bits)) if start is None else min(len(start) - 1, block_size(bits))
    with flint.ctx.workprec(GUARD_BITS + (5 if start is None else 2) * size):
        operator = linearised(f.resized(size).midpoint(), disc, order)
        start = start or newton_eigenpair(operator, order, size)
        matrix = bordered(matrix_of(operator, size), start[0], start[1 : size + 1], operator.one)
        inverse, tail = matrix.mid().inv().mid(), (-1 / start[0]).mid()

    def residual(x: list[arb]) -> list[arb]:
        nonlocal operator
        s, v, bits_now = x[0], Enclosure(arb_poly(x[1:]), len(x) - 1), flint.ctx.prec
        if v.length > operator.outer.length or bits_now > bits_then[0]:
            length, bits_then[0] = min(max(f.length, v.length), 3 * v.length // 2), 3 * bits_now // 2
            with flint.ctx.workprec(bits_then[0]):
                operator = linearised(f.resized(length).midpoint(), disc, order)
        image = operator(v.resized(operator.outer.length)).midpoint().resized(v.length)
        return [v(disc.coordinate(1)).mid() - 1, *(a.mid() for a in (image - v * s).coefficients())]

    bits_then = [0]
    return chord(start, residual, inverse, tail, bits, bits_a_coefficient(f))


def approximation(order: int, digits: int, disc: Disc) -> Approximation:
    """f̄, v̄ and s̄ with residuals below 10^−digits in the coefficients kept."""
    bits = 10 * digits // 3 + GUARD_BITS // 8
    f = fixed_point(order, disc, bits)
    s, *v = eigenpair(f, order, disc, bits)
    length = max(f.length, len(v))
    return Approximation(order, disc, f.resized(length), Enclosure(arb_poly(v), length), s)
