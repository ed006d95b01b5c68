"""What `lsexplorer sweep` says: as data, and as a report on the terminal."""

import math
from typing import Any

from lsexplorer.run.hyperparameters import show
from lsexplorer.study.stats import Interval
from lsexplorer.study.sweep.grid import point_text
from lsexplorer.study.sweep.sweeping import MEASURES, SCORES, Best, Sweep

MANY = 24
"""Points that are listed at most, the best by validation accuracy; the others are in the file."""
PICTURE_HEIGHT = 12
NAMES = {"accuracy": "accuracy", "nll": "NLL", "ece": "ECE"}


def chosen(sweep: Sweep) -> list[Best]:
    """The best of all, and of each varied hyperparameter alone where several vary, by accuracy and by NLL."""
    among = ["all", *(sweep.varied if len(sweep.varied) > 1 else ())]
    found = [sweep.best(score, one) for score in ("accuracy", "nll") for one in among]
    return [best for best in found if best is not None]


def sweep_result(sweep: Sweep) -> dict[str, Any]:
    """All of a sweep in plain values, for JSON."""
    return {
        "data": sweep.data,
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
    """The best cells, a table of the grid, and a chart for each hyperparameter that varies."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    width = console.width = console.width if console.is_terminal else 120

    def table(*headings: str) -> Table:
        made = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            made.add_column(heading, no_wrap=True)
        return made

    names = list(sweep.varied)
    best = chosen(sweep)
    best_table = table("best by", "of", *names, "validation [95 %]", "test [95 %]")
    for one in best:
        of = "all" if one.among == "all" else f"{one.among} alone"
        values = [show(name, value) for name, value in zip(names, one.point, strict=True)]
        best_table.add_row(NAMES[one.score], of, *values, _interval(one.validation), _interval(one.test))
    console.print(Text(_headline(sweep, best), style="bold"), "")
    console.print(best_table, "")
    grid = table(*names, "seeds", *(f"{part} {NAMES[name]}" for part in ("valid.", "test") for name in SCORES), "‖w‖")
    listed = sorted(sweep.points, key=lambda point: -sweep.interval(point, "validation_accuracy").mean)[:MANY]
    for point in sorted(listed):
        values = [show(name, value) for name, value in zip(names, point, strict=True)]
        scores = [_number(sweep.interval(point, name).mean) for name in (*MEASURES[:6], "weight_norm")]
        grid.add_row(*values, str(len(sweep.points[point])), *scores)
    console.print(grid)
    if len(listed) < len(sweep.points):
        where = f"; all are in {file}" if file else ""
        console.print(
            Text(f"the {len(listed)} of {len(sweep.points):,} points with the best validation accuracy{where}")
        )
    color = not console.no_color and console.is_terminal
    for name in names:
        console.print()
        for line in picture_lines(sweep, name, width, color=color):
            console.print(Text.from_ansi(line), no_wrap=True, crop=True)


def _headline(sweep: Sweep, best: list[Best]) -> str:
    if not best:
        return f"{sweep.data}: no point of the grid is done."
    first = best[0]
    at = point_text(list(sweep.varied), first.point)
    done = "" if sweep.complete else f" Not complete: {sum(map(len, sweep.points.values())):,} networks are done."
    return (
        f"{sweep.data}: the validation part chooses {at}; test accuracy there {_interval(first.test)} "
        f"({len(sweep.seeds)} seeds).{done}"
    )


def picture_lines(sweep: Sweep, name: str, width: int, *, color: bool) -> list[str]:
    """Accuracy on both parts over one hyperparameter, the others at the best point, with 95 % intervals."""
    import numpy as np

    from lsexplorer.render.charts import Line, LineChart, draw

    best = sweep.best("accuracy")
    if best is None or len(sweep.varied[name]) < 2:
        return []
    at = list(sweep.varied).index(name)
    along = sorted(p for p in sweep.points if all(p[i] == v for i, v in enumerate(best.point) if i != at))
    x = np.array([point[at] for point in along])
    log = bool(x.min() > 0 and x.max() / x.min() > 50)
    lines = []
    for part, shade, letter in (("validation", 39, "v"), ("test", 208, "t")):
        found = [sweep.interval(point, f"{part}_accuracy") for point in along]
        low, high = (np.array([one[end] for one in found]) for end in (1, 2))
        y = np.array([one.mean for one in found])
        lines.append(Line(f"{part} accuracy", x, y, shade, letter, bars=(low, high)))
    fixed = [
        f"{other} {show(other, v)}"
        for i, (other, v) in enumerate(zip(sweep.varied, best.point, strict=True))
        if i != at
    ]
    title = f"Accuracy over {name}" + (f" at {', '.join(fixed)}" if fixed else "")
    drawn = draw(LineChart(lines, log_x=log), width, PICTURE_HEIGHT, color=color)
    return [title, *drawn.rstrip().split("\n")]


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4g}" if abs(value) >= 1 else f"{value:.4f}"


def _interval(one: Interval) -> str:
    return f"{one.mean:.4f} [{one.low:.4f}, {one.high:.4f}]"
