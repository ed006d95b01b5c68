"""What a match on the compare screen is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.render.command_line import command_line
from lsexplorer.run import Hyperparameters
from lsexplorer.study.match.findings import MIN_SEEDS
from lsexplorer.study.match.matching import Matches
from lsexplorer.study.match.plan import FEWEST, default_seeds
from lsexplorer.study.measures import CRITERIA
from lsexplorer.study.stats import checked_seeds

ALL = "all"

QUESTIONS = {
    "remedies": ("Remedies", "What is matched to label smoothing: one name, several with commas, or all"),
    "criterion": ("Criterion", "What a remedy's strength is matched on"),
    "seeds": ("Seeds", "Networks to judge on each split; empty: as many as the test part needs"),
}
"""Field → its label, and what it is for."""

EMPTY = {"remedies": "l2", "criterion": "weight_norm", "seeds": "as many as the test part needs"}
"""What stands in a field without a text, as an example or as what it then means."""


@dataclass(frozen=True)
class MatchSettings:
    """A match's remedies, criterion and seeds."""

    remedies: tuple[str, ...] | None = ("l2",)
    """None for all that go with the network."""
    criterion: str = "weight_norm"
    seeds: int | None = None
    """None for as many as the test part needs."""

    @property
    def is_single(self) -> bool:
        """Whether it is about one remedy, which is then judged on every criterion."""
        return self.remedies is not None and len(self.remedies) == 1

    @property
    def who(self) -> str:
        """What is matched, in a sentence."""
        if self.remedies is None:
            return "every remedy"
        return REMEDIES[self.remedies[0]].label if self.is_single else f"{len(self.remedies)} remedies"

    @property
    def texts(self) -> dict[str, str]:
        """The fields as they are written."""
        remedies = ALL if self.remedies is None else ",".join(self.remedies)
        return {
            "remedies": remedies,
            "criterion": self.criterion,
            "seeds": "" if self.seeds is None else str(self.seeds),
        }

    @classmethod
    def of(cls, matches: Matches) -> "MatchSettings":
        """Those that matches were made with."""
        plan, named = matches.first.plan, tuple(matches.matches)
        usual = default_seeds(len(matches.first.data.y_test))
        seeds = None if len(plan.evaluation) == usual else len(plan.evaluation)
        return cls(None if {*named, *matches.left_out} == set(REMEDIES) else named, plan.criterion, seeds)

    @classmethod
    def of_texts(cls, texts: Mapping[str, str]) -> "MatchSettings":
        """The settings from what is written in the fields; raises InputError, saying what would be right."""
        return cls(**{name: read_setting(name, text) for name, text in texts.items()})

    def command(self, data: Dataset, smoothing: Hyperparameters) -> str:
        """The command that makes the same match."""
        default = MatchSettings().texts
        given = {name: text for name, text in self.texts.items() if text and text != default[name]}
        options = {"remedy" if name == "remedies" else name: text for name, text in given.items()}
        return command_line("match", data, smoothing, options)


def read_setting(name: str, text: str) -> Any:
    """A field's value as MatchSettings has it; raises InputError, saying what would be right."""
    return _READERS[name](text.strip())


def _remedies(text: str) -> tuple[str, ...] | None:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if names != (ALL,) and name not in REMEDIES:
            raise InputError(f"remedies must be of {', '.join(REMEDIES)}, or all; got '{name}'")
    return None if names == (ALL,) else names


def _criterion(text: str) -> str:
    if text not in CRITERIA:
        raise InputError(f"criterion must be one of {', '.join(CRITERIA)}, got '{text}'")
    return text


def _seeds(text: str) -> int | None:
    if text and not text.isdecimal():
        raise InputError(f"seeds must be a whole number, or nothing, got '{text}'")
    return checked_seeds(int(text), MIN_SEEDS, FEWEST) if text else None


_READERS = {"remedies": _remedies, "criterion": _criterion, "seeds": _seeds}
