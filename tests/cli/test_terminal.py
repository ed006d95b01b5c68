"""The installed command in a terminal: keys go in, numbers are read off the screen and computed again."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import lsexplorer
import lsexplorer as ls
from lsexplorer import Hyperparameters, PatternStudy, Trainer, load_dataset
from lsexplorer.render.numbers import format_epoch
from tests.support.explorer import shows, table
from tests.support.helpers import slow
from tests.support.terminal import Terminal

INSTALLED = shutil.which("lsexplorer", path=str(Path(sys.executable).parent))
COMMAND = [INSTALLED] if INSTALLED else [sys.executable, "-m", "lsexplorer"]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")


def start(*command: str, size: tuple[int, int] = (120, 40), **env: str) -> Terminal:
    """A command in a terminal, importing the very package that is tested."""
    return Terminal(command, *size, env={"PYTHONPATH": str(Path(lsexplorer.__file__).parents[1]), **env})


def open_explorer(*args: str, size: tuple[int, int] = (120, 40)) -> Terminal:
    return start(*COMMAND, *args, size=size)


def wait_for(terminal: Terminal, words: str) -> str:
    """Wait until the screen shows words, and until it is whole; give its text."""
    terminal.wait_for(lambda text: words in text)
    while terminal.read(0.15):
        pass
    return terminal.text


def step(terminal: Terminal, number: int) -> str:
    """Wait until the screen stands at a step."""
    return wait_for(terminal, f"step {number} · epoch {format_epoch(number / 8)} · paused")


def assert_numbers(text: str, trainer: ls.Trainer, sample: int | None) -> None:
    """What the delta table shows is what the trainer, stepped in this process, says."""
    rows, found = table(text, "Next step"), trainer.deltas(sample)
    assert list(rows) == [node.name for node in found.nodes]
    for node in found.nodes:
        shown = rows[node.name]
        assert shows(shown["δ"], node.signal), (node.name, shown["δ"], node.signal)
        assert shows(shown["η·δ"], node.move)
        assert shows(shown["o"], node.output)
        assert shows(shown["plain"], node.norm_changes.plain)
        assert shows(shown["smooth"], node.norm_changes.label_smoothing)


@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
def test_the_numbers_on_the_screen_are_those_of_the_trainer(size: tuple[int, int]) -> None:
    trainer = Trainer(load_dataset("iris"), Hyperparameters(hidden=(4,), seed=3))
    sample = int(trainer.next_batch[0])
    with open_explorer("--hidden", "4", "--seed", "3", size=size) as terminal:
        text = step(terminal, 0)
        assert "4-4-3 tanh" in text
        assert_numbers(text, trainer, sample)

        terminal.press("   ")
        trainer.step(3)
        assert_numbers(step(terminal, 3), trainer, sample)

        terminal.press("s")
        trainer.set(label_smoothing=0.1)
        assert_numbers(wait_for(terminal, "Label smoothing a = .1 is on"), trainer, sample)

        terminal.press("n")
        trainer.step(5)
        assert_numbers(step(terminal, 8), trainer, sample)

        terminal.press("bb")
        trainer.back(2)
        assert_numbers(step(terminal, 6), trainer, sample)

        terminal.press("a")
        assert_numbers(wait_for(terminal, "mean of the batch's 16 samples"), trainer, None)

        terminal.press("g")
        wait_for(terminal, "Go to step")
        terminal.press("40\r")
        trainer.goto(40)
        assert_numbers(step(terminal, 40), trainer, None)

        terminal.discard()
        assert terminal.exit_status() == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
def test_methods_go_side_by_side_and_one_is_taken(size: tuple[int, int]) -> None:
    """Keys go in at the terminal; what each method's row shows is what its own Trainer, stepped here, says."""
    data = load_dataset("iris")
    settings = {"plain": {}, "smoothing": {"label_smoothing": 0.1}, "decay": {"weight_decay": 0.02}}
    methods = {name: Trainer(data, Hyperparameters(hidden=(4,), **alone)) for name, alone in settings.items()}
    sample = int(methods["plain"].next_batch[0])

    def assert_methods(text: str) -> None:
        for name, trainer in methods.items():
            node = trainer.deltas(sample).node("o1")
            line = next(line for line in text.splitlines() if re.match(rf"│ [ ▸]\w {name} ", line))
            *_, signal, move, norm, change = line.replace("│", " ").split()
            assert shows(signal, node.signal)
            assert shows(move, node.move)
            assert shows(norm, node.norm)
            assert shows(change, node.norm_changes.now)

    with open_explorer("--hidden", "4", "--weight-decay", "0.02", size=size) as terminal:
        step(terminal, 0)
        terminal.press("c")
        assert_methods(wait_for(terminal, "Each method has one regulariser"))
        terminal.press("nn ")
        for trainer in methods.values():
            trainer.step(17)
        assert_methods(step(terminal, 17))
        terminal.press("bb")
        for trainer in methods.values():
            trainer.back(2)
        assert_methods(step(terminal, 15))
        terminal.press("m")
        wait_for(terminal, "Enter begins")
        terminal.press("\r")
        wait_for(terminal, "Matching L2 to a = .1")
        terminal.wait_for(lambda text: "Would L2 have done the same?" in text, seconds=60)
        terminal.press("\x1b")
        wait_for(terminal, "▸m matched L2")
        terminal.press("\x1b[A\r")
        wait_for(terminal, "This is now the run of decay, from step 0 to 15")
        assert_numbers(step(terminal, 15), methods["decay"], sample)
        terminal.discard()
        assert terminal.exit_status() == 0


