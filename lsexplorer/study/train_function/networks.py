"""The networks that a training function trains: a file each, trained once, and compared with one another as they come.

What is there already is read, never trained again. What is measured is what was read back from the file, so that a
match that was killed and run again has the numbers of one that was not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.answers.answers import Answers, misfit
from lsexplorer.study.answers.layout import TUNING_FOLDER, answer_path, method_name
from lsexplorer.study.jobs.arms import ArmsTask
from lsexplorer.study.jobs.executors import Executor, Heartbeat
from lsexplorer.study.jobs.parts import Part
from lsexplorer.study.measures import CRITERIA, Measured, criteria, joined, measure
from lsexplorer.study.train_function.functions import Order, Trained, keep, kept, train_one
from lsexplorer.study.train_function.plan import Asked
from lsexplorer.study.train_function.recipe import Recipe

WHOLE = Part(1, 1)
"""All of a match."""


class FunctionNetworks:
    """Where the networks of a match come from: a folder, and a training function for what is not there."""

    most = 1

    def __init__(
        self, label: str, folder: Path, executor: Executor, asked: Asked, *, shares_folder: bool, part: Part | None
    ) -> None:
        """Take what the function is called, where the answers lie, what calls it, and what it is called for.

        shares_folder: whether the folder is there for what calls the function too. part: which share of the judged
        networks is trained here; those that a strength is found on are trained in another order by each part.
        """
        self._part = part or WHOLE
        self._label, self._folder, self._executor, self._shares = label, folder, executor, shares_folder
        self._splits, self._criterion = asked.splits, asked.criterion
        self._known: dict[int, tuple[Recipe, CheckedAnswer]] = {}
        """By split, the first recipe and what it answered, thinned."""
        self.finished = 0
        """Networks trained by now, without those that were there."""
        self.diverged: set[Recipe] = set()
        """The recipes with which training has diverged."""
        self.refused: dict[Recipe, str] = {}
        """Recipes that the function does not implement, and what it said."""

    def path(self, recipe: Recipe) -> Path:
        """The file of a recipe's answers."""
        folder = self._folder / TUNING_FOLDER if recipe.is_tuning else self._folder
        split = None if recipe.is_tuning or self._splits == 1 else recipe.split
        return answer_path(folder, method_name(recipe.strengths), recipe.seed, split=split)

    def criteria(
        self, tasks: Sequence[ArmsTask[Recipe]], heartbeat: Heartbeat
    ) -> Iterator[tuple[int, dict[str, Array]]]:
        """See Networks; a criterion is NaN where training has diverged, and where it is not known."""
        for i, answer in self._of_tasks(tasks, heartbeat):
            found = [] if answer is None else [criteria(one) for one in _readings(tasks[i], answer)]
            unknown = np.full(1, np.nan)
            of_arms = [[one.get(name, unknown) for one in found] or [unknown] * len(tasks[i].arms) for name in CRITERIA]
            yield i, dict(zip(CRITERIA, map(np.array, of_arms), strict=True))

    def measured(self, tasks: Sequence[ArmsTask[Recipe]], heartbeat: Heartbeat) -> Iterator[tuple[int, Measured]]:
        """See Networks; all is NaN where training has diverged."""
        like: dict[int, Measured] = {}
        late = []
        for i, answer in self._of_tasks(tasks, heartbeat, self._part):
            if answer is None:
                late.append(i)
                continue
            of_arms = [measure(one, leave_out=self._splits == 1) for one in _readings(tasks[i], answer)]
            like[tasks[i].split] = of_arms[0]
            yield i, joined(of_arms)
        for i in (i for i in late if tasks[i].split in like):
            yield i, joined([_lost(like[tasks[i].split])] * len(tasks[i].arms))

    def answers(self, recipes: Sequence[Recipe], heartbeat: Heartbeat) -> Iterator[tuple[Recipe, CheckedAnswer | None]]:
        """Each recipe and what its network answers, None where there is none: first those that are there.

        Raises InputError for answers that do not go with the first ones, and TrainingError for an exception of the
        function's.
        """
        missing = []
        for recipe in dict.fromkeys(recipes):
            found = self._found(recipe)
            if found is None:
                missing.append(recipe)
            else:
                yield recipe, found.answer
        begin = len(missing) * (self._part.number - 1) // self._part.of
        missing = missing[begin:] + missing[:begin]
        orders = [Order(recipe, self.path(recipe).absolute() if self._shares else None) for recipe in missing]
        for i, trained in self._executor.run(train_one, orders, heartbeat):
            yield missing[i], self._kept(missing[i], trained)
            heartbeat()

    def again(self, recipe: Recipe, heartbeat: Heartbeat) -> CheckedAnswer | None:
        """What a network trained once more answers; it is not kept."""
        ((_, trained),) = self._executor.run(train_one, [Order(recipe, None)], heartbeat)
        self.finished += 1
        answer: CheckedAnswer | None = trained.answer
        return answer

    def _of_tasks(
        self, tasks: Sequence[ArmsTask[Recipe]], heartbeat: Heartbeat, part: Part = WHOLE
    ) -> Iterator[tuple[int, CheckedAnswer | None]]:
        """A part's share of the tasks, and what their networks answer."""
        owners: dict[Recipe, list[int]] = {}
        for i, task in enumerate(tasks):
            (recipe,) = task.seeded
            owners.setdefault(recipe.replace(split=task.split), []).append(i)
        for recipe, answer in self.answers(list(owners)[part.number - 1 :: part.of], heartbeat):
            for i in owners[recipe]:
                yield i, answer

    def _found(self, recipe: Recipe) -> Trained | None:
        """What the folder has for a recipe."""
        found = kept(self.path(recipe))
        if found is not None and found.answer is None:
            self.diverged.add(recipe)
        elif found is not None and found.answer is not None:
            self._check(recipe, found.answer)
        return found

    def _kept(self, recipe: Recipe, trained: Trained) -> CheckedAnswer | None:
        """The answer, as it is in its file; one that cannot be compared does not stay there."""
        if trained.refusal is not None:
            self.refused[recipe] = trained.refusal
            return None
        path = self.path(recipe)
        if not self._shares:
            keep(path, trained.answer)
        self.finished += 1
        try:
            found = self._found(recipe)
        except InputError:
            path.unlink(missing_ok=True)
            raise
        return None if found is None else found.answer

    def _check(self, recipe: Recipe, answer: CheckedAnswer) -> None:
        """Raise InputError unless an answer is of the rows and has the parts of those that came before."""
        if self._criterion == "weight_norm" and "weight_norm" not in answer.scalars:
            raise InputError(
                f"criterion weight_norm needs weights or weight_norm in the answers of {self._label}; "
                "logit_gap and nll do without"
            )
        for split in dict.fromkeys([recipe.split, *self._known]):
            known, first = self._known.setdefault(split, (recipe, thinned(answer)))
            if wrong := (misfit(first, answer) if split == recipe.split else "") or _other_parts(first, answer):
                raise InputError(
                    f"{self._label} does not answer {recipe!r} as it did {known!r}: {wrong} (if the function has "
                    "changed since, its answers need another folder)"
                )


