"""`lsexplorer match`: whether L2, or another regulariser, would have done the same."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lsexplorer.cli.common import load_data, phases_bar, print_json, settings
from lsexplorer.cli.options import data_options, hyperparameter_options, source_argument, split_options
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REMEDIES
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match.matching import InterruptedMatch, Match
from lsexplorer.study.match.matching import match as run_match
from lsexplorer.study.measures import CRITERIA

F = TypeVar("F", bound=Callable[..., Any])
_RANGE = f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}"


def worker_options(command: F) -> F:
    """Where the work is done."""
    command = click.option(
        "--scheduler", metavar="ADDRESS", help="Work on a Dask cluster, by its scheduler's address: tcp://HOST:8786."
    )(command)
    text = f"Processes to work in; 0 for this one.  [{cores()}]"
    return click.option("--cores", type=click.IntRange(0, 1024), metavar="N", help=text)(command)


def chosen_workers(count: int | None, scheduler: str | None) -> int | str | None:
    """What `worker_options` was given, as `match` takes it; raises InputError for both at once."""
    if scheduler is not None:
        if count is not None:
            raise InputError("--scheduler and --cores exclude each other: a cluster has its own workers")
        return scheduler
    return (cores() if count is None else count) or None


def check_writable(option: str, path: str) -> None:
    """Raise InputError where a file cannot be written there, before the work is done."""
    where = Path(path)
    if where.is_dir():
        raise InputError(f"{option} {path} is a directory: give the name of a file")
    if not where.parent.is_dir():
        raise InputError(f"{option} {path}: there is no directory {where.parent}")
    if not os.access(where if where.exists() else where.parent, os.W_OK):
        raise InputError(f"{option} {path} may not be written to")


@click.command()
@source_argument("[DATA]")
@click.option("--remedy", type=click.Choice(list(REMEDIES)), default="l2", show_default=True, help="What else.")
@click.option(
    "--criterion",
    type=click.Choice(CRITERIA),
    default="weight_norm",
    show_default=True,
    help="What the remedy's strength is matched on; all three are reported.",
)
@click.option("--seeds", type=int, metavar="N", help="Seeds to measure on.  [12; 24 for small test parts]")
@click.option("--epochs", type=click.IntRange(1, 10**6), help="Epochs to train.  [what suits the data]")
@click.option("--strengths", metavar="LOW:HIGH", help=f"Strengths to search.  [what suits the remedy: {_RANGE} for L2]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--markdown", type=click.Path(), metavar="FILE", help="Write the report here as well, as Markdown.")
@worker_options
@data_options
@hyperparameter_options
def match(
    source: str,
    remedy: str,
    criterion: str,
    seeds: int | None,
    epochs: int | None,
    strengths: str | None,
    as_json: bool,
    markdown: str | None,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Would L2, or another regulariser, have done what label smoothing does? A verdict with evidence.

    On some seeds the strength is found at which the remedy reaches the criterion that smoothing has; on other seeds
    the two are compared. --label-smoothing is 0.1 by default.
    """
    low, high = (None, None) if strengths is None else _strengths(strengths)
    workers = chosen_workers(cores, scheduler)
    if markdown is not None:
        check_writable("--markdown", markdown)
    data_given, given = split_options(options)
    data = load_data(source, data_given)
    smoothing = given.pop("label_smoothing", 0.1)
    hp = settings(data, given)
    try:
        with phases_bar() as progress:
            found = run_match(
                data,
                hp,
                label_smoothing=smoothing,
                remedy=remedy,
                criterion=criterion,
                seeds=seeds,
                epochs=epochs,
                low=low,
                high=high,
                workers=workers,
                progress=progress,
            )
    except InterruptedMatch as stopped:
        if stopped.match is not None:
            _tell(stopped.match, as_json, markdown)
        raise
    _tell(found, as_json, markdown)


def _tell(found: Match, as_json: bool, markdown_file: str | None) -> None:
    from lsexplorer.reports.match import markdown, match_result, print_report

    if as_json:
        print_json(match_result(found))
    else:
        print_report(found)
    sys.stdout.flush()
    if markdown_file is not None:
        with written(markdown_file) as file:
            file.write(markdown(found).encode())
        click.echo(f"wrote {markdown_file}", err=True)


def _strengths(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise InputError(f"--strengths must be two numbers LOW:HIGH, such as {_RANGE}, got '{text}'") from None
    return low, high
