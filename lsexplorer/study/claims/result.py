"""What a claim is, and what an experiment on it found: frozen values, with the raw numbers beside the sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lsexplorer.study.stats import Interval

Verdict = Literal["holds", "holds here", "does not hold here", "false", "open here"]
"""holds, false: by arithmetic, or by an example that a general statement cannot survive. here: on these data, with this
recipe and these seeds. open here: the seeds cannot decide."""
VERDICTS: tuple[Verdict, ...] = ("holds", "holds here", "does not hold here", "false", "open here")

Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Claim:
    """A claim in our words. confirmed, refuted: what would do it. published: figures of others, not measured here.
    reading: where to read more. trains: whether it needs data. share: rough seconds on Iris, for the progress bar.
    """  # noqa: D205

    number: int
    statement: str
    confirmed: str
    refuted: str
    reading: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    trains: bool = True
    share: float = 1.0


@dataclass(frozen=True)
class Number:
    """A measured number: its mean over the seeds with the 95 % t interval, or an exact one with no interval."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    signed: bool = False

    @classmethod
    def of(cls, label: str, interval: Interval, *, signed: bool = False) -> "Number":
        """From an interval; signed: whether it is a difference."""
        return cls(label, *interval, signed=signed)

    @property
    def text(self) -> str:
        """The value, and its interval where it has one."""
        if self.low is None or self.high is None:
            return f"{self.value:.4g}"
        return Interval(self.value, self.low, self.high).text(signed=self.signed)


@dataclass(frozen=True)
class Table:
    """Headings and rows of raw values."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """One experiment: on which data and network, seeds and epochs, what was measured, and what it says of the claim.

    seeds is empty where nothing is drawn, steps is 0 where nothing is trained; epochs = steps by an epoch's.
    """

    name: str
    verdict: Verdict
    text: str
    data: str
    network: str = ""
    seeds: tuple[int, ...] = ()
    epochs: float = 0.0
    steps: int = 0
    numbers: tuple[Number, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Outcome:
    """What the experiments on a claim say together. depends: whether they differ by regime."""

    verdict: Verdict
    text: str
    evidence: tuple[Evidence, ...]
    depends: bool = False


@dataclass(frozen=True)
class Result:
    """A claim with its outcome; where it could not be run, ``problem`` says why and there is no outcome."""

    claim: Claim
    outcome: Outcome | None
    problem: str
    seconds: float

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, None where the claim could not be run."""
        return None if self.outcome is None else self.outcome.verdict


def differ(evidence: Sequence[Evidence]) -> bool:
    """Whether the experiments that decide do not all say the same."""
    return len({one.verdict for one in evidence} - {"open here"}) > 1
