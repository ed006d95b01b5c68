"""A bank trains each of its members as a Trainer would."""

import math
import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.group import ACTIVATIONS, PARAMETERS, TOGETHER, grouped
from lsexplorer.nn import arrays
from tests.support.helpers import PAIRS, REMEDIES, crossed, dataset, fitting_means, same_bits, slow, small_data, trainer

DATA = small_data()
OPTIMISERS = {
    "sgd": {},
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
}
STEPS = [60, slow(500)]
MEMBERS: list[dict[str, Any]] = [
    {"seed": 7},
    {"seed": 7, "label_smoothing": 0.1},
    {"seed": 2, "l2": 0.02, "label_smoothing": 0.35},
    {"seed": 7, "l1": 0.003, "learning_rate": 0.03},
    {"seed": 2**40, "weight_decay": 0.05, "l2": 0.01},
    {"seed": 2},
]
"""Three seeds, no two in the order of their numbers, and every strength on in one member and off in another."""


def settings(
    loss: str = "cross_entropy", members: list[dict[str, Any]] = MEMBERS, **common: Any
) -> list[ls.Hyperparameters]:
    """Hyperparameters of the members; hinge takes no smoothing."""
    hard = loss == "hinge"
    base = {"batch_size": 8, "hidden": (4,), "loss": loss} | common
    return [
        ls.Hyperparameters(**base | {k: v for k, v in member.items() if not (hard and "smooth" in k)})
        for member in members
    ]


def agree(bank: Any, trainers: Sequence[ls.Trainer]) -> None:
    """Every member's parameters against its Trainer's, to 1e-12 of the largest."""
    found = bank.parameters
    assert found.shape == (trainers[0].network.parameters.size, len(trainers))
    for r, t in enumerate(trainers):
        right = t.network.parameters
        assert abs(found[:, r] - right).max() <= 1e-12 * abs(right).max()
        assert same_bits(bank.network(r).parameters, np.ascontiguousarray(found[:, r]))


def check(data: ls.Dataset, hps: Sequence[ls.Hyperparameters], steps: int = 100) -> tuple[Any, list[ls.Trainer]]:
    """A bank of these agrees with Trainers at the start, on the way and at the end, and they have moved."""
    bank, trainers = ls.Bank(data, hps), [ls.Trainer(data, hp) for hp in hps]
    first = bank.parameters
    for r, t in enumerate(trainers):
        assert same_bits(np.ascontiguousarray(first[:, r]), t.network.parameters)
    for n in (1, 4, steps - 5):
        bank.step(n)
        for t in trainers:
            t.step(n)
        agree(bank, trainers)
    assert bank.step_count == steps
    assert bank.epoch == trainers[0].epoch
    assert (abs(bank.parameters - first).max(axis=0) > 0.001).all()
    assert not bank.diverged.any()
    return bank, trainers


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize(("pair", "optimiser"), crossed(PAIRS, OPTIMISERS, keep=4))
def test_every_loss_and_optimiser(pair: tuple[str, str], optimiser: str, steps: int) -> None:
    output, loss = pair
    check(DATA, settings(output=output, loss=loss, **OPTIMISERS[optimiser]), steps)


@pytest.mark.parametrize(("pair", "optimiser"), crossed(PAIRS, OPTIMISERS, keep=4))
def test_the_means_without_a_key_alone_and_together(pair: tuple[str, str], optimiser: str) -> None:
    """A member for each, one with all and those of the other test, in two layouts of the last layer's weights."""
    output, loss = pair
    means = fitting_means(output, loss)
    members: list[dict[str, Any]] = [{"seed": 3, name: strength} for name, strength in means.items()]
    together: list[dict[str, Any]] = [{"seed": 5, "l1": 0.001, "l2": 0.01, "weight_decay": 0.02, **means}, {"seed": 5}]
    for hidden in [(5, 4), ()]:
        hps = settings(loss, [*members, *together], output=output, hidden=hidden, margin=0.5, **OPTIMISERS[optimiser])
        check(DATA, hps, steps=20)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize(
    ("hidden", "activation"),
    crossed([(), (1,), (5, 3), (9, 9, 9), (17,)], ["tanh", "relu", "logistic", "identity"], keep=4),
)
def test_every_shape(hidden: tuple[int, ...], activation: str, steps: int) -> None:
    check(DATA, settings(hidden=hidden, activation=activation, init="he"), steps)


@pytest.mark.parametrize("inputs", [1, 2])
@pytest.mark.parametrize("hidden", [(), (1,), (2,)])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_layers_of_one_unit_into_one(inputs: int, hidden: tuple[int, ...], momentum: float) -> None:
    """Axes of length 1 have strides that say nothing of where the numbers lie."""
    data = dataset(DATA.X_train[:, :inputs], DATA.y_train % 2, classes=2)
    hp = ls.Hyperparameters(
        hidden=hidden, output="sigmoid", loss="binary_cross_entropy", batch_size=8, momentum=momentum
    )
    check(data, [hp.replace(seed=seed, l2=l2) for seed in range(2) for l2 in (0.0, 0.1)], steps=20)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "mae", "focal"])
