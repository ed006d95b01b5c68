"""Runs as scripts: what they say, what is refused, and that they come to the same weights where the frameworks are."""

import ast
import csv
import importlib.util
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from tests.support.command import refused, run
from tests.support.exports import SETTINGS, kept, trained

EXPECTED = Path(__file__).parent / "expected"
MODULES = {"torch": "torch", "jax": "jax", "keras": "keras", "sklearn": "sklearn"}
WEIGHTS: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "torch": lambda names: [W.detach().numpy().T for W in names["weights"]],
    "jax": lambda names: [np.asarray(W) for W, _ in names["params"]],
    "keras": lambda names: [layer.get_weights()[0] for layer in names["model"].layers],
    "sklearn": lambda names: names["model"].coefs_,
}
OF_SKLEARN = {"plain", "smoothing", "l2", "momentum", "nesterov", "adam", "relu", "logistic", "single unit"}
REFUSED = {
    "keras": {name: "changes on the way, which compiled Keras cannot follow" for name in SETTINGS if "changes" in name},
    "sklearn": dict.fromkeys(set(SETTINGS) - OF_SKLEARN, "MLPClassifier"),
}

SOME = (
    *("plain", "smoothing", "l2, decay", "nesterov", "adamw", "hinge", "l1", "matrix", "margin_smoothing"),
    *("last_layer_l2", "single unit", "soft rows"),
)
"""Keras takes several seconds each."""


def tolerance(framework: str, name: str) -> float:
    """Relative: Keras has the rate in float32; Adam of Keras and scikit-learn adds ε elsewhere."""
    if framework in ("keras", "sklearn") and "adam" in name:
        return 1e-5
    return 1e-6 if framework == "keras" else 1e-12


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the frameworks' own
@pytest.mark.parametrize(
    ("framework", "name"),
    [(f, name) for f in MODULES for name in (SOME if f == "keras" else SETTINGS) if name not in REFUSED.get(f, ())],
)
def test_a_script_comes_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], framework: str, name: str
) -> None:
    if importlib.util.find_spec(MODULES[framework]) is None:
        pytest.skip(f"{framework} is not installed: pip install '.[examples]'")
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # that of JAX has float64 only where JAX is told so before it starts
    trainer = trained(name)
    ls.export.write_script(trainer, framework, tmp_path / "run.py")
    names = runpy.run_path(str(tmp_path / "run.py"))
    of_script = WEIGHTS[framework](names)
    scale = max(float(np.abs(W).max()) for W in trainer.network.weights)
    for own, W in zip(of_script, trainer.network.weights, strict=True):
        assert np.abs(own - W).max() / scale < tolerance(framework, name)
    assert f"in lsexplorer {trainer.evaluate('test').accuracy:.6f}" in capsys.readouterr().out


@pytest.mark.parametrize("framework", MODULES)
def test_a_script_reads_as_it_did(framework: str) -> None:
    """Look at a script that differs before it takes the old one's place."""
    text = ls.export.script(kept("smoothing" if framework == "sklearn" else "l2, decay"), framework)
    assert text.replace(ls.__version__, "VERSION") == (EXPECTED / f"{framework}.py.txt").read_text()


@pytest.mark.parametrize("framework", MODULES)
def test_every_run_becomes_a_script_or_is_refused_by_name(framework: str) -> None:
    for name in SETTINGS:
        if name in REFUSED.get(framework, {}):
            with pytest.raises(ls.InputError, match=REFUSED[framework][name]) as error:
                ls.export.script(kept(name), framework)
            assert "--to torch or jax can" in str(error.value)
            continue
        text = ls.export.script(kept(name), framework)
        compile(text, f"{framework} {name}", "exec")
        assert max(len(line) for line in text.splitlines() if not line.startswith("To see the run: ")) <= 120, name
        assert 40 <= len(text.splitlines()) <= 75, name


