"""Reading idx pairs, MNIST's own format."""

import gzip
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output
from lsexplorer.data.readers import idx_reader

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 4, 3)).astype(np.uint8)
LABELS = (np.arange(12) % 3 + 5).astype(np.uint8)
CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array: np.ndarray, code: int = 8) -> bytes:
    """The array in idx format, as the format's description gives it."""
    sizes = b"".join(struct.pack(">I", size) for size in array.shape)
    return struct.pack(">BBBB", 0, 0, code, array.ndim) + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def pair(tmp_path: Path) -> Callable[..., Path]:
    """Write an images and a labels file; return the images' path."""

    def write(
        images: np.ndarray | bytes,
        labels: np.ndarray | bytes,
        name: str = "train-images-idx3-ubyte",
        zipped: bool = False,
    ) -> Path:
        path = tmp_path / name
        beside = tmp_path / name.replace("images", "labels").replace("idx3", "idx1")
        for target, content in ((path, images), (beside, labels)):
            if content is not None:
                content = content if isinstance(content, bytes) else idx(content)
                target.write_bytes(gzip.compress(content) if zipped else content)
        return path

    return write


def fails(path: Path, **options: Any) -> str:
    with pytest.raises(ls.InputError) as caught:
        ls.load_dataset(path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "zipped"),
    [
        ("train-images-idx3-ubyte", False),
        ("train-images.idx3-ubyte", False),
        ("train-images-idx3-ubyte.gz", True),
        ("emnist-images", True),
    ],
)
def test_a_pair_is_found_by_its_images(pair: Callable[..., Path], name: str, zipped: bool) -> None:
    data = ls.load_dataset(pair(IMAGES, LABELS, name, zipped))
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    assert np.array_equal(np.concatenate([data.raw_train, data.raw_test])[order], IMAGES.reshape(12, 12))
    assert data.class_names == ("5", "6", "7")
    assert np.array_equal(np.concatenate([data.y_train, data.y_test])[order], LABELS - 5)
    assert data.image_shape == (4, 3)
    assert data.feature_names[4] == "pixel_1_1"
    assert data.scaling == "maximum"
    assert data.raw_train.dtype == np.uint8


def test_the_t10k_pair_is_the_test_part(pair: Callable[..., Path]) -> None:
    pair(IMAGES[::-1].copy(), LABELS[::-1].copy(), "t10k-images-idx3-ubyte")
    path = pair(IMAGES, LABELS)
    data = ls.load_dataset(path)
    assert np.array_equal(data.raw_train, IMAGES.reshape(12, 12))
    assert np.array_equal(data.raw_test, IMAGES[::-1].reshape(12, 12))
    assert data.test_rows.tolist() == list(range(12, 24))


def test_a_test_file_takes_the_place_of_the_t10k_pair(pair: Callable[..., Path]) -> None:
    pair(IMAGES[:6], LABELS[:6], "t10k-images-idx3-ubyte")
    other = pair(IMAGES[:3], LABELS[:3], "other-images-idx3-ubyte")
    assert len(ls.load_dataset(pair(IMAGES, LABELS), test_file=other).y_test) == 3


def test_labels_may_be_gzipped_when_the_images_are_not(pair: Callable[..., Path], tmp_path: Path) -> None:
    path = pair(IMAGES, LABELS)
    plain = tmp_path / "train-labels-idx1-ubyte"
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert len(ls.load_dataset(path).class_names) == 3


@pytest.mark.parametrize("kind", CODES)
def test_every_type_of_number(pair: Callable[..., Path], kind: str) -> None:
    values = (RNG.normal(size=(12, 7)) * 50).astype(kind)
    data = ls.load_dataset(pair(idx(values, CODES[kind]), LABELS))
    assert np.array_equal(data.raw_train, values[data.train_rows].astype(float))
    assert data.image_shape is None
    assert data.X_train.dtype == np.float64


def test_names_that_do_not_fit(pair: Callable[..., Path], tmp_path: Path) -> None:
    path = pair(IMAGES, LABELS)
    assert "name the images file" in fails(tmp_path / "train-labels-idx1-ubyte")
    assert "must hold 'images'" in fails(path.rename(tmp_path / "pictures"))
    assert "no labels file beside it: lone-labels-idx1-ubyte is needed" in fails(
        pair(IMAGES, None, "lone-images-idx3-ubyte")
    )


