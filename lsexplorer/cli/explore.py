"""`lsexplorer explore`, the default command: the explorer on the screen."""

import contextlib
import gc
import os
import sys
from typing import Any

import click

from lsexplorer.cli.app import EXAMPLES
from lsexplorer.cli.common import is_run_file, open_trainer
from lsexplorer.cli.options import long_option, source_argument, training_options
from lsexplorer.data import BUILTINS, LoadOptions
from lsexplorer.data.unpack import STANDARD_INPUT
from lsexplorer.errors import InputError


@click.command(epilog=EXAMPLES)
@source_argument("[DATA|RUN.json]")
@long_option
@training_options
def explore(source: str, long: bool, **options: Any) -> None:
    """Step through training on the screen (the default)."""
    gc.disable()  # until the first frame: what is made for it stays
    if source == STANDARD_INPUT:
        raise InputError("the explorer takes keys from standard input: give it the data as a file, or as <(COMMAND)")
    trainer = open_trainer(source, options, long)
    if os.environ.get("TEXTUAL_DRIVER"):  # a server shows it in a browser, as `textual serve lsexplorer` does
        from lsexplorer.tui.served import run_served

        sys.exit(run_served(trainer))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "the explorer needs a terminal; without one, use `lsexplorer train` or `lsexplorer screenshot`"
        )
    if sys.__stderr__ is None or not sys.__stderr__.isatty():  # Textual writes the screen there
        raise InputError("the explorer needs a terminal: do not redirect standard error")
    os.environ.setdefault("TEXTUAL_FPS", "250")  # Textual waits for the next of its frames before it paints a key's
    from lsexplorer.tui.app import run_explorer
    from lsexplorer.tui.open.recent import remember

    run_file = source if is_run_file(source) else ""
    if run_file or trainer.data.source not in BUILTINS:
        remember(source, LoadOptions() if run_file else trainer.data.options)
    words, status = run_explorer(trainer, path=run_file)
    with contextlib.suppress(OSError):  # the terminal may be gone
        click.echo("".join(f"{line}\n" for line in words), nl=False, err=True)
    sys.exit(status)
