"""The table in the comment below the article, as data, and where it contradicts itself.

The comment (by Thorsten Kleppe) prints, for a trained 784-5-10 relu network on MNIST, the binary pattern of every
digit, the digits that one neuron alone predicts, and the digits that are lost when a neuron is dropped.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.study.patterns.bits import Patterns, pairs

CODES = ("10111", "01010", "01111", "11111", "10000", "10010", "10110", "00001", "10011", "10001")
"""The pattern of each digit over h1 … h5."""
LENGTHS = (4, 2, 4, 5, 1, 2, 3, 1, 3, 2)
COLUMN_SUMS = (7, 3, 4, 7, 6)
ALONE = ((4,), (0, 1), (6,), (8,), (7,))
"""The digits that each neuron alone is said to predict."""
LOST = ((0, 3, 4, 5, 9), (1, 3), (0, 2, 3, 5, 6), (0, 3, 4, 5, 8), (0, 7, 9))
"""The digits that are said to be lost without each neuron."""


@dataclass(frozen=True)
class NeuronClaims:
    """What the comment says of one neuron, and what its table says."""

    unit: str
    alone: tuple[int, ...]
    """The digits that it is said to predict alone."""
    lost: tuple[int, ...]
    """The digits that are said to be lost without it."""
    holds: tuple[int, ...]
    """The digits whose bit for it is 1."""

    @property
    def kept(self) -> tuple[int, ...]:
        """Digits whose bit it holds and that are not lost without it."""
        return tuple(c for c in self.holds if c not in self.lost)

    @property
    def without_bit(self) -> tuple[int, ...]:
        """Digits that are lost without it though their bit for it is 0."""
        return tuple(c for c in self.lost if c not in self.holds)


def bits() -> NDArray[np.bool_]:
    """The comment's patterns (10, 5)."""
    return np.array([[bit == "1" for bit in code] for code in CODES])


def as_patterns() -> Patterns:
    """The table as Patterns whose frequencies and means are its bits."""
    values = bits().astype(np.float64)
    digits, units = tuple(map(str, range(len(CODES)))), tuple(f"h{j + 1}" for j in range(len(CODES[0])))
    return Patterns(digits, units, "relu", 0.5, values, values, np.zeros(len(units), dtype=bool))


def neuron_claims() -> tuple[NeuronClaims, ...]:
    """What the comment says of each neuron, and what its table says."""
    held = bits().T
    return tuple(
        NeuronClaims(f"h{j + 1}", ALONE[j], LOST[j], tuple(int(c) for c in np.flatnonzero(column)))
        for j, column in enumerate(held)
    )


def nearest() -> tuple[int, int, float]:
    """The smallest Hamming distance between two digits, how many pairs have it, and the mean of all pairs."""
    distances = pairs(as_patterns().hamming)
    smallest = int(distances.min())
    return smallest, int((distances == smallest).sum()), float(distances.mean())


def contradictions() -> tuple[str, ...]:
    """A sentence for each contradiction in the data above."""
    claims = neuron_claims()
    odd = [f"{c} without {claim.unit}" for claim in claims for c in claim.without_bit]
    held = "/".join(str(len(claim.holds)) for claim in claims)
    lost = "/".join(str(len(claim.lost)) for claim in claims)
    common = set.intersection(*(set(claim.alone) for claim in claims))
    sentences = []
    if odd:
        sentences.append(
            f"Lost though the bit is 0: {', '.join(odd)}. If 0 meant that the neuron never fires for the digit, "
            "dropping it could change nothing for that digit. So a bit is a mean above some threshold, which the "
            "comment does not give."
        )
    if held != lost:
        sentences.append(
            f"The columns hold {held} digits, and {lost} are said to be lost: a set bit does not mean that the digit "
            "needs the neuron."
        )
    if not common:
        sentences.append(
            "Under relu every neuron alone gives the same digit where it is silent (h = 0): the one with the largest "
            "bias. The five sets share no digit, so the comment left out h = 0; and without biases a neuron that "
            "fires could predict only one digit, not the two of h2."
        )
    return tuple(sentences)
