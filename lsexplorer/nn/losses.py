"""Losses and their signals δ = −∂L/∂z, per sample.

Every function takes targets t, logits z and outputs o of shape (n, K) or (n, K, R). A value sums over units (axis 1);
a signal keeps the shape of z. With p = −∂L/∂o the chain rule gives

    element-wise output:  δ = p · slope(o)
    softmax, exact:       δ_j = q_j − o_j Σ_k q_k   with q = o·p
    softmax, diagonal:    δ_j = q_j (1 − o_j)       (the off-diagonal terms of the softmax Jacobian dropped)

The code has q rather than p, since o·p stays finite where o underflows to 0. A new loss is an entry of LOSSES.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ELEMENTWISE_OUTPUTS, first_largest, log_softmax
from lsexplorer.nn.arrays import Array

FOCAL_GAMMA = 2.0
"""The exponent γ of the focal loss (Lin et al. 2017)."""

PerSample = Callable[[Array, Array, Array], Array]
"""A function of (targets, logits, outputs)."""


class Term(NamedTuple):
    """A function of (targets, logits, outputs), and how it is written."""

    value: PerSample
    text: str
    by_hand: Callable[[Any, Any], Any] | None = None
    """The same of one unit's t′ and o in operators and the methods of render/arithmetic.py's Written."""


class Signal(NamedTuple):
    """The signal δ of a loss on an output function, and how it is written."""

    value: PerSample
    """δ (n, K[, R]) of (targets, logits, outputs)."""
    equation: str
    """δ = …"""
    slope: Callable[[Array], Array] | None = None
    """The factor as a function of o, where δ = (t′ − o)·slope(o); else None."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A loss, what it adds to a step, and what it is called."""

    label: str
    """In a sentence."""
    short: str
    """In the form: at most 11 characters."""
    outputs: tuple[str, ...]
    """The output functions that it goes with."""
    formula: str
    """Its value, written."""
    value: PerSample
    """Its value (n[, R])."""
    of_logits: bool = False
    """Whether the value is that of targets and logits alone, whatever the outputs given."""
    p: Term | None = None
    """−∂L/∂o, for element-wise outputs; None where ``signals`` says all."""
    q: Term | None = None
    """o·p, for softmax; None where ``signals`` says all."""
    diagonal: str = "q(1 − o)"
    """δ under the diagonal softmax Jacobian, written."""
    signals: Mapping[str, Signal] = field(default_factory=dict)
    """By output function, the signals that are simpler than p or q through its derivative."""
    is_error: bool = False
    """Whether p = t′ − o."""
    soft_targets: bool = True
    """Whether its targets may be other than 0 and 1."""


