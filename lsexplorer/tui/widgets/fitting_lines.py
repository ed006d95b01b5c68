"""Lines of text that shorten themselves to the room there is."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import tee

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Forms:
    """Forms of a line that are made when they are asked for, and only once."""

    def __init__(self, forms: Iterable[str]) -> None:
        (self._forms,) = tee(forms, 1)

    def __iter__(self) -> Iterator[str]:
        return copy(self._forms)


class FittingLines(Widget):
    """Lines, each in the first of its forms that has room, else in the last."""

    DEFAULT_CSS = "FittingLines { text-wrap: nowrap; text-overflow: ellipsis; }"

    lines: reactive[Sequence[Iterable[str]]] = reactive((), repaint=False)
    """The forms of each line, the longest first."""

    _shown = ""

    def watch_lines(self) -> None:
        """Paint again if other words are shown."""
        shown = "\n".join(map(self._fitting, self.lines)) if self.size.width else ""
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def on_resize(self) -> None:
        """Other forms may have room."""
        self.watch_lines()

    def render(self) -> Content:
        """The lines, cut where even the last form is too long."""
        return Content(self._shown)

    def _fitting(self, forms: Iterable[str]) -> str:
        form = ""
        for form in forms:
            if cell_len(form) <= self.size.width:
                break
        return form
