"""The entries of the regularisers, and that a step does what an entry says wherever it acts."""

from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn.losses import signal_of
from lsexplorer.nn.regularization import active, penalty_gradient, signal_rule, target_rule
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.run.hyperparameters import spec
from tests.support.helpers import PAIRS


@pytest.mark.parametrize("entry", REGULARIZERS.values(), ids=REGULARIZERS)
def test_an_entry_says_where_it_acts_and_fits_the_screen(entry: Any) -> None:
    acts = [entry.targets is not None, entry.signal is not None, entry.gradient is not None, entry.decay]
    assert sum(acts) == 1
    assert bool(entry.move) == (entry.targets is None)
    assert bool(entry.term) == (entry.signal is not None)
    assert (len(entry.short) <= 6, len(entry.method) <= 10, len(entry.letter)) == (True, True, 1)
    bounds = spec(entry.name)
    assert (bounds.low, bounds.high, bounds.help, bounds.default, bounds.live) == (
        entry.low,
        entry.high,
        entry.help,
        0,
        True,
    )


def test_letters_and_names_are_each_ones_own() -> None:
    for field in ("name", "label", "short", "method", "letter"):
        assert len({getattr(entry, field) for entry in REGULARIZERS.values()}) == len(REGULARIZERS)


def test_those_that_are_on_have_one_strength_or_one_for_each_network() -> None:
    hps = [ls.Hyperparameters(l2=0.1, l1=x) for x in (0.0, 0.2)]
    assert [(entry.name, np.array(strength).tolist()) for entry, strength in active(hps)] == [
        ("l2", 0.1),
        ("l1", [0.0, 0.2]),
    ]
    assert active([ls.Hyperparameters()]) == []


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("jacobian", ["exact", "diagonal"])
def test_each_goes_with_the_outputs_and_losses_where_it_has_a_meaning(output: str, loss: str, jacobian: str) -> None:
    if jacobian == "diagonal" and output != "softmax":
        return
    hp = ls.Hyperparameters(output=output, loss=loss, softmax_jacobian=jacobian)
    refused = {} if loss != "hinge" else {"label_smoothing": "loss hinge takes hard targets only"}
    if output != "softmax":
        names = ("confidence_penalty", "max_suppression", "margin_smoothing", "z_loss")
        refused |= {name: f"{name} goes with output softmax alone, got output {output}" for name in names}
    if loss != "cross_entropy":
        refused["focal_gamma"] = f"focal_gamma goes with loss cross_entropy alone, got loss {loss}"
    elif jacobian != "exact":
        refused["focal_gamma"] = "focal_gamma goes with softmax_jacobian exact alone, got softmax_jacobian diagonal"
    for name in REGULARIZERS:
        if name in refused:
            with pytest.raises(ls.InputError, match=refused[name]):
                hp.replace(**{name: 0.1})
        else:
            assert getattr(hp.replace(**{name: 0.1}), name) == 0.1


def test_targets_of_one_network_and_of_a_bank() -> None:
    T = np.eye(3)[[0, 2, 1, 1]]
    hps = [ls.Hyperparameters(label_smoothing=a) for a in (0.0, 0.1, 0.3)]
    assert target_rule(hps[:1])(T) is T
    together = target_rule(hps)(T[:, :, None])
    for r, hp in enumerate(hps):
        assert (
            together[..., r].tolist() == target_rule([hp])(T).tolist() == smooth_labels(T, hp.label_smoothing).tolist()
        )


def test_what_acts_on_the_signal_is_added_to_the_losss() -> None:
    """For one network and for a bank."""
    rng = np.random.default_rng(0)
    t, z, o = (rng.uniform(size=(4, 3, 2)) for _ in range(3))
    of_loss = signal_of("softmax", "cross_entropy").value
    off, on = ls.Hyperparameters(), ls.Hyperparameters(logit_penalty=0.5)
    assert signal_rule([off])(t, z, o).tolist() == of_loss(t, z, o).tolist()
    assert signal_rule([on])(t, z, o).tolist() == (of_loss(t, z, o) + -0.5 * z).tolist()
    assert signal_rule([off, on])(t, z, o).tolist() == (of_loss(t, z, o) + -np.array([0.0, 0.5]) * z).tolist()


@pytest.mark.parametrize("networks", [(), (2,)])
def test_last_layer_l2_leaves_the_other_weights_alone(networks: tuple[int, ...]) -> None:
    w = np.arange(1.0, 6.0).reshape(5, *[1] * len(networks)) * np.ones(networks)
    (penalty,) = active([ls.Hyperparameters(last_layer_l2=0.5)])
    found = penalty_gradient(penalty, w, 3)
    assert not found[:3].any()
    assert found[3:].tolist() == (-0.5 * w[3:]).tolist()
