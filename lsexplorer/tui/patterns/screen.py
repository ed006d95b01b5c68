"""The patterns screen: what each hidden neuron of the explorer's network represents, and what is lost without it."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.errors import InputError
from lsexplorer.render.numbers import NONE, as_on_screen, format_number, format_setting, format_share
from lsexplorer.render.pattern_texts import alone_text, codes_text, confusion_cells, cosine_cells, listed, seen_text
from lsexplorer.run import Trainer
from lsexplorer.study.patterns.pattern_study import Fill, PatternStudy
from lsexplorer.tui.commands import PATTERN_COMMANDS
from lsexplorer.tui.patterns.frame import PatternFrame, make_pattern_frame
from lsexplorer.tui.patterns.help_page import HELP_PAGE
from lsexplorer.tui.patterns.matrix_table import MatrixTable
from lsexplorer.tui.patterns.neuron_table import NeuronTable
from lsexplorer.tui.patterns.pattern_table import PatternTable
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.widgets.image import WeightsImage
from lsexplorer.tui.widgets.number_table import NumberTable

THRESHOLD_STEP = 0.05
HIGH = 19
"""Rows of the terminal from which everything is shown at once; each class needs two more."""
VIEWS = ("neurons", "similarity", "weights")
"""The parts that are shown one at a time in a small terminal."""
LISTED_WEIGHTS = 14
"""The most weights into a neuron that are listed, largest first."""
WELCOME = "Space silences the selected neuron; watch 'now'. + and − move τ. ? explains."
UNTRAINED = "Not trained yet: these are the patterns of the initial weights. Esc, then r, trains the network."


class PatternsScreen(CommandScreen[None]):
    """Shows a hidden layer of the session's network as it stands."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (80, "-folded"), (100, "-wide")]
    commands = PATTERN_COMMANDS
    help_page = HELP_PAGE

    def __init__(self, trainer: Trainer) -> None:
        """Raises InputError for a network without patterns."""
        super().__init__()
        self._trainer, self._study = trainer, PatternStudy(trainer)
        self._patterns = self._study.patterns
        self._unit, self._silenced = 0, frozenset[int]()
        self._fill: Fill = "zero"
        self._view, self._matrix = VIEWS[0], "hamming"
        high = 2 * min(self._study.classes, 12) + HIGH
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-folded"), (high, "-high")]
        self.first_message = WELCOME if trainer.step_count else UNTRAINED

    def compose_body(self) -> Iterator[Widget]:
        """Patterns and neurons at the left, the selected neuron's weights at the right, similarity below."""
        with Horizontal(id="pattern_body"):
            with Vertical(id="pattern_main"):
                yield PatternTable(id="class_patterns")
                yield Static(id="codes", markup=False)
            with VerticalScroll(id="incoming", can_focus=False):
                yield WeightsImage(id="weights_image")
                yield Static(id="weights_text", markup=False)
        yield NeuronTable(id="neurons")
        yield Static(id="pattern_notes", markup=False)
        with Horizontal(id="matrices"):
            yield MatrixTable(id="hamming")
            yield MatrixTable(id="cosine")
            yield MatrixTable(id="confusion")

    def on_mount(self) -> None:
        """Show the network as it stands."""
        self._show_view()
        self._show()

    def resized(self) -> None:
        """More matrices side by side, or fewer."""
        self._show()

    # Showing

    def _show_view(self) -> None:
        for view in VIEWS:
            self.set_class(self._view == view, f"-{view}")
        self.refresh_bindings()

    def frame(self) -> PatternFrame:
        """All that is shown now."""
        return make_pattern_frame(self._trainer, self._study, self._patterns, self._unit, self._silenced, self._fill)

    def _show(self) -> None:
        frame = self.frame()
        with self.app.batch_update():
            self.query_one(PatternTable).show_frame(frame)
            self.query_one(NeuronTable).show_frame(frame)
            self.query_one("#codes", Static).update(codes_text(frame.patterns))
            line = _alone_line(frame) if self.folded else _without_line(frame)
            self.query_one("#pattern_notes", Static).update(line)
            self._show_incoming(frame)
            self._show_matrices(frame)

    def _show_incoming(self, frame: PatternFrame) -> None:
        pane, image = self.query_one("#incoming"), self.query_one(WeightsImage)
        pane.border_title = f"Weights into {frame.unit_name}"
        image.show_weights(frame.incoming, frame.image_shape)
        text = self.query_one("#weights_text", Static)
        text.display = frame.image_shape is None
        if frame.image_shape is None:
            text.update("\n".join(_incoming_lines(frame)))
            pane.border_subtitle = ""
        else:
            plus, minus = ("░▒▓█", "-=≡#") if self.app.no_color else ("orange", "blue")
            largest = format_number(float(np.abs(frame.incoming).max()), 5)
            pane.border_subtitle = f"{plus} + {minus} − to {largest}"

    def _show_matrices(self, frame: PatternFrame) -> None:
        names, patterns = frame.names, frame.patterns
        hamming, cosine, confusion = (self.query_one(f"#{i}", MatrixTable) for i in ("hamming", "cosine", "confusion"))
        hamming.show_matrix(
            names,
            _off_diagonal(patterns.hamming.astype(str).tolist()),
            "Hamming distance",
            f"ρ confusion {_rho(frame.correlations.hamming)}",
        )
        cosine.show_matrix(
            names,
            _off_diagonal(cosine_cells(patterns)),
            "Cosine of means ×100",
            f"ρ confusion {_rho(frame.correlations.cosine)}",
        )
        without = f" without {frame.silenced_names}" if frame.silenced else ""
        confusion.show_matrix(
            names,
            confusion_cells(frame.now.answers.confusion),
            f"Confusion{without} · test samples",
            "↓ class, → prediction",
            strong=frozenset((c, c) for c in range(len(names))),
        )
        room = self.app.size.width
        both = hamming.needed_width + cosine.needed_width + confusion.table_width <= room
        self.set_class(not both, "-one-matrix")
        hamming.display = both or self._matrix == "hamming"
        cosine.display = both or self._matrix == "cosine"
        for matrix in (hamming, cosine):
            fits = both or matrix.needed_width + confusion.table_width <= room
            matrix.styles.width = matrix.needed_width if fits else "1fr"
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out the keys that do nothing here."""
        if action == "view":
            return self.folded
        if action == "other_matrix":
            return self.has_class("-one-matrix") and (not self.folded or self._view == "similarity")
        if action == "layer":
            return self._study.hidden.layers > 1
        return True

    # Keys

    def action_unit(self, by: int) -> None:
        """Another neuron."""
        self._select(self._unit + by)

    def _select(self, unit: int) -> None:
        self._unit = max(0, min(unit, len(self._patterns.units) - 1))
        self._show()

    def action_silence(self) -> None:
        """Silence the selected neuron, or switch it on again."""
        self._silenced = self._silenced ^ {self._unit}
        self._show()
        self._say_silenced()

    def action_all(self) -> None:
        """Switch all neurons on again."""
        self._silenced = frozenset()
        self._show()
        self._say_silenced()

    def action_fill(self) -> None:
        """0 or the mean for silenced neurons."""
        self._fill = "mean" if self._fill == "zero" else "zero"
        self._show()
        self._say_silenced()

    def _say_silenced(self) -> None:
        frame = self.frame()
        at = "0" if self._fill == "zero" else "its mean over the training samples"
        if not frame.silenced:
            self.say(f"No neuron is silenced. A silenced one will be at {at}.")
            return
        before, now = frame.answers.accuracy, frame.now.answers.accuracy
        share = partial(format_share, rows=frame.answers.rows)
        self.say(
            f"Without {frame.silenced_names} ({'at 0' if self._fill == 'zero' else 'at the mean'}): accuracy "
            f"{share(before)} → {share(now)}, lost: {listed(frame.now.lost, frame.names)}."
        )

    def action_threshold(self, by: int) -> None:
        """Move the threshold, within its bounds."""
        new = round(self._patterns.threshold + by * THRESHOLD_STEP, 4)
        try:
            self._patterns = self._patterns.at(new)
        except InputError as error:
            self.say(f"{error}; it stays at {format_setting(self._patterns.threshold)}.")
            return
        self._show()
        self.say(f"τ = {format_setting(new)}: {codes_text(self._patterns)}")

    def action_layer(self) -> None:
        """The next hidden layer."""
        hidden = self._study.hidden
        try:
            study = PatternStudy(self._trainer, hidden.layer % hidden.layers + 1, self._patterns.threshold)
        except InputError as error:
            self.say(f"hidden layer {hidden.layer % hidden.layers + 1}: {error}.")
            return
        self._study, self._patterns = study, study.patterns
        self._unit, self._silenced = 0, frozenset()
        self._show()
        self.say(f"Hidden layer {study.hidden.layer} of {study.hidden.layers}; none of its neurons is silenced.")

    def action_view(self) -> None:
        """The next part, where they are shown one at a time."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self._show_view()

    def action_other_matrix(self) -> None:
        """Hamming distance or cosine beside the confusion matrix."""
        self._matrix = "cosine" if self._matrix == "hamming" else "hamming"
        self._show()

    def action_pan(self, x: int, y: int) -> None:
        """Scroll what is wider or higher than its pane."""
        for pane in self.query("PatternTable, MatrixTable, #incoming"):
            pane.scroll_relative(x, y, animate=False)

    def action_close(self) -> None:
        """Back to the explorer."""
        self.dismiss(None)

    @on(NumberTable.Moved, "#neurons")
    def _clicked(self, message: NumberTable.Moved) -> None:
        self._select(message.row)


