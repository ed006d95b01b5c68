"""A sweep: a grid of strengths on some seeds; the best is chosen on a validation part and judged on the test part."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.compiled import bank_libraries
from lsexplorer.data import Dataset
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output
from lsexplorer.data.split import stratified_split
from lsexplorer.errors import InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array, python_value
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.answers.answers import answers_of_bank
from lsexplorer.study.jobs.executors import CancelCheck, Progress, open_executor
from lsexplorer.study.jobs.jobs import TrainingTask, cut, trained
from lsexplorer.study.jobs.parts import Part, part_files
from lsexplorer.study.stats import Interval, checked_count, checked_seeds, mean_interval
from lsexplorer.study.sweep.grid import grid_points, point_text
from lsexplorer.study.sweep.results import Grid, Results, results_in, results_of

VALIDATION = 0.2
"""Share of each class of the training part that is kept for choosing, and not trained on."""
SEEDS = 10
"""Seeds of each point unless a number is given."""
SCORES = ("accuracy", "nll", "ece")
"""What is measured on both parts."""
MEASURES = (*(f"{part}_{name}" for part in ("validation", "test") for name in SCORES), "weight_norm", "logit_gap")
"""What is measured of each network: SCORES on both parts, the weight norm, and the logit gap on the test part."""
MAX_NETWORKS = 10_000_000
"""Points × seeds of a sweep."""
_SIGNS = {"accuracy": 1.0, "nll": -1.0, "ece": -1.0}
"""1 where higher is better, −1 where lower is."""


@dataclass(frozen=True)
class Best:
    """The point of the grid that the validation part chooses."""

    score: str
    """What it is chosen by, one of SCORES."""
    among: str
    """What it is chosen from: "all", or the one hyperparameter that varies while the others have their lowest value."""
    point: tuple[float, ...]
    validation: Interval
    """The score's mean on the validation part over the seeds, with its 95 % t interval."""
    test: Interval
    """The same on the test part."""


@dataclass(frozen=True)
class Sweep:
    """What a sweep measured."""

    data: str
    """The name of the data set."""
    hyperparameters: Hyperparameters
    """The hyperparameters that do not vary."""
    epochs: int
    """Epochs of each network."""
    varied: dict[str, tuple[float, ...]]
    """The values of each hyperparameter that varies, by its name."""
    seeds: tuple[int, ...]
    """The seeds that were asked for."""
    points: dict[tuple[float, ...], Array]
    """MEASURES of each point's networks (seeds, measures); points without a trained network are left out."""
    notes: tuple[str, ...] = ()
    """What was detected and changed while loading the data."""
    libraries_note: str = ""
    """A sentence if the networks were not all trained with the same NumPy and BLAS library, else empty."""

    def __repr__(self) -> str:
        return f"Sweep({self.data!r}, {', '.join(self.varied)}: {len(self.points):,} points, {len(self.seeds)} seeds)"

    @property
    def complete(self) -> bool:
        """Whether every point has every seed."""
        count = math.prod(map(len, self.varied.values()))
        return len(self.points) == count and all(len(values) == len(self.seeds) for values in self.points.values())

    def interval(self, point: tuple[float, ...], measure: str) -> Interval:
        """A measure's mean over the seeds at a point, with its 95 % t interval."""
        return mean_interval(self.points[point][:, MEASURES.index(measure)])

    def best(self, score: str, among: str = "all") -> Best | None:
        """The point that the validation part chooses by a score; points with a diverged network are skipped.

        ``among`` is "all" or the name of a hyperparameter that varies, see Best. None where there is no such point.
        """
        smallest = [min(values) for values in self.varied.values()]

        def quality(point: tuple[float, ...]) -> tuple[float, ...]:
            """Higher is better; NLL, if there is one, decides between points of equal accuracy."""
            means = self.points[point].mean(axis=0)
            first, second = (_SIGNS[name] * means[MEASURES.index(f"validation_{name}")] for name in (score, "nll"))
            return float(first), -math.inf if math.isnan(second) else float(second)

        qualities = {p: quality(p) for p in self.points if among in ("all", *self._varies_alone(p, smallest))}
        candidates = [point for point, (first, _) in qualities.items() if math.isfinite(first)]
        if not candidates:
            return None
        point = max(candidates, key=lambda point: qualities[point])
        return Best(
            score, among, point, self.interval(point, f"validation_{score}"), self.interval(point, f"test_{score}")
        )

    def _varies_alone(self, point: Sequence[float], smallest: Sequence[float]) -> list[str]:
        """Each hyperparameter such that all others have their smallest value at this point."""
        names = list(self.varied)
        return [
            name
            for i, name in enumerate(names)
            if all(point[j] == smallest[j] for j in range(len(names)) if j != i)
        ]  # fmt: skip


