"""`lsexplorer export`: a run as code in another framework, its weights, and its numbers as tables."""

from pathlib import Path
from typing import Any

import click

from lsexplorer.cli.common import is_run_file, open_trainer, train_for
from lsexplorer.cli.options import checked_output, force_option, long_option, source_argument, training_options
from lsexplorer.data.files import label
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.export import FRAMEWORKS, check_name, write_script
from lsexplorer.reports.run_tables import Rows, delta_rows, history_rows, separated, separator_of
from lsexplorer.run.presets import default_epochs
from lsexplorer.run.share import has_steps
from lsexplorer.run.weights_file import check_suffix


@click.command()
@source_argument("[DATA|RUN.json]")
@click.option("--to", "framework", type=click.Choice(tuple(FRAMEWORKS)), help="The framework of the script.")
@click.option("--out", type=click.Path(), metavar="FILE.py", help="The script; its rows go to FILE.npz beside it.")
@click.option("--weights", type=click.Path(), metavar="FILE", help="The weights, to an .npz or .safetensors file.")
@click.option(
    "--history",
    type=click.Path(),
    metavar="FILE",
    help="Loss, accuracy, logit gap and weight norms over the run, to a .csv or .tsv file.",
)
@click.option(
    "--deltas",
    type=click.Path(),
    metavar="FILE",
    help="The delta table of the next step, for the mean of its batch, to a .csv or .tsv file.",
)
@click.option("--epochs", type=click.IntRange(0, 10**6), metavar="N", help="Epochs to train data.  [what suits them]")
@force_option
@long_option
@training_options
def export(
    source: str,
    framework: str | None,
    out: str | None,
    weights: str | None,
    history: str | None,
    deltas: str | None,
    epochs: int | None,
    force: bool,
    long: bool,
    **options: Any,
) -> None:
    """Write a run as a script of another framework, its weights, or its numbers.

    The script trains the same network on the same rows, from the same first weights and in the same batches, and comes
    to the same weights. A run of DATA is trained first; RUN.json is a saved one, with its changes on the way. A run's
    text ('iris?l2=0.01#step=200') is one too.
    """
    if (framework is None) != (out is None):
        raise InputError("--to and --out go together: --to torch --out FILE.py")
    if all(path is None for path in (out, weights, history, deltas)):
        raise InputError("nothing to write: give --to torch --out FILE.py, or --weights, --history or --deltas FILE")
    if out is not None:
        check_name(out)
    is_trained = is_run_file(source) or has_steps(source)
    if epochs is not None and is_trained:
        raise InputError(f"{source} has its own steps: leave out --epochs")
    if weights is not None:
        check_suffix(Path(weights))
    for table in (history, deltas):
        if table is not None:
            separator_of(table)
    rows = None if out is None else str(Path(out).with_suffix(".npz"))
    script, _, of_weights, of_history, of_deltas = _files(
        {"--out": out, "the script's rows": rows, "--weights": weights, "--history": history, "--deltas": deltas},
        source=source,
        options=options,
        force=force,
    )
    trainer = open_trainer(source, options, long)
    if not is_trained:
        train_for(trainer, default_epochs(trainer.data) if epochs is None else epochs)
    wrote = list(write_script(trainer, framework, script)) if framework is not None and script is not None else []
    if of_weights is not None:
        trainer.save_weights(of_weights)
        wrote.append(of_weights)
    if of_history is not None:
        wrote.append(_write_table(of_history, history_rows(trainer.history)))
    if of_deltas is not None:
        wrote.append(_write_table(of_deltas, delta_rows(trainer.deltas())))
    click.echo(f"wrote {', '.join(map(label, wrote))}", err=True)


def _files(given: dict[str, str | None], *, source: str, options: dict[str, Any], force: bool) -> list[Path | None]:
    """The files of these options, each once it is sure that it may be written; no two are one."""
    files: dict[Path, str] = {}
    paths = []
    for option, path in given.items():
        file = checked_output(option if option[0] == "-" else "", path, source=source, options=options, force=force)
        if file is not None and file in files:
            raise InputError(f"{files[file]} and {option} are both {label(file)}: give another name")
        if file is not None:
            files[file] = option
        paths.append(file)
    return paths


def _write_table(path: Path, rows: Rows) -> Path:
    with written(path) as file:
        file.write(separated(rows, separator_of(path)).encode())
    return path
