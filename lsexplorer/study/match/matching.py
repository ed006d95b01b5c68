"""Could another means have done what label smoothing does? Its strength is matched, then the two are compared.

On the tuning seeds a match finds the λ of the remedy at which a criterion has its value under smoothing, on validation
rows that are not judged. With that λ fixed, everything is measured on other seeds, each of which trains on every split.
Within a seed and a split all methods share first weights and batch order.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lsexplorer.data import Dataset
from lsexplorer.notebook import Columns, columns_of, html_table
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.executors import Progress, open_executor
from lsexplorer.study.jobs.interrupted import Interrupted
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.match.findings import MIN_SEEDS, Finding, Scope, Values, findings
from lsexplorer.study.match.notebook import columns_of_findings, plot_match, rows_of_matchings
from lsexplorer.study.match.plan import Plan, fitting, planned
from lsexplorer.study.match.running import BankNetworks, Run
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.match.verdict import Verdict, judge


@dataclass(frozen=True)
class CriterionMatch:
    """The match on one criterion."""

    strength: MatchedStrength
    """The result of the search on the tuning seeds."""
    findings: tuple[Finding, ...]
    """What the evaluation seeds show for each measure; empty where no λ matches."""
    verdict: Verdict
    """The verdict on them."""
    values: tuple[Values, ...] = field(default=(), repr=False)
    """The values that the findings are computed from."""


@dataclass(frozen=True)
class Match:
    """The result of a match."""

    data: Dataset
    plan: Plan
    """What was asked for."""
    matchings: dict[str, CriterionMatch]
    """The match on each of the plan's criteria by its name; without "nll" where the output gives no probabilities."""
    evaluation: tuple[int, ...]
    """The evaluation seeds that were measured."""
    splits: int
    """Splits on which each of them was measured."""
    networks: int
    """Networks trained in all; those of other remedies that were matched with it are not counted."""
    seconds: dict[str, float]
    """Seconds that each part took, by its name, of all remedies that were matched together."""
    complete: bool = True
    """Whether every planned evaluation seed was measured on every planned split."""

    def __repr__(self) -> str:
        return f"Match({self.data.name!r}, {self.plan.remedy}, {self.plan.criterion}: {self.verdict.kind})"

    def _repr_html_(self) -> str:
        return html_table(self.verdict.text, columns_of_findings(self.matchings[self.plan.criterion].findings))

    def to_dict(self) -> Columns:
        """Columns for a data frame, a row for each criterion and measure: the numbers of its Finding."""
        return columns_of(rows_of_matchings(self.matchings))

    def plot(self) -> list[Any]:
        """Draw the search for the strength, and the judged differences in units of their margins, with Matplotlib.

        Returns the two axes; raises InputError where Matplotlib is missing.
        """
        return plot_match(self.matchings, self.plan.criterion, self.plan.regularizer)

    @property
    def verdict(self) -> Verdict:
        """The verdict on the criterion that was asked for."""
        return self.matchings[self.plan.criterion].verdict

    @property
    def strengths(self) -> dict[str, MatchedStrength]:
        """The results of the search, by criterion."""
        return {name: matching.strength for name, matching in self.matchings.items()}

    @property
    def ratio(self) -> float | None:
        """The largest matched λ over the smallest; None where fewer than two criteria are met."""
        values = [strength.value for strength in self.strengths.values() if strength.value is not None]
        return max(values) / min(values) if len(values) > 1 else None


@dataclass(frozen=True)
class Matches:
    """The results of matches of several remedies to the same networks with label smoothing."""

    matches: dict[str, Match]
    """By remedy."""
    left_out: dict[str, str]
    """Why other remedies were not matched, by their names: what they do not go with."""
    networks: int
    """Networks trained in all."""

    def __repr__(self) -> str:
        return f"Matches({', '.join(f'{name}: {match.verdict.kind}' for name, match in self.matches.items())})"

    def _repr_html_(self) -> str:
        rows = [
            {"remedy": name, "strength": match.strengths[match.plan.criterion].value, "verdict": match.verdict.text}
            for name, match in self.matches.items()
        ]
        return html_table(f"Matched on {self.first.plan.criterion}", columns_of(rows))

    def to_dict(self) -> Columns:
        """Columns for a data frame: those of each match one below the other, with its remedy as method."""
        matchings = {name: match.matchings for name, match in self.matches.items()}
        return columns_of([{"method": name} | row for name in matchings for row in rows_of_matchings(matchings[name])])

    @property
    def is_single(self) -> bool:
        """Whether they are of one remedy."""
        return len(self.matches) == 1

    @property
    def first(self) -> Match:
        """The match of the first remedy."""
        return next(iter(self.matches.values()))


class InterruptedMatch(Interrupted):
    """Ctrl-C stopped a match; ``matches`` is what was measured, or None where no λ had been found yet."""

    def __init__(self, matches: Matches | None) -> None:
        super().__init__("match", matches)
        self.matches = matches

    @property
    def match(self) -> Match | None:
        """The match of the first remedy."""
        return None if self.matches is None else self.matches.first


