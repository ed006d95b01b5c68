"""When a difference, paired by seed, is shown, and when it is shown not to matter."""

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats import ALPHA, fewest_seeds, mean_interval, sign_flip_p


def shown(differences: Array, tests: int = 1) -> int:
    """1 or −1 where the mean of differences (seeds,) is shown to be above or below 0, else 0.

    By the t interval and by sign flips both, at ALPHA for so many tests together (Bonferroni): few seeds that happen to
    agree make an interval narrow, but are easily flipped.
    """
    if len(differences) < fewest_seeds(tests) or sign_flip_p(differences) * tests > ALPHA:
        return 0
    interval = mean_interval(differences, 1 - ALPHA / tests)
    return int(interval.low > 0) - int(interval.high < 0)


def below(differences: Array, margin: float, step: float) -> bool:
    """Whether the mean of differences (seeds,) is shown to be below ``margin``: a one-sided t test at ALPHA.

    step: the least that a difference can be. Where no seed differs from another, one more is thought of that does by a
    step: they do not show that the next one cannot.
    """
    if len(differences) < fewest_seeds(1):
        return False
    values = differences if np.ptp(differences) > 0 else np.append(differences, differences[0] + step)
    return mean_interval(values, 1 - 2 * ALPHA).high < margin
