"""A bank: many networks of one shape that train in lock step."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.compiled import fits
from lsexplorer.bank.group import Group, grouped
from lsexplorer.bank.shared_batch import SharedBatch
from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array, Precision, keep_freed_memory
from lsexplorer.nn.metrics import Evaluation
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets, stack_targets
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.evaluator import measured, part_of, targets_of
from lsexplorer.run.hyperparameters import Hyperparameters, schema, show
from lsexplorer.run.start import layer_sizes, steps_per_epoch
from lsexplorer.run.timeline import step_after

OWN = ("seed", *REGULARIZERS, "learning_rate")
"""The hyperparameters in which the members of a bank may differ."""

PRECISIONS: dict[str, Precision] = {"float64": np.float64, "float32": np.float32}
"""In which a bank can train, by name."""


class State(NamedTuple):
    """All that a bank's next step starts from."""

    step: int
    """Steps trained."""
    parameters: Array
    """(P, R)."""
    optimizer: Array
    """The optimiser's arrays (slots, P, R)."""


class Bank:
    """R networks that train together, each as a Trainer with its hyperparameters would train it.

    Members of one seed share their first weights and the order of the batches. A member whose numbers overflow becomes
    NaN in the step in which its Trainer would stop, and stays so; the others go on untouched. The network axis is in
    the order of ``hyperparameters`` everywhere.
    """

    def __init__(
        self,
        data: Dataset,
        hyperparameters: Sequence[Hyperparameters],
        pattern_targets: Sequence[PatternTargets | None] | None = None,
        compiled: bool = True,
        precision: str = "float64",
    ) -> None:
        """Start at step 0.

        pattern_targets: each member's targets of the last hidden layer, None for a member without. compiled: let large
        banks train by compiled loops where numba is installed; importing them takes a second, and the first time some
        more. precision: "float64", or "float32", which takes about half the time: networks then train in single
        precision, and what they answer is computed from their weights in double; they diverge where squares exceed
        10³⁸. Raises InputError where members differ in more than OWN, or they or their pattern targets do not fit the
        data, and for another precision.
        """
        check_precision(precision)
        self.data, self.hyperparameters = data, tuple(hyperparameters)
        _check_alike(self.hyperparameters)
        self._hp = self.hyperparameters[0]
        self._sizes = layer_sizes(data, self._hp, len(self))
        patterns = list(pattern_targets or [None] * len(self))
        _check_patterns(patterns, len(self), self._sizes, len(data.class_names))
        self.steps_per_epoch = steps_per_epoch(data, self._hp)
        self.step_count = 0
        keep_freed_memory()
        T = targets_of(data, "train", self._hp.plain())
        seeds = [hp.seed for hp in self.hyperparameters]
        weights_of_a_seed = self._sizes[0] * self._sizes[1] * len(self) // len(set(seeds))
        plain = not any(patterns)
        apart = plain and SharedBatch.fits(self.hyperparameters, weights_of_a_seed)
        if compiled and plain and fits(self.hyperparameters, self._sizes, apart):
            parts = [list(range(len(self)))]
        else:
            parts = grouped(seeds, self._sizes, min(self._hp.batch_size, len(T)), apart)
        self._groups = [
            Group(
                data,
                T,
                members=members,
                hyperparameters=[self.hyperparameters[r] for r in members],
                pattern_targets=self._patterns_of(members, patterns),
                compiled=compiled,
                dtype=PRECISIONS[precision],
            )
            for members in parts
        ]
        # Each member's place when the groups' last axes are joined.
        self._places = np.argsort(np.concatenate([group.members for group in self._groups]))

    def _patterns_of(self, members: Sequence[int], patterns: Sequence[PatternTargets | None]) -> PatternTargets | None:
        """Pattern targets of some members, stacked; None where none of them has any."""
        those = [patterns[r] for r in members]
        return stack_targets(those, (len(self.data.class_names), self._sizes[-2])) if any(those) else None

    def __repr__(self) -> str:
        return f"Bank({self.data.name!r}, {len(self)} networks, step {self.step_count:,})"

    def __len__(self) -> int:
        """The number of networks R."""
        return len(self.hyperparameters)

    @property
    def epoch(self) -> float:
        """Passes through the training data so far: step_count over the steps of an epoch."""
        return self.step_count / self.steps_per_epoch

    @property
    def parameters(self) -> Array:
        """All weights and biases (P, R), a copy laid out as those of a Network."""
        return self._ordered([group.network.parameters for group in self._groups])

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Whose numbers have overflowed (R,): such a member's parameters and answers are all NaN."""
        return np.asarray(np.concatenate([group.diverged for group in self._groups])[self._places])

    def network(self, i: int) -> Network:
        """Member ``i`` as a network of its own, a copy."""
        if not -len(self) <= i < len(self):
            raise InputError(f"there is no network {i}: there are {len(self)}, counted from 0")
        network = Network(self._sizes, self._hp.activation, self._hp.output)
        for group in self._groups:
            for r in np.flatnonzero(group.members == i % len(self)):
                network.parameters = group.network.parameters[:, r]
        return network

    def stacked(self) -> Network:
        """All members as one network with the network axis last, a copy."""
        network = Network(self._sizes, self._hp.activation, self._hp.output, networks=len(self))
        network.parameters = self.parameters
        return network

    def step(self, n: int = 1) -> None:
        """Train every member ``n`` steps. An interrupted bank must not be used again."""
        end = step_after(self.step_count, n)
        with np.errstate(all="ignore"), one_blas_thread():
            # A group takes all its steps before the next one starts, so that it stays in the processor's cache.
            for group in self._groups:
                group.train(self.step_count, end)
        self.step_count = end

    def state(self) -> State:
        """A copy of the present State."""
        return State(self.step_count, self.parameters, self._ordered([group.state for group in self._groups]))

    def restore(self, state: State) -> None:
        """Go back to a ``state`` of this bank; training on from there is the same, bit for bit."""
        for group in self._groups:
            group.restore(state.parameters[:, group.members], state.optimizer[:, :, group.members])
        self.step_count = state.step

    def answers(self, part: str = "test") -> tuple[Array, Array]:
        """Logits and outputs (n, K, R) on the "train" or the "test" part; raises InputError for another name."""
        X, _ = part_of(self.data, part)
        with np.errstate(all="ignore"), one_blas_thread():
            each = [group.network.answers(X) for group in self._groups]
        return self._ordered([z for z, _ in each]), self._ordered([o for _, o in each])

    def evaluate(self, part: str = "test", answers: tuple[Array, Array] | None = None) -> list[Evaluation]:
        """Measure every member as Trainer.evaluate does; NaN throughout for one that has diverged.

        answers: the part's present `answers`, if one has them already.
        """
        _, y = part_of(self.data, part)
        z, o = (np.ascontiguousarray(np.moveaxis(values, -1, 0)) for values in answers or self.answers(part))
        nothing = Evaluation(*[math.nan] * len(Evaluation.__dataclass_fields__))
        with np.errstate(all="ignore"):
            return [
                nothing if lost else measured(y, targets_of(self.data, part, hp), z[r], o[r], hp)
                for r, (hp, lost) in enumerate(zip(self.hyperparameters, self.diverged, strict=True))
            ]

    def _ordered(self, each: list[Array]) -> Array:
        """Arrays of the groups (…, R of the group) as one (…, R), in the order of the members; a copy."""
        return np.asarray(np.concatenate(each, axis=-1)[..., self._places], dtype=np.float64)


