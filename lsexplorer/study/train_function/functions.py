"""Training functions: where they come from, and one call of them.

They are the user's own code, and named by the user alone: on the command line or in Python, never in a file of results.
"""

import contextlib
import hashlib
import importlib.util
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType, TracebackType
from typing import NamedTuple

import numpy as np

from lsexplorer.bank.threads import own_blas_threads
from lsexplorer.data.files import check_file, closest, label, shown
from lsexplorer.data.output import written
from lsexplorer.errors import InputError, TrainingError
from lsexplorer.study.answers.answer import Answer, CheckedAnswer, as_answer
from lsexplorer.study.answers.arrays import numpy_array
from lsexplorer.study.answers.files import read_answer, write_answer
from lsexplorer.study.answers.layout import DIVERGED
from lsexplorer.study.jobs.executors import CancelCheck, CancelledJob, is_pool_process
from lsexplorer.study.train_function.recipe import Recipe

Train = Callable[[Recipe], Answer]
"""Trains a network and returns what it answers."""
WATCH_SECONDS = 0.2
"""Seconds between two looks, in a process, at whether its training is still wanted."""


@dataclass(frozen=True)
class FileFunction:
    """A function in a Python file; every process that calls it loads the file for itself."""

    path: Path
    name: str

    @property
    def label(self) -> str:
        """How it is called in messages: 'mymodel.py:train'."""
        return f"{label(Path(self.path.name))}:{self.name}"

    @property
    def digest(self) -> str:
        """The file's SHA-256."""
        return _digest(self.path)

    def load(self) -> Train:
        """The function; raises InputError where there is none, and TrainingError where the file raises."""
        module = _module(self.path)
        function = getattr(module, self.name, None)
        if not callable(function):
            names = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
            what = "is no function" if hasattr(module, self.name) else "does not exist there."
            raise InputError(f"{label(self.path)}: '{shown(self.name)}' {what}{closest(self.name, names)}")
        found: Train = function
        return found


@dataclass(frozen=True)
class GivenFunction:
    """A function handed over in Python."""

    function: Train

    @property
    def label(self) -> str:
        """How it is called in messages."""
        return str(getattr(self.function, "__qualname__", type(self.function).__qualname__))

    @property
    def digest(self) -> str:
        """The SHA-256 of the file that it is written in; '' where there is none."""
        code = getattr(self.function, "__code__", None)
        path = Path(code.co_filename) if code is not None else None
        return _digest(path) if path is not None and path.is_file() else ""

    def load(self) -> Train:
        """The function."""
        return self.function


Function = FileFunction | GivenFunction


def named_function(text: str) -> FileFunction:
    """The function that FILE.py:FUNCTION names; raises InputError for any other text, and where there is no file."""
    file, colon, name = text.rpartition(":")
    if not (colon and name.isidentifier() and file.endswith(".py")):
        raise InputError(f"--trainer must be FILE.py:FUNCTION, such as mymodel.py:train, got '{shown(text)}'")
    path = Path(os.path.expanduser(file))
    check_file(path)
    return FileFunction(path.resolve(), name)


def check_portable(function: Function) -> None:
    """Raise InputError where a function cannot travel to another process."""
    where = "define it at the top of a module that can be imported, or leave out workers"
    if isinstance(function, GivenFunction):
        try:
            pickle.dumps(function)
        except Exception as error:  # whatever the pickling of their object raises
            reason = shown(error, 120)
            raise InputError(f"'{function.label}' cannot be handed to other processes: {where} ({reason})") from None
        main = sys.modules["__main__"]
        if getattr(function.function, "__module__", "") == "__main__" and not hasattr(main, "__file__"):
            raise InputError(f"'{function.label}' is defined in no file that other processes could read: {where}")


class Trained(NamedTuple):
    """What a call of a training function brought."""

    answer: CheckedAnswer | None
    """None where training diverged, or what was asked for is not implemented."""
    refusal: str | None = None
    """What a NotImplementedError said."""


