"""How a target is fuzzed: inputs that Hypothesis draws, as many as fit into some seconds, and a tally of them."""

import contextlib
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

Case = Any
LONGEST_MESSAGE = 1200


@dataclass(frozen=True)
class Target:
    """Something that takes input from outside."""

    name: str
    cases: st.SearchStrategy[Case]
    """Inputs."""
    attack: Callable[[Case], bool]
    """Raises where something is wrong; whether the input was taken (else it was refused in a line)."""


@dataclass
class Tally:
    """What a fuzzing of one target came to."""

    inputs: int = 0
    taken: int = 0
    seconds: float = 0.0
    worst_seconds: float = 0.0
    worst_case: Case = None

    def add(self, case: Case, seconds: float, taken: bool) -> None:
        """Count an input."""
        self.inputs += 1
        self.taken += taken
        self.seconds += seconds
        if seconds > self.worst_seconds:
            self.worst_seconds, self.worst_case = seconds, case


def property_of(target: Target, tally: Tally, examples: int, end: float = math.inf) -> Callable[[], None]:
    """A Hypothesis test of a target, which counts in ``tally`` what it tries.

    end: after this time, by time.monotonic, only an input that has failed is tried again, to make it smaller.
    """
    failures: list[Case] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(target.cases)
    def holds(case: Case) -> None:
        if time.monotonic() > end and not failures:
            return
        start = time.perf_counter()
        try:
            taken = target.attack(case)
        except Exception:
            failures.append(case)
            raise
        tally.add(case, taken=taken, seconds=time.perf_counter() - start)

    return holds


def fuzz(target: Target, *, seconds: float = 0.0, examples: int = 20, first_seed: int = 0) -> Tally:
    """Try a target with ``examples`` inputs, and with as many more again and again until ``seconds`` are over."""
    tally, end, number = Tally(), time.monotonic() + seconds, first_seed
    while True:
        seed(number)(property_of(target, tally, examples, end if seconds else math.inf))()
        number += 1
        if time.monotonic() >= end:
            return tally


def line(error: Exception) -> bool:
    """Check that an error's message is one printable line of bearable length; always False."""
    text = str(error)
    assert text.isprintable(), text
    assert 5 < len(text) < LONGEST_MESSAGE, text
    return False


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A new folder to work in; nothing is written elsewhere."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name), patch.dict(os.environ, HOME=name):
        yield Path(name)
