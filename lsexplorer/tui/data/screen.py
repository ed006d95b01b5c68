"""The data screen: every row with its hard and soft target and the network's prediction."""

from collections.abc import Callable, Iterator
from itertools import groupby

from rich.cells import set_cell_size
from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.data import article_line, article_targets, summarize
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.render.names import told_apart
from lsexplorer.render.numbers import format_setting
from lsexplorer.run.equivalence import equal_weights
from lsexplorer.tui.commands import DATA_COMMANDS
from lsexplorer.tui.data.help_page import HELP_PAGE
from lsexplorer.tui.data.notes import NotesScreen, first_message
from lsexplorer.tui.data.rows import PARTS, rows_of
from lsexplorer.tui.data.rows_table import RowsTable
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.widgets.image import SampleImage
from lsexplorer.tui.widgets.number_table import NumberTable

PROOF_STEPS = 50
"""Steps after which the weights of smoothed data and of smoothed training are compared."""
SMOOTHING_STEP = 0.05
"""By how much a key changes the smoothing."""
BAR_WIDTH = 4
"""Characters of the longest bar in the table of classes."""
MAX_PREDICTORS = 40
"""With more predictors than this only the first of them are printed."""


MAX_TARGETS = 12
"""With more classes than this, equal targets in turn are counted."""


