"""What the explorer says after an action."""

from typing import Any

from lsexplorer.nn.targets import on_off
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.tui.model.frame import Frame

WELCOME = (
    "Space trains one step. s switches label smoothing on, l L2: see the right-hand columns. ? explains, t is a tour."
)
REGULARIZER_NAMES = {"label_smoothing": "Label smoothing", "l2": "L2", "l1": "L1", "weight_decay": "Weight decay"}

NO_TOUR = "t begins the tour; this key is for its stops."
NO_OFFER = "e does nothing here: the question says what to press. . goes to the next stop."
TOUR_BEGINS = "This is the first stop. t goes back to your own run."
TOUR_ENDS = "This was the last stop. t goes back to your own run; , to the stop before."
NOTHING_KEPT = "K keeps the run of a stop of the tour; t begins the tour."


def tour_begun(name: str, step: int) -> str:
    """When a stop takes the place of the person's own run."""
    return f"Your own run ({name}, step {step:,}) waits untouched: t or Esc goes back to it."


def tour_left(step: int) -> str:
    """When the own run is back."""
    return f"Your own run again, at step {step:,}. t goes on with the tour where you left it."


def stop_kept(name: str, step: int) -> str:
    """When a stop's run stays; name and step: of the own run."""
    return f"This run is yours now. The one you had ({name}, step {step:,}) is kept too, until you quit: K goes to it."


def run_taken_up(here: tuple[str, int], there: tuple[str, int]) -> str:
    """When a kept run takes the place of another: name and step of it, and of the one that K brings next."""
    (name, step), (other, at) = here, there
    return f"This is your run on {name}, step {step:,}. K goes to the one on {other}, step {at:,}."


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


def taken(name: str, step: int, seed: int) -> str:
    """After a method came into the explorer."""
    return f"This is now the run of {name}, from step 0 to {step:,} with seed {seed}."
