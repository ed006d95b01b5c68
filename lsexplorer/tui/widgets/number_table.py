"""A table of numbers that formats only the lines one sees, so that 784 rows cost what 10 do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from lsexplorer.tui.widgets.cells import ALL_DIGITS, Cell, Column, plain
from lsexplorer.tui.widgets.changed_lines import ChangedLines
from lsexplorer.tui.widgets.colors import readable_color


class TableLook(NamedTuple):
    """What the lines of a table depend on beside its cells."""

    width: int
    left: int
    """Columns that are scrolled out of sight."""
    top: int
    """Rows that are scrolled out of sight."""
    head: int
    """Lines above the rows."""
    cursor: int
    hover: bool
    """Whether the mouse is above the table."""
    selection: Selection | None
    """What the mouse has selected."""
    styles: Mapping[str, Style]


class NumberTable(ScrollView, ChangedLines[TableLook], can_focus=True):
    """Rows of numbers with a heading that stays, and one selected row.

    A subclass gives `columns`, `row_count` and `cell`, and calls `show` when they have changed.
    """

    DEFAULT_CSS = """
    NumberTable { height: auto; scrollbar-size: 1 1; }
    NumberTable > .table--header { text-style: bold; color: $text-muted; }
    NumberTable > .table--cursor { background: $surface-lighten-1; }
    NumberTable:focus > .table--cursor { background: $primary-muted; }
    NumberTable > .table--up { color: $text-success; }
    NumberTable > .table--down { color: $text-error; }
    NumberTable > .table--faint { color: $text-muted; }
    NumberTable > .table--live { color: $text-accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--up",
        "table--down",
        "table--faint",
        "table--live",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Row up", show=False),
        Binding("down,j", "move(1)", "Row down", show=False),
        Binding("pageup", "move(-10)", "Ten rows up", show=False),
        Binding("pagedown", "move(10)", "Ten rows down", show=False),
        Binding("home", "move(-100000)", "First row", show=False),
        Binding("end", "move(100000)", "Last row", show=False),
        Binding("left", "scroll_left", "Scroll left", show=False),
        Binding("right", "scroll_right", "Scroll right", show=False),
    ]

    cursor: reactive[int] = reactive(0)
    band: ClassVar[tuple[str, ...]] = ()
    """What the columns in the band have in common, the longer words first; drawn where no row is hidden for it."""

    @dataclass
    class Moved(Message):
        """Another row was selected by key or mouse."""

        table: "NumberTable"
        row: int

        @property
        def control(self) -> "NumberTable":
            """The table, for `@on` selectors."""
            return self.table

    # What a subclass gives

    def columns(self) -> list[Column]:
        """The columns in order."""
        raise NotImplementedError

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cell(self, row: int, column: int, width: int) -> Cell:
        """The text of a cell, made for ``width`` characters, and its component class."""
        raise NotImplementedError

    # What others ask for

    def all_rows(self) -> list[list[str]]:
        """The heading and all rows with every digit, as a spreadsheet reads them: no true minus, no plus, no dash."""
        columns = self.columns()
        heading = [column.title or "node" for column in columns]
        rows = [
            [plain(self.cell(row, at, ALL_DIGITS)[0]) for at in range(len(columns))] for row in range(self.row_count())
        ]
        return [heading, *rows]

    # What a subclass calls

    def show(self) -> None:
        """Draw again after the numbers changed; measures again only if the table's shape did."""
        self._fit()
        size = Size(sum(self._widths) + len(self._widths), self.row_count() + self._head)
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh(layout=True)
        self.cursor = max(0, min(self.cursor, self.row_count() - 1))
        self.paint_changes()

    @property
    def has_band(self) -> bool:
        """Whether there is room for the band above the heading."""
        return bool(self.band) and self.scrollable_content_region.height > self.row_count() + 1

    @property
    def _head(self) -> int:
        """Lines above the rows."""
        return 1 + self.has_band

    def _fit(self) -> None:
        """Take the columns, and their widths: the least ones, and what room is left shared among those that grow."""
        columns = self._fitted = self.columns()
        widths = self._widths = [column.width for column in columns]
        self._room = self.scrollable_content_region.width
        room = self._room - sum(widths) - len(widths)
        growing = [i for i, column in enumerate(columns) if column.grows]
        while room >= len(growing) > 0:
            for i in growing:
                widths[i] += 1
            room -= len(growing)
            growing = [i for i in growing if widths[i] < columns[i].width + columns[i].grows]

    # Drawing

    _fitted: list[Column] = []
    """The columns as they were fitted to `_room`, and have `_widths`."""
    _widths: list[int] = []
    _room = 0
    _styles: dict[str, Style] = {}

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows and heading, and a line for the horizontal scroll bar where the table is too wide."""
        too_wide = self.virtual_size.width > width > 0
        return self.row_count() + 1 + bool(self.band) + too_wide

    def on_resize(self) -> None:
        """Use the room there now is, and keep the selected row in sight."""
        self.show()
        self.watch_cursor()

    def look(self) -> TableLook:
        """Room, scrolling, selection and styles."""
        width, (left, top) = self.scrollable_content_region.width, self.scroll_offset
        if self._room != width:
            self._fit()
        return TableLook(width, left, top, self._head, self.cursor, self.mouse_hover, self.text_selection, self._styles)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without the filter that replaces a terminal's own colours, which a table has none of."""
        return [found for found in super().get_line_filters() if not isinstance(found, ANSIToTruecolor)]

    def line(self, y: int, look: TableLook) -> Strip:
        """One line of the screen: band, heading, or the row that the scrolling has brought here."""
        head, end = look.head, look.left + look.width
        line = y if y < head else y + look.top
        if line >= head + self.row_count():
            return Strip.blank(look.width, self._style(""))
        segments = self._segments(line, head)
        if look.hover:
            segments = _placed(segments, line)
        length = sum(self._widths) + len(self._widths)
        if length < end:
            segments.append(Segment(" " * (end - length), segments[-1].style))
        strip = Strip(segments, max(length, end))
        return self._selected(strip, look.selection.get_span(line) if look.selection else None).crop(look.left, end)

    def _segments(self, line: int, head: int) -> list[Segment]:
        """A line of the table, wherever it is scrolled to; the band or the heading, of ``head`` lines, is line 0."""
        columns, base, row = self._fitted, self._style(""), line - head
        if row == -2:
            return self._band_pieces(columns, base)
        cells = zip(columns, self._widths, strict=True)
        if row == -1:
            style = base + self._style("table--header")
            return _joined([(column, _fitted(column, column.title, size), style) for column, size in cells], base)
        ground = base + self._style("table--cursor") if row == self.cursor else base
        entries = []
        for at, (column, size) in enumerate(cells):
            text, name = self.cell(row, at, size)
            entries.append((column, _fitted(column, text, size), ground + self._style(name) if name else ground))
        return _joined(entries, ground)

    def on_enter(self) -> None:
        """Draw again with the places that a selection by the mouse needs."""
        self.refresh()

    def _selected(self, strip: Strip, span: tuple[int, int] | None) -> Strip:
        """A line with what the mouse has selected of it marked; span: from where to where, −1 for the line's end."""
        if span is None:
            return strip
        start, end = max(0, span[0]), strip.cell_length if span[1] < 0 else min(span[1], strip.cell_length)
        if start >= end:
            return strip
        before, selected, after = strip.divide([start, end, strip.cell_length])
        return Strip.join(
            [before, selected.apply_style(self.screen.get_component_rich_style("screen--selection")), after]
        )

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse has selected, as it is seen; what is scrolled out of sight between its ends too."""
        head = self._head
        lines = range(head + self.row_count())
        return selection.extract("\n".join(Strip(self._segments(line, head)).text for line in lines)), "\n"

    def _band_pieces(self, columns: list[Column], base: Style) -> list[Segment]:
        """The line of the band."""
        style = base + self._style("table--header")
        sizes = list(zip(columns, self._widths, strict=True))
        room = sum(size + 1 for column, size in sizes if column.in_band) - 1
        words = next((text for text in self.band if cell_len(text) <= room), "")
        before = _joined([(column, " " * size, base) for column, size in sizes if not column.in_band], base)
        return [*before, Segment(" ", base), Segment(f"{words} ".ljust(room + 1, "─")[:room], style)]

    def notify_style_update(self) -> None:
        """Ask for the styles anew."""
        super().notify_style_update()
        self._styles = {}

    def _style(self, name: str) -> Style:
        """A component's style, or the table's own for ''; kept, since asking costs more than drawing."""
        if name.startswith("color("):
            return Style(color=readable_color(int(name[6:-1]), self.rich_style))
        if name not in self._styles:
            # A muted colour is only known on its ground, so the whole style is asked for and the ground left out.
            whole = self.get_component_rich_style(name) if name else self.rich_style
            part = (
                Style(bgcolor=whole.bgcolor) if name == "table--cursor" else Style(color=whole.color, bold=whole.bold)
            )
            self._styles[name] = part if name else whole
        return self._styles[name]

    # Moving

    def watch_cursor(self) -> None:
        """Keep the selected row in sight."""
        if self.row_count() and self.size.height:
            height = self.scrollable_content_region.height - self._head
            top = self.scroll_offset.y
            if not top <= self.cursor < top + height:
                self.scroll_to_region(Region(self.scroll_offset.x, self.cursor, 1, max(height, 2)), animate=False)
        self.refresh()

    def action_move(self, by: int) -> None:
        """Select a row further up or down."""
        self._select(self.cursor + by)

    def on_click(self, event: events.Click) -> None:
        """Select the row under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self._head:
            self._select(offset.y - self._head + self.scroll_offset.y)

    def _select(self, row: int) -> None:
        row = max(0, min(row, self.row_count() - 1))
        if row != self.cursor:
            self.cursor = row
            self.post_message(self.Moved(self, row))


