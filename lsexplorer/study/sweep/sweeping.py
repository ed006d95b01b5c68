"""A sweep: a grid of strengths on some seeds, the best chosen on a validation part and judged on the test part."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.data.split import stratified_split
from lsexplorer.errors import InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.executors import Check, open_workers
from lsexplorer.study.jobs.jobs import Task, cut, trained
from lsexplorer.study.match.matching import Progress
from lsexplorer.study.measures import answers
from lsexplorer.study.stats import Interval, mean_interval
from lsexplorer.study.sweep.grid import grid_points
from lsexplorer.study.sweep.results import Results

VALIDATION = 0.2
"""Share of every class of the training part that is for choosing, and not trained on."""
SEEDS = 10
SCORES = ("accuracy", "nll", "ece")
MEASURES = (*(f"{part}_{name}" for part in ("validation", "test") for name in SCORES), "weight_norm", "logit_gap")
"""Of each network: the scores on both parts; weight norm, and logit gap on the test part."""
_SIGNS = {"accuracy": 1.0, "nll": -1.0, "ece": -1.0}


@dataclass(frozen=True)
class Best:
    """A point of the grid that was chosen by a score's mean on the validation part.

    among: what it was chosen from, "all" or the name of the one hyperparameter that varies, the others at their
    smallest value. validation and test: that score's mean over the seeds with its 95 % t interval.
    """

    score: str
    among: str
    point: tuple[float, ...]
    validation: Interval
    test: Interval


@dataclass(frozen=True)
class Sweep:
    """What was measured: values (seeds, measures) of each point of which a seed is done, as MEASURES has them.

    varied: values by name. seeds: those asked for. complete: whether all points have all seeds.
    """

    data: str
    hyperparameters: Hyperparameters
    epochs: int
    varied: dict[str, tuple[float, ...]]
    seeds: tuple[int, ...]
    points: dict[tuple[float, ...], Array]

    @property
    def complete(self) -> bool:
        """Whether every point has every seed."""
        count = math.prod(map(len, self.varied.values()))
        return len(self.points) == count and all(len(values) == len(self.seeds) for values in self.points.values())

    def interval(self, point: tuple[float, ...], measure: str) -> Interval:
        """A measure's mean over the seeds at a point, with its 95 % t interval."""
        return mean_interval(self.points[point][:, MEASURES.index(measure)])

    def best(self, score: str, among: str = "all") -> Best | None:
        """The point that the validation part chooses; points with a diverged network are passed over."""
        smallest = [min(values) for values in self.varied.values()]

        def quality(point: tuple[float, ...]) -> tuple[float, ...]:
            """Higher is better; NLL, where there is one, decides between points of the same accuracy."""
            means = self.points[point].mean(axis=0)
            first, second = (_SIGNS[one] * means[MEASURES.index(f"validation_{one}")] for one in (score, "nll"))
            return float(first), -math.inf if math.isnan(second) else float(second)

        qualities = {p: quality(p) for p in self.points if among in ("all", *self._apart(p, smallest))}
        candidates = [point for point, (first, _) in qualities.items() if math.isfinite(first)]
        if not candidates:
            return None
        point = max(candidates, key=lambda point: qualities[point])
        return Best(
            score, among, point, self.interval(point, f"validation_{score}"), self.interval(point, f"test_{score}")
        )

    def _apart(self, point: Sequence[float], smallest: Sequence[float]) -> list[str]:
        """The names of which this point may be seen as varying them alone."""
        names = list(self.varied)
        return [
            name
            for i, name in enumerate(names)
            if all(point[j] == smallest[j] for j in range(len(names)) if j != i)
        ]  # fmt: skip


