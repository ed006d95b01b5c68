"""Rows of a history whose losses and measures are computed for many steps at once, which is far quicker.

They are what they would be by themselves, to the last bit, since each sample's depends on that sample alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import PerSample
from lsexplorer.nn.metrics import correct, two_classes

BRIEF = ("loss", "accuracy", "logit_gap")
"""The measures that the history keeps of each part of the data."""
MOST_WAITING = 2**13
"""Logits that wait at most, about."""
FEW_UNITS = 8
"""Rows wait for networks of fewer output units than this. Laid out unit by unit, sums and largest entries over so few
take a fifth of the time; NumPy adds them in the same order, while from eight on it does not."""

Part = tuple[PerSample, Array, NDArray[np.int64]]
"""The loss, targets (n, K) and classes (n,) of a part of the data."""


def brief_measures(part: Part, z: Array, o: Array, networks: int = 1) -> list[tuple[float, ...]]:
    """The BRIEF measures of m networks on a part of n samples; z and o: (m·n, K), one network's after the other's."""
    loss, T, y = part
    n, m = len(y), networks
    losses = loss(*(_laid_out(arrays) for arrays in ([T] * m, [z], [o])))
    y = np.tile(y, m)
    right, z = correct(z, y), two_classes(z)
    K = z.shape[1]
    own = z.ravel().take(y + np.arange(0, z.size, K))
    # logit_gap of each network: the sum of K·z_y − Σ_k z_k over the samples, over n(K − 1).
    gaps = (K * _sums(own, m) - _sums(z, m)) / (n * (K - 1))
    return list(zip((_sums(losses, m) / n).tolist(), (_sums(right, m) / n).tolist(), gaps.tolist(), strict=True))


class WaitingRows:
    """Rows to fill in, and the logits that they follow from."""

    def __init__(self, output: Callable[[Array], Array]) -> None:
        """output: the output function of the network."""
        self._output = output
        self._clear()

    def _clear(self) -> None:
        self._batches: dict[tuple[PerSample, int], list[tuple[list[float], Array, Array]]] = {}
        self._parts: dict[int, tuple[Part, list[tuple[list[float], Array]]]] = {}
        self._numbers = 0

    def add_batch(self, row: list[float], loss: PerSample, t: Array, z: Array) -> None:
        """Fill in the last entry of a row later: the mean loss of targets t and logits z (n, K)."""
        self._batches.setdefault((loss, len(z)), []).append((row, t, z))
        self._count(z)

    def add_part(self, row: list[float], start: int, part: Part, z: Array) -> None:
        """Fill in BRIEF from entry ``start`` of a row on: of logits z (n, K) of a part.

        ``start`` stands for the part: settle before it changes.
        """
        self._parts.setdefault(start, (part, []))[1].append((row, z))
        self._count(z)

    def _count(self, z: Array) -> None:
        self._numbers += z.size
        if self._numbers > MOST_WAITING:
            self.settle()

    def settle(self) -> None:
        """Fill in all that waits."""
        if not self._numbers:
            return
        with np.errstate(all="ignore"):
            for (loss, n), batches in self._batches.items():
                rows, t, z = zip(*batches, strict=True)
                logits = _laid_out(z)
                sums = _sums(loss(_laid_out(t), logits, self._output(logits)), len(rows))
                for row, mean in zip(rows, (sums / n).tolist(), strict=True):
                    row[-1] = mean
            for start, (part, waiting) in self._parts.items():
                rows, z = zip(*waiting, strict=True)
                logits = _laid_out(z)
                measures = brief_measures(part, logits, self._output(logits), len(rows))
                for row, values in zip(rows, measures, strict=True):
                    row[start : start + len(BRIEF)] = values
        self._clear()


def _laid_out(arrays: Sequence[Array]) -> Array:
    """Arrays (n, K) as one, laid out unit by unit if these are few."""
    joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    return np.asfortranarray(joined) if joined.shape[1] < FEW_UNITS else joined


def _sums(values: Array | NDArray[np.bool_], networks: int) -> Array:
    """The sums of each network's share of the values (samples[, K]); one network's lie together."""
    return np.asarray(np.add.reduce(values.reshape(networks, -1), axis=1, dtype=np.float64))
