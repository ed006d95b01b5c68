"""`lsexplorer claims`: the article's nine claims, each put to the test."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from lsexplorer.cli.common import load_data, phases_bar, print_json, settings
from lsexplorer.cli.match import check_writable, chosen_workers, worker_options
from lsexplorer.cli.options import data_options, hyperparameter_options, source_argument, split_options
from lsexplorer.data import Dataset
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters
from lsexplorer.study.claims import CLAIMS, InterruptedClaims, Result, run_claims

_LIST = "\b\n" + "\n".join(f"{claim.number}  {claim.statement}" for claim in CLAIMS)


@click.command(epilog=_LIST)
@source_argument("[DATA]")
@click.option("--only", metavar="N,N…", help=f"Some of the claims, by number from 1 to {len(CLAIMS)}.  [all]")
@click.option("--seeds", type=int, metavar="N", help="Seeds to compare on.  [12; 24 for small test parts]")
@click.option("--epochs", type=click.IntRange(1, 10**6), help="Epochs to train.  [what suits the data]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--markdown", type=click.Path(), metavar="FILE", help="Write the report here as well, as Markdown.")
@worker_options
@data_options
@hyperparameter_options
def claims(
    source: str,
    only: str | None,
    seeds: int | None,
    epochs: int | None,
    as_json: bool,
    markdown: str | None,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Put the article's nine claims to the test: for each a verdict, with the numbers it rests on.

    Every number is computed now, on DATA; claims whose outcome depends on the regime are run on a second one too.
    --label-smoothing is 0.1 by default.
    """
    numbers = None if only is None else _numbers(only)
    workers = chosen_workers(cores, scheduler)
    if markdown is not None:
        check_writable("--markdown", markdown)
    data_given, given = split_options(options)
    data = load_data(source, data_given)
    hp = settings(data, given)
    try:
        with phases_bar() as progress:
            found = run_claims(data, hp, numbers, seeds=seeds, epochs=epochs, workers=workers, progress=progress)
    except InterruptedClaims as stopped:
        if stopped.results:
            _tell(data, hp, stopped.results, False, as_json, markdown)
        raise
    _tell(data, hp, found, True, as_json, markdown)


def _tell(
    data: Dataset, hp: Hyperparameters, found: Sequence[Result], complete: bool, as_json: bool, file_name: str | None
) -> None:
    from lsexplorer.reports.claims import claims_result, markdown, print_report

    if as_json:
        print_json(claims_result(data, hp, found, complete))
    else:
        print_report(data, found, complete)
    sys.stdout.flush()
    if file_name is not None:
        with written(file_name) as file:
            file.write(markdown(data, found, complete).encode())
        click.echo(f"wrote {file_name}", err=True)


def _numbers(text: str) -> list[int]:
    """The numbers in "3,5"; raises InputError, saying what would be right."""
    try:
        found = [int(part) for part in text.replace(" ", ",").split(",") if part]
        if found and all(1 <= number <= len(CLAIMS) for number in found):
            return found
    except ValueError:
        pass
    raise InputError(f"--only takes numbers of claims from 1 to {len(CLAIMS)}, such as 3,5, got '{text}'")
