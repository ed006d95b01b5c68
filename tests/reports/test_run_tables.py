"""A run's numbers as tables: whole, and read back as they were."""

import csv
import io

import numpy as np

from lsexplorer.reports.run_tables import history_rows, separated
from lsexplorer.run import Series


def test_cells_are_quoted_where_they_must_be_and_read_back_as_they_were() -> None:
    rows = [["a,b", 'say "x"', ""], ["1", "two\nlines", "tab\there"]]
    for delimiter in ",\t":
        assert list(csv.reader(io.StringIO(separated(rows, delimiter)), delimiter=delimiter)) == rows


def test_a_history_has_a_row_for_each_step_and_every_digit() -> None:
    series = {
        "norm": Series(np.array([0, 1, 2]), np.array([0.1, 1 / 3, np.inf])),
        "loss": Series(np.array([0, 2]), np.array([1.5, 2e-300])),
    }
    assert history_rows(series) == [
        ["step", "norm", "loss"],
        ["0", "0.1", "1.5"],
        ["1", "0.3333333333333333", ""],
        ["2", "inf", "2e-300"],
    ]
