"""The form's fields as lines of text: which there are, and what each shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.numbers import as_on_screen
from lsexplorer.run import Hyperparameters
from lsexplorer.run.hyperparameters import schema, show, spec

DATA, REBUILD = "data", "rebuild"
"""The lines that are no hyperparameter."""

_OTHERS = {
    **{entry.name: f"{entry.short:<6} {entry.symbol}" for entry in REGULARIZERS.values() if not entry.keyed},
    "margin": "Margin m",
}

EMPTY = {"hidden": "none", "soft_targets": "none"}
"""What stands in a field without a value."""

GROUPS: dict[str, dict[str, str]] = {
    "Network": {
        "hidden": "Hidden",
        "activation": "Activation",
        "output": "Output",
        "init": "Init",
        "seed": "Seed",
    },
    "Training": {
        "loss": "Loss",
        "softmax_jacobian": "Jacobian",
        "optimizer": "Optimiser",
        "learning_rate": "Rate η",
        "momentum": "Momentum μ",
        "nesterov": "Nesterov",
        "batch_size": "Batch",
    },
    "Regularisers": {
        **{entry.name: f"{entry.short:<5} {entry.symbol}" for entry in REGULARIZERS.values() if entry.keyed},
        "soft_targets": "Soft t′",
    },
    "Other regularisers": {entry.name: _OTHERS[entry.name] for entry in schema() if entry.name in _OTHERS},
}
"""The form's groups: hyperparameter → label."""


@dataclass(frozen=True)
class Line:
    """A line of the form: a heading, or a field."""

    name: str
    """The hyperparameter, DATA or REBUILD; "" for a heading."""
    label: str
    value: str = ""
    opens: bool = False
    """Whether it offers choices."""
    on: bool | None = None
    """The state of its switch, None where it has none."""
    waits: bool = False
    """Whether its value waits for Enter."""
    misfit: str = ""
    """Why it has no effect now, "" where it has one."""


@dataclass(frozen=True)
class Values:
    """What the form shows."""

    hp: Hyperparameters
    data: str
    """The source of the data."""
    strengths: Mapping[str, float]
    """Each regulariser's strength, that of one that is off too."""

    def of(self, name: str) -> Any:
        """A field's value."""
        if name == DATA:
            return self.data
        return self.strengths[name] if name in REGULARIZERS else getattr(self.hp, name)


def lines(values: Values, pending: Mapping[str, Any], data_names: Mapping[str, str]) -> list[Line]:
    """All lines from the top; ``pending``: the values that wait, by field; data_names: source → name."""
    source = pending.get(DATA, values.data)
    result = [Line(DATA, "Data", data_names.get(source, source), opens=True, waits=DATA in pending)]
    for title, fields in GROUPS.items():
        result.append(Line("", f"─ {title} ─"))
        result += [_line(name, label, values, pending) for name, label in fields.items()]
    return [*result, Line(REBUILD, "Rebuild (Enter)")] if pending else result


def _line(name: str, label: str, values: Values, pending: Mapping[str, Any]) -> Line:
    entry, value = spec(name), pending.get(name, values.of(name))
    text = choices_of(name)[value] if entry.kind == "choice" else written(name, value) or EMPTY.get(name, "")
    if entry.kind == "bool":
        text = "[x]" if value else "[ ]"
    on, misfit = None, ""
    if name in REGULARIZERS:
        on, misfit = bool(getattr(values.hp, name)), REGULARIZERS[name].misfit(values.hp)
    elif name == "softmax_jacobian" and values.hp.output != "softmax":
        misfit = "softmax_jacobian is for output softmax alone"
    elif name == "margin" and not values.hp.margin_smoothing:
        misfit = "margin is for margin_smoothing alone, which is off"
    elif name in ("momentum", "nesterov") and values.hp.optimizer != "sgd":
        misfit = f"{name} is for optimizer sgd alone"
    elif name == "nesterov" and not values.hp.momentum and "momentum" not in pending:
        misfit = "nesterov needs a momentum above 0"
    return Line(name, label, text, entry.kind == "choice", on, name in pending, misfit)


def choices_of(name: str) -> dict[str, str]:
    """What may be chosen in a field, value → as it is shown."""
    return {value: LOSSES[value].short if name == "loss" else value for value in spec(name).choices}


def written(name: str, value: Any) -> str:
    """A field's value as it is shown, and as it is written to change it."""
    text = show(name, value)
    return as_on_screen(text) if spec(name).kind in ("float", "targets") else text


def explained(line: Line) -> str:
    """What a field is for and what it may be, in one sentence or two."""
    if line.name == DATA:
        return "The data set; another one begins a new run."
    if line.name == REBUILD:
        return "Enter makes the changes that wait; Esc undoes them."
    entry = spec(line.name)
    reason = f"{line.misfit[:1].upper()}{line.misfit[1:]}. " if line.misfit else ""
    range_text = f"{entry.range_text[:1].upper()}{entry.range_text[1:]}"
    if ", such as" in entry.help:
        range_text = range_text.partition(", such as")[0]
    effect = "Works from the next step on." if entry.live else "Rebuilds the network."
    return as_on_screen(f"{reason}{entry.help} {range_text}. {effect}")
