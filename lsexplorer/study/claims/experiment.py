"""A claim and the experiment that puts it to the test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lsexplorer.study.claims.context import ExperimentContext, Training
from lsexplorer.study.claims.result import Claim, Outcome


@dataclass(frozen=True)
class Experiment:
    """A claim with what puts it to the test."""

    claim: Claim
    run: Callable[[ExperimentContext], Outcome]
    """Measures and decides; raises InputError where the data or the network do not allow it."""
    needs_training: bool = True
    """Whether it trains networks on the data, rather than computing with formulas alone."""
    trains: Callable[[ExperimentContext], Iterable[Training]] = lambda context: ()
    """What it will ask the scores of, where that can be trained beforehand; raises as ``run``."""
    weight: float = 1.0
    """Its share of the progress bar: about the seconds it takes on Iris."""
