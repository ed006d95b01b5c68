"""Claim 9: whether label smoothing makes networks more accurate on new data, with labels as they are and with noise."""

from collections.abc import Sequence
from dataclasses import replace

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.data.split import flip_labels
from lsexplorer.nn.arrays import Array
from lsexplorer.study.claims.context import ExperimentContext, Regime
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
"""A second, larger a."""
MARGIN = 0.005
"""The gain in accuracy that does not matter."""
REGIMES = 3
ELSEWHERE = "digits"
"""The data of the third regime: their network memorises flipped labels."""
ELSEWHERE_SEEDS, ELSEWHERE_EPOCHS = 8, 40
"""Seeds and epochs of the third regime at most."""


def judge(gains: Sequence[Array], test_rows: int) -> ClaimVerdict:
    """The verdict on gains in test accuracy (seeds,), smoothing − plain, by a: one is significant, or none matters."""
    if any(significant_sign(gain, REGIMES * len(gains)) > 0 for gain in gains):
        return "holds here"
    return "does not hold here" if all(is_below(gain, MARGIN, 1 / test_rows) for gain in gains) else "open here"


def judge_all(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """The verdict on the claim: "sometimes" holds where smoothing helps in one regime on the data given."""
    if "holds here" in verdicts:
        return "holds here"
    return "does not hold here" if set(verdicts) == {"does not hold here"} else "open here"


def with_noise(data: Dataset, share: float = NOISE) -> Dataset:
    """The data with a share of the training labels flipped, as by `load_dataset(label_noise=share)`."""
    flipped = flip_labels(data.y_train, len(data.class_names), share, data.options.seed)
    return replace(data, name=f"{data.name}, {100 * share:g} % of labels flipped", y_train=flipped)


def run(context: ExperimentContext) -> Outcome:
    """Compare accuracies on the data as they are, with flipped training labels, and on digits with flipped labels."""
    regimes = [context.regime]
    if context.data.soft_train is None:
        regimes.append(replace(regimes[0], data=with_noise(context.data)))
    ours = len(regimes)
    if context.data.source != ELSEWHERE:
        noisy = with_noise(load_dataset(ELSEWHERE))
        regimes.append(context.regime_on(noisy, seeds=ELSEWHERE_SEEDS, epochs=ELSEWHERE_EPOCHS))
    evidence = list[Evidence]()
    for i, regime in enumerate(regimes):
        with context.part(i, len(regimes)):
            evidence.append(_evidence(context, regime))
    gains = ", ".join(f"{part.numbers[1].text} on {part.name}" for part in evidence)
    text = f"test accuracy with a = {context.a:g} − plain: {gains}"
    if context.data.soft_train is not None:
        text += "; labels were not flipped, since the data hold soft targets"
    verdict = judge_all([part.verdict for part in evidence[:ours]])
    return Outcome(verdict, text, tuple(evidence), differ(evidence))


def _evidence(context: ExperimentContext, regime: Regime) -> Evidence:
    strengths = tuple(dict.fromkeys((context.a, MORE)))
    methods = [regime.plain.replace(label_smoothing=a) for a in strengths]
    plain, *smoothed = context.scores(regime, [regime.plain, *methods])
    by_strength = dict(zip(strengths, smoothed, strict=True))
    gains = {a: scores["accuracy"] - plain["accuracy"] for a, scores in by_strength.items()}
    smoothed_text = "; ".join(
        f"{scores['accuracy'].mean():.3f} with a = {a:g}, {mean_interval(gains[a]).text(signed=True)}"
        for a, scores in by_strength.items()
    )
    overfit = mean_interval(plain["train_accuracy"] - plain["accuracy"])
    text = (
        f"test accuracy {plain['accuracy'].mean():.3f} plain; {smoothed_text}; "
        f"plain, training − test {overfit.text(signed=True)}."
    )
    numbers = [Number.of("test accuracy plain", mean_interval(plain["accuracy"]))]
    for a, gain in gains.items():
        numbers.append(Number.of(f"test accuracy, a = {a:g} − plain", mean_interval(gain), signed=True))
    numbers.append(Number.of("training − test accuracy, plain", overfit, signed=True))
    rows = tuple(
        (a, *(float(scores[name].mean()) for name in ("train_accuracy", "accuracy", "nll")))
        for a, scores in {0.0: plain, **by_strength}.items()
    )
    table = Table(("a", "training accuracy", "test accuracy", "test NLL"), rows)
    return regime.evidence(judge(list(gains.values()), len(regime.data.y_test)), text, numbers, table=table)


EXPERIMENT = Experiment(CLAIM, run, weight=4.0)
