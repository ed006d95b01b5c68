"""'Run until …': what a person may type, and when it is reached."""

import math
import re
from dataclasses import dataclass

from lsexplorer.errors import InputError
from lsexplorer.run import Trainer
from lsexplorer.run.timeline import MAX_STEPS

EXAMPLES = "epoch 50, step 2000 or loss < 0.2"
_FORM = re.compile(r"\s*(epoch|step|loss)\s*(<)?\s*(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Until:
    """Stop at a step, or where the loss on the training part is below a value (looked at at the end of every epoch)."""

    step: int | None = None
    loss: float | None = None

    @property
    def text(self) -> str:
        """In words; empty without an end."""
        if self.step is None and self.loss is None:
            return ""
        return f"step {self.step}" if self.step is not None else f"loss < {self.loss:g}"

    def steps_left(self, trainer: Trainer) -> int | None:
        """Steps until there is something to look at again; 0 when the end is reached, None without an end."""
        if self.step is not None:
            return max(0, self.step - trainer.step_count)
        if self.loss is not None:
            into_epoch = trainer.step_count % trainer.steps_per_epoch
            if not into_epoch and trainer.evaluate("train").loss < self.loss:
                return 0
            return trainer.steps_per_epoch - into_epoch
        return None


def parse_until(text: str, trainer: Trainer) -> Until:
    """Read 'epoch 50', 'step 2000' or 'loss < 0.2'; raises InputError, saying what would be right."""
    found = _FORM.fullmatch(text)
    if not found or (found[1].lower() == "loss") != bool(found[2]):
        raise InputError(f"run until what? Write {EXAMPLES}")
    try:
        value = float(found[3])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"'{found[3]}' is not a number; write {EXAMPLES}")
    if found[2] and value <= 0:
        raise InputError(f"the loss stays above 0; write {EXAMPLES}")
    if found[2]:
        return Until(loss=value)
    step = whole_step(value * trainer.steps_per_epoch if found[1].lower() == "epoch" else value)
    if step <= trainer.step_count:
        raise InputError(f"{found[0].strip()} is not ahead: the run stands at step {trainer.step_count}")
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
