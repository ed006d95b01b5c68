"""Claim 9: whether label smoothing makes networks more accurate on new data, with labels as they are and with noise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lsexplorer.data import Dataset
from lsexplorer.data.split import flip_labels
from lsexplorer.nn.arrays import Array
from lsexplorer.study.claims.lab import Lab, Scores, network_text, steps_per_epoch
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Table, Verdict, differ
from lsexplorer.study.statistics import ALPHA, mean_interval

CLAIM = Claim(
    9,
    "Label smoothing sometimes reduces overfitting: new data are predicted better than without.",
    "in one of two regimes test accuracy rises, paired by seed; the interval for all comparisons together leaves 0 out",
    "in both regimes, and with either a, any gain in accuracy is shown to be below half a point",
    ("Lukasik, Bhojanapalli, Menon, Kumar 2020: Does Label Smoothing Mitigate Label Noise?, ICML",),
    share=4.0,
)
NOISE, MORE, MARGIN, REGIMES = 0.3, 0.5, 0.005, 2
"""Share of training labels flipped; the second a; the gain that does not matter; and how many regimes there are."""


def judge(gains: Sequence[Array]) -> Verdict:
    """From smoothing − hard of test accuracy (seeds,), for each a; Bonferroni for all of both regimes."""
    level = 1 - ALPHA / (REGIMES * len(gains))
    intervals = [mean_interval(gain, level) for gain in gains]
    if any(interval.low > 0 for interval in intervals):
        return "holds here"
    return "does not hold here" if all(interval.high < MARGIN for interval in intervals) else "open here"


def judge_all(verdicts: Sequence[Verdict]) -> Verdict:
    """Sometimes is once."""
    if "holds here" in verdicts:
        return "holds here"
    return "does not hold here" if set(verdicts) == {"does not hold here"} else "open here"


def with_noise(data: Dataset, share: float = NOISE) -> Dataset:
    """The data with some training labels flipped, as load_dataset's label_noise flips them."""
    flipped = flip_labels(data.y_train, len(data.class_names), share, data.options.seed)
    return replace(data, name=f"{data.name}, {share:.0%} of training labels flipped", y_train=flipped)


def run(lab: Lab) -> Outcome:
    """Compare accuracies on the data as they are, and with flipped training labels."""
    regimes = [lab.data]
    noise = ""
    if lab.data.soft_train is None:
        regimes.append(with_noise(lab.data))
    else:
        noise = " Labels were not flipped, since the data hold soft targets."
    strengths = tuple(dict.fromkeys((lab.a, MORE)))
    tell, evidence = lab.tell, list[Evidence]()
    for i, data in enumerate(regimes):
        lab.tell = lambda share, i=i: tell((i + share) / len(regimes))  # type: ignore[misc]
        hard, *soft = lab.scores(data, [lab.hard, *map(lab.smoothing, strengths)], lab.seeds, lab.epochs)
        evidence.append(_evidence(lab, data, hard, dict(zip(strengths, soft, strict=True))))
    text = " ".join(f"{one.name}: {one.text}" for one in evidence) + noise
    verdict = judge_all([one.verdict for one in evidence])
    return Outcome(verdict, text, tuple(evidence), differ(evidence))


def _evidence(lab: Lab, data: Dataset, hard: Scores, soft: Mapping[float, Scores]) -> Evidence:
    gains = {a: one["accuracy"] - hard["accuracy"] for a, one in soft.items()}
    told = "; ".join(
        f"{one['accuracy'].mean():.3f} with a = {a:g}, {mean_interval(gains[a]).text(signed=True)}"
        for a, one in soft.items()
    )
    overfit = mean_interval(hard["train_accuracy"] - hard["accuracy"])
    text = (
        f"test accuracy {hard['accuracy'].mean():.3f} hard; {told}; hard training − test {overfit.text(signed=True)}."
    )
    numbers = [Number.of("test accuracy hard", mean_interval(hard["accuracy"]))]
    for a, gain in gains.items():
        numbers.append(Number.of(f"test accuracy, a = {a:g} − hard", mean_interval(gain), signed=True))
    numbers.append(Number.of("training − test accuracy, hard", overfit, signed=True))
    rows = tuple(
        (f"{a:g}", *(float(one[name].mean()) for name in ("train_accuracy", "accuracy", "nll")))
        for a, one in {0.0: hard, **soft}.items()
    )
    return Evidence(
        data.name,
        judge(list(gains.values())),
        text,
        data.name,
        network_text(data, lab.hard),
        lab.seeds,
        lab.epochs,
        lab.epochs * steps_per_epoch(data, lab.hard),
        tuple(numbers),
        Table(("a", "training accuracy", "test accuracy", "test NLL"), rows),
    )