def test_only_what_is_on_is_in_a_script() -> None:
    plain, smoothed = (ls.export.script(trained(name), "torch") for name in ("plain", "smoothing"))
    for word in ("label_smoothing", "SMOOTHING", "L2", "weight_decay", "momentum", "SOFT_TARGETS"):
        assert word not in plain
    assert "F.cross_entropy(z, t, label_smoothing=LABEL_SMOOTHING)" in smoothed


def test_the_name_of_the_data_is_text_whatever_it_is() -> None:
    of_iris = kept("plain").data
    data = ls.Dataset.from_arrays(of_iris.X_train, of_iris.y_train, name='a""" + str(1 / 0) + """\\N{x}')
    heading = ast.parse(ls.export.script(ls.Trainer(data), "torch")).body[0]
    assert isinstance(heading, ast.Expr)
    assert data.name in ast.literal_eval(heading.value)


def test_a_heading_has_the_text_that_opens_the_run_and_writes_the_script_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = ls.export.script(kept("changes"), "torch")
    (opens,) = re.findall(r"^To see the run: lsexplorer '(.*)'$", text, flags=re.MULTILINE)
    assert opens.endswith("&step=150")
    assert run("export", opens, "--to", "torch", "--out", "again.py")[0] == 0
    assert Path("again.py").read_text() == text
    refused(run("export", opens, "--to", "torch", "--out", "b.py", "--epochs", "2"), "has its own steps")
    refused(run("train", "iris?l2=0.1"), "'iris?l2=0.1' is a run: `lsexplorer` and its `export` open it")


def test_the_rows_lie_beside_the_script(tmp_path: Path) -> None:
    trainer = trained("soft rows")
    script, rows = ls.export.write_script(trainer, "jax", tmp_path / "run.py")
    assert (script.name, rows.name) == ("run.py", "run.npz")
    with np.load(rows) as arrays:
        assert set(arrays) == {"X_train", "y_train", "X_test", "y_test", "T_train"}
        np.testing.assert_array_equal(arrays["X_train"], trainer.data.X_train)
        np.testing.assert_array_equal(arrays["T_train"], trainer.data.targets_train)


def test_a_script_and_its_rows_take_no_place_of_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    of_iris = kept("plain").data
    np.savez(file, X=of_iris.X_train, y=of_iris.y_train)
    trainer = ls.Trainer(ls.load_dataset(str(file)))
    with pytest.raises(ls.InputError, match=r"mine\.npz is a file that is read: give another name"):
        ls.export.write_script(trainer, "torch", tmp_path / "mine.py")
    with pytest.raises(ls.InputError, match=r"torch\.py would import itself"):
        ls.export.write_script(trainer, "torch", tmp_path / "torch.py")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.npz"]


def test_what_a_script_cannot_follow_is_named() -> None:
    trainer = trained("plain")
    with pytest.raises(ls.InputError, match="unknown framework 'tensorflow'"):
        ls.export.script(trainer, "tensorflow")
    trainer.set(loss="focal")
    trainer.step()
    with pytest.raises(ls.InputError, match="loss changes at step 150, which a script cannot follow"):
        ls.export.script(trainer, "torch")
    trainer = trained("plain")
    trainer.network.weights[0][0, 0] = 1.0
    trainer.step()
    with pytest.raises(ls.InputError, match="weights were set by hand at step 150"):
        ls.export.script(trainer, "torch")


def test_the_command_writes_a_script_and_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = "iris", "--label-smoothing", "0.1", "--epochs", "2"
    status, out, err = run("export", *settings, "--to", "torch", "--out", "net.py", "--weights", "net-weights.npz")
    assert (status, out, err) == (0, "", "wrote net.py, net.npz, net-weights.npz\n")
    trainer = ls.Trainer(ls.load_dataset("iris"), ls.Hyperparameters(label_smoothing=0.1))
    trainer.step(2 * trainer.steps_per_epoch)
    with np.load("net-weights.npz") as arrays:
        assert list(arrays) == ["W1", "b1", "W2", "b2"]
        np.testing.assert_array_equal(arrays["W1"], trainer.network.weights[0])
        np.testing.assert_array_equal(arrays["b2"], trainer.network.biases[1])
    assert Path("net.py").read_text() == ls.export.script(trainer, "torch")
    trainer.save("run.json")
    assert run("export", "run.json", "--to", "torch", "--out", "again.py")[0] == 0
    assert Path("again.py").read_text() == Path("net.py").read_text()


