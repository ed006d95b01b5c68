"""The top line: what is trained, and where the run stands."""

from rich.text import Text
from textual.widget import Widget

from lsexplorer.data.files import shown
from lsexplorer.nn.losses import LOSSES
from lsexplorer.render.numbers import format_count, format_epoch, format_setting
from lsexplorer.tui.model.frame import RunFrame


class StatusBar(Widget):
    """Name, data, network, loss, optimiser, seed on the left; step, epoch and state on the right."""

    DEFAULT_CSS = """
    StatusBar { height: 1; padding: 0 1; background: $primary 30%; }
    """
    _frame: RunFrame | None = None
    title = "lsexplorer"
    _speed: int | None = None

    def show_frame(self, frame: RunFrame, speed: int | None) -> None:
        """Show what a frame says of the run; speed: steps a second that were chosen, None for the fastest."""
        self._frame, self._speed = frame, speed
        self.refresh()

    def render(self) -> Text:
        """The left part shortened to what fits."""
        frame = self._frame
        if frame is None:
            return Text(self.title, style="bold")
        right = f"step {frame.step:,} · epoch {format_epoch(frame.epoch)} · {self._state(frame)}"
        room = self.size.width - len(right) - 2
        text = Text(self.title, style="bold")
        for part in self._parts(frame):
            if len(text.plain) + len(part) + 3 > room:
                break
            text.append(("   " if text.plain == self.title else " · ") + part, style="not bold")
        return text.append(" " * max(1, self.size.width - len(text.plain) - len(right))).append(right, style="bold")

    @staticmethod
    def _parts(frame: RunFrame) -> list[str]:
        hp = frame.hp
        network = "-".join(map(str, frame.sizes)) + (f" {hp.activation}" if hp.hidden else "")
        rate = f"η {format_setting(hp.learning_rate)}"
        optimizer = (
            "Adam" if hp.optimizer == "adam" else "SGD" + (f" μ {format_setting(hp.momentum)}" if hp.momentum else "")
        )
        return [
            frame.data_name + (f", class '{shown(frame.class_column, 20)}'" if frame.class_column else ""),
            network,
            f"{hp.output} + {LOSSES[hp.loss].label}",
            f"{optimizer} {rate}",
            f"seed {hp.seed}",
        ]

    def _state(self, frame: RunFrame) -> str:
        chosen = "" if self._speed is None else f"{self._speed}/s"
        if frame.rate is None:
            return "paused" + (f" ({chosen})" if chosen else "")
        return f"▶ {format_count(frame.rate)}/s"
