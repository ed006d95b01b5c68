"""Cells of work in this process, in others and on a Dask cluster: the same numbers, whoever dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import active_children
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.study.jobs.executors import open_executor, reopened
from lsexplorer.study.jobs.jobs import TrainingTask, cut
from lsexplorer.study.match.matching import Match
from lsexplorer.study.sweep.sweeping import sweep
from tests.support.cluster import cluster
from tests.support.helpers import slow
from tests.support.tasks import dies_always, dies_once, fails, square

pytestmark = pytest.mark.filterwarnings("ignore")  # those of Dask are not ours
HP = ls.Hyperparameters(hidden=(3,))


def small_match(data: ls.Dataset, where: int | str | None, **more: Any) -> Match:
    return ls.match(data, HP, epochs=10, seeds=9, splits=4, low=1e-4, high=1e-1, workers=where, **more)


def numbers(match: Match) -> list[float]:
    values = [s.value or 0.0 for s in match.strengths.values()]
    for one in match.matchings.values():
        values += [x for f in one.findings for x in (f.plain, f.smoothing, f.remedy, *f.difference, f.floor)]
    return values


@pytest.mark.parametrize("where", [None, slow(1), 2])
def test_all_tasks_are_done_and_an_error_in_one_comes_through(where: int | None) -> None:
    with open_executor(where, 100) as workers:
        assert dict(workers.run(square, [1, 2, 3, 4])) == {0: 101, 1: 104, 2: 109, 3: 116}
        assert dict(workers.run(square, [5])) == {0: 125}
        assert dict(workers.run(square, [])) == {}
        with pytest.raises(ls.InputError, match="task 7 cannot be done"):
            list(workers.run(fails, [7]))
        processes = set(active_children())
        with reopened(workers, where, 1000) as others:
            assert dict(others.run(square, [1, 2])) == {0: 1001, 1: 1004}
            assert set(active_children()) == processes
        assert dict(workers.run(square, [1])) == {0: 101}


def test_large_data_go_to_processes_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.study.jobs.executors.SMALL_DATA", 0)
    opened = Mock(return_value=nullcontext())
    monkeypatch.setattr("lsexplorer.study.jobs.executors.open_executor", opened)
    with open_executor(2, 100) as workers, reopened(workers, 2, 1000):
        opened.assert_called_once_with(2, 1000)


def test_a_process_that_dies_costs_its_cells_time_alone(tmp_path: Path) -> None:
    with open_executor(2, str(tmp_path)) as workers:
        assert dict(workers.run(dies_once, range(8))) == {i: i for i in range(8)}
    assert (tmp_path / "died").exists()


def test_processes_that_die_again_and_again_are_an_error_of_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.study.jobs.executors.MAX_RESTARTS", 1)
    with open_executor(1, "") as workers, pytest.raises(ls.InputError, match="training processes died"):
        list(workers.run(dies_always, [0]))


def test_nothing_is_left_behind_by_who_stops_early() -> None:
    data = ls.load_dataset("iris")

    class EnoughError(Exception):
        pass

    def stop(phase: str, done: int, total: int) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        ls.match(data, HP, epochs=500, workers=2, progress=stop)
    assert not [child for child in active_children() if "Spawn" in child.name]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_no_signal_breaks_into_a_pools_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that another thread takes, as BLAS's may: Python calls its handler in the main thread all the same."""
    given, submit = list[str](), ProcessPoolExecutor.submit

    def submit_beside_a_signal(*args: Any) -> Any:
        given.append("begun")
        os.kill(os.getpid(), signal.SIGINT)
        future = submit(*args)
        time.sleep(0.05)
        given.append("done")
        return future

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit_beside_a_signal)
    over, before = threading.Event(), signal.signal(signal.SIGINT, signal.default_int_handler)
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        with pytest.raises(KeyboardInterrupt), open_executor(2, 0) as executor:
            list(executor.run(square, range(3)))
    finally:
        over.set()
        other.join()
        signal.signal(signal.SIGINT, before)
    assert given == ["begun", "done"] * 3


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (0, "1 process or more, got 0"),
        ("nonsense", "no Dask scheduler answers"),
        ("tcp://", "no Dask scheduler answers"),
        ("tcp://127.0.0.1:port", "no Dask scheduler answers"),
        ("http://127.0.0.1:80", "no Dask scheduler answers"),
    ],
)
def test_places_that_are_none(where: int | str, words: str) -> None:
    with pytest.raises(ls.InputError, match=words), open_executor(where, None):
        pass


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.study.jobs.dask_cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(ls.InputError, match="no Dask scheduler answers"), open_executor("tcp://127.0.0.1:9", None):
        pass


def test_two_processes_give_the_numbers_of_this_one() -> None:
    data = ls.load_dataset("iris")
    assert numbers(small_match(data, 2)) == pytest.approx(
        numbers(small_match(data, None)), rel=1e-9, abs=1e-12, nan_ok=True
    )