class InterruptedSweep(KeyboardInterrupt):
    """Ctrl-C stopped a sweep; ``sweep`` holds what was done."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__("the sweep was interrupted")
        self.sweep = sweep


@dataclass(frozen=True, eq=False)
class Parts:
    """A data set whose training part gave some rows for validation: they are the first of its test part."""

    data: Dataset
    validation: int


def with_validation(data: Dataset, share: float = VALIDATION, seed: int = 0) -> Parts:
    """Take a share of each class of the training part for validation; raises InputError where a class is too small."""
    kept, taken = stratified_split(data.y_train, share, seed)
    if not len(taken):
        raise InputError(
            f"the data set '{data.name}' is too small for a validation part: no class has two training rows"
        )

    def both(train: NDArray[np.float64] | None, test: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return None if train is None or test is None else np.concatenate([train[taken], test])

    return Parts(
        replace(
            data,
            X_train=data.X_train[kept],
            y_train=data.y_train[kept],
            X_test=np.concatenate([data.X_train[taken], data.X_test]),
            y_test=np.concatenate([data.y_train[taken], data.y_test]),
            train_rows=data.train_rows[kept],
            test_rows=np.concatenate([data.train_rows[taken], data.test_rows]),
            soft_train=None if data.soft_train is None else data.soft_train[kept],
            soft_test=both(data.soft_train, data.soft_test),
            raw_train=None,
            raw_test=None,
        ),
        len(taken),
    )


def sweep(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    vary: Mapping[str, Sequence[float]],
    seeds: int = SEEDS,
    epochs: int | None = None,
    out: str | Path | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Train every combination of the varied strengths on some seeds, from the seed of ``hp`` on.

    A fifth of each class of the training part is kept for validation, the same for all. out: a CSV file that gets a
    row for each network as it is done; what is in it already is not done again. workers and progress: as for `match`.
    Raises InputError for what cannot be, and InterruptedSweep on Ctrl-C.
    """
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    if seeds < 2:
        raise InputError(f"a sweep needs 2 seeds or more for its error bars, got {seeds}")
    if not vary:
        raise InputError("a sweep needs something to vary, such as label_smoothing=0:0.5:0.05")
    varied = {name: tuple(values) for name, values in vary.items()}
    points = grid_points(base, varied)
    targets_of(data, "train", base.replace(**dict(zip(varied, points[-1], strict=True))))
    epochs = default_epochs(data) if epochs is None else epochs
    parts = with_validation(data)
    steps = epochs * steps_per_epoch(parts.data, base)
    chosen = tuple(range(base.seed, base.seed + seeds))
    recipe = _recipe(data, base, varied, epochs)
    results = Results(None if out is None else Path(out), recipe, tuple(varied), MEASURES)
    tasks = cut([base.replace(**dict(zip(varied, point, strict=True))) for point in points], chosen, steps)
    left = [task for task in tasks if any(key not in results.rows for key in _keys(task, points))]
    total = len(points) * seeds
    done = total - sum(len(task.methods) * len(task.seeds) for task in left)
    try:
        with open_workers(workers, parts) as open_:
            for i, values in open_.each(train_and_score, left):
                keys = _keys(left[i], points)
                results.add(zip(keys, values, strict=True))
                done += len(keys)
                if progress is not None:
                    progress("sweeping", done, total)
    except KeyboardInterrupt:
        raise InterruptedSweep(_gathered(data, base, epochs, varied, chosen, points, results)) from None
    return _gathered(data, base, epochs, varied, chosen, points, results)


def _gathered(
    data: Dataset,
    base: Hyperparameters,
    epochs: int,
    varied: dict[str, tuple[float, ...]],
    seeds: tuple[int, ...],
    points: Sequence[tuple[float, ...]],
    results: Results,
) -> Sweep:
    found = {}
    for point in points:
        rows = [results.rows[point, seed] for seed in seeds if (point, seed) in results.rows]
        if rows:
            found[point] = np.array(rows)
    return Sweep(data.name, base, epochs, varied, seeds, found)


def train_and_score(parts: Parts, task: Task, check: Check) -> Array:
    """A cell: MEASURES of its networks, (networks, measures)."""
    bank = trained(parts.data, task, check)
    z, log_p = answers(bank)
    columns = []
    for rows in (slice(0, parts.validation), slice(parts.validation, None)):
        scores = metrics.score(z[rows], None if log_p is None else log_p[rows], parts.data.y_test[rows])
        columns += [np.where(bank.diverged, np.nan, scores[name]) for name in SCORES]
    norm = norms.total(bank.stacked().weights)
    gap = metrics.logit_gaps(z[parts.validation :], parts.data.y_test[parts.validation :]).mean(axis=0)
    return np.stack([*columns, norm, gap], axis=1)


def _keys(task: Task, points: Sequence[tuple[float, ...]]) -> list[tuple[tuple[float, ...], int]]:
    """Point and seed of each of a task's networks, in their order."""
    these = points[task.first : task.first + len(task.methods)]
    return [(point, seed) for seed in task.seeds for point in these]


def _recipe(data: Dataset, base: Hyperparameters, varied: Mapping[str, object], epochs: int) -> str:
    """A hash of all that makes the numbers besides the point and the seed."""
    rest = {name: value for name, value in base.as_dict().items() if name not in (*varied, "seed")}
    return hashlib.sha256(repr((data.digest, rest, epochs, VALIDATION)).encode()).hexdigest()[:12]
