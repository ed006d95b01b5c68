"""The explorer in a browser: nothing of it is on this machine's disk, and what it writes goes to the visitor."""

import os

from textual import events
from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.message import Message

from lsexplorer.run import Trainer
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.model.session import DEFAULT_SPEED
from lsexplorer.tui.open.shared import RunGiven


class ServedDriver(WebDriver):
    """Textual's driver for browsers, which ends with the server, whose size the server alone sets."""

    def __init__(
        self, app: App[None], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._explorer = app

    def process_message(self, message: Message) -> None:
        """Pass on what was typed; a terminal's report of its size could be typed too, and of any size."""
        if not isinstance(message, events.Resize):
            super().process_message(message)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Take a message from the server."""
        if packet_type == "run":
            self._explorer.post_message(RunGiven(str(payload["text"])))
        else:
            super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        """Read what the server sends; where that ends without a farewell, the server is no more."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            os._exit(1)


def run_served(trainer: Trainer) -> int:
    """Run the explorer in a browser until it is left; the exit status."""
    app = ExplorerApp(trainer)
    app.session.speed = DEFAULT_SPEED
    app.run()
    return app.return_code or 0
