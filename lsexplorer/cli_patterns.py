"""`lsexplorer patterns`: what the hidden neurons of a trained network stand for."""

from typing import Any

import click

from lsexplorer.cli_options import data_options, hyperparameter_options, source_argument
from lsexplorer.cli_run import new_trainer, print_json, train_for
from lsexplorer.study.hidden import HiddenLayer
from lsexplorer.study.pattern_study import PatternStudy
from lsexplorer.study.patterns import THRESHOLD, check_threshold

DEFAULT_EPOCHS = 30


@click.command()
@source_argument("[DATA]", default="mnist")
@click.option(
    "--epochs", type=click.IntRange(1, 10**6), default=DEFAULT_EPOCHS, show_default=True, help="Epochs to train."
)
@click.option(
    "--threshold", type=float, default=THRESHOLD, show_default=True, metavar="T", help="A bit is set above this share."
)
@click.option("--layer", type=int, metavar="L", help="Hidden layer, 1 for the first.  [the last]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_options
@hyperparameter_options
def patterns(source: str, epochs: int, threshold: float, layer: int | None, as_json: bool, **options: Any) -> None:
    """Show the hidden pattern of every class, what each neuron says alone, and what is lost without it.

    DATA is mnist unless given, with a 784-5-10 relu network: the one in the comment under the article.
    """
    check_threshold(threshold)
    trainer = new_trainer(source, options)
    HiddenLayer(trainer.network, trainer.hyperparameters.activation, layer)  # what cannot be is said before training
    train_for(trainer, epochs)
    study = PatternStudy(trainer, layer, threshold)
    from lsexplorer.report_patterns import pattern_result, pattern_text

    if as_json:
        print_json(pattern_result(trainer, study))
    else:
        click.echo(pattern_text(trainer, study))
