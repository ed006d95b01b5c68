"""Damaged, foreign, newer and hostile run files: always one line that says what is wrong, and nothing is changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.run import load_run
from tests.support.helpers import edit, slow, small_data, trainer

DEEP = [100, 900, 960, 985, 995, 1000, 5000, 100_000]


@pytest.fixture(scope="module")
def good(iris: ls.Dataset, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A run file with a toggle and an edit."""
    t = trainer(iris, hidden=(2,))
    t.step(3)
    t.set(label_smoothing=0.1)
    t.step()
    edit(t)
    t.step(2)
    path = tmp_path_factory.mktemp("good") / "run.json"
    t.save(path)
    return path.read_bytes()


def refused(path: Path, text: bytes | str | None = None) -> str:
    """The message with which the file is refused; it must be one printable line, and leave the file alone."""
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ls.InputError) as caught:
        ls.Trainer.load(path)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 1000
    assert (path.read_bytes() if path.is_file() else None) == before
    return message


def changed(good: bytes, **values: Any) -> str:
    return json.dumps(json.loads(good) | values)


def test_the_file_is_good_to_begin_with(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(good)
    assert ls.Trainer.load(tmp_path / "run.json").step_count == 6


@pytest.mark.parametrize("by", [7, slow(1)])
def test_cut_off_at_every_byte(good: bytes, tmp_path: Path, by: int) -> None:
    whole = good.rstrip()
    for length in range(0, len(whole), by):
        refused(tmp_path / "run.json", whole[:length])


@pytest.mark.filterwarnings("ignore:The file or the program has changed", "ignore:This run was saved with")
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255))
@settings(max_examples=5 * settings.default.max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_byte_changed_is_read_or_refused(good: bytes, tmp_path: Path, at: int, byte: int) -> None:
    at %= len(good)
    path = tmp_path / "run.json"
    path.write_bytes(good[:at] + bytes([byte]) + good[at + 1 :])
    try:
        ls.Trainer.load(path)
    except ls.InputError as refusal:
        said = str(refusal)
    else:
        said = ""
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" \n",
        b"\0" * 1000,
        bytes(range(256)) * 10,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"\xff\xfe{\x00}\x00",
        b"sepal,petal,class\n1,2,setosa\n",
        b"null",
        b"3",
        b'"lsexplorer run"',
        b"[]",
        b"{}",
        b'{"format": "lsexplorer run", "version": 1}',
        b'{"format": "another program", "version": 1}',
        b'{"format": null, "version": 1}',
        b"{" * 1000,
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
    ],
    ids=range(18),
)
def test_what_is_no_run_file(tmp_path: Path, text: bytes) -> None:
    assert "run file" in refused(tmp_path / "run.json", text)


@pytest.mark.parametrize("version", [3, 10**9, 10**18])
def test_a_newer_file_says_so(good: bytes, tmp_path: Path, version: int) -> None:
    message = refused(tmp_path / "run.json", changed(good, version=version, something_new={}))
    assert "newer" in message
    assert str(version) in message


@pytest.mark.parametrize("version", [0, -1, 1.5, "1", None, True, [], 10**30, -(10**30)])
def test_a_version_that_is_none(good: bytes, tmp_path: Path, version: object) -> None:
    refused(tmp_path / "run.json", changed(good, version=version))


def test_a_version_that_is_missing(tmp_path: Path) -> None:
    assert "version" in refused(tmp_path / "run.json", '{"format": "lsexplorer run"}')


def test_other_data_than_the_runs(good: bytes, iris: ls.Dataset, tmp_path: Path) -> None:
    assert "other data" in refused(
        tmp_path / "run.json", changed(good, data={"name": "iris", "sha256": iris.digest[:-1] + "x"})
    )
    (tmp_path / "run.json").write_bytes(good)
    with pytest.raises(ls.InputError, match="other data"):
        load_run(tmp_path / "run.json", data=small_data())


