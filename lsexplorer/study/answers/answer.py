"""One trained network's answers: as a person gives them, and as they are measured once they have been checked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Classes, correct
from lsexplorer.nn.similarity import class_collapse
from lsexplorer.study.answers.arrays import float_array, named, whole_numbers
from lsexplorer.study.answers.inside import measures_of_weights, spread_rows

SUM_TOLERANCE = 1e-3
"""How far from 1 the probabilities of a row may sum: those of half precision do by as much."""
LEAST = float(np.finfo(np.float32).tiny)
"""Probabilities below this, 0 among them, count as this: the logarithm has then the size that float32 allows it."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a trained network answered on the rows that it is judged by, of any framework.

    Arrays are NumPy's, or anything with ``__array__`` or DLPack, such as a tensor; single precision is enough. ``y``
    and one of ``logits`` and ``probabilities`` must be given. What else is there is measured too; what is not there
    leaves out the measures that need it. All answers that are compared are on the same rows, in the same order.
    """

    y: ArrayLike
    """The rows' classes (n,), whole numbers from 0 to K − 1."""
    logits: ArrayLike | None = None
    """What goes into the softmax (n, K); (n,) or (n, 1) of a single sigmoid unit stand for two classes."""
    probabilities: ArrayLike | None = None
    """Class probabilities (n, K), whose rows sum to 1; (n,) or (n, 1) are those of class 1 of two."""
    weights: Sequence[ArrayLike] | None = None
    """Each layer's kernel, outputs on the last axis, the first layer first; without biases. One of more than two axes
    is taken as a matrix of its last axis by all others."""
    weight_norm: float | None = None
    """√Σw² of all weights, where the weights are not given."""
    hidden: ArrayLike | None = None
    """The penultimate layer's activations on the same rows (n, units)."""
    y_train: ArrayLike | None = None
    """The classes of training rows (m,), of all or of some."""
    logits_train: ArrayLike | None = None
    """The logits on those rows (m, K)."""
    hidden_train: ArrayLike | None = None
    """The penultimate layer's activations on those rows (m, units)."""

    def checked(self) -> "CheckedAnswer":
        """The same, ready to be measured; raises InputError, in one line, for what cannot be an answer."""
        return _checked(self)


@dataclass(frozen=True, eq=False)
class CheckedAnswer:
    """A network's answers without contradiction, and the measures of it that need what is not kept.

    Arrays are in single precision where they were given in that, else in double.
    """

    y: Classes
    """(n,)."""
    outputs: NDArray[Any]
    """Logits, or probabilities, (n, K); K = 1 is a single sigmoid unit's."""
    are_probabilities: bool
    """Whether outputs are probabilities."""
    scalars: dict[str, float] = field(default_factory=dict)
    """Measures of the weights and of the training part, by name: weight_norm, norm_1, nc1, train_accuracy …"""
    hidden: NDArray[Any] | None = None
    """The penultimate layer's activations on ``rows``, (rows, units)."""
    units: int = 1
    """Units of the penultimate layer, 1 where that is not known: of wider layers fewer rows are kept."""
    train_rows: int | None = None
    """Training rows, where that is known."""

    @property
    def logits(self) -> Array:
        """Logits (n, K) in float64: of probabilities their logarithms, of which softmax makes them again."""
        z = self.outputs.astype(np.float64)
        return np.log(np.maximum(z, LEAST, out=z), out=z) if self.are_probabilities else z

    @property
    def rows(self) -> NDArray[np.int64]:
        """The numbers of the rows that pairs of networks are compared on."""
        return spread_rows(len(self.y), self.units)

    @property
    def classes(self) -> int:
        """The number of classes K; a single unit stands for two."""
        return max(2, int(self.outputs.shape[1]))


def as_answer(value: Any) -> CheckedAnswer:
    """Whatever came in place of an Answer, checked; raises InputError for what is none."""
    if isinstance(value, CheckedAnswer):
        return value
    if not isinstance(value, Answer):
        raise InputError(f"an answer must be an ls.Answer(y=…, logits=…), got {named(value)}")
    return value.checked()


def _checked(answer: Answer) -> CheckedAnswer:
    if (answer.logits is None) == (answer.probabilities is None):
        both = "got both" if answer.logits is not None else "got neither"
        raise InputError(f"an answer needs logits or probabilities, one of the two; {both}")
    name = "logits" if answer.logits is not None else "probabilities"
    y, outputs = whole_numbers(answer.y, "y"), _outputs(getattr(answer, name), name)
    _check_rows(outputs, name, y, "y")
    if len(y) < 2:
        raise InputError(f"y must have two rows or more, got {len(y)}")
    _check_classes(y, "y", outputs.shape[1])
    if name == "probabilities":
        outputs = _checked_probabilities(outputs)
    kernels = _kernels(answer)
    hidden = None if answer.hidden is None else matrix(answer.hidden, "hidden")
    units = 1 if kernels is None else int(np.prod(kernels[-1].shape[:-1]))
    if hidden is not None:
        _check_rows(hidden, "hidden", y, "y")
        units = hidden.shape[1]
        hidden = hidden[spread_rows(len(y), units)]
    y_train = None if answer.y_train is None else whole_numbers(answer.y_train, "y_train")
    scalars = _of_weights(answer, kernels) | _of_training(answer, y_train, outputs.shape[1], hidden)
    train_rows = None if y_train is None else len(y_train)
    return CheckedAnswer(y, outputs, name == "probabilities", scalars, hidden, units, train_rows)


