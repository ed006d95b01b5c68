"""The data files that tests/fuzz damages are valid to begin with."""

from pathlib import Path

import pytest

from tests.support.fuzz.data import ARRAYS, FORMATS, PACKED, TEXTS, check

VALID = TEXTS + FORMATS + ARRAYS + PACKED


@pytest.mark.parametrize("content", VALID, ids=range(len(VALID)))
def test_the_files_that_are_mutated_are_valid(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    assert check(path, {}) is not None
