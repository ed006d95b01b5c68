"""What a run starts from, for one network and for a bank: layer sizes, first weights, and batches.

The first weights follow from (seed), the order of an epoch's rows from (seed, epoch), so that any step can be replayed.
"""

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.limits import LIMITS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.run.evaluator import output_units
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.seeding import generator

MAX_PARAMETERS = 20_000_000
"""Most parameters of one network."""
MAX_BANK_PARAMETERS = 100_000_000
"""Most parameters of all networks of a bank together."""
SHORT_ORDER = 256
"""Orders of up to this many rows are kept for banks, since those on other splits take the same ones: 16 MB at most."""
MOST_GATHERED = 2**15
"""Numbers in X and T up to which an epoch's rows are put in order at once, rather than batch by batch."""
_INIT_STREAM, _ORDER_STREAM = 0, 1


def layer_sizes(data: Dataset, hp: Hyperparameters, networks: int = 1) -> tuple[int, ...]:
    """Units of each layer, inputs first; raises InputError for more than MAX_PARAMETERS or MAX_BANK_PARAMETERS."""
    sizes = (data.X_train.shape[1], *hp.hidden, output_units(data, hp))
    count = sum((i + 1) * o for i, o in itertools.pairwise(sizes))
    most = MAX_PARAMETERS if LIMITS.max_parameters is None else min(LIMITS.max_parameters, MAX_PARAMETERS)
    if count > most:
        raise InputError(
            f"a network {'-'.join(map(str, sizes))} has {count:,} parameters, more than {most:,}: "
            "use fewer hidden units"
        )
    if count * networks > MAX_BANK_PARAMETERS:
        raise InputError(
            f"{networks:,} networks {'-'.join(map(str, sizes))} have {count * networks:,} parameters, more than "
            f"{MAX_BANK_PARAMETERS:,}: train them in smaller banks"
        )
    return sizes


def draw_first_weights(network: Network, hp: Hyperparameters) -> None:
    """Set a single network's parameters to those of step 0."""
    network.initialize(hp.init, np.random.default_rng((hp.seed, _INIT_STREAM)))


def epoch_order(seed: int, epoch: int, rows: int) -> NDArray[np.int64]:
    """The order in which an epoch, 0 for the first, takes the training rows: row numbers (rows,), read-only."""
    return (_kept_order if rows <= SHORT_ORDER else drawn_order)(seed, epoch, rows)


def drawn_order(seed: int, epoch: int, rows: int) -> NDArray[np.int64]:
    """The same, not kept: a long run, which seldom comes back to an epoch, takes the same memory however long it is."""
    order = generator(seed, _ORDER_STREAM, epoch).permutation(rows)
    order.flags.writeable = False
    return order


_kept_order = lru_cache(8192)(drawn_order)


def steps_per_epoch(data: Dataset, hp: Hyperparameters) -> int:
    """Batches in an epoch; the last one may be smaller."""
    return -(-len(data.X_train) // hp.batch_size)


class Batches:
    """Which training rows each step of a run takes."""

    def __init__(self, data: Dataset, hp: Hyperparameters) -> None:
        self._X, self._seed, self._count, self._size = data.X_train, hp.seed, len(data.X_train), hp.batch_size
        self._steps_per_epoch = steps_per_epoch(data, hp)
        self._epoch, self._order = -1, np.array([], dtype=np.int64)
        self._gathered: tuple[int, Array, Array, Array] | None = None
        """An epoch, the targets T of all rows, and X and T in the epoch's order."""

    def after(self, step: int) -> NDArray[np.int64]:
        """Row numbers into X_train of the batch that comes after ``step`` steps."""
        epoch, place = divmod(step, self._steps_per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, drawn_order(self._seed, epoch, self._count)
        return self._order[place * self._size : (place + 1) * self._size]

    def samples(self, step: int, T: Array) -> tuple[Array, Array]:
        """Inputs and targets of that batch, not to be written to; T: targets (n, K) of all training rows."""
        epoch, place = divmod(step, self._steps_per_epoch)
        gathered = self._gathered
        if gathered is None or gathered[0] != epoch or gathered[1] is not T:
            if self._X.size + T.size > MOST_GATHERED:
                rows = self.after(step)
                return self._X.take(rows, axis=0), T.take(rows, axis=0)
            order = drawn_order(self._seed, epoch, self._count)
            self._gathered = gathered = epoch, T, self._X.take(order, axis=0), T.take(order, axis=0)
        start = place * self._size
        end = start + self._size
        return gathered[2][start:end], gathered[3][start:end]

    def next_with(self, row: int, step: int) -> int:
        """The first step count, ``step`` or later, after which the next batch holds a training row."""
        epoch = step // self._steps_per_epoch
        while True:
            place = int(np.flatnonzero(drawn_order(self._seed, epoch, self._count) == row)[0])
            start = epoch * self._steps_per_epoch + place // self._size
            if start >= step:
                return start
            epoch += 1
