"""The parts of the site that are made from the code when it is built (a hook of MkDocs).

A page says ``<!-- generated: NAME -->`` where it wants one of PARTS.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import click
from make_rooms import rooms_svg, rooms_table
from textual.keys import format_key

from lsexplorer.cli.app import cli
from lsexplorer.cli.options import data_options, hyperparameter_options
from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.nn.regularizers import REGULARIZERS, Regularizer
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.run.hyperparameters import schema, show
from lsexplorer.tui.commands import Command
from lsexplorer.tui.help import screens

ROOT = Path(__file__).parent.parent
HARMLESS = {ord(mark): f"&#{ord(mark)};" for mark in "|[]*_\\"}
"""Characters that Markdown could take for mark-up, as HTML writes them."""
MARK = re.compile(r"<!-- generated: (\S+) -->")


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table of texts in which nothing but `code` is marked up."""
    lines = [list(headings), *([cell(text) for text in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(text: str) -> str:
    """A text in which Markdown sees no mark-up, with what stands between backticks as code."""
    parts = escape(" ".join(text.split())).translate(HARMLESS).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def key_names(command: Command) -> str:
    """The keys of a command, each as one finds it on the keyboard."""
    names = [command.key_display] if command.key_display else [format_key(key) for key in command.key.split(",")]
    return " ".join(f"`{name}`" for name in names)


def keys() -> str:
    """Every screen's keys."""
    parts = []
    for screen in screens():
        rows = ((key_names(entry), entry.label, entry.help) for entry in screen.commands)
        parts.append(f"### {screen.help_page.title}\n\n" + table(("key", "in the footer", "what it does"), rows))
    return "\n\n".join(parts)


def columns() -> str:
    """The columns of every screen's tables."""
    parts = []
    for page in (screen.help_page for screen in screens()):
        for title, entries in page.columns.items():
            rows = ((entry.title or "(first)", entry.help) for entry in entries.values())
            parts.append(f"### {page.title}: {title}\n\n" + table(("column", "meaning"), rows))
    return "\n\n".join(parts)


def losses() -> str:
    """The losses with their signals, a row for each output that they go with."""
    rows = [
        (f"`{name}`", f"`{output}`", loss.formula, signal_of(output, name).equation)
        for name, loss in LOSSES.items()
        for output in loss.outputs
    ]
    return table(("loss", "output", "value for one sample", "signal δ = −∂L/∂z"), rows)


def regularizers() -> str:
    """The regularisers: what each does, where it acts and how strong it may be."""
    rows = [
        (
            f"`{entry.name}`",
            entry.help,
            acts_on(entry),
            f"`{entry.key}`" if entry.keyed else "",
            f"{entry.suggested:g}",
            f"{entry.low:g} to {entry.high:g}",
        )
        for entry in REGULARIZERS.values()
    ]
    return table(("hyperparameter", "what it does", "acts on", "key", "suggested", "range"), rows)


def remedies() -> str:
    """What can be matched to label smoothing, and the strengths that are searched unless others are asked for."""
    rows = (
        (
            f"`{name}`",
            entry.help,
            "all of the run" if entry.match_range is None else "{:g} to {:g}".format(*entry.match_range),
        )
        for name, entry in REMEDIES.items()
    )
    return table(("remedy", "what it does", "strengths searched"), rows)


def acts_on(entry: Regularizer) -> str:
    """Which parts of a training step a regulariser changes."""
    parts = {"targets": entry.targets, "signal": entry.signal, "gradient": entry.gradient, "weights": entry.decay}
    return ", ".join(name for name, part in parts.items() if part)


def hyperparameters() -> str:
    """The schema."""
    rows = (
        (
            f"`{entry.name}`",
            show(entry.name, entry.default) or "none",
            entry.range_text,
            "live" if entry.live else "",
            entry.help,
        )
        for entry in schema()
    )
    return table(("name", "default", "values", "live", "meaning"), rows)


def command_line() -> str:
    """Every command with its options; those of the data and the hyperparameters, which many take, once at the end."""
    shared = {
        "options of the data": parameters(data_options),
        "hyperparameters": parameters(hyperparameter_options),
    }
    parts = []
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=f"lsexplorer {name}", parent=click.Context(cli))
        given = {param.name for param in command.params}
        taken = {title: names for title, names in shared.items() if set(names) <= given}
        common = set().union(*taken.values())
        own = [param for param in command.params if isinstance(param, click.Option) and param.name not in common]
        usage = " ".join(["lsexplorer", name, *command.collect_usage_pieces(context)])
        links = " and the ".join(f"[{title}](#{title.replace(' ', '-')})" for title in taken)
        parts.append(f"## lsexplorer {name}\n\n```text\n{usage}\n```\n\n{description(command)}")
        if own:
            parts.append(options_table(own, context))
        if links:
            parts.append(f"It also takes the {links}.")
    for title, options in shared.items():
        parts.append(f"## {title.capitalize()}\n\n" + options_table(options.values(), click.Context(cli)))
    return "\n\n".join(parts)


def parameters(decorator: Callable[[Callable[[], None]], Callable[[], None]]) -> dict[str, click.Option]:
    """The options that a decorator adds to a command, by name."""
    options = click.command()(decorator(lambda: None)).params
    return {option.name: option for option in options if isinstance(option, click.Option) and option.name}


def description(command: click.Command) -> str:
    """A command's help as Markdown, without click's marks, and without the examples at its end."""
    return inspect.cleandoc(command.help or "").replace("\b\n", "").split("\f")[0]


def options_table(options: Iterable[click.Option], context: click.Context) -> str:
    """Options as in `--help`."""
    records = filter(None, (option.get_help_record(context) for option in options))
    return table(("option", "meaning"), ((f"`{names}`", text) for names, text in records))


def page_of(name: str) -> Callable[[], str]:
    """A file of the repository as a page, with its links made right for the place in the site."""

    def page() -> str:
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        return re.sub(r"\]\(([A-Z]+)\.md", lambda link: f"]({link[1].lower()}.md", text)

    return page


def example(file: Path) -> str:
    """A file of examples/, as code."""
    return f"```py\n{file.read_text(encoding='utf-8').rstrip()}\n```"


PARTS: dict[str, Callable[[], str]] = {
    "keys": keys,
    "columns": columns,
    "losses": losses,
    "regularizers": regularizers,
    "remedies": remedies,
    "hyperparameters": hyperparameters,
    "command-line": command_line,
    "rooms": lambda: f"<div>\n{rooms_svg()}\n</div>",
    "rooms-table": rooms_table,
    "contributing": page_of("CONTRIBUTING.md"),
    "releasing": page_of("RELEASING.md"),
    "changelog": page_of("CHANGELOG.md"),
    **{f"examples/{file.name}": partial(example, file) for file in sorted((ROOT / "examples").glob("*.py"))},
}


def on_files(files: Any, config: Any) -> Any:
    """MkDocs' hook: take in the pictures of assets/, which README and pages share."""
    from mkdocs.structure.files import File  # here, since the tests use this module without MkDocs

    for picture in sorted((ROOT / "assets").glob("*.svg")):
        files.append(File.generated(config, f"assets/{picture.name}", abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """MkDocs' hook: put the parts that a page names in their places; KeyError for an unknown one."""
    return MARK.sub(lambda match: PARTS[match[1]](), markdown).replace("](../assets/", "](assets/")


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """MkDocs' hook: refuse a page that would load something from another host; links that one follows are free."""
    loaded = re.findall(r'<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)="?(?:https?:)?//[^">]*', output)
    if loaded:
        raise ValueError(f"{page.file.src_uri} loads from another host: {loaded[0]}")
    return output
