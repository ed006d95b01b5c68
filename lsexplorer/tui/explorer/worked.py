"""The selected node's signal worked out in numbers, as one would on paper."""

from lsexplorer.nn.losses import signal_text
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.run import Deltas, Hyperparameters, NodeDelta
from lsexplorer.tui.model.frame import Frame

_WIDTH = 7


def worked_signal(deltas: Deltas, name: str, hp: Hyperparameters) -> str:
    """δ of a node from the numbers beside it, and η·δ from δ."""
    node = deltas.node(name)
    mean = "mean " if deltas.sample is None else ""
    start = f"{_title(node)}: {mean}δ = "
    if node.incoming is not None:
        start += f"slope·Σw·δ = {_n(node.slope)}·({_s(node.incoming)})" if node.slope is not None else "slope·Σw·δ"
    else:
        start += _output_signal(node, hp)
    return (
        f"{start} = {_s(node.signal)} · η·δ = {format_setting(hp.learning_rate)}·({_s(node.signal)}) = {_s(node.move)}"
    )


def _title(node: NodeDelta) -> str:
    return f"{node.name} {node.class_name}" if node.class_name else node.name


def _output_signal(node: NodeDelta, hp: Hyperparameters) -> str:
    text = signal_text(hp.output, hp.loss, hp.softmax_jacobian)
    output = _n(node.output) if node.output >= 0 else f"({_n(node.output)})"
    difference = f"{_n(node.soft_target)} − {output}"
    if text.slope is None or node.slope is None:
        return text.equation.removeprefix("δ = ")
    return (
        f"t′ − o = {difference}"
        if text.equation == "δ = t′ − o"
        else f"(t′ − o)·slope = ({difference})·{_n(node.slope)}"
    )


def worked_norms(frame: Frame) -> str:
    """The change of the selected node's ‖w‖ under the rules that a narrow table leaves out, with all strengths."""
    node, strengths = frame.deltas.node(frame.node), frame.strengths
    changes = node.norm_changes
    return (
        f"{node.name}: Δ‖w‖ with L1 λ={format_setting(strengths.l1)} {_s(changes.l1)}"
        f" · decay λ={format_setting(strengths.weight_decay)} {_s(changes.weight_decay)}"
        f" · as set {_s(changes.now)}"
    )


def _n(value: float | None) -> str:
    return format_number(value, _WIDTH - 1)


def _s(value: float | None) -> str:
    return format_number(value, _WIDTH - 1, signed=True)
