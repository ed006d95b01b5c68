"""The runs of a program that may end in the midst of them, kept for its next start.

Each program has a folder of its own below the person's state folder, locked as long as it lives, with a run file for
each run. A folder whose lock is free is that of a program that ended otherwise than by being left.
"""

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from platformdirs import user_state_path

from lsexplorer.data.files import shown
from lsexplorer.data.locks import try_lock
from lsexplorer.errors import InputError
from lsexplorer.run import Trainer
from lsexplorer.run.record import RunRecord
from lsexplorer.run.runfile import write_record

SECONDS = 3.0
"""At most so many seconds of work are lost."""
_MOST_BYTES = 2**26
_LOCK = "lock"


def _runs_folder() -> Path:
    return user_state_path("lsexplorer", appauthor=False) / "runs"


Due = tuple[int, RunRecord | None, object]
"""A run's number, what is to be written of it, None where it is no more, and the state that this is of."""


class Autosave:
    """The folder of this program. What cannot be written is done without: nobody has asked for it."""

    def __init__(self) -> None:
        self._folder = _runs_folder() / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = -1
        self._written: dict[int, object] = {}
        self._writing = Lock()
        self._failed = False

    @property
    def holds(self) -> bool:
        """Whether what was due last is written, so that the next start offers it."""
        return self._lock >= 0 and not self._failed

    def due(self, trainers: Sequence[Trainer]) -> list[Due]:
        """What must be written: each run that has changed since, by its number, and each that is no more."""
        records: list[Due] = []
        for number, trainer in enumerate(trainers):
            state = id(trainer), trainer.step_count, trainer.events, trainer.hyperparameters
            if self._written.get(number) != state and (trainer.step_count or trainer.events):
                try:
                    records.append((number, trainer.record(), state))
                except InputError:  # a run that has no run file
                    self._written[number] = state
        return records + [(number, None, None) for number in self._written if number >= len(trainers)]

    def write(self, records: Sequence[Due]) -> None:
        """Write what is due; it may be called in a thread."""
        if not records:
            return
        with self._writing:
            try:
                self._write(records)
                self._failed = False
            except (OSError, InputError):
                self._failed = True

    def _write(self, records: Sequence[Due]) -> None:
        if self._lock < 0:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try_lock(self._lock)
        for number, record, state in records:
            file = self._folder / f"{number}.json"
            if record is None:
                file.unlink(missing_ok=True)
                self._written.pop(number, None)
            else:
                write_record(record, file)
                self._written[number] = state

    def let_go(self) -> None:
        """Leave the folder to the next start, as the end of the process does."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def clear(self) -> None:
        """The program was left: nothing is to be offered."""
        if self._lock >= 0:
            self.let_go()
            shutil.rmtree(self._folder, ignore_errors=True)


@dataclass(frozen=True)
class Leftover:
    """A run of a program that ended in the midst of it."""

    file: Path
    name: str
    """Of its data."""
    steps: int
    changed: float
    """When it was written, in seconds since 1970."""

    @property
    def text(self) -> str:
        """In words."""
        when = time.strftime("%d %B, %H:%M", time.localtime(self.changed))
        return f"{self.name}, step {self.steps:,}, {when.lstrip('0')}"

    def remove(self) -> None:
        """It was opened, or is not wanted."""
        with suppress(OSError):
            self.file.unlink()
        if not list(self.file.parent.glob("*.json")):
            shutil.rmtree(self.file.parent, ignore_errors=True)


def leftovers() -> list[Leftover]:
    """The runs of programs that are no more, the newest first."""
    return sorted(_leftovers(), key=lambda leftover: -leftover.changed)


def _leftovers() -> Iterator[Leftover]:
    with suppress(OSError):
        for file in _runs_folder().glob("*/*.json"):
            with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):  # damaged, or just removed
                if _is_abandoned(file.parent) and file.stat().st_size < _MOST_BYTES:
                    run = json.loads(file.read_bytes())
                    yield Leftover(file, shown(run["data"]["name"], 40), int(run["steps"]), file.stat().st_mtime)


def _is_abandoned(folder: Path) -> bool:
    handle = os.open(folder / _LOCK, os.O_RDWR)
    try:
        return try_lock(handle)
    finally:
        os.close(handle)
