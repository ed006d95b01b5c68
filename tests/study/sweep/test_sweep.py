"""sweep: its numbers against Trainers, its file through kills, and an honest choice."""

import csv
import itertools
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.compiled import bank_libraries
from lsexplorer.data.locks import only_writer
from lsexplorer.data.write import write_smoothed
from lsexplorer.study.jobs.parts import Part
from lsexplorer.study.stats import mean_interval
from lsexplorer.study.sweep.sweeping import MEASURES, InterruptedSweep, Sweep, sweep, with_validation

HP = ls.Hyperparameters(hidden=(4,))
VARY = {"label_smoothing": tuple(0.03 * i for i in range(12)), "l2": (0.0, 0.01)}
IRIS = ls.load_dataset("iris")


def small(**changes: Any) -> Any:
    return sweep(IRIS, HP, **({"vary": VARY, "seeds": 4, "epochs": 5} | changes))


def rows(path: Path) -> list[list[str]]:
    with open(path, newline="") as file:
        return sorted(csv.reader(file))


def test_the_validation_part_is_of_the_training_part_alone() -> None:
    parts = with_validation(IRIS)
    held = set(parts.data.test_rows[: parts.validation])
    assert held | set(parts.data.train_rows) == set(IRIS.train_rows)
    assert not held & set(parts.data.train_rows)
    assert np.array_equal(parts.data.X_test[parts.validation :], IRIS.X_test)
    assert np.array_equal(np.bincount(parts.data.y_test[: parts.validation]), [8, 8, 8])
    assert parts.validation + len(parts.data.y_train) == len(IRIS.y_train)


def test_soft_targets_of_the_data_are_split_as_well() -> None:
    from lsexplorer.run.equivalence import smoothed_data

    parts = with_validation(smoothed_data(IRIS, 0.3))
    assert parts.data.soft_train.shape == (len(parts.data.y_train), 3)
    assert np.array_equal(parts.data.soft_test.argmax(axis=1), parts.data.y_test)


def test_each_cell_is_what_a_trainer_gives() -> None:
    found, parts = small(), with_validation(IRIS)
    for point in ((0.06, 0.01), (0.33, 0.0)):
        trainer = ls.Trainer(parts.data, HP.replace(label_smoothing=point[0], l2=point[1], seed=2))
        trainer.step(5 * trainer.steps_per_epoch)
        values = dict(
            zip(MEASURES, found.points[next(p for p in found.points if p == pytest.approx(point))][2], strict=True)
        )
        for part, X, y in (
            ("validation", parts.data.X_test[: parts.validation], parts.data.y_test[: parts.validation]),
            ("test", IRIS.X_test, IRIS.y_test),
        ):
            z, _ = trainer.network.answers(X)
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            assert values[f"{part}_accuracy"] == (z.argmax(axis=1) == y).mean()
            assert values[f"{part}_nll"] == pytest.approx(-np.log(p[np.arange(len(y)), y]).mean())
        assert values["weight_norm"] == pytest.approx(trainer.history["weight_norm"].values[-1])


def test_parts_together_are_one_run(tmp_path: Path) -> None:
    files = [tmp_path / f"part-{k}.csv" for k in (1, 2, 3)]
    parts = [small(out=file, part=Part(k, 3)) for k, file in enumerate(files, 1)]
    assert not any(part.complete for part in parts)
    whole = small()
    joined = small(parts=[str(tmp_path / "part-*.csv")])
    assert joined.complete
    assert {point: values.tobytes() for point, values in joined.points.items()} == {
        point: values.tobytes() for point, values in whole.points.items()
    }
    again = files[0].read_text()
    assert small(out=files[0], part=Part(1, 3)).points.keys() == parts[0].points.keys()
    assert files[0].read_text() == again

    with pytest.raises(ls.InputError, match=r"^the files lack \d+ of 96 networks: the first is label_smoothing 0"):
        small(parts=files[1:])
    with pytest.raises(ls.InputError, match=r"part-1.csv holds the results of another recipe .*: give another --from"):
        small(parts=files, epochs=6)
    lines = again.splitlines(keepends=True)
    lines[1] = lines[1].replace(lines[1].split(",")[5], "0.25")
    (tmp_path / "other.csv").write_text("".join(lines[:2]))
    with pytest.raises(ls.InputError, match=r"other.csv has other numbers of a network that is in another file too"):
        small(parts=[*files, tmp_path / "other.csv"])


