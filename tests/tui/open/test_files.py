"""Recent files, and what is offered for what was typed."""

import json
import os
from pathlib import Path

import pytest

from lsexplorer.data import LoadOptions
from lsexplorer.tui.open.choices import choices, completed
from lsexplorer.tui.open.recent import MAX_FILES, recent_files, remember


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("iris one.csv", "iris two.csv", "Table.csv", ".hidden"):
        (tmp_path / name).write_text("x")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    return tmp_path


def test_the_last_opened_comes_first_with_its_options(folder: Path) -> None:
    options = LoadOptions(target="b", header=False, missing_marks=("-", "?"), keep=("id",), test_size=0.5)
    remember("Table.csv", options)
    remember("iris one.csv", LoadOptions())
    remember("Table.csv", options)
    table, iris = recent_files()
    assert (table.path, iris.path) == (str(folder / "Table.csv"), str(folder / "iris one.csv"))
    assert table.options == LoadOptions(target="b", header=False, missing_marks=("-", "?"), keep=("id",))
    os.remove("iris one.csv")
    assert [file.path for file in recent_files()] == [table.path]
    for i in range(MAX_FILES + 3):
        Path(f"{i}.csv").write_text("x")
        remember(f"{i}.csv", LoadOptions())
    assert len(recent_files()) == MAX_FILES


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[" * 200_000,
        b"{}",
        b"3",
        b"[3]",
        b'[{"path": 3, "options": {}}]',
        b'[{"path": "/x\\u0000", "options": {}}]',
        b'[{"path": "relative", "options": {}}]',
        *(
            json.dumps([{"path": "/", "options": options}]).encode()
            for options in ({"drop": 5}, {"no": 1}, [1], {"header": []}, {"missing_marks": [1]})
        ),
    ],
    ids=range(14),
)
def test_a_damaged_list_is_none_and_is_replaced(folder: Path, text: bytes) -> None:
    file = folder / ".state" / "lsexplorer" / "recent.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    assert recent_files() == []
    remember("Table.csv", LoadOptions())
    assert len(recent_files()) == 1


def test_without_a_place_for_the_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "Table.csv"))
    remember("iris one.csv", LoadOptions())
    assert recent_files() == []


def test_what_is_offered(folder: Path) -> None:
    remember("iris two.csv", LoadOptions())
    recent = recent_files()
    assert [choice.path for choice in choices("", recent)] == [
        str(folder / "iris two.csv"),
        f"inner{os.sep}",
        "iris one.csv",
        "iris two.csv",
        "Table.csv",
    ]
    assert [choice.path for choice in choices("ta", recent)] == ["Table.csv"]
    assert [choice.path for choice in choices(".h", recent)] == [".hidden"]
    assert choices("nowhere/at all", recent) == choices("a\0b", recent) == []
    assert choices(f"{folder}{os.sep}T", [])[0].path == str(folder / "Table.csv")
    (folder / "a\x1b[31m\n.csv").write_text("x")
    assert choices("a", [])[0].label == "a\\x1b[31m\\n.csv"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ir", "iris "),
        ("iris o", "iris one.csv"),
        ("inn", f"inner{os.sep}"),
        ("ta", "Table.csv"),
        ("no", "no"),
        ("i", "i"),
    ],
)
def test_completing(folder: Path, typed: str, expected: str) -> None:
    assert completed(typed) == expected
