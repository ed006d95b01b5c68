"""Answers as people give them: what is taken, what is refused in a line, and what a file keeps of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

import lsexplorer as ls
from lsexplorer.study.answers.answer import as_answer
from lsexplorer.study.answers.files import read_answer, write_answer

RNG = np.random.default_rng(0)
Y = np.arange(30) % 3
Z = RNG.normal(size=(30, 3))
P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


class Tensor:
    """As frameworks have them: on a device, and part of a graph."""

    def __init__(self, values: np.ndarray, state: str = "graph") -> None:
        self.values, self.state = values, state

    def detach(self) -> "Tensor":
        return Tensor(self.values, "device")

    def cpu(self) -> "Tensor":
        return Tensor(self.values, "host" if self.state == "device" else self.state)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        if self.state != "host":
            raise RuntimeError(f"cannot be converted: it is still on the {self.state}")
        return self.values


class DLPack:
    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __dlpack__(self, **more: Any) -> Any:
        return self.values.__dlpack__(**more)

    def __dlpack_device__(self) -> Any:
        return self.values.__dlpack_device__()


@pytest.mark.parametrize("wrapped", [Z.tolist(), Tensor(Z), DLPack(Z), Z.astype(np.float32), Z[::-1][::-1]])
def test_arrays_of_any_framework(wrapped: Any) -> None:
    checked = as_answer(ls.Answer(y=Y, logits=wrapped, y_train=Tensor(Y), hidden_train=Tensor(Z)))
    assert checked.logits == pytest.approx(Z, rel=1e-6)
    assert checked.train_rows == 30
    assert checked.logits.dtype == np.float64


def test_what_is_given_is_not_changed_later() -> None:
    z = Z.copy()
    checked = as_answer(ls.Answer(y=Y, logits=z))
    z[:] = 0
    assert np.array_equal(checked.logits, Z)


def test_probabilities_are_logits_but_for_a_shift() -> None:
    z = as_answer(ls.Answer(y=Y, probabilities=P)).logits
    assert z - z[:, :1] == pytest.approx(Z - Z[:, :1])
    certain = as_answer(ls.Answer(y=[0, 1], probabilities=[[1, 0], [0, 1]])).logits
    assert np.isfinite(certain).all()


def test_a_single_unit_is_two_classes() -> None:
    y, z = Y[:20] % 2, Z[:20, 0]
    assert as_answer(ls.Answer(y=y, logits=z)).classes == 2
    p = 1 / (1 + np.exp(-z))
    from_p = as_answer(ls.Answer(y=y, probabilities=p[:, None])).logits
    assert from_p[:, 1] - from_p[:, 0] == pytest.approx(z)


NAN = Z.copy()
NAN[4, 1] = np.nan


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"y": Y}, "an answer needs logits or probabilities, one of the two; got neither"),
        ({"y": Y, "logits": Z, "probabilities": P}, "one of the two; got both"),
        ({"y": Y[1:], "logits": Z}, "logits has 30 rows and y has 29: they must be of the same rows"),
        ({"y": Y + 1, "logits": Z}, "y must be whole numbers from 0 to 2, the number of a column, got 3 in row 2"),
        ({"y": Y - 1, "logits": Z}, "y must be whole numbers from 0 to 2, .* got -1 in row 0"),
        ({"y": Y + 0.5, "logits": Z}, "y must be whole numbers, got 0.5 in row 0"),
        ({"y": np.eye(3)[Y], "logits": Z}, r"y must be classes \(n,\), got the shape \(30, 3\): use argmax"),
        ({"y": np.array(["a", "b"]), "logits": Z[:2]}, "y must be numbers, got values of type <U1"),
        ({"y": [0], "logits": Z[:1]}, "y must have two rows or more, got 1"),
        ({"y": Y, "logits": NAN}, "logits must be finite numbers, got nan in row 4"),
        ({"y": Y, "logits": [[1, 2], [3]]}, "logits cannot be read as an array: setting an array element"),
        ({"y": Y, "logits": np.array([None] * 30)}, "logits must be numbers, got what is no array of numbers"),
        ({"y": Y, "logits": Z[..., None]}, r"logits must be rows by columns \(n, columns\), got the shape"),
        ({"y": Y, "probabilities": P * 1.1}, "the probabilities of a row must sum to 1, got 1.1 in row"),
        ({"y": Y, "probabilities": Z}, "probabilities must not be negative, got .* in row .*; are they logits?"),
        ({"y": [0, 1], "probabilities": [0.5, 1.5]}, "probabilities must be at most 1, got 1.5 in row 1"),
        ({"y": [0, 0], "probabilities": [1.0, 1.0]}, r"a network that knows one class alone \(K = 1\)"),
        ({"y": Y, "logits": Z, "weight_norm": -1}, "weight_norm must be a number of 0 or more, got -1"),
        ({"y": Y, "logits": Z, "weight_norm": "x"}, "weight_norm must be a number, got a str"),
        ({"y": Y, "logits": Z, "weight_norm": 1, "weights": [Z]}, "weights or weight_norm, not both"),
        ({"y": Y, "logits": Z, "weights": []}, "weights must hold each layer's kernel, got none"),
        ({"y": Y, "logits": Z, "weights": [Z, Z[0]]}, r"weights\[1\] must be a layer's kernel"),
        ({"y": Y, "logits": Z, "weights": [NAN]}, r"weights\[0\] must be finite numbers"),
        ({"y": Y, "logits": Z, "hidden": Z[1:]}, "hidden has 29 rows and y has 30"),
        ({"y": Y, "logits": Z, "hidden_train": Z}, "hidden_train goes with y_train, the classes of the same rows"),
        ({"y": Y, "logits": Z, "y_train": Y, "hidden_train": Z[1:]}, "hidden_train has 29 rows and y_train has 30"),
        ({"y": Y, "logits": Z, "y_train": []}, "y_train has no rows"),
        ({"y": Y, "logits": Z, "y_train": Y + 1, "logits_train": Z}, "y_train must be whole numbers from 0 to 2"),
        ({"y": Y, "logits": Z, "y_train": Y, "logits_train": Z[:, :2]}, "logits_train has 2 columns, and the answers"),
    ],
)
def test_what_cannot_be_an_answer_is_said_in_a_line(fields: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ls.InputError, match=words):
        write_answer(tmp_path / "answer.npz", ls.Answer(**fields))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", [None, (Y, Z), {"y": Y, "logits": Z}])
def test_what_is_no_answer_at_all(value: Any) -> None:
    with pytest.raises(ls.InputError, match=r"an answer must be an ls.Answer\(y=…, logits=…\), got (None|a \w+)"):
        as_answer(value)


def kernels() -> list[np.ndarray]:
    return [RNG.normal(size=(3, 3, 2, 5)), RNG.normal(size=(5, 3))]


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("name", ["logits", "probabilities"])
def test_a_file_keeps_all_that_is_measured(name: str, single: bool, tmp_path: Path) -> None:
    n, kind = 2500, np.float32 if single else np.float64
    y, z, hidden = RNG.integers(0, 3, n), RNG.normal(size=(n, 3)), RNG.normal(size=(n, 700)).astype(kind)
    given = {"logits": z, "probabilities": np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)}[name].astype(kind)
    inside = {"weights": kernels(), "hidden": hidden, "y_train": y, "logits_train": z, "hidden_train": hidden}
    checked = as_answer(ls.Answer(y=y, **{name: given}, **inside))
    assert len(checked.hidden) == len(checked.rows) == 10**6 // 700
    write_answer(tmp_path / "answer.npz", checked)
    again = read_answer(tmp_path / "answer.npz")
    assert (tmp_path / "answer.npz").stat().st_size < 1.1 * kind().itemsize * (3 * n + hidden.size * 0.572) + 2 * n
    assert again.scalars == checked.scalars
    assert {"weight_norm", "norm_2", "nc1", "train_accuracy"} < again.scalars.keys()
    assert "path_norm" in again.scalars
    assert (again.are_probabilities, again.train_rows) == (checked.are_probabilities, n)
    for a, b in ((again.outputs, given), (again.hidden, hidden[checked.rows]), (again.rows, checked.rows)):
        assert np.array_equal(a, b)
        assert a.dtype == b.dtype


def test_a_file_that_anyone_saves(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", y=Y[:, None], logits=Z, hidden=Z, weight_norm=4, X=Z, seed=3)
    found = read_answer(tmp_path / "mine.npz")
    assert found.scalars == {"weight_norm": 4.0}
    assert found.hidden.shape == (30, 3)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"labels": Y, "logits": Z}, "mine.npz: there must be y, and logits or probabilities; it holds logits"),
        ({"y": Y}, "mine.npz: an answer needs logits or probabilities"),
        ({"y": Y, "logits": Z, "weight_norm": Z}, r"mine.npz: weight_norm must be one number, got the shape \(30, 3\)"),
        ({"y": Y, "logits": np.array([None] * 30)}, "mine.npz, array logits is an object array, which is never unpick"),
        ({"y": Y, "logits": Z, "train_rows": 0.5}, "mine.npz: train_rows must be a whole number of 1 or more, got 0.5"),
        ({"y": Y, "logits": Z, "units": 1e19}, "mine.npz: units must be a whole number of 1 or more, got 1e\\+19"),
        ({"y": Y, "logits": Z, "hidden": Z, "hidden_of": 40}, "mine.npz: hidden has the shape"),
        ({"y": Y, "logits": Z, "hidden": Y, "hidden_of": 30}, "mine.npz: hidden must be rows by columns"),
    ],
)
def test_files_that_hold_no_answer(arrays: dict[str, Any], words: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", **arrays)
    with pytest.raises(ls.InputError, match=words):
        read_answer(tmp_path / "mine.npz")


ANYTHING = arrays(scalar_dtypes(), array_shapes(max_dims=3, max_side=4, min_side=0))


@settings(max_examples=40)
@given(y=ANYTHING, outputs=ANYTHING, name=st.sampled_from(["logits", "probabilities"]), more=st.none() | ANYTHING)
def test_whatever_is_given_is_an_answer_or_refused(y: Any, outputs: Any, name: str, more: Any) -> None:
    inside = {"hidden": more, "weights": None if more is None else [more], "y_train": y, "hidden_train": more}
    try:
        checked = as_answer(ls.Answer(y=y, **{name: outputs}, **inside))
    except ls.InputError:
        return
    assert np.isfinite(checked.logits).all()
    assert checked.y.max() < checked.classes
