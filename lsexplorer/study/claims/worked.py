"""Claim 1: the article's worked numbers, each computed again by the engine's own functions."""

import numpy as np

from lsexplorer.nn.activations import softmax
from lsexplorer.nn.losses import signal_of
from lsexplorer.nn.targets import smooth_labels, smoothing_from_on
from lsexplorer.nn.updates import Update
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import SZEGEDY
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table

CLAIM = Claim(
    1,
    "The worked numbers are right: error terms, updates and soft targets come out as the article prints them.",
    "every number comes out, to the digits that are printed",
    "one of them does not",
    (SZEGEDY,),
)
LEARNING_RATE = 0.01
"""The η of the article's example."""
UPDATES = (
    (1.0, 0.75, "0.25", "0.0025"),
    (1.0, 0.97, "0.03", "0.0003"),
    (0.8, 0.75, "0.05", "0.0005"),
    (0.8, 0.97, "-0.17", "-0.0017"),
)
"""A node's target and output, and, as printed, its error term and the change of the weight."""
TARGETS = ((0.10, 3, "0.9333", "0.0333"),)
"""a and K, and, as printed, the soft targets of a hard 1 and a hard 0."""
SOFT_ROWS = (("0.8", "0.1", 3), ("0.7", "0.15", 3), ("0.6", "0.2", 3), ("0.9", "0.1", 2))
"""Soft targets of the class itself and of the others, as printed, and K."""
PRINTED_A = {("0.9", 2): "0.2"}
"""The a that is printed for a row of soft targets, by the class's own value and K."""


def node(target: float, output: float) -> tuple[float, float]:
    """The error term of a softmax node under cross-entropy, and what a step of plain SGD adds to a weight of input 1.

    The other two of three nodes share the rest of the output; the soft target has the 'on' value ``target``.
    """
    o = np.array([[output, (1 - output) / 2, (1 - output) / 2]])
    z = np.log(o)
    t = smooth_labels(np.eye(3)[:1], smoothing_from_on(target, 3))
    signal = signal_of("softmax", "cross_entropy").value(t, z, softmax(z))[0]
    weights, update = np.zeros(3), Update("sgd", LEARNING_RATE)
    update.apply(weights, 3, signal.copy(), update.new_state(weights), step=1)
    return float(signal[0]), float(weights[0])


def agrees(printed: str, computed: float) -> bool:
    """Whether a number rounds to the printed one at its number of decimals."""
    decimals = len(printed.partition(".")[2])
    return abs(computed - float(printed)) <= 0.5 * 10.0**-decimals + 1e-12


def lines() -> list[tuple[str, str, float]]:
    """Every number of the article: what it is, as printed, and as computed."""
    numbers = []
    for target, output, error, move in UPDATES:
        at = f"target {target:g}, output {output:g}"
        computed = node(target, output)
        numbers += [(f"error term, {at}", error, computed[0]), (f"weight delta, {at}, η = .01", move, computed[1])]
    for a, classes, on, off in TARGETS:
        soft = smooth_labels(np.eye(classes)[0], a)
        numbers += [(f"soft target of a hard 1, a = {a:g}, K = {classes}", on, float(soft[0]))]
        numbers += [(f"soft target of a hard 0, a = {a:g}, K = {classes}", off, float(soft[1]))]
    for on, off, classes in SOFT_ROWS:
        a = smoothing_from_on(float(on), classes)
        soft = smooth_labels(np.eye(classes)[0], a)
        if (on, classes) in PRINTED_A:
            numbers.append((f"a of the targets {on}/{off}, K = {classes}", PRINTED_A[on, classes], a))
        name = f"soft targets ({', '.join([on, *[off] * (classes - 1)])}) by the formula, a = {a:.3g}"
        numbers += [(f"{name}: on", on, float(soft[0])), (f"{name}: off", off, float(soft[1]))]
    return numbers


def judge(agreed: list[bool]) -> ClaimVerdict:
    """The verdict: "holds" if all agree."""
    return "holds" if all(agreed) else "false"


def run(context: ExperimentContext) -> Outcome:
    """Compute every number, and compare it with the printed one."""
    every = lines()
    agreed = [agrees(printed, computed) for _, printed, computed in every]
    apart = max(abs(computed - float(printed)) for _, printed, computed in every)
    wrong = [name for (name, _, _), good in zip(every, agreed, strict=True) if not good]
    text = f"{sum(agreed)} of {len(every)} printed numbers come out; the largest difference, {apart:.1g}, is rounding."
    if wrong:
        text = f"{len(wrong)} of {len(every)} printed numbers do not come out: {'; '.join(wrong)}."
    rows = tuple((*line, good) for line, good in zip(every, agreed, strict=True))
    numbers = (Number("numbers that come out", float(sum(agreed))), Number("largest difference", apart))
    table = Table(("number", "printed", "computed", "agrees"), rows)
    verdict = judge(agreed)
    evidence = Evidence("arithmetic", verdict, text, "the article", numbers=numbers, table=table)
    return Outcome(verdict, f"{sum(agreed)} of {len(every)} printed numbers come out", (evidence,))


EXPERIMENT = Experiment(CLAIM, run, needs_training=False, weight=0.1)
