"""The selected node's signal worked out in numbers, as one would on paper.

Each line has several forms, the longest first; all of them are made of numbers that come out with the digits they show.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from operator import add

import numpy as np

from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.arithmetic import Equation, Sheet, Written, come_out
from lsexplorer.render.numbers import format_number, format_setting
from lsexplorer.run import Deltas, Hyperparameters, NodeDelta
from lsexplorer.run.working import SignalWorking, signal_working
from lsexplorer.tui.explorer.delta_table import LESS_NEEDED
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.fitting_lines import Forms

SLOPES = {"sigmoid": lambda o: o * (1 - o), "tanh": lambda o: 1 - o.squared()}
"""Slopes of the output functions in terms of o; that of the identity is 1."""

TERMS = 6
"""Terms of a sum that are written out at most."""


def worked_signal(deltas: Deltas, name: str, hp: Hyperparameters) -> Iterable[str]:
    """δ of a node from the numbers it is made of, and η·δ from δ.

    The mean over a batch is worked from means where that is true: where no factor differs between its samples.
    """
    return Forms(_signal(deltas, name, hp))


def _signal(deltas: Deltas, name: str, hp: Hyperparameters) -> Iterator[str]:
    node, working = deltas.node(name), signal_working(deltas, name, hp)
    numbers = [*working.each, *working.q, *working.outputs, *working.weights, *working.signals, *node.added.values()]
    if not all(map(math.isfinite, numbers)):
        return iter((f"{_title(node)}: δ = {format_number(node.signal, 6, signed=True)}",))
    is_mean = len(working.each) > 1
    if node.incoming is not None:
        return _mean(node, working) if is_mean and node.slope is None else _hidden(node, working)
    if is_mean and signal_of(hp.output, hp.loss, hp.softmax_jacobian).equation != "δ = t′ − o":
        return _votes(node, working) if hp.loss == "hinge" and not node.added else _mean(node, working)
    return _hinge(node, working) if hp.loss == "hinge" else _output(node, working, hp)


def _title(node: NodeDelta) -> str:
    return f"{node.name} {node.class_name}" if node.class_name else node.name


def _with_move(node: NodeDelta, text: str, signal: Equation) -> Iterator[str]:
    """A form with η·δ, and the same without."""
    if node.signal:
        sheet = Sheet(6)
        move = sheet.equation(sheet.number(node.move / node.signal) * signal.result, node.move)
        yield f"{text} · η·δ = {move.text}"
    yield text


class _Output:
    """An output's signal of one sample: from t′ and o, where a softmax couples the outputs by way of q and its sum."""

    def __init__(self, node: NodeDelta, working: SignalWorking, hp: Hyperparameters) -> None:
        self.node, self.working, self.hp = node, working, hp
        self.loss, entry = signal_of(hp.output, hp.loss, hp.softmax_jacobian), LOSSES[hp.loss]
        self.symbols, _, self.q_symbols = self.loss.equation.removeprefix("δ = ").partition(", q = ")
        if self.loss.slope is not None and self.symbols != "t′ − o":
            self.symbols = "(t′ − o)·slope"
        term = entry.q if hp.output == "softmax" else entry.p
        self.by_hand = term.by_hand if term else None

    def work(self, sheet: Sheet) -> tuple[list[Equation], Equation, Equation]:
        """Equations for q and its sum, where there are such; δ; and δ with what regularisers add as one number."""
        before, signal = self._of_loss(sheet)
        added = list(self.node.added.values())
        whole = reduce(add, map(sheet.number, added), signal)
        summed = signal + sheet.number(sum(added)).noted(f"{len(added)} others") if len(added) > 1 else whole
        return before, sheet.equation(whole, self.node.signal), sheet.equation(summed, self.node.signal)

    def _of_loss(self, sheet: Sheet) -> tuple[list[Equation], Written]:
        node, unit = self.node, self.node.unit
        assert node.soft_target is not None
        t, o = sheet.number(node.soft_target), sheet.number(node.output)
        if self.loss.slope is not None:
            return [], t - o if self.symbols == "t′ − o" else (t - o) * sheet.number(node.slope or 0.0)
        if self.q_symbols:
            values = self.working.q.tolist()
            by_hand = self.by_hand(t, o) if self.by_hand and values[unit] else sheet.number(values[unit])
            q = sheet.equation(by_hand, values[unit], inner=True)
            if self.hp.softmax_jacobian == "diagonal":
                return [q], q.result * (1 - o)
            numbers = [q.result if k == unit < TERMS else sheet.number(value) for k, value in enumerate(values[:TERMS])]
            total = sheet.equation(_sum(sheet, numbers, values), sum(values), inner=True)
            return [q, total], q.result - o * total.result
        if self.by_hand is None:
            return [], sheet.number(node.signal - sum(node.added.values()))
        factor = self.by_hand(t, o)
        if self.hp.output == "softmax":
            return [], factor * (1 - o)
        return [], factor * SLOPES[self.hp.output](o) if self.hp.output in SLOPES else factor


