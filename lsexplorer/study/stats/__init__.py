"""Statistics of values measured on several seeds, splits and rows. Nothing here depends on what was measured."""

from lsexplorer.study.stats.counts import MAX_SEEDS, checked_count, checked_seeds
from lsexplorer.study.stats.decisions import SETTLED, Margin, decide, outside_p, power, seeds_to_settle, within
from lsexplorer.study.stats.estimates import Estimate, one_way, two_samples, two_way
from lsexplorer.study.stats.jackknife import group_values, pair_means, pair_values
from lsexplorer.study.stats.sign_flips import DRAWN, EXACT, fewest_seeds, holm, sign_flip_p
from lsexplorer.study.stats.student import ALPHA, Interval, mean_interval, t_probability, t_quantile

__all__ = [
    "ALPHA",
    "DRAWN",
    "EXACT",
    "MAX_SEEDS",
    "SETTLED",
    "Estimate",
    "Interval",
    "Margin",
    "checked_count",
    "checked_seeds",
    "decide",
    "fewest_seeds",
    "group_values",
    "holm",
    "mean_interval",
    "one_way",
    "outside_p",
    "pair_means",
    "pair_values",
    "power",
    "seeds_to_settle",
    "sign_flip_p",
    "t_probability",
    "t_quantile",
    "two_samples",
    "two_way",
    "within",
]
