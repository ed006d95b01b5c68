"""A page to read over the present screen."""

from collections.abc import Iterator
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

Answer = TypeVar("Answer")
"""What a page says when it closes; most say nothing."""


class PageScreen(ModalScreen[Answer]):
    """A box that scrolls; a subclass gives `box_title` and `compose_page`."""

    DEFAULT_CSS = """
    PageScreen { align: center middle; }
    PageScreen > VerticalScroll { border: round $accent; background: $surface; }
    """
    AUTO_FOCUS = ""  # else a widget of the page would take the keys below
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("down,j", "scroll(3)", "Down", show=False),
        Binding("up,k", "scroll(-3)", "Up", show=False),
        Binding("pagedown,space", "scroll(18)", "Page down", show=False),
        Binding("pageup", "scroll(-18)", "Page up", show=False),
    ]

    @property
    def box_title(self) -> str:
        """What stands in the box's border."""
        raise NotImplementedError

    keys = "↑ ↓ scroll · Esc closes"
    """What the keys do, in the border below."""

    def compose_page(self) -> Iterator[Widget]:
        """What stands in the box."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The box."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title, box.border_subtitle = Content(self.box_title), self.keys
            yield from self.compose_page()

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False, immediate=True)
