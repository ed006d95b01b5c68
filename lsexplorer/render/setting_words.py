"""Hyperparameters in sentences: what each is called, and how its values are written."""

from typing import Any

from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.numbers import as_on_screen, format_setting
from lsexplorer.run.hyperparameters import show

_SYMBOLS = {"learning_rate": "η", "momentum": "μ", "margin": "m", "soft_targets": "t′"}


def setting_name(name: str) -> str:
    """A hyperparameter with its symbol: 'learning rate η', 'L2 λ', 'batch size'."""
    entry = REGULARIZERS.get(name)
    words, symbol = (entry.label, entry.symbol) if entry else (name.replace("_", " "), _SYMBOLS.get(name, ""))
    return f"{words} {symbol}".rstrip()


def setting_value(name: str, value: Any) -> str:
    """Its value as the form has it: .05, none, cross-entropy."""
    if name == "loss":
        return LOSSES[value].label
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return format_setting(value)
    return as_on_screen(show(name, value)) or "none"
