"""Results in a notebook: a line, a table and a chart each, without the libraries that draw or hold them."""

import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.notebook import html_table


class Table(HTMLParser):
    """What stands in an HTML table, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def trainer(iris: ls.Dataset) -> ls.Trainer:
    trainer = ls.Trainer(iris, ls.Hyperparameters(hidden=(2,), l2=0.01))
    trainer.step(20)
    return trainer


@pytest.fixture(scope="module")
def matches(iris: ls.Dataset) -> ls.Matches:
    hp = ls.Hyperparameters(hidden=())
    return ls.match_all(iris, hp, remedies=["l2", "temperature"], epochs=3, seeds=4, splits=1)


@pytest.fixture(scope="module")
def shown(trainer: ls.Trainer, matches: ls.Matches) -> list[Any]:
    return [trainer.data, trainer.deltas(), trainer.evaluate(), matches.first, matches]


def test_every_result_is_one_short_line(shown: list[Any], trainer: ls.Trainer) -> None:
    for value in [*shown, trainer, ls.Bank(trainer.data, [ls.Hyperparameters()])]:
        assert "\n" not in repr(value)
        assert len(repr(value)) < 200, repr(value)
        assert type(value).__name__ in repr(value)
    assert repr(trainer.data) == "Dataset('iris': 120 training and 30 test rows, 4 predictors, 3 classes)"
    assert repr(trainer) == "Trainer('iris', step 20, epoch 2.5)"


def test_every_table_is_html_with_a_caption(shown: list[Any]) -> None:
    for value in shown:
        table = Table(value._repr_html_())
        assert {"table", "caption", "th", "td"} <= table.tags
        assert len(table.texts) > 5


def test_what_a_person_named_is_escaped(iris: ls.Dataset) -> None:
    nasty = "<script>alert('x')</script>&amp;"
    data = replace(iris, name=nasty, class_names=(nasty, "b", "c"))
    table = Table(data._repr_html_())
    assert "script" not in table.tags
    assert nasty in table.texts
    assert "script" not in Table(html_table("", {nasty: [nasty]})).tags


def test_columns_are_of_one_length_and_hold_plain_values(shown: list[Any]) -> None:
    for value in shown:
        columns = value.to_dict()
        assert len({len(column) for column in columns.values()}) == 1
        plain = int, float, str, bool, type(None)
        assert all(type(x) in plain for column in columns.values() for x in column)


def test_a_data_sets_columns_are_its_rows_in_the_units_of_the_source(iris: ls.Dataset) -> None:
    columns = iris.to_dict()
    assert list(columns) == ["part", "row", "class", *iris.feature_names]
    X = np.array([columns[name] for name in iris.feature_names]).T
    assert np.array_equal(X, np.concatenate([iris.raw_part("train"), iris.raw_part("test")]))
    assert [iris.class_names.index(name) for name in columns["class"][:120]] == iris.y_train.tolist()
    named = replace(iris, feature_names=("part", "part_", "row", "d")).to_dict()
    assert list(named) == ["part__", "row_", "class", "part", "part_", "row", "d"]
    assert named["part"] == columns[iris.feature_names[0]]


def test_the_columns_of_a_match_are_its_findings(matches: ls.Matches) -> None:
    match = matches.first
    columns = match.to_dict()
    rows = list(zip(columns["criterion"], columns["measure"], columns["difference"], strict=True))
    assert rows == [
        (criterion, finding.measure.name, finding.difference.mean)
        for criterion, matching in match.matchings.items()
        for finding in matching.findings
    ]
    assert len(rows) > 10
    both = matches.to_dict()
    assert both["difference"][: len(rows)] == columns["difference"]
    assert set(both["method"]) == {"l2", "temperature"}


def test_the_columns_of_deltas_are_its_nodes(trainer: ls.Trainer) -> None:
    deltas = trainer.deltas()
    columns = deltas.to_dict()
    assert columns["name"] == [node.name for node in deltas.nodes]
    assert columns["norm_change_l2"] == [node.norm_changes.l2 for node in deltas.nodes]
    assert columns["norm_change_now"] == [node.norm_changes.now for node in deltas.nodes]


def test_a_chart_without_matplotlib_says_what_to_install(
    trainer: ls.Trainer, matches: ls.Matches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for value in (trainer, matches.first):
        with pytest.raises(ls.InputError, match=r"^plot needs Matplotlib: pip install matplotlib$"):
            value.plot()


def test_charts_hold_the_series(trainer: ls.Trainer, matches: ls.Matches) -> None:
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed").use("agg")
    loss = trainer.plot()[0].get_lines()[0]
    assert np.array_equal(loss.get_ydata(), trainer.history["loss"].values)
    match = matches.first
    search, differences = match.plot()
    strength = match.strengths["weight_norm"]
    assert np.allclose(search.get_lines()[0].get_xdata(), strength.lambdas)
    judged = [finding for finding in match.matchings["weight_norm"].findings if finding.judged]
    assert [label.get_text() for label in differences.get_yticklabels()] == [one.measure.label for one in judged]
