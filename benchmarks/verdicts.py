"""What verdicts say where the truth is known: on real networks, drawn again and again from a pool, and by simulation.

python -m benchmarks.verdicts [NAME …]
"""

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer import Hyperparameters, load_dataset
from lsexplorer.data.resplit import validation_rows
from lsexplorer.nn.remedies import Reading
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.arms import Arm, cut_arms, train_and_measure
from lsexplorer.study.jobs.executors import cores, open_executor
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.match.evaluation import PLAIN, SMOOTHING, Evaluation, Gathering
from lsexplorer.study.match.findings import Scope, Values, findings, of_pairs
from lsexplorer.study.match.plan import SPLITS, default_seeds
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.match.verdict import VerdictKind, judge
from lsexplorer.study.measures import Measure, measures
from lsexplorer.study.stats import (
    ALPHA,
    SETTLED,
    Estimate,
    Margin,
    decide,
    one_way,
    outside_p,
    seeds_to_settle,
    two_way,
)

NAMES = ("iris", "penguins", "digits")
NEAR = 2
"""The arm of a smoothing that is nearly the same."""
POOL_SPLITS = 4
"""Splits in a pool beyond those of a match."""
REPETITIONS = 200
STRENGTH = MatchedStrength("weight_norm", 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, "falling", (1.0,))
Rows = NDArray[np.int64]


