"""Which Dask scheduler works, as Dask's own commands say it: a file that it wrote, or a variable of the environment."""

import json
import os
from pathlib import Path

from lsexplorer.data.files import check_file, label, opened, shown
from lsexplorer.errors import InputError

VARIABLE = "DASK_SCHEDULER_ADDRESS"
"""Holds the address of the scheduler where none is named."""


def address_in(path: str | os.PathLike[str]) -> str:
    """The address in the file of ``dask scheduler --scheduler-file FILE``; raises InputError where there is none."""
    file = Path(os.path.expanduser(path))
    check_file(file)
    with opened(file) as stream:
        text = stream.read()
    try:
        address = json.loads(text)["address"]
    except (ValueError, KeyError, TypeError):
        address = None
    if not isinstance(address, str):
        raise InputError(f"{label(file)} is no scheduler file: `dask scheduler --scheduler-file FILE` writes one")
    return shown(address, 200)


def address_in_environment() -> str | None:
    """The address in DASK_SCHEDULER_ADDRESS; None where there is none."""
    return os.environ.get(VARIABLE) or None
