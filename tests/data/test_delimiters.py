"""What separates cells and what stands around them."""

from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.data import write_smoothed
from tests.support.text_tables import ROWS, lines, load, noted, rows_of, same

HEADER = ("a", "b", "class")
WHOLE = [HEADER, *ROWS]
WORDS = [(a, b, "mountain " + kind) for a, b, kind in ROWS]


def fixed(rows: list[tuple[str, ...]], width: int = 16) -> str:
    """Rows in columns of the same width."""
    return "".join("".join(f"{cell:<{width}}" for cell in row) + "\n" for row in rows)


@pytest.mark.parametrize("mark", [",", ";", "|", "\t", ":", "~"])
def test_the_first_line_names_the_delimiter(tmp_path: Path, mark: str) -> None:
    for first in (f"sep={mark}\n", f'"sep={mark}"\r\n'):
        data = load(tmp_path, first + lines(WHOLE, mark))
        assert same(data)
        assert noted(data, "Line 1 ('sep=…') names the delimiter")


@pytest.mark.parametrize("mark", [":", "\x01", "^", "~", ";", " "])
def test_a_delimiter_that_is_given(tmp_path: Path, mark: str) -> None:
    assert same(load(tmp_path, lines(WHOLE, mark), delimiter=mark))


@pytest.mark.parametrize(
    ("text", "options", "part"),
    [
        (lines(WHOLE, ":"), {}, "if ':' separates them, say so with --delimiter"),
        (lines(WHOLE, "\x01"), {}, r"if '\x01' separates them"),
        (lines(WHOLE, "é"), {}, "--delimiter names another character"),
        (lines(WHOLE), {"delimiter": ";"}, "the delimiter ';' separates nothing in most rows; leave it out"),
    ],
)
def test_one_column_alone(tmp_path: Path, text: str, options: dict[str, Any], part: str) -> None:
    with pytest.raises(ls.InputError) as caught:
        load(tmp_path, text, **options)
    assert part in str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "|"])
@pytest.mark.parametrize("around", [" {} ", '"{}" ', ' "{}"', ' "{}" '])
def test_spaces_around_delimiters(tmp_path: Path, mark: str, around: str) -> None:
    data = load(tmp_path, lines([tuple(around.format(cell) for cell in row) for row in WHOLE], mark))
    assert same(data)
    assert data.feature_names == ("a", "b")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(("head", "body"), [("{}", ""), ("", "{}"), ("{}", "{}"), ("{0}{0}", ""), ("{0}{0}", "{0}{0}")])
def test_delimiters_too_many_at_the_end(tmp_path: Path, mark: str, head: str, body: str) -> None:
    text = lines([HEADER], mark, head.format(mark) + "\n") + lines(ROWS, mark, body.format(mark) + "\n")
    data = load(tmp_path, text)
    assert same(data)
    assert data.feature_names == ("a", "b")


@pytest.mark.parametrize("width", [8, 16])
def test_columns_of_fixed_width(tmp_path: Path, width: int) -> None:
    assert same(load(tmp_path, fixed(WHOLE, width)))


def test_columns_of_fixed_width_with_spaces_in_cells(tmp_path: Path) -> None:
    assert same(load(tmp_path, fixed([HEADER, *WORDS])), WORDS)
    data = load(tmp_path, fixed([("top width", "side width", "kind"), *WORDS]))
    assert same(data, WORDS)
    assert data.feature_names == ("top width", "side width")
    assert load(tmp_path, fixed([("top width", "side width", "kind"), *ROWS])).feature_names == data.feature_names


def test_single_spaces_that_separate_and_stand_in_cells(tmp_path: Path) -> None:
    with pytest.raises(ls.InputError, match="4 columns, but the header has 3, and column 1 names no rows"):
        load(tmp_path, lines([HEADER, *WORDS], " "))
    rows = [(a, b, kind if i % 3 else "mountain " + kind) for i, (a, b, kind) in enumerate(ROWS)]
    with pytest.raises(ls.InputError, match=r"row 1 \(line 2\) has 4 columns.*a cell that holds spaces needs quotes"):
        load(tmp_path, lines([HEADER, *rows], " "))


