"""The command line: parses, calls, prints.

JSON goes to standard output alone, everything else to standard error. Exit 0 done, 2 bad input, 130 interrupted.
"""

import contextlib
import errno
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from lsexplorer import __version__
from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.cli import streams
from lsexplorer.cli.claims import claims
from lsexplorer.cli.common import load_data, new_trainer, print_json, progress_bar, train_for
from lsexplorer.cli.match import match
from lsexplorer.cli.options import data_options, hyperparameter_options, source_argument, split_options
from lsexplorer.cli.patterns import patterns
from lsexplorer.cli.sweep import sweep
from lsexplorer.data import summarize, write_smoothed
from lsexplorer.data.files import label
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run import Trainer
from lsexplorer.run.runfile import load_run

DEFAULT_EPOCHS = 100
_EXAMPLES = """\b
Examples:
  lsexplorer                                  explore Iris
  lsexplorer --hidden 8,4 --label-smoothing 0.1 --l2 0.001
  lsexplorer --output sigmoid --loss mse      another loss
  lsexplorer run.json                         open a saved run
  lsexplorer digits                           explore another data set
  lsexplorer flowers.csv --target species     explore your own
  lsexplorer train --epochs 200 --json        one run, without a screen
  lsexplorer match --label-smoothing 0.1      would L2 have done the same?
  lsexplorer claims --only 3,5                what the article claims, put to the test
  lsexplorer sweep --vary label_smoothing=0:0.5:0.05 --vary l2=0,0.001,0.01 --out results.csv
  lsexplorer patterns                         what the hidden neurons stand for
  lsexplorer data iris --label-smoothing 0.3 --out smoothed.csv
  lsexplorer screenshot picture.svg --steps 40 --label-smoothing 0.1
"""


