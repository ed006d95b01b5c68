"""The results of a sweep, in a CSV file from which a stopped sweep resumes.

Each network has a row: the recipe (a hash of everything that does not vary), the values that vary, the seed, what was
measured, and the libraries that it was computed with, which files of earlier versions lack. Rows are appended as jobs
finish, so that a kill loses only the jobs that were running. Only one sweep at a time writes to a file.
"""

import csv
import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lsexplorer.data.files import cannot, check_file, label, opened, shown
from lsexplorer.data.locks import only_writer
from lsexplorer.data.output import sync_folder, written
from lsexplorer.errors import InputError

LIBRARIES = "libraries"
"""The last column; it is no part of the recipe."""
Key = tuple[tuple[float, ...], int]
"""A point of the grid and a seed: what identifies a network."""


@contextmanager
def results_in(
    path: Path | None, recipe: str, names: Sequence[str], measures: Sequence[str], replace: bool = False
) -> Iterator["Results"]:
    """Results in a file that no other sweep writes to meanwhile; only in memory where ``path`` is None.

    A file that holds anything but results of this sweep is emptied if ``replace`` is set. Raises InputError for such a
    file otherwise, and for a file that another sweep is writing to, naming its process.
    """
    if path is None:
        yield Results(None, recipe, names, measures)
        return
    with only_writer(path, "sweep"):
        try:
            results = Results(path, recipe, names, measures)
        except InputError:
            if not replace or not path.is_file():
                raise
            with written(path):
                pass
            results = Results(path, recipe, names, measures)
        yield results


def results_of(files: Iterable[Path], recipe: str, names: Sequence[str], measures: Sequence[str]) -> "Results":
    """The rows of several files of one sweep, in memory.

    Raises InputError for a file that is missing or of another sweep, and for one that has another row of a network.
    """
    together = Results(None, recipe, names, measures)
    for file in files:
        check_file(file)
        part = Results(file, recipe, names, measures, option="--from")
        for key, values in part.rows.items():
            if repr(together.rows.setdefault(key, values)) != repr(values):  # NaN is as NaN
                raise InputError(f"{label(file)} has other numbers of a network that is in another file too")
        together.libraries |= part.libraries
    return together


class Results:
    """The rows known so far, in memory and, if there is a path, in the file."""

    def __init__(
        self,
        path: Path | None,
        recipe: str,
        names: Sequence[str],
        measures: Sequence[str],
        *,
        option: str = "--out",
    ) -> None:
        """Read what the file already holds.

        ``names`` are the hyperparameters that vary, ``measures`` what is measured. ``option``: what names the file; one
        of --from is not written to. Raises InputError for the file of another sweep, and for one that holds no results.
        """
        self._path, self._recipe, self._other = path, recipe, f"give another {option}"
        self._is_read_only = option != "--out"
        self._names, self._measures = tuple(names), tuple(measures)
        self.header = ["recipe", *names, "seed", *measures, LIBRARIES]
        self.rows: dict[Key, tuple[float, ...]] = {}
        """The measures of each network, in the order of ``measures``."""
        self.libraries: set[str] = set()
        """What the rows were computed with, as far as the file says."""
        if path is not None and path.exists() and (not path.is_file() or path.stat().st_size):
            self._read(path)

    def add(self, rows: Iterable[tuple[Key, Sequence[float]]], libraries: str) -> None:
        """Add rows that were computed with these libraries.

        They are on the disk when this returns; raises InputError if they cannot be written.
        """
        new = {key: tuple(map(float, values)) for key, values in rows if key not in self.rows}
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
        self.rows |= new
        self.libraries |= {libraries} - {""}

    def _read(self, path: Path) -> None:
        if not path.is_file():
            return
        with opened(path) as file:
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]  # a row cut off by a kill is measured again
        try:
            lines = list(csv.reader(io.StringIO(whole.decode("utf-8"))))
        except (UnicodeDecodeError, csv.Error):
            lines = [[]]
        cut_off = not lines and ",".join(self.header).encode().startswith(data)
        if lines[:1] == [self.header[:-1]]:  # of an earlier version
            self.header = self.header[:-1]
        if not cut_off and lines[:1] != [self.header]:
            raise InputError(f"{label(path)} does not hold results of this sweep (its columns differ): {self._other}")
        for number, line in enumerate(lines[1:], 2):
            self._take(path, number, line)
        if len(whole) < len(data) and not self._is_read_only:
            with path.open("r+b") as file:
                file.truncate(len(whole))

    def _take(self, path: Path, number: int, line: list[str]) -> None:
        names = len(self._names)
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
        self.rows[point, seed] = values
