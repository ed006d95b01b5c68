"""Pairwise measures: how close two networks are on the same test rows."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

from lsexplorer.nn import similarity
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import two_classes
from lsexplorer.study.measures import Measured


class Compared(NamedTuple):
    """What networks are compared with others by."""

    classes: similarity.Classes
    """What they answer (R, rows)."""
    logits: similarity.Centred
    hidden: similarity.Centred | None
    probabilities: similarity.Probabilities | None

    @classmethod
    def of(cls, measured: Measured) -> "Compared":
        """Of some networks."""
        hidden, log_p = measured.hidden, measured.log_p
        return cls(
            similarity.answered(measured.logits),
            similarity.Centred.of(two_classes(measured.logits)),
            None if hidden is None else similarity.Centred.of(hidden),
            None if log_p is None else similarity.Probabilities.of(log_p),
        )


def all_pairs(a: Compared, b: Compared) -> dict[str, Array]:
    """The pairwise measures of every network of ``a`` with every one of ``b``, (n of a, n of b) by name."""
    values = {
        "agreement": similarity.agreement_pairs(a.classes, b.classes),
        "cka_logits": similarity.linear_cka_pairs(a.logits, b.logits),
    }
    if a.hidden is not None and b.hidden is not None:
        values["cka_hidden"] = similarity.linear_cka_pairs(a.hidden, b.hidden)
    if a.probabilities is not None and b.probabilities is not None:
        rows = a.classes.shape[1]
        values["jensen_shannon"] = similarity.jensen_shannon_pairs(a.probabilities, b.probabilities, rows)
    return values


def on_rows(measured: Measured, rows: NDArray[Any]) -> Measured:
    """The same networks, with pairwise measures from some of the rows."""
    log_p, hidden = (None if values is None else values[rows] for values in (measured.log_p, measured.hidden))
    return measured._replace(logits=measured.logits[rows], log_p=log_p, hidden=hidden)
