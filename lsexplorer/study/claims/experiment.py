"""A claim and the experiment that puts it to the test."""

from collections.abc import Callable
from dataclasses import dataclass

from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.result import Claim, Outcome


@dataclass(frozen=True)
class Experiment:
    """A claim with what puts it to the test."""

    claim: Claim
    run: Callable[[ExperimentContext], Outcome]
    """Measures and decides; raises InputError where the data or the network do not allow it."""
    needs_training: bool = True
    """Whether it trains networks on the data, rather than computing with formulas alone."""
    weight: float = 1.0
    """Its share of the progress bar: about the seconds it takes on Iris."""
