"""The strength that a validation part chooses: ties are ties, and the simpler of what is as good wins."""

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.study.best.choosing import choose

SEEDS, ROWS = 3, 20
ONES = np.ones((SEEDS, ROWS))
NOISE = np.random.default_rng(5).normal(size=(SEEDS, ROWS))


def wrong(*rows: int) -> np.ndarray:
    """Errors of networks that all answer the same rows wrongly."""
    return np.isin(np.arange(ROWS), rows)[None] * ONES


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([ONES, ONES, ONES], 0),
        ([ONES, ONES - 1e-12, ONES - 2e-12], 0),  # the last bits of a float
        ([wrong(1, 2), wrong(3, 4)], 0),  # as many right answers
        ([wrong(1), wrong(2), wrong(3, 4)], 0),
        ([ONES, 0.9 * ONES, 0.8 * ONES], 2),
        ([ONES, 0.8 * ONES, 0.8 * ONES], 1),  # the weaker of two that are as good
        ([0.8 * ONES, ONES, 0.9 * ONES], 0),
        ([ONES + NOISE, 0.99 * ONES], 0),  # better, but by less than it is uncertain
        ([ONES, ONES - 0.3 + 0.1 * NOISE, ONES - 0.301 - 0.1 * NOISE], 1),
        ([ONES + 0.001 * NOISE, 0.9 * ONES], 1),
        ([np.nan * ONES, ONES, 0.5 * ONES], 2),
        ([ONES, np.nan * ONES, ONES], 0),
    ],
)
def test_the_simplest_that_is_not_worse(candidates: list[np.ndarray], chosen: int) -> None:
    assert choose(np.array(candidates)) == chosen


@pytest.mark.parametrize(("share", "chosen"), [(0.9, 0), (1.1, 1)])
def test_within_one_standard_error_over_rows(share: float, chosen: int) -> None:
    """Seeds that agree leave the rows' error alone: s/√rows of the paired differences."""
    differences = NOISE[0] - NOISE[0].mean()
    error = differences.std(ddof=1) / np.sqrt(ROWS)
    plain = ONES + (differences + share * error)
    assert choose(np.array([plain, ONES])) == chosen
    assert choose(np.array([plain, ONES]), 2 * share) == 0
    assert choose(np.array([plain, ONES]), 0) == 1


def test_nothing_to_choose_from() -> None:
    with pytest.raises(ls.InputError, match="training diverges at every strength"):
        choose(np.array([np.nan * ONES, np.nan * ONES]))
