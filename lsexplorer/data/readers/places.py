"""Which lines of a file a note speaks of."""

from lsexplorer.data.files import counted

_NAMED = 4
"""So many ranges of lines are given; of more, the first and the count."""


class Places:
    """Line numbers, in ascending order, in bounded memory; false while there are none."""

    def __init__(self, *lines: int) -> None:
        self.count = 0
        """Of the lines."""
        self.last = 0
        """The last of them."""
        self._ranges: list[list[int]] = []
        for line in lines:
            self.add(line)

    def add(self, line: int) -> None:
        """Take one more line."""
        self.count += 1
        self.last = line
        if self._ranges and line == self._ranges[-1][1] + 1:
            self._ranges[-1][1] = line
        elif len(self._ranges) <= _NAMED:
            self._ranges.append([line, line])

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def lines(self) -> str:
        """The lines as a sentence begins with them: 'Line 3', 'Lines 1-3 and 7', '12 lines (the first is line 3)'."""
        texts = [str(first) if first == last else f"{first}-{last}" for first, last in self._ranges]
        if len(texts) > _NAMED:
            return f"{counted(self.count, 'line', 'lines')} (the first is line {self._ranges[0][0]})"
        *before, last = texts
        return f"Line{'s' if self.count > 1 else ''} " + (f"{', '.join(before)} and {last}" if before else last)
