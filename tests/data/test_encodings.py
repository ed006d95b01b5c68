"""Texts in all the encodings that people have them in."""

from pathlib import Path

import pytest

import lsexplorer as ls
from tests.support.text_tables import ROWS, lines, load, noted, same

TREES = [(a, b, {"elm": "orme", "ash": "frêne", "fir": "sapin"}[kind]) for a, b, kind in ROWS]
TEXT = lines([("größe", "b", "class"), *TREES])
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", *MARKS])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_mark_tells_the_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    content = MARKS.get(encoding, b"") + TEXT.replace("\n", end).encode(encoding)
    data = load(tmp_path, content)
    assert same(data, TREES)
    assert data.feature_names == ("größe", "b")
    assert not noted(data, "read as")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    data = load(tmp_path, lines([("a", "b", "class"), *TREES]).encode(encoding))
    assert same(data, TREES)
    assert noted(data, "no byte order mark", "UTF-16")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TEXT.encode("cp1252"), "Lines 1, 3, 7 and 11"),
        (
            TEXT.replace("ö", "o").encode() + "9,9,frêne\n".encode("cp1252"),
            "Line 22 is not UTF-8 and was read as cp1252",
        ),
    ],
)
def test_what_is_not_utf_8_is_cp1252(tmp_path: Path, content: bytes, said: str) -> None:
    data = load(tmp_path, content)
    assert data.class_names == ("frêne", "orme", "sapin")
    assert noted(data, "read as cp1252; --encoding names another")


def test_cp1252_with_its_quotes_and_dashes(tmp_path: Path) -> None:
    rows = [(a, b, f"“{kind}” – 5 €") for a, b, kind in ROWS]
    assert same(load(tmp_path, lines([("a", "b", "class"), *rows]).encode("cp1252")), rows)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16-le", "latin-1", "UTF8", "shift_jis", "cp437"])
def test_an_encoding_that_is_given(tmp_path: Path, encoding: str) -> None:
    name = {"cp1251": "дуб", "shift_jis": "樫"}.get(encoding, "Bäume")
    rows = [(a, b, name if kind == "elm" else kind) for a, b, kind in ROWS]
    data = load(tmp_path, lines([("a", "b", "class"), *rows]).encode(encoding), encoding=encoding)
    assert same(data, rows)
    assert not noted(data, "read")


def test_a_mark_where_utf_8_is_asked_for_is_no_letter(tmp_path: Path) -> None:
    assert load(tmp_path, TEXT.encode("utf-8-sig"), encoding="utf-8").feature_names == ("größe", "b")


def test_files_with_marks_that_were_joined(tmp_path: Path) -> None:
    data = load(tmp_path, TEXT.encode("utf-8-sig") * 2)
    assert same(data, TREES * 2)
    assert noted(data, "Line 22 repeats the header")


@pytest.mark.parametrize(
    ("content", "encoding", "part"),
    [
        (
            TEXT.encode() + b"1,2,\x9d\n",
            None,
            "line 22 holds the byte 0x9d and is neither UTF-8 nor cp1252: --encoding",
        ),
        (TEXT.encode("cp1252"), "utf-8", "line 1 holds the byte 0xf6: the file is not in the encoding utf-8"),
        (TEXT.encode(), "ascii", "line 1 holds the byte 0xc3"),
        (TEXT.encode(), "utf-16", "the file is not in the encoding utf-16"),
        (TEXT.encode("utf-16")[:-1], None, "the file is not in the encoding utf-16"),
        (TEXT.encode("utf-16"), "cp1252", "line 1 holds a NUL byte"),
        (TEXT.encode() + b"1,\0,x\n", None, "line 22 holds a NUL byte"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, content: bytes, encoding: str | None, part: str) -> None:
    with pytest.raises(ls.InputError) as caught:
        load(tmp_path, content, encoding=encoding)
    assert part in str(caught.value)
    assert str(caught.value).isprintable()
