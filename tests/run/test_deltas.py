"""The delta table: every number of it worked out by other means."""

import dataclasses
from functools import partial, reduce
from operator import add
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lsexplorer as ls
from tests.support import formulas
from tests.support.helpers import MEANS, PAIRS, REMEDIES, flat, same_bits, trainer

SETTINGS: list[dict[str, Any]] = [
    {},
    REMEDIES,
    {**REMEDIES, "momentum": 0.9},
    {**REMEDIES, "momentum": 0.9, "nesterov": True},
    {**REMEDIES, "optimizer": "adam", "learning_rate": 0.02},
    {"loss": "mse", "softmax_jacobian": "diagonal", "l1": 0.01},
    {"activation": "relu", "hidden": (4, 3), "loss": "focal", "label_smoothing": 0.2},
    {"activation": "logistic", "hidden": (), "output": "sigmoid", "loss": "mae", "weight_decay": 0.2},
    {"output": "identity", "loss": "hinge", "l2": 0.1},
    {"output": "tanh", "loss": "mse", "soft_targets": 0.7, "hidden": (2, 3, 2), "activation": "identity"},
    {**REMEDIES, **MEANS, "margin": 0.4},
    {**MEANS, "hidden": (4, 3), "optimizer": "adam", "learning_rate": 0.02, "soft_targets": 0.8},
    {"output": "sigmoid", "loss": "mse", "logit_penalty": 0.2, "last_layer_l2": 0.1, "momentum": 0.9},
]

# The diagonal form is the slope of no loss.
EXACT = [settings for settings in SETTINGS if "softmax_jacobian" not in settings]

COLUMNS = ("inputs", "weight", "data", "optimizer", "net", "after")


def walked(data: ls.Dataset, settings: dict[str, Any], steps: int = 7) -> ls.Trainer:
    t = trainer(data, **settings)
    t.step(steps)
    return t


def names(t: ls.Trainer) -> list[str]:
    return [node.name for node in t.deltas().nodes]


