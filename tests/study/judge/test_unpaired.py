"""Methods with seeds of their own: against SciPy, and as statistics, by simulation of a known truth."""

import numpy as np
import pytest
from scipy import stats

from lsexplorer.study.match.findings import Scope, Values, findings, of_samples
from lsexplorer.study.measures import measures
from lsexplorer.study.stats import two_samples


@pytest.mark.parametrize("sizes", [(5, 9), (12, 4)])
def test_two_samples_are_welchs(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(sizes)
    a, b = rng.normal(size=sizes[0]), rng.normal(0.5, 3.0, size=sizes[1])
    found = two_samples(a[:, None], b[:, None], np.array([b.mean() - a.mean()]))
    welch = stats.ttest_ind(b, a, equal_var=False)
    assert found.mean / found.error == pytest.approx(welch.statistic)
    assert found.df == int(welch.df)
    low, high = stats.t.interval(0.95, found.df, found.mean, found.error)
    assert found.interval()[1:] == pytest.approx((low, high))


def covered(rng: np.random.Generator, columns: int, spreads: tuple[float, float, float]) -> bool:
    """Whether the interval holds a difference of 0, with effects of seeds, of columns, and of the two together."""
    seed, column, both = spreads
    a, b = (seed * rng.normal(size=(n, 1)) + both * rng.normal(size=(n, columns)) for n in (6, 9))
    b = b + column * rng.normal(size=columns)
    low, high = two_samples(a, b, b.mean(axis=0) - a.mean(axis=0)).interval()[1:]
    return bool(low <= 0 <= high)


@pytest.mark.parametrize("spreads", [(1.0, 0.0, 0.3), (0.3, 1.0, 0.3), (0.3, 0.3, 1.0), (1.0, 1.0, 1.0)])
def test_intervals_of_two_samples_hold_the_truth_as_often_as_they_say(spreads: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(1)
    assert np.mean([covered(rng, 8, spreads) for _ in range(400)]) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 400)


def test_unpaired_likeness_varies_by_seeds_of_both() -> None:
    """The jackknife's values: the error is that of drawing all seeds anew, within a third."""
    measure = next(one for one in measures(2) if one.name == "agreement")
    rng, n, k = np.random.default_rng(0), 8, 6
    means, errors = [], []
    for _ in range(60):
        own, other = 0.02 * rng.normal(size=n), 0.02 * rng.normal(size=k)
        pairs = 0.8 + own[:, None] + own + 0.002 * rng.normal(size=(1, n, n))
        across = 0.8 + own[:, None] + other + 0.002 * rng.normal(size=(1, n, k))
        scope = Scope(n, 80, 20, own_seeds=k)
        found = findings([of_samples(measure, across, pairs, across)], "", scope)[0]
        means.append(found.estimate.mean)
        errors.append(found.estimate.error)
    assert np.mean(errors) == pytest.approx(np.std(means), rel=1 / 3)
    assert abs(np.mean(means)) < 3 * np.std(means) / np.sqrt(60)


def test_what_no_network_has_a_value_for_is_no_finding_of_samples() -> None:
    measure = next(one for one in measures(2) if one.name == "failure_auroc")
    lost, some = np.full((5, 2), np.nan), np.tile([[0.5], [np.nan], [0.7]], 2)
    scope = Scope(5, 80, 20, own_seeds=3)
    for remedy in (lost, some):
        (finding,) = findings([Values(measure, lost, lost, remedy)], "", scope)
        assert (finding.state, np.isnan(finding.difference.mean)) == ("", True)
    (finding,) = findings([Values(measure, lost, some, some + 0.1)], "", scope)
    assert finding.difference.mean == pytest.approx(0.1)
    cka = next(one for one in measures(2) if one.name == "cka_logits")
    own, across = np.full((1, 5, 5), 0.8), np.full((1, 5, 3), 0.7)
    own[:, 2] = own[:, :, 2] = across[:, 2] = np.nan  # a network with the same logits everywhere
    (finding,) = findings([of_samples(cka, across, own, across)], "", scope)
    assert finding.difference.mean == pytest.approx(-0.1)