@pytest.mark.slow
def test_quitting_during_a_match_leaves_nothing_behind() -> None:
    with open_explorer("digits") as terminal:
        wait_for(terminal, "step 0 · epoch 0 · paused")
        terminal.press("c")
        wait_for(terminal, "Each method has one regulariser")
        terminal.press("m")
        wait_for(terminal, "Enter begins")
        terminal.press("\r")
        terminal.wait_for(lambda text: re.search(r"searching λ, \d", text) is not None, seconds=30)
        terminal.press("\x11")
        assert terminal.exit_status() == 0
        assert "Traceback" not in terminal.text


@pytest.mark.slow
def test_a_small_terminal_never_sees_the_layout_of_a_large_one() -> None:
    seen = []
    with open_explorer(size=(80, 24)) as terminal:

        def whole(text: str) -> bool:
            seen.append(text)
            return "space step" in text

        terminal.wait_for(whole)
    assert len(seen) > 1
    assert not any("Hyperparameters" in text for text in seen)


@pytest.mark.slow
def test_quitting_gives_the_terminal_back_as_it_was(tmp_path: Path) -> None:
    """A shell starts the explorer; afterwards the screen, the cursor and the modes are the shell's again."""
    shell = "stty -a > a; $EXPLORER; echo $? > status; stty -a > b; echo over; read x"
    with start("sh", "-c", f"cd {tmp_path}; {shell}", EXPLORER=" ".join(COMMAND)) as terminal:
        step(terminal, 0)
        assert terminal.screen.cursor.hidden
        terminal.press("r")
        terminal.wait_for(lambda text: "▶" in text)
        terminal.discard()
        terminal.wait_for_output("\x1b[?1049l")  # back from the alternate screen, which the emulator does not know
        wait_for(terminal, "over")
        assert not terminal.screen.cursor.hidden
        assert (tmp_path / "status").read_text() == "0\n"
        assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()
        terminal.press("\r")
        assert terminal.exit_status() == 0


@pytest.mark.slow
def test_ctrl_c_says_how_to_quit_and_ctrl_q_quits() -> None:
    with open_explorer() as terminal:
        step(terminal, 0)
        terminal.press("\x03")
        wait_for(terminal, "Press q to quit")
        terminal.press(" ")
        step(terminal, 1)
        terminal.press("\x11")
        wait_for(terminal, "No file has this run")
        terminal.press("d")
        assert terminal.exit_status() == 0


@pytest.mark.slow
def test_a_mouse_click_chooses_a_node() -> None:
    with open_explorer() as terminal:
        lines = step(terminal, 0).splitlines()
        row = next(y for y, line in enumerate(lines) if "o3 virginica" in line)
        column = lines[row].index("virginica")
        terminal.press(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")
        assert "▸o3" in wait_for(terminal, "Weights into o3")
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_ctrl_c_ends_headless_training_with_130() -> None:
    with start(*COMMAND, "train", "--epochs", "100000") as terminal:
        terminal.wait_for(lambda text: "training" in text)
        terminal.press("\x03")
        assert terminal.exit_status() == 130
        assert "interrupted" in terminal.text
        assert "Traceback" not in terminal.text


@pytest.mark.slow
def test_headless_training_shows_its_progress_and_takes_it_away() -> None:
    with start(*COMMAND, "train", "--epochs", "1500") as terminal:
        terminal.wait_for(lambda text: re.search(r"training .*\d+%", text) is not None)
        terminal.wait_for(lambda text: "weight norm" in text, seconds=60)
        assert terminal.exit_status() == 0
        assert "training" not in terminal.text
        assert "12,000 steps, 1500 epochs" in terminal.text


@pytest.mark.slow
@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
def test_the_patterns_of_the_network_as_it_stands_and_the_way_back(size: tuple[int, int]) -> None:
    trainer = Trainer(load_dataset("iris"), Hyperparameters())
    with open_explorer(size=size) as terminal:
        wait_for(terminal, "step 0")
        terminal.press("p")
        wait_for(terminal, "Patterns, untrained")
        terminal.press("p")
        step(terminal, 0)
        terminal.press("n")
        step(terminal, 8)
        terminal.press("p")
        text = wait_for(terminal, "Patterns, step 8")
        trainer.step(8)
        for name, code in zip(trainer.data.class_names, PatternStudy(trainer).patterns.codes, strict=True):
            row = next(line for line in text.splitlines() if f"│ {name} " in line)
            assert row.replace("│", " ").split()[1:6] == list(code)
        terminal.press("p")
        step(terminal, 8)
        terminal.discard()
        assert terminal.exit_status() == 0
