"""How a run is looked at in the explorer, so that it can be shown again as it was left."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ViewState:
    """The state of the explorer's widgets, apart from the run."""

    pane: str
    """What is shown below the delta table where there is room for one pane."""

    view: str = "tables"
    """Tables and charts, or the picture in their place: one of VIEWS."""

    variants: tuple[tuple[str, int], ...] = ()
    """How often another variant of each picture was asked for, by the picture's name."""

    page: str = "loss"
    """The page of measures."""

    log_axes: tuple[bool, bool] = (False, False)
    """Whether the charts' axes x and y are logarithmic."""

    by_size: bool | None = None
    """Whether the weights are ordered by the size of their move; None decides by their number."""

    weight: int = 0
    """The selected row of the weights."""

    scroll: tuple[tuple[float, float], ...] | None = None
    """Where the delta table and the weights are scrolled to, (x, y); None scrolls to the selected rows."""

    focus: str | None = "deltas"
    """The id of the widget with the focus."""

    form_open: bool = False
    """Whether the form is shown where there is room for one pane."""
