"""The report of `lsexplorer sweep`: as data, and on the terminal."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from rich.text import Text

from lsexplorer.render.charts import Line, LineChart, draw
from lsexplorer.render.numbers import format_measure
from lsexplorer.render.rich_tables import Row, rich_table
from lsexplorer.render.svg_charts import line_chart
from lsexplorer.reports.console import has_color, open_console, print_chart
from lsexplorer.reports.document import Block, Chart, Heading, Table
from lsexplorer.run.hyperparameters import show
from lsexplorer.study.stats import Interval
from lsexplorer.study.sweep.grid import point_text
from lsexplorer.study.sweep.sweeping import MEASURES, SCORES, Best, Sweep

MAX_POINTS = 24
"""Points listed at most: those with the best validation accuracy."""
CHART_HEIGHT = 12
NAMES = {"accuracy": "accuracy", "nll": "NLL", "ece": "ECE"}


def chosen(sweep: Sweep) -> list[Best]:
    """The best point of all and, where several hyperparameters vary, of each alone; by accuracy and by NLL."""
    groups = ["all", *(sweep.varied if len(sweep.varied) > 1 else ())]
    every = [sweep.best(score, among) for score in ("accuracy", "nll") for among in groups]
    return [best for best in every if best is not None]


def sweep_result(sweep: Sweep) -> dict[str, Any]:
    """All of a sweep in plain values, for JSON."""
    return {
        "data": sweep.data,
        "notes": list(sweep.notes),
        "hyperparameters": sweep.hyperparameters.as_dict(),
        "epochs": sweep.epochs,
        "seeds": sweep.seeds,
        "complete": sweep.complete,
        "varied": sweep.varied,
        "best": [
            {
                "score": best.score,
                "among": best.among,
                "point": dict(zip(sweep.varied, best.point, strict=True)),
                "validation": best.validation._asdict(),
                "test": best.test._asdict(),
            }
            for best in chosen(sweep)
        ],
        "points": [
            {
                "point": dict(zip(sweep.varied, point, strict=True)),
                "seeds": len(values),
                "measures": {name: sweep.interval(point, name)._asdict() for name in MEASURES},
            }
            for point, values in sweep.points.items()
        ],
    }


def print_report(sweep: Sweep, file: str | None) -> None:
    """Print the best points, a table of the grid, and a chart for each hyperparameter that varies."""
    console, names, best = open_console(), list(sweep.varied), chosen(sweep)
    console.print(Text(_headline(sweep, best), style="bold"), "")
    console.print(
        rich_table(_best_headings(names), [_best_row(names, each) for each in best]),
        "",
    )
    by_accuracy = sorted(sweep.points, key=lambda point: -sweep.interval(point, "validation_accuracy").mean)
    listed = sorted(by_accuracy[:MAX_POINTS])
    console.print(rich_table(_point_headings(names), [_point_row(sweep, point) for point in listed]))
    if len(listed) < len(sweep.points):
        where = f"; all are in {file}" if file else ""
        console.print(
            Text(f"the {len(listed)} of {len(sweep.points):,} points with the best validation accuracy{where}")
        )
    for name in names:
        console.print()
        print_chart(console, chart_lines(sweep, name, console.width, color=has_color(console)))


def document(sweep: Sweep) -> list[Block]:
    """The report as blocks: the best points, every point, and a chart for each hyperparameter that varies."""
    names, best = list(sweep.varied), chosen(sweep)
    charts = [chart for name in names for chart in _chart(sweep, name)]
    return [
        Heading(_headline(sweep, best)),
        Table(_best_headings(names), [_best_row(names, each) for each in best]),
        *(Chart(line_chart(chart, title), title) for title, chart in charts),
        Heading("Every point", 2),
        Table(_point_headings(names), [_point_row(sweep, point) for point in sorted(sweep.points)]),
    ]


def _best_headings(names: list[str]) -> Row:
    return "best by", "of", *names, "validation [95 %]", "test [95 %]"


def _point_headings(names: list[str]) -> Row:
    return *names, "seeds", *(f"{part} {NAMES[name]}" for part in ("valid.", "test") for name in SCORES), "‖w‖"


def _best_row(names: list[str], best: Best) -> tuple[str, ...]:
    of = "all" if best.among == "all" else f"{best.among} alone"
    values = _point_cells(names, best.point)
    return NAMES[best.score], of, *values, _interval(best.validation), _interval(best.test)


def _point_row(sweep: Sweep, point: tuple[float, ...]) -> tuple[str, ...]:
    scores = [format_measure(sweep.interval(point, name).mean) for name in (*MEASURES[:6], "weight_norm")]
    return *_point_cells(sweep.varied, point), str(len(sweep.points[point])), *scores


def _point_cells(names: Iterable[str], point: tuple[float, ...]) -> list[str]:
    return [show(name, value) for name, value in zip(names, point, strict=True)]


def _headline(sweep: Sweep, best: list[Best]) -> str:
    if not best:
        return f"{sweep.data}: no point of the grid was trained."
    first = best[0]
    at = point_text(list(sweep.varied), first.point)
    trained = sum(map(len, sweep.points.values()))
    incomplete = "" if sweep.complete else f" Not complete: {trained:,} networks were trained."
    return (
        f"{sweep.data}: the validation part chooses {at}; test accuracy there {_interval(first.test)} "
        f"({len(sweep.seeds)} seeds).{incomplete}"
    )


def chart_lines(sweep: Sweep, name: str, width: int, *, color: bool) -> list[Text]:
    """A hyperparameter's chart as lines of text."""
    return [
        line
        for title, chart in _chart(sweep, name)
        for line in (Text(title), *draw(chart, width, CHART_HEIGHT, color=color))
    ]


def _chart(sweep: Sweep, name: str) -> list[tuple[str, LineChart]]:
    """Accuracy on both parts over one hyperparameter, the others as at the best point, with 95 % intervals.

    None where it has one value alone.
    """
    best = sweep.best("accuracy")
    if best is None or len(sweep.varied[name]) < 2:
        return []
    at = list(sweep.varied).index(name)
    along = sorted(p for p in sweep.points if all(p[i] == v for i, v in enumerate(best.point) if i != at))
    x = np.array([point[at] for point in along])
    lines = []
    for part, shade, letter in (("validation", 32, "v"), ("test", 166, "t")):
        mean, low, high = np.array([sweep.interval(point, f"{part}_accuracy") for point in along]).T
        lines.append(Line(f"{part} accuracy", x, mean, shade, letter, bars=(low, high)))
    others = zip(sweep.varied, best.point, strict=True)
    fixed = [f"{other} {show(other, value)}" for other, value in others if other != name]
    title = f"Accuracy over {name}" + (f" at {', '.join(fixed)}" if fixed else "")
    log = bool(x.min() > 0 and x.max() / x.min() > 50)
    return [(title, LineChart(lines, log_x=log))]


def _interval(interval: Interval) -> str:
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"
