"""Claims and the results of their experiments: frozen values, raw numbers beside the sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lsexplorer.study.stats import Interval

ClaimVerdict = Literal["holds", "holds here", "does not hold here", "false", "open here"]
""""holds" and "false" are by arithmetic, or by an example that refutes a general statement; "here" means on these data,
with this network; "open here" means that seeds and splits cannot decide."""
ROUNDING = 1e-9
"""Values that differ by less than this share are the same but for rounding."""
TableCell = str | float | int | bool | None


@dataclass(frozen=True)
class Claim:
    """A claim of the article, in our words."""

    number: int
    statement: str
    confirmed: str
    """What would confirm it: "Confirmed if …"."""
    refuted: str
    """What would refute it: "Refuted if …"."""
    reading: tuple[str, ...] = ()
    """Where to read more."""
    note: str = ""
    """What else is to be said of it."""
    published: tuple[str, ...] = ()
    """Published figures that are not measured here."""


@dataclass(frozen=True)
class Number:
    """A measured number."""

    label: str
    value: float
    """The mean over seeds and splits, or an exact number."""
    low: float | None = None
    """The lower end of its 95 % t interval; None where it has none."""
    high: float | None = None
    """The upper end; None where it has none."""
    signed: bool = False
    """Whether it is a difference, shown with its sign."""
    unit: str = ""
    """What follows it: %."""
    constant: bool = False
    """Whether it was the same each time, but for rounding, so that its interval would have no width."""

    @classmethod
    def of(cls, label: str, interval: Interval, *, signed: bool = False, unit: str = "") -> "Number":
        """The number with this interval; ``signed`` for a difference."""
        mean, low, high = interval
        if high - low <= ROUNDING * max(1.0, abs(mean)):
            return cls(label, mean, signed=signed, unit=unit, constant=True)
        return cls(label, mean, low, high, signed=signed, unit=unit)

    @property
    def text(self) -> str:
        """The value, its interval where it has one, and its unit."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None or self.high is None:
            value = 0.0 if self.constant and abs(self.value) < ROUNDING else self.value
            return f"{value:{'+' if self.signed and value else ''}.4g}{unit}{' each time' if self.constant else ''}"
        most = 2 if unit else 5
        if round(self.low, most) == round(self.high, most):
            return f"{self.value:{'+' if self.signed else ''}.{most}f}{unit} each time"
        return Interval(self.value, self.low, self.high).text(signed=self.signed, most=most) + unit


@dataclass(frozen=True)
class Table:
    """A table of raw values."""

    headings: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """One part of an experiment: what was measured, on what, and what it says about the claim."""

    name: str
    verdict: ClaimVerdict
    text: str
    """What was measured, in a sentence."""
    data: str
    """The name of the data."""
    network: str = ""
    """The network in words."""
    seeds: tuple[int, ...] = ()
    """The seeds; empty where nothing is random."""
    splits: int = 1
    """The splits into training and test part on each of which every seed was trained."""
    epochs: float = 0.0
    """Epochs of each network."""
    steps: int = 0
    """Training steps of each network; 0 where nothing is trained."""
    numbers: tuple[Number, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Outcome:
    """What all evidence on a claim comes to."""

    verdict: ClaimVerdict
    text: str
    """What was measured, in a line."""
    evidence: tuple[Evidence, ...]
    depends: bool = False
    """Whether the verdict differs between regimes (data, losses or criteria)."""


@dataclass(frozen=True)
class Result:
    """A claim and the result of its experiment."""

    claim: Claim
    outcome: Outcome | None
    """None where the experiment could not run."""
    problem: str
    """Why it could not run, else ""."""
    seconds: float
    """Seconds that it took."""

    @property
    def verdict(self) -> ClaimVerdict | None:
        """The outcome's verdict, if there is one."""
        return None if self.outcome is None else self.outcome.verdict

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The outcome's evidence, if there is one."""
        return () if self.outcome is None else self.outcome.evidence


def differ(evidence: Sequence[Evidence]) -> bool:
    """Whether decided evidence disagrees."""
    return len({part.verdict for part in evidence} - {"open here"}) > 1
