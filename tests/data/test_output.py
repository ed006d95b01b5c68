"""What may be written to, found out before the work; and that what is written is whole."""

import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from lsexplorer.data.output import check_output, written
from lsexplorer.errors import InputError

posix = pytest.mark.skipif(os.name == "nt", reason="devices, pipes and modes of POSIX")


def refuse(path: Path, words: str, **named: Any) -> str:
    before = sorted(os.listdir(os.path.dirname(path))) if os.path.isdir(os.path.dirname(path)) else None
    with pytest.raises(InputError) as refusal:
        check_output(path, **named)
    assert words in str(refusal.value), str(refusal.value)
    if before is not None:
        assert sorted(os.listdir(os.path.dirname(path))) == before
    return str(refusal.value)


def test_a_new_file_may_be_written(tmp_path: Path) -> None:
    assert check_output(str(tmp_path / "new.json"), option="--save") == tmp_path / "new.json"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", " ", "\t"])
def test_a_file_needs_a_name(name: str) -> None:
    refuse(name, "--save: a file needs a name", option="--save")


def test_an_existing_file_only_with_force(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")
    refuse(file, f"--save {file} exists: give another name, or --force to replace it", option="--save")
    check_output(file, force=True)
    check_output(file, resumes=True)
    assert file.read_text() == "old"


def test_never_a_file_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, other = tmp_path / "mine.csv", tmp_path / "other.csv"
    file.write_text("old")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    other.hardlink_to(file)
    for path in (str(file), "mine.csv", "./mine.csv", "~/mine.csv", f"{tmp_path}/../{tmp_path.name}/mine.csv", other):
        for read in (file, "~/mine.csv", "mine.csv", other):
            with pytest.raises(InputError, match="is a file that is read"):
                check_output(path, reads=("iris", "no such file", "\0", read), force=True, resumes=True)
    check_output(tmp_path / "else.csv", reads=(file, other))


@posix
def test_links_are_followed(tmp_path: Path) -> None:
    file, link, dangling = tmp_path / "mine.csv", tmp_path / "link.csv", tmp_path / "dangling.csv"
    file.write_text("old")
    link.symlink_to(file)
    (tmp_path / "deep").mkdir()
    dangling.symlink_to("deep/new.csv")
    refuse(link, "is a file that is read", reads=[file], force=True)
    refuse(file, "is a file that is read", reads=[link], force=True)
    for target, text in ((link, b"new"), (dangling, b"newer")):
        with written(target) as out:
            out.write(text)
        assert target.is_symlink()
    assert file.read_bytes() == b"new"
    assert (tmp_path / "deep" / "new.csv").read_bytes() == b"newer"
    dangling.unlink()
    dangling.symlink_to("nowhere/new.csv")
    refuse(dangling, "there is no directory")
    dangling.unlink()
    dangling.symlink_to(dangling)
    refuse(dangling, "cannot write")


def test_a_folder_that_is_not_there_and_one_that_is_the_target(tmp_path: Path) -> None:
    refuse(tmp_path / "missing" / "run.json", f"there is no directory {tmp_path / 'missing'}")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"no directory|not a directory"):
        check_output(tmp_path / "file" / "run.json")
    refuse(tmp_path, "is a directory", force=True)
    refuse(str(tmp_path / "a\0b"), "is no file name")
    refuse(tmp_path / ("x" * 300), "cannot write")


@posix
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "words"),
    [(0o444, 0o777, "may not be written to"), (0o666, 0o555, "no file can be made")],
)
def test_what_may_not_be_written_to(file_mode: int, folder_mode: int, words: str) -> None:
    """As somebody whom permissions bind, which root is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.json"
        path.write_text("old")
        path.chmod(file_mode)
        path.parent.chmod(folder_mode)
        code = (
            "import os\nfrom lsexplorer.data.output import written\n"
            "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
            f"with written({str(path)!r}) as file: file.write(b'new')"
        )
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert words in ended.stderr.splitlines()[-1]
        assert path.read_text() == "old"
        assert os.listdir(folder) == ["run.json"]


@posix
def test_devices_and_pipes_are_written_to_and_stay(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert check_output(pipe) == pipe
    with written(pipe) as out:
        out.write(b"through")
    reader.join(10)
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    with written("/dev/null") as out:
        out.write(b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_device_is_a_line() -> None:
    with (
        pytest.raises(InputError, match="cannot write /dev/full: no space left on device"),
        written("/dev/full") as out,
    ):
        out.write(b"x")


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no /dev/stdout")
def test_standard_output_by_name_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    code = (
        "from lsexplorer.data.output import check_output, written\nprint('before', flush=True)\n"
        "with written(check_output('/dev/stdout')) as file: file.write(b'between\\n')\nprint('after')"
    )
    with out.open("ab") as stream:
        subprocess.run([sys.executable, "-c", code], stdout=stream, check=True)
    assert out.read_text() == "before\nbetween\nafter\n"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")
    file.chmod(mode)
    with written(file) as out:
        out.write(b"new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", mode)


@posix
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with written(tmp_path / "run.json") as out:
            out.write(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [KeyboardInterrupt, InputError("no"), OSError(28, "No space left on device")])
def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path, error: Any) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")

    def write() -> None:
        with written(file) as out:
            out.write(b"ne")
            raise error

    with pytest.raises((KeyboardInterrupt, InputError)):
        write()
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]
    assert file.read_text() == "old"


@pytest.mark.parametrize("call", ["os.open", "os.fsync", "os.replace", "os.chmod"])
def test_a_call_that_fails_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")

    def fails(*_: object, **__: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(call, fails)
    with pytest.raises(InputError, match=r"cannot write .*input/output error"), written(file) as out:
        out.write(b"new")
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]
    assert file.read_text() == "old"


def test_the_longest_name_and_one_that_is_no_utf8(tmp_path: Path) -> None:
    names = ["x" * 255, "ü" * 127]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"\xff\xfe"))
    for name in names:
        for text in (b"first", b"second"):
            with written(tmp_path / name) as out:
                out.write(text)
        assert (tmp_path / name).read_bytes() == b"second"
    assert len(list(tmp_path.iterdir())) == len(names)


KILLED = """
import os, signal, sys
from lsexplorer.data.output import written
with written(sys.argv[1]) as file:
    file.write(b"x" * 1000)
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
def test_leftovers_of_the_dead_are_cleared_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    others = [".run.json.original", ".run.json.12345678", ".other.json.12345678.lsx-part", "run.json.12345678.lsx-part"]
    for name in others:
        (tmp_path / name).write_text("mine")
    for _ in range(3):
        subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert not file.exists()
    assert len(list(tmp_path.iterdir())) == len(others) + 1  # the later ones cleared up after the earlier ones
    with written(file) as slow:
        slow.write(b"slow")
        with written(file) as quick:
            quick.write(b"quick")
        assert file.read_bytes() == b"quick"
    assert file.read_bytes() == b"slow"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([*others, "run.json"])


def test_two_that_check_the_same_name_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may take the file that is made for the check for a leftover, once its lock has gone."""
    close, cleared = os.close, list[str]()

    def close_as_another_clears(handle: int) -> None:
        close(handle)
        for part in tmp_path.iterdir():
            cleared.append(part.name)
            part.unlink()

    monkeypatch.setattr(os, "close", close_as_another_clears)
    check_output(tmp_path / "new.csv")
    assert len(cleared) == 1
