"""The loops of bank/compiled.py over networks, layers and samples, which numba makes machine code of.

A network's numbers p (P,) are laid out as a Network's: every weight (fan_in, fan_out), first layer first, then every
bias. ``values`` and ``signals`` (units above the inputs, batch) have a row for each unit: what it gives, and its signal
−∂L/∂z times the rate. The innermost loops run over the samples of a batch, which lie side by side, so that the
processor takes several at once; sums are taken in whatever order suits it, the same one every time. Products are
BLAS's, whose functions SciPy lends.

All is for float64 and for float32, of which every array is then. Arrays are in C order and may be written to; others
would be compiled for anew. What is compiled is kept beside this file, or in the user's cache folder; it is one file
since only its own changes are noticed there.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import binding
from numba import njit, types
from numba.extending import get_cython_function_address, overload
from numpy.typing import NDArray
from scipy.linalg import cython_blas

from lsexplorer.nn.arrays import Array

TANH, RELU, LOGISTIC, IDENTITY, SOFTMAX = range(5)
LOGIT_PENALTY, CONFIDENCE_PENALTY, MAX_SUPPRESSION, MARGIN_SMOOTHING, Z_LOSS, FOCAL_GAMMA = range(6)

CHUNK = 2**16
"""Inputs that are gathered at once, which should fit the second cache: a network then takes several steps on them."""

_FREEDOM = {"contract", "reassoc", "nsz"}
"""What the compiler may do to sums for speed; ∞ and NaN stay what they are."""
_inlined = njit(inline="always")
"""Becomes part of the function that calls it, since a call with rows of arrays takes as long as a small layer."""


class Blas(NamedTuple):
    """Where BLAS finds what it takes by address, besides the matrices."""

    letters: NDArray[np.uint8]
    """N and T, for a matrix that is stored by columns and for one that is stored by rows."""
    sizes: NDArray[np.int32]
    """m, n, k and the lengths of the stored columns of a, b and c."""
    factors: Array
    """0, 1, and one that changes."""


def new_blas(dtype: type[np.floating[Any]]) -> Blas:
    """One to be used in one thread, and to be kept until the compiled function that was given it has returned."""
    letters = np.frombuffer(b"NT", dtype=np.uint8).copy()
    return Blas(letters, np.zeros(6, dtype=np.int32), np.array([0, 1, 0], dtype=dtype))


def of_scipy(name: str) -> Any:
    """BLAS's dgemm or sgemm for compiled code, which finds it by name when it is loaded.

    Raises ImportError for a SciPy whose BLAS counts in other integers than C's int.
    """
    if repr(cython_blas.__pyx_capi__[name]).count(", int *") != len(new_blas(np.float64).sizes):
        raise ImportError(f"SciPy's {name} takes other integers")
    binding.add_symbol(f"lsexplorer_{name}", get_cython_function_address("scipy.linalg.cython_blas", name))
    return types.ExternalFunction(f"lsexplorer_{name}", types.void(*[types.intp] * 13))


_GEMM = {types.float64: of_scipy("dgemm"), types.float32: of_scipy("sgemm")}


Matrix = tuple[int, int, int]
"""Its address; 1 if it is stored by rows, 0 if by columns; how many numbers further the next row or column begins."""


def product(blas: Blas, shape: tuple[int, int, int], a: Matrix, b: Matrix, factor: int, c: Matrix) -> None:
    """Make c ← a·b + factor·c, of shape (m, n, k): (m, k) times (k, n); c is stored by columns.

    factor: 0 or 1, or 2 for the last of blas.factors.
    """


@overload(product, strict=False)
def _product(blas: Any, *_: Any) -> Any:
    gemm = _GEMM[blas.types[2].dtype]

    def call(blas: Any, shape: Any, a: Any, b: Any, factor: Any, c: Any) -> None:
        letters, sizes, factors = blas.letters.ctypes.data, blas.sizes, blas.factors.ctypes.data
        sizes[0], sizes[1], sizes[2] = shape
        sizes[3], sizes[4], sizes[5] = a[2], b[2], c[2]
        m, width = sizes.ctypes.data, blas.factors.itemsize
        n, k, a_length, b_length, c_length = m + 4, m + 8, m + 12, m + 16, m + 20
        one, beta = factors + width, factors + factor * width
        gemm(letters + a[1], letters + b[1], m, n, k, one, a[0], a_length, b[0], b_length, beta, c[0], c_length)

    return call


def exp(z: Array, first: int, last: int, n: int, scale: float) -> None:
    """Rows ``first`` to ``last`` of z become e^(scale·z), to within 2 units in the last place.

    It is 2^k·e^r with |r| ≤ ½ log 2, and the Taylor series of e^r. NaN stays NaN; for numbers below and above which e^x
    is no normal number it is that of the bound.
    """


# 1.5·2⁵², and 1.5·2²³: a much smaller number that this is added to has its nearest integer in its last bits.
@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _exp_64(z: Array, first: int, last: int, n: int, scale: float) -> None:
    for row in range(first, last):
        for i in range(n):
            x = scale * z[row, i]
            x = -708.0 if x < -708.0 else x
            x = 709.0 if x > 709.0 else x
            shifted = x * 1.4426950408889634 + 6755399441055744.0
            k = shifted - 6755399441055744.0
            r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
            e = r * (1 / 6227020800) + 1 / 479001600
            e = e * r + 1 / 39916800
            e = e * r + 1 / 3628800
            e = e * r + 1 / 362880
            e = e * r + 1 / 40320
            e = e * r + 1 / 5040
            e = e * r + 1 / 720
            e = e * r + 1 / 120
            e = e * r + 1 / 24
            e = e * r + 1 / 6
            e = e * r + 1 / 2
            e = e * r + 1
            e = e * r + 1
            power: Any = (np.float64(shifted).view(np.int64) + 1023) << 52
            z[row, i] = e * np.int64(power).view(np.float64)


_F = np.float32


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _exp_32(z: Array, first: int, last: int, n: int, scale: float) -> None:
    for row in range(first, last):
        for i in range(n):
            x = _F(scale) * z[row, i]
            x = _F(-87.0) if x < _F(-87.0) else x
            x = _F(88.0) if x > _F(88.0) else x
            shifted = x * _F(1.4426950408889634) + _F(12582912.0)
            k = shifted - _F(12582912.0)
            r = (x - k * _F(0.693359375)) - k * _F(-2.12194440e-4)
            e = r * _F(1 / 5040) + _F(1 / 720)
            e = e * r + _F(1 / 120)
            e = e * r + _F(1 / 24)
            e = e * r + _F(1 / 6)
            e = e * r + _F(1 / 2)
            e = e * r + _F(1)
            e = e * r + _F(1)
            power: Any = (np.float32(shifted).view(np.int32) + np.int32(127)) << np.int32(23)
            z[row, i] = e * np.int32(power).view(np.float32)


@overload(exp, strict=False)
def _exp(z: Any, first: Any, last: Any, n: Any, scale: Any) -> Any:
    of = _exp_32 if z.dtype == types.float32 else _exp_64
    return lambda z, first, last, n, scale: of(z, first, last, n, scale)


@_inlined
def activated(z: Array, first: int, last: int, n: int, function: int) -> None:
    """An element-wise function of rows ``first`` to ``last`` of z, in place: 1 − 2/(1 + e^2z), or 1/(1 + e^−z)."""
    zero, one = z.dtype.type(0), z.dtype.type(1)
    if function == RELU:
        for k in range(first, last):
            for i in range(n):
                z[k, i] = zero if z[k, i] < zero else z[k, i]
    elif function != IDENTITY:
        exp(z, first, last, n, 2.0 if function == TANH else -1.0)
        constant, factor = (one, z.dtype.type(-2)) if function == TANH else (zero, one)
        for k in range(first, last):
            for i in range(n):
                z[k, i] = constant + factor / (one + z[k, i])


@_inlined
def softmax(z: Array, first: int, last: int, n: int, spare: Array) -> None:
    """Softmax over rows ``first`` to ``last`` of z, in place; ``spare`` (2, n) becomes the largest and 1/Σ."""
    one = z.dtype.type(1)
    for i in range(n):
        spare[0, i] = z[first, i]
        spare[1, i] = 0.0
    for k in range(first + 1, last):
        for i in range(n):
            spare[0, i] = z[k, i] if z[k, i] > spare[0, i] else spare[0, i]
    for k in range(first, last):
        for i in range(n):
            z[k, i] -= spare[0, i]
    exp(z, first, last, n, 1.0)
    for k in range(first, last):
        for i in range(n):
            spare[1, i] += z[k, i]
    for i in range(n):
        spare[1, i] = one / spare[1, i]
    for k in range(first, last):
        for i in range(n):
            z[k, i] *= spare[1, i]


@_inlined
def times_slope(signals: Array, values: Array, first: int, last: int, n: int, function: int) -> None:
    """Multiply rows ``first`` to ``last`` of the signals by the activation's slope, from its values."""
    zero, one = values.dtype.type(0), values.dtype.type(1)
    for k in range(first, last):
        if function == TANH:
            for i in range(n):
                signals[k, i] *= one - values[k, i] * values[k, i]
        elif function == RELU:
            for i in range(n):
                signals[k, i] *= one if values[k, i] > zero else zero
        elif function == LOGISTIC:
            for i in range(n):
                signals[k, i] *= values[k, i] * (one - values[k, i])


