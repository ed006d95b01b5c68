"""The results of a sweep, in a CSV file from which a stopped sweep resumes.

Each network has a row: the recipe (a hash of everything that does not vary), the values that vary, the seed, what was
measured, and the libraries that it was computed with, which files of earlier versions lack. Rows are appended as jobs
finish, so that a kill loses only the jobs that were running. Only one sweep at a time writes to a file. However many
rows there are, little of them is in memory: many are kept in a temporary file.
"""

import csv
import io
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import cannot, check_file, label, opened, shown
from lsexplorer.data.locks import only_writer
from lsexplorer.data.output import sync_folder, written
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

LIBRARIES = "libraries"
"""The last column; it is no part of the recipe."""
MEMORY = 2**25
"""Numbers that take more bytes are in a temporary file."""
Key = tuple[tuple[float, ...], int]
"""A point of the grid and a seed: what identifies a network."""


class Grid(NamedTuple):
    """The networks of a sweep: every point on every seed."""

    names: tuple[str, ...]
    """The hyperparameters that vary."""
    points: tuple[tuple[float, ...], ...]
    """Their values at each point."""
    seeds: tuple[int, ...]


@contextmanager
def results_in(
    path: Path | None, recipe: str, grid: Grid, measures: Sequence[str], replace: bool = False
) -> Iterator["Results"]:
    """Results in a file that no other sweep writes to meanwhile; only in memory where ``path`` is None.

    A file that holds anything but results of this sweep is emptied if ``replace`` is set. Raises InputError for such a
    file otherwise, and for a file that another sweep is writing to, naming its process.
    """
    if path is None:
        yield Results(None, recipe, grid, measures)
        return
    with only_writer(path, "sweep"):
        try:
            results = Results(path, recipe, grid, measures)
        except InputError:
            if not replace or not path.is_file():
                raise
            with written(path):
                pass
            results = Results(path, recipe, grid, measures)
        yield results


def results_of(files: Iterable[Path], recipe: str, grid: Grid, measures: Sequence[str]) -> "Results":
    """The rows of several files of one sweep.

    Raises InputError for a file that is missing or of another sweep, and for one that has another row of a network.
    """
    together = Results(None, recipe, grid, measures)
    for file in files:
        check_file(file)
        part = Results(file, recipe, grid, measures, option="--from")
        for at, known in enumerate(part.known):
            both = known & together.known[at]
            if not np.array_equal(part.values[at][both], together.values[at][both], equal_nan=True):
                raise InputError(f"{label(file)} has other numbers of a network that is in another file too")
            together.values[at][known] = part.values[at][known]
        together.known |= part.known
        together.libraries |= part.libraries
    return together


