"""Any bytes at all: every reader gives a usable data set or one clear line, in bounded time and memory."""

import gzip
import io
import struct
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data import article_line, summarize, write_smoothed

PICTURES = np.random.default_rng(0).integers(0, 255, (12, 3, 3)).astype(np.uint8)
LABELS = (np.arange(12) % 3).astype(np.uint8)
PENGUINS = (
    b"species,island,bill,mass,sex\n"
    + b"Adelie,Dream,39.1,3750,male\nGentoo,Biscoe,46.5,NA,female\nGentoo,Biscoe,45.1,4100,male\n" * 4
)
TEXTS = [
    PENGUINS,
    b"5.1, 3.5, 1.4,  1, 0  # setosa\n7.0, 3.2, 4.7,  0, 1  # other\n" * 4,
    b"a;b;kind\n1,5;2;x\n2,5;3;y\n" * 3,
    b'"p" "q" "z"\n"1" 1.5 2 "u"\n"2" 2.5 3 "v"\n"3" 3.5 2 "u"\n"4" 1.5 9 "v"\n',
    b"p,target:a,target:b,class,part\n1,.9,.1,a,train\n2,.2,.8,b,train\n3,.5,.5,a,test\n",
    b"1\t2\tyes\n3\t4\tno\n" * 4,
    b"x1,x2,label\r\n" + b"1e5,-3,0\r\n2,.5,1\r\n" * 4,
    "amount;share;ID;art\n1.234,50 €;45 %;1;ja\n−7,25 €;3 %;2;nein\n12,00 €;None;3;ja.\n".encode() * 4,
    b'pop,v,code\n"1,651",n.a.,01\n600,-999,1\n"2,402",3.5,1.0\n' * 4,
]
PIECES = [b",", b'"', b"\n", b"#", b"  # x", b"NA", b"inf", b"1e400", b"_", b"\r", b";", b"\t", b"-", b"target:", b"\0",
          b"\xff", b"\xef\xbb\xbf", b"'", b"|", b"0", b"9" * 400]  # fmt: skip


def idx(array: np.ndarray) -> bytes:
    return struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


ARRAYS = [
    npz(X=PICTURES, y=LABELS),
    npz(X_train=PICTURES, y_train=LABELS, X_test=PICTURES[:4], y_test=LABELS[:4]),
    npz(X=PICTURES.reshape(12, 9) / 7, y=np.eye(3)[LABELS] * 0.9 + 1 / 30, class_names=np.array(["a", "b", "c"])),
]


@st.composite
def mutated(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """One of the valid files with up to six changes: bytes turned, cut out, put in, repeated, or the end cut off."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            content[at : at + 1] = draw(st.binary(min_size=1, max_size=2))
        elif kind == 1:
            del content[at : at + draw(st.sampled_from([1, 3, 30]))]
        elif kind == 2:
            content[at:at] = draw(st.sampled_from(PIECES))
        elif kind == 3:
            content[at:at] = content[at : at + draw(st.sampled_from([5, 50, 500]))]
        elif draw(st.booleans()):
            del content[at:]
    return bytes(content)


tables = st.lists(
    st.lists(
        st.sampled_from(
            [
                "1",
                "2",
                "2.5",
                "a",
                "b",
                "NA",
                "",
                "1e3",
                "#",
                '"x, y"',
                "None",
                "1.001",
                '"1,5"',
                "3 kg",
                "$4",
                "-999",
                "01",
                "A",
                "train",
                "test",
                "id",
                "class",
            ]
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: "\n".join(",".join(row) for row in rows).encode())
options = st.fixed_dictionaries(
    {},
    optional={
        "missing": st.sampled_from(["drop", "mean"]),
        "label_noise": st.floats(0, 1),
        "target": st.sampled_from(["1", "2", "class"]),
        "seed": st.integers(0, 9),
        "decimal": st.sampled_from([".", ","]),
        "thousands": st.sampled_from(["'", " "]),
        "missing_marks": st.sampled_from([["-999"], ["a", "None"]]),
        "drop": st.sampled_from([["1"], ["2", "class"]]),
        "keep": st.sampled_from([["3"], ["id"]]),
    },
)
fuzz = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(path: Path, values: Any, a: float = 0.3) -> ls.Dataset | None:
    """Load; either a clear line, or a data set that can be used, printed, written and read back."""
    message, data = "", None
    tracemalloc.start()
    try:
        data = ls.load_dataset(path, **values)
    except ls.InputError as error:
        message = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000  # none of these files is larger than a few kilobytes
    if data is None:
        assert message.isprintable()
        assert 10 < len(message) < 1200
        return None
    n, m, d, classes = len(data.y_train), len(data.y_test), len(data.feature_names), len(data.class_names)
    assert n > 0 < m
    assert d > 0 < classes
    assert data.X_train.shape == data.raw_train.shape == (n, d)
    assert data.X_test.shape == data.raw_test.shape == (m, d)
    assert np.isfinite(data.X_train).all()
    assert np.isfinite(data.X_test).all()
    assert data.targets_train.shape == (n, classes)
    assert np.allclose(data.targets_train.sum(axis=1), 1)
    assert set(data.y_train) | set(data.y_test) <= set(range(classes))
    assert all(text.isprintable() for text in summarize(data).lines())
    assert article_line(data, 0).isprintable()
    write_smoothed(data, a, path.with_name("again.csv"))
    again = ls.load_dataset(path.with_name("again.csv"))
    assert again.X_train.tobytes() == data.X_train.tobytes()
    assert again.targets_test.tobytes() == ls.smooth_labels(data.targets_test, a).tobytes()
    return data


def for_arrays(values: Any) -> Any:
    """The options without those that go with text alone."""
    return {name: value for name, value in values.items() if name in ("missing", "label_noise", "seed")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@fuzz
@given(mutated(TEXTS) | tables | st.binary(max_size=300), options)
def test_text_readers_survive_anything(folder: Path, content: bytes, values: Any) -> None:
    path = folder / "any.csv"
    path.write_bytes(content)
    check(path, values)


@fuzz
@given(mutated(ARRAYS) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail), options)
def test_the_npz_reader_survives_anything(folder: Path, content: bytes, values: Any) -> None:
    path = folder / "any.npz"
    path.write_bytes(content)
    check(path, for_arrays(values))


@fuzz
@given(mutated([idx(PICTURES)]) | st.binary(max_size=60), mutated([idx(LABELS)]), st.integers(0, 2), options)
def test_the_idx_reader_survives_anything(folder: Path, images: Any, labels: Any, zipped: bool, values: Any) -> None:
    if zipped:
        images = gzip.compress(images, mtime=0)
    if zipped == 2:
        images = images[: len(images) // 2] + b"\1" + images[len(images) // 2 :]
    path = folder / "any-images"
    path.write_bytes(images)
    (folder / "any-labels").write_bytes(labels)
    check(path, for_arrays(values))


@pytest.mark.parametrize("content", TEXTS + ARRAYS, ids=range(len(TEXTS + ARRAYS)))
def test_the_files_that_are_mutated_are_valid(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    assert check(path, {}) is not None
