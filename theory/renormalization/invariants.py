"""Two marginal couplings with a conserved polynomial: the Kosterlitz–Thouless type of flow.

Statement
    Let β be homogeneous of degree k ≥ 2 in two couplings, and I a polynomial, homogeneous of degree j, β·∇I = 0.
        (1)  g → s g, ln b → ln b/s^{k−1} maps the flow to itself and the level I to the level s^j I. If the level
             I = σ = ±1 is crossed in the finite time T, the level I is crossed in ln ξ = T |I|^{−(k−1)/j}.
        (2)  Rays of zeros of I are invariant: β(v) = κ v on them. κ < 0 comes in, κ > 0 goes out.
        (3)  A level I = σ without a real zero of β that lies between an incoming and an outgoing ray is crossed, and
             T is finite.

Hypotheses
    H1  terms of β of higher degree only change what is subleading.

Derivation
    (1) is homogeneity. (2) I is conserved, so its zeros are invariant, and β is radial on a ray of them. (3) Without
    zeros of β the level is one trajectory; both its ends go to infinity along the rays, where |β| grows as |g|^k
    with k ≥ 2, and the time ∫ dg/|g|^k converges.

Reference
    J. M. Kosterlitz, J. Phys. C 7 (1974) 1046. For I = x² − y², x′ = −y², y′ = −xy: T = ∫ dx/(x² + 1) = π.
"""

from sympy import Expr, Matrix, Poly, Rational, Symbol, diff, exp, integrate, oo

from theory.polynomial_systems import solutions
from theory.renormalization.fixed_points import FixedPoint
from theory.renormalization.marginal_law import MarginalLaw
from theory.renormalization.spectrum import normal

MOST = 4
invariant = Symbol("I", positive=True)


def lowest_part(point: FixedPoint) -> tuple[int, tuple[Expr, ...]]:
    """(k, β_k): the terms of lowest degree of β in the deviations from the point, which take the couplings' names."""
    couplings = point.flow.couplings
    shifted = {g: g + x for g, x in zip(couplings, point.coordinates, strict=True)}
    if not all(b.is_polynomial(*couplings) for b in point.flow.beta):
        raise NotImplementedError(f"invariants of {point.flow.beta}: only polynomial flows are handled")
    parts = [Poly(b.subs(shifted), *couplings) for b in point.flow.beta]
    k = min(sum(m) for p in parts for m, c in p.terms() if c != 0)
    lowest = tuple(
        Poly({m: c for m, c in p.terms() if sum(m) == k} or {(0,) * len(couplings): 0}, *couplings).as_expr()
        for p in parts
    )
    return k, lowest


def homogeneous_invariant(beta: tuple[Expr, ...], couplings: tuple[Symbol, ...]) -> tuple[int, Expr] | None:
    """(j, I) of lowest degree j ≤ MOST with β·∇I = 0, for two couplings; None if there is none."""
    x, y = couplings
    for j in range(1, MOST + 1):
        monomials = [x ** (j - i) * y**i for i in range(j + 1)]
        rates = [Poly(beta[0] * diff(m, x) + beta[1] * diff(m, y), x, y) for m in monomials]
        exponents = sorted({e for p in rates for e in p.monoms()})
        matrix = Matrix([[p.coeff_monomial(e) for p in rates] for e in exponents])
        kernel = matrix.nullspace(simplify=normal, iszerofunc=lambda c: normal(c) == 0)
        if kernel:
            scale = next(c for c in kernel[0] if c != 0)
            return j, sum((normal(c / scale) * m for c, m in zip(kernel[0], monomials, strict=True)), start=x * 0)
    return None


def invariant_laws(point: FixedPoint) -> list[MarginalLaw]:
    """(1), (3)  The essential singularity of ξ on each side of I = 0 that is crossed.

    Raises NotImplementedError where there is no invariant, β vanishes on its zeros, or no side is crossed.
    """
    couplings = point.flow.couplings
    if len(couplings) != 2 or any(x != 0 for row in point.matrix for x in row):
        raise NotImplementedError(f"invariants at {point}: only for two couplings with a vanishing stability matrix")
    k, beta = lowest_part(point)
    found = homogeneous_invariant(beta, couplings)
    if found is None:
        raise NotImplementedError(
            f"two marginal couplings at {point} without a homogeneous invariant of degree ≤ {MOST}: ξ is not derived"
        )
    j, I = found
    shift = {g: g + at for g, at in zip(couplings, point.coordinates, strict=True)}
    full = [b.subs(shift, simultaneous=True) for b in point.flow.beta]
    if normal(sum((I.diff(g) * b for g, b in zip(couplings, full, strict=True)), start=I * 0)) != 0:
        raise NotImplementedError(
            f"the flow at {point} keeps I = {I} to lowest order only: its separatrix is another, and ξ is not derived"
        )
    if solutions([*beta, I], couplings).components or not _has_rays(I, couplings):
        raise NotImplementedError(
            f"the flow at {point} keeps I = {I}, but no level of I leads away from it: ξ is not derived"
        )
    laws = []
    for side in (1, -1):
        if _takes(I, couplings, side) and not _rests(beta, I - side, couplings):
            T = transit_time(beta, I, couplings, side) or Symbol("T", positive=True)
            xi = exp(T * invariant ** (-Rational(k - 1, j)))
            laws.append(MarginalLaw(xi, invariant, f"{I} {'>' if side > 0 else '<'} 0", f"I = |{I}|"))
    if not laws:
        raise NotImplementedError(
            f"the flow at {point} keeps I = {I}, and every level of I meets fixed points: ξ is not derived"
        )
    return laws


def _has_rays(I: Expr, couplings: tuple[Symbol, ...]) -> bool:
    """Whether I vanishes in a real direction."""
    x, y = couplings
    if I.subs({x: 0, y: 1}) == 0:
        return True
    return bool(solutions([I.subs(x, 1)], [y]).real_points)


def _takes(I: Expr, couplings: tuple[Symbol, ...], side: int) -> bool:
    """Whether I has this sign in one of many rational directions."""
    directions = [(a, b) for a in range(-9, 10) for b in range(-9, 10)]
    return any(side * I.subs(dict(zip(couplings, d, strict=True))) > 0 for d in directions)


def _rests(beta: tuple[Expr, ...], level: Expr, couplings: tuple[Symbol, ...]) -> bool:
    """Whether β has a real zero, or infinitely many, on the level."""
    found = solutions([*beta, level], couplings)
    return bool(found.real_points or found.components)


def transit_time(beta: tuple[Expr, ...], I: Expr, couplings: tuple[Symbol, ...], side: int) -> Expr | None:
    """T = ∫ dx/β_x along I = side from x = −∞ to ∞, where I = A x² + B y² and y ≠ 0 on the level; else None."""
    for (x, y), rate in ((couplings, beta[0]), (couplings[::-1], beta[1])):
        p = Poly(I, x, y)
        if set(p.monoms()) != {(2, 0), (0, 2)} or any(m[1] % 2 for m in Poly(rate, x, y).monoms()):
            continue
        A, B = p.coeff_monomial(x**2), p.coeff_monomial(y**2)
        if not (bool(A / B <= 0) and bool(side / B > 0)):
            continue
        square = (side - A * x**2) / B
        speed = sum((c * x ** m[0] * square ** (m[1] // 2) for m, c in Poly(rate, x, y).terms()), start=x * 0)
        time = integrate(1 / speed, (x, -oo, oo))
        if time.is_finite:
            return abs(time)
    return None