def check_precision(precision: str) -> None:
    """Raise InputError unless a bank can train in it."""
    if precision not in PRECISIONS:
        raise InputError(f"precision must be one of {', '.join(PRECISIONS)}, got '{precision}'")


def _check_patterns(patterns: Sequence[PatternTargets | None], count: int, sizes: Sequence[int], classes: int) -> None:
    """Raise InputError unless there is one entry for each of ``count`` members and all fit the network."""
    if len(patterns) != count:
        raise InputError(f"a bank of {count} networks takes {count} pattern targets, got {len(patterns)}")
    for targets in patterns:
        if targets is not None:
            targets.check_fit(sizes, classes)


def _check_alike(hyperparameters: Sequence[Hyperparameters]) -> None:
    """Raise InputError unless there are members and they differ in OWN alone."""
    if not hyperparameters:
        raise InputError("a bank needs the hyperparameters of at least one network")
    first = hyperparameters[0]
    for i, hp in enumerate(hyperparameters):
        for name in (spec.name for spec in schema() if spec.name not in OWN):
            mine, other = getattr(first, name), getattr(hp, name)
            if mine != other:
                raise InputError(
                    f"the networks of a bank differ in {', '.join(OWN)} alone, not in {name}: "
                    f"network 0 has '{show(name, mine)}', network {i} has '{show(name, other)}'"
                )
