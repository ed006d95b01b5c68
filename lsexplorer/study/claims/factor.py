"""Claim 2: whether the update of every error function has the factor (target − output), checked numerically."""

from dataclasses import dataclass

import numpy as np

from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES, PerSample, signal_of
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import MCCAFFREY
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table

CLAIM = Claim(
    2,
    "Whatever the error function, the update of a weight contains the factor (target − output).",
    "for every output and loss the signal halves when the target moves half way to the output",
    "for one of them it does not",
    (MCCAFFREY,),
)
NAMED = ("cross_entropy", "binary_cross_entropy", "mse")
"""The losses that the article names."""
SAMPLES, NODES, SEED = 200, 3, 0
"""Samples, nodes and seed of the made-up data."""
STEP = 1e-5
"""Step of the finite differences."""
DERIVATIVE = 1e-6
"""How close a signal must be to finite differences to count as the derivative."""
EXACT = 1e-9
"""How close, relative, a ratio must be to one half, or to one number, to count as equal."""


@dataclass(frozen=True)
class Row:
    """What was measured for one output and loss."""

    output: str
    loss: str
    equation: str
    """The signal δ as an equation."""
    finite_difference: float
    """The largest |δ + ∂L/∂z|, with ∂L/∂z by central differences."""
    halving: float
    """The largest |δ(target half way to the output) − δ/2| over the largest |δ|."""
    one_number: float
    """With hard targets: the largest spread of δ_j/(t_j − o_j) within a sample over the largest |δ_j/(t_j − o_j)|."""
    jacobian: str = "exact"
    """The softmax Jacobian, "exact" or "diagonal"."""

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
        """Whether the signal of a hard target is (target − output) times a number that all nodes share."""
        return self.one_number <= EXACT


def measure(output: str, loss: str, jacobian: str = "exact") -> Row:
    """The Row of an output and a loss, on made-up logits and targets."""
    rng = np.random.default_rng(SEED)
    z = rng.normal(size=(SAMPLES, NODES))
    hard = np.eye(NODES)[rng.integers(NODES, size=SAMPLES)]
    soft = rng.dirichlet(np.ones(NODES), SAMPLES) if LOSSES[loss].soft_targets else hard
    signal, out = signal_of(output, loss, jacobian).value, OUTPUTS[output]

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
        signal_of(output, loss, jacobian).equation,
        float(np.abs(delta - by_difference).max()),
        float(np.abs(_half_way(signal, output, loss, soft, z) - delta / 2).max() / np.abs(delta).max()),
        float(spread.max() / np.abs(ratio).max()),
        jacobian,
    )


def _half_way(signal: PerSample, output: str, loss: str, t: Array, z: Array) -> Array:
    """The signal with t − o halved: the target moves, or the output where the loss takes hard targets only."""
    o = OUTPUTS[output](z)
    if LOSSES[loss].soft_targets:
        return signal(o + (t - o) / 2, z, o)
    assert output == "identity"  # the logits are the outputs
    return signal(t, t - (t - o) / 2, t - (t - o) / 2)


def rows() -> list[Row]:
    """Every output and loss that go together, and the diagonal form of softmax + mse."""
    exact = [measure(output, loss) for loss, entry in LOSSES.items() for output in entry.outputs]
    return [*exact, measure("softmax", "mse", "diagonal")]


def judge(measured: list[Row]) -> ClaimVerdict:
    """False if a signal that is a derivative lacks the factor; holds if all have it; else open."""
    exact = [row for row in measured if row.jacobian == "exact"]
    if any(row.is_derivative and not row.has_factor for row in exact):
        return "false"
    return "holds" if all(row.is_derivative for row in exact) else "open here"


def run(context: ExperimentContext) -> Outcome:
    """Measure every output with every loss that fits it."""
    measured = rows()
    exact = [row for row in measured if row.jacobian == "exact"]
    without = [row for row in exact if not row.has_factor]
    by_chance = [row.name for row in without if row.has_factor_if_hard]
    worst = max(row.finite_difference for row in exact)
    text = f"{len(exact) - len(without)} of {len(exact)} outputs and losses have it"
    text += f"; without it are {', '.join(row.name for row in without)}." if without else "."
    if all(row.has_factor for row in exact if row.loss in NAMED):
        text += " Cross-entropy and squared error, which the article names, have it with every output."
    if by_chance:
        text += f" With hard targets {' and '.join(by_chance)} have it after all; soft targets break it."
    text += f" All {len(exact)} signals agree with finite differences within {worst:.0e}."
    text += "".join(
        f" The {row.name} form, of the article's author, has it but is no derivative "
        f"(off by {row.finite_difference:.2g})."
        for row in measured
        if row.jacobian == "diagonal" and row.has_factor and not row.is_derivative
    )
    table = Table(
        ("output + loss", "signal", "(t′ − o)", "if hard", "not half by", "∂L/∂z off by"),
        tuple(
            (row.name, row.equation, row.has_factor, row.has_factor_if_hard, row.halving, row.finite_difference)
            for row in measured
        ),
    )
    verdict = judge(measured)
    numbers = (
        Number("outputs and losses with the factor", float(len(exact) - len(without))),
        Number("outputs and losses", float(len(exact))),
        Number("largest error against finite differences", worst),
    )
    data = f"{SAMPLES} made-up samples of {NODES} nodes"
    evidence = Evidence("every output and loss", verdict, text, data, seeds=(SEED,), numbers=numbers, table=table)
    short = f"{len(exact) - len(without)} of {len(exact)} outputs and losses have it"
    return Outcome(verdict, short, (evidence,))


EXPERIMENT = Experiment(CLAIM, run, needs_training=False, weight=0.2)
