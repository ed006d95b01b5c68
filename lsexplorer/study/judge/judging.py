"""The verdict on results that are there: the strength that matches is chosen among those that were trained.

No strength can be tried in between, so a verdict says how near the chosen one comes. Networks are paired by seed, or
each method's are a sample of its own.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.answers.answers import Answers, misfit
from lsexplorer.study.answers.layout import PLAIN_METHOD
from lsexplorer.study.jobs.executors import Progress
from lsexplorer.study.judge.choice import candidates, nearest_strength, reference_of
from lsexplorer.study.judge.judgement import TEST_PART, TEST_SHARE, Judgement, Judgements
from lsexplorer.study.judge.notes import LOGARITHMS, ROWS_UNKNOWN, few_seeds, left_out_note
from lsexplorer.study.judge.runs import Method, Runs, read_runs
from lsexplorer.study.judge.shared import Shared
from lsexplorer.study.match.evaluation import Evaluation, SplitNumbers
from lsexplorer.study.match.findings import MIN_SEEDS, Scope
from lsexplorer.study.match.plan import check_choice
from lsexplorer.study.match.result import CriterionMatch, Settings, criterion_match
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.measures import (
    CRITERIA,
    Measure,
    Measured,
    criteria,
    joined,
    measure,
    measures,
    pick,
    rows_notes,
)

STACKED = 20_000_000
"""Numbers of answers that are measured at once: so much is held of each of a few arrays."""


def judge(
    source: str | os.PathLike[str],
    *,
    reference: str | float | None = None,
    against: str | None = None,
    criterion: str | None = None,
    paired: bool = True,
    margins: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> Judgement:
    """Whether another means could have done what label smoothing did, in networks that are trained already.

    Args:
        source: A folder with a file ``METHOD/seed-3.npz`` for each network, METHOD being ``plain``,
            ``label_smoothing=0.1``, ``l2=0.008`` …; a CSV index with the columns file, method, seed; or one long CSV
            with method, seed, row, y and z0, z1 …
        reference: The smoothing to match, ``"label_smoothing=0.1"`` or 0.1; by default the only one that is there.
        against: What is compared with it: ``"l2"``, of whose strengths the one that matches best is chosen, or
            ``"l2=0.008"``; by default the only other method that is there.
        criterion: "weight_norm", "logit_gap" or "nll"; by default the first of them that the answers allow.
        paired: Whether networks are paired by seed; else each method's seeds are a sample of their own.
        margins: As in `match`.
        progress: See Progress.

    Raises:
        InputError: For results that cannot be read or compared, and for fewer than three seeds.

    """
    found = judge_all(
        source,
        reference=reference,
        against=None if against is None else [against],
        criterion=criterion,
        paired=paired,
        margins=margins,
        progress=progress,
    )
    if not found.is_single:
        raise InputError(f"there are several methods to judge, {', '.join(found.matches)}: choose one with against")
    return found.first


def judge_all(
    source: str | os.PathLike[str],
    *,
    reference: str | float | None = None,
    against: Sequence[str] | None = None,
    criterion: str | None = None,
    paired: bool = True,
    margins: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> Judgements:
    """Judge several methods against the same networks with label smoothing, as `judge` does each.

    Arguments and errors are those of `judge`, except against: names, by default all that are there. Methods of which
    there is too little are left out by name where there are others.
    """
    start = time.perf_counter()
    if criterion is not None:
        check_choice("criterion", criterion, CRITERIA)
    measures(0, margins)
    runs = read_runs(source)
    report = progress or (lambda phase, finished, total: None)
    work = _Judging(runs, reference_of(runs, reference), paired, criterion, margins or {}, report)
    judgements, left_out = {}, dict[str, str]()
    by_name = candidates(runs, against)
    for name, methods in by_name.items():
        try:
            judgements[name] = work.judgement(methods)
        except _TooFewError as error:
            if len(by_name) == 1:
                raise
            left_out[name] = str(error)
    if not judgements:
        raise InputError(next(iter(left_out.values())))
    seconds = {"reading and statistics": time.perf_counter() - start}
    for name, judgement in judgements.items():
        strengths = judgement.settings.strengths if len(judgements) == 1 else "the nearest that are there"
        settings = replace(judgement.settings, strengths=strengths)
        judgements[name] = replace(judgement, settings=settings, seconds=seconds)
    return Judgements(judgements, left_out, len(work.judged))


class _TooFewError(InputError):
    """Of a method there are too few seeds."""


@dataclass
class _Judging:
    """What all methods share: the reference, and what is known of networks that were read."""

    runs: Runs
    reference: Method
    paired: bool
    criterion: str | None
    margins: Mapping[str, float]
    progress: Progress
    judged: set[tuple[Method, int, int]] = field(default_factory=set)
    """The networks that verdicts speak of, of all methods."""

    def __post_init__(self) -> None:
        self._splits = sorted({split for _, split in self.runs.networks[self.reference]})
        self._criteria: dict[tuple[Method, int, int], dict[str, float]] = {}
        self._first: dict[int, tuple[str, CheckedAnswer]] = {}
        self._kept: dict[tuple[Method, int, int], CheckedAnswer] = {}

    def judgement(self, methods: list[Method]) -> Judgement:
        """The judgement of one remedy, at the strengths that match best."""
        notes: list[str] = []
        usable = self._usable(methods, notes)
        first = self._answer(self.reference, usable[self.reference][0], self._splits[0])
        own = {method: seeds for method, seeds in usable.items() if method != self.reference}
        strengths = {name: self._strength(name, own) for name in self._known_criteria(own)}
        if self.criterion is not None and self.criterion not in strengths:
            raise InputError(f"criterion {self.criterion} needs {_wanted(self.criterion)}, which not every network has")
        criterion = self.criterion or next(iter(strengths))
        if criterion != CRITERIA[0] and self.criterion is None:
            notes.append(f"Not every network has {_wanted(CRITERIA[0])}: matched on {criterion} instead.")
        matchings: dict[str, CriterionMatch] = {}
        of_method: dict[Method, _Measurements] = {}
        for name, strength in strengths.items():
            method = Method(methods[0].name, strength.nearest)
            if method not in of_method:
                of_method[method] = self._measured(method, own[method])
            found = of_method[method]
            matchings[name] = criterion_match(
                method.name, strength, found.scope, found.evaluation, arm=2, measures=found.measures
            )
        chosen = of_method[Method(methods[0].name, strengths[criterion].nearest)]
        notes += chosen.notes
        if first.are_probabilities:
            notes.append(LOGARITHMS)
        seeds = chosen.evaluation.seeds
        several = f"the nearest of {len(own)}" if len(own) > 1 else "as it is there"
        return Judgement(
            settings=Settings(
                subject=self.runs.subject,
                remedy=methods[0].name,
                criterion=criterion,
                label_smoothing=self.reference.strength,
                strengths=several,
                notes=(*notes, *few_seeds(min(len(seeds), chosen.scope.own_seeds or len(seeds)))),
            ),
            matchings=matchings,
            evaluation=seeds,
            splits=len(self._splits),
            networks=len({key for found in of_method.values() for key in found.networks}),
            seconds={},
            own_seeds=chosen.own_seeds,
        )

    def _seeds(self, method: Method) -> list[int]:
        """The seeds of which every split is there."""
        cells = self.runs.networks.get(method, {})
        return sorted({seed for seed, _ in cells if all((seed, split) in cells for split in self._splits)})

    def _usable(self, methods: Sequence[Method], notes: list[str]) -> dict[Method, list[int]]:
        """The seeds of the reference, and of each candidate those that are compared; what has too few is left out."""
        reference = self._seeds(self.reference)
        usable, too_few = {self.reference: reference}, ""
        for method in methods:
            own = self._seeds(method)
            seeds = [seed for seed in own if seed in reference] if self.paired else own
            fewest = min(len(seeds), len(reference))
            if lost := self.runs.diverged.get(method):
                too_few = f"{method.text} is left out: training diverged on seed {min(lost)}"
                notes.append(f"{too_few}.")
            elif fewest < MIN_SEEDS:
                both = f"{method.text} and {self.reference.text}"
                have = f"share {counted(fewest, 'seed', 'seeds')}" if self.paired else f"have {fewest} of one"
                hint = "; unpaired, each may have its own" if self.paired and len(own) >= MIN_SEEDS else ""
                too_few = f"{both} {have}: it takes {MIN_SEEDS} or more, and 12 are good{hint}"
                notes.append(f"{too_few}.")
            else:
                usable[method] = seeds
        if len(usable) == 1:
            raise _TooFewError(too_few)
        return usable

    def _answer(self, method: Method, seed: int, split: int) -> CheckedAnswer:
        """A network's answers, which go with those of the split's first; raises InputError where they do not."""
        key = method, seed, split
        found = self.runs.networks[method][seed, split]
        answer = found.read()
        name, first = self._first.setdefault(split, (found.name, answer))
        other, of_other = next(iter(self._first.values()))
        if wrong := misfit(first, answer):
            raise InputError(f"{name} and {found.name}: {wrong}")
        if answer.classes != of_other.classes:
            raise InputError(
                f"{other} and {found.name}: one answers {of_other.classes} classes, the other {answer.classes}"
            )
        if key not in self._criteria:
            values = criteria(Answers.of([answer]))
            self._criteria[key] = {name: float(values[name][0]) for name in values}
            hidden = None if answer.hidden is None else answer.hidden[:0]
            self._kept[key] = replace(answer, y=answer.y[:0], outputs=answer.outputs[:0], hidden=hidden)
        return answer

    def _values(self, method: Method, seeds: Sequence[int]) -> list[dict[str, float]]:
        """The criteria of a method's networks."""
        keys = [(method, seed, split) for seed in seeds for split in self._splits]
        for key in keys:
            if key not in self._criteria:
                self._answer(*key)
        return [self._criteria[key] for key in keys]

    def _known_criteria(self, own: Mapping[Method, Sequence[int]]) -> list[str]:
        every = [values for method, seeds in own.items() for values in self._values(method, seeds)]
        every += self._values(self.reference, self._seeds(self.reference))
        return [name for name in CRITERIA if all(name in values for values in every)]

    def _strength(self, criterion: str, own: Mapping[Method, Sequence[int]]) -> MatchedStrength:
        """What comes nearest to smoothing in a criterion, mean over seeds and splits."""

        def mean(method: Method, seeds: Sequence[int]) -> float:
            return float(np.mean([values[criterion] for values in self._values(method, seeds)]))

        everyone = self._seeds(self.reference)
        pairs = {
            method.strength: (mean(self.reference, seeds if self.paired else everyone), mean(method, seeds))
            for method, seeds in own.items()
        }
        return nearest_strength(criterion, pairs)

    def _measured(self, method: Method, seeds: list[int]) -> "_Measurements":
        """All that is measured of plain training, smoothing and a method."""
        of_reference = seeds if self.paired else self._seeds(self.reference)
        plain, notes = Method(PLAIN_METHOD), []
        of_plain = [seed for seed in self._seeds(plain) if seed in seeds] if self.paired else self._seeds(plain)
        if (self.paired and of_plain != seeds) or not of_plain:
            if plain in self.runs.networks:
                notes.append(f"{PLAIN_METHOD} lacks seeds of the others: its column is empty.")
            of_plain = []
        arms = [(plain, of_plain), (self.reference, of_reference), (method, seeds)]
        keys = [(m, seed, split) for m, some in arms for seed in some for split in self._splits]
        for m, some in arms:
            self._values(m, some)
        self.judged.update(keys)
        shared = Shared.of([self._kept[key] for key in keys])
        given = len(self._splits) == 1
        numbers = []
        for i, split in enumerate(self._splits):
            self.progress(f"judging {method.text}", i, len(self._splits))
            read = [self._measurements(m, some, split, shared) if some else None for m, some in arms]
            numbers.append(SplitNumbers(tuple(of_reference), read))
        first = self._answer(self.reference, of_reference[0], self._splits[0])
        if first.train_rows is None and not given:
            notes.append(ROWS_UNKNOWN)
        has = shared.has
        scope = Scope(
            len(of_reference),
            first.train_rows or round(len(first.y) / TEST_SHARE),
            len(first.y),
            len(self._splits),
            given,
            TEST_PART,
            None if self.paired else len(seeds),
        )
        return _Measurements(
            Evaluation.of(numbers),
            scope,
            measures(shared.layers, self.margins, has),
            [*notes, *left_out_note(has), *rows_notes(len(first.y), first.classes, len(shared.reduced(first).rows))],
            keys,
            {} if self.paired else {m.name: tuple(some) for m, some in arms},
        )

    def _measurements(self, method: Method, seeds: Sequence[int], split: int, shared: "Shared") -> Measured:
        """The measures of a method's networks on a split, a few at a time."""
        numbers = self._first[split][1].outputs.size
        size = max(1, STACKED // max(1, numbers))
        parts = []
        for i in range(0, len(seeds), size):
            some = [shared.reduced(self._answer(method, seed, split)) for seed in seeds[i : i + size]]
            parts.append(measure(Answers.of(some), leave_out=len(self._splits) == 1))
            self.progress(f"measuring {method.text}", min(i + size, len(seeds)), len(seeds))
        return pick(joined(parts), list(range(len(seeds))))


@dataclass
class _Measurements:
    """What is measured of plain training, smoothing and one method, in this order."""

    evaluation: Evaluation
    scope: Scope
    measures: Sequence[Measure]
    notes: list[str]
    networks: list[tuple[Method, int, int]]
    own_seeds: dict[str, tuple[int, ...]]


def _wanted(criterion: str) -> str:
    return "weights or weight_norm" if criterion == CRITERIA[0] else "probabilities"
