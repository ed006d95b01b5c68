"""One writer at a time: the second is told who holds the file, and a dead one holds nobody up."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lsexplorer.data.locks import only_writer, try_lock
from lsexplorer.errors import InputError

HOLD = """
import sys, time
from pathlib import Path
from lsexplorer.data.locks import only_writer
with only_writer(Path(sys.argv[1]), "sweep"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_writer_is_told_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    with only_writer(file, "sweep"):
        with pytest.raises(InputError) as refusal, only_writer(file, "sweep"):
            pass
        assert str(refusal.value).startswith(f"another sweep is writing to {file} (process {os.getpid()} on ")
    assert not list(tmp_path.iterdir())
    with only_writer(file, "sweep"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_the_file_is_the_file(tmp_path: Path) -> None:
    file, link = tmp_path / "results.csv", tmp_path / "link.csv"
    link.symlink_to(file)
    with only_writer(file, "sweep"), pytest.raises(InputError), only_writer(link, "sweep"):
        pass


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=f"process {other.pid} on"), only_writer(file, "sweep"):
            pass
        other.kill()
    with only_writer(file, "sweep"):
        assert f"process {os.getpid()} " in (tmp_path / ".results.csv.lock").read_text()
    assert not list(tmp_path.iterdir())


def test_where_no_lock_can_be_made_none_is(tmp_path: Path) -> None:
    with only_writer(tmp_path / "missing" / "results.csv", "sweep"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
@pytest.mark.parametrize("then", ["says who it is", "ends"])
def test_a_holder_that_has_just_begun_or_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    """Between a lock and its note, and after the end, a lock file says nothing for a moment."""
    file, lock = tmp_path / "rows.csv", tmp_path / ".rows.csv.lock"
    handle = os.open(lock, os.O_RDWR | os.O_CREAT)
    assert try_lock(handle)

    def while_the_other_waits(seconds: float) -> None:
        if then == "ends":
            lock.unlink()
            os.close(handle)
        else:
            os.write(handle, b"process 17 on here")

    monkeypatch.setattr(time, "sleep", while_the_other_waits)
    if then == "ends":
        with only_writer(file, "sweep"):
            assert f"process {os.getpid()} " in lock.read_text()
    else:
        with pytest.raises(InputError, match=r"rows.csv \(process 17 on here\): wait"), only_writer(file, "sweep"):
            pass
        os.close(handle)
