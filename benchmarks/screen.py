"""How fast the screen answers: first frame, keys while paused, keys and training while running freely.

python -m benchmarks.screen
"""

import re
import statistics
import sys
import time
from functools import partial

from lsexplorer import Trainer, load_dataset
from tests.support.terminal import Terminal

COMMAND = [sys.executable, "-m", "lsexplorer"]
_STEP = re.compile(r"step ([\d,]+)")


def step_on(text: str) -> int:
    """The step that the status bar shows, −1 where there is none yet."""
    found = _STEP.search(text)
    return int(found[1].replace(",", "")) if found else -1


def first_frame(data: str = "iris") -> float:
    """Seconds from the start of the process to a screen that has the table and the charts."""
    with Terminal([*COMMAND, data]) as terminal:
        terminal.wait_for(lambda text: "Weights into" in text and "Weight norms" in text and "layer 1" in text)
        return terminal.last_read - terminal.started


def _settled(terminal: Terminal) -> None:
    while terminal.read(0.3):
        pass


def _stands_at(step: int, text: str) -> bool:
    return step_on(text) == step and f"step {step}" in text.splitlines()[-3]


def paused_key(data: str = "iris", presses: int = 40) -> tuple[list[float], list[float]]:
    """Seconds from the press of space to the next step's numbers, and to the end of painting, charts and all."""
    numbers, whole = [], []
    with Terminal([*COMMAND, data]) as terminal:
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
        terminal.press("r")
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


def main() -> None:
    """Measure all and print."""
    for data in ("iris", "mnist"):
        frames = sorted(first_frame(data) for _ in range(5))
        report(f"{data}: process start to first frame, median of 5", f"{statistics.median(frames):.2f} s", "1.2 s")
        numbers, whole = (statistics.median(times) * 1e3 for times in paused_key(data))
        report(f"{data}: key to the next step's numbers, 120×40, median of 40", f"{numbers:.0f} ms", "50 ms")
        report(f"{data}: key to the end of painting, charts too, median of 40", f"{whole:.0f} ms", "50 ms")
    alone, (rate, keys), again = headless(), running(), headless()
    report("key to its message while running freely, worst of 20", f"{max(keys) * 1e3:.0f} ms", "100 ms")
    share = rate / statistics.mean([alone, again])
    report(f"free run {rate:,.0f} steps/s of headless {alone:,.0f} and {again:,.0f}", f"{share:.0%}", "60 %")


if __name__ == "__main__":
    main()
