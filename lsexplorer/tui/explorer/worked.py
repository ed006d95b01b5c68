"""The selected node's signal worked out in numbers, as one would on paper."""

from lsexplorer.nn.losses import signal_of
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.run import Deltas, Hyperparameters, NodeDelta
from lsexplorer.tui.explorer.delta_table import LESS_NEEDED
from lsexplorer.tui.model.frame import Frame

_WIDTH = 7


def worked_signal(deltas: Deltas, name: str, hp: Hyperparameters) -> tuple[str, ...]:
    """δ of a node from the numbers beside it, and η·δ from δ.

    Forms of it, the longest first: the next leaves out η·δ, which the table has; the last sums what regularisers add.
    """
    node = deltas.node(name)
    mean = "mean " if deltas.sample is None else ""
    start = f"{_title(node)}: {mean}δ = "
    if node.incoming is not None:
        signal = f"slope·Σw·δ = {_n(node.slope)}·({_s(node.incoming)})" if node.slope is not None else "slope·Σw·δ"
        signal = summed = f"{start}{signal} = {_s(node.signal)}"
    else:
        equation, added = deltas.equation.removeprefix("δ = "), list(node.added.values())
        parts = "".join(_term(value) for value in added)
        signal, summed = (
            f"{start}{_output_signal(node, hp, equation, terms)} = {_s(node.signal)}"
            for terms in (parts, f"{_term(sum(added))} ({len(added)} means)")
        )
    move = f" · η·δ = {format_setting(hp.learning_rate)}·({_s(node.signal)}) = {_s(node.move)}"
    return signal + move, signal, summed


def _title(node: NodeDelta) -> str:
    return f"{node.name} {node.class_name}" if node.class_name else node.name


def _term(value: float) -> str:
    """A number that is added to others."""
    return f" {'−' if value < 0 else '+'} {_n(abs(value))}"


def _output_signal(node: NodeDelta, hp: Hyperparameters, equation: str, added: str) -> str:
    text = signal_of(hp.output, hp.loss, hp.softmax_jacobian)
    if text.slope is None or node.slope is None:
        return equation
    output = _n(node.output) if node.output >= 0 else f"({_n(node.output)})"
    difference = f"{_n(node.soft_target)} − {output}"
    is_error = text.equation == "δ = t′ − o"
    numbers = difference if is_error else f"({difference})·{_n(node.slope)}"
    if node.added:  # whose formulas, which the table's title has, would take the room of the numbers
        return numbers + added
    return f"{'t′ − o' if is_error else '(t′ − o)·slope'} = {numbers}"


def worked_norms(frame: Frame) -> str:
    """The change of the selected node's ‖w‖ under the rules that a narrow table leaves out, with all strengths."""
    node, strengths = frame.deltas.node(frame.node), frame.strengths.by_name
    changes = node.norm_changes
    entries = [REGULARIZERS[name] for name in LESS_NEEDED if name in changes.by_name]
    alone = [
        f"{entry.short} {entry.symbol}={format_setting(strengths[entry.name])} {_s(changes.by_name[entry.name])}"
        for entry in entries
    ]
    return f"{node.name}: Δ‖w‖ with {' · '.join([*alone, f'as set {_s(changes.now)}'])}"


def _n(value: float | None) -> str:
    return format_number(value, _WIDTH - 1)


def _s(value: float | None) -> str:
    return format_number(value, _WIDTH - 1, signed=True)