def test_history_and_deltas_are_tables_with_all_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept("changes").save("run.json")
    assert run("export", "run.json", "--history", "run.csv", "--deltas", "next.tsv") == (
        0, "", "wrote run.csv, next.tsv\n",
    )  # fmt: skip
    trainer = kept("changes")
    with open("run.csv", newline="", encoding="utf-8") as file:
        history = list(csv.DictReader(file))
    assert set(history[0]) == {"step", *trainer.history}
    assert [float(row["weight_norm"]) for row in history] == trainer.history["weight_norm"].values.tolist()
    with open("next.tsv", newline="", encoding="utf-8") as file:
        nodes = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["name"], float(row["signal"])) for row in nodes] == [
        (node.name, node.signal) for node in trainer.deltas().nodes
    ]
    assert [row["target"] == "" for row in nodes] == [node.target is None for node in trainer.deltas().nodes]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "nothing to write: give --to torch --out FILE.py, or --weights, --history or --deltas FILE"),
        (("--history", "run.txt"), "a table goes to a file that ends in .csv or .tsv, got 'run.txt'"),
        (("--history", "run.csv", "--deltas", "run.csv"), "--history and --deltas are both run.csv: give another name"),
        (("--to", "torch"), "--to and --out go together: --to torch --out FILE.py"),
        (("--to", "torch", "--out", "net.txt"), "a script's name must end in .py, got 'net.txt'"),
        (("--to", "torch", "--out", "torch.py"), "a script named torch.py would import itself: give another name"),
        (("--weights", "net.pt"), "weights go to a file that ends in .npz or .safetensors, got 'net.pt'"),
        (
            ("--to", "torch", "--out", "net.py", "--weights", "net.npz"),
            "the script's rows and --weights are both net.npz: give another name",
        ),
        (("--to", "sklearn", "--out", "net.py", "--l1", "0.1"), "MLPClassifier has no l1: --to torch or jax can"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run("export", "iris", "--epochs", "1", *options), message)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_said_before_anything_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    asked = "export", "iris", "--epochs", "1", "--to", "torch", "--out", "net.py", "--weights", "net.safetensors"
    refused(run(*asked), "safetensors is not installed: pip install 'lsexplorer[export]', or give an .npz")
    assert not list(tmp_path.iterdir())


def test_safetensors_have_the_names_of_a_torch_module(tmp_path: Path) -> None:
    numpy_of_safetensors = pytest.importorskip("safetensors.numpy")
    trainer = trained("plain")
    trainer.save_weights(tmp_path / "net.safetensors")
    arrays = numpy_of_safetensors.load_file(tmp_path / "net.safetensors")
    assert set(arrays) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    np.testing.assert_array_equal(arrays["2.weight"], trainer.network.weights[1].T)


@pytest.mark.slow
def test_torch_takes_the_weights(tmp_path: Path) -> None:
    torch, of_torch = pytest.importorskip("torch"), pytest.importorskip("safetensors.torch")
    trainer = trained("plain")
    trainer.save_weights(tmp_path / "net.safetensors")
    model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3)).double()
    model.load_state_dict(of_torch.load_file(tmp_path / "net.safetensors"))
    with torch.no_grad():
        logits = model(torch.from_numpy(trainer.data.X_test)).numpy()
    np.testing.assert_allclose(logits, trainer.network.answers(trainer.data.X_test)[0], atol=1e-12)
