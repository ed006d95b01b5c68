"""The form in a test: its fields found by name, written into, chosen in, clicked on."""

from typing import Any

from lsexplorer.nn.losses import LOSSES
from lsexplorer.render.numbers import as_on_screen
from lsexplorer.run.hyperparameters import spec
from lsexplorer.tui.explorer.field_list import FieldList
from lsexplorer.tui.explorer.form_lines import Line
from tests.support.explorer import Explorer


async def go_to(e: Explorer, name: str) -> None:
    """Select a field."""
    fields = e.find(FieldList)
    fields.selected = name
    fields.focus()
    await e.rest()


async def write(e: Explorer, name: str, text: str, key: str = "enter") -> None:
    """Go to a field, write into it, and leave it with a key."""
    await go_to(e, name)
    await e.press("right")
    await e.type(text)
    await e.press(key)


async def choose(e: Explorer, name: str, value: Any) -> None:
    """Go to a field of choices, open it, and choose by the keyboard."""
    await go_to(e, name)
    await e.press("right", "home", *["down"] * spec(name).choices.index(value), "enter")
    assert shown(e, name) == (LOSSES[value].short if name == "loss" else value)


async def click(e: Explorer, name: str, column: int) -> None:
    """Click on a field's line."""
    fields = e.find(FieldList)
    at = [line.name for line in fields.lines].index(name)
    await e.click(column, at, "FieldList")


def line(e: Explorer, name: str) -> Line:
    """A field's line."""
    return next(line for line in e.find(FieldList).lines if line.name == name)


def shown(e: Explorer, name: str) -> str:
    """What a field shows."""
    return line(e, name).value


def waiting(e: Explorer) -> list[str]:
    """The fields whose values wait for Enter."""
    return [line.name for line in e.find(FieldList).lines if line.waits]


def problem(e: Explorer) -> str:
    """What is said to be wrong below the field, on the screen as a whole."""
    shown = e.find("Form Problem")
    if not shown.display:
        return ""
    if e.find("Form").display:
        area, text = "".join(e.area("Form Problem").split()), as_on_screen(shown.text)
        assert area == "".join(text.split()), (area, text)
        assert shown.region.y == e.find("#editor").region.bottom or shown.region.bottom == e.find("#editor").region.y
    return str(shown.text)
