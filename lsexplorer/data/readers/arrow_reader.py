"""Reading Parquet and Arrow files, with pyarrow where it is installed."""

import re
from collections.abc import Sequence
from pathlib import Path

from lsexplorer.data.files import MAX_BYTES, MAX_CELLS, label, shown
from lsexplorer.data.frames import FrameColumn, columns_of
from lsexplorer.data.readers.frame_tables import read_frames
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Parts
from lsexplorer.errors import InputError

_INDEX = re.compile(r"__index_level_\d+__")
"""A column in which pandas keeps a frame's index."""


def read_arrow(path: Path, request: Request) -> Parts:
    """Samples of a Parquet or Arrow file (Feather), and those of a test file of the same columns.

    Raises InputError without pyarrow, for a file that it cannot read, and for more values than fit.
    """
    left_out: list[str] = []
    train, test = read_frames(path, request, lambda file: _columns(file, left_out))
    notes = ["The index that pandas stored was left out."] if left_out else []
    return train.with_notes(*notes), test


def _columns(path: Path, left_out: list[str]) -> Sequence[FrameColumn]:
    try:
        import pyarrow
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise InputError(
            f"{label(path)} is a Parquet or Arrow file, which needs pyarrow: pip install 'lsexplorer[tables]'"
        ) from None
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                parquet = pyarrow.parquet.ParquetFile(file)
                groups = [parquet.metadata.row_group(i).total_byte_size for i in range(parquet.metadata.num_row_groups)]
                _check(path, parquet.metadata.num_rows * parquet.metadata.num_columns, sum(groups))
                table = parquet.read()
            else:
                batches = pyarrow.ipc.open_file(file)
                table = batches.schema.empty_table()
                for i in range(batches.num_record_batches):
                    table = pyarrow.concat_tables([table, pyarrow.Table.from_batches([batches.get_batch(i)])])
                    _check(path, table.num_rows * table.num_columns, table.nbytes)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{label(path)} cannot be read: {shown(error, 120)}") from None
    index = [name for name in table.column_names if _INDEX.fullmatch(name)]
    left_out += index
    return columns_of(table.drop_columns(index), label(path))


def _check(path: Path, values: int, size: int) -> None:
    if values > MAX_CELLS or size > MAX_BYTES:
        raise InputError(
            f"{label(path)} holds {values:,} values in {size:,} bytes; at most {MAX_CELLS:,} and {MAX_BYTES:,} are read"
        )


ARROW = Reader(
    kind="Parquet or Arrow",
    files=".parquet, .feather",
    matches=lambda start: start.startswith((b"PAR1", b"ARROW1")),
    read=read_arrow,
    options=("target", "missing_marks", "drop", "keep"),
)
