"""One rule for every claim that is measured: the side of a margin, set beforehand, on which an effect is shown to lie.

The margin is the effect that does not matter. "above" takes an interval that lies wholly above it, "below" one that
lies wholly below it, so that a claim is confirmed and refuted by the same kind of evidence; all else is open.
"""

from collections.abc import Sequence
from typing import Literal

from lsexplorer.nn.arrays import Array
from lsexplorer.study.claims.result import ClaimVerdict
from lsexplorer.study.stats import ALPHA, Estimate, Margin, decide, outside_p, two_way

Side = Literal["above", "below", "open"]


def estimated(values: Array, test_share: float | None = None, step: float = 0.0) -> Estimate:
    """The Estimate of differences (seeds, columns); see `two_way` for ``test_share``.

    step: the smallest possible difference of a measure that is counted in rows, else 0. Where all agree the error is
    not 0 but that of the same values with one more that is a step apart: the next seed might not agree.
    """
    estimate = two_way(values, test_share)
    return estimate._replace(error=max(estimate.error, step / (estimate.seeds + 1)))


def side_of(estimate: Estimate, margin: float, *, above: int = 1, below: int = 1) -> Side:
    """The side of the margin on which the mean is shown to lie, by one-sided t tests at ALPHA.

    above, below: how many effects there are, where it takes a single one of them on that side to settle the claim
    (Bonferroni).
    """
    if estimate.interval(1 - 2 * ALPHA / above).low > margin:
        return "above"
    return "below" if estimate.interval(1 - 2 * ALPHA / below).high < margin else "open"


def size_side(estimate: Estimate, margin: float, *, above: int = 1) -> Side:
    """The same of the size of the mean, whatever its sign: "below" is equivalence, by two one-sided tests."""
    limit = Margin(margin)
    decision = decide(estimate, limit, min(1.0, above * outside_p(estimate, limit)))
    sides: dict[str, Side] = {"differs": "above", "same": "below", "open": "open"}
    return sides[decision]


def verdict_of(side: Side, holds: Side = "above") -> ClaimVerdict:
    """The verdict on a claim that says the effect is on the side ``holds`` of its margin."""
    if side == "open":
        return "open here"
    return "holds here" if side == holds else "does not hold here"


def any_of(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """The verdict on a claim that says 'can' or 'sometimes': one regime in which it holds is enough."""
    return _settled(verdicts, by_one="holds here", by_all="does not hold here")


def all_of(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """The verdict on a claim about every regime: one regime in which it does not hold is enough."""
    return _settled(verdicts, by_one="does not hold here", by_all="holds here")


def _settled(verdicts: Sequence[ClaimVerdict], *, by_one: ClaimVerdict, by_all: ClaimVerdict) -> ClaimVerdict:
    if by_one in verdicts:
        return by_one
    return by_all if set(verdicts) == {by_all} else "open here"
