"""What results there are, and where: a folder of .npz files, an index of such files, or one long table."""

import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.data.files import cannot, check_file, label, shown
from lsexplorer.errors import InputError
from lsexplorer.study.answers.answer import Answer, CheckedAnswer
from lsexplorer.study.answers.files import read_answer
from lsexplorer.study.answers.layout import DIVERGED, PLAIN_METHOD, TUNING_FOLDER, method_name

_FILE = re.compile(r"seed-(\d{1,18})(?:-split-(\d{1,9}))?$")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}$")
_INDEX, _LONG = ("file", "method", "seed"), ("method", "seed", "row", "y")
_TORCH = "logits=logits.detach().cpu().numpy()"
_REFUSED = {
    **dict.fromkeys((".pt", ".pth"), ("may hold code and is never read", _TORCH)),
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), ("is a pickle, may hold code and is never read", "logits=z")),
    ".npy": ("is a single array", "logits=z"),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), ("is not read", "probabilities=model.predict(X)")),
}
"""What is said of the files of a kind, and how the outputs are saved instead."""


class Method(NamedTuple):
    """What networks were trained with."""

    name: str
    strength: float = 0.0

    @property
    def text(self) -> str:
        """As its folder is called: "l2=0.008"."""
        return method_name({} if self.name == PLAIN_METHOD else {self.name: self.strength})


class Found(NamedTuple):
    """The answers of a network."""

    name: str
    """Where they are, for messages."""
    read: Callable[[], CheckedAnswer]


Cell = tuple[int, int]
"""Seed and split."""


@dataclass
class Runs:
    """Networks by method, seed and split."""

    subject: str
    networks: dict[Method, dict[Cell, Found]] = field(default_factory=dict)
    diverged: dict[Method, list[int]] = field(default_factory=dict)
    """Seeds of which it is known that training diverged."""

    def add(self, method: Method, seed: int, split: int, found: Found) -> None:
        """Take a network; raises InputError for a second one of the same method, seed and split."""
        cells = self.networks.setdefault(method, {})
        if (seed, split) in cells:
            raise InputError(f"{found.name} and {cells[seed, split].name} are the same method, seed and split")
        cells[seed, split] = found


def parse_method(text: str, where: str = "") -> Method:
    """The method of a folder's name, or of a cell; raises InputError for any other text."""
    name, equals, strength = text.strip().partition("=")
    if name == PLAIN_METHOD and not equals:
        return Method(PLAIN_METHOD)
    try:
        value = float(f"{float(strength):.6g}")
    except ValueError:
        value = -1.0
    if not _NAME.match(name) or not 0 < value < np.inf:
        raise InputError(f"{where}a method is plain, or a name with its strength such as l2=0.008, got '{shown(text)}'")
    return Method(name, value)


def read_runs(source: str | os.PathLike[str]) -> Runs:
    """The networks that are there; raises InputError for a source that is of no known form."""
    path = Path(os.path.expanduser(source))
    try:
        if path.is_dir():
            return _folder(path, shown(source, 200))
    except OSError as error:
        raise cannot("read", path, error) from None
    _check_kind(path)
    check_file(path)
    if path.suffix.lower() == ".npz":
        raise InputError(f"{label(path)} is one network's answers: give the folder that holds those of all methods")
    return _table(path)


def _check_kind(path: Path) -> None:
    """Raise InputError for a file of a kind that is not read."""
    reason, outputs = _REFUSED.get(path.suffix.lower(), ("", ""))
    if reason:
        saved = f"np.savez('{label(path.with_suffix('.npz'))}', y=y, {outputs})"
        raise InputError(f"{label(path)} {reason}: save the answers with {saved}")


def _folder(path: Path, name: str) -> Runs:
    runs = Runs(name)
    entries = sorted(path.iterdir())
    for folder in entries:
        if folder.is_dir() and folder.name != TUNING_FOLDER and not folder.name.startswith("."):
            _of_method(runs, folder)
    if not runs.networks:
        for entry in entries:
            _check_kind(entry)
        raise InputError(
            f"{label(path)} holds no results: they are in files such as "
            f"{label(path / 'label_smoothing=0.1' / 'seed-0.npz')}"
        )
    return runs