def _fitted(column: Column, text: str, width: int) -> str:
    """A cell's text in the width of its column; names alone, which are at the left, may have wide characters."""
    room = width - (cell_len(text) if column.left else len(text))
    if room < 0:
        return set_cell_size(text, width - 1) + "…"
    return text + " " * room if column.left else " " * room + text


def _joined(entries: Iterable[tuple[Column, str, Style]], ground: Style) -> list[Segment]:
    """The cells of a row, and what stands before each of them, on the ground; one segment for all in one style.

    Textual takes its time for each segment.
    """
    segments, text, style = list[Segment](), "", ground
    for column, cell, own in entries:
        for part, of in (("│" if column.starts_group else " ", ground), (cell, own)):
            if of is style:
                text += part
            else:
                segments.append(Segment(text, style))
                text, style = part, of
    return [*segments, Segment(text, style)]


def _placed(segments: list[Segment], line: int) -> list[Segment]:
    """Segments that say where they stand, by which Textual knows what the mouse selects.

    Strip.apply_offsets does the same, in twice the time that the whole line takes.
    """
    placed, x = [], 0
    for text, style, _ in segments:
        placed.append(Segment(text, (style or Style()) + _offset(x, line)))
        x += cell_len(text)
    return placed


@lru_cache(maxsize=4096)
def _offset(x: int, y: int) -> Style:
    return Style.from_meta({"offset": (x, y)})
