"""Packed files, zips of one table, named pipes and standard input."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import files

TABLE = "a,b,kind\n" + "".join(f"{i},{i * i % 7},{'xyz'[i % 3]}\n" for i in range(30))
PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made; none is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def plain(tmp_path: Path) -> ls.Dataset:
    (tmp_path / "plain.csv").write_text(TABLE)
    return ls.load_dataset(tmp_path / "plain.csv")


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("kind", PACK)
def test_a_packed_file_is_read_as_the_file_itself(
    tmp_path: Path, temporary: Path, plain: ls.Dataset, kind: str
) -> None:
    path = tmp_path / f"own.csv.{kind}"
    path.write_bytes(PACK[kind](TABLE.encode()))
    data = ls.load_dataset(path)
    assert (data.digest, data.notes, data.name, data.source) == (plain.digest, plain.notes, "own", str(path))
    assert not list(temporary.iterdir())
    trainer = ls.Trainer(data, ls.Hyperparameters())
    trainer.save(tmp_path / "run.json")
    assert ls.load_run(tmp_path / "run.json").data.digest == data.digest


@pytest.mark.parametrize("packed", ["train", "test", "both"])
def test_either_part_may_be_packed(tmp_path: Path, packed: str) -> None:
    paths = {part: tmp_path / f"{part}.csv" for part in ("train", "test")}
    for part, path in paths.items():
        path.write_bytes(gzip.compress(TABLE.encode()) if packed in (part, "both") else TABLE.encode())
    data = ls.load_dataset(paths["train"], test_file=paths["test"])
    assert (len(data.y_train), len(data.y_test)) == (30, 30)


def test_any_format_may_be_packed(tmp_path: Path) -> None:
    out = io.BytesIO()
    np.savez(out, X=np.eye(12), y=np.arange(12) % 2)
    (tmp_path / "own.npz.xz").write_bytes(lzma.compress(out.getvalue()))
    assert ls.load_dataset(tmp_path / "own.npz.xz").X_train.shape[1] == 12


@pytest.mark.parametrize(
    ("members", "note"),
    [
        ({"sub/own.csv": TABLE}, ""),
        ({"data": TABLE}, ""),
        ({"own.csv": TABLE, "__MACOSX/._own.csv": "x", ".DS_Store": "x"}, "Of the zip's 3 files, own.csv was read."),
        ({"README.md": "x", "own.csv": TABLE}, "Of the zip's 2 files, own.csv was read."),
    ],
)
def test_a_zip_of_one_table(tmp_path: Path, plain: ls.Dataset, members: dict[str, str], note: str) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(**members))
    data = ls.load_dataset(path)
    assert data.digest == plain.digest
    assert set(data.notes) - set(plain.notes) == ({note} if note else set())


WORKBOOK = "own.x (is an Excel workbook or the like|cannot be read as a workbook): "
"""Without the library that reads them, and with it."""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(**{"a.csv": TABLE, "b.csv": TABLE}), r"own.x holds 2 tables \(a.csv, b.csv\): unpack it"),
        (zipped(**{"a.png": "x", "b.png": "x"}), r"own.x holds no tables"),
        (
            zipped(**{"[Content_Types].xml": "x", "xl/workbook.xml": "x"}),
            WORKBOOK,
        ),
        (
            zipped(**{"mimetype": "x", "content.xml": "x"}),
            WORKBOOK,
        ),
        (zipped(**{"a.csv": "a,class\n1\n"}), r"own.x, a.csv in it, row 1 \(line 2\) has 1 column, but"),
        (gzip.compress(b"a,class\n1\n"), r"own.x, row 1 \(line 2\) has 1 column, but"),
        (gzip.compress(b""), "own.x is empty"),
        (gzip.compress(gzip.compress(b"a,b\n")), "own.x is packed twice"),
        (gzip.compress(TABLE.encode() * 99)[:-40], "own.x is truncated or damaged"),
        (bz2.compress(TABLE.encode())[:-40], "own.x is truncated or damaged"),
        (lzma.compress(TABLE.encode())[:-40], "own.x is truncated or damaged"),
    ],
)
def test_what_cannot_be_unpacked(tmp_path: Path, temporary: Path, content: bytes, message: str) -> None:
    path = tmp_path / "own.x"
    path.write_bytes(content)
    with pytest.raises(ls.InputError, match=message):
        ls.load_dataset(path)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("pack", "where"),
    [(gzip.compress, "own.x"), (bz2.compress, "own.x"), (lambda it: zipped(**{"a.csv": it}), "own.x, a.csv in it")],
)
def test_what_unpacks_to_too_much(tmp_path: Path, temporary: Path, pack: Callable[[bytes], bytes], where: str) -> None:
    path = tmp_path / "own.x"
    path.write_bytes(pack(bytes(17 * 2**20)))
    with pytest.raises(ls.InputError, match=f"{where} holds more than 16,777,216 bytes"):
        ls.load_dataset(path)
    assert not list(temporary.iterdir())


def test_an_encrypted_zip(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": TABLE}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "own.zip").write_bytes(content)
    with pytest.raises(ls.InputError, match=r"own.zip: a.csv in it cannot be unpacked: .*password"):
        ls.load_dataset(tmp_path / "own.zip")


def run(*arguments: str, stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lsexplorer", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(plain: ls.Dataset, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = load_from(pack(TABLE.encode()), monkeypatch)
    assert (data.digest, data.name, data.source) == (plain.digest, "stream", "")
    assert any("from a stream" in note for note in data.notes)


def load_from(content: bytes, monkeypatch: pytest.MonkeyPatch) -> ls.Dataset:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    return ls.load_dataset("-")


def test_standard_input_that_holds_nothing_or_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ls.InputError, match=r"^standard input is empty$"):
        load_from(b"", monkeypatch)
    with pytest.raises(ls.InputError, match="can be one of the two parts alone"):
        ls.load_dataset("-", test_file="-")
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    with pytest.raises(ls.InputError, match=r"^standard input holds more than 100 bytes"):
        load_from(TABLE.encode(), monkeypatch)


def test_a_file_called_like_standard_input(tmp_path: Path, plain: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text(TABLE)
    assert ls.load_dataset("./-").digest == plain.digest


@needs_pipes
def test_a_named_pipe(tmp_path: Path, plain: ls.Dataset) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(TABLE.encode()),))
    writer.start()
    data = ls.load_dataset(path)
    writer.join()
    assert (data.digest, data.name, data.source) == (plain.digest, "pipe", "")


def test_a_run_on_a_stream_is_opened_with_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = load_from(TABLE.encode(), monkeypatch)
    trainer = ls.Trainer(data, ls.Hyperparameters())
    trainer.step(3)
    trainer.save(tmp_path / "run.json")
    with pytest.raises(ls.InputError, match=r"the data 'stream' were no file; in Python, load_run\(FILE, data=…\)"):
        ls.load_run(tmp_path / "run.json")
    assert ls.load_run(tmp_path / "run.json", data=data).step_count == 3


def test_the_commands_take_standard_input() -> None:
    ended = run("data", "-", "--json", stdin=gzip.compress(TABLE.encode()))
    assert ended.returncode == 0, ended.stderr
    assert b'"rows":30' in ended.stdout
    ended = run("-", stdin=TABLE.encode())
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)
    assert b"takes keys from standard input" in ended.stderr
