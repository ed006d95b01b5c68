"""A contest in sentences: what beats plain training, and how label smoothing stands among the other means."""

from collections.abc import Container, Sequence

from lsexplorer.study.best.comparing import Comparison
from lsexplorer.study.best.plan import PLAIN, SMOOTHING, entry
from lsexplorer.study.match.findings import Scope
from lsexplorer.study.stats import Interval

NAMED = 3
"""Methods that a sentence names at most, those that differ most."""


CHOOSE_BY = {"nll": "NLL", "accuracy": "accuracy"}


def verdict(
    comparisons: Sequence[Comparison], data: str, scope: Scope, *, choose_by: str, off: Container[str] = ()
) -> str:
    """What beats plain training and what does not, and how label smoothing stands among the rest, in sentences.

    choose_by: what strengths are chosen by. off: the methods that validation nowhere prefers to plain training.
    """
    chosen = f"at the strength that validation {CHOOSE_BY[choose_by]} chooses"
    with_plain, with_smoothing = ([one for one in comparisons if one.other == other] for other in (PLAIN, SMOOTHING))
    measures = list(dict.fromkeys(one.measure for one in comparisons))
    won = [measure for measure in measures if any(one.beats for one in with_plain if one.measure == measure)]
    if won:
        said = [_winning([one for one in with_plain if one.measure == measure]) for measure in won]
        said += [f"nothing does in {measure.label}" for measure in measures if measure not in won]
        first = f"On {data}, each {chosen}, {'; '.join(said)}."
    else:
        names = " or ".join(measure.label for measure in measures)
        first = f"Nothing beats plain training on {data}: {chosen}, no method is shown to be better in {names}."
    sentences = [first]
    if SMOOTHING in off:
        sentences.append("On every split validation chooses plain training over label smoothing.")
    for measure in measures if SMOOTHING not in off else ():
        those = [one for one in with_smoothing if one.measure == measure]
        if losers := [one for one in those if one.is_beaten]:
            sentences.append(f"Label smoothing beats {_named(losers)} in {measure.label}.")
        if any(one.beats for one in those):
            sentences.append(f"{_winning(those)}.")
    if len(sentences) == 1:
        sentences.append("Nothing else is shown to be better or worse than label smoothing.")
    return f"{' '.join(sentence[0].upper() + sentence[1:] for sentence in sentences)} ({scope.text}.)"


def _winning(comparisons: Sequence[Comparison]) -> str:
    """What beats the other one, and by how much."""
    winners = [one for one in comparisons if one.beats]
    verb, first = "beat" if len(winners) > 1 else "beats", winners[0]
    return f"{_named(winners)} {verb} {method_label(first.other)} in {first.measure.label}"


def _named(comparisons: Sequence[Comparison]) -> str:
    """The methods that differ most, each with its difference: 'L2 (by 0.71 points [0.20, 1.22]) and 4 others'."""
    ranked = sorted(comparisons, key=lambda one: -abs(one.gain.mean))
    names = [f"{method_label(one.method)} (by {_size(one)})" for one in ranked[:NAMED]]
    if len(ranked) > NAMED:
        names.append(f"{len(ranked) - NAMED} more")
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _size(one: Comparison) -> str:
    """The gain of whichever of the two is better, and whether it is too small to matter."""
    mean, *ends = gain(one)
    low, high = ends if mean > 0 else (-end for end in reversed(ends))
    unit = " points" if one.measure.name == "accuracy" else ""
    text = Interval(abs(mean), low, high).text(most=3).replace(" ", f"{unit} ", 1)
    return f"{text}, within the margin" if one.within_margin else text


def gain(one: Comparison) -> Interval:
    """The gain with its 95 % interval; of accuracy in percentage points."""
    factor = 100 if one.measure.name == "accuracy" else 1
    return Interval(*(factor * end for end in one.gain.interval()))


def method_label(method: str) -> str:
    """A method in a sentence."""
    return "plain training" if method == PLAIN else entry(method).label
