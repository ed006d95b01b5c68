"""Loading a data set: a built-in one by name, or a person's own from a file."""

import os
from collections.abc import Sequence

from lsexplorer.data import builtin
from lsexplorer.data.assemble import assemble
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import Progress, shown
from lsexplorer.data.made import MADE
from lsexplorer.data.options import LoadOptions, Missing, as_texts
from lsexplorer.errors import InputError
from lsexplorer.limits import LIMITS


def load_dataset(
    source: str | os.PathLike[str],
    *,
    target: str | int | None = None,
    test_size: float = 0.2,
    test_file: str | os.PathLike[str] | None = None,
    missing: Missing | None = None,
    label_noise: float = 0.0,
    seed: int = 0,
    header: bool | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    comment: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    missing_marks: Sequence[str | int] = (),
    drop: Sequence[str | int] = (),
    keep: Sequence[str | int] = (),
    noise: float | None = None,
    samples: int | None = None,
    data_seed: int = 0,
    progress: Progress | None = None,
) -> Dataset:
    """Load a data set, split it (stratified, by ``seed``) and scale it by the training part alone.

    source: a built-in name, or a file: .csv, .tsv or other delimited text, .npz, or the images file of an idx pair;
    packed by gzip, bzip2 or xz, or in a zip, too. "-" is standard input.
    A file is known by its contents, not by its name; a file that is called as a built-in set is given as ./iris.
    The options are those of LoadOptions. progress: called with (bytes done, bytes in all) while a file is read.
    Raises InputError, in one line, for a source that is not there or cannot be used.
    """
    options = LoadOptions(
        target=None if target is None else as_texts([target])[0],
        test_size=test_size,
        test_file=None if test_file is None else os.fspath(test_file),
        missing=missing,
        label_noise=label_noise,
        seed=seed,
        header=header,
        delimiter=delimiter,
        encoding=encoding,
        comment=comment,
        decimal=decimal,
        thousands=thousands,
        missing_marks=as_texts(missing_marks),
        drop=as_texts(drop),
        keep=as_texts(keep),
        noise=noise,
        samples=samples,
        data_seed=data_seed,
    )
    if not isinstance(source, str | os.PathLike):
        raise InputError(
            "a source is a name or a file; Dataset.from_arrays(X, y) takes arrays, "
            "and Dataset.from_frame(frame, target) a data frame"
        )
    name = os.fspath(source)
    if source not in MADE:
        for option in options.made_options:
            raise InputError(f"{option} goes with the data that are made, {', '.join(MADE)}; '{shown(name)}' is not")
    if isinstance(source, str) and source in builtin.BUILTINS:
        for option in (*options.text_options, *(["test_file"] if test_file is not None else [])):
            raise InputError(f"{option} goes with a file of one's own; the built-in set '{source}' has its own")
        return assemble(source, source, *builtin.read(source, options), options)
    from lsexplorer.data.own_file import read_own  # only where it is needed: it has all the readers

    named = [name] if options.test_file is None else [name, options.test_file]
    for file in named:
        LIMITS.check_file(file)
    own = read_own(named, options, progress)
    return assemble(own.stem, "" if own.is_stream else name, own.train, own.test, options)


def files_read(source: str | os.PathLike[str], test_file: str | os.PathLike[str] | None = None) -> list[str]:
    """The files that loading a data set reads, or might read if they are there; none for a built-in set."""
    named = [] if source in builtin.BUILTINS else [os.fspath(source)]
    if test_file is not None:
        named.append(os.fspath(test_file))
    if not named:
        return []
    from lsexplorer.data.readers.registry import READERS

    beside = [file for name in named if name for reader in READERS for file in reader.companions(name)]
    return [*filter(None, named), *beside]
