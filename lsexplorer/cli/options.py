"""Options that several commands share: the data, the hyperparameters, and where the work is done."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from lsexplorer.data import BUILTINS
from lsexplorer.data.files import shown
from lsexplorer.data.made import MADE, SAMPLES
from lsexplorer.data.options import parse_option
from lsexplorer.errors import InputError
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.run.hyperparameters import Spec, parse, schema, show
from lsexplorer.run.presets import Preset

if TYPE_CHECKING:
    from lsexplorer.study.jobs.parts import Part

F = TypeVar("F", bound=Callable[..., Any])

SUITS = "what suits the data"
"""The default of an option that presets set."""


class _Written(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """An option of text files as `parse_option` reads it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value."""
        return parse_option(self.name, value) if isinstance(value, str) else value


def _given(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The values of an option that may be given again, None where it was not given."""
    return values or None


_DATA_OPTIONS = {
    "target": click.option("--target", metavar="COLUMN", help="Own file: the class column, by name or number from 1."),
    "test_size": click.option(
        "--test-size", type=float, metavar="X", help="Share of each class kept for testing.  [0.2]"
    ),
    "test_file": click.option("--test", "test_file", metavar="FILE", help="Own file: another file with the test rows."),
    "missing": click.option(
        "--missing", type=click.Choice(["drop", "mean"]), help="Drop rows with missing values, or fill in the mean."
    ),
    "label_noise": click.option(
        "--label-noise", type=float, metavar="X", help="Share of training labels to flip.  [0]"
    ),
    "split_seed": click.option(
        "--split-seed", type=click.IntRange(0), metavar="N", help="Seed of the split and of the flipped labels.  [0]"
    ),
    "noise": click.option(
        "--noise",
        type=float,
        metavar="X",
        help=f"Made data, {', '.join(MADE)}: the standard deviation of the noise.  [by set]",
    ),
    "samples": click.option("--samples", type=int, metavar="N", help=f"Made data: samples in both parts.  [{SAMPLES}]"),
    "data_seed": click.option(
        "--data-seed", type=click.IntRange(0), metavar="N", help="Made data: the seed of the samples.  [0]"
    ),
    "header": click.option(
        "--header/--no-header", default=None, help="Own file: whether its first row names the columns."
    ),
    "delimiter": click.option(
        "--delimiter", type=_Written("delimiter"), metavar="C", help="Own file: what separates its cells."
    ),
    "encoding": click.option("--encoding", metavar="NAME", help="Own file: its encoding, such as cp1252."),
    "comment": click.option(
        "--comment", type=_Written("comment"), metavar="MARK", help="Own file: what begins a comment, or none."
    ),
    "decimal": click.option("--decimal", metavar="C", help="Own file: its decimal sign, . or ,"),
    "thousands": click.option(
        "--thousands", type=_Written("thousands"), metavar="C", help="Own file: what groups the digits of numbers."
    ),
    "missing_marks": click.option(
        "--missing-marks",
        type=_Written("missing_marks"),
        metavar="TEXT,TEXT…",
        help="Own file: further texts for a missing value.",
    ),
    "drop": click.option(
        "--drop",
        multiple=True,
        callback=_given,
        metavar="COLUMN",
        help="Own file: a column to leave out, again for more.",
    ),
    "keep": click.option(
        "--keep",
        multiple=True,
        callback=_given,
        metavar="COLUMN",
        help="Own file: a column to keep, again for more.",
    ),
}


