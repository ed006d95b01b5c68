"""The error terms: the delta table's at every step, wherever the path went and however it was reached."""

from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.comparison import Comparison, methods_of
from lsexplorer.views.error_terms import MOST_STEPS, error_terms
from lsexplorer.views.viewpoint import Viewpoint
from tests.support.explorer import new_trainer
from tests.support.pictures import numbers_of


def table(t: ls.Trainer, step: int, sample: int | None) -> list[float]:
    """t′ − o of the outputs in the delta table before a step."""
    t.goto(step)
    return [node.soft_error for node in t.deltas(sample).nodes if node.class_name]


@pytest.mark.parametrize(("variant", "sample"), [(0, 5), (1, None)])
def test_the_terms_are_those_of_the_delta_table(variant: int, sample: int | None) -> None:
    t = new_trainer(100)
    t.set(label_smoothing=0.1)
    t.step(350)
    t.set(label_smoothing=0.3)
    t.network.weights[1] = t.network.weights[1] / 2
    t.step(50)
    found = numbers_of("errors", t, sample=5, variant=variant)
    assert len(found.steps) <= MOST_STEPS + 1
    assert found.steps[0] == 0
    assert found.steps[-1] == found.now == 500
    assert np.diff(found.steps).max() <= 4
    for at in (0, 7, len(found.steps) // 2, -8, -1):
        assert found.terms[at] == pytest.approx(table(t, int(found.steps[at]), sample)), found.steps[at]
    assert table(t, 450, sample) == pytest.approx(found.terms[list(found.steps).index(448)], abs=0.5)


def test_every_region_of_a_path_has_values_however_it_was_reached(tmp_path: Path) -> None:
    t = new_trainer(1100)  # more steps than checkpoints
    t.save(tmp_path / "run.json")
    opened = numbers_of("errors", ls.load_run(tmp_path / "run.json"))
    found = numbers_of("errors", t)
    assert np.diff(found.steps).max() <= 1100 / 90
    assert found.terms == pytest.approx(opened.terms)
    t.goto(701)
    back = numbers_of("errors", t)
    assert (back.now, back.steps[-1]) == (701, found.steps[-2])
    assert 701 in back.steps


def test_the_first_step_below_zero_is_said() -> None:
    t = new_trainer(900, label_smoothing=0.1)
    found = numbers_of("errors", t, sample=3)
    assert found.own == t.data.y_train[3]
    below = [step for step, term in zip(found.steps, found.terms[:, found.own], strict=True) if term < 0]
    assert found.crossed == below[0]
    assert numbers_of("errors", new_trainer(200), sample=3).crossed is None
    assert numbers_of("errors", t, sample=3, variant=1).crossed is None


def test_each_method_of_a_comparison_has_its_own() -> None:
    hp = new_trainer().hyperparameters
    comparison = Comparison(ls.load_dataset("iris"), methods_of(hp, new_trainer().deltas(0).strengths))
    comparison.step(150)
    for method, run in zip(comparison.methods[:3], comparison.runs(), strict=False):
        alone = ls.Trainer(comparison.data, method.hyperparameters)
        alone.step(150)
        found = error_terms(run, Viewpoint(comparison.deltas(4)[0], "o1"))
        assert found.terms == pytest.approx(numbers_of("errors", alone, sample=4).terms)
