"""The schema refuses every kind of bad value, saying in one line what would be right, and reads what it shows."""

import itertools
import math
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import parse, schema, show, spec
from tests.support.helpers import PAIRS

NUMBERS = [s for s in schema() if s.kind in ("int", "float")]
CHOICES = [s.name for s in schema() if s.kind == "choice"]
NO_NUMBERS = [math.nan, math.inf, -math.inf, -1, True, False, "0.1", "", None, [0.1], 1j, np.ones((3, 3)), 10**5000]


def deep(levels: int) -> Any:
    value = []
    for _ in range(levels):
        value = [value]
    return value


def refused(name: str, value: Any) -> None:
    with pytest.raises(ls.InputError) as caught:
        ls.Hyperparameters(**{name: value})
    message = str(caught.value)
    assert name in message
    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize("name", [s.name for s in NUMBERS])
@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda v: type(v).__name__)
def test_values_that_are_no_number_in_bounds(name: str, value: object) -> None:
    refused(name, value)


@pytest.mark.parametrize("entry", NUMBERS, ids=lambda s: s.name)
def test_bounds_of_numbers(entry: Any) -> None:
    goods = [entry.high, entry.default] + ([] if entry.open_low else [entry.low])
    for value in goods:
        more = {"momentum": 0.5} if entry.name == "nesterov" else {}
        assert getattr(ls.Hyperparameters(**{entry.name: value}, **more), entry.name) == value
    for value in [entry.high + 1, entry.low - 1] + ([entry.low] if entry.open_low else []):
        refused(entry.name, value)
    if entry.kind == "int":
        refused(entry.name, float(entry.default))
        refused(entry.name, entry.default + 0.5)


@pytest.mark.parametrize(
    "value",
    [
        (0,),
        (-1,),
        (10**9,),
        (10**5000,),
        5,
        "5",
        None,
        (True,),
        (5.0,),
        ("5",),
        ((5,),),
        (math.nan,),
        (3,) * 9,
        {5},
        deep(10_000),
    ],
    ids=lambda v: type(v).__name__,
)
def test_hidden_layers_that_cannot_be(value: object) -> None:
    refused("hidden", value)


@pytest.mark.parametrize(
    "value",
    [
        0,
        0.0,
        -0.1,
        1.1,
        math.nan,
        math.inf,
        True,
        "0.8",
        (),
        ((),),
        (0.5, 0.5),
        ((0.5, -0.5),),
        ((0.5, 1.5),),
        ((math.nan,),),
        ((True,),),
        (("1",),),
        deep(10_000),
    ],
    ids=lambda v: type(v).__name__,
)
def test_soft_targets_that_cannot_be(value: object) -> None:
    refused("soft_targets", value)


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["", "no such", "Tanh", None, 0, True, ["tanh"], "tanh\n", "\x1b[31m", "a\nb"])
def test_choices_that_are_none(name: str, value: object) -> None:
    refused(name, value)


def test_a_refused_choice_names_the_choices() -> None:
    with pytest.raises(ls.InputError, match="tanh, relu, logistic, identity"):
        ls.Hyperparameters(activation="gelu")


@pytest.mark.parametrize("value", [0, 1, "true", None, 0.0])
def test_nesterov_is_true_or_false(value: float | str | None) -> None:
    refused("nesterov", value)