def test_the_diagonal_jacobian(loss: str) -> None:
    check(DATA, settings(loss=loss, softmax_jacobian="diagonal"))


@pytest.mark.parametrize("soft_targets", [0.8, ((0.7, 0.2, 0.1), (0.0, 1.0, 0.0), (0.3, 0.3, 0.4))])
def test_soft_targets(
    soft_targets: float | tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]],
) -> None:
    check(DATA, settings(soft_targets=soft_targets))


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "mse"])
def test_a_single_unit_for_two_classes(loss: str) -> None:
    y = np.arange(22) % 2
    data = dataset(DATA.X_train, y, DATA.X_test, np.arange(9) % 2, classes=2)
    bank, _ = check(data, settings(loss=loss, output="sigmoid"))
    assert bank.answers("test")[0].shape == (9, 1, 6)


@pytest.mark.parametrize(
    ("together", "room", "weights", "units", "optimiser"),
    crossed([0, 10**9], [1, 70, 10**9], [0, 10**9], [0, 10**9], [{}, {"momentum": 0.8}], keep=3),
)
def test_the_same_however_a_bank_is_cut_and_lies(
    monkeypatch: pytest.MonkeyPatch, together: int, room: int, weights: int, units: int, optimiser: dict[str, Any]
) -> None:
    """The layout is a matter of speed alone: by seed or together, matmul or einsum, network-major or -minor."""
    monkeypatch.setattr("lsexplorer.bank.group.NETWORK_MAJOR_UNITS", units)
    monkeypatch.setattr("lsexplorer.bank.group.TOGETHER", together)
    monkeypatch.setattr("lsexplorer.bank.group.ACTIVATIONS", room)
    monkeypatch.setattr(arrays, "EINSUM_NETWORKS", 1)
    monkeypatch.setattr(arrays, "EINSUM_WEIGHTS", weights)
    check(DATA, settings(hidden=(4, 3), **optimiser), steps=40)