class InterruptedSweep(KeyboardInterrupt):
    """Ctrl-C stopped a sweep; ``sweep`` is what was measured."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__("the sweep was interrupted")
        self.sweep = sweep


@dataclass(frozen=True, eq=False)
class ValidationSplit:
    """A data set with some training rows moved to the front of its test part, for validation."""

    data: Dataset
    validation: int
    """How many rows of the test part are for validation: the first ones."""


def with_validation(data: Dataset, share: float = VALIDATION, seed: int = 0) -> ValidationSplit:
    """Take a share of each class of the training part for validation; raises InputError where a class is too small."""
    kept, taken = stratified_split(data.y_train, share, seed)
    if not len(taken):
        raise InputError(
            f"the data set '{data.name}' is too small for a validation part: no class has two training rows"
        )

    def both(train: NDArray[np.float64] | None, test: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return None if train is None or test is None else np.concatenate([train[taken], test])

    return ValidationSplit(
        data.subset(
            kept,
            X_test=np.concatenate([data.X_train[taken], data.X_test]),
            y_test=np.concatenate([data.y_train[taken], data.y_test]),
            test_rows=np.concatenate([data.train_rows[taken], data.test_rows]),
            soft_test=both(data.soft_train, data.soft_test),
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
    part: Part | None = None,
    parts: Sequence[str | Path] = (),
    workers: int | str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Train every combination of the varied strengths on some seeds, from the seed of ``hp`` on.

    A fifth of each class of the training part, the same for every network, is kept for validation.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data.
        vary: The values of each hyperparameter that varies, by its name; those of VARIED can.
        seeds: Seeds of each point, 2 or more.
        epochs: Epochs of each network, by default what suits the data.
        out: A CSV file that gets a row for each trained network. Networks that it already holds are not trained again.
        part: Train this part of the networks alone, one of several that run apart.
        parts: Files of results, or patterns such as 'part-*.csv': their rows are the result, and nothing is trained.
        workers: As for `match`.
        force: Replace an ``out`` that holds anything but results of this sweep.
        progress: As for `match`.

    Raises:
        InputError: For arguments that are out of range or do not go together, for a file of another sweep, for one
            that another sweep is writing to, and for parts in which networks are missing.
        InterruptedSweep: On Ctrl-C.

    """
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    reads = files_read(data.source, data.options.test_file)
    file = None if out is None else check_output(out, reads=reads, resumes=True)
    seeds = checked_seeds(seeds, 2, ": error bars need two")
    if not vary:
        raise InputError("a sweep needs something to vary, such as label_smoothing=0:0.5:0.05")
    varied = {name: tuple(map(python_value, values)) for name, values in vary.items()}
    points = grid_points(base, varied)
    targets_of(data, "train", base.replace(**dict(zip(varied, points[-1], strict=True))))
    if len(points) * seeds > MAX_NETWORKS:
        raise InputError(f"a sweep has at most {MAX_NETWORKS:,} networks, got {len(points):,} points × {seeds:,} seeds")
    epochs = checked_count("epochs", default_epochs(data) if epochs is None else epochs)
    split = with_validation(data)
    steps = epochs * steps_per_epoch(split.data, base)
    chosen = tuple(range(base.seed, base.seed + seeds))
    recipe = _recipe(data, base, varied, epochs)
    tasks = cut([base.replace(**dict(zip(varied, point, strict=True))) for point in points], chosen, steps)
    own = range(len(tasks)) if part is None else part.share(len(tasks))
    total = sum(len(tasks[i].methods) * len(tasks[i].seeds) for i in own)

    grid = Grid(tuple(varied), points, chosen)

    def gathered(results: Results) -> Sweep:
        measured = {
            point: values if known.all() else values[known]
            for point, values, known in zip(points, results.values, results.known, strict=True)
            if known.any()
        }
        return Sweep(data.name, base, epochs, varied, chosen, measured, data.notes, _note(results.libraries))

    if parts:
        results = results_of(part_files(parts), recipe, grid, MEASURES)
        _check_complete(results, grid)
        return gathered(results)
    with (
        open_executor(workers, split) as executor,
        results_in(file, recipe, grid, MEASURES, replace=force) as results,
    ):
        missing = [tasks[i] for i in own if not results.known[_places(tasks[i], base.seed)].all()]
        trained_so_far = total - sum(len(task.methods) * len(task.seeds) for task in missing)
        try:
            for i, (values, computed_with) in executor.run(train_and_score, missing):
                keys = _keys(missing[i], points)
                results.add(zip(keys, values, strict=True), computed_with)
                trained_so_far += len(keys)
                if progress is not None:
                    progress("sweeping", trained_so_far, total)
        except KeyboardInterrupt:
            raise InterruptedSweep(gathered(results)) from None
        return gathered(results)


