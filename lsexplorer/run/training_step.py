"""One step of training, for a single network and for a bank: forward, signal, gradient, update."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import PerSample
from lsexplorer.nn.network import Cache, Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.nn.regularization import signal_rule
from lsexplorer.nn.small_batch import SmallBatch, SmallUpdate, is_small
from lsexplorer.nn.updates import FusedSGD, Update
from lsexplorer.run.hyperparameters import Hyperparameters


class TrainingStep:
    """Trains a network, or the R networks of a bank, one step at a time."""

    def __init__(
        self,
        network: Network,
        hyperparameters: Sequence[Hyperparameters],
        *,
        pattern_targets: PatternTargets | None = None,
        penalty: PerSample | None = None,
        fused: bool = False,
    ) -> None:
        """Get ready for the first step.

        hyperparameters: of the network, or of each network of the bank; these differ in learning rate and strengths
        alone. penalty: what is added to the output layer's signal besides. fused: use FusedSGD where it fits, which
        rounds differently and keeps the strengths given here.
        """
        self._network = network
        self._targets = None if pattern_targets is None or pattern_targets.off else pattern_targets
        self._penalty = penalty
        self.apply(hyperparameters)
        self.state = self._update.new_state(network.parameters)
        """The optimiser's arrays (slots, P[, R]): velocity, or Adam's two moments."""
        self._gradient = network.blocks(np.zeros_like(network.parameters))
        self._fused = None
        if fused and FusedSGD.fits(self._update):
            self._fused = FusedSGD(self._update, network.parameters, network.weight_count)

    def apply(self, hyperparameters: Sequence[Hyperparameters]) -> None:
        """Use other hyperparameters from the next step on; the optimiser, and so the state, stays the same."""
        self._signal = rule = signal_rule(hyperparameters, self._network.dtype)
        if (penalty := self._penalty) is not None:
            self._signal = lambda t, z, o: rule(t, z, o) + penalty(t, z, o)
        self._update = Update.of(hyperparameters, self._network.last_layer, self._network.dtype)
        self._small: dict[int, tuple[SmallBatch, SmallUpdate]] = {}
        """The ways of small batches, by their rows."""

    def take(
        self, number: int, x: Array, t: Array, *, y: NDArray[np.int64] | None = None, keep_state: bool = True
    ) -> Cache:
        """Train one step and return its forward pass, which is right until the next step.

        number: 1 for the first step. x: inputs (n, i), or (n, i, R) where each network has its own. t: targets t′
        (n, K[, R]). y: classes (n,) or (n, R), which pattern targets need; raises TypeError without them. keep_state:
        whether ``state`` must be right after the step; fused SGD does without it.
        """
        if (small := self._small.get(len(x)) or self._small_batch(len(x))) is not None:
            batch, update = small
            cache = batch.forward(x)
            batch.gradient(self._signal(t, cache.logits, cache.outputs))
            update.apply(number)
            return cache
        network, gradient, fused = self._network, self._gradient, self._fused
        cache = network.forward(x)
        delta = self._signal(t, cache.logits, cache.outputs)
        hidden = None
        if self._targets is not None:
            if y is None:
                raise TypeError("pattern targets need the classes y of the samples")
            hidden = self._targets.gradient(cache.inputs[-1], y)
        if fused is None:
            network.gradient(cache, delta, gradient, hidden_gradient=hidden)
            self._update.apply(network.parameters, network.weight_count, gradient.flat, self.state, number)
        else:
            network.gradient(cache, delta, gradient, fused.learning_rate, hidden)
            if keep_state:
                self.state[0] = fused.velocity(gradient.flat)
            fused.step(gradient.flat)
        return cache

    def _small_batch(self, rows: int) -> tuple[SmallBatch, SmallUpdate] | None:
        """The way of small batches of so many rows, or None where they are not small or have pattern targets."""
        if self._targets is not None or not is_small(self._network, rows):
            return None
        update = SmallUpdate(self._update, self._network, self._gradient.flat, self.state)
        self._small[rows] = small = SmallBatch(self._network, self._gradient, rows), update
        return small

    def __getstate__(self) -> dict[str, object]:
        """Without the views of arrays that a copy would not share."""
        return self.__dict__ | {"_small": {}}
