"""Steps that several commands share: read the data, start a run, report progress, print and write results."""

import math
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import click

from lsexplorer.cli.options import split_options
from lsexplorer.data import BUILTINS, Dataset, LoadOptions, load_dataset
from lsexplorer.data.files import label, shown
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_hyperparameters

if TYPE_CHECKING:
    from lsexplorer.reports.document import Block
    from lsexplorer.study.match.result import MatchResults

STEPS_PER_UPDATE = 500
"""Training steps between two updates of the progress bar."""
Advance = Callable[[int, int], None]
"""Called with how much is finished, and the total."""


def load_data(source: str, given: dict[str, Any]) -> Dataset:
    """The data set of a DATA argument, with the data options that were given."""
    if is_run_file(source):
        raise InputError(f"{source} looks like a run file: `lsexplorer {source}` opens it; this command takes data")
    if "=" in source:
        from lsexplorer.run.share import is_shared

        if is_shared(source):
            raise InputError(f"'{shown(source)}' is a run: `lsexplorer` and its `export` open it; this takes data")
    options = {("seed" if name == "split_seed" else name): value for name, value in given.items()}
    assert options.keys() <= {field.name for field in fields(LoadOptions)}
    if source in BUILTINS:  # it is read before a bar could be drawn
        return load_dataset(source, **options)
    with progress_bar("reading") as advance:
        return load_dataset(source, **options, progress=advance)


def say_understood(data: Dataset) -> None:
    """Say on standard error what was understood of a person's own file."""
    if data.source in BUILTINS:
        return
    from lsexplorer.data import summarize

    with suppress(OSError):  # standard error may be closed
        for line in summarize(data).brief():
            click.echo(line, err=True)


def load_recipe(source: str, options: dict[str, Any]) -> tuple[Dataset, Hyperparameters]:
    """The data, and the hyperparameters: those given, with defaults that suit the data.

    What was understood of a person's own file is said on standard error.
    """
    data_given, given = split_options(options)
    data = load_data(source, data_given)
    hp = Hyperparameters().replace(**default_hyperparameters(data) | given)
    say_understood(data)
    return data, hp


def new_trainer(source: str, options: dict[str, Any]) -> Trainer:
    """A new run on a DATA argument."""
    return Trainer(*load_recipe(source, options))


def open_trainer(source: str, options: dict[str, Any], long: bool) -> Trainer:
    """A run from a run file or a shared text, or a new one on a data set. long: whether a replay may take any time."""
    from lsexplorer.run.share import is_shared

    shared = is_shared(source)
    if not shared and not is_run_file(source):
        return new_trainer(source, options)
    data_given, given = split_options(options)
    if data_given:
        flag = "test" if "test_file" in data_given else next(iter(data_given)).replace("_", "-")
        raise InputError(f"{source} names its own data: leave out --{flag}")
    if given:
        flag = next(iter(given)).replace("_", "-")
        raise InputError(f"{source} has its own settings: leave out --{flag}, and change it on the screen")
    from lsexplorer.run import load_run
    from lsexplorer.run.replay import LONG_SECONDS
    from lsexplorer.run.share import load_shared

    seconds = math.inf if long else LONG_SECONDS
    with progress_bar("replaying") as advance, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the note says it in one line
        if shared:
            trainer = load_shared(source, advance, max_seconds=seconds)
        else:
            trainer = load_run(Path(source), advance, max_seconds=seconds)
    say_understood(trainer.data)
    if trainer.note:
        click.echo(f"{label(Path(source))}: {trainer.note}", err=True)
    return trainer


def is_run_file(source: str) -> bool:
    """Whether an argument names a run file."""
    return source.lower().endswith(".json")


def train_for(trainer: Trainer, epochs: int) -> None:
    """Train until ``epochs`` epochs are finished, with a progress bar."""
    steps = epochs * trainer.steps_per_epoch
    with progress_bar("training", steps) as advance:
        while trainer.step_count < steps:
            trainer.step(min(STEPS_PER_UPDATE, steps - trainer.step_count))
            advance(trainer.step_count, steps)


def print_json(value: object) -> None:
    """Print one line of JSON on standard output; numbers that are not finite become null."""
    import msgspec

    click.echo(msgspec.json.encode(value))


class ReportFiles(NamedTuple):
    """The files for a report, where they were asked for."""

    markdown: Path | None
    html: Path | None

    @classmethod
    def checked(cls, markdown: str | None, html: str | None, check: Callable[[str, str | None], Path | None]) -> Self:
        """The paths, once ``check``, of an option and what it was given, has found that they may be written."""
        return cls(check("--markdown", markdown), check("--html", html))

    def write(self, document: "Callable[[], Sequence[Block]]") -> None:
        """Write what was asked for."""
        if self.markdown is None and self.html is None:
            return
        from lsexplorer.reports.document import as_html, as_markdown

        if self.markdown is not None:
            write_report(self.markdown, as_markdown(document()))
        if self.html is not None:
            write_report(self.html, as_html(document()))


def write_report(path: Path, text: str) -> None:
    """Write a report to a file, and note it on standard error."""
    from lsexplorer.data.output import written

    with written(path) as file:
        file.write(text.encode())
    click.echo(f"wrote {label(path)}", err=True)


def report_matches(
    result: "MatchResults[Any]", *, is_single: bool, as_json: bool, files: ReportFiles, values: Path | None
) -> None:
    """Report one match, or several in a table: on standard output, and in the files that were asked for."""
    from lsexplorer.reports import match, match_all

    try:
        if values is not None:
            write_report(values, match.values_file(result.matches.values()))
        files.write(lambda: match.document(result.first) if is_single else match_all.document(result))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(match.match_result(result.first) if is_single else match_all.matches_result(result))
        elif is_single:
            match.print_report(result.first)
        else:
            match_all.print_report(result)


@contextmanager
def progress_bar(title: str, total: int | None = None) -> Iterator[Advance]:
    """A progress bar with the time left, on standard error if that is a terminal."""
    with phases_bar() as advance:
        yield lambda finished, all_: advance(title, finished, all_)


def run_study(study: Callable[..., Any], report: Callable[[Any], None]) -> None:
    """Call a study with ``progress``, a bar, and report what it found; on Ctrl-C, what it had found by then."""
    from lsexplorer.study.jobs.interrupted import Interrupted

    try:
        with phases_bar() as progress:
            result = study(progress=progress)
    except Interrupted as interrupt:
        if interrupt.answer is not None:
            report(interrupt.answer)
        raise
    report(result)


@contextmanager
def phases_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for work in several phases: called with the phase, how much of it is finished, and its total."""
    if not sys.stderr.isatty():
        yield lambda phase, finished, all_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda phase, finished, all_: bar.update(task, description=phase, completed=finished, total=all_)
