"""What the studies measure of trained networks, all networks of a bank at once, and which measures a match judges.

A measure is a number for each network; a pairwise measure says how close two networks are on the same test rows.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank
from lsexplorer.errors import InputError
from lsexplorer.nn import calibration, metrics, norms, selective, similarity
from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import log_probabilities, two_classes

CRITERIA = ("weight_norm", "logit_gap", "nll")
"""What a remedy can be matched on."""
ACCURACY_MARGIN = 0.005
"""The difference in accuracy that does not matter: half a percentage point."""
GROUPS = 20
"""Groups of test rows of which each is left out once, where the rows are the sample."""
MAX_ROWS, MAX_ACTIVATIONS = 2000, 10**6
"""Similarity and class collapse use at most this many rows, and rows × units, spread evenly over the part."""

Kind = Literal["prediction", "internal", "described"]


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


ECE_ROWS = 300
"""Test rows from which on ECE is judged."""
_MEASURES = (
    Measure("accuracy", "accuracy", "prediction", ACCURACY_MARGIN, better=1),
    Measure("nll", "NLL", "prediction", 0.02, better=-1, scaled="nll_scaled"),
    Measure("ece", "ECE", "prediction", 0.01, better=-1, rows=ECE_ROWS, scaled="ece_scaled"),
    Measure("nll_scaled", "NLL after scaling", "prediction", 0.02, better=-1),
    Measure("agreement", "agreement", "prediction", 0.005, pairwise=True),
    Measure("logit_gap", "logit gap", "internal", 0.1, relative=True),
    Measure("weight_norm", "weight norm", "internal", 0.1, relative=True),
    Measure("cka_logits", "CKA of logits", "internal", 0.02, pairwise=True),
    Measure("cka_hidden", "CKA of hidden", "internal", 0.02, pairwise=True),
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
    Measure("nc1", "NC1 (training part)"),
    Measure("spectral_product", "spectral product"),
    Measure("path_norm", "path norm"),
)
_BY_LAYER = {"norm": "norm", "spectral": "spectral", "largest": "largest |w|"}


def measures(layers: int, margins: Mapping[str, float] | None = None) -> tuple[Measure, ...]:
    """All measures of networks with ``layers`` layers of weights; ``margins`` by name take the place of the usual ones.

    Raises InputError for a margin of a measure that is not judged, and for one that is not above 0.
    """
    margins = {} if margins is None else margins
    judged = [measure.name for measure in _MEASURES if measure.kind != "described"]
    for name, value in margins.items():
        if name not in judged:
            raise InputError(f"margins are for {', '.join(judged)}, got one for '{name}'")
        if not 0 < value < np.inf:
            raise InputError(f"the margin of {name} must be a number above 0, such as 0.01, got {value:g}")
    by_layer = (
        Measure(f"{name}_{layer}", f"{label}, layer {layer}")
        for name, label in _BY_LAYER.items()
        for layer in range(1, layers + 1)
    )
    hidden = {"cka_hidden", "nc1"} if layers == 1 else set()
    known = (measure._replace(margin=margins.get(measure.name, measure.margin)) for measure in _MEASURES)
    return (*(measure for measure in known if measure.name not in hidden), *by_layer)


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


def criteria(bank: Bank, temperature: float = 1.0) -> dict[str, Array]:
    """The CRITERIA of each of a bank's networks, (R,) each, gap and NLL on the test part with logits z/temperature."""
    (z, log_p), y = answers(bank, temperature), bank.data.y_test
    return {
        "weight_norm": norms.total(bank.stacked().weights),
        "logit_gap": metrics.logit_gaps(z, y).mean(axis=0),
        "nll": _nll(z, log_p, y),
    }


def measure(bank: Bank, temperature: float = 1.0, *, leave_out: bool = False) -> Measured:
    """Every measure of a bank's networks on the test part, with logits z/temperature.

    NC1 is measured on the training part (Papyan et al. 2020). leave_out: whether to measure without groups of rows
    too; temperatures stay those of all rows.
    """
    network, y = bank.stacked(), bank.data.y_test
    z, log_p = answers(bank, temperature)
    scalars = {
        "weight_norm": norms.total(network.weights),
        "spectral_product": norms.spectral_product(network.weights),
        "path_norm": norms.path_norm(network.weights),
    }
    for layer, W in enumerate(network.weights, 1):
        scalars |= {f"norm_{layer}": norms.frobenius_norm(W), f"largest_{layer}": norms.largest_weight(W)}
        scalars[f"spectral_{layer}"] = norms.spectral_norm(W)
    scaled = None if log_p is None else calibration.cross_scaled(log_p, y)
    scalars |= _of_rows(y, z, log_p, scaled)
    rows = _spread(len(y), network.sizes[-2])
    hidden = None
    if len(network.weights) > 1:
        hidden = network.hidden(bank.data.X_test[rows])
        train = _spread(len(bank.data.y_train), network.sizes[-2])
        scalars["nc1"] = similarity.class_collapse(network.hidden(bank.data.X_train[train]), bank.data.y_train[train])
    without: dict[str, Array] = {}
    if leave_out:
        parts = [_of_rows(y[kept], z[kept], _on(kept, log_p), _on(kept, scaled)) for kept in rows_kept(len(y))]
        without = {name: np.array([part[name] for part in parts]) for name in (parts[0] if parts else ())}
    return Measured(scalars, z[rows], None if log_p is None else log_p[rows], hidden, without)


