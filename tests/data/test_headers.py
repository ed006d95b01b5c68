"""Headers in all their forms, what stands before them and below them, and where they come again."""

from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from tests.support.text_tables import ROWS, lines, load, noted, rows_of, same

BODY = lines()
WHOLE = [(str(i % 5), str(i * 7 % 11), ("elm", "ash", "fir")[i % 3]) for i in range(24)]
TEXTS = [(("pine", "oak")[i % 2], ("tall", "low", "mid")[i % 3], "ab"[i // 2 % 2]) for i in range(24)]
CODES = [(str(i % 5), str(i * 7 % 11), str(i % 3)) for i in range(24)]


@pytest.mark.parametrize("rows", [ROWS, WHOLE], ids=["decimals", "whole numbers"])
@pytest.mark.parametrize(
    "header",
    [
        "2019,2020,label",
        "2019,2024,kind",
        "2024,2019,kind",
        "height,2021,kind",
        "2021,height,kind",
        "0,1,2",
        "1,2,3",
        "0,1,target",
        "height,1,2",
        ",0,1",
        "1,2,class",
    ],
)
def test_numbers_that_name_columns(tmp_path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    data = load(tmp_path, header + "\n" + lines(rows))
    assert same(data, rows)
    assert data.feature_names == tuple(name or "column 1" for name in header.split(",")[:2])
    assert noted(data, "Line 1", "was taken for the header; --no-header")


@pytest.mark.parametrize("header", ["0,1,2,3", "1,2,3,4", "2019,2020,2021,2022", "0,1,2,label"])
@pytest.mark.parametrize("end", ["", ".5"])
def test_numbers_that_name_columns_of_numbers(tmp_path: Path, header: str, end: str) -> None:
    rows = [(*(f"{i * k % 7}{end}" for k in (1, 3, 5)), str(i % 3)) for i in range(24)]
    data = load(tmp_path, header + "\n" + lines(rows))
    assert len(rows_of(data)) == 24
    assert data.feature_names == tuple(header.split(",")[:3])


@pytest.mark.parametrize("header", ["2010,2015,2016,kind", "400.5,401.0,401.5,402.0,kind", "2016,2012,kind"])
@pytest.mark.parametrize("scale", [1, 500])
def test_years_and_wavelengths_that_name_columns(tmp_path: Path, header: str, scale: int) -> None:
    names = header.split(",")
    rows = [(*(str(i * k % 7 * scale) for k, _ in enumerate(names[1:], 1)), "ab"[i % 2]) for i in range(24)]
    data = load(tmp_path, header + "\n" + lines(rows))
    assert len(rows_of(data)) == 24
    assert data.feature_names == tuple(names[:-1])


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        WHOLE,
        TEXTS,
        CODES,
        [(str(i), str(i * 2), "ab"[i % 2]) for i in range(1, 20)],
        [(str(3 * i), str(3 * i + 1), str(i % 2)) for i in range(20)],
        [("sun", "yes"), ("rain", "no")] * 6,
    ],
    ids=["decimals", "whole", "texts", "codes", "counted", "all in order", "two texts"],
)
def test_rows_without_a_header_keep_the_first(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    data = load(tmp_path, lines(rows), target=str(len(rows[0])))
    assert len(rows_of(data)) == len(rows)
    assert noted(data, "no header")


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ("cm,kg,\n", ["Line 2 (cm, kg) describes"]),
        ("(cm),[kg],-\n", ["Line 2 ((cm), [kg], -) describes"]),
        ("float,float,str\n", ["Line 2 (float, float, str) describes"]),
        ("numeric,numeric,nominal\n%,°C,\n", ["Line 2 (numeric", "Line 3 (%, °C) describes"]),
    ],
)
def test_lines_below_the_header_that_describe_the_columns(tmp_path: Path, below: str, said: list[str]) -> None:
    data = load(tmp_path, "a,b,kind\n" + below + BODY)
    assert same(data)
    assert data.feature_names == ("a", "b")
    assert all(noted(data, part) for part in said)


@pytest.mark.parametrize("below", ["string,string,string\n", "x,x,x\n", "text,text,class\n"])
def test_lines_that_describe_columns_of_text(tmp_path: Path, below: str) -> None:
    data = load(tmp_path, "tree,size,kind\n" + below + lines(TEXTS))
    assert len(rows_of(data)) == 24
    assert data.class_names == ("a", "b")
    assert noted(data, "Line 2", "describes the columns")


@pytest.mark.parametrize(("last", "said"), [("kind", True), ("class", False)])
def test_a_first_row_of_texts_over_texts_may_be_data_and_is_said(tmp_path: Path, last: str, said: bool) -> None:
    data = load(tmp_path, f"tree,size,{last}\n" + lines(TEXTS), target="3")
    assert len(rows_of(data)) == 24
    assert noted(data, f"Line 1 (tree, size, {last}) was taken for the header; --no-header") == said


@pytest.mark.parametrize("row", ["birch,huge,c\n", "birch,tall,c\n", "9,9,a\n"])
def test_a_row_like_no_other_is_a_row(tmp_path: Path, row: str) -> None:
    assert len(rows_of(load(tmp_path, "tree,size,kind\n" + row + lines(TEXTS)))) == 25


@pytest.mark.parametrize("count", [1, 2, 7, 40, 400])
@pytest.mark.parametrize("padding", ["", ",,"])
@pytest.mark.parametrize("header", ["a,b,kind\n", ""])
def test_titles_of_any_length_before_the_table(tmp_path: Path, count: int, padding: str, header: str) -> None:
    titles = "".join(f"Page {i} of the forester's book{padding}\n" for i in range(count))
    data = load(tmp_path, titles + header + BODY)
    assert same(data)
    what = "the header" if header else "the first row"
    assert noted(data, f"Line 1 stands before {what}" if count == 1 else f"Lines 1-{count} stand before {what}")


@pytest.mark.parametrize(
    "title",
    [
        "The forest, in May\n\n",
        "Seen by, and for, me\n\n",
        "On Monday, May 3, 2021\n",
        '"Seen by, and for, me"\n',
        "Place,Harz\nYear,2021\n",
        "Place,Harz,\nYear,2021,\n",
        "|1x3 Cross validator\n",
        "all,all,of it\n",
    ],
)
def test_titles_with_delimiters(tmp_path: Path, title: str) -> None:
    data = load(tmp_path, title + "a,b,class\n" + BODY)
    assert same(data)
    assert data.feature_names == ("a", "b")
    assert noted(data, "before the header")


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " "])
def test_a_title_whatever_separates_the_cells(tmp_path: Path, delimiter: str) -> None:
    text = "The book of the forester\n\n" + lines([("a", "b", "kind"), *ROWS], delimiter)
    data = load(tmp_path, text)
    assert same(data)
    assert noted(data, "Line 1 stands before the header")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The forest, in May\n" + BODY, ["line 2", "3 columns, but the header has 2", "a title has to go"]),
        ("a,b,class\n" + BODY + "Total: 20 rows\n", ["row 21 (line 22) has 1 column, but the header has 3"]),
        ("a,b,class\n0.5,elm\n" + BODY, ["row 1 (line 2) has 2 columns", "the header has 3"]),
        ("a,class\n" + lines([("x", *row) for row in ROWS]), ["row 1 (line 1) has 2 columns, but most rows have 4"]),
        ("%made\na,b,class\n" + BODY + "% end, of it\n", ["line 23", "--comment '%'"]),
    ],
)
def test_what_fits_no_table_is_named(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(ls.InputError) as caught:
        load(tmp_path, text)
    assert all(part in str(caught.value) for part in parts)


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("first", [1, 60], ids=["in the sample", "far down"])
@pytest.mark.parametrize(
    "top",
    ["a,b,class\n", "a,b,class\ncm,kg,\n", "The forest\na,b,class\n", "2019,2020,kind\n", "0,1,2\n", "# a,b,class\n"],
)
def test_a_header_that_comes_again(tmp_path: Path, times: int, first: int, top: str) -> None:
    data = load(tmp_path, top + BODY * first + (top + BODY) * (times - 1))
    assert same(data, ROWS * (first + times - 1))
    assert noted(data, f"{1 + top.count(chr(10)) - 1 + 20 * first + 1}", "the header and w", "left out")


def test_a_header_of_texts_that_comes_again(tmp_path: Path) -> None:
    top = "tree,size,kind\n"
    data = load(tmp_path, (top + lines(TEXTS)) * 3)
    assert len(rows_of(data)) == 72
    assert noted(data, "Lines 26 and 51 repeat the header")


def test_a_row_that_may_be_data_is_kept_though_it_equals_the_header(tmp_path: Path) -> None:
    rows = [(str(i % 4), str(i % 5), str(i % 3)) for i in range(10)] + [("0", "1", "2")] * 3
    data = load(tmp_path, "0,1,2\n" + lines(rows), header=True)
    assert len(rows_of(data)) == 13


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
@pytest.mark.parametrize("names", [[str(i + 1) for i in range(20)], [f"tree{i}" for i in range(20)]])
def test_row_names_as_r_writes_them(tmp_path: Path, delimiter: str, names: list[str]) -> None:
    quoted = [[f'"{name}"', a, b, f'"{kind}"'] for name, (a, b, kind) in zip(names, ROWS, strict=True)]
    data = load(tmp_path, lines([('"a"', '"b"', '"kind"'), *quoted], delimiter))
    assert same(data)
    assert data.feature_names == ("a", "b")
    assert noted(data, "column 1 holds the names of the rows")


@pytest.mark.parametrize(
    ("first", "place"),
    [(lambda i: "tall", "line 2"), (lambda i: f"{i}.5", "line 2"), (lambda i: f"tree{i % 500}", "row 501 (line 502)")],
    ids=["repeats", "decimals", "repeats far down"],
)
def test_a_header_with_a_name_less_where_no_rows_are_named(tmp_path: Path, first: Any, place: str) -> None:
    rows = [(first(i), *row) for i, row in enumerate(ROWS * 30)]
    with pytest.raises(ls.InputError, match="column 1 names no rows") as caught:
        load(tmp_path, "a,b,kind\n" + lines(rows))
    assert place in str(caught.value)


@pytest.mark.parametrize(
    ("header", "features"),
    [
        ("kind\ta\tb\ndiscrete\tcontinuous\tcontinuous\nclass\t\t\n", ("a", "b")),
        ("kind\ta\tb\nd\tc\tc\nclass\t\t\n", ("a", "b")),
        ("kind\ta\tb\nelm ash fir\tc\tc\nclass\t\tmeta\n", ("a",)),
        ("cD#kind\tC#a\tC#b\n", ("a", "b")),
        ("cD#kind\tiC#a\tC#b\n", ("b",)),
    ],
)
def test_headers_of_orange(tmp_path: Path, header: str, features: tuple[str, ...]) -> None:
    data = load(tmp_path, header + lines([(kind, a, b) for a, b, kind in ROWS], "\t"))
    assert [row[-1] for row in rows_of(data)] == [row[-1] for row in ROWS]
    assert data.feature_names == features
    assert noted(data, "The class is column 1 'kind'", "header")


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("a,b,kind\n" + lines(WHOLE), True, 24),
        (lines(TEXTS), True, 23),
        (lines(CODES), True, 23),
        ("The forest\n" + BODY, True, 19),
        ("2019,2020,kind\n" + BODY, False, 21),
        (lines(TEXTS), False, 24),
        ("The forest\n" + BODY, False, 20),
    ],
)
def test_the_option_overrules_what_the_rows_say(tmp_path: Path, text: str, header: bool, rows: int) -> None:
    data = load(tmp_path, text, header=header, target="3")
    assert len(rows_of(data)) == rows
    assert not noted(data, "was taken for the header")


def test_the_test_file_is_read_in_the_same_way(tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    test.write_text("Second sheet\n2019:2020:kind\ncm:kg:\n" + lines(delimiter=":"))
    data = load(tmp_path, "2019:2020:kind\n" + lines(delimiter=":"), delimiter=":", test_file=str(test))
    assert len(data.y_test) == len(data.y_train) == 20
    assert noted(data, "Test file: Line 1 stands before the header")
    assert noted(data, "Test file: Line 3 (cm, kg) describes")
