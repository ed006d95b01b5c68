"""How long a picture takes, and how often a free run shows it.

python -m benchmarks.pictures
"""

import statistics
import sys
import time

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.data import BUILTINS
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Palette
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.pictures import PICTURES
from lsexplorer.views import VIEWS
from lsexplorer.views.viewpoint import Viewpoint
from tests.support.terminal import Terminal

SIZE = (88, 23)
"""Columns and rows of a picture in a terminal of 120×40."""
RUN_SECONDS = 5.0
MOVED = 200
"""Bytes that paint more than a spinner or a number, so that a picture has moved."""


def milliseconds(name: str, trainer: Trainer, times: int = 9) -> float:
    """The median time to make a picture's numbers and draw them, each time after a step."""
    kind, found = PICTURES[name], []
    columns, rows = kind.room(*SIZE)
    for _ in range(times):
        trainer.step()
        deltas = trainer.deltas(0)
        start = time.perf_counter()
        canvas = Canvas(*SIZE, Palette())
        kind.draw(kind.make(trainer, Viewpoint(deltas, "o1", columns=columns, rows=rows)), canvas)
        canvas.lines()
        found.append(time.perf_counter() - start)
    return statistics.median(found) * 1e3


def frames_a_second(name: str, data: str) -> float:
    """How often a free run at 120×40 paints the picture anew, told by what stands in its place."""
    with Terminal([sys.executable, "-m", "lsexplorer", data]) as terminal:
        terminal.wait_for(lambda text: "layer 1" in text)
        terminal.press(str(VIEWS.index(name) + 1))
        while terminal.read(0.5):
            pass
        terminal.press("r")
        terminal.read(0.5)
        seen, start, last = 0, time.perf_counter(), ""
        while time.perf_counter() - start < RUN_SECONDS:
            terminal.read(0.02)
            now = terminal.text
            seen += picture_of(now) != picture_of(last)
            last = now
        return seen / (time.perf_counter() - start)


def picture_of(text: str) -> str:
    """What stands in the lower right part of the screen, with the line on what to look for."""
    return "\n".join(line[30:] for line in text.splitlines()[14:-4])


def main() -> None:
    """Print a table."""
    print(f"{'':12}" + "".join(f"{name:>13}" for name in PICTURES) + "   ms a picture of 88×23, goal 50", flush=True)
    for data in BUILTINS:
        trainer = Trainer(load_dataset(data), Hyperparameters(**default_hyperparameters(data)))
        trainer.step(20)
        print(f"{data:12}" + "".join(f"{milliseconds(name, trainer):13.1f}" for name in PICTURES), flush=True)
    print("frames a second of a free run at 120×40, goal 5", flush=True)
    for data in ("iris", "mnist"):
        print(f"{data:12}" + "".join(f"{frames_a_second(name, data):13.1f}" for name in PICTURES), flush=True)


if __name__ == "__main__":
    main()
