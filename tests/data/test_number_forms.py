"""Numbers in the forms in which people write them: read right, or refused in a line that names the cell."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data.readers.number_forms import parse
from tests.support.tables import LABELS, NUMBERS, ROWS, load_table, raw_column, said

NONE = float("nan")


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12", 12, 12),
        ("007", 7, 7),
        ("-1.5", -1.5, NONE),
        ("-1,5", NONE, -1.5),
        (".5", 0.5, NONE),
        ("5.", 5, NONE),
        ("1e-3", 1e-3, 1e-3),
        ("1.5E2", 150, NONE),
        ("1.234", 1.234, 1234),
        ("1,234", 1234, 1.234),
        ("0.234", 0.234, NONE),
        ("1.234.567", NONE, 1234567),
        ("1,234.5", 1234.5, NONE),
        ("1.234,5", NONE, 1234.5),
        ("12,34,567", 1234567, NONE),
        ("1'234", 1234, 1234),
        ("1’234,5", NONE, 1234.5),
        ("1\u00a0234", 1234, 1234),
        ("1\u202f234.5", 1234.5, NONE),
        ("−5", -5, -5),
        ("(1,200)", -1200, -1.2),
        ("$ 1,200.50", 1200.5, NONE),
        ("-$5", -5, -5),
        ("$-5", -5, -5),
        ("1.234,56 €", NONE, 1234.56),
        ("R$ 5", 5, 5),
        ("CHF 1'000", 1000, 1000),
        ("45 %", 45, 45),
        ("45%", 45, 45),
        ("12 kg", 12, 12),
        ("12kg", 12, 12),
        ("19.67 kmpl", 19.67, NONE),
        ("20°C", 20, 20),
        ("120 km/h", 120, 120),
    ],
)
def test_a_number_with_a_decimal_point_and_with_a_comma(text: str, point: float, comma: float) -> None:
    number = parse(text)
    assert number is not None
    assert (number.point, number.comma) == pytest.approx((point, comma), nan_ok=True)


@pytest.mark.parametrize(
    "text",
    ["", "a", "1_0", "1.2.3", "1,2,3", "12,34,5", "3rd", "12A", "T1", "5+", "<5", "2020-01-01", "10:30", "5/7", "€",
     "--5", "€ 5 %", "12 Main St", "(5", "1e5e5", "12.345,67.8"],
)  # fmt: skip
def test_texts_that_are_no_numbers(text: str) -> None:
    assert parse(text) is None


def amounts(form: Any) -> list[str]:
    """A column of amounts from 0.07 to some 3,000 in a form."""
    return [form((i * i * 7919 % 300_000 + 7) / 100) for i in range(ROWS)]


def us(value: float) -> str:
    return f"{value:,.2f}"


def german(value: float) -> str:
    return us(value).translate(str.maketrans(",.", ".,"))


FORMS = {
    "us": (us, "digits grouped"),
    "german": (german, "the decimal sign is a comma"),
    "swiss": (lambda value: us(value).replace(",", "'"), "digits grouped"),
    "french": (lambda value: german(value).replace(".", "\u202f"), "the decimal sign is a comma"),
    "dollars": (lambda value: f"$ {us(value)}", f"{ROWS} cells with '$' were read as numbers"),
    "euros": (lambda value: f"{german(value)} €", f"{ROWS} cells with '€' were read as numbers"),
    "percent": (lambda value: f"{value:.2f} %", f"{ROWS} cells with '%' were read as numbers"),
    "kilograms": (lambda value: f"{value:.2f}kg", f"{ROWS} cells with 'kg' were read as numbers"),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_column_in_any_form_is_one_of_numbers_and_a_note_says_so(tmp_path: Path, name: str, delimiter: str) -> None:
    form, note = FORMS[name]
    data = load_table(tmp_path, {"amount": amounts(form), "class": LABELS}, delimiter)
    assert data.feature_names == ("amount",)
    assert raw_column(data, "amount") == [float(text) for text in amounts(lambda value: f"{value:.2f}")]
    assert said(data, "Column 1 'amount'", note)


@given(
    st.lists(st.integers(-10_000_000, 10_000_000), min_size=8, max_size=30),
    st.integers(0, 3),
    st.sampled_from([",.", ".,", "',", "'.", "\u00a0,", " ."]),
    st.sampled_from(["{}", "€ {}", "{} %", "{} kg", "{}"]),
    st.sampled_from(",;\t"),
)
def test_numbers_in_a_random_form_are_read_back_or_refused(
    tmp_path_factory: pytest.TempPathFactory, whole: list[int], places: int, marks: str, around: str, delimiter: str
) -> None:
    """marks: what groups digits, and the decimal sign."""
    values = [value / 10**places for value in whole]
    texts = [f"{value:,.{places}f}".translate(str.maketrans(",.", marks)) for value in values]
    columns = {"v": [around.format(text) for text in texts], "class": ["ab"[i % 2] for i in range(len(texts))]}
    folder = tmp_path_factory.mktemp("forms")
    try:
        data = load_table(folder, columns, delimiter)
    except ls.InputError as error:
        assert "may be a decimal or a thousands" in str(error) or "no column is left" in str(error)  # noqa: PT017
        return
    if "v" in data.feature_names:
        found = raw_column(data, "v")
        if found != pytest.approx(
            values
        ):  # 1,234 throughout: a note says how it was read, and scaling makes it the same
            times = 1000 if said(data, "digits grouped") else 1 / 1000
            assert times == 1000 or said(data, "was taken for a decimal point")
            assert found == pytest.approx([value * times for value in values])


AMBIGUOUS = [f"{1 + i % 9}.{100 + i}" if i % 3 else str(100 + i) for i in range(ROWS)]


@pytest.mark.parametrize(("mark", "delimiter"), [(".", ","), (".", ";"), (",", ";"), (",", "\t")])
def test_a_mark_that_may_be_a_decimal_sign_or_group_digits(tmp_path: Path, mark: str, delimiter: str) -> None:
    columns = {"v": [text.replace(".", mark) for text in AMBIGUOUS], "class": LABELS}
    with pytest.raises(ls.InputError) as caught:
        load_table(tmp_path, columns, delimiter)
    name = {".": "point", ",": "comma"}[mark]
    assert f"row 2 (line 3), column 1 'v': '2{mark}101' may be a decimal or a thousands {name}" in str(caught.value)
    assert f"--decimal {mark} or --thousands {mark} says which" in str(caught.value)
    assert raw_column(load_table(tmp_path, columns, delimiter, decimal=mark), "v")[1] == 2.101
    assert raw_column(load_table(tmp_path, columns, delimiter, thousands=mark), "v")[1] == 2101


def test_the_other_columns_settle_it(tmp_path: Path) -> None:
    columns = {"v": AMBIGUOUS, "w": NUMBERS, "class": LABELS}
    assert raw_column(load_table(tmp_path, columns), "v")[1] == 2.101
    columns["w"] = [text.replace(".", ",") for text in NUMBERS]
    assert raw_column(load_table(tmp_path, columns, ";"), "v")[1] == 2101


def test_three_decimals_throughout_are_decimals_and_a_note_says_so(tmp_path: Path) -> None:
    data = load_table(tmp_path, {"v": [f"{1 + i % 9}.{100 + i}" for i in range(ROWS)], "class": LABELS})
    assert raw_column(data, "v")[1] == 2.101
    assert said(data, "the point in '1.100' was taken for a decimal point; --thousands . says it is none")


@pytest.mark.parametrize("rows", [450, 9000])
def test_a_decimal_comma_that_comes_late(tmp_path: Path, rows: int) -> None:
    """With 9000 rows, after the column's texts have become too many to be kept."""
    values = [str(i) if i < rows - 50 else f"{i},5" for i in range(rows)]
    columns = {"v": values, "w": [i % 7 for i in range(rows)], "class": ["ab"[i // 3 % 2] for i in range(rows)]}
    data = load_table(tmp_path, columns, ";", keep=["v"])
    assert raw_column(data, "v") == [float(text.replace(",", ".")) for text in values]
    assert said(data, "the decimal sign is a comma", f"'{rows - 50},5' was read as {rows - 50}.5")


@pytest.mark.parametrize("rows", [450, 9000])
def test_one_decimal_comma_among_points_is_named(tmp_path: Path, rows: int) -> None:
    values = [f"{i}.5" for i in range(rows - 1)] + ["3,5"]
    columns = {"v": values, "class": ["ab"[i // 3 % 2] for i in range(rows)]}
    with pytest.raises(
        ls.InputError, match=rf"row {rows} \(line {rows + 1}\), column 1 'v': '3,5' has a decimal comma"
    ):
        load_table(tmp_path, columns)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["{}.5 kg", "{} g"], "row 2 (line 3), column 1 'v': '1 g' has another unit than '0.5 kg'"),
        (["${}", "€{}"], "row 2 (line 3), column 1 'v': '€1' has another unit than '$0'"),
        (["{} N", "{} S"], "row 2 (line 3), column 1 'v': '1 S' has another unit than '0 N'"),
        (["{} %", "0.{}"], "row 1 (line 2), column 1 'v': '0 %' has a percent sign, but 13 numbers of the column"),
    ],
)
def test_units_that_do_not_go_together(tmp_path: Path, cells: list[str], message: str) -> None:
    values = [cells[i % 3 == 1].format(i) for i in range(ROWS)]
    with pytest.raises(ls.InputError) as caught:
        load_table(tmp_path, {"v": values, "class": LABELS})
    assert message in str(caught.value)


def test_a_few_sizes_in_several_units_are_categories_and_plurals_are_one_unit(tmp_path: Path) -> None:
    sizes = [("500 g", "1 kg", "2 kg")[i * 7 // 3 % 3] for i in range(ROWS)]
    assert load_table(tmp_path, {"v": sizes, "class": LABELS}).feature_names == ("v=1 kg", "v=2 kg", "v=500 g")
    years = [f"{i % 13} {'year' if i % 13 == 1 else 'years'}" for i in range(ROWS)]
    assert raw_column(load_table(tmp_path, {"v": years, "class": LABELS}), "v") == [i % 13 for i in range(ROWS)]


def test_options_that_do_not_fit_name_the_cell(tmp_path: Path) -> None:
    with pytest.raises(
        ls.InputError, match=r"row 1 \(line 2\), column 1 'v': '0\.0' is no number with a decimal comma"
    ):
        load_table(tmp_path, {"v": NUMBERS, "class": LABELS}, decimal=",")
    with pytest.raises(ls.InputError, match="'1'234' is not a number"):
        load_table(tmp_path, {"v": ["1'234", *NUMBERS[1:]], "class": LABELS}, thousands=",")


def test_a_test_file_has_a_form_of_its_own_but_no_other_unit(tmp_path: Path) -> None:
    train = tmp_path / "train.csv"
    train.write_text("v,class\n" + "".join(f"{i * i % 17}.5 kg,{'ab'[i % 2]}\n" for i in range(20)))
    test = tmp_path / "test.csv"
    test.write_text("v;class\n1.234,5 kg;a\n7,5 kg;b\n")
    assert ls.load_dataset(train, test_file=test).raw_test.tolist() == [[1234.5], [7.5]]
    test.write_text("v;class\n1234,5 g;a\n7,5 g;b\n")
    with pytest.raises(
        ls.InputError, match=r"test\.csv, row 1 \(line 2\).*'1234,5 g' has another unit than in training"
    ):
        ls.load_dataset(train, test_file=test)
