"""200 steps of every output, loss, Jacobian and optimiser end where PyTorch's autograd and optimisers end."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.regularizers import REGULARIZERS
from tests.support.helpers import PAIRS, crossed, dataset

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "parity.json").read_text(encoding="utf-8"))
DATA = dataset(REFERENCE["X"], REFERENCE["y"])


def start(case: dict[str, Any]) -> ls.Trainer:
    hp = ls.Hyperparameters(**REFERENCE["hyperparameters"] | case["hyperparameters"])
    t = ls.Trainer(DATA, hp)
    first = REFERENCE["first"][str(list(hp.hidden))]
    t.network.weights = [np.array(W) for W in first["weights"]]
    t.network.biases = [np.array(b) for b in first["biases"]]
    return t


def walk(t: ls.Trainer, case: dict[str, Any]) -> None:
    change = case["change"]
    for step, rows in enumerate(REFERENCE["batches"]):
        assert t.next_batch.tolist() == rows
        if change and change["step"] == step:
            t.set(**change["values"])
        t.step()


@pytest.mark.parametrize("name", crossed(REFERENCE["cases"], keep=3))
def test_200_steps_end_where_pytorch_ends(name: str) -> None:
    case = REFERENCE["cases"][name]
    t = start(case)
    walk(t, case)
    for ours, theirs in zip((*t.network.weights, *t.network.biases), (*case["weights"], *case["biases"]), strict=True):
        theirs = np.array(theirs)
        assert np.linalg.norm(ours - theirs) <= 1e-10 * np.linalg.norm(theirs)
        # The absolute part is for weights that L1 holds near 0, made of terms a thousand times their size.
        assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)
    assert t.evaluate("train").loss == pytest.approx(case["loss"], rel=1e-10)


def test_reference_holds_every_pair_optimiser_and_jacobian() -> None:
    found = {
        (
            hp["output"],
            hp["loss"],
            hp.get("softmax_jacobian", "exact"),
            hp["optimizer"],
            hp.get("momentum", 0) > 0,
            hp.get("nesterov", False),
        )
        for hp in (case["hyperparameters"] for case in REFERENCE["cases"].values())
    }
    optimisers = [("sgd", False, False), ("sgd", True, False), ("sgd", True, True), ("adam", False, False)]
    wanted = {
        (output, loss, jacobian, *optimiser)
        for output, loss in PAIRS
        for jacobian in (("exact", "diagonal") if output == "softmax" else ("exact",))
        for optimiser in optimisers
    }
    assert wanted <= found
    assert {hp for case in REFERENCE["cases"].values() for hp in case["hyperparameters"]} >= {"soft_targets", "hidden"}
    for name, case in REFERENCE["cases"].items():
        hp = case["hyperparameters"]
        if name.endswith(" alone"):
            continue
        assert min(hp["l1"], hp["l2"], hp["weight_decay"]) > 0
        if hp["loss"] != "hinge" and "soft_targets" not in hp:
            assert hp["label_smoothing"] == 0.1


def test_reference_holds_every_regulariser_alone_and_with_all_that_fit() -> None:
    cases = [ls.Hyperparameters(**case["hyperparameters"]) for case in REFERENCE["cases"].values()]
    on = [{name for name in REGULARIZERS if getattr(hp, name)} for hp in cases]
    for name, entry in REGULARIZERS.items():
        assert entry.keyed or {name} in on
    for pair in PAIRS:
        for jacobian in ("exact", "diagonal") if pair[0] == "softmax" else ("exact",):
            hp = ls.Hyperparameters(output=pair[0], loss=pair[1], softmax_jacobian=jacobian)
            fitting = {name for name, entry in REGULARIZERS.items() if not entry.misfit(hp)}
            assert any(
                found == fitting and (case.output, case.loss, case.softmax_jacobian) == (*pair, jacobian)
                for found, case in zip(on, cases, strict=True)
            )


def test_reference_runs_are_no_standstill() -> None:
    """Every case has moved far from where it started, so that agreeing means something."""
    for case in REFERENCE["cases"].values():
        t = start(case)
        for first, last in zip(t.network.weights, case["weights"], strict=True):
            assert np.linalg.norm(first - np.array(last)) > 0.1
