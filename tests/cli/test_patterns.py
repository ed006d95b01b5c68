"""`lsexplorer patterns`: the report, its numbers as JSON, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.study.patterns import comment_table
from tests.support.command import refused, run, run_process

SECTIONS = (
    "The patterns of the hidden layer",
    "One neuron alone",
    "Without one neuron",
    "Similar patterns, and confused classes",
    "The comment's own table",
)


def found(*args: object) -> dict[str, Any]:
    code, out, err = run("patterns", *args, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def trained(epochs: int, **hyperparameters: Any) -> ls.Trainer:
    t = Trainer(load_dataset("iris"), Hyperparameters(**hyperparameters))
    t.step(epochs * t.steps_per_epoch)
    return t


def test_the_report_has_its_parts_in_order_and_says_what_was_trained() -> None:
    code, out, err = run("patterns", "iris", "--epochs", "40")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    t = trained(40)
    accuracy = f"accuracy {t.evaluate('train').accuracy:.1%} train, {t.evaluate('test').accuracy:.1%} test"
    assert lines[0] == f"iris  4-5-3 tanh  320 steps, 40 epochs, {accuracy}"
    assert [line for line in lines if line in SECTIONS] == list(SECTIONS)
    assert not any(line != line.rstrip() for line in lines)


def test_every_number_is_what_the_network_gives() -> None:
    data, t = load_dataset("iris"), trained(60, learning_rate=0.2)
    got = found("iris", "--epochs", "60", "--learning-rate", "0.2", "--threshold", "0.8")
    W, b = t.network.weights, t.network.biases
    h, test = np.tanh(data.X_train @ W[0] + b[0]), np.tanh(data.X_test @ W[0] + b[0])
    for c, entry in enumerate(got["classes"]):
        of_class = h[data.y_train == c]
        assert entry["class"] == data.class_names[c]
        assert entry["frequency"] == pytest.approx((of_class > 0).mean(axis=0).tolist())
        assert entry["mean"] == pytest.approx(of_class.mean(axis=0).tolist())
        assert entry["pattern"] == "".join(str(int(share > 0.8)) for share in (of_class > 0).mean(axis=0))
        assert entry["length"] == entry["pattern"].count("1")
        assert entry["consistency"] == pytest.approx([max(f, 1 - f) for f in entry["frequency"]])
    patterns = [entry["pattern"] for entry in got["classes"]]
    assert got["column_sums"] == [sum(p[j] == "1" for p in patterns) for j in range(5)]
    assert got["distinct"] == len(set(patterns))
    assert got["hamming"] == [[sum(x != y for x, y in zip(p, q, strict=True)) for q in patterns] for p in patterns]
    means = np.array([entry["mean"] for entry in got["classes"]])
    assert got["cosine"][0][2] == pytest.approx(
        np.dot(means[0], means[2]) / np.linalg.norm(means[0]) / np.linalg.norm(means[2])
    )

    def recall(H: np.ndarray) -> list[float]:
        said = (H @ W[1] + b[1]).argmax(axis=1)
        return [float(np.mean(said[data.y_test == c] == c)) for c in range(3)]

    whole = recall(test)
    assert [entry["recall"] for entry in got["classes"]] == whole
    for fill, values in (("zero", np.zeros(5)), ("mean", h.mean(axis=0))):
        for j, entry in enumerate(got["dropped"][fill]):
            without = test.copy()
            without[:, j] = values[j]
            assert entry["recall"] == recall(without)
            lost = [c for c in range(3) if whole[c] >= 0.5 > recall(without)[c]]
            assert entry["lost"] == [data.class_names[c] for c in lost]
    grid = np.linspace(-1, 1, 20001)[1:-1]
    for j, entry in enumerate(got["alone"]):
        said = (grid[:, None] * W[1][j] + b[1]).argmax(axis=1)
        assert [data.class_names[c] for c in dict.fromkeys(said.tolist())] == entry["can_predict"]
        assert [s["class"] for s in entry["stretches"]] == entry["can_predict"]
        assert (entry["stretches"][0]["from"], entry["stretches"][-1]["to"]) == (-1, 1)
        assert sum(entry["seen"].values()) == len(data.y_train)
        assert set(entry["seen"]) <= set(entry["can_predict"])


def test_the_default_is_the_comments_network_on_mnist() -> None:
    got = found("--epochs", "1")
    assert (got["data"], got["network"], got["hyperparameters"]["activation"]) == ("mnist", [784, 5, 10], "relu")
    assert [len(entry["pattern"]) for entry in got["classes"]] == [5] * 10
    assert np.sum(got["confusion"]) == 1000
    first = {entry["stretches"][0]["class"] for entry in got["alone"]}
    assert len(first) == 1  # with h = 0 every neuron leaves the biases alone
    assert all(entry["stretches"][-1]["to"] is None for entry in got["alone"])  # relu has no end


def test_the_comments_table_and_its_contradictions_are_in_both_forms() -> None:
    got = found("iris", "--epochs", "1")["comment"]
    assert got["patterns"] == list(comment_table.CODES)
    assert [neuron["lost_without_bit"] for neuron in got["neurons"]] == [[], [], [5], [4], []]
    assert got["hamming"] == {"smallest": 1, "pairs": 10, "mean": pytest.approx(2.4667, abs=1e-4)}
    out = run("patterns", "iris", "--epochs", "1")[1]
    own = out.partition("The comment's own table")[2]
    for digit, code in enumerate(comment_table.CODES):
        row = [line.split() for line in own.splitlines() if line.startswith(f"{digit} ")]
        assert row[0][1:7] == [*code, str(code.count("1"))]
    assert "5 without h3, 4 without h4" in own
    for sentence in comment_table.contradictions():
        assert sentence in " ".join(own.split())


def test_a_layer_can_be_chosen() -> None:
    first = found("iris", "--epochs", "2", "--hidden", "6,4", "--layer", "1")
    assert (first["layer"], first["units"]) == (1, [f"h1.{j}" for j in range(1, 7)])
    assert not any(entry["exact"] for entry in first["alone"])
    assert found("iris", "--epochs", "2", "--hidden", "6,4")["units"] == [f"h2.{j}" for j in range(1, 5)]
    out = run("patterns", "iris", "--epochs", "2", "--hidden", "6,4", "--layer", "1")[1]
    assert "The patterns of hidden layer 1" in out
    assert "Only for the last hidden layer is the set exact" in " ".join(out.split())


def test_many_neurons_and_many_classes_keep_to_what_a_line_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{rng.normal():.3f},{rng.normal():.3f},class{k:02}" for k in range(30) for _ in range(6)]
    path = tmp_path / "many.csv"
    path.write_text("a,b,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    code, out, _ = run("patterns", str(path), "--epochs", "2", "--hidden", "40")
    assert code == 0
    assert "The matrices of the 30 classes are in --json." in out
    assert "Classes that hold each neuron's bit: h1 " in out
    assert max(map(len, out.partition("One neuron alone")[0].splitlines())) <= 110


def test_classes_that_share_a_pattern_are_named() -> None:
    out = run("patterns", "iris", "--epochs", "1", "--hidden", "1")[1]
    got = found("iris", "--epochs", "1", "--hidden", "1")
    assert got["distinct"] < 3
    shared = [entry["class"] for entry in got["classes"] if entry["pattern"] == got["classes"][1]["pattern"]]
    assert f"{' and '.join(shared)} share {got['classes'][1]['pattern']}" in out


BAD = {
    "no hidden layer": (["--hidden", ""], "has none: give it one"),
    "a layer there is not": (["--layer", "2"], "there is no hidden layer 2: the network has 1 hidden layer"),
    "a threshold of 1": (["--threshold", "1"], "threshold must be a number above 0 and below 1, got 1"),
    "a threshold below 0": (["--threshold", "-0.5"], "above 0 and below 1, got -0.5"),
    "a threshold of nan": (["--threshold", "nan"], "above 0 and below 1, got nan"),
    "a word for a threshold": (["--threshold", "half"], "--threshold"),
    "no epochs": (["--epochs", "0"], "--epochs"),
    "all units dead": (
        ["--hidden", "1", "--activation", "relu", "--learning-rate", "20", "--epochs", "5"],
        "all hidden units (1) are dead",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str) -> None:
    arguments, words = BAD[case]
    refused(run("patterns", "iris", *arguments), words)
    refused(run("patterns", "iris", "--json", *arguments), words)


def compared(*args: object) -> dict[str, Any]:
    code, out, err = run("patterns", "iris", "--train", "--epochs", "3", "--cores", "0", *args, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_training_on_patterns_reports_every_arm_with_intervals_over_seeds() -> None:
    got = compared("--seeds", "3", "--beta", "0.2", "--label-smoothing", "0.3", "--seed", "4")
    assert (got["seeds"], got["teacher_seeds"]) == ([4, 5, 6], [7, 8, 9])
    assert (got["beta"], got["label_smoothing"], got["hyperparameters"]["label_smoothing"]) == (0.2, 0.3, 0)
    assert list(got["arms"]) == ["plain", "smoothing", "patterns", "permuted"]
    for arm, quantities in got["arms"].items():
        assert list(quantities) == ["accuracy", "nll", "ece", "weight_norm", "hidden_norm", "nc1", "separation"]
        for name, interval in quantities.items():
            values = got["values"][name][arm]
            assert interval["mean"] == pytest.approx(np.mean(values))
            reach = 4.302653 * np.std(values, ddof=1) / np.sqrt(3)  # t(.975, 2)
            assert (interval["low"], interval["high"]) == pytest.approx(
                (np.mean(values) - reach, np.mean(values) + reach), rel=1e-3, abs=1e-6
            )
    for other in ("plain", "smoothing", "permuted"):
        gap = np.subtract(got["values"]["nc1"]["patterns"], got["values"]["nc1"][other])
        assert got["differences"][f"patterns - {other}"]["nc1"]["mean"] == pytest.approx(gap.mean())
    t = trained(3, seed=4, label_smoothing=0.3)
    assert got["values"]["accuracy"]["smoothing"][0] == pytest.approx(t.evaluate("test").accuracy)
    assert got["values"]["nll"]["smoothing"][0] == pytest.approx(t.evaluate("test").nll)


def test_the_training_report_says_what_the_intervals_tell() -> None:
    code, out, err = run("patterns", "iris", "--train", "--epochs", "25", "--beta", "0.1", "--cores", "0")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert "iris 4-5-3 tanh 200 steps, 8 seeds" in words
    assert "β = 0.1" in words
    got = json.loads(run("patterns", "iris", "--train", "--epochs", "25", "--beta", "0.1", "--cores", "0", "--json")[1])
    for other, named in (("plain", "plain training"), ("permuted", "the same patterns given to other classes")):
        found = got["differences"][f"patterns - {other}"]
        told = []
        for name, better, worse in (
            ("accuracy", "more accurate", "less accurate"),
            ("separation", "further separated", "less separated"),
        ):
            low, high = found[name]["low"], found[name]["high"]
            told.append(better if low > 0 else worse if high < 0 else f"no difference in {name} is shown")
        assert f"Patterns against {named}: {'; '.join(told)}." in words
    stars = sum(one["low"] > 0 or one["high"] < 0 for found in got["differences"].values() for one in found.values())
    assert out.count("]*") == stars


@pytest.mark.slow
def test_two_processes_find_what_one_does() -> None:
    assert compared("--seeds", "2") == json.loads(
        run("patterns", "iris", "--train", "--epochs", "3", "--cores", "2", "--seeds", "2", "--json")[1]
    )


BAD_TRAINING = {
    "a negative beta": (["--beta", "-1"], "beta must be a number of at least 0, got -1"),
    "a beta of nan": (["--beta", "nan"], "beta must be a number of at least 0, got nan"),
    "one seed": (["--seeds", "1"], "seeds must be 2 or more, got 1"),
    "no hidden layer": (["--hidden", ""], "has none: give it one"),
    "hard targets only": (["--output", "identity", "--loss", "hinge"], "hard targets only"),
    "a threshold": (["--threshold", "0.4"], "--threshold goes without --train"),
    "a layer": (["--layer", "1"], "--layer goes without --train"),
    "a teacher without active units": (
        [
            "--hidden",
            "1",
            "--activation",
            "relu",
            "--learning-rate",
            "20",
            "--epochs",
            "5",
            "--seeds",
            "2",
            "--seed",
            "7",
        ],
        "all hidden units of the teacher, seed 9, are silent",
    ),
    "a diverging beta": (["--beta", "1e9", "--activation", "relu"], "training diverged"),
}


@pytest.mark.parametrize("case", BAD_TRAINING)
def test_bad_input_to_training_is_one_line(case: str) -> None:
    arguments, words = BAD_TRAINING[case]
    refused(run("patterns", "iris", "--train", "--epochs", "20", "--cores", "0", *arguments), words)


def test_options_of_training_need_it() -> None:
    for option, value in (("--beta", "0.1"), ("--seeds", "3"), ("--cores", "1")):
        refused(run("patterns", "iris", option, value), f"{option} goes with --train")


def test_a_single_class_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("a,b,kind\n" + "1,2,x\n3,4,x\n" * 5, encoding="utf-8")
    refused(run("patterns", str(path)), "class")


@pytest.mark.slow
def test_the_installed_command_prints_json_alone_on_standard_output() -> None:
    code, out, err = run_process("patterns", "iris", "--epochs", "1", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["layer"] == 1
