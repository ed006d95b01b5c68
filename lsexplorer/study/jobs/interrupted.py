"""Ctrl-C in a study."""

from typing import Any


class Interrupted(KeyboardInterrupt):
    """Ctrl-C stopped a study; ``answer`` is what it found by then, or None where that says nothing yet."""

    answer: Any

    def __init__(self, study: str, answer: Any) -> None:
        """study: what was stopped, in a sentence."""
        super().__init__(f"the {study} was interrupted")
        self.answer = answer