@pytest.mark.parametrize("mark", [",", ";", "\t", " "])
def test_single_quotes(tmp_path: Path, mark: str) -> None:
    rows = [(a, b, f"'{kind}{mark}tree'") for a, b, kind in ROWS]
    data = load(tmp_path, lines([("'a'", "b", "class"), *rows], mark))
    assert same(data, [(a, b, " ".join(f"{kind}{mark}tree".split())) for a, b, kind in ROWS])
    assert data.feature_names == ("a", "b")
    assert noted(data, "Single quotes")


@pytest.mark.parametrize("names", [("'tis", "o'clock"), ("'n'", "x"), ("rock 'n' roll", "it's"), ("x'", "'")])
def test_apostrophes_are_letters(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = [(a, b, names[0] if kind == "elm" else kind) for a, b, kind in ROWS]
    rows[1] = (*ROWS[1][:2], '"' + names[1] + '"')
    assert same(load(tmp_path, lines([HEADER, *rows])), [(a, b, kind.strip('"')) for a, b, kind in rows])


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("first", [2, 300], ids=["in the sample", "far down"])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_quote_that_would_swallow_rows_is_a_letter(tmp_path: Path, mark: str, first: int, quoted: bool) -> None:
    notes = {first: '"left', first + 7: 'right"'}
    rows = [(notes.get(i, f"n{i % 2}"), *row) for i, row in enumerate(ROWS * 20)]
    text = [(*row[:3], f'"{row[3]}"' if quoted else row[3]) for row in rows]
    data = load(tmp_path, lines([("note", *HEADER), *text], mark))
    assert [row[-3:] for row in rows_of(data)] == [(float(a), float(b), kind) for a, b, kind in ROWS * 20]
    if quoted:  # the second quote of its first line would end the cell
        assert noted(data, f"Line {first + 2} has a quote around no whole cell")
    else:
        assert noted(data, f"Lines {first + 2}-{first + 9} have quotes around")


@pytest.mark.parametrize("cell", ['"so" they say', '"" inch', '"x" and "y"'])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_quotes_around_a_part_of_a_cell_are_letters(tmp_path: Path, cell: str, mark: str) -> None:
    rows = [(a, b, cell if kind == "elm" else kind) for a, b, kind in ROWS]
    data = load(tmp_path, lines([HEADER, *rows], mark))
    assert same(data, rows)
    assert noted(data, "10 lines (the first is line 2) have quotes around no whole cell")


def test_cells_over_several_lines_stay_cells(tmp_path: Path) -> None:
    rows = [(a, b, '"on two\nlines"' if kind == "elm" else kind) for a, b, kind in ROWS]
    data = load(tmp_path, lines([HEADER, *rows]))
    assert same(data, [(a, b, "on two lines" if kind == "elm" else kind) for a, b, kind in ROWS])
    assert noted(data, "A cell between quotes goes on over the lines 2-3, and 9 more do so")


def test_texts_of_several_lines_with_delimiters_stay_cells(tmp_path: Path) -> None:
    rows = [('"dear all,\nbye"' if i % 2 else '"well, so\nbe it, then"', "yes" if i % 2 else "no") for i in range(12)]
    data = load(tmp_path, lines([("text", "class"), *rows]))
    assert len(rows_of(data)) == 12
    assert data.feature_names == ("text=dear all, bye", "text=well, so be it, then")


def test_rows_without_any_value_are_counted(tmp_path: Path) -> None:
    data = load(tmp_path, lines([HEADER]) + lines() + ",,\n" + lines() + ",,\n,,\n")
    assert same(data, ROWS * 2)
    assert noted(data, "Lines 22 and 43-44 hold no value and were left out")


def test_names_in_single_quotes_survive_being_written(tmp_path: Path) -> None:
    rows = [(a, b, "'e'" if kind == "elm" else '"x"') for a, b, kind in ROWS]
    rows[0] = (*rows[0][:2], "\"'e'\"")
    data = load(tmp_path, lines([HEADER, *rows]))
    assert "'e'" in data.class_names
    write_smoothed(data, 0.1, tmp_path / "out.csv")
    assert ls.load_dataset(tmp_path / "out.csv").class_names == data.class_names
