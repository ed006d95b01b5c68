"""Results that are there already: what is read, what is chosen, how the two kinds of seeds are compared."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import lsexplorer as ls
from lsexplorer.study.answers.files import write_answer
from tests.support.command import refused, run

ROWS, SEEDS = 36, range(5)
Y = np.arange(ROWS) % 3
METHODS = {"plain": 4.0, "label_smoothing=0.1": 2.0, "l2=0.001": 3.5, "l2=0.01": 2.02, "l2=0.1": 1.0, "mixup=0.2": 2.0}
"""Each method's mean logit gap, which its weight norm goes with."""


def answer(method: str, seed: int, split: int = 0, **more: Any) -> ls.Answer:
    rng = np.random.default_rng((list(METHODS).index(method), seed, split))
    gap = METHODS[method]
    y = np.roll(Y, split)
    logits = gap * np.eye(3)[y] + rng.normal(size=(ROWS, 3)) + np.random.default_rng(seed).normal(size=(ROWS, 3)) / 2
    fields = {"logits": logits, "weight_norm": gap + 0.01 * rng.normal()} | more
    return ls.Answer(y=y, **{name: value for name, value in fields.items() if value is not None})


def write_runs(
    folder: Path, methods: Any = tuple(METHODS), seeds: Any = SEEDS, splits: int | None = None, **more: Any
) -> Path:
    for method in methods:
        (folder / method).mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            for split in range(splits or 1):
                name = f"seed-{seed}" if splits is None else f"seed-{seed}-split-{split}"
                write_answer(folder / method / f"{name}.npz", answer(method, seed, split, **more))
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_runs(tmp_path_factory.mktemp("results") / "runs")


def test_the_strength_that_matches_best_is_chosen_and_how_well_it_does_is_told(runs: Path) -> None:
    found = ls.judge(runs, against="l2")
    strength = found.strengths["weight_norm"]
    norms = [float(answer("l2=0.01", seed).weight_norm) for seed in SEEDS]
    assert (strength.value, strength.reached) == (0.01, pytest.approx(np.mean(norms)))
    assert strength.target == pytest.approx(
        np.mean([answer("label_smoothing=0.1", seed).weight_norm for seed in SEEDS])
    )
    assert strength.lambdas == (0.001, 0.01, 0.1)
    assert set(found.strengths) == {"weight_norm", "logit_gap", "nll"}
    assert found.evaluation == tuple(SEEDS)
    assert "5 seeds and the 36 rows" in found.verdict.text
    assert any("With 5 seeds an interval reaches 1.2 standard deviations" in note for note in found.settings.notes)
    accuracy = found.matching.findings[0]
    z = [np.asarray(answer("l2=0.01", seed).logits).argmax(axis=1) == Y for seed in SEEDS]
    assert accuracy.remedy == pytest.approx(np.mean(z))


def test_where_nothing_comes_near_there_is_no_match_but_the_evidence(runs: Path) -> None:
    found = ls.judge(runs, against="l2=0.1")
    assert found.verdict.kind == "no match"
    target = found.strengths["weight_norm"].target
    assert found.verdict.text.startswith(f"No match: L2 does not reach smoothing's weight norm {target:.4g}; it is")
    assert found.matching.findings
    found = ls.judge(runs, against="l2", criterion="nll", reference=0.1)
    assert found.settings.criterion == "nll"


def test_all_methods_of_any_name_are_judged(runs: Path) -> None:
    found = ls.judge_all(runs)
    assert list(found.matches) == ["l2", "mixup"]
    # L2 at one strength and mixup, each beside plain training and smoothing.
    assert [match.networks for match in found.matches.values()] == [15, 15]
    assert found.networks == 20
    assert found.matches["mixup"].verdict.text.count("mixup at strength = 0.2") == 1
    with pytest.raises(ls.InputError, match="there are several methods to judge, l2, mixup: choose one with against"):
        ls.judge(runs)


