"""The screens that the explorer opens, loaded when they are asked for, and what it does with their results."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

from lsexplorer.errors import InputError
from lsexplorer.tui.explorer.scene_screen import SceneScreen
from lsexplorer.tui.explorer.texts import chosen, taken
from lsexplorer.tui.model.session import Session

if TYPE_CHECKING:
    from lsexplorer.tui.compare.methods import Taken
    from lsexplorer.tui.open.reading import Opened

Result = TypeVar("Result")


def open_data(explorer: SceneScreen) -> None:
    """The rows of the data, and back with one of them to look at."""
    from lsexplorer.tui.data.screen import DataScreen

    def closed(sample: int | None) -> None:
        if sample is not None:
            explorer.session.set_sample(sample)
        explorer.refresh_frame()
        if sample is not None:
            session = explorer.session
            explorer.say(chosen(explorer.shown.sample_row, session.step_before(sample), session.step_count))

    _open(explorer, lambda: DataScreen(explorer.session), closed)


def open_file(explorer: SceneScreen) -> None:
    """Another file, read and shown before it is loaded."""
    from lsexplorer.tui.open.screen import OpenScreen
    from lsexplorer.tui.open.shared import SharedPrompt

    def closed(opened: "Opened | None") -> None:
        if opened is not None:
            explorer.show_run(Session(opened.trainer, opened.path))

    if not explorer.form_waits():
        if explorer.app.is_web:
            _open(explorer, SharedPrompt)
        else:
            _open(explorer, OpenScreen, closed)


def open_comparison(explorer: SceneScreen) -> None:
    """Plain training and each regulariser side by side, and back with one of them."""
    from lsexplorer.tui.compare.screen import CompareScreen

    def closed(method: "Taken | None") -> None:
        if method is None:
            explorer.refresh_frame()
            return
        kept = explorer.replace_run(lambda session: session.rebuild(asdict(method.hyperparameters)))
        explorer.session.sample, explorer.session.node = method.sample, method.node
        message = taken(method.name, method.step, method.hyperparameters.seed)
        explorer.train_to(method.step, f"{message} {kept}")

    _open(explorer, lambda: CompareScreen(explorer.session), closed)


def open_patterns(explorer: SceneScreen) -> None:
    """The hidden patterns of the network as it stands."""
    from lsexplorer.tui.patterns.screen import PatternsScreen

    _open(explorer, lambda: PatternsScreen(explorer.session.trainer))


def _open(
    explorer: SceneScreen, make: Callable[[], Screen[Result]], closed: Callable[[Result | None], None] | None = None
) -> None:
    """Pause and open a screen, or say why it cannot be made; closed: takes the screen's result."""
    explorer.pause()
    try:
        screen = make()
    except InputError as error:
        explorer.say(f"{error}.", error=True)
    except MemoryError:
        explorer.say("There is not enough memory for that.", error=True)
    else:
        explorer.app.push_screen(screen, closed)