def columns(table: Any, field: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A column of the weight tables as arrays like the network's: weights and biases by layer."""
    by_layer = {}
    for node in table.nodes:
        by_layer.setdefault(node.layer, []).append(getattr(table.weights(node.name), field))
    stacked = [np.column_stack(by_layer[layer]) for layer in sorted(by_layer)]
    return [values[:-1] for values in stacked], [values[-1] for values in stacked]


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_the_optimizers_part_is_what_the_sum_of_the_others_leaves_bit_for_bit(
    small: ls.Dataset, settings: dict[str, Any]
) -> None:
    t = walked(small, settings)
    table, plain_sgd = t.deltas(), settings.get("optimizer") is None and not settings.get("momentum")
    for name in names(t):
        moves = table.weights(name)
        rest = moves.net - reduce(add, (moves.by_name[part] for part in sorted(moves.by_name)), moves.data)
        assert same_bits(moves.optimizer, np.zeros_like(rest) if plain_sgd else rest)


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_the_batch_table_foretells_the_next_step_bit_for_bit(small: ls.Dataset, settings: dict[str, Any]) -> None:
    t = walked(small, settings)
    for _ in range(8):
        table = t.deltas()
        assert table.step == t.step_count
        assert table.batch.tolist() == t.next_batch.tolist()
        before = flat(t)
        t.step()
        weights, biases = columns(table, "after")
        for foretold, found in zip((*weights, *biases), (*t.network.weights, *t.network.biases), strict=True):
            assert same_bits(foretold, found)
        weights, biases = columns(table, "weight")
        assert same_bits(np.concatenate([np.ravel(a) for a in (*weights, *biases)]), before)


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_looking_at_the_table_changes_nothing(small: ls.Dataset, settings: dict[str, Any]) -> None:
    looked, t = walked(small, settings), walked(small, settings)
    looked.deltas()
    looked.deltas(3)
    assert same_bits(flat(looked), flat(t))
    assert same_bits(looked.optimizer_state, t.optimizer_state)
    looked.step(3)
    t.step(3)
    assert same_bits(flat(looked), flat(t))


@pytest.mark.parametrize("sample", [None, 0, 17])
@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_the_parts_of_a_weights_move_add_up(small: ls.Dataset, settings: dict[str, Any], sample: int | None) -> None:
    t = walked(small, settings)
    table, hp = t.deltas(sample), t.hyperparameters
    for name in names(t):
        moves = table.weights(name)
        parts = [moves.data, *moves.by_name.values(), moves.optimizer]
        assert_allclose(sum(parts), moves.net, rtol=1e-12, atol=1e-15)
        assert_allclose(moves.weight + moves.net, moves.after, rtol=1e-14, atol=1e-16)
        w, eta = moves.weight[:-1], hp.learning_rate
        assert_allclose(moves.l2[:-1], [-eta * hp.l2 * x for x in w], rtol=1e-12)
        assert_allclose(moves.l1[:-1], [-eta * hp.l1 * ((x > 0) - (x < 0)) for x in w.tolist()], rtol=1e-12)
        assert_allclose(moves.decay[:-1], [-eta * hp.weight_decay * x for x in w], rtol=1e-12)
        last = name.startswith("o")
        if hp.last_layer_l2:
            assert_allclose(moves.last_layer_l2[:-1], [-eta * hp.last_layer_l2 * x * last for x in w], rtol=1e-12)
        # A part of the signal moves an output's bias by its mean.
        for part, added in table.node(name).added.items():
            assert moves.by_name[part][-1] == pytest.approx(eta * added, rel=1e-10, abs=1e-15)
        assert moves.l1[-1] == moves.l2[-1] == moves.decay[-1] == 0
        if hp.optimizer == "sgd" and not hp.momentum:
            assert not moves.optimizer.any()
        else:
            assert abs(moves.optimizer).max() > 1e-6


@pytest.mark.parametrize("sample", [None, 5])
@pytest.mark.parametrize("settings", EXACT, ids=range(len(EXACT)))
def test_the_data_column_is_the_slope_of_the_batchs_loss(
    small: ls.Dataset, settings: dict[str, Any], sample: int | None
) -> None:
    t = walked(small, settings)
    rows = t.next_batch if sample is None else [sample]
    x, targets, hp = small.X_train[rows], t.targets()[rows], t.hyperparameters

    def loss() -> float:
        return formulas.loss(hp.loss, targets, t.network.forward(x).outputs).mean()

    found, h = np.empty_like(t.network.parameters), 1e-6
    for i in range(len(found)):
        kept = t.network.parameters[i]
        t.network.parameters[i] = kept + h
        above = loss()
        t.network.parameters[i] = kept - h
        found[i] = -hp.learning_rate * (above - loss()) / (2 * h)
        t.network.parameters[i] = kept
    weights, biases = columns(t.deltas(sample), "data")
    assert_allclose(np.concatenate([np.ravel(a) for a in (*weights, *biases)]), found, rtol=1e-5, atol=1e-9)


def penalty(hp: ls.Hyperparameters, name: str, t: np.ndarray, z: np.ndarray) -> np.ndarray:
    return formulas.penalty(name, getattr(hp, name), t, z, hp.margin)


def through_signal(table: Any, name: str) -> np.ndarray:
    """The part of a node's moves that is made by its signal: the loss's, and that of regularisers of the logits."""
    moves = table.weights(name)
    return moves.data + sum(moves.by_name[part] for part in table.node("o1").added)


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_the_data_column_by_hand_from_the_numbers_beside_it(small: ls.Dataset, settings: dict[str, Any]) -> None:
    """One sample's is η·h·δ, the batch's the mean of its samples'."""
    t = walked(small, settings)
    batch, each = t.deltas(), [t.deltas(int(row)) for row in t.next_batch]
    for name in names(t):
        for table in each:
            by_hand = table.learning_rate * table.node(name).signal * table.weights(name).inputs
            assert_allclose(through_signal(table, name), by_hand, rtol=1e-10, atol=1e-16)
        mean = np.mean([through_signal(table, name) for table in each], axis=0)
        assert_allclose(through_signal(batch, name), mean, rtol=1e-10, atol=1e-16)
        assert batch.node(name).signal == pytest.approx(np.mean([table.node(name).signal for table in each]), abs=1e-14)


@pytest.mark.parametrize("sample", [None, 5])
@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_output_nodes(small: ls.Dataset, settings: dict[str, Any], sample: int | None) -> None:
    t = walked(small, settings)
    table, hp = t.deltas(sample), t.hyperparameters
    rows = t.next_batch if sample is None else np.array([sample])
    z = t.network.forward(small.X_train[rows]).logits
    o, hard, soft = formulas.output(hp.output, z), np.eye(3)[small.y_train[rows]], t.targets()[rows]
    if hp.softmax_jacobian == "diagonal":
        signal = (soft - o) * o * (1 - o)
    else:
        signal = -formulas.slopes(lambda x: formulas.loss(hp.loss, soft, formulas.output(hp.output, x)), z)
    added = {name: -formulas.slopes(partial(penalty, hp, name, soft), z) for name in table.node("o1").added}
    assert set(added) == {name for name in MEANS if getattr(hp, name)} - {"last_layer_l2"}
    signal = signal + sum(added.values())
    for k in range(3):
        node = table.node(f"o{k + 1}")
        assert (node.layer, node.unit, node.class_name) == (len(hp.hidden), k, f"class {k}")
        assert node.incoming is None
        found = [node.target, node.soft_target, node.output, node.error, node.soft_error, node.signal, node.move]
        right = [hard, soft, o, hard - o, soft - o, signal, hp.learning_rate * signal]
        assert_allclose(found, [values[:, k].mean() for values in right], rtol=1e-6, atol=1e-9)
        assert node.norm == pytest.approx(np.sqrt((t.network.weights[-1][:, k] ** 2).sum()), rel=1e-14)
        for name, part in added.items():
            assert node.added[name] == pytest.approx(part[:, k].mean(), rel=1e-6, abs=1e-9)
        if node.slope is not None:
            by_hand = node.soft_error * node.slope + sum(node.added.values())
            assert node.signal == pytest.approx(by_hand, rel=1e-12, abs=1e-15)
        # Under plain SGD the bias moves by η·δ: what the node's row and its weights' table say is one thing.
        assert through_signal(table, node.name)[-1] == pytest.approx(node.move, rel=1e-10, abs=1e-16)
    assert "t′" in table.equation or hp.loss == "hinge"


@pytest.mark.parametrize("sample", [None, 5])
@pytest.mark.parametrize("settings", EXACT, ids=range(len(EXACT)))
def test_hidden_nodes_signals_by_finite_differences(
    small: ls.Dataset, settings: dict[str, Any], sample: int | None
) -> None:
    """A hidden node's bias shifts its logit for every sample: the loss's slope in it is minus the mean signal."""
    t = walked(small, settings)
    table, hp = t.deltas(sample), t.hyperparameters
    rows = t.next_batch if sample is None else np.array([sample])
    x, soft, h = small.X_train[rows], t.targets()[rows], 1e-6
    hidden = [node for node in table.nodes if not node.name.startswith("o")]
    assert len(hidden) == sum(hp.hidden)
    for node in hidden:
        bias, losses = t.network.biases[node.layer], []
        for step in (h, -2 * h):
            bias[node.unit] += step
            cache = t.network.forward(x)
            each = formulas.loss(hp.loss, soft, cache.outputs)
            for name in table.node("o1").added:
                each = each + penalty(hp, name, soft, cache.logits)
            losses.append(each.mean())
        bias[node.unit] += h
        assert node.signal == pytest.approx(-(losses[0] - losses[1]) / (2 * h), rel=1e-5, abs=1e-9)
        assert node.move == pytest.approx(hp.learning_rate * node.signal, rel=1e-14)
        values = t.network.forward(x).inputs[node.layer + 1][:, node.unit]
        assert node.output == pytest.approx(values.mean(), rel=1e-12, abs=1e-15)
        assert (node.target, node.soft_target, node.error, node.soft_error, node.class_name) == (None,) * 5
        if node.slope is not None:
            assert node.signal == pytest.approx(node.incoming * node.slope, rel=1e-12, abs=1e-15)
        norm = np.sqrt((t.network.weights[node.layer][:, node.unit] ** 2).sum())
        assert node.norm == pytest.approx(norm, rel=1e-14)


def test_incoming_is_the_sum_over_the_layer_above(small: ls.Dataset) -> None:
    t = walked(small, {"hidden": (4, 3)})
    table = t.deltas(2)
    for layer, sources in ((1, ["o1", "o2", "o3"]), (0, ["h2.1", "h2.2", "h2.3"])):
        signals = [table.node(name).signal for name in sources]
        for unit in range((4, 3)[layer]):
            node = table.node(f"h{layer + 1}.{unit + 1}")
            through = [w * d for w, d in zip(t.network.weights[layer + 1][unit], signals, strict=True)]
            assert node.incoming == pytest.approx(sum(through), rel=1e-12)


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_a_samples_table_is_the_table_of_a_batch_of_that_row(small: ls.Dataset, settings: dict[str, Any]) -> None:
    """A second Trainer whose training part is that one row, with the same weights and optimiser state."""
    t = walked(small, settings)
    for sample in (0, 9, 21):
        one = dataclasses.replace(small, X_train=small.X_train[[sample]], y_train=small.y_train[[sample]])
        twin = trainer(one, **settings)
        twin.goto(t.step_count)
        twin.network.parameters[:] = t.network.parameters
        twin.optimizer_state[:] = t.optimizer_state
        ours, theirs = t.deltas(sample), twin.deltas()
        assert theirs.batch.tolist() == [0]
        assert (ours.sample, theirs.sample) == (sample, None)
        assert [repr(node) for node in ours.nodes] == [repr(node) for node in theirs.nodes]
        for name in names(t):
            a, b = ours.weights(name), theirs.weights(name)
            assert all(same_bits(getattr(a, name), getattr(b, name)) for name in (*a.by_name, *COLUMNS))


def test_slopes_of_a_sample_and_of_a_batch(small: ls.Dataset) -> None:
    t = walked(small, {"output": "sigmoid", "loss": "mse"})
    o = t.deltas(4).node("o2").output
    assert t.deltas(4).node("o2").slope == pytest.approx(o * (1 - o), rel=1e-14)
    h = t.deltas(4).node("h1").output
    assert t.deltas(4).node("h1").slope == pytest.approx(1 - h * h, rel=1e-14)
    # Over a batch the slopes differ from sample to sample, unless they are all 1.
    assert t.deltas().node("o2").slope is None
    assert walked(small, {}).deltas().node("o2").slope == 1
    assert walked(small, {"loss": "mse"}).deltas(4).node("o2").slope is None


def test_the_title_is_the_equation_of_the_loss(small: ls.Dataset) -> None:
    """δ = t′ − o for three pairs, and nine equations more."""
    texts = {pair: trainer(small, output=pair[0], loss=pair[1]).deltas().equation for pair in PAIRS}
    plain = {("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("identity", "mse")}
    assert {pair for pair, text in texts.items() if text == "δ = t′ − o"} == plain
    assert len(set(texts.values())) == len(PAIRS) - 2
    assert all(text.startswith("δ = ") for text in texts.values())
    exact = {text for (output, _), text in texts.items() if output == "softmax"}
    diagonal = {
        trainer(small, loss=loss, softmax_jacobian="diagonal").deltas().equation
        for output, loss in PAIRS
        if output == "softmax"
    }
    assert len(exact | diagonal) == 8


def test_names_of_nodes_and_sources(small: ls.Dataset) -> None:
    t = walked(small, {"hidden": (2,)})
    assert names(t) == ["o1", "o2", "o3", "h1", "h2"]
    assert t.deltas().weights("o2").sources == ("h1", "h2", "bias")
    assert t.deltas().weights("h1").sources == ("x1", "x2", "x3", "bias")
    t = walked(small, {"hidden": (2, 1)})
    assert names(t) == ["o1", "o2", "o3", "h2.1", "h1.1", "h1.2"]
    assert t.deltas().weights("o1").sources == ("h2.1", "bias")
    x = small.X_train[t.next_batch]
    assert_allclose(t.deltas().weights("h1.2").inputs, [*x.mean(axis=0), 1], rtol=1e-12)
    with pytest.raises(ls.InputError, match="o1, o2, o3"):
        t.deltas().node("h3")


def test_rounding_is_shown_as_0(small: ls.Dataset) -> None:
    """What is below 1e−12 of what it was computed from; in the first step momentum has nothing to add."""
    t = trainer(small, momentum=0.9, l2=0.1)
    assert not any(values.any() for values in columns(t.deltas(), "optimizer")[0])
    t = trainer(small, learning_rate=1e-15)
    table = t.deltas()
    assert {value for node in table.nodes for value in node.norm_changes.by_name.values()} == {0.0}
    assert {node.norm_changes.plain for node in table.nodes} == {0.0}
    assert all(node.signal and node.move for node in table.nodes)
    # The signals of a softmax add up to 0, and so do equal weights times them.
    t.network.weights[-1][0] = 0.3
    for sample in (None, *range(8)):
        node = t.deltas(sample).node("h1")
        assert (node.incoming, node.signal) == (0, 0)
        assert not t.deltas(sample).weights("h1").data.any()
    t.network.biases[-1][0] += 37
    row = int(np.flatnonzero(small.y_train == 0)[0])
    node = t.deltas(row).node("o1")
    assert 1 - node.output < 1e-12
    assert (node.error, node.signal, node.move) == (0, 0, 0)
    assert not t.deltas(row).weights("o1").data.any()


def test_what_is_small_by_itself_is_no_rounding(small: ls.Dataset) -> None:
    t = trainer(small)
    t.network.biases[-1][0] -= 60
    node = t.deltas(int(np.flatnonzero(small.y_train == 1)[0])).node("o1")
    assert 0 < node.output < 1e-20
    assert node.error == node.signal == -node.output


@pytest.mark.parametrize("changes", [{}, {"l2": 0.1, "momentum": 0.9}])
def test_a_predictor_at_its_mean_is_0_and_moves_nothing(changes: dict[str, Any]) -> None:
    """The article's second row has the mean of its second predictor, which centring leaves at 1.8e−15."""
    t = ls.Trainer(ls.load_dataset("article"), ls.Hyperparameters(hidden=(), learning_rate=0.1, **changes))
    t.network.weights[0][1] = 1e-15
    assert 0 < abs(t.data.X_train[1, 1]) < 1e-14
    t.step(2)
    for node in (deltas := t.deltas(1)).nodes:
        moves = deltas.weights(node.name)
        parts = moves.inputs, moves.weight, moves.data, moves.l2, moves.net, moves.after
        assert moves.inputs[1] == moves.data[1] == 0
        assert all(values[1] == 0 or abs(values[1]) > 1e-12 * node.norm for values in parts)
