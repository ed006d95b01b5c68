"""Comments, and cells that look like some."""

from pathlib import Path

import pytest

import lsexplorer as ls
from tests.support.text_tables import ROWS, lines, load, noted, rows_of, same

HEAD, BODY = "a,b,class\n", lines()


def named(name: str) -> list[tuple[str, ...]]:
    """The rows with the class first and another name for elms."""
    return [(name if kind == "elm" else kind, a, b) for a, b, kind in ROWS]


@pytest.mark.parametrize(
    ("kind", "comment"),
    [
        ("C #", None),
        ("C#", None),
        ("C #5", None),
        ("#", None),
        ("#7", None),
        ("C # minor", None),
        ('"C # minor"', None),
        ('"# minor"', None),
        ("# minor", ""),
        ("C # minor", ""),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_number_signs_in_cells(tmp_path: Path, kind: str, comment: str | None, first: bool) -> None:
    rows = named(kind) if first else [(a, b, name) for name, a, b in named(kind)]
    text = ("class,a,b\n" if first else HEAD) + lines(rows)
    data = load(tmp_path, text, comment=comment)
    wanted = [(a, b, kind.strip('"') if name == "elm" else name) for a, b, name in ROWS]
    assert same(data, wanted)
    assert noted(data, "10 lines", "was kept in the cell") == (kind == "C # minor" and comment is None and not first)


@pytest.mark.parametrize("mark", ["\t", ";", " "])
def test_a_number_sign_alone_whatever_separates_the_cells(tmp_path: Path, mark: str) -> None:
    text = lines([("class", "a", "b"), *named("#")], mark)
    if mark != " ":
        assert same(load(tmp_path, text), [(a, b, "#" if kind == "elm" else kind) for a, b, kind in ROWS])
    else:
        with pytest.raises(ls.InputError, match="line 2 begins with #, but has the 3 columns of a row: --comment"):
            load(tmp_path, text)


@pytest.mark.parametrize("first", [0, 60], ids=["in the sample", "far down"])
def test_a_line_that_may_be_a_row_or_a_comment(tmp_path: Path, first: int) -> None:
    text = "class,a,b\n" + lines(named("elm")) * first + "# elm,2.5,3.5\n" + lines(named("elm"))
    with pytest.raises(ls.InputError, match=f"line {20 * first + 2} begins with #, but has the 3 columns of a row"):
        load(tmp_path, text)
    assert len(rows_of(load(tmp_path, text, comment=""))) == 20 * first + 21
    data = load(tmp_path, text, comment="#")
    assert len(rows_of(data)) == 20 * first + 20
    assert noted(data, f"Line {20 * first + 2} is a comment")


@pytest.mark.parametrize(
    ("comment", "number"),
    [("# made by hand, on Monday", 0), ("#made", 0), ("# 1.5,2.5,elm", 9), ("#", 3), ("## in the, second wood", 10)],
)
def test_lines_of_comment_are_counted(tmp_path: Path, comment: str, number: int) -> None:
    text = (HEAD + BODY).splitlines(keepends=True)
    text.insert(number, comment + "\n")
    data = load(tmp_path, "".join(text))
    assert same(data)
    assert noted(data, f"Line {number + 1} is a comment and was left out")


@pytest.mark.parametrize("mark", ["%", "//", "#", "!"])
def test_a_mark_that_is_given(tmp_path: Path, mark: str) -> None:
    text = f"{mark} made, on Monday\n" + HEAD + BODY.replace("\n", f" {mark} seen\n") + f'{mark} the "end\n'
    data = load(tmp_path, text, comment=mark)
    assert same(data)
    assert noted(data, "Lines 1 and 23 are comments")
    assert noted(data, "Lines 3-22 end in a comment")


def test_a_mark_in_quotes_begins_no_comment(tmp_path: Path) -> None:
    rows = [(a, b, f'"{kind} % of"') for a, b, kind in ROWS]
    assert same(load(tmp_path, HEAD + lines(rows), comment="%"), [(a, b, f"{kind} % of") for a, b, kind in ROWS])


def test_comments_after_numbers_and_quotes(tmp_path: Path) -> None:
    rows = [(kind, a, b + ("  # again" if kind == "ash" else "")) for a, b, kind in ROWS]
    data = load(tmp_path, "class,a,b\n" + lines(rows))
    assert same(data)
    assert noted(data, "5 lines (the first is line 3) end in a comment")
    quoted = [(a, b, f'"{kind}"' + ("  # again" if kind == "ash" else "")) for a, b, kind in ROWS]
    assert same(load(tmp_path, HEAD + lines(quoted)))


@pytest.mark.parametrize("head", ["", HEAD])
def test_comments_at_the_ends_of_all_rows(tmp_path: Path, head: str) -> None:
    data = load(tmp_path, head + BODY.replace("\n", "  # seen by me\n"))
    assert same(data)
    assert noted(data, "end in a comment")


@pytest.mark.parametrize(
    ("comment", "delimiter"),
    [
        ("# label,a,b", ","),
        ("# label, a, b", ","),
        ("## label;a;b", ";"),
        ("# label\ta\tb", "\t"),
        ("# label a b", " "),
        ("# label,a,b", " "),
        ("# made in May\n# label,a,b", ","),
        ("# label,a,b\n# x y", ","),
        ("#label,a,b", ","),
        ("#label a b", " "),
    ],
)
def test_a_comment_that_holds_the_header(tmp_path: Path, comment: str, delimiter: str) -> None:
    data = load(tmp_path, comment + "\n" + lines(named("elm"), delimiter))
    assert same(data)
    assert data.feature_names == ("a", "b")
    assert noted(data, "The class is column 1 'label'")


@pytest.mark.parametrize("comment", ["# made by hand", "# 1 2 3", "# in the wood", "# two words"])
def test_a_comment_that_holds_no_header(tmp_path: Path, comment: str) -> None:
    data = load(tmp_path, comment + "\n" + lines(delimiter=" "))
    assert same(data)
    assert data.feature_names == ("column 1", "column 2")


@pytest.mark.parametrize("delimiter", [",", "\t", " "])
def test_a_number_sign_that_names_a_column(tmp_path: Path, delimiter: str) -> None:
    rows = [("#", "a", "b", "class"), *((str(i * 7 % 23), *row) for i, row in enumerate(ROWS))]
    data = load(tmp_path, lines(rows, delimiter), keep=["#"])
    assert data.feature_names == ("#", "a", "b")
    assert len(rows_of(data)) == 20


def test_a_header_beats_one_in_a_comment(tmp_path: Path) -> None:
    data = load(tmp_path, "# x,y,label\n" + HEAD + BODY)
    assert data.feature_names == ("a", "b")
    assert noted(data, "Line 1 is a comment")


def test_nothing_but_comments(tmp_path: Path) -> None:
    with pytest.raises(ls.InputError, match="is empty but for comments; --comment none"):
        load(tmp_path, lines([(f"# {i}", *row) for i, row in enumerate(ROWS)]))
