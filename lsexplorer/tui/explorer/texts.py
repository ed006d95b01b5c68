"""What the explorer says after an action."""

from typing import Any

from lsexplorer.nn.targets import on_off
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.tui.model.frame import Frame

WELCOME = (
    "Space trains one step. s switches label smoothing on, l L2: see the right-hand columns. ? explains, t is a tour."
)
REGULARIZER_NAMES = {"label_smoothing": "Label smoothing", "l2": "L2", "l1": "L1", "weight_decay": "Weight decay"}


def switched(frame: Frame, name: str) -> str:
    """After a regulariser was switched on or off."""
    title, value = REGULARIZER_NAMES[name], getattr(frame.hp, name)
    if not value:
        return f"{title} is off from the next step on."
    if name != "label_smoothing":
        return f"{title} λ = {format_setting(value)} is on from the next step on."
    on_value, off_value = on_off(value, len(frame.class_names))
    values = f"1 becomes {format_number(on_value, 6)}, 0 becomes {format_number(off_value, 6)}"
    return f"{title} a = {format_setting(value)} is on from the next step on: {values}."


def changed(name: str, value: Any, waits: bool = False) -> str:
    """After a live hyperparameter was changed; waits: the strength of a regulariser that is off."""
    shown = format_setting(value) if isinstance(value, float) else "off" if value is None else str(value)
    if name in REGULARIZER_NAMES:
        return f"{REGULARIZER_NAMES[name]}: {shown}{' once it is switched on' if waits else ''}."
    return f"{name} is {shown} from the next step on."


def introduced(changes: int) -> str:
    """When the comparison opens; changes: events in the past of the explorer's run."""
    if not changes:
        return "Every arm has one regulariser alone, and all else as in the explorer."
    return (
        "Every arm has one regulariser alone, and all else as the explorer has it now, from step 0 on: "
        f"{_changes(changes)} made there on the way {'is' if changes == 1 else 'are'} not repeated."
    )


def replaces(step: int, changes: int, name: str, to: int) -> str:
    """Before an arm takes the place of the explorer's run."""
    made = f", {_changes(changes)}" if changes else ""
    return (
        f"Enter again puts {name} at step {to:,} into the explorer; its own run ({step:,} steps{made}) is gone then, "
        "unless saved (Esc, w)."
    )


def taken(name: str, step: int, seed: int) -> str:
    """After an arm came into the explorer."""
    return f"This is now the run of {name}, from step 0 to {step:,} with seed {seed}."


def every_arm_lost() -> str:
    """Where no arm can train on."""
    return "Every arm has overflowed. b goes back; in the explorer f lets you lower η."


def matching(a: float, phase: str = "starting", done: int = 0, total: int = 0) -> str:
    """While a match is under way; total: networks to train, 0 where that is not known yet."""
    cells = round(12 * done / total) if total else 0
    bar = "━" * cells + "┄" * (12 - cells)
    counts = f", {done:,} of {total:,}" if total else ""
    return f"Matching L2 to a = {format_setting(a)}  {bar} {phase}{counts} · m cancels"


def matched(strength: float) -> str:
    """After a match that found a strength."""
    return f"Matched L2, λ = {strength:.3g}, is an arm now, trained as far as the others. m shows the verdict."


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'}"


def diverged(step: int, error: Exception) -> str:
    """After the numbers overflowed: what happened, and what to press."""
    return f"Stopped at step {step}, the last finite one: {error}. b goes back, f lets you lower η, 0 resets."
