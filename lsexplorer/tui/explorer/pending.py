"""The form's changes that wait for Enter: which they are, whether they can be made, and what is said of them."""

from typing import Any

from lsexplorer.errors import InputError
from lsexplorer.render.setting_words import setting_name, setting_value
from lsexplorer.run.hyperparameters import spec
from lsexplorer.tui.explorer.form_lines import DATA, Values


class Pending(dict[str, Any]):
    """Values that wait, by field: a hyperparameter, or DATA."""

    @staticmethod
    def is_live(name: str) -> bool:
        """Whether a field changes without a new network."""
        return name != DATA and spec(name).live

    def at_once(self, name: str, value: Any, values: Values) -> bool:
        """Whether a change need not wait: it is live, it fits the values that are, and no other waits."""
        return not self and self.is_live(name) and not _misfit({name: value}, values)

    def sentence(self, values: Values) -> str:
        """What waits, and what Enter does; or why Enter cannot do it yet."""
        problem = _misfit(self, values)
        if problem:
            return f"{problem}. Change the other too, then Enter; Esc undoes."
        changes = ", ".join(
            f"{setting_name(name)} {setting_value(name, values.of(name))} → {setting_value(name, value)}"
            for name, value in self.items()
        )
        does = "makes them together" if all(map(self.is_live, self)) else "rebuilds the network from step 0"
        return f"{changes}: Enter {does}; Esc undoes."


def _misfit(changes: dict[str, Any], values: Values) -> str:
    """Why these values and those that are do not fit together, or ''."""
    try:
        values.hp.replace(**{name: value for name, value in changes.items() if name != DATA})
    except InputError as error:
        return str(error)
    return ""
