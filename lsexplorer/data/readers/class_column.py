"""Which column of a text file holds the classes, and whether the file holds soft targets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lsexplorer.data.files import closest, label, shown
from lsexplorer.data.labels import MANY_CLASSES
from lsexplorer.data.readers.cells import TARGET_PREFIX
from lsexplorer.data.readers.class_names import FIRST, OUTCOME_RANK, rank
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.layout import Layout
from lsexplorer.data.readers.marks import MISSING
from lsexplorer.errors import InputError

_PARTS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "holdout"}


@dataclass(frozen=True)
class Roles:
    """What the columns of a text file are for, by index from 0."""

    target: int | None
    """The class column."""
    soft: tuple[int, ...] = ()
    """The soft targets' columns, one for each class."""
    classes: tuple[str, ...] = ()
    """The classes of the soft targets."""
    part: int | None = None
    """A column that says train or test."""
    note: str = ""
    """Which column was used and why, as a sentence."""

    @property
    def taken(self) -> frozenset[int]:
        """The columns that are not predictors."""
        return frozenset({*self.soft, *(i for i in (self.target, self.part) if i is not None)})


def find_column(layout: Layout, wanted: str, where: str) -> int:
    """The index of a column given by name or by number from 1; raises InputError if there is none."""
    names, wanted = layout.names, wanted.strip()
    if wanted in names:
        return names.index(wanted)
    same = [i for i, name in enumerate(names) if name.lower() == wanted.lower()]
    if len(same) == 1:
        return same[0]
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(names):
        return int(wanted) - 1
    hint = f"{closest(wanted, list(names))} Its columns are {shown(', '.join(names), 300)}:" if layout.header else ""
    raise InputError(
        f"{where} has no column '{shown(wanted)}'.{hint or ' It has no header:'} "
        f"give {'a name or ' if layout.header else ''}a number from 1 to {len(names)}"
    )


def likely_class(layout: Layout, wanted: str | None, where: str) -> int | None:
    """The class column as far as it is known before the rows are read: as wanted, or of the plainest name."""
    if _soft(layout):
        return None
    if wanted is not None:
        return find_column(layout, wanted, where)
    if layout.target is not None:
        return layout.target
    ranks = [(place, i) for i, name in enumerate(layout.names) if (place := _rank(layout, name)) is not None]
    return min(ranks)[1] if ranks else None


def find_roles(table: Table, wanted: str | None, left_out: Sequence[int] = (), kept: Sequence[int] = ()) -> Roles:
    """Decide what a table's columns are for.

    left_out: columns that are neither the class nor a predictor. kept: those that must be predictors. Raises InputError
    for a target that is not there or could be two columns.
    """
    layout, where = table.layout, label(table.path)
    soft = _soft(layout)
    if soft:
        return _soft_roles(layout, soft, wanted, where)
    possible = [i for i in range(len(table.columns)) if i not in left_out]
    part = next((i for i in possible if i not in kept and _says_parts(table, i)), None)
    if wanted is not None:
        target = find_column(layout, wanted, where)
        part = None if part == target else part
        return Roles(target, part=part, note=f"The class is {layout.column(target)}, as asked for.")
    if layout.target is not None and layout.target not in left_out:
        return Roles(layout.target, part=part, note=f"The class is {layout.column(layout.target)}, as the header says.")
    possible = [i for i in possible if i != part and i not in kept]
    if not possible:
        raise InputError(f"{where}: no column is left for the class")
    target, why = _by_name(table, possible) or _by_contents(table, possible)
    return Roles(target, part=part, note=f"The class is {layout.column(target)}, {why}.")


def _rank(layout: Layout, name: str) -> int | None:
    """How plainly a heading says 'class'; y beside x is a coordinate."""
    beside_x = name.lower() == "y" and "x" in map(str.lower, layout.names)
    return rank(name) if layout.header and not beside_x else None


def _by_name(table: Table, columns: Sequence[int]) -> tuple[int, str] | None:
    """The class column by its name, and how it was chosen; None where no name says it."""
    layout = table.layout
    ranks = {i: place for i in columns if (place := _rank(layout, layout.names[i])) is not None}
    plain = sorted((place, i) for i, place in ranks.items() if place < OUTCOME_RANK)
    outcomes = [i for i, place in ranks.items() if place == OUTCOME_RANK and can_be_class(table, i)]
    others = [i for i, place in ranks.items() if place > OUTCOME_RANK and can_be_class(table, i)]
    if plain:
        first = plain[0][1]
        if rank(layout.names[first]) == FIRST.index("class") and _is_text(table, first):
            outcomes = [i for i in outcomes if layout.names[i].lower() in ("survived", "outcome", "diagnosis", "churn")]
            _refuse_two(table, [first, *outcomes])
        return first, "by its name"
    for named in (outcomes, others):
        if named:
            _refuse_two(table, named)
            return named[0], "by its name"
    return None


