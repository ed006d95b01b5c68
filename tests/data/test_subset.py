"""Dataset.subset: some rows of each part."""

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.dataset import Rows
from tests.support.helpers import dataset, same_bits

ROWS: list[Rows] = [np.array([4, 1, 1]), np.arange(6) == 2, slice(1, 5, 2)]


@pytest.fixture
def data() -> ls.Dataset:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 2)), np.array([0, 1, 2, 0, 1, 2])
    soft = rng.dirichlet(np.ones(3), size=6)
    return dataset(X, y, X + 10, y[::-1].copy(), soft_train=soft, soft_test=soft[::-1], raw_train=X, raw_test=X)


@pytest.mark.parametrize("rows", ROWS, ids=["numbers", "mask", "slice"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_every_array_of_a_part_has_the_same_rows_and_the_other_part_keeps_its_own(
    data: ls.Dataset, part: str, rows: Rows
) -> None:
    subset = data.subset(**{part: rows})
    picked = np.arange(6)[rows]
    for name in ("X", "y", "soft"):
        for each in ("train", "test"):
            field = f"{name}_{each}"
            expected = getattr(data, field)
            assert same_bits(getattr(subset, field), expected[picked] if each == part else expected)
    assert getattr(subset, f"{part}_rows").tolist() == getattr(data, f"{part}_rows")[picked].tolist()


def test_units_of_the_source_are_worked_out_anew(data: ls.Dataset) -> None:
    subset = data.subset(slice(2))
    assert subset.raw_train is None
    assert subset.raw_test is None
    assert same_bits(subset.raw_part("train"), data.X_train[:2])


def test_hard_targets_stay_hard(small: ls.Dataset) -> None:
    subset = small.subset(slice(5), slice(2))
    assert subset.soft_train is None
    assert subset.soft_test is None
    assert subset.targets_train.shape == (5, 3)


def test_other_fields_can_be_changed_and_the_digest_follows(data: ls.Dataset) -> None:
    subset = data.subset(slice(3), name="three", y_test=np.zeros(6, dtype=np.int64))
    assert (subset.name, subset.y_test.sum()) == ("three", 0)
    assert subset.class_names == data.class_names
    assert len({data.digest, subset.digest, data.subset(slice(3)).digest}) == 3
    assert data.subset().digest == data.digest
