"""The command line: parses, calls, prints.

JSON goes to standard output alone, everything else to standard error. Exit 0 done, 2 bad input, 130 interrupted.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from click.shell_completion import CompletionItem

from lsexplorer import __version__
from lsexplorer.data import builtin, load_dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.hyperparameters import Spec, parse, schema
from lsexplorer.run.runfile import load_run

if TYPE_CHECKING:
    from rich.progress import Progress

F = TypeVar("F", bound=Callable[..., Any])
CHUNK = 500
DEFAULT_EPOCHS = 100
_EXAMPLES = """\b
Examples:
  lsexplorer                                  explore Iris
  lsexplorer --hidden 8,4 --label-smoothing 0.1 --l2 0.001
  lsexplorer --output sigmoid --loss mse      another loss
  lsexplorer run.json                         open a saved run
  lsexplorer train --epochs 200 --json        one run, without a screen
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


class _Value(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """A hyperparameter's value, read by the schema."""

    def __init__(self, entry: Spec) -> None:
        self.name, self._entry = entry.name, entry

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What stands for the value in the help."""
        names = {"int": "N", "float": "X", "sizes": "N,N…", "targets": "ON|ROWS"}
        return "|".join(self._entry.choices) or names[self._entry.kind]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value in the schema's type; InputError otherwise."""
        return parse(self._entry.name, value) if isinstance(value, str) else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The choices."""
        return [CompletionItem(choice) for choice in self._entry.choices if choice.startswith(incomplete)]


def hyperparameter_options(command: F) -> F:
    """An option for every hyperparameter; those given arrive as the dict ``given``."""
    for entry in reversed(schema()):
        flag = "--" + entry.name.replace("_", "-")
        text = f"{entry.help}  [{entry.default if entry.kind != 'sizes' else ','.join(map(str, entry.default))}]"
        if entry.kind == "bool":
            command = click.option(f"{flag}/--no-{entry.name}", entry.name, default=None, help=text)(command)
        else:
            command = click.option(flag, entry.name, type=_Value(entry), default=None, help=text)(command)
    return command


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in builtin.NAMES if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


def source_argument(metavar: str) -> Callable[[F], F]:
    """The optional DATA argument."""
    return click.argument("source", metavar=metavar, default="iris", shell_complete=_complete_source)


@click.group(cls=DefaultGroup, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lsexplorer")
def cli() -> None:
    """Ask what label smoothing does to a neural network, and whether L2 would have done the same.

    Without a command, the explorer opens: `lsexplorer [DATA | RUN.json] [OPTIONS]`. DATA is a built-in data set.
    `lsexplorer explore --help` lists the hyperparameters, which every command that trains takes as options.
    """


@cli.command(epilog=_EXAMPLES)
@source_argument("[DATA|RUN.json]")
@hyperparameter_options
def explore(source: str, **options: Any) -> None:
    """Step through the training of a small network, on the screen (the default command)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "the explorer needs a terminal; without one, use `lsexplorer train` or `lsexplorer screenshot`"
        )
    trainer = _trainer(source, _given(options))
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
@hyperparameter_options
def train(source: str, epochs: int, as_json: bool, save: str | None, **options: Any) -> None:
    """Train one network without a screen, and print how it did."""
    if save and not _is_run(save):
        raise InputError(f"--save must be a name that ends in .json, or `lsexplorer` cannot open it, got '{save}'")
    trainer = Trainer(load_dataset(source), Hyperparameters().replace(**_given(options)))
    steps = epochs * trainer.steps_per_epoch
    with _progress("training", steps) as advance:
        while trainer.step_count < steps:
            trainer.step(min(CHUNK, steps - trainer.step_count))
            advance(trainer.step_count, steps)
    if save:
        trainer.save(save)
    from lsexplorer.report import result, result_text

    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(result(trainer)))
    else:
        click.echo(result_text(result(trainer)))


@cli.command()
@click.argument("out", metavar="OUT.svg", type=click.Path())
@source_argument("[DATA|RUN.json]")
@click.option("--steps", type=click.IntRange(0, 10**8), default=0, show_default=True, help="Steps to train before.")
@click.option("--size", default="120x40", show_default=True, metavar="WxH", help="Columns and rows of the picture.")
@hyperparameter_options
def screenshot(out: str, source: str, steps: int, size: str, **options: Any) -> None:
    """Draw the explorer after some steps as an SVG picture, without a terminal."""
    width, height = _size(size)
    trainer = _trainer(source, _given(options))
    trainer.step(steps)
    from lsexplorer.tui.screenshot import write_screenshot

    write_screenshot(trainer, Path(out), width, height)
    click.echo(f"wrote {out}", err=True)


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


def _trainer(source: str, given: dict[str, Any]) -> Trainer:
    """A run from a run file, or a new one on a data set."""
    if not _is_run(source):
        return Trainer(load_dataset(source), Hyperparameters().replace(**given))
    if given:
        name = next(iter(given)).replace("_", "-")
        raise InputError(f"{source} has its own hyperparameters: leave out --{name}, and change it on the screen")
    with _progress("replaying", 0) as advance:
        return load_run(Path(source), advance)


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdecimal() and height.isdecimal() and 20 <= int(width) <= 500 and 10 <= int(height) <= 300
    ):
        raise InputError(f"--size must be columns x rows, 20x10 to 500x300, such as 120x40, got '{text}'")
    return int(width), int(height)


class _progress:  # noqa: N801
    """A progress bar on standard error, where that is a terminal; yields a function of (done, all)."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total = title, total
        self._bar: Progress | None = None

    def __enter__(self) -> Callable[[int, int], None]:
        if not sys.stderr.isatty():
            return lambda done, steps: None
        from rich.console import Console
        from rich.progress import Progress

        bar = self._bar = Progress(console=Console(stderr=True), transient=True)
        bar.start()
        task = bar.add_task(self._title, total=self._total or None)
        return lambda done, steps: bar.update(task, completed=done, total=steps)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def main() -> NoReturn:
    """The command `lsexplorer`."""
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
