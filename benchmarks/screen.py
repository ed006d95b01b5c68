"""How fast the screen answers: first frame, keys while paused, keys and training while running freely.

python -m benchmarks.screen
python -m benchmarks.screen CHECKOUT    the same of an older program too, in turns; its directory
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial

from lsexplorer import Trainer, load_dataset
from lsexplorer.tui.model.session import SPEEDS
from tests.support.terminal import ROOT, Terminal

COMMAND = [sys.executable, "-m", "lsexplorer"]
_BYTECODE = tempfile.TemporaryDirectory()
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": _BYTECODE.name}
"""Has a program compiled at its first start, as an installed one is, whatever the environment says of it."""
_STEP = re.compile(r"step ([\d,]+)")


def step_on(text: str) -> int:
    """The step that the status bar shows, −1 where there is none yet."""
    found = _STEP.search(text)
    return int(found[1].replace(",", "")) if found else -1


def first_frame(data: str = "iris", code: str = ROOT) -> float:
    """Seconds from the start of the process to a screen that has the table and the charts."""
    with Terminal([*COMMAND, data], env={"PYTHONPATH": code, **COMPILED}) as terminal:
        terminal.wait_for(lambda text: "Weights into" in text and "Weight norms" in text and "layer 1" in text)
        return terminal.last_read - terminal.started


def _settled(terminal: Terminal) -> None:
    while terminal.read(0.3):
        pass


def _stands_at(step: int, text: str) -> bool:
    return step_on(text) == step and f"step {step}" in text.splitlines()[-3]


def paused_key(data: str = "iris", code: str = ROOT, presses: int = 40) -> tuple[list[float], list[float]]:
    """Seconds from the press of space to the next step's numbers, and to the end of painting, charts and all."""
    numbers, whole = [], []
    with Terminal([*COMMAND, data], env={"PYTHONPATH": code}) as terminal:
        terminal.wait_for(lambda text: "layer 1" in text)
        _settled(terminal)
        for number in range(2 * presses):
            goal = step_on(terminal.text) + 1
            start = time.perf_counter()
            terminal.press(" ")
            if number % 2:  # what is read in between delays the next reading
                terminal.read(1.0, pause=0.2)
                whole.append(terminal.last_read - start)
            else:
                terminal.wait_for(partial(_stands_at, goal))
                numbers.append(terminal.last_read - start)
            _settled(terminal)
    return numbers, whole


def running(seconds: float = 6.0) -> tuple[float, list[float]]:
    """Steps a second of a free run on the screen, and seconds from a key to the message it brings."""
    times = []
    with Terminal(COMMAND) as terminal:
        terminal.wait_for(lambda text: "layer 1" in text)
        _settled(terminal)
        terminal.press("+" * len(SPEEDS) + "r")  # as fast as it can
        terminal.wait_for(lambda text: step_on(text) > 2000)
        first, start = step_on(terminal.text), time.perf_counter()
        while time.perf_counter() - start < seconds:
            terminal.read(0.05)
        last, elapsed = step_on(terminal.text), time.perf_counter() - start
        for i in range(20):
            message = ("L2 λ = .01 is on", "L2 is off")[i % 2]
            begin = time.perf_counter()
            terminal.press("l")
            times.append(terminal.wait_for_output(message) - begin)
            end = time.perf_counter() + 0.37
            while time.perf_counter() < end:
                terminal.read(0.02)
    return (last - first) / elapsed, times


def headless(seconds: float = 4.0) -> float:
    """Steps a second of the same training without a screen, from the same step on."""
    trainer = Trainer(load_dataset("iris"))
    trainer.step(2000)
    start, first = time.perf_counter(), trainer.step_count
    while time.perf_counter() - start < seconds:
        trainer.step(200)
    return (trainer.step_count - first) / (time.perf_counter() - start)


def report(title: str, value: str, goal: str) -> None:
    """One line of the result."""
    print(f"{title:58} {value:>22}   goal {goal}", flush=True)


def by_checkout(data: str, checkouts: list[str]) -> None:
    """Print what the programs take, which are measured in turns."""
    turns = [[first_frame(data, code) for code in checkouts] for _ in range(6)][1:]  # the first one compiles
    _medians(f"{data}: process start to first frame, median of 5", turns, "600 ms")
    keys = [[paused_key(data, code, 10) for code in checkouts] for _ in range(4)]
    for part, what in enumerate(("next step's numbers", "end of painting, charts too")):
        rows = zip(*(turn for turn in keys), strict=True)
        pressed = [[time for took in row for time in took[part]] for row in rows]
        goal = {"iris": "16 ms", "mnist": "25 ms"}[data]
        _medians(f"{data}: key to the {what}, 120×40, median of 40", list(zip(*pressed, strict=True)), goal)


def _medians(title: str, turns: Sequence[Sequence[float]], goal: str) -> None:
    """The median of each program's times, (turn, program), in seconds."""
    found = [statistics.median(times) for times in zip(*turns, strict=True)]
    ratio = f", before over now {found[1] / found[0]:.2f}" if len(found) > 1 else ""
    report(title, " · ".join(f"{seconds * 1e3:.0f} ms" for seconds in found) + ratio, goal)


def main() -> None:
    """Measure all and print."""
    for data in ("iris", "mnist"):
        by_checkout(data, [ROOT, *sys.argv[1:2]])
    alone, (rate, keys), again = headless(), running(), headless()
    report("key to its message while running freely, worst of 20", f"{max(keys) * 1e3:.0f} ms", "100 ms")
    share = rate / statistics.mean([alone, again])
    report(f"free run {rate:,.0f} steps/s of headless {alone:,.0f} and {again:,.0f}", f"{share:.0%}", "70 %")


if __name__ == "__main__":
    main()
