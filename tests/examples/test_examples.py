"""The examples: short, and each trains networks that can be judged, where its framework is there."""

import importlib.util
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer import Recipe
from tests.support.pages import ROOT

FRAMEWORKS = {
    "torch_mlp": "torch",
    "torch_cnn": "torch",
    "keras_mlp": "keras",
    "sklearn_mlp": "sklearn",
    "xgboost_trees": "xgboost",
    "jax_bank": "jax",
}
FILES = sorted((ROOT / "examples").glob("*.py"))


def test_every_example_is_short_and_named_here() -> None:
    assert {file.stem for file in FILES} == set(FRAMEWORKS)
    for file in FILES:
        assert len(file.read_text(encoding="utf-8").splitlines()) < 60, file


@pytest.fixture
def example(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """An example as a module that trains for a moment only."""
    name = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the frameworks are not ours
        monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "torch"))
        pytest.importorskip(FRAMEWORKS[name], reason=f"{FRAMEWORKS[name]} is not installed")
        spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if "torch" in sys.modules:  # Keras may work with it
            sys.modules["torch"].set_num_threads(1)
        for constant, value in {"EPOCHS": 5, "STEPS": 200, "TREES": 5, "BANK": 4}.items():
            if hasattr(module, constant):
                monkeypatch.setattr(module, constant, value)
        yield module


@pytest.mark.slow
@pytest.mark.parametrize("example", FRAMEWORKS, indirect=True)
def test_an_example_is_a_training_function(example: ModuleType) -> None:
    plain, again, other_seed, smoothed, tuning = (
        example.train(recipe).checked()
        for recipe in (
            Recipe(seed=1),
            Recipe(seed=1),
            Recipe(seed=2),
            Recipe(seed=1, label_smoothing=0.3),
            Recipe(seed=1, split=-1),
        )
    )
    data = ls.load_dataset("digits")
    assert np.array_equal(plain.y, data.y_test)
    assert (plain.logits.argmax(axis=1) == plain.y).mean() > 0.7
    assert np.allclose(plain.logits, again.logits, atol=1e-4)
    assert not np.allclose(plain.logits, other_seed.logits, atol=1e-2)
    assert len(tuning.y) != len(plain.y)

    def gap(answer: Any) -> float:
        z, y = answer.logits, answer.y
        own = z[np.arange(len(y)), y]
        return float((own - (z.sum(axis=1) - own) / 9).mean())

    assert gap(smoothed) < gap(plain)
    with pytest.raises(NotImplementedError, match="has no z_loss"):
        example.train(Recipe(z_loss=0.1))


@pytest.mark.slow
@pytest.mark.parametrize("example", FRAMEWORKS, indirect=True)
def test_l2_makes_the_logit_gap_smaller_too(example: ModuleType) -> None:
    strength = 50.0 if hasattr(example, "TREES") else 0.05
    spans = [np.ptp(example.train(Recipe(seed=1, l2=x)).checked().logits) for x in (0.0, strength)]
    assert spans[1] < spans[0]


@pytest.mark.slow
@pytest.mark.parametrize("example", FRAMEWORKS, indirect=True)
def test_an_example_is_matched(example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_trees = hasattr(example, "TREES")
    for constant in ("EPOCHS", "STEPS", "TREES"):
        if hasattr(example, constant):
            monkeypatch.setattr(example, constant, 50 if constant == "STEPS" else 1)
    low, high = (1.0, 1000.0) if is_trees else (1e-3, 1e-1)
    found = ls.match(
        train=example.train, out=tmp_path / "runs", criterion="logit_gap", seeds=3, tuning=1, low=low, high=high
    )
    assert found.verdict.text
    assert len(list((tmp_path / "runs").rglob("seed-*.npz"))) >= 10
