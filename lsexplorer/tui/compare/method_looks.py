"""How the methods of a comparison look: names, letters, colours, and what the charts show of them."""

import math
from typing import NamedTuple

import numpy as np

from lsexplorer.bank.comparison import MATCHED, PLAIN, Method
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import optimal_gap
from lsexplorer.render.charts import FOREGROUND, Line, LineChart, Mark
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.tui.compare.frame import CompareFrame


class Look(NamedTuple):
    """A method's name, the letter it is drawn with where there is no colour, and its colour, 0–255 or FOREGROUND."""

    name: str
    letter: str
    color: int | str


COLORS = {"label_smoothing": 208, "l2": 33, "l1": 35, "weight_decay": 170}
"""A regulariser's colour, 0–255."""
SPARE_COLORS = (220, 141, 203, 45, 112, 180, 99)
"""Colours of regularisers without one of their own."""

LOOKS = {
    PLAIN: Look("plain", "p", FOREGROUND),
    **{
        name: Look(entry.method, entry.letter, COLORS.get(name, SPARE_COLORS[i % len(SPARE_COLORS)]))
        for i, (name, entry) in enumerate(REGULARIZERS.items())
    },
    MATCHED: Look("matched", "m", 37),
}

PAGES = {
    "weight_norm": "Weight norm ‖W‖",
    "logit_gap": "Logit gap",
    "loss": "Loss, each on its own targets",
    "mean_confidence": "Mean confidence",
}
"""The charts: series → title."""


def method_name(method: Method) -> str:
    """A method's name; of the matched one with its regulariser's."""
    name = LOOKS[method.key].name
    return f"{name} {REGULARIZERS[method.remedy].short}" if method.remedy else name


def setting(method: Method, width: int) -> str:
    """A method's regulariser and its strength: a .1, λ .001; — for the plain one."""
    if method.regularizer is None:
        return "—"
    strength = format_setting(method.strength)
    fitting = strength if len(strength) <= width - 2 else format_number(method.strength, width - 2)
    return f"{REGULARIZERS[method.regularizer].symbol} {fitting}"


def page_title(frame: CompareFrame, page: str) -> str:
    """A chart's name, its part of the data, and for the logit gap the one that smoothing aims at."""
    if page == "weight_norm":
        return f"{PAGES[page]}, all layers"
    gap = _best_gap(frame) if page == "logit_gap" else None
    best = "" if gap is None else f" · best for a = {format_setting(gap[0])}: {format_number(gap[1], 5)}"
    return f"{PAGES[page]} · {frame.part}{best}"


def _best_gap(frame: CompareFrame) -> tuple[float, float] | None:
    """The smoothing, and the logit gap at which the outputs reach its targets; None where there is none."""
    hp, names = frame.hp, frame.class_names
    strengths = [method.strength for method in frame.methods if method.key == "label_smoothing"]
    if not strengths or not strengths[0] or hp.loss != "cross_entropy" or hp.soft_targets is not None:
        return None
    gap = optimal_gap(strengths[0], len(names))
    return (strengths[0], gap) if math.isfinite(gap) else None


def page_chart(frame: CompareFrame, page: str, log_x: bool, log_y: bool) -> LineChart:
    """A line for every method, the plain one on top, and the best logit gap as a dashed one."""
    key = page if page == "weight_norm" or frame.part == "train" else f"test_{page}"
    lines = []
    for method, series in reversed(list(zip(frame.methods, frame.history, strict=True))):
        look = LOOKS[method.key]
        lines.append(Line(look.name, series[key].steps, series[key].values, look.color, look.letter))
    gap = _best_gap(frame) if page == "logit_gap" else None
    if gap is not None:
        look, x = LOOKS["label_smoothing"], lines[0].x
        lines.insert(0, Line("best", x, np.full(len(x), gap[1]), look.color, "-", dashed=True))
    marks = [Mark(frame.step, "●")] if frame.step < int(lines[0].x[-1]) else []
    return LineChart(lines, marks, log_x, log_y, version=(key, log_x, log_y, frame.version))


def notes(frame: CompareFrame) -> str:
    """What the reader of the scores should know."""
    lost = [method_name(method) for method, gone in zip(frame.methods, frame.lost, strict=True) if gone]
    if lost:
        return f"{' and '.join(lost)} overflowed: no finite numbers any more; b goes back"
    strengths, hp, remarks = {method.key: method.strength for method in frame.methods}, frame.hp, []
    if hp.soft_targets is not None:
        remarks.append("soft t′ in each")
    if hp.optimizer == "sgd" and not hp.momentum and strengths["l2"] == strengths["weight_decay"]:
        remarks.append("L2 and decay: one λ, plain SGD, so the same update")
    return " · ".join(remarks)
