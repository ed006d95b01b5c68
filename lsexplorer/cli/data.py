"""`lsexplorer data`: a summary of a data set, or the data with smoothed targets."""

from typing import Any

import click

from lsexplorer.cli.common import load_data, print_json, progress_bar, say_understood
from lsexplorer.cli.options import (
    checked_output,
    data_options,
    force_option,
    json_option,
    source_argument,
    split_options,
)
from lsexplorer.data.files import label
from lsexplorer.errors import InputError


@click.command()
@source_argument("[DATA]")
@json_option
@click.option("--label-smoothing", "a", type=float, metavar="A", help="Smooth the targets by A; needs --out.")
@click.option("--out", type=click.Path(), metavar="FILE", help="Write the data to this .csv, .tsv or .npz file.")
@force_option
@data_options
def data(source: str, as_json: bool, a: float | None, out: str | None, force: bool, **options: Any) -> None:
    """Summarise a data set, or write it with smoothed targets.

    What is written can be trained on elsewhere.
    """
    from lsexplorer.data import summarize, write_smoothed

    if a is not None and out is None:
        raise InputError("--label-smoothing needs --out FILE, the file to write the smoothed data to")
    file = checked_output("--out", out, source=source, options=options, force=force)
    dataset = load_data(source, split_options(options)[0])
    if file is not None:
        with progress_bar("writing") as advance:
            write_smoothed(dataset, a or 0.0, file, advance)
        if not as_json:
            say_understood(dataset)
        click.echo(f"wrote {label(file)}, targets smoothed by a = {a or 0.0:g}", err=True)
    if as_json:
        print_json(summarize(dataset).as_dict())
    elif file is None:
        click.echo("\n".join(summarize(dataset).lines()))
