"""Write parity.json: networks trained by PyTorch autograd in float64, for test_parity.py to compare the Trainer with.

Run by hand, from the root of the repository, with torch==2.13.0 installed:  python tests/reference/make_reference.py

The forward pass, losses, penalties and optimisers are PyTorch's. Of lsexplorer it takes the batch order alone, and
writes it down, so that the file is complete: samples, first weights, rows of every batch, last weights.
"""

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

import lsexplorer as ls

STEPS, BATCH, CLASSES, INPUTS, SAMPLES = 200, 16, 3, 4, 56
# 56 samples in batches of 16, 16, 16 and 8: an epoch's last batch is smaller, and every 1/n is a power of two.
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "logistic": torch.sigmoid, "identity": lambda z: z}
OUTPUTS = {
    "softmax": lambda z: z.softmax(dim=1),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "identity": lambda z: z,
}
PAIRS = [
    *(("softmax", loss) for loss in ("cross_entropy", "mse", "mae", "focal")),
    *(("sigmoid", loss) for loss in ("binary_cross_entropy", "mse", "mae")),
    *(("tanh", loss) for loss in ("mse", "mae")),
    *(("identity", loss) for loss in ("mse", "mae", "hinge")),
]
OPTIMISERS = {
    "sgd": {"optimizer": "sgd", "learning_rate": 0.1},
    "momentum": {"optimizer": "sgd", "learning_rate": 0.02, "momentum": 0.9},
    "nesterov": {"optimizer": "sgd", "learning_rate": 0.02, "momentum": 0.9, "nesterov": True},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
}
REGULARISERS = {"label_smoothing": 0.1, "l1": 0.001, "l2": 0.01, "weight_decay": 0.02}
MEANS = {
    "logit_penalty": 0.03,
    "confidence_penalty": 0.2,
    "max_suppression": 0.08,
    "margin_smoothing": 0.05,
    "z_loss": 0.04,
    "last_layer_l2": 0.02,
    "focal_gamma": 1.5,
}
SOFT_ROWS = [[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.0, 0.25, 0.75]]
DEFAULTS = {
    "hidden": [5],
    "activation": "tanh",
    "momentum": 0.0,
    "nesterov": False,
    "label_smoothing": 0.0,
    "soft_targets": None,
    "softmax_jacobian": "exact",
    **dict.fromkeys(["l1", "l2", "weight_decay", *MEANS], 0.0),
    "margin": 1.0,
    "batch_size": BATCH,
    "seed": 7,
}


def samples(draw: random.Random) -> tuple[list[list[float]], list[int]]:
    """Three overlapping clouds, to three decimals."""
    y = [i % CLASSES for i in range(SAMPLES)]
    centres = [[-1.0, 0.8, -1.2, -1.1], [0.2, -0.6, 0.3, 0.2], [0.9, -0.1, 1.0, 1.1]]
    return [[round(draw.gauss(c, 0.6), 3) for c in centres[k]] for k in y], y


def first_parameters(draw: random.Random, hidden: list[int]) -> dict[str, list]:
    sizes = [INPUTS, *hidden, CLASSES]
    return {
        "weights": [
            [[round(draw.uniform(-0.9, 0.9), 3) for _ in range(o)] for _ in range(i)] for i, o in pairwise(sizes)
        ],
        "biases": [[round(draw.uniform(-0.3, 0.3), 3) for _ in range(o)] for o in sizes[1:]],
    }


def batches(X: list[list[float]], y: list[int]) -> list[list[int]]:
    """Rows of every batch as the Trainer deals them."""
    features, classes = tuple("abcd"), tuple("xyz")
    X_all, y_all, rows = np.array(X), np.array(y), np.arange(SAMPLES)
    unit = np.ones(INPUTS)
    data = ls.Dataset("parity", X_all, y_all, X_all, y_all, features, classes, 0 * unit, unit, rows, rows)
    trainer = ls.Trainer(data, ls.Hyperparameters(batch_size=BATCH, seed=DEFAULTS["seed"]))
    dealt = []
    for _ in range(STEPS):
        dealt.append(trainer.next_batch.tolist())
        trainer.step()
    return dealt


def soft_targets(y: torch.Tensor, hp: dict) -> torch.Tensor:
    hard = torch.eye(CLASSES)[y] if hp["soft_targets"] is None else torch.tensor(hp["soft_targets"])[y]
    return hard * (1 - hp["label_smoothing"]) + hp["label_smoothing"] / CLASSES


def cross_entropy(z: torch.Tensor, y: torch.Tensor, hp: dict) -> torch.Tensor:
    """PyTorch's own smoothing, on class numbers or on rows of probabilities."""
    target = y if hp["soft_targets"] is None else torch.tensor(hp["soft_targets"])[y]
    return F.cross_entropy(z, target, label_smoothing=hp["label_smoothing"])


