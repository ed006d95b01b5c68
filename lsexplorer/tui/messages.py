"""Messages from the free run to the screen."""

from textual.message import Message

from lsexplorer.tui.frame import Frame


class FrameReady(Message):
    """The free run has a new frame; a newer one takes the place of one not yet shown."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A frame that was not shown yet is out of date."""
        return isinstance(message, FrameReady)


class RunEnded(Message):
    """The free run came to its end: what there is to say, and whether it is bad news."""

    def __init__(self, text: str, error: bool = False) -> None:
        self.text, self.error = text, error
        super().__init__()
