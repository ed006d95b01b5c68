"""Each method against plain training, and each remedy against label smoothing: which is better, and by how much."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lsexplorer.nn.arrays import Array
from lsexplorer.study.best.plan import PLAIN, SMOOTHING, Plan
from lsexplorer.study.match.findings import Scope
from lsexplorer.study.measures import Measure
from lsexplorer.study.stats import ALPHA, Estimate, Margin, decide, holm, outside_p, two_way


@dataclass(frozen=True)
class Comparison:
    """A method against another in one measure, on the same seeds and splits."""

    method: str
    other: str
    """Plain training or label smoothing."""
    measure: Measure
    gain: Estimate
    """By how much the method is better, paired; below 0 where the other one is."""
    p: float
    """Of a gain other than 0, two-sided, after Holm's correction for all methods and measures that are compared with
    the same other one."""
    within_margin: bool
    """Whether the two are shown to be the same within the measure's margin, by two one-sided t tests at 5 %."""

    @property
    def are_same(self) -> bool:
        """Whether there is nothing to test: the two are the same networks, or give the same answers everywhere."""
        return self.gain.mean == self.gain.error == 0

    @property
    def beats(self) -> bool:
        """Whether the method is shown to be better."""
        return self.p <= ALPHA and self.gain.mean > 0

    @property
    def is_beaten(self) -> bool:
        """Whether the other one is shown to be better."""
        return self.p <= ALPHA and self.gain.mean < 0


def compared(plan: Plan, values: Mapping[str, Array], scope: Scope) -> list[Comparison]:
    """Every Comparison, from the values (methods, seeds, columns) of each measure, plain training first."""
    methods = (PLAIN, *plan.methods)
    comparisons = []
    for other in (PLAIN, SMOOTHING):
        at = methods.index(other)
        family = [
            _compared((method, other), measure, values[measure.name][i] - values[measure.name][at], scope)
            for i, method in list(enumerate(methods))[at + 1 :]
            for measure in plan.measures
        ]
        adjusted = iter(holm([one.p for one in family if not one.are_same]))
        comparisons += [one if one.are_same else replace(one, p=next(adjusted)) for one in family]
    return comparisons


def _compared(pair: tuple[str, str], measure: Measure, difference: Array, scope: Scope) -> Comparison:
    gain = two_way(measure.better * difference, scope.test_share)
    assert measure.margin is not None
    is_same = decide(gain, Margin(measure.margin), 1.0) == "same"
    return Comparison(*pair, measure, gain, outside_p(gain, Margin(0.0)), is_same)
