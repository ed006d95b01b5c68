"""Rows of a history whose losses and measures are computed for many steps at once, which is far quicker.

They are what they would be by themselves, to the last bit, since each sample's depends on that sample alone.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import Loss
from lsexplorer.nn.metrics import two_classes

BRIEF = ("loss", "accuracy", "logit_gap")
"""The measures that the history keeps of each part of the data."""
MOST_WAITING = 2**12
"""Logits that wait at most, about. With twice as many the C library gives memory back and takes it anew each time."""
FEW_UNITS = 8
"""Rows wait for networks of fewer output units than this. Laid out unit by unit, sums and largest entries over so few
take a fifth of the time; NumPy adds them in the same order, while from eight on it does not."""

Classes = NDArray[np.int64]


def brief_measures(losses: Array, z: Array, y: Classes, networks: int = 1) -> list[tuple[float, ...]]:
    """The BRIEF measures of m networks on n samples of classes y (n,).

    losses: (m·n,), and z: logits (m·n, K), one network's after the other's.
    """
    n, m, z = len(y), networks, two_classes(z)
    K = z.shape[1]
    z = z.reshape(m, n * K)
    # As logit_gap and correct of each network; the gap is the sum of K·z_y − Σ_k z_k over the samples, over n(K − 1).
    own = z.take(y + np.arange(0, n * K, K), axis=1)
    gaps = (K * np.add.reduce(own, axis=1) - np.add.reduce(z, axis=1)) / (n * (K - 1))
    right = np.add.reduce(z.reshape(m, n, K).argmax(axis=2) == y, axis=1)
    return list(zip(_means(losses, m), (right / n).tolist(), gaps.tolist(), strict=True))


class _Group(NamedTuple):
    """Rows that wait for the same entries, and what these follow from."""

    start: int
    """The first entry."""
    y: Classes | None
    """Classes (n,), where they are the BRIEF measures of a part of the data; else they are a loss alone."""
    rows: list[list[float]]
    targets: list[Array]
    """(n, K) each."""
    logits: list[Array]
    """(n, K) each."""

    def fill(self, losses: Array, z: Array) -> None:
        """Fill the rows in, from the losses (m·n,) and logits (m·n, K) of all."""
        m = len(self.rows)
        if self.y is None:
            for row, mean in zip(self.rows, _means(losses, m), strict=True):
                row[self.start] = mean
        else:
            for row, measures in zip(self.rows, brief_measures(losses, z, self.y, m), strict=True):
                row[self.start : self.start + len(BRIEF)] = measures


class WaitingRows:
    """Rows to fill in, whose losses are those of one function."""

    def __init__(self, output: Callable[[Array], Array], loss: Loss) -> None:
        """The output function of the network, and the loss."""
        self._output, self.loss = output, loss
        self._groups: dict[tuple[int, int, bool], _Group] = {}
        self._numbers = 0

    def add(self, row: list[float], start: int, t: Array, z: Array, y: Classes | None = None) -> None:
        """Fill in the entry ``start`` of a row later: the mean loss of targets t and logits z (n, K).

        With the classes y (n,) of a part of the data: the BRIEF measures from that entry on.
        """
        key = start, len(z), y is None
        group = self._groups.get(key)
        if group is None:
            self._groups[key] = group = _Group(start, y, [], [], [])
        group.rows.append(row)
        group.targets.append(t)
        group.logits.append(z)
        self._numbers += z.size
        if self._numbers > MOST_WAITING:
            self.settle()

    def settle(self) -> None:
        """Fill in all that waits."""
        if not self._numbers:
            return
        groups = self._groups.values()
        z = np.concatenate([z for group in groups for z in group.logits])
        t = np.concatenate([t for group in groups for t in group.targets])
        with np.errstate(all="ignore"):
            losses, at = self._losses(t, z), 0
            for group in groups:
                end = at + len(group.rows) * len(group.logits[0])
                group.fill(losses[at:end], z[at:end])
                at = end
        self._groups, self._numbers = {}, 0

    def _losses(self, t: Array, z: Array) -> Array:
        """Losses (n,), worked out unit by unit."""
        t, z = np.asfortranarray(t), np.asfortranarray(z)
        return self.loss.value(t, z, z if self.loss.of_logits else self._output(z))


def _means(losses: Array, networks: int) -> list[float]:
    """The mean of each network's share of the losses; one network's lie together."""
    each = losses.reshape(networks, -1)
    return list((np.add.reduce(each, axis=1) / each.shape[1]).tolist())
