"""What the studies measure of trained networks, from what they answered, and which measures a match judges.

A measure is a number for each network; a pairwise measure says how close two networks are on the same test rows.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn import calibration, metrics, selective
from lsexplorer.nn.arrays import Array
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.answers.answers import Answers

CRITERIA = ("weight_norm", "logit_gap", "nll")
"""What a remedy can be matched on."""
ACCURACY_MARGIN = 0.005
"""The difference in accuracy that does not matter: half a percentage point."""
GROUPS = 20
"""Groups of test rows of which each is left out once, where the rows are the sample."""

Kind = Literal["prediction", "internal", "described"]
Need = Literal["", "weight_norm", "weights", "hidden", "hidden_train", "logits_train"]


class Measure(NamedTuple):
    """A measure: its name, and how it is judged."""

    name: str
    label: str
    kind: Kind = "described"
    """A "prediction" or an "internal" is judged; what is "described" is not."""
    margin: float | None = None
    """The difference that does not matter, set beforehand; of a pairwise measure, how much less alike remedy and
    smoothing may be than two seeds of smoothing."""
    pairwise: bool = False
    """Whether it is a measure of two networks."""
    relative: bool = False
    """Whether the margin is a share of smoothing's mean."""
    better: int = 0
    """1 where more is better, −1 where less is, 0 where neither."""
    rows: int = 0
    """Test rows from which on it is judged: with fewer it is mostly bias."""
    scaled: str = ""
    """The measure of the same after temperature scaling."""
    needs: Need = ""
    """What it needs beside logits and classes: a field of an Answer."""


ECE_ROWS = 300
"""Test rows from which on ECE is judged."""
_MEASURES = (
    Measure("accuracy", "accuracy", "prediction", ACCURACY_MARGIN, better=1),
    Measure("nll", "NLL", "prediction", 0.02, better=-1, scaled="nll_scaled"),
    Measure("ece", "ECE", "prediction", 0.01, better=-1, rows=ECE_ROWS, scaled="ece_scaled"),
    Measure("nll_scaled", "NLL after scaling", "prediction", 0.02, better=-1),
    Measure("agreement", "agreement", "prediction", 0.005, pairwise=True),
    Measure("logit_gap", "logit gap", "internal", 0.1, relative=True),
    Measure("weight_norm", "weight norm", "internal", 0.1, relative=True, needs="weight_norm"),
    Measure("cka_logits", "CKA of logits", "internal", 0.02, pairwise=True),
    Measure("cka_hidden", "CKA of hidden", "internal", 0.02, pairwise=True, needs="hidden"),
    Measure("jensen_shannon", "Jensen–Shannon", pairwise=True),
    Measure("mean_confidence", "mean confidence"),
    Measure("wrong_confidence", "confidence if wrong"),
    Measure("brier", "Brier", better=-1),
    Measure("ece_scaled", "ECE after scaling", better=-1),
    Measure("ece_calibrated", "ECE if calibrated"),
    Measure("ece_debiased", "ECE, debiased", better=-1),
    Measure("adaptive_ece", "adaptive ECE", better=-1),
    Measure("aurc", "AURC", better=-1),
    Measure("failure_auroc", "failure AUROC", better=1),
    Measure("margin", "logit margin"),
    Measure("gap_spread", "gap's SD in a class"),
    Measure("nc1", "NC1 (training part)", needs="hidden_train"),
    Measure("train_accuracy", "training accuracy", better=1, needs="logits_train"),
    Measure("spectral_product", "spectral product", needs="weights"),
    Measure("path_norm", "path norm", needs="weights"),
)
_BY_LAYER = {"norm": "norm", "spectral": "spectral", "largest": "largest |w|"}


def measures(
    layers: int, margins: Mapping[str, float] | None = None, has: Collection[Need] | None = None
) -> tuple[Measure, ...]:
    """All measures of networks with ``layers`` layers of weights; ``margins`` by name take the place of the usual ones.

    has: what is known of the networks, which leaves out the measures that need more; by default what there is of a
    bank's. Raises InputError for a margin of a measure that is not judged, and for one that is not above 0.
    """
    margins = {} if margins is None else margins
    judged = [measure.name for measure in _MEASURES if measure.kind != "described"]
    for name, value in margins.items():
        if name not in judged:
            raise InputError(f"margins are for {', '.join(judged)}, got one for '{name}'")
        if not 0 < value < np.inf:
            raise InputError(f"the margin of {name} must be a number above 0, such as 0.01, got {value:g}")
    has = _of_bank(layers) if has is None else has
    by_name = (measure for measure in _MEASURES if not measure.needs or measure.needs in has)
    by_layer = (
        Measure(f"{name}_{layer}", f"{label}, layer {layer}")
        for name, label in _BY_LAYER.items()
        for layer in range(1, layers + 1)
    )
    known = (measure._replace(margin=margins.get(measure.name, measure.margin)) for measure in by_name)
    return (*known, *by_layer)


