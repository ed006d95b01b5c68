"""The readers, and which of them a file is for."""

from pathlib import Path

from lsexplorer.data.files import check_file, label, opened
from lsexplorer.data.readers.arff_reader import ARFF
from lsexplorer.data.readers.arrow_reader import ARROW
from lsexplorer.data.readers.foreign import foreign
from lsexplorer.data.readers.idx_reader import IDX
from lsexplorer.data.readers.libsvm_reader import LIBSVM
from lsexplorer.data.readers.npz_reader import NPZ
from lsexplorer.data.readers.reader import Reader
from lsexplorer.data.readers.tabular import TEXT
from lsexplorer.errors import InputError

READERS: tuple[Reader, ...] = (NPZ, IDX, ARROW, ARFF, LIBSVM, TEXT)
"""In the order in which a file is offered to them; the last takes any."""

READABLE = "files that can be read are " + ", ".join(reader.files for reader in READERS)
"""For messages."""
_START = 2**16


def reader_of(path: Path) -> Reader:
    """The reader for a file, by its first bytes, not by its name; raises InputError for a format that is not read."""
    check_file(path)
    with opened(path) as file:
        start = file.read(_START)
    reason = foreign(start)
    if reason:
        raise InputError(f"{label(path)} {reason}")
    reader = next(reader for reader in READERS if reader.matches(start))
    if reader is TEXT and path.suffix.lower() == ".npz":
        raise InputError(f"{label(path)} is not an .npz file (a zip of arrays), or is damaged")
    return reader
