"""The period-doubling operator and its derivative, on enclosures of analytic functions.

Statement
    Let z ≥ 2 be even. A map g(x) = f(x^z) renormalizes by (T g)(x) = g(g(λx))/λ, λ = g(1). In t = x^z this is
        (1)  (T f)(t) = f(H(t))/λ,    λ = f(1),    H(t) = f(λ^z t)^z.
    On the disc D = {|t − c| < r} with u = (t − c)/r, let ω = (λ^z t − c)/r, w = (H − c)/r and u₁ = (1 − c)/r. Then
        (2)  DT_f v = (v ∘ w)/λ + a · (v ∘ ω) + v(1) b,
             a = z f(λ^z t)^(z−1) f_u(w)/(λ r),    b = a · (z λ^(z−1)/r) t f_u(ω) − f(w)/λ²,    f_u = df/du;
        (3)  ‖DT_f u^k‖ ≤ B_k = ‖w‖^k/|λ| + ‖a‖ ‖ω‖^k + |u₁|^k ‖b‖, which decreases in k to 0: DT_f is compact;
        (4)  at a fixed point with f(0) = 1:  (DT_f v)(0) = κ v(0) with κ = z f′(1)/λ, and κ = λ^−z if f′(0) ≠ 0.
    κ belongs to the dilations g(x) ↦ g(sx)/s. The tangent space of the normalisation g(0) = 1 is {v(0) = 0}, which
    DT_f maps into itself; changes of coordinate x ↦ x + εx^(1+kz), k ≥ 1, have the eigenvalues λ^(kz) there.

Hypotheses
    H1  ‖ω‖ < 1, ‖w‖ < 1, |u₁| < 1 for every f in the enclosure: checked, else OutsideDisc. By (1) of
        theory/analytic_functions.py these are inclusions of domains, and T f is again analytic on D.
    H2  z even, so that |λx|^z = λ^z x^z and |f|^z = f^z are analytic.

Derivation
    (2) is the derivative of (1) in the direction v, with Dλ = v(1): the four places where f occurs are the outer
    function, the inner one, λ^z in the inner argument, and 1/λ; f_u v stands for r (df/dt) v. Every factor is in 𝓐
    by H1, so T is C¹ near f. (3): v = u^k gives v ∘ w = w^k, v ∘ ω = ω^k, v(1) = u₁^k, and (2), (3) of
    theory/analytic_functions.py. DT_f is the norm limit of its restrictions to the span of 1, …, u^(n−1).
    (4): at t = 0, H(0) = 1 and (T f)(0) = f(f(0)^z)/f(1); its derivative is v(1)/λ + z f′(1) v(0)/λ − v(1) f(1)/λ².
    Comparing the terms in t of f = T f: f′(0) = f′(1) z f′(0) λ^z/λ, so z f′(1) = λ^(1−z).

Reference
    P. Cvitanović and M. Feigenbaum, in M. J. Feigenbaum, Quantitative universality for a class of nonlinear
    transformations, J. Stat. Phys. 19 (1978) 25; O. E. Lanford III, A computer-assisted proof of the Feigenbaum
    conjectures, Bull. AMS 6 (1982) 427. The disc, the norm and the formulas in u are ours.
"""

from dataclasses import dataclass

from flint import arb, arb_poly, fmpq

from theory.analytic_functions import Enclosure, OutsideDisc, identity, upper


@dataclass(frozen=True)
class Disc:
    """|t − centre| < radius, t = x^z; the coordinate on it is u = (t − centre)/radius."""

    centre: fmpq
    radius: fmpq

    def coordinate(self, t: arb | int) -> arb:
        """u at the point t."""
        return (arb(t) - self.centre) / self.radius

    def variable(self, length: int) -> Enclosure:
        """The function t = c + r u."""
        return identity(length) * self.radius + self.centre

    def coordinate_of(self, t: Enclosure) -> Enclosure:
        """(t − c)/r for a function t on the disc."""
        return (t - self.centre) / self.radius


@dataclass(frozen=True)
class Linearisation:
    """T f and the factors of DT_f in (2), for every f of an enclosure."""

    image: Enclosure
    scale: arb  # λ
    inner: Enclosure  # ω
    outer: Enclosure  # w
    weight: Enclosure  # a
    drift: Enclosure  # b
    one: arb  # u₁

    def __call__(self, v: Enclosure) -> Enclosure:
        """(2)  DT_f v."""
        return v.after(self.outer) / self.scale + self.weight * v.after(self.inner) + self.drift * v(self.one)

    def columns(self, count: int) -> list[Enclosure]:
        """DT_f u^k for k < count."""
        n = self.outer.length
        outer_power = inner_power = Enclosure(arb_poly([1]), n)
        one_power = arb(1)
        found = []
        for _ in range(count):
            found.append(outer_power / self.scale + self.weight * inner_power + self.drift * one_power)
            outer_power, inner_power = outer_power * self.outer, inner_power * self.inner
            one_power *= self.one
        return found

    def column_bound(self, k: int) -> arb:
        """(3)  B_k, which bounds ‖DT_f u^j‖ for every j ≥ k."""
        terms = (
            self.outer.norm() ** k / abs(self.scale),
            self.weight.norm() * self.inner.norm() ** k,
            abs(self.one) ** k * self.drift.norm(),
        )
        return upper(sum(terms, arb(0)))


def _once(f: Enclosure, disc: Disc, order: int) -> tuple[arb, Enclosure, Enclosure, Enclosure, Enclosure]:
    """λ, ω, f(λ^z t), w and f(w)."""
    scale = f(disc.coordinate(1))
    inner = disc.coordinate_of(disc.variable(f.length) * scale**order)
    middle = f.after(inner)
    outer = disc.coordinate_of(middle**order)
    return scale, inner, middle, outer, f.after(outer)


def renormalized(f: Enclosure, disc: Disc, order: int) -> Enclosure:
    """(1)  T f.    Raises OutsideDisc unless the disc is mapped into itself."""
    scale, *_, composed = _once(f, disc, order)
    return composed / scale


def linearised(f: Enclosure, disc: Disc, order: int) -> Linearisation:
    """(1), (2)  T f and DT_f.    Raises OutsideDisc unless the disc is mapped strictly into itself."""
    scale, inner, middle, outer, composed = _once(f, disc, order)
    for name, size in (("ω", inner.norm()), ("w", outer.norm()), ("u₁", abs(disc.coordinate(1)))):
        if not size < 1:
            raise OutsideDisc(f"{name} has norm up to {size.str(5)}: the disc is not mapped strictly into itself")
    weight = f.derivative_after(outer) * middle ** (order - 1) * (order / (scale * disc.radius))
    stretch = disc.variable(f.length) * f.derivative_after(inner) * (order * scale ** (order - 1) / disc.radius)
    drift = weight * stretch - composed / scale**2
    return Linearisation(composed / scale, scale, inner, outer, weight, drift, disc.coordinate(1))
