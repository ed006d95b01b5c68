"""Claim 7: whether label smoothing changes calibration, in two regimes."""

from collections.abc import Sequence

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.study.claims.context import ExperimentContext, Regime
from lsexplorer.study.claims.decisions import is_significant, significant_sign
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, differ
from lsexplorer.study.stats import mean_interval, within

CLAIM = Claim(
    7,
    "Talk of confidence and calibration, where label smoothing is concerned, is nonsense.",
    "in both regimes the calibration error (ECE) is the same with and without smoothing, within .01",
    "in one of them ECE is shown to change, either way, paired by seed",
    (
        "Müller, Kornblith, Hinton 2019: When Does Label Smoothing Help?, NeurIPS",
        "Guo, Pleiss, Sun, Weinberger 2017: On Calibration of Modern Neural Networks, ICML",
    ),
    (
        "Müller et al. 2019, Table 3, ECE hard targets → smoothing: CIFAR-100 .150 → .024 (a = .05); "
        "ImageNet .071 → .035 (a = .1); EN-DE .056 → .019 (a = .1)",
    ),
)
MARGIN = 0.01
"""The difference in ECE that does not matter."""
SECOND = "mnist1d"
"""The data of the second regime: networks overfit on them."""
OTHER = "digits"
"""The second regime's data where SECOND are the data given."""
SECOND_ROWS = 1000
"""Training rows of the second regime: so few that networks memorise them."""
SECOND_EPOCHS, SECOND_SEEDS = 40, 7
"""Epochs and seeds of the second regime at most."""
REGIMES = 2


def judge(differences: Array) -> ClaimVerdict:
    """The verdict on differences in ECE (seeds,), smoothing − plain: a change, or equivalence, must be significant."""
    if is_significant(differences, REGIMES):
        return "does not hold here"
    return "holds here" if within(differences, MARGIN) else "open here"


def judge_all(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """The verdict on the claim: one regime in which ECE changes makes it false."""
    if "does not hold here" in verdicts:
        return "false"
    return "holds here" if set(verdicts) == {"holds here"} else "open here"


def few_rows(data: Dataset) -> Dataset:
    """The data with the first SECOND_ROWS rows of the training part, if it has more."""
    if len(data.X_train) <= SECOND_ROWS:
        return data
    return data.subset(slice(SECOND_ROWS), name=f"{data.name}, {SECOND_ROWS:,} training rows")


def run(context: ExperimentContext) -> Outcome:
    """Compare ECE on the given data, and on data that networks overfit."""
    context.with_smoothing()
    if context.plain.output not in ("softmax", "sigmoid"):
        output = context.plain.output
        raise InputError(f"calibration needs class probabilities: output softmax or sigmoid, got {output}")
    other = few_rows(load_dataset(OTHER if context.data.source == SECOND else SECOND))
    regimes = context.regime, context.regime_on(other, seeds=SECOND_SEEDS, epochs=SECOND_EPOCHS)
    evidence, signs = list[Evidence](), set[int]()
    for i, regime in enumerate(regimes):
        with context.part(i, REGIMES):
            part, sign = _evidence(context, regime)
            evidence.append(part)
            signs.add(sign)
    text = "ECE with smoothing − without: " + ", ".join(f"{part.numbers[2].text} on {part.name}" for part in evidence)
    depends = differ(evidence) or len(signs - {0}) > 1
    return Outcome(judge_all([part.verdict for part in evidence]), text, tuple(evidence), depends)


def _evidence(context: ExperimentContext, regime: Regime) -> tuple[Evidence, int]:
    """The evidence, and the sign of the change where one is significant, else 0."""
    hp = regime.plain
    plain, smoothed = context.scores(regime, [hp, hp.replace(label_smoothing=context.a)])
    differences = smoothed["ece"] - plain["ece"]
    change, sure = mean_interval(differences), mean_interval(smoothed["mean_confidence"] - plain["mean_confidence"])
    sign = significant_sign(differences, REGIMES)
    means = plain["ece"].mean(), smoothed["ece"].mean()
    right, fit = plain["accuracy"].mean(), plain["train_accuracy"].mean()
    word = {1: "worse", -1: "better", 0: "no change is shown"}[sign]
    text = (
        f"ECE {means[0]:.3f} → {means[1]:.3f} with a = {context.a:g}, {change.text(signed=True)}: {word}; mean "
        f"confidence {sure.text(signed=True)}; accuracy {right:.3f} (training {fit:.3f})."
    )
    numbers = (
        Number.of("ECE plain", mean_interval(plain["ece"])),
        Number.of(f"ECE with a = {context.a:g}", mean_interval(smoothed["ece"])),
        Number.of("ECE smoothing − plain", change, signed=True),
        Number.of("mean confidence smoothing − plain", sure, signed=True),
        Number.of("test accuracy plain", mean_interval(plain["accuracy"])),
        Number.of("training accuracy plain", mean_interval(plain["train_accuracy"])),
    )
    return regime.evidence(judge(differences), text, numbers), sign


EXPERIMENT = Experiment(CLAIM, run, weight=3.0)
