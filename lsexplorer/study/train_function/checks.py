"""Does a training function do what a recipe asks for? It is found out before the function is called many times.

But for one training, the networks of these checks are needed for the match in any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.remedies import Readout
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.jobs.executors import Heartbeat
from lsexplorer.study.jobs.splits import TUNING
from lsexplorer.study.match.plan import MatchPlan
from lsexplorer.study.train_function.networks import FunctionNetworks, thinned
from lsexplorer.study.train_function.recipe import Recipe

NOISE = 2.0
"""Answers that differ by less than this times what those of one recipe do, trained twice, count as the same."""


@dataclass
class Checks:
    """What the checks found."""

    first: CheckedAnswer
    """What plain training answers on the rows that are judged, thinned."""
    repeat: float
    """By how much answers of one recipe, trained twice, differ at most."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Why remedies cannot be matched, by their names."""
    notes: list[str] = field(default_factory=list)


def check(
    label: str,
    networks: FunctionNetworks,
    plans: Sequence[MatchPlan[Recipe]],
    repeat: float | None,
    heartbeat: Heartbeat,
) -> Checks:
    """Train the networks that show whether a function follows its recipes.

    label: what it is called. repeat: by how much the answers of one recipe differ, where that is known already. Raises
    InputError for a function that ignores label smoothing, or does not implement plain training or it.
    """
    plan = plans[0]
    seed = plan.tuning[0]
    plain = plan.plain.replace(seed=seed, split=TUNING)
    smoothing = plan.smoothing.replace(seed=seed, split=TUNING)
    judged = [plan.plain.replace(seed=seed, split=0) for seed in plan.evaluation[:2]]
    strongest = {
        one.remedy: one.with_remedy(one.high).replace(seed=seed, split=TUNING)
        for one in plans
        if not isinstance(one.regularizer, Readout)
    }
    asked = [plain, *judged, smoothing, *strongest.values()]
    answers = {
        recipe: None if answer is None else thinned(answer) for recipe, answer in networks.answers(asked, heartbeat)
    }
    for recipe in (plain, *judged, smoothing):
        if recipe in networks.refused:
            raise InputError(f"{label} does not implement {recipe!r}: {networks.refused[recipe] or 'it says no more'}")
    of_plain, (first, second) = _there(answers, plain), (_there(answers, one) for one in judged)
    if repeat is None:
        again = networks.again(plain, heartbeat)
        repeat = 0.0 if again is None else _distance(of_plain, thinned(again))
    found = Checks(first, repeat)
    if repeat > 0:
        found.notes.append(
            f"{label} answers otherwise when it trains with the same recipe again, by up to {repeat:.2g}: what is "
            "found cannot be had again exactly. On a GPU that is usual; else take every seed from recipe.seed"
        )
    if _is_same(first, second, repeat):
        found.notes.append(
            f"{label} answers the same for seeds {judged[0].seed} and {judged[1].seed}: the seeds say nothing about "
            "chance unless first weights and batches are drawn by recipe.seed"
        )
    if np.array_equal(of_plain.y, first.y):
        found.notes.append(
            f"{label} answers rows of the same classes for split −1 as for split 0: if they are the same rows, the "
            "strengths are found on rows that are judged"
        )
    if _is_same(of_plain, _there(answers, smoothing), repeat):
        raise InputError(f"{label} answers the same without label smoothing and with it: it ignores {smoothing!r}")
    for remedy, recipe in strongest.items():
        answer = answers[recipe]
        if recipe in networks.refused:
            found.left_out[remedy] = networks.refused[recipe] or f"{label} does not implement {remedy}"
        elif answer is not None and _is_same(of_plain, answer, repeat):
            strength = recipe.strengths[remedy]
            found.left_out[remedy] = f"{label} ignores {remedy}: with {strength:g} it answers as without"
    return found


def _there(answers: dict[Recipe, CheckedAnswer | None], recipe: Recipe) -> CheckedAnswer:
    answer = answers[recipe]
    assert answer is not None  # what is not finite without a remedy is an error
    return answer


def _is_same(a: CheckedAnswer, b: CheckedAnswer, repeat: float) -> bool:
    return _distance(a, b) <= NOISE * repeat


def _distance(a: CheckedAnswer, b: CheckedAnswer) -> float:
    """The largest difference of two networks' logits, or of their probabilities."""
    return float(np.abs(a.outputs.astype(np.float64) - b.outputs).max())