def _outputs(value: ArrayLike, name: str) -> NDArray[Any]:
    outputs = float_array(value, name)
    return outputs[:, None] if outputs.ndim == 1 else matrix(outputs, name)


def matrix(value: ArrayLike, name: str) -> NDArray[Any]:
    """The value as finite numbers (n, columns); raises InputError for any other."""
    a = float_array(value, name)
    if a.ndim != 2 or not a.shape[1]:
        raise InputError(f"{name} must be rows by columns (n, columns), got the shape {a.shape}")
    if not np.isfinite(a).all():
        bad = int(np.flatnonzero(~np.isfinite(a).all(axis=1))[0])
        raise InputError(f"{name} must be finite numbers, got {a[bad][~np.isfinite(a[bad])][0]} in row {bad}")
    return a


def _check_rows(a: NDArray[Any], name: str, y: Classes, of: str) -> None:
    if len(a) != len(y):
        raise InputError(f"{name} has {len(a):,} rows and {of} has {len(y):,}: they must be of the same rows")


def _check_classes(y: Classes, name: str, columns: int) -> None:
    classes = max(2, columns)
    outside = np.flatnonzero((y < 0) | (y >= classes))
    if len(outside):
        raise InputError(
            f"{name} must be whole numbers from 0 to {classes - 1}, the number of a column, "
            f"got {y[outside[0]]} in row {outside[0]}"
        )
    if columns == 1 and name == "y" and len(np.unique(y)) == 1:
        raise InputError("one column and one class: a network that knows one class alone (K = 1) cannot be judged")


def _checked_probabilities(p: NDArray[Any]) -> NDArray[Any]:
    """Probabilities of two classes or more, (n, K)."""
    row = int(np.argmin(p.min(axis=1)))
    if p[row].min() < 0:
        raise InputError(f"probabilities must not be negative, got {p[row].min():.3g} in row {row}; are they logits?")
    if p.shape[1] == 1:
        if p.max() > 1:
            raise InputError(f"probabilities must be at most 1, got {p.max():.3g} in row {int(p.argmax())}")
        p = np.hstack([1 - p, p])
    off = np.abs(p.sum(axis=1, dtype=np.float64) - 1)
    row = int(off.argmax())
    if off[row] > SUM_TOLERANCE:
        raise InputError(
            f"the probabilities of a row must sum to 1, got {p[row].sum(dtype=np.float64):.4g} in row {row}"
        )
    return p


def _kernels(answer: Answer) -> list[NDArray[Any]] | None:
    """The kernels of an answer that has them."""
    if answer.weights is None:
        return None
    if answer.weight_norm is not None:
        raise InputError("an answer has weights or weight_norm, not both")
    kernels = [float_array(W, f"weights[{i}]") for i, W in enumerate(answer.weights)]
    for i, W in enumerate(kernels):
        if W.ndim < 2 or not W.size:
            raise InputError(f"weights[{i}] must be a layer's kernel (inputs, outputs), got the shape {W.shape}")
        if not np.isfinite(W).all():
            raise InputError(f"weights[{i}] must be finite numbers")
    if not kernels:
        raise InputError("weights must hold each layer's kernel, got none")
    return kernels


def _of_weights(answer: Answer, kernels: Sequence[NDArray[Any]] | None) -> dict[str, float]:
    """The measures of the weights."""
    if kernels is not None:
        matrices = [W.reshape(-1, W.shape[-1], 1).astype(np.float64) for W in kernels]
        return {name: float(values[0]) for name, values in measures_of_weights(matrices).items()}
    if answer.weight_norm is None:
        return {}
    try:
        norm = float(answer.weight_norm)
    except (TypeError, ValueError):
        raise InputError(f"weight_norm must be a number, got {named(answer.weight_norm)}") from None
    if not 0 <= norm < math.inf:
        raise InputError(f"weight_norm must be a number of 0 or more, got {norm:g}")
    return {"weight_norm": norm}


def _of_training(answer: Answer, y: Classes | None, columns: int, hidden: NDArray[Any] | None) -> dict[str, float]:
    """The measures of the training part, of classes y."""
    if y is None:
        given = [name for name in ("logits_train", "hidden_train") if getattr(answer, name) is not None]
        if given:
            raise InputError(f"{given[0]} goes with y_train, the classes of the same rows")
        return {}
    if not len(y):
        raise InputError("y_train has no rows")
    scalars: dict[str, float] = {}
    _check_classes(y, "y_train", columns)
    if answer.logits_train is not None:
        logits = _outputs(answer.logits_train, "logits_train")
        _check_rows(logits, "logits_train", y, "y_train")
        if logits.shape[1] != columns:
            raise InputError(f"logits_train has {logits.shape[1]} columns, and the answers have {columns}")
        scalars["train_accuracy"] = float(correct(logits, y).mean())
    if answer.hidden_train is not None:
        H = matrix(answer.hidden_train, "hidden_train")
        _check_rows(H, "hidden_train", y, "y_train")
        if hidden is not None and hidden.shape[1] != H.shape[1]:
            raise InputError(f"hidden_train has {H.shape[1]} units, and hidden has {hidden.shape[1]}")
        rows = spread_rows(len(y), H.shape[1])
        scalars["nc1"] = float(class_collapse(H[rows].astype(np.float64), y[rows]))
    return scalars
