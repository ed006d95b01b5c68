"""What the explorer says after an action."""

from typing import Any

from lsexplorer.nn.targets import on_off
from lsexplorer.tui.frame import Frame
from lsexplorer.tui.numbers import number, short

WELCOME = "Space trains one step. s switches label smoothing on and l L2: compare the right-hand columns. ? explains."
REGULARIZER_NAMES = {"label_smoothing": "Label smoothing", "l2": "L2", "l1": "L1", "weight_decay": "Weight decay"}


def switched(frame: Frame, name: str) -> str:
    """After a regulariser was switched on or off."""
    title, value = REGULARIZER_NAMES[name], getattr(frame.hp, name)
    if not value:
        return f"{title} is off from the next step on."
    if name != "label_smoothing":
        return f"{title} λ = {short(value)} is on from the next step on."
    on_value, off_value = on_off(value, len(frame.class_names))
    values = f"1 becomes {number(on_value, 6)}, 0 becomes {number(off_value, 6)}"
    return f"{title} a = {short(value)} is on from the next step on: {values}."


def changed(name: str, value: Any) -> str:
    """After a live hyperparameter was changed."""
    shown = short(value) if isinstance(value, float) else "off" if value is None else str(value)
    if name in REGULARIZER_NAMES:
        return f"{REGULARIZER_NAMES[name]}: {shown}."
    return f"{name} is {shown} from the next step on."


def diverged(step: int, error: Exception) -> str:
    """After the numbers overflowed: what happened, and what to press."""
    return f"Stopped at step {step}, the last finite one: {error}. b goes back, f lets you lower η, 0 resets."
