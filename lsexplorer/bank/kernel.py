"""The loops of bank/compiled.py over networks, layers and samples, which numba makes machine code of.

A network's numbers p (P,) are laid out as a Network's: every weight (fan_in, fan_out), first layer first, then every
bias. ``values`` and ``signals`` (units of all layers, batch) have a row for each unit, the inputs' first: what it
gives, and its signal −∂L/∂z times the rate. The innermost loops run over the samples of a batch, which lie side by
side, so that the processor takes several at once; sums are taken in whatever order suits it, the same one every time.

Arrays are in C order and may be written to; others would be compiled for anew. What is compiled is kept beside this
file, or in the user's cache folder.
"""

from typing import Any

import numpy as np
from numba import njit

from lsexplorer.nn.arrays import Array

TANH, RELU, LOGISTIC, IDENTITY, SOFTMAX = range(5)

_LOG2_E, _LN2_HIGH, _LN2_LOW = 1.4426950408889634, 0.693147180369123816490, 1.90821492927058770002e-10
_TO_INTEGER = 6755399441055744.0
"""1.5·2⁵²: a float64 of at most 2⁵¹ that this is added to has its nearest integer in its last bits."""
_LOWEST, _HIGHEST = -708.0, 709.0
"""Between these e^x is a normal number."""
_FREEDOM = {"contract", "reassoc", "nsz"}
"""What the compiler may do to sums for speed; ∞ and NaN stay what they are."""
_inlined = njit(inline="always")
"""Becomes part of the function that calls it, since a call with rows of arrays takes as long as a small layer."""


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def exp(z: Array, first: int, last: int, n: int, scale: float) -> None:
    """Rows ``first`` to ``last`` of z become e^(scale·z), to within 2 units in the last place.

    It is 2^k·e^r with |r| ≤ ½ log 2, and the Taylor series of e^r. NaN stays NaN; below _LOWEST and above _HIGHEST it
    is that of the bound.
    """
    for row in range(first, last):
        values = z[row]
        for i in range(n):
            x = scale * values[i]
            x = _LOWEST if x < _LOWEST else x
            x = _HIGHEST if x > _HIGHEST else x
            shifted = x * _LOG2_E + _TO_INTEGER
            k = shifted - _TO_INTEGER
            r = (x - k * _LN2_HIGH) - k * _LN2_LOW
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
            values[i] = e * np.int64(power).view(np.float64)


@_inlined
def activated(z: Array, first: int, last: int, n: int, function: int) -> None:
    """An element-wise function of rows ``first`` to ``last`` of z, in place: 1 − 2/(1 + e^2z), or 1/(1 + e^−z)."""
    if function == RELU:
        for k in range(first, last):
            row = z[k]
            for i in range(n):
                row[i] = 0.0 if row[i] < 0.0 else row[i]
    elif function != IDENTITY:
        exp(z, first, last, n, 2.0 if function == TANH else -1.0)
        constant, factor = (1.0, -2.0) if function == TANH else (0.0, 1.0)
        for k in range(first, last):
            row = z[k]
            for i in range(n):
                row[i] = constant + factor / (1.0 + row[i])


@_inlined
def softmax(z: Array, first: int, last: int, n: int, spare: Array) -> None:
    """Softmax over rows ``first`` to ``last`` of z, in place; ``spare`` (2, n) is written over."""
    largest, total = spare[0], spare[1]
    for i in range(n):
        largest[i] = z[first, i]
        total[i] = 0.0
    for k in range(first + 1, last):
        row = z[k]
        for i in range(n):
            largest[i] = row[i] if row[i] > largest[i] else largest[i]
    for k in range(first, last):
        row = z[k]
        for i in range(n):
            row[i] -= largest[i]
    exp(z, first, last, n, 1.0)
    for k in range(first, last):
        row = z[k]
        for i in range(n):
            total[i] += row[i]
    for i in range(n):
        total[i] = 1.0 / total[i]
    for k in range(first, last):
        row = z[k]
        for i in range(n):
            row[i] *= total[i]


