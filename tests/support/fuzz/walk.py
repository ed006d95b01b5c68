"""A long walk over all screens: keys, clicks, wheel, pastes, sizes of the terminal, answers and entries.

After each event no free run may be out of step with the screen, and every so often Esc must lead back to the explorer.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lsexplorer as ls
from lsexplorer.run import Trainer
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.compare.screen import CompareScreen
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.run_screen import RunScreen
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.fuzz.screens import ANSWERS, KEYS, PROMPTS, SIZES, happen, out_of_the_way
from tests.support.fuzz.texts import FIELDS, TEXTS
from tests.support.helpers import flat, same_bits
from tests.support.layout import problems

OPENING = ["c", "p", "D", "O", "t", "question_mark", "f", "ctrl+p", "g", "u", "w", "W", "S", "m", "q", "ctrl+q"]
"""Keys that open something, tried more often than the others."""
PICTURES = ["2", "3", "4", "5", "6", "7", "v"]
FILES = ["iris", "moons", "many.csv", "end.json", "a/b.json", "~/c.json", "~/d.svg", "e.csv", "missing.csv", "."]
MOST_ESCAPES = 15
"""So many lead back to the explorer from anywhere."""
EACH, SECONDS = 60, 300.0
"""Events between two ways back to the explorer; an event that takes longer is a state that is stuck."""
REPLAYED = 5000
"""Longer runs are not replayed at the end."""

Event = tuple[Any, ...]


def event(rng: random.Random, size: tuple[int, int]) -> Event:
    """Something that a person might do; size: of the terminal."""
    place = rng.randrange(max(1, size[0])), rng.randrange(max(1, size[1]))
    kinds: dict[Callable[[], Event], float] = {
        lambda: ("press", rng.choice(KEYS)): 50,
        lambda: ("press", "escape"): 8,
        lambda: ("press", rng.choice(OPENING)): 10,
        lambda: ("press", rng.choice(PICTURES)): 6,
        lambda: ("click", *place): 12,
        lambda: ("wheel", *place, rng.random() < 0.5): 2,
        lambda: ("paste", rng.choice([*TEXTS, *FILES, "two\nlines\tand a tab"])): 3,
        lambda: ("resize", rng.choice(SIZES)): 3,
        lambda: ("resize", (rng.randint(60, 210), rng.randint(15, 65))): 2,
        lambda: ("answer", rng.choice([*PROMPTS, "O"]), rng.choice([*ANSWERS, *FILES])): 2,
        lambda: ("enter", rng.choice(FIELDS), rng.choice(ANSWERS)): 2,
        lambda: ("match",): 0.1,
    }
    return rng.choices(list(kinds), list(kinds.values()))[0]()


def many_classes(path: Path, classes: int = 40, rows: int = 8) -> None:
    """Write a table with two predictors and many classes of long names."""
    rng = random.Random(0)
    lines = ["width of the leaf in millimetres,height of the plant in centimetres,class"]
    for k in range(classes):
        name = f"{'abcdefgh'[k % 8]} class with a long name number {k} of {classes}"
        lines += [f"{rng.gauss(k % 7, 0.3):.3f},{rng.gauss(k // 7, 0.3):.3f},{name}" for _ in range(rows)]
    path.write_text("\n".join(lines) + "\n")


def _trainer(seed: int) -> Trainer:
    """The run with which a walk begins: another kind with every seed."""
    many_classes(Path("many.csv"))
    names = ["iris", "moons", "many.csv", "digits", "xor"]
    kinds: list[Callable[[], Trainer]] = [
        lambda: new_trainer(3),
        *(lambda name=name: _on(name) for name in names),
        lambda: new_trainer(3, hidden=(), label_smoothing=0.1),
        lambda: new_trainer(0, hidden=(6, 20), activation="relu", optimizer="adam"),
        lambda: new_trainer(3, output="identity", loss="hinge"),
        lambda: new_trainer(3, output="sigmoid", loss="mse"),
    ]
    return kinds[seed % len(kinds)]()


def _on(name: str) -> Trainer:
    data = ls.load_dataset(name)
    return Trainer(data, ls.Hyperparameters(**default_hyperparameters(data)))


async def _walk(rng: random.Random, trainer: Trainer, events: int, done: list[Event], seen: Counter[str]) -> None:
    """Go on until so many events are done, or the explorer is left."""
    size = rng.choice(SIZES[:3])
    async with explorer(size, trainer) as e:
        while len(done) < events and e.app.return_code is None:
            happening = event(rng, size)
            done.append(happening)
            await asyncio.wait_for(_match(e) if happening == ("match",) else happen(e, *happening), SECONDS)
            if happening[0] == "resize":
                size = happening[1]
            seen[type(e.app.screen).__name__] += 1
            if e.app.return_code is None:
                await asyncio.wait_for(_holds(e), SECONDS)
            if e.app.return_code is None and len(done) % EACH == 0:
                await asyncio.wait_for(_leads_back(e), SECONDS)
        if e.app.return_code is None:
            await _replays(e)


async def _match(e: Explorer) -> None:
    """Match from the explorer, and wait for the verdict; some settings have nothing to match."""
    await e.press(*["escape"] * 5, "c", "m", "enter")
    if isinstance(e.app.screen, CompareScreen) and e.screen.match_progress.text:
        progress = e.screen.match_progress
        await e.wait_until(lambda: not progress.text)
        await e.rest()


async def _holds(e: Explorer) -> None:
    """What is shown is what is there."""
    screen = e.app.screen
    if isinstance(screen, RunScreen) and not screen.running:
        await e.rest()
        if e.app.screen is screen and not screen.running:
            shown = f"step {screen.run.step_count:,} · "
            assert shown in screen.status.render().plain, (shown, screen.status.render().plain)
            assert screen.shown.step == screen.run.step_count
            if not screen.has_class("-tiny"):
                assert problems(e) == [], (e.app.size, problems(e))


async def _leads_back(e: Explorer) -> None:
    """Esc leads from anywhere to the explorer's tables, where a key makes a step."""
    for _ in range(MOST_ESCAPES):
        await e.tap("escape")
        if isinstance(e.app.screen, ExplorerScreen) and not (e.screen.view.in_picture or e.screen.guide.on_tour):
            break
    else:
        raise AssertionError(f"{MOST_ESCAPES} times Esc led to {e.app.screen}")
    if e.running:
        await e.tap("space")
        assert not e.running
    await e.rest()
    before = e.trainer.step_count
    e.screen.set_focus(None)
    await e.press("b" if before else "space")
    diverged = "finite" in e.message or "overflow" in e.message
    assert diverged or e.trainer.step_count == (before - 1 if before else 1), (before, e.trainer.step_count, e.message)


async def _replays(e: Explorer) -> None:
    if e.running:
        await e.tap("escape", "escape", "escape", "space")
    t = e.trainer
    if t.step_count <= REPLAYED and t.furthest_step <= REPLAYED:
        t.save("end.json")
        assert same_bits(flat(ls.load_run("end.json")), flat(t))


def walk(seed: int, events: int) -> Counter[str]:
    """So many random events, counted by the screens on which they ended; raises with the last ones on failure."""
    rng, done, seen = random.Random(seed), list[Event](), Counter[str]()
    try:
        with out_of_the_way():
            while len(done) < events:
                asyncio.run(_walk(rng, _trainer(seed), events, done, seen))
    except BaseException as error:
        raise AssertionError(f"seed {seed}, event {len(done)}; the last ones: {done[-25:]}") from error
    return seen
