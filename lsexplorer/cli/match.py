"""`lsexplorer match`: whether L2, or another regulariser, would have done the same."""

from pathlib import Path
from typing import Any

import click

from lsexplorer.cli.common import load_recipe, phases_bar, print_json, write_report
from lsexplorer.cli.options import (
    checked_output,
    chosen_workers,
    force_option,
    markdown_option,
    source_argument,
    study_options,
)
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REGULARIZERS, REMEDIES
from lsexplorer.study.match import Match
from lsexplorer.study.match import match as run_match
from lsexplorer.study.match.matching import InterruptedMatch
from lsexplorer.study.measures import CRITERIA

_RANGE = f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}"


@click.command()
@source_argument("[DATA]")
@click.option(
    "--remedy",
    type=click.Choice(list(REMEDIES)),
    default="l2",
    show_default=True,
    help="The regulariser to match to label smoothing.",
)
@click.option(
    "--criterion",
    type=click.Choice(CRITERIA),
    default="weight_norm",
    show_default=True,
    help="What its strength is matched on; all three are reported.",
)
@click.option("--seeds", type=int, metavar="N", help="Seeds to compare on.  [12; 24 for small test parts]")
@click.option("--strengths", metavar="LOW:HIGH", help=f"Strengths to search.  [what suits the remedy: {_RANGE} for L2]")
@markdown_option
@force_option
@study_options
def match(
    source: str,
    remedy: str,
    criterion: str,
    seeds: int | None,
    epochs: int | None,
    strengths: str | None,
    as_json: bool,
    markdown: str | None,
    force: bool,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Find out whether L2 would have done what label smoothing does.

    On some seeds, find the strength at which the remedy (L2 or another regulariser) reaches the criterion's value
    under label smoothing; on other seeds, compare the two. The report is a verdict with its evidence.
    --label-smoothing is 0.1 unless given.
    """
    low, high = (None, None) if strengths is None else _parse_strengths(strengths)
    workers = chosen_workers(cores, scheduler)
    file = checked_output("--markdown", markdown, source=source, options=options, force=force)
    smoothing = options["label_smoothing"]
    data, hp = load_recipe(source, options)
    try:
        with phases_bar() as progress:
            result = run_match(
                data,
                hp,
                label_smoothing=REGULARIZERS["label_smoothing"].suggested if smoothing is None else smoothing,
                remedy=remedy,
                criterion=criterion,
                seeds=seeds,
                epochs=epochs,
                low=low,
                high=high,
                workers=workers,
                progress=progress,
            )
    except InterruptedMatch as interrupt:
        if interrupt.match is not None:
            _report(interrupt.match, as_json, file)
        raise
    _report(result, as_json, file)


def _report(result: Match, as_json: bool, file: Path | None) -> None:
    from lsexplorer.reports.match import markdown, match_result, print_report

    try:
        if file is not None:
            write_report(file, markdown(result))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(match_result(result))
        else:
            print_report(result)


def _parse_strengths(text: str) -> tuple[float, float]:
    """The two numbers in "1e-07:0.1"; raises InputError for any other text."""
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise InputError(f"--strengths must be two numbers LOW:HIGH, such as {_RANGE}, got '{text}'") from None
    return low, high
