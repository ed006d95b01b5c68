"""What each rule would do to a node's weights, against a second run that really makes that step."""

import math
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Strengths
from tests.support.helpers import MEANS, REMEDIES, crossed, edit, same_bits, trainer

OFF = dict.fromkeys(REGULARIZERS, 0.0)
RUNS = [
    {},
    REMEDIES,
    {"l2": 0.1, "momentum": 0.9},
    {**REMEDIES, "momentum": 0.9, "nesterov": True},
    {**REMEDIES, "optimizer": "adam", "learning_rate": 0.02, "hidden": (4, 3)},
    {"loss": "mse", "softmax_jacobian": "diagonal", "label_smoothing": 0.3},
    {"output": "sigmoid", "loss": "binary_cross_entropy", "weight_decay": 0.5, "hidden": ()},
    {"output": "identity", "loss": "hinge", "l1": 0.05},
    {**REMEDIES, **MEANS, "optimizer": "adam", "learning_rate": 0.02, "margin": 0.4},
]
RULES = ["plain", *REGULARIZERS, "now"]
GIVEN = Strengths(**dict.fromkeys(MEANS, 0.25), label_smoothing=0.45, l2=0.3, l1=0.02, weight_decay=0.7)


def walked(data: ls.Dataset, settings: dict[str, Any], steps: int = 7) -> ls.Trainer:
    t = trainer(data, **settings)
    t.step(steps)
    edit(t, 1.2)
    t.step(2)
    return t


def norms(t: ls.Trainer) -> dict[str, float]:
    """Every node's norm of incoming weights, by the table's names."""
    names = [node.name for node in t.deltas().nodes]
    table = t.deltas()
    return {name: math.sqrt(sum(w * w for w in table.weights(name).weight[:-1].tolist())) for name in names}


def really(data: ls.Dataset, settings: dict[str, Any], rule: str, strengths: Any) -> dict[str, float]:
    """The changes of the norms when the same run takes its next step under ``rule``."""
    twin = walked(data, settings)
    if rule != "now":
        twin.set(**OFF | ({} if rule == "plain" else {rule: getattr(strengths, rule)}))
    before = norms(twin)
    twin.step()
    return {name: after - before[name] for name, after in norms(twin).items()}


@pytest.mark.parametrize(("settings", "rule", "given"), crossed(RUNS, RULES, [None, GIVEN], keep=3))
def test_changes_of_the_norms_are_those_of_really_making_the_step(
    small: ls.Dataset, settings: dict[str, Any], rule: str, given: Any
) -> None:
    t = walked(small, settings)
    table = t.deltas(strengths=given)
    assert table.strengths == (given or Strengths.of(t.hyperparameters))
    if rule in MEANS and given is None and rule not in settings:
        assert not any(rule in node.norm_changes.by_name for node in table.nodes)
        return
    if rule in REGULARIZERS and REGULARIZERS[rule].misfit(t.hyperparameters):
        assert all(math.isnan(getattr(node.norm_changes, rule)) for node in table.nodes)
        return
    right = really(small, settings, rule, table.strengths)
    assert set(right) == {node.name for node in table.nodes}
    for node in table.nodes:
        assert getattr(node.norm_changes, rule) == pytest.approx(right[node.name], rel=1e-10, abs=1e-14)


def test_the_rules_differ_where_they_should(small: ls.Dataset) -> None:
    """No column of the table is a copy of another, so the test above tells them apart."""
    changes = walked(small, RUNS[4]).deltas(strengths=GIVEN).node("o2").norm_changes
    assert len({getattr(changes, rule) for rule in RULES}) == len(RULES)
    # Under plain SGD, from one state, L2 and weight decay of one strength are one rule.
    sgd = trainer(small).deltas(strengths=Strengths(l2=0.2, l1=0.2, weight_decay=0.2)).node("h1").norm_changes
    assert sgd.l2 == pytest.approx(sgd.weight_decay, rel=1e-10)
    assert sgd.l1 != pytest.approx(sgd.l2, rel=1e-3)
    assert sgd.l2 < sgd.plain


def test_strengths_are_those_in_force_or_the_suggested(small: ls.Dataset) -> None:
    t = trainer(small, l2=0.3, label_smoothing=0.25)
    suggested = {name: entry.suggested for name, entry in REGULARIZERS.items()}
    assert t.deltas().strengths.by_name == suggested | {"l2": 0.3, "label_smoothing": 0.25}


def test_a_rule_alone_in_force_is_the_rule_now(small: ls.Dataset) -> None:
    for name in REGULARIZERS:
        t = walked(small, {name: 0.2})
        for node in t.deltas().nodes:
            assert getattr(node.norm_changes, name) == node.norm_changes.now
            if node.name.startswith("o") or not REGULARIZERS[name].last_layer:
                assert node.norm_changes.now != node.norm_changes.plain
    plain = walked(small, {}).deltas()
    assert all(node.norm_changes.plain == node.norm_changes.now for node in plain.nodes)


def test_the_table_after_an_edit_by_hand_foretells_the_step(small: ls.Dataset) -> None:
    t = trainer(small, momentum=0.9, **REMEDIES)
    t.step(5)
    edit(t, -2.0)
    table = t.deltas()
    t.step()
    for node in table.nodes:
        layer, unit = node.layer, node.unit
        assert same_bits(table.weights(node.name).after[:-1], t.network.weights[layer][:, unit].copy())
        assert table.weights(node.name).after[-1] == t.network.biases[layer][unit]


def test_soft_targets_in_force_are_off_in_the_plain_column(small: ls.Dataset) -> None:
    t, twin = trainer(small, soft_targets=0.6), trainer(small, soft_targets=0.6)
    twin.set(soft_targets=None)
    before = norms(twin)
    twin.step()
    for node in t.deltas().nodes:
        right = norms(twin)[node.name] - before[node.name]
        assert node.norm_changes.plain == pytest.approx(right, rel=1e-10, abs=1e-14)
        assert node.norm_changes.plain != node.norm_changes.now


@pytest.mark.parametrize("strength", [-1.0, math.nan, 1e9])
def test_strengths_out_of_bounds_are_refused(small: ls.Dataset, strength: float) -> None:
    with pytest.raises(ls.InputError, match="l2"):
        trainer(small).deltas(strengths=Strengths(l2=strength))


def test_a_weight_vector_of_zero_can_grow(small: ls.Dataset) -> None:
    t = trainer(small)
    t.network.weights = [np.zeros_like(W) for W in t.network.weights]
    t.network.biases = [np.full(b.shape, 0.1) for b in t.network.biases]
    node = t.deltas(strengths=GIVEN).node("o1")
    assert node.norm == 0
    assert node.norm_changes.now > 0
    assert all(np.isfinite(getattr(node.norm_changes, rule)) for rule in RULES)