class DataScreen(CommandScreen[int | None]):
    """Shows the session's data; dismissed with the training row to step on, or None."""

    AUTO_FOCUS = "#rows"
    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (80, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-high")]
    commands = DATA_COMMANDS
    help_page = HELP_PAGE

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.summary = session, summarize(session.data)
        self.first_message = first_message(session.data)
        self._rows = rows_of(session.trainer)
        self._part: int | None = None
        self._class: int | None = None
        self._only_wrong = False

    def compose_body(self) -> Iterator[Widget]:
        """Classes and image at the left, rows at the right, the selected row in full below."""
        with Horizontal(id="data_body"):
            with VerticalScroll(id="data_side", can_focus=False):
                yield Static(id="data_classes", markup=False)
                yield SampleImage(id="image")
                yield Static(id="data_notes", markup=False)
            with Vertical():
                yield RowsTable(id="rows")
                yield Static(id="row_line", markup=False)

    def on_mount(self) -> None:
        """Show the rows, with the session's sample selected."""
        self.query_one("#data_side").border_title = Content(self.summary.name)
        self.query_one("#row_line").border_title = "As the article prints it"
        self.query_one("#data_notes", Static).update(
            "\n\n".join([_sentence(self.summary.scaling), *self.summary.notes])
        )
        self._show()
        self._look_at(self.session.sample or 0)

    def _look_at(self, row: int) -> None:
        self.query_one(RowsTable).cursor = row
        self._show_row()

    def _show(self) -> None:
        table, picked = self.query_one(RowsTable), self._rows.pick(self._part, self._class, self._only_wrong)
        data, a = self.session.data, self.session.hyperparameters.label_smoothing
        table.show_rows(data, self._rows, picked, a)
        part = " and ".join(PARTS) if self._part is None else PARTS[self._part]
        klass = "all classes" if self._class is None else data.class_names[self._class]
        wrong = ", wrong predictions" if self._only_wrong else ""
        table.border_title = Content(
            f"{len(picked):,} rows: {part}, {klass}{wrong} · smoothing a = {format_setting(a)}"
        )
        self.query_one("#data_classes", Static).update(self._class_text())
        self._show_row()

    def _class_text(self) -> str:
        """A line for every class: its name, a bar, its rows in both parts, and how many are predicted wrongly."""
        counts, rows = self.summary.classes, self._rows
        most = max(count.train + count.test for count in counts)
        width = min(max(5, *(len(count.name) for count in counts)), 10)
        sizes = [f"{count.train}+{count.test}" for count in counts]
        column = max(map(len, sizes))
        lines = [
            f"{self.summary.rows:,} rows, {self.summary.features:,} predictors",
            "",
            f" {'class':<{width}} {'':{BAR_WIDTH}} {'rows':>{column}} wrong",
        ]
        names = told_apart([count.name for count in counts], width)
        for c, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            bar = "▇" * max(1, round((count.train + count.test) / most * BAR_WIDTH))
            wrong = int(((rows.y == c) & (rows.predictions != c)).sum())
            mark = "▸" if c == self._class else " "
            name = set_cell_size(names[c], width)
            lines.append(f"{mark}{name} {bar:{BAR_WIDTH}} {size:>{column}} {wrong:5,}")
        return "\n".join(lines)

    def _show_row(self) -> None:
        table, line, data = self.query_one(RowsTable), self.query_one("#row_line", Static), self.session.data
        image = self.query_one(SampleImage)
        if not len(table.picked):
            line.update("No row is left: c, p and x choose which rows are shown.")
            image.show_pixels(None, None, 1.0)
            return
        at = int(table.picked[table.cursor])
        part, inside = PARTS[self._rows.part[at]], int(self._rows.at[at])
        predictors, rest = article_line(data, inside, part=part).split(",  ", 1)
        if len(data.feature_names) > MAX_PREDICTORS:
            predictors = ", ".join(predictors.split(", ")[:12]) + f", … {len(data.feature_names)} numbers"
        a = self.session.hyperparameters.label_smoothing
        soft = article_targets(data, inside, a, part)
        if len(data.class_names) > MAX_TARGETS:
            hard, *name = rest.split("  # ", 1)
            rest, soft = "  # ".join([_counted(hard), *name]), _counted(soft)
        note = "" if a else "   (a = 0: unchanged; s or ] smooths)"
        if self.session.trainer.network.sizes[-1] == 1:
            single = soft.split(", ")[1]
            formula = f"{single} = (1 − a)·t + a/K, a = {format_setting(a)}, K = 2"
            note += f"\none sigmoid output, {data.class_names[1]}: {formula}"
        line.update(f"{predictors},  {rest}\n→ {soft}{note}")
        shape = data.image_shape
        raw = data.raw_part(part)
        image.show_pixels(None if shape is None else raw[inside].astype(float), shape, float(data.scale.max()))

    @on(NumberTable.Moved, "#rows")
    def _moved(self) -> None:
        self._show_row()

    def action_close(self) -> None:
        """Back to the explorer."""
        self.dismiss(None)

    def action_step_on(self) -> None:
        """Back to the explorer, with the selected row as its sample."""
        table = self.query_one(RowsTable)
        if not len(table.picked):
            return
        at = int(table.picked[table.cursor])
        if self._rows.part[at]:
            self.say("The run does not train on test rows: choose a training row (p).")
        else:
            self.dismiss(int(self._rows.at[at]))

    def action_smooth(self) -> None:
        """Label smoothing on or off, as in the explorer."""
        self._change(lambda: self.session.toggle("label_smoothing"))

    def action_smoothing(self, by: int) -> None:
        """More or less smoothing."""
        a = self.session.hyperparameters.label_smoothing
        new = round(min(1.0, max(0.0, a + by * SMOOTHING_STEP)), 4)
        self._change(lambda: self.session.set(label_smoothing=new))

    def _change(self, change: Callable[[], object]) -> None:
        try:
            change()
        except InputError as error:
            self.say(str(error))
        self._show()

    def action_next_class(self) -> None:
        """Rows of the next class, or of all."""
        following = 0 if self._class is None else self._class + 1
        self._class = following if following < len(self.summary.classes) else None
        self._show()
        self._look_at(0)

    def action_part(self) -> None:
        """Training rows, test rows, or both."""
        self._part = {None: 0, 0: 1, 1: None}[self._part]
        self._show()
        self._look_at(0)

    def action_wrong(self) -> None:
        """Only the rows that are predicted wrongly, or all."""
        self._only_wrong = not self._only_wrong
        self._show()
        self._look_at(0)

    def action_notes(self) -> None:
        """All that was understood of the data."""
        self.app.push_screen(NotesScreen(self.summary))

    def action_goto_row(self) -> None:
        """Ask for a row of the source."""
        largest = int(self._rows.source.max())
        self.app.push_screen(Prompt("Go to row", f"a row of the source, 1 to {largest}", self._goto))

    def _goto(self, text: str) -> None:
        table = self.query_one(RowsTable)
        places = [i for i, at in enumerate(table.picked) if str(self._rows.source[at]) == text.strip()]
        if not places:
            raise InputError(f"no row {text.strip() or '?'} among those shown")
        self._look_at(places[0])

    def action_proof(self) -> None:
        """Compare the weights after training on smoothed data and after smoothing in training."""
        hp = self.session.hyperparameters
        try:
            if not hp.label_smoothing:
                hp = hp.replace(label_smoothing=self.session.strengths.label_smoothing)
            equal, count = equal_weights(self.session.data, hp, PROOF_STEPS)
        except (InputError, DivergenceError) as error:
            self.say(f"There is nothing to compare: {error}.")
            return
        self.say(
            f"{PROOF_STEPS} steps with a = {format_setting(hp.label_smoothing)}, once on smoothed data and once "
            f"with smoothing in training: {equal:,} of {count:,} weights and biases are equal, bit for bit."
        )


def _counted(targets: str) -> str:
    """Targets with how often the same one stands there in turn: 0 ×36, 1, 0 ×3."""
    runs = ((target, len(list(same))) for target, same in groupby(targets.split(", ")))
    return ", ".join(target if count == 1 else f"{target} ×{count}" for target, count in runs)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
