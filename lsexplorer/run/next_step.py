"""How the delta table is computed: forward, signals, gradients, and one step under each rule, on copies."""

from functools import lru_cache, reduce
from itertools import islice, pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.arrays import NOISE, Array, without_noise
from lsexplorer.nn.losses import PerSample, signal_of
from lsexplorer.nn.network import Cache, parameter_places
from lsexplorer.nn.regularization import Active, added_signals, penalty_gradient, signal_rule
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.updates import Update
from lsexplorer.run.deltas import Deltas, NodeDelta, NormChanges, StepArrays, Strengths, WeightMoves, node_name
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.state import RunState


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


@lru_cache(maxsize=16)
def _rules(
    hp: Hyperparameters, names: tuple[str, ...], strengths: tuple[tuple[str, float], ...]
) -> tuple[Hyperparameters, dict[str, Hyperparameters | None]]:
    """The rule without any regulariser, and with each named one alone; None where that does not go with the rest.

    Kept, since the same are asked for at every step of a run, and checking hyperparameters takes longer than a step.
    """
    plain, by_name = hp.plain(soft_targets=None), dict(strengths)
    alone: dict[str, Hyperparameters | None] = {}
    for name in names:
        entry = REGULARIZERS[name]
        soft_targets = None if entry.targets is None else hp.soft_targets
        fits = not entry.misfit(hp)
        alone[name] = plain.replace(soft_targets=soft_targets, **{name: by_name[name]}) if fits else None
    return plain, alone


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
        self.plain, self.alone = _rules(self.hp, strengths.columns(self.hp), tuple(strengths.by_name.items()))
        self.loss_signal = signal_of(self.hp.output, self.hp.loss, self.hp.softmax_jacobian)
        self.norms = self.norms_of(self.network.parameters)
        self.targets = targets_of(run.data, "train", self.hp, rows)
        self.forgets = self.hp.optimizer == "sgd" and not self.hp.momentum

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

    def next_parameters(self, hp: Hyperparameters, gradient: Array, state: Array | None = None) -> Array:
        """The parameters after one step under ``hp``, from the present ones.

        state: a copy of the present optimiser state, to be updated.
        """
        parameters = self.network.parameters.copy()
        state = self.run.optimizer_state.copy() if state is None else state
        update, step = Update.of([hp], self.network.last_layer), self.run.step_count + 1
        update.apply(parameters, self.network.weight_count, gradient.copy(), state, step)
        return parameters

    def deltas(self, batch: NDArray[np.int64]) -> Deltas:
        delta, state = self.delta(self.hp), self.run.optimizer_state.copy()
        before = None if self.forgets else state.copy()
        gradient = self.gradient(delta)
        after = self.next_parameters(self.hp, gradient, state)
        shown = self.without_noise(delta)
        signals = self.network.signals(self.cache, shown, self.hidden_gradient)
        data_delta = self.data_delta() if self.added else shown
        data = gradient if data_delta is delta else self.gradient(data_delta)
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
            self.weight_moves(data, after, signals),
            StepArrays(
                targets=self.targets,
                logits=self.cache.logits,
                outputs=self.cache.outputs,
                signals=tuple(signals),
                state_before=before,
                state_after=state,
            ),
        )

    def without_noise(self, delta: Array) -> Array:
        """The output layer's signal with 0 for what is rounding beside the outputs; the same array where nothing is."""
        if self.added or self.loss_signal.slope is None:
            return delta
        outputs = self.cache.outputs
        cleared = without_noise(delta, np.abs(outputs * self.loss_signal.slope(outputs)))
        return delta if np.array_equal(cleared, delta, equal_nan=True) else cleared

    def norm_changes(self, after: Array) -> list[list[NormChanges]]:
        """Per layer and unit: the change of the incoming weights' norm under each rule."""
        plain_gradient = self.gradient(self.delta(self.plain))
        norms = [self.norms_of(after), self.norms_of(self.next_parameters(self.plain, plain_gradient))]
        for name, hp in self.alone.items():
            if hp is None:
                norms.append(np.full(len(self.norms), np.nan))
                continue
            entry, gradient = REGULARIZERS[name], plain_gradient
            if entry.targets is not None or entry.signal is not None:
                gradient = self.gradient(self.delta(hp))
            norms.append(self.norms_of(self.next_parameters(hp, gradient)))
        changes: list[list[float]] = without_noise(np.array(norms) - self.norms, self.norms).T.tolist()
        units = (NormChanges(dict(zip(self.alone, alone, strict=True)), plain, now) for now, plain, *alone in changes)
        return [list(islice(units, n)) for n in self.network.sizes[1:]]

    def norms_of(self, parameters: Array) -> Array:
        """The norm of the weights into each unit, layer by layer (units in all,)."""
        weights, at = [], 0
        for i, o in pairwise(self.network.sizes):
            weights.append(parameters[at : at + i * o].reshape(i, o))
            at += i * o
        return np.asarray(np.sqrt(np.concatenate([np.einsum("io,io->o", W, W) for W in weights])))

    def nodes(self, signals: list[Array], norm_changes: list[list[NormChanges]]) -> tuple[NodeDelta, ...]:
        classes, nodes, above = self.run.data.class_names, [], len(self.norms)
        names = classes if len(classes) == self.network.sizes[-1] else classes[1:]
        for layer in range(self.layers - 1, -1, -1):
            is_output = layer == self.layers - 1
            values = self.cache.outputs if is_output else self.cache.inputs[layer + 1]
            output, slopes = values.mean(axis=0), self.slopes(layer, values)
            columns = self.output_columns(output) if is_output else {"incoming": self.incoming(layer, signals)}
            signal = without_noise(signals[layer].mean(axis=0), np.abs(signals[layer]).mean(axis=0))
            above -= len(output)
            norms = self.norms[above:]
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
                    norm=float(norms[unit]),
                    norm_changes=norm_changes[layer][unit],
                    **{name: float(means[unit]) for name, means in columns.items()},
                )
                nodes.append(node)
        return tuple(nodes)

    def output_columns(self, output: Array) -> dict[str, Array]:
        """What output nodes alone have, per unit, from their mean outputs."""
        hard = targets_of(self.run.data, "train", self.plain, self.rows).mean(axis=0)
        soft = self.targets.mean(axis=0)
        errors = (without_noise(t - output, np.abs(output)) for t in (hard, soft))
        return {"target": hard, "soft_target": soft} | dict(zip(("error", "soft_error"), errors, strict=True))

    def incoming(self, layer: int, signals: list[Array]) -> Array:
        """What comes back to each unit of a hidden layer, before its slope; signals of rounding alone become 0."""
        above, W = signals[layer + 1], self.network.weights[layer + 1].T
        incoming, scale = above @ W, np.abs(above) @ np.abs(W)
        if layer == self.layers - 2 and self.hidden_gradient is not None:
            incoming, scale = incoming + self.hidden_gradient, scale + np.abs(self.hidden_gradient)
        incoming = without_noise(incoming, scale)
        signals[layer][incoming == 0] = 0.0
        return without_noise(incoming.mean(axis=0), scale.mean(axis=0))

    def slopes(self, layer: int, values: Array) -> Array | None:
        """The slope per unit, NaN where rows differ; None where the loss has no such factor."""
        if layer < self.layers - 1:
            slopes = ACTIVATIONS[self.hp.activation].slope(values)
        else:
            if self.loss_signal.slope is None:
                return None
            slopes = self.loss_signal.slope(values)
        return np.where(np.ptp(slopes, axis=0) == 0, slopes[0], np.nan)

    def weight_moves(self, gradient: Array, after: Array, signals: list[Array]) -> tuple[WeightMoves, ...]:
        """A table per layer, (fan_in + 1, fan_out) a column, with the biases in the last row; gradient: the loss's."""
        hp, network = self.hp, self.network
        eta, parts = hp.learning_rate, self.parts()
        data = eta * gradient
        net = after - network.parameters
        # By name, so that the last bit does not depend on the order of the table.
        pulls = reduce(add, (parts[name] for name in sorted(parts)), data)
        # net is exact, but after was rounded: what is that small beside the weight is no part of the optimiser's.
        optimizer = without_noise(net - pulls, np.abs(after) + np.abs(net) + np.abs(pulls))
        if self.forgets:
            optimizer = np.zeros_like(net)
        flat = {"weight": network.parameters, "data": data, "optimizer": optimizer, "net": net, "after": after}
        columns = {name: self.by_layer(values) for name, values in flat.items()}
        if not self.added:  # what comes of rounding alone is rounding
            for table, of_layer in zip(columns["data"], signals, strict=True):
                table[:, ~of_layer.any(axis=0)] = 0.0
        regularizers = {name: self.by_layer(values) for name, values in parts.items()}
        centre = np.abs(self.run.data.mean / self.run.data.scale)
        inputs = [without_noise(h.mean(axis=0), np.abs(h).mean(axis=0)) for h in self.cache.inputs]
        inputs[0] = without_noise(inputs[0], centre)
        at_centre = np.flatnonzero((np.abs(self.cache.inputs[0]) < NOISE * centre).all(axis=0))
        if len(at_centre):
            norms = self.norms[: network.sizes[1]]
            for first, *_ in (*columns.values(), *regularizers.values()):
                first[at_centre] = without_noise(first[at_centre], norms)
            columns["data"][0][at_centre] = 0.0
        return tuple(
            WeightMoves(
                {name: tables[layer] for name, tables in regularizers.items()},
                sources=self.sources(layer),
                inputs=np.append(inputs[layer], 1.0),
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
        return [flat[places] for places in parameter_places(self.network.sizes)]

    def sources(self, layer: int) -> tuple[str, ...]:
        if layer == 0:
            return (*self.run.data.feature_names, "bias")
        units = self.network.sizes[layer]
        return (*(node_name(layer - 1, unit, self.layers) for unit in range(units)), "bias")
