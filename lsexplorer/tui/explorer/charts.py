"""The explorer's two charts: weight norms, and a page of measures."""

from textual.app import ComposeResult

from lsexplorer.tui.explorer.run_charts import MEASURES, measure_chart, measure_title, norms_chart, norms_titles
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.chart import Chart, Charts


class RunCharts(Charts):
    """Weight norms at the left; loss, accuracy or logit gap at the right."""

    DEFAULT_CSS = """
    RunCharts { layout: horizontal; }
    """

    page = "loss"
    """The page of measures that is shown, a key of MEASURES."""

    def compose(self) -> ComposeResult:
        """Norms and measures."""
        yield Chart(id="norms")
        yield Chart(id="measures")

    def show_frame(self, frame: Frame) -> None:
        """Show a frame's series."""
        norms, measures = self.query_one("#norms", Chart), self.query_one("#measures", Chart)
        norms.offer_titles(norms_titles(frame))
        norms.entitle(subtitle=self.axes_text)
        norms.show(norms_chart(frame, *self.log_axes))
        others = [title.lower() for page, (title, _) in MEASURES.items() if page != self.page]
        below = " · ".join(filter(None, [self.axes_text, f"v: {', '.join(others)}"]))
        measures.entitle(measure_title(frame, self.page), below)
        measures.show(measure_chart(frame, self.page, *self.log_axes))
