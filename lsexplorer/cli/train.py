"""`lsexplorer train`: one run, without a screen."""

from typing import Any

import click

from lsexplorer.cli.common import is_run_file, new_trainer, print_json, train_for
from lsexplorer.cli.options import checked_output, force_option, json_option, source_argument, training_options
from lsexplorer.errors import InputError

DEFAULT_EPOCHS = 100


@click.command()
@source_argument("[DATA]")
@click.option(
    "--epochs",
    type=click.IntRange(1, 10**6),
    metavar="N",
    default=DEFAULT_EPOCHS,
    show_default=True,
    help="Epochs to train.",
)
@json_option
@click.option("--save", type=click.Path(), metavar="RUN.json", help="Save the run to a file that `lsexplorer` opens.")
@force_option
@training_options
def train(source: str, epochs: int, as_json: bool, save: str | None, force: bool, **options: Any) -> None:
    """Train one network, and print how well it does."""
    if save and not is_run_file(save):
        raise InputError(f"--save must be a name that ends in .json, or `lsexplorer` cannot open it, got '{save}'")
    file = checked_output("--save", save, source=source, options=options, force=force)
    trainer = new_trainer(source, options)
    train_for(trainer, epochs)
    from lsexplorer.reports.train import train_result, train_text

    try:
        if file is not None:
            trainer.save(file)
    finally:  # printed even where it cannot be saved
        result = train_result(trainer)
        if as_json:
            print_json(result)
        else:
            click.echo(train_text(result))
