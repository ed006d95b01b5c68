"""Networks that share their batches are trained as any others are, in fewer passes."""

from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank import compiled, threads
from lsexplorer.bank.shared_batch import SharedBatch
from tests.support.banks import train_alike
from tests.support.helpers import PAIRS, same_bits, slow, small_data

DATA = small_data()
MEMBERS: list[dict[str, Any]] = [
    {},
    {"label_smoothing": 0.1},
    {"l2": 0.02},
    {"weight_decay": 0.05, "learning_rate": 0.03},
]
WAYS = {"shared": 0, "general": 10**9}


@pytest.fixture(params=["with SciPy", "without SciPy"])
def scipy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.bank.shared_batch.LARGE", 0)
    if request.param == "without SciPy":
        monkeypatch.setattr(threads, "_adding_product", lambda dtype: None)


@pytest.fixture(autouse=True)
def no_whole_networks_in_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "NUMBERS", 10**9)


def bank(monkeypatch: pytest.MonkeyPatch, way: str, members: list[dict[str, Any]] = MEMBERS, **common: Any) -> ls.Bank:
    """A bank whose members have one seed, trained in one of the two ways."""
    monkeypatch.setattr("lsexplorer.bank.shared_batch.FIRST_LAYER", WAYS[way])
    base = {"batch_size": 8, "hidden": (5, 4)} | common
    return ls.Bank(DATA, [ls.Hyperparameters(**base | member) for member in members])


def random_options(number: int) -> dict[str, Any]:
    """Options of a bank, drawn by number."""
    rng = np.random.default_rng(number)
    output, loss = list(PAIRS)[rng.integers(len(PAIRS))]
    hidden = [(), (1,), (6,), (5, 4), (3, 4, 5)][rng.integers(5)]
    names = ["l2", "weight_decay", *["label_smoothing"] * (loss != "hinge"), "logit_penalty"]
    return {
        "members": [
            {name: rng.choice([0.0, 0.01, 0.3]) for name in names} | {"learning_rate": rng.choice([0.02, 0.1])}
            for _ in range(rng.integers(1, 5))
        ],
        "output": output,
        "loss": loss,
        "hidden": hidden,
        "activation": rng.choice(["tanh", "relu", "logistic", "identity"]),
        "batch_size": int(rng.choice([1, 7, 8, 22])),
    }


@pytest.mark.usefixtures("scipy")
@pytest.mark.parametrize("number", [*range(6), *(slow(number) for number in range(6, 100))])
def test_the_same_numbers_as_the_general_way(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    calls, take, options = [], SharedBatch.take, random_options(number)
    monkeypatch.setattr(SharedBatch, "take", lambda *args, **named: calls.append(take(*args, **named)))
    shared, general = (bank(monkeypatch, way, **options) for way in WAYS)
    start = shared.parameters
    train_alike(shared, general)
    assert len(calls) == shared.step_count
    assert np.nanmax(abs(shared.parameters - start)) > 1e-4


@pytest.mark.usefixtures("scipy")
def test_reading_and_restoring_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, read, restored = (bank(monkeypatch, "shared") for _ in range(3))
    at_once.step(12)
    for _ in range(4):
        read.step(3)
        read.state()
    restored.step(3)
    state = restored.state()
    restored.step(5)
    restored.restore(state)
    restored.step(9)
    assert same_bits(at_once.parameters, read.parameters)
    assert same_bits(at_once.parameters, restored.parameters)


@pytest.mark.usefixtures("scipy")
def test_members_diverge_in_the_same_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by its steps, one by a decay that is larger than its weights."""
    wild: list[dict[str, Any]] = [{}, {"learning_rate": 500.0, "l2": 0.5}, {"weight_decay": 900.0}]
    options = {"output": "identity", "loss": "mse", "activation": "relu", "learning_rate": 0.01}
    banks = [bank(monkeypatch, way, wild, **options) for way in WAYS]
    for _ in range(400):
        for each in banks:
            each.step()
        assert banks[0].diverged.tolist() == banks[1].diverged.tolist()
    assert banks[0].diverged.tolist() == [False, True, True]
    shared, general = (each.parameters for each in banks)
    assert np.isnan(shared[:, 1:]).all()
    assert abs(shared[:, 0] - general[:, 0]).max() <= 1e-12


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        ({"l2": 0.1, "weight_decay": 0.1, "logit_penalty": 0.1}, True),
        ({"momentum": 0.5}, False),
        ({"optimizer": "adam"}, False),
        ({"l1": 0.1}, False),
        ({"last_layer_l2": 0.1}, False),
    ],
)
def test_which_rules_fit(options: dict[str, Any], fits: bool) -> None:
    hps = [ls.Hyperparameters(**options), ls.Hyperparameters()]
    assert SharedBatch.fits(hps, 2 * 784 * 64) == fits
    assert not SharedBatch.fits(hps, 2 * 4 * 5)


def test_seeds_stay_apart_where_that_lets_them_share(monkeypatch: pytest.MonkeyPatch) -> None:
    members: list[dict[str, Any]] = [{"seed": r % 2, "l2": 0.01 * r} for r in range(4)]
    steps: list[object] = []
    take = SharedBatch.take
    monkeypatch.setattr(SharedBatch, "take", lambda *args, **named: steps.append(take(*args, **named)))
    shared, general = (bank(monkeypatch, way, members) for way in WAYS)
    shared.step(5)
    general.step(5)
    assert len(steps) == 2 * 5
    assert abs(shared.parameters - general.parameters).max() <= 1e-12
