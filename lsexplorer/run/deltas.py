"""The delta table: every number of the next step, and what it would be under other regularisers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import PerSample, signal_of
from lsexplorer.nn.network import Cache
from lsexplorer.nn.regularizers import REGULARIZERS, Active, added_signals, penalty_gradient, signal_rule
from lsexplorer.nn.updates import Update
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.state import RunState

Value = TypeVar("Value")


@dataclass(frozen=True)
class ByRegularizer(Generic[Value]):
    """A value for each regulariser; they are attributes too: ``.l2`` is ``.by_name["l2"]``."""

    by_name: Mapping[str, Value]

    def __getattr__(self, name: str) -> Value:
        values: Mapping[str, Value] = self.__dict__.get("by_name", {})
        if name not in values:
            raise AttributeError(f"{type(self).__name__} has no '{name}'")
        return values[name]


@dataclass(frozen=True, init=False)
class Strengths(ByRegularizer[float]):
    """The regularisers' strengths that the counterfactual columns use."""

    asked: frozenset[str]
    """Those that have such a column although they may be off: the ones with a key, and the ones that were given."""

    def __init__(self, **strengths: float) -> None:
        """Strengths by name; those not given are the suggested ones."""
        unknown = strengths.keys() - REGULARIZERS.keys()
        if unknown:
            raise TypeError(f"no regulariser is called {unknown.pop()}")
        suggested = {name: entry.suggested for name, entry in REGULARIZERS.items()}
        object.__setattr__(self, "by_name", suggested | strengths)
        keyed = {name for name, entry in REGULARIZERS.items() if entry.keyed}
        object.__setattr__(self, "asked", frozenset(keyed | strengths.keys()))

    @classmethod
    def of(cls, hp: Hyperparameters) -> "Strengths":
        """Those in force, or the suggestion where one is off."""
        return cls().replace(**{name: getattr(hp, name) for name in REGULARIZERS if getattr(hp, name)})

    def replace(self, **changes: float) -> "Strengths":
        """A copy with some strengths changed."""
        return Strengths(**{name: self.by_name[name] for name in self.asked} | changes)

    def columns(self, hp: Hyperparameters) -> tuple[str, ...]:
        """The regularisers that have a counterfactual column: those asked for, and those that are on."""
        return tuple(name for name in REGULARIZERS if name in self.asked or getattr(hp, name))


@dataclass(frozen=True)
class NormChanges(ByRegularizer[float]):
    """Change of ‖w‖, the norm of a node's incoming weights, by the next step under each rule.

    By a regulariser's name: with that one alone, NaN where it does not go with output or loss. Of those without a key
    only the ones that are on or asked for are there.
    """

    plain: float
    """Without any regulariser."""
    now: float
    """With all as they are set."""


@dataclass(frozen=True, kw_only=True)
class NodeDelta:
    """One node's row of the delta table; for the batch every number is the mean over its samples."""

    layer: int
    """0 for the first hidden layer."""
    unit: int
    """0 for the first unit of the layer."""
    name: str
    """o1 … for output nodes, h1 … for hidden ones."""
    class_name: str | None
    """None for a hidden node."""
    target: float | None = None
    """t; None for a hidden node, as are the next one and the two errors."""
    soft_target: float | None = None
    """t′."""
    output: float
    """o; for a hidden node its activation h."""
    error: float | None = None
    """t − o."""
    soft_error: float | None = None
    """t′ − o."""
    incoming: float | None = None
    """Σ_k w_k δ_k over the layer above; None for an output node."""
    slope: float | None
    """The factor between soft_error, or incoming, and the signal; None where there is no single one: the loss couples
    the outputs, or the factor differs between the samples of the batch."""
    added: Mapping[str, float]
    """What each regulariser that acts on the signal adds to an output node's."""
    signal: float
    """δ = −∂L/∂z."""
    move: float
    """η·δ, the change of the bias under plain SGD."""
    norm: float
    """‖w‖ of the incoming weights, without the bias."""
    norm_changes: NormChanges
    """How ‖w‖ changes in the next step."""


@dataclass(frozen=True)
class WeightMoves(ByRegularizer[Array]):
    """How the weights into one node will move, (fan_in + 1,) each; the last entry is the bias.

    net = data + the regularisers' parts + optimizer, and after = weight + net. By a regulariser's name: its own part;
    label smoothing has none, since what it does is in the data's, and one without a key has one only while it is on.
    """

    sources: tuple[str, ...]
    inputs: Array
    """The layer's input h, 1 for the bias."""
    weight: Array
    data: Array
    """η times the descent direction of the loss."""
    optimizer: Array
    """What momentum or Adam adds to the other parts, or takes from them."""
    net: Array
    after: Array

    @property
    def decay(self) -> Array:
        """Weight decay's part, −ηλw."""
        return self.by_name["weight_decay"]

    def of_unit(self, unit: int) -> "WeightMoves":
        """One unit's, from those of a layer (fan_in + 1, fan_out)."""
        columns = {name: getattr(self, name)[:, unit] for name in ("weight", "data", "optimizer", "net", "after")}
        parts = {name: values[:, unit] for name, values in self.by_name.items()}
        return WeightMoves(parts, self.sources, self.inputs, **columns)