class Order(NamedTuple):
    """A network that is wanted."""

    recipe: Recipe
    path: Path | None
    """Where its answer goes as soon as it is there; None where the job cannot write, or need not."""


def train_one(function: Function, order: Order, check: CancelCheck) -> Trained:
    """A job: one network; without its answer where that went to its file.

    Raises TrainingError for an exception of theirs, and InputError, with the recipe, for what is no answer. Numbers
    that are not finite are a training that has diverged where a remedy is on, else no answer.
    """
    if order.path is not None and is_kept(order.path):  # another run has trained it meanwhile
        return Trained(None)
    with _watched(check):
        trained = _trained(function, order.recipe)
        if order.path is None or trained.refusal is not None:
            return trained
        keep(order.path, trained.answer)
        return Trained(None)


def keep(path: Path, answer: CheckedAnswer | None) -> None:
    """Write an answer to its file; where there is none, beside it that training has diverged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if answer is not None:
        write_answer(path, answer)
    else:
        with written(path.with_suffix(DIVERGED)):
            pass


def is_kept(path: Path) -> bool:
    """Whether a network was trained whose answer would be here."""
    return path.is_file() or path.with_suffix(DIVERGED).is_file()


def kept(path: Path) -> Trained | None:
    """What was kept; None where nothing was."""
    if not is_kept(path):
        return None
    return Trained(read_answer(path) if path.is_file() else None)


def _trained(function: Function, recipe: Recipe) -> Trained:
    train = function.load()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # theirs may print; standard output is for results
            value = train(recipe)
    except NotImplementedError as error:
        return Trained(None, str(error))
    except (Exception, SystemExit) as error:
        raise _training_error(error, f"{function.label} raised {_summary(error)} at {recipe!r}") from error
    if isinstance(value, Answer) and _is_remedy(recipe) and _diverged(value):
        return Trained(None)
    try:
        return Trained(as_answer(value))
    except InputError as error:
        raise InputError(f"{function.label} at {recipe!r}: {error}") from None


def _is_remedy(recipe: Recipe) -> bool:
    return bool(recipe.strengths.keys() - {"label_smoothing"})


def _diverged(answer: Answer) -> bool:
    outputs = answer.logits if answer.logits is not None else answer.probabilities
    with contextlib.suppress(InputError):
        return not np.isfinite(numpy_array(outputs, "logits")).all()
    return False


@contextlib.contextmanager
def _watched(check: CancelCheck) -> Iterator[None]:
    """In a process of a pool, end it once its training is not wanted any more: their code cannot be asked to stop.

    Elsewhere theirs has the threads of BLAS that it would have by itself.
    """
    if not is_pool_process():
        with own_blas_threads():
            yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_SECONDS):
            try:
                check()
            except CancelledJob:
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@lru_cache(maxsize=8)
def _module(path: Path) -> ModuleType:
    """The file as a module, under its own name, so that what it defines can be pickled."""
    if path.stem in sys.modules:
        raise InputError(f"{label(path)}: there is a module called '{shown(path.stem)}' already; rename the file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise InputError(f"{label(path)} cannot be read as a Python file here")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent))  # as for a script: its neighbours can be imported
    try:
        with contextlib.redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        raise _training_error(error, f"{label(path)} raised {_summary(error)} while it was loaded", path) from error
    return module


def _training_error(error: BaseException, message: str, path: Path | None = None) -> TrainingError:
    """The error with the traceback from the user's own code on; path: a file that was being loaded."""
    frames = error.__traceback__
    if path is None:
        frames = frames.tb_next if frames is not None else None
    else:
        while frames is not None and Path(frames.tb_frame.f_code.co_filename) != path:
            frames = frames.tb_next
    return TrainingError(message, "".join(_lines(error, frames)))


def _lines(error: BaseException, frames: TracebackType | None) -> list[str]:
    if frames is None:
        return traceback.format_exception_only(error)
    return traceback.format_exception(type(error), error, frames)


def _summary(error: BaseException) -> str:
    return shown(traceback.format_exception_only(error)[-1], 120)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
