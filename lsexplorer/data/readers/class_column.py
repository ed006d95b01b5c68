"""Which column of a text file holds the classes, and whether the file holds soft targets."""

from dataclasses import dataclass
from pathlib import Path

from lsexplorer.data.files import closest, label, shown
from lsexplorer.data.readers.layout import Layout
from lsexplorer.data.readers.sniff import TARGET_NAMES, TARGET_PREFIX
from lsexplorer.errors import InputError


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


def find_roles(layout: Layout, wanted: str | None, path: Path) -> Roles:
    """Decide what a file's columns are for; raises InputError for a target that is not there."""
    soft = tuple(i for i, name in enumerate(layout.names) if layout.header and name.startswith(TARGET_PREFIX))
    if soft:
        return _soft_roles(layout, soft, wanted, path)
    if wanted is not None:
        target = _wanted(layout, wanted.strip(), path)
        return Roles(target, note=f"The class is {layout.column(target)}, as asked for.")
    lower = [name.lower() for name in layout.names]
    for name in TARGET_NAMES if layout.header else ():
        if name in lower and not (name == "y" and "x" in lower):  # beside x, y is a coordinate
            target = lower.index(name)
            return Roles(target, note=f"The class is {layout.column(target)}, by its name.")
    last = len(layout.names) - 1
    why = f"since none is named {', '.join(TARGET_NAMES[:-1])} or {TARGET_NAMES[-1]}" if layout.header else "no header"
    return Roles(last, note=f"The class is {layout.column(last)}, the last column ({why}).")


def _wanted(layout: Layout, wanted: str, path: Path) -> int:
    names = layout.names
    if wanted in names:
        return names.index(wanted)
    same = [i for i, name in enumerate(names) if name.lower() == wanted.lower()]
    if len(same) == 1:
        return same[0]
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(names):
        return int(wanted) - 1
    hint = f"{closest(wanted, list(names))} Its columns are {shown(', '.join(names), 300)}:" if layout.header else ""
    raise InputError(
        f"{label(path)} has no column '{shown(wanted)}'.{hint or ' It has no header:'} "
        f"give {'a name or ' if layout.header else ''}a number from 1 to {len(names)}"
    )


def _soft_roles(layout: Layout, soft: tuple[int, ...], wanted: str | None, path: Path) -> Roles:
    if wanted is not None:
        raise InputError(f"{label(path)} has columns of soft targets ('{TARGET_PREFIX}…'): leave out the target")
    classes = tuple(layout.names[i][len(TARGET_PREFIX) :].strip() for i in soft)
    if len(soft) < 2 or len(set(classes)) < len(classes) or "" in classes:
        raise InputError(
            f"{label(path)} needs a '{TARGET_PREFIX}NAME' column for each of at least two classes; "
            f"it has {shown(', '.join(layout.names[i] for i in soft), 200)}"
        )
    others = {name.lower(): i for i, name in enumerate(layout.names) if i not in soft}
    note = f"The soft targets are the columns {shown(', '.join(layout.names[i] for i in soft), 120)}."
    return Roles(others.get("class"), soft, classes, others.get("part"), note)
