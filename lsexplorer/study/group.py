"""Networks of a bank that step as one: every line of a step is one NumPy call for all of them.

How a bank is cut into groups, and what was measured for it (µs per network-step, float64, one core of two that others
used too, so that the ratios count):

* Members of one seed share x (n, i), and their first layer is one wide matrix product. Members of several seeds in one
  group need x (n, i, R), gathered for each, and a first layer without the wide product, but save some 30 calls a seed.
  Together and by seed: 4-5-3, batch 16, 64 networks of 8 seeds 2.2 and 7.5, 256 of 4 seeds 1.4 and 1.8, 256 of 256
  seeds 1.7 and 46; 13-8-3, batch 16, 128 of 8 seeds 3.0 and 4.8; 64-32-10, batch 32, 64 of 64 seeds 47 and 61, of 16
  seeds 49 and 38. So seeds go together while the first layer's products are few: TOGETHER.
* Wide groups need fewer calls, narrow ones stay in the cache. 4-5-3, batch 16: groups of 1024 networks .90, of 512 .97,
  of 256 1.15. 64-32-10, batch 32: 128 27, 64 25, 32 25. 784-5-10, batch 32: 128 25, 64 22, 32 24. 784-64-10, batch
  32: 32 413, 16 375, 8 345, 4 316. So the widest activation and the parameters are bounded: ACTIVATIONS, PARAMETERS.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import signal_function
from lsexplorer.nn.network import Network
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.nn.updates import Strength, Update
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import draw_first_weights, epoch_order

TOGETHER = 70_000
"""Members of several seeds go in one group while batch × inputs × first units × networks per seed is at most this."""
ACTIVATIONS, PARAMETERS = 80_000, 500_000
"""Numbers that a group's widest activation, batch × units × networks, and its parameters hold at most."""


def grouped(seeds: Sequence[int], sizes: Sequence[int], batch_size: int) -> list[list[int]]:
    """The members, numbered as in ``seeds``, of each group; see the module's docstring."""
    by_seed: dict[int, list[int]] = {}
    for member, seed in enumerate(seeds):
        by_seed.setdefault(seed, []).append(member)
    parts = list(by_seed.values())
    if batch_size * sizes[0] * sizes[1] * len(seeds) <= TOGETHER * len(parts):
        parts = [[member for part in parts for member in part]]
    parameters = sum((i + 1) * o for i, o in pairwise(sizes))
    limit = max(1, min(ACTIVATIONS // (batch_size * max(sizes[1:])), PARAMETERS // parameters))
    # Pieces of equal size: 256 networks at most 200 at a time are twice 128.
    pieces = [(part, math.ceil(len(part) / math.ceil(len(part) / limit))) for part in parts]
    return [part[at : at + size] for part, size in pieces for at in range(0, len(part), size)]


class Group:
    """Some of a bank's members, on the last axis.

    members: their numbers in the bank. Members of one seed share each batch, x (n, i); those of several seeds have
    each its own, x (n, i, R). diverged (R,): whose numbers have overflowed.
    """

    def __init__(
        self, data: Dataset, T: Array, sizes: Sequence[int], members: Sequence[int], hps: Sequence[Hyperparameters]
    ) -> None:
        """Start at step 0; T (samples, K) are the training targets before any smoothing."""
        self.members = np.array(members)
        hp = hps[0]
        self.network = Network(sizes, hp.activation, hp.output, networks=len(hps))
        self._seeds = list(dict.fromkeys(one.seed for one in hps))
        self._seed_of = np.array([self._seeds.index(one.seed) for one in hps])
        for r, first in enumerate(self._first_weights(sizes, hps)):
            self.network.parameters[:, self._seed_of == r] = first[:, None]
        self._data, self._T, self._batch_size = data, T, hp.batch_size
        self._smoothing = _strength([one.label_smoothing for one in hps])
        self._signal = signal_function(hp.output, hp.loss, hp.softmax_jacobian)
        own = {n: _strength([getattr(one, n) for one in hps]) for n in ("learning_rate", "l1", "l2", "weight_decay")}
        self._update = Update(hp.optimizer, momentum=hp.momentum, nesterov=hp.nesterov, **own)
        self._state = self._update.new_state(self.network.parameters)
        self._pull = self.network.blocks(np.zeros_like(self.network.parameters))
        self._epoch, self._order = -1, np.array([], dtype=np.int64)
        self.diverged = np.zeros(len(hps), dtype=bool)

    def _first_weights(self, sizes: Sequence[int], hps: Sequence[Hyperparameters]) -> list[Array]:
        """One flat array of parameters (P,) for each seed."""
        found = []
        for seed in self._seeds:
            network = Network(sizes, hps[0].activation, hps[0].output)
            draw_first_weights(network, hps[0].replace(seed=seed))
            found.append(network.parameters)
        return found

    @property
    def state(self) -> Array:
        """The optimiser's arrays (slots, P, R), not to be written to."""
        return self._state

    def restore(self, parameters: Array, state: Array) -> None:
        """Take on parameters (P, R) and optimiser state (slots, P, R); members whose numbers are NaN have diverged."""
        self.network.parameters[...] = parameters
        self._state[...] = state
        self.diverged = np.asarray(np.isnan(parameters).any(axis=0))

    def advance(self, epoch: int, at: int, step: int) -> None:
        """Train one step, number ``step`` counted from 1, on batch ``at`` of an epoch."""
        network = self.network
        x, t = self._batch(epoch, at)
        done = network.forward(x)
        network.pull(done, network.signals(done, self._signal(t, done.logits, done.outputs)), out=self._pull)
        self._update.apply(network.parameters, network.weight_count, self._pull.flat, self._state, step)
        self._freeze_diverged()

    def _batch(self, epoch: int, at: int) -> tuple[Array, Array]:
        """Inputs (n, i[, R]) and smoothed targets (n, K, R or 1)."""
        X, T = self._data.X_train, self._T
        if epoch != self._epoch:
            orders = [epoch_order(seed, epoch, len(X)) for seed in self._seeds]
            self._order = orders[0] if len(orders) == 1 else np.stack(orders, axis=1)[:, self._seed_of]
            self._epoch = epoch
        rows = self._order[at * self._batch_size : (at + 1) * self._batch_size]
        if rows.ndim == 1:
            x, t = X.take(rows, axis=0), T.take(rows, axis=0)[:, :, None]
        else:
            x, t = (A.T.take(rows, axis=1).swapaxes(0, 1) for A in (X, T))
        return x, smooth_labels(t, self._smoothing) if np.any(self._smoothing) else t

    def _freeze_diverged(self) -> None:
        """Set members to NaN where the sum of squares is no finite number, which is where a Trainer stops."""
        flat = self.network.parameters
        if np.isfinite(flat.ravel().dot(flat.ravel())):
            return
        self.diverged = ~np.isfinite(np.einsum("pr,pr->r", flat, flat))
        flat[:, self.diverged] = np.nan


def _strength(values: list[float]) -> Strength:
    """One number where all agree, else an array (R,)."""
    return values[0] if len(set(values)) == 1 else np.array(values)
