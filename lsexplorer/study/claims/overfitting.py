"""Claim 9: whether label smoothing makes networks more accurate on new data, with labels as they are and with noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.data.split import flip_labels
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext, network_text
from lsexplorer.study.claims.decisions import is_below, significant_sign
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.stats import mean_interval

CLAIM = Claim(
    9,
    "Label smoothing sometimes reduces overfitting: new data are predicted better than without.",
    "test accuracy is shown to rise, on the data as they are or with labels flipped, paired by seed",
    "on both any gain is shown to be below half a point",
    ("Lukasik, Bhojanapalli, Menon, Kumar 2020: Does Label Smoothing Mitigate Label Noise?, ICML",),
)
NOISE = 0.3
"""Share of training labels that are flipped."""
MORE = 0.5
"""The second a."""
MARGIN = 0.005
"""The gain in accuracy that does not matter."""
REGIMES = 3
ELSEWHERE = "digits"
"""Data whose network memorises flipped labels, as a third regime."""
ELSEWHERE_SEEDS, ELSEWHERE_EPOCHS = 8, 40
"""Its seeds and epochs at most."""


@dataclass(frozen=True)
class Regime:
    """Data, and the networks that are trained on them."""

    data: Dataset
    plain: Hyperparameters
    seeds: tuple[int, ...]
    epochs: int


def judge(gains: Sequence[Array], test_rows: int) -> ClaimVerdict:
    """From the gains in test accuracy (seeds,), smoothing − plain, for each a: one is significant, or none matters."""
    if any(significant_sign(gain, REGIMES * len(gains)) > 0 for gain in gains):
        return "holds here"
    return "does not hold here" if all(is_below(gain, MARGIN, 1 / test_rows) for gain in gains) else "open here"


def judge_all(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """From the regimes on the data given: one in which it helps is enough for "sometimes"."""
    if "holds here" in verdicts:
        return "holds here"
    return "does not hold here" if set(verdicts) == {"does not hold here"} else "open here"


def with_noise(data: Dataset, share: float = NOISE) -> Dataset:
    """The data with some training labels flipped, as load_dataset's label_noise flips them."""
    flipped = flip_labels(data.y_train, len(data.class_names), share, data.options.seed)
    return replace(data, name=f"{data.name}, {100 * share:g} % of labels flipped", y_train=flipped)


def run(context: ExperimentContext) -> Outcome:
    """Compare accuracies on the data as they are, with flipped training labels, and on digits with flipped labels."""
    regimes = [Regime(context.data, context.plain, context.seeds, context.epochs)]
    if context.data.soft_train is None:
        regimes.append(replace(regimes[0], data=with_noise(context.data)))
    ours = len(regimes)
    if context.data.source != ELSEWHERE:
        data = load_dataset(ELSEWHERE)
        hp = Hyperparameters(**default_hyperparameters(data), seed=context.plain.seed)
        epochs = min(ELSEWHERE_EPOCHS, context.epochs_given or ELSEWHERE_EPOCHS)
        regimes.append(Regime(with_noise(data), hp, context.seeds[:ELSEWHERE_SEEDS], epochs))
    evidence = list[Evidence]()
    for i, regime in enumerate(regimes):
        with context.part(i, len(regimes)):
            evidence.append(_evidence(context, regime))
    gains = ", ".join(f"{part.numbers[1].text} on {part.name}" for part in evidence)
    text = f"test accuracy with a = {context.a:g} − hard: {gains}"
    if context.data.soft_train is not None:
        text += "; labels were not flipped, since the data hold soft targets"
    verdict = judge_all([part.verdict for part in evidence[:ours]])
    return Outcome(verdict, text, tuple(evidence), differ(evidence))


def _evidence(context: ExperimentContext, regime: Regime) -> Evidence:
    data, seeds, epochs = regime.data, regime.seeds, regime.epochs
    strengths = tuple(dict.fromkeys((context.a, MORE)))
    methods = [regime.plain.replace(label_smoothing=a) for a in strengths]
    plain, *smoothed = context.scores(data, [regime.plain, *methods], seeds, epochs)
    by_strength = dict(zip(strengths, smoothed, strict=True))
    gains = {a: scores["accuracy"] - plain["accuracy"] for a, scores in by_strength.items()}
    smoothed_text = "; ".join(
        f"{scores['accuracy'].mean():.3f} with a = {a:g}, {mean_interval(gains[a]).text(signed=True)}"
        for a, scores in by_strength.items()
    )
    overfit = mean_interval(plain["train_accuracy"] - plain["accuracy"])
    text = (
        f"test accuracy {plain['accuracy'].mean():.3f} hard; {smoothed_text}; "
        f"hard training − test {overfit.text(signed=True)}."
    )
    numbers = [Number.of("test accuracy hard", mean_interval(plain["accuracy"]))]
    for a, gain in gains.items():
        numbers.append(Number.of(f"test accuracy, a = {a:g} − hard", mean_interval(gain), signed=True))
    numbers.append(Number.of("training − test accuracy, hard", overfit, signed=True))
    rows = tuple(
        (a, *(float(scores[name].mean()) for name in ("train_accuracy", "accuracy", "nll")))
        for a, scores in {0.0: plain, **by_strength}.items()
    )
    return Evidence(
        data.name,
        judge(list(gains.values()), len(data.y_test)),
        text,
        data.name,
        network_text(data, regime.plain),
        seeds,
        epochs,
        epochs * steps_per_epoch(data, regime.plain),
        tuple(numbers),
        Table(("a", "training accuracy", "test accuracy", "test NLL"), rows),
    )


EXPERIMENT = Experiment(CLAIM, run, weight=4.0)
