"""Runs for the tests of exports: all that a script may have to follow."""

from functools import cache
from typing import Any

import lsexplorer as ls

MATRIX = ((0.8, 0.1, 0.1), (0.1, 0.7, 0.2), (0.0, 0.25, 0.75))
NESTEROV = {"momentum": 0.9, "nesterov": True, "learning_rate": 0.02}
ADAM = {"optimizer": "adam", "learning_rate": 0.01}
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "smoothing": {"label_smoothing": 0.1},
    "l2": {"l2": 0.01},
    "l1": {"l1": 0.002},
    "decay": {"weight_decay": 0.01},
    "l2, decay": {"l2": 0.01, "weight_decay": 0.01, "label_smoothing": 0.1},
    "momentum": {"momentum": 0.9, "learning_rate": 0.02, "l2": 0.01},
    "nesterov": NESTEROV | {"label_smoothing": 0.1},
    "adam": ADAM | {"l2": 0.01},
    "adamw": ADAM | {"weight_decay": 0.01},
    "adam, both": ADAM | {"weight_decay": 0.01, "l2": 0.02},
    "mse": {"loss": "mse"},
    "mae": {"loss": "mae"},
    "focal": {"loss": "focal", "label_smoothing": 0.1},
    "sigmoids": {"output": "sigmoid", "loss": "binary_cross_entropy", "label_smoothing": 0.1},
    "sigmoid mse": {"output": "sigmoid", "loss": "mse"},
    "tanh": {"output": "tanh", "loss": "mse"},
    "identity": {"output": "identity", "loss": "mse", "activation": "identity"},
    "hinge": {"output": "identity", "loss": "hinge"},
    "diagonal": {"softmax_jacobian": "diagonal", "label_smoothing": 0.1},
    "diagonal mse": {"softmax_jacobian": "diagonal", "loss": "mse"},
    "diagonal mae": {"softmax_jacobian": "diagonal", "loss": "mae"},
    "diagonal focal": {"softmax_jacobian": "diagonal", "loss": "focal"},
    "relu": {"activation": "relu", "hidden": (8, 4), "init": "he"},
    "logistic": {"activation": "logistic", "init": "small"},
    "no hidden layer": {"hidden": (), "label_smoothing": 0.1},
    "on value": {"soft_targets": 0.8},
    "matrix": {"soft_targets": MATRIX, "label_smoothing": 0.05},
    "logit_penalty": {"logit_penalty": 0.03},
    "confidence_penalty": {"confidence_penalty": 0.2},
    "max_suppression": {"max_suppression": 0.08, "label_smoothing": 0.1},
    "margin_smoothing": {"margin_smoothing": 0.05, "margin": 0.5},
    "z_loss": {"z_loss": 0.04},
    "last_layer_l2": {"last_layer_l2": 0.02, "l2": 0.01},
    "focal_gamma": {"focal_gamma": 1.5},
    "changes": {},
    "changes of adam": ADAM,
    "single unit": {"output": "sigmoid", "loss": "binary_cross_entropy", "label_smoothing": 0.1, "l2": 0.01},
    "soft rows": {"label_smoothing": 0.1},
}


@cache
def kept(name: str) -> ls.Trainer:
    """The same run for all tests that leave it as it is."""
    return trained(name)


def trained(name: str) -> ls.Trainer:
    """The run of a name in SETTINGS: 150 steps, 12 and 13 an epoch, on iris or part of it."""
    data = ls.load_dataset("iris")
    if name == "single unit":
        kept = data.y_train > 0
        data = ls.Dataset.from_arrays(data.X_train[kept], data.y_train[kept] - 1, name="two irises")
    if name == "soft rows":
        data = data.subset(soft_train=0.9 * data.targets_train + 0.1 / 3, soft_test=0.9 * data.targets_test + 0.1 / 3)
    settings = {"learning_rate": 0.1, "batch_size": 10, "seed": 3} | SETTINGS[name]
    trainer = ls.Trainer(data, ls.Hyperparameters(**settings))
    if name.startswith("changes"):
        trainer.step(40)
        trainer.set(label_smoothing=0.1, l2=0.01)
        trainer.step(30)
        trainer.set(learning_rate=0.02, weight_decay=0.01)
        trainer.step(30)
        trainer.set(l2=0.0)
    trainer.step(150 - trainer.step_count)
    return trainer
