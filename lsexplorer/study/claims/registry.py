"""The experiments, in the order of their claims' numbers: a new one gets its line here."""

from lsexplorer.study.claims import (
    calibration,
    changed_data,
    choosing,
    factor,
    growth,
    overfitting,
    penalty,
    remedies,
    worked,
)
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim

EXPERIMENTS: tuple[Experiment, ...] = (
    worked.EXPERIMENT,
    factor.EXPERIMENT,
    growth.EXPERIMENT,
    penalty.EXPERIMENT,
    remedies.EXPERIMENT,
    choosing.EXPERIMENT,
    calibration.EXPERIMENT,
    changed_data.EXPERIMENT,
    overfitting.EXPERIMENT,
)
CLAIMS: tuple[Claim, ...] = tuple(experiment.claim for experiment in EXPERIMENTS)
