"""The footer: a line with the keys that can be pressed now, and what each does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget


@dataclass(frozen=True)
class FooterKey:
    """A key in the footer."""

    key: str
    """Its name for Textual, such as question_mark."""

    display: str
    """Its name for the reader, such as ?."""

    label: str
    """A word for what it does."""

    help: str
    """A sentence for what it does."""

    enabled: bool
    """Whether it does anything now; if not, it is dimmed."""

    @property
    def width(self) -> int:
        """Characters of name and word."""
        return len(self.display) + 1 + len(self.label)


class Footer(Widget):
    """Keys and words on one line; a click on one presses the key.

    It is drawn as a whole. Textual's own footer has a widget for every key, makes all of them anew at every change of
    focus, and keeps the old ones in memory.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Footer {
        dock: bottom; height: 1; color: $footer-foreground; background: $footer-background;
        text-wrap: nowrap; text-overflow: clip;
    }
    Footer > .footer--key { color: $footer-key-foreground; background: $footer-key-background; text-style: bold; }
    Footer > .footer--label { color: $footer-description-foreground; background: $footer-description-background; }
    Footer > .footer--hover { background: $block-hover-background; }
    Footer.-on-key { pointer: pointer; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--label", "footer--hover"}

    keys: reactive[tuple[FooterKey, ...]] = reactive(())
    """The keys shown, from left to right."""
    hovered: reactive[FooterKey | None] = reactive(None)
    """The key under the mouse."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[Any]) -> None:
        """Take over the visible bindings of the screen and of what has the focus, each action once."""
        if not self.app.app_focus or screen is not self.app.screen:
            return
        order = {entry.action: place for place, entry in enumerate(screen.BINDINGS) if isinstance(entry, Binding)}
        keys: dict[str, FooterKey] = {}
        for _, binding, enabled, help_text in screen.active_bindings.values():
            if binding.show:
                display = self.app.get_key_display(binding)
                key = FooterKey(binding.key, display, binding.description, help_text, enabled)
                keys.setdefault(binding.action, key)
        # What has the focus comes first, then the screen's own keys in their order.
        self.keys = tuple(keys[action] for action in sorted(keys, key=lambda action: order.get(action, -1)))

    @property
    def fitting(self) -> tuple[FooterKey, ...]:
        """Those keys that have room as a whole; if others have none, with room for the end, where ? then stands."""
        if _width(self.keys) <= self.size.width:
            return self.keys
        keys = tuple(key for key in self.keys if key.display != "?")
        count = sum(_width(keys[: place + 1]) + 1 + len(self._end) <= self.size.width for place in range(len(keys)))
        return keys[:count]

    @property
    def _end(self) -> str:
        """What stands after the keys where some have no room: dots, and the key that shows all of them."""
        return "… ? all keys" if any(key.display == "?" for key in self.keys) else "…"

    def render(self) -> Text:
        """Keys and words, a space between them; dots where there are more."""
        key_style, label_style, hover = (
            self.get_component_rich_style(f"footer--{part}") for part in ("key", "label", "hover")
        )
        line, fitting = Text(), self.fitting
        for key in fitting:
            start = len(line)
            line.append(key.display, key_style).append(f" {key.label}", label_style)
            if not key.enabled:
                line.stylize("dim", start)
            if key is self.hovered:
                line.stylize(hover.background_style, start)
            line.append(" ")
        if len(fitting) < len(self.keys):
            line.append(self._end, label_style)
        return line

    # The mouse

    def key_at(self, x: int) -> FooterKey | None:
        """The key in a column of the line, counted from 0."""
        fitting = self.fitting
        for key in fitting:
            if x < key.width:
                return key if x >= 0 else None
            x -= key.width + 1
        if len(fitting) < len(self.keys) and 0 <= x < len(self._end):
            return next((key for key in self.keys if key.display == "?"), None)
        return None

    def watch_hovered(self, key: FooterKey | None) -> None:
        """Explain the key under the mouse."""
        self.set_class(key is not None, "-on-key")
        self.tooltip = key.help or None if key else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Find the key under the mouse."""
        self.hovered = self.key_at(event.x)

    def on_leave(self) -> None:
        """The mouse has gone."""
        self.hovered = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key under the mouse."""
        key = self.key_at(event.x)
        if key is None:
            return
        if key.enabled:
            self.app.simulate_key(key.key)
        else:
            self.app.bell()


def _width(keys: Sequence[FooterKey]) -> int:
    """Characters of keys and words, a space between two."""
    return sum(key.width + 1 for key in keys) - 1
