"""What is measured of a bank's networks, against the Trainer's own evaluation and the single measures."""

import itertools
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn import norms
from lsexplorer.nn import similarity as likeness
from lsexplorer.nn.metrics import log_probabilities
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.measures import (
    CRITERIA,
    criteria,
    joined,
    measure,
    measures,
    pick,
)
from lsexplorer.study.pairs import Compared, all_pairs

STEPS = 40
SHAPES = [
    {},
    {"hidden": ()},
    {"hidden": (6, 4), "activation": "relu"},
    {"output": "sigmoid", "loss": "binary_cross_entropy"},
    {"output": "tanh", "loss": "mse"},
]


@pytest.fixture(scope="module", params=SHAPES, ids=lambda shape: " ".join(map(str, shape.values())) or "default")
def bank(request: pytest.FixtureRequest) -> ls.Bank:
    hps = [
        ls.Hyperparameters(**request.param, seed=seed, label_smoothing=a, l2=l2)
        for seed in (0, 1)
        for a, l2 in ((0.0, 0.0), (0.2, 0.0), (0.0, 0.01))
    ]
    found = ls.Bank(ls.load_dataset("iris"), hps)
    found.step(STEPS)
    return found


def test_each_network_as_its_trainer_measures_it(bank: ls.Bank) -> None:
    found = measure(Answers.of_bank(bank)).scalars
    for r, hp in enumerate(bank.hyperparameters):
        trainer = ls.Trainer(bank.data, hp)
        trainer.step(STEPS)
        known = trainer.evaluate("test")
        for name in ("accuracy", "nll", "brier", "ece", "mean_confidence", "logit_gap"):
            if name in found:
                assert found[name][r] == pytest.approx(known[name], rel=1e-9, abs=1e-12, nan_ok=True)
            else:
                assert np.isnan(known[name])
        assert found["weight_norm"][r] == pytest.approx(trainer.history["weight_norm"].values[-1])
        weights = trainer.network.weights
        assert found["path_norm"][r] == pytest.approx(float(norms.path_norm(weights)))
        for layer, W in enumerate(weights, 1):
            assert found[f"norm_{layer}"][r] == pytest.approx(np.linalg.norm(W))
            assert found[f"spectral_{layer}"][r] == pytest.approx(np.linalg.norm(W, 2))
            assert found[f"largest_{layer}"][r] == np.abs(W).max() or bank.parameters.shape[1] > 1


def test_the_criteria_are_the_same_numbers(bank: ls.Bank) -> None:
    found, whole = criteria(Answers.for_criteria(bank)), measure(Answers.of_bank(bank)).scalars
    assert list(found) == list(CRITERIA)
    for name in CRITERIA:
        assert found[name] == pytest.approx(whole[name], nan_ok=True)


def test_every_measure_that_is_told_has_its_entry(bank: ls.Bank) -> None:
    known = {one.name for one in measures(len(bank.network(0).weights))}
    found = measure(Answers.of_bank(bank))
    assert found.scalars.keys() <= known
    pairwise = all_pairs(Compared.of(found), Compared.of(found)).keys()
    assert pairwise <= known
    if found.log_p is not None:
        assert found.scalars.keys() | pairwise == known


def test_likeness_is_network_by_network(bank: ls.Bank) -> None:
    found = measure(Answers.of_bank(bank))
    told = all_pairs(*(Compared.of(pick(found, networks)) for networks in ([0, 1, 2], [3, 5])))
    for (i, a), (j, b) in itertools.product(enumerate((0, 1, 2)), enumerate((3, 5))):
        (za, oa), (zb, ob) = (bank.network(r).answers(bank.data.X_test) for r in (a, b))
        assert told["agreement"][i, j] == (za.argmax(axis=1) == zb.argmax(axis=1)).mean()
        assert told["cka_logits"][i, j] == pytest.approx(float(likeness.linear_cka(za, zb)))
        if "jensen_shannon" in told:
            p, q = (log_probabilities(z, o, bank.hyperparameters[0].output) for z, o in ((za, oa), (zb, ob)))
            assert told["jensen_shannon"][i, j] == pytest.approx(float(likeness.jensen_shannon(p, q)))
        if found.hidden is not None:
            ha, hb = (bank.network(r).hidden(bank.data.X_test) for r in (a, b))
            assert told["cka_hidden"][i, j] == pytest.approx(float(likeness.linear_cka(ha, hb)))


def test_picked_and_joined_again(bank: ls.Bank) -> None:
    found = measure(Answers.of_bank(bank))
    again = joined([pick(found, [r]) for r in range(len(bank))])
    assert np.array_equal(again.logits, found.logits)
    for name, values in found.scalars.items():
        assert np.array_equal(again.scalars[name], values, equal_nan=True)


def test_a_single_units_logits_are_those_of_two_classes(tmp_path: Path) -> None:
    rows = [f"{a},{b},{'yes' if a > b else 'no'}" for a in range(8) for b in range(8)]
    (tmp_path / "two.csv").write_text("a,b,c\n" + "\n".join(rows))
    data = ls.load_dataset(tmp_path / "two.csv")
    hp = ls.Hyperparameters(output="sigmoid", loss="binary_cross_entropy")
    bank = ls.Bank(data, [hp])
    bank.step(50)
    found = measure(Answers.of_bank(bank))
    assert found.logits.shape[1] == 2
    trainer = ls.Trainer(data, hp)
    trainer.step(50)
    assert found.scalars["nll"][0] == pytest.approx(trainer.evaluate("test").nll)


def test_a_network_that_diverged_has_no_norm() -> None:
    bank = ls.Bank(
        ls.load_dataset("iris"),
        [ls.Hyperparameters(loss="mse", output="identity", learning_rate=x) for x in (0.01, 900.0)],
    )
    bank.step(60)
    found = criteria(Answers.for_criteria(bank))["weight_norm"]
    assert np.isfinite(found[0])
    assert np.isnan(found[1])


def test_margins_that_are_asked_for() -> None:
    margins = {one.name: one.margin for one in measures(2, {"accuracy": 0.02, "logit_gap": 0.2})}
    usual = {one.name: one.margin for one in measures(2)}
    assert (margins["accuracy"], margins["logit_gap"]) == (0.02, 0.2)
    assert {name for name in usual if usual[name] != margins[name]} == {"accuracy", "logit_gap"}


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"accuracy": 0.0}, "the margin of accuracy must be a number above 0, such as 0.01, got 0"),
        ({"nll": -0.5}, "the margin of nll must be a number above 0, such as 0.01, got -0.5"),
        ({"nll": float("nan")}, "the margin of nll must be a number above 0, such as 0.01, got nan"),
        ({"brier": 0.1}, "margins are for accuracy, nll, ece, .*, got one for 'brier'"),
    ],
)
def test_margins_that_cannot_be(margins: dict[str, float], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        measures(2, margins)
