"""A run as a short text: what it says, and that it opens the same run again."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.run.share import is_shared, load_shared, share_text
from tests.support.command import refused, run

MATRIX = ((0.8, 0.1, 0.1), (0.1, 0.7, 0.2), (0.0, 0.25, 0.75))


def test_only_what_differs_is_in_the_text() -> None:
    data = ls.load_dataset("iris")
    assert share_text(ls.Trainer(data)) == "iris"
    trainer = ls.Trainer(data, ls.Hyperparameters(label_smoothing=0.1, hidden=(8, 4)))
    trainer.step(40)
    trainer.set(l2=0.01)
    trainer.step(160)
    assert share_text(trainer) == "iris?hidden=8,4&label_smoothing=0.1#40.l2=0.01&step=200"


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ({}, {"soft_targets": MATRIX, "loss": "mse", "seed": 7}),
        ({"test_size": 0.3, "label_noise": 0.1, "seed": 4}, {"learning_rate": 0.1 + 0.2}),
        ({}, {"momentum": 0.9, "nesterov": True, "optimizer": "sgd", "init": "he"}),
    ],
)
def test_a_text_opens_the_same_run(options: dict[str, Any], settings: dict[str, Any]) -> None:
    trainer = ls.Trainer(ls.load_dataset("iris", **options), ls.Hyperparameters(**settings))
    trainer.step(5)
    trainer.set(weight_decay=0.003)
    trainer.step(6)
    trainer.set(learning_rate=0.07)
    again = load_shared(share_text(trainer))
    np.testing.assert_array_equal(again.network.parameters, trainer.network.parameters)
    assert (again.hyperparameters, again.step_count) == (trainer.hyperparameters, 11)
    assert (again.data.digest, share_text(again)) == (trainer.data.digest, share_text(trainer))


def test_a_file_of_ones_own_keeps_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{n}.5,{(n * 7) % 5},{'ab'[n % 2]},{n % 3}" for n in range(30)]
    Path("my irises&co.csv").write_text("\n".join(["length,width,kind,group", *rows]))
    trainer = ls.Trainer(ls.load_dataset("my irises&co.csv", target="kind", drop=("group",)))
    text = share_text(trainer)
    assert text.startswith("my+irises%26co.csv?target=kind&drop=group")
    assert load_shared(text).data.digest == trainer.data.digest


def test_a_file_with_such_a_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("what?.csv").write_text("a,b\n")
    assert (is_shared("what?.csv"), is_shared("iris?l2=1"), is_shared("iris#step=2"), is_shared("iris")) == (
        False, True, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iris?l2", "a setting is NAME=VALUE, joined by &, in 'iris?l2'"),
        ("iris?l2=-1", "l2 must be a number from 0 to 1000, got '-1'"),
        ("iris?test_size=z", "test_size must be a number above 0 and below 1, such as 0.2, got 'z'"),
        ("iris?missing=foo", "missing must be drop or mean, got 'foo'"),
        ("iris#step=x", "a step is a whole number from 0 to 100,000,000, got 'x' in 'iris#step=x'"),
        ("iris#l2=1", "after # stand step=N and changes such as 40.l2=0.01, got 'l2=1'"),
        ("iris#20.l2=.1&step=10", "a change stands at step 20, but the run has 10 steps: add step=20 or more"),
        ("iris#5.hidden=3&step=10", "hidden rebuilds the network: start a new run with it"),
        ("iris#step=99999999", "replaying 99,999,999 steps of a 4-5-3 network would take about"),
    ],
)
def test_bad_texts_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    refused(run("screenshot", tmp_path / "out.svg", text), message)


def test_what_no_text_can_hold_is_said() -> None:
    iris = ls.load_dataset("iris")
    trainer = ls.Trainer(iris)
    trainer.network.weights[0][0, 0] = 0.5
    trainer.step()
    with pytest.raises(ls.InputError, match="set by hand at step 0, which no text holds: save the run instead"):
        share_text(trainer)
    with pytest.raises(ls.InputError, match="the data 'mine' were no file"):
        share_text(ls.Trainer(ls.Dataset.from_arrays(iris.X_train, iris.y_train, name="mine")))


def test_other_options_do_not_go_with_a_text(tmp_path: Path) -> None:
    message = "iris?l2=0.1 has its own settings: leave out --l1, and change it on the screen"
    refused(run("screenshot", tmp_path / "out.svg", "iris?l2=0.1", "--l1", "0.1"), message)


@given(st.text(max_size=40))
def test_any_text_is_a_run_or_an_input_error(end: str) -> None:
    with suppress(ls.InputError, ls.DivergenceError):
        load_shared(f"article?{end}", max_seconds=0.5)