class Rules(NamedTuple):
    """How R networks are trained."""

    rates: Array
    """η of each (R,)."""
    shrinks: Array
    """What weights are multiplied by in a step (R, layers)."""
    l1: Array
    """η·λ of L1 (R,)."""
    penalties: Array
    """The strength of each penalty on the logits (R, 6), in the order of their codes; (0, 6) where there is none."""
    margin: float
    """Of margin smoothing."""
    function: int
    """The code of the activation."""
    output: int
    """That of the output function."""


class Work(NamedTuple):
    """What a batch is run through a network in: a row of each unit above the inputs, and a column of each sample."""

    values: Array
    """(units, batch)."""
    signals: Array
    """(units, batch)."""
    logits: Array
    """Of the last layer (K, batch), for penalties on them."""
    spare: Array
    """(2, batch)."""
    blas: Blas


@_inlined
def new_work(like: Array, sizes: Array, batch: int, rules: Rules, blas: Blas) -> Work:
    """The arrays for a batch through a network of these sizes, of the same type as ``like``."""
    shape, logits = (sizes[1:].sum(), batch), (sizes[-1] if len(rules.penalties) else 0, batch)
    values, signals, dtype = np.empty(shape, like.dtype), np.empty(shape, like.dtype), like.dtype
    return Work(values, signals, np.empty(logits, dtype), np.empty((2, batch), dtype), blas)


