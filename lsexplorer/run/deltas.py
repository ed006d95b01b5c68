"""The delta table: what the next step will do, number by number, and what other regularisers would do instead."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES, signal_text
from lsexplorer.nn.network import Cache
from lsexplorer.nn.regularizers import REGULARIZERS, l1_gradient, l2_gradient, signal_rule
from lsexplorer.nn.updates import Update
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.state import RunState


@dataclass(frozen=True)
class Strengths:
    """The regularisers' strengths that the counterfactual columns use."""

    label_smoothing: float
    l2: float
    l1: float
    weight_decay: float

    @classmethod
    def of(cls, hp: Hyperparameters) -> "Strengths":
        """Those in force, or the schema's suggestion where one is off."""
        return cls(*(getattr(hp, name) or entry.suggested for name, entry in REGULARIZERS.items()))


@dataclass(frozen=True)
class NormChanges:
    """Change of ‖w‖, the norm of a node's incoming weights, by the next step under each rule.

    plain: no regulariser. label_smoothing, l2, l1, weight_decay: that one alone. now: as set. NaN where the loss
    takes no soft targets.
    """

    plain: float
    label_smoothing: float
    l2: float
    l1: float
    weight_decay: float
    now: float


@dataclass(frozen=True)
class NodeDelta:
    """One node's row of the delta table; for the batch every number is the mean over its samples.

    layer: 0 for the first hidden layer. target (t), soft_target (t'), error (t − o) and soft_error (t' − o) are None
    for a hidden node, whose signal comes back through the weights: incoming = Σ_k w_k δ_k of the layer above.
    slope: the factor between (t' − o), or incoming, and the signal; None where the loss couples the outputs, and for a
    batch where it differs from sample to sample. signal: δ = −∂L/∂z. move: η·δ, the change of the bias under plain SGD.
    """

    layer: int
    unit: int
    name: str
    class_name: str | None
    target: float | None
    soft_target: float | None
    output: float
    error: float | None
    soft_error: float | None
    incoming: float | None
    slope: float | None
    signal: float
    move: float
    norm: float
    norm_changes: NormChanges


@dataclass(frozen=True)
class WeightMoves:
    """How the weights into one node will move, (fan_in + 1,) each; the last entry is the bias.

    inputs: h, the layer's input (1 for the bias). data, l1, l2: η times that pull. decay: −ηλw. optimizer: what
    momentum or Adam adds to or takes from those. net = data + l1 + l2 + decay + optimizer; after = weight + net.
    """

    sources: tuple[str, ...]
    inputs: Array
    weight: Array
    data: Array
    l1: Array
    l2: Array
    decay: Array
    optimizer: Array
    net: Array
    after: Array


@dataclass(frozen=True)
class Deltas:
    """The next step, node by node: output nodes first, then hidden layers from the last to the first.

    sample: a row into X_train, or None for the mean over ``batch``. equation: the output nodes' signal in words.
    strengths: what the counterfactual columns were computed with.
    """

    step: int
    sample: int | None
    batch: NDArray[np.int64]
    equation: str
    strengths: Strengths
    learning_rate: float
    nodes: tuple[NodeDelta, ...]
    _layers: tuple[WeightMoves, ...]

    def node(self, name: str) -> NodeDelta:
        """A node by name: o1, o2 … for outputs, h1 … for hidden ones (h2.1 for unit 1 of the second hidden layer)."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise InputError(f"no node '{name}': there are {', '.join(node.name for node in self.nodes)}")

    def weights(self, name: str) -> WeightMoves:
        """The weights into a node, by the node's name."""
        node = self.node(name)
        table = self._layers[node.layer]
        columns = {f.name: getattr(table, f.name) for f in fields(table) if f.name != "sources"}
        return WeightMoves(
            sources=table.sources,
            **{key: value if key == "inputs" else value[:, node.unit] for key, value in columns.items()},
        )


def node_name(layer: int, unit: int, layers: int) -> str:
    """o1 … in the output layer, h1 … in a single hidden layer, h1.1 … where there are more."""
    if layer == layers - 1:
        return f"o{unit + 1}"
    return f"h{unit + 1}" if layers == 2 else f"h{layer + 1}.{unit + 1}"