def _cross_entropy(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(-np.add.reduce(t * log_softmax(z), axis=1))


def _binary_cross_entropy(t: Array, z: Array, o: Array) -> Array:
    # −t·log o − (1−t)·log(1−o) with o = logistic(z), rearranged so that neither logarithm can meet 0.
    return np.asarray((np.maximum(z, 0.0) - z * t + np.log1p(np.exp(-np.abs(z)))).sum(axis=1))


def _focal(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(-(t * (1.0 - o) ** FOCAL_GAMMA * log_softmax(z)).sum(axis=1))


def _focal_q(t: Array, z: Array, o: Array) -> Array:
    rest = 1.0 - o
    return t * (rest**FOCAL_GAMMA - FOCAL_GAMMA * o * rest ** (FOCAL_GAMMA - 1.0) * log_softmax(z))


def _hinge_parts(t: Array, z: Array) -> tuple[Array, Array, Array]:
    """Margin violation 1 + max_{k≠y} z_k − z_y (n, 1), the class y one-hot, and the best rival one-hot."""
    own = (t > 0).astype(t.dtype)
    others = np.where(own > 0, -np.inf, z)
    best = np.maximum.reduce(others, axis=1, keepdims=True)
    return 1.0 + best - (own * z).sum(axis=1, keepdims=True), own, first_largest(others)


def _hinge(t: Array, z: Array, o: Array) -> Array:
    return np.asarray(np.maximum(0.0, _hinge_parts(t, z)[0])[:, 0])


def _hinge_signal(t: Array, z: Array, o: Array) -> Array:
    violation, own, rival = _hinge_parts(t, z)
    return np.asarray((own - rival) * (violation > 0))


ERROR = Signal(lambda t, z, o: t - o, "δ = t′ − o", np.ones_like)
"""The signal that is the error itself."""
ALL_OUTPUTS = ("softmax", "sigmoid", "tanh", "identity")

LOSSES: dict[str, Loss] = {
    "cross_entropy": Loss(
        label="cross-entropy",
        short="cross-entr.",
        outputs=("softmax",),
        formula="−Σ t′ log o",
        value=_cross_entropy,
        of_logits=True,
        q=Term(lambda t, z, o: t, "t′", lambda t, o: t),
        diagonal="t′(1 − o)",
        signals={"softmax": ERROR},
    ),
    "binary_cross_entropy": Loss(
        label="binary cross-entropy",
        short="binary c-e.",
        outputs=("sigmoid",),
        formula="−Σ [t′ log o + (1−t′) log(1−o)]",
        value=_binary_cross_entropy,
        of_logits=True,
        signals={"sigmoid": ERROR},
    ),
    "mse": Loss(
        label="MSE",
        short="mse",
        outputs=ALL_OUTPUTS,
        formula="½ Σ (t′ − o)²",
        value=lambda t, z, o: np.asarray(0.5 * ((t - o) ** 2).sum(axis=1)),
        p=Term(lambda t, z, o: t - o, "(t′ − o)", lambda t, o: t - o),
        q=Term(lambda t, z, o: o * (t - o), "o(t′ − o)", lambda t, o: o * (t - o)),
        diagonal="(t′ − o)·o(1 − o)",
        signals={"identity": ERROR},
        is_error=True,
    ),
    "mae": Loss(
        label="MAE",
        short="mae",
        outputs=ALL_OUTPUTS,
        formula="Σ |t′ − o|",
        value=lambda t, z, o: np.asarray(np.abs(t - o).sum(axis=1)),
        p=Term(lambda t, z, o: np.sign(t - o), "sign(t′ − o)", lambda t, o: (t - o).sign()),
        q=Term(lambda t, z, o: o * np.sign(t - o), "o·sign(t′ − o)", lambda t, o: o * (t - o).sign()),
    ),
    "focal": Loss(
        label="focal",
        short="focal",
        outputs=("softmax",),
        formula="−Σ t′ (1−o)² log o",
        value=_focal,
        q=Term(
            _focal_q,
            "t′[(1−o)² − 2o(1−o) log o]",
            lambda t, o: t * ((1 - o).worked().squared() - 2 * o * (1 - o).worked() * o.log()),
        ),
    ),
    "hinge": Loss(
        label="hinge",
        short="hinge",
        outputs=("identity",),
        formula="max(0, 1 + max z_k − z_y)",
        value=_hinge,
        of_logits=True,
        signals={"identity": Signal(_hinge_signal, "δ = [class] − [best rival] where the margin is below 1, else 0")},
        soft_targets=False,
    ),
}
"""Losses by name."""


def signal_of(output: str, loss: str, softmax_jacobian: str = "exact") -> Signal:
    """The signal δ = −∂L/∂z of a loss on an output function.

    Raises InputError when the two do not go together.
    """
    check_output(output, loss)
    entry, diagonal = LOSSES[loss], softmax_jacobian == "diagonal"
    if output in entry.signals and not diagonal:
        return entry.signals[output]
    if output == "softmax":
        return _through_diagonal(entry) if diagonal else _through_softmax(entry)
    function = ELEMENTWISE_OUTPUTS[output]
    assert entry.p is not None
    p, text, _ = entry.p
    factor = "" if output == "identity" else f"·({function.slope_text.format(v='o')})"
    return Signal(
        lambda t, z, o: p(t, z, o) * function.slope(o),
        f"δ = {text}{factor}",
        function.slope if entry.is_error else None,
    )


def _through_softmax(loss: Loss) -> Signal:
    assert loss.q is not None
    q, text, _ = loss.q

    def value(t: Array, z: Array, o: Array) -> Array:
        through = q(t, z, o)
        return np.asarray(through - o * np.add.reduce(through, axis=1, keepdims=True))

    return Signal(value, f"δ = q − o·Σq, q = {text}")


def _through_diagonal(loss: Loss) -> Signal:
    assert loss.q is not None
    q, text, _ = loss.q
    where = f", q = {text}" if "q" in loss.diagonal else ""
    return Signal(
        lambda t, z, o: q(t, z, o) * (1.0 - o),
        f"δ = {loss.diagonal}{where}",
        (lambda o: o * (1.0 - o)) if loss.is_error else None,
    )


def check_output(output: str, loss: str) -> None:
    """Raise InputError, naming the combinations that make sense, unless the loss goes with the output."""
    if output not in LOSSES[loss].outputs:
        fitting = [name for name, entry in LOSSES.items() if output in entry.outputs]
        raise InputError(
            f"loss {loss} does not go with output {output}: {loss} takes {_either(LOSSES[loss].outputs)}, "
            f"and {output} takes {_either(fitting)}"
        )


def _either(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
