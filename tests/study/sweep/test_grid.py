"""The grid of a sweep, as it is written on the command line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer import Hyperparameters, InputError
from lsexplorer.study.sweep.grid import VARIED, grid_points, parse_vary, point_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("label_smoothing=0:0.5:0.05", tuple(round(0.05 * i, 2) for i in range(11))),
        ("label-smoothing=0:0.3:0.1", (0.0, 0.1, 0.2, 0.3)),
        ("l2=1e-5:1e-1:log5", (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)),
        ("l1=0,0.001,0.01", (0.0, 0.001, 0.01)),
        ("weight_decay=0.5", (0.5,)),
        ("label_smoothing=0:0.5:0.2", (0.0, 0.2, 0.4)),
        ("learning_rate=0.1:1:log2", (0.1, 1.0)),
    ],
)
def test_ranges_and_lists(text: str, expected: tuple[float, ...]) -> None:
    name, values = parse_vary(text)
    assert name == text.split("=")[0].replace("-", "_")
    assert values == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hidden=1,2", f"NAME one of {', '.join(VARIED)}; got 'hidden=1,2'"),
        ("seed=1,2", "NAME one of"),
        ("l2", "--vary takes NAME=LOW:HIGH:STEP"),
        ("l2=", "--vary l2 takes"),
        ("l2=a,b", "--vary l2 takes"),
        ("l2=1:2", "--vary l2 takes"),
        ("l2=1:2:3:4", "--vary l2 takes"),
        ("l2=0.1:0.01:0.01", "from a smaller to a larger number, got 0.1:0.01"),
        ("l2=0:0.1:log5", "needs ends above 0"),
        ("l2=0.01:0.1:log1", "two values or more"),
        ("l2=0.01:0.1:logx", "--vary l2 takes"),
        ("l2=0:0.1:0", "step must be above 0"),
        ("l2=0:0.1:-1", "step must be above 0"),
        ("l2=0:0.1:nan", "step must be above 0"),
        ("l2=0:1:1e-9", "at most 100,000 points"),
        ("l2=1e-9:1:log1000000000", "at most 100,000 points"),
        ("l2=0:inf:1", "--vary l2 takes"),
        ("label_smoothing=0.5,1.5", "label_smoothing must be a number from 0 to 1, got '1.5'"),
        ("l2=0.1,0.1", "a value twice"),
        ("l2=-1,0", "l2 must be a number from 0"),
        ("l2=nan", "l2 must be a number from 0"),
    ],
)
def test_what_cannot_be(text: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        parse_vary(text)
    assert words in str(error.value)


@given(st.text(max_size=30))
def test_any_text_is_a_grid_or_an_input_error(text: str) -> None:
    for whole in (text, f"l2={text}"):
        try:
            name, values = parse_vary(whole)
        except InputError:
            continue
        assert name in VARIED
        assert values


def test_every_combination_the_last_changing_fastest() -> None:
    points = grid_points(Hyperparameters(), {"label_smoothing": (0.0, 0.1), "l2": (1.0, 2.0, 3.0)})
    assert points == ((0, 1), (0, 2), (0, 3), (0.1, 1), (0.1, 2), (0.1, 3))
    assert point_text(("label_smoothing", "l2"), points[3]) == "label_smoothing 0.1, l2 1"


def test_too_many_combinations() -> None:
    with pytest.raises(InputError, match="at most 100,000 points, got 1,000,000"):
        grid_points(Hyperparameters(), {"l2": range(1000), "l1": range(1000)})


def test_points_that_do_not_fit_the_loss() -> None:
    with pytest.raises(InputError, match="hinge takes hard targets only"):
        grid_points(Hyperparameters(output="identity", loss="hinge"), {"label_smoothing": (0.0, 0.1)})
