"""Smoothing the data or smoothing while training: the same numbers, bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import write_smoothed
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.run.equivalence import equal_weights, smoothed_data
from tests.support.helpers import dataset, same_bits

PLAIN: dict[str, Any] = {"hidden": (4,), "batch_size": 8, "label_smoothing": 0.3}
RUNS: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum": {"momentum": 0.9, "nesterov": True},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
    "penalties": {"l1": 0.002, "l2": 0.02, "weight_decay": 0.03},
    "focal": {"loss": "focal"},
    "squared error": {"loss": "mse"},
    "absolute error": {"loss": "mae"},
    "binary cross-entropy": {"output": "sigmoid", "loss": "binary_cross_entropy"},
    "sigmoid, squared error": {"output": "sigmoid", "loss": "mse"},
    "tanh": {"output": "tanh", "loss": "mse"},
    "an odd strength": {"label_smoothing": 0.1234567},
    "all of it": {"label_smoothing": 1.0},
    "an on value": {"soft_targets": 0.8},
    "rows of targets": {"soft_targets": ((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0, 0.3, 0.7))},
}
SOFT = np.random.default_rng(1).dirichlet([1, 2, 3], size=22)


@pytest.mark.parametrize("case", RUNS)
def test_it_does_not_matter_where_the_targets_are_smoothed(small: ls.Dataset, case: str) -> None:
    hp = ls.Hyperparameters(**PLAIN | RUNS[case])
    count = ls.Trainer(small, hp).network.parameters.size
    assert equal_weights(small, hp, 20) == (count, count)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_nor_with_two_classes(output: str) -> None:
    rng = np.random.default_rng(0)
    data = dataset(rng.normal(size=(20, 3)), np.arange(20) % 2, classes=2)
    loss = "cross_entropy" if output == "softmax" else "binary_cross_entropy"
    hp = ls.Hyperparameters(**PLAIN, output=output, loss=loss)
    count = 4 * 4 + (5 if output == "sigmoid" else 10)
    assert equal_weights(data, hp, 20) == (count, count)


def test_nor_with_targets_that_were_soft_already(small: ls.Dataset) -> None:
    data = dataset(small.X_train, small.y_train, soft_train=SOFT, soft_test=SOFT)
    assert equal_weights(data, ls.Hyperparameters(**PLAIN), 20) == (31, 31)


def test_what_differs_is_counted(small: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against data smoothed by another strength nothing but chance is equal."""
    monkeypatch.setattr("lsexplorer.run.equivalence.smoothed_data", lambda data, _: smoothed_data(data, 0.2))
    equal, count = equal_weights(small, ls.Hyperparameters(**PLAIN), 20)
    assert count == 31
    assert equal < 3


@pytest.mark.parametrize("a", [0.0, 0.05, 0.3, 1 / 3, 1.0])
@pytest.mark.parametrize("soft", [False, True])
def test_smoothed_data_has_the_smoothed_targets(small: ls.Dataset, a: float, soft: bool) -> None:
    data = dataset(small.X_train, small.y_train, soft_train=SOFT, soft_test=SOFT[::-1]) if soft else small
    changed = smoothed_data(data, a)
    assert same_bits(changed.targets_train, smooth_labels(data.targets_train, a))
    assert same_bits(changed.targets_test, smooth_labels(data.targets_test, a))
    for name in ("X_train", "X_test", "y_train", "y_test"):
        assert getattr(changed, name) is getattr(data, name)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_smoothed_data_is_what_the_command_writes(iris: ls.Dataset, tmp_path: Path, suffix: str) -> None:
    write_smoothed(iris, 0.3, tmp_path / f"smoothed{suffix}")
    written, made = ls.load_dataset(tmp_path / f"smoothed{suffix}"), smoothed_data(iris, 0.3)
    assert written.digest == made.digest
