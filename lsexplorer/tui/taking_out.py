"""Takes tables, histories and the screen out of the program: to the clipboard, or to a file."""

from typing import Any

from lsexplorer.reports.run_tables import SEPARATORS, history_rows, separated, separator_of
from lsexplorer.tui.training_screen import TrainingScreen
from lsexplorer.tui.widgets.number_table import NumberTable


def copy_table(screen: TrainingScreen[Any, Any], table: NumberTable) -> None:
    """Copy a table to the clipboard."""
    rows = table.all_rows()
    screen.app.copy_to_clipboard(separated(rows, "\t"))
    screen.say(f"Copied {len(rows) - 1} rows of '{table.border_title}', if your terminal can. W writes a file.")


def ask_to_write(screen: TrainingScreen[Any, Any], table: NumberTable) -> None:
    """Ask what to write, then where, and write it."""
    from lsexplorer.tui.file_prompt import FilePrompt, write_files
    from lsexplorer.tui.question import Question

    screen.pause()
    rows_of_table, name = table.all_rows(), screen.session.data.name
    picture = screen.app.export_screenshot(title="lsexplorer")

    def ask(what: object) -> None:
        if what in more:
            more[str(what)][1]()
        if what not in ("h", "t", "s"):
            return
        part = {"h": "history", "t": "table", "s": "screen"}[str(what)]
        endings = (".svg",) if what == "s" else tuple(SEPARATORS)

        def write(path: str) -> None:
            rows = history_rows(screen.history) if what == "h" else rows_of_table
            text = picture if what == "s" else separated(rows, separator_of(path))
            screen.say(write_files(screen.app, {path: text.encode()}))

        hint = f"{' or '.join(endings)}; a folder that is missing is made"
        screen.app.push_screen(FilePrompt(f"Write the {part} to", hint, f"{name}-{part}{endings[0]}", endings, write))

    more = screen.passing_on
    words = {key: word for key, (word, _) in more.items()}
    answers = {"h": "history", "t": "table", "s": "screen", **words, "escape": "cancel"}
    screen.app.push_screen(Question("Write", f"The table is '{table.border_title}'.", answers), ask)
