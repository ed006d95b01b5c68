"""The files that were opened before: a list in the person's state folder."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from lsexplorer.data import LoadOptions
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.tui.open.fields import FIELDS

MAX_FILES = 12
_MAX_BYTES = 2**18


@dataclass(frozen=True)
class Recent:
    """A file that was opened before."""

    path: str
    """Absolute."""
    options: LoadOptions
    """What was said of how to read it: those of FIELDS."""


def recent_files() -> list[Recent]:
    """The files opened before that are still there, the last one first; none where the list cannot be read."""
    try:
        with _list_file().open("rb") as file:
            entries = json.loads(file.read(_MAX_BYTES))
        files = [Recent(entry["path"], LoadOptions.from_dict(entry["options"])) for entry in entries]
        return [file for file in files if os.path.isabs(file.path) and os.path.isfile(file.path)][:MAX_FILES]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):  # not ours, or damaged
        return []


def remember(path: str, options: LoadOptions) -> None:
    """Put a file in front of the list; a list that cannot be written is done without."""
    path = os.path.abspath(os.path.expanduser(path))
    files = [Recent(path, options), *(file for file in recent_files() if file.path != path)][:MAX_FILES]
    text = json.dumps([{"path": file.path, "options": given(file.options)} for file in files], indent=1)
    with suppress(OSError, InputError):
        _list_file().parent.mkdir(parents=True, exist_ok=True)
        with written(_list_file()) as out:
            out.write(text.encode())


def given(options: LoadOptions) -> dict[str, Any]:
    """The options of FIELDS that are not as they are by default."""
    default = LoadOptions()
    return {name: getattr(options, name) for name in FIELDS if getattr(options, name) != getattr(default, name)}


def _list_file() -> Path:
    return user_state_path("lsexplorer", appauthor=False) / "recent.json"
