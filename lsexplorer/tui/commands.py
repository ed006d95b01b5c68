"""The keys, a table for each screen, from which bindings, footer, help and command palette are made."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.views import VIEWS


@dataclass(frozen=True)
class Command:
    """A key and what it does."""

    key: str
    """The key as textual calls it, or several keys separated by commas."""

    action: str
    """The action that it runs."""

    label: str
    """The word in the footer and the name in the command palette."""

    help: str
    """The sentence in the help."""

    hidden: bool = False
    """Whether it is left out of the footer."""

    key_display: str | None = None
    """The key as footer and help show it, None for its own name."""


HELP = Command("question_mark", "app.help", "keys", "Keys, and the meaning of every column.", key_display="?")

VIEW_HELP = {
    "tables": "Tables and charts, in place of a picture.",
    "network": "Picture: the network, its weights, and what the next step does to them.",
    "map": "Picture: answer and confidence over two predictors, or components.",
    "clusters": "Picture: the last hidden layer's activations, projected on three classes' templates.",
    "reliability": "Picture: how often the network is right where it is so sure.",
    "weights": "Picture: each layer's weights as a histogram, now and at the start.",
    "errors": "Picture: t′ − o of every output over the steps.",
}
"""What each of VIEWS is, for its key, which is its place from 1 on."""

VIEW_COMMANDS = tuple(
    Command(str(number), f"picture('{name}')", name, VIEW_HELP[name], hidden=name not in ("network", "map"))
    for number, name in enumerate(VIEWS, start=1)
    if name in VIEW_HELP
)

_SWITCHES = tuple(
    Command(entry.key, f"switch('{entry.name}')", entry.footer, f"{entry.title} on or off, from the next step on.")
    for entry in REGULARIZERS.values()
    if entry.keyed
)

COMMANDS: tuple[Command, ...] = (
    Command("space", "step", "step", "Train one step; pause a run."),
    Command("r", "run", "run", "Run freely, or pause."),
    Command("b", "back", "back", "Go back one step. Steps made again are the same, bit for bit."),
    *_SWITCHES[:2],
    Command(
        "v",
        "view",
        "chart",
        "Next chart: loss, accuracy, logit gap; in a small terminal also weights and norms; "
        "in a picture its next variant.",
    ),
    Command("c", "compare", "compare", "Plain training and each regulariser side by side, in lock step."),
    Command("f", "form", "form", "Go to the form of hyperparameters; Esc comes back."),
    HELP,
    Command("q", "quit", "quit", "Quit; an unsaved run is asked about. In the tour: return to your own run."),
    Command("t", "tour", "tour", "Begin the tour, or resume it; in the tour, return to your own run."),
    Command("n", "epoch", "epoch", "Train to the end of the epoch."),
    Command("tab", "sample(1)", "sample", "Look at the next sample of the batch (Shift+Tab: the one before)."),
    *_SWITCHES[2:],
    Command("a", "mean", "mean", "The mean over the batch, or one sample."),
    Command("g", "goto", "go", "Go to a step, earlier or later."),
    Command("u", "until", "until", "Run until an epoch, a step, or a loss."),
    Command(
        "0",
        "reset",
        "step 0",
        "Back to step 0 with the same weights and the present settings; K goes back to this run.",
    ),
    Command("shift+tab", "sample(-1)", "sample before", "Look at the sample before.", hidden=True),
    Command(
        "plus,equals_sign", "speed(1)", "faster", "Run faster: 1 to 500 steps a second, or at full speed.", True, "+"
    ),
    Command("minus", "speed(-1)", "slower", "Run slower.", True, "−"),
    Command("X,x", "log('x')", "log x", "Logarithmic axis of steps, or linear.", True, "X"),
    Command("Y", "log('y')", "log y", "Logarithmic axis of values, or linear.", True),
    Command("y", "copy", "copy table", "Copy the table that has the focus, with all digits, to the clipboard.", True),
    Command(
        "W",
        "write",
        "write",
        "Write the history or the table as CSV or TSV, the screen as a picture (SVG), or the run as code.",
        True,
    ),
    Command("S", "share", "share", "A short text that opens this run again, step and changes included: copied.", True),
    Command("o", "order", "order", "Order the weights by the size of their move, or as the inputs come.", True),
    Command(
        "enter", "other_table", "weights table", "From the nodes to the weights of the selected one, and back.", True
    ),
    *VIEW_COMMANDS,
    Command("D", "data", "data", "The rows of the data, hard and soft; which of them the network has wrong."),
    Command("O", "open", "open", "Open another file; what is understood of it is shown before it is loaded."),
    Command("p", "patterns", "patterns", "The hidden patterns of the classes: what each hidden neuron stands for."),
    Command("w", "save", "save", "Write the run to a file that `lsexplorer FILE` opens again."),
    Command("ctrl+z", "app.suspend", "suspend", "Back to the shell for a while; `fg` comes back.", True, "^z"),
    Command("N", "new_seed", "new seed", "Step 0 with other weights and batches; K goes back to this run.", True),
)

TOUR_COMMANDS: tuple[Command, ...] = (
    Command("full_stop", "tour_go(1)", "next tour step", "Tour: the next step.", True, "."),
    Command("comma", "tour_go(-1)", "previous tour step", "Tour: the previous step.", True, ","),
    Command("e", "tour_offer", "do what is asked", "Tour: make the change that the question offers.", True),
    Command("T", "tour_go(0)", "restart tour step", "Tour: begin this step again.", True),
    Command(
        "K", "tour_keep", "keep", "Tour: leave it with this step's run. Else: go to the next run that is kept.", True
    ),
    Command(
        "escape",
        "leave_tour",
        "leave the tour",
        "Back to tables and charts. Tour: leave it and return to your own run.",
        True,
        "esc",
    ),
)
"""Further keys of the explorer during the tour."""

COMPARE_COMMANDS: tuple[Command, ...] = (
    Command("space", "step", "step", "Train every method one step; pause a run."),
    Command("b", "back", "back", "Every method one step back."),
    Command("r", "run", "run", "Run freely, or pause."),
    Command("tab", "sample(1)", "sample", "Look at the next sample of the batch (Shift+Tab: the one before)."),
    Command("right", "node(1)", "node", "Look at another node.", key_display="← →"),
    Command(
        "enter", "take", "take", "Take the selected method (↑ ↓) into the explorer, at this step.", key_display="enter"
    ),
    Command(
        "m",
        "match",
        "match",
        "Match L2, or other remedies, to smoothing: would they have done the same? Under way, m cancels the match.",
    ),
    Command(
        "escape,c,q",
        "leave",
        "explorer",
        "Back to the explorer, which is as it was, or from a picture to the tables; c and q too.",
        key_display="esc",
    ),
    Command("n", "epoch", "epoch", "Train every method to the end of the epoch."),
    HELP,
    *VIEW_COMMANDS,
    Command(
        "v",
        "view",
        "chart",
        "Next chart: logit gap, loss, confidence; in a small terminal also scores and norms. What else pictures show.",
    ),
    Command("p", "part", "part", "Measures of the training part, or of the test part."),
    Command("a", "mean", "mean", "The mean over the batch, or one sample."),
    Command("g", "goto", "go", "Go to a step, earlier or later."),
    Command("u", "until", "until", "Run until an epoch, a step, or a loss of plain training.", hidden=True),
    Command("0", "reset", "step 0", "Go to step 0.", hidden=True),
    Command("left", "node(-1)", "node before", "Look at the node before.", True, "←"),
    Command("shift+tab", "sample(-1)", "sample before", "Look at the sample before.", hidden=True),
    Command("plus,equals_sign", "speed(1)", "faster", "Run faster.", True, "+"),
    Command("minus", "speed(-1)", "slower", "Run slower.", True, "−"),
    Command("X,x", "log('x')", "log x", "Logarithmic axis of steps, or linear.", True, "X"),
    Command("Y", "log('y')", "log y", "Logarithmic axis of values, or linear.", True),
    Command("y", "copy", "copy table", "Copy the table that has the focus, with all digits, to the clipboard.", True),
    Command(
        "W", "write", "write", "Write the history or the table as CSV or TSV, or the screen as a picture (SVG).", True
    ),
)

DATA_COMMANDS: tuple[Command, ...] = (
    Command("escape,D,q", "close", "back", "Back to the explorer; D and q too.", key_display="esc"),
    Command(
        "enter",
        "step_on",
        "step on it",
        "Back to the explorer, with the selected training row as its sample.",
        key_display="enter",
    ),
    Command("s", "smooth", "smoothing", "Label smoothing on or off, from the explorer's next step on."),
    Command("left_square_bracket", "smoothing(-1)", "less", "Lower the smoothing a by .05.", key_display="["),
    Command("right_square_bracket", "smoothing(1)", "more", "Raise the smoothing a by .05.", key_display="]"),
    Command("c", "next_class", "class", "Show only the rows of the next class, or of all classes."),
    Command("p", "part", "part", "Show only the training rows, only the test rows, or both."),
    Command("x", "wrong", "wrong", "Show only the rows that the network predicts wrongly, or all."),
    Command("n", "notes", "notes", "How the data were read: the class column and why, and all other notes."),
    HELP,
    Command("g", "goto_row", "go", "Go to a row by its number in the source."),
    Command(
        "e",
        "proof",
        "same weights?",
        "Train on smoothed data, then with smoothing in training: the same weights?",
    ),
)
"""The keys of the data screen."""

OPEN_COMMANDS: tuple[Command, ...] = (
    Command(
        "enter", "accept", "show, load", "Show how the file is read; once more loads it as a new run.", False, "enter"
    ),
    Command("escape", "close", "back", "Back to the explorer, which is as it was.", key_display="esc"),
    Command("f1", "app.help", "help", "Keys, and what the fields mean.", key_display="F1"),
    Command("pagedown", "scroll(6)", "scroll down", "Scroll what is understood down.", True, "PgDn"),
    Command("pageup", "scroll(-6)", "scroll up", "Scroll what is understood up.", True, "PgUp"),
)
"""The keys of the screen that opens a file."""

PATTERN_COMMANDS: tuple[Command, ...] = (
    Command("space", "silence", "silence", "Silence the selected neuron, or switch it on again."),
    Command("v", "view", "view", "In a small terminal: neurons, similarity or weights below the patterns."),
    Command("c", "other_matrix", "cosine", "Where only one has room beside the confusion: Hamming distance or cosine."),
    Command("m", "fill", "0/mean", "Silenced neurons are at 0, or at their mean over the training samples."),
    Command("a", "all", "all", "Switch all neurons on again."),
    Command("plus,equals_sign", "threshold(1)", "raise τ", "Raise the threshold τ of the bits.", key_display="+"),
    Command("minus", "threshold(-1)", "lower τ", "Lower the threshold τ.", key_display="−"),
    Command("escape,p,q", "close", "back", "Back to the explorer; p and q too.", key_display="esc"),
    Command("l", "layer", "layer", "The next hidden layer, if there are several."),
    HELP,
    Command("up,k", "unit(-1)", "previous neuron", "Select the previous neuron.", True, "↑"),
    Command("down,j", "unit(1)", "next neuron", "Select the next neuron.", True, "↓"),
    Command("left", "pan(-8, 0)", "scroll left", "Scroll what is wider than its pane to the left.", True, "←"),
    Command("right", "pan(8, 0)", "scroll right", "Scroll it to the right.", True, "→"),
    Command("pageup", "pan(0, -6)", "scroll up", "Scroll what is higher than its pane up.", True, "PgUp"),
    Command("pagedown", "pan(0, 6)", "scroll down", "Scroll it down.", True, "PgDn"),
)
"""The keys of the patterns screen."""


PURPOSES: dict[str, tuple[str, ...]] = {
    "Train": ("step", "back", "run", "epoch", "until", "goto", "reset", "new_seed", "speed", "match"),
    "Change": ("switch", "smooth", "smoothing", "form", "open"),
    "Look": (
        *("sample", "mean", "view", "picture", "other_table", "order", "log", "node", "part"),
        *("goto_row", "next_class", "wrong", "notes", "proof"),
    ),
    "Other screens": ("compare", "data", "patterns", "take", "step_on", "leave", "close", "app.help"),
    "Keep and take away": ("save", "tour_keep", "copy", "write", "share", "quit", "app.suspend"),
    "Tour": ("tour", "tour_go", "tour_offer", "leave_tour"),
}
"""The actions of a screen by what one wants; the help shows keys in this order."""


def by_purpose(commands: Iterable[Command]) -> dict[str, list[Command]]:
    """The commands of each purpose that has some; '' for those of none."""
    groups: dict[str, list[Command]] = {purpose: [] for purpose in (*PURPOSES, "")}
    for command in commands:
        name = command.action.partition("(")[0]
        groups[next((purpose for purpose, names in PURPOSES.items() if name in names), "")].append(command)
    return {purpose: group for purpose, group in groups.items() if group}


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The commands as textual bindings."""
    return [
        Binding(
            command.key,
            command.action,
            command.label,
            show=not command.hidden,
            key_display=command.key_display,
            tooltip=command.help,
            id=command.action.replace("'", "").replace("(", ".").replace(")", "").replace(", ", "."),
        )
        for command in commands
    ]
