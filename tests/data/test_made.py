"""Data sets that are made: fixed by their seed, of the shape they are said to have, and refused in one line."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import BUILTINS, LoadOptions
from lsexplorer.data.made import MADE
from lsexplorer.render.command_line import command_line
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.model.session import Session
from tests.support.command import refused, run

DIGESTS = {
    "circles": ("aa6b359120fba0f8", "da24cb0fa653b0d4956d7fc828b48ea469284741ca66203efb172dc3ace826ff"),
    "xor": ("1e903d57fbcc4abb", "60a5639db9572f0974e4e72234e484bdc15002ecdf57ada997dc7dadb192ddea"),
    "moons": ("fc93ccc57aa7e559", "3b2c1f969897887278ac4b7c30dabacdb906d307d838a75e410ad644bba00f3c"),
    "spiral": ("1560e736557382d2", "9462b8de0dbdc5c21ef76c30407c695f5f3eb4a5449a3bff54ec5f0108f75ce4"),
    "blobs": ("c49062ba6441b6ba", "837ddbc97aaae454872d1f274e03d34b7f2335a95cecc79d96263145af97c1f8"),
}
"""Of the samples as whole ten-thousandths, and of the data set, by which run files know it: neither may ever change."""


def points(name: str, **options: Any) -> tuple[np.ndarray, np.ndarray]:
    """The samples in the order in which they were made, and their classes."""
    data = ls.load_dataset(name, **options)
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    X = np.concatenate([data.raw_train, data.raw_test])[order]
    return X, np.concatenate([data.y_train, data.y_test])[order]


@pytest.mark.parametrize("name", MADE)
def test_the_samples_are_fixed_by_the_seed(name: str) -> None:
    X, y = points(name)
    samples, whole = DIGESTS[name]
    assert hashlib.sha256(np.rint(X * 1e4).astype("<i4").tobytes()).hexdigest().startswith(samples)
    assert ls.load_dataset(name).digest == whole
    assert np.array_equal(y, np.arange(500) % len(MADE[name].class_names))
    assert not np.array_equal(points(name, data_seed=1)[0], X)


def test_the_split_has_a_seed_of_its_own() -> None:
    X, y = points("moons", data_seed=3)
    again, same = points("moons", data_seed=3, seed=9)
    assert np.array_equal(again, X)
    assert np.array_equal(same, y)
    assert ls.load_dataset("moons", data_seed=3, seed=9).digest != ls.load_dataset("moons", data_seed=3).digest


def test_without_noise_every_sample_lies_where_its_class_is() -> None:
    def made(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        X, y = points(name, noise=0, samples=2000)
        return X, y, np.hypot(*X.T)

    X, y, radius = made("circles")
    assert radius[y == 0].max() <= 0.5001
    assert radius[y == 1].min() >= 0.7499
    assert radius.max() <= 1.0001
    assert np.quantile(radius[y == 0], 0.5) == pytest.approx(0.5 / np.sqrt(2), abs=0.02)  # evenly filled: half the area
    X, y, _ = made("xor")
    assert np.array_equal(X[:, 0] * X[:, 1] < 0, y == 1)
    assert np.abs(X).min() >= 0.0999
    assert np.abs(X).max() <= 1.0001
    assert all(0.2 < share < 0.3 for share in np.unique(np.sign(X), axis=0, return_counts=True)[1] / len(X))
    X, y, radius = made("moons")
    assert radius[y == 0] == pytest.approx(np.ones(1000), abs=1e-3)
    assert np.hypot(*(X[y == 1] - [1, 0.5]).T) == pytest.approx(np.ones(1000), abs=1e-3)
    assert X[y == 0, 1].min() >= 0
    assert X[y == 1, 1].max() <= 0.5
    X, y, radius = made("spiral")
    turned = np.arctan2(X[:, 1], X[:, 0]) - 4 * radius - 2 * np.pi / 3 * y
    assert np.cos(turned) == pytest.approx(np.ones(2000), abs=1e-4)
    X, y, _ = made("blobs")
    corners = [X[y == k][0] for k in range(3)]
    assert all(np.array_equal(X[y == k], np.tile(corners[k], (sum(y == k), 1))) for k in range(3))
    assert [np.hypot(*(corners[k] - corners[k - 1])) for k in range(3)] == pytest.approx([np.sqrt(3)] * 3, abs=1e-3)


def test_noise_is_the_standard_deviation_of_what_is_added() -> None:
    X, y = points("blobs", noise=0.7, samples=3000)
    assert [X[y == k].std(axis=0) for k in range(3)] == [pytest.approx([0.7, 0.7], rel=0.06)] * 3


def test_ten_samples_are_a_data_set() -> None:
    data = ls.load_dataset("spiral", samples=10)
    assert (len(data.y_train), len(data.y_test)) == (7, 3)
    assert "10 samples were made by the data seed 0; the standard deviation of their noise is 0.05." in data.notes


@pytest.mark.parametrize(
    ("name", "steps", "least"),
    [("circles", 400, 0.93), ("xor", 300, 0.95), ("moons", 400, 0.93), ("spiral", 400, 0.93), ("blobs", 100, 0.97)],
)
def test_the_suggested_network_learns_the_set_within_a_few_hundred_steps(name: str, steps: int, least: float) -> None:
    trainer = ls.Trainer(ls.load_dataset(name), ls.Hyperparameters(**default_hyperparameters(name)))
    trainer.step(steps)
    assert trainer.evaluate("test").accuracy >= least


def test_a_saved_run_replays_on_the_same_samples(tmp_path: Path) -> None:
    data = ls.load_dataset("moons", noise=0.3, samples=60, data_seed=5, label_noise=0.1)
    trainer = ls.Trainer(data, ls.Hyperparameters(**default_hyperparameters(data)))
    trainer.step(30)
    trainer.save(tmp_path / "run.json")
    again = ls.load_run(tmp_path / "run.json")
    assert np.array_equal(again.network.parameters, trainer.network.parameters)
    assert again.data.options == data.options
    file = json.loads((tmp_path / "run.json").read_text())
    file["data"]["options"]["data_seed"] = 6
    (tmp_path / "run.json").write_text(json.dumps(file))
    with pytest.raises(ls.InputError, match="other data"):
        ls.load_run(tmp_path / "run.json")


def test_old_run_files_have_no_new_options() -> None:
    """What is written for other data is what it always was."""
    assert set(LoadOptions().as_dict()) == {"target", "test_size", "test_file", "missing", "label_noise", "seed"}
    assert LoadOptions(noise=0.0).as_dict()["noise"] == 0


def test_the_command_that_a_screen_shows_makes_the_same_data() -> None:
    data = ls.load_dataset("circles", noise=0.25, samples=80, data_seed=2)
    hp = ls.Hyperparameters(**default_hyperparameters(data))
    assert command_line("match", data, hp) == "lsexplorer match circles --noise 0.25 --samples 80 --data-seed 2"


def test_the_form_offers_them_and_keeps_the_ones_that_were_given() -> None:
    noisy = ls.load_dataset("moons", noise=0.5)
    session = Session(ls.Trainer(noisy, ls.Hyperparameters(**default_hyperparameters(noisy))))
    assert next(iter(session.data_names)) == "moons"
    assert set(session.data_names) == set(BUILTINS)
    session.rebuild({}, "spiral")
    assert session.trainer.network.sizes == (2, 8, 8, 3)
    session.rebuild({}, "moons")
    assert session.data is noisy


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["moons", "--noise", "-1"], "noise must be a number from 0 to 10, got -1.0"),
        (["moons", "--noise", "nan"], "noise must be a number from 0 to 10"),
        (["moons", "--samples", "9"], "samples must be a whole number from 10 to 100000, got 9"),
        (["moons", "--data-seed", "-1"], "--data-seed"),
        (["moons", "--data-seed", str(2**63)], "data_seed must be a whole number"),
        (["iris", "--noise", "0.1"], "noise goes with the data that are made, circles, xor, moons, spiral, blobs"),
        (["own.csv", "--samples", "50"], "samples goes with the data that are made"),
        (["moons", "--target", "1"], "target goes with a file of one's own"),
        (["mons"], "Did you mean 'moons'?"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(args: list[str], words: str) -> None:
    refused(run("data", *args), words)


@pytest.mark.parametrize("value", [True, "0.1", 1.5, [3]])
def test_the_options_take_numbers_alone(value: Any) -> None:
    for name in ("samples", "data_seed", *([] if value == 1.5 else ["noise"])):
        with pytest.raises(ls.InputError, match=f"{name} must be"):
            LoadOptions(**{name: value})


def test_studies_take_them_as_they_take_iris(tmp_path: Path) -> None:
    few = ["blobs", "--samples", "40", "--noise", "0.5", "--epochs", "2", "--cores", "0", "--json"]
    code, out, _ = run("sweep", *few, "--vary", "l2=0,0.01", "--seeds", "2")
    assert code == 0
    assert json.loads(out)["data"] == "blobs"
    code, out, _ = run("match", *few, "--seeds", "3", "--splits", "3")
    assert code == 0
    assert json.loads(out)["digest"] == ls.load_dataset("blobs", samples=40, noise=0.5).digest