def test_the_file_holds_a_row_for_each_network(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    found = small(out=out)
    header, *body = list(csv.reader(out.read_text().splitlines()))
    assert header == ["recipe", "label_smoothing", "l2", "seed", *MEASURES, "libraries"]
    assert len(body) == 24 * 4
    assert {row[-1] for row in body} == {bank_libraries()}
    assert found.libraries_note == ""
    row = next(row for row in body if row[1:4] == ["0.03", "0.01", "3"])
    assert [float(cell) for cell in row[4:-1]] == found.points[0.03, 0.01][3].tolist()


def test_numpy_numbers_are_written_as_pythons(tmp_path: Path) -> None:
    files = tmp_path / "python.csv", tmp_path / "numpy.csv"
    small(vary={"l2": (0.0, 0.5)}, seeds=2, epochs=1, out=files[0])
    small(vary={"l2": np.array([0.0, 0.5])}, seeds=np.int64(2), epochs=np.int32(1), out=files[1])
    assert files[0].read_text() == files[1].read_text()


def test_a_sweep_that_was_stopped_goes_on_to_the_same_file(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole.csv", tmp_path / "results.csv"
    small(out=whole)

    def stop(phase: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedSweep) as stopped:
        small(out=out, progress=stop)
    kept = len(rows(out)) - 1
    assert 0 < kept < 24 * 4
    assert not stopped.value.sweep.complete
    assert sum(map(len, stopped.value.sweep.points.values())) == kept
    told = []
    assert small(out=out, progress=lambda phase, done, total: told.append(done)).complete
    assert told[0] > kept
    assert rows(out) == rows(whole)
    small(out=out, progress=lambda phase, done, total: pytest.fail("nothing was left to do"))


def test_many_rows_are_kept_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "results.csv"
    whole = small(out=out)
    monkeypatch.setattr("lsexplorer.study.sweep.results.MEMORY", 0)
    for found in (small(), small(out=out)):
        assert found.points.keys() == whole.points.keys()
        for point, values in found.points.items():
            assert isinstance(values, np.memmap)
            assert np.array_equal(values, whole.points[point])


def test_a_clock_that_jumps_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back or ahead by years whenever it is asked, through a stop, a lock and a saved run."""
    whole, out = tmp_path / "whole.csv", tmp_path / "results.csv"
    small(out=whole)
    jumps = itertools.cycle([0.0, 4e9, 1e9, -1e9])
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    monkeypatch.setattr(time, "strftime", lambda form, *_: str(next(jumps)))

    def stop(phase: str, done: int, total: int) -> None:
        with pytest.raises(ls.InputError, match="another sweep is writing to"):
            small(out=out)
        raise KeyboardInterrupt

    with pytest.raises(InterruptedSweep):
        small(out=out, progress=stop)
    assert small(out=out).complete
    assert rows(out) == rows(whole)
    trainer = ls.Trainer(IRIS, HP)
    trainer.step(3)
    for _ in range(2):
        trainer.save(tmp_path / "run.json")
    assert ls.load_run(tmp_path / "run.json").step_count == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.csv", "run.json", "whole.csv"]


def test_a_row_that_a_kill_cut_off_is_measured_again(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole.csv", tmp_path / "results.csv"
    small(out=whole)
    for cut in (1, 30, 200, 5000):
        out.write_bytes(whole.read_bytes()[:-cut])
        small(out=out)
        assert rows(out) == rows(whole)


def test_a_wider_grid_takes_over_what_is_done(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    small(out=out, vary={"l2": (0.0, 0.01)})
    found = small(out=out, vary={"l2": (0.0, 0.01, 0.1)})
    assert found.complete
    assert len(rows(out)) == 1 + 3 * 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": 6}, "another recipe"),
        ({"vary": {"l1": (0.0, 0.1)}}, "columns differ"),
        ({"seeds": 1}, "seeds must be 2 or more"),
    ],
)
def test_a_file_of_another_sweep_is_left_alone(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    out = tmp_path / "results.csv"
    small(out=out)
    before = out.read_bytes()
    with pytest.raises(ls.InputError, match=words):
        small(out=out, **changes)
    assert out.read_bytes() == before


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "x" * 50, "x" * 50 + "\n", "\0\n", "ÿ\n", '"open\n'], ids=range(7))
def test_a_file_that_is_no_results(tmp_path: Path, text: str) -> None:
    out = tmp_path / "other.csv"
    out.write_text(text, encoding="latin-1")
    if not text:
        assert small(out=out).complete
        return
    before = out.read_bytes()
    with pytest.raises(ls.InputError, match="does not hold results of this sweep"):
        small(out=out)
    assert out.read_bytes() == before


def test_rows_of_other_libraries_are_kept_and_noted(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    small(out=out)
    lines = out.read_text().splitlines()
    other = [line.replace(bank_libraries(), "NumPy 1.26 with openblas\x1b 0.3 Z80") for line in lines[:50]]
    out.write_text("\n".join(other) + "\n")
    found = small(out=out)
    assert found.complete
    assert found.libraries_note.startswith("The rows were computed with NumPy 1.26 with openblas")
    assert f"and with {bank_libraries()}" in found.libraries_note
    assert found.libraries_note.isprintable()
    assert out.read_text().splitlines()[:50] == other


def test_a_file_without_the_libraries_goes_on_as_it_was(tmp_path: Path) -> None:
    """Earlier versions had no such column."""
    out = tmp_path / "results.csv"
    small(out=out)
    old = [line.rpartition(",")[0] for line in out.read_text().splitlines()]
    out.write_text("\n".join(old[:30]) + "\n")
    assert small(out=out).complete
    assert sorted(out.read_text().splitlines()) == sorted(old)


def test_a_damaged_row_is_told_by_its_line(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    small(out=out)
    lines = out.read_text().splitlines()
    lines[3] = lines[3].replace("0.0", "zero")
    out.write_text("\n".join(lines) + "\n")
    with pytest.raises(ls.InputError, match="line 4, is not a row of results"):
        small(out=out)


def test_no_space_for_results() -> None:
    with pytest.raises(ls.InputError, match="cannot write /dev/full: no space left on device; the rows in it are kept"):
        small(out="/dev/full")


def test_data_without_two_rows_of_a_class() -> None:
    with pytest.raises(ls.InputError, match="too small for a validation part"):
        sweep(ls.load_dataset("article"), HP, vary={"l2": (0.0,)}, seeds=2)


def made(points: Any) -> Sweep:
    """A Sweep of given validation and test accuracies, (seeds, 2) at each point; NLL 1 unless given as a third."""
    found = {}
    for point, values in points.items():
        table = np.ones((len(values), len(MEASURES)))
        for row, (validation, test, *nll) in zip(table, values, strict=True):
            row[MEASURES.index("validation_accuracy")], row[MEASURES.index("test_accuracy")] = validation, test
            row[MEASURES.index("validation_nll")] = nll[0] if nll else 1.0
        found[point] = table
    names = {"label_smoothing": sorted({p[0] for p in points}), "l2": sorted({p[1] for p in points})}
    return Sweep("made", HP, 1, {name: tuple(values) for name, values in names.items()}, (0, 1), found)


def test_the_best_is_chosen_by_validation_and_judged_by_test() -> None:
    found = made({
        (0.0, 0.0): [(0.70, 0.99), (0.72, 0.99)],
        (0.1, 0.0): [(0.80, 0.60), (0.80, 0.70)],
        (0.0, 0.5): [(0.75, 0.80), (0.75, 0.80)],
        (0.1, 0.5): [(0.90, 0.50), (0.88, 0.52)],
    })  # fmt: skip
    best = found.best("accuracy")
    assert best.point == (0.1, 0.5)
    assert best.test == mean_interval([0.50, 0.52])
    assert best.validation == mean_interval([0.90, 0.88])
    assert found.best("accuracy", "label_smoothing").point == (0.1, 0.0)
    assert found.best("accuracy", "l2").point == (0.0, 0.5)


def test_nll_decides_between_equal_accuracies_and_lower_is_better() -> None:
    found = made({
        (0.0, 0.0): [(0.9, 0.9, 0.5)] * 2,
        (0.1, 0.0): [(0.9, 0.9, 0.3)] * 2,
        (0.2, 0.0): [(0.8, 0.9, 0.1)] * 2,
    })  # fmt: skip
    assert found.best("accuracy").point == (0.1, 0.0)
    assert found.best("nll").point == (0.2, 0.0)


def test_a_point_with_a_diverged_network_is_passed_over() -> None:
    found = made({(0.0, 0.0): [(0.5, 0.5)] * 2, (0.1, 0.0): [(0.9, 0.9), (math.nan, math.nan)]})
    assert found.best("accuracy").point == (0.0, 0.0)
    hp = ls.Hyperparameters(output="identity", loss="mse")
    real = sweep(IRIS, hp, vary={"learning_rate": (0.01, 900.0)}, seeds=2, epochs=20)
    assert np.isnan(real.points[900.0,][:, MEASURES.index("test_accuracy")]).all()
    assert real.best("accuracy").point == (0.01,)


@pytest.mark.slow
def test_processes_give_the_same_rows(tmp_path: Path) -> None:
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    small(out=here)
    small(out=there, workers=2)
    one, other = rows(here), rows(there)
    assert [row[:4] for row in one] == [row[:4] for row in other]
    for a, b in zip(one[:-1], other[:-1], strict=True):
        assert list(map(float, a[4:-1])) == pytest.approx(list(map(float, b[4:-1])), rel=1e-9)


def test_a_file_that_another_sweep_is_writing_to(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    with only_writer(out, "sweep"), pytest.raises(ls.InputError, match=r"another sweep is writing to .*process \d+ on"):
        small(out=out)
    assert not out.exists()
    small(out=out)
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "\x00\xff", "recipe,l2,seed\n"])
def test_only_force_replaces_what_is_no_results_of_this_sweep(tmp_path: Path, content: str) -> None:
    out, fresh = tmp_path / "results.csv", tmp_path / "fresh.csv"
    small(out=fresh)
    out.write_text(content)
    with pytest.raises(ls.InputError, match="give another --out"):
        small(out=out)
    assert out.read_text() == content
    small(out=out, force=True)
    assert rows(out) == rows(fresh)
    small(out=out, force=True, seeds=2)
    assert rows(out) == rows(fresh)  # force takes nothing away from results of this sweep


def test_results_never_go_into_the_data(tmp_path: Path) -> None:
    data = tmp_path / "mine.csv"
    write_smoothed(IRIS, 0.0, data)
    mine = ls.load_dataset(data)
    for force in (False, True):
        with pytest.raises(ls.InputError, match="is a file that is read"):
            sweep(mine, HP, vary=VARY, seeds=2, epochs=1, out=data, force=force)
