"""Claim 7: whether label smoothing changes calibration, in two regimes."""

from collections.abc import Sequence
from dataclasses import replace

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import Lab, network_text, slim
from lsexplorer.study.claims.decisions import shown
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Verdict, differ
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
    share=3.0,
)
MARGIN = 0.01
SECOND, OTHER = "mnist1d", "digits"
"""The data of the second regime, on which networks overfit; and what stands in where those are the data given."""
SECOND_ROWS, SECOND_EPOCHS, SECOND_SEEDS = 1000, 40, 7
"""Its training rows, few so that networks learn them by heart; epochs and seeds at most."""
REGIMES = 2


def judge(differences: Array) -> Verdict:
    """From smoothing − hard of ECE (seeds,): changed, the same, or neither is shown."""
    if shown(differences, REGIMES):
        return "does not hold here"
    return "holds here" if within(differences, MARGIN) else "open here"


def judge_all(verdicts: Sequence[Verdict]) -> Verdict:
    """One regime in which ECE changes makes the claim false."""
    if "does not hold here" in verdicts:
        return "false"
    return "holds here" if set(verdicts) == {"holds here"} else "open here"


def few_rows(data: Dataset) -> Dataset:
    """The data with the first SECOND_ROWS rows of the training part, if it has more."""
    rows = slice(SECOND_ROWS)
    if len(data.X_train) <= SECOND_ROWS:
        return data
    return replace(
        slim(data),
        name=f"{data.name}, {SECOND_ROWS:,} training rows",
        X_train=data.X_train[rows],
        y_train=data.y_train[rows],
        train_rows=data.train_rows[rows],
        soft_train=None if data.soft_train is None else data.soft_train[rows],
    )


def run(lab: Lab) -> Outcome:
    """Compare ECE on the given data, and on data that networks overfit."""
    lab.smoothing()
    if lab.hard.output not in ("softmax", "sigmoid"):
        raise InputError(f"calibration needs class probabilities: output softmax or sigmoid, got {lab.hard.output}")
    other = few_rows(load_dataset(OTHER if lab.data.source == SECOND else SECOND))
    hp = Hyperparameters(**default_hyperparameters(other), seed=lab.hard.seed)
    epochs = min(SECOND_EPOCHS, lab.epochs_given or SECOND_EPOCHS)
    with lab.part(0, REGIMES):
        first = _evidence(lab, lab.data, lab.hard, lab.seeds, lab.epochs)
    with lab.part(1, REGIMES):
        second = _evidence(lab, other, hp, lab.seeds[:SECOND_SEEDS], epochs)
    ways = {first[1], second[1]} - {0}
    evidence = (first[0], second[0])
    text = "ECE with smoothing − without: " + ", ".join(f"{one.numbers[2].text} on {one.name}" for one in evidence)
    depends = differ(evidence) or len(ways) > 1
    return Outcome(judge_all([one.verdict for one in evidence]), text, evidence, depends)


def _evidence(
    lab: Lab, data: Dataset, hp: Hyperparameters, seeds: tuple[int, ...], epochs: int
) -> tuple[Evidence, int]:
    """The evidence, and the sign of the change where one is shown, else 0."""
    hard, soft = lab.scores(data, [hp, hp.replace(label_smoothing=lab.a)], seeds, epochs)
    differences = soft["ece"] - hard["ece"]
    change, sure = mean_interval(differences), mean_interval(soft["mean_confidence"] - hard["mean_confidence"])
    verdict = judge(differences)
    sign = shown(differences, REGIMES)
    means = hard["ece"].mean(), soft["ece"].mean()
    right, fit = hard["accuracy"].mean(), hard["train_accuracy"].mean()
    word = {1: "worse", -1: "better", 0: "no change is shown"}[sign]
    text = (
        f"ECE {means[0]:.3f} → {means[1]:.3f} with a = {lab.a:g}, {change.text(signed=True)}: {word}; mean confidence "
        f"{sure.text(signed=True)}; accuracy {right:.3f} (training {fit:.3f})."
    )
    numbers = (
        Number.of("ECE hard", mean_interval(hard["ece"])),
        Number.of(f"ECE with a = {lab.a:g}", mean_interval(soft["ece"])),
        Number.of("ECE smoothing − hard", change, signed=True),
        Number.of("mean confidence smoothing − hard", sure, signed=True),
        Number.of("test accuracy hard", mean_interval(hard["accuracy"])),
        Number.of("training accuracy hard", mean_interval(hard["train_accuracy"])),
    )
    network, steps = network_text(data, hp), epochs * steps_per_epoch(data, hp)
    evidence = Evidence(data.name, verdict, text, data.name, network, seeds, epochs, steps, numbers)
    return evidence, sign
