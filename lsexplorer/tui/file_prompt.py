"""Asks for a file to write; in a browser the file is the visitor's, and no folder of this machine is looked at."""

import os
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult

from lsexplorer.data.files import cannot, label
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.settings import last_folder, note_folder


class FilePrompt(Prompt):
    """Asks for a name and hands it to ``write``; makes its folder, and replaces a file only if asked twice."""

    def __init__(
        self, question: str, hint: str, name: str, endings: tuple[str, ...], write: Callable[[str], None]
    ) -> None:
        """endings: those that the name may have. write: takes the path."""
        super().__init__(question, hint, self._accepted, name)
        self._endings, self._write = endings, write
        self._replacing = ""

    def compose(self) -> ComposeResult:
        """As any prompt; a name without a folder is in the one where the last file was."""
        if self._value and not os.path.dirname(self._value):
            self._value = last_folder(self.app) + self._value
        yield from super().compose()

    own = ""
    """A file that may be replaced without asking."""

    def _accepted(self, text: str) -> None:
        path = text.strip() if self.app.is_web else os.path.expanduser(text.strip())
        if not path:
            raise InputError(f"a file needs a name, such as run{self._endings[0]}")
        if not path.lower().endswith(self._endings):
            raise InputError(f"the name must end in {' or '.join(self._endings)}")
        if self.app.is_web:
            self._write(path)
            return
        if Path(path).is_file() and path not in (self.own, self._replacing):
            self._replacing = path
            raise InputError(f"{path} exists; Enter once more replaces it")
        folder = Path(path).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot("make the folder", folder, error) from None
        self._write(path)
        note_folder(self.app, path)


def write_files(app: App[Any], contents: Mapping[str, bytes]) -> str:
    """Write files, or deliver them to the browser; the sentence that says so.

    contents: by path. Raises InputError where a file cannot be written.
    """
    if not app.is_web:
        for path, content in contents.items():
            with written(path) as file:
                file.write(content)
        return written_as(*contents)
    names = [Path(path).name for path in contents]
    for name, content in zip(names, contents.values(), strict=True):
        app.deliver_binary(
            BytesIO(content), save_directory=".", save_filename=name, mime_type="application/octet-stream"
        )
    return f"Sent to your browser: {' and '.join(label(Path(name)) for name in names)}."


def written_as(*paths: str) -> str:
    """The sentence that says where something was written."""
    return f"Written to {' and '.join(label(Path(os.path.abspath(path))) for path in paths)}."
