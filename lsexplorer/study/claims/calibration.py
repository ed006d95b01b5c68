"""Claim 7: whether label smoothing changes calibration, in two regimes."""

from collections.abc import Sequence

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext, network_text
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
        "Müller et al. 2019, Table 3, ECE hard → smoothing: CIFAR-100 .150 → .024 (a = .05); "
        "ImageNet .071 → .035 (a = .1); EN-DE .056 → .019 (a = .1)",
    ),
)
MARGIN = 0.01
"""The difference in ECE that does not matter."""
SECOND = "mnist1d"
"""The data of the second regime, on which networks overfit."""
OTHER = "digits"
"""What takes its place where those are the data given."""
SECOND_ROWS = 1000
"""Training rows of the second regime: so few that networks memorise them."""
SECOND_EPOCHS, SECOND_SEEDS = 40, 7
"""Its epochs and seeds at most."""
REGIMES = 2


def judge(differences: Array) -> ClaimVerdict:
    """From the differences in ECE (seeds,), smoothing − plain: a change, none, or neither is significant."""
    if is_significant(differences, REGIMES):
        return "does not hold here"
    return "holds here" if within(differences, MARGIN) else "open here"


def judge_all(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """A single regime in which ECE changes makes the claim false."""
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
    hp = Hyperparameters(**default_hyperparameters(other), seed=context.plain.seed)
    epochs = min(SECOND_EPOCHS, context.epochs_given or SECOND_EPOCHS)
    with context.part(0, REGIMES):
        first = _evidence(context, context.data, context.plain, context.seeds, context.epochs)
    with context.part(1, REGIMES):
        second = _evidence(context, other, hp, context.seeds[:SECOND_SEEDS], epochs)
    signs = {first[1], second[1]} - {0}
    evidence = (first[0], second[0])
    text = "ECE with smoothing − without: " + ", ".join(f"{part.numbers[2].text} on {part.name}" for part in evidence)
    depends = differ(evidence) or len(signs) > 1
    return Outcome(judge_all([part.verdict for part in evidence]), text, evidence, depends)


def _evidence(
    context: ExperimentContext, data: Dataset, hp: Hyperparameters, seeds: tuple[int, ...], epochs: int
) -> tuple[Evidence, int]:
    """The evidence, and the sign of the change where one is significant, else 0."""
    plain, smoothed = context.scores(data, [hp, hp.replace(label_smoothing=context.a)], seeds, epochs)
    differences = smoothed["ece"] - plain["ece"]
    change, sure = mean_interval(differences), mean_interval(smoothed["mean_confidence"] - plain["mean_confidence"])
    verdict = judge(differences)
    sign = significant_sign(differences, REGIMES)
    means = plain["ece"].mean(), smoothed["ece"].mean()
    right, fit = plain["accuracy"].mean(), plain["train_accuracy"].mean()
    word = {1: "worse", -1: "better", 0: "no change is shown"}[sign]
    text = (
        f"ECE {means[0]:.3f} → {means[1]:.3f} with a = {context.a:g}, {change.text(signed=True)}: {word}; mean "
        f"confidence {sure.text(signed=True)}; accuracy {right:.3f} (training {fit:.3f})."
    )
    numbers = (
        Number.of("ECE hard", mean_interval(plain["ece"])),
        Number.of(f"ECE with a = {context.a:g}", mean_interval(smoothed["ece"])),
        Number.of("ECE smoothing − hard", change, signed=True),
        Number.of("mean confidence smoothing − hard", sure, signed=True),
        Number.of("test accuracy hard", mean_interval(plain["accuracy"])),
        Number.of("training accuracy hard", mean_interval(plain["train_accuracy"])),
    )
    network, steps = network_text(data, hp), epochs * steps_per_epoch(data, hp)
    evidence = Evidence(data.name, verdict, text, data.name, network, seeds, epochs, steps, numbers)
    return evidence, sign


EXPERIMENT = Experiment(CLAIM, run, weight=3.0)