def match(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    label_smoothing: float = 0.1,
    remedy: str = "l2",
    criterion: str = "weight_norm",
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Match:
    """Match ``remedy``, another simple means, to label smoothing on ``data``, and compare the two methods' networks.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data. Its own label_smoothing and remedy are ignored;
            its seed is the first one used.
        label_smoothing: The smoothing a to match, above 0.
        remedy: "l2", "l1", "weight_decay", or another of REMEDIES in nn/remedies.py.
        criterion: "weight_norm", "logit_gap" or "nll". The verdict is on it; all three are reported.
        seeds: Evaluation seeds, by default 12, or more where a split has few test rows: 80 on iris. Half as many
            others, at most 12, are for tuning.
        splits: Splits on each of which every evaluation seed trains, by default 8; 1 is the data's own alone, and
            all that there is where the data came with their test part.
        epochs: Epochs of each network, by default what suits the data.
        low: The lowest strength to search, by default what suits the remedy.
        high: The highest strength to search.
        margins: Differences that do not matter, by measure: {"accuracy": 0.01}; of "logit_gap" and "weight_norm" as a
            share of smoothing's mean. The others are those of study/measures.py.
        workers: None for this process, a number of processes, or the address of a Dask scheduler.
        progress: See Progress.

    Raises:
        InputError: For arguments that are out of range or do not go together, for data too small to spare validation
            rows, and for training that diverges.
        InterruptedMatch: On Ctrl-C.

    """
    return match_all(
        data,
        hp,
        label_smoothing=label_smoothing,
        remedies=[remedy],
        criterion=criterion,
        all_criteria=True,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        low=low,
        high=high,
        margins=margins,
        workers=workers,
        progress=progress,
    ).first


def match_all(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    label_smoothing: float = 0.1,
    remedies: Sequence[str] | None = None,
    criterion: str = "weight_norm",
    all_criteria: bool = False,
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Matches:
    """Match several remedies to label smoothing, as `match` does each; plain and smoothed networks are trained once.

    Arguments and errors are those of `match`, except:

    remedies: Their names; by default all that go with the network, and the result says why others do not. Strengths of
        theirs that ``hp`` has are ignored for all of them. ``low`` and ``high`` go with a single one.
    all_criteria: Whether each is matched and judged on the other criteria too.
    """
    plans, left_out = plans_of(
        data,
        hp,
        label_smoothing=label_smoothing,
        remedies=remedies,
        criterion=criterion,
        all_criteria=all_criteria,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        low=low,
        high=high,
        margins=margins,
    )
    start = time.perf_counter()
    with open_executor(workers, Splits(data, plans[0].validation, plans[0].plain.seed)) as executor:
        run = Run(plans, BankNetworks(data, plans[0].plain, executor), progress)
        run.seconds["start"] = time.perf_counter() - start
        try:
            run.run()
        except KeyboardInterrupt:
            raise InterruptedMatch(answer(data, plans, left_out, run) if run.strengths else None) from None
        return answer(data, plans, left_out, run)


def plans_of(
    data: Dataset, hp: Hyperparameters | None, *, remedies: Sequence[str] | None = None, **options: Any
) -> tuple[list[Plan], dict[str, str]]:
    """The Plan of each remedy for the arguments of `match_all`, and why others were left out."""
    left_out: dict[str, str] = {}
    if remedies is None:
        misfits = fitting(data, hp)
        remedies = [name for name, misfit in misfits.items() if not misfit]
        left_out = {name: misfit for name, misfit in misfits.items() if misfit}
    return planned(data, hp, remedies, **options), left_out


def answer(data: Dataset, plans: Sequence[Plan], left_out: dict[str, str], run: Run[Hyperparameters]) -> Matches:
    """What the matches found so far."""
    start, evaluation = time.perf_counter(), run.evaluation()
    seeds, splits = (evaluation.seeds, evaluation.splits) if evaluation else ((), 0)
    scope = Scope(len(seeds), len(data.y_train), len(data.y_test), splits, data.came_split)
    matches = {}
    for plan in (plan for plan in plans if plan.remedy in run.strengths):
        matchings = {}
        for strength in run.strengths[plan.remedy]:
            values: list[Values] = []
            arm = run.arms.get((plan.remedy, strength.criterion))
            if arm in run.diverged:
                strength = replace(strength, value=None, reason=f"training there diverges on seed {run.diverged[arm]}")
            elif arm is not None and evaluation is not None and len(seeds) >= MIN_SEEDS:
                values = evaluation.values(plan.measures, arm)
            judged = findings(values, strength.criterion, scope)
            verdict = judge(plan.remedy, strength, judged, scope)
            matchings[strength.criterion] = CriterionMatch(strength, tuple(judged), verdict, tuple(values))
        complete = (seeds, splits) == (plan.evaluation, plan.splits)
        matches[plan.remedy] = Match(
            data, plan, matchings, seeds, splits, run.networks_of(plan.remedy), run.seconds, complete
        )
    run.seconds["statistics"] = time.perf_counter() - start
    return Matches(matches, left_out, run.networks)
