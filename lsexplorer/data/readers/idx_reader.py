"""Reading idx files, the format of MNIST, plain or gzipped."""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import BLOCK, FREE_BYTES, MAX_CELLS, MAX_RATIO, Progress, check_file, label, opened, shown
from lsexplorer.data.images import pixel_names
from lsexplorer.data.labels import check_classes
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Parts, Samples
from lsexplorer.errors import InputError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
TEST_WORDS = ("t10k", "test")
"""The name of a file for testing has one of these for 'train'."""


def read_idx(path: Path, request: Request) -> Parts:
    """Samples of an idx file of images and the labels file beside it; the t10k pair beside them is the test part.

    path: the images file, such as train-images-idx3-ubyte or train-images-idx3-ubyte.gz; the labels' name has
    'labels' for 'images' and idx1 for idx3. Unless there is a separate test file, the test pair is looked for under
    the same name with t10k or test for train. Raises InputError for files that are not there, not idx, truncated, or do
    not match.
    """
    train = _pair(path, request.progress)
    check_classes(train.y, train.class_names, label(path), "the labels file")
    test = _test_images(path) if request.test is None else None
    return train, None if test is None else _pair(test, request.progress)


def read_idx_test(path: Path, request: Request) -> Samples:
    """The samples of an idx pair that is a test file."""
    return _pair(path, request.progress)


def _pair(path: Path, progress: Progress | None) -> Samples:
    if "images" not in path.name:
        if "labels" in path.name:
            raise InputError(f"{label(path)} holds labels: name the images file, and it is found beside that")
        raise InputError(f"{label(path)}: the name of an idx file of images must hold 'images'")
    name = _labels_name(path.name)
    labels = _find(path, name)
    if labels is None:
        raise InputError(f"{label(path)} has no labels file beside it: {shown(name)} is needed")
    X, y = read_array(path, progress), read_array(labels, progress)
    if X.ndim < 2 or 0 in X.shape:
        raise InputError(f"{label(path)} has the shape {X.shape}; (count, height, width) is needed")
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise InputError(f"{label(labels)} must hold a whole number for each image")
    if len(X) != len(y):
        raise InputError(f"{label(path)} has {len(X):,} images, but {label(labels)} has {len(y):,} labels")
    shape = (int(X.shape[1]), int(X.shape[2])) if X.ndim == 3 and min(X.shape[1:]) > 1 else None
    X = X.reshape(len(X), -1)
    if X.dtype.kind == "f" and not np.isfinite(X).all():
        row = int(np.argmin(np.isfinite(X).all(axis=1)))
        raise InputError(f"{label(path)}: image {row + 1} holds a value that is not a number")
    names = pixel_names(shape) if shape else tuple(f"x{i + 1}" for i in range(X.shape[1]))
    values, numbers = np.unique(y, return_inverse=True)
    small = X.dtype.kind in "iu" and X.dtype.itemsize <= 2
    X = X.astype(X.dtype.newbyteorder("=") if small else np.float64)
    classes = tuple(map(str, values.tolist()))
    return Samples(X, numbers.astype(np.int64), names, classes, np.arange(len(X)), image_shape=shape)


def _labels_name(images: str) -> str:
    return images.replace("images", "labels").replace("idx3", "idx1")


def _find(path: Path, name: str) -> Path | None:
    """The file of this name beside ``path``, gzipped or not; never ``path`` itself."""
    plain = name.removesuffix(".gz")
    for option in (name, plain, f"{plain}.gz"):
        beside = path.with_name(option)
        if beside.name != path.name and beside.is_file():
            return beside
    return None


def companions(images: str) -> list[str]:
    """Names of the files that might be read beside a file of images, whatever it is: its labels, and the test pair."""
    folder, name = os.path.split(images)
    names = [name] + [name.replace("train", word) for word in TEST_WORDS if "train" in name]
    names += list(map(_labels_name, names))
    plain = [file.removesuffix(".gz") for file in names if "images" in name]
    return [os.path.join(folder, file + ending) for file in plain for ending in ("", ".gz")]


def _test_images(path: Path) -> Path | None:
    for word in TEST_WORDS:
        if "train" in path.name and (test := _find(path, path.name.replace("train", word))):
            return test
    return None


def is_idx(start: bytes) -> bool:
    """Whether a file that starts so, unpacked, is in the idx format."""
    return start[:2] == b"\0\0" and len(start) > 3 and 8 <= start[2] <= 14


def read_array(path: Path, progress: Progress | None = None) -> NDArray[Any]:
    """The array of an idx file, in the file's byte order; raises InputError unless its size is the declared one."""
    size = check_file(path)
    with opened(path) as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            if not zipped:
                return _read(file, path, size, size, progress)
            with gzip.GzipFile(fileobj=file) as stream:
                return _read(stream, path, size, max(FREE_BYTES, MAX_RATIO * size), progress)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{label(path)} is truncated or damaged gzip: {shown(error, 100)}") from None


def _read(
    stream: IO[bytes] | gzip.GzipFile, path: Path, size: int, most: int, progress: Progress | None
) -> NDArray[Any]:
    """The array behind a header; ``most``: the most bytes that the file can reasonably hold."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _TYPES or not 1 <= start[3] <= 4:
        raise InputError(f"{label(path)} is not an idx file: it begins with {start.hex(' ') or 'nothing'}")
    header = stream.read(4 * start[3])
    if len(header) < 4 * start[3]:
        raise InputError(f"{label(path)} is truncated in its header")
    shape = tuple(int(part) for part in np.frombuffer(header, dtype=">u4"))
    dtype = np.dtype(_TYPES[start[2]])
    declared = math.prod(shape) * dtype.itemsize
    if math.prod(max(1, part) for part in shape) > MAX_CELLS or declared > most:
        raise InputError(
            f"{label(path)} declares {' × '.join(f'{part:,}' for part in shape)} values, "
            f"but the file has {size:,} bytes and at most {MAX_CELLS:,} values are read"
        )
    data = bytearray()
    while block := stream.read(min(BLOCK, declared + 1 - len(data))):
        data += block
        if progress is not None:
            progress(min(len(data), declared), declared)
    if len(data) != declared:
        there = f"only {len(data):,}" if len(data) < declared else "more"
        raise InputError(f"{label(path)} is damaged: it declares {declared:,} bytes of values, but {there} are there")
    return np.frombuffer(data, dtype=dtype).reshape(shape) if declared else np.empty(shape, dtype=dtype)


IDX = Reader(
    kind="idx",
    files="idx pairs",
    matches=lambda start: start.startswith(b"\x1f\x8b") or is_idx(start),
    read=read_idx,
    read_test=read_idx_test,
    companions=companions,
)
