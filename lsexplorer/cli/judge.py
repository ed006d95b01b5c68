"""`lsexplorer judge`: the verdict on results that are there already."""

from pathlib import Path

import click

from lsexplorer.cli.common import ReportFiles, phases_bar, report_matches
from lsexplorer.cli.options import (
    force_option,
    json_option,
    margins_option,
    parse_margins,
    report_options,
    values_option,
)
from lsexplorer.data.output import check_output
from lsexplorer.study.judge import judge_all
from lsexplorer.study.measures import CRITERIA


@click.command()
@click.argument("source", metavar="RESULTS", type=click.Path())
@click.option(
    "--reference", metavar="label_smoothing=A", help="The smoothing to match.  [the only label_smoothing=… there]"
)
@click.option(
    "--against",
    metavar="NAME,NAME=STRENGTH…",
    help="What is compared with it: of a name alone, the strength there that matches best.  [all that are there]",
)
@click.option(
    "--criterion",
    type=click.Choice(CRITERIA),
    help="What strengths are matched on.  [the first that the answers allow]",
)
@click.option("--unpaired", is_flag=True, help="Compare methods whose seeds have nothing to do with each other.")
@margins_option
@values_option
@report_options
@force_option
@json_option
def judge(
    source: str,
    reference: str | None,
    against: str | None,
    criterion: str | None,
    unpaired: bool,
    margins: str | None,
    values: str | None,
    markdown: str | None,
    html: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Find out whether something simpler would have done, from networks that are there already.

    RESULTS is a folder with a file of answers for each network, METHOD/seed-3.npz, where METHOD is plain,
    label_smoothing=0.1, l2=0.008 and so on; or a CSV index with the columns file, method, seed; or one long CSV with
    method, seed, row, y and the logits z0, z1 and so on. A file holds y, logits or probabilities, and what else there
    is of hidden, weight_norm. Networks are paired by seed.
    """

    def check(option: str, path: str | None) -> Path | None:
        return None if path is None else check_output(path, option=option, reads=[source], force=force)

    files, values_file = ReportFiles.checked(markdown, html, check), check("--values", values)
    with phases_bar() as progress:
        result = judge_all(
            source,
            reference=reference,
            against=None if against is None else [name.strip() for name in against.split(",")],
            criterion=criterion,
            paired=not unpaired,
            margins=parse_margins(margins),
            progress=progress,
        )
    for note in dict.fromkeys(note for found in result.matches.values() for note in found.settings.notes):
        click.echo(note, err=True)
    report_matches(result, is_single=result.is_single, as_json=as_json, files=files, values=values_file)
