"""'Run until …': what can be typed, and when it is reached."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from lsexplorer.errors import InputError
from lsexplorer.render.numbers import format_setting
from lsexplorer.run.timeline import MAX_STEPS
from lsexplorer.tui.model.run import Run

EXAMPLES = "epoch 50, step 2000 or loss < .2"
_FORM = re.compile(r"\s*(epoch|step|loss)\s*(<)?\s*(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Until:
    """The end of a free run, if it has one."""

    step: int | None = None
    """The step at which it ends."""
    loss: float | None = None
    """It ends at the first epoch's end at which the loss on the training part is below this."""

    @property
    def text(self) -> str:
        """In words; empty where there is no end."""
        if self.step is not None:
            return f"step {self.step:,}"
        return "" if self.loss is None else f"loss < {format_setting(self.loss)}"

    def steps_left(self, run: Run, train_loss: Callable[[], float]) -> int | None:
        """Steps until this has to be asked again; 0 at the end, None where there is no end."""
        if self.step is not None:
            return max(0, self.step - run.step_count)
        if self.loss is not None:
            into_epoch = run.step_count % run.steps_per_epoch
            if not into_epoch and train_loss() < self.loss:
                return 0
            return run.steps_per_epoch - into_epoch
        return None


def parse_until(text: str, run: Run) -> Until:
    """Read 'epoch 50', 'step 2000' or 'loss < .2'; raises InputError that says what would be right."""
    match = _FORM.fullmatch(text)
    if not match or (match[1].lower() == "loss") != bool(match[2]):
        raise InputError(f"run until what? Write {EXAMPLES}")
    try:
        value = float(match[3])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"'{match[3]}' is not a number; write {EXAMPLES}")
    if match[2] and value <= 0:
        raise InputError(f"the loss stays above 0; write {EXAMPLES}")
    if match[2]:
        return Until(loss=value)
    step = whole_step(value * run.steps_per_epoch if match[1].lower() == "epoch" else value)
    if step <= run.step_count:
        raise InputError(f"{match[0].strip()} is not ahead: the run stands at step {run.step_count}")
    return Until(step=step)


def parse_step(text: str, example: int) -> int:
    """Read a step's number; raises InputError, with an example of what would be right."""
    if not text.strip().isdecimal():
        raise InputError(f"a step is a whole number, such as {example}")
    return whole_step(float(text))


def whole_step(value: float) -> int:
    """A step's number; raises InputError for more steps than a run can have."""
    if value > MAX_STEPS:
        raise InputError(f"a run has at most {MAX_STEPS:,} steps")
    return round(value)
