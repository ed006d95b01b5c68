"""What evaluate() measures, against plain loops over the samples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.nn import metrics
from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.metrics import ECE_BINS, correct, evaluate, expected_calibration_error, log_probabilities, logit_gap
from tests.support import formulas
from tests.support.helpers import PAIRS, REMEDIES, trainer


def by_loops(y: np.ndarray, z: np.ndarray, o: np.ndarray, output: str) -> dict[str, float]:
    """The measures one sample at a time; NaN for those of outputs that are no probabilities."""
    n, K = len(z), len(z[0])
    right, nll, brier, top, gap = [], [], [], [], []
    for i in range(n):
        best = max(range(K), key=lambda k: z[i][k])
        right.append(best == y[i])
        gap.append(z[i][y[i]] - sum(z[i][k] for k in range(K) if k != y[i]) / (K - 1))
        p = [o[i][k] / sum(o[i]) for k in range(K)]
        if output in ("softmax", "sigmoid"):
            nll.append(-math.log(p[y[i]]))
            brier.append(sum((p[k] - (k == y[i])) ** 2 for k in range(K)))
            top.append(max(p))
    found = {"accuracy": sum(right) / n, "logit_gap": sum(gap) / n}
    measures = {"nll": nll, "brier": brier, "mean_confidence": top}
    found |= {name: sum(values) / n if values else math.nan for name, values in measures.items()}
    return found | {"ece": formulas.ece_by_loops(top, right) if top else math.nan}


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_a_trained_networks_measures(small: ls.Dataset, output: str, loss: str, part: str) -> None:
    settings = {"l2": 0.1} if loss == "hinge" else REMEDIES
    t = trainer(small, output=output, loss=loss, **settings)
    X, y = (small.X_train, small.y_train) if part == "train" else (small.X_test, small.y_test)
    for _ in range(3):
        t.step(15)
        found, z = t.evaluate(part), t.network.forward(X).logits
        right = by_loops(y.tolist(), z.tolist(), formulas.output(output, z).tolist(), output)
        # The loss is that of the smoothed targets, without the penalties.
        a = t.hyperparameters.label_smoothing
        targets = (1 - a) * np.eye(3)[y] + a / 3
        right["loss"] = formulas.loss(loss, targets, formulas.output(output, z)).mean()
        assert dict(found) == pytest.approx(right, rel=1e-9, abs=1e-12, nan_ok=True)
        assert found.accuracy == right["accuracy"]


def test_the_test_part_is_the_default(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(9)
    assert t.evaluate() == t.evaluate("test") != t.evaluate("train")


def test_an_evaluation_is_a_mapping(small: ls.Dataset) -> None:
    found = trainer(small).evaluate()
    assert list(found) == ["loss", "accuracy", "nll", "brier", "ece", "mean_confidence", "logit_gap"]
    assert len(found) == 7
    assert found["nll"] == found.nll
    assert "ece" in found
    with pytest.raises(KeyError):
        found["no such measure"]


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 60), K=st.integers(2, 12), spread=st.floats(0.1, 6))
def test_measures_of_any_logits(seed: int, n: int, K: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    z, y = rng.normal(0, spread, (n, K)), rng.integers(K, size=n)
    for output in ("softmax", "sigmoid", "tanh", "identity"):
        o = formulas.output(output, z)
        found = dict(evaluate(z, OUTPUTS[output](z), y, output=output, loss=0.25))
        assert found.pop("loss") == 0.25
        assert found == pytest.approx(
            by_loops(y.tolist(), z.tolist(), o.tolist(), output), rel=1e-8, abs=1e-12, nan_ok=True
        )
        assert correct(z, y).mean() == found["accuracy"]
        assert logit_gap(z, y) == found["logit_gap"]


def test_a_confidence_on_the_edge_of_a_bin_belongs_to_the_bin_below() -> None:
    """Bins are (l, u]: 3/15 and a little less share a bin, 3/15 and a little more do not."""
    assert ECE_BINS == 15
    for m in range(1, 15):
        edge = m / 15
        below, above = edge - 0.01, edge + 0.01
        together = expected_calibration_error(np.array([edge, below]), np.array([True, False]))
        assert together == pytest.approx(abs(1 - edge - below) / 2)
        apart = expected_calibration_error(np.array([edge, above]), np.array([True, False]))
        assert apart == pytest.approx((abs(1 - edge) + above) / 2)


def test_confidences_at_both_ends_are_counted() -> None:
    assert expected_calibration_error(np.array([0.0, 1.0]), np.array([True, False])) == 1
    assert expected_calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def test_calibrated_and_overconfident_predictions() -> None:
    """Ten samples at .7, seven of them right, are calibrated; three of them right, they are .4 off."""
    confidence = np.full(10, 0.7)
    for hits, error in ((7, 0.0), (3, 0.4), (10, 0.3)):
        right = np.arange(10) < hits
        assert expected_calibration_error(confidence, right) == pytest.approx(error, abs=1e-12)


def test_sigmoid_outputs_that_all_vanish_still_make_probabilities() -> None:
    z = np.full((1, 4), -1e4)
    z[0, 2] = -10
    for logits, top in ((z, 1.0), (np.full((1, 4), -1e4), 0.25)):
        p = np.exp(log_probabilities(logits, OUTPUTS["sigmoid"](logits), "sigmoid"))
        assert p.sum() == pytest.approx(1)
        assert p[0, 2] == pytest.approx(top)


@pytest.mark.parametrize("layout", ["by network", "by row"])
@pytest.mark.parametrize("networks", [1, 3])
def test_blocks_of_rows_give_the_same_bits(layout: str, networks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(networks, 203, 6)) if layout == "by network" else rng.normal(size=(203, 6, networks))
    z = np.moveaxis(z, 0, -1) if layout == "by network" else z
    y = rng.integers(0, 6, 203)

    def numbers() -> list[bytes]:
        log_p = metrics.log_p_of_logits(z)
        found = log_p, metrics.margins(z, y), metrics.brier_score(log_p, y), metrics.best_temperature(log_p, y)
        return [np.asarray(values).tobytes() for values in (*found, metrics.at_temperature(log_p, 2.0))]

    whole = numbers()
    monkeypatch.setattr(metrics, "BLOCK", 100)
    assert numbers() == whole
