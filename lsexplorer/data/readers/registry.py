"""The readers, and which of them a file is for."""

from pathlib import Path

from lsexplorer.data.files import check_file, label, opened
from lsexplorer.data.readers.idx_reader import IDX
from lsexplorer.data.readers.npz_reader import NPZ
from lsexplorer.data.readers.reader import Reader
from lsexplorer.data.readers.tabular import TEXT
from lsexplorer.errors import InputError

READERS: tuple[Reader, ...] = (NPZ, IDX, TEXT)
"""In the order in which a file is offered to them; the last takes any."""

READABLE = "files that can be read are " + ", ".join(reader.files for reader in READERS)
"""For messages."""
_PICKLE = "is a pickle, which is never read, since it could run code; " + READABLE
_FOREIGN = {
    b"\x93NUMPY": "is a single .npy array: save predictors and classes together with numpy.savez(path, X=X, y=y)",
    b"\x89HDF": f"is an HDF5 file; {READABLE}",
    b"PAR1\x15": f"is a Parquet file; {READABLE}",
    b"SQLite f": f"is an SQLite file; {READABLE}",
    b"\x80\x04": _PICKLE,
    b"\x80\x05": _PICKLE,
}


def reader_of(path: Path) -> Reader:
    """The reader for a file, by its first bytes, not by its name; raises InputError for a format that is not read."""
    check_file(path)
    with opened(path) as file:
        start = file.read(8)
    for magic, reason in _FOREIGN.items():
        if start.startswith(magic):
            raise InputError(f"{label(path)} {reason}")
    reader = next(reader for reader in READERS if reader.matches(start))
    if reader is TEXT and path.suffix.lower() == ".npz":
        raise InputError(f"{label(path)} is not an .npz file (a zip of arrays), or is damaged")
    return reader
