"""What several commands do: read the data, start a run, tell of progress, print JSON."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from lsexplorer.cli.options import load, split_options
from lsexplorer.data import Dataset
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_hyperparameters

CHUNK = 500
Advance = Callable[[int, int], None]
"""Told what is done of all."""


def load_data(source: str, given: dict[str, Any]) -> Dataset:
    """The data set, by the data's options that were given."""
    with progress_bar("reading") as advance:
        return load(source, given, advance)


def settings(data: Dataset, given: dict[str, Any]) -> Hyperparameters:
    """The hyperparameters that were given, and for the rest a network that suits the data."""
    return Hyperparameters().replace(**default_hyperparameters(data) | given)


def new_trainer(source: str, options: dict[str, Any]) -> Trainer:
    """A new run on what was given."""
    data_given, given = split_options(options)
    data = load_data(source, data_given)
    return Trainer(data, settings(data, given))


def train_for(trainer: Trainer, epochs: int) -> None:
    """Train to the end of so many epochs, telling of progress."""
    steps = epochs * trainer.steps_per_epoch
    with progress_bar("training", steps) as advance:
        while trainer.step_count < steps:
            trainer.step(min(CHUNK, steps - trainer.step_count))
            advance(trainer.step_count, steps)


def print_json(value: object) -> None:
    """One line of JSON on standard output; numbers that are not finite become null."""
    import msgspec

    click.echo(msgspec.json.encode(value))


@contextmanager
def progress_bar(title: str, total: int | None = None) -> Iterator[Advance]:
    """A progress bar on standard error, where that is a terminal, with the time that is left."""
    with phases_bar() as advance:
        yield lambda done, all_: advance(title, done, all_)


@contextmanager
def phases_bar() -> Iterator[Callable[[str, int, int], None]]:
    """The same for work in several phases, each told by its name."""
    if not sys.stderr.isatty():
        yield lambda phase, done, all_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda phase, done, all_: bar.update(task, description=phase, completed=done, total=all_)