@_inlined
def add_biases(p: Array, bias: int, values: Array, first: int, last: int, n: int, is_first: bool) -> None:
    """Add biases, p from ``bias`` on, to rows ``first`` to ``last`` of values; is_first: nothing is there yet."""
    for k in range(first, last):
        b = p[bias + k - first]
        if is_first:
            for i in range(n):
                values[k, i] = b
        else:
            for i in range(n):
                values[k, i] += b


@_inlined
def forward(p: Array, address: int, sizes: Array, inputs: int, work: Work, n: int, rules: Rules) -> None:
    """Fill in the values of every layer: z = Wᵀh + b and its function.

    address: that of p. inputs: that of the batch's inputs, stored by rows. Of a network that begins with 0 inputs the
    values of the first layer hold its z − b.
    """
    values, blas, above, last = work.values, work.blas, 0, len(sizes) - 2
    batch, width, W, bias = values.shape[1], values.itemsize, address, p.size - sizes[1:].sum()
    h = 0
    for layer in range(last + 1):
        fan_in, fan_out, z = sizes[layer], sizes[layer + 1], values.ctypes.data + above * batch * width
        add_biases(p, bias, values, above, above + fan_out, n, fan_in > 0)
        if layer > 0:
            product(blas, (n, fan_out, fan_in), (h, 0, batch), (W, 1, fan_out), 1, (z, 0, batch))
        elif fan_in > 0:
            product(blas, (n, fan_out, fan_in), (inputs, 1, fan_in), (W, 1, fan_out), 1, (z, 0, batch))
        if layer < last:
            activated(values, above, above + fan_out, n, rules.function)
        else:
            for k in range(len(work.logits)):
                for i in range(n):
                    work.logits[k, i] = values[above + k, i]
            if rules.output == SOFTMAX:
                softmax(values, above, above + fan_out, n, work.spare)
            else:
                activated(values, above, above + fan_out, n, rules.output)
        W, bias, above, h = W + fan_in * fan_out * width, bias + fan_out, above + fan_out, z


