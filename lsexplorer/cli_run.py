"""What the commands that train or read data share: loading, a new run, the progress bar, JSON."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lsexplorer import cli_options
from lsexplorer.cli_options import split_options
from lsexplorer.data import Dataset, default_hyperparameters
from lsexplorer.run import Hyperparameters, Trainer

if TYPE_CHECKING:
    from rich.progress import Progress

CHUNK = 500


def print_json(value: object) -> None:
    """Print a value as JSON; what is no number, or infinite, as null."""
    import msgspec

    click.echo(msgspec.json.encode(value))


def new_trainer(source: str, options: dict[str, Any]) -> Trainer:
    """A new run: on what was given, and for the rest with a network that suits the data."""
    data_given, given = split_options(options)
    data = load(source, data_given)
    return Trainer(data, Hyperparameters().replace(**default_hyperparameters(data) | given))


def load(source: str, given: dict[str, Any]) -> Dataset:
    """The data set of a command, with a progress bar for a long file."""
    with progress_bar("reading") as advance:
        return cli_options.load(source, given, advance)


def train_for(trainer: Trainer, epochs: int) -> None:
    """Train to the end of so many epochs, with a progress bar."""
    steps = epochs * trainer.steps_per_epoch
    with progress_bar("training", steps) as advance:
        while trainer.step_count < steps:
            trainer.step(min(CHUNK, steps - trainer.step_count))
            advance(trainer.step_count, steps)


class progress_bar:  # noqa: N801
    """A progress bar on standard error, where that is a terminal; yields a function of (done, all)."""

    def __init__(self, title: str, total: int | None = None) -> None:
        self._title, self._total = title, total
        self._bar: Progress | None = None

    def __enter__(self) -> Callable[[int, int], None]:
        if not sys.stderr.isatty():
            return lambda done, steps: None
        from rich.console import Console
        from rich.progress import Progress

        bar = self._bar = Progress(console=Console(stderr=True), transient=True)
        bar.start()
        task = bar.add_task(self._title, total=self._total)
        return lambda done, steps: bar.update(task, completed=done, total=steps)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
