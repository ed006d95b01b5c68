"""`lsexplorer match --trainer`: the match of networks that a function of the user's trains."""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from click.core import ParameterSource

from lsexplorer.cli.common import run_study
from lsexplorer.cli.options import flag_of
from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.study.jobs.parts import Part
from lsexplorer.study.train_function.functions import named_function
from lsexplorer.study.train_function.matching import match_function, train_part
from lsexplorer.study.train_function.plan import Asked

LINE_SECONDS = 60
"""Seconds between two lines of progress where there is no terminal to draw a bar on."""


def run_function(
    trainer: str,
    out: str,
    asked: Asked,
    report: Callable[[Any], None],
    *,
    workers: int | str | None,
    part: Part | None,
) -> None:
    """Make the match and report it, or a part of it; what is not a result goes to standard error."""
    function = named_function(trainer)

    def study(progress: Callable[[str, int, int], None]) -> Any:
        work = match_function if part is None else partial(train_part, part=part)
        shown = progress if sys.stderr.isatty() else _lines()
        return work(function, out, asked, workers=workers, progress=shown, say=lambda line: click.echo(line, err=True))

    def report_part(networks: int) -> None:
        click.echo(f"part {part}: {counted(networks, 'network', 'networks')} trained, kept in {out}", err=True)

    run_study(study, report if part is None else report_part)


def check_alone(options: dict[str, Any]) -> None:
    """Raise InputError where an argument or an option beside --trainer is for lsexplorer's own networks."""
    context = click.get_current_context()
    if context.get_parameter_source("source") is ParameterSource.COMMANDLINE:
        raise InputError(f"--trainer brings its own data: leave out {context.params['source']!r}")
    for name, value in options.items():
        if value not in (None, ()) and name != "label_smoothing":
            raise InputError(f"{flag_of(name)} is for networks of lsexplorer's own: leave it out with --trainer")


def _lines() -> Callable[[str, int, int], None]:
    """Progress as a line now and then."""
    last = time.monotonic()

    def show(phase: str, finished: int, total: int) -> None:
        nonlocal last
        if time.monotonic() >= last + LINE_SECONDS:
            last = time.monotonic()
            click.echo(f"{finished} of about {total} trainings: {phase}", err=True)

    return show