@_inlined
def add_penalties(work: Work, n: int, rules: Rules, r: int) -> None:
    """Add what penalties on the logits add to the signals, where the targets t′ are; see nn/logit_penalties.py.

    All but the first are for softmax alone.
    """
    z, o, signals, real = work.logits, work.values, work.signals, work.values.dtype.type
    first, strengths, margin, share = len(o) - len(z), rules.penalties[r], real(rules.margin), real(1) / real(len(z))
    of_logits, of_confidence, gamma = strengths[LOGIT_PENALTY], strengths[CONFIDENCE_PENALTY], strengths[FOCAL_GAMMA]
    of_largest, of_margin, of_z = strengths[MAX_SUPPRESSION], strengths[MARGIN_SMOOTHING], strengths[Z_LOSS]
    if rules.output != SOFTMAX:
        for k in range(len(z)):
            for i in range(n):
                signals[first + k, i] -= of_logits * z[k, i]
        return
    for i in range(n):
        at, largest, all_others = 0, z[0, i], real(0)
        for k in range(1, len(z)):
            if z[k, i] > largest:
                at, largest = k, z[k, i]
        log_sum, minus_entropy, below, through = largest - np.log(o[first + at, i]), real(0), real(0), real(0)
        for k in range(len(z)):
            p = o[first + k, i]
            minus_entropy += p * (z[k, i] - log_sum)
            all_others += p if k != at else real(0)
        for k in range(len(z)):
            p, t, log_p = o[first + k, i], signals[first + k, i], z[k, i] - log_sum
            is_below = real(1) if largest - z[k, i] > margin else real(0)
            below += is_below
            signals[first + k, i] += of_largest * share - of_logits * z[k, i] + of_margin * is_below
            signals[first + k, i] -= p * (of_confidence * (log_p - minus_entropy) + of_z * log_sum)
            if gamma > 0 and t != 0:
                rest = all_others if k == at else real(1) - p  # 1 − o, also where o is nearly 1
                ratio = log_p / rest if rest > 0 else real(-1)
                own = t * (rest**gamma * (real(1) - gamma * (p * ratio)) - real(1))
                through += own
                signals[first + k, i] += own
        signals[first + at, i] -= of_largest + of_margin * below
        for k in range(len(z)):
            signals[first + k, i] -= o[first + k, i] * through


@_inlined
def penalize(work: Work, last: int, n: int, rate: float, rules: Rules, r: int) -> None:
    """In the signals from row ``last`` on, for the targets t′, put t′ − o and what penalties add, times the rate."""
    add_penalties(work, n, rules, r)
    for k in range(last, len(work.values)):
        for i in range(n):
            work.signals[k, i] = rate * (work.signals[k, i] - work.values[k, i])


