"""Two ways to train the same bank, held to the same numbers."""

import numpy as np

import lsexplorer as ls


def train_alike(mine: ls.Bank, right: ls.Bank) -> None:
    """Train both for 20 steps, in three goes; who diverges, parameters, states and answers are the same after each."""
    for n in (1, 3, 16):
        mine.step(n)
        right.step(n)
        assert np.array_equal(mine.diverged, right.diverged)
        for found, wanted in zip(mine.state()[1:], right.state()[1:], strict=True):
            found, wanted = (numbers[..., ~right.diverged] for numbers in (found, wanted))
            assert (abs(found - wanted) <= 1e-12 * abs(wanted).max(axis=-2, keepdims=True)).all()
        for found, wanted in zip(mine.answers(), right.answers(), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
