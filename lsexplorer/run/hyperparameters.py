"""The one schema of a run's hyperparameters: names, types, bounds, defaults, help, and what may change live.

The command line's options, the form on the screen, validation, the run file and the README's reference are all made
from it.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal

import numpy as np

from lsexplorer.data.files import name_hint
from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ACTIVATIONS, OUTPUTS
from lsexplorer.nn.arrays import python_value
from lsexplorer.nn.losses import LOSSES, check_output
from lsexplorer.nn.network import INITS
from lsexplorer.nn.regularizers import REGULARIZERS, hard_only
from lsexplorer.nn.updates import OPTIMIZERS

Kind = Literal["int", "float", "bool", "choice", "sizes", "targets"]
SoftTargets = float | tuple[tuple[float, ...], ...] | None

MAX_UNITS, MAX_HIDDEN_LAYERS = 4096, 8


@dataclass(frozen=True)
class Spec:
    """A hyperparameter's entry in the schema."""

    name: str
    kind: Kind
    default: Any
    help: str
    live: bool = False
    """Whether it may change between two steps of a run; the others rebuild the network."""
    low: float = -math.inf
    """The least value of a number."""
    high: float = math.inf
    """The greatest."""
    open_low: bool = False
    """Whether the value must be above ``low``."""
    choices: tuple[str, ...] = ()
    added_later: bool = False
    """Whether files of earlier versions lack it: `as_dict` leaves it out at its default, as they do."""

    @property
    def range_text(self) -> str:
        """What the value may be, in words."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "bool":
            return "true or false"
        if self.kind == "sizes":
            return f"at most {MAX_HIDDEN_LAYERS} whole numbers from 1 to {MAX_UNITS}, such as 8,4"
        if self.kind == "targets":
            return "an 'on' value such as 0.8, or K rows of K numbers that sum to 1, such as .8,.1,.1;.1,.8,.1;.1,.1,.8"
        if self.kind == "int":
            return f"a whole number from {int(self.low)} to {int(self.high)}"
        low = f"above {self.low:g}" if self.open_low else f"from {self.low:g}"
        return f"a number {low} {'and at most' if self.open_low else 'to'} {self.high:g}"


def _hyper(kind: Kind, default: Any, help: str, **more: Any) -> Any:  # noqa: A002
    return field(default=default, metadata={"kind": kind, "help": help, **more})


def _strength(name: str, added_later: bool = True) -> Any:
    """A regulariser's strength, by default 0."""
    entry = REGULARIZERS[name]
    return _hyper("float", 0.0, entry.help, live=True, low=entry.low, high=entry.high, added_later=added_later)


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Everything that determines a training run on given data.

    Raises InputError (a ValueError) when a value is out of its bounds, or when two of them have no meaning together.
    """

    hidden: tuple[int, ...] = _hyper("sizes", (5,), "Units of each hidden layer, such as 8,4; empty for none.")
    activation: str = _hyper("choice", "tanh", "Activation of the hidden layers.", choices=tuple(ACTIVATIONS))
    output: str = _hyper("choice", "softmax", "Output function.", choices=tuple(OUTPUTS))
    loss: str = _hyper("choice", "cross_entropy", "Loss; it must fit the output.", choices=tuple(LOSSES), live=True)
    optimizer: str = _hyper("choice", "sgd", "Optimiser.", choices=OPTIMIZERS)
    learning_rate: float = _hyper("float", 0.05, "Learning rate η.", live=True, low=0, high=1000, open_low=True)
    momentum: float = _hyper("float", 0.0, "Momentum μ of SGD: v ← μv + g.", live=True, low=0, high=1)
    nesterov: bool = _hyper("bool", False, "Nesterov momentum, for SGD with momentum.", live=True)
    batch_size: int = _hyper("int", 16, "Samples in a step; an epoch's last batch may be smaller.", low=1, high=10**6)
    label_smoothing: float = _strength("label_smoothing", added_later=False)
    soft_targets: SoftTargets = _hyper(
        "targets", None, "Soft targets by 'on' value or K×K matrix, in place of one-hot rows.", live=True
    )
    l1: float = _strength("l1", added_later=False)
    l2: float = _strength("l2", added_later=False)
    weight_decay: float = _strength("weight_decay", added_later=False)
    logit_penalty: float = _strength("logit_penalty")
    confidence_penalty: float = _strength("confidence_penalty")
    max_suppression: float = _strength("max_suppression")
    margin_smoothing: float = _strength("margin_smoothing")
    margin: float = _hyper("float", 1.0, "Margin m of margin smoothing.", live=True, low=0, high=1000, added_later=True)
    z_loss: float = _strength("z_loss")
    last_layer_l2: float = _strength("last_layer_l2")
    focal_gamma: float = _strength("focal_gamma")
    softmax_jacobian: str = _hyper(
        "choice",
        "exact",
        "Softmax Jacobian; diagonal drops the off-diagonal terms.",
        choices=("exact", "diagonal"),
        live=True,
    )
    init: str = _hyper("choice", "glorot", "How the first weights are drawn.", choices=INITS)
    seed: int = _hyper("int", 0, "Seed of the first weights and of the batch order.", low=0, high=2**63 - 1)

    def __post_init__(self) -> None:
        for spec in schema():
            object.__setattr__(self, spec.name, _checked(spec, getattr(self, spec.name)))
        _check_together(self)

    def replace(self, /, **changes: Any) -> "Hyperparameters":
        """A copy with some values changed; raises InputError for an unknown name or a value that cannot be."""
        for name in changes:
            _check_name(name)
        return replace(self, **changes)

    def plain(self, /, **changes: Any) -> "Hyperparameters":
        """A copy with every regulariser off but those among the ``changes``."""
        return self.replace(**dict.fromkeys(REGULARIZERS, 0.0) | changes)

    def as_dict(self) -> dict[str, Any]:
        """Names and values, in the schema's order, as run files and recipes hold them.

        Those added later are left out at their default, so that old files and recipes keep their contents.
        """
        later = {spec.name: spec.default for spec in schema() if spec.added_later}
        return {name: value for name, value in asdict(self).items() if name not in later or value != later[name]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Hyperparameters":
        """Build from names and values; raises InputError for an unknown name or a value that cannot be."""
        return cls().replace(**values)


@cache
def schema() -> tuple[Spec, ...]:
    """Every hyperparameter's Spec, in order."""
    return tuple(Spec(name=f.name, default=f.default, **f.metadata) for f in fields(Hyperparameters))


