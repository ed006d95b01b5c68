"""Claim 3: how the weights grow with training time, of linear networks and of the reader's own."""

from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.courses import Course, courses, growth, path_text
from lsexplorer.study.claims.decisions import any_of, side_of, verdict_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import LYU, SOUDRY
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, differ
from lsexplorer.study.stats import Estimate

CLAIM = Claim(
    3,
    "Without smoothing the weights can grow very large.",
    "of one of the networks ‖w‖ is shown to go on growing, by more than 5 % in the last tenfold of its steps",
    "of every one it is shown to grow by less than that",
    (SOUDRY, LYU),
)
MARGIN = 5.0
"""Growth of ‖w‖ over the last tenfold of the steps, in percent, that does not matter."""


def judge(grown: Estimate, networks: int) -> ClaimVerdict:
    """The verdict on the growth in percent of one of some networks."""
    return verdict_of(side_of(grown, MARGIN, above=networks))


def run(context: ExperimentContext) -> Outcome:
    """Follow ‖w‖ of linear networks with cross-entropy and with squared error, and of the network on trial."""
    followed = context.made(courses)
    evidence = tuple(_evidence(course, len(followed), context.a) for course in followed)
    entropy, squared, own = (part.numbers[0].text for part in evidence)
    text = (
        f"in the last tenfold of the steps ‖w‖ grows by {own} in your network; in a linear one by {entropy} with "
        f"cross-entropy, by {squared} with squared error"
    )
    return Outcome(any_of([part.verdict for part in evidence]), text, evidence, differ(evidence))


def _evidence(course: Course, networks: int, a: float) -> Evidence:
    grown = growth(course.plain)
    numbers = [Number.of("growth of ‖w‖ in the last tenfold of the steps", grown.interval(), signed=True, unit="%")]
    steps = ", ".join(f"{t:,}" for t in course.steps)
    text = f"‖w‖ is {path_text(course.plain)} after {steps} steps; in the last tenfold it grows by {numbers[0].text}."
    if course.smoothed is not None:
        numbers.append(Number.of(f"the same with a = {a:g}", growth(course.smoothed).interval(), signed=True, unit="%"))
        text += f" With a = {a:g} it is {path_text(course.smoothed)}, and grows by {numbers[1].text}."
    return course.evidence(judge(grown, networks), text, numbers, a)


EXPERIMENT = Experiment(CLAIM, run, weight=9.0)
