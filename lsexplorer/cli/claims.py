"""`lsexplorer claims`: the article's claims, each put to the test."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from lsexplorer.cli.common import ReportFiles, load_recipe, phases_bar, print_json
from lsexplorer.cli.options import (
    checked_output,
    chosen_workers,
    force_option,
    report_options,
    source_argument,
    study_options,
)
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters

if TYPE_CHECKING:
    from lsexplorer.study.claims import Result


class ClaimsCommand(click.Command):
    """A command whose help ends with a list of the claims."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        from lsexplorer.study.claims import CLAIMS

        self.epilog = "\b\n" + "\n".join(f"{claim.number:<3}{claim.statement}" for claim in CLAIMS)
        super().format_epilog(ctx, formatter)


@click.command(cls=ClaimsCommand)
@source_argument("[DATA]")
@click.option("--only", metavar="N,N…", help="Only these claims, by number, such as 3,5.  [all]")
@click.option("--seeds", type=int, metavar="N", help="Seeds to compare on.  [8]")
@click.option("--splits", type=int, metavar="N", help="Splits that every seed trains on; 1: the data's own alone.  [8]")
@report_options
@force_option
@study_options
def claims(
    source: str,
    only: str | None,
    seeds: int | None,
    splits: int | None,
    epochs: int | None,
    as_json: bool,
    markdown: str | None,
    html: str | None,
    force: bool,
    cores: int | None,
    scheduler: str | None,
    scheduler_file: str | None,
    **options: Any,
) -> None:
    """Put the article's claims to the test.

    Each gets a verdict, with the numbers that it rests on. Every number is computed now, on DATA; where the outcome may
    depend on the data, a second data set is used too. --label-smoothing is 0.1 unless given.
    """
    from lsexplorer.study.claims import InterruptedClaims, run_claims

    numbers = None if only is None else _parse_numbers(only)
    workers = chosen_workers(cores, scheduler, scheduler_file)
    check = partial(checked_output, source=source, options=options, force=force)
    files = ReportFiles.checked(markdown, html, check)
    data, hp = load_recipe(source, options)
    try:
        with phases_bar() as progress:
            results = run_claims(
                data, hp, numbers, seeds=seeds, splits=splits, epochs=epochs, workers=workers, progress=progress
            )
    except InterruptedClaims as interrupt:
        if interrupt.results:
            _report(data, hp, interrupt.results, complete=False, as_json=as_json, files=files)
        raise
    _report(data, hp, results, complete=True, as_json=as_json, files=files)


def _report(
    data: Dataset,
    hp: Hyperparameters,
    results: "Sequence[Result]",
    *,
    complete: bool,
    as_json: bool,
    files: ReportFiles,
) -> None:
    from lsexplorer.reports.claims import claims_result, document, print_report

    try:
        files.write(lambda: document(data, results, complete))
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(claims_result(data, hp, results, complete))
        else:
            print_report(data, results, complete)


def _parse_numbers(text: str) -> list[int]:
    """The numbers in "3,5"; raises InputError for any other text, and for numbers that no claim has."""
    from lsexplorer.study.claims import CLAIMS

    try:
        numbers = [int(part) for part in text.replace(" ", ",").split(",") if part]
        if numbers and all(1 <= number <= len(CLAIMS) for number in numbers):
            return numbers
    except ValueError:
        pass
    raise InputError(f"--only takes numbers of claims from 1 to {len(CLAIMS)}, such as 3,5, got '{text}'")
