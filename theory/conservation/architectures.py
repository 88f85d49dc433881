"""Architectures as programs over any ring: dense, convolutional, residual, attention, normalised, gated.

Activations are named: linear, relu, leaky, square, relu2 (max(u, 0)²), tanh, gelu, silu.
Each builder returns a `Model` whose arrays are named as in the laws: W1, W2, …, b1, …; Q, K, V, O; gamma, beta.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count, islice

from flint import fmpq, fmpz

from theory.conservation.models import Array, Arrays, Model
from theory.conservation.tapes import Node

LEAK = fmpq(1, 10)


def activation(name: str) -> Callable[[Node], Node]:
    """φ by name; ValueError names those there are."""
    if name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r}: unknown; there are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def _relu(u: Node) -> Node:
    return u if u.positive() else u * 0


def _leaky(u: Node) -> Node:
    return u if u.positive() else u * LEAK


def _silu(u: Node) -> Node:
    return u * ((-u).apply("exp") + 1).inverse()


ACTIVATIONS: Mapping[str, Callable[[Node], Node]] = {
    "linear": lambda u: u,
    "relu": _relu,
    "leaky": _leaky,
    "square": lambda u: u * u,
    "relu2": lambda u: _relu(u) * u,
    "tanh": lambda u: u.apply("tanh"),
    "gelu": lambda u: u * u.apply("normal"),
    "silu": _silu,
}


def dot(a: Sequence[Node], b: Sequence[Node]) -> Node:
    """Σ a_i b_i."""
    return a[0].tape.inner(a, b)


def times(w: Array, x: Sequence[Node]) -> list[Node]:
    """W x."""
    return [dot(w.row(i), x) for i in range(len(w))]


def shifted(x: Sequence[Node], b: Array | None) -> list[Node]:
    """x + b."""
    return list(x) if b is None else [u + v for u, v in zip(x, b.nodes, strict=True)]


def dense(dims: Sequence[int], phi: str = "relu", biases: str = "none", frozen: Sequence[int] = ()) -> Model:
    """W_L φ(… φ(W_1 x + b_1) …) + b_L, widths `dims`; biases none, hidden or all; layers in `frozen` are held."""
    if biases not in ("none", "hidden", "all"):
        raise ValueError(f"biases {biases!r}: must be none, hidden or all")
    depth, f = len(dims) - 1, activation(phi)
    matrices = {f"W{l}": (dims[l], dims[l - 1]) for l in range(1, depth + 1)}
    last = depth if biases == "all" else depth - 1 if biases == "hidden" else 0
    vectors = {f"b{l}": (dims[l],) for l in range(1, last + 1)}
    held = {f"W{l}": matrices.pop(f"W{l}") for l in frozen}

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        h = list(x)
        for l in range(1, depth + 1):
            h = shifted(times(arrays[f"W{l}"], h), arrays.get(f"b{l}"))
            h = h if l == depth else [f(u) for u in h]
        return h

    note = {"none": "", "hidden": " with hidden biases", "all": " with biases"}[biases]
    return Model(f"{phi} network {list(dims)}{note}", {**matrices, **vectors}, program, dims[0], held)


def factorised(n: int, r: int, m: int) -> Model:
    """U Vᵀ, U (n, r), V (m, r): the two-layer linear network with its matrix as the output."""

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        u, v = arrays["U"], arrays["V"]
        return [dot(u.row(i), v.row(j)) for i in range(n) for j in range(m)]

    return Model(f"U Vᵀ ({n}, {r}, {m})", {"U": (n, r), "V": (m, r)}, program, 0)


def residual(width: int, inner: int, blocks: int = 1, phi: str = "relu") -> Model:
    """x ↦ x + U φ(V x), `blocks` times; a linear φ leaves x + U V x."""
    f = activation(phi)
    shapes: dict[str, tuple[int, ...]] = {}
    for k in range(1, blocks + 1):
        shapes |= {f"V{k}": (inner, width), f"U{k}": (width, inner)}

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        h = list(x)
        for k in range(1, blocks + 1):
            branch = times(arrays[f"U{k}"], [f(u) for u in times(arrays[f"V{k}"], h)])
            h = [a + b for a, b in zip(h, branch, strict=True)]
        return h

    return Model(f"{blocks} residual {phi} blocks, {width} wide", shapes, program, width)


def one_matrix_residual(width: int, blocks: int = 2, phi: str = "linear") -> Model:
    """x ↦ x + φ(W x), `blocks` times."""
    f = activation(phi)

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        h = list(x)
        for k in range(1, blocks + 1):
            h = [a + f(b) for a, b in zip(h, times(arrays[f"W{k}"], h), strict=True)]
        return h

    shapes = {f"W{k}": (width, width) for k in range(1, blocks + 1)}
    return Model(f"{blocks} blocks x + {phi}(Wx), {width} wide", shapes, program, width)


def convolution(channels: Sequence[int], kernel: int = 2, phi: str = "relu", length: int | None = None) -> Model:
    """One-dimensional convolutions without padding, φ between them; the outputs are all positions left."""
    f, depth = activation(phi), len(channels) - 1
    size = length or depth * (kernel - 1) + 2
    shapes = {f"C{l}": (channels[l], channels[l - 1], kernel) for l in range(1, depth + 1)}

    def layer(c: Array, h: list[list[Node]]) -> list[list[Node]]:
        out, into, width = c.shape
        steps = range(len(h[0]) - width + 1)
        flat = [[h[i][s + k] for i in range(into) for k in range(width)] for s in steps]
        rows = [[c[o, i, k] for i in range(into) for k in range(width)] for o in range(out)]
        return [[dot(row, window) for window in flat] for row in rows]

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        h = [list(x[i * size : (i + 1) * size]) for i in range(channels[0])]
        for l in range(1, depth + 1):
            h = layer(arrays[f"C{l}"], h)
            h = h if l == depth else [[f(u) for u in row] for row in h]
        return [u for row in h for u in row]

    return Model(f"{phi} convolution, channels {list(channels)}", shapes, program, channels[0] * size)


def attention(
    width: int,
    head: int,
    heads: int = 1,
    shared: int = 1,
    tokens: int = 2,
    softmax: bool = True,
    rotary: bool = False,
    key_bias: bool = False,
    causal: bool = False,
) -> Model:
    """Σ_h O_h A_h V_h X, A_h the softmax of (K x_s)·(Q x_t); `shared` query heads use one K and V (grouped queries).

    `causal`: s runs up to t.

    `rotary` turns queries and keys by position, by rational rotations; needs an even head. Raises ValueError else.
    """
    if rotary and head % 2:
        raise ValueError(f"head of width {head}: rotary positions turn pairs, so it must be even")
    if heads % shared:
        raise ValueError(f"{heads} heads in groups of {shared}: the group must divide the number of heads")
    shapes: dict[str, tuple[int, ...]] = {}
    for h in range(1, heads + 1):
        group = (h - 1) // shared + 1
        shapes |= {
            f"Q{h}": (head, width),
            f"K{group}": (head, width),
            f"V{group}": (head, width),
            f"O{h}": (width, head),
        }
        if key_bias:
            shapes |= {f"c{group}": (head,)}

    def one_head(arrays: Arrays, h: int, xs: list[list[Node]]) -> list[list[Node]]:
        group = (h - 1) // shared + 1
        queries = [turned(times(arrays[f"Q{h}"], x), t if rotary else 0) for t, x in enumerate(xs)]
        bias = arrays.get(f"c{group}")
        keys = [turned(shifted(times(arrays[f"K{group}"], x), bias), t if rotary else 0) for t, x in enumerate(xs)]
        values = [times(arrays[f"V{group}"], x) for x in xs]
        out = []
        for t, query in enumerate(queries):
            seen = t + 1 if causal else tokens
            scores = [dot(key, query) for key in keys[:seen]]
            weights = normalised([s.apply("exp") for s in scores]) if softmax else scores
            mixed = [dot(weights, [value[i] for value in values[:seen]]) for i in range(head)]
            out.append(times(arrays[f"O{h}"], mixed))
        return out

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        xs = [list(x[t * width : (t + 1) * width]) for t in range(tokens)]
        total = [u for row in one_head(arrays, 1, xs) for u in row]
        for h in range(2, heads + 1):
            total = [a + b for a, b in zip(total, (u for row in one_head(arrays, h, xs) for u in row), strict=True)]
        return total

    kind = ("softmax " if softmax else "linear ") + ("rotary " if rotary else "") + ("causal " if causal else "")
    return Model(f"{kind}attention, {heads} heads of {head}, width {width}", shapes, program, tokens * width, None, 2)


def scores(width: int, head: int, tokens: int = 2, rotary: bool = False) -> Model:
    """softmax of (K x_s)·(Q x_t) over s, the weights of attention by themselves."""
    inner = attention(width, head, tokens=tokens, rotary=rotary)

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        xs = [list(x[t * width : (t + 1) * width]) for t in range(tokens)]
        keys = [turned(times(arrays["K"], y), t if rotary else 0) for t, y in enumerate(xs)]
        queries = [turned(times(arrays["Q"], y), t if rotary else 0) for t, y in enumerate(xs)]
        return [w for q in queries for w in normalised([dot(k, q).apply("exp") for k in keys])]

    shapes = {"Q": (head, width), "K": (head, width)}
    return Model(f"{inner.name}, weights alone", shapes, program, tokens * width, None, 2)


def turned(x: Sequence[Node], position: int) -> list[Node]:
    """The pair k of x turned `position` times by its own rational rotation."""
    out = list(x)
    for k in range(0, len(out) if position else 0, 2):
        c, s = rotation(k // 2, position)
        out[k], out[k + 1] = out[k] * c + out[k + 1] * -s, out[k] * s + out[k + 1] * c
    return out


@cache
def rotation(pair: int, times: int = 1) -> tuple[fmpq, fmpq]:
    """(cos, sin) of `times` the angle of (a + ib)²/p, p = a² + b² the prime 5, 13, 17, … of the pair.

    By unique factorisation in Z[i] no product of powers of these is 1, so the angles and π have no rational relation:
    they are as generic as frequencies can be.
    """
    a, b = _gaussian_prime(pair)
    c, s = fmpq(a * a - b * b, a * a + b * b), fmpq(2 * a * b, a * a + b * b)
    cosine, sine = fmpq(1), fmpq(0)
    for _ in range(times):
        cosine, sine = cosine * c - sine * s, cosine * s + sine * c
    return cosine, sine


def _gaussian_prime(number: int) -> tuple[int, int]:
    """(a, b), a > b > 0, with a² + b² a prime: the primes 4k + 1 in their order."""
    primes = (p for p in count(5, 4) if fmpz(p).is_prime())
    p = next(islice(primes, number, None))
    return next((a, b) for a in range(p) for b in range(1, a) if a * a + b * b == p)


def largest(x: Sequence[Node]) -> Node:
    """max x."""
    best = x[0]
    for u in x[1:]:
        best = best if best.above(u) else u
    return best


def normalised(x: Sequence[Node]) -> list[Node]:
    """x_i / Σ x."""
    total = x[0]
    for u in x[1:]:
        total = total + u
    inverse = total.inverse()
    return [u * inverse for u in x]


def mean(x: Sequence[Node]) -> Node:
    """Σ x_i / n."""
    total = x[0]
    for u in x[1:]:
        total = total + u
    return total * fmpq(1, len(x))


def standardised(x: Sequence[Node], epsilon: fmpq | int = 0, centred: bool = True) -> list[Node]:
    """(x − mean)/√(mean square + ε), or x/√(mean square + ε)."""
    middle = mean(x) if centred else None
    away = [u - middle for u in x] if middle is not None else list(x)
    root = (mean([u * u for u in away]) + epsilon).apply("root").inverse()
    return [u * root for u in away]


def softmax_classifier(classes: int, inputs: int) -> Model:
    """softmax(W x)."""

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        return normalised([u.apply("exp") for u in times(arrays["W"], x)])

    return Model(f"softmax classifier ({classes}, {inputs})", {"W": (classes, inputs)}, program, inputs, None, 2)


def batch_normed(
    inputs: int,
    hidden: int,
    outputs: int,
    batch: int = 4,
    epsilon: fmpq | int = 0,
    affine: bool = False,
    bias: bool = False,
) -> Model:
    """W2 relu(γ BN(W1 x + b) + β) on a batch; a datum is the batch, the outputs are all of its outputs."""
    shapes: dict[str, tuple[int, ...]] = {"W1": (hidden, inputs)}
    shapes |= {"b1": (hidden,)} if bias else {}
    shapes |= {"gamma": (hidden,), "beta": (hidden,)} if affine else {}
    shapes |= {"W2": (outputs, hidden)}

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        rows = [shifted(times(arrays["W1"], x[k * inputs : (k + 1) * inputs]), arrays.get("b1")) for k in range(batch)]
        columns = [standardised([row[i] for row in rows], epsilon) for i in range(hidden)]
        if affine:
            columns = [[arrays["gamma"][i] * u + arrays["beta"][i] for u in c] for i, c in enumerate(columns)]
        active = [[_relu(u) for u in c] for c in columns]
        return [y for k in range(batch) for y in times(arrays["W2"], [c[k] for c in active])]

    kind = ("affine " if affine else "") + (f"ε = {epsilon}" if epsilon else "ε = 0")
    return Model(f"batch norm, {kind}, [{inputs}, {hidden}, {outputs}]", shapes, program, batch * inputs)


def layer_normed(rows: int, inputs: int, centred: bool = True, epsilon: fmpq | int = 0, affine: bool = False) -> Model:
    """γ LayerNorm(W x) + β, or RMSNorm if not centred."""
    shapes: dict[str, tuple[int, ...]] = {"W": (rows, inputs)}
    shapes |= {"gamma": (rows,), "beta": (rows,)} if affine else {}

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        out = standardised(times(arrays["W"], x), epsilon, centred)
        return [arrays["gamma"][i] * u + arrays["beta"][i] for i, u in enumerate(out)] if affine else out

    return Model(f"{'layer' if centred else 'RMS'} norm ({rows}, {inputs})", shapes, program, inputs)


def weight_normed(inputs: int, phi: str = "relu") -> Model:
    """u φ(g v·x/|v|), one neuron."""
    f = activation(phi)

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        v = arrays["v"].nodes
        root = dot(v, v).apply("root").inverse()
        return [arrays["u"][0] * f(arrays["g"][0] * dot(v, x) * root)]

    return Model(f"weight-normed neuron, {inputs} inputs", {"v": (inputs,), "g": (1,), "u": (1,)}, program, inputs)


def gated(inputs: int, hidden: int, outputs: int, gate: str = "silu") -> Model:
    """O (φ(G x) ⊙ V x): SwiGLU for silu, bilinear for linear."""
    f = activation(gate)

    def program(arrays: Arrays, x: Sequence[Node]) -> list[Node]:
        pairs = zip(times(arrays["G"], x), times(arrays["V"], x), strict=True)
        return times(arrays["O"], [f(a) * b for a, b in pairs])

    shapes = {"G": (hidden, inputs), "V": (hidden, inputs), "O": (outputs, hidden)}
    return Model(f"{gate}-gated unit [{inputs}, {hidden}, {outputs}]", shapes, program, inputs)
