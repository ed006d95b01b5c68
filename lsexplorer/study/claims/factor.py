"""Claim 2: whether every error function's update holds a factor (target − output), by formula and by number."""

from dataclasses import dataclass

import numpy as np

from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES, PerSample, signal_function, signal_text
from lsexplorer.study.claims.context import Lab
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Table, Verdict

CLAIM = Claim(
    2,
    "Whatever the error function, the update of a weight contains the factor (target − output).",
    "for every output and loss the signal halves when the target moves half way to the output",
    "for one of them it does not",
    (
        "McCaffrey 2019: Neural Network Back-Propagation Weight Update Equation: "
        "Mean Squared Error vs. Cross Entropy Error",
    ),
    trains=False,
    share=0.2,
)
SAMPLES, NODES, SEED = 200, 3, 0
STEP, DERIVATIVE, EXACT = 1e-5, 1e-6, 1e-9
"""Of the finite differences; how near they must be to count as the same; and how near to one half, or to one number."""


@dataclass(frozen=True)
class Row:
    """One output and loss. finite_difference: the largest |signal + ∂L/∂z|, ∂L/∂z by central differences.

    halving: the largest |δ(target half way) − δ/2| over the largest |δ|. one_number: with hard targets, the largest
    spread of δ_j/(t_j − o_j) over a sample's nodes, over the largest |δ_j/(t_j − o_j)|.
    """

    output: str
    loss: str
    equation: str
    finite_difference: float
    halving: float
    one_number: float
    jacobian: str = "exact"

    @property
    def name(self) -> str:
        """Output and loss."""
        return f"{self.output} + {self.loss}" + (", diagonal" if self.jacobian == "diagonal" else "")

    @property
    def is_derivative(self) -> bool:
        """Whether the signal is −∂L/∂z."""
        return self.finite_difference <= DERIVATIVE

    @property
    def has_factor(self) -> bool:
        """Whether (target − output) is a factor of the signal, for any targets."""
        return self.halving <= EXACT

    @property
    def has_factor_if_hard(self) -> bool:
        """Whether the signal of a hard target is one number times (target − output), for all nodes."""
        return self.one_number <= EXACT


def measure(output: str, loss: str, jacobian: str = "exact") -> Row:
    """The Row of an output and a loss, on made-up logits and targets."""
    rng = np.random.default_rng(SEED)
    z = rng.normal(size=(SAMPLES, NODES))
    hard = np.eye(NODES)[rng.integers(NODES, size=SAMPLES)]
    soft = rng.dirichlet(np.ones(NODES), SAMPLES) if LOSSES[loss].soft_targets else hard
    signal, out = signal_function(output, loss, jacobian), OUTPUTS[output]

    def value(z: Array) -> Array:
        return LOSSES[loss].value(soft, z, out(z))

    delta = signal(soft, z, out(z))
    by_difference = np.empty_like(z)
    for j in range(NODES):
        shift = STEP * np.eye(NODES)[j]
        by_difference[:, j] = (value(z - shift) - value(z + shift)) / (2 * STEP)
    ratio = signal(hard, z, out(z)) / (hard - out(z))
    spread = ratio.max(axis=1) - ratio.min(axis=1)
    return Row(
        output,
        loss,
        signal_text(output, loss, jacobian).equation,
        float(np.abs(delta - by_difference).max()),
        float(np.abs(_half_way(signal, output, loss, soft, z) - delta / 2).max() / np.abs(delta).max()),
        float(spread.max() / np.abs(ratio).max()),
        jacobian,
    )


def _half_way(signal: PerSample, output: str, loss: str, t: Array, z: Array) -> Array:
    """The signal when t − o is half of what it is: the target moves, or the output for a loss of hard targets alone."""
    o = OUTPUTS[output](z)
    if LOSSES[loss].soft_targets:
        return signal(o + (t - o) / 2, z, o)
    assert output == "identity"  # whose logits are its outputs
    return signal(t, t - (t - o) / 2, t - (t - o) / 2)


def rows() -> list[Row]:
    """Every output and loss that go together, and the diagonal form of softmax + mse."""
    found = [measure(output, loss) for loss, entry in LOSSES.items() for output in entry.outputs]
    return [*found, measure("softmax", "mse", "diagonal")]


def judge(found: list[Row]) -> Verdict:
    """False if one signal that is a derivative lacks the factor; holds if all have it; else open."""
    exact = [row for row in found if row.jacobian == "exact"]
    if any(row.is_derivative and not row.has_factor for row in exact):
        return "false"
    return "holds" if all(row.is_derivative for row in exact) else "open here"


def run(lab: Lab) -> Outcome:
    """Measure all combinations."""
    found = rows()
    exact = [row for row in found if row.jacobian == "exact"]
    without = [row for row in exact if not row.has_factor]
    by_chance = [row.name for row in without if row.has_factor_if_hard]
    worst = max(row.finite_difference for row in exact)
    text = f"{len(exact) - len(without)} of {len(exact)} outputs and losses have it"
    text += f"; without it are {', '.join(row.name for row in without)}." if without else "."
    if by_chance:
        text += f" With hard targets {' and '.join(by_chance)} have it after all; soft targets break it."
    text += f" All {len(exact)} signals agree with finite differences within {worst:.0e}."
    text += "".join(
        f" The {row.name} form, of the article's author, has it but is no derivative "
        f"(off by {row.finite_difference:.2g})."
        for row in found
        if row.jacobian == "diagonal" and row.has_factor and not row.is_derivative
    )
    table = Table(
        ("output + loss", "signal", "(t′ − o)", "if hard", "not half by", "∂L/∂z off by"),
        tuple(
            (row.name, row.equation, row.has_factor, row.has_factor_if_hard, row.halving, row.finite_difference)
            for row in found
        ),
    )
    verdict = judge(found)
    numbers = (
        Number("outputs and losses with the factor", float(len(exact) - len(without))),
        Number("outputs and losses", float(len(exact))),
        Number("largest error against finite differences", worst),
    )
    data = f"{SAMPLES} made-up samples of {NODES} nodes"
    evidence = Evidence("every output and loss", verdict, text, data, seeds=(SEED,), numbers=numbers, table=table)
    short = f"{len(exact) - len(without)} of {len(exact)} outputs and losses have it"
    return Outcome(verdict, short, (evidence,))