GOOD = idx(IMAGES)
WRONG = [
    (GOOD[:3], LABELS, "not a"),
    (b"\0\0\x08\x03" + bytes(5), LABELS, "truncated in its header"),
    (GOOD[:-1], LABELS, "declares 144 bytes of values, but only 143 are there"),
    (GOOD + b"\0", LABELS, "declares 144 bytes of values, but more are there"),
    (b"\0\0\x08\x07" + GOOD[4:], LABELS, "not an idx file: it begins with 00 00 08 07"),
    (IMAGES[:11], LABELS, "has 11 images, but"),
    (idx(IMAGES[:, 0, 0]), LABELS, "has the shape (12,)"),
    (idx(IMAGES[:0]), LABELS, "has the shape (0, 4, 3)"),
    (IMAGES, IMAGES, "must hold a whole number for each image"),
    (IMAGES, idx(LABELS.astype("f4"), 13), "must hold a whole number for each image"),
    (IMAGES, np.zeros(12, np.uint8), "one class alone ('0')"),
    (IMAGES, np.arange(12, dtype=np.uint8), "12 different values in 12 rows"),
    (IMAGES, b"5\n6\n7\n", "not an idx file"),
    (idx(np.full((12, 3), np.nan, "f4"), 13), LABELS, "image 1 holds a value that is not a number"),
]


@pytest.mark.parametrize(("images", "labels", "part"), WRONG, ids=[f"wrong {i}" for i in range(len(WRONG))])
def test_files_that_are_damaged_or_do_not_match(
    pair: Callable[..., Path], images: bytes | np.ndarray, labels: bytes | np.ndarray, part: str
) -> None:
    assert part in fails(pair(images, labels))


@pytest.mark.parametrize("cut", [5, 15, 40, -9, -4, -1])
def test_a_truncated_gzip(pair: Callable[..., Path], cut: int) -> None:
    path = pair(IMAGES, LABELS, zipped=True)
    path.write_bytes(path.read_bytes()[:cut])
    assert "truncated or damaged" in fails(path)


def test_a_damaged_gzip(pair: Callable[..., Path]) -> None:
    path = pair(IMAGES, LABELS, zipped=True)
    content = bytearray(path.read_bytes())
    content[-6] ^= 1  # the checksum
    path.write_bytes(bytes(content))
    assert "truncated or damaged gzip" in fails(path)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("shape", [(1_250_000_000, 4, 2), (4_000_000_000,) * 3, (50_000_000, 1, 1)])
def test_a_declared_size_is_checked_before_anything_is_allocated(
    pair: Callable[..., Path], zipped: bool, shape: tuple[int, int, int]
) -> None:
    content = struct.pack(">BBBB", 0, 0, 8, 3) + b"".join(struct.pack(">I", size) for size in shape) + bytes(100)
    path = pair(content, LABELS, zipped=zipped)
    tracemalloc.start()
    try:
        text = fails(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "declares" in text
    assert peak < 5_000_000


def test_a_gzip_bomb_is_read_no_further_than_it_declares(pair: Callable[..., Path]) -> None:
    """50 MB of zeros behind a header that declares 144 bytes."""
    path = pair(GOOD + bytes(50_000_000), LABELS, zipped=True)
    tracemalloc.start()
    try:
        text = fails(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "more are there" in text
    assert peak < 5_000_000


def test_progress(pair: Callable[..., Path]) -> None:
    calls = []
    path = pair(IMAGES, LABELS)
    idx_reader.read_array(path, lambda done, total: calls.append((done, total)))
    assert calls[-1] == (144, 144)


def test_every_file_of_a_pair_counts_as_read(pair: Callable[..., Path], tmp_path: Path) -> None:
    images = pair(IMAGES, LABELS)
    pair(IMAGES[:6], LABELS[:6], "t10k-images-idx3-ubyte")
    read = files_read(images)
    assert {str(path) for path in tmp_path.iterdir()} <= set(read)
    for path in tmp_path.iterdir():
        with pytest.raises(ls.InputError, match="is a file that is read"):
            check_output(path, reads=read, force=True)
    assert files_read("iris") == []
    assert files_read("mine.csv", "test.csv") == ["mine.csv", "test.csv"]
