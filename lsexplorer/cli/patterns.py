"""`lsexplorer patterns`: what the hidden neurons of a trained network stand for, and patterns as labels for them."""

from typing import Any

import click

from lsexplorer.cli.common import load_data, phases_bar, print_json, settings, train_for
from lsexplorer.cli.match import chosen_workers, worker_options
from lsexplorer.cli.options import data_options, hyperparameter_options, source_argument, split_options
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_epochs
from lsexplorer.study.patterns.bits import THRESHOLD, check_threshold
from lsexplorer.study.patterns.hidden import HiddenLayer
from lsexplorer.study.patterns.pattern_study import PatternStudy
from lsexplorer.study.patterns.training import BETA, SEEDS, compare_patterns


@click.command()
@source_argument("[DATA]", default="mnist")
@click.option("--epochs", type=click.IntRange(1, 10**6), help="Epochs to train.  [what suits the data]")
@click.option("--threshold", type=float, metavar="T", help=f"A bit is set above this share.  [{THRESHOLD:g}]")
@click.option("--layer", type=int, metavar="L", help="Hidden layer, 1 for the first.  [the last]")
@click.option("--train", "on_patterns", is_flag=True, help="Train on patterns as labels of the hidden layer instead.")
@click.option("--beta", type=float, metavar="B", help=f"With --train: strength of the pattern targets.  [{BETA:g}]")
@click.option("--seeds", type=int, metavar="N", help=f"With --train: seeds to measure on.  [{SEEDS}]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@worker_options
@data_options
@hyperparameter_options
def patterns(
    source: str,
    epochs: int | None,
    threshold: float | None,
    layer: int | None,
    on_patterns: bool,
    beta: float | None,
    seeds: int | None,
    as_json: bool,
    cores: int | None,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Show the hidden pattern of every class, what each neuron says alone, and what is lost without it.

    DATA is mnist unless given, with a 784-5-10 relu network: the one in the comment under the article. With --train,
    networks are trained with such patterns as labels of their hidden layer, against plain training, label smoothing
    (--label-smoothing, 0.1 by default) and patterns that are given to wrong classes.
    """
    only_train = {"beta": beta, "seeds": seeds, "cores": cores, "scheduler": scheduler}
    only_show = {"threshold": threshold, "layer": layer}
    for name, value in (only_show if on_patterns else only_train).items():
        if value is not None:
            raise InputError(f"--{name} goes with{'out' if on_patterns else ''} --train")
    threshold = THRESHOLD if threshold is None else threshold
    check_threshold(threshold)
    workers = chosen_workers(cores, scheduler) if on_patterns else None
    data_given, given = split_options(options)
    data = load_data(source, data_given)
    hp, epochs = settings(data, given), epochs or default_epochs(data)
    if on_patterns:
        _compare(data, hp, epochs, BETA if beta is None else beta, SEEDS if seeds is None else seeds, workers, as_json)
    else:
        _show(Trainer(data, hp), epochs, threshold, layer, as_json)


def _show(trainer: Trainer, epochs: int, threshold: float, layer: int | None, as_json: bool) -> None:
    HiddenLayer(trainer.network, trainer.hyperparameters.activation, layer)  # what cannot be is said before training
    train_for(trainer, epochs)
    study = PatternStudy(trainer, layer, threshold)
    from lsexplorer.reports.patterns import pattern_result, pattern_text

    if as_json:
        print_json(pattern_result(trainer, study))
    else:
        click.echo(pattern_text(trainer, study))


def _compare(
    data: Dataset,
    hp: Hyperparameters,
    epochs: int,
    beta: float,
    seeds: int,
    workers: int | str | None,
    as_json: bool,
) -> None:
    with phases_bar() as progress:
        found = compare_patterns(data, hp, epochs, beta, seeds, workers, progress)
    from lsexplorer.reports.pattern_training import training_result, training_text

    if as_json:
        print_json(training_result(found))
    else:
        click.echo(training_text(found))