def test_what_answers_do_not_hold_is_left_out_by_name(tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1", "l2=0.01"], range(3), weight_norm=None)
    found = ls.judge(tmp_path)
    assert found.settings.criterion == "logit_gap"
    assert set(found.strengths) == {"logit_gap", "nll"}
    notes = " ".join(found.settings.notes)
    assert "matched on logit_gap instead" in notes
    assert "weight norm (weight_norm); CKA of hidden (hidden); NC1 (training part) (hidden_train)" in notes
    names = {finding.measure.name for finding in found.matching.findings}
    assert {"accuracy", "nll", "agreement", "cka_logits"} <= names
    assert not {"weight_norm", "cka_hidden", "nc1", "norm_1"} & names
    assert np.isnan(found.matching.findings[0].plain)  # there is no plain training
    with pytest.raises(ls.InputError, match="criterion weight_norm needs weights or weight_norm"):
        ls.judge(tmp_path, criterion="weight_norm")


def test_hidden_that_not_all_have_is_left_out(tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1"], range(3), hidden=np.ones((ROWS, 2)))
    write_runs(tmp_path, ["l2=0.01"], range(3))
    assert "cka_hidden" not in {finding.measure.name for finding in ls.judge(tmp_path).matching.findings}


def as_index(runs: Path, tmp_path: Path) -> Path:
    with (tmp_path / "runs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["method", "seed", "file"])
        writer.writerows(
            [path.parent.name, path.stem.removeprefix("seed-"), path] for path in sorted(runs.glob("*/*.npz"))
        )
    return tmp_path / "runs.csv"


def as_long_table(runs: Path, tmp_path: Path) -> Path:
    with (tmp_path / "long.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Method", "Seed", "Row", "y", "z0", "z1", "z2"])
        for method in METHODS:
            for seed in SEEDS:
                z = np.asarray(answer(method, seed).logits)
                for row in reversed(range(ROWS)):
                    writer.writerow([method, seed, row, Y[row], *map(repr, z[row].tolist())])
    return tmp_path / "long.csv"


@pytest.mark.parametrize("form", [as_index, as_long_table])
def test_tables_tell_the_same_as_the_folder(form: Callable[..., Path], runs: Path, tmp_path: Path) -> None:
    of_folder, of_table = (
        ls.judge(source, against="l2=0.01", criterion="logit_gap") for source in (runs, form(runs, tmp_path))
    )
    ours, theirs = (
        {finding.measure.name: finding for finding in found.matching.findings} for found in (of_folder, of_table)
    )
    assert {"accuracy", "nll", "cka_logits"} <= theirs.keys()
    assert all(repr(finding.estimate) == repr(ours[name].estimate) for name, finding in theirs.items())


def test_splits_are_crossed_with_seeds(tmp_path: Path) -> None:
    write_runs(tmp_path, ["plain", "label_smoothing=0.1", "l2=0.01"], range(4), splits=3, y_train=np.arange(240) % 3)
    (tmp_path / "l2=0.01" / "seed-3-split-1.npz").unlink()
    found = ls.judge(tmp_path)
    assert (found.evaluation, found.splits) == ((0, 1, 2), 3)
    assert found.matching.values[0].smoothing.shape == (3, 3)
    assert "(3 seeds on 3 splits)" in found.verdict.text
    assert found.networks == 3 * 3 * 3


def test_unpaired_methods_have_seeds_of_their_own(runs: Path, tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1"], range(5))
    write_runs(tmp_path, ["l2=0.01"], range(10, 14))
    with pytest.raises(ls.InputError, match="share 0 seeds: it takes 3 or more, and 12 are good; unpaired, each may"):
        ls.judge(tmp_path)
    found = ls.judge(tmp_path, paired=False)
    assert found.own_seeds == {"plain": (), "label_smoothing": (0, 1, 2, 3, 4), "l2": (10, 11, 12, 13)}
    assert "5 seeds of smoothing, 4 others of the remedy, and the 36 rows" in found.verdict.text
    by_name = {values.measure.name: values for values in found.matching.values}
    norm = next(finding for finding in found.matching.findings if finding.measure.name == "weight_norm")
    ours, theirs = (by_name["weight_norm"].smoothing[:, 0], by_name["weight_norm"].remedy[:, 0])
    welch = stats.ttest_ind(theirs, ours, equal_var=False)
    assert norm.estimate.mean / norm.estimate.error == pytest.approx(welch.statistic)
    assert norm.estimate.df == int(welch.df)
    assert by_name["agreement"].remedy.shape == (4, 1)
    assert by_name["agreement"].across.shape == (5, 1)
    text = run("judge", tmp_path, "--unpaired", "--values", tmp_path / "values.csv", "--json")
    assert text[0] == 0
    rows = list(csv.DictReader((tmp_path / "values.csv").read_text().splitlines()))
    assert {row["method"] for row in rows} == {"label_smoothing", "l2"}
    assert {row["seed"] for row in rows if row["method"] == "l2"} == {"10", "11", "12", "13"}


def test_the_command_writes_reports(runs: Path, tmp_path: Path) -> None:
    code, out, err = run("judge", runs, "--against", "l2", "--json", "--markdown", tmp_path / "report.md")
    told = json.loads(out)
    assert code == 0
    assert told["remedy"] == "l2"
    assert told["matches"]["weight_norm"]["strength"]["given"] is True
    assert [told[name] for name in ("digest", "hyperparameters", "epochs", "steps")] == [None] * 4
    assert "Left out, for want of what is in brackets" in err
    assert (tmp_path / "report.md").read_text().count("| measure |") == 1
    code, out, _ = run("judge", runs)
    assert code == 0
    assert "mixup" in out
    assert "strengths the nearest that are there, measured on 5 seeds on one split" in " ".join(out.split())


BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "nothing there": (lambda path: path / "none", "cannot read"),
    "an empty folder": (lambda path: path, "holds no results: they are in files such as"),
    "no smoothing": (lambda path: write_runs(path, ["plain", "l2=0.01"], range(3)), "holds no label_smoothing=…"),
    "nothing to judge": (
        lambda path: write_runs(path, ["plain", "label_smoothing=0.1"], range(3)),
        "holds nothing but plain and label_smoothing",
    ),
    "two seeds": (lambda path: write_runs(path, seeds=range(2)), "share 2 seeds: it takes 3 or more"),
}


@pytest.mark.parametrize("case", BAD)
def test_results_that_cannot_be_judged(case: str, tmp_path: Path) -> None:
    make, words = BAD[case]
    refused(run("judge", make(tmp_path)), words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("seed-0.pt", "save the answers with np.savez('"),
        ("seed-0.pth", "logits=logits.detach().cpu().numpy())"),
        ("seed-0.pkl", "is a pickle, may hold code and is never read: save"),
        ("seed-0.joblib", "is a pickle"),
        ("seed-0.npy", "is a single array: save the answers with"),
        ("seed-0.h5", "probabilities=model.predict(X)"),
    ],
)
def test_files_of_other_kinds_are_refused_with_the_line_that_saves_an_npz(
    name: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / name).write_bytes(b"\x80")
    refused(run("judge", tmp_path), words)
    (tmp_path / "runs.csv").write_text(f"file,method,seed\nplain/{name},plain,0\n")
    refused(run("judge", tmp_path / "runs.csv"), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "must have the columns file, method, seed, or method, seed, row, y, z0, z1 …; it has a, b"),
        ("", "runs.csv is empty"),
        ("file,method,seed\n", "has no rows"),
        ("file,method,seed\nx.npz,plain,-1\n", "line 2: seed must be a whole number of 0 or more, got '-1'"),
        ("file,method,seed\nx.npz,l2,0\n", "line 2: a method is plain, or a name with its strength such as l2=0.008"),
        ("file,method,seed\nx.npz,plain\n", "line 2: there are 2 cells, and the header has 3"),
        ("file,method,seed\nx.npz,plain,0\nx.npz,plain,0\n", "are the same method, seed and split"),
        ("method,seed,row,y\nplain,0,0,0\n", "must have columns of logits z0, z1 …"),
        ("method,seed,row,y,z0,z1\nplain,0,0,0,1,x\n", "line 2: y and z0 … must be numbers"),
        ("method,seed,row,y,z0,z1\nplain,0,0,0,1,2\nplain,0,0,1,1,2\n", "plain, seed 0: row 0 is there twice"),
        (
            "method,seed,row,y,z0,z1\nplain,0,0,0,1,2\nplain,0,1,2,1,2\n",
            "plain, seed 0: y must be whole numbers from 0",
        ),
        (
            "method,seed,row,y,z0,z1\nplain,0,0,0,1,2\nplain,0,1,1,1,2\nplain,1,0,0,1,2\nplain,1,2,1,1,2\n",
            "plain, seed 1: it has other rows than the first network",
        ),
    ],
)
def test_tables_that_cannot_be_read(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "runs.csv").write_text(text)
    refused(run("judge", tmp_path / "runs.csv"), words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y": np.roll(Y, 1)}, "y differs in 36 rows, first in row 0: "),
        ({"y": Y[:30], "logits": np.zeros((30, 3))}, "y has 36 rows in one and 30 in the other"),
        ({"logits": np.zeros((ROWS, 4))}, "one answers 3 classes and the other 4"),
    ],
)
def test_networks_that_do_not_answer_the_same_rows(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1", "l2=0.01"], range(3))
    fields = {"y": Y, "logits": answer("plain", 0).logits} | change
    write_answer(tmp_path / "l2=0.01" / "seed-2.npz", ls.Answer(**fields))
    refused(run("judge", tmp_path), words, "seed-2.npz")


Z = np.random.default_rng(0).normal(size=(ROWS, 3))
P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"y": Y, "logits": Z[1:]}, "logits has 35 rows and y has 36: they must be of the same rows"),
        ({"y": Y + 1, "logits": Z}, "y must be whole numbers from 0 to 2, the number of a column, got 3 in row 2"),
        ({"y": Y / 2, "logits": Z}, "y must be whole numbers, got 0.5 in row 1"),
        ({"y": Y, "logits": np.where(Z > 2, np.nan, Z)}, "logits must be finite numbers, got nan in row"),
        ({"y": Y, "probabilities": P / 2}, "the probabilities of a row must sum to 1, got 0.5 in row"),
        ({"y": Y, "probabilities": Z}, "are they logits?"),
        ({"y": 0 * Y, "probabilities": np.ones((ROWS, 1))}, "a network that knows one class alone (K = 1)"),
        (
            {"y": Y, "logits": Z, "probabilities": P},
            "an answer needs logits or probabilities, one of the two; got both",
        ),
        ({"y": Y}, "got neither"),
        ({"logits": Z}, "there must be y, and logits or probabilities; it holds logits"),
        ({"y": Y, "logits": Z, "hidden": Z[1:]}, "hidden has 35 rows and y has 36"),
        ({"y": Y, "logits": np.array([None] * ROWS)}, "is an object array, which is never unpickled"),
        (None, "is damaged, or not an .npz file"),
    ],
)
def test_bad_answers_in_a_file(arrays: dict[str, Any] | None, words: str, tmp_path: Path) -> None:
    for method in ("l2=0.01", "label_smoothing=0.1"):
        (tmp_path / method).mkdir()
        for seed in range(3):
            (tmp_path / method / f"seed-{seed}.npz").write_bytes(b"PK of another kind")
    if arrays is not None:
        np.savez(tmp_path / "label_smoothing=0.1" / "seed-0.npz", **arrays)
    refused(run("judge", tmp_path), "label_smoothing=0.1/seed-0.npz", words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--reference", "l2=0.01"], "reference must be a label_smoothing, such as label_smoothing=0.1, got 'l2=0.01'"),
        (["--reference", "0.2"], "holds no label_smoothing=0.2: did you mean label_smoothing=0.1?"),
        (["--reference", "label_smoothing=0.2"], "holds no label_smoothing=0.2: did you mean label_smoothing=0.1?"),
        (["--against", "l1"], "holds no l1: there are l2, mixup, l2=0.001"),
        (["--against", "l2=0.3"], "holds no l2=0.3"),
        (["--margins", "speed=1"], "margins are for"),
        (["--criterion", "ece"], "'ece' is not one of"),
        (["--markdown", "/nowhere/report.md"], "there is no directory /nowhere"),
    ],
)
def test_options_that_cannot_be(options: list[str], words: str, runs: Path) -> None:
    refused(run("judge", runs, *options), words)


def test_a_strength_at_which_training_diverged_is_no_match(tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1", "l2=0.01", "l2=0.1"], range(3))
    (tmp_path / "l2=0.01" / "seed-3.diverged").touch()
    found = ls.judge(tmp_path)
    assert found.strengths["weight_norm"].lambdas == (0.1,)
    assert "l2=0.01 is left out: training diverged on seed 3." in found.settings.notes


def test_files_called_otherwise_and_other_smoothings_are_said(tmp_path: Path) -> None:
    write_runs(tmp_path, ["label_smoothing=0.1", "l2=0.01"], range(3))
    (tmp_path / "label_smoothing=0.2").mkdir()
    (tmp_path / "label_smoothing=0.2" / "seed-0.npz").write_bytes(b"")
    refused(run("judge", tmp_path), "holds label_smoothing=0.1, label_smoothing=0.2: say which is the reference")
    (tmp_path / "l2=0.01" / "best.npz").write_bytes(b"")
    refused(run("judge", tmp_path), "best.npz: a network's file is called seed-3.npz, or seed-3-split-0.npz")