def compute_deltas(run: RunState, sample: int | None, strengths: Strengths | None) -> Deltas:
    """See Trainer.deltas; raises InputError for a sample that is no training row."""
    count = len(run.data.X_train)
    whole = isinstance(sample, int | np.integer) and not isinstance(sample, bool)
    if sample is not None and not (whole and 0 <= sample < count):
        raise InputError(f"sample must be a training row from 0 to {count - 1}, got {sample!r}")
    batch = run.next_batch
    rows = batch if sample is None else np.array([sample])
    strengths = strengths or Strengths.of(run.hyperparameters)
    with np.errstate(all="ignore"):
        return _Computation(run, rows, sample, strengths).deltas(batch)


class _Computation:
    """The arrays that the parts of one delta table share."""

    def __init__(self, run: RunState, rows: NDArray[np.int64], sample: int | None, strengths: Strengths) -> None:
        self.run, self.rows, self.sample, self.strengths = run, rows, sample, strengths
        self.hp, self.network = run.hyperparameters, run.network
        self.cache: Cache = self.network.forward(run.data.X_train[rows])
        targets, y = run.pattern_targets, run.data.y_train[rows]
        self.hidden_gradient = None if targets is None or targets.off else targets.gradient(self.cache.inputs[-1], y)
        self.layers = len(self.network.weights)
        self.plain = self.hp.plain().replace(soft_targets=None)

    def delta(self, hp: Hyperparameters) -> Array:
        """The output layer's signal."""
        t = targets_of(self.run.data, "train", hp, self.rows)
        return signal_rule([hp])(t, self.cache.logits, self.cache.outputs)

    def pull(self, delta: Array) -> Array:
        out = self.network.blocks(np.empty_like(self.network.parameters))
        self.network.gradient(self.cache, delta, out, hidden_gradient=self.hidden_gradient)
        return out.flat

    def next_parameters(self, hp: Hyperparameters, pull: Array) -> Array:
        """The parameters after one step under ``hp``, from the present ones and the present optimiser state."""
        parameters = self.network.parameters.copy()
        state = self.run.optimizer_state.copy()
        Update.of([hp]).apply(parameters, self.network.weight_count, pull.copy(), state, self.run.step_count + 1)
        return parameters

    def deltas(self, batch: NDArray[np.int64]) -> Deltas:
        delta = self.delta(self.hp)
        pull = self.pull(delta)
        after = self.next_parameters(self.hp, pull)
        signals = self.network.signals(self.cache, delta, self.hidden_gradient)
        nodes = self.nodes(signals, self.norm_changes(after))
        text = signal_text(self.hp.output, self.hp.loss, self.hp.softmax_jacobian)
        return Deltas(
            self.run.step_count,
            self.sample,
            batch,
            text.equation,
            self.strengths,
            self.hp.learning_rate,
            nodes,
            self.weight_moves(pull, after),
        )

    def norm_changes(self, after: Array) -> list[list[NormChanges]]:
        """Per layer and unit: the change of the incoming weights' norm under each rule."""
        plain = self.plain
        plain_pull = self.pull(self.delta(plain))
        columns: dict[str, list[Array]] = {"plain": self.changes(self.next_parameters(plain, plain_pull))}
        for name in REGULARIZERS:
            alone = {name: getattr(self.strengths, name)}
            if name != "label_smoothing":
                columns[name] = self.changes(self.next_parameters(plain.replace(**alone), plain_pull))
            elif LOSSES[self.hp.loss].soft_targets:
                smooth = plain.replace(soft_targets=self.hp.soft_targets, **alone)
                columns[name] = self.changes(self.next_parameters(smooth, self.pull(self.delta(smooth))))
            else:
                columns[name] = [np.full(W.shape[1], np.nan) for W in self.network.weights]
        columns["now"] = self.changes(after)
        return [
            [
                NormChanges(**{name: float(column[layer][unit]) for name, column in columns.items()})
                for unit in range(size)
            ]
            for layer, size in enumerate(self.network.sizes[1:])
        ]

    def changes(self, parameters: Array) -> list[Array]:
        """Per layer (fan_out,): the norm of each unit's incoming weights after the step less before it."""
        after = self.network.blocks(parameters).weights
        return [_norms(new) - _norms(old) for new, old in zip(after, self.network.weights, strict=True)]

    def nodes(self, signals: list[Array], norm_changes: list[list[NormChanges]]) -> tuple[NodeDelta, ...]:
        hp, data, found = self.hp, self.run.data, []
        names = data.class_names if len(data.class_names) == self.cache.logits.shape[1] else data.class_names[1:]
        hard = targets_of(data, "train", self.plain, self.rows).mean(axis=0)
        soft = targets_of(data, "train", hp, self.rows).mean(axis=0)
        for layer in range(self.layers - 1, -1, -1):
            is_output = layer == self.layers - 1
            values = self.cache.outputs if is_output else self.cache.inputs[layer + 1]
            output, signal = values.mean(axis=0), signals[layer].mean(axis=0)
            slopes = self.slopes(layer, values)
            norms = _norms(self.network.weights[layer])
            if not is_output:
                incoming = (signals[layer + 1] @ self.network.weights[layer + 1].T).mean(axis=0)
                if layer == self.layers - 2 and self.hidden_gradient is not None:
                    incoming = incoming + self.hidden_gradient.mean(axis=0)
            for unit in range(values.shape[1]):
                t, s, o, d = (
                    (float(v[unit]) for v in (hard, soft, output, signal))
                    if is_output
                    else (None, None, float(output[unit]), float(signal[unit]))
                )
                found.append(
                    NodeDelta(
                        layer,
                        unit,
                        node_name(layer, unit, self.layers),
                        names[unit] if is_output else None,
                        t,
                        s,
                        o,
                        None if t is None else t - o,
                        None if s is None else s - o,
                        None if is_output else float(incoming[unit]),
                        None if slopes is None or np.isnan(slopes[unit]) else float(slopes[unit]),
                        d,
                        hp.learning_rate * d,
                        float(norms[unit]),
                        norm_changes[layer][unit],
                    )
                )
        return tuple(found)

    def slopes(self, layer: int, values: Array) -> Array | None:
        """The factor before the signal per unit, NaN where rows differ; None where the loss has no such factor."""
        if layer < self.layers - 1:
            slopes = ACTIVATIONS[self.hp.activation].slope(values)
        else:
            function = signal_text(self.hp.output, self.hp.loss, self.hp.softmax_jacobian).slope
            if function is None:
                return None
            slopes = function(values)
        return np.where(np.ptp(slopes, axis=0) == 0, slopes[0], np.nan)

    def weight_moves(self, pull: Array, after: Array) -> tuple[WeightMoves, ...]:
        """A table per layer, (fan_in + 1, fan_out) a column, with the biases in the last row."""
        eta, hp, network = self.hp.learning_rate, self.hp, self.network

        # Biases have no penalty, so their entries of the three columns stay 0.
        def penalty(values: Array) -> Array:
            return np.concatenate([values, np.zeros(len(network.parameters) - network.weight_count)])

        w = network.parameters[: network.weight_count]
        flat = {
            "weight": network.parameters,
            "data": eta * pull,
            "l1": penalty(eta * l1_gradient(w, hp.l1)),
            "l2": penalty(eta * l2_gradient(w, hp.l2)),
            "decay": penalty(-eta * hp.weight_decay * w),
            "net": after - network.parameters,
            "after": after,
        }
        flat["optimizer"] = flat["net"] - (flat["data"] + flat["l1"] + flat["l2"] + flat["decay"])
        if hp.optimizer == "sgd" and not hp.momentum:
            flat["optimizer"] = np.zeros_like(flat["net"])  # what is left is rounding
        split = {name: self.by_layer(values) for name, values in flat.items()}
        return tuple(
            WeightMoves(
                sources=self.sources(layer),
                inputs=np.append(self.cache.inputs[layer].mean(axis=0), 1.0),
                **{name: tables[layer] for name, tables in split.items()},
            )
            for layer in range(self.layers)
        )

    def by_layer(self, flat: Array) -> list[Array]:
        _, weights, biases = self.network.blocks(flat)
        return [np.vstack([W, b]) for W, b in zip(weights, biases, strict=True)]

    def sources(self, layer: int) -> tuple[str, ...]:
        if layer == 0:
            return (*self.run.data.feature_names, "bias")
        units = self.network.sizes[layer]
        return (*(node_name(layer - 1, unit, self.layers) for unit in range(units)), "bias")


def _norms(W: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("io,io->o", W, W)))
