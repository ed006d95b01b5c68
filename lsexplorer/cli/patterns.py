"""`lsexplorer patterns`: what the hidden neurons of a trained network stand for, and training on such patterns."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from lsexplorer.cli.common import ReportFiles, load_recipe, phases_bar, print_json, train_for
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
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_epochs
from lsexplorer.study.patterns import PatternStudy
from lsexplorer.study.patterns.bits import THRESHOLD, check_threshold
from lsexplorer.study.patterns.hidden import HiddenLayer

if TYPE_CHECKING:
    from lsexplorer.reports.document import Block


@click.command()
@source_argument("[DATA]", default="mnist")
@click.option("--threshold", type=float, metavar="T", help=f"A bit is set above this share.  [{THRESHOLD:g}]")
@click.option("--layer", type=int, metavar="L", help="Hidden layer, 1 for the first.  [the last]")
@click.option("--train", "on_patterns", is_flag=True, help="Train networks on patterns as labels of the hidden layer.")
@click.option("--beta", type=float, metavar="B", help="With --train: strength of the pattern targets.  [0.03]")
@click.option("--seeds", type=int, metavar="N", help="With --train: seeds to compare on.  [8]")
@report_options
@force_option
@study_options
def patterns(
    source: str,
    epochs: int | None,
    threshold: float | None,
    layer: int | None,
    on_patterns: bool,
    beta: float | None,
    seeds: int | None,
    markdown: str | None,
    html: str | None,
    force: bool,
    as_json: bool,
    cores: int | None,
    scheduler: str | None,
    scheduler_file: str | None,
    **options: Any,
) -> None:
    """Show what the hidden neurons stand for.

    Prints each class's pattern of hidden neurons, what each neuron predicts alone, and what is lost without it. DATA is
    mnist unless given, with a 784-5-10 relu network as in the comment under the article. With --train, networks are
    trained with such patterns as labels of their hidden layer, and compared with plain training, label smoothing
    (--label-smoothing, 0.1 unless given) and patterns assigned to the wrong classes.
    """
    where = {"cores": cores, "scheduler": scheduler, "scheduler-file": scheduler_file}
    for_training = {"beta": beta, "seeds": seeds, **where}
    for_showing = {"threshold": threshold, "layer": layer, "markdown": markdown, "html": html}
    for name, value in (for_showing if on_patterns else for_training).items():
        if value is not None:
            raise InputError(f"--{name} goes with{'out' if on_patterns else ''} --train")
    threshold = THRESHOLD if threshold is None else threshold
    check_threshold(threshold)
    workers = chosen_workers(cores, scheduler, scheduler_file) if on_patterns else None
    files = ReportFiles.checked(markdown, html, partial(checked_output, source=source, options=options, force=force))
    data, hp = load_recipe(source, options)
    epochs = epochs or default_epochs(data)
    if on_patterns:
        _compare(data, hp, epochs, beta=beta, seeds=seeds, workers=workers, as_json=as_json)
    else:
        _show(Trainer(data, hp), epochs, threshold, layer=layer, as_json=as_json, files=files)


def _show(
    trainer: Trainer, epochs: int, threshold: float, *, layer: int | None, as_json: bool, files: ReportFiles
) -> None:
    HiddenLayer(trainer.network, trainer.hyperparameters.activation, layer)  # raises before any training
    train_for(trainer, epochs)
    study = PatternStudy(trainer, layer, threshold)
    from lsexplorer.reports.patterns import pattern_result, pattern_text

    def document() -> "Sequence[Block]":
        from lsexplorer.reports import pattern_document

        return pattern_document.document(trainer, study)

    try:
        files.write(document)
    finally:  # printed even where it cannot be written
        if as_json:
            print_json(pattern_result(trainer, study))
        else:
            click.echo(pattern_text(trainer, study))


def _compare(
    data: Dataset,
    hp: Hyperparameters,
    epochs: int,
    *,
    beta: float | None,
    seeds: int | None,
    workers: int | str | None,
    as_json: bool,
) -> None:
    from lsexplorer.reports.pattern_training import training_result, training_text
    from lsexplorer.study.patterns.training import BETA, SEEDS, compare_patterns

    beta = BETA if beta is None else beta
    seeds = SEEDS if seeds is None else seeds
    with phases_bar() as progress:
        comparison = compare_patterns(data, hp, epochs, beta=beta, seeds=seeds, workers=workers, progress=progress)
    if as_json:
        print_json(training_result(comparison))
    else:
        click.echo(training_text(comparison))
