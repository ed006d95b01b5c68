"""Claim 5: whether L2 or L1 of a matched strength has the effect of label smoothing."""

from collections.abc import Sequence

from lsexplorer.study.claims.context import Lab, network_text
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Table, Verdict, differ
from lsexplorer.study.match.matching import Match, match
from lsexplorer.study.match.verdict import CRITERION_NAMES, REMEDY_NAMES, VerdictKind
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
    share=10.0,
)
REMEDIES = ("l2", "l1")
"""Weight decay under plain SGD is L2: the same update. Under momentum or Adam it is run as well."""


def judge(kinds: Sequence[VerdictKind]) -> Verdict:
    """From the match's verdicts on each remedy. A different route predicts equivalently: that is the effect claimed."""
    if any(kind in ("could have", "different route") for kind in kinds):
        return "holds here"
    return "open here" if "undecided" in kinds else "does not hold here"


def run(lab: Lab) -> Outcome:
    """Match each remedy, on each criterion; the verdict is on the weight norm, by which the article argues."""
    hp, plain = lab.hard, lab.hard.optimizer == "sgd" and not lab.hard.momentum
    remedies = REMEDIES if plain else (*REMEDIES, "weight_decay")
    judged = sum(one.kind != "described" for one in measures(len(hp.hidden) + 1)) - 1
    seeds = max(len(lab.seeds), fewest_seeds(judged))
    found: dict[str, Match] = {}
    for i, remedy in enumerate(remedies):
        with lab.part(i, len(remedies)):
            found[remedy] = match(
                lab.data,
                hp,
                label_smoothing=lab.a,
                remedy=remedy,
                seeds=seeds,
                epochs=lab.epochs,
                workers=lab.where,
                progress=lab.told,
            )
    known = [name for name in CRITERIA if all(name in one.matchings for one in found.values())]
    evidence = tuple(_evidence(lab, criterion, found) for criterion in known)
    by_norm = evidence[0]
    kinds = {REMEDY_NAMES[remedy]: one.matchings[known[0]].verdict.kind for remedy, one in found.items()}
    text = f"matched on {CRITERION_NAMES[known[0]]}, {'; '.join(f'{name}: {kind}' for name, kind in kinds.items())}"
    if plain:
        text += "; weight decay under plain SGD is the same update as L2"
    return Outcome(by_norm.verdict, text, evidence, differ(evidence))


def _evidence(lab: Lab, criterion: str, found: dict[str, Match]) -> Evidence:
    verdicts = {remedy: one.matchings[criterion].verdict for remedy, one in found.items()}
    numbers, rows = [], []
    for remedy, one in found.items():
        matching = one.matchings[criterion]
        rows.append((REMEDY_NAMES[remedy], matching.strength.value, matching.verdict.kind))
        for finding in matching.findings:
            if finding.judged and finding.measure.kind == "prediction":
                label = f"{REMEDY_NAMES[remedy]}: {finding.measure.label}"
                label += "" if finding.measure.alike else ", remedy − smoothing"
                numbers.append(Number.of(label, finding.difference, signed=not finding.measure.alike))
    first = next(iter(found.values()))
    return Evidence(
        f"matched on {CRITERION_NAMES[criterion]}",
        judge([verdict.kind for verdict in verdicts.values()]),
        " ".join(verdict.text for verdict in verdicts.values()),
        lab.data.name,
        network_text(lab.data, lab.hard),
        first.evaluation,
        first.plan.epochs,
        first.plan.steps,
        tuple(numbers),
        Table(("remedy", "λ", "verdict of the match"), tuple(rows)),
    )