class Bound(NamedTuple):
    """A line of the table: how often something must be said at least, or at most."""

    case: str
    data: str
    design: str
    share: float
    bound: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the share keeps to the bound."""
        return self.share >= self.bound if self.at_least else self.share <= self.bound

    def cells(self) -> tuple[str, ...]:
        """The cells of its row."""
        sign = "≥" if self.at_least else "≤"
        met = "yes" if self.is_met else "no"
        return self.case, self.data, self.design, f"{self.share:.1%}", f"{sign} {self.bound:.0%}", met


class Pool:
    """Many networks of plain training and of smoothing .1 and .095, of which matches draw some at a time."""

    def __init__(self, name: str) -> None:
        data = load_dataset(name)
        plain = Hyperparameters(**default_hyperparameters(data))
        end = Reading(default_epochs(data) * steps_per_epoch(data, plain))
        arms = [Arm(plain.replace(label_smoothing=a), end) for a in (0.0, 0.1, 0.095)]
        self.seeds, self.splits = default_seeds(len(data.y_test)), SPLITS
        seeds = range(5 * self.seeds // 2)
        tasks = cut_arms([arms], seeds, range(SPLITS + POOL_SPLITS))
        gathering = Gathering(tasks)
        with open_executor(cores(), Splits(data, validation_rows(data, 0), 0)) as executor:
            for i, measured in executor.run(train_and_measure, tasks, lambda: None):
                gathering.add(tasks[i], measured)
        result = gathering.result()
        assert result is not None
        self._all: Evaluation = result
        self._scope = Scope(self.seeds, len(data.y_train), len(data.y_test), self.splits)
        self._measures = measures(len(plain.hidden) + 1)

    @property
    def design(self) -> str:
        """Seeds and splits of a match."""
        return f"{self.seeds} seeds × {self.splits} splits"

    def kinds(self, arm: int, *, other_seeds: bool = False) -> Iterator[VerdictKind]:
        """The verdicts on an arm, taken for the remedy; of the same seeds as smoothing, or of others."""
        rng = np.random.default_rng(0)
        for _ in range(REPETITIONS):
            seeds, splits = (rng.permutation(count) for count in (len(self._all.seeds), self._all.splits))
            of_arm = seeds[self.seeds : 2 * self.seeds] if other_seeds else seeds[: self.seeds]
            values = [self._values(one, arm, seeds[: self.seeds], of_arm, splits[: self.splits]) for one in self._known]
            yield judge("l2", STRENGTH, findings(values, "weight_norm", self._scope), self._scope).kind

    @property
    def _known(self) -> list[Measure]:
        return [one for one in self._measures if one.kind != "described"]

    def _values(self, measure: Measure, arm: int, seeds: Rows, of_arm: Rows, splits: Rows) -> Values:
        if measure.pairwise:
            of_two = self._all.likeness[measure.name]
            own, others = (of_two[of][splits][:, seeds] for of in (SMOOTHING, arm))
            own = own[:, :, seeds]
            return of_pairs(measure, own, own, others[:, :, of_arm])
        scalars, of_all = self._all.scalars[measure.name], ((PLAIN, seeds), (SMOOTHING, seeds), (arm, of_arm))
        return Values(measure, *(scalars[of][chosen][:, splits] for of, chosen in of_all))


def share(kinds: Iterator[VerdictKind], wanted: Callable[[VerdictKind], bool]) -> float:
    """How often a verdict is one that is wanted."""
    return float(np.mean([wanted(kind) for kind in kinds]))


def is_same(kind: VerdictKind) -> bool:
    """Whether it says that the remedy does what smoothing does."""
    return kind == "could have"


def is_different(kind: VerdictKind) -> bool:
    """Whether it says that it does not."""
    return kind in ("matched but different", "different route")


def on_networks(name: str) -> Iterator[Bound]:
    """The lines of one data set."""
    pool = Pool(name)
    case = name, pool.design
    yield Bound("smoothing .1 and .095: could have", *case, share(pool.kinds(NEAR), is_same), 0.8)
    yield Bound(
        "smoothing, other seeds: could have", *case, share(pool.kinds(SMOOTHING, other_seeds=True), is_same), 0.9
    )
    if name == "digits":
        yield Bound("plain and smoothing: different", *case, share(pool.kinds(PLAIN), is_different), 0.95)


def crossed(rng: np.random.Generator, seeds: int, mean: float, spread: float, test_share: float) -> NDArray[np.float64]:
    """Differences (seeds, splits): effects of the seed, of the split, and of both together; splits share rows."""
    common = test_share / (1 + test_share)
    splits = np.sqrt(common) * rng.normal() + np.sqrt(1 - common) * rng.normal(size=SPLITS)
    return np.asarray(mean + spread * (rng.normal(size=(seeds, 1)) + splits + rng.normal(size=(seeds, SPLITS))))


def by_simulation() -> Iterator[Bound]:
    """A difference of .8 of its margin, however many seeds; and how often an interval holds the truth."""
    rng, test_share, repetitions = np.random.default_rng(1), 0.25, 1000
    for seeds in (6, 24, 96, 384):
        called, held = [], []
        for _ in range(repetitions):
            spread = rng.choice([0.02, 0.2, 1.0])
            estimate = two_way(crossed(rng, seeds, 0.8, spread, test_share), test_share)
            called.append(outside_p(estimate, Margin(1.0)) <= ALPHA)
            held.append(estimate.interval().low <= 0.8 <= estimate.interval().high)
        design = f"{seeds} seeds × {SPLITS} splits"
        yield Bound("a difference of .8 margin: different", "simulated", design, float(np.mean(called)), 0.05, False)
        slack = 2 * np.sqrt(0.05 * 0.95 / repetitions)
        yield Bound("a 95 % interval holds the truth", "simulated", design, float(np.mean(held)), 0.95 - slack)
    margin, named = Margin(1.0), 12
    for mean, spread in ((0.0, 3.0), (0.5, 2.0), (2.0, 4.0)):
        seeds = seeds_to_settle([(Estimate(mean, spread / named**0.5, named - 1, named), margin)]) or 0
        settled = []
        for _ in range(repetitions):
            estimate = one_way(rng.normal(mean, spread, seeds))
            settled.append(decide(estimate, margin, outside_p(estimate, margin)) != "open")
        yield Bound(
            "the seeds that are named settle it",
            "simulated",
            f"{seeds} seeds",
            float(np.mean(settled)),
            SETTLED - slack,
        )


def main() -> None:
    """Print the table as Markdown; the exit status is 1 where a bound is not met."""
    print("| what must be said | data | design | found | bound | met |")
    print("|" + " --- |" * 6)
    missed = False
    for bounds in (*map(on_networks, sys.argv[1:] or NAMES), by_simulation()):
        for bound in bounds:
            print("| " + " | ".join(bound.cells()) + " |", flush=True)
            missed |= not bound.is_met
    sys.exit(missed)


if __name__ == "__main__":
    main()
