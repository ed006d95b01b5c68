"""The answers of several networks of one shape, whoever trained them: what is measured in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank
from lsexplorer.bank.group import NETWORK_MAJOR_UNITS
from lsexplorer.errors import InputError
from lsexplorer.nn import similarity
from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Classes, log_p_of_logits, log_probabilities, two_classes
from lsexplorer.nn.network import Network
from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.answers.inside import measures_of_weights, spread_rows, weight_norms


@dataclass(frozen=True, eq=False)
class Answers:
    """What R networks answered on the same rows; the network axis is last."""

    y: Classes
    """(n,)."""
    logits: Array
    """(n, K, R), those of a single unit as two classes'."""
    log_p: Array | None
    """Log class probabilities (n, K, R); None where the output has none."""
    rows: NDArray[np.int64] = field(default_factory=lambda: np.arange(0))
    """The numbers of the rows that pairs of networks are compared on."""
    scalars: dict[str, Array] = field(default_factory=dict)
    """The measures of the weights and of the training part that are there, by name, (R,) each."""
    hidden: Array | None = None
    """The penultimate layer's activations on ``rows``, (rows, units, R)."""

    def __len__(self) -> int:
        """The number of networks R."""
        return int(self.logits.shape[2])

    @classmethod
    def of_bank(cls, bank: Bank, temperature: float = 1.0) -> Self:
        """The answers of a bank's networks on the test part, with logits z/temperature, and all that there is inside.

        NC1 is that of the training part (Papyan et al. 2020).
        """
        network, data = _network_of(bank), bank.data
        z, log_p = answers_of_bank(bank, temperature)
        rows = spread_rows(len(data.y_test), network.sizes[-2])
        scalars, hidden = measures_of_weights(network.weights), None
        if len(network.weights) > 1:
            hidden = network.hidden(data.X_test[rows])
            train = spread_rows(len(data.y_train), network.sizes[-2])
            scalars["nc1"] = similarity.class_collapse(network.hidden(data.X_train[train]), data.y_train[train])
        return cls(data.y_test, z, log_p, rows, scalars, hidden)

    @classmethod
    def for_criteria(cls, bank: Bank, temperature: float = 1.0) -> Self:
        """Of the same only what the criteria of a match need, which is quicker."""
        z, log_p = answers_of_bank(bank, temperature)
        return cls(bank.data.y_test, z, log_p, scalars={"weight_norm": weight_norms(bank.stacked().weights)})

    @classmethod
    def of(cls, answers: Sequence[CheckedAnswer]) -> Self:
        """Some networks' own answers; of scalars and hidden activations only what all of them have.

        Raises InputError, with the numbers of the two in the sequence, for answers that do not fit together.
        """
        first = answers[0]
        for i, answer in enumerate(answers):
            if difference := misfit(first, answer):
                raise InputError(f"answers 0 and {i}: {difference}")
        names = [name for name in first.scalars if all(name in answer.scalars for answer in answers)]
        scalars = {name: np.array([answer.scalars[name] for answer in answers]) for name in names}
        inside = [answer.hidden for answer in answers if answer.hidden is not None]
        hidden = np.stack(inside, axis=-1).astype(np.float64) if len(inside) == len(answers) else None
        # Laid out as a bank's are: the order in which numbers are summed depends on it.
        logits = np.stack([two_classes(answer.logits) for answer in answers], axis=-1)
        return cls(first.y, logits, log_p_of_logits(logits), first.rows, scalars, hidden)

    def pick(self, networks: list[int]) -> Self:
        """The networks with these indices, in this order."""
        # Unlike an index, take lays out its result as the whole is, on which the order of sums depends.
        log_p, hidden = (None if a is None else a.take(networks, axis=-1) for a in (self.log_p, self.hidden))
        scalars = {name: values[networks] for name, values in self.scalars.items()}
        return replace(self, logits=self.logits.take(networks, axis=-1), log_p=log_p, scalars=scalars, hidden=hidden)

    def at_temperature(self, temperature: float) -> Self:
        """The same with logits of a softmax divided by a temperature."""
        z = self.logits / temperature
        return replace(self, logits=z, log_p=log_p_of_logits(z))


def _network_of(bank: Bank) -> Network:
    """A bank's networks, laid out as their activations are computed quickest, a copy."""
    network, hp = bank.stacked(), bank.hyperparameters[0]
    if network.sizes[1] < NETWORK_MAJOR_UNITS:
        return network
    major = Network(network.sizes, hp.activation, hp.output, networks=len(bank), network_major=True)
    major.parameters = network.parameters
    return major


def misfit(a: CheckedAnswer, b: CheckedAnswer) -> str:
    """Why two networks' answers cannot be compared; '' where they can."""
    if len(a.y) != len(b.y):
        return f"y has {len(a.y):,} rows in one and {len(b.y):,} in the other: all must answer the same rows"
    different = np.flatnonzero(a.y != b.y)
    if len(different):
        row = different[0]
        return (
            f"y differs in {len(different):,} rows, first in row {row}: {a.y[row]} and {b.y[row]}; "
            "all must answer the same rows, in the same order"
        )
    if a.classes != b.classes:
        return f"one answers {a.classes} classes and the other {b.classes}"
    if a.hidden is not None and b.hidden is not None and a.hidden.shape != b.hidden.shape:
        return f"hidden has {a.hidden.shape[1]} units in one and {b.hidden.shape[1]} in the other"
    return ""


def answers_of_bank(bank: Bank, temperature: float = 1.0) -> tuple[Array, Array | None]:
    """Logits (n, K, R), a single unit's as two classes', and log class probabilities or None, as the output allows.

    temperature: divides the logits.
    """
    z, o = bank.answers("test")
    if temperature != 1:
        z = z / temperature
        o = OUTPUTS[bank.hyperparameters[0].output](z)
    z, o = map(np.ascontiguousarray, (z, o))  # sums are quicker over networks side by side
    return two_classes(z), log_probabilities(z, o, bank.hyperparameters[0].output)