class Results:
    """The rows known so far and, if there is a path, in the file."""

    def __init__(
        self, path: Path | None, recipe: str, grid: Grid, measures: Sequence[str], *, option: str = "--out"
    ) -> None:
        """Read what the file already holds; rows of networks that are not in the grid are left where they are.

        ``measures`` are what is measured. ``option``: what names the file; one of --from is not written to. Raises
        InputError for the file of another sweep, and for one that holds no results.
        """
        self._path, self._recipe, self._other = path, recipe, f"give another {option}"
        self._is_read_only = option != "--out"
        self._names, self._measures = len(grid.names), len(measures)
        self.header = ["recipe", *grid.names, "seed", *measures, LIBRARIES]
        self._points = {point: at for at, point in enumerate(grid.points)}
        self._seeds = {seed: at for at, seed in enumerate(grid.seeds)}
        shape = len(grid.points), len(grid.seeds)
        self.known: NDArray[np.bool_] = np.zeros(shape, np.bool_)
        """Which networks have a row (points, seeds)."""
        self.values = _array((*shape, len(measures)))
        """The measures of each network that has one (points, seeds, measures)."""
        self.libraries: set[str] = set()
        """What the rows were computed with, as far as the file says."""
        if path is not None and path.exists() and (not path.is_file() or path.stat().st_size):
            self._read(path)

    def _keep(self, key: Key, values: Sequence[float]) -> None:
        point, seed = self._points.get(key[0]), self._seeds.get(key[1])
        if point is not None and seed is not None:
            self.values[point, seed], self.known[point, seed] = values, True

    def _is_known(self, key: Key) -> bool:
        return bool(self.known[self._points[key[0]], self._seeds[key[1]]])

    def add(self, rows: Iterable[tuple[Key, Sequence[float]]], libraries: str) -> None:
        """Add rows of networks of the grid that were computed with these libraries.

        They are on the disk when this returns; raises InputError if they cannot be written.
        """
        new = {key: tuple(map(float, values)) for key, values in rows if not self._is_known(key)}
        if self._path is not None and new:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            try:
                fresh = not self._path.exists() or not self._path.stat().st_size
                if fresh:
                    writer.writerow(self.header)
                for (point, seed), values in new.items():
                    row = [self._recipe, *map(repr, point), seed, *map(repr, values), libraries]
                    writer.writerow(row[: len(self.header)])
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(text.getvalue())
                    file.flush()
                    if self._path.is_file():
                        os.fsync(file.fileno())
                if fresh:
                    sync_folder(self._path.parent)
            except OSError as error:
                raise InputError(f"{cannot('write', self._path, error)}; the rows in it are kept") from None
        for key, values in new.items():
            self._keep(key, values)
        self.libraries |= {libraries} - {""}

    def _read(self, path: Path) -> None:
        if not path.is_file():
            return
        with opened(path) as file:
            whole = _Whole(file)
            try:
                for number, line in enumerate(csv.reader(whole), 1):
                    if number == 1:
                        self._check_header(path, line)
                    else:
                        self._take(path, number, line)
            except (UnicodeDecodeError, csv.Error):
                raise self._not_of_this(path) from None
            if not whole.size and not ",".join(self.header).encode().startswith(whole.cut_off):
                raise self._not_of_this(path)
        if whole.cut_off and not self._is_read_only:
            with path.open("r+b") as file:
                file.truncate(whole.size)

    def _check_header(self, path: Path, line: list[str]) -> None:
        if line == self.header[:-1]:  # of an earlier version
            self.header = line
        if line != self.header:
            raise self._not_of_this(path)

    def _not_of_this(self, path: Path) -> InputError:
        return InputError(f"{label(path)} does not hold results of this sweep (its columns differ): {self._other}")

    def _take(self, path: Path, number: int, line: list[str]) -> None:
        names = self._names
        try:
            if len(line) != len(self.header):
                raise ValueError
            if self.header[-1] == LIBRARIES:
                *line, libraries = line
                self.libraries.add(shown(libraries))
            recipe, *cells = line
            point, seed = tuple(map(float, cells[:names])), int(cells[names])
            values = tuple(map(float, cells[names + 1 :]))
            if not all(map(math.isfinite, point)):
                raise ValueError
        except (ValueError, IndexError):
            raise InputError(f"{label(path)}, line {number}, is not a row of results: {self._other}") from None
        if recipe != self._recipe:
            raise InputError(
                f"{label(path)} holds the results of another recipe (data, network, epochs or options differ): "
                f"{self._other}"
            )
        self._keep((point, seed), values)


class _Whole:
    """The lines of a file that end, as text; a row cut off by a kill is measured again."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        """Bytes of the lines so far."""
        self.cut_off = b""
        """What stands after them."""

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            if not line.endswith(b"\n"):
                self.cut_off = line
                return
            self.size += len(line)
            yield line.decode("utf-8")


def _array(shape: tuple[int, ...]) -> Array:
    """Room for numbers, in memory or, if it is much, in a file that is gone with the array."""
    if 8 * math.prod(shape) <= MEMORY:
        return np.zeros(shape)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, np.float64, "w+", shape=shape)
