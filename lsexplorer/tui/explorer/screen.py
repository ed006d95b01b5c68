"""The explorer: one run, step by step. Its keys, and what its widgets report."""

from collections.abc import Callable, Mapping
from functools import partial

from textual import on

from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.setting_words import setting_name
from lsexplorer.tui.commands import COMMANDS, TOUR_COMMANDS
from lsexplorer.tui.explorer import other_screens
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.help_page import HELP_PAGE
from lsexplorer.tui.explorer.save_prompt import SavePrompt
from lsexplorer.tui.explorer.scene_screen import SceneScreen
from lsexplorer.tui.explorer.texts import changed, stands, switched
from lsexplorer.tui.model.until import Until
from lsexplorer.tui.tour.guide import NO_OFFER, NO_TOUR, NOTHING_KEPT
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.picture import Picture

TOUR_STEPS = 2000
"""After so many steps a run of the tour ends by itself."""


class ExplorerScreen(SceneScreen):
    """The session's run under the keys of the explorer and of the tour."""

    AUTO_FOCUS = "#deltas"
    CSS_PATH = "screen.tcss"
    commands = COMMANDS + TOUR_COMMANDS
    help_page = HELP_PAGE

    # Keys

    def action_switch(self, name: str) -> None:
        """Switch a regulariser."""
        was_zero = not getattr(self.shown.strengths, name)
        if self.attempt(lambda: self.session.toggle(name)):
            self.say(switched(self.shown, name, was_zero))

    def action_run(self) -> None:
        """Run, or pause; a run of the tour has an end."""
        if not self.guide.on_tour:
            super().action_run()
        elif not self.pause():
            self.start(Until(step=self.step_count + TOUR_STEPS))

    def action_back(self) -> None:
        """One step back; a change that was made at the step is not undone by it."""
        here = self.step_count
        super().action_back()
        events = self.session.trainer.events if self.step_count < here else ()
        for event in (event for event in events if event.step == here):
            self.say(f"Back at step {self.step_count:,}. {stands(event)}")

    def action_order(self) -> None:
        """Order of the weights."""
        self.view.weights.toggle_order()

    def action_other_table(self) -> None:
        """From one table to the other."""
        self.view.focus_other_table()

    def action_view(self) -> None:
        """Next chart; when folded, next pane; in a picture its next variant."""
        if self.view.in_picture:
            self.view.picture.next_variant()
        else:
            self.view.show_next(self.folded)
        self.show_charts()

    def action_picture(self, view: str) -> None:
        """A picture in the place of tables and charts, or these again."""
        if view == self.view.view:
            self.say("That is what is shown.")
        self.view.view = view
        self.call_after_refresh(self.show_charts)

    def action_new_seed(self) -> None:
        """Step 0, other weights."""
        self.pause()
        seed = self.session.hyperparameters.seed + 1
        self.start_anew(lambda session: session.reset(seed), f"Back at step 0, with seed {seed}.")

    def action_save(self) -> None:
        """Ask for a file and write the run to it."""
        self.pause()
        self.app.push_screen(SavePrompt(self.session, self.say))

    def action_share(self) -> None:
        """Show and copy the text that opens the run again."""
        from lsexplorer.tui.explorer.passing_on import share

        self.pause()
        try:
            share(self, self.session)
        except InputError as error:
            self.say(str(error), error=True)

    @property
    def passing_on(self) -> Mapping[str, tuple[str, Callable[[], None]]]:
        """The run as code and as a text."""
        from lsexplorer.tui.explorer.passing_on import write_code

        return {"c": ("code", partial(write_code, self, self.session)), "l": ("link", self.action_share)}

    def action_form(self) -> None:
        """Show the form and go into it."""
        self.open_form()

    async def action_quit(self) -> None:
        """Stop and leave; from the tour first to the own run."""
        self.pause()
        if self.guide.on_tour:
            self.action_tour()
        else:
            await self.app.action_quit()

    # The tour

    def offers(self, action: str) -> bool:
        """The tour's actions make sense on the tour alone."""
        return super().offers(action) and self.guide.offers(action)

    def action_tour(self) -> None:
        """Begin the tour, resume it, or leave it."""
        self.change_scene(self.guide.leave if self.guide.on_tour else self.guide.enter)

    def action_leave_tour(self) -> None:
        """From a picture back to tables and charts, else leave the tour."""
        if self.view.in_picture:
            self.action_picture("tables")
        elif self.guide.on_tour:
            self.action_tour()

    def action_tour_go(self, by: int) -> None:
        """Another step of the tour, or with 0 this one from its beginning."""
        if refusal := self.guide.cannot_go(by):
            self.say(refusal)
        else:
            self.change_scene(lambda _: self.guide.go(by))

    def action_tour_offer(self) -> None:
        """What the open question offers."""
        offer = self.guide.offer
        if offer is None:
            self.say(NO_OFFER if self.guide.on_tour else NO_TOUR)
            return
        self.pause()
        goals: list[int] = []
        if self.attempt(lambda: goals.append(offer(self.session))):
            self.train_to(goals[0])

    def action_tour_keep(self) -> None:
        """Keep the run of this step of the tour; outside the tour, switch to the next kept run."""
        if self.guide.can_keep:
            self.change_scene(self.guide.keep)
        else:
            self.say(NOTHING_KEPT)

    # Other screens

    def action_data(self) -> None:
        """The rows of the data, and back with one of them to look at."""
        other_screens.open_data(self)

    def action_open(self) -> None:
        """Another file, read and shown before it is loaded."""
        other_screens.open_file(self)

    def action_compare(self) -> None:
        """Plain training and each regulariser side by side."""
        other_screens.open_comparison(self)

    def action_patterns(self) -> None:
        """The hidden patterns of the network as it stands."""
        other_screens.open_patterns(self)

    # What the widgets report

    @on(NumberTable.Moved, "#deltas")
    def _node_chosen(self, message: NumberTable.Moved) -> None:
        self.session.node = self.view.deltas.node_name(message.row)
        self.refresh_frame()

    @on(Picture.Wanted)
    def _picture_wanted(self) -> None:
        self.show_charts()

    @on(Picture.Moved)
    def _moved_in_picture(self, message: Picture.Moved) -> None:
        picture, weight = self.view.picture, self.view.weights.source
        self.session.node = picture.kind.neighbour(self.shown, weight, message.right, message.down)
        self.refresh_frame()
        self.view.deltas.watch_cursor()

    @on(Picture.Clicked)
    def _picture_clicked(self, message: Picture.Clicked) -> None:
        hit = self.view.picture.hit(message.x, message.y)
        self.session.node = hit.node or self.session.node
        if hit.sample is not None:
            self.session.set_sample(hit.sample)
        self.refresh_frame()

    @on(Picture.OtherWeight)
    def _weight_in_picture(self, message: Picture.OtherWeight) -> None:
        self.view.weights.action_move(message.by)
        self.show_charts()

    @on(Form.Reported)
    def _form_reported(self, message: Form.Reported) -> None:
        self.say(message.text, message.error)

    @on(Form.Toggled)
    def _form_toggled(self, message: Form.Toggled) -> None:
        self.action_switch(message.name)

    @on(Form.Changed)
    def _form_changed(self, message: Form.Changed) -> None:
        name, value = message.name, message.value
        if name in REGULARIZERS:
            waits = not getattr(self.shown.hp, name)
            self.attempt(lambda: self.session.set_strength(name, value), changed(name, value, waits))
        else:
            self.attempt(lambda: self.session.set(**{name: value}), changed(name, value))

    @on(Form.Rebuild)
    def _form_rebuild(self, message: Form.Rebuild) -> None:
        if message.live:
            rebuilt = self.attempt(
                lambda: self.session.set(**message.changes),
                f"{' and '.join(map(setting_name, message.changes))} changed from the next step on.",
            )
        else:
            rebuilt = self.start_anew(
                lambda session: session.rebuild(message.changes, message.data), "A new network, at step 0."
            )
        if rebuilt:
            self.form.rebuilt()
            self.refresh_frame()
            self._leave_form()

    @on(Form.Left)
    def _form_left(self) -> None:
        self.say("")
        self._leave_form()

    def _leave_form(self) -> None:
        self.form_open = False
        self.view.focus_first()
