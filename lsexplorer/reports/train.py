"""The report of `lsexplorer train`: as data, and as text."""

import math
from typing import Any

from lsexplorer.run import Trainer


def train_result(trainer: Trainer) -> dict[str, Any]:
    """Data, hyperparameters, steps, measures on both parts, and the norms of the weights by layer."""
    norms = {name: float(series.values[-1]) for name, series in trainer.history.items() if "norm" in name}
    return {
        "data": trainer.data.name,
        "notes": list(trainer.data.notes),
        "network": list(trainer.network.sizes),
        "hyperparameters": trainer.hyperparameters.as_dict(),
        "steps": trainer.step_count,
        "epochs": trainer.epoch,
        "train": dict(trainer.evaluate("train")),
        "test": dict(trainer.evaluate("test")),
        "weight_norm": norms.pop("weight_norm"),
        "weight_norms": list(norms.values()),
    }


def train_text(result: dict[str, Any]) -> str:
    """A few lines for a person."""
    network = "-".join(map(str, result["network"]))
    lines = [f"{result['data']}  {network}  {result['steps']:,} steps, {result['epochs']:g} epochs", ""]
    lines.append(f"{'':18}{'train':>10}{'test':>10}")
    lines += [f"{name:18}{_pair(result['train'][name], result['test'][name]):>20}" for name in result["train"]]
    layers = "  ".join(f"{norm:.4f}" for norm in result["weight_norms"])
    return "\n".join([*lines, "", f"{'weight norm':18}{result['weight_norm']:10.4f}   by layer: {layers}"])


def _pair(train: float, test: float) -> str:
    """The values of a measure on both parts; they are not numbers where the outputs are no probabilities."""
    return "needs probabilities" if math.isnan(train) and math.isnan(test) else f"{train:10.4f}{test:10.4f}"