@_inlined
def backward(p: Array, address: int, sizes: Array, inputs: int, work: Work, n: int, rules: Rules, r: int) -> None:
    """Send the last layer's signals δ back and train one step: W ← shrink·W − ηλ·sign W + h·δᵀ and b ← b + Σδ.

    address, inputs: as for ``forward``. r: the number of the network.
    """
    values, signals, blas, zero = work.values, work.signals, work.blas, work.values.dtype.type(0)
    batch, width, bias, above = values.shape[1], values.itemsize, p.size, sizes[1:].sum()
    W = address + (p.size - above) * width
    for layer in range(len(sizes) - 2, -1, -1):
        fan_in, fan_out = sizes[layer], sizes[layer + 1]
        W, bias, above = W - fan_in * fan_out * width, bias - fan_out, above - fan_out
        below = above - fan_in
        delta = signals.ctypes.data + above * batch * width
        if layer > 0:
            back = signals.ctypes.data + below * batch * width
            product(blas, (n, fan_in, fan_out), (delta, 0, batch), (W, 0, fan_out), 0, (back, 0, batch))
            times_slope(signals, values, below, above, n, rules.function)
        blas.factors[2] = rules.shrinks[r, layer]
        if rules.l1[r] > 0:
            w, l1, shrink = p[(W - address) // width :], rules.l1[r], rules.shrinks[r, layer]
            for j in range(fan_in * fan_out):
                up, down = l1 if w[j] < 0 else zero, l1 if w[j] > 0 else zero
                w[j] = w[j] * shrink + (up - down)
            blas.factors[2] = 1
        if layer > 0:
            h = values.ctypes.data + below * batch * width
            product(blas, (fan_out, fan_in, n), (delta, 1, batch), (h, 0, batch), 2, (W, 0, fan_out))
        elif fan_in > 0:
            product(blas, (fan_out, fan_in, n), (delta, 1, batch), (inputs, 1, fan_in), 2, (W, 0, fan_out))
        for o in range(fan_out):
            total = zero
            for i in range(n):
                total += signals[above + o, i]
            p[bias + o] += total


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FREEDOM)
def train(
    P: Array,
    X: Array,
    targets: Array,
    kind: Array,
    orders: Array,
    order_of: Array,
    rules: Rules,
    diverged: Array,
    sizes: Array,
    batch: int,
    start: int,
    end: int,
    blas: Blas,
) -> None:
    """Train every network from batch ``start`` of an epoch up to ``end``, by SGD on the error t′ − o and penalties.

    P (R, P): parameters, in place. X (rows, inputs). targets (R, distinct, K): t′ of each kind of sample, and kind
    (rows,) which one a row has. orders (orders, rows): an epoch's rows in order, and order_of (R,) whose is which.
    diverged (R,): whose numbers have overflowed, which becomes True in that step, as the numbers become NaN.
    """
    outputs, rows, inputs, penalized = sizes[-1], orders.shape[1], sizes[0], len(rules.penalties) > 0
    work, last = new_work(P, sizes, batch, rules, blas), sizes[1:-1].sum()
    steps = min(end - start, max(1, CHUNK // (batch * inputs)))
    x = np.empty((min(steps * batch, rows), inputs), P.dtype)
    for begin in range(start, end, steps):
        gathered, first_row = -1, begin * batch
        for r in range(len(P)):
            p, address, order = P[r], P.ctypes.data + r * P.shape[1] * P.itemsize, orders[order_of[r]]
            if gathered != order_of[r]:
                gathered = order_of[r]
                for i in range(first_row, min(rows, (begin + steps) * batch)):
                    x[i - first_row] = X[order[i]]
            for step in range(begin, min(begin + steps, end)):
                if diverged[r]:
                    break
                first = step * batch
                n, of_batch = min(batch, rows - first), x.ctypes.data + (first - first_row) * inputs * x.itemsize
                forward(p, address, sizes, of_batch, work, n, rules)
                rate = rules.rates[r] / P.dtype.type(n)
                for i in range(n):
                    t = kind[order[first + i]]
                    for k in range(outputs):
                        error = targets[r, t, k] - work.values[last + k, i]
                        work.signals[last + k, i] = targets[r, t, k] if penalized else rate * error
                if penalized:
                    penalize(work, last, n, rate, rules, r)
                backward(p, address, sizes, of_batch, work, n, rules, r)
                squares = P.dtype.type(0)
                for j in range(P.shape[1]):
                    squares += p[j] * p[j]
                if not squares < np.inf:  # np.isfinite does not hold where sums may be reordered
                    p[:] = np.nan
                    diverged[r] = True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FREEDOM)
def train_above(P: Array, z: Array, deltas: Array, targets: Array, rules: Rules, sizes: Array, blas: Blas) -> None:
    """Train every network's layers above the first, and the first one's biases, one step as ``train`` does.

    P (R, Q): their parameters, laid out as those of a network with no inputs; in place. z (R, units, n): the first
    layer's logits, less the biases. deltas (R, units, n): becomes the first layer's signals times the rate. targets
    (R, K, n): t′. sizes: units of each layer, inputs first: 0.
    """
    outputs, width, n, penalized = sizes[-1], sizes[1], z.shape[2], len(rules.penalties) > 0
    work, last = new_work(P, sizes, n, rules, blas), sizes[1:-1].sum()
    for r in range(len(P)):
        p, address = P[r], P.ctypes.data + r * P.shape[1] * P.itemsize
        work.values[:width] = z[r]
        forward(p, address, sizes, 0, work, n, rules)
        rate = rules.rates[r] / P.dtype.type(n)
        for k in range(outputs):
            for i in range(n):
                error = targets[r, k, i] - work.values[last + k, i]
                work.signals[last + k, i] = targets[r, k, i] if penalized else rate * error
        if penalized:
            penalize(work, last, n, rate, rules, r)
        backward(p, address, sizes, 0, work, n, rules, r)
        deltas[r] = work.signals[:width]
