"""The run file: what is saved comes back bit for bit, and a write that fails leaves the old file as it was."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.run import load_run, runfile
from tests.support.helpers import MEANS, REMEDIES, edit, flat, same_bits, small_data, trainer

RUNS = [
    {},
    REMEDIES,
    {"momentum": 0.9, "nesterov": True, "label_smoothing": 0.2},
    {"optimizer": "adam", "hidden": (3, 2), "activation": "relu", "init": "he"},
    {"output": "sigmoid", "loss": "mae", "hidden": (), "soft_targets": 0.7},
    {"output": "identity", "loss": "hinge", "seed": 2**63 - 1},
    {**MEANS, "margin": 0.3},
    {"soft_targets": ((0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (1 / 3, 1 / 3, 1 / 3)), "learning_rate": 0.1 + 0.2},
]


def eventful(data: ls.Dataset, hyperparameters: dict[str, Any]) -> ls.Trainer:
    t = trainer(data, **hyperparameters)
    edit(t, 1.1)
    t.step(3)
    t.set(l2=0.123456789012345678, learning_rate=1 / 3)
    t.step(2)
    edit(t, 0.7)
    t.set(l1=1e-17)
    t.step(7)
    t.set(l2=0.0)
    return t


@pytest.mark.parametrize("hyperparameters", RUNS, ids=range(len(RUNS)))
def test_a_run_comes_back_bit_for_bit(iris: ls.Dataset, tmp_path: Path, hyperparameters: dict[str, Any]) -> None:
    t, path = eventful(iris, hyperparameters), tmp_path / "run.json"
    t.save(path)
    loaded = ls.Trainer.load(path)
    for _ in range(2):
        assert same_bits(flat(loaded), flat(t))
        assert same_bits(loaded.optimizer_state, t.optimizer_state)
        assert loaded.hyperparameters == t.hyperparameters
        assert loaded.initial_hyperparameters == t.initial_hyperparameters
        assert loaded.step_count == loaded.furthest_step == t.step_count
        assert loaded.events == t.events
        for series in ("weight_norm", "weight_norm_1", "logit_gap"):
            assert loaded.history[series].steps.tolist() == t.history[series].steps.tolist()
            assert same_bits(loaded.history[series].values, t.history[series].values)
        t.step(5)
        loaded.step(5)
    loaded.goto(4)
    t.goto(4)
    assert same_bits(flat(loaded), flat(t))


@pytest.mark.parametrize("hyperparameters", RUNS, ids=range(len(RUNS)))
def test_saving_what_was_loaded_writes_the_same_bytes(
    iris: ls.Dataset, tmp_path: Path, hyperparameters: dict[str, Any]
) -> None:
    eventful(iris, hyperparameters).save(tmp_path / "a.json")
    ls.Trainer.load(tmp_path / "a.json").save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_run_is_saved_up_to_its_present_step(iris: ls.Dataset, tmp_path: Path) -> None:
    t = eventful(iris, {})
    t.goto(4)
    t.save(tmp_path / "run.json")
    assert (t.step_count, t.furthest_step, len(t.events)) == (4, 12, 4)  # saving cuts nothing off the run itself
    loaded = ls.Trainer.load(str(tmp_path / "run.json"))
    assert (loaded.step_count, loaded.furthest_step, len(loaded.events)) == (4, 4, 2)
    assert same_bits(flat(loaded), flat(t))


def test_events_replay_in_the_order_of_their_steps(iris: ls.Dataset, tmp_path: Path) -> None:
    t, path = eventful(iris, REMEDIES), tmp_path / "run.json"
    t.save(path)
    run = json.loads(path.read_text(encoding="utf-8"))
    run["events"].reverse()
    path.write_text(json.dumps(run), encoding="utf-8")
    assert same_bits(flat(ls.Trainer.load(path)), flat(t))


def test_an_edit_without_a_step_after_it_is_saved(iris: ls.Dataset, tmp_path: Path) -> None:
    t = trainer(iris)
    t.step(3)
    edit(t, 2.0)
    t.save(tmp_path / "run.json")
    assert same_bits(flat(ls.Trainer.load(tmp_path / "run.json")), flat(t))


def test_a_run_that_was_reset_is_saved_from_its_reset(iris: ls.Dataset, tmp_path: Path) -> None:
    t = eventful(iris, {})
    t.reset(seed=8)
    t.step(5)
    t.save(tmp_path / "run.json")
    loaded = ls.Trainer.load(tmp_path / "run.json")
    assert same_bits(flat(loaded), flat(t))
    assert loaded.initial_hyperparameters.seed == 8


@given(values=st.lists(st.floats(-1e100, 1e100), min_size=31, max_size=31))
@settings(max_examples=30)
def test_any_finite_weights_come_back(values: list[float]) -> None:
    data = small_data()
    t = trainer(data, label_smoothing=0.1)
    t.network.parameters[:] = values
    with tempfile.TemporaryDirectory() as folder:
        t.save(Path(folder) / "run.json")
        loaded = load_run(Path(folder) / "run.json", data=data)
    assert same_bits(loaded.network.parameters, np.array(values))


def test_what_the_file_says(iris: ls.Dataset, tmp_path: Path) -> None:
    t = trainer(iris, label_smoothing=0.1)
    t.step(2)
    t.set(l2=0.5)
    t.step()
    t.save(tmp_path / "run.json")
    found = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    end = found.pop("end")
    assert end["sha256"] == hashlib.sha256(flat(t).tobytes()).hexdigest()
    assert end["norms"] == [float(np.linalg.norm(W)) for W in t.network.weights]
    assert end["parameters"] == flat(t).tolist()
    assert end["numpy"] == np.__version__
    assert found == {
        "format": "lsexplorer run",
        "version": 2,
        "data": {"name": "iris", "sha256": iris.digest, "source": "iris", "options": iris.options.as_dict()},
        "hyperparameters": json.loads(json.dumps(t.initial_hyperparameters.as_dict())),
        "events": [{"step": 2, "changes": {"l2": [0.0, 0.5]}, "parameters": None}],
        "steps": 3,
    }


def test_replaying_reports_its_progress(iris: ls.Dataset, tmp_path: Path) -> None:
    t = trainer(iris, hidden=(), batch_size=120)
    t.step(10)
    t.set(l2=0.1)
    t.step(2100)
    t.save(tmp_path / "run.json")
    told = []
    load_run(tmp_path / "run.json", progress=lambda done, steps: told.append((done, steps)))
    assert told == [(10, 2110), (2010, 2110), (2110, 2110)]


def test_a_run_can_be_loaded_onto_data_in_hand_if_its_contents_are_the_same(small: ls.Dataset, tmp_path: Path) -> None:
    t = eventful(small, REMEDIES)
    t.save(tmp_path / "run.json")
    assert same_bits(flat(load_run(tmp_path / "run.json", data=small_data())), flat(t))


def test_the_data_sets_digest_sees_all_that_training_sees(small: ls.Dataset) -> None:
    import dataclasses

    def changed(**parts: Any) -> str:
        return dataclasses.replace(small, **parts).digest

    X = small.X_train.copy()
    X[3, 1] = np.nextafter(X[3, 1], 9)
    other_y = small.y_test[::-1].copy()
    digests = [
        small.digest,
        changed(X_train=X),
        changed(X_test=X),
        changed(y_test=other_y),
        changed(soft_train=small.targets_train),
        changed(soft_test=small.targets_test),
        changed(class_names=("a", "b", "c")),
        changed(feature_names=("a", "b", "c")),
    ]
    assert len(set(digests)) == len(digests)
    assert changed(X_train=small.X_train.copy()) == small.digest
    assert changed(name="another name") == small.digest


# Writing ------------------------------------------------------------------------------------------------------------


def no_space(*args: object, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def no_permission(*args: object, **kwargs: Any) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("target", ["os.replace", "os.fdopen", "os.chmod", "os.open"])
@pytest.mark.parametrize("failure", [no_space, no_permission])
def test_a_write_that_fails_keeps_the_old_file_and_leaves_no_other(
    iris: ls.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, failure: Callable[..., Any]
) -> None:
    path = tmp_path / "run.json"
    path.write_text("what stood here before")
    monkeypatch.setattr(target, failure)
    with pytest.raises(
        ls.InputError, match=r"cannot write .*run\.json: .*(permission denied|no space left on device)$"
    ):
        trainer(iris).save(path)
    assert path.read_text() == "what stood here before"
    assert os.listdir(tmp_path) == ["run.json"]


def test_a_write_that_breaks_off_halfway_keeps_the_old_file(
    iris: ls.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "run.json", os.fdopen
    path.write_text("what stood here before")

    class Full:
        def __init__(self, *args: object) -> None:
            self.file: Any = real(*args)  # type: ignore[call-overload]

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, text: str) -> None:
            self.file.write(text[: len(text) // 2])
            no_space()

    monkeypatch.setattr("os.fdopen", Full)
    with pytest.raises(ls.InputError, match="no space"):
        trainer(iris).save(path)
    assert path.read_text() == "what stood here before"
    assert os.listdir(tmp_path) == ["run.json"]


@pytest.mark.parametrize(
    "name", ["", "missing/run.json", "file/run.json", "nul\0.json", "x" * 300, "folder"], ids=range(6)
)
def test_places_that_cannot_be_written_to(iris: ls.Dataset, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ls.InputError) as caught:
        trainer(iris).save(tmp_path / name)
    assert str(caught.value).isprintable()
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_an_old_file_is_replaced_and_a_new_one_has_ordinary_permissions(iris: ls.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("x" * 100_000)
    trainer(iris).save(path)
    assert ls.Trainer.load(path).step_count == 0
    (tmp_path / "plain").write_text("")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


# Reading ------------------------------------------------------------------------------------------------------------


def unreadable(path: Path) -> str:
    with pytest.raises(ls.InputError) as caught:
        ls.Trainer.load(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is a directory" in unreadable(tmp_path)
    assert "no such file" in unreadable(tmp_path / "missing.json")
    (tmp_path / "file").write_text("")
    for name in ("nul\0.json", "x" * 300, "file/run.json"):
        assert "cannot read" in unreadable(tmp_path / name)


def test_a_file_that_may_not_be_read(iris: ls.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer(iris).save(tmp_path / "run.json")
    monkeypatch.setattr(Path, "open", no_permission)
    assert unreadable(tmp_path / "run.json").endswith("run.json: permission denied")


def test_a_file_too_large_is_not_read(iris: ls.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runfile, "MAX_BYTES", 1000)
    trainer(iris).save(tmp_path / "run.json")
    with (tmp_path / "run.json").open("a") as file:
        file.write(" " * 1000)
    assert "larger" in unreadable(tmp_path / "run.json")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_a_device_without_an_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runfile, "MAX_BYTES", 1000)
    assert "larger" in unreadable(Path("/dev/zero"))
    assert "run file" in unreadable(Path("/dev/null"))
