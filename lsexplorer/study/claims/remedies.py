"""Claim 5: whether L2, L1 or weight decay of a matched strength does what label smoothing does; and what else."""

from collections.abc import Sequence
from dataclasses import replace

from lsexplorer.nn.remedies import REMEDIES
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
from lsexplorer.study.claims.regime import network_text, work_of_step
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.match.matching import Match, carried_out, plans_of, splits_of
from lsexplorer.study.match.result import CriterionMatch
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
BESIDE = "logit_gap"
"""The criterion on which the other means are matched."""
FEW_SPLITS = 4
"""Splits at most of networks whose training is not CHEAP."""
CHEAP = 10**7
"""Work of a network's training, in parameters × rows of a batch × steps, up to which it takes milliseconds."""


def judge(kinds: Sequence[VerdictKind]) -> ClaimVerdict:
    """The verdict on the matches' verdicts; a different route predicts equivalently, which is what is claimed."""
    verdicts: dict[VerdictKind, ClaimVerdict] = {"could have": "holds here", "different route": "holds here"}
    verdicts |= {"undecided": "open here"}
    return any_of([verdicts.get(kind, "does not hold here") for kind in kinds])


def run(context: ExperimentContext) -> Outcome:
    """Match what the article names on every criterion, and the other means that fit the network on the logit gap."""
    hp = context.plain
    as_l2 = hp.optimizer == "sgd" and not hp.momentum  # weight decay is then the same update
    names = [
        name for name, entry in REMEDIES.items() if not entry.misfit(hp) and not (as_l2 and name == "weight_decay")
    ]
    with context.part(0, 2):
        named = _matches(context, [name for name in names if name in NAMED], criterion=CRITERIA[0], all_criteria=True)
    with context.part(1, 2):
        others = _matches(context, [name for name in names if name not in NAMED], criterion=BESIDE, all_criteria=False)
    known = next(iter(named.values())).matchings
    evidence = [_evidence(context, criterion, named) for criterion in known]
    verdict, depends = any_of([part.verdict for part in evidence]), differ(evidence)
    parts = []
    for name, matched in named.items():
        on: dict[str, list[str]] = {}
        for criterion, matching in matched.matchings.items():
            on.setdefault(matching.verdict.kind, []).append(CRITERION_NAMES[criterion])
        kinds = ", ".join(
            f"{kind} on {', '.join(criteria[:-1])}{' and ' if criteria[1:] else ''}{criteria[-1]}"
            for kind, criteria in on.items()
        )
        parts.append(f"{REMEDIES[name].label} {kinds}")
    if as_l2:
        parts.append("weight decay is the same update as L2 under plain SGD")
    if others:
        evidence.append(
            replace(_evidence(context, BESIDE, others), name=f"other means, matched on {CRITERION_NAMES[BESIDE]}")
        )
        same = [
            REMEDIES[name].label for name, matched in others.items() if judge([matched.verdict.kind]) == "holds here"
        ]
        words = ", ".join(same) or "none"
        parts.append(
            f"of {len(others)} other means, matched on {CRITERION_NAMES[BESIDE]}, these predict the same: {words}"
        )
    return Outcome(verdict, "; ".join(parts), tuple(evidence), depends)


def _matches(
    context: ExperimentContext, names: Sequence[str], *, criterion: str, all_criteria: bool
) -> dict[str, Match]:
    if not names:
        return {}
    judged = sum(measure.kind != "described" for measure in measures(len(context.plain.hidden) + 1))
    cheap = context.regime.steps * work_of_step(context.data, context.plain) < CHEAP
    plans, left_out = plans_of(
        context.data,
        context.plain,
        label_smoothing=context.a,
        remedies=names,
        criterion=criterion,
        all_criteria=all_criteria,
        seeds=max(len(context.seeds), fewest_seeds(judged)),
        splits=context.splits if cheap else min(context.splits, FEW_SPLITS),
        epochs=context.epochs,
        low=None,
        high=None,
        margins=None,
    )
    with context.executor_on(splits_of(context.data, plans)) as executor:
        return carried_out(context.data, plans, left_out, executor=executor, progress=context.report_progress).matches


def _found(name: str, matching: CriterionMatch) -> str:
    """The verdict on a remedy in a few words: "L2 at λ = 0.0135: matched but different (NLL -0.04 [-0.05, -0.03])"."""
    entry, strength, kind = REMEDIES[name], matching.strength.value, matching.verdict.kind
    if strength is None:
        return f"{entry.label}: {kind}"
    predictions = [finding for finding in matching.findings if finding.judged and finding.measure.kind == "prediction"]
    differing = [
        f"{finding.measure.label} {Number.of('', finding.difference, signed=True).text}"
        for finding in predictions
        if finding.state == "differs"
    ]
    unsettled = [finding.measure.label for finding in predictions if finding.state == "open"]
    why = ", ".join(differing) or ("open on " + ", ".join(unsettled) if unsettled else "")
    return f"{entry.label} at {entry.symbol} = {strength:.3g}: {kind}" + (f" ({why})" if why else "")


def _evidence(context: ExperimentContext, criterion: str, matches: dict[str, Match]) -> Evidence:
    """What was found of the remedies at the strengths that match one criterion."""
    numbers, rows = [], []
    for name, matched in matches.items():
        matching, label = matched.matchings[criterion], REMEDIES[name].label
        rows.append((label, REMEDIES[name].symbol, matching.strength.value, matching.verdict.kind))
        for finding in matching.findings:
            if finding.judged and finding.measure.kind == "prediction":
                numbers.append(
                    Number.of(f"{label}: {finding.measure.label}, remedy − smoothing", finding.difference, signed=True)
                )
    first = next(iter(matches.values()))
    return Evidence(
        f"matched on {CRITERION_NAMES[criterion]}",
        judge([matched.matchings[criterion].verdict.kind for matched in matches.values()]),
        "; ".join(_found(name, matched.matchings[criterion]) for name, matched in matches.items()) + ".",
        data=context.data.name,
        network=network_text(context.data, context.plain),
        seeds=first.evaluation,
        splits=first.splits,
        epochs=first.plan.epochs,
        steps=first.plan.steps,
        numbers=tuple(numbers),
        table=Table(("remedy", "", "strength", "verdict of the match"), tuple(rows)),
    )


EXPERIMENT = Experiment(CLAIM, run, weight=20.0)
