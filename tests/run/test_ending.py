"""A replay that ends elsewhere is noticed: it says by how much, and the saved weights are kept."""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.run import ending, load_run
from tests.support.command import run
from tests.support.helpers import flat, same_bits, trainer

Saved = tuple[ls.Trainer, Path]
SAVE = """
import sys
import lsexplorer as ls
t = ls.Trainer(ls.load_dataset("iris"), ls.Hyperparameters(hidden=(16, 8), learning_rate=0.5))
t.step(400)
t.save(sys.argv[1])
print(t.network.parameters.tobytes().hex())
"""


@pytest.fixture
def saved(iris: ls.Dataset, tmp_path: Path) -> Saved:
    t = trainer(iris, l2=0.01)
    t.step(20)
    t.save(tmp_path / "run.json")
    return t, tmp_path / "run.json"


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Write the run file anew, its contents changed."""
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return content


def nudge(content: dict[str, Any]) -> None:
    """As if the weights had been computed elsewhere: the first one is another."""
    weights = content["end"]["parameters"]
    weights[0] += 1e-3
    content["end"] |= {
        "sha256": hashlib.sha256(np.array(weights).tobytes()).hexdigest(),
        "numpy": "1.26.4",
        "blas": "openblas 0.3 Z80",
    }


def test_the_same_libraries_give_the_same_end(saved: Saved) -> None:
    t, path = saved
    loaded = ls.Trainer.load(path)  # a warning would be an error
    assert loaded.note == ""
    assert loaded.events == ()
    assert same_bits(flat(loaded), flat(t))


def test_saved_weights_are_kept_where_the_replay_differs(saved: Saved) -> None:
    path = saved[1]
    content = changed(path, nudge)
    with pytest.warns(
        UserWarning, match=r"NumPy 1\.26\.4, openblas 0\.3 Z80; its replay, .* differ by up to 0\.001 "
    ) as heard:
        loaded = ls.Trainer.load(path)
    assert loaded.note == str(heard[0].message)
    assert same_bits(flat(loaded), np.array(content["end"]["parameters"]))
    assert [event.step for event in loaded.events] == [20]
    loaded.back(3)
    assert loaded.step_count == 17
    loaded.step(3)
    assert same_bits(flat(loaded), np.array(content["end"]["parameters"]))
    loaded.save(path)
    assert same_bits(flat(ls.Trainer.load(path)), flat(loaded))


def test_where_the_weights_are_not_kept_the_norms_say_it(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    t, path = saved
    monkeypatch.setattr(ending, "KEPT_PARAMETERS", 10)
    t.save(path)
    assert changed(path, lambda content: content["end"].update(sha256="0" * 64))["end"]["parameters"] is None
    with pytest.warns(UserWarning, match="has changed since"):
        loaded = load_run(path)
    norm = f"{np.linalg.norm(t.network.weights[0]):.6g}"
    assert f"norms by layer {norm} instead of {norm}, " in loaded.note
    assert loaded.note.startswith("The file or the program has changed since this run was saved")
    assert same_bits(flat(loaded), flat(t))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content["end"]["parameters"].pop(), "those of another network"),
        (lambda content: content["end"].update(norms=[]), "those of another network"),
        (lambda content: content["end"].update(sha256="0" * 64), "do not have the digest"),
        (lambda content: content["end"].update(colour="red"), "colour"),
    ],
)
def test_an_ending_that_cannot_be(saved: Saved, change: Callable[[dict[str, Any]], object], words: str) -> None:
    changed(saved[1], change)
    with pytest.raises(ls.InputError, match=words):
        load_run(saved[1])


def test_a_run_file_of_version_1_has_no_ending(saved: Saved) -> None:
    t, path = saved
    changed(path, lambda content: (content.update(version=1), content.pop("end")))
    assert same_bits(flat(ls.Trainer.load(path)), flat(t))


def test_the_command_says_it_in_one_line(saved: Saved, tmp_path: Path) -> None:
    changed(saved[1], nudge)
    code, out, err = run("screenshot", tmp_path / "out.svg", saved[1])
    assert (code, out) == (0, "")
    first, second = err.splitlines()
    assert first.startswith(f"{saved[1]}: This run was saved with NumPy 1.26.4")
    assert second.startswith("wrote ")


@pytest.mark.skipif(os.name == "nt" or os.uname().machine != "x86_64", reason="kernels of OpenBLAS for x86-64")
def test_a_run_of_another_kernel(tmp_path: Path) -> None:
    """Saved in a process in which OpenBLAS is told to use another kernel, with which the last bits differ."""
    path = tmp_path / "run.json"
    environment = {**os.environ, "PYTHONPATH": str(Path(ls.__file__).parents[1])}
    here = ending.blas_library()
    for kernel in ("Nehalem", "Haswell"):
        ended = subprocess.run(
            [sys.executable, "-c", SAVE, path],
            env={**environment, "OPENBLAS_CORETYPE": kernel},
            capture_output=True,
            text=True,
            check=True,
        )
        if json.loads(path.read_text())["end"]["blas"] != here:
            break
    else:
        pytest.skip("the BLAS library has one kernel here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = load_run(path)
    assert same_bits(flat(loaded), np.frombuffer(bytes.fromhex(ended.stdout)))
    if loaded.note:  # else the kernels sum alike
        assert f"{kernel}; its replay, with NumPy {np.__version__}, {here}, ended" in loaded.note


def test_the_blas_that_is_named_is_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not SciPy's, which may be loaded too, in any order."""
    own = {"user_api": "blas", "internal_api": "openblas", "version": "0.3.31", "filepath": "/x/numpy.libs/libblas.so"}
    other = own | {"version": "0.3.30", "filepath": "/x/scipy.libs/libblas.so"}
    for loaded in ([own, other], [other, own]):
        monkeypatch.setattr("threadpoolctl.threadpool_info", lambda loaded=loaded: loaded)
        assert ending.blas_library.__wrapped__() == "openblas 0.3.31"
