"""Records the program in a terminal: recording.cast for asciinema, and recording.svg, which moves without a script.

python -m assets.record        needs pip install -e '.[test]'

The real program runs in a pseudo-terminal and gets KEYS. A frame is its screen once it shows what a key leads to; it
lasts as long as the table says, so that two recordings of one version are the same.
"""

import json
import sys
from collections.abc import Iterator
from functools import partial
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from lsexplorer.tui.standalone_svg import FONTS, SIZE
from tests.support.terminal import Terminal

FOLDER = Path(__file__).parent
COLUMNS, ROWS = 112, 32
KEYS: tuple[tuple[str, str, float], ...] = (
    ("", "Space trains a step", 3.0),
    (" ", "step 1 ·", 0.7),
    (" ", "step 2 ·", 0.5),
    (" ", "step 3 ·", 0.5),
    (" ", "step 4 ·", 1.5),
    ("g", "Go to step", 1.0),
    ("200", "│ 200", 0.8),
    ("\r", "step 200 ·", 3.0),
    ("s", "label smoothing a", 2.5),
    ("g", "Go to step", 0.8),
    ("400", "│ 400", 0.8),
    ("\r", "step 400 ·", 3.0),
    ("b", "step 399 ·", 1.0),
    ("b", "step 398 ·", 1.0),
    ("2", "Network ·", 3.0),
    ("4", "Clusters ·", 3.0),
    ("1", "Weights into", 1.0),
    ("c", "lsexplorer compare", 4.0),
    ("\x1b", "Weights into", 2.0),
)
"""What is typed, what the screen must show then, and for how many seconds it is seen."""

CELL = (12.2, 24.4)
"""Pixels of a character."""
GROUND, TEXT = "#121212", "#e0e0e0"
"""Of a cell without colours of its own."""


class Run(NamedTuple):
    """Characters beside one another that look alike."""

    column: int
    text: str
    color: str
    ground: str
    bold: bool


Row = tuple[Run, ...]


def _has(shown: str, text: str) -> bool:
    return shown in text


def frames() -> Iterator[tuple[float, list[Row]]]:
    """When each screen appears, in seconds, and its rows; at last when the last one ends, and no rows."""
    at = 0.0
    command = [sys.executable, "-m", "lsexplorer"]
    with Terminal(command, COLUMNS, ROWS) as terminal:
        for keys, shows, seconds in KEYS:
            terminal.press(keys)
            terminal.wait_for(partial(_has, shows), 60)
            while terminal.read(0.2):  # shorter than a cursor's blink
                pass
            yield round(at, 3), [_row(terminal.screen.buffer[y]) for y in range(ROWS)]
            at += seconds
    yield round(at, 3), []


def _row(cells: Any) -> Row:
    """The runs of one line of pyte's screen."""
    looks = [_look(cells[x]) for x in range(COLUMNS)]
    runs = []
    for look, columns in groupby(range(COLUMNS), looks.__getitem__):
        first, *others = columns
        text = "".join(cells[x].data for x in (first, *others))
        if text.strip() or look[1] != GROUND:
            runs.append(Run(first, text, *look))
    return tuple(runs)


def _look(cell: Any) -> tuple[str, str, bool]:
    color, ground = (
        default if value == "default" else f"#{value}" for value, default in ((cell.fg, TEXT), (cell.bg, GROUND))
    )
    return (ground, color, cell.bold) if cell.reverse else (color, ground, cell.bold)


def cast(recording: list[tuple[float, list[Row]]]) -> str:
    """The recording in asciinema's format, version 2: of each screen the rows that changed."""
    header = {"version": 2, "width": COLUMNS, "height": ROWS, "title": "lsexplorer", "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(header)]
    before: list[Row | None] = [None] * ROWS
    for at, rows in recording:
        changed = [_ansi(y, row) for y, row in enumerate(rows) if row != before[y]]
        lines.append(json.dumps([at, "o", ("" if any(before) else "\x1b[?25l\x1b[2J") + "".join(changed)]))
        before = [*rows] or before
    return "\n".join(lines) + "\n"


def _ansi(y: int, row: Row) -> str:
    text = f"\x1b[{y + 1};1H\x1b[0;48;2;{_rgb(GROUND)}m\x1b[2K"
    for run in row:
        bold = "1;" if run.bold else ""
        text += f"\x1b[{y + 1};{run.column + 1}H\x1b[0;{bold}38;2;{_rgb(run.color)};48;2;{_rgb(run.ground)}m{run.text}"
    return text


def _rgb(color: str) -> str:
    return ";".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))


def animated_svg(recording: list[tuple[float, list[Row]]]) -> str:
    """The recording as a picture that moves by CSS alone; for whoever wants less motion it stays at its last screen."""
    end = recording[-1][0]
    shown: dict[tuple[int, Row], list[tuple[float, float]]] = {}
    for (start, rows), (stop, _) in pairwise(recording):
        for y, row in enumerate(rows):
            spans = shown.setdefault((y, row), [])
            if spans and spans[-1][1] == start:
                spans[-1] = spans[-1][0], stop
            else:
                spans.append((start, stop))
    names: dict[tuple[tuple[float, float], ...], str] = {}
    groups = []
    for (y, row), spans in shown.items():
        always = spans == [(0.0, end)]
        name = "" if always else names.setdefault(tuple(spans), f"t{len(names)}")
        last = " last" if spans[-1][1] == end else ""
        groups.append(f'<g class="{name}{last}">{"".join(_pieces(y, run) for run in row)}</g>')
    width, height = COLUMNS * CELL[0], ROWS * CELL[1]
    style = [
        f"text {{ font-family: {FONTS}; font-size: {SIZE}px; white-space: pre; }}",
        "[class^=t] { visibility: hidden; }",
        *(f"@keyframes {name} {{ {_keyframes(spans, end)} }}" for spans, name in names.items()),
        *(f".{name} {{ animation: {name} {end:g}s step-end infinite; }}" for name in names.values()),
        "@media (prefers-reduced-motion) { [class^=t] { animation: none; } .last { visibility: visible; } }",
    ]
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" xmlns="http://www.w3.org/2000/svg"><style>\n'
        + "\n".join(style)
        + f'\n</style><rect width="100%" height="100%" fill="{GROUND}"/>\n'
        + "\n".join(groups)
        + "\n</svg>\n"
    )


def _keyframes(spans: tuple[tuple[float, float], ...], end: float) -> str:
    changes = {0.0: "hidden"}
    for start, stop in spans:
        changes |= {start: "visible", stop: "hidden"}
    changes.pop(end, None)
    return " ".join(f"{100 * at / end:.2f}% {{ visibility: {value}; }}" for at, value in changes.items())


def _pieces(y: int, run: Run) -> str:
    x, top, width = run.column * CELL[0], y * CELL[1], len(run.text) * CELL[0]
    ground = f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{CELL[1] + 0.3:.1f}" fill="{run.ground}"/>'
    weight = ' font-weight="bold"' if run.bold else ""
    text = (
        f'<text x="{x:.1f}" y="{top + 18.5:.1f}" textLength="{width:.1f}" fill="{run.color}"{weight}>'
        f"{escape(run.text)}</text>"
    )
    return (ground if run.ground != GROUND else "") + (text if run.text.strip() else "")


if __name__ == "__main__":
    recording = list(frames())
    (FOLDER / "recording.cast").write_text(cast(recording), encoding="utf-8")
    (FOLDER / "recording.svg").write_text(animated_svg(recording), encoding="utf-8")
