"""Passes a run on: as a short text that opens it again, and as a script of another framework."""

from pathlib import Path

from lsexplorer.errors import InputError
from lsexplorer.export import LABELS, script, write_script
from lsexplorer.export.scripts import check_name, rows_file
from lsexplorer.run.share import share_text
from lsexplorer.tui.file_prompt import FilePrompt, write_files, written_as
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.question import Question
from lsexplorer.tui.screen import CommandScreen

KEYS = {"p": "torch", "j": "jax", "k": "keras", "s": "sklearn"}
"""The key of each framework."""


def share(screen: CommandScreen[None], session: Session) -> None:
    """Show the text that opens the run again, and copy it; raises InputError for a run that no text can hold."""
    text = share_text(session.trainer)
    command = text if screen.app.is_web else f"lsexplorer '{text}'"
    screen.app.copy_to_clipboard(command)
    screen.app.push_screen(Question("This run, up to this step, as a text", command, {"escape": "closes"}))
    if screen.app.is_web:
        screen.say("Copied the text of this run; O opens it again.")
    else:
        screen.say("Copied the command that opens this run, if your terminal can.")


def write_code(screen: CommandScreen[None], session: Session) -> None:
    """Ask for a framework and a file, and write the run's script to it."""

    def ask(key: object) -> None:
        if key in KEYS:
            framework = KEYS[str(key)]
            try:
                script(session.trainer, framework)
            except InputError as error:
                screen.say(str(error), error=True)
            else:
                screen.app.push_screen(_prompt(screen, session, framework))

    answers = {key: LABELS[framework] for key, framework in KEYS.items()} | {"escape": "cancel"}
    question = Question("Write the run as code", "A script that trains to the same weights, in:", answers)
    screen.app.push_screen(question, ask)


def _prompt(screen: CommandScreen[None], session: Session, framework: str) -> FilePrompt:
    allowed = ""

    def write(path: str) -> None:
        nonlocal allowed
        rows = Path(path).with_suffix(".npz")
        if screen.app.is_web:
            check_name(path)
            text = script(session.trainer, framework).encode()
            screen.say(write_files(screen.app, {path: text, str(rows): rows_file(session.data)}))
            return
        if rows.is_file() and path != allowed and not Path(path).is_file():
            allowed = path
            raise InputError(f"{rows.name}, which the script's rows go to, exists; Enter once more replaces it")
        screen.say(written_as(path, *map(str, write_script(session.trainer, framework, path)[1:])))

    name = f"{session.data.name}-{framework}.py"
    return FilePrompt("Write the script to", "its rows go to an .npz of the same name", name, (".py",), write)
