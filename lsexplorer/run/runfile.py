"""The run file: a run as JSON that replays bit for bit on the same machine.

{"format": "lsexplorer run", "version": 2, "data": {"name", "sha256", "source", "options"}, "hyperparameters": {…},
 "events": [{"step", "changes": {name: [old, new]}, "parameters": null or [numbers]}], "steps": 128,
 "end": {"sha256", "norms", "numpy", "blas", "parameters"}}

Version 1 had no "end". Programs that read version 1 refuse unknown keys; by the number they can say that the file is
newer.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from lsexplorer.data import BUILTINS, Dataset, LoadOptions, load_dataset
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output, written
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.limits import LIMITS
from lsexplorer.run.ending import Ending
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.record import RunRecord
from lsexplorer.run.timeline import MAX_STEPS, Event

FORMAT, VERSION = "lsexplorer run", 2
MAX_BYTES = 256 * 2**20


class _Data(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    sha256: str
    source: str | None = None
    options: dict[str, Any] | None = None


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    step: int
    changes: dict[str, tuple[Any, Any]]
    parameters: list[float] | None = None


class _RunFile(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    version: int
    data: _Data
    hyperparameters: dict[str, Any]
    events: list[_Event]
    steps: int
    end: Ending | None = None


class _Header(msgspec.Struct):
    format: str = ""
    version: int = 0


def encode_record(record: RunRecord) -> bytes:
    """The contents of a run file."""
    run = _RunFile(
        FORMAT,
        VERSION,
        _data_of(record.data),
        record.hyperparameters.as_dict(),
        [
            _Event(event.step, dict(event.changes), None if event.parameters is None else list(event.parameters))
            for event in record.events
        ],
        record.steps,
        record.end,
    )
    return msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n"


def write_record(record: RunRecord, path: Path) -> None:
    """Write a run file atomically: the old file stays until the new one is whole."""
    text = encode_record(record)
    reads = files_read(record.data.source, record.data.options.test_file)
    with written(check_output(path, reads=reads, force=True)) as file:
        file.write(text)


def read_record(path: Path, data: Dataset | None = None) -> RunRecord:
    """Read a run file.

    data: the data set to use in place of the named one; its contents must be the same. Raises InputError, in one
    line, for a file that cannot be read, is no run file, or does not fit the data.
    """
    return decode_record(_read(path), path, data)


def decode_record(text: bytes, path: Path, data: Dataset | None = None) -> RunRecord:
    """The run in the contents of a run file; path: what messages call it, and beside which data are looked for."""
    run = _decode(text, path)
    with errors_of(path):
        return _record(run, data, path)


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Errors in the run of a file become InputErrors that name the file."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {_plain(str(error))}") from None
    except DivergenceError as error:
        raise InputError(f"{path}: cannot be replayed, {error}") from None


def _read(path: Path) -> bytes:
    if os.path.isdir(path):  # which, unlike Path.is_dir, answers for any name
        raise InputError(f"{path} is a directory, not a run file")
    if _is_pipe(path):  # which might never be opened
        raise InputError(f"{path} is a pipe, not a run file")
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)  # a device may have no end
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {_reason(error)}") from None
    if len(text) > MAX_BYTES:
        raise InputError(f"{path} is larger than any run file ({MAX_BYTES >> 20} MiB)")
    return text


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _decode(text: bytes, path: Path) -> _RunFile:
    try:
        header = msgspec.json.decode(text, type=_Header)
        if header.format != FORMAT:
            raise InputError(f"{path} is not an lsexplorer run file")
        if header.version > VERSION:
            raise InputError(
                f"{path} was written by a newer lsexplorer: run file version {header.version}, this one reads {VERSION}"
            )
        if header.version < 1:
            raise InputError(f"{path}: version must be 1 to {VERSION}, got {header.version}")
        return msgspec.json.decode(text, type=_RunFile)
    except msgspec.ValidationError as error:
        raise InputError(f"{path} is not a valid run file: {_plain(str(error))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path} is not a run file, or is damaged: {_plain(str(error))}") from None


def _plain(message: str) -> str:
    """A message in one line of at most 300 characters, whatever it quotes from the file."""
    line = " ".join(message.split())
    return line if len(line) <= 300 else line[:299] + "…"


def _reason(error: OSError | ValueError) -> str:
    """Why a file could not be opened; a ValueError is for a name with a null character."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def _data_of(data: Dataset) -> _Data:
    """What is needed to load the data again, with absolute paths; a stranger does not learn where files are."""
    options = data.options.as_dict()
    if options["test_file"] is not None:
        options["test_file"] = _absolute(options["test_file"])
    source = data.source if data.source in BUILTINS or not data.source else _absolute(data.source)
    return _Data(data.name, data.digest, source or None, options)


def _absolute(path: str) -> str:
    """The absolute path, with question marks for bytes that JSON cannot hold."""
    path = path if LIMITS.files is not None else str(Path(path).expanduser().resolve())
    return path.encode("utf-8", "replace").decode()


def _load_data(wanted: _Data, path: Path) -> Dataset:
    """Load the data set of a run; files that have moved are looked for beside the run file."""
    source, options = wanted.source or wanted.name, LoadOptions.from_dict(wanted.options or {}).as_dict()
    if wanted.source is None and source not in BUILTINS:
        raise InputError(f"the data '{source}' were no file; in Python, load_run(FILE, data=…) opens the run with them")
    if source not in BUILTINS:
        source = _located(source, path)
    if options["test_file"] is not None:
        options["test_file"] = _located(options["test_file"], path)
    return load_dataset(source, **options)


def _located(source: str, path: Path) -> str:
    """The file's name, or that of a file of the same name beside the run file if only that exists."""
    beside = path.parent / Path(source).name
    return str(beside) if not os.path.exists(source) and os.path.isfile(beside) else source


def _record(run: _RunFile, data: Dataset | None, path: Path) -> RunRecord:
    if not 0 <= run.steps <= MAX_STEPS:
        raise InputError(f"steps must be from 0 to {MAX_STEPS:,}, got {run.steps}")
    for event in run.events:
        if not 0 <= event.step <= run.steps:
            raise InputError(f"an event stands at step {event.step}, but the run has steps 0 to {run.steps}")
    if data is None:
        data = _load_data(run.data, path)
    if data.digest != run.data.sha256:
        raise InputError(f"the run was made on other data: the contents of '{run.data.name}' have changed since")
    events = [
        Event(event.step, event.changes, None if event.parameters is None else tuple(event.parameters))
        for event in run.events
    ]
    return RunRecord(data, Hyperparameters.from_dict(run.hyperparameters), tuple(events), run.steps, run.end)
