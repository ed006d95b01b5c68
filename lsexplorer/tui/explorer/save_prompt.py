"""Saves the run under a name that is asked for."""

import os
from collections.abc import Callable
from pathlib import Path

from lsexplorer.errors import InputError
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.prompt import Prompt


class SavePrompt(Prompt):
    """Asks for a file and writes the session's run to it; replaces another file only if asked twice."""

    def __init__(self, session: Session, say: Callable[[str], None]) -> None:
        """say: takes the sentence that tells what was saved."""
        name = session.path or f"{session.data.name}-run.json"
        super().__init__("Save the run as", "`lsexplorer FILE` opens it again", self._save, name)
        self._session, self._say = session, say
        self._replacing = ""

    def _save(self, text: str) -> None:
        path = os.path.expanduser(text.strip())
        if not path:
            raise InputError("a file needs a name, such as run.json")
        if not path.lower().endswith(".json"):
            raise InputError("the name must end in .json, or `lsexplorer FILE` takes it for a data set")
        if Path(path).is_file() and path not in (self._session.path, self._replacing):
            self._replacing = path
            raise InputError(f"{path} exists; Enter once more replaces it")
        self._session.save(path)
        self._say(f"Saved {self._session.step_count} steps as {path}.")
