"""Claim 5: whether L2 or L1 of a matched strength has the effect of label smoothing."""

from collections.abc import Sequence

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.study.claims.context import ExperimentContext, network_text
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.match.matching import Match, match
from lsexplorer.study.match.verdict import CRITERION_NAMES, VerdictKind
from lsexplorer.study.measures import CRITERIA, measures
from lsexplorer.study.stats import fewest_seeds

CLAIM = Claim(
    5,
    "L2, L1 or weight decay has roughly the same effect as label smoothing.",
    "L2 or L1, at the strength that gives smoothing's weight norm, by which the article argues, predicts equivalently "
    "within margins set beforehand",
    "both differ on some measure of the predictions, or reach that norm at no strength",
    (
        "Lukasik, Bhojanapalli, Menon, Kumar 2020: Does Label Smoothing Mitigate Label Noise?, ICML",
        "Zhou, You and others 2022: Are All Losses Created Equal: A Neural Collapse Perspective, NeurIPS",
        "Guo, Andriopoulos and others 2024: Cross Entropy versus Label Smoothing: A Neural Collapse Perspective",
        "Xia and others 2025: Towards Understanding Why Label Smoothing Degrades Selective Classification",
    ),
)
REMEDIES = ("l2", "l1")
"""The remedies that are matched; weight decay too, unless it is the same update as L2, as under plain SGD."""


def judge(kinds: Sequence[VerdictKind]) -> ClaimVerdict:
    """The verdict on the matches' verdicts; a different route predicts equivalently, which is what is claimed."""
    if any(kind in ("could have", "different route") for kind in kinds):
        return "holds here"
    return "open here" if "undecided" in kinds else "does not hold here"


def run(context: ExperimentContext) -> Outcome:
    """Match each remedy on each criterion; the verdict is on the weight norm, by which the article argues."""
    hp, plain = context.plain, context.plain.optimizer == "sgd" and not context.plain.momentum
    remedies = REMEDIES if plain else (*REMEDIES, "weight_decay")
    judged = sum(measure.kind != "described" for measure in measures(len(hp.hidden) + 1)) - 1
    seeds = max(len(context.seeds), fewest_seeds(judged))
    matches: dict[str, Match] = {}
    for i, remedy in enumerate(remedies):
        with context.part(i, len(remedies)):
            matches[remedy] = match(
                context.data,
                hp,
                label_smoothing=context.a,
                remedy=remedy,
                seeds=seeds,
                epochs=context.epochs,
                workers=context.workers,
                progress=context.report_progress,
            )
    known = [name for name in CRITERIA if all(name in matched.matchings for matched in matches.values())]
    evidence = tuple(_evidence(context, criterion, matches) for criterion in known)
    by_norm = evidence[0]
    kinds = {
        REGULARIZERS[remedy].label: matched.matchings[known[0]].verdict.kind for remedy, matched in matches.items()
    }
    text = f"matched on {CRITERION_NAMES[known[0]]}, {'; '.join(f'{name}: {kind}' for name, kind in kinds.items())}"
    if plain:
        text += "; weight decay under plain SGD is the same update as L2"
    return Outcome(by_norm.verdict, text, evidence, differ(evidence))


def _evidence(context: ExperimentContext, criterion: str, matches: dict[str, Match]) -> Evidence:
    verdicts = {remedy: matched.matchings[criterion].verdict for remedy, matched in matches.items()}
    numbers, rows = [], []
    for remedy, matched in matches.items():
        matching = matched.matchings[criterion]
        rows.append((REGULARIZERS[remedy].label, matching.strength.value, matching.verdict.kind))
        for finding in matching.findings:
            if finding.judged and finding.measure.kind == "prediction":
                label = f"{REGULARIZERS[remedy].label}: {finding.measure.label}"
                label += "" if finding.measure.pairwise else ", remedy − smoothing"
                numbers.append(Number.of(label, finding.difference, signed=not finding.measure.pairwise))
    first = next(iter(matches.values()))
    return Evidence(
        f"matched on {CRITERION_NAMES[criterion]}",
        judge([verdict.kind for verdict in verdicts.values()]),
        " ".join(verdict.text for verdict in verdicts.values()),
        data=context.data.name,
        network=network_text(context.data, context.plain),
        seeds=first.evaluation,
        epochs=first.plan.epochs,
        steps=first.plan.steps,
        numbers=tuple(numbers),
        table=Table(("remedy", "λ", "verdict of the match"), tuple(rows)),
    )


EXPERIMENT = Experiment(CLAIM, run, weight=10.0)
