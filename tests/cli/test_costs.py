"""Small inputs that would cost much, and those that led to tracebacks: refused in a line, at once."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import lsexplorer
from lsexplorer.run.timeline import LARGE_BYTES, Checkpoints
from tests.support.command import refused, run

QUICK = ("--epochs", "1", "--cores", "0")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("sweep", "--vary", "l2=0,1", "--seeds", "1000000000"), "seeds must be 10,000 or fewer, got 1,000,000,000"),
        (
            ("sweep", "--vary", "l2=0:1:0.001", "--seeds", "10000"),
            "at most 10,000,000 networks, got 1,001 points × 10,000",
        ),
        (("match", "--seeds", "100000000"), "seeds must be 10,000 or fewer"),
        (("best", "--seeds", "100000000"), "seeds must be 10,000 or fewer"),
        (("claims", "--seeds", "100000000"), "seeds must be 10,000 or fewer"),
        (("patterns", "iris", "--train", "--seeds", "100000000"), "seeds must be 10,000 or fewer"),
        (("match", "--strengths", "1e-300:1e300"), "from 1e-30 to 1e+30"),
        (("match", "--strengths", "nan:inf"), "from 1e-30 to 1e+30"),
    ],
)
def test_more_than_can_be_done(args: tuple[str, ...], words: str) -> None:
    refused(run(*args, *QUICK), words)


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders")
def test_a_pipe_is_no_run_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    refused(run("screenshot", tmp_path / "out.svg", tmp_path / "fifo.json"), "fifo.json is a pipe, not a run file")


def test_an_idx_file_without_values_but_with_huge_sides(tmp_path: Path) -> None:
    header = struct.pack(">BBBB4I", 0, 0, 8, 4, 0, 2**31, 2**31, 2**31)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(header)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, 0))
    refused(run("data", tmp_path / "train-images-idx3-ubyte"), "declares 0 × 2,147,483,648")


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def test_texts_with_characters_that_do_not_exist(tmp_path: Path) -> None:
    y = npy(np.array(["a", "b", "a", "b"]))
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        archive.writestr("X.npy", npy(np.arange(8.0).reshape(4, 2)))
        archive.writestr("y.npy", y[:-4] + b"\xff\xff\xff\xff")
    refused(run("data", tmp_path / "bad.npz"), "array y holds texts with characters that do not exist")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_array_that_stands_there_many_times(tmp_path: Path) -> None:
    """Entries of a zip may overlap, so that a small file holds a large array a thousand times."""
    with zipfile.ZipFile(tmp_path / "many.npz", "w") as archive:
        for _ in range(900):
            archive.writestr("X.npy", npy(np.zeros((2, 2))))
    refused(run("data", tmp_path / "many.npz"), "holds an array of the same name twice")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the memory")
def test_a_network_that_does_not_fit_into_the_memory() -> None:
    script = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_AS, (7 * 10**8,) * 2)\n"
        "from lsexplorer.cli import main\nmain()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "train", "--hidden", "4096,4096", "--optimizer", "adam"],
        env={**os.environ, "PYTHONPATH": str(Path(lsexplorer.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    refused((ended.returncode, ended.stdout, ended.stderr), "not enough memory: ")


def test_a_lack_of_memory_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **named: object) -> None:
        raise MemoryError

    monkeypatch.setattr("lsexplorer.cli.common.load_dataset", fails)
    refused(run("train"), "not enough memory: a smaller network or data set needs less")


@pytest.mark.parametrize("nbytes", [10, 10**6, 10**8, 5 * 10**8])
def test_checkpoints_of_large_networks_stay_within_their_memory(nbytes: int) -> None:
    points = Checkpoints(nbytes)
    kept = np.zeros(1)
    for step in range(64):
        if points.due(step):
            points.save(step, kept, kept)
    held = points.nbytes // kept.nbytes // 2
    assert held >= 2
    assert held == 2 or held * nbytes <= LARGE_BYTES
    assert points.before(63)[0] >= 0


def test_numbers_near_the_largest_there_is(tmp_path: Path) -> None:
    """No warning of NumPy's, which in a test would be an error."""
    lines = [f"{(-1) ** i * 1.7e308!r},{i},{'ab'[i % 2]}" for i in range(60)]
    (tmp_path / "huge.csv").write_text("\n".join(["x,y,class", *lines]))
    refused(run("data", tmp_path / "huge.csv"), "column 1 'x' holds numbers too large")
