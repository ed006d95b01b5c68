"""`lsexplorer export`: a run as code in another framework, and its weights."""

from pathlib import Path
from typing import Any

import click

from lsexplorer.cli.common import is_run_file, open_trainer, train_for
from lsexplorer.cli.options import checked_output, force_option, long_option, source_argument, training_options
from lsexplorer.data.files import label
from lsexplorer.errors import InputError
from lsexplorer.export import FRAMEWORKS, write_script
from lsexplorer.run.presets import default_epochs
from lsexplorer.run.weights_file import check_suffix


@click.command()
@source_argument("[DATA|RUN.json]")
@click.option("--to", "framework", type=click.Choice(tuple(FRAMEWORKS)), help="The framework of the script.")
@click.option("--out", type=click.Path(), metavar="FILE.py", help="The script; its rows go to FILE.npz beside it.")
@click.option(
    "--weights", type=click.Path(), metavar="FILE", help="Write the weights to this file, .npz or .safetensors."
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
    epochs: int | None,
    force: bool,
    long: bool,
    **options: Any,
) -> None:
    """Write a run as a script of another framework, or its weights.

    The script trains the same network on the same rows, from the same first weights and in the same batches, and comes
    to the same weights. A run of DATA is trained first; RUN.json is a saved one, with its changes on the way.
    """
    if (framework is None) != (out is None):
        raise InputError("--to and --out go together: --to torch --out FILE.py")
    if out is None and weights is None:
        raise InputError("nothing to write: give --to torch --out FILE.py, or --weights FILE.npz")
    if out is not None and not out.lower().endswith(".py"):
        raise InputError(f"--out must be a name that ends in .py, got '{out}'")
    if out is not None and Path(out).stem in ("numpy", *FRAMEWORKS):
        raise InputError(f"a script named {Path(out).name} would import itself: give another name")
    if epochs is not None and is_run_file(source):
        raise InputError(f"{source} has its own steps: leave out --epochs")
    rows = None if out is None else str(Path(out).with_suffix(".npz"))
    files = [
        checked_output(option, path, source=source, options=options, force=force)
        for option, path in (("--out", out), ("--out", rows), ("--weights", weights))
    ]
    if files[2] is not None:
        check_suffix(files[2])
        if files[2] == files[1]:
            raise InputError(f"--weights {weights} is where the script's rows go: give another name")
    trainer = open_trainer(source, options, long)
    if not is_run_file(source):
        train_for(trainer, default_epochs(trainer.data) if epochs is None else epochs)
    wrote = list(write_script(trainer, framework, files[0])) if framework is not None and files[0] else []
    if files[2] is not None:
        trainer.save_weights(files[2])
        wrote.append(files[2])
    click.echo(f"wrote {', '.join(map(label, wrote))}", err=True)
