"""Methods: one run under different regularisers, trained in lock step and compared side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank, State
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.metrics import Evaluation, confidence, log_probabilities, logit_gaps
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularization import target_rule
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.similarity import agreement
from lsexplorer.run import Deltas, Hyperparameters, Series, Strengths
from lsexplorer.run.evaluator import PARTS, part_of, targets_of
from lsexplorer.run.history import History
from lsexplorer.run.next_step import compute_deltas
from lsexplorer.run.start import MAX_PARAMETERS, Batches, layer_sizes
from lsexplorer.run.state import RunState
from lsexplorer.run.timeline import Snapshot, Timeline, check_count, step_after, step_before

PLAIN, MATCHED = "plain", "matched"
MEASURES = ("loss", "logit_gap", "mean_confidence")
"""What the history keeps of each part once an epoch; for the test part as test_loss and so on."""


@dataclass(frozen=True)
class Method:
    """A run that is compared with others."""

    key: str
    """PLAIN, the name of its only regulariser, or MATCHED."""
    hyperparameters: Hyperparameters
    remedy: str | None = None
    """The regulariser of the matched one."""

    @property
    def regularizer(self) -> str | None:
        """The hyperparameter in which it differs from the plain method."""
        return {PLAIN: None, MATCHED: self.remedy}.get(self.key, self.key)

    @property
    def strength(self) -> float:
        """Its value, 0 for the plain method."""
        return 0.0 if self.regularizer is None else float(getattr(self.hyperparameters, self.regularizer))


def methods_of(
    hp: Hyperparameters, strengths: Strengths, matched: tuple[str, float] | None = None
) -> tuple[Method, ...]:
    """The plain method, one for each regulariser that fits, and a regulariser at its matched strength if there is one.

    Of the regularisers without a key only those that are on in ``hp`` or that ``strengths`` were given for. All else is
    as in ``hp``.
    """
    plain = hp.plain()
    names = [name for name in strengths.columns(hp) if not REGULARIZERS[name].misfit(hp)]
    methods = [
        Method(PLAIN, plain),
        *(Method(name, plain.replace(**{name: getattr(strengths, name)})) for name in names),
    ]
    if matched is not None:
        remedy, strength = matched
        methods.append(Method(MATCHED, plain.replace(**{remedy: strength}), remedy))
    return tuple(methods)


@dataclass(frozen=True)
class Score:
    """A method's measures at a step."""

    parts: Mapping[str, Evaluation]
    """On "train" and "test"."""
    weight_norm: float
    """√Σw² of all its weights."""
    agreement: Mapping[str, float]
    """Share of each part's samples that it answers as the smoothing method does; NaN without such a method."""


@dataclass(frozen=True)
class _Member:
    """A method as a run of its own, for its delta table."""

    data: Dataset
    hyperparameters: Hyperparameters
    network: Network
    optimizer_state: Array
    step_count: int
    next_batch: NDArray[np.int64]
    timeline: Timeline
    bank: Array
    """All methods' parameters (P, R), and which of them is this one's."""
    place: int
    pattern_targets: None = None

    def snapshots(self, most: int) -> list[Snapshot]:
        """The method's network over the path."""
        path = self.timeline.snapshots(self.hyperparameters, (self.step_count, self.bank), most)
        return [snapshot._replace(parameters=snapshot.parameters[:, self.place]) for snapshot in path]


