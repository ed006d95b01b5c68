"""What was painted key by key is what a repaint of everything shows: nothing stale is left on the terminal."""

import os
import random
import sys
from pathlib import Path

import pytest

import lsexplorer
from tests.support.helpers import slow
from tests.support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
PACKAGE = str(Path(lsexplorer.__file__).parents[1])
UP, DOWN, ESCAPE = "\x1b[A", "\x1b[B", "\x1b"
KEYS = ["   ", " ", "b", "s", "l", "\t", "a", "o", "v", "X", "Y", "n", "0", "+", "\r", DOWN, UP]


def cells(terminal: Terminal) -> list[list[object]]:
    """Every cell of the terminal's screen, with its colours."""
    screen = terminal.screen
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


def settle(terminal: Terminal) -> None:
    while terminal.read(0.15):
        pass


@pytest.mark.parametrize(
    ("data", "size", "presses"),
    [
        ("iris", (120, 40), 12),
        slow("digits", (120, 40), 150),
        slow("iris", (80, 24), 150),
        slow("iris", (200, 60), 150),
    ],
)
def test_random_keys_leave_nothing_stale(data: str, size: tuple[int, int], presses: int) -> None:
    keys = random.Random(presses + size[0])
    with Terminal([sys.executable, "-m", "lsexplorer", data], *size, env={"PYTHONPATH": PACKAGE}) as terminal:
        terminal.wait_for(lambda text: "keys" in text and "step 0" in text)
        for key in [*keys.choices(KEYS, k=presses), " ", "y"]:
            terminal.press(key)
            terminal.read(0.05)
        terminal.wait_for(lambda text: "Copied" in text)
        settle(terminal)
        painted, text = cells(terminal), terminal.text
        terminal.screen.reset()
        terminal.press("?")  # help lies over it all; what was below it is painted as a whole when it is left
        terminal.wait_for(lambda text: "The idea" in text)
        terminal.press(ESCAPE)
        terminal.wait_for(lambda now: now == text, 60)
        settle(terminal)
        assert cells(terminal) == painted
