"""Compiled loops train as NumPy does."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.linalg import cython_blas

import lsexplorer as ls
from lsexplorer.bank import compiled, shared_batch
from lsexplorer.bank.compiled import CompiledSteps
from tests.support.banks import train_alike
from tests.support.helpers import same_bits, slow, small_data

DATA = small_data()
PAIRS = [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("identity", "mse")]
"""Outputs and losses whose signal is the error."""
MEMBERS: list[dict[str, Any]] = [
    {"label_smoothing": 0.1},
    {"l2": 0.02, "seed": 1},
    {"weight_decay": 0.05, "learning_rate": 0.03},
    {"last_layer_l2": 0.2, "seed": 1},
    {"l1": 0.03},
    {"focal_gamma": 3.0, "label_smoothing": 0.2},
    dict.fromkeys(compiled.LOGIT_PENALTIES, 0.1),
]


@pytest.fixture(autouse=True)
def small_banks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "NUMBERS", 0)


def banks(members: list[dict[str, Any]] = MEMBERS, **common: Any) -> tuple[ls.Bank, ls.Bank]:
    """A bank that trains by compiled loops, and the same one by NumPy."""
    hps = [ls.Hyperparameters(**{"batch_size": 8, "hidden": (5, 4)} | common | member) for member in members]
    return ls.Bank(DATA, hps), ls.Bank(DATA, hps, compiled=False)


def random_options(number: int) -> dict[str, Any]:
    """Options of a bank, drawn by number."""
    rng = np.random.default_rng(number)
    output, loss = PAIRS[rng.integers(len(PAIRS))]
    hidden = [(), (1,), (6,), (9, 4), (3, 4, 5)][rng.integers(5)]
    names = ["l2", "weight_decay", "label_smoothing", "last_layer_l2", "l1"]
    if rng.random() < 0.3:
        names += ["logit_penalty"]
    if output == "softmax" and rng.random() < 0.5:
        names += compiled.LOGIT_PENALTIES
    return {
        "members": [
            {name: rng.choice([0.0, 0.01, 0.3]) for name in names}
            | {"learning_rate": rng.choice([0.02, 0.1]), "seed": int(rng.integers(3))}
            for _ in range(rng.integers(1, 6))
        ],
        "output": output,
        "loss": loss,
        "hidden": hidden,
        "activation": rng.choice(["tanh", "relu", "logistic", "identity"]),
        "batch_size": int(rng.choice([1, 7, 8, 22])),
        "margin": rng.choice([0.05, 1.0]),
    }


class Counted:
    """The compiled functions, and how often each was called."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        self.calls[name] = self.calls.get(name, 0) + 1
        return getattr(compiled.kernel(), name)


@pytest.mark.parametrize("number", [*range(8), *(slow(number) for number in range(8, 150))])
@pytest.mark.parametrize("function", ["train", "train_above"])
def test_the_same_numbers_as_numpys(monkeypatch: pytest.MonkeyPatch, function: str, number: int) -> None:
    """Whole networks, and what is above a first layer that networks with shared batches multiply as one."""
    options, counted = random_options(number), Counted()
    if function == "train_above":
        monkeypatch.setattr(compiled, "INPUTS", 0)
        for name, least in (("FIRST_LAYER", 0), ("kernel", lambda: counted)):
            monkeypatch.setattr(shared_batch, name, least)
        options["hidden"] = options["hidden"] or (2,)
        for member in options["members"]:
            member |= {"last_layer_l2": 0.0, "l1": 0.0}
    else:
        loops = CompiledSteps.train
        monkeypatch.setattr(CompiledSteps, "train", lambda *args: (counted.train, loops(*args)))
    mine, right = banks(**options)
    start = mine.parameters
    train_alike(mine, right)
    assert counted.calls.keys() - {"new_blas"} == {function}
    assert right.diverged.all() or np.nanmax(abs(mine.parameters - start)) > 1e-4


def test_reading_and_restoring_change_no_bit() -> None:
    (at_once, _), (read, _), (restored, _) = banks(), banks(), banks()
    at_once.step(12)
    for _ in range(4):
        read.step(3)
        read.state()
    restored.step(3)
    state = restored.state()
    restored.step(5)
    restored.restore(state)
    assert same_bits(restored.state().optimizer, state.optimizer)
    restored.step(9)
    assert same_bits(at_once.parameters, read.parameters)
    assert same_bits(at_once.parameters, restored.parameters)


def test_how_many_steps_are_taken_at_once_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    many, _ = banks()
    monkeypatch.setattr(compiled, "WORK", 0)
    (one, _), asked = banks(), list[Any]()
    loops = CompiledSteps.train

    def train(*args: Any) -> None:
        asked.append(args[3])
        loops(*args)

    monkeypatch.setattr(CompiledSteps, "train", train)
    one.step(12)
    assert {last - first for _, first, last in asked} == {1}
    many.step(12)
    assert same_bits(one.parameters, many.parameters)


