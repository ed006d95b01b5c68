"""`lsexplorer match --trainer`: the match of networks that a function of the user's trains."""

import sys
import time
from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from lsexplorer.cli.common import phases_bar, run_study
from lsexplorer.cli.options import flag_of
from lsexplorer.errors import InputError
from lsexplorer.study.jobs.executors import Progress
from lsexplorer.study.train_function.functions import named_function
from lsexplorer.study.train_function.matching import match_function, train_part
from lsexplorer.study.train_function.plan import Asked

LINE_SECONDS = 60
"""Seconds between two lines of progress where there is no terminal to draw a bar on."""


def run_function(
    trainer: str, out: str | None, asked: Asked, report: Callable[[Any], None], *, workers: int | str | None
) -> None:
    """Make the match and report it; what is not a result goes to standard error."""
    if out is None:
        raise InputError("--trainer needs --out FOLDER: it keeps every network's answers, and goes on from there")
    function = named_function(trainer)
    if asked.part is not None:
        with phases_bar() as progress:
            count = train_part(function, out, asked, workers=workers, progress=_shown(progress), say=_say)
        click.echo(f"part {asked.part}: {count:,} networks trained; the same command without --part reports", err=True)
        return

    def study(progress: Progress) -> Any:
        return match_function(function, out, asked, workers=workers, progress=_shown(progress), say=_say)

    run_study(study, report)


def check_alone(options: dict[str, Any]) -> None:
    """Raise InputError where an argument or an option beside --trainer is for lsexplorer's own networks."""
    context = click.get_current_context()
    if context.get_parameter_source("source") is ParameterSource.COMMANDLINE:
        raise InputError(f"--trainer brings its own data: leave out {context.params['source']!r}")
    for name, value in options.items():
        if value not in (None, ()) and name != "label_smoothing":
            raise InputError(f"{flag_of(name)} is for networks of lsexplorer's own: leave it out with --trainer")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _shown(progress: Progress) -> Progress:
    """Progress as a bar on a terminal, else as lines."""
    return progress if sys.stderr.isatty() else _lines()


def _lines() -> Progress:
    """Progress as a line now and then."""
    last = time.monotonic()

    def show(phase: str, finished: int, total: int) -> None:
        nonlocal last
        if time.monotonic() >= last + LINE_SECONDS:
            last = time.monotonic()
            click.echo(f"{finished} of about {total} trainings: {phase}", err=True)

    return show
