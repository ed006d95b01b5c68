"""The data screen in a test, with the explorer below it or alone, and what a test reads from it."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np

import lsexplorer as ls
from lsexplorer.run import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.data.screen import DataScreen
from tests.support.explorer import WIDE, Explorer, alone, one_screen


def data_screen(trainer: ls.Trainer, size: tuple[int, int] = WIDE) -> AbstractAsyncContextManager[Explorer]:
    """The data screen without the explorer below it."""
    return alone(one_screen(trainer, DataScreen, DataScreen), size)


def on(data: ls.Dataset | str, steps: int = 0, **hyperparameters: Any) -> ls.Trainer:
    """A run with the network that suits a data set, given by name or itself."""
    data = ls.load_dataset(data) if isinstance(data, str) else data
    trainer = ls.Trainer(data, Hyperparameters().replace(**default_hyperparameters(data) | hyperparameters))
    trainer.step(steps)
    return trainer


def lines(e: Explorer) -> dict[tuple[int, str], str]:
    """The table's lines on the screen by (row of the source, part), in order."""
    lines_of = {}
    for line in e.text.splitlines():
        words = line.rpartition("││")[2].replace("│", " ").split()
        if len(words) > 2 and words[0].isdecimal() and words[1] in ("train", "test"):
            lines_of[int(words[0]), words[1]] = line
    return lines_of


def verdict(line: str) -> tuple[bool, str, str]:
    """What a line's last columns say: whether it is marked as wrong, the class, how sure."""
    *mark, says, sure = line.rpartition("│")[0].rpartition("│")[2].split()
    return mark == ["✗"], says, sure


def title(e: Explorer) -> str:
    return str(e.find("#rows").border_title)


def full(e: Explorer) -> list[str]:
    """The selected row in full: the article's line, and its soft targets."""
    return str(e.find("#row_line").content).splitlines()


def said(e: Explorer) -> str:
    return str(e.find("#message").content)


def all_rows(data: ls.Dataset) -> list[tuple[int, str, int]]:
    """(row of the source, part, class) of every row, training rows first."""
    parts = (("train", data.train_rows, data.y_train), ("test", data.test_rows, data.y_test))
    return [(int(row) + 1, part, int(k)) for part, rows, y in parts for row, k in zip(rows, y, strict=True)]


def softmax_of(trainer: ls.Trainer) -> np.ndarray:
    """Class probabilities of every row, training rows first, of a network with one hidden layer of tanh."""
    X = np.vstack([trainer.data.X_train, trainer.data.X_test])
    W, b = trainer.network.weights, trainer.network.biases
    z = np.tanh(X @ W[0] + b[0]) @ W[1] + b[1]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
