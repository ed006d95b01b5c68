"""The line above the footer that says what an action did, or why it did nothing."""

from textual.reactive import reactive
from textual.widgets import Static


class MessageLine(Static):
    """The last message, until the next one; in the colour of errors if it is one.

    It lies over the layout, which leaves one line for it above the footer.
    """

    DEFAULT_CSS = """
    MessageLine {
        layer: message; dock: bottom; margin-bottom: 1;
        height: auto; min-height: 1; max-height: 2; padding: 0 1; color: $text-accent;
    }
    MessageLine.-error { color: $text-error; text-style: bold; }
    """
    error: reactive[bool] = reactive(False, toggle_class="-error")

    def __init__(self, text: str = "") -> None:
        super().__init__(text, id="message", markup=False)

    def show(self, text: str, error: bool = False) -> None:
        """Show a message. One that is too long for a line takes a second one."""
        height = 2 if len(text) > self.screen.size.width - 2 else 1
        if text != self.content:
            self.update(text, layout=height != self.size.height)
        self.error = error
