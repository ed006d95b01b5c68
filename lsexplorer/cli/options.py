"""What several commands take: the data set with its options, and the hyperparameters, made from the schema."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from lsexplorer.data import BUILTINS, Dataset, LoadOptions, load_dataset
from lsexplorer.data.files import Progress
from lsexplorer.errors import InputError
from lsexplorer.run.hyperparameters import Spec, parse, schema

F = TypeVar("F", bound=Callable[..., Any])

_DATA_OPTIONS = {
    "target": click.option("--target", metavar="COLUMN", help="Own file: the class column, by name or number from 1."),
    "test_size": click.option("--test-size", type=float, help="Share of every class that is for testing.  [0.2]"),
    "test_file": click.option("--test", "test_file", metavar="FILE", help="Own file: another file, for testing."),
    "missing": click.option(
        "--missing", type=click.Choice(["drop", "mean"]), help="Drop rows with missing values, or fill in the mean."
    ),
    "label_noise": click.option("--label-noise", type=float, help="Share of training labels to flip.  [0]"),
    "split_seed": click.option(
        "--split-seed", type=click.IntRange(0), metavar="N", help="Seed of the split and of the flipped labels.  [0]"
    ),
}


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
    """An option for every hyperparameter; those not given arrive as None."""
    for entry in reversed(schema()):
        flag = "--" + entry.name.replace("_", "-")
        text = f"{entry.help}  [{entry.default if entry.kind != 'sizes' else ','.join(map(str, entry.default))}]"
        if entry.kind == "bool":
            command = click.option(f"{flag}/--no-{entry.name}", entry.name, default=None, help=text)(command)
        else:
            command = click.option(flag, entry.name, type=_Value(entry), default=None, help=text)(command)
    return command


def data_options(command: F) -> F:
    """The options of `load_dataset`; those not given arrive as None."""
    for option in reversed(_DATA_OPTIONS.values()):
        command = option(command)
    return command


def source_argument(metavar: str, default: str = "iris") -> Callable[[F], F]:
    """The optional DATA argument."""
    return click.argument("source", metavar=metavar, default=default, shell_complete=_complete_source)


def _complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in BUILTINS if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


def split_options(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a command's options those that were given: the data's, and the hyperparameters."""
    given = {name: value for name, value in options.items() if value is not None}
    data = {name: given.pop(name) for name in _DATA_OPTIONS if name in given}
    return data, given


def load(source: str, given: dict[str, Any], progress: Progress) -> Dataset:
    """The data set of a command, from its DATA argument and its data options."""
    names = {field.name for field in fields(LoadOptions)}
    if source.lower().endswith(".json"):
        raise InputError(f"{source} looks like a run file: `lsexplorer {source}` opens it; this command takes data")
    options = {("seed" if name == "split_seed" else name): value for name, value in given.items()}
    assert options.keys() <= names
    return load_dataset(source, **options, progress=progress)
