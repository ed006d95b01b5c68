"""One training run that can be stepped, stepped back, changed while it runs, and replayed bit for bit."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Evaluation
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.run.deltas import Deltas, Strengths
from lsexplorer.run.evaluator import MEASURES, Evaluator, targets_of
from lsexplorer.run.history import History, Series
from lsexplorer.run.hyperparameters import Hyperparameters, spec
from lsexplorer.run.next_step import compute_deltas
from lsexplorer.run.plot import plot_history
from lsexplorer.run.record import RunRecord
from lsexplorer.run.replay import Progress, check_length, replay
from lsexplorer.run.start import Batches, draw_first_weights, layer_sizes, steps_per_epoch
from lsexplorer.run.timeline import Event, Snapshot, Timeline, check_count, step_after, step_before
from lsexplorer.run.training_step import TrainingStep
from lsexplorer.run.weights_file import write_weights


class Trainer:
    """A run of one network on one data set.

    The first weights come from (seed), the batch order of an epoch from (seed, epoch), so that any step can be
    replayed. The network's weights may be assigned to between steps: the edit is recorded like any other event.
    """

    def __init__(
        self,
        data: Dataset,
        hyperparameters: Hyperparameters | None = None,
        pattern_targets: PatternTargets | None = None,
    ) -> None:
        """Start at step 0; raises InputError when network and data do not fit.

        pattern_targets: targets of the last hidden layer (nn/pattern_targets.py), throughout the run. Measures and
        history leave what they add to the loss out, as they do penalties; such a run has no run file.
        """
        self.data, self.pattern_targets = data, pattern_targets
        self.note = ""
        """After the replay of a run file: a sentence if the weights differ from those saved, else empty."""
        self._is_replaying = False
        self._initial = self._hp = hp = hyperparameters or Hyperparameters()
        self.network = Network(layer_sizes(data, hp), hp.activation, hp.output)
        if pattern_targets is not None:
            pattern_targets.check_fit(self.network.sizes, len(data.class_names))
        self._evaluator = Evaluator(data, self.network, hp)
        self._step = TrainingStep(self.network, [hp], pattern_targets=pattern_targets)
        self.steps_per_epoch = steps_per_epoch(data, hp)
        self._start()

    def __repr__(self) -> str:
        return f"Trainer({self.data.name!r}, step {self.step_count:,}, epoch {self.epoch:.4g})"

    def _start(self, edit: Event | None = None) -> None:
        """Go to step 0 of a new path, with fresh weights or those of an edit made at step 0."""
        draw_first_weights(self.network, self._hp)
        self._step.state[...] = 0.0
        self._batches = Batches(self.data, self._hp)
        self.step_count = 0
        self._timeline = Timeline(self.network.parameters, self.optimizer_state)
        if edit is not None:
            self._timeline.events[0] = edit
            self._arrive()
        self._history = History(self._evaluator.move_names, MEASURES, self.steps_per_epoch)
        self._known = self.network.parameters.tobytes()
        self._record_edit()

    def _apply(self, hp: Hyperparameters) -> None:
        """Use other live hyperparameters from now on."""
        self._hp = hp
        self._step.apply([hp])
        self._evaluator.apply(hp)

    @property
    def hyperparameters(self) -> Hyperparameters:
        """In force for the next step."""
        return self._hp

    @property
    def initial_hyperparameters(self) -> Hyperparameters:
        """In force at step 0."""
        return self._initial

    @property
    def events(self) -> tuple[Event, ...]:
        """Changes on the present path, in order of step; after a step back some may lie ahead."""
        self._notice_edit()
        return tuple(self._timeline.events_until(self._timeline.furthest))

    @property
    def furthest_step(self) -> int:
        """The last step reached on the present path: after a step back, more than step_count."""
        self._notice_edit()
        return self._timeline.furthest

    @property
    def epoch(self) -> float:
        """Passes through the training data so far: step_count over the steps of an epoch."""
        return self.step_count / self.steps_per_epoch

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """Row numbers into X_train that the next step will use."""
        return self._batches.after(self.step_count)

    def step_before(self, sample: int) -> int:
        """The first step from here on whose next batch holds a training row."""
        return self._batches.next_with(sample, self.step_count)

    @property
    def optimizer_state(self) -> Array:
        """The optimiser's arrays (slots, P): velocity, or Adam's two moments. Not to be written to."""
        return self._step.state

    def targets(self, part: str = "train") -> Array:
        """Targets t' (n, K) of the train or test part under the hyperparameters in force."""
        return self._evaluator.targets[part]

    def evaluate(self, part: str = "test") -> Evaluation:
        """Measure the network on the "train" or the "test" part; raises InputError for another name."""
        return self._evaluator.evaluate(part)

    def deltas(self, sample: int | None = None, strengths: Strengths | None = None) -> Deltas:
        """The delta table of the next step: of the batch's mean, or of one training row as if it were the batch.

        sample: a row number into X_train. strengths: what the counterfactual columns use; by default the values in
        force, or the schema's suggestion for a regulariser that is off.
        """
        return compute_deltas(self, sample, strengths)

    @property
    def history(self) -> dict[str, Series]:
        """Series over the present path: weight_norm and weight_norm_1 … per layer and batch_loss at every step
        (thinned); loss, accuracy, logit_gap (training part) and test_loss, test_accuracy, test_logit_gap once an
        epoch. Each ends with the present step's value unless the path goes further.
        """  # noqa: D205
        self._notice_edit()
        evaluator = self._evaluator
        evaluator.settle()
        with np.errstate(all="ignore"):
            return self._history.series(self.step_count, evaluator.moves_now, evaluator.brief_kept)

    @property
    def ghosts(self) -> tuple[dict[str, Series], ...]:
        """The series of paths that were left, each from the step where it was left; the newest last."""
        self._notice_edit()
        return tuple(self._history.ghosts)

    def snapshots(self, most: int) -> list[Snapshot]:
        """The network at up to ``most`` steps spread over the path, and at the present one, in order of step."""
        self._notice_edit()
        return self._timeline.snapshots(self._initial, (self.step_count, self.network.parameters.copy()), most)

    def plot(self) -> list[Any]:
        """Draw the run so far with Matplotlib; returns the axes, and raises InputError where Matplotlib is missing."""
        return plot_history(self.history)

    def step(self, n: int = 1) -> None:
        """Train ``n`` steps. If the numbers overflow, stays at the last finite step and raises DivergenceError."""
        step_after(self.step_count, n)
        self._notice_edit()
        self._go(n)

    def back(self, n: int = 1) -> None:
        """Go back ``n`` steps; stepping forward again gives the same weights, bit for bit."""
        self.goto(step_before(self.step_count, n))

    def goto(self, step: int) -> None:
        """Go to any step of this path, or train on to a later one."""
        check_count(step)
        self._notice_edit()
        if self._timeline.needs_checkpoint(self.step_count, step):
            self._go(0, checkpoint_before=step)
        else:
            self._go(step_after(0, step) - self.step_count)

    def reset(self, seed: int | None = None) -> None:
        """Back to step 0 with the hyperparameters now in force; the same initial weights, or those of a new seed.

        Events, history and ghosts are deleted.
        """
        hp = self._hp if seed is None else self._hp.replace(seed=seed)
        self._notice_edit()
        first = self._timeline.events.get(0)
        edit = Event(0, {}, first.parameters) if seed is None and first and first.parameters else None
        self._apply(hp)
        self._initial = hp
        self._start(edit)

    def set(self, /, **changes: Any) -> None:
        """Change live hyperparameters from the next step on; recorded as an event at this step.

        Raises InputError, changing nothing, for a value that cannot be or a hyperparameter that rebuilds the network.
        A change made after a step back leaves the old path, which stays as a ghost.
        """
        hp = self._hp.replace(**changes)
        pairs = {name: (getattr(self._hp, name), getattr(hp, name)) for name in changes}
        changed = {name: (old, new) for name, (old, new) in pairs.items() if old != new}
        for name in changed:
            if not spec(name).live:
                raise InputError(f"{name} rebuilds the network: start a new run with it")
        targets_of(self.data, "train", hp, self.next_batch)  # raises InputError for soft targets of a wrong shape
        self._notice_edit()
        if changed:
            self._branch()
            self._timeline.note(self.step_count, changed)
            self._apply(hp)

    def record(self) -> RunRecord:
        """The run up to the present step; raises InputError for a run with pattern targets."""
        if self.pattern_targets is not None:
            raise InputError("a run with pattern targets has no run file: they are not among its hyperparameters")
        from lsexplorer.run.ending import ending_of  # with msgspec, which only run files need

        self._notice_edit()
        events = tuple(self._timeline.events_until(self.step_count))
        return RunRecord(self.data, self._initial, events, self.step_count, ending_of(self.network))

    def save(self, path: str | Path) -> None:
        """Write the run up to the present step to a run file, atomically; errors as for `record`."""
        from lsexplorer.run.runfile import write_record

        write_record(self.record(), Path(path))

    def save_weights(self, path: str | Path) -> None:
        """Write the weights to an .npz or a .safetensors file (see write_weights in run/weights_file.py)."""
        write_weights(self.network, self._hp.activation, path)

    @classmethod
    def load(
        cls,
        path: str | Path,
        progress: Progress | None = None,
        data: Dataset | None = None,
        *,
        max_seconds: float = math.inf,
    ) -> "Trainer":
        """Read a run file and replay it; the same as load_run."""
        from lsexplorer.run.runfile import read_record

        return cls._replayed(read_record(Path(path), data), Path(path), progress, max_seconds)

    @classmethod
    def load_text(cls, text: bytes, progress: Progress | None = None, *, max_seconds: float = math.inf) -> "Trainer":
        """Replay a run from the contents of a run file; arguments and errors as of load_run."""
        from lsexplorer.run.runfile import decode_record

        name = Path("the run file")
        return cls._replayed(decode_record(text, name), name, progress, max_seconds)

    @classmethod
    def _replayed(cls, record: RunRecord, path: Path, progress: Progress | None, max_seconds: float) -> "Trainer":
        from lsexplorer.run.runfile import errors_of

        with errors_of(path):
            trainer = cls(record.data, record.hyperparameters)
            check_length(trainer, record, max_seconds)
            trainer._is_replaying = True
            trainer.note = replay(trainer, record, progress)
            trainer._is_replaying = False
        if trainer.note:
            warnings.warn(trainer.note, stacklevel=3)
        return trainer

    def _advance(self) -> None:
        """One step of training; then what has to be kept of it."""
        evaluator, timeline, parameters = self._evaluator, self._timeline, self.network.parameters
        x, t = self._batches.samples(self.step_count, evaluator.targets["train"])
        y = None if self.pattern_targets is None else self.data.y_train.take(self.next_batch)
        step = self.step_count + 1
        evaluator.see_batch(t, self._step.take(step, x, t, y=y))
        if not math.isfinite(parameters.dot(parameters)):
            self._restore(step - 1)
            raise DivergenceError(f"the weights stopped being finite numbers in step {step}")
        self.step_count = step
        if step in timeline.events:
            self._arrive()
        timeline.reach(step, lambda: (parameters, self.optimizer_state))
        self._history.record(step, evaluator.moves, evaluator.brief)

    def _go(self, n: int, *, checkpoint_before: int | None = None) -> None:
        """Train ``n`` steps, or go to a step by way of the checkpoint before it.

        Should it be interrupted, leaves the run at the last step that was finished.
        """
        try:
            if checkpoint_before is not None:
                self._restore(checkpoint_before)
            with np.errstate(all="ignore"):
                for _ in range(n):
                    self._advance()
        except KeyboardInterrupt:
            if not self._is_replaying:  # else nobody will have the run, and a step may be far from its checkpoint
                self._restore(self.step_count)
            raise
        finally:
            self._known = self.network.parameters.tobytes()

    def _arrive(self) -> None:
        """Make the changes that were made at this step when the path was first trained."""
        event = self._timeline.events[self.step_count]
        self._apply(event.applied_to(self._hp))
        if event.parameters is not None:
            self.network.parameters[...] = event.parameters

    def _restore(self, step: int) -> None:
        """Go to an earlier step: to the checkpoint before it, and forward again by one step or more."""
        at, parameters, state = self._timeline.checkpoints.before(max(step - 1, 0))
        self.network.parameters[...] = parameters
        self._step.state[...] = state
        self.step_count = at
        self._apply(self._timeline.hyperparameters_at(self._initial, at))
        if at in self._timeline.events:
            self._arrive()
        with np.errstate(all="ignore"):
            for _ in range(step - at):
                self._advance()

    def _record_edit(self) -> None:
        """Record weights that no step led to; at step 0 the next batch stands for the one before."""
        with np.errstate(all="ignore"):
            if self.step_count == 0:
                x, t = self.data.X_train[self.next_batch], self._evaluator.targets["train"][self.next_batch]
                self._evaluator.see_batch(t, self.network.forward(x))
            self._history.record(self.step_count, self._evaluator.moves, self._evaluator.brief)

    def _notice_edit(self) -> None:
        """Record weights that were assigned since the last step as an event, so that they can be replayed."""
        if self.network.parameters.tobytes() == self._known:
            return
        if not np.isfinite(self.network.parameters).all():
            self.network.parameters[...] = np.frombuffer(self._known)
            raise InputError("weights must be finite numbers; the edit was taken back")
        edited = tuple(self.network.parameters.tolist())
        self._known = self.network.parameters.tobytes()
        self._branch()
        self._timeline.note(self.step_count, {}, edited)
        self._history.drop_from(self.step_count)
        self._record_edit()

    def _branch(self) -> None:
        """Leave the path ahead, if there is one: it stays as a ghost."""
        if self._timeline.furthest > self.step_count:
            self._evaluator.settle()
            self._history.branch(self.step_count)
            self._timeline.branch(self.step_count)
