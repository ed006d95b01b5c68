"""Which methods a session's comparison has, and what goes back into the explorer of one of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from lsexplorer.bank.comparison import Comparison, Method, methods_of
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters
from lsexplorer.study.match.matching import Matches
from lsexplorer.tui.model.session import Session


@dataclass(frozen=True)
class Taken:
    """A method that goes into the explorer, at the step and with the sample and node that were looked at."""

    name: str
    hyperparameters: Hyperparameters
    step: int
    sample: int | None
    node: str


def comparison_of(session: Session) -> Comparison:
    """The methods at step 0, with the matched one if there is a match; raises InputError where memory is too small."""
    methods = methods_of(session.hyperparameters, session.strengths)
    smoothing = smoothing_of(methods)
    matches = None if smoothing is None else session.matches_of(smoothing.hyperparameters)
    if matches is not None:
        methods = methods_of(session.hyperparameters, session.strengths, matched_strength(matches))
    return Comparison(session.data, methods)


def smoothing_of(methods: Iterable[Method]) -> Method | None:
    """The method that smooths labels, if there is one."""
    return next((method for method in methods if method.key == "label_smoothing"), None)


def matched_strength(matches: Matches) -> tuple[str, float] | None:
    """The regulariser and the strength of the matched method; None where several were matched, or none could be."""
    match = matches.first
    strength = match.strengths[match.plan.criterion].value
    if not matches.is_single or strength is None or match.plan.remedy not in REGULARIZERS:
        return None
    return match.plan.remedy, strength
