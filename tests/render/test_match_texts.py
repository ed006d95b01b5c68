"""The lines of a match's report."""

from dataclasses import replace
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.render.match_texts import measure_rows, measured_on, time_line
from lsexplorer.study.stats import Interval


@pytest.fixture(scope="module")
def match(iris: ls.Dataset) -> Any:
    return ls.match(iris, ls.Hyperparameters(hidden=(3,)), epochs=8, seeds=9)


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


def test_a_difference_in_words(match: Any) -> None:
    finding = match.matchings["weight_norm"].findings[0]

    def cell(*interval: float) -> str:
        matching = replace(match.matchings["weight_norm"], findings=(replace(finding, difference=Interval(*interval)),))
        return measure_rows(replace(match, matchings=match.matchings | {"weight_norm": matching}))[0][4]

    assert cell(0.01, -0.002, 0.022) == "+0.010 [-0.002, +0.022]"
    assert cell(0.0, 0.0, 0.0) == "+0 throughout"
    assert cell(*[float("nan")] * 3) == ""


def test_on_what_it_was_measured(match: Any) -> None:
    assert measured_on(match) == "9 seeds on 8 splits"
    assert measured_on(replace(match, splits=1)) == "9 seeds on one split"
    some = replace(match, evaluation=match.evaluation[:4], complete=False)
    assert measured_on(some) == "4 seeds on 8 splits, of 9 on 8: interrupted"
