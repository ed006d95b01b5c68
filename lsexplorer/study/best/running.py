"""A contest at work: some splits at a time, their strengths are chosen, then their methods are judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.best.choosing import choose
from lsexplorer.study.best.plan import PLAIN, Plan
from lsexplorer.study.best.scoring import WHOLE, RowScores, train_and_judge, train_and_score, tuning_split
from lsexplorer.study.jobs.arms import Arm, ArmsTask, cut_arms
from lsexplorer.study.jobs.executors import Executor, Heartbeat, JobFunction, Progress
from lsexplorer.study.jobs.jobs import MIN_SHARES
from lsexplorer.study.jobs.timing import timed
from lsexplorer.study.measures import rows_kept
from lsexplorer.study.stats import group_values

ROUND = MIN_SHARES
"""Splits that are worked on at a time: enough to share, and few enough that Ctrl-C leaves whole ones."""


@dataclass(frozen=True)
class Choice:
    """What the validation part of a split chooses for a method."""

    strength: float | None
    """None where it chooses plain training."""
    losses: tuple[float, ...]
    """NLL or error rate on it, of plain training and then of each strength of the grid."""
    is_strongest: bool
    """Whether it is the strongest of the grid, so that a stronger one may be better."""


class Run:
    """A contest at work, and what it has found so far."""

    def __init__(self, plan: Plan, executor: Executor, progress: Progress | None, *, by_rows: bool) -> None:
        """by_rows: whether the test part's rows are the sample, so that values are kept by groups of them."""
        self._plan, self._executor, self._by_rows = plan, executor, by_rows
        self._progress = progress or (lambda phase, trained, total: None)
        self.networks = 0
        """Networks trained in all."""
        self.seconds = {"choice": 0.0, "judgement": 0.0}
        """Seconds that each part took."""
        self.choices: list[dict[str, Choice]] = []
        """By split, what validation chose for each method."""
        self._owners = {name: arm_owner(plan, name) for name in plan.methods}
        self._values: dict[int, dict[str, dict[int, dict[str, Array]]]] = {}
        trained = [name for name in plan.methods if self._owners[name]]
        choosing = len(plan.tuning) * (1 + sum(len(plan.grids[name]) for name in trained))
        self._expected = plan.splits * (choosing + len(plan.judging) * (1 + len(trained)))

    def run(self) -> None:
        """Choose and judge on all splits; Ctrl-C leaves those that are done."""
        for at in range(0, self._plan.splits, ROUND):
            splits = range(at, min(at + ROUND, self._plan.splits))
            with timed(self.seconds, "choice"):
                self.choices += self._choose(splits)
            with timed(self.seconds, "judgement"):
                self._judge(splits)

    def judged(self) -> "Judged | None":
        """What is judged so far: all seeds on complete splits, else two seeds or more of one that was begun."""
        methods = {PLAIN, *self._plan.methods}
        by_split = {
            split: sorted(set.intersection(*(set(values[name]) for name in methods)))
            for split, values in sorted(self._values.items())
            if methods <= set(values)
        }
        splits = [split for split, seeds in by_split.items() if len(seeds) == len(self._plan.judging)]
        if not splits:
            splits = sorted(by_split, key=lambda split: -len(by_split[split]))[:1]
        if not splits or len(by_split[splits[0]]) < 2:
            return None
        seeds = by_split[splits[0]]
        values = {
            measure: np.array(
                [
                    [np.concatenate([self._values[split][name][seed][measure] for split in splits]) for seed in seeds]
                    for name in (PLAIN, *self._plan.methods)
                ]
            )
            for measure in ("accuracy", "nll", *WHOLE)
        }
        return Judged(tuple(seeds), tuple(splits), values)

    def _choose(self, splits: Sequence[int]) -> list[dict[str, Choice]]:
        """What the validation part of each of some splits chooses."""
        plan, groups = self._plan, {"": [self._plan.plain_arm]}
        places: dict[str, tuple[str, int]] = {}
        for name, grid in plan.grids.items():
            group = groups.setdefault(self._owners[name], [])
            places[name] = self._owners[name], len(group)
            group += grid.values()
        starts = dict(zip(groups, np.cumsum([0, *map(len, groups.values())]).tolist(), strict=False))
        tasks = cut_arms(list(groups.values()), plan.tuning, [tuning_split(split) for split in splits])
        losses: dict[int, dict[tuple[int, int], Array]] = {split: {} for split in splits}
        for task, scores in self._trained(train_and_score, tasks, "choosing"):
            of_task = scores.nll if plan.choose_by == "nll" else scores.error
            for k, of_arm in enumerate(of_task):
                for seed, rows in zip(task.seeds, of_arm, strict=True):
                    losses[tuning_split(task.split)][task.first + k, seed] = rows

        def of_arms(split: int, first: int, count: int) -> Array:
            arms = range(first, first + count)
            return np.array([[losses[split][arm, seed] for seed in plan.tuning] for arm in arms])

        chosen = []
        for split in splits:
            plain = of_arms(split, 0, 1)
            if not np.isfinite(plain).all():
                raise InputError("training diverges without any of the methods: try a smaller learning_rate")
            of_split = {}
            for name, (owner, place) in places.items():
                strengths = list(plan.grids[name])
                candidates = np.concatenate([plain, of_arms(split, starts[owner] + place, len(strengths))])
                i = choose(candidates, plan.tolerance)
                means = tuple(map(float, candidates.mean(axis=(1, 2))))
                of_split[name] = Choice(strengths[i - 1] if i else None, means, i == len(strengths))
            chosen.append(of_split)
        return chosen

    def _judge(self, splits: Sequence[int]) -> None:
        plan, tasks, owners = self._plan, list[ArmsTask[Hyperparameters]](), dict[tuple[int, int], list[str]]()
        for split in splits:
            groups, names = self._groups(self.choices[split])
            tasks += cut_arms(groups, plan.judging, [split], of_splits=len(splits))
            owners |= {(split, i): of_arm for i, of_arm in enumerate(names)}
            self._values[split] = {}
        if self._plan.splits == 1:
            tasks.sort(key=lambda task: task.seeds)  # whole seeds come first, for Ctrl-C
        for task, scores in self._trained(train_and_judge, tasks, "judging"):
            for k in range(len(task.arms)):
                values = self._by_seed(task, scores, k)
                for name in owners[task.split, task.first + k]:
                    self._values[task.split].setdefault(name, {}).update(values)
        self._expected -= sum(
            len(plan.judging)
            for split in splits
            for name, choice in self.choices[split].items()
            if choice.strength is None and self._owners[name]
        )

    def _groups(self, choices: dict[str, Choice]) -> tuple[list[list[Arm[Hyperparameters]]], list[list[str]]]:
        """The arms that train in one bank, and for each arm in their order the methods that it stands for."""
        groups = {"": {self._plan.plain_arm: [PLAIN]}}
        for name, choice in choices.items():
            arm = self._plan.plain_arm if choice.strength is None else self._plan.grids[name][choice.strength]
            owner = "" if choice.strength is None else self._owners[name]
            groups.setdefault(owner, {}).setdefault(arm, []).append(name)
        return [list(group) for group in groups.values()], [
            names for group in groups.values() for names in group.values()
        ]

    def _by_seed(self, task: ArmsTask[Hyperparameters], scores: RowScores, k: int) -> dict[int, dict[str, Array]]:
        """The values of an arm by seed and measure, (columns,) each: one, or one for each group of rows."""
        accuracy, nll = self._columns(1 - scores.error[k]), self._columns(scores.nll[k])
        for seed, of_seed in zip(task.seeds, accuracy, strict=True):
            if not np.isfinite(of_seed).all():
                changed = {
                    name: value
                    for name, value in task.arms[k].method.as_dict().items()
                    if value != getattr(self._plan.plain, name)
                }
                at = "".join(f" at {name} {value:g}" for name, value in changed.items())
                raise InputError(f"training diverged on seed {seed}{at}: try a smaller learning_rate")
        whole = {name: values[k][:, None] for name, values in scores.whole.items()}
        by_measure = {"accuracy": accuracy, "nll": nll, **whole}
        return {seed: {name: x[i] for name, x in by_measure.items()} for i, seed in enumerate(task.seeds)}

    def _columns(self, rows: Array) -> Array:
        """Values (seeds, columns) from those of rows (seeds, rows)."""
        whole = np.asarray(rows.mean(axis=1))
        kept = rows_kept(rows.shape[1]) if self._by_rows else []
        if not kept:
            return whole[:, None]
        return group_values(whole, np.stack([rows[:, mask].mean(axis=1) for mask in kept], axis=-1))

    def _trained(
        self, function: JobFunction, tasks: Sequence[ArmsTask[Hyperparameters]], phase: str
    ) -> Iterator[tuple[ArmsTask[Hyperparameters], RowScores]]:
        """Each task with its result, as they come in."""
        heartbeat = self._heartbeat(phase)
        heartbeat()
        for i, scores in self._executor.run(function, tasks, heartbeat):
            yield tasks[i], scores
            self.networks += len(tasks[i].methods) * len(tasks[i].seeds)
            heartbeat()

    def _heartbeat(self, phase: str) -> Heartbeat:
        """Report progress even while no result comes in, so that the contest can be stopped then."""
        return lambda: self._progress(phase, self.networks, max(self._expected, self.networks))


@dataclass(frozen=True)
class Judged:
    """What was measured on the test parts."""

    seeds: tuple[int, ...]
    splits: tuple[int, ...]
    values: dict[str, Array]
    """By measure, (methods, seeds, columns): a column is a split, or a group of the rows of a given test part."""


def arm_owner(plan: Plan, name: str) -> str:
    """Whose networks a method is read from: its own, or '' for those of plain training."""
    return "" if all(arm.method == plan.plain for arm in plan.grids[name].values()) else name