def hinge(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    own = z.gather(1, y[:, None])
    rival = z.masked_fill(torch.eye(CLASSES, dtype=torch.bool)[y], -torch.inf).max(dim=1, keepdim=True).values
    return (1 + rival - own).clamp(min=0).mean()


def data_loss(z: torch.Tensor, y: torch.Tensor, hp: dict) -> torch.Tensor:
    diagonal, loss, t = hp["softmax_jacobian"] == "diagonal", hp["loss"], soft_targets(y, hp)
    if loss == "cross_entropy" and not diagonal:
        return cross_entropy(z, y, hp)
    if loss == "hinge":
        return hinge(z, y)
    if loss == "binary_cross_entropy":
        return F.binary_cross_entropy_with_logits(z, t, reduction="sum") / len(y)
    o = OUTPUTS[hp["output"]](z)
    if diagonal:
        # The same value as softmax, but dₒ/dz reduced to its diagonal o(1 − o).
        o = o.detach() + (z - z.detach()) * (o * (1 - o)).detach()
    if loss == "mse":
        return F.mse_loss(o, t, reduction="sum") / 2 / len(y)
    if loss == "mae":
        return F.l1_loss(o, t, reduction="sum") / len(y)
    if loss == "focal":
        return -(t * (1 - o) ** 2 * o.log()).sum() / len(y)
    return -(t * o.log()).sum() / len(y)


def penalties(z: torch.Tensor, weights: list, hp: dict) -> torch.Tensor:
    """What is added to the loss for the logits, the mean over the samples, and for the weights."""
    log_o, largest = z.log_softmax(dim=1), z.max(dim=1, keepdim=True).values
    each = (
        hp["logit_penalty"] / 2 * z.pow(2).sum(dim=1)
        + hp["confidence_penalty"] * (log_o.exp() * log_o).sum(dim=1)
        + hp["max_suppression"] * (largest[:, 0] - z.mean(dim=1))
        + hp["margin_smoothing"] * F.relu(largest - z - hp["margin"]).sum(dim=1)
        + hp["z_loss"] / 2 * z.logsumexp(dim=1).pow(2)
    )
    of_weights = hp["l1"] * sum(W.abs().sum() for W in weights)
    return each.mean() + of_weights + hp["last_layer_l2"] / 2 * weights[-1].pow(2).sum()


def training_loss(z: torch.Tensor, y: torch.Tensor, hp: dict) -> torch.Tensor:
    """The loss, with a focal γ the focal one."""
    if not hp["focal_gamma"]:
        return data_loss(z, y, hp)
    o = z.softmax(dim=1)
    return -(soft_targets(y, hp) * (1 - o) ** hp["focal_gamma"] * o.log()).sum() / len(y)


def optimiser(weights: list, biases: list, hp: dict, native_decay: bool) -> torch.optim.Optimizer:
    """L2 is the group's weight_decay; with ``native_decay`` AdamW's decoupled decay takes that place."""
    groups = [{"params": weights, "weight_decay": hp["weight_decay"] if native_decay else hp["l2"]}, {"params": biases}]
    if native_decay:
        groups[1]["weight_decay"] = 0.0
        return torch.optim.AdamW(groups, lr=hp["learning_rate"])
    if hp["optimizer"] == "adam":
        return torch.optim.Adam(groups, lr=hp["learning_rate"])
    return torch.optim.SGD(groups, lr=hp["learning_rate"], momentum=hp["momentum"], nesterov=hp["nesterov"])


def train(hp: dict, first: dict, X: torch.Tensor, y: torch.Tensor, dealt: list, **how: Any) -> dict:
    """Train and return the last parameters and the mean loss over all samples. how: native_decay, change."""
    native_decay, change = how.get("native_decay", False), how.get("change")
    weights = [torch.tensor(W, requires_grad=True) for W in first["weights"]]
    biases = [torch.tensor(b, requires_grad=True) for b in first["biases"]]
    step_by = optimiser(weights, biases, hp, native_decay)

    def logits(x: torch.Tensor) -> torch.Tensor:
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            x = ACTIVATIONS[hp["activation"]](x @ W + b)
        return x @ weights[-1] + biases[-1]

    for step, rows in enumerate(dealt):
        if change and step == change["step"]:
            hp = hp | change["values"]
            for group, l2 in zip(step_by.param_groups, (hp["l2"], 0.0), strict=True):
                group.update(lr=hp["learning_rate"], momentum=hp["momentum"], weight_decay=l2)
        z = logits(X[rows])
        loss = training_loss(z, y[rows], hp) + penalties(z, weights, hp)
        if native_decay:
            loss = loss + 0.5 * hp["l2"] * sum((W * W).sum() for W in weights)
        step_by.zero_grad()
        loss.backward()
        # The decay is a factor on the weights before the update, whose gradients (L2's too) were taken before it.
        shrink = 0.0 if native_decay else hp["learning_rate"] * hp["weight_decay"]
        taken = [shrink * W.detach() for W in weights]
        step_by.step()
        with torch.no_grad():
            for W, part in zip(weights, taken, strict=True):
                W -= part
    with torch.no_grad():
        last_loss = data_loss(logits(X), y, hp).item()
    return {
        "weights": [W.tolist() for W in weights],
        "biases": [b.tolist() for b in biases],
        "loss": last_loss,
    }


def grid() -> dict[str, tuple[dict, dict]]:
    """Every case: the hyperparameters, and how PyTorch is to do it."""
    cases = {}
    for output, loss in PAIRS:
        for jacobian in ("exact", "diagonal") if output == "softmax" else ("exact",):
            for name, settings in OPTIMISERS.items():
                smoothing = {"label_smoothing": 0.0} if loss == "hinge" else {}
                pair = {"output": output, "loss": loss, "softmax_jacobian": jacobian}
                cases[f"{output} {loss} {jacobian} {name}"] = REGULARISERS | smoothing | pair | settings, {}
    base = REGULARISERS | {"output": "softmax", "loss": "cross_entropy"}
    for activation in ("relu", "logistic", "identity"):
        cases[f"hidden {activation}"] = base | OPTIMISERS["momentum"] | {"activation": activation}, {}
    cases["two hidden layers"] = base | OPTIMISERS["adam"] | {"hidden": [5, 4], "activation": "logistic"}, {}
    cases["no hidden layer"] = base | OPTIMISERS["nesterov"] | {"hidden": []}, {}
    cases["soft targets"] = base | OPTIMISERS["sgd"] | {"label_smoothing": 0.0, "soft_targets": SOFT_ROWS}, {}
    smoothed_mse = {"loss": "mse", "soft_targets": SOFT_ROWS}
    cases["soft targets, smoothed, mse"] = base | OPTIMISERS["adam"] | smoothed_mse, {}
    cases["decoupled decay by AdamW"] = base | OPTIMISERS["adam"], {"native_decay": True}
    change = {"label_smoothing": 0.3, "l2": 0.0, "l1": 0.002, "learning_rate": 0.05, "momentum": 0.5}
    cases["changed at step 90"] = base | OPTIMISERS["momentum"], {"change": {"step": 90, "values": change}}
    return cases | other_means()


def other_means() -> dict[str, tuple[dict, dict]]:
    """Each of MEANS alone, all together with REGULARISERS, and with every output and loss those that go with it."""
    softmax = {"output": "softmax", "loss": "cross_entropy"}
    cases = {f"{name} alone": (OPTIMISERS["sgd"] | softmax | {name: value}, {}) for name, value in MEANS.items()}
    cases["focal_gamma below 1 alone"] = OPTIMISERS["sgd"] | softmax | {"focal_gamma": 0.5}, {}
    together = REGULARISERS | MEANS | softmax
    for name, settings in OPTIMISERS.items():
        cases[f"all together {name}"] = together | settings, {}
    cases["all together, two hidden layers"] = together | OPTIMISERS["adam"] | {"hidden": [5, 4]}, {}
    cases["all together, no hidden layer"] = together | OPTIMISERS["momentum"] | {"hidden": []}, {}
    soft = {"label_smoothing": 0.0, "soft_targets": SOFT_ROWS}
    cases["all together, soft targets"] = together | OPTIMISERS["sgd"] | soft, {}
    change = {name: value / 2 for name, value in MEANS.items()} | {"z_loss": 0.0, "margin": 0.5}
    cases["all together, changed at step 90"] = together | OPTIMISERS["sgd"], {"change": {"step": 90, "values": change}}
    for output, loss in PAIRS:
        for jacobian in ("exact", "diagonal") if output == "softmax" else ("exact",):
            pair = {"output": output, "loss": loss, "softmax_jacobian": jacobian}
            fitting = {"logit_penalty": 0.03, "last_layer_l2": 0.02}
            if output == "softmax":
                fitting = MEANS | ({"focal_gamma": 0.0} if (loss, jacobian) != ("cross_entropy", "exact") else {})
            smoothing = {"label_smoothing": 0.0} if loss == "hinge" else {}
            settings = REGULARISERS | smoothing | fitting | pair | OPTIMISERS["momentum"]
            cases[f"together {output} {loss} {jacobian}"] = settings, {}
    return cases


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    draw = random.Random(20240)
    X, y = samples(draw)
    first = {str(hidden): first_parameters(draw, hidden) for hidden in ([5], [5, 4], [])}
    dealt = batches(X, y)
    found = {}
    for name, (hp, how) in grid().items():
        full = DEFAULTS | hp
        trained = train(full, first[str(full["hidden"])], torch.tensor(X), torch.tensor(y), dealt, **how)
        given = {key: value for key, value in hp.items() if DEFAULTS.get(key) != value}
        found[name] = {"hyperparameters": given, "change": how.get("change")} | trained
    everywhere = {"batch_size": BATCH, "seed": DEFAULTS["seed"]}
    about = f"Trained by PyTorch {torch.__version__} in float64; written by make_reference.py."
    parts = {"about": about, "hyperparameters": everywhere, "X": X, "y": y, "batches": dealt, "first": first}
    lines = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in parts.items()]
    cases = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in found.items()]
    body = ",\n".join(lines) + ',\n"cases": {\n' + ",\n".join(cases) + "\n}"
    Path(__file__).with_name("parity.json").write_text("{\n" + body + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
