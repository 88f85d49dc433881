"""Linear state-space networks: x′ = Ax + Bu, y = Cx with n states.

Statement
    The transfer function ψ(z) = C(zI − A)^−1 B has its poles among the eigenvalues of A, and the sum of its
    residues is CB exactly (theory.state_space): the case in which a contour integral can be checked. With several
    inputs and outputs ψ and CB are matrices, one network of one input and one output in each entry.

Initialisation, after LeCun: variance 1/(fan-in) of each layer, for one input
    "joint"     [A B] acts on the state and the input together: fan-in n + 1 for A and B, n for C, as in a recurrent
                cell. E (CB)² = 1/(n + 1).
    "separate"  A and B are layers of their own: fan-in n for A, 1 for B, n for C. E (CB)² = 1.

Reference
    Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp (1998), section 4.6 (variance 1/fan-in).
    The second moments are ours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.contours import Enclosed, residue_sum_inside

Array = NDArray[np.floating]

FAN_INS = ("joint", "separate")


@dataclass(frozen=True)
class StateSpace:
    """A (…, n, n), B (…, n, inputs), C (…, outputs, n): a network, or a batch of networks of the same shape.

    Raises ValueError for width 0, an empty batch, shapes that do not fit, and weights that are NaN or infinite.
    """

    A: Array
    B: Array
    C: Array

    def __post_init__(self) -> None:
        shapes = {name: np.shape(getattr(self, name)) for name in "ABC"}
        written = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        if min(map(len, shapes.values())) < 2 or not _fit(**shapes):
            raise ValueError(
                f"state-space network with {written}: the shapes must be (…, n, n), (…, n, inputs), (…, outputs, n)"
            )
        if any(0 in shape for shape in shapes.values()):
            raise ValueError(f"state-space network with {written}: states, inputs, outputs and draws are at least 1")
        for name in "ABC":
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(
                    f"state-space network: {name} contains NaN or an infinity; look for a diverged run or a damaged "
                    f"file"
                )

    @property
    def width(self) -> int:
        """n, the number of states."""
        return self.A.shape[-1]


def _fit(A: tuple[int, ...], B: tuple[int, ...], C: tuple[int, ...]) -> bool:
    *batch, n, m = A
    return n == m and B[:-1] == (*batch, n) and C[:-2] == tuple(batch) and C[-1] == n


def lecun(
    width: int, rng: np.random.Generator, *, fan_in: str = "joint", draws: int | None = None, probes: int = 1
) -> StateSpace:
    """Gaussian weights of variance 1/fan-in: A (n, n), B (n, probes), C (probes, n), or (draws, …) of each.

    See the module for `fan_in`. Each pair of a probe in B and one in C is a network of one input and one output on
    the same A: cheap draws of it, independent in B and C.
    """
    if width < 1 or probes < 1 or (draws is not None and draws < 1):
        raise ValueError(f"state-space network of width {width}, {draws} draws, {probes} probes: all are at least 1")
    if fan_in not in FAN_INS:
        raise ValueError(f"fan_in = {fan_in!r}: unknown convention; choose one of {', '.join(FAN_INS)}")
    batch = () if draws is None else (draws,)
    into_A, into_B = (width + 1, width + 1) if fan_in == "joint" else (width, 1)
    A = rng.standard_normal((*batch, width, width)) / np.sqrt(into_A)
    B = rng.standard_normal((*batch, width, probes)) / np.sqrt(into_B)
    C = rng.standard_normal((*batch, probes, width)) / np.sqrt(width)
    return StateSpace(A, B, C)


def random_basis(width: int, rng: np.random.Generator) -> Array:
    """An invertible matrix (n, n) with singular values in [1/2, 2], so that its condition number is at most 4."""
    if width < 1:
        raise ValueError(f"basis of {width} vectors: the width is at least 1")
    left, right = (np.linalg.qr(rng.standard_normal((width, width)))[0] for _ in range(2))
    return left * 2.0 ** rng.uniform(-1, 1, width) @ right


def changed_basis(network: StateSpace, P: Array) -> StateSpace:
    """(P^−1 AP, P^−1 B, CP), with P (n, n). Raises ValueError if P does not fit or is singular to rounding."""
    n = network.width
    if P.shape != (n, n):
        raise ValueError(f"change of basis {P.shape} for a network of width {n}: P must be ({n}, {n})")
    condition = np.linalg.cond(P)
    if not condition < 1 / np.finfo(float).eps:
        raise ValueError(f"change of basis with condition number {condition:.1g}: P has no inverse in double precision")
    return StateSpace(np.linalg.solve(P, network.A @ P), np.linalg.solve(P, network.B), network.C @ P)


def side_by_side(first: StateSpace, second: StateSpace) -> StateSpace:
    """The states of both networks, uncoupled, outputs added: `first` widened by the states of `second`."""
    outer = [(net.A.shape[:-2], net.B.shape[-1], net.C.shape[-2]) for net in (first, second)]
    if outer[0] != outer[1]:
        raise ValueError(
            f"widening a network with batch, inputs, outputs {outer[0]} by one with {outer[1]}: they differ"
        )
    m, n = first.width, second.width
    A = np.zeros((*outer[0][0], m + n, m + n))
    A[..., :m, :m], A[..., m:, m:] = first.A, second.A
    return StateSpace(A, np.concatenate([first.B, second.B], axis=-2), np.concatenate([first.C, second.C], axis=-1))


def transfer(network: StateSpace, z: complex | NDArray[np.inexact]) -> NDArray[np.complexfloating]:
    """ψ(z) = C(zI − A)^−1 B at z of shape (points,) or a number, shape (…, outputs, inputs, points) or without points.

    One linear system for each point and network. Raises ValueError at an eigenvalue of A.
    """
    identity = np.eye(network.width)
    values = []
    for point in np.atleast_1d(z):
        try:
            values.append(network.C @ np.linalg.solve(point * identity - network.A, network.B + 0j))
        except np.linalg.LinAlgError:
            raise ValueError(f"ψ has no value at z = {point:g}: it is an eigenvalue of A, where ψ has a pole") from None
    return np.stack(values, axis=-1) if np.ndim(z) else values[0]


def residue_sum(network: StateSpace) -> Array:
    """CB, shape (…, outputs, inputs): the sum of the residues of ψ, in closed form."""
    return network.C @ network.B


def enclosing_radius(network: StateSpace) -> float:
    """Twice the bound min(‖A‖₁, ‖A‖_∞) on the eigenvalues, over the batch; 1 if every A is 0."""
    magnitudes = np.abs(network.A)
    bound = np.minimum(magnitudes.sum(axis=-1).max(axis=-1), magnitudes.sum(axis=-2).max(axis=-1)).max()
    return 2.0 * float(bound) or 1.0


def enclosed_residue_sum(network: StateSpace, *, tolerance: float = 1e-8) -> Enclosed:
    """The sum of the residues of ψ, shape (…, outputs, inputs), from its values on a circle around all eigenvalues."""
    radius = enclosing_radius(network)
    # ψ has negative powers of z alone, so that 4 points alias nothing but high ones.
    return residue_sum_inside(lambda z: transfer(network, z), radius, tolerance=tolerance, points=4, mirrored=True)
