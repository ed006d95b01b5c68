"""The charts of a comparison, a line for each method."""

from textual.app import ComposeResult

from lsexplorer.tui.compare.frame import CompareFrame
from lsexplorer.tui.compare.method_looks import PAGES, page_chart, page_title
from lsexplorer.tui.widgets.chart import Chart, Charts


class MethodCharts(Charts):
    """A chart for each of PAGES, those that are wanted shown."""

    def compose(self) -> ComposeResult:
        """The charts."""
        for page in PAGES:
            yield Chart(id=f"page_{page}")

    def show_frame(self, frame: CompareFrame, pages: tuple[str, ...], subtitle: str) -> None:
        """Show a frame's series on some pages; subtitle: below the last of them."""
        for page in PAGES:
            chart = self.query_one(f"#page_{page}", Chart)
            chart.display = page in pages
            if page in pages:
                below = [self.axes_text, subtitle if page == pages[-1] else ""]
                chart.entitle(page_title(frame, page), " · ".join(filter(None, below)))
                chart.show(page_chart(frame, page, *self.log_axes))
