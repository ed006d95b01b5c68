"""`lsexplorer match`: whether L2, or something else as simple, would have done the same."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from lsexplorer.cli.common import load_recipe, print_json, run_study, write_report
from lsexplorer.cli.match_function import check_alone, run_function
from lsexplorer.cli.options import (
    checked_output,
    chosen_part,
    chosen_workers,
    force_option,
    margins_option,
    markdown_option,
    parse_margins,
    part_options,
    remedy_option,
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
from lsexplorer.study.match.result import MatchResults
from lsexplorer.study.measures import CRITERIA
from lsexplorer.study.train_function.plan import SEEDS, TUNING_SEEDS, Asked

_RANGE = f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}"


class _Files(NamedTuple):
    """What is written, where it was asked for."""

    markdown: Path | None
    values: Path | None


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
@splits_option("Splits on each of which every seed trains.", SPLITS)
@click.option("--strengths", metavar="LOW:HIGH", help=f"Strengths to search.  [what suits the remedy: {_RANGE} for L2]")
@margins_option
@values_option
@markdown_option
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
    values: str | None,
    as_json: bool,
    markdown: str | None,
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
    if trainer is not None:
        check_alone(options | {"epochs": epochs, "part": part, "parts": parts})
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
        files = _Files(
            checked_output("--markdown", markdown, source=source, options=options, force=force),
            checked_output("--values", values, source=source, options=options, force=force),
        )
        workers = chosen_workers(cores, scheduler, scheduler_file, otherwise=0)
        run_function(trainer, out, asked, lambda result: _report(result, is_single, as_json, files), workers=workers)
        return
    if tuning is not None:
        raise InputError("--tuning goes with --trainer: half of --seeds, and at most 12, are for tuning else")
    share = chosen_part(part, parts, out=out)
    if out is not None and share is None:
        raise InputError("--out goes with --part or --trainer")
    if share is not None and (as_json or markdown is not None or values is not None):
        raise InputError("a part has no report: --json, --markdown and --values go with --from")
    workers = chosen_workers(cores, scheduler, scheduler_file)
    wanted_margins = parse_margins(margins)
    files = _Files(
        checked_output("--markdown", markdown, source=source, options=options, force=force),
        checked_output("--values", values, source=source, options=options, force=force),
    )
    out_file = checked_output("--out", out, source=source, options=options, force=force)
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
    }
    if share is not None and out_file is not None:
        run_study(partial(match_part, data, hp, share, out_file, workers=workers, **settings), _report_part(out_file))
    elif parts:
        result, note = match_from(data, hp, parts, **settings)
        _report(result, is_single, as_json, files)
        if note:
            click.echo(note, err=True)
    else:
        matching = partial(match_all, data, hp, workers=workers, **settings)
        run_study(matching, lambda result: _report(result, is_single, as_json, files))


def _report_part(file: Path) -> Callable[[PartWritten], None]:
    def report(written: PartWritten) -> None:
        click.echo(f"part {written.part}: {written.networks:,} networks trained; wrote {label(file)}", err=True)

    return report


def _report(result: MatchResults[Any], is_single: bool, as_json: bool, files: _Files) -> None:
    from lsexplorer.reports import match, match_all

    try:
        if files.values is not None:
            write_report(files.values, match.values_file(result.matches.values()))
        if files.markdown is not None:
            write_report(files.markdown, match.markdown(result.first) if is_single else match_all.markdown(result))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(match.match_result(result.first) if is_single else match_all.matches_result(result))
        elif is_single:
            match.print_report(result.first)
        else:
            match_all.print_report(result)


def _parse_strengths(text: str) -> tuple[float, float]:
    """The two numbers in "1e-07:0.1"; raises InputError for any other text."""
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise InputError(f"--strengths must be two numbers LOW:HIGH, such as {_RANGE}, got '{text}'") from None
    return low, high
