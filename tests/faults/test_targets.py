"""Disks that are full, folders that cannot be written, and targets of every kind: the old file stays, whole."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import lsexplorer as ls

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="limits and mounts of POSIX")]

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(ls.__file__).parents[1])}
WRITERS = {
    "run.json": ["train", "--hidden", "64,64", "--epochs", "1", "--json", "--save"],
    "out.csv": ["data", "digits", "--out"],
    "out.npz": ["data", "digits", "--out"],
    "report.md": ["match", "--epochs", "1", "--seeds", "10", "--cores", "0", "--json", "--markdown"],
    "out.svg": ["screenshot"],
}


def command(*args: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "lsexplorer", *args],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=limited,
        check=False,
    )


def refused(ended: subprocess.CompletedProcess[str], words: str) -> None:
    assert ended.returncode == 2, ended
    assert ended.stderr.count("\n") == 1
    assert words in ended.stderr


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of its own with little room."""
    folder = Path(tempfile.mkdtemp())
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        folder.rmdir()
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk(disk: Path, name: str) -> None:
    out = disk / name
    out.write_text("old")
    (disk / "filler").write_bytes(b"x" * (64 * 1024 - 4096))
    refused(command(*WRITERS[name], str(out), "--force"), "no space left on device")
    assert out.read_text() == "old"
    assert sorted(path.name for path in disk.iterdir()) == sorted([name, "filler"])


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_may_not_grow(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    for old in (None, "old"):
        if old is not None:
            out.write_text(old)
        refused(command(*WRITERS[name], str(out), "--force", limit=2000), "file too large")
        assert (out.read_text() if out.exists() else None) == old
        assert len(list(tmp_path.iterdir())) == (old is not None)


def test_results_of_a_sweep_on_a_full_disk(disk: Path, tmp_path: Path) -> None:
    """What is in the file stays; on a disk with room it goes on to the same rows."""
    sweep = ["sweep", "--vary", "l2=0:0.04:0.0005", "--epochs", "1", "--seeds", "8", "--cores", "0", "--json", "--out"]
    out, whole = disk / "r.csv", tmp_path / "whole.csv"
    refused(command(*sweep, str(out)), "no space left on device")
    assert command(*sweep, str(whole)).returncode == 0
    moved = tmp_path / "moved.csv"
    shutil.copy(out, moved)
    assert out.stat().st_size > 10_000
    assert command(*sweep, str(moved)).returncode == 0
    assert sorted(moved.read_text().splitlines()) == sorted(whole.read_text().splitlines())


@pytest.mark.parametrize("name", WRITERS)
def test_targets_of_every_kind(tmp_path: Path, name: str) -> None:
    args = WRITERS[name]
    (tmp_path / "folder").mkdir()
    (tmp_path / f"d-{name}").symlink_to("folder")
    refused(command(*args, str(tmp_path / f"d-{name}"), "--force"), "is a directory")
    (tmp_path / "real").write_text("old")
    (tmp_path / f"l-{name}").symlink_to("real")
    refused(command(*args, str(tmp_path / f"l-{name}")), "--force to replace it")
    assert (tmp_path / "real").read_text() == "old"
    assert command(*args, str(tmp_path / f"l-{name}"), "--force").returncode == 0
    assert (tmp_path / f"l-{name}").is_symlink()
    assert (tmp_path / "real").stat().st_size > 1000
    (tmp_path / f"n-{name}").symlink_to("/dev/null")
    assert command(*args, str(tmp_path / f"n-{name}")).returncode == 0
    assert (tmp_path / f"n-{name}").is_symlink()
    (tmp_path / f"f-{name}").symlink_to("/dev/full")
    refused(command(*args, str(tmp_path / f"f-{name}")), "no space left on device")
