"""`lsexplorer best`: whether anything beats plain training, each method at the strength that validation chooses."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from lsexplorer.cli.common import ReportFiles, load_recipe, print_json, run_study, write_report
from lsexplorer.cli.options import (
    checked_output,
    chosen_workers,
    force_option,
    margins_option,
    parse_margins,
    remedy_option,
    report_options,
    source_argument,
    splits_option,
    study_options,
    values_option,
)
from lsexplorer.study.best.contest import Best
from lsexplorer.study.best.contest import best as hold_contest
from lsexplorer.study.best.plan import CHOICES, SEEDS, SEEDS_ONE_SPLIT, SPLITS


@click.command()
@source_argument("[DATA]")
@remedy_option("all", "What to compare with plain training and label smoothing")
@click.option(
    "--choose-by",
    type=click.Choice(CHOICES),
    help="What a strength is chosen by on validation rows.  [nll, or accuracy where the output has no probabilities]",
)
@click.option(
    "--tolerance",
    type=float,
    default=1.0,
    metavar="X",
    show_default=True,
    help="Standard errors within which a simpler strength wins, plain training first; with 0 the best one does.",
)
@click.option("--seeds", type=int, metavar="N", help=f"Seeds to judge by.  [{SEEDS}; {SEEDS_ONE_SPLIT} on one split]")
@splits_option("Splits on each of which to choose and to judge.", SPLITS)
@margins_option
@values_option
@report_options
@force_option
@study_options
def best(
    source: str,
    remedy: list[str] | None,
    choose_by: str | None,
    tolerance: float,
    seeds: int | None,
    splits: int | None,
    epochs: int | None,
    margins: str | None,
    values: str | None,
    as_json: bool,
    markdown: str | None,
    html: str | None,
    force: bool,
    cores: int | None,
    scheduler: str | None,
    scheduler_file: str | None,
    **options: Any,
) -> None:
    """Find out whether anything beats plain training, each method at its best strength.

    On each of several splits, a validation part of the training rows chooses a strength of label smoothing and of each
    other means, or plain training where it is as good. Then each is trained on all training rows, on other seeds, and
    judged on the test part. The report is a verdict and a table of the methods with paired differences.
    """
    workers = chosen_workers(cores, scheduler, scheduler_file)
    wanted_margins = parse_margins(margins)
    check = partial(checked_output, source=source, options=options, force=force)
    files = ReportFiles.checked(markdown, html, check)
    values_file = checked_output("--values", values, source=source, options=options, force=force)
    data, hp = load_recipe(source, options)
    contest = partial(
        hold_contest,
        data,
        hp,
        remedies=remedy,
        choose_by=choose_by,
        tolerance=tolerance,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        margins=wanted_margins,
        workers=workers,
    )
    run_study(contest, lambda result: _report(result, as_json, files, values_file))


def _report(result: Best, as_json: bool, files: ReportFiles, values_file: Path | None) -> None:
    from lsexplorer.reports import best

    try:
        if values_file is not None:
            write_report(values_file, best.values_file(result))
        files.write(lambda: best.document(result))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(best.best_result(result))
        else:
            best.print_report(result)
