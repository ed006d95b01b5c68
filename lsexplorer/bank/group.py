"""Networks of a bank that step as one: every line of a step is one NumPy call for all of them.

How a bank is cut into groups, with measurements in µs per network-step (float64, one of two busy cores, so that only
their ratios count):

* Members of one seed share x (n, i). Those of several seeds in one group need x (n, i, R), gathered for each, but save
  some 40 calls a seed. Together and by seed: 4-5-3, batch 16, 256 networks of 64 seeds 2.7 and 26, of 4 seeds 1.8 and
  2.0; 64-8-10, batch 32, 64 networks of 16 seeds 16 and 33, of 2 seeds 15 and 12; 64-32-10 of 64 seeds 25 and 92, of 4
  seeds 22 and 24; 784-5-10 of 64 seeds 112 and 148, of 16 seeds 86 and 61; 784-64-10, 16 networks of 16 seeds 325 and
  365, of 4 seeds 304 and 276. So seeds go together while they have little x to gather: TOGETHER.
* A group's memory layout (nn/arrays.py) is network-major if the first layer has many units, or if x is not shared and
  einsum is not used for it; else network-minor.
* Where compiled loops fit (bank/compiled.py), all members are one group, whatever their seeds. The rest is for others.
* Members that share their batches and go by plain SGD are trained by bank/shared_batch.py, if they are many or large;
  seeds then stay apart. Together and by seed, on two very busy cores: 64-32-10, 64 networks of 4 seeds 64 and 43, of 8
  69 and 61, of 16 56 and 55; 784-64-10, 16 networks of 16 seeds 730 and 597.
* Wide groups need fewer calls, narrow ones stay in the cache. 4-5-3, batch 16: groups of 1024 networks .90, of 512 .97,
  of 256 1.15. 64-32-10, batch 32: 64 15.5, 32 16.2, 16 21. 784-5-10, batch 32: 64 20, 32 23, 16 26. 784-64-10, batch
  32: 16 303, 8 293, 4 280, 2 296. With shared batches: 64-32-10 128 30, 64 28, 32 24, 16 27; 784-5-10 128 48, 64 43, 32
  45, 16 53; 784-64-10 16 433, 8 382, 4 389, 2 421. So the widest activation and the parameters are bounded:
  ACTIVATIONS, PARAMETERS.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.compiled import CompiledSteps, fits
from lsexplorer.bank.shared_batch import SharedBatch
from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array, Precision, by_einsum
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.nn.regularization import target_rule
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import draw_first_weights, epoch_order, layer_sizes, steps_per_epoch
from lsexplorer.run.training_step import TrainingStep

TOGETHER = 40_000
"""Members of several seeds form one group while batch × inputs × networks per seed is at most this."""
NETWORK_MAJOR_UNITS = 16
"""From this many units in the first layer on, a group is network-major."""
ACTIVATIONS = 41_000
"""Most numbers in a group's widest activation, batch × units × networks."""
PARAMETERS = 500_000
"""Most numbers in a group's parameters."""

MAX_DISTINCT_TARGETS = 100
"""Up to this many distinct targets are smoothed once, rather than batch by batch."""


