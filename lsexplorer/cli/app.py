"""The command `lsexplorer`: the group of all commands, and how a run of it ends.

JSON goes to standard output alone, everything else to standard error. The exit status is 0 for success, 2 for bad input
and 130 for an interrupt. What only one command needs is imported inside it, so that the others start fast.
"""

import sys
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from lsexplorer import __version__
from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.cli.claims import claims
from lsexplorer.cli.common import EXAMPLES
from lsexplorer.cli.completion import completion
from lsexplorer.cli.data import data
from lsexplorer.cli.explore import explore
from lsexplorer.cli.match import match
from lsexplorer.cli.patterns import patterns
from lsexplorer.cli.screenshot import screenshot
from lsexplorer.cli.sweep import sweep
from lsexplorer.cli.train import train
from lsexplorer.errors import DivergenceError, InputError


class DefaultGroup(click.Group):
    """A group whose command may be left out: `lsexplorer …` is `lsexplorer explore …`."""

    default = "explore"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front, unless a command or an option of the group comes first."""
        known = {*self.commands, "--help", "-h", "--version"}
        if args[0] not in known if args else not ctx.resilient_parsing:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what the default command takes: its options and its argument."""
        default = self.commands[self.default]
        items = super().shell_complete(ctx, incomplete) + default.shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            arguments = [param for param in default.params if isinstance(param, click.Argument)]
            items += [item for param in arguments for item in param.shell_complete(ctx, incomplete)]
        return list({(item.value, item.type): item for item in items}.values())  # both have --help


@click.group(cls=DefaultGroup, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lsexplorer")
def cli() -> None:
    """Ask what label smoothing does to a neural network, and whether L2 would have done the same.

    Without a command, the explorer opens: `lsexplorer [DATA | RUN.json] [OPTIONS]`. DATA is a built-in data set or a
    file of your own. `lsexplorer explore --help` lists the hyperparameters, which every command that trains takes.
    """


for command in (explore, train, screenshot, data, match, sweep, claims, patterns, completion):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line and exit."""
    one_blas_thread()
    try:
        code = cli.main(prog_name="lsexplorer", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        _fail(" ".join(error.format_message().split()))
    except InputError as error:
        _fail(str(error))
    except DivergenceError as error:
        _fail(f"training diverged: {error}; try a smaller --learning-rate")
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(130)


def _fail(message: str) -> NoReturn:
    click.echo(f"lsexplorer: {message}", err=True)
    sys.exit(2)
