"""The tour's panel: what was found at this stop, and what is asked now."""

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from lsexplorer.tui.tour.step import Progress

KEYS = ", before · . next · T anew · K keep this run · t back to your own"
STRAYED = "This is no longer the stop's own run or row: T sets the stop up anew."


class TourPanel(Static):
    """A few lines, as many as the texts need."""

    DEFAULT_CSS = """
    TourPanel { height: auto; max-height: 10; border: round $accent; padding: 0 1; }
    """

    def show_progress(self, progress: Progress, place: int, places: int) -> None:
        """Show a stop, the one at ``place`` (from 0) of so many."""
        self.border_title = f"Tour {place + 1} of {places} · {progress.stop.title}"
        self.border_subtitle = KEYS
        said = progress.told
        asked = STRAYED if progress.strayed else progress.asked
        text = Text(said)
        if asked:
            text.append("\n" if said else "").append(f"▸ {asked}", Style(bold=True))
        if text != self.content:
            self.update(text)