class DefaultGroup(click.Group):
    """A group whose command may be left out: `lsexplorer …` is `lsexplorer explore …`."""

    default = "explore"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name in front, unless a command or one of the group's options stands there."""
        own = {"--help", "-h", "--version"}
        if (args[:1] == [] and not ctx.resilient_parsing) or (
            args and args[0] not in own and args[0] not in self.commands
        ):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what the default command takes: its options and its argument."""
        default = self.commands[self.default]
        found = super().shell_complete(ctx, incomplete) + default.shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            arguments = [param for param in default.params if isinstance(param, click.Argument)]
            found += [item for param in arguments for item in param.shell_complete(ctx, incomplete)]
        return list({(item.value, item.type): item for item in found}.values())  # --help is an option of both


@click.group(cls=DefaultGroup, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lsexplorer")
def cli() -> None:
    """Ask what label smoothing does to a neural network, and whether L2 would have done the same.

    Without a command, the explorer opens: `lsexplorer [DATA | RUN.json] [OPTIONS]`. DATA is a built-in data set or a
    file of your own. `lsexplorer explore --help` lists the hyperparameters, which every command that trains takes.
    """


@cli.command(epilog=_EXAMPLES)
@source_argument("[DATA|RUN.json]")
@data_options
@hyperparameter_options
def explore(source: str, **options: Any) -> None:
    """Step through the training of a small network, on the screen (the default command)."""
    trainer = _trainer(source, options)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "the explorer needs a terminal; without one, use `lsexplorer train` or `lsexplorer screenshot`"
        )
    if sys.__stderr__ is None or not sys.__stderr__.isatty():  # which textual writes the screen to
        raise InputError("the explorer needs a terminal: standard error goes elsewhere, leave out its redirection")
    from lsexplorer.tui.app import ExplorerApp

    app = ExplorerApp(trainer, path=source if _is_run(source) else "")
    app.run()
    sys.exit(app.return_code or 0)


@cli.command()
@source_argument("[DATA]")
@click.option(
    "--epochs", type=click.IntRange(1, 10**6), default=DEFAULT_EPOCHS, show_default=True, help="Epochs to train."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--save", type=click.Path(), metavar="RUN.json", help="Write the run to a file that `lsexplorer` opens.")
@data_options
@hyperparameter_options
def train(source: str, epochs: int, as_json: bool, save: str | None, **options: Any) -> None:
    """Train one network without a screen, and print how it did."""
    if save and not _is_run(save):
        raise InputError(f"--save must be a name that ends in .json, or `lsexplorer` cannot open it, got '{save}'")
    trainer = new_trainer(source, options)
    train_for(trainer, epochs)
    if save:
        trainer.save(save)
    from lsexplorer.reports.train import result, result_text

    if as_json:
        print_json(result(trainer))
    else:
        click.echo(result_text(result(trainer)))


@cli.command()
@click.argument("out", metavar="OUT.svg", type=click.Path())
@source_argument("[DATA|RUN.json]")
@click.option("--steps", type=click.IntRange(0, 10**8), default=0, show_default=True, help="Steps to train before.")
@click.option("--size", default="120x40", show_default=True, metavar="WxH", help="Columns and rows of the picture.")
@data_options
@hyperparameter_options
def screenshot(out: str, source: str, steps: int, size: str, **options: Any) -> None:
    """Draw the explorer after some steps as an SVG picture, without a terminal."""
    width, height = _size(size)
    if not out.lower().endswith(".svg"):
        raise InputError(f"the picture is an SVG: give a name that ends in .svg, got '{out}'")
    trainer = _trainer(source, options)
    trainer.step(steps)
    from lsexplorer.tui.screenshot import write_screenshot

    write_screenshot(trainer, Path(out), width, height)
    click.echo(f"wrote {out}", err=True)


@cli.command()
@source_argument("[DATA]")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--label-smoothing", "a", type=float, metavar="A", help="Smooth the targets by A; needs --out.")
@click.option("--out", type=click.Path(), metavar="FILE", help="Write the data here, as .csv, .tsv or .npz.")
@data_options
def data(source: str, as_json: bool, a: float | None, out: str | None, **options: Any) -> None:
    """Summarise a data set; or write it with smoothed targets, for training without smoothing."""
    dataset = load_data(source, split_options(options)[0])
    if a is not None and out is None:
        raise InputError("--label-smoothing needs --out FILE, the file to write the smoothed data to")
    if out is not None and Path(out).exists() and Path(source).exists() and Path(out).samefile(source):
        raise InputError(f"--out {out} is the file that is read: give another name")
    if out is not None:
        with progress_bar("writing") as advance:
            write_smoothed(dataset, a or 0.0, out, advance)
        click.echo(f"wrote {out}, targets smoothed by a = {a or 0.0:g}", err=True)
    if as_json:
        print_json(summarize(dataset).as_dict())
    elif out is None:
        click.echo("\n".join(summarize(dataset).lines()))


cli.add_command(match)
cli.add_command(sweep)
cli.add_command(claims)
cli.add_command(patterns)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the shell's completion script: `eval "$(lsexplorer completion bash)"`."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "lsexplorer", "_LSEXPLORER_COMPLETE").source())


def _is_run(source: str) -> bool:
    return source.lower().endswith(".json")


def _trainer(source: str, options: dict[str, Any]) -> Trainer:
    """A run from a run file, or a new one on a data set."""
    if not _is_run(source):
        return new_trainer(source, options)
    data_given, given = split_options(options)
    if data_given:
        flag = "test" if "test_file" in data_given else next(iter(data_given)).replace("_", "-")
        raise InputError(f"{source} names its own data: leave out --{flag}")
    if given:
        flag = next(iter(given)).replace("_", "-")
        raise InputError(f"{source} has its own settings: leave out --{flag}, and change it on the screen")
    with progress_bar("replaying") as advance:
        return load_run(Path(source), advance)


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdecimal() and height.isdecimal() and 20 <= int(width) <= 500 and 10 <= int(height) <= 300
    ):
        raise InputError(f"--size must be columns x rows, 20x10 to 500x300, such as 120x40, got '{text}'")
    return int(width), int(height)


def main() -> NoReturn:
    """The command `lsexplorer`."""
    problem = streams.prepare()
    if problem:
        sys.exit(_failed(problem))
    with streams.ended_by_signals():
        try:
            sys.exit(_status())
        finally:
            if streams.output_failure() is not None:
                streams.discard_output()


def _status() -> int:
    """Do what the command line says; the exit status."""
    one_blas_thread()
    try:
        code = cli.main(prog_name="lsexplorer", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        return _failed(" ".join(error.format_message().split()))
    except InputError as error:
        return _failed(str(error))
    except DivergenceError as error:
        return _failed(f"training diverged: {error}; try a smaller --learning-rate")
    except MemoryError as error:
        return _failed(f"not enough memory: {error or 'a smaller network or data set needs less'}")
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read the output has read enough
            return 1
        reason = (error.strerror or str(error)).lower()
        return _failed(
            f"{reason}: {label(error.filename)}" if error.filename else f"cannot write standard output: {reason}"
        )
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return 130


def _failed(message: str) -> int:
    _say(f"lsexplorer: {message}")
    return 2


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # there is nobody to tell
        click.echo(line, err=True)
