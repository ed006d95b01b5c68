"""The error terms over a run: each output's t′ − o at steps spread over the whole path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.start import Batches
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint

MOST_STEPS = 200
"""Steps at most at which the terms are computed, besides the present one."""


@dataclass(frozen=True)
class ErrorTerms:
    """t′ − o of every output before each of some steps, from the checkpoints of the run."""

    steps: NDArray[np.int64]
    """Steps trained (m,), in rising order."""
    terms: Array
    """t′ − o (m, units) as the delta table has it: of the sample, or the mean over the batch that comes next."""
    names: tuple[str, ...]
    """The classes of the outputs."""
    own: int
    """The output of the sample's class, −1 for the batch's mean and for a single output."""
    row: int | None
    """The sample's row in the source, from 1; None for the batch's mean."""
    other: str
    """What another variant shows, '' where there is none."""
    now: int
    """The present step; after a step back the path goes further."""
    limits: tuple[float, float]
    """The lowest and the highest of the terms, 0 among them."""

    @property
    def crossed(self) -> int | None:
        """The first of the steps at which o is above t′ for the sample's class; None if it never is."""
        if self.own < 0 or not (self.terms[:, self.own] < 0).any():
            return None
        return int(self.steps[int(np.argmax(self.terms[:, self.own] < 0))])

    @property
    def stays_below(self) -> bool:
        """Whether o is above t′ for the sample's class at every step from the first such one on."""
        return self.crossed is not None and bool((self.terms[self.steps >= self.crossed, self.own] < 0).all())


def error_terms(run: RunState, viewpoint: Viewpoint) -> ErrorTerms:
    """The error terms of the selected sample, or of the batch's mean where none is; an odd variant: of the mean."""
    data, hp = run.data, run.hyperparameters
    sample = None if viewpoint.variant % 2 else viewpoint.deltas.sample
    network, batches = Network(run.network.sizes, hp.activation, hp.output), Batches(data, hp)
    steps, terms = [], []
    with np.errstate(all="ignore"):
        for step, then, parameters in run.snapshots(MOST_STEPS):
            rows = batches.after(step) if sample is None else np.array([sample])
            network.parameters = parameters
            outputs = network.forward(data.X_train[rows]).outputs
            terms.append((targets_of(data, "train", then, rows) - outputs).mean(axis=0))
            steps.append(step)
    found = np.array(terms)
    finite = found[np.isfinite(found)]
    classes = data.class_names[-network.sizes[-1] :] if network.sizes[-1] == 1 else data.class_names
    return ErrorTerms(
        np.array(steps),
        found,
        classes,
        -1 if sample is None or len(classes) == 1 else int(data.y_train[sample]),
        None if sample is None else int(data.train_rows[sample]) + 1,
        _other(viewpoint.deltas.sample, sample),
        run.step_count,
        (float(finite.min(initial=0.0)), float(finite.max(initial=0.0))),
    )


def in_one_scale(runs: Sequence[ErrorTerms]) -> list[ErrorTerms]:
    """The terms of several runs with the same limits."""
    limits = min(run.limits[0] for run in runs), max(run.limits[1] for run in runs)
    return [replace(run, limits=limits) for run in runs]


def _other(selected: int | None, shown: int | None) -> str:
    if selected is None:
        return ""
    return "the sample" if shown is None else "the batch's mean"