@_inlined
def forward(p: Array, sizes: Array, values: Array, n: int, function: int) -> None:
    """Fill in the values of every layer above the inputs; of the last, which has no activation, the logits."""
    weight, below, layers = 0, 0, len(sizes) - 1
    bias = p.size - sizes[1:].sum()
    for layer in range(layers):
        fan_in, fan_out = sizes[layer], sizes[layer + 1]
        above, whole = below + fan_in, fan_in // 4 * 4
        for o in range(fan_out):
            z, b = values[above + o], p[bias + o]
            for i in range(n):
                z[i] = b
            for j in range(0, whole, 4):
                at, h = weight + j * fan_out + o, below + j
                w0, w1, w2, w3 = p[at], p[at + fan_out], p[at + 2 * fan_out], p[at + 3 * fan_out]
                h0, h1, h2, h3 = values[h], values[h + 1], values[h + 2], values[h + 3]
                for i in range(n):
                    z[i] += w0 * h0[i] + w1 * h1[i] + w2 * h2[i] + w3 * h3[i]
            for j in range(whole, fan_in):
                w0, h0 = p[weight + j * fan_out + o], values[below + j]
                for i in range(n):
                    z[i] += w0 * h0[i]
        if layer + 1 < layers:
            activated(values, above, above + fan_out, n, function)
        weight, bias, below = weight + fan_in * fan_out, bias + fan_out, above


@_inlined
def backward(
    p: Array, sizes: Array, values: Array, signals: Array, n: int, function: int, shrinks: Array, lowest: int
) -> None:
    """Train one step from the last layer's signal; shrinks (layers,) are what the weights are multiplied by.

    lowest: the layer down to whose outputs signals are sent, 0 for the first, −1 for the inputs of the network.
    """
    bias, above = p.size, sizes.sum()
    weight = bias - sizes[1:].sum()
    for layer in range(len(sizes) - 2, -1, -1):
        fan_in, fan_out = sizes[layer], sizes[layer + 1]
        weight, bias, above = weight - fan_in * fan_out, bias - fan_out, above - fan_out
        below = above - fan_in
        if layer > lowest:
            send_back(p[weight:bias], fan_in, fan_out, signals, above, n)
            times_slope(signals, values, below, above, n, function)
        W, b = p[weight : weight + fan_in * fan_out], p[bias : bias + fan_out]
        learn(W, b, values, signals, above, n, shrinks[layer])


@_inlined
def send_back(W: Array, fan_in: int, fan_out: int, signals: Array, above: int, n: int) -> None:
    """The signals of the ``fan_in`` rows below row ``above``, before the slope: W·δ, four outputs at a time."""
    whole = fan_out // 4 * 4
    for j in range(fan_in):
        back = signals[above - fan_in + j]
        for i in range(n):
            back[i] = 0.0
        for o in range(0, whole, 4):
            at, d = j * fan_out + o, above + o
            w0, w1, w2, w3 = W[at], W[at + 1], W[at + 2], W[at + 3]
            d0, d1, d2, d3 = signals[d], signals[d + 1], signals[d + 2], signals[d + 3]
            for i in range(n):
                back[i] += w0 * d0[i] + w1 * d1[i] + w2 * d2[i] + w3 * d3[i]
        for o in range(whole, fan_out):
            w0, d0 = W[j * fan_out + o], signals[above + o]
            for i in range(n):
                back[i] += w0 * d0[i]


@_inlined
def times_slope(signals: Array, values: Array, first: int, last: int, n: int, function: int) -> None:
    """Multiply rows ``first`` to ``last`` of the signals by the activation's slope, from its values."""
    for k in range(first, last):
        back, value = signals[k], values[k]
        if function == TANH:
            for i in range(n):
                back[i] *= 1.0 - value[i] * value[i]
        elif function == RELU:
            for i in range(n):
                back[i] *= 1.0 if value[i] > 0.0 else 0.0
        elif function == LOGISTIC:
            for i in range(n):
                back[i] *= value[i] * (1.0 - value[i])


@_inlined
def learn(W: Array, b: Array, values: Array, signals: Array, above: int, n: int, shrink: float) -> None:
    """W ← shrink·W + h·δᵀ and b ← b + Σδ, with the rows from ``above`` on as δ and those below as h; four at a time."""
    fan_out = b.size
    fan_in = W.size // fan_out
    below, whole = above - fan_in, fan_in // 4 * 4
    for o in range(fan_out):
        delta = signals[above + o]
        for j in range(0, whole, 4):
            h = below + j
            h0, h1, h2, h3 = values[h], values[h + 1], values[h + 2], values[h + 3]
            g0 = g1 = g2 = g3 = 0.0
            for i in range(n):
                d = delta[i]
                g0 += d * h0[i]
                g1 += d * h1[i]
                g2 += d * h2[i]
                g3 += d * h3[i]
            at = j * fan_out + o
            W[at] = W[at] * shrink + g0
            W[at + fan_out] = W[at + fan_out] * shrink + g1
            W[at + 2 * fan_out] = W[at + 2 * fan_out] * shrink + g2
            W[at + 3 * fan_out] = W[at + 3 * fan_out] * shrink + g3
        for j in range(whole, fan_in):
            h0, g0 = values[below + j], 0.0
            for i in range(n):
                g0 += delta[i] * h0[i]
            W[j * fan_out + o] = W[j * fan_out + o] * shrink + g0
        g0 = 0.0
        for i in range(n):
            g0 += delta[i]
        b[o] += g0


