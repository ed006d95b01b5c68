"""Losses and their signals δ = −∂L/∂z, per sample.

Every function takes targets t, logits z and outputs o of shape (n, K) or (n, K, R). A value sums over units (axis 1);
a signal keeps the shape of z. With p = −∂L/∂o, the pull on the output, the chain rule gives

    element-wise output:  δ = p · slope(o)
    softmax, exact:       δ_j = q_j − o_j Σ_k q_k   with q = o·p
    softmax, diagonal:    δ_j = q_j (1 − o_j)       (the off-diagonal terms of the softmax Jacobian dropped)

q rather than p stands in the code, since o·p stays finite where o underflows to 0.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ELEMENTWISE_OUTPUTS, log_softmax
from lsexplorer.nn.arrays import Array

FOCAL_GAMMA = 2.0
"""The exponent γ of the focal loss (Lin et al. 2017)."""

PerSample = Callable[[Array, Array, Array], Array]
"""A function of (targets, logits, outputs)."""


class Loss(NamedTuple):
    """A loss: its per-sample value, and the pull it puts on an output (p, or q = o·p under softmax)."""

    outputs: tuple[str, ...]
    formula: str
    value: PerSample
    p: PerSample | None
    q: PerSample | None
    soft_targets: bool = True


def _cross_entropy(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(-(t * log_softmax(z)).sum(axis=1))


def _binary_cross_entropy(t: Array, z: Array, o: Array) -> Array:
    # −t·log o − (1−t)·log(1−o) with o = logistic(z), rearranged so that neither logarithm can meet 0.
    return np.asarray((np.maximum(z, 0.0) - z * t + np.log1p(np.exp(-np.abs(z)))).sum(axis=1))


def _focal(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(-(t * (1.0 - o) ** FOCAL_GAMMA * log_softmax(z)).sum(axis=1))


def _focal_q(t: Array, z: Array, o: Array) -> Array:
    rest = 1.0 - o
    return t * (rest**FOCAL_GAMMA - FOCAL_GAMMA * o * rest ** (FOCAL_GAMMA - 1.0) * log_softmax(z))


def _hinge_parts(t: Array, z: Array) -> tuple[Array, Array, Array]:
    """Margin violation 1 + max_{k≠y} z_k − z_y (n, 1), the one-hot class y, and the one-hot best rival."""
    own = (t > 0).astype(np.float64)
    others = np.where(own > 0, -np.inf, z)
    best = np.maximum.reduce(others, axis=1, keepdims=True)
    first_best = (others == best) & (np.cumsum(others == best, axis=1) == 1)
    return 1.0 + best - (own * z).sum(axis=1, keepdims=True), own, first_best.astype(np.float64)


def _hinge(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(np.maximum(0.0, _hinge_parts(t, z)[0])[:, 0])


def _hinge_signal(t: Array, z: Array, o: Array) -> Array:
    violation, own, rival = _hinge_parts(t, z)
    return np.asarray((own - rival) * (violation > 0))


LOSSES: dict[str, Loss] = {
    "cross_entropy": Loss(("softmax",), "−Σ t′ log o", _cross_entropy, p=None, q=lambda t, z, o: t),
    "binary_cross_entropy": Loss(
        ("sigmoid",), "−Σ [t′ log o + (1−t′) log(1−o)]", _binary_cross_entropy, p=None, q=None
    ),
    "mse": Loss(
        ("softmax", "sigmoid", "tanh", "identity"),
        "½ Σ (t′ − o)²",
        lambda t, z, o: np.asarray(0.5 * ((t - o) ** 2).sum(axis=1)),
        p=lambda t, z, o: t - o,
        q=lambda t, z, o: o * (t - o),
    ),
    "mae": Loss(
        ("softmax", "sigmoid", "tanh", "identity"),
        "Σ |t′ − o|",
        lambda t, z, o: np.asarray(np.abs(t - o).sum(axis=1)),
        p=lambda t, z, o: np.sign(t - o),
        q=lambda t, z, o: o * np.sign(t - o),
    ),
    "focal": Loss(("softmax",), "−Σ t′ (1−o)² log o", _focal, p=None, q=_focal_q),
    "hinge": Loss(("identity",), "max(0, 1 + max z_k − z_y)", _hinge, p=None, q=None, soft_targets=False),
}
"""Losses by name."""


def _error(t: Array, z: Array, o: Array) -> Array:
    return t - o


def signal_function(output: str, loss: str, softmax_jacobian: str = "exact") -> PerSample:
    """The signal δ = −∂L/∂z of a loss on an output function, as a function of (t, z, o).

    Raises InputError when the two do not go together.
    """
    check_output(output, loss)
    entry = LOSSES[loss]
    if loss == "hinge":
        return _hinge_signal
    if output == "softmax":
        q = entry.q
        assert q is not None
        if softmax_jacobian == "diagonal":
            return lambda t, z, o: q(t, z, o) * (1.0 - o)
        if loss == "cross_entropy":
            return _error

        def through_softmax(t: Array, z: Array, o: Array) -> Array:
            pull = q(t, z, o)
            return np.asarray(pull - o * np.add.reduce(pull, axis=1, keepdims=True))

        return through_softmax
    p = entry.p
    if p is None or (output, loss) == ("identity", "mse"):
        return _error
    slope = ELEMENTWISE_OUTPUTS[output].slope
    return lambda t, z, o: p(t, z, o) * slope(o)


def check_output(output: str, loss: str) -> None:
    """Raise InputError, naming the combinations that have a meaning, unless the loss fits the output."""
    if output not in LOSSES[loss].outputs:
        fitting = [name for name, entry in LOSSES.items() if output in entry.outputs]
        raise InputError(
            f"loss {loss} does not go with output {output}: {loss} takes {_either(LOSSES[loss].outputs)}, "
            f"and {output} takes {_either(fitting)}"
        )


def _either(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


class SignalText(NamedTuple):
    """How a signal is written: the equation, and the factor beside (t' − o) where there is one."""

    equation: str
    slope: Callable[[Array], Array] | None


def signal_text(output: str, loss: str, softmax_jacobian: str = "exact") -> SignalText:
    """The signal's equation for a table's title, and its slope where δ = (t' − o)·slope(o), else None."""
    diagonal = softmax_jacobian == "diagonal"
    if loss == "hinge":
        return SignalText("δ = [class] − [best rival] where the margin is below 1, else 0", None)
    if output == "softmax":
        if loss == "cross_entropy":
            return SignalText("δ = t′(1 − o)", None) if diagonal else SignalText("δ = t′ − o", np.ones_like)
        if loss == "mse" and diagonal:
            return SignalText("δ = (t′ − o)·o(1 − o)", lambda o: o * (1.0 - o))
        q = {"mse": "o(t′ − o)", "mae": "o·sign(t′ − o)", "focal": "t′[(1−o)² − 2o(1−o) log o]"}[loss]
        return SignalText(f"δ = q(1 − o), q = {q}" if diagonal else f"δ = q − o·Σq, q = {q}", None)
    if loss == "binary_cross_entropy" or (output, loss) == ("identity", "mse"):
        return SignalText("δ = t′ − o", np.ones_like)
    function = ELEMENTWISE_OUTPUTS[output]
    factor = "" if output == "identity" else f"·({function.slope_text.format(v='o')})"
    if loss == "mse":
        return SignalText(f"δ = (t′ − o){factor}", function.slope)
    return SignalText(f"δ = sign(t′ − o){factor}", None)
