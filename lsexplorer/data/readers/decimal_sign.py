"""Which decimal sign a column's numbers have, and what is said of the forms in which they are written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lsexplorer.data.files import counted, shown
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers.number_forms import parse
from lsexplorer.data.readers.tally import Seen, Tally
from lsexplorer.errors import InputError

MAX_UNITS = 3
"""A column with more different words beside its numbers is text."""

_NAMES = {".": "point", ",": "comma"}


@dataclass(frozen=True)
class Signs:
    """What is known of a file's decimal sign besides what a column shows itself."""

    given: str | None
    """By the options."""
    of_file: str | None
    """By the file's other columns, where they agree."""
    delimiter: str = ","
    lenient: bool = False
    """Whether a point that may group digits is a decimal point: in a file that this program wrote."""


def signs(tallies: Iterable[Tally], options: LoadOptions, delimiter: str, lenient: bool) -> Signs:
    """What a file's columns of numbers and the options say of the decimal sign."""
    other = {".": ",", ",": "."}
    given = options.decimal or other.get(options.thousands or "")
    shown_by = {tally.decimal for tally in tallies if tally.decimal}
    return Signs(given, shown_by.pop() if len(shown_by) == 1 else None, delimiter, lenient)


def decimal_sign(tally: Tally, known: Signs, place: Callable[[int], str]) -> str:
    """The decimal sign of a column.

    place: names a row in messages. Raises InputError, naming a cell, where numbers have both signs, or one that may be
    either.
    """
    if known.given is not None:
        wrong = tally.comma if known.given == "." else tally.point
        if wrong.count:
            sign = _NAMES[known.given]
            raise InputError(f"{place(wrong.row)}: '{shown(wrong.text)}' is no number with a decimal {sign}")
        return known.given
    if tally.point.count and tally.comma.count:
        rare, sign = min(((tally.point, "."), (tally.comma, ",")), key=lambda pair: pair[0].count)
        other = tally.point if sign == "," else tally.comma
        raise InputError(
            f"{place(rare.row)}: '{shown(rare.text)}' has a decimal {_NAMES[sign]}, but other numbers of the column, "
            f"such as '{shown(other.text)}', do not; write them alike, or leave the column out with --drop"
        )
    return tally.decimal or _undecided(tally, known, place)


def _undecided(tally: Tally, known: Signs, place: Callable[[int], str]) -> str:
    """The decimal sign of a column none of whose numbers shows it."""
    points, commas = tally.either["."], tally.either[","]
    if known.of_file is not None or not (points.count or commas.count):
        return known.of_file or "."
    if points.count and commas.count:
        raise _ambiguous(min(points, commas, key=lambda seen: seen.count), place)
    if points.count:
        if tally.small.count and not tally.large and not known.lenient:
            raise _ambiguous(points, place)
        return "."
    if known.delimiter != ",":
        raise _ambiguous(commas, place)
    return "."


def _ambiguous(seen: Seen, place: Callable[[int], str]) -> InputError:
    mark = "." if "." in seen.text else ","
    return InputError(
        f"{place(seen.row)}: '{shown(seen.text)}' may be a decimal or a thousands {_NAMES[mark]}; "
        f"--decimal {mark} or --thousands {mark} says which"
    )


def units(tally: Tally) -> dict[str, Seen]:
    """The cells with each currency, unit or percent sign, whatever its case, singular or plural."""
    kinds: dict[str, Seen] = {}
    for affix, seen in tally.affixes.items():
        unit = affix.casefold().rstrip(".")
        unit = unit.removesuffix("s") if len(unit) > 2 else unit
        kinds.setdefault(unit, Seen()).add(seen.count, seen.row, seen.text)
    return kinds


def check_units(tally: Tally, place: Callable[[int], str]) -> None:
    """Raise InputError for numbers of different units, or with a percent sign here and none there."""
    kinds = units(tally)
    if not kinds:
        return
    bare = tally.numbers - sum(seen.count for seen in kinds.values())
    common, *others = sorted(kinds.values(), key=lambda seen: -seen.count)
    if others:
        raise InputError(
            f"{place(others[0].row)}: '{shown(others[0].text)}' has another unit than '{shown(common.text)}'; write "
            "the column in one unit, or leave it out with --drop"
        )
    if bare and set(kinds) & {"%", "‰"}:
        raise InputError(
            f"{place(common.row)}: '{shown(common.text)}' has a percent sign, but {counted(bare, 'number', 'numbers')} "
            "of the column have none; write them alike, or leave the column out with --drop"
        )


def form_notes(tally: Tally, decimal: str, known: Signs) -> list[str]:
    """What is to be said, after the column's name, of how its numbers are written."""
    notes = [
        f": {counted(seen.count, 'cell', 'cells')} with '{shown(affix)}' {'was' if seen.count == 1 else 'were'} "
        "read as numbers."
        for affix, seen in tally.affixes.items()
    ]
    grouped = Seen()
    for seen in (tally.grouped, tally.either["." if decimal == "," else ","]):
        if seen.count:
            grouped.add(seen.count, seen.row, seen.text)
    if grouped.count:
        notes.append(
            f": {counted(grouped.count, 'cell has its', 'cells have their')} digits grouped: "
            f"'{shown(grouped.text)}' was read as {_value(grouped.text, decimal)}."
        )
    undecided = decimal == "." and tally.either["."].count and not tally.point.count
    if undecided and known.given is None and known.of_file is None:
        text = shown(tally.either["."].text)
        notes.append(f": the point in '{text}' was taken for a decimal point; --thousands . says it is none.")
    for style, seen in tally.styles.items():
        what = "in brackets" if style == "brackets" else "with a typographic minus"
        notes.append(f": {counted(seen.count, 'number', 'numbers')} {what}, such as {shown(seen.text)}, are negative.")
    return notes


def comma_note(columns: list[tuple[str, Tally]]) -> list[str]:
    """A sentence on the columns whose numbers have decimal commas, if there are any."""
    seen = [(column, tally.comma) for column, tally in columns if tally.comma.count]
    if not seen:
        return []
    column, first = seen[0]
    more = f" and {counted(len(seen) - 1, 'other column', 'other columns')}" if len(seen) > 1 else ""
    return [
        f"{column}{more}: the decimal sign is a comma; '{shown(first.text)}' was read as {_value(first.text, ',')}."
    ]


def _value(text: str, decimal: str) -> str:
    number = parse(text)
    if number is None:
        return text
    return f"{number.comma if decimal == ',' else number.point:.15g}"
