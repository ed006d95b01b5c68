"""The charts of a comparison, a line for every arm."""

from textual.app import ComposeResult
from textual.containers import Container

from lsexplorer.tui.compare import method_looks as arms
from lsexplorer.tui.compare.frame import CompareFrame
from lsexplorer.tui.widgets.chart import Chart


class ArmCharts(Container):
    """A chart for each of arms.PAGES; which of them are seen, the stylesheet says by the classes of the screen."""

    _frame: CompareFrame | None = None

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._log = {"x": False, "y": False}
        self._seen: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """The charts."""
        for page in arms.PAGES:
            yield Chart(id=f"page_{page}")

    def show_frame(self, frame: CompareFrame, seen: tuple[str, ...], subtitle: str) -> None:
        """Show a frame's series on the pages that are seen; subtitle: below the last of them."""
        self._frame, self._seen = frame, seen
        axes = ", ".join(f"log {axis}" for axis, on in self._log.items() if on)
        for page in arms.PAGES:
            chart = self.query_one(f"#page_{page}", Chart)
            chart.display = page in seen
            if page in seen:
                chart.border_title = arms.page_title(frame, page)
                below = [axes, subtitle if page == seen[-1] else ""]
                chart.border_subtitle = " · ".join(filter(None, below))
                chart.show(arms.page_picture(frame, page, self._log["x"], self._log["y"]))

    def toggle_log(self, axis: str) -> None:
        """Make the axis x or y logarithmic, or linear again, from the next frame on."""
        self._log[axis] = not self._log[axis]
