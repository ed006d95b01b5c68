"""Reliability: bins against a loop over the samples, the band against SciPy's binomial distribution."""

import numpy as np
import pytest
from scipy.stats import binom

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.views.reliability import bins_of, expected_band
from tests.support.pictures import numbers_of


def test_bins_are_those_of_a_loop_over_the_samples() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.3, 1, 200)
    right = rng.random(200) < 0.7
    bins = bins_of(sure, right)
    for at in range(15):
        own = [i for i in range(200) if at / 15 < sure[i] <= (at + 1) / 15]
        assert bins.counts[at] == len(own)
        assert bins.confidence[at] == pytest.approx(np.mean(sure[own]) if own else np.nan, nan_ok=True)
        assert bins.accuracy[at] == pytest.approx(np.mean(right[own]) if own else np.nan, nan_ok=True)
    gaps = np.nan_to_num(np.abs(bins.accuracy - bins.confidence))
    assert bins.ece == pytest.approx((bins.counts * gaps).sum() / 200)
    outside = [at for at in range(15) if bins.counts[at] and not bins.low[at] <= bins.accuracy[at] <= bins.high[at]]
    assert bins.outside == len(outside)


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 0.5), (40, 0.97), (900, 0.998), (2500, 0.61)])
def test_the_band_is_the_binomial_one(n: int, p: float) -> None:
    low, high = binom.ppf([0.025, 0.975], n, p)
    assert expected_band(n, p) == pytest.approx((low / n, high / n))


def test_a_certain_bin_has_no_width() -> None:
    assert expected_band(12, 1.0) == (1.0, 1.0)


def test_the_picture_is_of_the_test_part_before_and_after_one_temperature() -> None:
    t = Trainer(load_dataset("blobs"), Hyperparameters(hidden=(8,), learning_rate=0.1))
    t.step(400)
    found = numbers_of("reliability", t)
    assert (found.before.ece, found.before.counts.sum()) == (pytest.approx(t.evaluate("test").ece), 99)
    z, _ = t.network.answers(t.data.X_test)

    def loss(T: float) -> float:
        p = np.exp(z / T)
        return -np.log(p[np.arange(99), t.data.y_test] / p.sum(axis=1)).mean()

    temperatures = np.linspace(0.2, 5, 4801)
    assert found.temperature == pytest.approx(temperatures[np.argmin([loss(T) for T in temperatures])], abs=2e-3)
    assert found.shown is found.before
    assert numbers_of("reliability", t, variant=1).shown is not None
    assert numbers_of("reliability", t, variant=1).scaled


def test_outputs_that_are_no_probabilities_have_none() -> None:
    t = Trainer(load_dataset("iris"), Hyperparameters(output="identity", loss="mse"))
    assert numbers_of("reliability", t).before is None
