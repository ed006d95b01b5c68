"""lsexplorer's own networks, answered by a function or as files: the findings are those of `match`, bit for bit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.bank import Bank
from lsexplorer.study.answers import Answer
from lsexplorer.study.jobs import arms
from lsexplorer.study.match.search import FINE
from lsexplorer.study.train_function.functions import GivenFunction
from lsexplorer.study.train_function.matching import match_function
from lsexplorer.study.train_function.plan import Asked
from lsexplorer.study.train_function.recipe import Recipe

HP = ls.Hyperparameters(hidden=(4,), learning_rate=0.1)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[Recipe, Answer]:
    """What the networks answer that the engine trains from now on."""
    answers: dict[Recipe, Answer] = {}
    read_out = arms.read_out

    def recording(splits: Any, task: arms.ArmsTask[Any], check: Any, read: Callable[..., Any], *rest: Any) -> Any:
        def read_and_record(bank: Bank, reading: Any) -> Any:
            if reading.temperature == 1:
                for i, hp in enumerate(task.seeded):
                    strengths = {name: getattr(hp, name) for name in ("label_smoothing", "l2")}
                    answers[Recipe(seed=hp.seed, split=task.split, **strengths)] = answer(bank, i)
            return read(bank, reading)

        return read_out(splits, task, check, read_and_record, *rest)

    monkeypatch.setattr(arms, "read_out", recording)
    return answers


def answer(bank: Bank, i: int) -> Answer:
    network, data = bank.stacked(), bank.data
    return Answer(
        y=data.y_test,
        logits=bank.answers("test")[0][..., i],
        weights=[W[..., i] for W in network.weights],
        hidden=network.hidden(data.X_test)[..., i],
        y_train=data.y_train,
        hidden_train=network.hidden(data.X_train)[..., i],
    )


def data(splits: int) -> ls.Dataset:
    """Iris, or where there is one split, the same with a test part that it came with."""
    iris = ls.load_dataset("iris")
    if splits > 1:
        return iris
    X, y = np.vstack([iris.X_train, iris.X_test]), np.concatenate([iris.y_train, iris.y_test])
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:90], order[90:]
    return ls.Dataset.from_arrays(X[train], y[train], X_test=X[test], y_test=y[test])


@pytest.mark.parametrize(
    ("splits", "criterion", "seeds", "remedies"),
    [
        (3, "weight_norm", 3, ["l2"]),
        pytest.param(1, "nll", 4, ["l2"], marks=pytest.mark.slow),
        pytest.param(3, "logit_gap", 7, ["l2", "temperature"], marks=pytest.mark.slow),
    ],
)
def test_the_findings_are_those_of_match_bit_for_bit(
    splits: int, criterion: str, seeds: int, remedies: list[str], answered: dict[Recipe, Answer], tmp_path: Path
) -> None:
    options: dict[str, Any] = {"remedies": remedies, "criterion": criterion, "seeds": seeds}
    matches = ls.match_all(data(splits), HP, epochs=3, splits=splits, **options)
    asked = Asked(tuning=seeds // 2, splits=splits, fineness=FINE, **options)
    calls = []

    def train(recipe: Recipe) -> Answer:
        calls.append(recipe)
        return answered[recipe]

    found = match_function(GivenFunction(train), tmp_path, asked)
    for remedy, match in matches.matches.items():
        ours, theirs = match.matchings[criterion], found.matches[remedy].matchings[criterion]
        assert repr(theirs.strength) == repr(ours.strength)
        assert repr(theirs.findings) == repr(ours.findings)
        assert theirs.verdict.kind == ours.verdict.kind  # the text calls the test part otherwise
    strength = matches.matches["l2"].matchings[criterion].strength.value
    judged = ls.judge(tmp_path, against=f"l2={strength:.6g}", criterion=criterion)
    assert repr(judged.matching.findings) == repr(matches.matches["l2"].matchings[criterion].findings)
    assert matches.first.matchings[criterion].findings
    assert found.networks == matches.networks
    assert len(calls) == len(set(calls)) + 1  # the first is trained twice
