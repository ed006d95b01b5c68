"""Tables as lines of plain text, and tables side by side."""

from collections.abc import Callable, Sequence

from lsexplorer.render.names import told_apart

WIDTH = 100
"""Characters of a line at most."""


def matrix(names: Sequence[str], cells: list[list[str]], title: str) -> list[str]:
    """A table with a row and a column for each class."""
    heads, labels = matrix_titles(names)
    columns = [("", labels), *((head, [row[c] for row in cells]) for c, head in enumerate(heads))]
    return table(columns, left=("",), title=title, gap=" ")


def matrix_titles(names: Sequence[str], longest: int | None = None) -> tuple[list[str], list[str]]:
    """Titles of the columns and the rows of a matrix of classes; where names are long, columns have numbers.

    Names of more than ``longest`` characters are shortened.
    """
    if all(len(name) <= 3 for name in names):
        return list(names), list(names)
    cut = names if longest is None else told_apart(names, longest)
    numbers = [str(c + 1) for c in range(len(names))]
    return numbers, [f"{number} {name}" for number, name in zip(numbers, cut, strict=True)]


def table(
    columns: Sequence[tuple[str, list[str]]],
    left: tuple[str, ...] = ("class", "digit"),
    title: str = "",
    gap: str = "  ",
) -> list[str]:
    """Columns, each a heading and its cells, as lines; the columns named in ``left`` are left-aligned."""
    widths = [max(len(head), *map(len, cells)) for head, cells in columns]

    def place(head: str) -> Callable[[str, int], str]:
        return str.ljust if head in left else str.rjust

    rows = zip(*([head, *cells] for head, cells in columns), strict=True)
    lines = [
        gap.join(place(head)(cell, width) for (head, _), cell, width in zip(columns, row, widths, strict=True))
        for row in rows
    ]
    return [title.ljust(len(lines[0])), *lines] if title else lines


def beside(tables: Sequence[list[str]]) -> list[str]:
    """Tables side by side where there is room, else one below the other."""
    lines: list[str] = []
    for table in tables:
        width = max(map(len, table))
        if lines and max(map(len, lines)) + 4 + width <= WIDTH:
            height, across = max(len(lines), len(table)), max(map(len, lines))
            padded = [line.ljust(across) for line in lines] + [" " * across] * (height - len(lines))
            lines = [f"{a}    {b}" for a, b in zip(padded, [*table, *[""] * (height - len(table))], strict=True)]
        else:
            lines += ([""] if lines else []) + table
    return lines


def folded(text: str, start: str = "") -> list[str]:
    """A text in lines of at most WIDTH characters; the first begins with ``start``."""
    lines, line = [], start
    for word in text.split():
        if len(line) + len(word) > WIDTH:
            lines.append(line.rstrip())
            line = " " * len(start)
        line += word + " "
    return [*lines, line.rstrip()]
