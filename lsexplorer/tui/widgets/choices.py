"""A list to choose from, in which letters go to what begins with them."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class Choices(OptionList):
    """Choices, found by their first letters; while it has the focus, no letter is a command."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "choose", key_display="enter")]

    _letters = ""

    def on_focus(self) -> None:
        """Begin with the first letter."""
        self._letters = ""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is this widget's own."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Go to the first choice that begins with the letters pressed."""
        if event.character is None or not event.is_printable:
            return
        event.stop()  # Textual does not know of + and − that they are characters
        names = [str(option.prompt).lower() for option in self.options]
        for letters in (self._letters + event.character.lower(), event.character.lower()):
            found = [at for at, name in enumerate(names) if name.startswith(letters)]
            if found:
                self._letters, self.highlighted = letters, found[0]
                break
