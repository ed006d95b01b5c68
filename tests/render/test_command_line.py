"""The command line that does what a screen does, against the command line's own parser."""

import shlex
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.cli.common import load_recipe
from lsexplorer.cli.train import train
from lsexplorer.render.command_line import command_line
from lsexplorer.run.presets import default_hyperparameters

HYPERPARAMETERS: list[dict[str, Any]] = [
    {},
    {"hidden": (8, 4), "momentum": 0.9, "nesterov": True, "label_smoothing": 0.25, "soft_targets": 0.8},
    {"output": "sigmoid", "loss": "mse", "l2": 1e-7, "seed": 12, "hidden": ()},
]


@pytest.mark.parametrize("changes", HYPERPARAMETERS)
@pytest.mark.parametrize("options", [{}, {"test_size": 0.4, "seed": 3, "target": "kind", "drop": ("a", "b c")}])
def test_the_command_reads_as_the_same_recipe(tmp_path: Path, changes: Any, options: Any) -> None:
    path = tmp_path / "my file.csv"
    rows = [f"{i % 7},{i % 5},{i * i % 11},{'xy'[i % 2]}" for i in range(40)]
    path.write_text("a,b c,d,kind\n" + "\n".join(rows))
    data = ls.load_dataset(path, **options)
    hp = ls.Hyperparameters(**default_hyperparameters(data) | changes)
    words = shlex.split(command_line("train", data, hp))
    assert words[:2] == ["lsexplorer", "train"]
    given = train.make_context("train", words[2:]).params
    again, same = load_recipe(given["source"], {name: given[name] for name in known()})
    assert (again.digest, again.options, same) == (data.digest, data.options, hp)


def known() -> set[str]:
    """The names of the options of data and hyperparameters."""
    return {param.name or "" for param in train.params} - {"source", "epochs", "as_json", "save", "force"}