def rows_kept(rows: int) -> list[NDArray[np.bool_]]:
    """Masks (rows,) that leave out one of GROUPS groups each, drawn at random; none where there are too few rows."""
    if rows < 2 * GROUPS:
        return []
    group = np.random.default_rng(0).permutation(rows) % GROUPS
    return [group != left_out for left_out in range(GROUPS)]


def all_pairs(a: Measured, b: Measured) -> dict[str, Array]:
    """The pairwise measures of every network of ``a`` with every one of ``b``, (n of a, n of b) by name."""
    values = {
        "agreement": similarity.agreement_pairs(a.logits, b.logits),
        "cka_logits": similarity.linear_cka_pairs(two_classes(a.logits), two_classes(b.logits)),
    }
    if a.hidden is not None and b.hidden is not None:
        values["cka_hidden"] = similarity.linear_cka_pairs(a.hidden, b.hidden)
    if a.log_p is not None and b.log_p is not None:
        values["jensen_shannon"] = similarity.jensen_shannon_pairs(a.log_p, b.log_p)
    return values


def on_rows(measured: Measured, rows: NDArray[Any]) -> Measured:
    """The same networks, with pairwise measures from some of the rows."""
    log_p, hidden = _on(rows, measured.log_p), _on(rows, measured.hidden)
    return measured._replace(logits=measured.logits[rows], log_p=log_p, hidden=hidden)


def _on(rows: NDArray[Any], values: Array | None) -> Array | None:
    return None if values is None else values[rows]


def pick(measured: Measured, networks: list[int]) -> Measured:
    """The networks with these indices, in this order."""

    def picked(values: Array | None) -> Array | None:
        return None if values is None else values[..., networks]

    scalars = {name: values[networks] for name, values in measured.scalars.items()}
    without = {name: values[..., networks] for name, values in measured.without.items()}
    return Measured(scalars, measured.logits[..., networks], picked(measured.log_p), picked(measured.hidden), without)


def joined(parts: list[Measured]) -> Measured:
    """The networks of several banks of one shape, concatenated."""

    def joined_arrays(arrays: list[Array | None]) -> Array | None:
        present = [a for a in arrays if a is not None]
        return np.concatenate(present, axis=-1) if present else None

    scalars = {name: np.concatenate([part.scalars[name] for part in parts]) for name in parts[0].scalars}
    logits = np.concatenate([part.logits for part in parts], axis=-1)
    log_p, hidden = (joined_arrays([getattr(part, name) for part in parts]) for name in ("log_p", "hidden"))
    without = {name: np.concatenate([part.without[name] for part in parts], axis=-1) for name in parts[0].without}
    return Measured(scalars, logits, log_p, hidden, without)


def answers(bank: Bank, temperature: float = 1.0) -> tuple[Array, Array | None]:
    """Logits (n, K, R), a single unit's as two classes', and log class probabilities or None, as the output allows.

    temperature: divides the logits.
    """
    z, o = bank.answers("test")
    if temperature != 1:
        z = z / temperature
        o = OUTPUTS[bank.hyperparameters[0].output](z)
    return two_classes(z), log_probabilities(z, o, bank.hyperparameters[0].output)


def _of_rows(y: metrics.Classes, z: Array, log_p: Array | None, scaled: Array | None) -> dict[str, Array]:
    """The measures on rows of classes y (n,) of logits z, log probabilities, and these after temperature scaling.

    All but y are (n, K, R), the measures (R,).
    """
    scalars = {
        "logit_gap": metrics.logit_gaps(z, y).mean(axis=0),
        "nll": _nll(z, log_p, y),
        "accuracy": metrics.correct(z, y).mean(axis=0),
        "margin": metrics.margins(z, y).mean(axis=0),
        "gap_spread": metrics.gap_spread(z, y),
    }
    if log_p is None or scaled is None:
        return scalars
    return scalars | _of_probabilities(y, z, log_p, scaled)


def _nll(z: Array, log_p: Array | None, y: metrics.Classes) -> Array:
    return np.full(z.shape[2:], np.nan) if log_p is None else metrics.negative_log_likelihood(log_p, y)


def _of_probabilities(y: metrics.Classes, z: Array, log_p: Array, scaled: Array) -> dict[str, Array]:
    right, sure = metrics.correct(z, y), metrics.confidence(log_p)
    after = metrics.score(z, scaled, y)
    return metrics.score(z, log_p, y) | {
        "wrong_confidence": metrics.wrong_confidence(sure, right),
        "adaptive_ece": metrics.adaptive_calibration_error(sure, right),
        "ece_calibrated": calibration.error_if_calibrated(sure),
        "ece_debiased": calibration.debiased_calibration_error(sure, right),
        "nll_scaled": after["nll"],
        "ece_scaled": after["ece"],
        "aurc": selective.area_under_risk_coverage(sure, right),
        "failure_auroc": selective.failure_auroc(sure, right),
    }


def _spread(rows: int, units: int) -> NDArray[np.int64]:
    """Evenly spread row indices, as many as MAX_ROWS and MAX_ACTIVATIONS allow."""
    count = min(rows, MAX_ROWS, max(2, MAX_ACTIVATIONS // units))
    return np.unique(np.linspace(0, rows - 1, count).round().astype(np.int64))