@pytest.mark.slow
def test_a_cluster_gives_the_same_numbers_although_a_worker_dies(tmp_path: Path) -> None:
    data = ls.load_dataset("iris")
    with cluster(tmp_path, 2) as found:
        killed = []

        def kill_one(phase: str, done: int, total: int) -> None:
            if not killed:
                found.workers[0].kill()
                found.workers[0].wait()
                killed.append(done)

        there = small_match(data, found.address, progress=kill_one)
        assert killed
        assert found.workers[1].poll() is None
    assert there.complete
    assert numbers(there) == pytest.approx(numbers(small_match(data, None)), rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.slow
def test_many_short_jobs_go_to_a_cluster_together_and_an_error_in_one_comes_through(tmp_path: Path) -> None:
    with cluster(tmp_path, 1) as found, open_executor(found.address, 100) as workers:
        assert dict(workers.run(square, range(300))) == {i: 100 + i * i for i in range(300)}
        with pytest.raises(ls.InputError, match=r"task \d+ cannot be done"):
            list(workers.run(fails, range(300)))
        assert dict(workers.run(square, [5])) == {0: 125}


@pytest.mark.slow
def test_a_cluster_that_loses_all_its_workers_goes_on_with_new_ones(tmp_path: Path) -> None:
    data = ls.load_dataset("iris")
    with cluster(tmp_path, 1) as found:
        killed = []

        def replace_all(phase: str, done: int, total: int) -> None:
            if not killed:
                found.workers[0].kill()
                found.workers[0].wait()
                found.add_worker()
                killed.append(done)

        there = small_match(data, found.address, progress=replace_all)
    assert numbers(there) == pytest.approx(numbers(small_match(data, None)), rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_an_error_of_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.study.jobs.dask_cluster.CONNECT_SECONDS", 2)
    with cluster(tmp_path, 0) as found, pytest.raises(ls.InputError, match="has no workers"):
        small_match(ls.load_dataset("iris"), found.address)


def pretends(folder: Path, name: str) -> Path:
    """A folder that makes importlib.metadata see version 9.9 of a package."""
    info = folder / "first" / f"{name}-9.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n")
    return info.parent


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lsexplorer", "numpy"])
def test_a_worker_with_another_version_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with cluster(tmp_path, 0) as found:
        found.add_worker(pretends(tmp_path, name))
        with pytest.raises(ls.InputError, match=rf"the worker at tcp://.* has {name} 9\.9, and here is \d.*: install"):
            small_match(ls.load_dataset("iris"), found.address)


@pytest.mark.slow
def test_a_worker_that_comes_later_with_another_version_is_refused(tmp_path: Path) -> None:
    with cluster(tmp_path, 1) as found:

        def replace_all(phase: str, done: int, total: int) -> None:
            found.workers[0].kill()
            found.workers[0].wait()
            if len(found.workers) == 1:
                found.add_worker(pretends(tmp_path, "numpy"))

        with pytest.raises(ls.InputError, match=r"has numpy 9\.9, and here"):
            small_match(ls.load_dataset("iris"), found.address, progress=replace_all)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGSTOP")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_scheduler_that_ends_or_hangs_is_an_error_of_one_line_and_what_is_done_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    monkeypatch.setattr("lsexplorer.study.jobs.dask_cluster.CONNECT_SECONDS", 3)
    monkeypatch.setattr("lsexplorer.study.jobs.dask_cluster.ALIVE_SECONDS", 1)
    out, sent = tmp_path / "r.csv", []
    with cluster(tmp_path, 1) as found:

        def end(phase: str, done: int, total: int) -> None:
            if not sent:
                found.scheduler.send_signal(number)
                sent.append(time.monotonic())

        with pytest.raises(ls.InputError, match="does not answer any more; a sweep with --out resumes"):
            sweep(
                ls.load_dataset("iris"),
                HP,
                vary={"l2": [0, 0.01, 0.02, 0.03]},
                seeds=400,
                epochs=30,
                out=out,
                workers=found.address,
                progress=end,
            )
    assert time.monotonic() < sent[0] + 60
    assert out.read_text().count("\n") > 1
    assert not caplog.text


@pytest.mark.parametrize(("methods", "seeds"), [(1, 1), (3, 12), (19, 6), (70, 2), (150, 7)])
def test_cells_hold_every_network_once(methods: int, seeds: int) -> None:
    hps = [HP.replace(l2=0.001 * i) for i in range(methods)]
    tasks = cut(hps, range(seeds), 5)
    found = [(hp.l2, hp.seed) for task in tasks for hp in task.hyperparameters]
    assert sorted(found) == sorted((hp.l2, seed) for hp in hps for seed in range(seeds))
    assert all(len(task.methods) * len(task.seeds) <= 64 for task in tasks)
    assert all(task.methods == tuple(hps[task.first : task.first + len(task.methods)]) for task in tasks)


def test_a_tasks_networks_are_in_order_of_the_seeds() -> None:
    task = TrainingTask((HP, HP.replace(l2=1.0)), (4, 5), 1, 0)
    assert [(hp.seed, hp.l2) for hp in task.hyperparameters] == [(4, 0.0), (4, 1.0), (5, 0.0), (5, 1.0)]
    assert np.unique([hp.seed for hp in task.hyperparameters]).size == 2


@pytest.mark.parametrize(
    "call",
    [
        "match(data, hp, workers=2, epochs=1, seeds=10)",
        slow("sweep(data, hp, vary={'l2': (0, 1)}, workers=2, epochs=1, out='r.csv')"),
    ],
)
def test_a_script_without_a_main_guard_is_told_so(tmp_path: Path, call: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import lsexplorer as ls\nfrom lsexplorer import match\nfrom lsexplorer.study.sweep.sweeping import sweep\n"
        f"data, hp = ls.load_dataset('iris'), ls.Hyperparameters()\n{call}\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(ls.__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("Traceback") == 1, ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("lsexplorer.errors.InputError: the processes that train could not")
    assert '`if __name__ == "__main__":`' in ended.stderr
