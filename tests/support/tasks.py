"""Jobs for processes in a test, in a module of their own: each process imports it, and so nothing that takes time."""

import os
import signal
from pathlib import Path

from lsexplorer.errors import InputError


def square(data: int, task: int, check: object) -> int:
    return data + task * task


def dies_once(data: str, task: int, check: object) -> int:
    """Kills its process the first time that task 3 is done by anybody."""
    mark = Path(data) / "died"
    if task == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def dies_always(data: str, task: int, check: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def fails(data: str, task: int, check: object) -> int:
    raise InputError(f"task {task} cannot be done")
