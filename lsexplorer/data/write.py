"""Writing a data set with its targets smoothed: label smoothing done to the data itself.

A text file has a header and, of each row, the predictors in the units of the source, a column 'target:NAME' for each
class with its soft target, 'class', and 'part' (train or test). An .npz file has X_train, y_train, targets_train,
X_test, y_test, targets_test, feature_names and class_names. Numbers are written so that they are read back exactly;
`load_dataset` of the file gives the same split, the same X, bit for bit, and the soft targets.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import Progress, label, shown
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output, written
from lsexplorer.data.readers.cells import TARGET_PREFIX
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.targets import smooth_labels

_DELIMITERS = {".csv": ",", ".txt": ",", ".tsv": "\t"}
_CHUNK = 500


def write_smoothed(data: Dataset, a: float, path: str | Path, progress: Progress | None = None) -> None:
    """Write a data set that `load_dataset` made, its targets smoothed by ``a``, atomically.

    Training on the file without smoothing is bit for bit training on ``data`` with label_smoothing=a and the same seed:
    the targets are smooth_labels(data.targets_train, a). path: .csv, .tsv, .txt or .npz; never a file that ``data`` was
    read from. progress: called with (rows done, rows in all). Raises InputError for an ``a`` outside 0 to 1 or a file
    that cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in (*_DELIMITERS, ".npz"):
        raise InputError(f"{label(path)}: the name must end in .csv, .tsv, .txt or .npz, which say what is written")
    clash = [name for name in data.feature_names if name.startswith(TARGET_PREFIX)]
    if clash:
        raise InputError(f"a predictor called '{shown(clash[0])}' would be read back as a soft target: rename it")
    targets = smooth_labels(data.targets_train, a), smooth_labels(data.targets_test, a)
    path = check_output(path, reads=files_read(data.source, data.options.test_file), force=True)
    with written(path) as file:
        if path.suffix.lower() == ".npz":
            _write_npz(data, targets, file)
        else:
            _write_text(data, targets, file, _DELIMITERS[path.suffix.lower()], progress)


def _write_npz(data: Dataset, targets: tuple[Array, Array], file: IO[bytes]) -> None:
    np.savez_compressed(
        file,
        X_train=data.raw_part("train"),
        y_train=data.y_train,
        targets_train=targets[0],
        X_test=data.raw_part("test"),
        y_test=data.y_test,
        targets_test=targets[1],
        feature_names=np.array(data.feature_names),
        class_names=np.array(data.class_names),
    )


def _write_text(
    data: Dataset, targets: tuple[Array, Array], file: IO[bytes], delimiter: str, progress: Progress | None
) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    header = [*data.feature_names, *(TARGET_PREFIX + name for name in data.class_names), "class", "part"]
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    quoted = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    names = [*data.feature_names, *data.class_names]
    # Else the header would be read as a comment, or single quotes as quotation marks.
    quotes = header[0].lstrip().startswith("#") or any(name.lstrip().startswith("'") for name in names)
    (quoted if quotes else writer).writerow(header)
    total = len(data.y_train) + len(data.y_test)
    for count, rows in _rows(data, targets):
        writer.writerows(rows)
        if progress is not None:
            progress(count, total)
    text.flush()
    text.detach()


def _rows(data: Dataset, targets: tuple[Array, Array]) -> Iterator[tuple[int, list[list[str]]]]:
    """Chunks of rows, each after the count of rows up to its end: in the order of the source, or training first."""
    X = np.concatenate([data.raw_part("train"), data.raw_part("test")])
    T = np.concatenate(targets)
    y = np.concatenate([data.y_train, data.y_test]).tolist()
    split = len(data.y_train)
    overlap = np.intersect1d(data.train_rows, data.test_rows).size
    order = np.arange(len(y)) if overlap else np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    for start in range(0, len(y), _CHUNK):
        take = order[start : start + _CHUNK]
        cells = zip(_numbers(X[take]), _numbers(T[take]), take.tolist(), strict=True)
        yield (
            start + len(take),
            [[*x, *t, data.class_names[y[i]], "train" if i < split else "test"] for x, t, i in cells],
        )


def _numbers(values: NDArray[Any]) -> list[list[str]]:
    """Each number as the shortest text that reads back as the same number."""
    return [[repr(value).removesuffix(".0") for value in row] for row in values.tolist()]
