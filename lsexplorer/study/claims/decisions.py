"""When a difference, paired by seed, is significant, and when it is significantly below a margin."""

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats import ALPHA, fewest_seeds, mean_interval, sign_flip_p


def is_significant(differences: Array, tests: int = 1) -> bool:
    """Whether the mean of differences (seeds,) is significantly not 0, at ALPHA for ``tests`` tests (Bonferroni).

    Both the t interval and the sign flips must say so: where a few seeds happen to agree the interval is narrow, but
    flipping them easily gives as large a mean.
    """
    if len(differences) < fewest_seeds(tests) or sign_flip_p(differences) * tests > ALPHA:
        return False
    interval = mean_interval(differences, 1 - ALPHA / tests)
    return interval.low > 0 or interval.high < 0


def significant_sign(differences: Array, tests: int = 1) -> int:
    """1 or −1 where the mean of differences (seeds,) is significantly above or below 0, else 0; see is_significant."""
    return int(np.sign(differences.mean())) if is_significant(differences, tests) else 0


def is_below(differences: Array, margin: float, step: float) -> bool:
    """Whether the mean of differences (seeds,) is significantly below ``margin``: a one-sided t test at ALPHA.

    ``step`` is the smallest possible difference. Where all seeds agree, a value one step higher is added: the next seed
    might not agree.
    """
    if len(differences) < fewest_seeds(1):
        return False
    values = differences if np.ptp(differences) > 0 else np.append(differences, differences[0] + step)
    return mean_interval(values, 1 - 2 * ALPHA).high < margin
