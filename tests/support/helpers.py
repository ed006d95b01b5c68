"""Small things that several test files use."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

import lsexplorer as ls
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.updates import Update

PAIRS = [
    ("softmax", "cross_entropy"),
    ("softmax", "mse"),
    ("softmax", "mae"),
    ("softmax", "focal"),
    ("sigmoid", "binary_cross_entropy"),
    ("sigmoid", "mse"),
    ("sigmoid", "mae"),
    ("tanh", "mse"),
    ("tanh", "mae"),
    ("identity", "mse"),
    ("identity", "mae"),
    ("identity", "hinge"),
]
"""Every output and loss that have a meaning together."""

REMEDIES = {"label_smoothing": 0.1, "l1": 0.002, "l2": 0.02, "weight_decay": 0.03}
MEANS = {
    "logit_penalty": 0.03,
    "confidence_penalty": 0.2,
    "max_suppression": 0.08,
    "margin_smoothing": 0.05,
    "z_loss": 0.04,
    "last_layer_l2": 0.02,
    "focal_gamma": 1.5,
}
"""The regularisers without a key."""


def fitting_means(output: str = "softmax", loss: str = "cross_entropy", **settings: Any) -> dict[str, float]:
    """Those of MEANS that go with an output and a loss."""
    hp = ls.Hyperparameters(output=output, loss=loss, **settings)
    return {name: strength for name, strength in MEANS.items() if not REGULARIZERS[name].misfit(hp)}


def dataset(
    X: ArrayLike,
    y: ArrayLike,
    X_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
    classes: int = 3,
    **more: Any,
) -> ls.Dataset:
    """A Dataset from arrays as they are, without splitting or standardising."""
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    X_test, y_test = (X, y) if X_test is None else (np.asarray(X_test, dtype=float), np.asarray(y_test))
    return ls.Dataset(
        name=more.pop("name", "made up"),
        X_train=X,
        y_train=y,
        X_test=X_test,
        y_test=y_test,
        feature_names=tuple(f"x{i + 1}" for i in range(X.shape[1])),
        class_names=tuple(f"class {k}" for k in range(classes)),
        mean=np.zeros(X.shape[1]),
        scale=np.ones(X.shape[1]),
        train_rows=np.arange(len(X)),
        test_rows=np.arange(len(X_test)),
        **more,
    )


def small_data() -> ls.Dataset:
    """22 training and 9 test samples of 3 features, three classes that overlap; 3 steps an epoch of batch 8."""
    rng = np.random.default_rng(3)
    y, y_test = np.arange(22) % 3, np.arange(9) % 3
    centres = rng.normal(size=(3, 3))
    return dataset(
        centres[y] + rng.normal(size=(22, 3)), y, centres[y_test] + rng.normal(size=(9, 3)), y_test, name="small"
    )


def trainer(data: ls.Dataset, **hyperparameters: Any) -> ls.Trainer:
    """A Trainer with a batch of 8 and 4 hidden units unless said otherwise."""
    defaults: dict[str, Any] = {"batch_size": 8, "hidden": (4,)}
    return ls.Trainer(data, ls.Hyperparameters(**defaults | hyperparameters))


def update_of(**hyperparameters: Any) -> Update:
    """The Update of one network, or of a bank where some values are arrays (R,); learning rate 0.1 unless given."""
    values: dict[str, Any] = {"learning_rate": 0.1} | hyperparameters
    networks = max(np.size(value) for value in values.values())
    each = [
        {name: np.broadcast_to(value, networks)[r].item() for name, value in values.items()} for r in range(networks)
    ]
    return Update.of([ls.Hyperparameters(**values) for values in each])


def flat(t: ls.Trainer) -> np.ndarray:
    """All weights and biases of a Trainer, as a copy."""
    return np.concatenate([np.ravel(a) for a in (*t.network.weights, *t.network.biases)])


def same_bits(a: ArrayLike, b: ArrayLike) -> bool:
    """Whether two arrays are the same to the last bit, signs of zero included."""
    return np.shape(a) == np.shape(b) and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def edit(t: ls.Trainer, scale: float = 1.0) -> None:
    """Change the weights by hand: every first-layer weight times ``scale``, and one bias by .25."""
    t.network.weights[0] = t.network.weights[0] * scale
    b = t.network.biases[-1].copy()
    b[0] += 0.25
    t.network.biases[-1] = b


def snapshot(t: ls.Trainer) -> tuple[Any, ...]:
    """All that a refused request must leave as it was."""
    history = {name: (s.steps.tolist(), s.values.tolist()) for name, s in t.history.items()}
    return flat(t).tobytes(), t.optimizer_state.tobytes(), t.step_count, t.hyperparameters, t.events, str(history)


def state(t: ls.Trainer) -> tuple[Any, ...]:
    return flat(t).tobytes(), t.optimizer_state.tobytes(), t.hyperparameters, t.step_count, t.next_batch.tolist()


def eventful(data: ls.Dataset, **hyperparameters: Any) -> tuple[ls.Trainer, list[tuple[Any, ...]]]:
    """A run of 30 steps with toggles, and weights edited by hand, on the way; and its state at every step."""
    t = trainer(data, **hyperparameters)
    states = []
    for step in range(31):
        if step == 4:
            t.set(label_smoothing=0.3, l2=0.05)
        if step == 9:
            edit(t, 1.5)
        if step == 13:
            edit(t, 0.5)
            t.set(loss="mse", l1=0.01)
            t.set(softmax_jacobian="diagonal")
        if step == 20:
            t.set(label_smoothing=0.0, weight_decay=0.1, learning_rate=0.2)
        states.append(state(t))
        if step < 30:
            t.step()
    return t, states


def slow(*values: Any) -> Any:
    """A test's parameters that only `pytest -m slow` runs it with."""
    return pytest.param(*values, marks=pytest.mark.slow)


def crossed(*axes: Iterable[Any], keep: int) -> list[Any]:
    """All combinations of some axes as a test's parameters: one in ``keep`` always runs, the others are slow.

    They lie on diagonals, so that each value of an axis has its turn where the other axes have ``keep`` values or more
    between them; of a single axis, one value in ``keep`` runs.
    """
    return [
        pytest.param(*(value for _, value in cell), marks=pytest.mark.slow if sum(at for at, _ in cell) % keep else ())
        for cell in product(*map(enumerate, axes))
    ]
