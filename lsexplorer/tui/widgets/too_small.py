"""What stands on the screen where the terminal has too little room for anything else."""

from textual.widgets import Static


class TooSmall(Static):
    """The size that is needed and the one there is."""

    DEFAULT_CSS = """
    TooSmall { display: none; width: 100%; height: 100%; content-align: center middle; text-align: center; }
    """

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(id="too_small", markup=False)
        self._needed = columns, rows

    def render(self) -> str:
        """Both sizes, and the way out."""
        columns, rows = self._needed
        width, height = self.app.size
        return (
            f"lsexplorer needs {columns}×{rows} characters;\nthis terminal has {width}×{height}.\n"
            "Please make it larger, or its font smaller.\nq quits."
        )
