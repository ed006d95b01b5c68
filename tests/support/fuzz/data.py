"""Data files: text of any layout, ARFF, LIBSVM, npz, idx, packed or not, damaged."""

import bz2
import gzip
import io
import lzma
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data import article_line, summarize, write_smoothed
from tests.support.fuzz.files import mutated
from tests.support.fuzz.harness import folder, line

MOST_BYTES = 20_000_000
"""Of memory while one of these files, all of a few kilobytes, is read."""
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
    b"A title\n\nx1,x2,label\ncm,kg,\n" + b"1.5,3,u\n2,.5,v\n" * 4 + b"x1,x2,label\n4,5,u\n",
    b"sep=;\n2019;2020;'class'\n" + b"1;2;'a; b'\n3;4;'c'\n" * 4,
    b"# p q class\n" + b"1.5  2  u\n2.5  3  v\n" * 4,
    b'note\tp\tkind\n"left\t1.5\tu\nx\t2\tv\nright"\t3.5\tu\ny\t4\tv\n',
    "größe\tart\n1\tä\n2\tö\n1\tä\n2\tö\n".encode("utf-16"),
    "a\tkind\nc\td\n\tclass\n1\tä\n2\tö\n1\tä\n2\tö\n".encode("cp1252"),
    b"mS#id\tD#region\tC#x\tcD#kind\n" + b"r\tnorth\t1.5\tu\ns\tsouth\t2.5\tv\n" * 4,
]
FORMATS = [
    b"@relation r\n@attribute a numeric\n@attribute 'b c' {x,y}\n@attribute class {u,v}\n@data\n"
    + b"1.5,x,u\n2,y,v\n?,x,u\n" * 4,
    b"@RELATION r\n@ATTRIBUTE a REAL\n@ATTRIBUTE b INTEGER\n@ATTRIBUTE class {u,v}\n@DATA\n"
    + b"{0 1.5, 2 v}\n{1 3}\n{0 2}\n{0 -1, 2 v}\n" * 4,
    b"1 1:0.5 3:1\n-1 2:.25\n" * 5,
    b"0 1:1 2:3 # one\n1 2:1e5\n2 1:4\n" * 4,
]


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

CELLS = [
    "1", "2", "2.5", "a", "b", "NA", "", "1e3", "#", '"x, y"', "None",
    "1.001", '"1,5"', "3 kg", "$4", "-999", "01", "A", "train", "test", "id", "class",
]  # fmt: skip
tables = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4), min_size=1, max_size=12).map(
    lambda rows: "\n".join(",".join(row) for row in rows).encode()
)
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
        "header": st.booleans(),
        "delimiter": st.sampled_from([",", ";", " ", ":"]),
        "encoding": st.sampled_from(["utf-8", "cp1252", "utf-16"]),
        "comment": st.sampled_from(["", "#", "1"]),
    },
)


def check(path: Path, values: Any, a: float = 0.3) -> ls.Dataset | None:
    """Load; either a clear line, or a data set that can be used, printed, written and read back."""
    tracemalloc.start()
    try:
        data = ls.load_dataset(path, **values)
    except ls.InputError as error:
        line(error)
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_BYTES
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


def zipped(content: bytes) -> bytes:
    """A zip of one table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("any.csv"), content)
    return out.getvalue()


def gzipped(content: bytes) -> bytes:
    """The same bytes at any time."""
    return gzip.compress(content, mtime=0)


PACKED = [pack(TEXTS[0]) for pack in (gzipped, bz2.compress, lzma.compress, zipped)]

text_files = st.tuples(mutated(TEXTS + FORMATS) | tables | st.binary(max_size=300), options)
packed_files = st.tuples(mutated(PACKED), options)
npz_files = st.tuples(mutated(ARRAYS) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail), options)
idx_files = st.tuples(
    mutated([idx(PICTURES), gzipped(idx(PICTURES))]) | st.binary(max_size=60), mutated([idx(LABELS)]), options
)


def read_text(case: tuple[bytes, Any]) -> bool:
    """A file of text."""
    with folder():
        Path("any.csv").write_bytes(case[0])
        return check(Path("any.csv"), case[1]) is not None


def read_npz(case: tuple[bytes, Any]) -> bool:
    """A file of arrays."""
    with folder():
        Path("any.npz").write_bytes(case[0])
        return check(Path("any.npz"), for_arrays(case[1])) is not None


def read_idx(case: tuple[bytes, bytes, Any]) -> bool:
    """A pair of idx files."""
    with folder():
        Path("any-images").write_bytes(case[0])
        Path("any-labels").write_bytes(case[1])
        return check(Path("any-images"), for_arrays(case[2])) is not None
