"""Whether every pane of a screen is whole, and every chart has room."""

from lsexplorer.render.charts import LEAST_HEIGHT, LEAST_WIDTH
from lsexplorer.tui.widgets.chart import Chart
from tests.support.explorer import Explorer


def problems(e: Explorer) -> list[object]:
    """Panes that are cut off, and charts with too little room."""
    found: list[object] = []
    panes = "#deltas, #weights, #norms, #measures, #form, #tour, #method_deltas, #scores, Chart"
    for pane in e.screen.query(panes):
        if all(part.display for part in pane.ancestors_with_self) and pane.region:
            place = e.screen.find_widget(pane)
            if place.region.intersection(place.clip) != place.region:
                found.append((pane, place.region, place.clip))
            if isinstance(pane, Chart) and (pane.size.height < LEAST_HEIGHT or pane.size.width < LEAST_WIDTH):
                found.append((pane, pane.size))
    return found
