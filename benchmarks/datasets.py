"""The table of built-in data sets in docs/benchmarks.md: what each is, and its accuracy plain, smoothed and with L2.

python -m benchmarks.datasets
"""

from typing import Any

import numpy as np

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.data import BUILTINS
from lsexplorer.run.presets import default_epochs, default_hyperparameters

SEEDS, LABEL_SMOOTHING, L2 = 5, 0.1, 0.001


def accuracy(name: str, **regularizer: Any) -> str:
    """Mean and standard deviation over the seeds of the test accuracy, in percent; one split, other weights."""
    data = load_dataset(name)
    found = []
    for seed in range(SEEDS):
        trainer = Trainer(data, Hyperparameters(**default_hyperparameters(name), seed=seed, **regularizer))
        trainer.step(default_epochs(data) * trainer.steps_per_epoch)
        found.append(100 * trainer.evaluate("test").accuracy)
    return f"{np.mean(found):.1f} ± {np.std(found, ddof=1):.1f}"


def main() -> None:
    """Print the table as Markdown."""
    print(f"| name | rows | predictors | classes | network | epochs | plain | a = {LABEL_SMOOTHING} | L2 λ = {L2} |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in BUILTINS:
        data = load_dataset(name)
        trainer = Trainer(data, Hyperparameters(**default_hyperparameters(name)))
        network = "-".join(map(str, trainer.network.sizes)) + " " + trainer.hyperparameters.activation
        rows = f"{len(data.y_train):,} + {len(data.y_test):,}"
        arms = accuracy(name), accuracy(name, label_smoothing=LABEL_SMOOTHING), accuracy(name, l2=L2)
        cells = name, rows, data.X_train.shape[1], len(data.class_names), network, default_epochs(data), *arms
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
