"""The pictures of a comparison: a small one for each method, in the same scales."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Palette
from lsexplorer.run.state import RunState
from lsexplorer.tui.compare.frame import CompareFrame
from lsexplorer.tui.compare.method_looks import LOOKS, method_name, setting
from lsexplorer.tui.explorer.picture_pane import PicturePane, tabs
from lsexplorer.tui.pictures import PictureKind
from lsexplorer.views.viewpoint import Hit, Viewpoint

GAP = 2
"""Characters between two pictures."""
Lines = list[list[Segment]]
Runs = Callable[[], Sequence[RunState]]


class Grid(NamedTuple):
    """How small pictures are laid out."""

    columns: int
    rows: int
    size: Size
    """Of each, the line of its title among them."""


def grid_for(count: int, room: Size, least: Size) -> Grid | None:
    """The grid in which ``count`` pictures are largest, or that holds the most of them; None without room for one.

    least: the least size of a picture without its title.
    """
    grids = []
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        while rows > 1 and room.height // rows - 1 < least.height:
            rows -= 1
        size = Size((room.width + GAP) // columns - GAP, room.height // rows)
        if size.width >= least.width and size.height - 1 >= least.height:
            grids.append(Grid(columns, rows, size))
    return max(
        grids, key=lambda g: (min(count, g.columns * g.rows), min(g.size.width / 2, g.size.height)), default=None
    )


class _Cell(NamedTuple):
    """A method's picture."""

    method: int
    """Its place."""
    numbers: Any
    """What is drawn; None where its numbers have overflowed."""
    canvas: Canvas
    """What it is drawn on."""


class MethodPictures(PicturePane):
    """A picture for each method, and a line on what to compare."""

    _grid = Grid(1, 1, Size(0, 0))
    _cells: Sequence["_Cell"] = ()

    def neighbour(self, method: int, right: int, down: int) -> int:
        """The place of the method whose picture lies beside another's."""
        return method + right + down * self._grid.columns

    def hit_method(self, x: int, y: int) -> tuple[int, Hit] | None:
        """The place of the method in whose picture a character is, and what stands there; None outside of them."""
        size = self._grid.size
        column, left = divmod(x, size.width + GAP)
        row, top = divmod(y, size.height or 1)
        at = row * self._grid.columns + column
        if left >= size.width or column >= self._grid.columns or at >= len(self._cells):
            return None
        cell = self._cells[at]
        if cell.numbers is None or top == 0:
            return cell.method, Hit()
        return cell.method, self.kind.hit(cell.numbers, cell.canvas, left, top - 1)

    def show_methods(self, frame: CompareFrame, runs: Runs, selected: int) -> None:
        """Show a frame's pictures. runs: the methods as runs of their own. selected: the place of one of them."""
        looked_at = frame.sample, frame.node, self.variants.get(self.view, 0), selected
        self.picture.show((self.view, *looked_at, frame.version), partial(self._draw_all, frame, runs, selected))

    def _draw_all(self, frame: CompareFrame, runs: Runs, selected: int, size: Size, palette: Palette) -> Lines:
        kind, count = self.kind, len(frame.methods)
        grid = grid_for(count, size, Size(*kind.least))
        if grid is None:
            self._cells = ()
            self.border_title, self.border_subtitle, self.look_for.lines = "", tabs(self.view, "", size.width - 4), ()
            canvas = Canvas(size.width, size.height, palette)
            canvas.write(0, 0, "No room for pictures: make the terminal larger, or look at one method in the explorer.")
            return canvas.lines()
        self._grid, fitting = grid, min(count, grid.columns * grid.rows)
        first = min(max(0, selected - fitting + 1), count - fitting)
        shown = range(first, first + fitting)
        numbers = self._numbers(frame, runs(), shown, grid.size)
        self._cells = [
            _Cell(at, numbers.get(at), Canvas(grid.size.width, grid.size.height - 1, palette)) for at in shown
        ]
        lines = [_drawn(kind, frame, cell, cell.method == selected) for cell in self._cells]
        some = next(iter(numbers.values()), None)
        self.border_title = Content("" if some is None else kind.title(some))
        more = f"↑ ↓: {count - fitting} more · " if fitting < count else ""
        variant = "" if some is None else kind.variant(some)
        self.border_subtitle = Content(more + tabs(self.view, variant, size.width - 4 - len(more)))
        self.look_for.lines = (kind.across,)
        return _joined(lines, grid)

    def _numbers(self, frame: CompareFrame, runs: Sequence[RunState], shown: range, size: Size) -> dict[int, Any]:
        """Of the methods shown whose numbers are finite, in one scale."""
        kind, variant = self.kind, self.variants.get(self.view, 0)
        columns, rows = kind.room(size.width, size.height - 1)
        places = [at for at in shown if not frame.lost[at]]
        made = [
            kind.make(runs[at], Viewpoint(frame.deltas[at], frame.node, 0, variant, columns, rows)) for at in places
        ]
        return dict(zip(places, kind.together(made) if made else (), strict=True))


def _drawn(kind: PictureKind, frame: CompareFrame, cell: _Cell, selected: bool) -> Lines:
    """A method's title and picture."""
    method, numbers, canvas = frame.methods[cell.method], cell.numbers, cell.canvas
    title = Canvas(canvas.columns, 1, canvas.palette)
    short = f"{LOOKS[method.key].letter} {method_name(method)}"
    names = short if method.regularizer is None else f"{short} {setting(method, 8)}", short
    briefs = () if numbers is None else kind.brief(numbers)
    forms = [(name, f" · {brief}") for name in names for brief in briefs]
    forms += [*((short, f" {brief}") for brief in briefs[-1:]), (names[0], "")]
    name, brief = next((form for form in forms if len("".join(form)) < canvas.columns), forms[-1])
    x = title.write(0, 0, f"{'▸' if selected else ' '}{name}", bold=True, reverse=selected)
    title.write(x, 0, brief, canvas.palette.muted)
    if numbers is None:
        canvas.write(1, 0, "overflowed", canvas.palette.muted)
    else:
        kind.draw(numbers, canvas)
    return [*title.lines(), *canvas.lines()]


def _joined(cells: Sequence[Lines], grid: Grid) -> Lines:
    """The cells beside and below each other."""
    gap, blank, joined = Segment(" " * GAP), [Segment(" " * grid.size.width)], []
    for row in range(grid.rows):
        beside = cells[row * grid.columns : (row + 1) * grid.columns]
        for lines in zip_longest(*beside, fillvalue=blank):
            line: list[Segment] = []
            for part in lines:
                line += [*([gap] if line else []), *part]
            joined.append(line)
    return joined
