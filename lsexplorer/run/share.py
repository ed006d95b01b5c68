"""A run as a short text that opens it again: iris?label_smoothing=0.1#40.l2=0.01&step=200.

What stands before the question mark is the data; after it come the options of the data and the hyperparameters that
differ from those that suit the data; after the number sign the changes on the way, each with its step, and the steps.
"""

import math
import os
from contextlib import suppress
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.data.files import shown
from lsexplorer.data.options import TEXT_OPTIONS, LoadOptions, parse_option, write_option
from lsexplorer.errors import InputError
from lsexplorer.run.hyperparameters import Hyperparameters, parse, schema, show
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.record import RunRecord
from lsexplorer.run.replay import Progress, check_length, replay
from lsexplorer.run.timeline import MAX_STEPS, Event
from lsexplorer.run.trainer import Trainer

_SAFE = ",.:;/~ "
"""Characters that stay as they are; a space becomes a plus sign."""
_OPTIONS = frozenset(LoadOptions.__dataclass_fields__)


def is_shared(source: str) -> bool:
    """Whether a source is such a text, and not a file whose name has these signs."""
    return ("?" in source or "#" in source) and not os.path.lexists(source)


def has_steps(source: str) -> bool:
    """Whether a source is such a text, and says how many steps its run has; InputError for one that is malformed."""
    return is_shared(source) and _parts(source)[-1] > 0


def share_text(trainer: Trainer) -> str:
    """The text of a run up to its present step; errors as of record_text."""
    return record_text(trainer.record())


def record_text(record: RunRecord) -> str:
    """The text of a run.

    Raises InputError for what a text cannot hold: data that were never a file, weights that were set by hand, pattern
    targets.
    """
    data = record.data
    if not data.source:
        raise InputError(f"the data '{data.name}' were no file, so that no text can name them: save the run instead")
    settings = [(name, _option_text(name, value)) for name, value in _options(data)]
    suits = Hyperparameters().replace(**default_hyperparameters(data))
    settings += [
        (spec.name, show(spec.name, value))
        for spec in schema()
        if (value := getattr(record.hyperparameters, spec.name)) != getattr(suits, spec.name)
    ]
    ends = []
    for event in record.events:
        if event.parameters is not None:
            raise InputError(
                f"weights were set by hand at step {event.step}, which no text holds: save the run instead"
            )
        ends += [(f"{event.step}.{name}", show(name, new)) for name, (_, new) in event.changes.items()]
    if record.steps:
        ends.append(("step", str(record.steps)))
    return _quoted(data.source) + _list("?", settings) + _list("#", ends)


def load_shared(text: str, progress: Progress | None = None, *, max_seconds: float = math.inf) -> Trainer:
    """The run that a text stands for, trained again; arguments as of load_run.

    Raises InputError, in one line, for a text that is none, and for data and settings as load_dataset and
    Hyperparameters do.
    """
    source, options, settings, changes, steps = _parts(text)
    data = load_dataset(source, **_load_options(options).as_dict())
    hp = Hyperparameters().replace(**default_hyperparameters(data) | settings)
    events, now = [], hp
    for step, changed in sorted(changes.items()):
        event = Event(step, {name: (getattr(now, name), new) for name, new in changed.items()})
        events.append(event)
        now = event.applied_to(now)
    record = RunRecord(data, hp, tuple(events), steps)
    trainer = Trainer(data, hp)
    check_length(trainer, record, max_seconds)
    replay(trainer, record, progress)
    return trainer


def _parts(text: str) -> tuple[str, dict[str, str], dict[str, Any], dict[int, dict[str, Any]], int]:
    """Source, options of the data, hyperparameters, changes by step, steps."""
    head, _, end = text.partition("#")
    source, _, query = head.partition("?")
    options, settings = dict[str, str](), dict[str, Any]()
    for name, value in _pairs(query, text):
        if name in _OPTIONS and name != "seed":
            options[name] = value
        elif name == "split_seed":
            options["seed"] = value
        else:
            settings[name] = parse(name, value)
    changes, steps = dict[int, dict[str, Any]](), 0
    for name, value in _pairs(end, text):
        at, dot, changed = name.partition(".")
        if name == "step":
            steps = _step(value, text)
        elif dot:
            changes.setdefault(_step(at, text), {})[changed] = parse(changed, value)
        else:
            raise InputError(f"after # stand step=N and changes such as 40.l2=0.01, got '{shown(name)}={shown(value)}'")
    late = [step for step in changes if step > steps]
    if late:
        raise InputError(
            f"a change stands at step {late[0]}, but the run has {steps} steps: add step={late[0]} or more"
        )
    return unquote(source.replace("+", " ")), options, settings, changes, steps


def _pairs(text: str, whole: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=10_000
        )
    except ValueError:
        raise InputError(f"a setting is NAME=VALUE, joined by &, in '{shown(whole)}'") from None


def _step(text: str, whole: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 12 and int(text) <= MAX_STEPS):
        raise InputError(f"a step is a whole number from 0 to {MAX_STEPS:,}, got '{shown(text)}' in '{shown(whole)}'")
    return int(text)


def _load_options(given: dict[str, str]) -> LoadOptions:
    types, values = get_type_hints(LoadOptions), dict[str, Any]()
    for name, text in given.items():
        values[name] = parse_option(name, text) if name in TEXT_OPTIONS else text
        with suppress(msgspec.ValidationError):  # LoadOptions says what would be right
            values[name] = msgspec.convert(values[name], types[name], strict=False)
    return LoadOptions(**values)


def _options(data: Dataset) -> list[tuple[str, Any]]:
    default, given = LoadOptions().as_dict(), data.options.as_dict()
    changed = ((name, getattr(data.options, name)) for name in given if given[name] != default.get(name))
    return [("split_seed" if name == "seed" else name, value) for name, value in changed]


def _option_text(name: str, value: Any) -> str:
    if name in TEXT_OPTIONS:
        return write_option(name, value)
    return str(value)


def _list(sign: str, pairs: list[tuple[str, str]]) -> str:
    return sign + "&".join(f"{name}={_quoted(value)}" for name, value in pairs) if pairs else ""


def _quoted(text: str) -> str:
    return quote(text, safe=_SAFE, errors="surrogateescape").replace(" ", "+")
