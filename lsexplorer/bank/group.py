"""Networks of a bank that step as one: every line of a step is one NumPy call for all of them.

How a bank is cut into groups, and what was measured for it (µs per network-step, float64, one core of two that others
used too, so that the ratios count):

* Members of one seed share x (n, i). Those of several seeds in one group need x (n, i, R), gathered for each, but save
  some 40 calls a seed. Together and by seed: 4-5-3, batch 16, 256 networks of 64 seeds 2.7 and 26, of 4 seeds 1.8 and
  2.0; 64-8-10, batch 32, 64 networks of 16 seeds 16 and 33, of 2 seeds 15 and 12; 64-32-10 of 64 seeds 25 and 92, of 4
  seeds 22 and 24; 784-5-10 of 64 seeds 112 and 148, of 16 seeds 86 and 61; 784-64-10, 16 networks of 16 seeds 325 and
  365, of 4 seeds 304 and 276. So seeds go together while they have few x to gather: TOGETHER.
* How a group lies in memory (nn/arrays.py): apart, if the first layer has many units, or if its x is not shared and
  einsum is not for it; else with the networks last.
* Wide groups need fewer calls, narrow ones stay in the cache. 4-5-3, batch 16: groups of 1024 networks .90, of 512 .97,
  of 256 1.15. 64-32-10, batch 32: 64 15.5, 32 16.2, 16 21. 784-5-10, batch 32: 64 20, 32 23, 16 26. 784-64-10, batch
  32: 16 303, 8 293, 4 280, 2 296. So the widest activation and the parameters are bounded: ACTIVATIONS, PARAMETERS.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array, by_einsum
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularizers import signal_rule, target_rule
from lsexplorer.nn.updates import FusedSGD, Update
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import draw_first_weights, epoch_order

TOGETHER = 40_000
"""Members of several seeds go in one group while batch × inputs × networks per seed is at most this."""
APART = 16
"""From so many units in the first layer on, a group's networks lie apart."""
ACTIVATIONS, PARAMETERS = 80_000, 500_000
"""Numbers that a group's widest activation, batch × units × networks, and its parameters hold at most."""

MANY_KINDS = 100
"""Targets of up to so many kinds are smoothed once, and not batch by batch."""


def grouped(seeds: Sequence[int], sizes: Sequence[int], batch_size: int) -> list[list[int]]:
    """The members, numbered as in ``seeds``, of each group; see the module's docstring."""
    by_seed: dict[int, list[int]] = {}
    for member, seed in enumerate(seeds):
        by_seed.setdefault(seed, []).append(member)
    parts = list(by_seed.values())
    if batch_size * sizes[0] * len(seeds) <= TOGETHER * len(parts):
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
        self._seeds = list(dict.fromkeys(one.seed for one in hps))
        self._seed_of = np.array([self._seeds.index(one.seed) for one in hps])
        gathered = len(self._seeds) > 1 and not by_einsum(sizes[0], sizes[1], len(hps))
        self._apart = sizes[1] >= APART or gathered
        self.network = Network(sizes, hp.activation, hp.output, len(hps), self._apart)
        for r, first in enumerate(self._first_weights(sizes, hps)):
            self.network.parameters[:, self._seed_of == r] = first[:, None]
        self._data, self._T, self._batch_size = data, T, hp.batch_size
        self._soften, self._signal, self._update = target_rule(hps), signal_rule(hps), Update.of(hps)
        self._kinds = _kinds(T, self._soften)
        plain = FusedSGD.fits(self._update)
        self._descent = FusedSGD(self._update, self.network.parameters, self.network.weight_count) if plain else None
        self._state = self._update.new_state(self.network.parameters)
        self._pull = self.network.blocks(np.zeros_like(self.network.parameters))
        self._epoch, self._order = -1, np.array([], dtype=np.int64)
        self._numbers = self.network.parameters.ravel(order="K")
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

    def advance(self, epoch: int, at: int, step: int, last: bool) -> None:
        """Train one step, number ``step`` counted from 1, on batch ``at`` of an epoch.

        last: whether the state may be asked for after it. Plain descent has no use for one itself.
        """
        network = self.network
        x, t = self._batch(epoch, at)
        done = network.forward(x)
        delta = self._signal(t, done.logits, done.outputs)
        if self._descent:
            network.pull(done, delta, self._pull, self._descent.learning_rate)
            if last:
                self._state[0] = self._descent.velocity(self._pull.flat)
            self._descent.step(self._pull.flat)
        else:
            network.pull(done, delta, self._pull)
            self._update.apply(network.parameters, network.weight_count, self._pull.flat, self._state, step)
        self._freeze_diverged()

    def _batch(self, epoch: int, at: int) -> tuple[Array, Array]:
        """Inputs (n, i[, R]) and smoothed targets (n, K, R)."""
        X, T = self._data.X_train, self._T
        if epoch != self._epoch:
            orders = [epoch_order(seed, epoch, len(X)) for seed in self._seeds]
            self._order = orders[0] if len(orders) == 1 else np.stack(orders, axis=1)[:, self._seed_of]
            self._epoch = epoch
        rows = self._order[at * self._batch_size : (at + 1) * self._batch_size]
        if rows.ndim == 1:
            x = X.take(rows, axis=0)
            if self._kinds is not None:
                kind, smooth = self._kinds
                return x, smooth.take(kind.take(rows), axis=0)
            t = T.take(rows, axis=0)[:, :, None]
        else:
            x = X.take(rows.T, axis=0).transpose(1, 2, 0) if self._apart else X.T.take(rows, axis=1).swapaxes(0, 1)
            t = T.T.take(rows, axis=1).swapaxes(0, 1)
        return x, self._soften(t)

    def _freeze_diverged(self) -> None:
        """Set members to NaN where the sum of squares is no finite number, which is where a Trainer stops."""
        if math.isfinite(self._numbers.dot(self._numbers)):
            return
        flat = self.network.parameters
        self.diverged = ~np.isfinite(np.einsum("pr,pr->r", flat, flat))
        flat[:, self.diverged] = np.nan


def _kinds(T: Array, soften: Callable[[Array], Array]) -> tuple[NDArray[np.int64], Array] | None:
    """Each sample's kind (samples,), and the smoothed targets (kinds, K, R) of each; None where there are many.

    There are as many as classes, unless the data has targets of its own.
    """
    rows, kind = np.unique(T, axis=0, return_inverse=True)
    return (kind.reshape(-1), soften(rows[:, :, None])) if len(rows) <= MANY_KINDS else None
