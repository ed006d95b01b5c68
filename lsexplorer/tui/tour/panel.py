"""The tour's panel: the last answer, and the open question."""

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from lsexplorer.tui.tour.step import Progress
from lsexplorer.tui.tour.steps import STEPS

KEYS = ", back · . next · T restart · K keep this run · t your own run"
OFF_TRACK = "This is no longer the run or the sample of this step: T starts the step again."


class TourPanel(Static):
    """As many lines as the texts need."""

    DEFAULT_CSS = """
    TourPanel { height: auto; max-height: 10; border: round $accent; padding: 0 1; }
    """

    def show_progress(self, progress: Progress, number: int) -> None:
        """Show a step of the tour; number: its place, from 1."""
        self.border_title = f"Tour {number} of {len(STEPS)} · {progress.step.title}"
        self.border_subtitle = KEYS
        question = OFF_TRACK if progress.off_track else progress.question_text
        text = Text(progress.answer)
        if question:
            text.append("\n" if progress.answer else "").append(f"▸ {question}", Style(bold=True))
        if text != self.content:
            self.update(text)