def _of_method(runs: Runs, folder: Path) -> None:
    files = sorted(folder.iterdir())
    own = [file for file in files if file.suffix in (".npz", DIVERGED)]
    if not own:
        for file in files:
            _check_kind(file)
        return
    method = parse_method(folder.name, f"{label(folder)}: ")
    for file in own:
        found = _FILE.match(file.stem)
        if not found:
            raise InputError(f"{label(file)}: a network's file is called seed-3.npz, or seed-3-split-0.npz")
        seed, split = int(found[1]), int(found[2] or 0)
        if file.suffix == DIVERGED:
            runs.diverged.setdefault(method, []).append(seed)
        else:
            runs.add(method, seed, split, Found(label(file), partial(read_answer, file)))


def _table(path: Path) -> Runs:
    """An index of files, or one long table, as its header says."""
    runs = Runs(label(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(reader, [])]
            rows = ((f"{label(path)}, line {reader.line_num}: ", row) for row in reader if row)
            if set(_INDEX) <= set(header):
                _index(runs, path, header, rows)
            elif set(_LONG) <= set(header):
                _long(runs, header, rows)
            else:
                raise InputError(
                    f"{label(path)} must have the columns {', '.join(_INDEX)}, or {', '.join(_LONG)}, z0, z1 …; "
                    f"it has {shown(', '.join(header), 100)}"
                )
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{label(path)} is no table in CSV: {shown(error, 100)}") from None
    if not runs.networks:
        raise InputError(f"{label(path)} has no rows")
    return runs


def _cells(where: str, header: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise InputError(f"{where}there are {len(row)} cells, and the header has {len(header)}")
    return dict(zip(header, row, strict=True))


def _count(where: str, cells: dict[str, str], name: str) -> int:
    text = cells.get(name, "").strip()
    if not text and name == "split":
        return 0
    if not re.fullmatch(r"\d{1,18}", text):
        raise InputError(f"{where}{name} must be a whole number of 0 or more, got '{shown(text)}'")
    return int(text)


def _cell(where: str, cells: dict[str, str]) -> Cell:
    return _count(where, cells, "seed"), _count(where, cells, "split")


def _index(runs: Runs, path: Path, header: list[str], rows: Iterator[tuple[str, list[str]]]) -> None:
    for where, row in rows:
        cells = _cells(where, header, row)
        file = path.parent / os.path.expanduser(cells["file"].strip())
        _check_kind(file)
        method, seed, split = (
            parse_method(cells["method"], where),
            _count(where, cells, "seed"),
            _count(where, cells, "split"),
        )
        runs.add(method, seed, split, Found(label(file), partial(read_answer, file)))


def _long(runs: Runs, header: list[str], rows: Iterator[tuple[str, list[str]]]) -> None:
    """One row for each network and row that it answers; z0, z1 … are logits, p0, p1 … probabilities."""
    kind = "z" if "z0" in header else "p"
    columns = [name for name in (f"{kind}{k}" for k in range(len(header))) if name in header]
    if not columns:
        raise InputError(f"{runs.subject} must have columns of logits z0, z1 …, or of probabilities p0, p1 …")
    lines: dict[tuple[Method, int, int], list[tuple[int, list[float]]]] = {}
    for where, row in rows:
        cells = _cells(where, header, row)
        try:
            numbers = [float(cells[name]) for name in ("y", *columns)]
        except ValueError:
            raise InputError(f"{where}y and {columns[0]} … must be numbers") from None
        key = parse_method(cells["method"], where), *_cell(where, cells)
        lines.setdefault(key, []).append((_count(where, cells, "row"), numbers))
    first: dict[int, list[int]] = {}
    for (method, seed, split), answered in lines.items():
        name = f"{runs.subject}, {method.text}, seed {seed}"
        answered.sort(key=lambda line: line[0])
        rows_answered = [number for number, _ in answered]
        twice = next((a for a, b in pairwise(rows_answered) if a == b), None)
        if twice is not None:
            raise InputError(f"{name}: row {twice} is there twice")
        if rows_answered != first.setdefault(split, rows_answered):
            raise InputError(f"{name}: it has other rows than the first network of the table has")
        values = np.array([values for _, values in answered])
        outputs: dict[str, Any] = {"logits" if kind == "z" else "probabilities": values[:, 1:]}
        try:
            checked = Answer(y=values[:, 0], **outputs).checked()
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
        runs.add(method, seed, split, Found(name, partial(_same, checked)))


def _same(answer: CheckedAnswer) -> CheckedAnswer:
    return answer
