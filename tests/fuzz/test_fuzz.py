"""Input from outside, drawn at random: what must hold is in tests/support/fuzz/, what was found in test_seeds.py.

`python -m benchmarks.fuzz` goes on for longer, and prints what it tried.
"""

import os

import pytest

from tests.support.fuzz.harness import fuzz
from tests.support.fuzz.targets import targets
from tests.support.fuzz.walk import walk

EXAMPLES = {
    "text files": 25,
    "packed files": 30,
    "npz files": 60,
    "idx files": 60,
    "run files": 20,
    "settings": 100,
    "ranges": 100,
    "sweep files": 40,
    "command lines": 8,
    "keys": 2,
    "form and prompts": 2,
}
"""Inputs of the short test: about a second each."""
SECONDS = float(os.environ.get("LSEXPLORER_FUZZ_SECONDS", "6"))
"""Of each of the long tests."""


def test_every_target_is_tried() -> None:
    assert list(EXAMPLES) == list(targets())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_few_inputs(name: str) -> None:
    fuzz(targets()[name], examples=EXAMPLES[name])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_walk_over_all_screens(seed: int) -> None:
    assert walk(seed, 200).total() == 200


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_many_inputs(name: str) -> None:
    tally = fuzz(targets()[name], seconds=SECONDS, first_seed=1)
    print(f"\n{name}: {tally.inputs} inputs, the worst took {tally.worst_seconds:.2f} s")
