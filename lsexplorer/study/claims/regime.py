"""Data, and how networks are trained on them: what one part of an experiment is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lsexplorer.data import Dataset
from lsexplorer.data.resplit import new_split
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import layer_sizes, steps_per_epoch
from lsexplorer.study.claims.decisions import estimated
from lsexplorer.study.claims.result import ClaimVerdict, Evidence, Number, Table
from lsexplorer.study.stats import Estimate


@dataclass(frozen=True)
class Regime:
    """Data, and how networks are trained on them."""

    splits: tuple[Dataset, ...]
    """The data with their own split first, then with others; with their own alone where they came with a test part."""
    plain: Hyperparameters
    """The network without label smoothing."""
    seeds: tuple[int, ...]
    """Each is trained on each split."""
    epochs: int

    @property
    def data(self) -> Dataset:
        """The data with their own split."""
        return self.splits[0]

    @property
    def steps(self) -> int:
        """Training steps of each network."""
        return self.epochs * steps_per_epoch(self.data, self.plain)

    def estimate(self, values: Array, *, counted: bool = False) -> Estimate:
        """The Estimate of values (seeds, columns), the columns being splits, or groups of the test part's rows.

        counted: whether it is a mean of right answers, so that the smallest difference is one row of a test part.
        """
        rows = len(self.data.y_test)
        share = rows / len(self.data.y_train) if len(self.splits) > 1 else None
        return estimated(values, share, 1 / rows if counted else 0.0)

    def number(
        self, label: str, values: Array, *, counted: bool = False, signed: bool = False, unit: str = ""
    ) -> Number:
        """The mean of values (seeds, columns) as a Number; see `estimate`."""
        return Number.of(label, self.estimate(values, counted=counted).interval(), signed=signed, unit=unit)

    def evidence(
        self, verdict: ClaimVerdict, text: str, numbers: Iterable[Number], *, name: str = "", table: Table | None = None
    ) -> Evidence:
        """Evidence from networks of this regime, by default under the name of the data."""
        return Evidence(
            name or self.data.name,
            verdict,
            text,
            data=self.data.name,
            network=network_text(self.data, self.plain),
            seeds=self.seeds,
            splits=len(self.splits),
            epochs=self.epochs,
            steps=self.steps,
            numbers=tuple(numbers),
            table=table,
        )


def splits_of(data: Dataset, count: int, seed: int) -> tuple[Dataset, ...]:
    """The data with their own split and ``count`` − 1 others, drawn from ``seed`` on; as they are if they came so."""
    if data.came_split:
        return (data,)
    return (data, *(new_split(data, seed + i) for i in range(1, count)))


def network_text(data: Dataset, hp: Hyperparameters) -> str:
    """The network in words: "4-5-3 tanh, softmax + cross_entropy"."""
    sizes = "-".join(map(str, layer_sizes(data, hp)))
    return f"{sizes}{' ' + hp.activation if hp.hidden else ''}, {hp.output} + {hp.loss}"


def work_of_step(data: Dataset, hp: Hyperparameters) -> int:
    """Parameters × rows of a batch: what a training step costs, in proportion."""
    return sum((i + 1) * o for i, o in pairwise(layer_sizes(data, hp))) * min(hp.batch_size, len(data.X_train))
