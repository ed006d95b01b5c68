"""A chart of a run for a notebook."""

from collections.abc import Mapping
from typing import Any

from lsexplorer.notebook import new_axes
from lsexplorer.run.history import Series

CHARTS = (("loss", "test_loss"), ("accuracy", "test_accuracy"), ("weight_norm", "logit_gap"))
"""The series of each pair of axes."""


def plot_history(history: Mapping[str, Series]) -> list[Any]:
    """Loss, accuracy, and weight norm with the logit gap, over the steps; the axes of Matplotlib."""
    axes = new_axes(len(CHARTS))
    for chart, names in zip(axes, CHARTS, strict=True):
        for name in names:
            chart.plot(*history[name], label=name.replace("_", " "))
        chart.set_xlabel("step")
        chart.legend()
    return axes
