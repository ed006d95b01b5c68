"""The timeline: where the run stands on its path, and what was changed where. A click goes there."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.setting_words import setting_name, setting_value
from lsexplorer.run import Event
from lsexplorer.tui.model.frame import RunFrame

EVENT_LETTERS = {name: entry.letter for name, entry in REGULARIZERS.items()} | {"learning_rate": "η", "loss": "L"}


SHORTEST_TRACK = 24
"""Characters that a note leaves to the track."""


class Timeline(Widget):
    """One line: ◂━━━s━━━━●┄┄┄▸ and the step."""

    DEFAULT_CSS = """
    Timeline { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    """
    HELP = "The steps of this run; letters mark changes. Click to go to a step."

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: int

    _frame: RunFrame | None = None

    def show_frame(self, frame: RunFrame) -> None:
        """Show where a frame stands."""
        self._frame = frame
        self.refresh()

    def render(self) -> Content:
        """The track, marks, and the present step against the last one."""
        frame = self._frame
        if frame is None:
            return Content()
        end = f" step {frame.step:,}" + (f" of {frame.furthest:,}" if frame.furthest > frame.step else "")
        last = frame.events[-1] if frame.events else None
        note = f"  {event_text(last)}" if last else ""
        room = max(10, self.size.width - len(end) - 2)
        note = note if len(note) < room - SHORTEST_TRACK else ""
        self._track = max(8, room - len(note))
        here = self._place(frame.step)
        cells = ["━" if i <= here else "┄" for i in range(self._track)]
        for event in frame.events:
            cells[self._place(event.step)] = event_letter(event)
        before, after = "".join(cells[:here]), "".join(cells[here + 1 :])
        return Content.assemble("◂", before, ("●", "bold"), after, "▸", (end, "bold"), note)

    def on_click(self, click: events.Click) -> None:
        """Go to the step under the mouse."""
        offset = click.get_content_offset(self)
        if self._frame and offset is not None and 1 <= offset.x <= self._track:
            self.post_message(self.Chosen(round((offset.x - 1) / (self._track - 1) * self._frame.furthest)))

    def _place(self, step: int) -> int:
        furthest = self._frame.furthest if self._frame else 0
        return round(step / furthest * (self._track - 1)) if furthest else 0

    _track = 8


def event_text(event: Event) -> str:
    """What was changed where, in words."""
    if not event.changes:
        return f"weights edited at step {event.step:,}"
    parts = [
        f"{setting_name(name)} {setting_value(name, old)} → {setting_value(name, new)}"
        for name, (old, new) in event.changes.items()
    ]
    return f"{', '.join(parts)} at step {event.step:,}"


def event_letter(event: Event) -> str:
    """A letter for what was changed: a regulariser's own, w for weights edited by hand, * for anything else."""
    if event.parameters is not None:
        return "w"
    letters = [EVENT_LETTERS.get(name, "*") for name in event.changes]
    return letters[0] if len(letters) == 1 else "*"
