"""A run file of a great many steps: its cost is said before the replay, and Ctrl-C ends a replay at once."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import lsexplorer as ls
from lsexplorer.run.training_step import TrainingStep
from tests.support.command import refused, run
from tests.support.helpers import trainer


@pytest.fixture
def saved(iris: ls.Dataset, tmp_path: Path) -> Path:
    t = trainer(iris)
    t.step(300)
    t.save(tmp_path / "run.json")
    return tmp_path / "run.json"


def change(path: Path, **values: Any) -> None:
    content = json.loads(path.read_text())
    settings = content["hyperparameters"] | values.get("hyperparameters", {})
    path.write_text(json.dumps(content | values | {"hyperparameters": settings}))


def test_a_run_that_takes_longer_than_it_may_is_refused(saved: Path) -> None:
    with pytest.raises(ls.InputError, match=r"replaying 300 steps of a 4-4-3 network would take about 0 minutes"):
        ls.load_run(saved, max_seconds=1e-3)
    assert ls.load_run(saved, max_seconds=10).step_count == 300
    assert ls.load_run(saved).step_count == 300


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"steps": 10**8}, "replaying 100,000,000 steps of a 4-4-3 network would take about 3 hours: --long"),
        (
            {"steps": 10**5, "hyperparameters": {"hidden": [1024, 1024], "optimizer": "adam"}, "end": None},
            "replaying 100,000 steps of a 4-1024-1024-3 network would take about 50 minutes: --long",
        ),
    ],
)
def test_the_command_says_what_a_long_replay_costs(saved: Path, tmp_path: Path, values: Any, words: str) -> None:
    change(saved, **values)
    refused(run("screenshot", tmp_path / "out.svg", saved), words)


def test_long_replays_all_the_same(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.run.replay.LONG_SECONDS", 1e-3)
    refused(run("screenshot", tmp_path / "out.svg", saved), "--long does it all the same")
    assert run("screenshot", tmp_path / "out.svg", saved, "--long")[0] == 0


def test_ctrl_c_ends_a_replay_at_once(saved: Path, tmp_path: Path) -> None:
    """No step is taken after it, whereas an interrupted run of one's own goes to the step that it was at."""
    take, calls = TrainingStep.take, []

    def interrupted(step: TrainingStep, *args: Any, **options: Any) -> Any:
        calls.append(step)
        if len(calls) == 200:
            raise KeyboardInterrupt
        return take(step, *args, **options)

    with patch.object(TrainingStep, "take", interrupted):
        assert run("screenshot", tmp_path / "out.svg", saved) == (130, "", "\ninterrupted\n")
    assert len(calls) == 200
