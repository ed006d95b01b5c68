"""What a folder of answers says of their making: it is read for notes alone, and names no code that is run."""

import contextlib
from importlib.metadata import version
from pathlib import Path

import msgspec

from lsexplorer.data.files import cannot, label
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.study.answers.layout import SETTINGS
from lsexplorer.study.train_function.functions import Function

SHOWN = 8
"""Characters of a digest in a note."""


class Settings(msgspec.Struct):
    """The settings file of a folder."""

    trainer: str
    """What the function is called."""
    sha256: str
    """The digest of its file when the first answers were made."""
    lsexplorer: str
    """The version that made them."""
    repeat: float | None = None
    """By how much the answers of a recipe that was trained twice differ, once that is known."""


def opened(folder: Path, function: Function) -> tuple[Settings, list[str]]:
    """The settings of a folder, which is made where there is none, and notes of what has changed since.

    Raises InputError for a folder that cannot be made or written to.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{label(folder)} is a file: give the name of a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot("write", folder, error) from None
    now = Settings(function.label, function.digest, version("lsexplorer"))
    then = now
    with contextlib.suppress(OSError, msgspec.MsgspecError):  # it is no more than a note
        then = msgspec.json.decode((folder / SETTINGS).read_bytes(), type=Settings)
    if then is now:
        keep(folder, now)
    if then.trainer != now.trainer:
        return then, [f"the first answers in {label(folder)} are those of {then.trainer}, and now it is {now.trainer}"]
    if then.sha256 != now.sha256:
        digests = f"{then.sha256[:SHOWN]} then, {now.sha256[:SHOWN]} now"
        return then, [
            f"{now.trainer} has changed since the first answers in {label(folder)} were made (SHA-256 {digests}): "
            "they were not made anew"
        ]
    return then, []


def keep(folder: Path, settings: Settings) -> None:
    """Write the settings of a folder."""
    with written(folder / SETTINGS) as file:
        file.write(msgspec.json.format(msgspec.json.encode(settings)) + b"\n")