def _by_contents(table: Table, columns: Sequence[int]) -> tuple[int, str]:
    """The class column by what it holds: the one text column of few values, else the last column."""
    texts = [i for i in columns if _is_text(table, i) and can_be_class(table, i)]
    last = columns[-1]
    if texts and last not in texts and _is_code(table, last):
        texts.append(last)
    if texts:
        _refuse_two(table, texts)
        return texts[0], "the only column of few texts"
    return last, "the last column (" + ("no name says which it is" if table.layout.header else "no header") + ")"


def _refuse_two(table: Table, columns: Sequence[int]) -> None:
    """Raise InputError where more than one column may be the class."""
    if len(columns) < 2:
        return
    names = [f"{table.layout.column(i)} ({_values(table, i)} values)" for i in columns[:3]]
    more = f" or {len(columns) - 3:,} more" if len(columns) > 3 else ""
    name = table.layout.names[columns[-1]] if table.layout.header else str(columns[-1] + 1)
    raise InputError(
        f"{label(table.path)}: the class may be {' or '.join(names)}{more}; say which, such as --target '{shown(name)}'"
    )


def can_be_class(table: Table, index: int) -> bool:
    """Whether a column's values may be classes: from two to MANY_CLASSES, each in two rows on average, no decimals."""
    column = table.columns[index]
    present = _present(table, index)
    if column.as_numbers or present * 2 < column.rows:
        return False
    if not _is_text(table, index) and column.tally.fraction:
        return False
    return 2 <= _values(table, index) <= min(MANY_CLASSES, present // 2)


def _present(table: Table, index: int) -> int:
    return int((table.columns[index].texts(MISSING)[0] >= 0).sum())


def _values(table: Table, index: int) -> int:
    return len(table.columns[index].texts(MISSING)[1])


def _is_text(table: Table, index: int) -> bool:
    """Whether a column holds texts; one of numbers and a few other cells is none."""
    column = table.columns[index]
    if column.as_numbers or column.tally.numbers * 2 >= column.rows:
        return False
    return column.tally.numbers * 2 < _present(table, index)


def _is_code(table: Table, index: int) -> bool:
    """Whether a column's numbers are two or three that count up from 0 or 1, or -1 and 1, as codes of classes are."""
    column = table.columns[index]
    if not can_be_class(table, index):
        return False
    values = sorted({float(value) for value in column.floats() if value == value})
    return values in ([0, 1], [1, 2], [-1, 1], [0, 1, 2], [1, 2, 3])


def _says_parts(table: Table, index: int) -> bool:
    """Whether a column says for each row whether it is of the training or the test part."""
    column = table.columns[index]
    if column.as_numbers or column.tally.numbers:
        return False
    texts = {text.lower() for text in column.texts(frozenset())[1]}
    return texts <= _PARTS and len({text[:2] for text in texts} & {"tr", "te"}) == 2


def _soft(layout: Layout) -> tuple[int, ...]:
    return tuple(i for i, name in enumerate(layout.names) if layout.header and name.startswith(TARGET_PREFIX))


def _soft_roles(layout: Layout, soft: tuple[int, ...], wanted: str | None, where: str) -> Roles:
    if wanted is not None:
        raise InputError(f"{where} has columns of soft targets ('{TARGET_PREFIX}…'): leave out the target")
    classes = tuple(layout.names[i][len(TARGET_PREFIX) :].strip() for i in soft)
    if len(soft) < 2 or len(set(classes)) < len(classes) or "" in classes:
        raise InputError(
            f"{where} needs a '{TARGET_PREFIX}NAME' column for each of at least two classes; "
            f"it has {shown(', '.join(layout.names[i] for i in soft), 200)}"
        )
    note = f"The soft targets are the columns {shown(', '.join(layout.names[i] for i in soft), 120)}."
    return Roles(_beside(layout, soft, "class"), soft, classes, _beside(layout, soft, "part"), note)


def _beside(layout: Layout, soft: tuple[int, ...], name: str) -> int | None:
    """The column 'class' or 'part' beside soft targets: one that follows them, where predictors have the name too."""
    named = [
        i for i, other in enumerate(layout.names) if i not in soft and re.fullmatch(rf"{name}( \(\d+\))?", other, re.I)
    ]
    after = [i for i in named if i > soft[-1]]
    exact = [i for i in named if layout.names[i].lower() == name]
    return next(iter([*after, *exact]), None)
