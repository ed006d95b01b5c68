"""What is wrong with a text that was written into a field, below that field; the field keeps focus and text."""

from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Label

from lsexplorer.render.numbers import as_on_screen


class Problem(Label):
    """Says what is wrong and what would be right, until other text is written."""

    DEFAULT_CSS = """
    Problem { display: none; width: 100%; color: $text-error; text-style: bold; }
    Problem.-wrong { display: block; }
    """

    text: reactive[str] = reactive("", toggle_class="-wrong")
    """The sentence, '' where nothing is wrong."""

    def __init__(self) -> None:
        super().__init__("", id="problem", markup=False)

    def say(self, text: str, row: Widget) -> None:
        """Say it below a field's row, which is in the same container."""
        assert self.parent is row.parent
        assert isinstance(self.parent, Widget)
        self.parent.move_child(self, after=row)
        self.text = text

    def watch_text(self, text: str) -> None:
        """Show it."""
        self.update(as_on_screen(text))
