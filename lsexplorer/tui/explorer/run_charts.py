"""What the charts show of a frame: weight norms, loss, accuracy, logit gap, with marks and ghosts."""

import math
from collections.abc import Mapping

import numpy as np

from lsexplorer.nn.targets import optimal_gap
from lsexplorer.render.charts import FOREGROUND, Line, LineChart, Mark
from lsexplorer.render.numbers import format_number, format_setting, format_share
from lsexplorer.run import Series
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.timeline import event_letter

_COLORS = (39, 208, 41, 170, 220, 45, 203, 141)

MEASURES: dict[str, tuple[str, dict[str, tuple[str, int | str, str]]]] = {
    "loss": ("Loss", {"loss": ("train", 39, "t"), "test_loss": ("test", 208, "e"), "batch_loss": ("batch", 246, "b")}),
    "accuracy": ("Accuracy", {"accuracy": ("train", 39, "t"), "test_accuracy": ("test", 208, "e")}),
    "gap": ("Logit gap", {"logit_gap": ("train", 39, "t"), "test_logit_gap": ("test", 208, "e")}),
}
"""The right-hand chart's pages: title, and each series' name, colour and letter."""


def norms_chart(frame: Frame, log_x: bool, log_y: bool) -> LineChart:
    """Weight norms: of every layer, and of all weights together."""
    layers = [name for name in frame.history if name.startswith("weight_norm_")]
    wanted = {name: (f"layer {i + 1}", _COLORS[i % len(_COLORS)], str(i + 1)) for i, name in enumerate(layers)} | (
        {"weight_norm": ("all", FOREGROUND, "Σ")} if len(layers) > 1 else {}
    )
    return _chart(frame, wanted, log_x, log_y)


def measure_chart(frame: Frame, page: str, log_x: bool, log_y: bool) -> LineChart:
    """One page of the right-hand chart; of the logit gap, with the best one as a dashed line."""
    gap = _best_gap(frame) if page == "gap" else None
    return _chart(frame, MEASURES[page][1], log_x, log_y, page, gap)


def _best_gap(frame: Frame) -> float | None:
    """The logit gap at which the outputs reach their smoothed targets; None where there is none."""
    if frame.hp.loss != "cross_entropy" or not frame.hp.label_smoothing:
        return None
    gap = optimal_gap(frame.hp.label_smoothing, len(frame.class_names))
    return gap if math.isfinite(gap) else None


def norms_titles(frame: Frame) -> tuple[str, ...]:
    """The present norms, of all layers together and of each, beside the chart's name; the longest form first."""
    now = {name: format_number(float(series.values[-1]), 6) for name, series in _now(frame).items()}
    layers = [text for name, text in now.items() if name.startswith("weight_norm_")]
    if len(layers) == 1:
        return (f"Weight norm ‖W‖ {layers[0]}",)
    title = f"Weight norms · all ‖W‖ {now['weight_norm']}"
    return title + "".join(f" · layer {number} {norm}" for number, norm in enumerate(layers, 1)), title


def measure_title(frame: Frame, page: str) -> str:
    """The present values, beside the page's name."""
    train, test, rows = frame.train, frame.test, frame.rows
    if page == "loss":
        return f"Loss · train {format_number(train.loss, 6)}  test {format_number(test.loss, 6)}"
    if page == "accuracy":
        trained, tested = format_share(train.accuracy, rows["train"]), format_share(test.accuracy, rows["test"])
        return f"Accuracy · train {trained}  test {tested}"
    best, gap = "", _best_gap(frame)
    if gap is not None:
        best = f"  best for a = {format_setting(frame.hp.label_smoothing)}: {format_number(gap, 5)}"
    return f"Logit gap · train {format_number(train.logit_gap, 6)}  test {format_number(test.logit_gap, 6)}{best}"


def _now(frame: Frame) -> Mapping[str, Series]:
    """The history up to the present step, which ends before the path does after a step back."""
    return {
        name: Series(series.steps[: (n := max(1, int((series.steps <= frame.step).sum())))], series.values[:n])
        for name, series in frame.history.items()
    }


def _chart(
    frame: Frame,
    wanted: Mapping[str, tuple[str, int | str, str]],
    log_x: bool,
    log_y: bool,
    page: str = "norms",
    best: float | None = None,
) -> LineChart:
    ghosts = [
        Line(name, ghost[name].steps, ghost[name].values, faint=True)
        for ghost in frame.ghosts
        for name in wanted
        if name in ghost and name != "batch_loss"
    ]
    lines = [
        Line(name, frame.history[key].steps, frame.history[key].values, color, letter)
        for key, (name, color, letter) in reversed(list(wanted.items()))
    ]
    if best is not None:
        x = max((line.x for line in lines), key=len)
        lines.append(Line("best", x, np.full(len(x), best), letter="-", dashed=True))
    marks = [Mark(event.step, event_letter(event)) for event in frame.events]
    if frame.step < frame.furthest:
        marks.append(Mark(frame.step, "●"))
    return LineChart(
        ghosts + lines, marks, log_x, log_y, page == "accuracy", version=(page, log_x, log_y, frame.version)
    )