NAMES = ["no such set", "", "a\nb", "\x1b[31mred", "\0", "../../etc/passwd", "x" * 100_000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_data_sets_that_are_none(good: bytes, tmp_path: Path, name: str) -> None:
    refused(tmp_path / "run.json", changed(good, data={"name": name, "sha256": ""}))


@pytest.mark.parametrize(
    "values",
    [
        {"unknown": 1},
        {"steps": 10**18},
        {"steps": 1e18},
        {"steps": -1},
        {"steps": 6.5},
        {"steps": "6"},
        {"steps": None},
        {"steps": True},
        {"steps": 10**30},
        {"steps": 3},
        {"events": None},
        {"events": {}},
        {"events": [1]},
        {"data": None},
        {"data": {"name": "iris"}},
        {"data": {"name": "iris", "sha256": 5}},
        {"data": {"name": "iris", "sha256": "", "path": "/"}},
        {"hyperparameters": []},
        {"hyperparameters": {"hidden": [10**9]}},
        {"hyperparameters": {"hidden": [4096] * 8}},
        {"hyperparameters": {"hidden": [0]}},
        {"hyperparameters": {"hidden": "5"}},
        {"hyperparameters": {"no_such": 1}},
        {"hyperparameters": {"self": 1}},
        {"hyperparameters": {"a\nb": 1}},
        {"hyperparameters": {"x" * 10_000: 1}},
        {"hyperparameters": {"loss": "hinge"}},
        {"hyperparameters": {"loss": ["mse"]}},
        {"hyperparameters": {"learning_rate": 0}},
        {"hyperparameters": {"learning_rate": "1\n2"}},
        {"hyperparameters": {"soft_targets": [[1, 0], [0, 1]]}},
        {"hyperparameters": {"soft_targets": {"a": 1}}},
        {"hyperparameters": {"batch_size": 2.0}},
        {"hyperparameters": {"output": "identity", "loss": "mse", "learning_rate": 1000}, "steps": 1000},
    ],
    ids=lambda v: str(v)[:50],
)
def test_values_that_cannot_be(good: bytes, tmp_path: Path, values: dict[str, Any]) -> None:
    refused(tmp_path / "run.json", changed(good, **values))


EVENTS = [
    {"step": -1, "changes": {}},
    {"step": 7, "changes": {}},
    {"step": 10**18, "changes": {}},
    {"step": 2.5, "changes": {}},
    {"step": "2", "changes": {}},
    {"changes": {}},
    {"step": 2},
    {"step": 2, "changes": []},
    {"step": 2, "changes": {}, "more": 1},
    {"step": 2, "changes": {"l2": 0.1}},
    {"step": 2, "changes": {"l2": [0.0]}},
    {"step": 2, "changes": {"l2": [0.0, 0.1, 0.2]}},
    {"step": 2, "changes": {"l2": [0.0, -1]}},
    {"step": 2, "changes": {"l2": [0.0, None]}},
    {"step": 2, "changes": {"l2": [0.0, "0.1"]}},
    {"step": 2, "changes": {"no_such": [0, 1]}},
    {"step": 2, "changes": {"self": [0, 1]}},
    {"step": 2, "changes": {"hidden": [[2], [3]]}},
    {"step": 2, "changes": {"seed": [0, 1]}},
    {"step": 2, "changes": {"loss": ["cross_entropy", "hinge"]}},
    {"step": 2, "changes": {"soft_targets": [None, [[1.0]]]}},
    {"step": 2, "changes": {"learning_rate": [0.05, 1e300]}},
    {"step": 2, "changes": {}, "parameters": []},
    {"step": 2, "changes": {}, "parameters": [1.0] * 18},
    {"step": 2, "changes": {}, "parameters": [1.0] * 20},
    {"step": 2, "changes": {}, "parameters": [None] * 19},
    {"step": 2, "changes": {}, "parameters": ["1"] * 19},
    {"step": 2, "changes": {}, "parameters": 1.0},
    {"step": 2, "changes": {}, "parameters": [1e300] * 19},
    {"step": 2, "changes": {}, "parameters": [[1.0] * 19]},
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda v: str(v)[:60])
def test_events_that_cannot_be(good: bytes, tmp_path: Path, event: dict[str, Any]) -> None:
    refused(tmp_path / "run.json", changed(good, events=[event]))


@pytest.mark.parametrize("where", ["learning_rate", "soft_targets", "hidden", "loss"])
@pytest.mark.parametrize("levels", DEEP)
def test_lists_in_lists_however_deep(good: bytes, tmp_path: Path, where: str, levels: int) -> None:
    hyperparameters = json.dumps({where: "HERE"}).replace('"HERE"', "[" * levels + "]" * levels)
    text = changed(good, hyperparameters="HERE").replace('"HERE"', hyperparameters)
    refused(tmp_path / "run.json", text)
    event = '{"step": 2, "changes": {"' + where + '": [0, ' + "[" * levels + "]" * levels + "]}}"
    refused(tmp_path / "run.json", changed(good, events="HERE").replace('"HERE"', f"[{event}]"))


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 500, "1" * 5000, "0x1", "1_0"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:9])
@pytest.mark.parametrize("where", ["steps", "version", "learning_rate", "seed", "step", "parameters"])
def test_numbers_that_json_or_a_double_cannot_hold(good: bytes, tmp_path: Path, number: str, where: str) -> None:
    run = json.loads(good)
    if where in run:
        run[where] = "HERE"
    elif where == "step":
        run["events"][0]["step"] = "HERE"
    elif where == "parameters":
        run["events"][1]["parameters"][3] = "HERE"
    else:
        run["hyperparameters"][where] = "HERE"
    refused(tmp_path / "run.json", json.dumps(run).replace('"HERE"', number))


# Any JSON in any place; whole numbers stop short of runs that would take hours.
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 50) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.filterwarnings("ignore:The file or the program has changed")
@given(data=st.data(), value=anything)
@settings(max_examples=6 * settings.default.max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_in_any_place_is_read_or_refused(good: bytes, tmp_path: Path, data: st.DataObject, value: Any) -> None:
    run = json.loads(good)
    places = [(run, key) for key in run]
    places += [(run[part], key) for part in ("data", "hyperparameters") for key in run[part]]
    places += [(run["events"], 0), *((event, key) for event in run["events"] for key in event)]
    places += [(run["events"][0]["changes"], "label_smoothing"), (run["events"][0]["changes"]["label_smoothing"], 1)]
    place, key = data.draw(st.sampled_from(places))
    place[key] = value
    path = tmp_path / "run.json"
    path.write_text(json.dumps(run), encoding="utf-8")
    try:
        ls.Trainer.load(path)
    except ls.InputError as refusal:
        said = str(refusal)
    else:
        said = ""
    assert said.isprintable()
