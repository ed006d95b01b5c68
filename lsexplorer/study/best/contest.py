"""Best against best: every method at the strength that validation chooses, judged on test rows.

On each split, a validation part of its training rows chooses a strength for each method, or plain training. Then each
method trains anew on all training rows of the split, on other seeds, and is judged on its test part, of which nothing
was seen before. Within a seed and a split all methods share first weights and batch order.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.best.comparing import Comparison, compared
from lsexplorer.study.best.plan import PLAIN, Plan, planned
from lsexplorer.study.best.running import Choice, Judged, Run
from lsexplorer.study.best.scoring import NestedSplits
from lsexplorer.study.best.verdict import verdict
from lsexplorer.study.jobs.executors import Progress, open_executor
from lsexplorer.study.jobs.interrupted import Interrupted
from lsexplorer.study.match.findings import Scope


@dataclass(frozen=True)
class Best:
    """The result of a contest."""

    data: Dataset
    plan: Plan
    """What was asked for."""
    left_out: dict[str, str]
    """Why other remedies were left out, by their names."""
    choices: dict[str, tuple[Choice, ...]]
    """By method, what the validation part of each split chose."""
    seeds: tuple[int, ...]
    """The seeds that the methods were judged by."""
    splits: tuple[int, ...]
    """The splits that they were judged on; 0 is the data's own."""
    values: dict[str, Array] = field(repr=False)
    """By measure, (methods, seeds, columns), plain training first: a column is a split, or a group of the rows of a
    given test part."""
    comparisons: tuple[Comparison, ...] = field(repr=False)
    """Each method against plain training, and each remedy against label smoothing, in each measure that is judged."""
    scope: Scope
    """What the methods were compared on."""
    networks: int
    """Networks trained in all."""
    seconds: dict[str, float]
    """Seconds that each part took, by its name."""

    def __repr__(self) -> str:
        return f"Best({self.data.name!r}: {self.text})"

    @property
    def complete(self) -> bool:
        """Whether every seed was judged on every split."""
        return (len(self.seeds), len(self.splits)) == (len(self.plan.judging), self.plan.splits)

    @property
    def text(self) -> str:
        """What beats plain training and what does not, and how label smoothing stands among them, in sentences."""
        return verdict(self.comparisons, self.data.name, self.scope, choose_by=self.plan.choose_by, off=self.off)

    @property
    def off(self) -> frozenset[str]:
        """The methods that validation nowhere prefers to plain training."""
        return frozenset(
            name for name, choices in self.choices.items() if all(choice.strength is None for choice in choices)
        )

    def means(self, method: str) -> dict[str, float]:
        """A method's mean of each measure over seeds and columns; NaN where it has none."""
        i = (PLAIN, *self.plan.methods).index(method)
        return {name: float(values[i].mean()) for name, values in self.values.items()}


class InterruptedBest(Interrupted):
    """Ctrl-C stopped a contest; ``best`` is what was judged, or None where no split was."""

    def __init__(self, best: Best | None) -> None:
        super().__init__("contest", best)
        self.best = best


def best(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    remedies: Sequence[str] | None = None,
    choose_by: str | None = None,
    tolerance: float = 1.0,
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    margins: Mapping[str, float] | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Best:
    """Choose every method's strength by validation, and judge on test whether any is better than plain training.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data. Strengths of the methods that it has are ignored;
            its seed is the first one used.
        remedies: What to compare with plain training and label smoothing: names of REMEDIES in nn/remedies.py, by
            default all that go with the network; the result says why others do not.
        choose_by: "nll", the default where the output gives probabilities, or "accuracy": on few validation rows most
            strengths answer equally many rightly, while NLL sees how sure they are.
        tolerance: Standard errors of the difference to the best strength within which a simpler one is chosen, plain
            training before any other; with 0 the best is.
        seeds: Seeds to judge by, 2 or more: by default 4, or 12 where there is one split. Half as many others, and at
            least 2, are for choosing.
        splits: Splits on each of which strengths are chosen and methods judged, by default 10; 1 is the data's own
            alone, and all that there is where the data came with their test part.
        epochs: Epochs of each network, by default what suits the data.
        margins: Differences that do not matter, of accuracy and nll: {"accuracy": 0.01}.
        workers: None for this process, a number of processes, or the address of a Dask scheduler.
        progress: See Progress.

    Raises:
        InputError: For arguments that are out of range or do not go together, for data too small to spare validation
            rows, and for training that diverges.
        InterruptedBest: On Ctrl-C.

    """
    plan, left_out = planned(
        data,
        hp,
        remedies,
        choose_by=choose_by,
        tolerance=tolerance,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        margins=margins,
    )
    with open_executor(workers, NestedSplits(data, plan.plain.seed)) as executor:
        run = Run(plan, executor, progress, by_rows=data.came_split)
        try:
            run.run()
        except KeyboardInterrupt:
            judged = run.judged()
            raise InterruptedBest(None if judged is None else _result(data, plan, left_out, run, judged)) from None
        judged = run.judged()
        assert judged is not None  # all of it
        return _result(data, plan, left_out, run, judged)


def _result(data: Dataset, plan: Plan, left_out: dict[str, str], run: Run, judged: Judged) -> Best:
    start = time.perf_counter()
    scope = Scope(len(judged.seeds), len(data.y_train), len(data.y_test), len(judged.splits), data.came_split)
    comparisons = compared(plan, judged.values, scope)
    choices = {name: tuple(run.choices[split][name] for split in judged.splits) for name in plan.methods}
    seconds = run.seconds | {"statistics": time.perf_counter() - start}
    return Best(
        data,
        plan,
        left_out,
        choices,
        judged.seeds,
        judged.splits,
        judged.values,
        tuple(comparisons),
        scope,
        run.networks,
        seconds,
    )
