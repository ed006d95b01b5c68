"""Reading the sparse format of LIBSVM and SVMlight: 'class index:value index:value …', a sample a line."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lsexplorer.data.array_parts import ArrayParts
from lsexplorer.data.files import MAX_CELLS, Progress, check_file, label, opened, shown
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Parts, Samples
from lsexplorer.errors import InputError

MAX_INDEX = 20_000
"""No predictor has a higher number."""

_MAX_LINE = 8 * 2**20
_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LABELS = _NUMBER + rb"(?:," + _NUMBER + rb")*+"
_LINE = re.compile(rb"\s*" + _LABELS + rb"(?:[ \t]+(?:qid|\d+):" + _NUMBER + rb")*\s*(?:#.*)?")
_LABELLED = re.compile(rb"\s*" + _LABELS + rb"\s[^#]*\d:")


def is_libsvm(start: bytes) -> bool:
    """Whether a file that starts so is in this format: most of its first lines are, one of them with values."""
    whole = start[: start.rfind(b"\n") + 1] if b"\n" in start else start
    lines = [line for line in whole.splitlines()[:20] if line.split(b"#")[0].strip()]
    good = sum(_LINE.fullmatch(line) is not None for line in lines)
    return any(map(_LABELLED.match, lines[:2])) and good * 10 >= len(lines) * 9


def read_libsvm(path: Path, request: Request) -> Parts:
    """The samples of a file, and those of a test file of the same format; values that are not there are 0.

    Indices count from 1, or from 0 if there is a 0 in either file. Raises InputError, naming the line, for what is no
    such line, for labels that are no whole numbers, and for more values than fit.
    """
    files = [_read(file, request.progress) for file in (path, request.test) if file is not None]
    first = min(min(file.columns, default=1) for file in files)
    width = max(max(file.columns, default=0) for file in files) + 1 - min(first, 1)
    parts = [file.samples(min(first, 1), width, check=file is files[0]) for file in files]
    return parts[0], parts[1] if parts[1:] else None


@dataclass
class _Sparse:
    """A file's values and where they stand."""

    path: Path
    labels: "array[float]" = field(default_factory=lambda: array("d"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    columns: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    has_queries: bool = False

    def samples(self, first: int, width: int, check: bool) -> Samples:
        """The samples (n, width), from the column number ``first`` on. check: whether the labels must be classes."""
        count = len(self.labels)
        if count * width > MAX_CELLS:
            raise InputError(f"{label(self.path)}: {count:,} rows of {width:,} values are more than {MAX_CELLS:,}")
        X = np.zeros((count, max(width, 1)))
        X[np.asarray(self.rows), np.asarray(self.columns) - first] = self.values
        names = np.array([f"x{i}" for i in range(first, first + max(width, 1))])
        arrays = {"x": X, "y": np.asarray(self.labels), "feature_names": names}
        samples, _ = ArrayParts(arrays, {"y": "labels"}, label(self.path), allow_missing=True, check=check).parts()
        return samples.with_notes("The column qid was left out.") if self.has_queries else samples


def _read(path: Path, progress: Progress | None) -> _Sparse:
    sparse, number, done, size = _Sparse(path), 0, 0, check_file(path)
    with opened(path) as file:
        while line := file.readline(_MAX_LINE):
            number += 1
            done += len(line)
            _take(sparse, line.split(b"#")[0].split(), f"{label(path)}, line {number}")
            if progress is not None and number % 1000 == 0:
                progress(done, size)
    if not sparse.labels:
        raise InputError(f"{label(path)} has no rows")
    return sparse


def _take(sparse: _Sparse, cells: list[bytes], where: str) -> None:
    """Add a line's sample."""
    if not cells:
        return
    if b"," in cells[0]:
        raise InputError(f"{where} has several labels, {_text(cells[0])}; a sample has one class here")
    try:
        sparse.labels.append(float(cells[0]))
    except ValueError:
        raise InputError(f"{where}: the label '{_text(cells[0])}' is no number") from None
    if not sparse.labels[-1].is_integer():
        raise InputError(f"{where}: the label {_text(cells[0])} is no whole number, but a regression target")
    row, before = len(sparse.labels) - 1, -1
    for index, value in _pairs(cells[1:], where):
        if index is None:
            sparse.has_queries = True
            continue
        if not before < index <= MAX_INDEX:
            why = f"at most {MAX_INDEX:,} are read" if index > MAX_INDEX else "indices must rise along a line"
            raise InputError(f"{where}: index {index} follows {max(before, 0)}; {why}")
        before = index
        sparse.rows.append(row)
        sparse.columns.append(index)
        sparse.values.append(value)


def _pairs(cells: list[bytes], where: str) -> Iterator[tuple[int | None, float]]:
    """Index and value of each cell, the index None for a query's."""
    for cell in cells:
        index, _, value = cell.partition(b":")
        try:
            yield None if index == b"qid" else int(index), float(value)
        except ValueError:
            raise InputError(f"{where}: '{_text(cell)}' is not index:value") from None


def _text(cell: bytes) -> str:
    return shown(cell.decode("utf-8", "replace"), 40)


LIBSVM = Reader(kind="libsvm", files="LIBSVM", matches=is_libsvm, read=read_libsvm)
