"""Reading .npz: the arrays people save, and the ones nobody should."""

import io
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.readers import npz_reader

X = np.arange(60.0).reshape(12, 5) ** 0.5
Y = np.arange(12) % 3
NAMES = np.array(["p", "q", "r", "s", "t"])


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(
        options: dict[str, Any] | None = None, raw: bytes | None = None, compressed: bool = True, **arrays: Any
    ) -> ls.Dataset:
        path = tmp_path / "data.npz"
        if raw is None:
            (np.savez_compressed if compressed else np.savez)(path, **arrays)
        else:
            path.write_bytes(raw)
        return ls.load_dataset(path, **(options or {}))

    return loader


@pytest.fixture
def message(load: Callable[..., ls.Dataset]) -> Callable[..., str]:
    def fail(**arrays: Any) -> str:
        with pytest.raises(ls.InputError) as caught:
            load(**arrays)
        text = str(caught.value)
        assert "\n" not in text
        assert "data.npz" in text
        return text

    return fail


def whole(data: ls.Dataset) -> tuple[np.ndarray, list[Any]]:
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    y = np.array(data.class_names)[np.concatenate([data.y_train, data.y_test])]
    return np.concatenate([data.raw_train, data.raw_test])[order], y[order].tolist()


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("dtype", ["f8", ">f8", "f4", "f2", "i8", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_x_and_y_of_any_type_and_order(
    load: Callable[..., ls.Dataset], compressed: bool, dtype: str, order: Literal["C", "F"]
) -> None:
    values = np.array(X.astype(dtype), order=order)
    data = load(compressed=compressed, X=values, y=Y.astype(dtype) if dtype != "?" else Y)
    found, classes = whole(data)
    assert np.array_equal(found, values.astype(float))
    assert classes == [str(c) for c in Y]
    assert data.feature_names == ("x1", "x2", "x3", "x4", "x5")
    assert data.X_train.flags.c_contiguous


def test_two_parts_keep_their_split_and_rows(load: Callable[..., ls.Dataset]) -> None:
    data = load(X_train=X[:9], y_train=Y[:9], X_test=X[9:], y_test=Y[9:])
    assert np.array_equal(data.raw_train, X[:9])
    assert np.array_equal(data.raw_test, X[9:])
    assert data.y_test.tolist() == [0, 1, 2]
    assert data.train_rows.tolist() == list(range(9))
    assert data.test_rows.tolist() == [9, 10, 11]
    assert np.allclose(data.X_train.mean(axis=0), 0)  # by the training part alone


def test_a_test_part_with_fewer_classes_keeps_their_numbers(load: Callable[..., ls.Dataset]) -> None:
    data = load(X_train=X[:9], y_train=Y[:9] + 5, X_test=X[9:], y_test=[7, 7, 5])
    assert data.class_names == ("5", "6", "7")
    assert data.y_test.tolist() == [2, 2, 0]


def test_keys_in_other_case_as_keras_has_them(load: Callable[..., ls.Dataset]) -> None:
    pictures = np.arange(12 * 16, dtype=np.uint8).reshape(12, 4, 4)
    data = load(x_train=pictures[:9], y_train=Y[:9], x_test=pictures[9:], y_test=Y[9:])
    assert data.image_shape == (4, 4)
    assert data.scaling == "maximum"
    assert data.X_train.max() == 1
    assert data.feature_names[5] == "pixel_1_1"


def test_names_and_text_labels(load: Callable[..., ls.Dataset]) -> None:
    data = load(X=X, y=Y, feature_names=NAMES, class_names=np.array(["u", "v", "w"]))
    assert data.feature_names == tuple(NAMES)
    assert whole(data)[1] == [("u", "v", "w")[c] for c in Y]
    assert load(X=X, y=np.array(["b", "a", "c"])[Y]).class_names == ("a", "b", "c")
    assert load(X=X, y=np.array([b"b", b"a", b"c"])[Y]).class_names == ("a", "b", "c")
    assert load(X=X, y=Y[:, None]).class_names == ("0", "1", "2")


def test_soft_targets_in_place_of_classes(load: Callable[..., ls.Dataset]) -> None:
    T = ls.smooth_labels(np.eye(3)[Y], 0.3)
    data = load(X=X, y=T)
    assert np.array_equal(data.targets_train, T[data.train_rows])
    assert data.y_train.tolist() == Y[data.train_rows].tolist()


def test_missing_values_only_on_request(load: Callable[..., ls.Dataset], message: Callable[..., str]) -> None:
    holed = X.copy()
    holed[4, 2] = np.nan
    text = message(X=holed, y=Y)
    assert "array X, row 5, column 3" in text
    assert "drop or mean" in text
    assert len(whole(load({"missing": "drop"}, X=holed, y=Y))[1]) == 11
    assert len(whole(load({"missing": "mean"}, X=holed, y=Y))[1]) == 12
    holed[4, 2] = np.inf
    with pytest.raises(ls.InputError, match="row 5, column 3: inf"):
        load({"missing": "drop"}, X=holed, y=Y)


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was run",))


@pytest.mark.parametrize(
    ("arrays", "part"),
    [
        ({"X": X}, "array y is missing"),
        ({"y": Y}, "array X is missing"),
        ({"a": X, "b": Y}, "must hold the arrays X_train, y_train, X_test, y_test, or X and y; it holds a, b"),
        ({}, "it holds nothing"),
        ({"X_train": X, "y_train": Y, "X_test": X}, "array y_test is missing"),
        ({"X": X[:5], "y": Y}, "array y has 12 rows, but data.npz, array X has 5"),
        ({"X": X[:, 0], "y": Y}, "array X has the shape (12,)"),
        ({"X": X[:, :0], "y": Y}, "array X has the shape (12, 0)"),
        ({"X": X[:0], "y": Y[:0]}, "array X has the shape (0, 5)"),
        ({"X": X, "y": np.zeros((12, 2, 2))}, "array y has the shape (12, 2, 2)"),
        ({"X": X, "y": np.ones((12, 3))}, "array y, row 1: targets must be at least 0 and sum to 1"),
        ({"X": X, "y": Y + 0.5}, "array y, row 1: a class must be a whole number, got 0.5"),
        ({"X": X, "y": np.where(Y == 2, np.nan, Y)}, "array y, row 3: a class must be a whole number, got nan"),
        ({"X": X, "y": np.arange(12)}, "12 different values in 12 rows"),
        ({"X": X, "y": np.zeros(12, int)}, "one class alone"),
        ({"X": X, "y": Y, "class_names": np.array(["a", "b"])}, "row 3: the class 2 is not one of 0 to 1"),
        ({"X": X, "y": Y, "class_names": np.array(["a", "a", "b"])}, "array class_names must hold 3 texts that differ"),
        ({"X": X, "y": Y, "feature_names": NAMES[:4]}, "array feature_names must hold 5 texts"),
        ({"X": X.astype(complex), "y": Y}, "holds complex128 values"),
        ({"X": X.astype(str), "y": Y}, "array X holds texts"),
        ({"X": np.array([[{}]] * 12), "y": Y}, "array X is an object array, which is never unpickled"),
        ({"X": X, "y": np.array([Evil()] * 12)}, "array y is an object array, which is never unpickled"),
        ({"X": np.zeros(12, dtype=[("a", "f8")]), "y": Y}, "not a plain array"),
        ({"X": np.zeros((12, 3), "M8[s]"), "y": Y}, "numbers are needed"),
        ({"X_train": X[:9], "y_train": Y[:9], "X_test": X[9:, :4], "y_test": Y[9:]}, "test part has 4 columns"),
        ({"X_train": X[:9], "y_train": Y[:9], "X_test": X[9:], "y_test": [0, 1, 9]}, "row 3 of the test part"),
        ({"X": X, "y": np.array(["", "a", "b"])[Y]}, "array y, row 1 is empty"),
        ({"X": np.ones((3000, 1)), "y": np.arange(3000) % 1001}, "has 1,001 classes; at most 1,000"),
        ({"X": X, "y": Y, "class_names": np.arange(5000).astype(str)}, "has 5,000 classes"),
        ({"X": X, "y": np.where(Y == 0, 2.0**60, Y)}, "row 1: a class must be a whole number"),
    ],
)
def test_arrays_that_are_no_data(message: Callable[..., str], arrays: dict[str, Any], part: str) -> None:
    assert part in _short(message(**arrays))


def _short(text: str) -> str:
    """A message with the file's folder taken off."""
    return " ".join(word.rsplit("/", 1)[-1] for word in text.split(" "))


def header(descr: str = "'<f8'", shape: str = "(12, 5)", length: int | None = None, version: bytes = b"\1\0") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY" + version + struct.pack("<H", len(text) if length is None else length) + text


def zipped(**entries: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(f"{name}.npy", content)
    return out.getvalue()


LIES = [
    (header(shape="(1250000000, 1)") + bytes(100), "declares 1,250,000,000 values"),
    (header(shape="(10000000, 8)") + bytes(100), "declares 640,000,000 bytes of values, but 100 are there"),
    (header(shape="(99999999999999999999999999, 9999999999)"), "values"),
    (header(shape="(-12, 5)"), "not a plain array"),
    (header(shape="(12, 5)") + bytes(479), "declares 480 bytes of values, but 479 are there"),
    (header(shape="(" + "1," * 400 + ")"), "axes"),
    (header(descr="'<f8', 'x': " + "(" * 900), "declares 480 bytes of values, but 0 are there"),
    (header(descr="[('a', '<f8')]"), "not a plain array"),
    (header(descr="'|O'"), "object array"),
    (header(descr="'O'") + pickle.dumps(X), "object array"),
    (header(descr="'<f99'"), "makes no sense"),
    (header(descr="'V8'"), "numbers are needed"),
    (header(length=60_000), "header of 60,000 bytes"),
    (header(version=b"\x09\0"), "not in NumPy's .npy format"),
    (b"", "not in NumPy's .npy format"),
    (b"\x93NUMPY\1\0", "not a plain array"),
    (pickle.dumps(X), "not in NumPy's .npy format"),
]


@pytest.mark.parametrize(("content", "part"), LIES, ids=[f"lie {i}" for i in range(len(LIES))])
def test_headers_that_lie_are_refused_before_anything_is_allocated(
    message: Callable[..., str], content: bytes, part: str
) -> None:
    raw = zipped(X=content, y=header("'<i8'", "(12,)") + Y.astype("<i8").tobytes())
    tracemalloc.start()
    try:
        text = message(raw=raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert part in text
    assert peak < 5_000_000


def test_a_zip_bomb_is_refused_unread(message: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """20 MB of zeros in 20 KB: the zip's own sizes give it away."""
    raw = zipped(X=header(shape="(2621440, 1)") + bytes(2621440 * 8), y=b"")
    assert len(raw) < 50_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    assert "far more than the file's" in message(raw=raw)


def test_a_zip_that_lies_about_its_sizes_is_refused(message: Callable[..., str]) -> None:
    """The directory declares 480 bytes and a header; the stream holds 20 MB."""
    honest = header() + X.tobytes()
    raw = bytearray(zipped(X=header() + bytes(20_000_000)))
    real, short = len(header()) + 20_000_000, len(honest)
    for at in range(len(raw) - 4):
        if struct.unpack_from("<I", raw, at)[0] == real:
            struct.pack_into("<I", raw, at, short)
    assert "is damaged" in message(raw=bytes(raw))


def test_a_damaged_zip(message: Callable[..., str]) -> None:
    good = zipped(X=header() + X.tobytes(), y=header("'<i8'", "(12,)") + Y.astype("<i8").tobytes())
    flipped = bytearray(good)
    flipped[60] ^= 0xFF
    for raw in (good[:-30], good[:100], bytes(flipped), b"PK\x03\x04", b"PK\x05\x06" + bytes(18)):
        message(raw=raw)


def test_more_arrays_than_make_sense(message: Callable[..., str]) -> None:
    raw = zipped(**{f"a{i}": b"" for i in range(npz_reader._MAX_ENTRIES + 1)})  # noqa: SLF001
    assert "holds 1,001 arrays" in message(raw=raw)


def test_other_zips_and_names(message: Callable[..., str], tmp_path: Path) -> None:
    assert "workbook" in message(raw=zipped(**{"xl/workbook.xml"[:-4]: b""}).replace(b".npy", b".xml"))
    path = tmp_path / "text.npz"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ls.InputError, match=r"is not an \.npz file"):
        ls.load_dataset(path)


@pytest.mark.parametrize(
    ("name", "value"), [("target", "y"), ("header", False), ("decimal", ","), ("drop", ("a",)), ("comment", "")]
)
def test_options_of_text_files_are_refused(message: Callable[..., str], name: str, value: Any) -> None:
    assert f"{name} is for text files: " in message(options={name: value}, X=X, y=Y)


def test_progress_reaches_the_end(load: Callable[..., ls.Dataset], tmp_path: Path) -> None:
    calls = []
    load({"progress": lambda done, total: calls.append((done, total))}, X=X, y=Y)
    assert calls == sorted(calls)
    assert calls[-1][1] == (tmp_path / "data.npz").stat().st_size
