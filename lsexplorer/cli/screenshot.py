"""`lsexplorer screenshot`: the explorer as an SVG picture."""

from typing import Any

import click

from lsexplorer.cli.common import open_trainer
from lsexplorer.cli.options import force_option, long_option, source_argument, training_options
from lsexplorer.data.files import label
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output
from lsexplorer.errors import InputError
from lsexplorer.views import VIEWS

MIN_COLUMNS, MAX_COLUMNS = 20, 500
MIN_ROWS, MAX_ROWS = 10, 300


@click.command()
@click.argument("out", metavar="OUT.svg", type=click.Path())
@source_argument("[DATA|RUN.json]")
@click.option(
    "--steps",
    type=click.IntRange(0, 10**8),
    metavar="N",
    default=0,
    show_default=True,
    help="Training steps before the picture.",
)
@click.option("--size", default="120x40", show_default=True, metavar="WxH", help="Columns and rows of the picture.")
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    default="tables",
    show_default=True,
    help="What of the run it shows: tables and charts, or a picture in their place.",
)
@force_option
@long_option
@training_options
def screenshot(
    out: str, source: str, steps: int, size: str, view: str, force: bool, long: bool, **options: Any
) -> None:
    """Draw the explorer as an SVG picture, without a terminal."""
    width, height = _parse_size(size)
    if not out.lower().endswith(".svg"):
        raise InputError(f"the picture is an SVG: give a name that ends in .svg, got '{out}'")
    file = check_output(out, reads=files_read(source, options["test_file"]), force=force)
    trainer = open_trainer(source, options, long)
    check_output(out, reads=files_read(trainer.data.source, trainer.data.options.test_file), force=force)
    trainer.step(steps)
    from lsexplorer.tui.screenshot import write_screenshot

    write_screenshot(trainer, file, width, height, view=view)
    click.echo(f"wrote {label(file)}", err=True)


def _parse_size(text: str) -> tuple[int, int]:
    """Columns and rows from "120x40"; raises InputError for any other text."""
    width, _, height = text.lower().partition("x")
    if (
        width.isdecimal()
        and height.isdecimal()
        and MIN_COLUMNS <= int(width) <= MAX_COLUMNS
        and MIN_ROWS <= int(height) <= MAX_ROWS
    ):
        return int(width), int(height)
    smallest, largest = f"{MIN_COLUMNS}x{MIN_ROWS}", f"{MAX_COLUMNS}x{MAX_ROWS}"
    raise InputError(f"--size must be columns x rows, {smallest} to {largest}, such as 120x40, got '{text}'")
