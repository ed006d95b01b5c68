"""The manual pages, lsexplorer(1) and one for each command, for those who package the program.

python docs/make_man.py [FOLDER]        build/man without one

The pages are made from the commands by click-man (pip install '.[docs]'); SOURCE_DATE_EPOCH, if it is set, dates them.
"""

import inspect
import re
import sys
from copy import copy
from pathlib import Path

import click
from click_man.core import write_man_pages

from lsexplorer import __version__
from lsexplorer.cli.app import COMMANDS, EXAMPLES, cli

NAME = "See what label smoothing does to a neural network, and whether L2 would have done the same"
MORE = """.SH EXAMPLES
.nf
{examples}
.fi
.SH EXIT STATUS
0: done. 2: bad input, and one line says what is wrong and what would be right. 1: an exception in a training function
of yours. 130: interrupted.
"""


def write(folder: Path) -> list[Path]:
    """Write the pages into a folder, which is made if need be; returns them, lsexplorer.1 first."""
    folder.mkdir(parents=True, exist_ok=True)
    group = page_of(cli, NAME)
    assert isinstance(group, click.Group)
    group.commands = {name: page_of(command, COMMANDS[name]) for name, command in cli.commands.items()}
    write_man_pages("lsexplorer", group, version=__version__, target_dir=str(folder))
    examples = roff(EXAMPLES.partition("Examples:\n")[2].rstrip())
    first = folder / "lsexplorer.1"
    first.write_text(first.read_text(encoding="utf-8") + MORE.format(examples=examples), encoding="utf-8")
    return [first, *(folder / f"lsexplorer-{name}.1" for name in COMMANDS)]


def page_of(command: click.Command, name: str) -> click.Command:
    """A copy of a command for its page, with what stands beside its name."""
    page = copy(command)
    page.short_help = roff(name.rstrip("."))
    page.help = roff(inspect.cleandoc(command.help or ""))
    return page


def roff(text: str) -> str:
    """A text in which roff sees no instructions."""
    return re.sub(r"^(?=[.'])", r"\\&", text.replace("\\", r"\e"), flags=re.MULTILINE)


if __name__ == "__main__":
    pages = write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/man"))
    print(f"wrote {len(pages)} pages to {pages[0].parent}")
