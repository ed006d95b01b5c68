"""`lsexplorer sweep`: a grid of strengths, the best chosen on a validation part and judged on the test part."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from lsexplorer.cli.common import ReportFiles, load_recipe, phases_bar, print_json
from lsexplorer.cli.options import (
    checked_output,
    chosen_part,
    chosen_workers,
    force_option,
    part_options,
    report_options,
    source_argument,
    study_options,
)
from lsexplorer.errors import InputError
from lsexplorer.study.sweep.grid import VARIED, parse_vary

if TYPE_CHECKING:
    from lsexplorer.study.sweep.sweeping import Sweep


@click.command()
@source_argument("[DATA]")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="NAME=RANGE",
    help=f"LOW:HIGH:STEP, LOW:HIGH:logN or V,V,…; NAME is one of {', '.join(VARIED)}.",
)
@click.option("--seeds", type=int, metavar="N", help="Seeds of each point.  [10]")
@click.option("--out", type=click.Path(), metavar="FILE.csv", help="Keep the results in this file, and resume from it.")
@part_options
@report_options
@force_option
@study_options
def sweep(
    source: str,
    vary: tuple[str, ...],
    seeds: int | None,
    epochs: int | None,
    out: str | None,
    part: str | None,
    parts: tuple[str, ...],
    markdown: str | None,
    html: str | None,
    force: bool,
    as_json: bool,
    cores: int | None,
    scheduler: str | None,
    scheduler_file: str | None,
    **options: Any,
) -> None:
    """Train a grid of strengths, and choose the best.

    The best are chosen on validation rows and judged on the test part. A fifth of the training part is kept for
    validation. With --out, the same command resumes an interrupted sweep.
    """
    from lsexplorer.study.sweep.sweeping import SEEDS, InterruptedSweep
    from lsexplorer.study.sweep.sweeping import sweep as run_sweep

    varied = dict(map(parse_vary, vary))
    if len(varied) < len(vary):
        raise InputError("--vary names a hyperparameter twice")
    share = chosen_part(part, parts, out=out)
    workers = chosen_workers(cores, scheduler, scheduler_file)
    file = checked_output("--out", out, source=source, options=options, force=force, resumes=True)
    check = partial(checked_output, source=source, options=options, force=force)
    files = ReportFiles.checked(markdown, html, check)
    both = sorted(name for name in varied if options[name] is not None)
    if both:
        raise InputError(f"--vary {both[0]} and --{both[0].replace('_', '-')} exclude each other")
    data, hp = load_recipe(source, options)
    try:
        with phases_bar() as progress:
            result = run_sweep(
                data,
                hp,
                vary=varied,
                seeds=SEEDS if seeds is None else seeds,
                epochs=epochs,
                out=file,
                part=share,
                parts=parts,
                force=force,
                workers=workers,
                progress=progress,
            )
    except InterruptedSweep as interrupt:
        _report(interrupt.sweep, as_json, out, files)
        if out is not None:
            click.echo(f"the results so far are in {out}; the same command resumes from there", err=True)
        raise
    if share is not None and not as_json:
        trained = sum(map(len, result.points.values()))
        click.echo(f"part {share}: {trained:,} networks are in {out}; --from reads those of all parts", err=True)
        return
    _report(result, as_json, out, files)


def _report(result: "Sweep", as_json: bool, out: str | None, files: ReportFiles) -> None:
    from lsexplorer.reports.sweep import document, print_report, sweep_result

    try:
        files.write(lambda: document(result))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(sweep_result(result))
        else:
            print_report(result, out)
    sys.stdout.flush()
    if result.libraries_note:
        click.echo(result.libraries_note, err=True)
