"""The two charts: weight norms, and a page of measures."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from lsexplorer.tui.explorer import run_charts as pictures
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.chart import Chart


class Charts(Horizontal):
    """Weight norms at the left; loss, accuracy or logit gap at the right; both with the same kind of axes."""

    page = "loss"
    """The page of measures that is shown, a key of pictures.MEASURES."""

    log_axes = (False, False)
    """Whether the axes x and y are logarithmic."""

    _frame: Frame | None = None

    def compose(self) -> ComposeResult:
        """Norms and measures."""
        yield Chart(id="norms")
        yield Chart(id="measures")

    def show_frame(self, frame: Frame) -> None:
        """Show a frame's series."""
        self._frame = frame
        log_x, log_y = self.log_axes
        axes = [f"log {axis}" for axis, on in zip("xy", self.log_axes, strict=True) if on]
        norms, measures = self.query_one("#norms", Chart), self.query_one("#measures", Chart)
        norms.border_title = pictures.norms_title(frame)
        norms.show(pictures.norms_picture(frame, log_x, log_y))
        measures.border_title = pictures.measure_title(frame, self.page)
        others = [title.lower() for page, (title, _) in pictures.MEASURES.items() if page != self.page]
        norms.border_subtitle = ", ".join(axes)
        measures.border_subtitle = " · ".join([*axes, f"v: {', '.join(others)}"])
        measures.show(pictures.measure_picture(frame, self.page, log_x, log_y))

    def show_page(self, page: str) -> None:
        """Show another page of measures."""
        self.page = page
        self._show_again()

    def toggle_log(self, axis: str) -> None:
        """Make the axis x or y logarithmic, or linear again."""
        log_x, log_y = self.log_axes
        self.log_axes = (not log_x, log_y) if axis == "x" else (log_x, not log_y)
        self._show_again()

    def _show_again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)
