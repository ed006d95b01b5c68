"""Reading .npz files, without ever unpickling and without believing what they declare."""

import math
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import BLOCK, FREE_BYTES, MAX_CELLS, MAX_RATIO, Progress, check_file, label, opened, shown
from lsexplorer.data.images import pixel_names, shape_from_names, shape_from_values
from lsexplorer.data.labels import check_classes, name_classes
from lsexplorer.data.probabilities import check_targets, hard_or_soft, largest
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Classes, Parts, Samples
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

MAX_ARRAY_BYTES = 8 * MAX_CELLS
_MAX_HEADER, _MAX_ENTRIES = 4096, 1000
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError)
_DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]{1,20})['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]*)\)""")
_KEYS = "X_train, y_train, X_test, y_test, or X and y"


def read_npz(path: Path, request: Request, check: bool = True) -> Parts:
    """Samples of an .npz file: (training part, test part) of X_train, y_train, X_test, y_test, or (all, None) of X, y.

    The keys' case does not matter. X: (n, d) numbers, or (n, height, width) images. y: (n,) whole numbers or texts,
    or (n, K) soft targets. Optional: targets_train and targets_test, soft targets beside y; feature_names;
    class_names, of classes numbered from 0. check: refuse labels that cannot be classes; those of a test file alone
    need not be. Raises InputError for anything else, object arrays included, without allocating what a small file
    declares.
    """
    size = check_file(path)
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                arrays = _read_arrays(archive, path, size, request.progress)
        except _BROKEN as error:
            raise InputError(f"{label(path)} is damaged, or not an .npz file: {shown(error, 100)}") from None
        except ValueError as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{label(path)} is damaged: {shown(error, 100)}") from None
    return _parts(_Arrays(arrays, path, request.allow_missing, check))


def read_npz_test(path: Path, request: Request) -> Samples:
    """All samples of an .npz test file; raises InputError for one of two parts."""
    samples, second = read_npz(path, request, check=False)
    if second is not None:
        raise InputError(f"{label(path)} holds two parts; a test file holds X and y alone")
    return samples


NPZ = Reader(
    kind="npz",
    files=".npz",
    matches=lambda start: start.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    read=read_npz,
    read_test=read_npz_test,
)


def _read_arrays(archive: zipfile.ZipFile, path: Path, size: int, progress: Progress | None) -> dict[str, NDArray[Any]]:
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise InputError(f"{label(path)} holds {len(entries):,} arrays; it should hold {_KEYS}")
    wanted = ("x", "y", *(f"{what}_{part}" for what in "xy" for part in ("train", "test")))
    wanted = (*wanted, "targets_train", "targets_test", "feature_names", "class_names")
    arrays: dict[str, NDArray[Any]] = {}
    bytes_read = 0
    for entry in entries:
        key = entry.filename.removesuffix(".npy").lower()
        bytes_read += entry.compress_size
        if key in wanted and entry.filename.endswith(".npy"):
            if key in arrays:
                raise InputError(f"{label(path)} holds the array {shown(key)} twice")
            arrays[key] = _read_array(archive, entry, f"{label(path)}, array {shown(entry.filename[:-4])}", size)
        if progress is not None:
            progress(min(bytes_read, size), size)
    if not arrays:
        names = ", ".join(entry.filename.removesuffix(".npy") for entry in entries[:10])
        raise InputError(f"{label(path)} must hold the arrays {_KEYS}; it holds {shown(names, 100) or 'nothing'}")
    return arrays


def _read_array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str, size: int) -> NDArray[Any]:
    """One array; its header is checked against the zip's sizes before anything is allocated."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{where}: the compression is not read; save it with numpy.savez_compressed")
    if entry.file_size > FREE_BYTES and entry.file_size > MAX_RATIO * min(entry.compress_size, size):
        raise InputError(f"{where} declares {entry.file_size:,} bytes, far more than the file's {size:,} can hold")
    with archive.open(entry) as stream:
        dtype, fortran, shape, start = _read_header(stream, where)
        count = math.prod(shape)
        declared = count * dtype.itemsize
        if math.prod(max(1, part) for part in shape) > MAX_CELLS or declared > MAX_ARRAY_BYTES:
            raise InputError(f"{where} declares {count:,} values; at most {MAX_CELLS:,} are read")
        if declared != entry.file_size - start:
            held = entry.file_size - start
            raise InputError(f"{where} declares {declared:,} bytes of values, but {held:,} are there")
        data = bytearray()
        while block := stream.read(min(BLOCK, declared + 1 - len(data))):
            data += block
    if len(data) != declared:
        raise InputError(f"{where} is truncated: {len(data):,} of {declared:,} bytes")
    if not declared:
        return np.empty(shape, dtype=dtype)
    flat = np.frombuffer(data, dtype=dtype)
    if dtype.kind == "U" and (flat.view(np.dtype("u4").newbyteorder(dtype.byteorder)) > sys.maxunicode).any():
        raise InputError(f"{where} holds texts with characters that do not exist")
    return flat.reshape(shape, order="F" if fortran else "C")


def _read_header(stream: IO[bytes], where: str) -> tuple[np.dtype[Any], bool, tuple[int, ...], int]:
    """Data type, order, shape and length of an .npy header, read by pattern: nothing in it is evaluated."""
    start = stream.read(8)
    if len(start) < 8 or start[:6] != b"\x93NUMPY" or start[6] not in (1, 2, 3):
        raise InputError(f"{where} is not in NumPy's .npy format")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(stream.read(width), "little")
    if length > _MAX_HEADER:
        raise InputError(f"{where} has a header of {length:,} bytes: not a plain array of numbers")
    text = stream.read(length).decode("latin-1")
    descr, order, shape = _DESCR.search(text), _ORDER.search(text), _SHAPE.search(text)
    if descr is None or order is None or shape is None:
        raise InputError(f"{where} is not a plain array of numbers or texts")
    if "O" in descr[1]:
        raise InputError(f"{where} is an object array, which is never unpickled; save plain numbers or texts")
    try:
        dtype = np.dtype(descr[1])
        sizes = tuple(int(part[:20]) for part in shape[1].split(",") if part.strip())
    except (TypeError, ValueError, SyntaxError):
        raise InputError(f"{where} has a data type or shape that makes no sense: {shown(text)}") from None
    if dtype.kind not in "biufUS":
        raise InputError(f"{where} holds {dtype.name} values; numbers are needed")
    if len(sizes) > 32:
        raise InputError(f"{where} has {len(sizes)} axes; at most 3 make sense")
    return dtype, order[1] == "True", sizes, 8 + width + length


def _parts(reader: "_Arrays") -> Parts:
    arrays = reader.arrays
    if "x_train" in arrays or "y_train" in arrays:
        train = reader.samples("x_train", "y_train", "targets_train")
        if "x_test" not in arrays and "y_test" not in arrays:
            return train, None
        return train, reader.samples("x_test", "y_test", "targets_test")
    return reader.samples("x", "y", ""), None


@dataclass(frozen=True, eq=False)
class _Arrays:
    """The arrays of one file, in lower case, on their way to samples."""

    arrays: Mapping[str, NDArray[Any]]
    path: Path
    allow_missing: bool
    check: bool

    def where(self, key: str) -> str:
        """An array as messages name it."""
        return f"{label(self.path)}, array {key.replace('x', 'X', 1) if key.startswith('x') else key}"

    def samples(self, x: str, y: str, targets: str) -> Samples:
        """The samples of one part."""
        for key in (x, y):
            if key not in self.arrays and not (key == y and targets in self.arrays):
                raise InputError(f"{self.where(key)} is missing; an .npz file holds {_KEYS}")
        X, names, shape = self._predictors(x)
        classes, soft, class_names, notes = self._classes(y, targets, self.check and not x.endswith("test"))
        if len(classes) != len(X):
            raise InputError(f"{self.where(y)} has {len(classes):,} rows, but {self.where(x)} has {len(X):,}")
        return Samples(X, classes, names, class_names, np.arange(len(X)), soft, (), shape, notes)

    def _predictors(self, key: str) -> tuple[NDArray[Any], tuple[str, ...], tuple[int, int] | None]:
        X = self.arrays[key]
        if X.dtype.kind not in "biuf":
            raise InputError(f"{self.where(key)} holds texts; numbers are needed")
        if X.ndim not in (2, 3, 4) or 0 in X.shape:
            raise InputError(
                f"{self.where(key)} has the shape {X.shape}; (rows, columns) or (rows, height, width) is needed"
            )
        shape = (int(X.shape[1]), int(X.shape[2])) if X.ndim == 3 or (X.ndim == 4 and X.shape[3] == 1) else None
        shape = shape if shape and min(shape) > 1 else None
        X = np.ascontiguousarray(X.reshape(len(X), -1))
        if X.dtype.kind not in "iu" or X.dtype.itemsize > 2:
            with np.errstate(over="ignore", invalid="ignore"):
                X = X.astype(np.float64)
        bad = ~np.isfinite(X) if X.dtype.kind == "f" and not np.isfinite(X).all() else None
        if bad is not None and not (self.allow_missing and not np.isinf(X).any()):
            row, column = (int(i) for i in np.argwhere(bad)[0])
            place = f"{self.where(key)}, row {row + 1}, column {column + 1}"
            hint = "" if np.isinf(X[row, column]) else "; missing drop or mean would take it for a missing value"
            raise InputError(f"{place}: {X[row, column]} is not a number{hint}")
        if "feature_names" in self.arrays:
            names = self._names("feature_names", X.shape[1])
            return X, names, shape or shape_from_names(names)
        if shape is None and X.dtype == np.uint8:
            shape = shape_from_values(X)
        return X, pixel_names(shape) if shape else tuple(f"x{i + 1}" for i in range(X.shape[1])), shape

    def _classes(
        self, y: str, targets: str, check: bool
    ) -> tuple[Classes, Array | None, tuple[str, ...], tuple[str, ...]]:
        """Class numbers, soft targets or None, class names, notes. check: whether hard classes must make sense."""
        labels = self.arrays.get(y)
        soft = self.arrays.get(targets)
        if labels is not None and labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels is not None and labels.ndim == 2 and soft is None:
            labels, soft, targets = None, labels, y
        if soft is None:
            numbers, names = self._hard(y, labels)
            if check:
                check_classes(numbers, names, label(self.path), f"array {y}")
            return numbers, None, names, ()
        if soft.ndim != 2 or soft.shape[1] < 2 or soft.dtype.kind not in "biuf" or len(soft) == 0:
            raise InputError(f"{self.where(targets)} has the shape {soft.shape}; (rows, classes) is needed")
        T, notes = check_targets(soft.astype(np.float64), lambda row: f"{self.where(targets)}, row {row + 1}")
        names = self._names("class_names", T.shape[1]) if "class_names" in self.arrays else _numbered(T.shape[1])
        if labels is None:
            numbers, ties = largest(T)
            return numbers, hard_or_soft(T), names, (*notes, *ties)
        numbers = self._whole(y, labels)
        self._check_range(y, numbers, len(names))
        return numbers, hard_or_soft(T), names, notes

    def _hard(self, key: str, labels: NDArray[Any] | None) -> tuple[Classes, tuple[str, ...]]:
        if labels is None or labels.ndim != 1 or len(labels) == 0:
            shape = None if labels is None else labels.shape
            raise InputError(f"{self.where(key)} has the shape {shape}; a class for each row is needed")
        if labels.dtype.kind in "US":
            texts = [" ".join(text.split()) for text in _texts(labels)]
            if "" in texts:
                raise InputError(f"{self.where(key)}, row {texts.index('') + 1} is empty; a class is needed")
            known = list(dict.fromkeys(texts))
            numbers, names = name_classes(known)
            place = dict(zip(known, numbers.tolist(), strict=True))
            return np.array([place[text] for text in texts], dtype=np.int64), names
        numbers = self._whole(key, labels)
        if "class_names" in self.arrays:
            names = self._names("class_names", self.arrays["class_names"].size)
            self._check_range(key, numbers, len(names))
            return numbers, names
        values, at = np.unique(numbers, return_inverse=True)
        return at.astype(np.int64), tuple(map(str, values.tolist()))

    def _whole(self, key: str, labels: NDArray[Any]) -> Classes:
        if labels.ndim != 1 or labels.dtype.kind not in "biuf":
            raise InputError(f"{self.where(key)} must hold a whole number for each row")
        values = labels.astype(np.float64)
        with np.errstate(invalid="ignore"):
            bad = ~(np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2**53))
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(f"{self.where(key)}, row {row + 1}: a class must be a whole number, got {values[row]:g}")
        return values.astype(np.int64)

    def _check_range(self, key: str, numbers: Classes, count: int) -> None:
        bad = (numbers < 0) | (numbers >= count)
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(
                f"{self.where(key)}, row {row + 1}: the class {numbers[row]} is not one of 0 to {count - 1}, "
                "the numbers of class_names"
            )

    def _names(self, key: str, count: int) -> tuple[str, ...]:
        values = self.arrays[key]
        names = tuple(" ".join(text.split()) for text in _texts(values)) if values.ndim == 1 else ()
        if len(names) != count or len(set(names)) != count or "" in names:
            raise InputError(f"{self.where(key)} must hold {count} texts that differ, and none that is empty")
        return names


def _texts(values: NDArray[Any]) -> list[str]:
    if values.dtype.kind == "S":
        return [bytes(value).decode("utf-8", "replace") for value in values.tolist()]
    return [str(value) for value in values.tolist()]


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(k) for k in range(count))