@pytest.mark.parametrize(("output", "loss"), itertools.product(spec("output").choices, spec("loss").choices))
def test_outputs_and_losses_go_together_or_name_those_that_do(output: str, loss: str) -> None:
    if (output, loss) in PAIRS:
        assert ls.Hyperparameters(output=output, loss=loss).loss == loss
        return
    with pytest.raises(ValueError, match="does not go with") as caught:
        ls.Hyperparameters(output=output, loss=loss)
    fitting = {o for o, other in PAIRS if other == loss} | {other for o, other in PAIRS if o == output}
    assert all(name in str(caught.value) for name in fitting)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"optimizer": "adam", "momentum": 0.9}, "sgd"),
        ({"optimizer": "adam", "momentum": 0.9, "nesterov": True}, "sgd"),
        ({"nesterov": True}, "momentum"),
        ({"output": "sigmoid", "loss": "mse", "softmax_jacobian": "diagonal"}, "softmax"),
        ({"output": "identity", "loss": "hinge", "label_smoothing": 0.1}, "cross_entropy, binary_cross_entropy"),
        ({"output": "identity", "loss": "hinge", "soft_targets": 0.8}, "hard targets"),
    ],
)
def test_other_settings_without_a_meaning_together(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ls.Hyperparameters(**settings)


@pytest.mark.parametrize("name", ["learningrate", "self", "", "a\nb", "cls", "_apply", "lr\x1b[0m"])
def test_unknown_names(name: str) -> None:
    for build in (ls.Hyperparameters.from_dict, lambda values: ls.Hyperparameters().replace(**values)):
        with pytest.raises(ls.InputError, match="unknown hyperparameter") as caught:
            build({name: 1})
        assert "\n" not in str(caught.value)


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(ls.InputError, match="did you mean label_smoothing"):
        ls.Hyperparameters().replace(label_smothing=0.1)


def test_numpy_numbers_and_strings_count_as_such() -> None:
    hp = ls.Hyperparameters(
        learning_rate=np.float32(0.5), batch_size=np.int64(4), hidden=(np.int64(3), 2), l2=np.array(0.25)
    )
    assert hp == ls.Hyperparameters(learning_rate=0.5, batch_size=4, hidden=(3, 2), l2=0.25)
    assert [type(v) for v in (hp.learning_rate, hp.batch_size, hp.hidden[0], hp.l2)] == [float, int, int, float]
    assert ls.Hyperparameters(hidden=np.array([3, 2])).hidden == (3, 2)
    assert ls.Hyperparameters(momentum=0.9, nesterov=np.True_).nesterov is True
    assert type(ls.Hyperparameters(activation=np.str_("relu")).activation) is str
    assert ls.Hyperparameters(soft_targets=np.array([[0.5, 0.5], [0.0, 1.0]])).soft_targets == ((0.5, 0.5), (0.0, 1.0))


def test_they_are_frozen_equal_by_value_and_copied_by_replace() -> None:
    hp = ls.Hyperparameters(l2=0.1)
    with pytest.raises(FrozenInstanceError):
        hp.l2 = 0.2  # type: ignore[misc]
    assert hp.replace(l2=0.2).l2 == 0.2
    assert hp.l2 == 0.1
    assert hp == ls.Hyperparameters().replace(l2=0.1)
    assert ls.Hyperparameters.from_dict(hp.as_dict()) == hp


def test_the_schema_says_what_the_screen_needs() -> None:
    names = [s.name for s in schema() if not s.added_later]
    assert names == list(ls.Hyperparameters().as_dict())
    assert all(s.help.endswith(".") and s.range_text for s in schema())
    frozen = {s.name for s in schema() if not s.live}
    assert frozen == {"hidden", "activation", "output", "optimizer", "batch_size", "init", "seed"}
    for name, entry in REGULARIZERS.items():
        assert 0 < entry.suggested <= spec(name).high
        assert spec(name).default == 0


VALUES = {
    "hidden": st.lists(st.integers(1, 4096), max_size=8).map(tuple),
    "soft_targets": st.none()
    | st.floats(0, 1, exclude_min=True)
    | st.integers(2, 4).flatmap(
        lambda k: st.lists(st.tuples(*[st.floats(0, 1)] * k), min_size=2, max_size=4).map(tuple)
    ),
    "nesterov": st.booleans(),
    **{s.name: st.sampled_from(s.choices) for s in schema() if s.kind == "choice"},
    **{s.name: st.integers(int(s.low), int(s.high)) for s in NUMBERS if s.kind == "int"},
    **{s.name: st.floats(s.low, s.high, exclude_min=s.open_low) for s in NUMBERS if s.kind == "float"},
}


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
def test_what_is_shown_reads_back_the_same(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    assert parse(name, show(name, value)) == value
    assert parse(name, f"  {show(name, value)} ") == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden", "8, 4", (8, 4)),
        ("hidden", "8 4", (8, 4)),
        ("hidden", "", ()),
        ("nesterov", "ON", True),
        ("nesterov", "no", False),
        ("soft_targets", "none", None),
        ("soft_targets", ".8", 0.8),
        ("soft_targets", ".8 .2; 0,1", ((0.8, 0.2), (0.0, 1.0))),
        ("learning_rate", "1e-3", 0.001),
    ],
)
def test_what_a_person_may_type(name: str, text: str, value: object) -> None:
    assert parse(name, text) == value


@given(name=st.sampled_from([s.name for s in schema()]), text=st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused_in_one_line(name: str, text: str) -> None:
    try:
        value = parse(name, text)
    except ls.InputError as refusal:
        said = str(refusal)
        assert said.isprintable()
        return
    assert parse(name, show(name, value)) == value


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "-1", "1_0", "0x1", "1,5", "9" * 5000, "½"])
def test_typed_numbers_that_cannot_be(text: str) -> None:
    for name in ("label_smoothing", "batch_size"):
        if (name, text) != ("batch_size", "1_0"):
            with pytest.raises(ls.InputError, match=name):
                parse(name, text)