def train_and_score(split: ValidationSplit, task: TrainingTask, check: CancelCheck) -> tuple[Array, str]:
    """A job: MEASURES of its networks, (networks, measures), and the libraries that they were computed with."""
    bank = trained(split.data, task, check)
    z, log_p = answers_of_bank(bank)
    columns = []
    for rows in (slice(0, split.validation), slice(split.validation, None)):
        scores = metrics.score(z[rows], None if log_p is None else log_p[rows], split.data.y_test[rows])
        columns += [np.where(bank.diverged, np.nan, scores[name]) for name in SCORES]
    norm = norms.total(bank.stacked().weights)
    gap = metrics.logit_gaps(z[split.validation :], split.data.y_test[split.validation :]).mean(axis=0)
    return np.stack([*columns, norm, gap], axis=1), bank_libraries()


def _check_complete(results: Results, grid: Grid) -> None:
    """Raise InputError, naming the first, where networks are missing."""
    if not results.known.all():
        missing, (point, seed) = np.count_nonzero(~results.known), np.argwhere(~results.known)[0]
        raise InputError(
            f"the files lack {missing:,} of {results.known.size:,} networks: the first is "
            f"{point_text(grid.names, grid.points[point])}, seed {grid.seeds[seed]}"
        )


def _note(computed_with: set[str]) -> str:
    if len(computed_with) < 2:
        return ""
    return f"The rows were computed with {' and with '.join(sorted(computed_with))}: equal settings may differ in them."


def _keys(task: TrainingTask, points: Sequence[tuple[float, ...]]) -> list[tuple[tuple[float, ...], int]]:
    """Point and seed of each of a task's networks, in the order of the networks."""
    own = points[task.first : task.first + len(task.methods)]
    return [(point, seed) for seed in task.seeds for point in own]


def _places(task: TrainingTask, first_seed: int) -> tuple[slice, slice]:
    """Where a task's networks stand in a Results' arrays."""
    seed = task.seeds[0] - first_seed
    return slice(task.first, task.first + len(task.methods)), slice(seed, seed + len(task.seeds))


def _recipe(data: Dataset, base: Hyperparameters, varied: Mapping[str, object], epochs: int) -> str:
    """A hash of everything that the numbers depend on besides the point and the seed."""
    rest = {name: value for name, value in base.as_dict().items() if name not in (*varied, "seed")}
    return hashlib.sha256(repr((data.digest, rest, epochs, VALIDATION)).encode()).hexdigest()[:12]
