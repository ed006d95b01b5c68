"""Claim 7: whether label smoothing changes confidence and calibration, beside temperature scaling."""

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims.context import ExperimentContext, Training
from lsexplorer.study.claims.decisions import Side, size_side, verdict_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import GUO_CALIBRATION, MUELLER
from lsexplorer.study.claims.regime import Regime
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Outcome, Table, TableCell, differ
from lsexplorer.study.measures import ECE_ROWS
from lsexplorer.study.stats import Estimate

CLAIM = Claim(
    7,
    "What several articles say of confidence and calibration under label smoothing is nonsense.",
    "on these data smoothing is shown to change neither overconfidence nor ECE by more than .01",
    "it is shown to change one of them by more than .01, either way",
    (MUELLER, GUO_CALIBRATION),
    note=(
        "The author says this of several articles that he read. They are not on trial here, only whether there is "
        "anything to speak of on these data. Overconfidence is mean confidence − accuracy; ECE is judged from "
        f"{ECE_ROWS} test rows on, as with fewer it is mostly bias"
    ),
    published=(
        "Müller et al. 2019, Table 3, ECE of hard targets, of the same with temperature scaling, and of smoothing: "
        "CIFAR-100 .150, .021, .024 (a = .05); ImageNet .071, .022, .035 (a = .1); EN-DE .056, .018, .019 (a = .1)",
    ),
)
MARGIN = 0.01
"""The difference in overconfidence, and in ECE, that does not matter."""
SECOND = "mnist1d"
"""The data of the second regime: networks overfit on them."""
OTHER = "digits"
"""The second regime's data where SECOND are the data given."""
SECOND_ROWS = 1000
"""Training rows of the second regime: so few that networks memorise them."""
SECOND_EPOCHS, SECOND_SEEDS = 40, 7
"""Epochs and seeds of the second regime at most."""
SHOWN = {"accuracy": "accuracy", "mean_confidence": "mean confidence", "ece": "ECE", "nll": "NLL"}
"""Measures of the table, with their headings."""


def judge(changes: list[Estimate]) -> ClaimVerdict:
    """The verdict on changes, smoothing − plain: one that matters refutes the claim."""
    sides = [size_side(change, MARGIN, above=len(changes)) for change in changes]
    together: Side = "above" if "above" in sides else "open"
    return verdict_of("below" if set(sides) == {"below"} else together, holds="below")


def few_rows(data: Dataset) -> Dataset:
    """The data with the first SECOND_ROWS rows of the training part, if it has more."""
    if len(data.X_train) <= SECOND_ROWS:
        return data
    return data.subset(slice(SECOND_ROWS), name=f"{data.name}, {SECOND_ROWS:,} training rows")


def regimes_of(context: ExperimentContext) -> tuple[Regime, Regime]:
    """The data given, and a few rows of data that networks overfit."""
    other = few_rows(load_dataset(OTHER if context.data.source == SECOND else SECOND))
    return context.regime, context.regime_on(other, seeds=SECOND_SEEDS, epochs=SECOND_EPOCHS)


def trains(context: ExperimentContext) -> list[Training]:
    """What `run` will ask the scores of."""
    return [(regime, _methods(context, regime)) for regime in context.made(regimes_of)]


def _methods(context: ExperimentContext, regime: Regime) -> list[Hyperparameters]:
    """Plain training, and smoothing."""
    return [regime.plain.replace(label_smoothing=a) for a in (0.0, context.a)]


def run(context: ExperimentContext) -> Outcome:
    """Compare confidence and ECE on the given data, which decide, and on data that networks overfit."""
    context.with_smoothing()
    if context.plain.output not in ("softmax", "sigmoid"):
        output = context.plain.output
        raise InputError(f"calibration needs class probabilities: output softmax or sigmoid, got {output}")
    regimes = context.made(regimes_of)
    evidence = list[Evidence]()
    for i, regime in enumerate(regimes):
        with context.part(i, len(regimes)):
            evidence.append(_evidence(context, regime))
    text = (
        "overconfidence and ECE with smoothing − without: "
        + "; ".join(f"{part.numbers[3].text} and {part.numbers[2].text} on {part.name}" for part in evidence)
    )  # fmt: skip
    return Outcome(evidence[0].verdict, text, tuple(evidence), differ(evidence))


def _evidence(context: ExperimentContext, regime: Regime) -> Evidence:
    a = context.a
    plain, smoothed = context.scores(regime, _methods(context, regime))
    scaled = {name: plain.get(f"{name}_scaled", plain[name]) for name in SHOWN}
    methods = {"plain": plain, f"a = {a:g}": smoothed, "plain, temperature scaled": scaled}
    change = smoothed["ece"] - plain["ece"]
    sure = smoothed["mean_confidence"] - plain["mean_confidence"] - smoothed["accuracy"] + plain["accuracy"]
    numbers = (
        regime.number("ECE plain", plain["ece"]),
        regime.number(f"ECE with a = {a:g}", smoothed["ece"]),
        regime.number("ECE smoothing − plain", change, signed=True),
        regime.number("overconfidence smoothing − plain", sure, signed=True),
        regime.number("ECE plain, temperature scaled", plain["ece_scaled"]),
        regime.number("ECE temperature scaled − smoothing", plain["ece_scaled"] - smoothed["ece"], signed=True),
        regime.number("test accuracy plain", plain["accuracy"], counted=True),
        regime.number("training accuracy plain", plain["train_accuracy"], counted=True),
    )
    count = len(regime.data.y_test)
    judged = {"overconfidence": sure} | ({"ECE": change} if count >= ECE_ROWS else {})
    calibrated = plain["ece_calibrated"].mean(), smoothed["ece_calibrated"].mean()
    text = (
        f"with a = {a:g} overconfidence changes by {numbers[3].text}, and ECE goes from {numbers[0].value:.3f} to "
        f"{numbers[1].value:.3f}, {numbers[2].text}; of that, right confidences would have {calibrated[0]:.3f} and "
        f"{calibrated[1]:.3f} on {count:,} test rows. Temperature scaling of the plain network changes no data, and "
        f"gives an ECE of {numbers[4].value:.3f}, {numbers[5].text} against smoothing. Judged: {' and '.join(judged)}."
    )
    rows: list[tuple[TableCell, ...]] = [
        (name, *(float(scores[shown].mean()) for shown in SHOWN)) for name, scores in methods.items()
    ]
    table = Table(("method", *SHOWN.values()), tuple(rows))
    verdict = judge([regime.estimate(values) for values in judged.values()])
    return regime.evidence(verdict, text, numbers, table=table)


EXPERIMENT = Experiment(CLAIM, run, trains=trains, weight=3.0)
