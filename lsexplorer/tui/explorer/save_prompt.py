"""Saves the run under a name that is asked for."""

from collections.abc import Callable

from lsexplorer.tui.file_prompt import FilePrompt, write_files
from lsexplorer.tui.model.session import Session


class SavePrompt(FilePrompt):
    """Asks for a file and writes the session's run to it."""

    def __init__(self, session: Session, say: Callable[[str], None]) -> None:
        """say: takes the sentence that tells what was saved."""

        def save(path: str) -> None:
            if self.app.is_web:
                write_files(self.app, {path: session.run_text()})
            else:
                session.save(path)
            say(f"Saved {session.step_count} steps as {path}.")

        name = session.path or f"{session.data.name}-run.json"
        super().__init__("Save the run as", "`lsexplorer FILE` opens it again", name, (".json",), save)
        self.own = session.path