class _Value(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """A hyperparameter's value, as its Spec reads it."""

    def __init__(self, entry: Spec) -> None:
        self.name, self._entry = entry.name, entry

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The placeholder for the value in the help."""
        names = {"int": "N", "float": "X", "sizes": "N,N…", "targets": "ON|ROWS"}
        return "|".join(self._entry.choices) or names[self._entry.kind]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value in the hyperparameter's type; raises InputError where it is not allowed."""
        return parse(self._entry.name, value) if isinstance(value, str) else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The choices that start with what was typed."""
        return [CompletionItem(choice) for choice in self._entry.choices if choice.startswith(incomplete)]


ALL_REMEDIES = "all"


class Remedies(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """Names of remedies with commas between them; all of them is no name."""

    name = "remedies"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The placeholder for the value in the help."""
        return "NAME,NAME…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The names, each once; None for all of them."""
        if not isinstance(value, str) or value == ALL_REMEDIES:
            return None if value == ALL_REMEDIES else value
        names = list(dict.fromkeys(name.strip() for name in value.split(",")))
        for name in names:
            if name not in REMEDIES:
                self.fail(f"'{name}' is not one of {', '.join(map(repr, REMEDIES))}, or '{ALL_REMEDIES}'.", param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that go on from what was typed."""
        before, comma, last = incomplete.rpartition(",")
        names = [*REMEDIES, *([] if comma else [ALL_REMEDIES])]
        return [CompletionItem(before + comma + name) for name in names if name.startswith(last)]


def hyperparameter_options(command: F) -> F:
    """Add an option for every hyperparameter; those that are not given arrive as None."""
    for entry in reversed(schema()):
        flag = "--" + entry.name.replace("_", "-")
        default = {"bool": "off", "targets": "none"}.get(entry.kind, show(entry.name, entry.default))
        default = SUITS if entry.name in Preset._fields else default
        text = f"{entry.help}  [{default}]"
        if entry.kind == "bool":
            command = click.option(f"{flag}/--no-{entry.name}", entry.name, default=None, help=text)(command)
        else:
            command = click.option(flag, entry.name, type=_Value(entry), default=None, help=text)(command)
    return command


def data_options(command: F) -> F:
    """Add the options of `load_dataset`; those that are not given arrive as None."""
    for option in reversed(_DATA_OPTIONS.values()):
        command = option(command)
    return command


def training_options(command: F) -> F:
    """Add the options of the data and the hyperparameters."""
    return data_options(hyperparameter_options(command))


def worker_options(command: F) -> F:
    """Add the options that say where the work is done."""
    from lsexplorer.study.jobs.executors import cores
    from lsexplorer.study.jobs.scheduler import VARIABLE

    command = click.option(
        "--scheduler-file", metavar="FILE", help="The same, by the file that `dask scheduler --scheduler-file` writes."
    )(command)
    text = f"Work on a Dask cluster, by its scheduler's address: tcp://HOST:8786.  [{VARIABLE}, if set]"
    command = click.option("--scheduler", metavar="ADDRESS", help=text)(command)
    text = f"Processes to work in; 0 for this one.  [{cores()}]"
    return click.option("--cores", type=click.IntRange(0, 1024), metavar="N", help=text)(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def report_options(command: F) -> F:
    """Add the options that name files for the report."""
    for name, kind in (("--html", "a page of HTML"), ("--markdown", "Markdown")):
        text = f"Also write the report to this file, as {kind}."
        command = click.option(name, type=click.Path(), metavar="FILE", help=text)(command)
    return command


def remedy_option(default: str, text: str) -> Callable[[F], F]:
    """The option that names remedies; text: what is done with them."""
    names = ", ".join(REMEDIES)
    help_text = f"{text}: one or several, with commas, of {names}; or all."
    return click.option("--remedy", type=Remedies(), default=default, show_default=True, help=help_text)


def splits_option(text: str, default: int) -> Callable[[F], F]:
    """The option that says how many splits a study has; text: what they are for."""
    help_text = f"{text}  [{default}; 1 where the data have their own test part]"
    return click.option("--splits", type=int, metavar="N", help=help_text)


margins_option = click.option(
    "--margins",
    metavar="NAME=VALUE,…",
    help="Differences in measures that do not matter, such as accuracy=0.01,nll=0.05.",
)
values_option = click.option("--values", metavar="FILE", help="Write every measured value to a CSV file.")
force_option = click.option("--force", is_flag=True, help="Replace the file to write to, if it exists.")
long_option = click.option("--long", is_flag=True, help="Open RUN.json although its replay may take long.")
epochs_option = click.option(
    "--epochs", type=click.IntRange(1, 10**6), metavar="N", help=f"Epochs to train.  [{SUITS}]"
)


def part_options(command: F) -> F:
    """Add the options of a study that runs in parts: which part this is, and the files of all of them."""
    text = "Read what the parts wrote as one: 'part-*', quoted, or once for each file."
    command = click.option("--from", "parts", multiple=True, metavar="FILES", help=text)(command)
    text = "Do part K of N alone, such as 3/20, and write it to --out: for arrays of jobs."
    return click.option("--part", metavar="K/N", help=text)(command)


def chosen_part(part: str | None, parts: Sequence[str], **others: object) -> "Part | None":
    """The part that --part names; others: by option, what does not go with --from, None where it was not given.

    Raises InputError for options that exclude each other.
    """
    from lsexplorer.study.jobs.parts import parse_part

    given = [name for name, value in {"part": part, **others}.items() if value is not None]
    if parts and given:
        raise InputError(f"--from reads what was trained: leave out --{given[0]}")
    if part is None:
        return None
    if others.get("out") is None:
        raise InputError("--part writes to a file of its own: give --out, such as part-3")
    return parse_part(part)


def study_options(command: F) -> F:
    """Add the options that every study has: epochs, JSON, where the work is done, data and hyperparameters."""
    for options in (training_options, worker_options, json_option, epochs_option):
        command = options(command)
    return command


def source_argument(metavar: str, default: str = "iris") -> Callable[[F], F]:
    """The optional DATA argument."""
    return click.argument("source", metavar=metavar, default=default, shell_complete=_complete_source)


def _complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in BUILTINS if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


def split_options(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options that were given: those of the data, and the hyperparameters."""
    given = {name: value for name, value in options.items() if value is not None}
    data = {name: given.pop(name) for name in _DATA_OPTIONS if name in given}
    return data, given


def parse_margins(text: str | None) -> dict[str, float]:
    """The names and numbers in "accuracy=0.01,nll=0.05"; raises InputError for any other text."""
    margins = {}
    for part in text.split(",") if text is not None else ():
        name, _, value = part.partition("=")
        try:
            margins[name.strip()] = float(value)
        except ValueError:
            raise InputError(f"--margins must be NAME=VALUE, such as accuracy=0.01, got '{part}'") from None
    return margins


def flag_of(name: str) -> str:
    """The option that a parameter of a command comes from."""
    return f"--{ {'test_file': 'test', 'parts': 'from'}.get(name, name).replace('_', '-') }"


def chosen_workers(
    count: int | None, scheduler: str | None, scheduler_file: str | None, *, otherwise: int | None = None
) -> int | str | None:
    """The ``workers`` of `match`, from the options of `worker_options`; raises InputError for several at once.

    Without any of them it is the scheduler that the environment names, which is said on standard error; else
    ``otherwise``, and every core unless that is given.
    """
    from lsexplorer.study.jobs.executors import cores
    from lsexplorer.study.jobs.processes import start_server
    from lsexplorer.study.jobs.scheduler import VARIABLE, address_in, address_in_environment

    cluster = {"--scheduler": scheduler, "--scheduler-file": scheduler_file}
    given = [option for option, value in cluster.items() if value is not None]
    if given and count is not None:
        raise InputError(f"{given[0]} and --cores exclude each other: a cluster has its own workers")
    if len(given) > 1:
        raise InputError("--scheduler and --scheduler-file exclude each other: both name a scheduler")
    if scheduler is not None:
        return scheduler
    if scheduler_file is not None:
        return address_in(scheduler_file)
    if count is None and (address := address_in_environment()) is not None:
        click.echo(f"working on the Dask cluster at {shown(address)} ({VARIABLE}); --cores works here", err=True)
        return address
    if count is None:
        count = cores() if otherwise is None else otherwise
    if count:
        start_server()
    return count or None


def checked_output(
    option: str, path: str | None, *, source: str, options: dict[str, Any], force: bool, resumes: bool = False
) -> Path | None:
    """The path of an output option, None where it was not given.

    Raises InputError, before any work is done, where the file may not be written: one that exists, unless ``force``,
    and one that the command reads, as its ``source`` and ``options`` say.
    """
    if path is None:
        return None
    from lsexplorer.data.load import files_read
    from lsexplorer.data.output import check_output

    reads = files_read(source, options.get("test_file"))
    return check_output(path, option=option, reads=reads, force=force, resumes=resumes)