def _alone_line(frame: PatternFrame) -> str:
    alone = frame.alone[frame.unit]
    says, seen = alone_text(alone, frame.names), seen_text(alone, frame.names)
    return f"{frame.unit_name} alone: {says} · samples: {seen}"


def _without_line(frame: PatternFrame) -> str:
    zero, mean = (frame.without_one[fill][frame.unit] for fill in ("zero", "mean"))
    share = partial(format_share, rows=frame.answers.rows)
    return (
        f"Without {frame.unit_name}: at 0 it loses {listed(zero.lost, frame.names)} ({share(zero.answers.accuracy)}), "
        f"at its mean {listed(mean.lost, frame.names)} ({share(mean.answers.accuracy)}); "
        f"with all neurons {share(frame.answers.accuracy)}."
    )


def _incoming_lines(frame: PatternFrame) -> list[str]:
    """The largest weights by name, where the inputs are no image."""
    weights = frame.incoming
    order = np.argsort(-np.abs(weights), kind="stable")[:LISTED_WEIGHTS]
    width = 20
    lines = [f"{frame.sources[i][:width]:<{width}} {_signed(float(weights[i])):>7}" for i in order]
    more = [f"… {len(weights) - len(order)} smaller"] if len(weights) > len(order) else []
    return [*lines, *more, f"{'bias':<{width}} {_signed(frame.bias):>7}"]


def _off_diagonal(cells: list[list[str]]) -> list[list[str]]:
    """The cells, with a dot where a class meets itself."""
    return [["·" if r == c else cell for c, cell in enumerate(row)] for r, row in enumerate(cells)]


def _rho(value: float) -> str:
    return NONE if np.isnan(value) else as_on_screen(f"{value:+.2f}")


def _signed(value: float) -> str:
    return format_number(value, 7, signed=True)
