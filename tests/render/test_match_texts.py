"""The lines of a match's report."""

from dataclasses import replace
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.render.match_texts import time_line


@pytest.fixture(scope="module")
def match(iris: ls.Dataset) -> Any:
    return ls.match(iris, ls.Hyperparameters(hidden=(3,)), epochs=1, seeds=9)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ({"search": 2.04, "evaluation": 0.5, "statistics": 0.01}, "search 2.0 s, evaluation 0.5 s."),
        ({"search": 0.04, "evaluation": 0.5}, "evaluation 0.5 s."),
        ({"search": 0.01, "evaluation": 0.002, "statistics": 0.0}, "under a second in all."),
        ({}, "under a second in all."),
    ],
)
def test_the_line_of_times_reads_well_however_quick_the_parts_were(match: Any, seconds: Any, text: str) -> None:
    line = time_line(replace(match, seconds=seconds))
    assert line == f"{match.networks:,} networks of {match.plan.steps:,} steps; {text}"
