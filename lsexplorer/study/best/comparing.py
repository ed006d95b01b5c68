"""Each method against plain training, and each remedy against label smoothing: which is better, and by how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lsexplorer.nn.arrays import Array
from lsexplorer.study.best.plan import PLAIN, SMOOTHING, Plan, entry
from lsexplorer.study.match.findings import Scope
from lsexplorer.study.measures import Measure
from lsexplorer.study.stats import ALPHA, Estimate, Interval, Margin, decide, holm, outside_p, two_way


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


def gain_text(one: Comparison, *, signed: bool = False) -> str:
    """The gain with its 95 % interval: "0.71 points [0.20, 1.22]"; or that the two are the same."""
    if one.are_same:
        return "the same"
    if one.measure.name != "accuracy":
        return one.gain.interval().text(signed=signed)
    mean, low, high = (100 * end for end in one.gain.interval())
    return Interval(mean, low, high).text(signed=signed).replace(" ", " points ", 1)


def verdict(comparisons: Sequence[Comparison], data: str, scope: Scope) -> str:
    """What beats plain training and what does not, and how label smoothing stands among the rest, in sentences."""
    with_plain, with_smoothing = ([one for one in comparisons if one.other == other] for other in (PLAIN, SMOOTHING))
    measures = dict.fromkeys(one.measure for one in comparisons)
    if any(one.beats for one in with_plain):
        beaten = [_beaten([one for one in with_plain if one.measure == measure], measure) for measure in measures]
        sentences = [f"On {data}, {'; '.join(beaten)}."]
    else:
        others = len(with_smoothing) // len(measures)
        names = " or ".join(measure.label for measure in measures)
        sentences = [
            f"Nothing beats plain training on {data}: neither label smoothing nor any of {others} other means, each at "
            f"the strength that validation chooses, is shown to be better in {names}."
        ]
    shown = [text for measure in measures if (text := _of_smoothing(with_smoothing, measure))]
    sentences.append(f"{'; '.join(shown)}." if shown else "None of them is shown to be better or worse than smoothing.")
    return f"{' '.join(sentences)} ({scope.text}.)"


def _beaten(comparisons: Sequence[Comparison], measure: Measure) -> str:
    """What beats plain training in a measure."""
    winners = [f"{entry(one.method).label} {{}}by {_gain_said(one)}" for one in _by_size(comparisons) if one.beats]
    if not winners:
        return f"nothing beats plain training in {measure.label}"
    winners = [winners[0].format("beats plain training "), *(winner.format("") for winner in winners[1:])]
    return f"in {measure.label} {_listed(winners)}"


def _of_smoothing(comparisons: Sequence[Comparison], measure: Measure) -> str:
    """What label smoothing beats in a measure, and what beats it; '' where there is neither."""
    ranked = _by_size([one for one in comparisons if one.measure == measure])
    losers = [f"{entry(one.method).label} by {_gain_said(one)}" for one in reversed(ranked) if one.is_beaten]
    winners = [f"{entry(one.method).label} by {_gain_said(one)}" for one in ranked if one.beats]
    parts = [f"beats {_listed(losers)}"] if losers else []
    parts += [f"is beaten by {_listed(winners)}"] if winners else []
    return f"In {measure.label} smoothing {' and '.join(parts)}" if parts else ""


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _by_size(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return sorted(comparisons, key=lambda one: -one.gain.mean)


def _gain_said(one: Comparison) -> str:
    """The gain of whichever of the two is better, and whether it is too small to matter."""
    if one.gain.mean < 0:
        one = replace(one, gain=one.gain._replace(mean=-one.gain.mean))
    return gain_text(one) + (" (within the margin)" if one.within_margin else "")
