"""Two classes and a sigmoid: one output unit, whose smoothed targets are the old 0.9 and 0.1."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.run.hyperparameters import Hyperparameters
from tests.support.data_screen import data_screen
from tests.support.explorer import explorer, shows, table
from tests.support.helpers import dataset, slow

SIGMOID = {"output": "sigmoid", "loss": "binary_cross_entropy"}


@pytest.fixture(scope="module")
def two() -> ls.Dataset:
    """40 training and 15 test samples of two classes that overlap."""
    rng = np.random.default_rng(4)
    y, y_test = np.arange(40) % 2, np.arange(15) % 2
    X, X_test = rng.normal(size=(40, 3)), rng.normal(size=(15, 3))
    data = dataset(X + y[:, None], y, X_test + y_test[:, None], y_test, classes=2, name="two")
    return replace(data, class_names=("no", "yes"))


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def trainer(data: ls.Dataset, **hyperparameters: Any) -> ls.Trainer:
    return ls.Trainer(data, Hyperparameters(**{"hidden": (), "batch_size": 40} | hyperparameters))


def test_a_sigmoid_has_one_unit_and_a_softmax_two(two: ls.Dataset, small: ls.Dataset) -> None:
    assert trainer(two, **SIGMOID).network.sizes == (3, 1)
    assert trainer(two, output="sigmoid", loss="mse", hidden=(4, 2)).network.sizes == (3, 4, 2, 1)
    assert trainer(two).network.sizes == (3, 2)
    assert trainer(two, output="tanh", loss="mse").network.sizes == (3, 2)
    assert trainer(small, **SIGMOID).network.sizes == (3, 3)


def test_a_fifth_smoothed_is_nine_tenths_and_one_tenth(two: ls.Dataset) -> None:
    t = trainer(two, **SIGMOID, label_smoothing=0.2)
    for part, y in (("train", two.y_train), ("test", two.y_test)):
        assert t.targets(part).tolist() == [[0.9] if k else [0.1] for k in y]
    assert trainer(two, **SIGMOID).targets("train").tolist() == [[float(k)] for k in two.y_train]


def test_the_one_unit_takes_the_second_classs_share_of_soft_targets(two: ls.Dataset) -> None:
    t = trainer(two, **SIGMOID, soft_targets=((0.7, 0.3), (0.25, 0.75)))
    assert t.targets("test").tolist() == [[0.75] if k else [0.3] for k in two.y_test]
    soft = np.random.default_rng(0).dirichlet([1, 1], size=40)
    data = dataset(two.X_train, two.y_train, classes=2, soft_train=soft, soft_test=soft)
    assert trainer(data, **SIGMOID).targets("train").tolist() == soft[:, 1:].tolist()


@pytest.mark.parametrize("a", [0.0, 0.2])
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_training_is_logistic_regression(two: ls.Dataset, a: float, l2: float) -> None:
    """Batch gradient descent on the log loss, with the targets 0.9 and 0.1, written out here."""
    t = trainer(two, **SIGMOID, label_smoothing=a, l2=l2, learning_rate=0.5)
    w, b = t.network.weights[0][:, 0].copy(), float(t.network.biases[0][0])
    assert w.shape == (3,)
    X, target = two.X_train, np.where(two.y_train == 1, 1 - a / 2, a / 2)
    for _ in range(100):
        error = logistic(X @ w + b) - target
        w, b = w - 0.5 * (X.T @ error / len(X) + l2 * w), b - 0.5 * error.mean()
    t.step(100)
    assert t.network.weights[0][:, 0] == pytest.approx(w, rel=1e-10)
    assert t.network.biases[0][0] == pytest.approx(b, rel=1e-10)

    p = logistic(two.X_test @ w + b)
    z, y, found = np.log(p / (1 - p)), two.y_test, t.evaluate("test")
    own, target = np.where(y == 1, p, 1 - p), np.where(y == 1, 1 - a / 2, a / 2)
    assert found.accuracy == np.mean((p > 0.5) == y)
    assert found.nll == pytest.approx(-np.log(own).mean())
    assert found.logit_gap == pytest.approx(np.where(y == 1, z, -z).mean())
    assert found.brier == pytest.approx((2 * (1 - own) ** 2).mean())
    assert found.mean_confidence == pytest.approx(np.maximum(p, 1 - p).mean())
    assert found.loss == pytest.approx(-(target * np.log(p) + (1 - target) * np.log(1 - p)).mean())


def test_two_units_start_where_one_does_not_and_learn_as_much(two: ls.Dataset) -> None:
    one, both = trainer(two, **SIGMOID, learning_rate=0.5), trainer(two, learning_rate=0.5)
    for t in (one, both):
        t.step(2000)
    # The softmax of two logits is the logistic function of their difference: both come to the same optimum.
    W, b = both.network.weights[0], both.network.biases[0]
    assert W[:, 1] - W[:, 0] == pytest.approx(one.network.weights[0][:, 0], rel=1e-3)
    assert b[1] - b[0] == pytest.approx(one.network.biases[0][0], rel=1e-3)
    assert both.evaluate("test").nll == pytest.approx(one.evaluate("test").nll, rel=1e-3)


def test_deltas_of_the_one_output(two: ls.Dataset) -> None:
    t = trainer(two, **SIGMOID, label_smoothing=0.2, hidden=(2,), learning_rate=0.1)
    sample = int(np.flatnonzero(two.y_train == 1)[0])
    found = t.deltas(sample)
    assert [(node.name, node.class_name) for node in found.nodes if node.class_name] == [("o1", "yes")]
    node = found.node("o1")
    hidden = np.tanh(two.X_train[sample] @ t.network.weights[0] + t.network.biases[0])
    output = logistic(hidden @ t.network.weights[1] + t.network.biases[1])[0]
    assert node.output == pytest.approx(output)
    assert (node.target, node.soft_target) == (1.0, 0.9)
    assert node.signal == pytest.approx(0.9 - output)
    assert trainer(two).deltas(sample).node("o2").class_name == "yes"


def test_history_save_and_replay(two: ls.Dataset, tmp_path: Path) -> None:
    t = trainer(two, **SIGMOID, label_smoothing=0.2)
    t.step(6)
    t.save(tmp_path / "run.json")
    from lsexplorer.run import load_run

    again = load_run(tmp_path / "run.json", data=two)
    assert again.network.parameters.tobytes() == t.network.parameters.tobytes()
    assert again.history["test_loss"].values.tolist() == t.history["test_loss"].values.tolist()


@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
async def test_the_screens_show_one_output(two: ls.Dataset, size: tuple[int, int]) -> None:
    t = trainer(two, **SIGMOID, label_smoothing=0.2, hidden=(2,))
    t.step(3)
    async with explorer(size=size, trainer=t) as e:
        assert "3-2-1" in e.status
        e.session.set_sample(1)
        e.find("#deltas").screen.refresh_frame()
        await e.rest()
        nodes = table(e.text, "Next step")
        assert list(nodes) == ["o1", "h1", "h2"]
        assert (nodes["o1"]["t"], nodes["o1"]["t′"]) == ("1", ".9000")
        await e.press("D")
        lines = e.text.splitlines()
        row = next(line for line in lines if " 2 train" in line)
        assert "0, 1" in row
        assert ".1, .9" in row
        assert "yes" in row


async def test_how_sure_the_one_output_is(two: ls.Dataset) -> None:
    t = trainer(two, **SIGMOID)
    t.step(5)
    async with data_screen(t, (140, 70)) as e:
        p = logistic(two.X_train @ t.network.weights[0][:, 0] + t.network.biases[0][0])
        lines = e.text.splitlines()
        for i in range(40):
            line = next(line for line in lines if f" {i + 1} train" in line)
            says, sure = line.rpartition("│")[0].rpartition("│")[2].rsplit(maxsplit=1)
            assert ("yes" in says) == (p[i] > 0.5)
            assert ("✗" in says) == ((p[i] > 0.5) != two.y_train[i])
            assert shows(sure, max(p[i], 1 - p[i]))
