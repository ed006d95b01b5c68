"""Claim 5: whether L2, L1 or weight decay of a matched strength has the effect of label smoothing; and what else has."""

from collections.abc import Mapping, Sequence

from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.decisions import any_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import (
    GUO_COLLAPSE,
    KORNBLITH,
    LUKASIK,
    PEREYRA,
    XIA,
    ZHOU_LOSSES,
    ZHOU_MAXIMUM,
)
from lsexplorer.study.claims.regime import network_text
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.match.matching import Match, match_all
from lsexplorer.study.match.verdict import CRITERION_NAMES, VerdictKind
from lsexplorer.study.measures import CRITERIA, measures
from lsexplorer.study.stats import fewest_seeds

CLAIM = Claim(
    5,
    "L2, L1 or weight decay has roughly the same effect as label smoothing.",
    "one of them, at a strength that gives smoothing's weight norm, logit gap or NLL, is shown to predict equivalently "
    "within margins set beforehand",
    "each of them, at each such strength, is shown to differ beyond the margins, or reaches that value at no strength",
    (LUKASIK, ZHOU_LOSSES, GUO_COLLAPSE, XIA, KORNBLITH, PEREYRA, ZHOU_MAXIMUM),
    note="The verdict is on what the article names; the other means that leave the data alone stand beside it",
)
NAMED = ("l2", "l1", "weight_decay")
"""The remedies that the article names."""
SPLITS = 4
"""Splits at most."""


def judge(kinds: Sequence[VerdictKind]) -> ClaimVerdict:
    """The verdict on the matches' verdicts; a different route predicts equivalently, which is what is claimed."""
    verdicts: dict[VerdictKind, ClaimVerdict] = {"could have": "holds here", "different route": "holds here"}
    verdicts |= {"undecided": "open here"}
    return any_of([verdicts.get(kind, "does not hold here") for kind in kinds])


def as_l2(hp: Hyperparameters) -> bool:
    """Whether weight decay is the same update as L2."""
    return hp.optimizer == "sgd" and not hp.momentum


def run(context: ExperimentContext) -> Outcome:
    """Match every remedy on every criterion; the verdict is on those that the article names."""
    hp = context.plain
    judged = sum(measure.kind != "described" for measure in measures(len(hp.hidden) + 1))
    matches = match_all(
        context.data,
        hp,
        label_smoothing=context.a,
        remedies=[name for name, entry in REMEDIES.items() if not entry.misfit(hp) and not (name == "weight_decay" and as_l2(hp))],
        all_criteria=True,
        seeds=max(len(context.seeds), fewest_seeds(judged)),
        splits=min(context.splits, SPLITS),
        epochs=context.epochs,
        workers=context.workers,
        progress=context.report_progress,
    ).matches
    known = [name for name in CRITERIA if any(name in matched.matchings for matched in matches.values())]
    evidence = tuple(_evidence(context, criterion, matches) for criterion in known)
    parts = []
    for title, group in (("of what the article names", _named(matches)), ("of the other means", _others(matches))):
        same = [
            f"{REMEDIES[name].label} ({' and '.join(CRITERION_NAMES[criterion] for criterion in criteria)})"
            for name, matched in group.items()
            if (criteria := [c for c in known if c in matched.matchings and judge([_kind(matched, c)]) == "holds here"])
        ]
        parts.append(f"{title}, the same as smoothing within the margins: {', '.join(same) or 'none'}")
    text = "; ".join(parts)
    if as_l2(hp):
        text += "; weight decay under plain SGD is the same update as L2"
    return Outcome(any_of([part.verdict for part in evidence]), text, evidence, differ(evidence))


def _named(matches: Mapping[str, Match]) -> dict[str, Match]:
    return {name: matched for name, matched in matches.items() if name in NAMED}


def _others(matches: Mapping[str, Match]) -> dict[str, Match]:
    return {name: matched for name, matched in matches.items() if name not in NAMED}


def _kind(matched: Match, criterion: str) -> VerdictKind:
    return matched.matchings[criterion].verdict.kind


def _evidence(context: ExperimentContext, criterion: str, matches: dict[str, Match]) -> Evidence:
    """What was found of the remedies at the strengths that match one criterion."""
    matches = {name: matched for name, matched in matches.items() if criterion in matched.matchings}
    numbers, rows = [], []
    for name, matched in matches.items():
        matching, label = matched.matchings[criterion], REMEDIES[name].label
        rows.append((label, REMEDIES[name].symbol, matching.strength.value, matching.verdict.kind))
        for finding in matching.findings:
            if finding.judged and finding.measure.kind == "prediction":
                words = f"{label}: {finding.measure.label}" + ("" if finding.measure.pairwise else ", remedy − smoothing")
                numbers.append(Number.of(words, finding.difference, signed=not finding.measure.pairwise))
    first, named = next(iter(matches.values())), _named(matches)
    return Evidence(
        f"matched on {CRITERION_NAMES[criterion]}",
        judge([_kind(matched, criterion) for matched in named.values()]),
        " ".join(matched.matchings[criterion].verdict.text for matched in named.values()),
        data=context.data.name,
        network=network_text(context.data, context.plain),
        seeds=first.evaluation,
        epochs=first.plan.epochs,
        steps=first.plan.steps,
        numbers=tuple(numbers),
        table=Table(("remedy", "", "strength", "verdict of the match"), tuple(rows)),
    )


EXPERIMENT = Experiment(CLAIM, run, weight=20.0)
