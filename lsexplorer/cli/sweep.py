"""`lsexplorer sweep`: a grid of strengths, the best chosen on a validation part and judged on the test part."""

import sys
from typing import Any

import click

from lsexplorer.cli.common import load_data, phases_bar, print_json, settings
from lsexplorer.cli.match import check_writable, chosen_workers, worker_options
from lsexplorer.cli.options import data_options, hyperparameter_options, source_argument, split_options
from lsexplorer.errors import InputError
from lsexplorer.study.sweep.grid import VARIED, parse_vary
from lsexplorer.study.sweep.sweeping import SEEDS, InterruptedSweep, Sweep
from lsexplorer.study.sweep.sweeping import sweep as run_sweep


@click.command()
@source_argument("[DATA]")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="NAME=RANGE",
    help=f"LOW:HIGH:STEP, LOW:HIGH:logN or V,V,…; NAME is one of {', '.join(VARIED)}.",
)
@click.option("--seeds", type=int, default=SEEDS, show_default=True, metavar="N", help="Seeds of each point.")
@click.option("--epochs", type=click.IntRange(1, 10**6), help="Epochs to train.  [what suits the data]")
@click.option(
    "--out", type=click.Path(), metavar="FILE.csv", help="Keep results here; what it holds is not done again."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@worker_options
@data_options
@hyperparameter_options
def sweep(
    source: str,
    vary: tuple[str, ...],
    seeds: int,
    epochs: int | None,
    out: str | None,
    as_json: bool,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Train a grid of strengths, choose the best on validation rows, and judge them on the test part.

    A fifth of the training part is for validation. --out keeps what is done: the same command goes on from it.
    """
    varied = dict(map(parse_vary, vary))
    if len(varied) < len(vary):
        raise InputError("--vary names a hyperparameter twice")
    workers = chosen_workers(cores, scheduler)
    if out is not None:
        check_writable("--out", out)
    data_given, given = split_options(options)
    both = sorted(given.keys() & varied.keys())
    if both:
        raise InputError(f"--vary {both[0]} and --{both[0].replace('_', '-')} exclude each other")
    data = load_data(source, data_given)
    hp = settings(data, given)
    try:
        with phases_bar() as progress:
            found = run_sweep(
                data, hp, vary=varied, seeds=seeds, epochs=epochs, out=out, workers=workers, progress=progress
            )
    except InterruptedSweep as stopped:
        _tell(stopped.sweep, as_json, out)
        if out is not None:
            click.echo(f"what is done is in {out}; the same command goes on from there", err=True)
        raise
    _tell(found, as_json, out)


def _tell(found: Sweep, as_json: bool, out: str | None) -> None:
    from lsexplorer.reports.sweep import print_report, sweep_result

    if as_json:
        print_json(sweep_result(found))
    else:
        print_report(found, out)
    sys.stdout.flush()