@cache
def _specs() -> dict[str, Spec]:
    return {entry.name: entry for entry in schema()}


def spec(name: str) -> Spec:
    """One hyperparameter's Spec; raises InputError for an unknown name."""
    _check_name(name)
    return _specs()[name]


def parse(name: str, text: str) -> Any:
    """A hyperparameter's value from text; raises InputError, saying what would be right."""
    entry, text = spec(name), text.strip().replace("−", "-")
    try:
        value: Any = text
        if entry.kind == "sizes":
            value = tuple(int(part) for part in text.replace(" ", ",").split(",") if part)
        elif entry.kind == "int":
            value = int(text)
        elif entry.kind == "float":
            value = float(text)
        elif entry.kind == "bool":
            value = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}[text.lower()]
        elif entry.kind == "targets":
            value = _parse_targets(text)
        return _checked(entry, value)
    except (ValueError, KeyError, OverflowError):
        raise _wrong(entry, text) from None


def show(name: str, value: Any) -> str:
    """A value as `parse` would read it."""
    if name == "hidden":
        return ",".join(map(str, value))
    if name == "soft_targets":
        if value is None or isinstance(value, float):
            return "" if value is None else str(value)
        return ";".join(",".join(map(repr, row)) for row in value)
    if isinstance(value, float):
        return f"{value:.12g}" if float(f"{value:.12g}") == value else repr(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse_targets(text: str) -> SoftTargets:
    if text.lower() in ("", "none"):
        return None
    rows = [[float(cell) for cell in row.replace(",", " ").split()] for row in text.split(";")]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else tuple(map(tuple, rows))


def _check_name(name: str) -> None:
    if name not in _specs():
        raise InputError(f"unknown hyperparameter {_shown(name)}: {name_hint(name, list(_specs()))}")


def _checked(entry: Spec, value: Any) -> Any:
    """The value in the schema's own type, or InputError."""
    checked: Any = value
    if entry.kind in ("float", "int"):  # most of them
        good, checked = _checked_number(entry, value)
    elif entry.kind == "choice":
        good = isinstance(value, str) and value in entry.choices
        checked = str(value) if good else value  # a plain string, not NumPy's, which JSON cannot hold
    elif entry.kind == "bool":
        checked = python_value(value)
        good = isinstance(checked, bool)
    elif entry.kind == "sizes":
        good, checked = _checked_sizes(value)
    else:
        good, checked = _checked_targets(value)
    if not good:
        raise _wrong(entry, value)
    return checked


def _checked_number(entry: Spec, value: Any) -> tuple[bool, Any]:
    value = python_value(value)
    if isinstance(value, bool) or not isinstance(value, int if entry.kind == "int" else int | float):
        return False, value
    above = value > entry.low if entry.open_low else value >= entry.low
    good = above and value <= entry.high  # NaN fails both
    return good, float(value) if good and entry.kind == "float" else value


def _checked_sizes(value: Any) -> tuple[bool, Any]:
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list | tuple):
        return False, value
    good = len(value) <= MAX_HIDDEN_LAYERS and all(
        isinstance(units, int | np.integer) and not isinstance(units, bool) and 1 <= units <= MAX_UNITS
        for units in value
    )
    return good, tuple(map(int, value)) if good else value


def _checked_targets(value: Any) -> tuple[bool, Any]:
    tolist = getattr(value, "tolist", None)
    value = tolist() if tolist is not None else value
    if value is None:
        return True, None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0 < value <= 1, float(value)
    if not isinstance(value, list | tuple) or not all(isinstance(row, list | tuple) for row in value):
        return False, value
    cells = [cell for row in value for cell in row]
    good = bool(cells) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell <= 1 for cell in cells
    )
    return good, tuple(tuple(map(float, row)) for row in value) if good else value


def _wrong(entry: Spec, got: object) -> InputError:
    return InputError(f"{entry.name} must be {entry.range_text}, got {_shown(got)}")


def _shown(value: object) -> str:
    """Any value in one short line."""
    try:
        text = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists in lists a thousand deep
        text = f"a value of type {type(value).__name__}, too long to show"
    return text if len(text) <= 60 else text[:57] + "…"


def _check_together(hp: Hyperparameters) -> None:
    check_output(hp.output, hp.loss)
    if hp.softmax_jacobian == "diagonal" and hp.output != "softmax":
        raise InputError(f"softmax_jacobian diagonal goes with output softmax alone, got output {hp.output}")
    if hp.optimizer != "sgd" and (hp.momentum or hp.nesterov):
        raise InputError(f"momentum and nesterov go with optimizer sgd alone, got optimizer {hp.optimizer}")
    if hp.nesterov and not hp.momentum:
        raise InputError("nesterov needs a momentum above 0, such as 0.9")
    if hp.soft_targets is not None and not LOSSES[hp.loss].soft_targets:
        raise InputError(hard_only(hp.loss))
    for name, entry in REGULARIZERS.items():
        if getattr(hp, name) and (misfit := entry.misfit(hp)):
            raise InputError(misfit)
