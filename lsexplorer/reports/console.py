"""The console that reports are printed on."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

WIDTH = 120
"""Columns of a report that is not printed on a terminal."""


def open_console() -> Console:
    """A console on standard output: as wide as the terminal, or WIDTH columns where it is none."""
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    return console


def has_color(console: Console) -> bool:
    """Whether charts on this console may have colours."""
    return console.is_terminal and not console.no_color


def print_chart(console: Console, lines: Iterable[Text]) -> None:
    """Print the lines of a chart; what does not fit is cut off."""
    for line in lines:
        console.print(line, no_wrap=True, crop=True)
