"""What the explorer says after an action."""

from typing import Any

from lsexplorer.data import BUILTINS, Dataset
from lsexplorer.data.files import counted
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import on_off
from lsexplorer.render.numbers import format_brief, format_setting
from lsexplorer.render.setting_words import setting_name, setting_value
from lsexplorer.run import Event
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.timeline import event_text

WELCOME = (
    "Space trains a step; s is smoothing, l L2: see the right-hand columns. 2 to 7 are pictures, t a tour, ? explains."
)


def understood(data: Dataset) -> str:
    """What a person should know of how their own file was read; '' for a built-in set."""
    if data.source in BUILTINS or not data.notes:
        return ""
    notes = counted(len(data.notes), "note", "notes")
    return f"{data.class_note} D has {notes} on the file; O reads it otherwise.".strip()


def switched(frame: Frame, name: str, suggested: bool = False) -> str:
    """After a regulariser was switched on or off; suggested: since its own strength was 0."""
    entry, value = REGULARIZERS[name], getattr(frame.hp, name)
    if not value:
        return f"{entry.title} is off from the next step on."
    text = f"{entry.title} {entry.symbol} = {format_setting(value)} is on from the next step on"
    text += ", as suggested: its own was 0" * suggested
    if name != "label_smoothing":
        return f"{text}."
    on_value, off_value = on_off(value, len(frame.class_names))
    return f"{text}: 1 → {format_brief(on_value)}, 0 → {format_brief(off_value)}."


def changed(name: str, value: Any, waits: bool = False) -> str:
    """After a live hyperparameter was changed; waits: the strength of a regulariser that is off."""
    words = setting_name(name)
    when = "once it is switched on" if waits else "from the next step on"
    return f"{words[:1].upper()}{words[1:]} is {setting_value(name, value)} {when}."


def stands(event: Event) -> str:
    """After a step back from where something was changed."""
    return f"What was changed there still stands: {event_text(event)}."


def taken(name: str, step: int, seed: int) -> str:
    """After a method came into the explorer."""
    return f"This is now the run of {name}, from step 0 to {step:,} with seed {seed}."


def chosen(row: int, trained: int, now: int) -> str:
    """After a row was chosen among the data; trained: the first step before which it is in the next batch."""
    if trained == now:
        return f"Row {row} is in the next batch; space trains on it."
    return f"Row {row} is in the batch after step {trained}: g {trained} goes there; space then trains on it."
