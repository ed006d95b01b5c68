"""Single numbers of a delta table worked out: what a signal and a weight's move are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.network import parameter_places
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.updates import ADAM_BETA1, ADAM_BETA2
from lsexplorer.run.deltas import Deltas
from lsexplorer.run.hyperparameters import Hyperparameters


@dataclass(frozen=True, kw_only=True, eq=False)
class SignalWorking:
    """What the signal δ of one node is made of."""

    each: Array
    """δ of each of the n samples (n,); the node's signal is their mean."""
    q: Array
    """q = −o·∂L/∂o of every output (K,), the mean over the samples, where a softmax is between loss and logits:
    δ_j = q_j − o_j Σ_k q_k. Empty elsewhere."""
    outputs: Array
    """o (K,), the mean over the samples."""
    label: int
    """The output with the largest target; of the first sample."""
    weights: Array
    """Of a hidden node, the weights w_k to the layer above (units,); empty for an output."""
    signals: Array
    """Of a hidden node, the mean signals δ_k of the layer above (units,)."""
    beside: float
    """What else comes back to a hidden node than Σ w_k δ_k: the part of targets of the hidden layer."""


def signal_working(deltas: Deltas, name: str, hp: Hyperparameters) -> SignalWorking:
    """Work a node's signal out. hp: those of the delta table."""
    node, arrays = deltas.node(name), deltas.arrays
    weights = signals = q = np.empty(0)
    beside = 0.0
    if node.incoming is not None:
        weights = deltas.layers[node.layer + 1].weight[node.unit]
        signals = np.array([above.signal for above in deltas.nodes if above.layer == node.layer + 1])
        rest = node.incoming - float(weights @ signals)
        beside = rest if abs(rest) > 1e-9 * float(np.abs(weights * signals).sum()) else 0.0
    elif hp.output == "softmax" and (term := LOSSES[hp.loss].q) is not None:
        q = np.asarray(term.value(arrays.targets, arrays.logits, arrays.outputs)).mean(axis=0)
    return SignalWorking(
        each=arrays.signals[node.layer][:, node.unit],
        q=q,
        outputs=arrays.outputs.mean(axis=0),
        label=int(np.argmax(arrays.targets[0])),
        weights=weights,
        signals=signals,
        beside=beside,
    )


@dataclass(frozen=True, kw_only=True)
class WeightWorking:
    """What the move of one weight is made of. Every gradient is in descent direction, −∂L/∂w."""

    product: float
    """The mean over the samples of h·δ, with what regularisers add to δ."""
    penalties: Mapping[str, float]
    """What each penalty on the weights that is on adds to the gradient: −λw, −λ·sign(w)."""
    gradient: float
    """g, the sum of both, which the optimiser takes."""
    before: tuple[float, ...]
    """The optimiser's memory: v₋ of SGD with momentum; m₋ and v₋ of Adam; empty for SGD without."""
    after: tuple[float, ...]
    """The same after the step: v = μ·v₋ + g; or m = β₁·m₋ + (1 − β₁)·g and v = β₂·v₋ + (1 − β₂)·g²."""
    corrected: tuple[float, ...]
    """Adam's m̂ = m/(1 − β₁^t) and v̂ = v/(1 − β₂^t) in step t; empty for SGD."""
    decay: float
    """−ηλw of weight decay."""
    move: float
    """Δw."""


def weight_working(deltas: Deltas, name: str, source: int, hp: Hyperparameters) -> WeightWorking:
    """Work the move of a weight into a node out. source: its place among the node's weights, whose last is the bias."""
    node, arrays = deltas.node(name), deltas.arrays
    moves, eta = deltas.layers[node.layer], hp.learning_rate
    pulls = {part: float(values[source, node.unit]) for part, values in moves.by_name.items()}
    product = float(moves.data[source, node.unit]) + sum(pulls[part] for part in pulls if REGULARIZERS[part].signal)
    penalties = {part: pulls[part] / eta for part in pulls if REGULARIZERS[part].gradient and getattr(hp, part)}
    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    corrected: tuple[float, ...] = ()
    if arrays.state_before is not None:
        sizes = len(deltas.layers[0].sources) - 1, *(layer.weight.shape[1] for layer in deltas.layers)
        at = parameter_places(sizes)[node.layer][source, node.unit]
        before = tuple(arrays.state_before[:, at].tolist())
        after = tuple(arrays.state_after[:, at].tolist())
    if hp.optimizer == "adam":
        step = deltas.step + 1
        corrected = after[0] / (1.0 - ADAM_BETA1**step), after[1] / (1.0 - ADAM_BETA2**step)
    return WeightWorking(
        product=product / eta,
        penalties=penalties,
        gradient=product / eta + sum(penalties.values()),
        before=before,
        after=after,
        corrected=corrected,
        decay=pulls.get("weight_decay", 0.0),
        move=float(moves.net[source, node.unit]),
    )
