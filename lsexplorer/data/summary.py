"""What a data set is, in short: for the command that prints it and the screen that shows it."""

import re
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lsexplorer.data.builtin import BUILTINS
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import counted, shown

MAX_LINES = 12
"""Lines that say in brief what was understood of a file."""
_OWN_WORDS = re.compile(r"'[^']*'|\d[\d,.]*")
"""The names and numbers in a note."""


@dataclass(frozen=True)
class ClassCount:
    """A class and its rows in each part."""

    name: str
    train: int
    test: int


@dataclass(frozen=True)
class Summary:
    """A data set in short; every value is one that JSON knows, or a dataclass of such."""

    name: str
    title: str
    source: str
    rows: int
    """In both parts; where the training rows are the test rows too, each counts once."""
    train_rows: int
    test_rows: int
    features: int
    feature_names: tuple[str, ...]
    classes: tuple[ClassCount, ...]
    imbalance: float | None
    """Training rows of the largest class for one of the smallest; None where a class has none."""
    majority: float
    """Share of the test rows of the class most common in training: the accuracy of always predicting it."""
    soft_targets: bool
    image_shape: tuple[int, int] | None
    """(height, width)."""
    scaling: str
    """What was done to the predictors, in words."""
    notes: tuple[str, ...]
    options: dict[str, Any]
    """Those of load_dataset."""
    digest: str

    def as_dict(self) -> dict[str, Any]:
        """Names and values, ready for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The summary as lines of text."""
        return self.facts() + [f"note        {note}" for note in self.notes]

    def facts(self) -> list[str]:
        """All but the notes as lines of text."""
        out = [f"{self.name}: {self.title}" if self.title else self.name]
        out.append(f"rows        {self.rows:,} ({self.train_rows:,} training, {self.test_rows:,} test)")
        image = f", pictures of {self.image_shape[0]} × {self.image_shape[1]} pixels" if self.image_shape else ""
        names = "" if image else f": {shown(', '.join(self.feature_names), 200)}"
        out.append(f"predictors  {self.features:,}{image}{names}")
        out.append(f"targets     {len(self.classes)} classes, {'soft' if self.soft_targets else 'hard'}")
        width = max(len("class"), *(len(shown(count.name, 40)) for count in self.classes))
        out.append(f"  {'class':<{width}}  training  test")
        out += [f"  {shown(count.name, 40):<{width}}  {count.train:>8,}  {count.test:>4,}" for count in self.classes]
        if self.imbalance is None:
            out.append("imbalance   a class has no training row")
        else:
            size = "as many rows as" if self.imbalance == 1 else f"{self.imbalance:.3g} times the rows of"
            out.append(f"imbalance   the largest class has {size} the smallest")
        out.append(f"majority    always saying the most common class is right {self.majority:.1%} of the time")
        out.append(f"scaling     {self.scaling}")
        return out

    def brief(self) -> list[str]:
        """What was understood of a person's own file, in MAX_LINES lines at most; of a built-in set there are none.

        With many notes, those that differ only in names and numbers share a line.
        """
        if self.source in BUILTINS:
            return []
        sizes = f"{counted(self.rows, 'row', 'rows')}, {counted(self.features, 'predictor', 'predictors')}"
        names = shown(", ".join(count.name for count in self.classes), 100)
        lines = [f"{self.name}: {sizes}, {len(self.classes):,} classes: {names}"]
        notes = list(self.notes)
        if len(notes) >= MAX_LINES:
            kinds: dict[str, list[str]] = {}
            for note in notes:
                kinds.setdefault(_OWN_WORDS.sub("", note), []).append(note)
            notes = [
                alike[0] + (f" … and {len(alike) - 1:,} more like it" * (len(alike) > 1)) for alike in kinds.values()
            ]
            notes[MAX_LINES - 2 :] = [
                f"`lsexplorer data {shown(self.source or 'FILE', 200)}` lists all {len(self.notes):,} notes."
            ]
        return lines + [f"note: {note}" for note in notes]


def summarize(data: Dataset) -> Summary:
    """The Summary of a data set."""
    count = len(data.class_names)
    train, test = np.bincount(data.y_train, minlength=count), np.bincount(data.y_test, minlength=count)
    classes = tuple(map(ClassCount, data.class_names, train.tolist(), test.tolist()))
    smallest = int(train.min())
    most = int(train.argmax())
    if data.scaling == "maximum":
        scaling = f"every value was divided by {float(data.scale.max()):g}, the largest in training"
    else:
        scaling = "each column less its training mean, divided by its training standard deviation"
    entry = BUILTINS.get(data.source)
    return Summary(
        name=data.name,
        title=entry.title if entry else "",
        source=data.source,
        rows=len(np.union1d(data.train_rows, data.test_rows)),
        train_rows=len(data.y_train),
        test_rows=len(data.y_test),
        features=data.X_train.shape[1],
        feature_names=data.feature_names,
        classes=classes,
        imbalance=float(train.max()) / smallest if smallest else None,
        majority=float((data.y_test == most).mean()) if len(data.y_test) else 0.0,
        soft_targets=data.soft_train is not None,
        image_shape=data.image_shape,
        scaling=scaling,
        notes=data.notes,
        options=data.options.as_dict(),
        digest=data.digest,
    )
