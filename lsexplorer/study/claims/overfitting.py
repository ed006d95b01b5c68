"""Claim 9: whether label smoothing makes networks more accurate on new data, with labels as they are and with noise."""

from dataclasses import replace

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.data.split import flip_labels
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims.context import ExperimentContext, Training
from lsexplorer.study.claims.decisions import any_of, side_of, verdict_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import LUKASIK
from lsexplorer.study.claims.regime import Regime
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Outcome, Table, differ
from lsexplorer.study.measures import ACCURACY_MARGIN
from lsexplorer.study.stats import Estimate

CLAIM = Claim(
    9,
    "Label smoothing sometimes reduces overfitting: new data are predicted better than without.",
    "in one of the regimes shown, test accuracy is shown to rise by more than half a point",
    "in every one of them any gain is shown to be below half a point",
    (LUKASIK,),
)
NOISE = 0.3
"""Share of training labels that are flipped."""
MORE = 0.5
"""A second, larger a."""
ELSEWHERE = "digits"
"""The data of the third regime: their network memorises flipped labels."""
ELSEWHERE_SEEDS, ELSEWHERE_EPOCHS = 6, 40
"""Seeds, splits and epochs of the third regime at most."""


def judge(gain: Estimate, gains: int) -> ClaimVerdict:
    """The verdict on one of some gains in test accuracy, smoothing − plain."""
    return verdict_of(side_of(gain, ACCURACY_MARGIN, above=gains))


def with_noise(data: Dataset, share: float = NOISE) -> Dataset:
    """The data with a share of the training labels flipped, as by `load_dataset(label_noise=share)`."""
    flipped = flip_labels(data.y_train, len(data.class_names), share, data.options.seed)
    return replace(data, name=f"{data.name}, {100 * share:g} % of labels flipped", y_train=flipped)


def noisy(regime: Regime) -> Regime:
    """The regime with labels flipped in the training part of each split."""
    return replace(regime, splits=tuple(map(with_noise, regime.splits)))


def regimes_of(context: ExperimentContext) -> list[Regime]:
    """The data as they are, with flipped training labels, and digits with flipped labels."""
    regimes = [context.regime]
    if context.data.soft_train is None:
        regimes.append(noisy(context.regime))
    if context.data.source != ELSEWHERE:
        other = load_dataset(ELSEWHERE)
        regimes.append(noisy(context.regime_on(other, seeds=ELSEWHERE_SEEDS, epochs=ELSEWHERE_EPOCHS)))
    return regimes


def trains(context: ExperimentContext) -> list[Training]:
    """What `run` will ask the scores of."""
    return [(regime, _methods(context, regime)) for regime in context.made(regimes_of)]


def _methods(context: ExperimentContext, regime: Regime) -> list[Hyperparameters]:
    """Plain training, and each smoothing."""
    return [regime.plain.replace(label_smoothing=a) for a in (0.0, *_strengths(context))]


def _strengths(context: ExperimentContext) -> tuple[float, ...]:
    return tuple(dict.fromkeys((context.a, MORE)))


def run(context: ExperimentContext) -> Outcome:
    """Compare accuracies in each regime."""
    regimes, strengths = context.made(regimes_of), _strengths(context)
    evidence = list[Evidence]()
    for i, regime in enumerate(regimes):
        with context.part(i, len(regimes)):
            evidence.append(_evidence(context, regime, strengths, len(regimes) * len(strengths)))
    of = {a: i for i, a in enumerate(strengths, 1)}
    gains = ", ".join(
        f"{part.numbers[of[context.a]].text} on {part.name}"
        + (f" ({part.numbers[of[MORE]].text} with a = {MORE:g})" if context.a != MORE else "")
        for part in evidence
    )
    text = f"test accuracy with a = {context.a:g} − plain: {gains}"
    if context.data.soft_train is not None:
        text += "; labels were not flipped, since the data hold soft targets"
    return Outcome(any_of([part.verdict for part in evidence]), text, tuple(evidence), differ(evidence))


def _evidence(context: ExperimentContext, regime: Regime, strengths: tuple[float, ...], tests: int) -> Evidence:
    plain, *smoothed = context.scores(regime, _methods(context, regime))
    by_strength = dict(zip(strengths, smoothed, strict=True))
    gains = {a: scores["accuracy"] - plain["accuracy"] for a, scores in by_strength.items()}
    numbers = [regime.number("test accuracy plain", plain["accuracy"], counted=True)]
    for a, gain in gains.items():
        numbers.append(regime.number(f"test accuracy, a = {a:g} − plain", gain, counted=True, signed=True))
    overfit = plain["train_accuracy"] - plain["accuracy"]
    numbers.append(regime.number("training − test accuracy, plain", overfit, counted=True, signed=True))
    smoothed_text = "; ".join(
        f"{scores['accuracy'].mean():.3f} with a = {a:g}, {number.text}"
        for (a, scores), number in zip(by_strength.items(), numbers[1:], strict=False)
    )
    text = (
        f"test accuracy {plain['accuracy'].mean():.3f} plain; {smoothed_text}; plain, training − test "
        f"{numbers[-1].text}."
    )
    rows = tuple(
        (a, *(float(scores[name].mean()) for name in ("train_accuracy", "accuracy", "nll")))
        for a, scores in {0.0: plain, **by_strength}.items()
    )
    table = Table(("a", "training accuracy", "test accuracy", "test NLL"), rows)
    verdict = any_of([judge(regime.estimate(gain, counted=True), tests) for gain in gains.values()])
    return regime.evidence(verdict, text, numbers, table=table)


EXPERIMENT = Experiment(CLAIM, run, trains=trains, weight=6.0)
