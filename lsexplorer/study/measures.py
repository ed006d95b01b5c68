"""What is measured of trained networks (MATH: Frobenius to AURC), for a bank at once, and what of it is judged.

Of every network scalars; of two networks how alike they are on the same test rows.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank
from lsexplorer.nn import metrics, norms, selective
from lsexplorer.nn import similarity as likeness
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import log_probabilities, two_classes

CRITERIA = ("weight_norm", "logit_gap", "nll")
"""What a remedy can be matched on."""
ROWS, ACTIVATIONS = 2000, 10**6
"""Likeness and collapse are taken on at most so many rows, and activations, spread evenly over the part."""

Kind = Literal["prediction", "internal", "described"]


class Measure(NamedTuple):
    """One measure: its words, and how it is judged.

    margin: the difference that does not matter, set beforehand; None where two seeds of one method set it (the noise
    floor). Only predictions and internals are judged. alike: a measure of two networks, not of one.
    """

    name: str
    label: str
    kind: Kind = "described"
    margin: float | None = None
    alike: bool = False


_MEASURES = (
    Measure("accuracy", "accuracy", "prediction", 0.005),
    Measure("nll", "NLL", "prediction", 0.02),
    Measure("ece", "ECE", "prediction", 0.01),
    Measure("agreement", "agreement", "prediction", alike=True),
    Measure("logit_gap", "logit gap", "internal"),
    Measure("weight_norm", "weight norm", "internal"),
    Measure("cka_logits", "CKA of logits", "internal", alike=True),
    Measure("cka_hidden", "CKA of hidden", "internal", alike=True),
    Measure("jensen_shannon", "Jensen–Shannon", alike=True),
    Measure("mean_confidence", "mean confidence"),
    Measure("wrong_confidence", "confidence if wrong"),
    Measure("brier", "Brier"),
    Measure("adaptive_ece", "adaptive ECE"),
    Measure("nll_scaled", "NLL, temp. scaled"),
    Measure("ece_scaled", "ECE, temp. scaled"),
    Measure("aurc", "AURC"),
    Measure("failure_auroc", "failure AUROC"),
    Measure("margin", "logit margin"),
    Measure("gap_spread", "gap's SD in a class"),
    Measure("nc1", "NC1 (training part)"),
    Measure("spectral_product", "spectral product"),
    Measure("path_norm", "path norm"),
)
_BY_LAYER = {"norm": "norm", "spectral": "spectral", "largest": "largest |w|"}


def measures(layers: int) -> tuple[Measure, ...]:
    """All measures of networks with so many layers of weights."""
    by_layer = (
        Measure(f"{name}_{layer}", f"{label}, layer {layer}")
        for name, label in _BY_LAYER.items()
        for layer in range(1, layers + 1)
    )
    hidden = {"cka_hidden", "nc1"} if layers == 1 else set()
    return (*(one for one in _MEASURES if one.name not in hidden), *by_layer)


class Measured(NamedTuple):
    """A bank's R networks, measured: scalars (R,) by name, and for likeness logits (rows, K, R), log probabilities
    likewise and the last hidden layer (rows, units, R) of the test rows; None where there are none.
    """  # noqa: D205

    scalars: dict[str, Array]
    logits: Array
    log_p: Array | None
    hidden: Array | None


def criteria(bank: Bank) -> dict[str, Array]:
    """The CRITERIA of each of a bank's networks, (R,) each, gap and NLL on the test part."""
    return _criteria(bank, bank.stacked().weights, *answers(bank))


def measure(bank: Bank) -> Measured:
    """Every measure of a bank's networks, on the test part; NC1 on the training part, as its authors do."""
    network, y = bank.stacked(), bank.data.y_test
    z, log_p = answers(bank)
    found = _criteria(bank, network.weights, z, log_p) | {
        "accuracy": metrics.correct(z, y).mean(axis=0),
        "margin": metrics.margins(z, y).mean(axis=0),
        "gap_spread": metrics.gap_spread(z, y),
        "spectral_product": norms.spectral_product(network.weights),
        "path_norm": norms.path_norm(network.weights),
    }
    for layer, W in enumerate(network.weights, 1):
        found |= {f"norm_{layer}": norms.frobenius_norm(W), f"largest_{layer}": norms.largest_weight(W)}
        found[f"spectral_{layer}"] = norms.spectral_norm(W)
    found |= _of_probabilities(z, log_p, y) if log_p is not None else {}
    rows = _spread(len(y), network.sizes[-2])
    hidden = None
    if len(network.weights) > 1:
        hidden = network.hidden(bank.data.X_test[rows])
        train = _spread(len(bank.data.y_train), network.sizes[-2])
        found["nc1"] = likeness.class_collapse(network.hidden(bank.data.X_train[train]), bank.data.y_train[train])
    return Measured(found, z[rows], None if log_p is None else log_p[rows], hidden)