@_inlined
def answer(p: Array, sizes: Array, values: Array, spare: Array, n: int, function: int, output: int) -> None:
    """Fill in the values of every layer above the inputs, the outputs too."""
    forward(p, sizes, values, n, function)
    units = sizes.sum()
    if output == SOFTMAX:
        softmax(values, units - sizes[-1], units, n, spare)
    else:
        activated(values, units - sizes[-1], units, n, output)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FREEDOM)
def train(
    P: Array,
    X: Array,
    targets: Array,
    kind: Array,
    orders: Array,
    order_of: Array,
    rates: Array,
    shrinks: Array,
    diverged: Array,
    sizes: Array,
    batch: int,
    start: int,
    end: int,
    function: int,
    output: int,
) -> None:
    """Train every network from batch ``start`` of an epoch up to ``end``, by SGD on the error t′ − o.

    P (R, P): parameters, in place. X (rows, inputs). targets (R, distinct, K): t′ of each kind of sample, and kind
    (rows,) which one a row has. orders (orders, rows): an epoch's rows in order, and order_of (R,) whose is which.
    rates (R,): η. shrinks (R, layers): what weights are multiplied by in a step. diverged (R,): whose numbers have
    overflowed, which becomes True in that step, as the numbers become NaN. function and output: the codes above.
    """
    units, outputs = sizes.sum(), sizes[-1]
    values, signals, spare = np.empty((units, batch)), np.empty((units, batch)), np.empty((2, batch))
    last = units - outputs
    for r in range(len(P)):
        p, order = P[r], order_of[r]
        for step in range(start, end):
            if diverged[r]:
                break
            first = step * batch
            n = min(batch, orders.shape[1] - first)
            for i in range(n):
                row = orders[order, first + i]
                for j in range(sizes[0]):
                    values[j, i] = X[row, j]
            answer(p, sizes, values, spare, n, function, output)
            rate = rates[r] / n
            for i in range(n):
                t = kind[orders[order, first + i]]
                for k in range(outputs):
                    signals[last + k, i] = rate * (targets[r, t, k] - values[last + k, i])
            backward(p, sizes, values, signals, n, function, shrinks[r], 0)
            squares = 0.0
            for weight in p:
                squares += weight * weight
            if not np.isfinite(squares):
                p[:] = np.nan
                diverged[r] = True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FREEDOM)
def train_above(
    P: Array,
    z: Array,
    deltas: Array,
    targets: Array,
    rates: Array,
    shrinks: Array,
    sizes: Array,
    function: int,
    output: int,
) -> None:
    """Train every network's layers above the first, and the first one's biases, one step by SGD on the error t′ − o.

    P (R, Q): parameters of the layers above, then the first layer's biases; in place. z (R, units, n): the first
    layer's logits, less the biases. deltas (R, units, n): becomes the first layer's signals times the rate. targets
    (R, K, n): t′. rates, function, output: as for ``train``. shrinks (R, layers above the first). sizes: units from
    the first layer's outputs on.
    """
    units, outputs, width, n = sizes.sum(), sizes[-1], sizes[0], z.shape[2]
    values, signals, spare = np.empty((units, n)), np.empty((units, n)), np.empty((2, n))
    last = units - outputs
    for r in range(len(P)):
        p, b = P[r, : P.shape[1] - width], P[r, P.shape[1] - width :]
        for k in range(width):
            row, of_first = values[k], z[r, k]
            for i in range(n):
                row[i] = of_first[i] + b[k]
        activated(values, 0, width, n, function)
        answer(p, sizes, values, spare, n, function, output)
        rate = rates[r] / n
        for k in range(outputs):
            delta, t, o = signals[last + k], targets[r, k], values[last + k]
            for i in range(n):
                delta[i] = rate * (t[i] - o[i])
        backward(p, sizes, values, signals, n, function, shrinks[r], -1)
        for k in range(width):
            row, of_first, total = signals[k], deltas[r, k], 0.0
            for i in range(n):
                of_first[i] = row[i]
                total += row[i]
            b[k] += total
