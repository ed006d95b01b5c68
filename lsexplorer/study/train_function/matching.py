"""Could another means have done what label smoothing does, in anyone's network? A function of the user's trains it.

As in every match, the strength is found on some seeds and judged on others; trainings are dear here, so few of them
must do. Every network's answers go to a file at once, and what is there is not trained again.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.answers.layout import method_name
from lsexplorer.study.jobs.executors import Heartbeat, Progress, cores, open_executor
from lsexplorer.study.jobs.parts import Part
from lsexplorer.study.judge.judgement import TEST_PART, TEST_SHARE, Judgement, Judgements
from lsexplorer.study.judge.notes import LOGARITHMS, ROWS_UNKNOWN, few_seeds, left_out_note
from lsexplorer.study.match.evaluation import Evaluation
from lsexplorer.study.match.findings import Scope
from lsexplorer.study.match.matching import InterruptedMatch, judged
from lsexplorer.study.match.plan import MatchPlan
from lsexplorer.study.match.result import Settings
from lsexplorer.study.match.running import Run
from lsexplorer.study.measures import known_of, measures, rows_notes
from lsexplorer.study.train_function import settings
from lsexplorer.study.train_function.checks import check
from lsexplorer.study.train_function.functions import Function, GivenFunction, Train, check_portable
from lsexplorer.study.train_function.networks import FunctionNetworks
from lsexplorer.study.train_function.plan import Asked, most_trainings, planned
from lsexplorer.study.train_function.recipe import Recipe

Say = Callable[[str], None]
"""Called with a line that the user should see while the work goes on."""


class FunctionRun:
    """A match with a training function, at work."""

    def __init__(
        self, function: Function, folder: Path, asked: Asked, say: Say, progress: Progress, part: Part | None = None
    ) -> None:
        self._part = part
        self._plans, self._left_out = planned(asked)
        function.load()  # what is wrong with it is said before anything is made
        self._function, self._folder, self._asked = function, folder, asked
        self._say, self._progress = say, progress
        self._notes: list[str] = []
        self._run: Run[Recipe] | None = None
        self._first: CheckedAnswer | None = None
        """What plain training answers on the rows that are judged."""

    def work(self, workers: int | str | None) -> int:
        """Check the function, search and evaluate; Ctrl-C leaves what is done. Returns how many networks it trained."""
        if workers is not None:
            check_portable(self._function)
        known, notes = settings.opened(self._folder, self._function)
        self._note(notes)
        self._say(f"at most {counted(most_trainings(self._plans), 'training', 'trainings')}, kept in {self._folder}")
        with _threads(workers), open_executor(workers, self._function) as executor:
            networks = FunctionNetworks(
                self._function.label,
                self._folder,
                executor,
                self._asked,
                shares_folder=not isinstance(workers, str),
                part=self._part,
            )
            clock = _Clock(networks, self._progress)
            self._check(networks, clock, known)
            self._run = Run(self._plans, networks, clock.report)
            self._run.run()
        if networks.diverged:
            methods = sorted({method_name(recipe.strengths) for recipe in networks.diverged})
            self._note([f"training diverged at {', '.join(methods)}"])
        return networks.finished

    def _check(self, networks: FunctionNetworks, clock: "_Clock", known: settings.Settings) -> None:
        """Check the function; leave out the remedies that cannot be matched, and what cannot be measured."""
        label, asked = self._function.label, self._asked
        heartbeat = clock.heartbeat("checking", 4 + len(self._plans))
        repeat = known.repeat if self._part is None or self._part.number == 1 else known.repeat or 0.0
        checks = check(label, networks, self._plans, repeat, heartbeat)  # the first part alone trains a network twice
        if repeat is None:
            known.repeat = checks.repeat
            settings.keep(self._folder, known)
        if len(checks.left_out) == len(self._plans):
            raise InputError(next(iter(checks.left_out.values())))
        self._first, has = checks.first, known_of(checks.first)
        self._note(checks.notes + left_out_note(has))
        self._note([LOGARITHMS] if checks.first.are_probabilities else [])
        self._note([] if asked.splits == 1 or checks.first.train_rows else [ROWS_UNKNOWN])
        self._note(few_seeds(asked.seeds))
        self._note(rows_notes(len(checks.first.y), checks.first.classes, len(checks.first.rows)))
        layers = sum(name.startswith("norm_") for name in checks.first.scalars)
        measured = measures(layers, asked.margins, has)
        self._left_out |= checks.left_out
        self._plans = [replace(plan, measures=measured) for plan in self._plans if plan.remedy not in checks.left_out]

    def _note(self, notes: Sequence[str]) -> None:
        """Say what the report says too."""
        self._notes += notes
        for note in notes:
            self._say(note)

    def _scope(self, evaluation: Evaluation | None) -> Scope:
        """What was compared: the rows where there is one split, else the splits."""
        seeds, splits = (evaluation.seeds, evaluation.splits) if evaluation else ((), 0)
        assert self._first is not None
        test_rows = len(self._first.y)
        train_rows = self._first.train_rows or round(test_rows / TEST_SHARE)
        return Scope(len(seeds), train_rows, test_rows, splits, self._asked.splits == 1, TEST_PART)

    def result(self) -> Judgements | None:
        """What was found so far; None where no strength was."""
        run = self._run
        if run is None or not run.strengths:
            return None
        start, evaluation = time.perf_counter(), run.evaluation()
        scope = self._scope(evaluation)
        seeds = evaluation.seeds if evaluation else ()
        matches = {
            plan.remedy: Judgement(
                settings=self._settings(plan),
                matchings=judged(run, plan, evaluation, scope),
                evaluation=seeds,
                splits=scope.splits,
                networks=run.networks_of(plan.remedy),
                seconds=run.seconds,
                complete=(seeds, scope.splits) == (plan.evaluation, plan.splits),
            )
            for plan in self._plans
            if plan.remedy in run.strengths
        }
        run.seconds["statistics"] = time.perf_counter() - start
        return Judgements(matches, self._left_out, run.networks)

    def _settings(self, plan: MatchPlan[Recipe]) -> Settings:
        return Settings(
            subject=self._function.label,
            remedy=plan.remedy,
            criterion=plan.criterion,
            label_smoothing=plan.smoothing.label_smoothing,
            strengths=f"found on {counted(len(plan.tuning), 'other seed', 'other seeds')}",
            planned=(len(plan.evaluation), plan.splits),
            notes=tuple(self._notes),
            facts={"tuning_seeds": plan.tuning},
        )


def match_function(
    function: Function,
    out: str | os.PathLike[str],
    asked: Asked,
    *,
    workers: int | str | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Judgements:
    """Match remedies to label smoothing in the networks that a function trains, and keep their answers in a folder.

    Raises InputError for arguments and answers that cannot be, TrainingError for an exception of the function's, and
    InterruptedMatch on Ctrl-C.
    """
    say = say or _quiet
    work = FunctionRun(function, Path(os.path.expanduser(out)), asked, say, progress or _quiet)
    try:
        work.work(workers)
    except KeyboardInterrupt:
        say(f"what is finished is kept in {out}: the same command goes on from there")
        raise InterruptedMatch(work.result()) from None
    found = work.result()
    assert found is not None
    return found


def train_part(
    function: Function,
    out: str | os.PathLike[str],
    asked: Asked,
    part: Part,
    *,
    workers: int | str | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> int:
    """Train a part of the networks of `match_function`, whose arguments these are, into the same folder.

    Returns how many it trained. Once all parts have run, `match_function` has what it needs.
    """
    folder = Path(os.path.expanduser(out))
    return FunctionRun(function, folder, asked, say or _quiet, progress or _quiet, part).work(workers)


def _quiet(*_: object) -> None:
    """Say nothing."""


def match_in_python(
    train: Train,
    out: str | os.PathLike[str],
    *,
    workers: int | str | None,
    progress: Progress | None,
    **options: Any,
) -> Judgement:
    """`match` with ``train``; what is None among the options has its default."""
    asked = Asked(**{name: value for name, value in options.items() if value is not None})
    return match_function(GivenFunction(train), out, asked, workers=workers, progress=progress).first


class _Clock:
    """Reports progress, with the time that the rest will take about, from the trainings of this call alone."""

    def __init__(self, networks: FunctionNetworks, progress: Progress) -> None:
        self._networks, self._progress, self._start = networks, progress, time.monotonic()

    def report(self, phase: str, finished: int, total: int) -> None:
        """Pass on progress."""
        trained = self._networks.finished
        left = (time.monotonic() - self._start) / trained * (total - finished) if trained else 0.0
        self._progress(f"{phase}{f', about {_time_text(left)} left' if left else ''}", finished, total)

    def heartbeat(self, phase: str, total: int) -> Heartbeat:
        """A heartbeat that reports a phase."""
        return lambda: self._progress(phase, min(self._networks.finished, total), total)


def _time_text(seconds: float) -> str:
    """A time in words: '40 s', '12 min', '3.5 h'."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"


@contextmanager
def _threads(workers: int | str | None) -> Iterator[None]:
    """Share the cores among the processes that are started meanwhile, as OpenMP reads it when it is loaded there."""
    name = "OMP_NUM_THREADS"
    if not isinstance(workers, int) or name in os.environ:
        yield
        return
    os.environ[name] = str(max(1, cores() // max(1, workers)))
    try:
        yield
    finally:
        del os.environ[name]
