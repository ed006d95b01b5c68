"""Reading .npz files, without ever unpickling and without believing what they declare."""

import math
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.array_parts import ArrayParts
from lsexplorer.data.files import BLOCK, FREE_BYTES, MAX_CELLS, MAX_RATIO, check_file, label, opened, shown
from lsexplorer.data.readers.npz_keys import KEYS, choose
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Parts, Samples
from lsexplorer.errors import InputError

MAX_ARRAY_BYTES = 8 * MAX_CELLS
_MAX_HEADER, _MAX_ENTRIES = 4096, 1000
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError)
_DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]{1,20})['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]*)\)""")


class _ObjectArrayError(InputError):
    """An array that only unpickling could read."""


def read_npz(path: Path, request: Request, check: bool = True) -> Parts:
    """Samples of an .npz file: (training part, test part) of X_train, y_train, X_test, y_test, or (all, None) of X, y.

    Keras's, MedMNIST's and scikit-learn's names do as well; npz_keys.py knows them. X: (n, d) numbers, or
    (n, height, width) images. y: (n,) whole numbers or texts, or (n, K) soft targets. Optional: targets_train and
    targets_test, soft targets beside y; feature_names; class_names, of classes numbered from 0. check: refuse labels
    that cannot be classes; those of a test file alone need not be. Raises InputError for anything else, object arrays
    of data included, without allocating what a small file declares.
    """
    with _opened_archive(path) as archive:
        arrays, notes = _read_arrays(archive, path, request, check)
    train, test = arrays.parts()
    return train.with_notes(*notes), test


def read_npz_test(path: Path, request: Request) -> Samples:
    """All samples of an .npz test file; raises InputError for one of two parts."""
    samples, second = read_npz(path, request, check=False)
    if second is not None:
        raise InputError(f"{label(path)} holds two parts; a test file holds X and y alone")
    return samples


def read_arrays(path: Path, is_wanted: Callable[[str], bool]) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by name, those alone whose names are wanted; raises InputError as `read_npz` does."""
    size = check_file(path)
    with _opened_archive(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES:
            raise InputError(f"{label(path)} holds {len(entries):,} arrays, more than {_MAX_ENTRIES:,}")
        files = {entry.filename.removesuffix(".npy"): entry for entry in entries if entry.filename.endswith(".npy")}
        return {
            name: _read_array(archive, entry, f"{label(path)}, array {shown(name)}", size)
            for name, entry in files.items()
            if is_wanted(name)
        }


NPZ = Reader(
    kind="npz",
    files=".npz",
    matches=lambda start: start.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    read=read_npz,
    read_test=read_npz_test,
)


@contextmanager
def _opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The file as a zip; what is wrong with it becomes an InputError."""
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except _BROKEN as error:
            raise InputError(f"{label(path)} is damaged, or not an .npz file: {shown(error, 100)}") from None
        except ValueError as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{label(path)} is damaged: {shown(error, 100)}") from None


def _read_arrays(archive: zipfile.ZipFile, path: Path, request: Request, check: bool) -> tuple[ArrayParts, list[str]]:
    size = check_file(path)
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise InputError(f"{label(path)} holds {len(entries):,} arrays; it should hold {KEYS}")
    files = {entry.filename.removesuffix(".npy"): entry for entry in entries if entry.filename.endswith(".npy")}
    chosen = choose([name for name in files if "/" not in name], request.test is None)
    if len(files) < sum(entry.filename.endswith(".npy") for entry in entries):
        raise InputError(f"{label(path)} holds an array of the same name twice")
    if not chosen.names:
        held = ", ".join(entry.filename.removesuffix(".npy") for entry in entries[:10])
        raise InputError(f"{label(path)} must hold the arrays {KEYS}; it holds {shown(held, 100) or 'nothing'}")
    arrays: dict[str, NDArray[Any]] = {}
    notes = list(chosen.notes)
    bytes_read = 0
    for what, name in chosen.names.items():
        try:
            arrays[what] = _read_array(archive, files[name], f"{label(path)}, array {shown(name)}", size)
        except _ObjectArrayError:
            if what not in ("feature_names", "class_names"):
                raise
            notes.append(f"{shown(name)} is an object array, which is never unpickled, and was left out.")
        bytes_read += files[name].compress_size
        if request.progress is not None:
            request.progress(min(bytes_read, size), size)
    names = {what: shown(name) for what, name in chosen.names.items()}
    if names.get("class_names", "").lower() not in ("", "class_names") and not _fits(arrays):
        notes.append(f"{names['class_names']} does not name the classes that the labels number, and was left out.")
        del arrays["class_names"]
    for part in ("", "_train", "_test"):
        if f"y{part}" not in arrays and f"targets{part}" in arrays and arrays[f"targets{part}"].ndim == 1:
            arrays[f"y{part}"], names[f"y{part}"] = arrays.pop(f"targets{part}"), names[f"targets{part}"]
    return ArrayParts(arrays, names, label(path), request.allow_missing, check, f"the arrays {KEYS}"), notes


def _fits(arrays: dict[str, NDArray[Any]]) -> bool:
    """Whether the labels are numbers into the class names, or there is a soft target for each."""
    names = arrays.get("class_names")
    labels = next((arrays[key] for key in ("targets_train", "y_train", "targets", "y") if key in arrays), None)
    if names is None or labels is None:
        return names is None
    if labels.ndim == 2 and labels.shape[1] > 1:
        return bool(labels.shape[1] == names.size)
    return bool(labels.dtype.kind in "biuf" and labels.size and labels.min() >= 0 and labels.max() < names.size)


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
        raise _ObjectArrayError(f"{where} is an object array, which is never unpickled; save plain numbers or texts")
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