def _output(node: NodeDelta, working: SignalWorking, hp: Hyperparameters) -> Iterator[str]:
    output = _Output(node, working, hp)
    symbols = "" if node.added else f"{output.symbols} = "  # the table's title has them
    mean, title, name = "mean δ" if len(working.each) > 1 else "δ", _title(node), node.name
    before, signal, summed = come_out(output.work)
    if before:
        yield from _with_q(output, before, signal, symbols)
    else:
        yield from _with_move(node, f"{title}: {mean} = {symbols}{signal.text}", signal)
        yield f"{title}: {mean} = {signal.text}"
    yield f"{name}: {mean} = {symbols}{signal.text}"
    yield f"{name}: {mean} = {signal.text}"
    yield f"{name}: {mean} = {summed.text}"
    *_, summed = come_out(output.work, brief=True)
    yield f"{name}: {mean} = {summed.text}"


def _with_q(output: _Output, before: list[Equation], signal: Equation, symbols: str) -> Iterator[str]:
    """q, its sum where δ has it, and δ."""
    node = output.node
    title, name, q, symbolic = _title(node), node.name, before[0].text, f"δ = {symbols}{signal.text}"
    if len(before) > 1:
        whole = f"Σq = {before[1].text} · {symbolic}"
        yield from _with_move(node, f"{title}: q = {output.q_symbols} = {q} · {whole}", signal)
        yield from _with_move(node, f"{title}: q = {q} · {whole}", signal)
        short = f"q = {q} · Σq = {before[1].result.text} · δ = {signal.text}"
    else:
        yield from _with_move(node, f"{title}: q = {output.q_symbols} = {q} · {symbolic}", signal)
        short = f"q = {q} · δ = {signal.text}"
    yield from _with_move(node, f"{title}: {short}", signal)
    yield f"{name}: {short}"
    yield f"{name}: q = {q} · δ = {signal.text}"
    (first, *_), brief, _ = come_out(output.work, brief=True)
    yield f"{name}: q = {first.text} · δ = {brief.text}"
    alone = Equation(first.result, first.result)
    yield f"{name}: q = {output.q_symbols} = {alone.text} · δ = {brief.text}"


def _hinge(node: NodeDelta, working: SignalWorking) -> Iterator[str]:
    """The margin, and whether the node is the class or its best rival; outputs are the logits."""
    logits, own = working.outputs, working.label
    rival = int(np.argmax(np.where(np.arange(len(logits)) == own, -np.inf, logits)))
    is_below = bool(1.0 + logits[rival] - logits[own] > 0)

    def work(sheet: Sheet) -> tuple[Equation, Equation]:
        difference = sheet.number(float(logits[own])) - sheet.number(float(logits[rival]))
        margin = sheet.equation(difference, float(logits[own] - logits[rival]))
        if (margin.result.value < 1) != is_below:
            sheet.fewest = 0
        counts = [sheet.number(float(node.unit == unit)) for unit in (own, rival)]
        signal = counts[0] - counts[1] if is_below else sheet.number(0.0)
        return margin, sheet.equation(reduce(add, map(sheet.number, node.added.values()), signal), node.signal)

    margin, signal = come_out(work)
    relation = "< 1" if is_below else "≥ 1"
    symbols = "[class] − [best rival] = " if is_below and not node.added else ""
    start = f"margin o{own + 1} − o{rival + 1} = {margin.text} {relation}"
    yield from _with_move(node, f"{_title(node)}: {start} · δ = {symbols}{signal.text}", signal)
    yield f"{node.name}: {start} · δ = {signal.text}"
    yield f"{node.name}: margin = {margin.text} {relation} · δ = {signal.text}"
    margin, signal = come_out(work, brief=True)
    yield f"{node.name}: margin = {margin.text} {relation} · δ = {signal.text}"


