"""What the delta table holds: every number of the next step, and what it would be under other regularisers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.notebook import Columns, columns_of, html_table
from lsexplorer.run.hyperparameters import Hyperparameters

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


@dataclass(frozen=True, kw_only=True, eq=False)
class StepArrays:
    """What the numbers of a delta table are made of: n samples, the batch's or the selected one alone."""

    targets: Array
    """t′ (n, K)."""
    logits: Array
    """z of the output layer (n, K)."""
    outputs: Array
    """o (n, K)."""
    signals: tuple[Array, ...]
    """δ = −∂L/∂z of each layer (n, units), first layer first."""
    state_before: Array | None
    """The optimiser's arrays (slots, P) before the step; None for SGD without momentum, which has no memory."""
    state_after: Array
    """The same after it."""


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
    layers: tuple[WeightMoves, ...]
    """The moves of each layer's weights, first layer first: a table (fan_in + 1, fan_out) for each column."""
    arrays: StepArrays
    """What all of these are made of; ``lsexplorer.run.working`` works single numbers out of it."""

    def __repr__(self) -> str:
        of = f"the mean over {len(self.batch)} samples" if self.sample is None else f"training row {self.sample}"
        return f"Deltas(step {self.step:,}, {of}, {len(self.nodes)} nodes, {self.equation})"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.to_dict())

    def to_dict(self) -> Columns:
        """Columns for a data frame, a row for each node: the fields of NodeDelta, those by regulariser one by one."""
        return columns_of([_node_columns(node) for node in self.nodes])

    def node(self, name: str) -> NodeDelta:
        """A node by name: o1, o2 … for outputs, h1 … for hidden ones (h2.1 for unit 1 of the second hidden layer)."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise InputError(f"no node '{name}': there are {', '.join(node.name for node in self.nodes)}")

    def weights(self, name: str) -> WeightMoves:
        """The weights into a node, by the node's name."""
        node = self.node(name)
        return self.layers[node.layer].of_unit(node.unit)


def _node_columns(node: NodeDelta) -> dict[str, object]:
    changes = node.norm_changes
    fields = {name: value for name, value in asdict(node).items() if name not in ("added", "norm_changes")}
    fields |= {f"added_{name}": value for name, value in node.added.items()}
    by_rule = {"plain": changes.plain, "now": changes.now, **changes.by_name}
    return fields | {f"norm_change_{name}": value for name, value in by_rule.items()}


def node_name(layer: int, unit: int, layers: int) -> str:
    """o1 … in the output layer, h1 … in a single hidden layer, h1.1 … where there are more."""
    if layer == layers - 1:
        return f"o{unit + 1}"
    return f"h{unit + 1}" if layers == 2 else f"h{layer + 1}.{unit + 1}"
