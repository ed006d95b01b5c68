"""Generators seeded many at once are NumPy's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer.run.seeding import BLOCK, generator
from lsexplorer.run.start import epoch_order


@given(seed=st.integers(0, 2**64 - 1), stream=st.integers(0, 2**32 - 1), number=st.integers(0, 2**32 - 1))
def test_a_generator_is_the_one_that_numpy_seeds(seed: int, stream: int, number: int) -> None:
    expected = np.random.default_rng((seed, stream, number)).bit_generator.state
    assert generator(seed, stream, number).bit_generator.state == expected


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**32, 2**63 - 1])
def test_orders_are_permutations_of_numpys_generators(seed: int) -> None:
    for epoch in (0, 1, BLOCK - 1, BLOCK, 10 * BLOCK + 3, 0):
        for rows in (1, 120, 1000):
            expected = np.random.default_rng((seed, 1, epoch)).permutation(rows)
            assert epoch_order(seed, epoch, rows).tolist() == expected.tolist()
