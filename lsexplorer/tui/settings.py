"""What the screen remembers from one start to the next: theme, folder and speed."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from platformdirs import user_state_path
from textual.app import App

from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.tui.model.session import DEFAULT_SPEED, SPEEDS

_MAX_BYTES = 2**16


@dataclass
class Settings:
    """A person's choices that no run holds."""

    theme: str = ""
    """A theme of Textual's, '' for its own choice."""
    folder: str = ""
    """The folder of the last file that was opened or written, '' for the working one."""
    speed: int | None = DEFAULT_SPEED
    """Of a free run in steps a second, None for as fast as possible."""


def last_folder(app: App[Any]) -> str:
    """Where files are looked for and written unless a folder is named, with a separator; '' for the working folder."""
    folder = getattr(app, "settings", Settings()).folder
    elsewhere = folder and not app.is_web and os.path.isdir(folder) and folder != os.getcwd()
    return os.path.join(folder, "") if elsewhere else ""


def note_folder(app: App[Any], path: str) -> None:
    """A file was opened or written."""
    getattr(app, "settings", Settings()).folder = os.path.dirname(os.path.abspath(os.path.expanduser(path)))


def load_settings() -> Settings:
    """What was remembered; the defaults in place of what cannot be read."""
    settings = Settings()
    with suppress(OSError, ValueError, TypeError, RecursionError):
        with _file().open("rb") as file:
            known = dict(json.loads(file.read(_MAX_BYTES)))
        for field in fields(Settings):
            value = known.get(field.name)
            if field.name == "speed" and field.name in known and value in SPEEDS:
                settings.speed = value
            elif field.name != "speed" and isinstance(value, str):
                setattr(settings, field.name, value)
    return settings


def remember_settings(settings: Settings) -> None:
    """Write them down; a file that cannot be written is done without."""
    with suppress(OSError, InputError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        with written(_file()) as out:
            out.write(json.dumps(asdict(settings), indent=1).encode())


def _file() -> Path:
    return user_state_path("lsexplorer", appauthor=False) / "settings.json"