@dataclass(frozen=True)
class Deltas:
    """The next step, node by node."""

    step: int
    """Steps trained so far."""
    sample: int | None
    """A row into X_train, or None for the mean over ``batch``."""
    batch: NDArray[np.int64]
    """Row numbers into X_train of the next step's batch."""
    equation: str
    """The output nodes' signal, written: δ = …"""
    strengths: Strengths
    """Those of the counterfactual columns."""
    learning_rate: float
    nodes: tuple[NodeDelta, ...]
    """Output nodes first, then hidden layers from the last to the first."""
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
        return self._layers[node.layer].of_unit(node.unit)


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
        # What regularisers add to the output layer's signal, (n, K) each.
        self.added = {name: self.signal(rule, self.hp) for name, rule in added_signals([self.hp]).items()}
        self.plain = self.hp.plain(soft_targets=None)
        self.loss_signal = signal_of(self.hp.output, self.hp.loss, self.hp.softmax_jacobian)
        self.norms = [_norms(W) for W in self.network.weights]

    def signal(self, rule: PerSample, hp: Hyperparameters) -> Array:
        """What a rule gives for the rows, on the targets of ``hp``."""
        t = targets_of(self.run.data, "train", hp, self.rows)
        return rule(t, self.cache.logits, self.cache.outputs)

    def delta(self, hp: Hyperparameters) -> Array:
        """The output layer's signal."""
        return self.signal(signal_rule([hp]), hp)

    def data_delta(self) -> Array:
        """The part of it that is the loss's."""
        return self.signal(self.loss_signal.value, self.hp)

    def gradient(self, delta: Array, hidden: bool = True) -> Array:
        """The parameters' descent direction; hidden: with that of pattern targets."""
        out = self.network.blocks(np.empty_like(self.network.parameters))
        self.network.gradient(self.cache, delta, out, hidden_gradient=self.hidden_gradient if hidden else None)
        return out.flat

    def next_parameters(self, hp: Hyperparameters, gradient: Array) -> Array:
        """The parameters after one step under ``hp``, from the present ones and the present optimiser state."""
        parameters = self.network.parameters.copy()
        state = self.run.optimizer_state.copy()
        update, step = Update.of([hp], self.network.last_layer), self.run.step_count + 1
        update.apply(parameters, self.network.weight_count, gradient.copy(), state, step)
        return parameters

    def deltas(self, batch: NDArray[np.int64]) -> Deltas:
        delta = self.delta(self.hp)
        gradient = self.gradient(delta)
        after = self.next_parameters(self.hp, gradient)
        signals = self.network.signals(self.cache, delta, self.hidden_gradient)
        nodes = self.nodes(signals, self.norm_changes(after))
        terms = [f" {REGULARIZERS[name].term}" for name in self.added]
        return Deltas(
            self.run.step_count,
            self.sample,
            batch,
            self.loss_signal.equation + "".join(terms),
            self.strengths,
            self.hp.learning_rate,
            nodes,
            self.weight_moves(gradient, after),
        )

    def norm_changes(self, after: Array) -> list[list[NormChanges]]:
        """Per layer and unit: the change of the incoming weights' norm under each rule."""
        plain = self.plain
        plain_gradient = self.gradient(self.delta(plain))
        before, now = self.changes(self.next_parameters(plain, plain_gradient)), self.changes(after)
        alone: dict[str, list[Array]] = {}
        for name in self.strengths.columns(self.hp):
            entry = REGULARIZERS[name]
            if entry.misfit(self.hp):
                alone[name] = [np.full(W.shape[1], np.nan) for W in self.network.weights]
                continue
            soft_targets = None if entry.targets is None else self.hp.soft_targets
            hp = plain.replace(soft_targets=soft_targets, **{name: self.strengths.by_name[name]})
            gradient = plain_gradient
            if entry.targets is not None or entry.signal is not None:
                gradient = self.gradient(self.delta(hp))
            alone[name] = self.changes(self.next_parameters(hp, gradient))
        return [
            [
                NormChanges(
                    {name: float(column[layer][unit]) for name, column in alone.items()},
                    plain=float(before[layer][unit]),
                    now=float(now[layer][unit]),
                )
                for unit in range(size)
            ]
            for layer, size in enumerate(self.network.sizes[1:])
        ]

    def changes(self, parameters: Array) -> list[Array]:
        """Per layer (fan_out,): the norm of each unit's incoming weights after the step less before it."""
        after = self.network.blocks(parameters).weights
        return [_norms(W) - norms for W, norms in zip(after, self.norms, strict=True)]

    def nodes(self, signals: list[Array], norm_changes: list[list[NormChanges]]) -> tuple[NodeDelta, ...]:
        classes, nodes = self.run.data.class_names, []
        names = classes if len(classes) == self.network.sizes[-1] else classes[1:]
        for layer in range(self.layers - 1, -1, -1):
            is_output = layer == self.layers - 1
            values = self.cache.outputs if is_output else self.cache.inputs[layer + 1]
            output, signal, slopes = values.mean(axis=0), signals[layer].mean(axis=0), self.slopes(layer, values)
            columns = self.output_columns(output) if is_output else {"incoming": self.incoming(layer, signals)}
            added = {name: values.mean(axis=0) for name, values in self.added.items()} if is_output else {}
            for unit in range(len(output)):
                node = NodeDelta(
                    layer=layer,
                    unit=unit,
                    name=node_name(layer, unit, self.layers),
                    class_name=names[unit] if is_output else None,
                    output=float(output[unit]),
                    slope=None if slopes is None or np.isnan(slopes[unit]) else float(slopes[unit]),
                    added={name: float(means[unit]) for name, means in added.items()},
                    signal=float(signal[unit]),
                    move=self.hp.learning_rate * float(signal[unit]),
                    norm=float(self.norms[layer][unit]),
                    norm_changes=norm_changes[layer][unit],
                    **{name: float(means[unit]) for name, means in columns.items()},
                )
                nodes.append(node)
        return tuple(nodes)

    def output_columns(self, output: Array) -> dict[str, Array]:
        """What output nodes alone have, per unit, from their mean outputs."""
        hard, soft = (targets_of(self.run.data, "train", hp, self.rows).mean(axis=0) for hp in (self.plain, self.hp))
        return {"target": hard, "soft_target": soft, "error": hard - output, "soft_error": soft - output}

    def incoming(self, layer: int, signals: list[Array]) -> Array:
        """What comes back to each unit of a hidden layer, before its slope."""
        incoming: Array = (signals[layer + 1] @ self.network.weights[layer + 1].T).mean(axis=0)
        if layer == self.layers - 2 and self.hidden_gradient is not None:
            incoming = incoming + self.hidden_gradient.mean(axis=0)
        return incoming

    def slopes(self, layer: int, values: Array) -> Array | None:
        """The slope per unit, NaN where rows differ; None where the loss has no such factor."""
        if layer < self.layers - 1:
            slopes = ACTIVATIONS[self.hp.activation].slope(values)
        else:
            if self.loss_signal.slope is None:
                return None
            slopes = self.loss_signal.slope(values)
        return np.where(np.ptp(slopes, axis=0) == 0, slopes[0], np.nan)

    def weight_moves(self, gradient: Array, after: Array) -> tuple[WeightMoves, ...]:
        """A table per layer, (fan_in + 1, fan_out) a column, with the biases in the last row."""
        hp, network = self.hp, self.network
        eta, parts = hp.learning_rate, self.parts()
        data = eta * (self.gradient(self.data_delta()) if self.added else gradient)
        net = after - network.parameters
        # By name, so that the last bit does not depend on the order of the table.
        optimizer = net - reduce(add, (parts[name] for name in sorted(parts)), data)
        if hp.optimizer == "sgd" and not hp.momentum:
            optimizer = np.zeros_like(net)  # what is left is rounding
        flat = {"weight": network.parameters, "data": data, "optimizer": optimizer, "net": net, "after": after}
        columns = {name: self.by_layer(values) for name, values in flat.items()}
        regularizers = {name: self.by_layer(values) for name, values in parts.items()}
        return tuple(
            WeightMoves(
                {name: tables[layer] for name, tables in regularizers.items()},
                sources=self.sources(layer),
                inputs=np.append(self.cache.inputs[layer].mean(axis=0), 1.0),
                **{name: tables[layer] for name, tables in columns.items()},
            )
            for layer in range(self.layers)
        )

    def parts(self) -> dict[str, Array]:
        """What each regulariser's own part moves the parameters by (P,): 0 for biases, but where it acts on signals."""
        eta, network = self.hp.learning_rate, self.network
        w, parts = network.parameters[: network.weight_count], {}
        for name, entry in REGULARIZERS.items():
            strength = getattr(self.hp, name)
            if entry.targets is not None or not (strength or entry.keyed):
                continue
            parts[name] = part = np.zeros_like(network.parameters)
            if name in self.added:
                part[...] = eta * self.gradient(self.added[name], hidden=False)
            elif entry.gradient is not None:
                part[: len(w)] = eta * penalty_gradient(Active(entry, strength), w, network.last_layer)
            elif entry.decay:
                part[: len(w)] = -eta * strength * w
        return parts

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