def alike(one: Measured, other: Measured) -> dict[str, Array]:
    """The measures of two networks, (R,) each: network r of one bank with network r of the other."""
    found = {
        "agreement": likeness.agreement(one.logits, other.logits),
        "cka_logits": likeness.linear_cka(two_classes(one.logits), two_classes(other.logits)),
    }
    if one.hidden is not None and other.hidden is not None:
        found["cka_hidden"] = likeness.linear_cka(one.hidden, other.hidden)
    if one.log_p is not None and other.log_p is not None:
        found["jensen_shannon"] = likeness.jensen_shannon(one.log_p, other.log_p)
    return found


def pick(measured: Measured, networks: list[int]) -> Measured:
    """Some of the networks, in the order asked for."""

    def those(values: Array | None) -> Array | None:
        return None if values is None else values[..., networks]

    scalars = {name: values[networks] for name, values in measured.scalars.items()}
    return Measured(scalars, measured.logits[..., networks], those(measured.log_p), those(measured.hidden))


def joined(parts: list[Measured]) -> Measured:
    """The networks of several banks of one shape, one after another."""

    def along(arrays: list[Array | None]) -> Array | None:
        there = [a for a in arrays if a is not None]
        return np.concatenate(there, axis=-1) if there else None

    scalars = {name: np.concatenate([part.scalars[name] for part in parts]) for name in parts[0].scalars}
    logits = np.concatenate([part.logits for part in parts], axis=-1)
    return Measured(scalars, logits, along([part.log_p for part in parts]), along([part.hidden for part in parts]))


def answers(bank: Bank) -> tuple[Array, Array | None]:
    """Logits (n, K, R), of a single unit those of its two classes, and log class probabilities if the output is one."""
    z, o = bank.answers("test")
    return two_classes(z), log_probabilities(z, o, bank.hyperparameters[0].output)


def _criteria(bank: Bank, weights: list[Array], z: Array, log_p: Array | None) -> dict[str, Array]:
    y = bank.data.y_test
    unknown = np.full(len(bank), np.nan)
    return {
        "weight_norm": norms.total(weights),
        "logit_gap": metrics.logit_gaps(z, y).mean(axis=0),
        "nll": unknown if log_p is None else metrics.negative_log_likelihood(log_p, y),
    }


def _of_probabilities(z: Array, log_p: Array, y: metrics.Classes) -> Mapping[str, Array]:
    right, sure = metrics.correct(z, y), metrics.confidence(log_p)
    scaled = metrics.score(z, _temperature_scaled(log_p, y), y)
    return metrics.score(z, log_p, y) | {
        "wrong_confidence": metrics.wrong_confidence(sure, right),
        "adaptive_ece": metrics.adaptive_calibration_error(sure, right),
        "nll_scaled": scaled["nll"],
        "ece_scaled": scaled["ece"],
        "aurc": selective.area_under_risk_coverage(sure, right),
        "failure_auroc": selective.failure_auroc(sure, right),
    }


def _temperature_scaled(log_p: Array, y: metrics.Classes) -> Array:
    """log_p at the temperature that is best on the other half of the rows: even ones by odd ones, and odd by even."""
    scaled, halves = np.empty_like(log_p), (slice(0, None, 2), slice(1, None, 2))
    for half, other in (halves, halves[::-1]) if len(y) > 1 else ((slice(None),) * 2,):
        scaled[half] = metrics.at_temperature(log_p[half], metrics.best_temperature(log_p[other], y[other]))
    return scaled


def _spread(rows: int, units: int) -> NDArray[np.int64]:
    """Row numbers, as many as ROWS and ACTIVATIONS allow, spread evenly."""
    count = min(rows, ROWS, max(2, ACTIVATIONS // units))
    return np.unique(np.linspace(0, rows - 1, count).round().astype(np.int64))
