"""A network's answers as an .npz file: written whole or not at all, read without unpickling.

A file holds y, logits or probabilities, and where they are known hidden, weight_norm and other measures of the weights.
Weights and training rows are not kept: what is measured of them is. What is measured of a file is, bit for bit, what
was measured of the answers that it was written from.
"""

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import label, shown
from lsexplorer.data.output import written
from lsexplorer.data.readers.npz_reader import read_arrays
from lsexplorer.errors import InputError
from lsexplorer.study.answers.answer import Answer, CheckedAnswer, as_answer, matrix
from lsexplorer.study.answers.inside import spread_rows

_ARRAYS = ("y", "logits", "probabilities", "hidden", "y_train", "logits_train", "hidden_train")
_SCALARS = re.compile(r"(weight_norm|spectral_product|path_norm|nc1|train_accuracy|(norm|largest|spectral)_[1-9]\d*)$")
"""The measures that a file may hold as numbers."""
_HIDDEN_OF = "hidden_of"
"""How many rows ``hidden`` was thinned from, where it was."""
_UNITS, _TRAIN_ROWS = "units", "train_rows"
"""The penultimate layer's units, where its activations are not kept; how many rows were trained on."""


def write_answer(path: str | os.PathLike[str], answer: Answer | CheckedAnswer) -> None:
    """Write a network's answers to an .npz file; single precision stays so.

    Raises InputError for what is no answer, and where the file cannot be written.
    """
    checked = as_answer(answer)
    arrays: dict[str, Any] = {
        "y": checked.y.astype(np.min_scalar_type(int(checked.y.max()))),
        "probabilities" if checked.are_probabilities else "logits": checked.outputs,
        **checked.scalars,
    }
    if checked.hidden is not None:
        arrays["hidden"] = checked.hidden
        arrays |= {_HIDDEN_OF: len(checked.y)} if len(checked.hidden) < len(checked.y) else {}
    elif checked.units > 1:
        arrays[_UNITS] = checked.units
    if checked.train_rows is not None:
        arrays[_TRAIN_ROWS] = checked.train_rows
    with written(path) as file:
        np.savez(file, **arrays)


def read_answer(path: str | os.PathLike[str]) -> CheckedAnswer:
    """A network's answers from an .npz file: one of `write_answer`, or any with the arrays of an Answer but weights.

    Raises InputError, in one line that names the file, for anything else.
    """
    path = Path(path)
    arrays = read_arrays(path, _is_wanted)
    try:
        return _answer(arrays)
    except InputError as error:
        raise InputError(f"{label(path)}: {error}") from None


def _is_wanted(name: str) -> bool:
    return name in (*_ARRAYS, _HIDDEN_OF, _UNITS, _TRAIN_ROWS) or bool(_SCALARS.match(name))


def _answer(arrays: dict[str, NDArray[Any]]) -> CheckedAnswer:
    if "y" not in arrays:
        held = ", ".join(arrays) or "none of these"
        raise InputError(f"there must be y, and logits or probabilities; it holds {shown(held, 100)}")
    numbers = {name: _number(arrays, name) for name in arrays if name not in _ARRAYS}
    given: dict[str, Any] = {name: arrays[name] for name in _ARRAYS if name in arrays}
    thinned, of = None, numbers.pop(_HIDDEN_OF, None)
    if of is not None:
        thinned = given.pop("hidden", None)
    checked = Answer(**given).checked()
    units, train_rows = numbers.pop(_UNITS, checked.units), numbers.pop(_TRAIN_ROWS, checked.train_rows)
    fields = vars(checked) | {"scalars": numbers | checked.scalars, "units": int(units)}
    fields["train_rows"] = None if train_rows is None else int(train_rows)
    if thinned is not None:
        hidden = matrix(thinned, "hidden")
        if of != len(checked.y) or len(hidden) != len(spread_rows(len(checked.y), hidden.shape[1])):
            raise InputError(f"hidden has the shape {thinned.shape}: not what is kept of {len(checked.y):,} rows")
        fields |= {"hidden": hidden, "units": hidden.shape[1]}
    return CheckedAnswer(**fields)


def _number(arrays: dict[str, NDArray[Any]], name: str) -> float:
    a = arrays[name]
    if a.size != 1 or a.dtype.kind not in "biuf":
        raise InputError(f"{name} must be one number, got the shape {a.shape} of {a.dtype}")
    number = float(a.ravel()[0])
    if not (np.isfinite(number) or name == "nc1") or number < 0:
        raise InputError(f"{name} must be a number of 0 or more, got {number:g}")
    if name in (_HIDDEN_OF, _UNITS, _TRAIN_ROWS) and not (number.is_integer() and 1 <= number < 2**53):
        raise InputError(f"{name} must be a whole number of 1 or more, got {number:g}")
    return number
