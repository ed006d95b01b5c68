"""How a data set is to be loaded: all that, with the source, decides its contents, so that a run can be reopened."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from lsexplorer.data.files import name_hint
from lsexplorer.errors import InputError

Missing = Literal["drop", "mean"]

MAX_SEED = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """Options of `load_dataset`, all of JSON's types, so that a run file can store them.

    Raises InputError for a value out of range.
    """

    target: str | None = None
    """The class column of a text file, by name or by number from 1; None detects it."""
    test_size: float = 0.2
    """Share of every class that goes to the test part, above 0 and below 1, unless the source has its own test part."""
    test_file: str | None = None
    """A file whose samples are the test part."""
    missing: Missing | None = None
    """With missing values: "drop" the rows, or fill in the training "mean" (the most frequent value of a text column).
    None drops the rows too, but refuses NaN in an npz file."""
    label_noise: float = 0.0
    """Share of the training labels that are flipped to another class, 0 to 1."""
    seed: int = 0
    """Of the split and of the flips."""

    def __post_init__(self) -> None:
        for name in ("target", "test_file"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value.strip()):
                what = "a column's name or number" if name == "target" else "a file name"
                raise InputError(f"{name} must be {what}, got {value!r}")
        if not (_is_number(self.test_size) and 0 < self.test_size < 1):
            raise InputError(f"test_size must be a number above 0 and below 1, such as 0.2, got {self.test_size!r}")
        if self.missing not in (None, "drop", "mean"):
            raise InputError(f"missing must be drop or mean, got {self.missing!r}")
        if not (_is_number(self.label_noise) and 0 <= self.label_noise <= 1):
            raise InputError(f"label_noise must be a number from 0 to 1, got {self.label_noise!r}")
        if not (isinstance(self.seed, int) and not isinstance(self.seed, bool) and 0 <= self.seed <= MAX_SEED):
            raise InputError(f"seed must be a whole number from 0 to {MAX_SEED}, got {self.seed!r}")

    def as_dict(self) -> dict[str, Any]:
        """Names and values; `load_dataset(source, **options.as_dict())` loads the same data again."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from names and values; raises InputError for an unknown name or a value that cannot be."""
        names = [field.name for field in fields(cls)]
        for name in values:
            if name not in names:
                raise InputError(f"unknown option '{name}' of a data set: {name_hint(str(name), names)}")
        return cls(**values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