def _of_bank(layers: int) -> Collection[Need]:
    """What is known of a bank's networks."""
    return ("weight_norm", "weights") if layers == 1 else ("weight_norm", "weights", "hidden", "hidden_train")


def left_out(has: Collection[Need]) -> dict[Need, list[str]]:
    """The measures, by their labels, that what is known of some networks does not suffice for, by what they need."""
    missing: dict[Need, list[str]] = {}
    for measure in _MEASURES:
        if measure.needs and measure.needs not in has:
            missing.setdefault(measure.needs, []).append(measure.label)
    return missing


def known_of(answer: CheckedAnswer) -> Collection[Need]:
    """What is known of networks that answer like this one."""
    parts: dict[Need, bool] = {
        "weight_norm": "weight_norm" in answer.scalars,
        "weights": "norm_1" in answer.scalars,
        "hidden": answer.hidden is not None,
        "hidden_train": "nc1" in answer.scalars,
        "logits_train": "train_accuracy" in answer.scalars,
    }
    return [need for need, there in parts.items() if there]


class Measured(NamedTuple):
    """The measures of a bank's R networks, and what pairwise measures are computed from."""

    scalars: dict[str, Array]
    """The measures of single networks by name, (R,) each."""
    logits: Array
    """Logits of some test rows (rows, K, R)."""
    log_p: Array | None
    """Log class probabilities of those rows (rows, K, R); None where the output has none."""
    hidden: Array | None
    """The last hidden layer's activations on those rows (rows, units, R); None without a hidden layer."""
    without: dict[str, Array]
    """The measures that depend on test rows, without each of some groups of them, (groups, R) each; none unless asked
    for."""


def criteria(answers: Answers) -> dict[str, Array]:
    """The CRITERIA of each network, (R,) each: those of them that there are."""
    if _is_doubled(answers):
        return {name: values[:1] for name, values in criteria(answers.pick([0, 0])).items()}
    z, y = answers.logits, answers.y
    norm = {name: values for name, values in answers.scalars.items() if name == "weight_norm"}
    return norm | {"logit_gap": metrics.logit_gaps(z, y).mean(axis=0), "nll": _nll(z, answers.log_p, y)}


def measure(answers: Answers, *, leave_out: bool = False) -> Measured:
    """Every measure that there is of some networks.

    leave_out: whether to measure without groups of rows too; temperatures stay those of all rows.
    """
    if _is_doubled(answers):
        return pick(measure(answers.pick([0, 0]), leave_out=leave_out), [0])
    y, z, log_p, rows = answers.y, answers.logits, answers.log_p, answers.rows
    scaled = None if log_p is None else calibration.cross_scaled(log_p, y)
    by_row = _ByRow.of(y, z, log_p, scaled)
    scalars = answers.scalars | by_row.measures()
    without: dict[str, Array] = {}
    if leave_out:
        parts = [by_row.on(kept).measures() for kept in rows_kept(len(y))]
        without = {name: np.array([part[name] for part in parts]) for name in (parts[0] if parts else ())}
    return Measured(scalars, z[rows], _on(rows, log_p), answers.hidden, without)


def _is_doubled(answers: Answers) -> bool:
    """Whether a single network is measured as two.

    Sums over its rows would be taken in another order than with several; of very many answers that does not matter.
    """
    return len(answers) == 1 and answers.logits.size <= calibration.LARGE


def rows_notes(rows: int, classes: int, compared: int) -> tuple[str, ...]:
    """What was measured on some of the rows alone, a sentence each.

    compared: the rows that pairs of networks are compared on, those of Answers.
    """
    fitted = len(calibration.rows_fitted(rows, classes))
    some = {"Networks are compared in pairs (agreement, CKA)": compared, "Temperatures are fitted": fitted}
    return tuple(
        f"{what} on {count:,} of the {rows:,} rows, spread evenly." for what, count in some.items() if count < rows
    )


def rows_kept(rows: int) -> list[NDArray[np.bool_]]:
    """Masks (rows,) that leave out one of GROUPS groups each, drawn at random; none where there are too few rows."""
    if rows < 2 * GROUPS:
        return []
    group = np.random.default_rng(0).permutation(rows) % GROUPS
    return [group != left_out for left_out in range(GROUPS)]


