"""The command `lsexplorer`: the group of all commands, and how a run of it ends.

Results go to standard output; messages and progress go to standard error. The exit status is 0 for success, 2 for bad
input, 1 for an exception in a training function of the user's, and 130 for an interrupt. A command's module is
imported when the command is used, so that each starts fast.
"""

import contextlib
import errno
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from lsexplorer import __version__
from lsexplorer.cli import streams
from lsexplorer.errors import DivergenceError, InputError, TrainingError

COMMANDS = {
    "best": "Find out whether anything beats plain training, each method at its best strength.",
    "claims": "Put the article's claims to the test.",
    "completion": "Print a shell's completion script.",
    "data": "Summarise a data set, or write it with smoothed targets.",
    "explore": "Step through training on the screen (the default).",
    "judge": "Find out whether something simpler would have done, from networks that are there already.",
    "export": "Write a run as a script of another framework, its weights, or its numbers.",
    "match": "Find out whether L2, or something else as simple, would have done what label smoothing does.",
    "patterns": "Show what the hidden neurons stand for.",
    "screenshot": "Draw the explorer as an SVG picture, without a terminal.",
    "serve": "Show the explorer in browsers, to whoever has the access code.",
    "sweep": "Train a grid of strengths, and choose the best.",
    "train": "Train one network, and print how well it does.",
}
"""Each is a function in the module of the same name in this folder, whose help begins with this line."""
STUDIES = frozenset({"best", "claims", "match", "sweep"})
"""Commands whose work is done by processes, unless an option says otherwise."""
ELSEWHERE = ("-h", "--help", "--cores", "--scheduler", "--trainer", "--from")
"""How the options begin with which it may be done elsewhere, or not at all."""
EXAMPLES = """\b
Examples:
  lsexplorer                                  explore Iris
  lsexplorer --hidden 8,4 --label-smoothing 0.1 --l2 0.001
  lsexplorer --output sigmoid --loss mse      another loss
  lsexplorer run.json                         open a saved run
  lsexplorer digits                           explore another data set
  lsexplorer flowers.csv --target species     explore your own
  lsexplorer train --epochs 200 --json        one run, without a screen
  lsexplorer match --label-smoothing 0.1      would L2 have done the same?
  lsexplorer best digits                      does anything beat plain training?
  lsexplorer claims --only 3,5                what the article claims, put to the test
  lsexplorer sweep --vary label_smoothing=0:0.5:0.05 --vary l2=0,0.001,0.01 --out results.csv
  lsexplorer patterns                         what the hidden neurons stand for
  lsexplorer data iris --label-smoothing 0.3 --out smoothed.csv
  lsexplorer export iris --label-smoothing 0.1 --to torch --out iris.py
  lsexplorer screenshot picture.svg --steps 40 --label-smoothing 0.1
"""


class LazyCommands(Mapping[str, click.Command]):
    """The commands by name; a command's module is imported when the command is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"lsexplorer.cli.{name}"), name)
        return command

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class DefaultGroup(click.Group):
    """A group whose command may be left out: `lsexplorer …` is `lsexplorer explore …`."""

    default = "explore"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front, unless a command or an option of the group comes first."""
        known = {*self.commands, "--help", "-h", "--version"}
        completing = not args and ctx.resilient_parsing
        if not completing and (not args or args[0] not in known):
            args = [self.default, *args]
        is_study = bool(args) and args[0] in STUDIES and not any(arg.startswith(ELSEWHERE) for arg in args)
        if is_study and not ctx.resilient_parsing:
            from lsexplorer.study.jobs.processes import start_server

            start_server()  # it gets ready while this process imports what it needs itself
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing their modules."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the commands, and the default command's options and argument."""
        default = self.commands[self.default]
        items = super().shell_complete(ctx, incomplete) + default.shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            arguments = [param for param in default.params if isinstance(param, click.Argument)]
            items += [item for param in arguments for item in param.shell_complete(ctx, incomplete)]
        return list({(item.value, item.type): item for item in items}.values())  # both have --help


@click.group(
    cls=DefaultGroup,
    commands=LazyCommands(),
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="lsexplorer")
def cli() -> None:
    """Ask what label smoothing does to a neural network, and whether L2 would have done the same.

    Without a command, the explorer opens: `lsexplorer [DATA | RUN.json] [OPTIONS]`. DATA is a built-in data set or a
    file of your own. `lsexplorer explore --help` lists the hyperparameters, which every command that trains takes.
    """
    from lsexplorer.bank.threads import one_blas_thread

    one_blas_thread()


def main() -> NoReturn:
    """Run the command line and exit."""
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
    """Run the command line; the exit status."""
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
    except TrainingError as error:
        _say(error.frames.rstrip())
        _say(f"lsexplorer: {error}")
        return 1
    except MemoryError as error:
        return _failed(f"not enough memory: {str(error) or 'a smaller network or data set needs less'}")
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the output has closed it
            return 1
        return _failed(_system_error(error))
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return 130


def _system_error(error: OSError) -> str:
    from lsexplorer.data.files import label

    reason = (error.strerror or str(error)).lower()
    return f"{reason}: {label(error.filename)}" if error.filename else f"cannot write standard output: {reason}"


def _failed(message: str) -> int:
    _say(f"lsexplorer: {message}")
    return 2


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # standard error may be closed
        click.echo(line, err=True)
