"""`lsexplorer match`: whether L2, L1 or weight decay would have done the same."""

import sys
from typing import Any

import click

from lsexplorer.cli.common import load_recipe, phases_bar, print_json, write_report
from lsexplorer.cli.options import check_writable, chosen_workers, markdown_option, source_argument, study_options
from lsexplorer.errors import InputError
from lsexplorer.study.match import Match
from lsexplorer.study.match import match as run_match
from lsexplorer.study.match.matching import InterruptedMatch
from lsexplorer.study.match.search import HIGH, LOW
from lsexplorer.study.match.verdict import REMEDY_NAMES
from lsexplorer.study.measures import CRITERIA

LABEL_SMOOTHING = 0.1
"""The smoothing to match unless another is given."""


@click.command()
@source_argument("[DATA]")
@click.option(
    "--remedy",
    type=click.Choice(list(REMEDY_NAMES)),
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
@click.option(
    "--strengths", default=f"{LOW:g}:{HIGH:g}", show_default=True, metavar="LOW:HIGH", help="Strengths λ to search."
)
@markdown_option
@study_options
def match(
    source: str,
    remedy: str,
    criterion: str,
    seeds: int | None,
    epochs: int | None,
    strengths: str,
    as_json: bool,
    markdown: str | None,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Would L2, L1 or weight decay have done what label smoothing does? A verdict with evidence.

    On some seeds, find the strength λ with which the remedy reaches the criterion's value under label smoothing; on
    other seeds, compare the two. --label-smoothing is 0.1 unless given.
    """
    low, high = _parse_strengths(strengths)
    workers = chosen_workers(cores, scheduler)
    check_writable("--markdown", markdown)
    smoothing = options["label_smoothing"]
    data, hp = load_recipe(source, options)
    try:
        with phases_bar() as progress:
            result = run_match(
                data,
                hp,
                label_smoothing=LABEL_SMOOTHING if smoothing is None else smoothing,
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
            _report(interrupt.match, as_json, markdown)
        raise
    _report(result, as_json, markdown)


def _report(result: Match, as_json: bool, file: str | None) -> None:
    from lsexplorer.reports.match import markdown, match_result, print_report

    if as_json:
        print_json(match_result(result))
    else:
        print_report(result)
    sys.stdout.flush()
    if file is not None:
        write_report(file, markdown(result))


def _parse_strengths(text: str) -> tuple[float, float]:
    """The two numbers in "1e-07:0.1"; raises InputError for any other text."""
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise InputError(f"--strengths must be two numbers LOW:HIGH, such as {LOW:g}:{HIGH:g}, got '{text}'") from None
    return low, high
