"""Claim 9: whether label smoothing makes networks more accurate on new data, with labels as they are and with noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.data.split import flip_labels
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import Lab, network_text
from lsexplorer.study.claims.decisions import below, shown
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Table, Verdict, differ
from lsexplorer.study.stats import mean_interval

CLAIM = Claim(
    9,
    "Label smoothing sometimes reduces overfitting: new data are predicted better than without.",
    "test accuracy is shown to rise, on the data as they are or with labels flipped, paired by seed",
    "on both any gain is shown to be below half a point",
    ("Lukasik, Bhojanapalli, Menon, Kumar 2020: Does Label Smoothing Mitigate Label Noise?, ICML",),
    share=4.0,
)
NOISE, MORE, MARGIN, REGIMES = 0.3, 0.5, 0.005, 3
"""Share of training labels flipped; the second a; the gain that does not matter; and how many regimes there are."""
ELSEWHERE, ELSEWHERE_SEEDS, ELSEWHERE_EPOCHS = "digits", 8, 40
"""Data whose network learns flipped labels by heart, to be seen beside the data given."""


@dataclass(frozen=True)
class Regime:
    """Data, and how networks are trained on them."""

    data: Dataset
    hard: Hyperparameters
    seeds: tuple[int, ...]
    epochs: int


def judge(gains: Sequence[Array], test_rows: int) -> Verdict:
    """From smoothing − hard of test accuracy (seeds,), for each a: a gain is shown with one, or none that matters."""
    if any(shown(gain, REGIMES * len(gains)) > 0 for gain in gains):
        return "holds here"
    return "does not hold here" if all(below(gain, MARGIN, 1 / test_rows) for gain in gains) else "open here"


def judge_all(verdicts: Sequence[Verdict]) -> Verdict:
    """From the regimes on the data given: sometimes is once."""
    if "holds here" in verdicts:
        return "holds here"
    return "does not hold here" if set(verdicts) == {"does not hold here"} else "open here"


def with_noise(data: Dataset, share: float = NOISE) -> Dataset:
    """The data with some training labels flipped, as load_dataset's label_noise flips them."""
    flipped = flip_labels(data.y_train, len(data.class_names), share, data.options.seed)
    return replace(data, name=f"{data.name}, {100 * share:g} % of labels flipped", y_train=flipped)


def run(lab: Lab) -> Outcome:
    """Compare accuracies on the data as they are, with flipped training labels, and on digits with flipped labels."""
    regimes = [Regime(lab.data, lab.hard, lab.seeds, lab.epochs)]
    if lab.data.soft_train is None:
        regimes.append(replace(regimes[0], data=with_noise(lab.data)))
    ours = len(regimes)
    if lab.data.source != ELSEWHERE:
        data = load_dataset(ELSEWHERE)
        hp = Hyperparameters(**default_hyperparameters(data), seed=lab.hard.seed)
        epochs = min(ELSEWHERE_EPOCHS, lab.epochs_given or ELSEWHERE_EPOCHS)
        regimes.append(Regime(with_noise(data), hp, lab.seeds[:ELSEWHERE_SEEDS], epochs))
    evidence = list[Evidence]()
    for i, regime in enumerate(regimes):
        with lab.part(i, len(regimes)):
            evidence.append(_evidence(lab, regime))
    gains = ", ".join(f"{one.numbers[1].text} on {one.name}" for one in evidence)
    text = f"test accuracy with a = {lab.a:g} − hard: {gains}"
    if lab.data.soft_train is not None:
        text += "; labels were not flipped, since the data hold soft targets"
    verdict = judge_all([one.verdict for one in evidence[:ours]])
    return Outcome(verdict, text, tuple(evidence), differ(evidence))


def _evidence(lab: Lab, regime: Regime) -> Evidence:
    data, seeds, epochs = regime.data, regime.seeds, regime.epochs
    strengths = tuple(dict.fromkeys((lab.a, MORE)))
    methods = [regime.hard.replace(label_smoothing=a) for a in strengths]
    hard, *smoothed = lab.scores(data, [regime.hard, *methods], seeds, epochs)
    soft = dict(zip(strengths, smoothed, strict=True))
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
        (a, *(float(one[name].mean()) for name in ("train_accuracy", "accuracy", "nll")))
        for a, one in {0.0: hard, **soft}.items()
    )
    return Evidence(
        data.name,
        judge(list(gains.values()), len(data.y_test)),
        text,
        data.name,
        network_text(data, regime.hard),
        seeds,
        epochs,
        epochs * steps_per_epoch(data, regime.hard),
        tuple(numbers),
        Table(("a", "training accuracy", "test accuracy", "test NLL"), rows),
    )