class Comparison:
    """Methods that train in lock step, each as a Trainer with its hyperparameters would, and go back together.

    A method whose numbers overflow is NaN from there on; the others go on. Memory stays bounded whatever the number of
    steps: checkpoints and history are thinned as a Trainer's are.
    """

    def __init__(self, data: Dataset, methods: Sequence[Method]) -> None:
        """Start at step 0; raises InputError where methods differ in more than OWN, or are too large."""
        self.data, self.methods = data, tuple(methods)
        _check_size(data, self.methods)
        # Compiled loops would make the screen wait for their compiler.
        self.bank = Bank(data, [method.hyperparameters for method in self.methods], compiled=False)
        state = self.bank.state()
        self._batches = Batches(data, self.methods[0].hyperparameters)
        self._timeline = Timeline(state.parameters, state.optimizer)
        self._weights = self.bank.network(0).weight_count
        soften = target_rule([method.hyperparameters for method in self.methods])
        plain = self.methods[0].hyperparameters.plain()
        self._targets = {part: soften(targets_of(data, part, plain)[:, :, None]) for part in PARTS}
        names = [*MEASURES, *(f"test_{name}" for name in MEASURES)]
        self._history = History(self._columns(["weight_norm"]), self._columns(names), self.steps_per_epoch)
        self._scored: tuple[int, tuple[Score, ...]] = (-1, ())
        self._answered: dict[str, tuple[int, tuple[Array, Array]]] = {}
        self._keep()

    def _columns(self, names: Sequence[str]) -> list[str]:
        return [f"{name} {r}" for name in names for r in range(len(self.methods))]

    @property
    def step_count(self) -> int:
        """Steps that every method has made."""
        return self.bank.step_count

    @property
    def furthest_step(self) -> int:
        """The last step reached; greater than step_count after a step back."""
        return self._timeline.furthest

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch."""
        return self.bank.steps_per_epoch

    @property
    def epoch(self) -> float:
        """Passes through the training data so far."""
        return self.bank.epoch

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Which methods' numbers have overflowed, (R,)."""
        return self.bank.diverged

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """Row numbers into X_train that the next step of every method will use."""
        return self._batches.after(self.step_count)

    def step(self, n: int = 1) -> None:
        """Train every method ``n`` steps."""
        end = step_after(self.step_count, n)
        while self.step_count < end:
            due = min(self._history.next_due(self.step_count), self._timeline.next_due(self.step_count))
            self.bank.step(min(due, end) - self.step_count)
            self._keep()

    def back(self, n: int = 1) -> None:
        """Go back ``n`` steps."""
        self.goto(step_before(self.step_count, n))

    def goto(self, step: int) -> None:
        """Go to any step, or train on to a later one; the same numbers come again, bit for bit."""
        check_count(step)
        if self._timeline.needs_checkpoint(self.step_count, step):
            self.bank.restore(State(*self._timeline.checkpoints.before(min(step, self.furthest_step))))
        self.step(step - self.step_count)

    def deltas(self, sample: int | None = None) -> tuple[Deltas, ...]:
        """Each method's delta table of its next step (see Trainer.deltas), for the same sample or the batch's mean."""
        return tuple(compute_deltas(run, sample, None) for run in self.runs())

    def runs(self) -> tuple[RunState, ...]:
        """Each method as a run of its own."""
        state, batch = self.bank.state(), self.next_batch
        return tuple(
            _Member(
                self.data,
                method.hyperparameters,
                self.bank.network(r),
                state.optimizer[:, :, r].copy(),
                state.step,
                batch,
                self._timeline,
                state.parameters,
                r,
            )
            for r, method in enumerate(self.methods)
        )

    @property
    def history(self) -> tuple[dict[str, Series], ...]:
        """Each method's series: weight_norm at every step, MEASURES and test_… of them once an epoch, all thinned.

        They end with the present step's values unless the methods have been further.
        """
        series = self._history.series(self.step_count, self._moved, self._measured_now)
        names = list(dict.fromkeys(name.split()[0] for name in series))
        return tuple({name: series[f"{name} {r}"] for name in names} for r in range(len(self.methods)))

    def scores(self) -> tuple[Score, ...]:
        """Each method's measures at the present step."""
        if self._scored[0] != self.step_count:
            self._scored = self.step_count, self._scores()
        return self._scored[1]

    def _scores(self) -> tuple[Score, ...]:
        parts = {part: self.bank.evaluate(part, self._answers(part)) for part in PARTS}
        shares = {part: self._agreement(part) for part in PARTS}
        return tuple(
            Score({part: parts[part][r] for part in PARTS}, norm, {part: float(shares[part][r]) for part in PARTS})
            for r, norm in enumerate(self._moved())
        )

    def _agreement(self, part: str) -> Array:
        """Share of the part's samples that each method answers as the smoothing method does, (R,)."""
        at = [r for r, method in enumerate(self.methods) if method.key == "label_smoothing"]
        if not at or self.diverged[at[0]]:
            return np.full(len(self.methods), np.nan)
        z, _ = self._answers(part)
        return np.where(self.diverged, np.nan, agreement(z, z[..., at]))

    def _keep(self) -> None:
        """Record what is due at this step."""
        step = self.step_count
        self._timeline.reach(step, lambda: self.bank.state()[1:])
        self._history.record(step, self._moved, self._measured)

    def _moved(self) -> tuple[float, ...]:
        """Norms of all weights, biases left out."""
        w = self.bank.parameters[: self._weights]
        return tuple(np.sqrt(np.einsum("pr,pr->r", w, w)).tolist())

    def _answers(self, part: str) -> tuple[Array, Array]:
        """Logits and outputs (n, K, R) at this step, computed once."""
        step, answers = self._answered.get(part, (-1, None))
        if answers is None or step != self.step_count:
            answers = self.bank.answers(part)
            self._answered[part] = self.step_count, answers
        return answers

    def _measured_now(self) -> tuple[float, ...]:
        """The same numbers as `_measured` from the scores, which a screen asks for anyway."""
        return tuple(score.parts[part][name] for part in PARTS for name in MEASURES for score in self.scores())

    def _measured(self) -> tuple[float, ...]:
        """MEASURES of every method on the training part, then on the test part."""
        hp, values = self.methods[0].hyperparameters, []
        with np.errstate(all="ignore"):
            for part in PARTS:
                (z, o), (_, y) = self._answers(part), part_of(self.data, part)
                loss = LOSSES[hp.loss].value(self._targets[part], z, o).mean(axis=0)
                log_p = log_probabilities(z, o, hp.output)
                sure = np.full(len(self.methods), np.nan) if log_p is None else confidence(log_p).mean(axis=0)
                values += [loss, logit_gaps(z, y).mean(axis=0), sure]
        return tuple(np.concatenate(values).tolist())


def _check_size(data: Dataset, methods: Sequence[Method]) -> None:
    """Raise InputError for more parameters than the checkpoints of one run may have."""
    if methods:
        sizes = layer_sizes(data, methods[0].hyperparameters)
        count = len(methods) * sum((i + 1) * o for i, o in pairwise(sizes))
        if count > MAX_PARAMETERS:
            raise InputError(
                f"{len(methods)} networks {'-'.join(map(str, sizes))} side by side have {count:,} parameters, "
                f"more than {MAX_PARAMETERS:,}: use fewer hidden units"
            )
