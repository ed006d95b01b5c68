"""How a data set is to be loaded: all that, with the source, decides its contents, so that a run can be reopened."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from lsexplorer.data.files import name_hint, shown
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import python_value

Missing = Literal["drop", "mean"]

MAX_SEED = 2**63 - 1
MAX_NOISE = 10.0
MIN_SAMPLES, MAX_SAMPLES = 10, 100_000
MADE_OPTIONS = ("noise", "samples", "data_seed")
"""Options that go with made sets alone."""

THOUSANDS = (".", ",", "'", "’", " ", "\u00a0", "\u202f")
"""What may group the digits of large numbers: point, comma, apostrophe and the spaces."""


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
    header: bool | None = None
    """Whether the first row of a text file names its columns; None looks."""
    delimiter: str | None = None
    """What separates the cells of a text file: one character, a space standing for white space; None looks."""
    encoding: str | None = None
    """A text file's encoding, by Python's name for it; None takes UTF-8, or what the file's first bytes say."""
    comment: str | None = None
    """What begins a comment in a text file; an empty text where there are none; None takes '#' with care."""
    decimal: str | None = None
    """The decimal sign of a text file, '.' or ','; None looks."""
    thousands: str | None = None
    """What groups the digits of large numbers in a text file, one character of THOUSANDS; None looks."""
    missing_marks: tuple[str, ...] = ()
    """Further texts that stand for a missing value in a text file."""
    drop: tuple[str, ...] = ()
    """Columns of a text file, by name or by number from 1, that must not be predictors."""
    keep: tuple[str, ...] = ()
    """Columns of a text file, by name or by number from 1, that are predictors even if they look like ids or leaks."""
    noise: float | None = None
    """Standard deviation of what is added to each predictor of a made set, 0 to MAX_NOISE; None takes the set's own."""
    samples: int | None = None
    """Samples of a made set in both parts, MIN_SAMPLES to MAX_SAMPLES; None takes 500."""
    data_seed: int = 0
    """Of the samples of a made set."""

    def __post_init__(self) -> None:
        for name in ("test_size", "label_noise", "seed", "header", *MADE_OPTIONS):
            object.__setattr__(self, name, python_value(getattr(self, name)))
        for name in ("target", "test_file"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value.strip()):
                what = "a column's name or number" if name == "target" else "a file name"
                raise InputError(f"{name} must be {what}, got {value!r}")
        self._check_text_options()
        if not (_is_number(self.test_size) and 0 < self.test_size < 1):
            raise InputError(f"test_size must be a number above 0 and below 1, such as 0.2, got {self.test_size!r}")
        if self.missing not in (None, "drop", "mean"):
            raise InputError(f"missing must be drop or mean, got {self.missing!r}")
        if not (_is_number(self.label_noise) and 0 <= self.label_noise <= 1):
            raise InputError(f"label_noise must be a number from 0 to 1, got {self.label_noise!r}")
        for name in ("seed", "data_seed"):
            _check_whole(name, getattr(self, name), 0, MAX_SEED)
        if self.samples is not None:
            _check_whole("samples", self.samples, MIN_SAMPLES, MAX_SAMPLES)
        if self.noise is not None and not (_is_number(self.noise) and 0 <= self.noise <= MAX_NOISE):
            raise InputError(f"noise must be a number from 0 to {MAX_NOISE:g}, got {self.noise!r}")

    def _check_text_options(self) -> None:
        if self.header not in (None, True, False):
            raise InputError(f"header must be True or False, got {self.header!r}")
        if self.delimiter is not None and not (_is_text(self.delimiter) and len(self.delimiter) == 1):
            raise InputError(f"delimiter must be one character, such as ';', got {self.delimiter!r}")
        if self.delimiter is not None and (self.delimiter in "\r\n\"'" or self.delimiter.isalnum()):
            raise InputError(f"delimiter must be no letter, digit, quote or line end, got {self.delimiter!r}")
        if self.encoding is not None and not _is_encoding(self.encoding):
            raise InputError(f"encoding must be that of a text, such as utf-8 or cp1252, got {self.encoding!r}")
        if self.comment is not None and not _is_text(self.comment):
            raise InputError(f"comment must be a text such as '#', got {self.comment!r}")
        if self.decimal not in (None, ".", ","):
            raise InputError(f"decimal must be '.' or ',', got {self.decimal!r}")
        if self.thousands is not None and self.thousands not in THOUSANDS:
            raise InputError(f"thousands must be one of {' '.join(map(repr, THOUSANDS))}, got {self.thousands!r}")
        if self.thousands is not None and self.thousands == self.decimal:
            raise InputError(f"decimal and thousands cannot both be {self.thousands!r}")
        for name in ("missing_marks", "drop", "keep"):
            values = getattr(self, name)
            if not isinstance(values, list | tuple) or not all(map(_is_text, values)):
                raise InputError(f"{name} must be a list of texts, got {values!r}")
            object.__setattr__(self, name, tuple(values))
        both = set(self.drop) & set(self.keep)
        if both:
            raise InputError(f"column '{sorted(both)[0]}' cannot be both dropped and kept")

    @property
    def text_options(self) -> tuple[str, ...]:
        """The names of those options that were given and go with text files alone."""
        return tuple(name for name in TEXT_OPTIONS if getattr(self, name) != _default(name))

    @property
    def made_options(self) -> tuple[str, ...]:
        """The names of those options that were given and go with made sets alone."""
        return tuple(name for name in MADE_OPTIONS if getattr(self, name) != _default(name))

    def as_dict(self) -> dict[str, Any]:
        """Names and values; `load_dataset(source, **options.as_dict())` loads the same data again.

        Of the options of text files and of made sets only those that were given.
        """
        values = asdict(self)
        for name in (*TEXT_OPTIONS[1:], *MADE_OPTIONS):
            if values[name] == _default(name):
                del values[name]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from names and values; raises InputError for an unknown name or a value that cannot be."""
        names = [field.name for field in fields(cls)]
        for name in values:
            if name not in names:
                raise InputError(f"unknown option '{name}' of a data set: {name_hint(str(name), names)}")
        return cls(**values)


TEXT_OPTIONS = (
    "target",
    "header",
    "delimiter",
    "encoding",
    "comment",
    "decimal",
    "thousands",
    "missing_marks",
    "drop",
    "keep",
)
"""Those that go with text files alone."""


_WORDS: dict[str, dict[str, str]] = {
    "delimiter": {"tab": "\t", "space": " "},
    "thousands": {"space": " "},
    "comment": {"none": ""},
}
"""Words for characters that are hard to type or to see."""
_LISTS = ("missing_marks", "drop", "keep")


def parse_option(name: str, text: str) -> Any:
    """An option of text files as a person writes it: tab, space and none are words, lists are separated by commas.

    Raises InputError for a header that is neither yes nor no; other values are checked by LoadOptions.
    """
    if name in _LISTS:
        return tuple(part.strip() for part in text.split(","))
    if name == "header":
        if text.strip().lower() not in ("yes", "no"):
            raise InputError(f"header must be yes or no, got '{shown(text)}'")
        return text.strip().lower() == "yes"
    return _WORDS.get(name, {}).get(text.strip().lower(), text)


def write_option(name: str, value: Any) -> str:
    """The text that `parse_option` reads as this value."""
    if name in _LISTS:
        return ", ".join(value)
    if name == "header":
        return "yes" if value else "no"
    words = {mark: word for word, mark in _WORDS.get(name, {}).items()}
    return words.get(value, str(value))


def as_texts(values: Sequence[Any]) -> tuple[Any, ...]:
    """Columns or marks as texts: a single text, a list of them, or columns' numbers."""
    given = [values] if isinstance(values, str) else map(python_value, values)
    return tuple(str(value) if isinstance(value, int) else value for value in given)


def _default(name: str) -> object:
    return getattr(LoadOptions, name)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_encoding(value: object) -> bool:
    """Whether Python knows a text encoding by this name."""
    try:
        return isinstance(value, str) and "\0" not in value and isinstance("a".encode(value), bytes)
    except (LookupError, UnicodeError):
        return False


def _check_whole(name: str, value: object, least: int, most: int) -> None:
    if not (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
        raise InputError(f"{name} must be a whole number from {least} to {most}, got {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
