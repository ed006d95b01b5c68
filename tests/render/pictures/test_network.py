"""The network as it is drawn."""

import re

import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.render.pictures.network import network_look_for
from tests.support.explorer import new_trainer
from tests.support.pictures import COLOR, drawn, numbers_of


def row_of(lines: list[str], name: str) -> str:
    return next(line for line in lines if re.search(rf"[ ▸]{name} ", line))


def test_nodes_have_values_and_error_terms_and_weights_say_whether_they_grow() -> None:
    t = new_trainer(100)
    found = numbers_of("network", t, node="o2", weight=2)
    lines = drawn("network", found, (100, 24))
    for node in found.outputs:
        row = row_of(lines, node.name)
        assert node.class_name in row
        assert f"{node.soft_error:+.4f}".replace("-", "−").replace("0.", ".") in row
        assert row.rstrip()[-1] == ("▲" if node.norm_changes.now > 0 else "▼")
    for unit, growth in enumerate(found.growth[1][:, 1]):
        assert re.search(rf"h{unit + 1} +[−.\d]+{'▲' if growth > 0 else '▼'}", row_of(lines, f"h{unit + 1}"))
    assert "▸o2" in "\n".join(lines)
    assert any(line.startswith("h3 → o2: w = ") for line in lines)


def test_a_layer_of_many_units_is_folded_around_the_one_selected() -> None:
    t = Trainer(load_dataset("digits"), Hyperparameters(hidden=(32,)))
    text = "\n".join(drawn("network", numbers_of("network", t, node="h30"), (100, 24)))
    assert "▸h30" in text
    assert "… 17 more" in text
    assert "h2 " not in text


@pytest.mark.parametrize(
    ("smoothing", "words"),
    [(0.0, "off its hard target"), (0.001, "off its soft target"), (0.4, "beyond its soft target")],
)
def test_the_line_below_says_whether_the_target_is_reached(smoothing: float, words: str) -> None:
    t = new_trainer(400, learning_rate=0.3)
    t.set(label_smoothing=smoothing)
    found = numbers_of("network", t, sample=0)
    assert all(words in line for line in network_look_for(found))
    assert all(line.startswith("o1 (setosa) is ") for line in network_look_for(found))


@pytest.mark.parametrize("size", [(24, 6), (190, 50)])
@pytest.mark.parametrize(("data", "hidden"), [("iris", ()), ("iris", (5, 4, 3)), ("digits", (32,))])
def test_any_network_fits_into_any_size(size: tuple[int, int], data: str, hidden: tuple[int, ...]) -> None:
    t = Trainer(load_dataset(data), Hyperparameters(hidden=hidden))
    for variant in (0, 1):
        lines = drawn("network", numbers_of("network", t, size, variant=variant), size, COLOR)
        assert [len(line) for line in lines] == [size[0]] * size[1]


@pytest.mark.parametrize("hidden", [(8, 8), (8, 8, 8)])
def test_outputs_have_their_error_terms_in_80_columns(hidden: tuple[int, ...]) -> None:
    found = numbers_of("network", Trainer(load_dataset("iris"), Hyperparameters(hidden=hidden)))
    lines = drawn("network", found, (78, 17))
    assert lines[0].rstrip().endswith("t′−o")
    for node in found.outputs:
        assert f" {node.soft_error:+.3f}".replace("-", "−").replace("0.", ".") in row_of(lines, node.name)
