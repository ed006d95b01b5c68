"""The entries of the regularisers, and that a step does what an entry says wherever it acts."""

import dataclasses
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn import regularizers
from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.nn.regularizers import REGULARIZERS, REMEDIES, Regularizer, active, signal_rule, target_rule
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.run.hyperparameters import spec


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
    assert list(REMEDIES) == [name for name in REGULARIZERS if name != "label_smoothing"]


def test_those_that_are_on_have_one_strength_or_one_for_each_network() -> None:
    hps = [ls.Hyperparameters(l2=0.1, l1=x) for x in (0.0, 0.2)]
    assert [(entry.name, np.array(strength).tolist()) for entry, strength in active(hps)] == [
        ("l2", 0.1),
        ("l1", [0.0, 0.2]),
    ]
    assert active([ls.Hyperparameters()]) == []


@pytest.mark.parametrize("loss", LOSSES)
def test_label_smoothing_alone_wants_a_loss_of_soft_targets(loss: str) -> None:
    assert [name for name, entry in REGULARIZERS.items() if not entry.fits(loss)] == (
        [] if LOSSES[loss].soft_targets else ["label_smoothing"]
    )


def test_targets_of_one_network_and_of_a_bank() -> None:
    T = np.eye(3)[[0, 2, 1, 1]]
    hps = [ls.Hyperparameters(label_smoothing=a) for a in (0.0, 0.1, 0.3)]
    assert target_rule(hps[:1])(T) is T
    together = target_rule(hps)(T[:, :, None])
    for r, hp in enumerate(hps):
        assert (
            together[..., r].tolist() == target_rule([hp])(T).tolist() == smooth_labels(T, hp.label_smoothing).tolist()
        )


def test_what_acts_on_the_signal_is_added_to_the_losss(monkeypatch: pytest.MonkeyPatch) -> None:
    """None does today: an entry made here, −βz, for one network and for a bank."""
    shrink = Regularizer(
        name="shrink", label="shrink", short="shrink", symbol="β", letter="z", help="", suggested=0.1,
        signal=lambda z, o, strength: -strength * z,
    )  # fmt: skip
    monkeypatch.setattr(regularizers, "ENTRIES", (*regularizers.ENTRIES, shrink))
    make = dataclasses.make_dataclass("Settings", ["shrink"], bases=(ls.Hyperparameters,), frozen=True, kw_only=True)
    rng = np.random.default_rng(0)
    t, z, o = (rng.uniform(size=(4, 3, 2)) for _ in range(3))
    of_loss = signal_of("softmax", "cross_entropy").value
    off, on = make(shrink=0.0), make(shrink=0.5)
    assert signal_rule([off])(t, z, o).tolist() == of_loss(t, z, o).tolist()
    assert signal_rule([on])(t, z, o).tolist() == (of_loss(t, z, o) + -0.5 * z).tolist()
    assert signal_rule([off, on])(t, z, o).tolist() == (of_loss(t, z, o) + -np.array([0.0, 0.5]) * z).tolist()