@pytest.mark.parametrize("together", [0, 10**9], ids=["by seed", "together"])
def test_targets_smoothed_batch_by_batch_are_those_smoothed_once(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """As they are for data whose own soft targets are all different."""
    monkeypatch.setattr("lsexplorer.bank.group.TOGETHER", together)
    once = ls.Bank(DATA, settings())
    monkeypatch.setattr("lsexplorer.bank.group.MAX_DISTINCT_TARGETS", 0)
    batchwise = ls.Bank(DATA, settings())
    for bank in (once, batchwise):
        bank.step(30)
    assert same_bits(once.parameters, batchwise.parameters)


@pytest.mark.parametrize("batch_size", [1, 11, 22, 100])
def test_batches_of_any_size(batch_size: int) -> None:
    check(DATA, settings(batch_size=batch_size), steps=60)


def test_a_single_member_and_the_same_member_twice() -> None:
    check(DATA, settings(members=MEMBERS[1:2]), steps=100)
    bank, _ = check(DATA, settings(members=[MEMBERS[1], MEMBERS[1]]), steps=100)
    assert same_bits(bank.parameters[:, 0].copy(), bank.parameters[:, 1].copy())


def test_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """In two groups, the second of which begins in the midst of a seed."""
    monkeypatch.setattr("lsexplorer.bank.group.ACTIVATIONS", 8 * 4 * 300)
    members = [{"seed": r % 5, "l2": 0.001 * r, "label_smoothing": r / 1000} for r in range(520)]
    hps = settings(members=members)
    assert [len(group) for group in grouped([hp.seed for hp in hps], (3, 4, 3), 8)] == [260, 260]
    bank = ls.Bank(DATA, hps)
    bank.step(40)
    for r in (0, 1, 259, 499, 500, 519):
        t = ls.Trainer(DATA, hps[r])
        t.step(40)
        assert abs(bank.network(r).parameters - t.network.parameters).max() <= 1e-13


def test_steps_at_once_and_one_by_one() -> None:
    at_once, one_by_one = (ls.Bank(DATA, settings()) for _ in range(2))
    at_once.step(25)
    for n in (0, *[1] * 25):
        one_by_one.step(n)
    assert same_bits(at_once.parameters, one_by_one.parameters)


def test_measures_and_answers_are_those_of_the_trainers() -> None:
    bank, trainers = check(DATA, settings(), steps=60)
    for part, rows in (("train", 22), ("test", 9)):
        z, o = bank.answers(part)
        assert z.shape == o.shape == (rows, 3, 6)
        X = DATA.X_train if part == "train" else DATA.X_test
        for r, (found, t) in enumerate(zip(bank.evaluate(part), trainers, strict=True)):
            assert dict(found) == pytest.approx(dict(t.evaluate(part)), rel=1e-10)
            right = t.network.forward(X)
            np.testing.assert_allclose(z[..., r], right.logits, rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(o[..., r], right.outputs, rtol=1e-10, atol=1e-12)
    assert bank.evaluate() == bank.evaluate("test") != bank.evaluate("train")


@pytest.mark.parametrize(("optimiser", "together", "room"), crossed(OPTIMISERS, [0, 10**9], [70, 10**9], keep=3))
def test_a_restored_bank_goes_on_as_it_did(
    monkeypatch: pytest.MonkeyPatch, optimiser: str, together: int, room: int
) -> None:
    monkeypatch.setattr("lsexplorer.bank.group.TOGETHER", together)
    monkeypatch.setattr("lsexplorer.bank.group.ACTIVATIONS", room)
    bank = ls.Bank(DATA, settings(**OPTIMISERS[optimiser]))
    bank.step(4)  # within an epoch of three steps
    earlier, trainers = bank.state(), [ls.Trainer(DATA, hp) for hp in bank.hyperparameters]
    for r, t in enumerate(trainers):
        t.step(4)
        np.testing.assert_allclose(earlier.optimizer[:, :, r], t.optimizer_state, rtol=1e-9, atol=1e-14)
    assert earlier.step == 4
    assert same_bits(earlier.parameters, bank.parameters)
    bank.step(9)
    later = bank.state()
    bank.restore(earlier)
    assert bank.step_count == 4
    assert same_bits(bank.parameters, earlier.parameters)
    bank.step(9)
    again = bank.state()
    assert again.step == 13
    assert same_bits(again.parameters, later.parameters)
    assert same_bits(again.optimizer, later.optimizer)
    other = ls.Bank(DATA, bank.hyperparameters)
    other.restore(later)
    other.step(2)
    bank.step(2)
    assert same_bits(other.parameters, bank.parameters)


def test_what_is_handed_out_is_a_copy() -> None:
    bank, untouched = (ls.Bank(DATA, settings()) for _ in range(2))
    bank.parameters[...] = 9.0
    bank.network(0).parameters[...] = 9.0
    bank.diverged[...] = True
    for array in bank.state()[1:]:
        array[...] = 9.0
    bank.step(3)
    untouched.step(3)
    assert same_bits(bank.parameters, untouched.parameters)


@pytest.mark.parametrize(
    ("together", "activation", "optimiser"),
    crossed([0, 10**9], ["identity", "relu", "tanh"], [{}, {"momentum": 0.8}], keep=3),
)
def test_a_member_that_diverges_leaves_the_others_untouched(
    monkeypatch: pytest.MonkeyPatch, together: int, activation: str, optimiser: dict[str, Any]
) -> None:
    monkeypatch.setattr("lsexplorer.bank.group.TOGETHER", together)
    common = {"output": "identity", "loss": "mse", "activation": activation, "learning_rate": 0.01, **optimiser}
    wild = [*MEMBERS[:2], {"seed": 7, "learning_rate": 500, "l2": 9.0}, *MEMBERS[2:], {"seed": 2, "learning_rate": 900}]
    tame = [member | {"learning_rate": min(0.03, member.get("learning_rate", 0.01))} for member in wild]
    bank, calm = ls.Bank(DATA, settings(members=wild, **common)), ls.Bank(DATA, settings(members=tame, **common))
    lost = np.array([member.get("learning_rate", 0) > 1 for member in wild])
    t = trainer(DATA, seed=7, l2=9.0, **common | {"learning_rate": 500})
    with pytest.raises(ls.DivergenceError):
        t.step(10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bank.step(t.step_count)
        assert not bank.diverged[2]
        bank.step()
        assert bank.diverged[2]
        bank.step(400 - bank.step_count)
        found = bank.evaluate("test")
        z, o = bank.answers("test")
    calm.step(400)
    assert bank.diverged.tolist() == lost.tolist()
    assert not calm.diverged.any()
    assert np.isnan(bank.parameters[:, lost]).all()
    assert np.isnan(z[..., lost]).all()
    assert np.isnan(o[..., lost]).all()
    assert same_bits(bank.parameters[:, ~lost], calm.parameters[:, ~lost])
    for mine, theirs, gone in zip(found, calm.evaluate("test"), lost, strict=True):
        assert all(map(math.isnan, mine.values())) if gone else str(mine) == str(theirs)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hidden", (5, 2), "'4' .* '5,2'"),
        ("momentum", 0.5, "'0' .* '0.5'"),
        ("batch_size", 4, "'8' .* '4'"),
        ("soft_targets", 0.7, "'' .* '0.7'"),
        ("init", "he", "'glorot' .* 'he'"),
    ],
)
def test_members_that_differ_in_what_must_be_shared(name: str, value: float | str | tuple[int, int], said: str) -> None:
    hps = settings()
    hps[3] = hps[3].replace(**{name: value})
    with pytest.raises(ls.InputError, match=f"{name}: network 0 has {said}".replace(" .* ", " *, network 3 has ")):
        ls.Bank(DATA, hps)


def test_what_a_bank_cannot_do() -> None:
    with pytest.raises(ls.InputError, match="at least one"):
        ls.Bank(DATA, [])
    bank = ls.Bank(DATA, settings())
    assert len(bank) == 6
    for n in (-1, 1.5, True, None, 10**9):
        with pytest.raises(ls.InputError, match="steps"):
            bank.step(n)
    with pytest.raises(ls.InputError, match="train and a test part"):
        bank.evaluate("validation")
    for i in (6, -7):
        with pytest.raises(ls.InputError, match="6, counted from 0"):
            bank.network(i)
    assert same_bits(bank.network(-1).parameters, bank.network(5).parameters)
    assert bank.step_count == 0
    wide = ls.Hyperparameters(hidden=(4096, 2048))
    with pytest.raises(ls.InputError, match="smaller banks"):
        ls.Bank(DATA, [wide] * 20)
    with pytest.raises(ls.InputError, match="3 rows of 3"):
        ls.Bank(DATA, [ls.Hyperparameters(soft_targets=((1, 0), (0, 1)))])


def test_bank_and_trainers_on_the_same_data_do_not_disturb_each_other() -> None:
    data, untouched = small_data(), small_data()
    bank, alone = ls.Bank(data, settings()), trainer(untouched, **REMEDIES)
    beside = trainer(data, **REMEDIES)
    for _ in range(7):
        bank.step()
        beside.step()
        alone.step()
    assert same_bits(beside.network.parameters, alone.network.parameters)
    assert same_bits(data.X_train, untouched.X_train)


@pytest.mark.parametrize("sizes", [(4, 5, 3), (64, 32, 10), (784, 64, 10), (3, 2)])
@pytest.mark.parametrize("seeds", [[0] * 30, list(range(30)), [r % 7 for r in range(200)], [5, 3, 5, 9, 3]])
def test_every_member_is_in_one_group_and_no_group_is_too_wide(sizes: tuple[int, ...], seeds: list[int]) -> None:
    groups = grouped(seeds, sizes, 16)
    assert sorted(member for group in groups for member in group) == list(range(len(seeds)))
    for group in groups:
        assert len(group) == 1 or 16 * max(sizes[1:]) * len(group) <= ACTIVATIONS
        assert len(group) == 1 or len(group) * sum((i + 1) * o for i, o in pairwise(sizes)) <= PARAMETERS
        mixed = len({seeds[member] for member in group}) > 1
        assert not mixed or 16 * sizes[0] * len(seeds) / len(set(seeds)) <= TOGETHER


@pytest.mark.parametrize("together", [0, 10**9], ids=["by seed", "together"])
@pytest.mark.parametrize("optimiser", [{}, {"momentum": 0.8}])
def test_each_member_has_its_own_pattern_targets(
    monkeypatch: pytest.MonkeyPatch, together: int, optimiser: dict[str, Any]
) -> None:
    monkeypatch.setattr("lsexplorer.bank.group.TOGETHER", together)
    rng = np.random.default_rng(4)
    hps = [ls.Hyperparameters(hidden=(4,), batch_size=8, seed=seed, **optimiser) for seed in (0, 5, 0, 5)]
    targets = [None, *(ls.PatternTargets.from_means(rng.normal(size=(3, 4)), beta) for beta in (0.05, 0.0, 0.2))]
    bank = ls.Bank(DATA, hps, targets)
    bank.step(50)
    for r, (hp, its_targets) in enumerate(zip(hps, targets, strict=True)):
        t = ls.Trainer(DATA, hp, its_targets)
        t.step(50)
        assert bank.network(r).parameters == pytest.approx(t.network.parameters, rel=1e-10, abs=1e-13)


def test_pattern_targets_that_do_not_fit_a_bank_are_refused() -> None:
    hps = [ls.Hyperparameters(hidden=(4,))] * 2
    with pytest.raises(ls.InputError, match="a bank of 2 networks takes 2 pattern targets, got 1"):
        ls.Bank(DATA, hps, [None])
    with pytest.raises(ls.InputError, match="as the network has, got 3 by 5"):
        ls.Bank(DATA, hps, [None, ls.PatternTargets.from_means(np.ones((3, 5)), 0.1)])