def test_who_shares_the_bank_changes_no_bit() -> None:
    together, _ = banks()
    together.step(12)
    for r, member in enumerate(MEMBERS):
        alone, _ = banks([member])
        alone.step(12)
        assert same_bits(alone.parameters[:, 0], together.parameters[:, r])


def test_members_diverge_in_the_same_step() -> None:
    """One by its steps, one by a decay that is larger than its weights."""
    wild: list[dict[str, Any]] = [{}, {"learning_rate": 500.0, "l2": 0.5}, {"weight_decay": 900.0}]
    options = {"output": "identity", "loss": "mse", "activation": "relu", "learning_rate": 0.01}
    mine, right = banks(wild, **options)
    for _ in range(400):
        mine.step()
        right.step()
        assert mine.diverged.tolist() == right.diverged.tolist()
    assert mine.diverged.tolist() == [False, True, True]
    assert np.isnan(mine.parameters[:, 1:]).all()
    assert abs(mine.parameters[:, 0] - right.parameters[:, 0]).max() <= 1e-12


def test_outputs_of_huge_logits() -> None:
    """A class by 1,000 and more ahead: the loops' e^x neither overflows nor is 0 below."""
    others = {"confidence_penalty": 1e-4, "z_loss": 1e-9, "max_suppression": 1e-4}
    members: list[dict[str, Any]] = [{}, {"seed": 1}, {"focal_gamma": 2.0}, {"focal_gamma": 0.5, "seed": 1}, others]
    mine, right = banks(members, hidden=(), learning_rate=1000.0)
    for bank in (mine, right):
        bank.step(30)
    assert abs(right.answers()[0]).max() > 1000
    np.testing.assert_allclose(mine.parameters, right.parameters, rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "fit"),
    [
        ({"l2": 0.1, "weight_decay": 0.1, "last_layer_l2": 0.1, "label_smoothing": 0.1}, True),
        ({"output": "identity", "loss": "mse"}, True),
        ({"output": "tanh", "loss": "mse"}, False),
        ({"loss": "mse"}, False),
        ({"softmax_jacobian": "diagonal"}, False),
        (dict.fromkeys(compiled.LOGIT_PENALTIES, 0.1), True),
        ({"l1": 0.1}, True),
        ({"momentum": 0.5}, False),
        ({"optimizer": "adam"}, False),
    ],
)
def test_which_networks_fit(options: dict[str, Any], fit: bool) -> None:
    assert compiled.fits([ls.Hyperparameters(**options), ls.Hyperparameters(**options)], (4, 5, 3), shared=False) == fit


def test_a_wide_and_narrow_first_layer_is_shared_and_small_banks_are_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    hps = [ls.Hyperparameters()] * 2
    for inputs, units, shared, fit in [
        (compiled.INPUTS + 1, 5, True, False),
        (compiled.INPUTS + 1, 5, False, True),
        (compiled.INPUTS, 5, True, True),
        (compiled.INPUTS + 1, compiled.NARROW, True, True),
    ]:
        assert compiled.fits(hps, (inputs, units, 3), shared) == fit
    monkeypatch.setattr(compiled, "NUMBERS", 2 * 43 + 1)
    assert not compiled.fits(hps, (4, 5, 3), shared=True)


def test_without_numba_all_is_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "kernel", lambda: None)
    without, right = banks()
    without.step(5)
    right.step(5)
    assert same_bits(without.parameters, right.parameters)


def test_numba_is_imported_for_large_banks_alone() -> None:
    script = (
        "import sys, lsexplorer as ls\n"
        "data = ls.load_dataset('iris')\n"
        "ls.Bank(data, [ls.Hyperparameters(l2=0.001 * r) for r in range(4)]).step(3)\n"
        "trainer = ls.Trainer(data, ls.Hyperparameters())\n"
        "trainer.step(3)\n"
        "sys.exit('numba' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_more_inputs_than_are_gathered_at_once() -> None:
    """Of several seeds in turn, whose batches are not the same."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(500, 200)), rng.integers(3, size=500)
    data = ls.Dataset.from_arrays(X, y)
    hps = [ls.Hyperparameters(hidden=(4,), batch_size=7, seed=seed) for seed in (0, 1, 0)]
    mine, right = ls.Bank(data, hps), ls.Bank(data, hps, compiled=False)
    assert mine.steps_per_epoch * 7 * 200 > compiled.kernel().CHUNK
    train_alike(mine, right)
    for bank in (mine, right):
        bank.step(70)
    np.testing.assert_allclose(mine.parameters, right.parameters, rtol=1e-9, atol=1e-12)


def test_a_blas_of_other_integers_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, functions = compiled.kernel(), cython_blas.__pyx_capi__
    known = repr(functions["dgemm"])
    kernel.of_scipy("dgemm")
    monkeypatch.setitem(functions, "dgemm", known.replace(", int *", ", blas_int *"))
    with pytest.raises(ImportError, match="other integers"):
        kernel.of_scipy("dgemm")
