"""`lsexplorer match`: whether L2, or something else as simple, would have done the same."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from lsexplorer.bank.bank import PRECISIONS
from lsexplorer.cli.common import ReportFiles, load_recipe, report_matches, run_study
from lsexplorer.cli.options import (
    checked_output,
    chosen_part,
    chosen_workers,
    force_option,
    margins_option,
    parse_margins,
    part_options,
    remedy_option,
    report_options,
    source_argument,
    splits_option,
    study_options,
    values_option,
)
from lsexplorer.data.files import label
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REGULARIZERS
from lsexplorer.study.match.matching import match_all
from lsexplorer.study.match.parts import PartWritten, match_from, match_part
from lsexplorer.study.match.plan import SPLITS
from lsexplorer.study.measures import CRITERIA
from lsexplorer.study.train_function.plan import SEEDS, TUNING_SEEDS, Asked

_RANGE = f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}"


@click.command()
@source_argument("[DATA]")
@remedy_option("l2", "What to match to label smoothing")
@click.option(
    "--criterion",
    type=click.Choice(CRITERIA),
    default="weight_norm",
    show_default=True,
    help="What its strength is matched on; all three are reported of a single remedy.",
)
@click.option("--seeds", type=int, metavar="N", help="Seeds to compare on.  [12; more for small test parts]")
@splits_option("Splits on each of which every seed trains; 1 with --trainer unless given.", SPLITS)
@click.option("--strengths", metavar="LOW:HIGH", help=f"Strengths to search.  [what suits the remedy: {_RANGE} for L2]")
@margins_option
@click.option(
    "--precision",
    type=click.Choice(tuple(PRECISIONS)),
    help="In which networks train: float32 takes about half the time.  [float64]",
)
@values_option
@report_options
@click.option(
    "--trainer",
    metavar="FILE.py:FUNCTION",
    help="Match networks that a function of your own trains, and keep their answers in --out.",
)
@click.option(
    "--tuning", type=int, metavar="N", help=f"With --trainer: seeds to find the strength on.  [{TUNING_SEEDS}]"
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="PATH",
    help="With --part: the file that it writes; with --trainer: the folder that keeps what networks answer.",
)
@part_options
@force_option
@study_options
def match(
    source: str,
    remedy: list[str] | None,
    criterion: str,
    seeds: int | None,
    splits: int | None,
    epochs: int | None,
    strengths: str | None,
    margins: str | None,
    precision: str | None,
    values: str | None,
    as_json: bool,
    markdown: str | None,
    html: str | None,
    trainer: str | None,
    tuning: int | None,
    out: str | None,
    part: str | None,
    parts: tuple[str, ...],
    force: bool,
    cores: int | None,
    scheduler: str | None,
    scheduler_file: str | None,
    **options: Any,
) -> None:
    """Find out whether L2, or something else as simple, would have done what label smoothing does.

    On some seeds, and on validation rows, find the strength at which the remedy (L2 or another means) reaches the
    criterion's value under label smoothing; on other seeds and on many splits, compare the two. The report is a verdict
    with its evidence; of several remedies, a table with a row for each. --label-smoothing is 0.1 unless given.
    """
    low, high = (None, None) if strengths is None else _parse_strengths(strengths)
    smoothing = options["label_smoothing"]
    if smoothing is None:
        smoothing = REGULARIZERS["label_smoothing"].suggested
    is_single = remedy is not None and len(remedy) == 1
    reads = source if trainer is None else trainer.rpartition(":")[0]
    check = partial(checked_output, source=reads, options=options, force=force)
    files, values_file = ReportFiles.checked(markdown, html, check), check("--values", values)
    report = partial(report_matches, is_single=is_single, as_json=as_json, files=files, values=values_file)
    if trainer is not None and out is None:
        raise InputError("--trainer needs --out FOLDER: it keeps every network's answers, and goes on from there")
    share = chosen_part(part, () if trainer else parts, out=out)
    if share is not None and (as_json or markdown is not None or html is not None or values is not None):
        whole = "--from" if trainer is None else "the same command without --part"
        raise InputError(f"a part has no report: --json, --markdown, --html and --values go with {whole}")
    if trainer is not None and out is not None:
        from lsexplorer.cli.match_function import check_alone, run_function

        check_alone(options | {"epochs": epochs, "precision": precision, "parts": parts})
        asked = Asked(
            label_smoothing=smoothing,
            remedies=remedy,
            criterion=criterion,
            seeds=SEEDS if seeds is None else seeds,
            tuning=TUNING_SEEDS if tuning is None else tuning,
            splits=1 if splits is None else splits,
            low=low,
            high=high,
            margins=parse_margins(margins),
        )
        workers = chosen_workers(cores, scheduler, scheduler_file, otherwise=0)
        run_function(trainer, out, asked, report, workers=workers, part=share)
        return
    if tuning is not None:
        raise InputError("--tuning goes with --trainer: half of --seeds, and at most 12, are for tuning else")
    if out is not None and share is None:
        raise InputError("--out goes with --part or --trainer")
    workers = chosen_workers(cores, scheduler, scheduler_file)
    wanted_margins = parse_margins(margins)
    out_file = check("--out", out)
    data, hp = load_recipe(source, options)
    settings: dict[str, Any] = {
        "label_smoothing": smoothing,
        "remedies": remedy,
        "criterion": criterion,
        "all_criteria": is_single,
        "seeds": seeds,
        "splits": splits,
        "epochs": epochs,
        "low": low,
        "high": high,
        "margins": wanted_margins,
        "precision": precision,
    }
    if share is not None and out_file is not None:
        run_study(partial(match_part, data, hp, share, out_file, workers=workers, **settings), _report_part(out_file))
    elif parts:
        result, note = match_from(data, hp, parts, **settings)
        report(result)
        if note:
            click.echo(note, err=True)
    else:
        matching = partial(match_all, data, hp, workers=workers, **settings)
        run_study(matching, report)


def _report_part(file: Path) -> Callable[[PartWritten], None]:
    def report(written: PartWritten) -> None:
        click.echo(f"part {written.part}: {written.networks:,} networks trained; wrote {label(file)}", err=True)

    return report


def _parse_strengths(text: str) -> tuple[float, float]:
    """The two numbers in "1e-07:0.1"; raises InputError for any other text."""
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise InputError(f"--strengths must be two numbers LOW:HIGH, such as {_RANGE}, got '{text}'") from None
    return low, high
