"""Lines of text that shorten themselves to the room there is."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget


class FittingLines(Widget):
    """Lines, each in the first of its forms that has room, else in the last."""

    lines: reactive[Sequence[Sequence[str]]] = reactive(())
    """The forms of each line, the longest first."""

    def render(self) -> Text:
        """The lines, cut where even the last form is too long."""
        return Text("\n".join(self._fitting(forms) for forms in self.lines), no_wrap=True, overflow="ellipsis")

    def _fitting(self, forms: Sequence[str]) -> str:
        return next((form for form in forms if cell_len(form) <= self.size.width), forms[-1])
