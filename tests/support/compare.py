"""The compare screen in a test: its tables read as text, against Trainers of their own."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np

import lsexplorer as ls
from lsexplorer.bank.comparison import methods_of
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.numbers import format_share
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.study.match.matching import Matches, match_all
from lsexplorer.tui.compare.screen import CompareScreen
from tests.support.explorer import WIDE, Explorer, alone, one_screen, shows

NAMES = {"p": "plain", "s": "smoothing", "l": "L2", "1": "L1", "d": "decay", "m": "matched", "g": "logit", "f": "focal"}


def short_match(data: ls.Dataset, hp: ls.Hyperparameters | None, **named: Any) -> Matches:
    """A match as compare's m makes it, of fewer epochs and seeds."""
    hp = hp or ls.Hyperparameters(**default_hyperparameters(data))
    asked = {name: named[name] for name in ("label_smoothing", "remedies", "criterion", "all_criteria")}
    return match_all(data, hp, **asked, epochs=12, seeds=10, splits=3)


def compare_screen(
    trainer: ls.Trainer, size: tuple[int, int] = WIDE, **strengths: float
) -> AbstractAsyncContextManager[Explorer]:
    """The compare screen without the explorer below it; ``strengths`` were set in the explorer."""
    app = one_screen(trainer, CompareScreen, CompareScreen)
    for name, strength in strengths.items():
        app.session.set_strength(name, strength)
    return alone(app, size)


def message(e: Explorer) -> str:
    return str(e.find("#message").content)


def status(e: Explorer) -> str:
    return e.text.splitlines()[0]


def rows(e: Explorer, selector: str) -> dict[str, dict[str, str]]:
    """A table of methods on the screen: {letter: {heading: cell}}; the name and setting of two words are one cell."""
    lines = [line.replace("│", " ").replace("▸", " ") for line in e.area(selector).splitlines()]
    names = lines[0].split()
    cells_of = {}
    for line in lines[1:]:
        words = line.split()
        if words and words[0] in NAMES:
            words = [w for w in words if w not in ("L2",) or words[1] != "matched"] if words[0] == "m" else words
            cells = words[2:]
            if "set" in names and cells[0] in ("a", "λ", "β", "γ"):
                cells = [f"{cells[0]} {cells[1]}", *cells[2:]]
            cells_of[words[0]] = dict(zip(names[1:], cells, strict=True)) | {"name": words[1]}
    return cells_of


def trainers(e: Explorer, step: int, matched: tuple[str, float] | None = None) -> dict[str, ls.Trainer]:
    """A Trainer for every method, at a step, by its letter."""
    trainer = e.trainer
    methods = methods_of(trainer.hyperparameters, e.session.strengths, matched)
    letters = {"plain": "p", "matched": "m"} | {name: entry.letter for name, entry in REGULARIZERS.items()}
    by_letter = {}
    for method in methods:
        by_letter[letters[method.key]] = t = ls.Trainer(trainer.data, method.hyperparameters)
        t.step(step)
    return by_letter


def assert_shown(
    e: Explorer,
    step: int,
    sample: int | None,
    node: str = "o1",
    part: str = "test",
    matched: tuple[str, float] | None = None,
) -> None:
    """Both tables against Trainers of their own."""
    expected = trainers(e, step, matched)
    deltas = rows(e, "#method_deltas")
    assert list(deltas) == list(expected)
    for letter, t in expected.items():
        right, shown = t.deltas(sample).node(node), deltas[letter]
        assert shown["name"] == NAMES[letter]
        assert shows(shown["δ"], right.signal), (letter, shown, right)
        if "+reg." in shown:
            assert shows(shown["+reg."], sum(right.added.values()) if right.added else None)
        assert shows(shown["η·δ"], right.move)
        assert shows(shown["slope"], right.slope)
        assert shows(shown["‖w‖"], right.norm)
        assert shows(shown["Δ‖w‖"], right.norm_changes.now)
        if right.class_name:
            assert shows(shown["t"], right.target)
            assert shows(shown["t′"], right.soft_target)
            assert shows(shown["o"], right.output)
            assert shows(shown["t′−o"], right.soft_error)
        else:
            assert shows(shown["h"], right.output)
            assert shows(shown["Σw·δ"], right.incoming)
    if not e.find("#scores").region.height:
        return
    scores, X = rows(e, "#scores"), getattr(e.trainer.data, f"X_{part}")
    says = {letter: t.network.forward(X).logits.argmax(axis=1) for letter, t in expected.items()}
    for letter, shown in scores.items():
        t = expected[letter]
        measured = t.evaluate(part)
        for name in ("train", "test"):
            accuracy = t.evaluate(name).accuracy
            assert shown[name] == format_share(accuracy, len(getattr(t.data, f"y_{name}")))
        for heading, name in {"NLL": "nll", "ECE": "ece", "conf": "mean_confidence", "gap": "logit_gap"}.items():
            assert shows(shown[heading], measured[name]), (letter, heading, shown, measured[name])
        assert shows(shown["‖W‖"], t.history["weight_norm"].values[-1])
        alike = np.mean(says[letter] == says["s"])
        assert shown["agree"] == ("—" if letter == "s" else format_share(alike, len(X)))