def _on(rows: NDArray[Any], values: Array | None) -> Array | None:
    return None if values is None else values[rows]


def pick(measured: Measured, networks: list[int]) -> Measured:
    """The networks with these indices, in this order."""
    if networks == list(range(measured.logits.shape[-1])):
        return measured

    def picked(values: Array | None) -> Array | None:
        return None if values is None else values.take(networks, axis=-1)

    scalars = {name: values[networks] for name, values in measured.scalars.items()}
    without = {name: values[..., networks] for name, values in measured.without.items()}
    logits = measured.logits.take(networks, axis=-1)
    return Measured(scalars, logits, picked(measured.log_p), picked(measured.hidden), without)


def joined(parts: list[Measured]) -> Measured:
    """The networks of several banks of one shape, concatenated."""
    if len(parts) == 1:
        return parts[0]

    def joined_arrays(arrays: list[Array | None]) -> Array | None:
        present = [a for a in arrays if a is not None]
        return np.concatenate(present, axis=-1) if present else None

    scalars = {name: np.concatenate([part.scalars[name] for part in parts]) for name in parts[0].scalars}
    logits = np.concatenate([part.logits for part in parts], axis=-1)
    log_p, hidden = (joined_arrays([getattr(part, name) for part in parts]) for name in ("log_p", "hidden"))
    without = {name: np.concatenate([part.without[name] for part in parts], axis=-1) for name in parts[0].without}
    return Measured(scalars, logits, log_p, hidden, without)


class _ByRow(NamedTuple):
    """What is known of each row (n, R), from which all measures are computed that depend on rows."""

    y: metrics.Classes
    """Its class (n,)."""
    gaps: Array
    margins: Array
    right: metrics.Correct
    log_p: Array | None
    """Log probability of its class; None, as what follows, where the output has none."""
    scaled: Array | None
    """The same after temperature scaling."""
    brier: Array | None
    sure: Array | None
    """Confidence."""
    sure_scaled: Array | None

    @classmethod
    def of(cls, y: metrics.Classes, z: Array, log_p: Array | None, scaled: Array | None) -> "_ByRow":
        """Of logits z (n, K, R), log probabilities, and these after temperature scaling."""
        of_logits = y, metrics.logit_gaps(z, y), metrics.margins(z, y), metrics.correct(z, y)
        if log_p is None or scaled is None:
            return cls(*of_logits, *[None] * 5)
        own, own_scaled = metrics.of_class(log_p, y), metrics.of_class(scaled, y)
        sure, sure_scaled = metrics.confidence(log_p), metrics.confidence(scaled)
        return cls(*of_logits, own, own_scaled, metrics.brier_scores(log_p, y), sure, sure_scaled)

    def on(self, rows: NDArray[np.bool_]) -> "_ByRow":
        """Of some of the rows."""
        return _ByRow._make(None if values is None else values[rows] for values in self)

    def measures(self) -> dict[str, Array]:
        """The measures by name, (R,) each."""
        unknown = np.full(self.gaps.shape[1:], np.nan)
        scalars = {
            "logit_gap": self.gaps.mean(axis=0),
            "nll": unknown if self.log_p is None else np.asarray(-self.log_p.mean(axis=0)),
            "accuracy": self.right.mean(axis=0),
            "margin": self.margins.mean(axis=0),
            "gap_spread": metrics.gap_spread(self.gaps, self.y),
        }
        right, sure = self.right, self.sure
        if sure is None or self.brier is None or self.scaled is None or self.sure_scaled is None:
            return scalars
        return scalars | {
            "brier": self.brier.mean(axis=0),
            "ece": metrics.expected_calibration_error(sure, right),
            "mean_confidence": sure.mean(axis=0),
            "wrong_confidence": metrics.wrong_confidence(sure, right),
            "adaptive_ece": metrics.adaptive_calibration_error(sure, right),
            "ece_calibrated": calibration.error_if_calibrated(sure),
            "ece_debiased": calibration.debiased_calibration_error(sure, right),
            "nll_scaled": np.asarray(-self.scaled.mean(axis=0)),
            "ece_scaled": metrics.expected_calibration_error(self.sure_scaled, right),
            "aurc": selective.area_under_risk_coverage(sure, right),
            "failure_auroc": selective.failure_auroc(sure, right),
        }


def _nll(z: Array, log_p: Array | None, y: metrics.Classes) -> Array:
    return np.full(z.shape[2:], np.nan) if log_p is None else metrics.negative_log_likelihood(log_p, y)