def _votes(node: NodeDelta, working: SignalWorking) -> Iterator[str]:
    """The mean of a hinge loss's signals, each of which is 1, 0 or −1."""
    up, down = int((working.each > 0).sum()), int((working.each < 0).sum())
    signal = come_out(lambda sheet: sheet.equation((sheet.number(up) - down) / len(working.each), node.signal))
    text = f"mean δ = {signal.text}"
    start = f"margin below 1 as class {up}×, as best rival {down}×"
    yield from _with_move(node, f"{_title(node)}: {start} · {text}", signal)
    yield f"{node.name}: {text}"


def _hidden(node: NodeDelta, working: SignalWorking) -> Iterator[str]:
    """A hidden node's: from what comes back through the weights, times its slope."""
    pairs = list(zip(working.weights.tolist(), working.signals.tolist(), strict=True))
    values = [w * d for w, d in pairs]

    def work(sheet: Sheet, count: int) -> tuple[Equation, Equation]:
        assert node.incoming is not None
        back = _sum(sheet, [sheet.number(w) * sheet.number(d) for w, d in pairs[:count]], values)
        if working.beside:
            back += sheet.number(working.beside).noted("hidden targets")
        incoming = sheet.equation(back, node.incoming, inner=True)
        return incoming, sheet.equation(sheet.number(node.slope or 0.0) * incoming.result, node.signal)

    mean = "mean " if len(working.each) > 1 else ""
    counts = _counts(len(pairs))
    for count in counts if len(pairs) == 1 else counts[:-1]:
        for brief in (False, True) if count == counts[0] else (True,):
            incoming, signal = come_out(partial(work, count=count), brief)
            start = f"{node.name}: {mean}Σw·δ = {incoming.text} · {mean}δ = "
            if not brief:
                yield from _with_move(node, f"{start}slope·Σw·δ = {signal.text}", signal)
            yield start + signal.text
    for count in counts:  # the table has the slope
        incoming, signal = come_out(partial(work, count=count), brief=True)
        yield f"{node.name}: {mean}Σw·δ = {incoming.text}"
    yield f"{node.name}: {mean}δ = {signal.text}"


def _mean(node: NodeDelta, working: SignalWorking) -> Iterator[str]:
    """The mean of the samples' signals."""
    values = working.each.tolist()

    def work(sheet: Sheet, count: int) -> Equation:
        total = _sum(sheet, [sheet.number(value) for value in values[:count]], values)
        return sheet.equation(total / len(values), node.signal)

    counts = _counts(len(values))
    for count in counts:
        for brief in (False, True) if count == counts[0] else (True,):
            signal = come_out(partial(work, count=count), brief)
            if not brief:
                yield from _with_move(node, f"{_title(node)}: mean δ = {signal.text}", signal)
            yield f"{node.name}: mean δ = {signal.text}"


def _counts(count: int) -> Sequence[int]:
    """How many of so many terms to write out: as many as there is room for."""
    return [terms for terms in range(min(count, TERMS), 0, -1) if terms != count - 1]  # one more is no longer


def _sum(sheet: Sheet, terms: Sequence[Written], values: Sequence[float]) -> Written:
    """The sum of some values, of which the first are written out and the others are one number."""
    if (left := len(values) - len(terms)) > 0:
        terms = [*terms, sheet.number(sum(values[len(terms) :])).noted(f"{left} more")]
    return reduce(add, terms)


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


def _s(value: float | None) -> str:
    return format_number(value, 6, signed=True)
