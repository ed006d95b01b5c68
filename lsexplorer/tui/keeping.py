"""An application that loses no run: an error in it does not end it, and a signal that does leaves the run in a file."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from textual import events
from textual.app import App
from textual.dom import DOMNode

from lsexplorer.data.files import shown
from lsexplorer.errors import InputError
from lsexplorer.run import Trainer
from lsexplorer.tui.autosave import SECONDS, Autosave
from lsexplorer.tui.settings import Settings

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
FAILED = 1
"""Textual's return code after an error that it has not survived."""
_PATIENCE = 3.0
"""Seconds that the terminal is given to be put in order after a signal; it may not be there any more."""
_MAX_ERRORS = 20


class KeepingApp(App[None]):
    """Passes over errors in actions and input, and keeps its runs when it is ended from outside.

    Errors are said on the screen and told by `last_words`. Without a terminal, as in a test, they are raised.
    """

    autosave: Autosave | None = None
    """Where the runs are kept while the program goes on, None for a program without a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._errors: list[Exception] = []
        self._kept: list[str] | None = None
        self._offered = False
        self.settings = Settings()

    def runs(self) -> Sequence[tuple[Trainer, str]]:
        """The runs that must not be lost, each with the run file that it came from, or an empty text."""
        raise NotImplementedError

    def on_load(self) -> None:
        """Take over the signals that end the program."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    with contextlib.suppress(NotImplementedError):  # on Windows
                        loop.add_signal_handler(number, self._end, number)

    def on_mount(self) -> None:
        """Begin to keep the runs, and to look whether the terminal is there."""
        if self.autosave is not None:
            self.set_interval(SECONDS, self._save_in_background)
        if not self.is_headless and _has_terminal():
            self.set_interval(SECONDS, self._end_without_terminal)

    def _end_without_terminal(self) -> None:
        """Leave when the terminal is gone, which nobody said where SIGHUP is ignored, as nohup has it."""
        if not _has_terminal():
            self._end(getattr(signal, "SIGHUP", signal.SIGTERM))

    def _save_in_background(self) -> None:
        """Write what has changed, which a step does not wait for."""
        if self.autosave is not None and (due := self.autosave.due([trainer for trainer, _ in self.runs()])):
            self.run_worker(partial(self.autosave.write, due), thread=True, group="autosave")

    def save_now(self) -> None:
        """Write what has changed, and wait for it."""
        if self.autosave is not None:
            self.autosave.write(self.autosave.due([trainer for trainer, _ in self.runs()]))

    def _end(self, number: int) -> None:
        """Keep the runs at once, then leave; what hangs on a terminal that is gone is not waited for."""
        self.keep_runs()
        end = threading.Timer(_PATIENCE, os._exit, (128 + number,))
        end.daemon = True
        end.start()
        self.exit(return_code=128 + number)

    def keep_runs(self, *, goes_on: bool = False) -> list[str]:
        """Keep each run, but the first if that goes on; the names of new files. Done once.

        What the next start offers needs no file; other runs than the first, which goes on, are offered no more.
        """
        if self._kept is None and self.is_web:  # the files here are not the visitor's
            self._kept = []
        if self._kept is None:
            self.save_now()
            self._offered = self.autosave is not None and self.autosave.holds and not goes_on
            runs = () if self._offered else self.runs()[goes_on:]
            self._kept = [file for trainer, path in runs if (file := keep_run(trainer, path))]
        return self._kept

    def last_words(self, *, goes_on: bool = False) -> list[str]:
        """What to say when the program has ended: errors that were passed over, and where runs are kept.

        Runs are kept here if an error has ended it; goes_on: the first run is not, since it will be opened again.
        """
        lines = ["".join(traceback.format_exception(error)).rstrip() for error in self._errors]
        if self._errors:
            lines.append("The errors above were passed over: please report them.")
        if self.return_code:
            kept = self.keep_runs(goes_on=goes_on)
            lines += ["The run is kept: `lsexplorer` offers it at its next start."] * self._offered
            lines += [f"The run is kept in {file}: `lsexplorer {file}` opens it." for file in kept]
        return lines

    def pass_over(self, error: Exception) -> None:
        """Say that something failed, and go on."""
        if self.is_headless:
            raise error
        if len(self._errors) < _MAX_ERRORS:
            self._errors.append(error)
        text = f"That failed, and the run goes on: {type(error).__name__}: {shown(error, 200)}"
        self.notify(text, severity="error", markup=False)

    async def run_action(
        self, action: str | tuple[str, str, tuple[object, ...]], default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:  # fmt: skip
        """Perform an action, whichever widget's it is; an error in it is passed over."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:
            self.pass_over(error)
            return True

    async def on_event(self, event: events.Event) -> None:
        """Handle an event; an error that input leads to is passed over."""
        try:
            await super().on_event(event)
        except Exception as error:
            if not isinstance(event, events.InputEvent):
                raise
            self.pass_over(error)


def _has_terminal() -> bool:
    return sys.__stdin__ is not None and not sys.__stdin__.closed and os.isatty(sys.__stdin__.fileno())


def keep_run(trainer: Trainer, path: str) -> str:
    """Write a run to a new file beside its own, or in the working folder; its name, or nothing if it cannot be kept.

    A run without a step or a change is not worth a file.
    """
    if not trainer.step_count and not trainer.events:
        return ""
    own = Path(os.path.expanduser(path) if path else f"{trainer.data.name}-run.json")
    for number in range(1, 1000):
        file = own.with_name(f"{own.stem}-kept{'' if number == 1 else f'-{number}'}.json")
        if not os.path.lexists(file):
            try:
                trainer.save(file)
            except InputError:
                return ""
            return str(file)
    return ""
