"""Random walks through a run, against a model without checkpoints: it trains every path from scratch."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.run import history, load_run, timeline
from tests.support.helpers import flat, small_data, trainer

DATA = small_data()
STARTS = [
    {"label_smoothing": 0.1},
    {"momentum": 0.9, "l2": 0.02},
    {"momentum": 0.8, "nesterov": True, "l1": 0.01},
    {"optimizer": "adam", "learning_rate": 0.02, "weight_decay": 0.05},
]
CHANGES = {
    "label_smoothing": st.sampled_from([0.0, 0.1, 0.4]),
    "l2": st.sampled_from([0.0, 0.02, 0.2]),
    "l1": st.sampled_from([0.0, 0.01]),
    "weight_decay": st.sampled_from([0.0, 0.05]),
    "learning_rate": st.sampled_from([0.02, 0.05, 0.3]),
    "loss": st.sampled_from(["cross_entropy", "mse", "focal", "mae"]),
    "softmax_jacobian": st.sampled_from(["exact", "diagonal"]),
    "soft_targets": st.sampled_from([None, 0.8, ((0.6, 0.4, 0.0), (0.1, 0.8, 0.1), (0.2, 0.2, 0.6))]),
}


class Model:
    """A path: the first hyperparameters, what was done at which step, and how far it was walked."""

    def __init__(self, first: Any) -> None:
        self.first, self.here, self.furthest = first, 0, 0
        self.edits, self.sets = {}, {}

    def leave_path(self) -> None:
        self.edits = {step: values for step, values in self.edits.items() if step <= self.here}
        self.sets = {step: values for step, values in self.sets.items() if step <= self.here}
        self.furthest = self.here

    def hyperparameters(self, at: int) -> ls.Hyperparameters:
        hp = self.first
        for step in sorted(self.sets):
            if step <= at:
                hp = hp.replace(**self.sets[step])
        return hp

    def changes(self) -> dict[str, Any]:
        """What the events should say: at every step with an edit or a change, each old and new value."""
        found = {}
        for step in sorted(self.sets.keys() | self.edits.keys()):
            before = (self.hyperparameters(step - 1) if step else self.first).as_dict()
            after = self.hyperparameters(step).as_dict()
            new = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
            if new or step in self.edits:
                found[step] = new
        return found

    def walk(self, to: int) -> tuple[ls.Trainer, list[float]]:
        """A run from scratch, forwards only; and the norm of its weights at every step."""
        t, norms = ls.Trainer(DATA, self.first), []
        for step in range(to + 1):
            if step in self.sets:
                t.set(**self.sets[step])
            if step in self.edits:
                t.network.parameters[:] = self.edits[step]
            norms.append(np.sqrt(sum((W**2).sum() for W in t.network.weights)))
            if step < to:
                t.step()
        return t, norms


class Walks(RuleBasedStateMachine):
    """Small bounds on checkpoints and points make them thin out within a walk."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(timeline, "MAX_CHECKPOINTS", 12)
        self.patch.setattr(history, "MAX_POINTS", 12)

    def teardown(self) -> None:
        self.patch.undo()

    @initialize(settings=st.sampled_from(STARTS), seed=st.integers(0, 3))
    def start(self, settings: dict[str, Any], seed: int) -> None:
        self.t = trainer(DATA, **settings, seed=seed)
        self.model = Model(self.t.hyperparameters)

    @rule(n=st.integers(1, 6))
    def step(self, n: int) -> None:
        self.t.step(n)
        self.model.here += n
        self.model.furthest = max(self.model.furthest, self.model.here)

    @rule(data=st.data())
    def back(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(0, self.model.here))
        self.t.back(n)
        self.model.here -= n

    @rule(data=st.data())
    def goto(self, data: st.DataObject) -> None:
        to = data.draw(st.integers(0, self.model.furthest + 3))
        self.t.goto(to)
        self.model.here = to
        self.model.furthest = max(self.model.furthest, to)

    @rule(data=st.data())
    def goto_event(self, data: st.DataObject) -> None:
        self.model.here = data.draw(st.sampled_from(sorted({0} | self.model.sets.keys() | self.model.edits.keys())))
        self.t.goto(self.model.here)

    @rule(changes=st.fixed_dictionaries({}, optional=CHANGES))
    def set(self, changes: dict[str, Any]) -> None:
        now = self.model.hyperparameters(self.model.here)
        new = {name: value for name, value in changes.items() if getattr(now, name) != value}
        self.t.set(**changes)
        if new:
            self.model.leave_path()
            self.model.sets[self.model.here] = self.model.sets.get(self.model.here, {}) | new

    @rule(seed=st.integers(0, 2**32 - 1))
    def edit(self, seed: int) -> None:
        values = np.random.default_rng(seed).normal(size=self.t.network.parameters.shape)
        same = values.tobytes() == self.t.network.parameters.tobytes()
        self.t.network.parameters[:] = values
        if not same:
            self.model.leave_path()
            self.model.edits[self.model.here] = values

    @rule(really=st.sampled_from([False, False, True]))
    def save_and_load(self, really: bool) -> None:
        if not really:
            return
        with tempfile.TemporaryDirectory() as folder:
            self.t.save(Path(folder) / "run.json")
            self.t = load_run(Path(folder) / "run.json", data=DATA)
        self.model.leave_path()

    @rule(again=st.sampled_from(["no"] * 5 + [None, None, 0, 3]))
    def reset(self, again: bool) -> None:
        if again == "no":
            return
        hp, edits = self.model.hyperparameters(self.model.here), self.model.edits
        self.t.reset(seed=again)
        self.model = Model(hp if again is None else hp.replace(seed=again))
        if again is None and 0 in edits:
            self.model.edits[0] = edits[0]

    @rule()
    def refused(self) -> None:
        for act in (lambda: self.t.back(self.model.here + 1), lambda: self.t.set(l2=-1), lambda: self.t.set(seed=99)):
            with pytest.raises(ls.InputError):
                act()

    @invariant()
    def the_run_is_that_of_the_model(self) -> None:
        t, model = self.t, self.model
        right, norms = model.walk(model.here)
        assert t.step_count == model.here
        assert t.hyperparameters == model.hyperparameters(model.here) == right.hyperparameters
        assert t.initial_hyperparameters == model.first
        assert flat(t).tobytes() == flat(right).tobytes()
        assert t.optimizer_state.tobytes() == right.optimizer_state.tobytes()
        assert t.next_batch.tolist() == right.next_batch.tolist()

        events = {event.step: event for event in t.events}  # asking for them takes note of an edit
        assert t.furthest_step == model.furthest
        assert {step for step, event in events.items() if event.parameters} == set(model.edits)
        assert {step: dict(event.changes) for step, event in events.items()} == model.changes()

        steps, values = t.history["weight_norm"]
        assert len(steps) <= 14
        assert steps[0] == 0
        assert model.here <= steps[-1] <= model.furthest or steps[-1] == model.here
        seen = steps <= model.here
        assert_allclose(values[seen], [norms[step] for step in steps[seen]], rtol=1e-12)
        losses = dict(zip(*right.history["batch_loss"], strict=True))
        for step, value in zip(*t.history["batch_loss"], strict=True):
            if 0 < step <= model.here and step in losses:
                assert value == pytest.approx(losses[step], rel=1e-12)


Walks.TestCase.settings = settings(
    max_examples=settings.default.max_examples // 2,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestWalks = Walks.TestCase
