"""The splits of a data set on which a study trains: one for tuning, whose test part is not judged, and those judged."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.data.resplit import for_validation, new_split

TUNING = -1
"""The number of the tuning split; those that are judged are numbered from 0."""


class Splits:
    """A data set and its splits, each made where and when it is needed."""

    def __init__(self, data: Dataset, validation: NDArray[np.int64], seed: int) -> None:
        """Take row numbers into the training part, on which the tuning split tests and all others train.

        seed: split i, from 1, is drawn by seed + i; split 0 is the data's own.
        """
        self.data, self._validation, self._seed = data, validation, seed
        self._last: tuple[int, Dataset] = (0, data)

    def part(self, split: int) -> Dataset:
        """The data of a split; the last one is kept."""
        number, data = self._last
        if number != split:
            data = self._made(split)
            self._last = split, data
        return data

    def _made(self, split: int) -> Dataset:
        if split == TUNING:
            return for_validation(self.data, self._validation)
        return new_split(self.data, self._seed + split, self._validation) if split else self.data
