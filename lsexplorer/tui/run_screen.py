"""The keys of a screen on which something is trained: steps, the way back, a free run, the selected row, taking out."""

from typing import Generic

from textual import on

from lsexplorer.tui.model.session import walked
from lsexplorer.tui.model.until import EXAMPLES, Until, parse_step, parse_until
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.taking_out import ask_to_write, copy_table
from lsexplorer.tui.training_screen import Result, Shown, TrainingScreen
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.timeline import Timeline


class RunScreen(TrainingScreen[Result, Shown], Generic[Result, Shown]):
    """A `TrainingScreen` under the keys that explorer and comparison share."""

    def action_step(self) -> None:
        """One step, or a pause."""
        if not self.pause():
            self.train_to(self.step_count + 1)

    def action_back(self) -> None:
        """One step back."""
        self.pause()
        if self.step_count == 0:
            self.say("This is step 0: there is nothing before it.")
        else:
            self.attempt(self.run.back)

    def action_run(self) -> None:
        """Run, or pause."""
        if not self.pause():
            self.start(Until())

    def action_epoch(self) -> None:
        """To the end of the epoch."""
        self.pause()
        steps = self.run.steps_per_epoch
        self.train_to((self.step_count // steps + 1) * steps)

    def action_reset(self) -> None:
        """Back to step 0."""
        self.pause()
        message: list[str] = []
        if self.attempt(lambda: message.append(self.restart())):
            self.say(message[0])

    def action_goto(self) -> None:
        """Ask for a step and go there."""
        self.pause()
        furthest = self.run.furthest_step
        hint = f"0 to {furthest} is the run so far; a later step is trained now"
        self.app.push_screen(Prompt("Go to step", hint, lambda text: self.train_to(parse_step(text, furthest))))

    def action_until(self) -> None:
        """Ask for an end and run to it, as fast as possible."""
        self.pause()

        def begin(text: str) -> None:
            self.start(parse_until(text, self.run), hurry=True)

        self.app.push_screen(Prompt("Run until", EXAMPLES, begin))

    def action_sample(self, by: int) -> None:
        """Look at another sample of the next batch."""
        if len(self.run.next_batch) == 1 and self.sample == self.run.next_batch[0]:
            self.say("The next batch has this sample alone.")
        self.sample = walked(self.run.next_batch, self.sample, by)
        self.refresh_frame()

    def action_mean(self) -> None:
        """Look at the batch's mean, or at one sample."""
        self.sample = walked(self.run.next_batch, None, 1) if self.sample is None else None
        self.refresh_frame()

    def action_log(self, axis: str) -> None:
        """Logarithmic or linear axes."""
        self.charts.toggle_log(axis)
        self.show_charts()
        of = "steps" if axis == "x" else "values"
        self.say(f"The charts' axis of {of} is {'logarithmic' if self.charts.log_axes[axis == 'y'] else 'linear'}.")

    def action_speed(self, by: int) -> None:
        """Another speed of the free run."""
        message = self.session.change_speed(by)
        self.refresh_frame()
        self.say(message)

    # Out of the program

    @property
    def table(self) -> NumberTable:
        """The table that has the focus, or the first one."""
        focused = self.focused
        return focused if isinstance(focused, NumberTable) else self.query(NumberTable).first()

    def action_copy(self) -> None:
        """Copy a table."""
        copy_table(self, self.table)

    def action_write(self) -> None:
        """Ask what to write, then where, and write it."""
        ask_to_write(self, self.table)

    def offers(self, action: str) -> bool:
        """There is no way back from step 0."""
        return super().offers(action) and (action != "back" or self.step_count > 0)

    @on(Timeline.Chosen)
    def _step_chosen(self, message: Timeline.Chosen) -> None:
        self.pause()
        self.train_to(message.step)