def grouped(seeds: Sequence[int], sizes: Sequence[int], batch_size: int, apart: bool = False) -> list[list[int]]:
    """The members of each group, numbered as in ``seeds``; the module's docstring gives the reasons.

    sizes: units of each layer, inputs first. apart: let no group have two seeds.
    """
    by_seed: dict[int, list[int]] = {}
    for member, seed in enumerate(seeds):
        by_seed.setdefault(seed, []).append(member)
    parts = list(by_seed.values())
    if not apart and batch_size * sizes[0] * len(seeds) <= TOGETHER * len(parts):
        parts = [[member for part in parts for member in part]]
    parameters = sum((i + 1) * o for i, o in pairwise(sizes))
    limit = max(1, min(ACTIVATIONS // (batch_size * max(sizes[1:])), PARAMETERS // parameters))
    # Pieces of equal size: 256 networks at most 200 at a time are twice 128.
    pieces = [(part, math.ceil(len(part) / math.ceil(len(part) / limit))) for part in parts]
    return [part[at : at + size] for part, size in pieces for at in range(0, len(part), size)]


class Group:
    """Some of a bank's members, on the last axis."""

    def __init__(
        self,
        data: Dataset,
        T: Array,
        *,
        members: Sequence[int],
        hyperparameters: Sequence[Hyperparameters],
        pattern_targets: PatternTargets | None = None,
        compiled: bool = False,
        dtype: Precision = np.float64,
    ) -> None:
        """Start at step 0.

        T: training targets (samples, K) before any smoothing. members: their numbers in the bank. pattern_targets:
        those of all members, stacked. compiled: use compiled loops for members that fit. dtype: in which they train.
        """
        self.members = np.array(members)
        """The members' numbers in the bank, (R,)."""
        hps, hp = hyperparameters, hyperparameters[0]
        sizes = layer_sizes(data, hp)
        self._seeds = list(dict.fromkeys(member.seed for member in hps))
        self._seed_of = np.array([self._seeds.index(member.seed) for member in hps])
        plain, alone = pattern_targets is None, len(self._seeds) == 1
        shared = plain and alone and SharedBatch.fits(hps, sizes[0] * sizes[1] * len(hps))
        loops = compiled and plain and fits(hps, sizes, shared)
        gathered = len(self._seeds) > 1 and not by_einsum(sizes[0], sizes[1], len(hps))
        self._network_major = sizes[1] >= NETWORK_MAJOR_UNITS or gathered or loops
        self._new_network = partial(
            Network, sizes, hp.activation, hp.output, networks=len(hps), network_major=self._network_major
        )
        self._network = self._new_network(dtype=dtype)
        for r, seed in enumerate(self._seeds):
            first = Network(sizes, hp.activation, hp.output)
            draw_first_weights(first, hp.replace(seed=seed))
            self._network.parameters[:, self._seed_of == r] = first.parameters[:, None]
        self._X, self._y, self._T = data.X_train.astype(dtype, copy=False), data.y_train, T
        self._batch_size, self._soften = min(hp.batch_size, len(T)), target_rule(hps)
        self._distinct = distinct_targets(T, self._soften, dtype)
        self._needs_classes = pattern_targets is not None
        self._step: TrainingStep | SharedBatch
        self._shared: SharedBatch | None = None
        self._compiled: CompiledSteps | None = None
        if shared and not loops:
            self._step = self._shared = SharedBatch(self._network, hps, compiled)
            if self._distinct is not None:
                self._distinct = self._distinct[0], np.asfortranarray(self._distinct[1])
        else:
            self._step = TrainingStep(self._network, hps, pattern_targets=pattern_targets, fused=True)
            if loops and self._distinct is not None:
                self._compiled = CompiledSteps(self._network, hps, self._X, self._distinct)
        self._before: tuple[int, Array] | None = None
        self._steps_per_epoch = steps_per_epoch(data, hp)
        self._epoch, self._order = -1, np.array([], dtype=np.int64)
        self._orders_epoch, self._all_orders = -1, np.tile(np.arange(len(self._X)), (len(self._seeds), 1))
        self._numbers = self._network.parameters.ravel(order="K")
        self.diverged = np.zeros(len(hps), dtype=bool)
        """Whose numbers have overflowed, (R,)."""

    @property
    def network(self) -> Network:
        """The members as one network in float64; not to be written to."""
        if self._shared is not None:
            self._shared.store()
        mine = self._network
        if mine.dtype is np.float64:
            return mine
        precise = self._new_network()
        precise.parameters = mine.parameters
        return precise

    @property
    def state(self) -> Array:
        """The optimiser's arrays (slots, P, R); not to be written to."""
        if self._before is not None:
            # Compiled loops leave out what hardly anybody asks for: the last step, taken once more, has it.
            step, before = self._before
            self._before, after = None, self._network.parameters.copy()
            self._network.parameters[...] = before
            with np.errstate(all="ignore"):
                self._step.take(step + 1, *self._samples(self._rows(step)))
            self._network.parameters[...] = after
        return self._step.state

    def restore(self, parameters: Array, state: Array) -> None:
        """Set parameters (P, R) and optimiser state (slots, P, R); members whose numbers are NaN have diverged."""
        self._before = None
        self._network.parameters[...] = parameters
        self.state[...] = state
        if self._shared is not None:
            self._shared.load()
        self.diverged = np.asarray(np.isnan(parameters).any(axis=0))

    def train(self, start: int, end: int) -> None:
        """Train from the state after ``start`` steps to that after ``end``."""
        if self._compiled is None:
            for step in range(start, end):
                self._advance(step, keep_state=step + 1 == end)
        elif start < end:
            self._train_compiled(self._compiled, start, end - 1)
            self._before = end - 1, self._network.parameters.copy()
            self._train_compiled(self._compiled, end - 1, end)

    def _train_compiled(self, compiled: CompiledSteps, start: int, end: int) -> None:
        while start < end:
            epoch, first = divmod(start, self._steps_per_epoch)
            last = min(first + min(end - start, compiled.most), self._steps_per_epoch)
            compiled.train(self._orders(epoch), self._seed_of, (self._batch_size, first, last), self.diverged)
            start += last - first

    def _advance(self, step: int, keep_state: bool) -> None:
        """Train the step that comes after ``step`` steps; keep_state: whether ``state`` may be asked for after it."""
        rows = self._rows(step)
        y = self._y.take(rows) if self._needs_classes else None
        self._step.take(step + 1, *self._samples(rows), y=y, keep_state=keep_state)
        self._freeze_diverged()

    def _rows(self, step: int) -> NDArray[np.int64]:
        """Row numbers into X_train of a step's batch: (n,) for members of one seed, (n, R) for those of several."""
        epoch, place = divmod(step, self._steps_per_epoch)
        if epoch != self._epoch:
            orders = self._orders(epoch)
            self._order = orders[0] if len(orders) == 1 else np.ascontiguousarray(orders.T)[:, self._seed_of]
            self._epoch = epoch
        return self._order[place * self._batch_size : (place + 1) * self._batch_size]

    def _orders(self, epoch: int) -> NDArray[np.int64]:
        """Each seed's order of an epoch's rows (seeds, rows); the rows' own where a batch has all of them."""
        if epoch != self._orders_epoch and self._steps_per_epoch > 1:
            self._all_orders = np.stack([epoch_order(seed, epoch, len(self._X)) for seed in self._seeds])
            self._orders_epoch = epoch
        return self._all_orders

    def _samples(self, rows: NDArray[np.int64]) -> tuple[Array, Array]:
        """Inputs (n, i[, R]) and smoothed targets (n, K, R) of a batch."""
        X, T = self._X, self._T
        if rows.ndim == 1:
            x = X.take(rows, axis=0)
            if self._distinct is not None:
                kind, smooth = self._distinct
                if self._shared is not None:
                    return x, smooth.T.take(kind.take(rows), axis=2).T
                return x, smooth.take(kind.take(rows), axis=0)
            t = T.take(rows, axis=0)[:, :, None]
        else:
            major = self._network_major
            x = X.take(rows.T, axis=0).transpose(1, 2, 0) if major else X.T.take(rows, axis=1).swapaxes(0, 1)
            t = T.T.take(rows, axis=1).swapaxes(0, 1)
        return x, self._soften(t).astype(X.dtype, copy=False)

    def _freeze_diverged(self) -> None:
        """Set members to NaN where the sum of squares is not finite, which is where a Trainer stops."""
        if self._is_finite():
            return
        if self._shared is not None:
            self._shared.store()
        flat = self._network.parameters
        self.diverged = ~np.isfinite(np.einsum("pr,pr->r", flat, flat))
        flat[:, self.diverged] = np.nan
        if self._shared is not None:
            self._shared.load()

    def _is_finite(self) -> bool:
        """Whether the sum of all squares is finite."""
        if self._shared is not None:
            return self._shared.is_finite()
        return math.isfinite(self._numbers.dot(self._numbers))


def distinct_targets(
    T: Array, soften: Callable[[Array], Array], dtype: Precision
) -> tuple[NDArray[np.int64], Array] | None:
    """The number of each sample's target among the distinct ones (samples,), and these softened, (distinct, K, R).

    None for more than MAX_DISTINCT_TARGETS of them: there are as many as classes, unless the data has soft targets.
    """
    rows, kind = np.unique(T, axis=0, return_inverse=True)
    if len(rows) > MAX_DISTINCT_TARGETS:
        return None
    return kind.reshape(-1), soften(rows[:, :, None]).astype(dtype, copy=False)
