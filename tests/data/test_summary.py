"""Summaries, and samples as the article prints them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import BUILTINS, article_line, article_targets, short_decimal, summarize


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (0, "5.1, 3.5, 1.4, 0.2,  {}, {}, {}  # setosa"),
        (1, "7.0, 3.2, 4.7, 1.4,  {}, {}, {}  # versicolor"),
        (2, "6.3, 2.9, 5.6, 1.8,  {}, {}, {}  # virginica"),
    ],
)
def test_the_articles_lines_letter_for_letter(row: int, line: str) -> None:
    data = ls.load_dataset("article")
    hard, soft = ["0"] * 3, ["0.1"] * 3
    hard[row], soft[row] = "1", "0.8"
    assert article_line(data, row) == line.format(*hard)
    assert article_line(data, row, a=0.3) == line.format(*soft)
    assert article_targets(data, row, 0.3) == ", ".join(soft)


def test_the_articles_own_smoothing_of_a_tenth() -> None:
    assert article_targets(ls.load_dataset("iris"), 0, 0.1) == "0.9333, 0.0333, 0.0333"


@pytest.mark.parametrize("name", BUILTINS)
def test_every_printed_line_can_be_read_as_numbers(name: str) -> None:
    data = ls.load_dataset(name)
    for part, X, T in (("train", data.raw_train, data.targets_train), ("test", data.raw_test, data.targets_test)):
        row = len(X) - 1
        line = article_line(data, row, part=part)
        body, label = line.split("  # ")
        values = [float(cell) for cell in re.split(r",\s+", body)]
        assert values[: X.shape[1]] == pytest.approx(X[row].tolist(), abs=5e-5)
        assert values[X.shape[1] :] == T[row].tolist()
        assert label == data.class_names[int((data.y_train if part == "train" else data.y_test)[row])]


def test_columns_have_the_decimals_they_need(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [(1, 0.5, 0.123456, 1e-7, 1e12, -2), (2, 0.25, 2, 2e-7, 2e12, 0)] * 4
    path.write_text(
        "a,b,c,d,e,f,class\n" + "\n".join(f"{','.join(map(str, r))},{'xy'[i % 2]}" for i, r in enumerate(rows))
    )
    data = ls.load_dataset(path)
    row = data.train_rows.tolist().index(0)
    assert article_line(data, row) == "1, 0.50, 0.1235, 1e-07, 1e+12, -2,  1, 0  # x"


def test_rows_that_are_not_there() -> None:
    data = ls.load_dataset("article")
    for row in (-1, 3):
        with pytest.raises(ls.InputError, match="the train part has the rows 0 to 2"):
            article_line(data, row)
        with pytest.raises(ls.InputError, match="the test part"):
            article_targets(data, row, part="test")


def test_short_decimals() -> None:
    texts = [short_decimal(value) for value in (1.0, 0.0, -0.0, 0.8, 0.93333, 1 / 3, 0.00001, -0.00001, 12.5)]
    assert texts == ["1", "0", "0", "0.8", "0.9333", "0.3333", "0", "0", "12.5"]


def test_a_summary_counts_everything() -> None:
    summary = summarize(ls.load_dataset("penguins"))
    assert (summary.rows, summary.train_rows, summary.test_rows, summary.features) == (342, 273, 69, 4)
    assert [(count.name, count.train, count.test) for count in summary.classes] == [
        ("Adelie", 121, 30), ("Chinstrap", 54, 14), ("Gentoo", 98, 25),
    ]  # fmt: skip
    assert summary.imbalance == pytest.approx(121 / 54)
    assert summary.majority == pytest.approx(30 / 69)
    assert not summary.soft_targets
    assert "standard deviation" in summary.scaling


@pytest.mark.parametrize("name", BUILTINS)
def test_summaries_pass_through_json_and_print(name: str) -> None:
    data = ls.load_dataset(name)
    summary = summarize(data)
    again = json.loads(json.dumps(summary.as_dict(), allow_nan=False))
    assert again["rows"] == summary.rows
    assert again["digest"] == data.digest
    assert again["classes"][0] == {
        "name": data.class_names[0],
        "train": int((data.y_train == 0).sum()),
        "test": int((data.y_test == 0).sum()),
    }
    text = summary.lines()
    assert all("\n" not in line for line in text)
    for part in (name, summary.title, f"{summary.train_rows:,} training", *data.class_names, *data.notes):
        assert any(part in line for line in text)


def test_the_article_counts_its_rows_once() -> None:
    summary = summarize(ls.load_dataset("article"))
    assert (summary.rows, summary.train_rows, summary.test_rows) == (3, 3, 3)


def test_pictures_say_their_size() -> None:
    summary = summarize(ls.load_dataset("digits"))
    assert summary.image_shape == (8, 8)
    assert "divided by 16" in summary.scaling
    assert any("8 × 8 pixels" in line for line in summary.lines())


def test_a_class_without_training_rows() -> None:
    X = np.zeros((4, 1))
    data = ls.Dataset("own", X, np.array([0, 0, 1, 1]), X, np.array([2, 2, 0, 1]), ("x",), ("a", "b", "c"),
                      np.zeros(1), np.ones(1), np.arange(4), np.arange(4, 8))  # fmt: skip
    summary = summarize(data)
    assert summary.imbalance is None
    assert summary.majority == 0.25
    assert "no training row" in " ".join(summary.lines())


def test_many_notes_are_said_in_few_lines(tmp_path: Path) -> None:
    """40 columns of names, one that is mostly missing: alike notes share a line, and no kind is left out."""
    path = tmp_path / "wide.csv"
    names = ",".join(f"name{j}" for j in range(40))
    rows = [f"{i},{'' if i else 1},{','.join(f'p{i}{j}' for j in range(40))},{'xy'[i % 2]}" for i in range(20)]
    path.write_text(f"a,b,{names},class\n" + "\n".join(rows) + "\n")
    summary = summarize(ls.load_dataset(path))
    assert len(summary.notes) > 40
    lines = summary.brief()
    assert lines[0] == "wide: 20 rows, 1 predictor, 2 classes: x, y"
    assert len(lines) <= 12
    assert [line for line in lines if "'b' was left out: 19 of its 20 values are missing" in line]
    assert [line for line in lines if "'name0' was left out" in line and line.endswith(" … and 39 more like it")]
    assert lines[-1].endswith(f"wide.csv` lists all {len(summary.notes)} notes.")
    assert summarize(ls.load_dataset("iris")).brief() == []
