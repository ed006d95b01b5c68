"""Parquet, Arrow and workbooks: read where the extra libraries are, and one line where they are not."""

import datetime
import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls

TABLE: dict[str, list[Any]] = {
    "width": [None if i == 3 else float(x) for i, x in enumerate(np.random.default_rng(0).normal(size=30))],
    "ratio": [[1.234, 2.345, 901.0][i % 3] for i in range(30)],
    "colour": [["red", "dark blue"][i % 2] for i in range(30)],
    "kind": [["oat", "rye"][i % 3 % 2] for i in range(30)],
}


def parquet(table: Any, path: Path) -> None:
    pytest.importorskip("pyarrow.parquet").write_table(table, path)


def feather(table: Any, path: Path) -> None:
    pytest.importorskip("pyarrow.feather").write_feather(table, path)


@pytest.mark.parametrize("write", [parquet, feather])
def test_parquet_and_arrow_are_taken_as_frames_are(tmp_path: Path, write: Callable[[Any, Path], None]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    path, packed = tmp_path / "own.data", tmp_path / "packed.gz"
    write(pyarrow.table(TABLE), path)
    packed.write_bytes(gzip.compress(path.read_bytes()))
    frame = ls.Dataset.from_frame(TABLE)
    for file in (path, packed):
        data = ls.load_dataset(file)
        assert (data.digest, data.notes, data.source) == (frame.digest, frame.notes, str(file))
    data = ls.load_dataset(path, test_file=packed, target="colour", drop=["ratio"], missing="mean")
    assert np.array_equal(data.raw_test, data.raw_train)


def test_the_index_that_pandas_stores_is_left_out(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet(pyarrow.table({**TABLE, "__index_level_0__": list(range(30))}), tmp_path / "own.parquet")
    data = ls.load_dataset(tmp_path / "own.parquet")
    assert data.digest == ls.Dataset.from_frame(TABLE).digest
    assert "The index that pandas stored was left out." in data.notes


@pytest.mark.parametrize("content", [b"PAR1" + bytes(40), b"ARROW1\0\0" + bytes(40), b"PAR1\x15\0"])
def test_damaged_files(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "own.parquet").write_bytes(content)
    with pytest.raises(ls.InputError, match=r"own.parquet cannot be read: "):
        ls.load_dataset(tmp_path / "own.parquet")


def cell(value: Any, column: int, row: int) -> str:
    place = f'r="{chr(65 + column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c {place}><v>{value!r}</v></c>"


def workbook(*sheets: list[list[Any]]) -> bytes:
    """An .xlsx file, as small as can be."""
    main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org"
    relations, package = f"{office}/officeDocument/2006/relationships", f"{office}/package/2006"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, text: str) -> None:
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')

        numbers = range(1, len(sheets) + 1)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kind}.worksheet+xml"/>' for i in numbers
        )
        put(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
        )
        one = f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>'
        put("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{one}</Relationships>')
        names = "".join(f'<sheet name="Sheet {i}" sheetId="{i}" r:id="rId{i}"/>' for i in numbers)
        put("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{names}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="rId{i}" Type="{relations}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in numbers
        )
        put("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>')
        for i, sheet in zip(numbers, sheets, strict=True):
            rows = "".join(
                f'<row r="{n}">{"".join(cell(value, c, n) for c, value in enumerate(row))}</row>'
                for n, row in enumerate(sheet, 1)
            )
            put(f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>')
    return out.getvalue()


SHEET = [list(TABLE), *map(list, zip(*TABLE.values(), strict=True))]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def write(*sheets: list[list[Any]]) -> Path:
        pytest.importorskip("python_calamine")
        (tmp_path / "own.xlsx").write_bytes(workbook(*sheets))
        return tmp_path / "own.xlsx"

    return write


def test_a_workbook_is_taken_as_a_file_of_text_is(book: Callable[..., Path]) -> None:
    data = ls.load_dataset(book(SHEET))
    frame = ls.Dataset.from_frame(TABLE)
    assert (data.digest, data.notes, data.name) == (frame.digest, frame.notes, "own")
    assert data.options == ls.load_dataset("iris").options


def test_the_first_sheet_that_holds_anything(book: Callable[..., Path]) -> None:
    data = ls.load_dataset(book([], SHEET, [["x"]]))
    assert "Of the workbook's 2 sheets, 'Sheet 2' was read." in data.notes
    assert data.digest == ls.load_dataset(book(SHEET)).digest


def test_titles_and_line_breaks(book: Callable[..., Path]) -> None:
    sheet = [["Cereals of the year"], [], *SHEET]
    sheet[4] = [*sheet[4][:2], "red\nand green", "rye"]
    data = ls.load_dataset(book(sheet))
    assert "colour=red and green" in data.feature_names
    assert len(data.y_train) + len(data.y_test) == 29


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (([],), "own.xlsx has no sheet that holds anything"),
        (([*SHEET, ["1,5", 1, "red", "oat"]],), r"own.xlsx, row 31 \(line 32\), column 1 'width': '1,5' is no"),
    ],
)
def test_workbooks_that_cannot_be(book: Callable[..., Path], sheets: Any, message: str) -> None:
    with pytest.raises(ls.InputError, match=message):
        ls.load_dataset(book(*sheets))


def test_a_bomb(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    content = workbook(SHEET)
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(17 * 2**20))
    (tmp_path / "own.xlsx").write_bytes(out.getvalue())
    with pytest.raises(ls.InputError, match=r"own.xlsx would unpack to 17,8.* bytes, far more"):
        ls.load_dataset(tmp_path / "own.xlsx")


def test_what_is_no_workbook(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    (tmp_path / "own.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(ls.InputError, match=r"own.doc cannot be read as a workbook"):
        ls.load_dataset(tmp_path / "own.doc")


@pytest.mark.parametrize(
    ("library", "content"),
    [
        ("pyarrow", b"PAR1\x15\0"),
        ("pyarrow", b"ARROW1\0\0"),
        ("python_calamine", workbook(SHEET)),
        ("python_calamine", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_without_the_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, content: bytes) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / "own.data").write_bytes(content)
    with pytest.raises(ls.InputError, match=r"own.data .*pip install 'lsexplorer\[tables\]'"):
        ls.load_dataset(tmp_path / "own.data")


def test_dates_are_texts(book: Callable[..., Path]) -> None:
    from lsexplorer.data.workbook import _text

    assert _text(datetime.date(2020, 1, 2)) == "2020-01-02"
