"""The command line that does what a screen does."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields

from lsexplorer.data import Dataset, LoadOptions
from lsexplorer.data.options import write_option
from lsexplorer.run.hyperparameters import Hyperparameters, schema, show
from lsexplorer.run.presets import default_hyperparameters

_FLAGS = {"test_file": "--test", "seed": "--split-seed"}
"""Options of a data set whose flag is not their name."""


def command_line(command: str, data: Dataset, hp: Hyperparameters, options: Mapping[str, object] | None = None) -> str:
    """`lsexplorer COMMAND` on a data set with hyperparameters, for a shell; options: further ones, None for none.

    What is as the command has it by default is left out.
    """
    words = ["lsexplorer", command, data.source or data.name, *_data_options(data.options)]
    default = Hyperparameters(**default_hyperparameters(data))
    for entry in schema():
        value = getattr(hp, entry.name)
        if value != getattr(default, entry.name):
            words += _option(entry.name, show(entry.name, value) if entry.kind != "bool" else value)
    for name, value in (options or {}).items():
        if value is not None:
            words += _option(name, value)
    return shlex.join(words)


def _data_options(options: LoadOptions) -> Iterator[str]:
    default = LoadOptions()
    for field in fields(LoadOptions):
        value = getattr(options, field.name)
        if value == getattr(default, field.name):
            continue
        flag = _FLAGS.get(field.name, field.name)
        if field.name in ("drop", "keep"):
            for column in value:
                yield from _option(flag, column)
        elif isinstance(value, bool):
            yield from _option(flag, value)
        else:
            text = write_option(field.name, value) if field.name in options.text_options else value
            yield from _option(flag, text)


def _option(name: str, value: object) -> list[str]:
    flag = name if name.startswith("--") else "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag.removeprefix('--')}"]
    return [flag, str(value)]