def thinned(answer: CheckedAnswer) -> CheckedAnswer:
    """The answer with the outputs of those rows alone that pairs are compared on: it is small enough to be kept."""
    return replace(answer, outputs=answer.outputs[answer.rows])


def _readings(task: ArmsTask[Recipe], answer: CheckedAnswer) -> Iterator[Answers]:
    """The answer as each of the task's arms reads it."""
    answers = Answers.of([answer])
    for arm in task.arms:
        yield answers if arm.reading.temperature == 1 else answers.at_temperature(arm.reading.temperature)


def _other_parts(first: CheckedAnswer, answer: CheckedAnswer) -> str:
    """Why answers of other rows cannot be compared; '' where they can."""
    if first.classes != answer.classes:
        return f"one has {first.classes} classes and the other {answer.classes}"
    parts = [{*one.scalars, *(["hidden"] if one.hidden is not None else [])} for one in (first, answer)]
    lost, new = sorted(parts[0] - parts[1]), sorted(parts[1] - parts[0])
    return f"only one of the two has {', '.join(lost or new)}" if lost or new else ""


def _lost(like: Measured) -> Measured:
    """The measures of a network that has diverged, in the shape of another's."""

    def lost(values: Array | None) -> Array | None:
        return None if values is None else np.full_like(values, np.nan)

    scalars = {name: np.full_like(values, np.nan) for name, values in like.scalars.items()}
    without = {name: np.full_like(values, np.nan) for name, values in like.without.items()}
    return Measured(scalars, np.full_like(like.logits, np.nan), lost(like.log_p), lost(like.hidden), without)
