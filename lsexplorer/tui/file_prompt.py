"""Asks for a file to write."""

import os
from collections.abc import Callable
from pathlib import Path

from lsexplorer.data.files import cannot, label
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.tui.prompt import Prompt


class FilePrompt(Prompt):
    """Asks for a name and hands it to ``write``; makes its folder, and replaces a file only if asked twice."""

    def __init__(
        self, question: str, hint: str, name: str, endings: tuple[str, ...], write: Callable[[str], None]
    ) -> None:
        """endings: those that the name may have. write: takes the path."""
        super().__init__(question, hint, self._accepted, name)
        self._endings, self._write = endings, write
        self._replacing = ""

    own = ""
    """A file that may be replaced without asking."""

    def _accepted(self, text: str) -> None:
        path = os.path.expanduser(text.strip())
        if not path:
            raise InputError(f"a file needs a name, such as run{self._endings[0]}")
        if not path.lower().endswith(self._endings):
            raise InputError(f"the name must end in {' or '.join(self._endings)}")
        if Path(path).is_file() and path not in (self.own, self._replacing):
            self._replacing = path
            raise InputError(f"{path} exists; Enter once more replaces it")
        folder = Path(path).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot("make the folder", folder, error) from None
        self._write(path)


def write_text(path: str, text: str) -> None:
    """Write a file; raises InputError if it cannot be written."""
    with written(path) as file:
        file.write(text.encode())


def written_as(*paths: str) -> str:
    """The sentence that says where something was written."""
    return f"Written to {' and '.join(label(Path(os.path.abspath(path))) for path in paths)}."
